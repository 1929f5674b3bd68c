// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <utility>

#include "ahead.hpp"
#include "box_loops.hpp"
#include "box_sweep.hpp"
#include "line_ends.hpp"
#include "slab_parts.hpp"

namespace widelimit {

/// One block: slabs of neighbouring lines, which follow each other in memory, one after another along the
/// first axis, with the slopes and fluxes that the next slab needs kept.
template <class Real>
class BoxSlabs {
public:
    using Axis = BoxSweep::Axis;
    using Block = BoxSweep::Block;

    /// Masses of one channel, and psi of the cells from one on that the block sees; those that lie behind
    /// the last of all or before the first come round.
    BoxSlabs(const std::array<Axis, 3>& axes, const FluxScheme& scheme, const Block& block,
             const Real* masses, const Real* psi, Index psi_from)
        : axes_(axes),
          scheme_(&scheme),
          slopes_(scheme_->reconstructs()),
          block_(block),
          masses_(masses),
          psi_(psi),
          psi_from_(psi_from),
          around_(axes[0].cells * axes[0].stride),
          lines_(block.to[1] - block.from[1]),
          width_(block.to[2] - block.from[2]),
          cells_(lines_ * width_),
          lines_together_(std::max<Index>(1, together / width_)),
          slabs_of_ends_(std::max<Index>(1, ends_together / lines_)),
          ends_(scheme, axes[2], slabs_of_ends_ * lines_),
          slopes_of_({axes[0].cells > 1 ? cells_ : 0, axes[1].cells > 1 ? width_ : 0, before + cells_ + 1}),
          fluxes_({axes[0].cells > 1 ? cells_ : 0, axes[0].cells > 1 ? cells_ : 0,
                   axes[1].cells > 1 ? cells_ + width_ : 0, cells_ + 1, together}),
          slope_(slopes_of_[0]),
          line_slope_(slopes_of_[1]),
          along_slope_(slopes_of_[2] + before),
          low_(fluxes_[0]),
          high_(fluxes_[1]),
          line_flux_(fluxes_[2]),
          along_flux_(fluxes_[3]),
          along_high_(fluxes_[4])
    {}
    BoxSlabs(const BoxSlabs&) = delete;

    /// Asks for masses, psi and these arrays of the channel, which has so many cells, ahead of their use.
    /// Pays where they come from memory.
    void ask_ahead(const std::array<const double*, 3>& others, Index sites)
    {
        others_ = others;
        sites_ = sites;
    }

    const Real* psi_at(Index cell) const
    {
        const Index place = cell - psi_from_;
        return psi_ + place + (place < 0 ? around_ : place >= around_ ? -around_ : 0);
    }

    /// Calls visit(first cell, number of cells, fluxes, next), in all for every cell once.
    template <class Visit>
    void for_each(const Visit& visit)
    {
        enter();
        for (Index x = block_.from[0]; x < block_.to[0]; ++x) {
            look_ahead(x);
            sweep_ends(x);
            enter_along(x);
            enter_lines(x);
            const NextSlopes<Real> next = next_slopes(x);
            for_each_piece([&](const Piece& piece) {
                SlabFluxes fluxes;
                sweep_along(x, piece, fluxes);
                sweep_ahead(x, piece, fluxes);
                sweep_lines(x, piece, fluxes);
                ahead_.next();
                visit(at(x, block_.from[1]) + piece.from, piece.count, fluxes, next.from(piece.from));
            });
            along_is_known_ = next.masses != nullptr;
            std::swap(low_, high_);
        }
    }

private:
    /// Cells of a slab that all loops pass before the next: what they share stays in the first-level cache.
    static constexpr Index together = 256;
    /// Lines whose ends are swept at a time: those of a slab or two, which have been asked for.
    static constexpr Index ends_together = 16;
    /// Numbers ahead of slopes along lines, so that those of the first cell start where a line of the cache
    /// does.
    static constexpr Index before = line_of_cache / static_cast<Index>(sizeof(Real));

    /// Of a slab: some lines, counted from its first one, or cells of a single line.
    struct Piece {
        Index line, lines, from, count;
        bool starts, ends;  ///< with the first, the last cells of lines that have no neighbours in the block
    };
    template <class Visit>
    void for_each_piece(const Visit& visit) const
    {
        for (Index line = 0; line < lines_; line += lines_together_) {
            const Index lines = std::min(lines_together_, lines_ - line), first = line * width_;
            const Index end = first + lines * width_;
            for (Index from = first; from < end; from += together) {
                const Index count = std::min(together, end - from);
                visit(Piece{line, lines, from, count, starts() && from == first,
                            ends() && from + count == end});
            }
        }
    }

    Index at(Index x, Index y) const { return x * axes_[0].stride + y * axes_[1].stride + block_.from[2]; }
    /// The places next to each other from one on along an axis start at these cells; on a circle it goes on.
    Index place(std::size_t axis, Index x, Index place) const
    {
        const Axis& of = axes_[axis];
        const Index turn = !of.circle ? 0 : place < 0 ? of.cells : place >= of.cells ? -of.cells : 0;
        const Index inside = place + turn;
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
        const auto add = [&](const auto* array, Index further, Index lines) {
            const Index place = at(x, block_.from[1]) + (slabs ? 1 + further : 1) * step - lines * line;
            const Index first = std::min(std::max<Index>(place, 0), sites_);
            const Index count = std::min(place + cells_ + 2 * lines * line, sites_) - first;
            if (array != nullptr && count > 0) {
                ahead_.add(array + first, count);
            }
        };
        add(masses_, 2, 2);
        add(psi_from_ == 0 ? psi_ : nullptr, 1, 1);
        for (const double* other : others_) {
            add(other, 0, 0);
        }
        Index pieces = 0;
        for_each_piece([&](const Piece&) { ++pieces; });
        ahead_.spread(pieces * (2 + (slabs ? 1 : 0) + (line > 0 ? 1 : 0)));
    }

    /// Of the cells from a place along an axis on, and so many further, that have both neighbours if the
    /// first one has.
    void slope(std::size_t axis, Index x, Index from, Index further, Index count, Real* out)
    {
        const Axis& of = axes_[axis];
        const Real* const here = masses_ + place(axis, x, from) + further;
        if (!of.circle && (from == 0 || from == of.cells - 1)) {
            const Index inwards = from == 0 ? 1 : -1;
            slopes_at_wall(here, masses_ + place(axis, x, from + inwards) + further,
                           static_cast<Real>(inwards), count, out);
            return;
        }
        limited_slopes(masses_ + place(axis, x, from - 1) + further, here,
                       masses_ + place(axis, x, from + 1) + further, count, out);
    }

    /// Through the faces below a place along an axis and those that follow, from so many cells further on.
    void flux(std::size_t axis, Index x, Index to, Index further, const Real* left_slope,
              const Real* right_slope, Index count, double* out)
    {
        const Axis& of = axes_[axis];
        if (!of.circle && (to == 0 || to == of.cells)) {
            std::fill_n(out, count, 0.0);
            return;
        }
        sweep(of, place(axis, x, to - 1) + further, place(axis, x, to) + further, left_slope, right_slope,
              count, out);
    }
    /// The same, where there are any with the slopes of the cells on the right, which take the place of those
    /// on the left.
    void cross(std::size_t axis, Index x, Index to, Index further, Real* slopes, Index count, double* out)
    {
        const Axis& of = axes_[axis];
        if (slopes_ && (of.circle || (to > 0 && to < of.cells - 1))) {
            const Index left = place(axis, x, to - 1) + further, right = place(axis, x, to) + further;
            EvenFaces<Real> all = faces(of, left, right, nullptr, nullptr, count);
            all.beyond = masses_ + place(axis, x, to + 1) + further;
            all.moving_slope = slopes;
            scheme_->sweep(all, out);
            return;
        }
        if (slopes_ && to < of.cells) {
            wall_slope_.resize(count);
            slope(axis, x, to, further, count, wall_slope_.data());
        }
        flux(axis, x, to, further, slopes, wall_slope_.data(), count, out);
        if (slopes_ && to < of.cells) {
            std::copy_n(wall_slope_.data(), count, slopes);
        }
    }
    EvenFaces<Real> faces(const Axis& of, Index left, Index right, const Real* left_slope,
                          const Real* right_slope, Index count) const
    {
        const auto conductance = static_cast<Real>(of.conductance);
        return {masses_ + left, masses_ + right, psi_at(left), psi_at(right),
                left_slope,     right_slope,     conductance,  count};
    }
    void sweep(const Axis& of, Index left, Index right, const Real* left_slope, const Real* right_slope,
               Index count, double* out)
    {
        scheme_->sweep(faces(of, left, right, left_slope, right_slope, count), out);
    }

    /// What the first slab needs of the one before it.
    void enter()
    {
        const Axis& of = axes_[0];
        const Index x = block_.from[0];
        along_is_known_ = false;
        if (of.cells == 1) {
            return;
        }
        if (slopes_ && (of.circle || x > 0)) {
            slope(0, x, x - 1, 0, cells_, slope_);
        }
        cross(0, x, x, 0, slope_, cells_, low_);
    }

    void sweep_ahead(Index x, const Piece& piece, SlabFluxes& fluxes)
    {
        if (axes_[0].cells == 1) {
            return;
        }
        const Index k = piece.from;
        ahead_.next();
        cross(0, x, x + 1, k, slope_ + k, piece.count, high_ + k);
        fluxes.low[0] = low_ + k;
        fluxes.high[0] = high_ + k;
    }

    /// The block has the first, the last cells of lines.
    bool starts() const { return block_.from[2] == 0; }
    bool ends() const { return block_.to[2] == axes_[2].cells; }

    void enter_lines(Index x)
    {
        const Index from = block_.from[1];
        if (axes_[1].cells == 1) {
            return;
        }
        if (slopes_ && (axes_[1].circle || from > 0)) {
            slope(1, x, from - 1, 0, width_, line_slope_);
        }
        cross(1, x, from, 0, line_slope_, width_, line_flux_);
    }
    void sweep_lines(Index x, const Piece& piece, SlabFluxes& fluxes)
    {
        if (axes_[1].cells == 1) {
            return;
        }
        const Index first = block_.from[1] + piece.line, shift = piece.from - piece.line * width_;
        const Index count = std::min(piece.count, width_);
        double* flux = line_flux_ + piece.from;
        ahead_.next();
        fluxes.low[1] = flux;
        fluxes.high[1] = flux + width_;
        for (Index y = first + 1; y <= first + piece.lines; ++y) {
            flux += width_;
            cross(1, x, y, shift, line_slope_ + shift, count, flux);
        }
    }

    /// Along all lines at once as if they were one; then what their ends see is put right.
    void enter_along(Index x)
    {
        const Index first = at(x, block_.from[1]), number = (x - ends_from_) * lines_;
        Real* const s = along_slope_;
        const auto limit = [&](Index from, Index count) {
            const Real* const u = masses_ + first + from;
            limited_slopes(u - 1, u, u + 1, count, s + from);
        };
        if (slopes_ && !along_is_known_) {
            const Index from = starts() ? 1 : 0, to = ends() ? cells_ - 1 : cells_;
            limit(from, to - from);
        }
        if (slopes_ && !starts()) {
            limit(-1, 1);
        }
        if (slopes_ && !ends()) {
            limit(cells_, 1);
        }
        for (Index line = 0; line < lines_; ++line) {
            if (starts()) {
                s[line * width_] = ends_.first_slope()[number + line];
            }
            if (ends()) {
                s[line * width_ + width_ - 1] = ends_.last_slope()[number + line];
            }
        }
        if (!starts()) {
            sweep(axes_[2], first - 1, first, s - 1, s, 1, along_flux_);
        }
    }
    /// Fluxes above cells; those above the last cells of lines and below the first ones are known.
    void sweep_along(Index x, const Piece& piece, SlabFluxes& fluxes)
    {
        const Index left = at(x, block_.from[1]) + piece.from;
        const Index number = (x - ends_from_) * lines_ + piece.line;
        const Index count = piece.count - (piece.ends ? 1 : 0);
        const Real* const s = along_slope_ + piece.from;
        double* const f = along_flux_ + piece.from;
        ahead_.next();
        sweep(axes_[2], left, left + 1, s, s + 1, count, f + 1);
        double* high = f + 1;
        if (piece.lines > 1) {
            high = along_high_;
            std::copy(f + 1, f + 1 + piece.count, high);
        }
        for (Index line = 0; line < piece.lines; ++line) {
            if (piece.starts) {
                f[line * width_] = ends_.flux()[number + line];
            }
            if (piece.ends) {
                high[piece.count - 1 - line * width_] = ends_.flux()[number + piece.lines - 1 - line];
            }
        }
        fluxes.low[2] = f;
        fluxes.high[2] = high;
    }
    /// All at once too, where there is a cell behind the last one.
    NextSlopes<Real> next_slopes(Index x)
    {
        if (!slopes_ || x + 1 >= block_.to[0] || x + 2 >= axes_[0].cells) {
            return {};
        }
        return {masses_ + at(x + 1, block_.from[1]), along_slope_};
    }

    /// Of some slabs at a time.
    void sweep_ends(Index x)
    {
        if (x < ends_to_) {
            return;
        }
        ends_from_ = x;
        ends_to_ = std::min(x + slabs_of_ends_, block_.to[0]);
        ends_.sweep((ends_to_ - x) * lines_, [this, x](Index line) {
            const Index start = at(x + line / lines_, block_.from[1] + line % lines_) - block_.from[2];
            return std::pair(masses_ + start, psi_at(start));
        });
    }

    std::array<Axis, 3> axes_;
    const FluxScheme* scheme_;
    bool slopes_;
    Block block_;
    const Real *masses_, *psi_;
    Index psi_from_, around_;  ///< and cells of the channel
    std::array<const double*, 3> others_{};
    Index sites_ = 0;  ///< 0: nothing is asked for ahead
    Ahead ahead_;
    Index lines_, width_, cells_, lines_together_;
    Index slabs_of_ends_, ends_from_ = 0, ends_to_ = 0;
    LineEnds<Real> ends_;
    Arrays<Real> slopes_of_;
    Arrays<double> fluxes_;
    Eigen::VectorX<Real> wall_slope_;
    /// Along the first axis; of one line; of a slab and the cells beside it.
    Real *slope_, *line_slope_, *along_slope_;
    /// Below and above a slab; below its lines and behind the last; below its cells and behind the last;
    /// above those of a piece that has several lines.
    double *low_, *high_, *line_flux_, *along_flux_, *along_high_;
    bool along_is_known_ = false;  ///< slopes along the lines, but for the ends of these
};

}  // namespace widelimit
