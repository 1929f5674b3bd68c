// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "widelimit/core/numbers.hpp"
#include "widelimit/problem/law.hpp"

namespace widelimit {
namespace {

/// Whole turns from an atom to x, none half-open: 0 at the atom itself, up to round-off of either.
double turns(double x, double atom, double length)
{
    const double quotient = (x - atom) / length, whole = std::round(quotient);
    return std::abs(quotient - whole) < 1e-13 ? whole : std::floor(quotient);
}

/// Of one coordinate: shares at places in ascending order.
class LineAtoms : public Law {
public:
    LineAtoms(const Field& places, const Field& shares, const Coordinate& coordinate)
        : Law(std::isfinite(coordinate.from) ? coordinate.from : places.minCoeff(),
              std::isfinite(coordinate.to) ? coordinate.to : places.maxCoeff()),
          circle_(coordinate.circle),
          order_(static_cast<std::size_t>(places.size()))
    {
        std::iota(order_.begin(), order_.end(), Index{0});
        std::stable_sort(order_.begin(), order_.end(),
                         [&](Index a, Index b) { return places[a] < places[b]; });
        places_ = places(order_);
        shares_ = shares(order_);
    }

    double cdf(double x) const override { return count(circle_ ? from() : -infinite, x); }
    double between(double lower, double upper) const override { return count(lower, upper); }
    double quantile(double q) const override
    {
        double sum = 0.0;
        for (Index k = 0; k + 1 < places_.size(); ++k) {
            sum += shares_[k];
            if (q <= sum) {
                return places_[k];
            }
        }
        return places_[places_.size() - 1];
    }

private:
    double count(double lower, double upper) const
    {
        double sum = 0.0;
        for (Index k = 0; k < places_.size(); ++k) {
            const double place = places_[k], length = to() - from();
            sum += shares_[k] * (circle_ ? turns(upper, place, length) - turns(lower, place, length)
                                         : static_cast<double>(lower < place && place <= upper));
        }
        return sum;
    }

    bool circle_;
    std::vector<Index> order_;
    Field places_, shares_;
};

class Atoms : public JointLaw {
public:
    /// Atoms are columns.
    Atoms(Matrix places, Field shares, std::vector<Coordinate> coordinates)
        : places_(std::move(places)), shares_(std::move(shares)), coordinates_(std::move(coordinates))
    {}

    Field masses_in(const Matrix& lower, const Matrix& upper) const override
    {
        Field masses = Field::Zero(lower.cols());
        for (Index j = 0; j < places_.cols(); ++j) {
            std::vector<std::shared_ptr<const Law>> alone;
            for (Index k = 0; k < places_.rows(); ++k) {
                alone.push_back(std::make_shared<LineAtoms>(places_.block(k, j, 1, 1), Field::Ones(1),
                                                            coordinates_[static_cast<std::size_t>(k)]));
            }
            masses += shares_[j] * ProductLaw(std::move(alone)).masses_in(lower, upper);
        }
        return masses;
    }
    Field draw(const Field& uniforms) const override { return places_.col(at_share(uniforms[0])); }
    std::string refusal(Index) const override { return {}; }
    Matrix spread(Index count) const override
    {
        Matrix points(places_.rows(), count);
        for (Index k = 0; k < count; ++k) {
            points.col(k) =
                places_.col(at_share((static_cast<double>(k) + 0.5) / static_cast<double>(count)));
        }
        return points;
    }
    std::shared_ptr<const Law> marginal(Index coordinate) const override
    {
        return std::make_shared<LineAtoms>(places_.row(coordinate).transpose(), shares_,
                                           coordinates_[static_cast<std::size_t>(coordinate)]);
    }

private:
    Index at_share(double q) const
    {
        Index k = 0;
        for (double sum = shares_[0]; q > sum && k + 1 < shares_.size(); sum += shares_[k]) {
            ++k;
        }
        return k;
    }

    Matrix places_;
    Field shares_;
    std::vector<Coordinate> coordinates_;
};

Atoms read_atoms(const Settings& table, const std::vector<Coordinate>& coordinates)
{
    const auto rank = static_cast<Index>(coordinates.size());
    const Matrix rows = table.matrix("points");
    if (rows.rows() == 0 || rows.cols() != rank + 1) {
        table.fail("points", "expected rows of " + std::to_string(rank) +
                                 (rank == 1 ? " coordinate" : " coordinates") + " and a weight");
    }
    const Field weights = rows.rightCols(1);
    if (!rows.allFinite() || weights.minCoeff() < 0.0 || !(weights.sum() > 0.0)) {
        table.fail("points", "expected finite places and weights of at least 0, not all 0");
    }
    return {rows.leftCols(rank).transpose(), weights / weights.sum(), coordinates};
}

const bool atoms_law_registered = laws().add(
    {"atoms",
     "points, each with its weight over the sum of the weights; on a grid an atom fills its cell",
     [](const Settings& table, const Coordinate& coordinate) -> std::unique_ptr<Law> {
         const Atoms atoms = read_atoms(table, {coordinate});
         return std::make_unique<LineAtoms>(static_cast<const LineAtoms&>(*atoms.marginal(0)));
     },
     {{"problem.initial.points", "matrix", "", "",
       "of the law atoms: rows [coordinates..., weight], or a CSV file of such columns", "[[0.5, 1.0]]"}},
     [](const Settings& table, const std::vector<Coordinate>& coordinates) {
         return std::make_unique<Atoms>(read_atoms(table, coordinates));
     }});

}  // namespace
}  // namespace widelimit
