// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <numbers>

#include "drift_diffusion.hpp"
#include "lines.hpp"
#include "tridiagonal.hpp"
#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

class AlongAxes : public DriftDiffusion {
public:
    explicit AlongAxes(const GridFlow& grid_flow) : DriftDiffusion(grid_flow)
    {
        for (Index k = 0; k < grid_flow.grid().rank(); ++k) {
            lines_.emplace_back(grid_flow.grid(), k);
        }
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

private:
    /// Lines side by side of one channel, one block.
    void advance_axis(const Lines& lines, const std::vector<Conductances>& k, double dt, Advance how,
                      Field& state) const
    {
        constexpr Index side_by_side = 32;
        const Index blocks = (lines.count() + side_by_side - 1) / side_by_side;
        for_each_block(shared(blocks * flow().layout().channels, 1), [&](Index block, Index) {
            const Index channel = block / blocks, first = block % blocks * side_by_side;
            const Index count = std::min(side_by_side, lines.count() - first);
            double* const mass = state.data() + channel * flow().layout().sites();
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
        const Field& volumes = flow().grid().volumes();
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

    static void step(LineSystems& systems, double dt, Advance how, Matrix& mass)
    {
        if (how == Advance::robust) {
            systems.eliminate(dt);
            systems.advance(mass);
            return;
        }
        systems.eliminate(stage_share * dt);
        const Matrix before = mass;
        systems.advance(mass);
        mass += std::numbers::sqrt2 * (mass - before);
        systems.advance(mass);
    }

    std::vector<Lines> lines_;
};

}  // namespace

std::unique_ptr<Part> make_drift_diffusion_along_axes(const GridFlow& flow)
{
    return std::make_unique<AlongAxes>(flow);
}

}  // namespace widelimit
