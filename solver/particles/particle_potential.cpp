// SPDX-License-Identifier: BSD-3-Clause
// psi and its gradient at the particles of a state.
#include "parts.hpp"
#include "widelimit/core/instructions.hpp"
#include "widelimit/particles/particle_flow.hpp"

namespace widelimit {
namespace {

template <int rank>
WIDELIMIT_WIDE_LOOP void add_ranks(const double* a, const double* b, Index count, double* __restrict out)
{
    for (Index j = 0; j < count; ++j) {
        for (Index k = 0; k < rank; ++k) {
            out[rank * j + k] += a[j] * b[rank * j + k];
        }
    }
}

/// `rank` numbers a particle, which lie `stride` apart in `out`.
void add_multiples(const double* a, const double* b, Index rank, Index count, double* __restrict out,
                   Index stride)
{
    const auto fixed = rank != stride ? nullptr
                       : rank == 1    ? add_ranks<1>
                       : rank == 2    ? add_ranks<2>
                       : rank == 3    ? add_ranks<3>
                                      : nullptr;
    if (fixed != nullptr) {
        fixed(a, b, count, out);
        return;
    }
    for (Index j = 0; j < count; ++j, b += rank, out += stride) {
        for (Index k = 0; k < rank; ++k) {
            out[k] += a[j] * b[k];
        }
    }
}

}  // namespace

void ParticleFlow::potential(const Field& state, Field& psi, Matrix& gradient) const
{
    const Field masses = pairs_ ? this->masses(state) : Field();
    Field g;
    Matrix slope;
    if (neurons_) {
        neurons_->at(neurons(state, Field()).base)->pull(evaluation_.slope, g, slope);
    }
    set_potential(state, masses, g, slope, psi, gradient);
    add_pairs(state, masses, psi, gradient);
    make_tangential(state, gradient);
}

/// On a sphere only what does not change the length counts.
void ParticleFlow::make_tangential(const Field& state, Matrix& gradient) const
{
    if (problem_->sphere == Sphere::none) {
        return;
    }
    const Index rank = layout_.coordinates;
    for_each_block(particle_blocks(layout_.width), [&](Index first, Index count) {
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
    });
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

double ParticleFlow::set_potential(const Field& state, const Field& masses, const Field& g,
                                   const Matrix& slope, Field& psi, Matrix& gradient) const
{
    const Index rank = layout_.coordinates;
    const auto points = layout_.points(state);
    const bool flat = problem_->confinement->stiffness() == 0.0;
    const double level = flat ? problem_->confinement->value(points.leftCols(1))[0] : 0.0;
    const bool weightless = masses.size() == 0 || (flat && level == 0.0);
    psi.resize(layout_.width);
    gradient.resize(rank, layout_.width);
    const auto set = [&](Index first, Index count) {
        auto potential = psi.segment(first, count);
        if (flat) {
            potential.setConstant(level);
            gradient.middleCols(first, count).setZero();
        } else {
            const Matrix here = points.middleCols(first, count);
            potential = problem_->confinement->value(here);
            gradient.middleCols(first, count) = problem_->confinement->slope(here);
        }
        const double confinement = weightless ? 0.0 : masses.segment(first, count).dot(potential);
        if (!neurons_) {
            return confinement;
        }
        Field amplitude = problem_->amplitude_scale * signs_.segment(first, count);
        if (problem_->amplitude == Amplitude::axis) {
            gradient.row(0).segment(first, count) +=
                amplitude.cwiseProduct(g.segment(first, count)).transpose();
            amplitude.array() *= points.row(0).segment(first, count).transpose().array();
        }
        add_ranks<1>(amplitude.data(), g.data() + first, count, psi.data() + first);
        add_multiples(amplitude.data(), slope.col(first).data(), slope.rows(), count,
                      gradient.col(first).data() + rank - slope.rows(), rank);
        return confinement;
    };
    return of_blocks(particle_blocks(layout_.width), set).sum();
}

}  // namespace widelimit
