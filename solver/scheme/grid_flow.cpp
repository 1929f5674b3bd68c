// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/scheme/grid_flow.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "box_sweep.hpp"
#include "channel_flux.hpp"
#include "predicted_slope.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/core/passes.hpp"

namespace widelimit {

namespace {

void check_internal(const Problem& problem, const Grid& grid, const FluxScheme& scheme)
{
    if (scheme.kind() != FluxScheme::Kind::internal) {
        throw ConfigError("an internal energy needs scheme.flux = \"chain-rule\"");
    }
    if (problem.growth.kind != Growth::Kind::none) {
        throw ConfigError(
            "an internal energy together with growth is refused: growth by psi alone can raise F");
    }
    if (problem.frozen) {
        throw ConfigError("an internal energy needs transport");
    }
    if (grid.points() > 0 || grid.axes().empty()) {
        throw ConfigError("an internal energy needs axes without absorbing ends and kinks");
    }
}

void check_high_order(const Problem& problem, const Grid& grid)
{
    const bool even = std::all_of(grid.axes().begin(), grid.axes().end(),
                                  [](const DividedAxis& axis) { return axis.even && axis.cells() >= 6; });
    if (grid.axes().empty() || !even || grid.points() > 0) {
        throw ConfigError(
            "scheme.flux = \"high-order\" needs axes of six or more cells of equal width, without absorbing "
            "ends and kinks");
    }
    if (problem.mobility || problem.growth.kind != Growth::Kind::none) {
        throw ConfigError("scheme.flux = \"high-order\" is for a mobility of 1 without growth");
    }
}

}  // namespace

void check_fit(const Problem& problem, const Grid& grid, const FluxScheme& scheme)
{
    const bool warm = problem.warm();
    if (warm && problem.growth.kind != Growth::Kind::none) {
        throw ConfigError("temperature together with growth is refused: growth by psi alone can raise F");
    }
    if (problem.internal) {
        check_internal(problem, grid, scheme);
    } else if (scheme.kind() == FluxScheme::Kind::internal) {
        throw ConfigError("scheme.flux = \"chain-rule\" needs an internal energy (problem.internal)");
    } else if (warm && !scheme.diffuses()) {
        throw ConfigError("a positive temperature needs scheme.flux = \"scharfetter-gummel\"");
    } else if (!warm && scheme.diffuses()) {
        throw ConfigError("scheme.flux = \"scharfetter-gummel\" needs a positive temperature");
    }
    if (scheme.kind() == FluxScheme::Kind::high_order) {
        check_high_order(problem, grid);
    }
    const bool kinks = std::any_of(grid.point_cells().begin(), grid.point_cells().end(),
                                   [](const PointCell& point) { return !point.wall(); });
    if (warm && kinks) {
        throw ConfigError("align = \"kinks\" is for temperature 0: with diffusion no Dirac forms at a kink");
    }
    if (!problem.frozen && problem.features && !problem.features->has_slope()) {
        throw ConfigError(
            "this activation has jumps: its slope misses them and no neuron would move; "
            "train the output weights only");
    }
}

namespace {

/// Its orders above two need V and K * (mu - nu) as means over cells; check_fit refuses it on other grids.
bool takes_means(const Grid& grid, const FluxScheme& scheme)
{
    return scheme.kind() == FluxScheme::Kind::high_order && grid.points() == 0 && !grid.axes().empty();
}

}  // namespace

GridFlow::GridFlow(const Problem& problem, const Grid& grid, const FluxScheme& scheme)
    : energy_(problem, grid, takes_means(grid, scheme)), stencils_(grid), scheme_(&scheme)
{
    check_fit(problem, grid, scheme);
    for (int k = 0; k < grid.directions(); ++k) {
        const Field& mobility = energy_.mobility(k);
        even_mobility_.push_back((mobility.array() == mobility[0]).all());
    }
    if (grows()) {
        parts_.push_back(make_growth(*this));
    }
    if (problem.source.law) {
        parts_.push_back(make_source(*this));
    }
    if (problem.internal) {
        internal_ = problem.internal;
        parts_.push_back(make_internal_diffusion(*this));
    } else if (problem.warm()) {
        parts_.push_back(make_drift_diffusion(*this));
    } else if (!problem.frozen && problem.growth.kind != Growth::Kind::linear) {
        const bool high_order = scheme.kind() == FluxScheme::Kind::high_order;
        parts_.push_back(high_order ? make_high_order_transport(*this) : make_transport(*this));
        box_ = BoxSweep::make(*this);
        // Growth that keeps the mean looks at psi in doubles, of all cells.
        const bool of_stages = box_ && energy_.is_kernel_alone() && !problem.source.law &&
                               problem.growth.kind != Growth::Kind::mean_preserving;
        rounds_ = of_stages && energy_.rounds() && scheme.takes_single();
        takes_rows_ = of_stages && rounds_ == energy_.rounds() && box_->takes_rows();
    }
    expects(!parts_.empty(), "a flow with at least one part");
}

GridFlow::~GridFlow() = default;

void GridFlow::prepare(const Field& state, double t)
{
    if (!is_of(state, t)) {
        evaluate(state, t);
        copy(state, prepared_);
        prepared_at_ = t;
        is_prepared_ = true;
    }
}

bool GridFlow::is_of(const Field& state, double t) const
{
    const bool same_time = t == prepared_at_ || problem().temperature.constant();
    return same_time && is_prepared_ && same_bits(prepared_, state);
}

void GridFlow::evaluate(const Field& state, double t)
{
    is_prepared_ = false;  // if it is given up half way, nothing is prepared
    interruption_point();
    const double before = evaluation_.temperature;
    energy_.evaluate(state, t, evaluation_, rounds_ ? &rounded_ : nullptr);
    if (problem().internal && evaluation_.temperature != before) {
        internal_ = with_entropy(problem().internal, evaluation_.temperature);
    }
}

void GridFlow::stage(const Field& state, double t, double dt, const Field& start, double share, Field& out)
{
    if (!box_ || problem().source.law) {
        Flow::stage(state, t, dt, start, share, out);
        return;
    }
    const bool known = (is_prepared_ && !interacts()) || is_of(state, t), by_rows = !known && takes_rows_;
    if (!known && (rounds_ || takes_rows_)) {
        is_prepared_ = false;
        interruption_point();
        takes_rows_ ? energy_.prepare_rows(state, rounded_) : energy_.evaluate(state, rounded_);
    } else if (!known) {
        evaluate(state, t);
    }
    out.resize(state.size());
    const double time = dt * speed(t);
    if (rounds_) {
        sweep(state, rounded_.masses.data(), by_rows ? nullptr : rounded_.psi.data(), time, start, share,
              out);
    } else {
        sweep(state, state.data(), by_rows ? nullptr : evaluation_.potential.data(), time, start, share, out);
    }
    const Index last = layout().log_mass();
    out[last] = state[last] + share * (start[last] - state[last]);
}

template <class Real>
void GridFlow::sweep(const Field& state, const Real* masses, const Real* psi, double dt, const Field& start,
                     double share, Field& out) const
{
    const BoxSweep::Growing growing{grows() ? problem().growth.kappa : 0.0, growth_offset(state)};
    BoxSweep::Driving<Real> driving{masses, psi};
    if (psi == nullptr) {
        driving.rows = [this](Index first, Index count, Real* to) { energy_.rows(first, count, to); };
    }
    box_->stage<Real>(state, driving, growing, dt, start, share, out);
}

std::string GridFlow::entry_name(Index entry) const
{
    const Layout& layout = this->layout();
    if (entry == layout.log_mass()) {
        return "the log of the total mass";
    }
    const Index site = entry % layout.sites();
    const bool point = site >= layout.cells;
    std::string text =
        (point ? "point cell " + std::to_string(site - layout.cells) : "cell " + std::to_string(site)) + " (";
    for (Index k = 0; k < grid().rank(); ++k) {
        std::array<char, 32> number{};
        std::snprintf(number.data(), number.size(), "%.6g", grid().coordinates()(k, site));
        text += (k == 0 ? "" : ", ") + problem().coordinates[static_cast<std::size_t>(k)].name + " = " +
                number.data();
    }
    text += ")";
    return layout.channels == 1 ? text : text + (entry < layout.sites() ? ", sign +1" : ", sign -1");
}

void GridFlow::foresee(const Field& state, double t, double dt)
{
    if (!energy_.has_data() || is_signed() || problem().growth.kind == Growth::Kind::mean_preserving ||
        problem().warm() || problem().interaction) {
        throw ConfigError(
            "time.stepper = \"implicit-predictions\" needs predictions, growth none or "
            "proportional, temperature 0 and no kernel");
    }
    prepare(state, t);
    is_prepared_ = false;
    PredictedSlope(*this, state, dt).solve(evaluation_);
}

Field GridFlow::sizes(const Field& before, const Field& after) const
{
    Field sizes = before.cwiseAbs().cwiseMax(after.cwiseAbs());
    auto masses = layout().measure(sizes);
    masses.array() += masses.maxCoeff();
    sizes[layout().log_mass()] = 1.0;
    return sizes;
}

double GridFlow::growth_offset(const Field& state) const
{
    if (problem().growth.kind != Growth::Kind::mean_preserving) {
        return 0.0;
    }
    const auto mass = layout().measure(state);
    return dot(mass, evaluation_.potential) / total(mass);
}

double GridFlow::coupling_limit(const Field& state) const
{
    const double rate = energy_.response(state, evaluation_.predictions);
    return rate > 0.0 ? 2.0 / rate : std::numeric_limits<double>::infinity();
}

void GridFlow::tidy(Field& state) const
{
    if (problem().growth.kind != Growth::Kind::proportional) {
        return;
    }
    auto mass = layout().measure(state);
    const double all = total(mass);
    // Relative masses below 1e-290 become zero, so that no denormal slows the sweep.  A negative mass stays
    // what it is: guards see the trial after this.
    for_each_block(blocks_of_values(mass.size()), [&](Index first, Index count) {
        auto part = mass.segment(first, count).array();
        part /= all;
        part = (part >= 0.0 && part < 1e-290).select(0.0, part);
    });
    state[layout().log_mass()] += std::log(all);
}

Field GridFlow::potential(Index channel) const
{
    return evaluation_.potential.segment(channel * layout().sites(), layout().sites());
}

Field GridFlow::driving_potential(Index channel) const
{
    const Index start = channel * layout().sites();
    Field psi(layout().sites());
    for_each_block(blocks_of_values(psi.size()), [&](Index first, Index count) {
        psi.segment(first, count) = evaluation_.potential.segment(start + first, count) -
                                    temperature() * energy_.log_reference().segment(first, count);
    });
    return psi;
}

/// Absorbing walls under noise take mass whose entropy is not that of a density.  In single precision F is
/// known to 1e-7.
bool GridFlow::dissipates() const
{
    const bool walls = std::any_of(grid().point_cells().begin(), grid().point_cells().end(),
                                   [](const PointCell& point) { return point.wall(); });
    const bool single = problem().interaction && problem().interaction->precision == Precision::single;
    return scheme_->dissipates() && !single && !is_signed() && !problem().source.law &&
           problem().temperature.constant() && !(problem().warm() && walls);
}

double GridFlow::dissipation(const Field& state) const
{
    const double mass = std::exp(state[layout().log_mass()]);
    double sum = 0.0;
    for (const auto& part : parts_) {
        Field rate = Field::Zero(state.size());
        part->add_rate(state, rate);
        for (Index c = 0; c < layout().channels; ++c) {
            if (internal() != nullptr) {
                const FluxInput in = ChannelInput(*this, state, c).along(0);
                for (Index i = 0; i < layout().cells; ++i) {
                    sum -= layout().channel(rate, c)[i] * (in.potential[i] + internal()->slope(in.ratio(i)));
                }
                continue;
            }
            sum -= layout().channel(rate, c).dot(driving_potential(c));
            if (temperature() > 0.0) {
                const Field density = density_of(*this, state, c);
                const Field logs = (density.array() > 0.0).select(density.array().max(1e-300).log(), 0.0);
                sum -= temperature() * layout().channel(rate, c).dot(logs);
            }
        }
    }
    return sum * mass;
}

}  // namespace widelimit
