// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "lines.hpp"
#include "parts.hpp"
#include "tridiagonal.hpp"
#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

/// The flux through a face is forward * u_left - backward * u_right.
struct Conductances {
    Field forward, backward;
};

class DriftDiffusion : public Part {
public:
    explicit DriftDiffusion(const GridFlow& flow) : flow_(&flow)
    {
        for (Index k = 0; k < flow.grid().rank(); ++k) {
            lines_.emplace_back(flow.grid(), k);
        }
    }
    std::string name() const override { return "drift-diffusion"; }

    void add_rate(const Field& state, Field& rate) const override { add_fluxes(*flow_, state, rate); }

    double rate_limit(const Field&) const override
    {
        double fastest = 0.0;
        const Grid& grid = flow_->grid();
        const std::vector<Conductances> all = conductances();
        for (Index c = 0; c < flow_->layout().channels; ++c) {
            const Conductances& k = all[static_cast<std::size_t>(c)];
            Field out = Field::Zero(grid.sites());
            for_each_face(grid, [&](Index face, Index left, Index right, Index, int) {
                out[left] += k.forward[face] / grid.volumes()[left];
                out[right] += k.backward[face] / grid.volumes()[right];
            });
            for (const PointCell& wall : grid.point_cells()) {
                out[wall.beside()] += into(wall, c) / grid.volumes()[wall.beside()];
            }
            fastest = std::max(fastest, out.maxCoeff());
        }
        return 1.0 / fastest;
    }

    /// Strang's composition over the axes, each with its own M-matrix at the frozen potential.
    void advance(Field& state, double dt, Advance how) const override
    {
        const std::size_t last = lines_.size() - 1;
        const std::vector<Conductances> k = conductances();
        for (std::size_t axis = 0; axis < last; ++axis) {
            advance_axis(lines_[axis], k, 0.5 * dt, how, state);
        }
        advance_axis(lines_[last], k, dt, how, state);
        for (std::size_t axis = last; axis-- > 0;) {
            advance_axis(lines_[axis], k, 0.5 * dt, how, state);
        }
    }

    /// One step of mean motion is a cell: 1 / dt = sum over the axes of the root mean square over mu of
    /// (drift + diffusive velocity) / distance, and of the longest wave's velocity over the cell width.
    double advance_limit(const Field& state) const override
    {
        const Grid& grid = flow_->grid();
        const double tau = flow_->temperature();
        const auto size = static_cast<std::size_t>(grid.directions());
        std::vector<double> drift(size, 0.0), diffusion(size, 0.0), slowest(size, 0.0);
        for (Index c = 0; c < flow_->layout().channels; ++c) {
            const Field psi = flow_->driving_potential(c);
            const auto mass = flow_->layout().channel(state, c);
            for_each_face(grid, [&](Index, Index a, Index b, Index g, int direction) {
                const auto k = static_cast<std::size_t>(direction);
                const Field& mobility = flow_->energy().mobility(direction);
                const double scale =
                    0.5 * (mobility[a] + mobility[b]) / (grid.distances()[g] * grid.distances()[g]);
                const double u = mass[a] / grid.volumes()[a], v = mass[b] / grid.volumes()[b];
                const double volume = grid.areas()[g] * grid.distances()[g];
                const double drop = scale * (psi[a] - psi[b]), difference = scale * tau * (u - v);
                drift[k] += 0.5 * (u + v) * volume * drop * drop;
                diffusion[k] += u + v > 0.0 ? volume * difference * difference / (0.5 * (u + v)) : 0.0;
                const DividedAxis& axis = grid.axes()[k];
                slowest[k] = std::max(slowest[k], scale * tau * grid.distances()[g] / axis.length());
            });
        }
        double rate = 0.0;
        for (std::size_t k = 0; k < size; ++k) {
            rate += std::sqrt(drift[k]) + std::sqrt(diffusion[k]) + 2.0 * std::numbers::pi * slowest[k];
        }
        return rate > 0.0 ? 1.0 / rate : std::numeric_limits<double>::infinity();
    }

private:
    /// Of all channels, parts of rows shared by threads.
    std::vector<Conductances> conductances() const
    {
        const Index faces = flow_->grid().faces();
        std::vector<FaceRow> parts;
        for (const FaceRow& row : flow_->stencils().rows()) {
            for_each_part(row, [&](const FaceRow& part, Index) { parts.push_back(part); });
        }
        const auto number = static_cast<Index>(parts.size());
        std::vector<Conductances> all;
        std::vector<Field> potentials;
        for (Index c = 0; c < flow_->layout().channels; ++c) {
            all.push_back({Field(faces), Field(faces)});
            potentials.push_back(flow_->driving_potential(c));
        }
        for_each_block(shared(number * flow_->layout().channels, 16), [&](Index first, Index count) {
            for (Index k = first; k < first + count; ++k) {
                const auto c = static_cast<std::size_t>(k / number);
                fill(parts[static_cast<std::size_t>(k % number)], potentials[c], all[c]);
            }
        });
        return all;
    }

    void fill(const FaceRow& row, const Field& psi, Conductances& k) const
    {
        std::array<double, faces_at_once> forward, backward;
        const Field& m = flow_->energy().mobility(row.direction);
        const bool even = flow_->even_mobility(row.direction);
        const FluxInput in{nullptr, 1.0, psi.data(), even ? nullptr : m.data(), m[0], flow_->temperature()};
        flow_->scheme().conductances(flow_->stencils(), row, in, forward.data(), backward.data());
        for (Index i = 0; i < row.count; ++i) {
            const Index face = row.first + i * row.first_stride;
            k.forward[face] = forward[static_cast<std::size_t>(i)];
            k.backward[face] = backward[static_cast<std::size_t>(i)];
        }
    }

    Blocks shared(Index count, Index size) const
    {
        return {count, size, flow_->grid().sites() < 8192 ? count + 1 : 2};
    }

    /// What flows into a wall per unit density beside it.
    double into(const PointCell& wall, Index channel) const
    {
        const double* const psi = flow_->evaluation().potential.data() + channel * flow_->grid().sites();
        const Field& reference = flow_->energy().log_reference();
        const Index cell = wall.beside();
        const double tau = flow_->temperature();
        const Field& mobility = flow_->energy().mobility(wall.direction);
        const double drop = psi[cell] - psi[wall.site] - tau * (reference[cell] - reference[wall.site]);
        const double m = 0.5 * (mobility[cell] + mobility[wall.site]);
        return wall.area * flow_->scheme().through({1.0, 0.0, drop, m / wall.reach(), tau});
    }

    /// Lines side by side of one channel, one block.
    void advance_axis(const Lines& lines, const std::vector<Conductances>& k, double dt, Advance how,
                      Field& state) const
    {
        constexpr Index side_by_side = 32;
        const Index blocks = (lines.count() + side_by_side - 1) / side_by_side;
        for_each_block(shared(blocks * flow_->layout().channels, 1), [&](Index block, Index) {
            const Index channel = block / blocks, first = block % blocks * side_by_side;
            const Index count = std::min(side_by_side, lines.count() - first);
            double* const mass = state.data() + channel * flow_->layout().sites();
            advance_lines(lines, channel, first, count, k[static_cast<std::size_t>(channel)], dt, how, mass);
        });
    }

    void advance_lines(const Lines& lines, Index channel, Index first, Index count, const Conductances& k,
                       double dt, Advance how, double* mass) const
    {
        const Index low = lines.low_wall() ? 1 : 0, high = lines.high_wall() ? 1 : 0;
        LineSystems systems(count, lines.length() + low + high, lines.circle());
        Matrix values(count, systems.length());
        load(lines, first, k, mass, systems, values);
        load_walls(lines, channel, first, mass, systems, values);
        step(systems, dt, how, values);
        for_each_place(lines, count, [&](Index l, Index i) {
            mass[lines.first_cell(first + l) + i * lines.stride()] = values(l, low + i);
        });
        for (Index l = 0; l < count; ++l) {
            if (low == 1) {
                mass[lines.low(first + l).site] = values(l, 0);
            }
            if (high == 1) {
                mass[lines.high(first + l).site] = values(l, low + lines.length());
            }
        }
    }

    void load(const Lines& lines, Index first, const Conductances& k, const double* mass,
              LineSystems& systems, Matrix& values) const
    {
        const Index low = lines.low_wall() ? 1 : 0, last = lines.length() - 1, stride = lines.stride();
        const Field& volumes = flow_->grid().volumes();
        for_each_place(lines, systems.lines(), [&](Index l, Index i) {
            const Index cell = lines.first_cell(first + l) + i * stride;
            values(l, low + i) = mass[cell];
            systems.volumes(l, low + i) = volumes[cell];
            if (i < last) {
                const Index face = lines.first_face(first + l) + i * stride;
                systems.forward(l, low + i) = k.forward[face];
                systems.backward(l, low + i) = k.backward[face];
            }
        });
        for (Index l = 0; lines.circle() && l < systems.lines(); ++l) {
            systems.forward(l, last) = k.forward[lines.closing_face(first + l)];
            systems.backward(l, last) = k.backward[lines.closing_face(first + l)];
        }
    }

    /// A wall is one more element, of volume one, that nothing leaves.
    void load_walls(const Lines& lines, Index channel, Index first, const double* mass, LineSystems& systems,
                    Matrix& values) const
    {
        const Index low = lines.low_wall() ? 1 : 0, n = lines.length();
        for (Index l = 0; l < systems.lines(); ++l) {
            if (lines.low_wall()) {
                systems.volumes(l, 0) = 1.0;
                systems.backward(l, 0) = into(lines.low(first + l), channel);
                values(l, 0) = mass[lines.low(first + l).site];
            }
            if (lines.high_wall()) {
                systems.volumes(l, low + n) = 1.0;
                systems.forward(l, low + n - 1) = into(lines.high(first + l), channel);
                values(l, low + n) = mass[lines.high(first + l).site];
            }
        }
    }

    /// Backward Euler, or the stiffly accurate two-stage method of order 2 made of it (Alexander, SIAM J.
    /// Numer. Anal. 14, 1977): with v the result of a step of gamma dt, gamma = 1 - 1 / sqrt 2, another one
    /// from v + sqrt 2 (v - m).  Both keep what backward Euler keeps: the mass and the Gibbs state.
    static void step(LineSystems& systems, double dt, Advance how, Matrix& mass)
    {
        if (how == Advance::robust) {
            systems.eliminate(dt);
            systems.advance(mass);
            return;
        }
        systems.eliminate((1.0 - 0.5 * std::numbers::sqrt2) * dt);
        const Matrix before = mass;
        systems.advance(mass);
        mass += std::numbers::sqrt2 * (mass - before);
        systems.advance(mass);
    }

    const GridFlow* flow_;
    std::vector<Lines> lines_;
};

}  // namespace

std::unique_ptr<Part> make_drift_diffusion(const GridFlow& flow)
{
    return std::make_unique<DriftDiffusion>(flow);
}

}  // namespace widelimit
