// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <limits>

#include "widelimit/certificate/fixed_mass.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/core/numbers.hpp"

namespace widelimit {
namespace {

/// psi over base places w, minimised over the amplitude: V - |s g| for two signs, V + s g without, and
/// V - (s g)^2 / (2 c) where the amplitude is an axis; g = sum_i r_i feature_i.
class Envelope {
public:
    Envelope(const Problem& problem, const Field& slope, int sign)
        : problem_(&problem),
          kind_(sign == 0 ? problem.amplitude : Amplitude::none),
          slope_(sign < 0 ? Field(-slope) : slope),
          scale_(problem.amplitude_scale),
          stiffness_(problem.confinement->stiffness()),
          level_(
              problem.confinement->value(Matrix::Zero(static_cast<Index>(problem.coordinates.size()), 1))[0])
    {}

    /// At the centres of boxes of that half-width, and what psi exceeds within them.
    void look(const Matrix& centres, const Field& half, Field& value, Field& least) const
    {
        Field g;
        Matrix gradient;
        problem_->features->pull(centres, slope_, g, gradient);
        g *= scale_;
        gradient *= scale_;
        const Field v = 0.5 * stiffness_ * centres.colwise().squaredNorm().transpose();
        const double variation = scale_ * problem_->features->variation(slope_, half);
        const double remainder = scale_ * problem_->features->remainder(slope_, half);
        value.resize(g.size());
        least.resize(g.size());
        for (Index j = 0; j < g.size(); ++j) {
            const Field centre = centres.col(j);
            value[j] = level_ + v[j] - gain(g[j]);
            const double coarse = level_ + confined(centre, half) - gain(highest(g[j], variation));
            const double fine = level_ + v[j] - excess(g[j], gradient.col(j), centre, half, remainder);
            least[j] = std::max(coarse, std::isfinite(remainder) ? fine : coarse);
        }
    }

    /// Half the side of a cube that holds every w where psi could be as small as at 0; 0 if there is none.
    double region() const
    {
        const Index rank = problem_->base_rank();
        Field g;
        Matrix gradient;
        problem_->features->pull(Matrix::Zero(rank, 1), slope_, g, gradient);
        const double at_zero = scale_ * std::abs(g[0]);
        for (double radius = 1.0 / 16.0; radius < 1e9; radius *= 2.0) {
            // At most on the cube of that radius; beyond, V grows faster.
            const double grown = at_zero + scale_ * steepness() * radius;
            const double most = std::min(grown, scale_ * problem_->features->bound(slope_));
            const bool linear = kind_ != Amplitude::axis ||
                                std::isfinite(problem_->features->bound(slope_)) ||
                                scale_ * steepness() < stiffness_;
            const double room = 0.5 * stiffness_ * radius * radius;
            if (linear && room > size(most) + size(at_zero) && stiffness_ * radius > scale_ * steepness()) {
                return radius;
            }
        }
        return 0.0;
    }

    /// What evaluating psi may lose to round-off, of the size of its terms at w.
    double round_off(const Field& w) const
    {
        const Field terms = problem_->features->values(w).cwiseAbs() * slope_.cwiseAbs();
        const double g = scale_ * terms[0], v = std::abs(level_) + 0.5 * stiffness_ * w.squaredNorm();
        return 8.0 * std::numeric_limits<double>::epsilon() * (v + size(g));
    }

    Field neuron(const Field& w, double& sign) const
    {
        Field g;
        Matrix gradient;
        problem_->features->pull(w, slope_, g, gradient);
        sign = kind_ == Amplitude::signs && g[0] > 0.0 ? -1.0 : 1.0;
        if (kind_ != Amplitude::axis) {
            return w;
        }
        Field whole(w.size() + 1);
        whole << -scale_ * g[0] / stiffness_, w;
        return whole;
    }

private:
    /// What a good amplitude takes off V; of g where there is none.
    double gain(double g) const
    {
        switch (kind_) {
            case Amplitude::signs:
                return std::abs(g);
            case Amplitude::axis:
                return g * g / (2.0 * stiffness_);
            default:
                return -g;
        }
    }

    /// Largest |gain| of values up to g.
    double size(double g) const { return kind_ == Amplitude::axis ? gain(g) : g; }

    /// The value within `variation` of g with the largest gain.
    double highest(double g, double variation) const
    {
        return kind_ == Amplitude::none ? g - variation : std::abs(g) + variation;
    }

    /// Bound of V(0) + gain(g(w)) - V(w) + V(centre) over the box, beyond the tangents of g and V at the
    /// centre.
    double excess(double g, const Field& gradient, const Field& centre, const Field& half,
                  double remainder) const
    {
        const Field pull = stiffness_ * centre;
        const auto along = [&](const Field& slope) { return half.dot(slope.cwiseAbs()); };
        switch (kind_) {
            case Amplitude::none:
                return -g + along(pull + gradient) + remainder;
            case Amplitude::signs:
                return std::max(g + along(pull - gradient), -g + along(pull + gradient)) + remainder;
            default: {
                const double turn = along(gradient), far = std::abs(g) + turn;
                const double rest =
                    (turn * turn + 2.0 * remainder * far + remainder * remainder) / (2.0 * stiffness_);
                return gain(g) + along(pull - (g / stiffness_) * gradient) + rest;
            }
        }
    }

    /// V at the point of the box that is nearest to 0, its level left out.
    double confined(const Field& centre, const Field& half) const
    {
        return 0.5 * stiffness_ * (centre.cwiseAbs() - half).cwiseMax(0.0).squaredNorm();
    }

    /// Bound of |grad g| in the sense |g(p) - g(q)| <= that times |p - q|, over all coordinates together.
    double steepness() const
    {
        return problem_->features->variation(slope_, Field::Ones(problem_->base_rank()));
    }

    const Problem* problem_;
    Amplitude kind_;
    Field slope_;
    double scale_, stiffness_, level_;
};

/// The 2^rank halves of boxes.
Matrix divided(const Matrix& centres, const std::vector<Index>& kept, const Field& quarter)
{
    const Index rank = centres.rows(), parts = Index{1} << rank;
    Matrix out(rank, static_cast<Index>(kept.size()) * parts);
    Index next = 0;
    for (const Index j : kept) {
        for (Index part = 0; part < parts; ++part, ++next) {
            for (Index k = 0; k < rank; ++k) {
                out(k, next) = centres(k, j) + ((part >> k) & 1 ? quarter[k] : -quarter[k]);
            }
        }
    }
    return out;
}

}  // namespace

std::string no_infimum(const Problem& problem)
{
    if (!(problem.confinement->stiffness() > 0.0)) {
        return "certificates of networks with a fixed mass need problem.decay > 0, which keeps neurons "
               "together";
    }
    const Field ones = Field::Ones(problem.features->size()), apart = Field::Ones(problem.base_rank());
    if (!std::isfinite(problem.features->variation(ones, apart))) {
        return "certificates need an activation that states its constant `lipschitz`";
    }
    return problem.base_rank() <= 3 ? "" : "certificates by subdivision are for at most three input weights";
}

Infimum least_potential(const Problem& problem, const Field& slope, double tolerance, int sign, Index most)
{
    if (most == 0) {
        most = (Index{1} << 26) / std::max<Index>(16, problem.features->size());
    }
    const Envelope envelope(problem, slope, sign);
    const Index rank = problem.base_rank();
    const double region = envelope.region();
    Infimum found{-infinite, infinite, {}, 1.0, 0};
    if (region == 0.0) {
        return found;
    }
    Matrix centres = Matrix::Zero(rank, 1);
    Field half = Field::Constant(rank, region), value, least, best;
    double proved = infinite;
    for (int depth = 0; depth < 60; ++depth) {
        interruption_point();
        envelope.look(centres, half, value, least);
        found.boxes += centres.cols();
        Index at = 0;
        if (value.minCoeff(&at) < found.high) {
            found.high = value[at];
            best = centres.col(at);
        }
        std::vector<Index> kept;
        for (Index j = 0; j < least.size(); ++j) {
            if (least[j] < found.high - tolerance) {
                kept.push_back(j);
            } else {
                proved = std::min(proved, least[j]);
            }
        }
        const bool too_many = found.boxes + (static_cast<Index>(kept.size()) << rank) > most;
        if (kept.empty() || too_many) {
            for (const Index j : kept) {
                proved = std::min(proved, least[j]);
            }
            break;
        }
        half *= 0.5;
        centres = divided(centres, kept, half);
    }
    found.low = std::min(proved, found.high) - envelope.round_off(best);
    found.place = envelope.neuron(best, found.sign);
    found.sign = sign == 0 ? found.sign : sign;
    return found;
}

std::vector<FixedMass> fixed_masses(const Problem& problem)
{
    const InitialLaw& law = problem.initial;
    if (problem.amplitude != Amplitude::signs || problem.growth.kind != Growth::Kind::none) {
        return {{0, law.mass}};
    }
    std::vector<FixedMass> found;
    for (const FixedMass& one :
         {FixedMass{1, law.plus * law.mass}, FixedMass{-1, (1.0 - law.plus) * law.mass}}) {
        if (one.mass > 0.0) {
            found.push_back(one);
        }
    }
    return found;
}

FixedMassBound fixed_mass_bound(const Problem& problem, const Field& slope, double tolerance)
{
    FixedMassBound bound{-problem.risk->conjugate(slope), {}};
    for (const FixedMass& one : fixed_masses(problem)) {
        bound.infima.push_back(least_potential(problem, slope, tolerance / problem.initial.mass, one.sign));
        bound.value += one.mass * bound.infima.back().low;
    }
    return bound;
}

}  // namespace widelimit
