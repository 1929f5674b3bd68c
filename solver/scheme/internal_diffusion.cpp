// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "channel_flux.hpp"
#include "lines.hpp"
#include "tridiagonal.hpp"
#include "widelimit/core/numbers.hpp"
#include "widelimit/scheme/internal_flux.hpp"

namespace widelimit {
namespace {

/// Lines of cells side by side, lines x length: what one implicit step on them needs.
struct LineFaces {
    Matrix psi;          ///< of the cells
    Matrix reference;    ///< m over the mass of mu: r = density of p / reference
    Matrix conductance;  ///< of the face to the successor
    Matrix area;         ///< 0 where there is no face
};

class InternalDiffusion : public Part {
public:
    explicit InternalDiffusion(const GridFlow& flow) : flow_(&flow)
    {
        for (Index k = 0; k < flow.grid().rank(); ++k) {
            lines_.emplace_back(flow.grid(), k);
        }
        area_.resize(flow.grid().faces());
        conductance_.resize(flow.grid().faces());
        for_each_face(flow.grid(), [&](Index face, Index a, Index b, Index g, int direction) {
            const Field& mobility = flow.energy().mobility(direction);
            area_[face] = flow.grid().areas()[g];
            conductance_[face] = 0.5 * (mobility[a] + mobility[b]) / flow.grid().distances()[g];
        });
    }
    std::string name() const override { return "internal diffusion"; }

    void add_rate(const Field& state, Field& rate) const override { add_fluxes(*flow_, state, rate); }

    /// Face values are at most twice the average, and the linearised diffusion of a cell stays a mean.
    double rate_limit(const Field& state) const override
    {
        const Grid& grid = flow_->grid();
        double fastest = 0.0;
        for_each_channel(state, [&](const ChannelInput& in) {
            Field out = Field::Zero(grid.sites()), spread = out;
            for_each_face(grid, [&](Index, Index a, Index b, Index g, int direction) {
                const FluxInput along = in.along(direction);
                const InternalFace face = along.internal_face(a, b, 1.0 / grid.distances()[g]);
                const double pull =
                    face.drop + along.internal->slope(face.left) - along.internal->slope(face.right);
                const double flow = 2.0 * grid.areas()[g] * face.conductance * std::abs(pull);
                out[pull > 0.0 ? a : b] += flow / grid.volumes()[pull > 0.0 ? a : b];
                const double slope = std::max(along.internal->pressure_slope(face.left),
                                              along.internal->pressure_slope(face.right));
                for (const Index cell : {a, b}) {
                    spread[cell] += grid.areas()[g] * face.conductance * slope / grid.volumes()[cell];
                }
            });
            fastest = std::max({fastest, out.maxCoeff(), spread.maxCoeff()});
        });
        return fastest > 0.0 ? 1.0 / fastest : infinite;
    }

    /// Strang's composition over the axes.
    void advance(Field& state, double dt, Advance how) const override
    {
        const std::size_t last = lines_.size() - 1;
        for (std::size_t axis = 0; axis < last; ++axis) {
            advance_axis(axis, 0.5 * dt, how, state);
        }
        advance_axis(last, dt, how, state);
        for (std::size_t axis = last; axis-- > 0;) {
            advance_axis(axis, 0.5 * dt, how, state);
        }
    }

    /// One step of mean motion is a cell: 1 / dt = sum over the axes of the root mean square over mu of
    /// velocity / distance, and of the longest wave's velocity over the cell width.
    double advance_limit(const Field& state) const override
    {
        const Grid& grid = flow_->grid();
        const auto size = static_cast<std::size_t>(grid.directions());
        std::vector<double> square(size, 0.0), wave(size, 0.0);
        for_each_channel(state, [&](const ChannelInput& in) {
            for_each_face(grid, [&](Index, Index a, Index b, Index g, int direction) {
                const auto k = static_cast<std::size_t>(direction);
                const double distance = grid.distances()[g];
                const FluxInput along = in.along(direction);
                const InternalFace face = along.internal_face(a, b, 1.0 / distance);
                const Internal& e = *along.internal;
                const double mass = 0.5 * (in.mass(a) + in.mass(b));
                const double velocity =
                    face.conductance * (face.drop + e.slope(face.left) - e.slope(face.right));
                square[k] += mass * velocity * velocity / (distance * distance);
                wave[k] += mass * face.conductance * 0.5 *
                           (e.pressure_slope(face.left) + e.pressure_slope(face.right)) /
                           grid.axes()[k].length();
            });
        });
        double rate = 0.0;
        for (std::size_t k = 0; k < size; ++k) {
            rate += std::sqrt(square[k]) + 2.0 * std::numbers::pi * wave[k];
        }
        return rate > 0.0 ? 1.0 / rate : infinite;
    }

private:
    template <class Visit>
    void for_each_channel(const Field& state, const Visit& visit) const
    {
        for (const ChannelInput& in : channel_inputs(*flow_, state)) {
            visit(in);
        }
    }

    void advance_axis(std::size_t axis, double dt, Advance how, Field& state) const
    {
        constexpr Index side_by_side = 32;
        const Lines& lines = lines_[axis];
        const Index blocks = (lines.count() + side_by_side - 1) / side_by_side;
        const Index channels = flow_->layout().channels, sites = flow_->layout().sites();
        const std::vector<ChannelInput> inputs = channel_inputs(*flow_, state);
        const Blocks shared{blocks * channels, 1, flow_->grid().sites() < 2048 ? blocks * channels + 1 : 2};
        for_each_block(shared, [&](Index block, Index) {
            const Index channel = block / blocks, first = block % blocks * side_by_side;
            const Index count = std::min(side_by_side, lines.count() - first);
            const FluxInput in = inputs[static_cast<std::size_t>(channel)].along(static_cast<int>(axis));
            advance_lines(lines, first, count, in, dt, how, state.data() + channel * sites);
        });
    }

    void advance_lines(const Lines& lines, Index first, Index count, const FluxInput& in, double dt,
                       Advance how, double* mass) const
    {
        LineSystems systems(count, lines.length(), lines.circle());
        LineFaces faces;
        Matrix values(count, lines.length());
        for (Matrix* field : {&faces.psi, &faces.reference, &faces.conductance, &faces.area}) {
            field->setZero(count, lines.length());
        }
        for_each_place(lines, count, [&](Index l, Index i) {
            const Index cell = lines.first_cell(first + l) + i * lines.stride();
            values(l, i) = mass[cell];
            systems.volumes(l, i) = flow_->grid().volumes()[cell];
            faces.psi(l, i) = in.potential[cell];
            faces.reference(l, i) = in.reference_of(cell) / in.mass;
        });
        load_faces(lines, first, faces);
        step(*in.internal, faces, systems, dt, how, values);
        for_each_place(lines, count, [&](Index l, Index i) {
            mass[lines.first_cell(first + l) + i * lines.stride()] = values(l, i);
        });
    }

    void load_faces(const Lines& lines, Index first, LineFaces& faces) const
    {
        const Index last = lines.length() - 1;
        const auto load = [&](Index l, Index i, Index face) {
            faces.area(l, i) = area_[face];
            faces.conductance(l, i) = conductance_[face];
        };
        for (Index l = 0; l < faces.area.rows(); ++l) {
            for (Index i = 0; i < last; ++i) {
                load(l, i, lines.first_face(first + l) + i * lines.stride());
            }
            if (lines.circle()) {
                load(l, last, lines.closing_face(first + l));
            }
        }
    }

    /// Backward Euler, or the two-stage method of order 2 made of it, as for linear diffusion.
    static void step(const Internal& e, const LineFaces& faces, LineSystems& systems, double dt, Advance how,
                     Matrix& mass)
    {
        if (how == Advance::robust) {
            euler(e, faces, systems, dt, mass);
            return;
        }
        const double part = (1.0 - 0.5 * std::numbers::sqrt2) * dt;
        const Matrix before = mass;
        euler(e, faces, systems, part, mass);
        mass += std::numbers::sqrt2 * (mass - before);
        euler(e, faces, systems, part, mass);
    }

    /// Two steps of half the size where Newton's method fails; not a number where many halvings do not help.
    static void euler(const Internal& e, const LineFaces& faces, LineSystems& systems, double dt,
                      Matrix& mass, int halvings = 8)
    {
        if (newton(e, faces, systems, dt, mass)) {
            return;
        }
        if (halvings == 0) {
            mass.setConstant(std::numeric_limits<double>::quiet_NaN());
            return;
        }
        euler(e, faces, systems, 0.5 * dt, mass, halvings - 1);
        euler(e, faces, systems, 0.5 * dt, mass, halvings - 1);
    }

    /// For u + dt div flux(u) = mass / volume on all lines; false, with the masses as they were, if it fails.
    static bool newton(const Internal& e, const LineFaces& faces, LineSystems& systems, double dt,
                       Matrix& mass)
    {
        constexpr int most = 40;
        constexpr double tolerance = 1e-13;
        const Matrix before = mass;
        Matrix u = (mass.array() / systems.volumes.array()).max(0.0), next;
        for (int k = 0; k < most && u.allFinite(); ++k) {
            next = before;
            linearise(e, faces, u, dt, systems, next);
            systems.eliminate(dt);
            systems.solve(next);
            const double change = (next - u).cwiseAbs().maxCoeff(), scale = next.cwiseAbs().maxCoeff();
            // A density that Newton's step would make negative falls to a tenth at most.
            u = next.cwiseMax(0.1 * u);
            if (change <= tolerance * scale) {
                mass = next.array() * systems.volumes.array();
                restore_sums(before, mass);
                return true;
            }
        }
        return false;
    }

    /// The slopes of the fluxes at u, and what is left of them on the right-hand side.
    static void linearise(const Internal& e, const LineFaces& faces, const Matrix& u, double dt,
                          LineSystems& systems, Matrix& right_hand_side)
    {
        const Index last = u.cols() - 1;
        for (Index i = 0; i <= last; ++i) {
            const Index n = i < last ? i + 1 : 0;
            for (Index l = 0; l < u.rows(); ++l) {
                if (faces.area(l, i) == 0.0) {
                    continue;
                }
                const double m = faces.reference(l, i), n_m = faces.reference(l, n);
                const double level = 0.5 * (m + n_m);
                const InternalFlux flux =
                    internal_flux(e, {u(l, i) / m, u(l, n) / n_m, level, faces.psi(l, i) - faces.psi(l, n),
                                      faces.conductance(l, i)});
                const double forward = faces.area(l, i) * flux.of_left / m,
                             backward = faces.area(l, i) * flux.of_right / n_m;
                systems.forward(l, i) = forward;
                systems.backward(l, i) = backward;
                const double rest = faces.area(l, i) * flux.value - (forward * u(l, i) - backward * u(l, n));
                right_hand_side(l, i) -= dt * rest;
                right_hand_side(l, n) += dt * rest;
            }
        }
    }

    const GridFlow* flow_;
    std::vector<Lines> lines_;
    Field area_, conductance_;  ///< one a face
};

}  // namespace

std::unique_ptr<Part> make_internal_diffusion(const GridFlow& flow)
{
    return std::make_unique<InternalDiffusion>(flow);
}

}  // namespace widelimit
