// SPDX-License-Identifier: BSD-3-Clause
#include "box_sweep.hpp"

#include <algorithm>
#include <type_traits>

#include "box_loops.hpp"
#include "box_slabs.hpp"
#include "widelimit/core/blocks.hpp"
#include "widelimit/core/fft.hpp"
#include "widelimit/core/instructions.hpp"
#include "widelimit/core/parallel.hpp"

namespace widelimit {
namespace {

/// What is to be done with -div of the fluxes: one of these at every cell.
struct Add {
    double operator()(double out, double, double, double rate) const { return out + rate; }
};
struct Step {
    double dt;
    double operator()(double, double state, double, double rate) const { return state + dt * rate; }
};
struct Mix {
    double dt, share;
    double operator()(double, double state, double start, double rate) const
    {
        const double y = state + dt * rate;
        return y + share * (start - y);
    }
};

/// Cells of one channel that follow each other.
template <class Real>
struct SlabPiece {
    const double* state;
    const Real* psi;
    const double* start;
    Index count;
    double* out;
};

/// What leaves one cell enters another to the last bit, in single precision too: differences are of doubles.
template <bool x_axis, bool y_axis, bool limits, bool grows, class Real, class Use>
WIDELIMIT_WIDE_LOOP void use_slab(const SlabFluxes& fluxes, const NextSlopes<Real>& next,
                                  const SlabPiece<Real>& piece, const BoxSweep::Growing& growing,
                                  const Use& use, double* __restrict out, Real* __restrict slope)
{
    const double *x = fluxes.low[0], *x_high = fluxes.high[0], *y = fluxes.low[1], *y_high = fluxes.high[1],
                 *z = fluxes.low[2], *z_high = fluxes.high[2], *state = piece.state, *start = piece.start;
    const Real *psi = piece.psi, *masses = next.masses;
    const double kappa = growing.kappa, offset = growing.offset;
    const Index count = piece.count;
    const Use by = use;
    for (Index k = 0; k < count; ++k) {
        double rate = z[k] - z_high[k];
        if constexpr (y_axis) {
            rate += y[k] - y_high[k];
        }
        if constexpr (x_axis) {
            rate += x[k] - x_high[k];
        }
        if constexpr (grows) {
            rate -= kappa * (double(psi[k]) - offset) * state[k];
        }
        if constexpr (limits) {
            slope[k] = half_limited(masses[k] - masses[k - 1], masses[k + 1] - masses[k]);
        }
        out[k] = by(out[k], state[k], start[k], rate);
    }
}

template <bool grows, class Real, class Use>
void use_fluxes(const SlabFluxes& fluxes, const NextSlopes<Real>& next, const SlabPiece<Real>& piece,
                const BoxSweep::Growing& growing, const Use& use)
{
    const bool x = fluxes.low[0] != nullptr, y = fluxes.low[1] != nullptr, more = next.masses != nullptr;
    const auto by = more ? (y ? use_slab<true, true, true, grows, Real, Use>
                              : use_slab<true, false, true, grows, Real, Use>)
                    : x  ? (y ? use_slab<true, true, false, grows, Real, Use>
                              : use_slab<true, false, false, grows, Real, Use>)
                         : (y ? use_slab<false, true, false, grows, Real, Use>
                              : use_slab<false, false, false, grows, Real, Use>);
    by(fluxes, next, piece, growing, use, piece.out, next.slope);
}

/// psi of a channel, or of the rows of one block after another and one before and behind it, made here.
template <class Real>
class BlockPsi {
public:
    BlockPsi(const BoxSweep::Driving<Real>& driving, const BoxSweep::Axis& axis)
        : driving_(&driving), axis_(axis)
    {}

    void enter(const BoxSweep::Block& block, Index offset)
    {
        if (driving_->psi != nullptr) {
            values = driving_->psi + offset;
            return;
        }
        const Index row = axis_.stride, first = block.from[0], count = block.to[0] - first;
        if (count + 2 > rows_) {
            rows_ = count + 2;
            known_to_ = -1;
            own_ = new_reals<Real>(rows_ * row);
        }
        Real* const own = own_.get();
        values = own;
        from = (first - 1) * row;
        if (known_to_ == first + 1) {  // the last two rows are the first ones now
            std::copy_n(own + known_ * row, 2 * row, own);
        } else {
            make(first - 1, 2, own);
        }
        make(first + 1, count, own + 2 * row);
        known_ = count;
        known_to_ = block.to[0] + 1;
    }

    const Real* values = nullptr;
    Index from = 0;  ///< the cell that the first one is of

private:
    /// One before the first row of all and one behind the last come round; there is none behind a wall.
    void make(Index first, Index count, Real* to)
    {
        const auto rows = [&](Index from, Index number, Index place) {
            if (number > 0) {
                driving_->rows(from, number, to + place * axis_.stride);
            }
        };
        const Index from = std::max<Index>(first, 0), end = std::min(first + count, axis_.cells);
        rows(from, end - from, from - first);
        if (axis_.circle) {
            rows(axis_.cells - 1, from - first, 0);
            rows(0, first + count - end, end - first);
        }
    }

    const BoxSweep::Driving<Real>* driving_;
    BoxSweep::Axis axis_;
    Reals<Real> own_;
    Index rows_ = 0, known_ = 0, known_to_ = -1;  ///< rows from number `known_` on are before `known_to_`
};

/// Cells that are swept at a time: some arrays of them stay in a core's second cache, and calls cost nothing.
constexpr Index cells_at_once = 2048;
/// Blocks of fewer would compute much of what lies between them twice.
constexpr Index cells_of_block = 8192;
/// Of so many, arrays come from memory, and computing psi of two rows of a block twice takes less than
/// fetching it.
constexpr Index cells_for_rows = 1 << 18;
/// Of rank 2, lines that are shorter go together, though some of their slopes are then computed twice.
constexpr Index short_line = 48;

}  // namespace

std::unique_ptr<BoxSweep> BoxSweep::make(const GridFlow& flow)
{
    const Grid& grid = flow.grid();
    const FluxScheme& scheme = flow.scheme();
    const std::vector<DividedAxis>& axes = grid.axes();
    const bool even =
        std::all_of(axes.begin(), axes.end(), [](const DividedAxis& axis) { return axis.even; });
    if (axes.empty() || axes.size() > 3 || !even || grid.points() > 0 ||
        scheme.kind() != FluxScheme::Kind::two_point || scheme.diffuses() ||
        flow.stencils().per_volume() == 0.0) {
        return nullptr;
    }
    std::array<Axis, 3> of;
    for (std::size_t k = 0; k < axes.size(); ++k) {
        const double width = axes[k].width(0);
        if (!flow.even_mobility(static_cast<int>(k))) {
            return nullptr;
        }
        const bool lines = axes.size() == 2 && axes[1].cells() <= short_line;
        const std::size_t number = k + 1 == axes.size() ? 2 : lines ? 1 : k;
        of[number] = {axes[k].cells(), grid.stride(static_cast<Index>(k)), axes[k].circle,
                      flow.energy().mobility(static_cast<int>(k))[0] / (width * width)};
    }
    return std::unique_ptr<BoxSweep>(new BoxSweep(flow, of));
}

BoxSweep::BoxSweep(const GridFlow& flow, const std::array<Axis, 3>& axes) : flow_(&flow), axes_(axes)
{
    cut();
}

/// Blocks are long along the first axis, since the faces between two are computed twice.  What is cut along
/// the last axis is one line.
void BoxSweep::cut()
{
    const auto parts = [](Index count, Index most) {
        std::vector<std::pair<Index, Index>> ranges;
        const Index number = (count + most - 1) / most;
        for (Index k = 0; k < number; ++k) {
            ranges.emplace_back(count * k / number, count * (k + 1) / number);
        }
        return ranges;
    };
    const Index cells = flow_->grid().cells();
    const Index lines = std::max<Index>(1, cells_at_once / axes_[2].cells);
    const Index slab = std::min(axes_[1].cells, lines) * std::min(axes_[2].cells, cells_at_once);
    const Index depth = std::max({Index{16}, cells_of_block / slab, cells / 32 / slab});
    for (const auto& [x0, x1] : parts(axes_[0].cells, depth)) {
        for (const auto& [y0, y1] : parts(axes_[1].cells, lines)) {
            for (const auto& [z0, z1] : parts(axes_[2].cells, cells_at_once)) {
                blocks_.push_back({{x0, y0, z0}, {x1, y1, z1}});
            }
        }
    }
}

bool BoxSweep::takes_rows() const
{
    const bool rows = axes_[0].cells > 1 && axes_[1].cells == 1 && axes_[2].cells <= cells_at_once;
    return rows && flow_->layout().channels == 1 && flow_->grid().cells() >= cells_for_rows;
}

void BoxSweep::for_each_task(const std::function<void(Index first, Index count)>& visit) const
{
    const Index count = static_cast<Index>(blocks_.size()) * flow_->layout().channels;
    const Index size = threads_in_use() == 1 ? count : (count + 63) / 64;
    for_each_block({count, size, flow_->grid().sites() < 8192 ? count + 1 : 1}, visit);
}

template <class Real, class Use>
void BoxSweep::run(const Field& state, const Driving<Real>& driving, const Growing& growing,
                   const Field& start, const Use& use, Field& out) const
{
    const Index sites = flow_->layout().sites(), number = static_cast<Index>(blocks_.size());
    const auto by = growing.kappa != 0.0 ? use_fluxes<true, Real, Use> : use_fluxes<false, Real, Use>;
    const auto sweep = [&](const Block& block, Index offset, BlockPsi<Real>& psi) {
        psi.enter(block, offset);
        BoxSlabs<Real> slabs(axes_, flow_->scheme(), block, driving.masses + offset, psi.values, psi.from);
        if (come_from_afar(sites * flow_->layout().channels)) {
            const bool rounded = std::is_same_v<Real, float>, mixes = start.data() != state.data();
            slabs.ask_ahead({rounded ? state.data() + offset : nullptr,
                             mixes ? start.data() + offset : nullptr, out.data() + offset},
                            sites);
        }
        slabs.for_each([&](Index first, Index count, const SlabFluxes& fluxes, const NextSlopes<Real>& next) {
            const Index cell = offset + first;
            by(fluxes, next,
               {state.data() + cell, slabs.psi_at(first), start.data() + cell, count, out.data() + cell},
               growing, use);
        });
    };
    for_each_task([&](Index first, Index count) {
        BlockPsi<Real> psi(driving, axes_[0]);
        for (Index k = first; k < first + count; ++k) {
            sweep(blocks_[static_cast<std::size_t>(k % number)], k / number * sites, psi);
        }
    });
}

template <class Real>
void BoxSweep::stage(const Field& state, const Driving<Real>& driving, const Growing& growing, double dt,
                     const Field& start, double share, Field& out) const
{
    if (share == 0.0) {
        run(state, driving, growing, state, Step{dt}, out);
    } else {
        run(state, driving, growing, start, Mix{dt, share}, out);
    }
}

template void BoxSweep::stage(const Field&, const Driving<double>&, const Growing&, double, const Field&,
                              double, Field&) const;
template void BoxSweep::stage(const Field&, const Driving<float>&, const Growing&, double, const Field&,
                              double, Field&) const;

void BoxSweep::add_rate(const Field& state, const Field& psi, Field& rate) const
{
    run(state, Driving<double>{state.data(), psi.data()}, {}, state, Add{}, rate);
}

double BoxSweep::fastest(const Field& psi) const
{
    const Index sites = flow_->layout().sites();
    const auto number = static_cast<Index>(blocks_.size());
    std::vector<double> most(static_cast<std::size_t>(number * flow_->layout().channels), 0.0);
    for_each_task([&](Index first, Index count) {
        for (Index k = first; k < first + count; ++k) {
            const Block& block = blocks_[static_cast<std::size_t>(k % number)];
            double& fastest = most[static_cast<std::size_t>(k)];
            for (Index x = block.from[0]; x < block.to[0]; ++x) {
                fastest = std::max(fastest, fastest_of(psi.data() + k / number * sites, block, x));
            }
        }
    });
    return *std::max_element(most.begin(), most.end());
}

/// Of the cells of one slab.  A neighbour that a line ends before is the cell itself.
double BoxSweep::fastest_of(const double* psi, const Block& block, Index x) const
{
    const Index width = block.to[2] - block.from[2], n = axes_[2].cells;
    Field out(width);
    double fastest = 0.0;
    for (Index y = block.from[1]; y < block.to[1]; ++y) {
        const double* const line = psi + x * axes_[0].stride + y * axes_[1].stride;
        const double* const here = line + block.from[2];
        out.setZero();
        const auto across = [&](const Axis& of, Index place) {
            if (of.cells > 1) {
                const Index low = place > 0 ? -1 : of.circle ? of.cells - 1 : 0;
                const Index high = place + 1 < of.cells ? 1 : of.circle ? 1 - of.cells : 0;
                add_outflows(here + low * of.stride, here, here + high * of.stride, of.conductance, width,
                             out.data());
            }
        };
        across(axes_[0], x);
        across(axes_[1], y);
        const Axis& of = axes_[2];
        const Index first = std::max<Index>(block.from[2], 1), last = std::min(block.to[2], n - 1);
        add_outflows(line + first - 1, line + first, line + first + 1, of.conductance, last - first,
                     out.data() + first - block.from[2]);
        for (const Index k : {Index{0}, n - 1}) {
            if (k >= block.from[2] && k < block.to[2]) {
                add_outflows(line + (k > 0       ? k - 1
                                     : of.circle ? n - 1
                                                 : 0),
                             line + k,
                             line + (k + 1 < n   ? k + 1
                                     : of.circle ? 0
                                                 : k),
                             of.conductance, 1, out.data() + k - block.from[2]);
            }
        }
        fastest = std::max(fastest, largest_of(out.data(), width));
    }
    return fastest;
}

}  // namespace widelimit
