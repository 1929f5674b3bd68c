// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/core/grid.hpp"
#include "widelimit/core/registry.hpp"

namespace widelimit {

/// What a flux between two cells depends on.  `left` and `right` are cell averages of the density, or its
/// values at the face where the scheme reconstructs; `drop` is psi_left - psi_right.
struct FaceState {
    double left, right;
    double drop, distance;
    double mobility, temperature;
};

/// What an author writes: the flux per area from left to right.
template <class T>
concept TwoPointFlux = requires(const T f, const FaceState& face)
{
    {
        f(face)
        } -> std::convertible_to<double>;
};

/// From the density and the potential of one channel to the flux through every face.
class FluxScheme {
public:
    virtual ~FluxScheme() = default;
    /// flux[face] = area * flux per area for the faces of one direction, positive from left to right. `lower`
    /// and `upper` are the values of the density at a cell's two ends along it: equal to the density without
    /// reconstruction.
    virtual void sweep(const Grid& grid, int direction, const Field& lower, const Field& upper,
                       const Field& potential, const Field& mobility, double temperature,
                       Field& flux) const = 0;
    /// The flux per area through a single face.
    virtual double through(const FaceState& face) const = 0;
    /// Face values by limited slopes; otherwise cell averages.
    virtual bool reconstructs() const = 0;
    /// Includes diffusion; otherwise temperature is refused.
    virtual bool diffuses() const = 0;
    /// F does not increase semi-discretely (docs/numerics.md).
    virtual bool dissipates() const = 0;
};

struct FluxEntry {
    std::string name, meaning;
    std::function<std::unique_ptr<FluxScheme>()> make;
    std::vector<Key> keys = {};
};

Registry<FluxEntry>& fluxes();

/// Turns an author's flux into a sweep over all faces.
template <TwoPointFlux F>
class FaceSweep : public FluxScheme {
public:
    void sweep(const Grid& grid, int direction, const Field& lower, const Field& upper,
               const Field& potential, const Field& mobility, double temperature, Field& flux) const override
    {
        const F f;
        for_each_face(grid, direction, [&](Index face, Index left, Index right, Index g) {
            const FaceState state{upper[left],
                                  lower[right],
                                  potential[left] - potential[right],
                                  grid.distances()[g],
                                  0.5 * (mobility[left] + mobility[right]),
                                  temperature};
            flux[face] = grid.areas()[g] * f(state);
        });
    }
    double through(const FaceState& face) const override { return F()(face); }
    bool reconstructs() const override { return F::reconstructs; }
    bool diffuses() const override { return F::diffuses; }
    bool dissipates() const override { return F::dissipates; }
};

template <TwoPointFlux F>
bool register_flux(const std::string& name, const std::string& meaning)
{
    return fluxes().add({name, meaning, [] { return std::make_unique<FaceSweep<F>>(); }, {}});
}

/// Values of the density at the lower and upper ends of every cell along a direction, from the harmonic mean
/// of the differences to both neighbours, 0 at an extremum (van Leer, J. Comput. Phys. 14, 1974).  Where a
/// cell has a neighbour on one side only (a wall, a point cell) its slope is that side's difference.  All
/// values lie between 0 and twice the average.
void reconstruct(const Grid& grid, int direction, const Field& density, Field& lower, Field& upper);

}  // namespace widelimit
