// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/core/instructions.hpp"
#include "widelimit/core/registry.hpp"
#include "widelimit/scheme/faces.hpp"
#include "widelimit/scheme/internal_flux.hpp"
#include "widelimit/scheme/stencils.hpp"

namespace widelimit {

/// One channel along one direction: arrays over its cells.
struct FluxInput {
    const double* density;  ///< times `scale`
    double scale = 1.0;
    const double* potential;
    const double* mobility;  ///< null where it is `level` everywhere
    double level = 1.0;
    double temperature = 0.0;
    const Internal* internal = nullptr;  ///< with the entropy at this temperature; null: none
    const double* reference = nullptr;   ///< m of the internal energy; null: 1
    const MeshSlopes::Gradients* slopes =
        nullptr;        ///< of the density on the sphere, one a cell; null: rows have them
    double mass = 1.0;  ///< of mu: density and scale are those of p = mu / mass

    double reference_of(Index cell) const { return reference == nullptr ? 1.0 : reference[cell]; }
    double ratio(Index cell) const { return mass * scale * density[cell] / reference_of(cell); }
    InternalFace internal_face(Index left, Index right, double per_distance) const
    {
        return {ratio(left), ratio(right), 0.5 * (reference_of(left) + reference_of(right)),
                potential[left] - potential[right], mean_mobility(left, right) * per_distance};
    }
    double mean_mobility(Index left, Index right) const
    {
        return mobility == nullptr ? level : 0.5 * (mobility[left] + mobility[right]);
    }
};

/// flow[k] = area * velocity at face k of the row, positive from left to right.
void volume_flow(const Stencils& stencils, const FaceRow& row, const FluxInput& in, double* flow);

/// From the density and the potential of one channel to the flux through every face.
class FluxScheme {
public:
    virtual ~FluxScheme() = default;
    /// flux[k] = area * flux per area of face k of the row, which has at most `faces_at_once`; positive from
    /// left to right.
    virtual void sweep(const Stencils& stencils, const FaceRow& row, const FluxInput& in,
                       double* flux) const = 0;
    /// The same for any number of faces between even cells; for fluxes between two cells only.
    virtual void sweep(const EvenFaces<double>& faces, double* flux) const;
    /// The same in single precision, of schemes that take it.
    virtual void sweep(const EvenFaces<float>& faces, double* flux) const;
    virtual bool takes_single() const { return false; }
    /// flux[k] = forward[k] * left - backward[k] * right for a flux that is linear in the averages.
    virtual void conductances(const Stencils& stencils, const FaceRow& row, const FluxInput& in,
                              double* forward, double* backward) const = 0;
    /// The flux per area through a single face.
    virtual double through(const FaceState& face) const = 0;
    /// Face values by limited slopes; otherwise cell averages.
    virtual bool reconstructs() const = 0;
    /// Includes diffusion; otherwise temperature is refused.
    virtual bool diffuses() const = 0;
    /// What computes the fluxes: the sweep, face by face; the same for an internal energy; or the high-order
    /// transport, which sees more cells than a row of faces does.
    enum class Kind { two_point, internal, high_order };
    virtual Kind kind() const { return Kind::two_point; }
    /// F does not increase semi-discretely (docs/numerics.md).
    virtual bool dissipates() const = 0;
};

struct FluxEntry {
    std::string name, meaning;
    std::function<std::unique_ptr<FluxScheme>()> make;
    std::vector<Key> keys = {};
};

Registry<FluxEntry>& fluxes();

/// The density at a face by the slope of the cell `here` between its neighbours there, across the face, and
/// far: between zero and twice the average.
inline double face_value(double far, double here, double there, const FaceGeometry::Side& side)
{
    const double beyond = side.ratio < 0.0 ? there : far;
    const double change = side.share * limited(side.ratio * (here - beyond), there - here),
                 most = side.most * here;
    return std::max(0.0, here + std::max(-most, std::min(most, change)));
}

/// The same in the middle of evenly spaced cells, where the limited slope keeps to these bounds by itself.
inline double even_face_value(double far, double here, double there)
{
    return std::max(0.0, here + half_limited(here - far, there - here));
}

/// The same beside a point cell.
inline double point_value(double far, double here, const PointSide& side)
{
    const double change = side.share * (here - far), most = side.most * here;
    return std::max(0.0, here + std::max(-most, std::min(most, change)));
}

/// The cells of a row of any stride side by side.
struct PackedRow {
    PackedRow(const FaceRow& strided, const FluxInput& input);

    FaceRow row;
    FluxInput in;
    std::array<double, 4 * faces_at_once> density;
    std::array<double, 2 * faces_at_once> potential, mobility;
};

/// What lies beside the faces of a row, from face to face; neighbours in the row are neighbours in memory.
template <bool uneven_mobility>
struct RowCells {
    RowCells(const FaceRow& row, const FluxInput& in)
        : left(in.density + row.left),
          right(in.density + row.right),
          far_left(in.density + row.far_left),
          far_right(in.density + row.far_right),
          psi(in.potential + row.left),
          chi(in.potential + row.right),
          of_left(uneven_mobility ? in.mobility + row.left : nullptr),
          of_right(uneven_mobility ? in.mobility + row.right : nullptr),
          level(in.level)
    {}
    double drop(Index k) const { return psi[k] - chi[k]; }
    double mobility(Index k) const { return uneven_mobility ? 0.5 * (of_left[k] + of_right[k]) : level; }

    const double *left, *right, *far_left, *far_right, *psi, *chi;
    const double *of_left, *of_right;
    double level;
};

/// Turns an author's flux into a sweep over rows of faces.
template <TwoPointFlux F>
class FaceSweep : public FluxScheme {
public:
    void sweep(const Stencils& stencils, const FaceRow& row, const FluxInput& in, double* flux) const override
    {
        const FaceGeometry geometry = stencils.geometry(row.geometry);
        const bool same = row.geometry_stride == 0, in_order = same || row.geometry_stride == 1;
        if (in.slopes != nullptr) {
            if (row.stride == 1 && row.geometry_stride == 1 && row.first_stride == 1) {
                (in.mobility == nullptr ? sweep_sphere<false> : sweep_sphere<true>)(stencils, row, in, flux);
            } else {
                sweep_any(stencils, row, in, flux);
            }
        } else if (!in_order) {
            sweep_any(stencils, row, in, flux);
        } else if (row.stride != 1) {
            const PackedRow packed(row, in);
            sweep(stencils, packed.row, packed.in, flux);
        } else if (same && geometry.even()) {
            (in.mobility == nullptr ? sweep_even<false> : sweep_even<true>)(row, geometry, in, flux);
        } else {
            const FaceTable& table = stencils.geometry();
            (in.mobility == nullptr ? same ? sweep_uneven<false, 0> : sweep_uneven<false, 1>
             : same ? sweep_uneven<true, 0>
                                    : sweep_uneven<true, 1>)(table, row, in, flux);
        }
    }

    void sweep(const EvenFaces<double>& faces, double* flux) const override { sweep_faces_of(faces, flux); }
    void sweep(const EvenFaces<float>& faces, double* flux) const override
    {
        if constexpr (single) {
            sweep_faces_of(faces, flux);
        } else {
            FluxScheme::sweep(faces, flux);
        }
    }
    bool takes_single() const override { return single; }

    void conductances(const Stencils& stencils, const FaceRow& row, const FluxInput& in, double* forward,
                      double* backward) const override
    {
        const F f;
        for (Index k = 0; k < row.count; ++k) {
            const FaceGeometry geometry = stencils.geometry(row.geometry + k * row.geometry_stride);
            const Index left = row.left + k * row.stride, right = row.right + k * row.stride;
            FaceState face{1.0, 0.0, in.potential[left] - in.potential[right],
                           in.mean_mobility(left, right) * geometry.per_distance, in.temperature};
            forward[k] = geometry.area * f(face);
            std::swap(face.left, face.right);
            backward[k] = -geometry.area * f(face);
        }
    }
    double through(const FaceState& face) const override { return F()(face); }
    bool reconstructs() const override { return F::reconstructs; }
    bool diffuses() const override { return F::diffuses; }
    bool dissipates() const override { return F::dissipates; }

private:
    static constexpr bool single = SingleFlux<F>;

    template <class Real>
    static void sweep_faces_of(const EvenFaces<Real>& faces, double* flux)
    {
        const auto sweep = faces.beyond != nullptr ? sweep_faces<true, Real> : sweep_faces<false, Real>;
        sweep(faces, faces.moving_slope, flux);
    }

    /// The division of a slope takes as long as the rest of a face, and in one loop they run side by side.
    template <bool limits, class Real>
    WIDELIMIT_WIDE_LOOP static void sweep_faces(const EvenFaces<Real>& in, Real* __restrict slope,
                                                double* __restrict flux)
    {
        const F f;
        const Real *u = in.left, *v = in.right, *psi = in.left_potential, *chi = in.right_potential;
        const Real *s = in.left_slope, *t = in.right_slope, *beyond = in.beyond;
        const Real conductance = in.conductance;
        for (Index k = 0; k < in.count; ++k) {
            const Real drop = psi[k] - chi[k];
            Real left = u[k], right = v[k];
            if constexpr (F::reconstructs) {
                Real of_left = left, of_right = right;
                if constexpr (limits) {
                    const Real next = half_limited(right - left, beyond[k] - right);
                    of_left += slope[k];
                    of_right -= next;
                    slope[k] = next;
                } else {
                    of_left += s[k];
                    of_right -= t[k];
                }
                left = right = std::max(Real(0), drop > 0 ? of_left : of_right);
            }
            flux[k] = f(FaceOf<Real>{left, right, drop, conductance, 0});
        }
    }

    /// All faces have the same geometry.
    template <bool uneven_mobility>
    WIDELIMIT_WIDE_LOOP static void sweep_even(const FaceRow& row, const FaceGeometry& geometry,
                                               const FluxInput& in, double* __restrict flux)
    {
        const F f;
        const RowCells<uneven_mobility> cells(row, in);
        const double area = geometry.area * in.scale, tau = in.temperature;
        const double per_distance = geometry.per_distance;
        for (Index k = 0; k < row.count; ++k) {
            const double drop = cells.drop(k);
            double left = cells.left[k], right = cells.right[k];
            if constexpr (F::reconstructs) {
                const double u_next = cells.far_left[k], v_next = cells.far_right[k];
                const bool forward = drop > 0.0;
                left = right = even_face_value(forward ? u_next : v_next, forward ? left : right,
                                               forward ? right : left);
            }
            flux[k] = area * f(FaceState{left, right, drop, cells.mobility(k) * per_distance, tau});
        }
    }

    /// Entries of the geometry go from face to face or are one.
    template <bool uneven_mobility, Index entry>
    WIDELIMIT_WIDE_LOOP static void sweep_uneven(const FaceTable& table, const FaceRow& row,
                                                 const FluxInput& in, double* __restrict flux)
    {
        const F f;
        const RowCells<uneven_mobility> cells(row, in);
        const auto column = [&](const std::vector<double>& of) { return of.data() + row.geometry; };
        const double *area = column(table.area), *per_distance = column(table.per_distance);
        const bool sides = F::reconstructs;
        const double* const left_ratio = sides ? column(table.left.ratio) : nullptr;
        const double* const left_share = sides ? column(table.left.share) : nullptr;
        const double* const left_most = sides ? column(table.left.most) : nullptr;
        const double* const right_ratio = sides ? column(table.right.ratio) : nullptr;
        const double* const right_share = sides ? column(table.right.share) : nullptr;
        const double* const right_most = sides ? column(table.right.most) : nullptr;
        const double tau = in.temperature, scale = in.scale;
        for (Index k = 0; k < row.count; ++k) {
            const Index g = k * entry;
            const double drop = cells.drop(k);
            double left = cells.left[k], right = cells.right[k];
            if constexpr (F::reconstructs) {
                const double u_next = cells.far_left[k], v_next = cells.far_right[k];
                const FaceGeometry::Side of_left{left_ratio[g], left_share[g], left_most[g]};
                const FaceGeometry::Side of_right{right_ratio[g], right_share[g], right_most[g]};
                const bool forward = drop > 0.0;
                left = right = face_value(
                    forward ? u_next : v_next, forward ? left : right, forward ? right : left,
                    {forward ? of_left.ratio : of_right.ratio, forward ? of_left.share : of_right.share,
                     forward ? of_left.most : of_right.most});
            }
            const double conductance = cells.mobility(k) * per_distance[g];
            flux[k] = area[g] * scale * f(FaceState{left, right, drop, conductance, tau});
        }
    }

    /// Faces and their geometry follow each other too.
    template <bool uneven_mobility>
    WIDELIMIT_WIDE_LOOP static void sweep_sphere(const Stencils& stencils, const FaceRow& row,
                                                 const FluxInput& in, double* __restrict flux)
    {
        const F f;
        const MeshSlopes& mesh = *stencils.slopes();
        const RowCells<uneven_mobility> cells(row, in);
        const double* const area = stencils.geometry().area.data() + row.geometry;
        const double* const per_distance = stencils.geometry().per_distance.data() + row.geometry;
        const double *s = in.slopes->first.data() + row.left, *t = in.slopes->second.data() + row.left;
        const double *p = in.slopes->first.data() + row.right, *q = in.slopes->second.data() + row.right;
        const double* const left_first = mesh.left().first.data() + row.first;
        const double* const left_second = mesh.left().second.data() + row.first;
        const double* const right_first = mesh.right().first.data() + row.first;
        const double* const right_second = mesh.right().second.data() + row.first;
        const double tau = in.temperature, scale = in.scale;
        for (Index k = 0; k < row.count; ++k) {
            const double drop = cells.drop(k), left = cells.left[k], right = cells.right[k];
            const double of_left = MeshSlopes::opposite({s[k], t[k]}, {left_first[k], left_second[k]}, right);
            const double of_right =
                MeshSlopes::opposite({p[k], q[k]}, {right_first[k], right_second[k]}, left);
            const bool forward = drop > 0.0;
            const double value = face_value(forward ? of_left : of_right, forward ? left : right,
                                            forward ? right : left, FaceGeometry::Side());
            const double conductance = cells.mobility(k) * per_distance[k];
            flux[k] = area[k] * scale * f(FaceState{value, value, drop, conductance, tau});
        }
    }

    static void sweep_any(const Stencils& stencils, const FaceRow& row, const FluxInput& in, double* flux)
    {
        const F f;
        const double* const u = in.density;
        for (Index k = 0; k < row.count; ++k) {
            const FaceGeometry geometry = stencils.geometry(row.geometry + k * row.geometry_stride);
            const Index step = k * row.stride, a = row.left + step, b = row.right + step;
            FaceState face{u[a], u[b], in.potential[a] - in.potential[b],
                           in.mean_mobility(a, b) * geometry.per_distance, in.temperature};
            if (F::reconstructs) {
                const bool forward = face.drop > 0.0;
                const Index here = forward ? a : b, there = forward ? b : a;
                double far = u[(forward ? row.far_left : row.far_right) + step];
                if (in.slopes != nullptr) {
                    const MeshSlopes& mesh = *stencils.slopes();
                    far = MeshSlopes::opposite(
                        {in.slopes->first[here], in.slopes->second[here]},
                        (forward ? mesh.left() : mesh.right()).of(row.first + k * row.first_stride),
                        u[there]);
                }
                face.left = face.right =
                    face_value(far, u[here], u[there], forward ? geometry.left : geometry.right);
            }
            flux[k] = geometry.area * in.scale * f(face);
        }
    }
};

template <TwoPointFlux F>
bool register_flux(const std::string& name, const std::string& meaning)
{
    return fluxes().add({name, meaning, [] { return std::make_unique<FaceSweep<F>>(); }, {}});
}

}  // namespace widelimit
