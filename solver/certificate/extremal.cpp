// SPDX-License-Identifier: BSD-3-Clause
// Largest margins and least norms: linear programmes on finitely many neurons, to which those at the peaks of
// the dual function are added.
#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "linear_programme.hpp"
#include "polish.hpp"
#include "widelimit/certificate/dual_bound.hpp"
#include "widelimit/certificate/programme.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/core/numbers.hpp"

namespace widelimit {
namespace {

/// The corner of a finite programme.
struct Corner {
    SparseNetwork network;  ///< y f = 1, or f = y, at the nodes where something pulls
    Field dual;             ///< q of sum_i q_i phi_i
    double level = 0.0;     ///< neurons where that is larger would help
    std::vector<Index> tight;
    bool last = false;  ///< nothing can be gained by any neuron
};

/// One of the two programmes over all neurons: max min_i y_i f_i over norm one, min norm subject to f = y.
class Extremum {
public:
    Extremum(const Field& targets, const Units& units) : targets_(&targets), units_(&units) {}
    virtual ~Extremum() = default;

    Bracket solved(double tolerance)
    {
        int idle = 0;
        begin({}, units_->first(*targets_));
        for (int round = 1; round <= most_rounds && idle < 8 && !closed(tolerance); ++round) {
            interruption_point();
            best_.rounds = round;
            if (idle == 4) {
                // Columns that are nearly alike have piled up: from the best network and its dual alone.
                begin(best_.network, units_->first(best_.dual));
            }
            if (!programme_->solve(idle > 1)) {
                break;
            }
            const Corner now = corner();
            const bool better = improve(now.network, now.dual);
            if (now.last) {
                break;
            }
            add(above(now.dual, now.level), false);
            const Tight tight = polished(*units_, now.tight, *targets_, now.network);
            const bool polish = improve(tight.network, tight.multipliers);
            add(neurons(tight.network), false);
            idle = better || polish ? 0 : idle + 1;
        }
        return best_;
    }

protected:
    /// A programme with its rows, and the columns that are no neurons.
    virtual std::unique_ptr<LinearProgramme> rows() const = 0;
    virtual Field column(const Field& phi) const = 0;
    virtual double cost() const = 0;
    virtual Corner corner() const = 0;
    /// Whether either end moved.
    virtual bool improve(const SparseNetwork& candidate, const Field& dual) = 0;

    /// Of the programme's neurons with these masses, gathered.
    SparseNetwork network(const Field& masses) const
    {
        SparseNetwork all;
        const auto count = static_cast<Index>(places_.size());
        all.places.resize(places_.empty() ? 0 : places_.front().size(), count);
        for (Index j = 0; j < count; ++j) {
            all.places.col(j) = places_[static_cast<std::size_t>(j)];
        }
        all.weights = masses.cwiseMax(0.0).cwiseProduct(Eigen::Map<const Field>(signs_.data(), count));
        return units_->gathered(all);
    }

    const Field& targets() const { return *targets_; }
    const Units& units() const { return *units_; }
    const LinearProgramme& programme() const { return *programme_; }
    Bracket best_;

private:
    static constexpr int most_rounds = 100;

    bool closed(double tolerance) const
    {
        return std::isfinite(best_.high) && best_.high - best_.low <= tolerance * std::abs(best_.high);
    }

    void begin(const SparseNetwork& network, const std::vector<Peak>& peaks)
    {
        programme_ = rows();
        places_.clear();
        signs_.clear();
        add(neurons(network), true);
        add(peaks, true);
    }

    /// With the sign of each value; both signs where `either` is set.
    void add(const std::vector<Peak>& peaks, bool either)
    {
        for (const Peak& peak : peaks) {
            const Field phi = units_->columns(peak.place);
            for (const double sign : {1.0, -1.0}) {
                if ((either || sign * peak.value >= 0.0) && (sign > 0.0 || units_->both_signs())) {
                    programme_->add_column(column(sign * phi), cost());
                    places_.push_back(peak.place);
                    signs_.push_back(sign);
                }
            }
        }
    }

    /// The neurons of a network as peaks of their sign.
    static std::vector<Peak> neurons(const SparseNetwork& network)
    {
        std::vector<Peak> found;
        for (Index j = 0; j < network.size(); ++j) {
            found.push_back({network.places.col(j), network.weights[j]});
        }
        return found;
    }

    std::vector<Peak> above(const Field& q, double level) const
    {
        std::vector<Peak> found;
        for (const Peak& peak : units_->peaks(q)) {
            if ((units_->both_signs() ? std::abs(peak.value) : peak.value) > level) {
                found.push_back(peak);
            }
        }
        return found;
    }

    const Field* targets_;
    const Units* units_;
    std::unique_ptr<LinearProgramme> programme_;
    std::vector<Field> places_;
    std::vector<double> signs_;  ///< of the programme's neurons, in the order of their columns
};

std::vector<Index> where(const Field& values, double least)
{
    std::vector<Index> found;
    for (Index i = 0; i < values.size(); ++i) {
        if (values[i] > least) {
            found.push_back(i);
        }
    }
    return found;
}

/// max gamma subject to y_i f_i >= gamma and norm <= 1; the first column is gamma.
class LargestMargin : public Extremum {
public:
    LargestMargin(const Field& labels, const Units& units) : Extremum(labels, units)
    {
        best_.high = infinite;
    }

private:
    std::unique_ptr<LinearProgramme> rows() const override
    {
        const Index n = targets().size();
        auto programme = std::make_unique<LinearProgramme>(LinearProgramme::Goal::largest);
        for (Index i = 0; i < n; ++i) {
            programme->add_row(LinearProgramme::RowKind::at_least, 0.0);
        }
        programme->add_row(LinearProgramme::RowKind::at_most, 1.0);
        Field gamma = Field::Constant(n + 1, -1.0);
        gamma[n] = 0.0;
        programme->add_column(gamma, 1.0, true);
        return programme;
    }
    Field column(const Field& phi) const override
    {
        Field rows(phi.size() + 1);
        rows << phi.cwiseProduct(targets()), 1.0;
        return rows;
    }
    double cost() const override { return 0.0; }

    Corner corner() const override
    {
        const Field columns = programme().columns(),
                    p = programme().row_prices().head(targets().size()).cwiseAbs();
        const double margin = columns[0], sum = std::max(p.sum(), 1e-300);
        Corner corner{network(columns.tail(columns.size() - 1)), p.cwiseProduct(targets()) / sum, margin,
                      where(p, 1e-9 * sum), false};
        corner.last =
            corner.network.size() == 0 || !(margin > 0.0);  // no network separates the data, as p proves
        if (!corner.last) {
            corner.network.weights /= margin;
        }
        return corner;
    }

    bool improve(const SparseNetwork& candidate, const Field& dual) override
    {
        const Field p = dual.cwiseProduct(targets()).cwiseMax(0.0);
        const double norm = candidate.norm();
        const double reached = targets().cwiseProduct(candidate.predictions(units())).minCoeff() / norm;
        const double bound = p.sum() > 0.0 ? margin_bound(targets(), units(), p) : infinite;
        const bool higher = reached > best_.low, lower = bound < best_.high;
        if (higher) {
            best_.low = reached;
            best_.network = candidate;
            best_.network.weights /= norm;
        }
        if (lower) {
            best_.high = bound;
            best_.dual = p / p.sum();
        }
        return higher || lower;
    }
};

class LeastNorm : public Extremum {
public:
    LeastNorm(const Field& targets, const Units& units) : Extremum(targets, units)
    {
        best_.high = infinite;
        best_.dual = Field::Zero(targets.size());
    }

private:
    std::unique_ptr<LinearProgramme> rows() const override
    {
        auto programme = std::make_unique<LinearProgramme>(LinearProgramme::Goal::least);
        for (const double target : targets()) {
            programme->add_row(LinearProgramme::RowKind::equal, target);
        }
        return programme;
    }
    Field column(const Field& phi) const override { return phi; }
    double cost() const override { return 1.0; }

    Corner corner() const override
    {
        return {network(programme().columns()), programme().row_prices(), 1.0,
                where(Field::Ones(targets().size()), 0.0), false};
    }

    bool improve(const SparseNetwork& candidate, const Field& dual) override
    {
        const Field q = dual / std::max(1.0, units().supremum(dual));
        const double bound = q.dot(targets());
        const bool higher = bound > best_.low;
        if (higher) {
            best_.low = bound;
            best_.dual = q;
        }
        const Field missed = targets() - candidate.predictions(units());
        const bool meets = missed.cwiseAbs().maxCoeff() <= 1e-9 * targets().cwiseAbs().maxCoeff();
        // What is missed would cost as much again, to first order by the dual weights.
        const double norm = candidate.norm() + std::max({0.0, q.dot(missed), best_.dual.dot(missed)});
        const bool lower = meets && norm < best_.high;
        if (lower) {
            best_.high = norm;
            best_.network = candidate;
        }
        best_.high =
            std::max(best_.high, best_.low);  // a network that misses a little may be a little too short
        return lower || higher;
    }
};

}  // namespace

Bracket largest_margin(const Field& labels, const Units& units, double tolerance)
{
    return LargestMargin(labels, units).solved(tolerance);
}

double largest_fixed_margin(const Field& labels, const Matrix& columns, bool both_signs)
{
    LinearProgramme programme(LinearProgramme::Goal::largest);
    for (Index i = 0; i < labels.size(); ++i) {
        programme.add_row(LinearProgramme::RowKind::at_least, 0.0);
    }
    programme.add_row(LinearProgramme::RowKind::at_most, 1.0);
    Field column = Field::Constant(labels.size() + 1, -1.0);
    column[labels.size()] = 0.0;
    programme.add_column(column, 1.0, true);
    column[labels.size()] = 1.0;
    for (Index j = 0; j < columns.cols(); ++j) {
        column.head(labels.size()) = columns.col(j).cwiseProduct(labels);
        programme.add_column(column, 0.0);
        if (both_signs) {
            column.head(labels.size()) *= -1.0;
            programme.add_column(column, 0.0);
        }
    }
    return programme.solve(false) ? programme.columns()[0] : missing;
}

Bracket least_norm(const Field& targets, const Units& units, double tolerance)
{
    return LeastNorm(targets, units).solved(tolerance);
}

}  // namespace widelimit
