// SPDX-License-Identifier: BSD-3-Clause
// The parts of F that are integrals of a function of the density.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "widelimit/core/elementary.hpp"
#include "widelimit/core/instructions.hpp"
#include "widelimit/core/passes.hpp"
#include "widelimit/energy/free_energy.hpp"

namespace widelimit {
namespace {

[[gnu::always_inline]] inline double entropy_of_cell(double mass, double volume, double log_reference)
{
    const double level = natural_log(mass > 0.0 ? mass / volume : 1.0);
    return mass > 0.0 ? mass * (level - log_reference) : 0.0;
}

WIDELIMIT_WIDE_LOOP double entropy_of_cells(const double* masses, const double* volumes,
                                            const double* log_reference, Index count)
{
    constexpr Index lanes = 8;  // whatever the processor
    std::array<double, lanes> sums{};
    Index k = 0;
    for (; k + lanes <= count; k += lanes) {
        for (Index j = 0; j < lanes; ++j) {
            sums[static_cast<std::size_t>(j)] +=
                entropy_of_cell(masses[k + j], volumes[k + j], log_reference[k + j]);
        }
    }
    for (; k < count; ++k) {
        sums[0] += entropy_of_cell(masses[k], volumes[k], log_reference[k]);
    }
    return std::accumulate(sums.begin(), sums.end(), 0.0);
}

}  // namespace

/// int log(u / m) dp over the cells.
double FreeEnergy::entropy(const Field& state) const
{
    const double *volumes = grid_->volumes().data(), *reference = log_reference_.data();
    double sum = 0.0;
    for (Index c = 0; c < layout_.channels; ++c) {
        const double* const masses = state.data() + c * layout_.sites();
        sum += of_blocks(blocks_of_values(layout_.cells), [&](Index first, Index count) {
                   return entropy_of_cells(masses + first, volumes + first, reference + first, count);
               }).sum();
    }
    return sum;
}

double FreeEnergy::internal(const Field& state) const
{
    double sum = 0.0;
    const double mass = std::exp(state[layout_.log_mass()]);
    for (Index c = 0; c < layout_.channels; ++c) {
        const auto masses = layout_.channel(state, c);
        sum += of_blocks(blocks_of_values(layout_.cells), [&](Index first, Index count) {
                   double part = 0.0;
                   for (Index i = first; i < first + count; ++i) {
                       const double rest =
                           grid_->volumes()[i] * (reference() == nullptr ? 1.0 : reference_[i]);
                       part += rest * problem_->internal->energy(mass * masses[i] / rest);
                   }
                   return part;
               }).sum();
    }
    return sum;
}

}  // namespace widelimit
