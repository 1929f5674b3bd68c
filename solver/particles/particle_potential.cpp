// SPDX-License-Identifier: BSD-3-Clause
// psi and its gradient at the particles of a state.
#include "parts.hpp"
#include "widelimit/core/instructions.hpp"
#include "widelimit/particles/particle_flow.hpp"

namespace widelimit {
namespace {

/// Sums over nodes at some particles, sum_i r_i feature_i and its slope in `rank` coordinates, and the
/// amplitudes of these particles: scale sign_j, times a number that lies `stride` apart in `own` if there is
/// one.
struct Pulled {
    const double *g, *slope, *signs, *own;
    double scale;
    Index rank, stride, count;
};

/// psi += a g, and to the last coordinates of the gradient, `stride` a particle, a slope.
template <int rank, bool on_axis>
WIDELIMIT_WIDE_LOOP void add_pulled(const Pulled& of, double* __restrict psi, double* __restrict gradient)
{
    const Index slopes = rank > 0 ? rank : of.rank, stride = rank > 0 && !on_axis ? rank : of.stride;
    for (Index j = 0; j < of.count; ++j) {
        double amplitude = of.scale * of.signs[j];
        double* out = gradient + stride * j;
        if (on_axis) {
            out[0] += amplitude * of.g[j];
            amplitude *= of.own[stride * j];
        }
        psi[j] += amplitude * of.g[j];
        for (Index k = 0; k < slopes; ++k) {
            out[stride - slopes + k] += amplitude * of.slope[slopes * j + k];
        }
    }
}

}  // namespace

void ParticleFlow::potential(const Field& state, Field& psi, Matrix& gradient) const
{
    psi.resize(layout_.width);
    gradient.resize(layout_.coordinates, layout_.width);
    const Blocks blocks = particle_blocks(layout_.width);
    for_each_block(blocks,
                   [&](Index first, Index count) { set_confinement(state, first, count, psi, gradient); });
    if (neurons_) {
        neurons_->at(base(state))
            ->pull(evaluation_.slope, [&](Index first, Index count, const double* g, const double* slope) {
                add_features(state, first, count, g, slope, psi, gradient);
            });
    }
    add_pairs(state, pairs_ ? masses(state) : Field(), psi, gradient);
    for_each_block(blocks, [&](Index first, Index count) { make_tangential(state, first, count, gradient); });
}

/// On a sphere only what does not change the length counts.
void ParticleFlow::make_tangential(const Field& state, Index first, Index count, Matrix& gradient) const
{
    if (problem_->sphere == Sphere::none) {
        return;
    }
    const Index rank = layout_.coordinates;
    const double* x = state.data() + rank * first;
    double* slope = gradient.data() + rank * first;
    for (Index j = 0; j < count; ++j, x += rank, slope += rank) {
        double along = 0.0, square = 0.0;
        for (Index k = 0; k < rank; ++k) {
            along += x[k] * slope[k];
            square += x[k] * x[k];
        }
        for (Index k = 0; k < rank; ++k) {
            slope[k] -= along / square * x[k];
        }
    }
}

/// psi(a, theta) = a (K * (m - nu))(theta), a the amplitude; returns the discrepancy.
double ParticleFlow::add_pairs(const Field& state, const Field& masses, Field& psi, Matrix& gradient) const
{
    if (!pairs_) {
        return 0.0;
    }
    const Matrix points = layout_.points(state);
    const Field signs = problem_->amplitude_scale * signs_,
                amplitudes = signs.cwiseProduct(problem_->amplitudes(points));
    Field g;
    Matrix slope;
    const double value = pairs_->evaluate(points, masses.cwiseProduct(amplitudes), g, slope);
    psi += amplitudes.cwiseProduct(g);
    gradient += slope * amplitudes.asDiagonal();
    if (problem_->amplitude == Amplitude::axis) {
        gradient.row(0) += signs.cwiseProduct(g).transpose();
    }
    return value;
}

void ParticleFlow::set_confinement(const Field& state, Index first, Index count, Field& psi,
                                   Matrix& gradient) const
{
    auto potential = psi.segment(first, count);
    auto slopes = gradient.middleCols(first, count);
    if (level_) {
        potential.setConstant(*level_);
        slopes.setZero();
    } else {
        const Matrix here = layout_.points(state).middleCols(first, count);
        potential = problem_->confinement->value(here);
        slopes = problem_->confinement->slope(here);
    }
}

void ParticleFlow::add_features(const Field& state, Index first, Index count, const double* g,
                                const double* slope, Field& psi, Matrix& gradient) const
{
    const Index rank = problem_->base_rank(), coordinates = layout_.coordinates;
    const auto add = problem_->amplitude == Amplitude::axis ? add_pulled<0, true>
                     : rank == 1                            ? add_pulled<1, false>
                     : rank == 2                            ? add_pulled<2, false>
                     : rank == 3                            ? add_pulled<3, false>
                                                            : add_pulled<0, false>;
    add({g, slope, signs_.data() + first, state.data() + coordinates * first, problem_->amplitude_scale, rank,
         coordinates, count},
        psi.data() + first, gradient.col(first).data());
}

}  // namespace widelimit
