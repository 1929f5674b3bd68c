// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/scheme/flux.hpp"

#include "widelimit/core/error.hpp"

namespace widelimit {

Registry<FluxEntry>& fluxes()
{
    static Registry<FluxEntry> registry("flux");
    return registry;
}

namespace {

WIDELIMIT_WIDE_LOOP void even_flow(const double* left, const double* right, double factor, Index count,
                                   double* __restrict flow)
{
    for (Index k = 0; k < count; ++k) {
        flow[k] = factor * (left[k] - right[k]);
    }
}

WIDELIMIT_WIDE_LOOP void uneven_flow(const double* left, const double* right, const double* area,
                                     const double* per_distance, double level, Index count,
                                     double* __restrict flow)
{
    for (Index k = 0; k < count; ++k) {
        flow[k] = area[k] * per_distance[k] * level * (left[k] - right[k]);
    }
}

}  // namespace

PackedRow::PackedRow(const FaceRow& strided, const FluxInput& input) : row(strided), in(input)
{
    const Index n = faces_at_once;
    row.stride = 1;
    row.left = 0;
    row.right = n;
    row.far_left = 2 * n;
    row.far_right = 3 * n;
    // Face by face: the cells beside one lie in the same few lines of the cache.
    for (Index k = 0; k < row.count; ++k) {
        const Index step = k * strided.stride;
        density[static_cast<std::size_t>(k)] = input.density[strided.left + step];
        density[static_cast<std::size_t>(n + k)] = input.density[strided.right + step];
        density[static_cast<std::size_t>(2 * n + k)] = input.density[strided.far_left + step];
        density[static_cast<std::size_t>(3 * n + k)] = input.density[strided.far_right + step];
        potential[static_cast<std::size_t>(k)] = input.potential[strided.left + step];
        potential[static_cast<std::size_t>(n + k)] = input.potential[strided.right + step];
    }
    in.density = density.data();
    in.potential = potential.data();
    if (input.mobility != nullptr) {
        for (Index k = 0; k < row.count; ++k) {
            const Index step = k * strided.stride;
            mobility[static_cast<std::size_t>(k)] = input.mobility[strided.left + step];
            mobility[static_cast<std::size_t>(n + k)] = input.mobility[strided.right + step];
        }
        in.mobility = mobility.data();
    }
}

void FluxScheme::sweep(const EvenFaces<double>&, double*) const
{
    expects(false, "a flux between two cells");
}

void FluxScheme::sweep(const EvenFaces<float>&, double*) const
{
    expects(false, "a flux that takes single precision");
}

void volume_flow(const Stencils& stencils, const FaceRow& row, const FluxInput& in, double* flow)
{
    const double* const psi = in.potential;
    if (row.stride == 1 && row.geometry_stride == 1 && in.mobility == nullptr) {
        const FaceTable& table = stencils.geometry();
        uneven_flow(psi + row.left, psi + row.right, table.area.data() + row.geometry,
                    table.per_distance.data() + row.geometry, in.level, row.count, flow);
        return;
    }
    if (row.stride == 1 && row.geometry_stride == 0 && in.mobility == nullptr) {
        const FaceGeometry geometry = stencils.geometry(row.geometry);
        even_flow(psi + row.left, psi + row.right, geometry.area * geometry.per_distance * in.level,
                  row.count, flow);
        return;
    }
    for (Index k = 0; k < row.count; ++k) {
        const FaceGeometry geometry = stencils.geometry(row.geometry + k * row.geometry_stride);
        const Index left = row.left + k * row.stride, right = row.right + k * row.stride;
        flow[k] =
            geometry.area * geometry.per_distance * in.mean_mobility(left, right) * (psi[left] - psi[right]);
    }
}

}  // namespace widelimit
