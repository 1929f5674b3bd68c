// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>

#include "box_loops.hpp"
#include "box_sweep.hpp"
#include "widelimit/core/prefetch.hpp"

namespace widelimit {

/// Of the cells of a slab: fluxes through their lower and upper faces along two axes, and the difference of
/// both along the last.
struct SlabFluxes {
    std::array<const double*, 2> low{}, high{};
    const double* along = nullptr;

    SlabFluxes from(Index cell) const
    {
        const auto shift = [cell](const double* array) { return array == nullptr ? array : array + cell; };
        return {{shift(low[0]), shift(low[1])}, {shift(high[0]), shift(high[1])}, shift(along)};
    }
};

/// What slabs to come read and write, asked of memory bit by bit while one is computed: left to itself, a
/// loop waits where it comes to cells that no other loop had before, and memory is idle in all others.
class Ahead {
public:
    void add(const double* from, Index count)
    {
        ranges_[number_++] = {from, count};
        lines_ += (count + line - 1) / line;
    }
    /// All is asked for within this number of calls of `next`.
    void spread(Index calls) { share_ = (lines_ + calls - 1) / calls; }
    void next()
    {
        for (Index k = 0; k < share_ && range_ < number_; ++k) {
            prefetch(ranges_[range_].from + done_, line);
            done_ += line;
            if (done_ >= ranges_[range_].count) {
                ++range_;
                done_ = 0;
            }
        }
    }

private:
    struct Range {
        const double* from;
        Index count;
    };
    static constexpr Index line = line_of_cache / static_cast<Index>(sizeof(double));
    std::array<Range, 4> ranges_{};
    std::size_t number_ = 0, range_ = 0;
    Index lines_ = 0, share_ = 0, done_ = 0;
};

/// One block: slabs of neighbouring lines, which follow each other in memory, one after another along the
/// first axis, with the slopes and fluxes that the next slab needs kept.
class BoxSlabs {
public:
    using Axis = BoxSweep::Axis;
    using Block = BoxSweep::Block;

    /// Masses and psi of one channel.
    BoxSlabs(const std::array<Axis, 3>& axes, const FluxScheme& scheme, const Block& block,
             const double* masses, const double* psi)
        : axes_(axes),
          scheme_(&scheme),
          slopes_(scheme_->reconstructs()),
          block_(block),
          masses_(masses),
          psi_(psi),
          lines_(block.to[1] - block.from[1]),
          width_(block.to[2] - block.from[2]),
          cells_(lines_ * width_)
    {
        if (axes_[0].cells > 1) {
            for (Field* array : {&slope_, &next_, &low_, &high_}) {
                array->resize(cells_);
            }
        }
        if (axes_[1].cells > 1) {
            line_slope_.resize(cells_ + 2 * width_);
            line_flux_.resize(cells_ + width_);
        }
        along_slope_.resize(cells_ + 2);
        along_flux_.resize(cells_ + 1);
        along_slope_[0] = along_slope_[cells_ + 1] = along_flux_[0] = along_flux_[cells_] = 0.0;
        along_.resize(cells_);
    }

    /// Asks for masses, psi and these two arrays of the channel, which has so many cells, ahead of their use.
    /// Pays where they come from memory.
    void ask_ahead(const double* start, const double* out, Index sites)
    {
        start_ = start;
        out_ = out;
        sites_ = sites;
    }

    /// Calls visit(first cell, number of cells, fluxes), in all for every cell once.
    template <class Visit>
    void for_each(const Visit& visit)
    {
        sweep_ends();
        enter();
        for (Index x = block_.from[0]; x < block_.to[0]; ++x) {
            look_ahead(x);
            SlabFluxes fluxes;
            sweep_along(x);
            fluxes.along = along_.data();
            if (axes_[0].cells > 1) {
                sweep_ahead(x);
                fluxes.low[0] = low_.data();
                fluxes.high[0] = high_.data();
            }
            if (axes_[1].cells > 1) {
                sweep_lines(x);
                fluxes.low[1] = line_flux_.data();
                fluxes.high[1] = line_flux_.data() + width_;
            }
            by_pieces(cells_,
                      [&](Index k, Index count) { visit(at(x, block_.from[1]) + k, count, fluxes.from(k)); });
            slope_.swap(next_);
            low_.swap(high_);
        }
    }

private:
    /// Cells of a loop between two requests.
    static constexpr Index piece = 256;

    Index at(Index x, Index y) const { return x * axes_[0].stride + y * axes_[1].stride + block_.from[2]; }
    /// The places next to each other from one on along an axis start at these cells; on a circle it goes on.
    Index place(std::size_t axis, Index x, Index place) const
    {
        const Axis& of = axes_[axis];
        const Index inside = of.circle ? (place + 2 * of.cells) % of.cells : place;
        return axis == 0 ? at(inside, block_.from[1]) : at(x, inside);
    }

    /// For the slab behind this one: masses two slabs further on than fluxes, psi one.
    void look_ahead(Index x)
    {
        if (sites_ == 0) {
            return;
        }
        ahead_ = Ahead();
        const bool slabs = axes_[0].cells > 1;
        const Index line = axes_[1].cells > 1 ? axes_[1].stride : 0, step = slabs ? axes_[0].stride : cells_;
        const auto add = [&](const double* array, Index further, Index lines) {
            const Index place = at(x, block_.from[1]) + (slabs ? 1 + further : 1) * step - lines * line;
            const Index first = std::min(std::max<Index>(place, 0), sites_);
            const Index count = std::min(place + cells_ + 2 * lines * line, sites_) - first;
            if (array != nullptr && count > 0) {
                ahead_.add(array + first, count);
            }
        };
        add(masses_, 2, 2);
        add(psi_, 1, 1);
        add(start_, 0, 0);
        add(out_, 0, 0);
        const Index axes = 1 + (slabs ? 1 : 0) + (line > 0 ? 1 : 0), loops = 1 + axes * (slopes_ ? 2 : 1);
        ahead_.spread(loops * ((cells_ + piece - 1) / piece));
    }

    /// A loop over cells, which asks for what lies ahead between its pieces.
    template <class Loop>
    void by_pieces(Index count, const Loop& loop)
    {
        const Index at_once = sites_ == 0 ? count : piece;
        for (Index k = 0; k < count; k += at_once) {
            ahead_.next();
            loop(k, std::min(at_once, count - k));
        }
    }

    /// Of the cells from a place along an axis on that have both neighbours if the first one has.
    void slope(std::size_t axis, Index x, Index from, Index count, double* out)
    {
        const Axis& of = axes_[axis];
        const double* const here = masses_ + place(axis, x, from);
        if (!of.circle && (from == 0 || from == of.cells - 1)) {
            const Index inwards = from == 0 ? 1 : -1;
            slopes_at_wall(here, masses_ + place(axis, x, from + inwards), static_cast<double>(inwards),
                           count, out);
            return;
        }
        limit_slopes(masses_ + place(axis, x, from - 1), here, masses_ + place(axis, x, from + 1), count,
                     out);
    }
    void limit_slopes(const double* low, const double* here, const double* high, Index count, double* out)
    {
        by_pieces(count,
                  [&](Index k, Index some) { limited_slopes(low + k, here + k, high + k, some, out + k); });
    }

    /// Through the faces below a place along an axis and those that follow.
    void flux(std::size_t axis, Index x, Index to, const double* left_slope, const double* right_slope,
              Index count, double* out)
    {
        const Axis& of = axes_[axis];
        if (!of.circle && (to == 0 || to == of.cells)) {
            std::fill_n(out, count, 0.0);
            return;
        }
        sweep(of, place(axis, x, to - 1), place(axis, x, to), left_slope, right_slope, count, out);
    }
    void sweep(const Axis& of, Index left, Index right, const double* left_slope, const double* right_slope,
               Index count, double* out)
    {
        by_pieces(count, [&](Index k, Index some) {
            const Index l = left + k, r = right + k;
            scheme_->sweep(EvenFaces{masses_ + l, masses_ + r, psi_ + l, psi_ + r, left_slope + k,
                                     right_slope + k, of.area, of.conductance, 0.0, some},
                           out + k);
        });
    }

    /// What the first slab needs of the one before it.
    void enter()
    {
        const Axis& of = axes_[0];
        const Index x = block_.from[0];
        if (of.cells == 1) {
            return;
        }
        if (slopes_) {
            slope(0, x, x, cells_, slope_.data());
            if (of.circle || x > 0) {
                slope(0, x, x - 1, cells_, next_.data());
            }
        }
        flux(0, x, x, next_.data(), slope_.data(), cells_, low_.data());
    }

    void sweep_ahead(Index x)
    {
        if (slopes_ && (axes_[0].circle || x + 1 < axes_[0].cells)) {
            slope(0, x, x + 1, cells_, next_.data());
        }
        flux(0, x, x + 1, slope_.data(), next_.data(), cells_, high_.data());
    }

    /// The block has the first, the last cells of lines.
    bool starts() const { return block_.from[2] == 0; }
    bool ends() const { return block_.to[2] == axes_[2].cells; }

    /// Between lines: those that have the neighbours that they need in memory all at once.
    void sweep_lines(Index x)
    {
        const Index n = axes_[1].cells, from = block_.from[1], to = block_.to[1];
        const auto by_runs = [&](Index first, Index last, Index inner_first, Index inner_last,
                                 const auto& compute) {
            for (Index y = first; y <= last;) {
                const bool inside = y >= inner_first && y <= inner_last;
                const Index end = inside ? std::min(inner_last, last) : y;
                compute(y, (end - y + 1) * width_);
                y = end + 1;
            }
        };
        const auto slope_of = [&](Index y) { return line_slope_.data() + (y - from + 1) * width_; };
        if (slopes_) {
            const bool wall_low = !axes_[1].circle && from == 0, wall_high = !axes_[1].circle && to == n;
            by_runs(from - (wall_low ? 0 : 1), to - (wall_high ? 1 : 0), 1, n - 2,
                    [&](Index y, Index count) { slope(1, x, y, count, slope_of(y)); });
        }
        by_runs(from, to, 1, n - 1, [&](Index y, Index count) {
            flux(1, x, y, slope_of(y - 1), slope_of(y), count, line_flux_.data() + (y - from) * width_);
        });
    }

    /// Along the lines, all at once as if they were one; then what the ends of lines see is put right.
    void sweep_along(Index x)
    {
        const Index first = at(x, block_.from[1]), number = (x - block_.from[0]) * lines_;
        double* const s = along_slope_.data() + 1;
        double* const f = along_flux_.data();
        if (slopes_) {
            const Index from = starts() ? 1 : -1, to = ends() ? cells_ - 1 : cells_ + 1;
            const double* const u = masses_ + first + from;
            limit_slopes(u - 1, u, u + 1, to - from, s + from);
        }
        for (Index line = 0; slopes_ && line < lines_; ++line) {
            if (starts()) {
                s[line * width_] = ends_.first_slope[number + line];
            }
            if (ends()) {
                s[line * width_ + width_ - 1] = ends_.last_slope[number + line];
            }
        }
        const Index from = starts() ? 1 : 0, to = ends() ? cells_ : cells_ + 1;
        sweep(axes_[2], first + from - 1, first + from, s + from - 1, s + from, to - from, f + from);
        face_differences(f, cells_, along_.data());
        for (Index line = 0; line < lines_; ++line) {
            const Index low = line * width_, high = low + width_ - 1;
            if (starts()) {
                along_[low] = ends_.flux[number + line] - f[low + 1];
            }
            if (ends()) {
                along_[high] = f[high] - ends_.flux[number + line];
            }
        }
    }

    /// Of all lines of the block side by side: slopes in their first and last cells, and the flux from the
    /// last to the first of a circle.
    struct Ends {
        Field first_slope, last_slope, flux;
    };
    void sweep_ends()
    {
        const Axis& of = axes_[2];
        const Index n = of.cells, lines = (block_.to[0] - block_.from[0]) * lines_;
        Matrix values(lines, 6);
        for (Index k = 0; k < lines; ++k) {
            const Index start = at(block_.from[0] + k / lines_, block_.from[1] + k % lines_) - block_.from[2];
            const double *u = masses_ + start, *p = psi_ + start;
            values.row(k) << u[n - 2], u[n - 1], u[0], u[1], p[n - 1], p[0];
        }
        const auto column = [&values](Index number) { return values.col(number).data(); };
        Ends& ends = ends_;
        ends.first_slope = ends.last_slope = ends.flux = Field::Zero(lines);
        if (slopes_ && of.circle) {
            limited_slopes(column(0), column(1), column(2), lines, ends.last_slope.data());
            limited_slopes(column(1), column(2), column(3), lines, ends.first_slope.data());
        } else if (slopes_) {
            slopes_at_wall(column(1), column(0), -1.0, lines, ends.last_slope.data());
            slopes_at_wall(column(2), column(3), 1.0, lines, ends.first_slope.data());
        }
        if (of.circle) {
            scheme_->sweep(EvenFaces{column(1), column(2), column(4), column(5), ends.last_slope.data(),
                                     ends.first_slope.data(), of.area, of.conductance, 0.0, lines},
                           ends.flux.data());
        }
    }

    std::array<Axis, 3> axes_;
    const FluxScheme* scheme_;
    bool slopes_;
    Block block_;
    const double *masses_, *psi_;
    const double *start_ = nullptr, *out_ = nullptr;
    Index sites_ = 0;  ///< 0: nothing is asked for ahead
    Ahead ahead_;
    Index lines_, width_, cells_;
    /// Along the first axis: slopes of the slab at hand and of the next, fluxes below and above it.
    Field slope_, next_, low_, high_;
    /// From one line before the slab to one behind it, and of the faces below all but the first of these.
    Field line_slope_, line_flux_;
    /// From one cell before the slab on; of the faces below its cells and behind it; differences.
    Field along_slope_, along_flux_, along_;
    Ends ends_;
};

}  // namespace widelimit
