// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/particles/pair_potential.hpp"

#include <algorithm>
#include <cmath>

#include "widelimit/core/blocks.hpp"
#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

/// Cells of an even division of a box, last axis fastest: centres and the masses of a law.
struct Cells {
    Matrix centres;
    Field masses;
};

Cells divided(const JointLaw& law, const Field& from, const Field& to, Index cells)
{
    const Index rank = from.size();
    Index count = 1;
    for (Index k = 0; k < rank; ++k) {
        count *= cells;
    }
    const Field width = (to - from) / static_cast<double>(cells);
    Matrix lower(rank, count);
    for (Index i = 0; i < count; ++i) {
        Index rest = i;
        for (Index k = rank; k-- > 0; rest /= cells) {
            lower(k, i) = from[k] + width[k] * static_cast<double>(rest % cells);
        }
    }
    const Matrix upper = lower.colwise() + width;
    return {0.5 * (lower + upper), law.masses_in(lower, upper)};
}

std::unique_ptr<TorusSum> torus_sum(const Problem& problem)
{
    const Interaction& interaction = *problem.interaction;
    const std::size_t rank = interaction.on.size();
    const Index usual = rank == 1 ? 128 : rank == 2 ? 64 : 16;
    std::vector<TorusAxis> axes;
    Field from(static_cast<Index>(rank)), to = from;
    Index most = 1;
    for (std::size_t k = 0; k < rank; ++k) {
        const Coordinate& circle = problem.coordinates[static_cast<std::size_t>(interaction.on[k])];
        const Index modes = interaction.modes.empty() ? usual : interaction.modes[k];
        axes.push_back({circle.from, circle.to - circle.from, modes});
        from[static_cast<Index>(k)] = circle.from;
        to[static_cast<Index>(k)] = circle.to;
        most = std::max(most, modes);
    }
    auto sum = std::make_unique<TorusSum>(axes, [&](const Field& xi) { return interaction.kernel->at(xi); });
    TorusSum::Modes target;
    if (interaction.law) {
        const Index cells = 4 * most;
        const Cells law = divided(*interaction.law, from, to, cells);
        target = sum->modes_of_cells(std::vector<Index>(rank, cells), interaction.mass * law.masses);
    }
    if (interaction.atoms.rows() > 0) {
        const TorusSum::Modes atoms = sum->modes_of(
            interaction.atoms.leftCols(static_cast<Index>(rank)).transpose(), interaction.atoms.rightCols(1));
        target.resize(atoms.size(), 0.0);
        std::transform(atoms.begin(), atoms.end(), target.begin(), target.begin(), std::plus<>());
    }
    if (!target.empty()) {
        sum->subtract(std::move(target));
    }
    return sum;
}

}  // namespace

/// All pairs on lines.
class PairPotential::Pairs {
public:
    explicit Pairs(const Interaction& interaction) : kernel_(interaction.kernel)
    {
        const auto rank = static_cast<Index>(interaction.on.size());
        Cells law;
        if (interaction.law) {
            Field from(rank), to(rank);
            for (Index k = 0; k < rank; ++k) {
                const auto marginal = interaction.law->marginal(k);
                from[k] = marginal->from();
                to[k] = marginal->to();
            }
            law = divided(*interaction.law, from, to, rank == 1 ? 1024 : rank == 2 ? 64 : 16);
        }
        const Index cells = law.masses.size(), atoms = interaction.atoms.rows();
        places_.resize(rank, cells + atoms);
        masses_.resize(cells + atoms);
        if (cells > 0) {
            places_.leftCols(cells) = law.centres;
            masses_.head(cells) = interaction.mass * law.masses;
        }
        if (atoms > 0) {
            places_.rightCols(atoms) = interaction.atoms.leftCols(rank).transpose();
            masses_.tail(atoms) = interaction.atoms.rightCols(1);
        }
        if (masses_.size() > 0) {
            Field g;
            Matrix unused;
            sum(places_, masses_, places_, g, unused);
            own_ = 0.5 * masses_.dot(g);
        }
    }

    double evaluate(const Matrix& points, const Field& charges, Field& g, Matrix& gradient) const
    {
        sum(points, charges, points, g, gradient);
        double value = 0.5 * charges.dot(g) + own_;
        if (masses_.size() > 0) {
            Field of_target;
            Matrix slope;
            sum(places_, masses_, points, of_target, slope);
            value -= charges.dot(of_target);
            g -= of_target;
            gradient -= slope;
        }
        return value;
    }

    /// |K(0)| and the largest second derivative there, from differences of slopes.
    double response(double growth) const
    {
        constexpr double h = 1e-3;
        const Index rank = places_.rows();
        double curvature = 0.0;
        Field slope;
        for (Index k = 0; k < rank; ++k) {
            kernel_->slope(h * Field::Unit(rank, k), slope);
            curvature += std::abs(slope[k]) / h;
        }
        return growth * std::abs(kernel_->at(Field::Zero(rank))) + curvature;
    }
    double height() const { return std::abs(kernel_->at(Field::Zero(places_.rows()))); }

private:
    void sum(const Matrix& from, const Field& charges, const Matrix& at, Field& g, Matrix& gradient) const
    {
        g.resize(at.cols());
        gradient.resize(at.rows(), at.cols());
        for_each_block({at.cols(), 64, 4}, [&](Index first, Index count) {
            Field z, slope, total(at.rows());
            for (Index i = first; i < first + count; ++i) {
                double value = 0.0;
                total.setZero();
                for (Index j = 0; j < from.cols(); ++j) {
                    z = at.col(i) - from.col(j);
                    value += charges[j] * kernel_->at(z);
                    kernel_->slope(z, slope);
                    total += charges[j] * slope;
                }
                g[i] = value;
                gradient.col(i) = total;
            }
        });
    }

    std::shared_ptr<const Kernel> kernel_;
    Matrix places_;  ///< of the target
    Field masses_;
    double own_ = 0.0;  ///< 1/2 int int K dnu dnu
};

namespace {

std::size_t circles_of(const Problem& problem)
{
    std::size_t circles = 0;
    for (const Index k : problem.interaction->on) {
        circles += problem.coordinates[static_cast<std::size_t>(k)].circle ? 1 : 0;
    }
    return circles;
}

}  // namespace

void PairPotential::check(const Problem& problem)
{
    const std::size_t circles = circles_of(problem);
    if (circles != 0 && circles != problem.interaction->on.size()) {
        throw ConfigError("[particles]: a kernel acts on circles or on lines, not on both at once");
    }
}

PairPotential::PairPotential(const Problem& problem)
    : on_(problem.interaction->on), coordinates_(static_cast<Index>(problem.coordinates.size()))
{
    check(problem);
    const double growth = problem.growth.kappa;
    const Field mobility = Field::Constant(static_cast<Index>(on_.size()), problem.frozen ? 0.0 : 1.0);
    if (circles_of(problem) > 0) {
        torus_ = torus_sum(problem);
        per_charge_ = torus_->response(growth, mobility);
        per_amplitude_ = torus_->response(1.0, 0.0 * mobility);
    } else {
        pairs_ = std::make_unique<Pairs>(*problem.interaction);
        per_charge_ = pairs_->response(growth);
        per_amplitude_ = pairs_->height();
    }
}

PairPotential::~PairPotential() = default;

double PairPotential::evaluate(const Matrix& points, const Field& charges, Field& g, Matrix& gradient) const
{
    Matrix places(static_cast<Index>(on_.size()), points.cols()), slope;
    for (std::size_t k = 0; k < on_.size(); ++k) {
        places.row(static_cast<Index>(k)) = points.row(on_[k]);
    }
    const double value =
        torus_ ? torus_->evaluate(places, charges, g, slope) : pairs_->evaluate(places, charges, g, slope);
    gradient.setZero(coordinates_, points.cols());
    for (std::size_t k = 0; k < on_.size(); ++k) {
        gradient.row(on_[k]) = slope.row(static_cast<Index>(k));
    }
    return value;
}

}  // namespace widelimit
