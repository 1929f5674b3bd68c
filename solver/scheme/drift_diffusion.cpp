// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "parts.hpp"
#include "tridiagonal.hpp"
#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

/// Where the cells, faces and walls of all lines along one axis lie in memory: line l of `lines` passes
/// through the cells start(l) + i * stride.
class Lines {
public:
    Lines(const Grid& grid, Index axis) : grid_(&grid), axis_(axis), stride_(grid.stride(axis))
    {
        const DividedAxis& divided = grid.axes()[static_cast<std::size_t>(axis)];
        circle_ = divided.circle;
        length_ = divided.cells();
        count_ = grid.cells() / length_;
        first_face_ = grid.faces();
        for (const FaceRun& run : grid.runs()) {
            first_face_ = run.direction == axis ? std::min(first_face_, run.first) : first_face_;
        }
        for (const PointCell& point : grid.point_cells()) {
            if (point.direction == axis) {
                (point.left == PointCell::nothing ? low_ : high_).push_back(&point);
            }
        }
    }

    Index count() const { return count_; }
    Index length() const { return length_; }
    bool circle() const { return circle_; }
    Index cell(Index line, Index i) const
    {
        return (line / stride_ * length_ + i) * stride_ + line % stride_;
    }
    /// From cell i to its successor.
    Index face(Index line, Index i) const
    {
        const Index closing = first_face_ + count_ * (length_ - 1);
        return i + 1 < length_ ? first_face_ + (line / stride_ * (length_ - 1) + i) * stride_ + line % stride_
                               : closing + line;
    }
    bool low_wall() const { return !low_.empty(); }
    bool high_wall() const { return !high_.empty(); }
    const PointCell& low(Index line) const { return *low_[static_cast<std::size_t>(line)]; }
    const PointCell& high(Index line) const { return *high_[static_cast<std::size_t>(line)]; }

private:
    const Grid* grid_;
    Index axis_, stride_, length_ = 0, count_ = 0, first_face_ = 0;
    bool circle_ = false;
    std::vector<const PointCell*> low_, high_;
};

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
        for (Index c = 0; c < flow_->layout().channels; ++c) {
            const Conductances k = conductances(c);
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
        for_each_block(channels(*flow_), [&](Index c, Index) {
            const Conductances k = conductances(c);
            for (std::size_t axis = 0; axis < last; ++axis) {
                advance_axis(lines_[axis], c, k, 0.5 * dt, how, state);
            }
            advance_axis(lines_[last], c, k, dt, how, state);
            for (std::size_t axis = last; axis-- > 0;) {
                advance_axis(lines_[axis], c, k, 0.5 * dt, how, state);
            }
        });
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
    Conductances conductances(Index channel) const
    {
        const Grid& grid = flow_->grid();
        const Field psi = flow_->driving_potential(channel);
        const Field ones = Field::Ones(grid.sites()), zeros = Field::Zero(grid.sites());
        Conductances k{Field(grid.faces()), Field(grid.faces())};
        for (int axis = 0; axis < grid.directions(); ++axis) {
            const Field& m = flow_->energy().mobility(axis);
            flow_->scheme().sweep(grid, axis, zeros, ones, psi, m, flow_->temperature(), k.forward);
            flow_->scheme().sweep(grid, axis, ones, zeros, psi, m, flow_->temperature(), k.backward);
        }
        k.backward = -k.backward;
        return k;
    }

    /// What flows into a wall per unit density beside it.
    double into(const PointCell& wall, Index channel) const
    {
        const Field psi_there =
            flow_->evaluation().potential.segment(channel * flow_->grid().sites(), flow_->grid().sites());
        const Field& reference = flow_->energy().log_reference();
        const Index cell = wall.beside();
        const double tau = flow_->temperature();
        const Field& mobility = flow_->energy().mobility(wall.direction);
        const double drop =
            psi_there[cell] - psi_there[wall.site] - tau * (reference[cell] - reference[wall.site]);
        const double m = 0.5 * (mobility[cell] + mobility[wall.site]);
        return wall.area * flow_->scheme().through({1.0, 0.0, drop, wall.reach(), m, tau});
    }

    void advance_axis(const Lines& lines, Index channel, const Conductances& k, double dt, Advance how,
                      Field& state) const
    {
        constexpr Index side_by_side = 32;
        const Index low = lines.low_wall() ? 1 : 0, high = lines.high_wall() ? 1 : 0;
        auto mass = flow_->layout().channel(state, channel);
        for (Index first = 0; first < lines.count(); first += side_by_side) {
            const Index count = std::min(side_by_side, lines.count() - first);
            LineSystems systems(count, lines.length() + low + high, lines.circle());
            Matrix values(count, systems.length());
            load(lines, channel, first, k, mass, systems, values);
            step(systems, dt, how, values);
            for (Index l = 0; l < count; ++l) {
                for (Index i = 0; i < lines.length(); ++i) {
                    mass[lines.cell(first + l, i)] = values(l, low + i);
                }
                if (low == 1) {
                    mass[lines.low(first + l).site] = values(l, 0);
                }
                if (high == 1) {
                    mass[lines.high(first + l).site] = values(l, low + lines.length());
                }
            }
        }
    }

    /// A wall is one more element, of volume one, that nothing leaves.
    template <class Masses>
    void load(const Lines& lines, Index channel, Index first, const Conductances& k, const Masses& mass,
              LineSystems& systems, Matrix& values) const
    {
        const Index low = lines.low_wall() ? 1 : 0, n = lines.length();
        const Field& volumes = flow_->grid().volumes();
        for (Index i = 0; i < n; ++i) {
            for (Index l = 0; l < systems.lines(); ++l) {
                const Index cell = lines.cell(first + l, i);
                values(l, low + i) = mass[cell];
                systems.volumes(l, low + i) = volumes[cell];
                if (i + 1 < n || lines.circle()) {
                    const Index face = lines.face(first + l, i);
                    systems.forward(l, low + i) = k.forward[face];
                    systems.backward(l, low + i) = k.backward[face];
                }
            }
        }
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
