// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/metrics.hpp"

#include "gaps.hpp"
#include "kernel_metrics.hpp"
#include "margins.hpp"
#include "sign_metrics.hpp"
#include "widelimit/run/certify.hpp"

#include <algorithm>
#include <cmath>

#include "widelimit/certificate/grid_bound.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/numbers.hpp"
#include "widelimit/core/passes.hpp"
#include "widelimit/core/suggestion.hpp"

namespace widelimit {
namespace {

double scale(const Look& look)
{
    return std::exp(look.state[look.flow.layout().log_mass()]);
}

double mass(const Look& look)
{
    return scale(look) * total(look.flow.layout().measure(look.state));
}

double min_density(const Look& look)
{
    const Layout& layout = look.flow.layout();
    double least = infinite;
    for (Index c = 0; c < layout.channels; ++c) {
        const auto masses = layout.channel(look.state, c).head(layout.cells);
        least =
            std::min(least, masses.cwiseQuotient(look.flow.grid().volumes().head(layout.cells)).minCoeff());
    }
    return least * scale(look);
}

/// int theta_i theta_j dmu / mass; an index below zero stands for the factor 1.
double moment(const Look& look, Index i, Index j)
{
    const Layout& layout = look.flow.layout();
    const Matrix& places = look.flow.grid().coordinates();
    Field weights = Field::Ones(layout.sites());
    for (const Index k : {i, j}) {
        if (k >= 0) {
            weights = weights.cwiseProduct(places.row(k).transpose());
        }
    }
    double sum = 0.0;
    for (Index c = 0; c < layout.channels; ++c) {
        sum += weights.dot(layout.channel(look.state, c));
    }
    return sum / layout.measure(look.state).sum();
}

double covariance(const Look& look, Index i, Index j)
{
    return moment(look, i, j) - moment(look, i, -1) * moment(look, j, -1);
}

/// L1 distance of the measure, over its mass, to its image under the reversal of an axis; NaN where cells are
/// not mirrored onto cells.
double reversal(const Look& look, Index k)
{
    const Grid& grid = look.flow.grid();
    const Layout& layout = look.flow.layout();
    if (grid.sphere()) {
        return missing;
    }
    const DividedAxis& axis = grid.axes()[static_cast<std::size_t>(k)];
    if (!axis.even || grid.points() > 0) {
        return missing;
    }
    double sum = 0.0;
    for (Index c = 0; c < layout.channels; ++c) {
        const auto masses = layout.channel(look.state, c);
        for (Index cell = 0; cell < layout.cells; ++cell) {
            const Index shift = (axis.cells() - 1 - 2 * grid.place(cell, k)) * grid.stride(k);
            sum += std::abs(masses[cell] - masses[cell + shift]);
        }
    }
    return sum / layout.measure(look.state).sum();
}

double support_potential(const Look& look)
{
    const auto masses = look.flow.layout().measure(look.state);
    return masses.dot(look.flow.evaluation().potential.cwiseAbs()) / masses.sum();
}

double mean_square_error(const Look& look)
{
    if (!look.flow.problem().risk) {
        return missing;
    }
    const Nodes& nodes = look.flow.problem().risk->nodes();
    const Field miss = look.flow.evaluation().predictions - nodes.targets;
    return nodes.weights.dot(miss.cwiseAbs2()) / nodes.weights.sum();
}

/// Spread of log u + psi / tau over the cells that hold mass.
double gibbs_residual(const Look& look)
{
    const GridFlow& flow = look.flow;
    const double tau = flow.temperature();
    double low = infinite, high = -low;
    for (Index c = 0; tau > 0.0 && c < flow.layout().channels; ++c) {
        const Field psi = flow.driving_potential(c);
        for (Index i = 0; i < flow.layout().cells; ++i) {
            const double m = flow.layout().channel(look.state, c)[i];
            if (m > 1e-290) {
                const double level = std::log(m / flow.grid().volumes()[i]) + psi[i] / tau;
                low = std::min(low, level);
                high = std::max(high, level);
            }
        }
    }
    return tau > 0.0 && !flow.problem().internal ? high - low : missing;
}

/// L1 distance of the measure, over its mass, to its image under theta -> pi - theta on a circle (inputs
/// negated) or theta -> -theta on a line.
double asymmetry(const Look& look)
{
    const Layout& layout = look.flow.layout();
    if (look.flow.grid().sphere()) {
        return missing;
    }
    const bool circle = look.flow.problem().coordinates.front().circle;
    const auto theta = look.flow.grid().coordinates().row(0);
    const auto image = [circle](double x) {
        const double turn = 2.0 * std::acos(-1.0);
        return circle ? std::fmod(1.5 * turn - x, turn) : -x;
    };
    double sum = 0.0;
    for (Index i = 0; i < layout.sites(); ++i) {
        const bool point = i >= layout.cells;
        Index partner = -1;
        for (Index j = point ? layout.cells : 0; j < (point ? layout.sites() : layout.cells); ++j) {
            const double apart = std::abs(theta[j] - image(theta[i]));
            const bool wraps = circle && std::abs(apart - 2.0 * std::acos(-1.0)) < 1e-9;
            partner = apart < 1e-9 || wraps ? j : partner;
        }
        for (Index c = 0; c < layout.channels; ++c) {
            const auto channel = layout.channel(look.state, c);
            sum += partner < 0 ? missing : std::abs(channel[i] - channel[partner]);
        }
    }
    return sum / layout.measure(look.state).sum();
}

double prediction_error(const Look& look)
{
    const Exact* exact = look.flow.problem().exact.get();
    const Field truth = exact ? exact->predictions(look.time) : Field();
    const Field& f = look.flow.evaluation().predictions;
    return truth.size() == f.size() && f.size() > 0
               ? (f - truth).norm() / std::sqrt(static_cast<double>(f.size()))
               : missing;
}

double l1_error(const Look& look)
{
    const Layout& layout = look.flow.layout();
    double sum = 0.0;
    for (Index c = 0; look.flow.problem().exact && c < layout.channels; ++c) {
        const Field truth =
            exact_masses(look.flow.problem(), look.flow.grid(), look.flow.energy().sign(c), look.time);
        sum += (scale(look) * layout.channel(look.state, c).head(layout.cells) - truth).cwiseAbs().sum();
    }
    return look.flow.problem().exact ? sum : missing;
}

std::map<std::string, StateMetric> make_metrics()
{
    const auto psi_min = [](const Look& l) { return l.flow.evaluation().potential.minCoeff(); };
    return {
        {"objective", {"F", [](const Look& l) { return l.flow.evaluation().objective(); }}},
        {"risk", {"R(f)", [](const Look& l) { return l.flow.evaluation().risk; }}},
        {"discrepancy",
         {"1/2 int int K d(mu - nu) d(mu - nu)",
          [](const Look& l) {
              return l.flow.problem().interaction ? l.flow.evaluation().discrepancy : missing;
          }}},
        {"confinement", {"int V dmu", [](const Look& l) { return l.flow.evaluation().confinement; }}},
        {"internal_energy",
         {"int e(u / m) m dvol", [](const Look& l) { return l.flow.evaluation().internal; }}},
        {"entropy",
         {"int log(u / m) dmu, tau left out", [](const Look& l) { return l.flow.evaluation().entropy; }}},
        {"temperature", {"tau(t)", [](const Look& l) { return l.flow.temperature(); }}},
        {"mass", {"mu(Theta)", mass}},
        {"log_mass", {"log mu(Theta)", [](const Look& l) { return std::log(mass(l)); }}},
        {"dissipation",
         {"-dF/dt from the fluxes, speed left out",
          [](const Look& l) { return l.flow.dissipation(l.state); }}},
        {"min_density", {"least density of mu over the cells", min_density}},
        {"min_potential", {"least psi over all sites (at least 0 at a minimiser with free mass)", psi_min}},
        {"support_potential", {"int |psi| dmu / mass (0 at a minimiser with free mass)", support_potential}},
        {"grid_gap",
         {"relative duality gap over the grid's own columns (a grid bound, no certificate)",
          [](const Look& l) { return relative_grid_gap(l.flow.energy(), l.flow.evaluation()); }}},
        {"certified_gap", {"relative duality gap with the supremum over all neurons", certified_gap}},
        {"margin_bound",
         {"bound of every margin by the weights of the data, over all neurons", state_margin_bound}},
        {"margin", {"min_i y_i f_i / mass", margin}},
        {"smooth_margin", {"-log(sum_i exp(-y_i f_i)) / mass, nondecreasing once positive", smooth_margin}},
        {"mass_rate", {"d log mass / dt, which tends to twice the largest margin", mass_rate}},
        {"log_risk",
         {"log of the risk of labels, in the soft clock that of the risk in its own clock", log_risk}},
        {"log_classical_time",
         {"in the soft clock, log of the time of the risk's own clock",
          [](const Look& l) { return l.log_classical_time; }}},
        {"mean_square_error", {"sum w_i (f_i - y_i)^2 / sum w_i", mean_square_error}},
        {"mean", {"mean of the first coordinate", [](const Look& l) { return moment(l, 0, -1); }}},
        {"variance", {"variance of the first coordinate", [](const Look& l) { return covariance(l, 0, 0); }}},
        {"second_moment",
         {"second moment of the first coordinate", [](const Look& l) { return moment(l, 0, 0); }}},
        {"gibbs_residual", {"spread of log u + psi / tau over the cells", gibbs_residual}},
        {"asymmetry", {"L1 distance to the mirror image, over the mass", asymmetry}},
        {"local_gap",
         {"tau KL(mu | exp(-psi / tau) m), times the mass: bounds F - min F from above for convex R, among "
          "measures with the masses of the signs as they are",
          local_gap}},
        {"minimiser_gap",
         {"tau KL(mu | exact minimiser), times the mass: bounds F - min F from below", minimiser_gap}},
        {"excess", {"F - min F, where the least value is known", excess}},
        {"mmd", {"sqrt(-int int |x - y| d(mu - nu) d(mu - nu)), nu the reference law or the target", mmd}},
        {"prediction_error", {"rms difference to the exact predictions", prediction_error}},
        {"l1_error", {"L1 distance of the cell masses to the exact ones", l1_error}},
    };
}

using CoordinateMetric = double (*)(const Look&, Index, Index);

struct Family {
    std::string meaning;
    CoordinateMetric measure;
    std::size_t coordinates;  ///< the most that it takes
};

const std::map<std::string, Family>& families()
{
    static const std::map<std::string, Family> all = {
        {"mean", {"mean of a coordinate", [](const Look& l, Index i, Index) { return moment(l, i, -1); }, 1}},
        {"variance",
         {"variance of a coordinate", [](const Look& l, Index i, Index) { return covariance(l, i, i); }, 1}},
        {"second_moment",
         {"mean of the product of two coordinates, or of one with itself",
          [](const Look& l, Index i, Index j) { return moment(l, i, j); }, 2}},
        {"covariance", {"covariance of two coordinates", covariance, 2}},
        {"asymmetry",
         {"L1 distance to the image under the reversal of a coordinate's axis, over the mass",
          [](const Look& l, Index i, Index) { return reversal(l, i); }, 1}}};
    return all;
}

/// A member of a family: which, and its coordinates.
struct Member {
    const Family* family = nullptr;
    Index first = 0, second = 0;
};

Member member_of(const std::string& name, const Problem& problem)
{
    std::vector<std::string> words;
    for (std::size_t from = 0; from <= name.size();) {
        const std::size_t dot = std::min(name.find('.', from), name.size());
        words.push_back(name.substr(from, dot - from));
        from = dot + 1;
    }
    const auto family = families().find(words.front());
    if (family == families().end() || words.size() < 2 || words.size() > family->second.coordinates + 1) {
        return {};
    }
    std::vector<Index> found;
    for (std::size_t k = 1; k < words.size(); ++k) {
        for (std::size_t c = 0; c < problem.coordinates.size(); ++c) {
            if (problem.coordinates[c].name == words[k]) {
                found.push_back(static_cast<Index>(c));
            }
        }
    }
    return found.size() + 1 == words.size() ? Member{&family->second, found.front(), found.back()} : Member{};
}

/// "margin" of "margin_error" if the exact solution has it; empty otherwise.
std::string exact_value_of(const std::string& name, const Problem& problem)
{
    const std::string ending = "_error";
    if (!problem.exact || name.size() <= ending.size() ||
        name.compare(name.size() - ending.size(), ending.size(), ending) != 0) {
        return {};
    }
    const std::string value = name.substr(0, name.size() - ending.size());
    const std::vector<std::string> known = problem.exact->names();
    return std::find(known.begin(), known.end(), value) != known.end() ? value : "";
}

}  // namespace

const std::map<std::string, StateMetric>& state_metrics()
{
    static const std::map<std::string, StateMetric> metrics = [] {
        std::map<std::string, StateMetric> all = make_metrics();
        all.merge(kernel_metrics());
        all.merge(sign_metrics());
        return all;
    }();
    return metrics;
}

const std::map<std::string, std::string>& coordinate_metrics()
{
    static const std::map<std::string, std::string> metrics = [] {
        std::map<std::string, std::string> all;
        for (const auto& [name, family] : families()) {
            all[name + (family.coordinates == 1 ? ".<coordinate>" : ".<coordinate>.<coordinate>")] =
                family.meaning;
        }
        return all;
    }();
    return metrics;
}

bool is_state_metric(const std::string& name, const Problem& problem)
{
    return state_metrics().count(name) > 0 || member_of(name, problem).family != nullptr ||
           !exact_value_of(name, problem).empty();
}

std::string unknown_metric(const std::string& name, const Problem& problem)
{
    std::vector<std::string> names;
    for (const auto& [known, metric] : state_metrics()) {
        names.push_back(known);
    }
    if (problem.exact) {
        for (const std::string& value : problem.exact->names()) {
            names.push_back(value + "_error");
        }
    }
    return "unknown metric '" + name + "'; " + suggestion(name, names, "known metrics");
}

const std::vector<std::string>& series_columns()
{
    static const std::vector<std::string> columns = {"objective", "risk", "mass", "dissipation",
                                                     "min_density"};
    return columns;
}

double measure(const std::string& name, const Look& look)
{
    const std::string value = exact_value_of(name, look.flow.problem());
    if (!value.empty()) {
        const double truth = look.flow.problem().exact->values(look.time).at(value);
        return std::abs(measure(value, look) - truth) / std::max(std::abs(truth), 1e-300);
    }
    if (const Member member = member_of(name, look.flow.problem()); member.family != nullptr) {
        return member.family->measure(look, member.first, member.second);
    }
    const auto found = state_metrics().find(name);
    expects(found != state_metrics().end(), "a metric that was checked when the case was read");
    return found->second.measure(look);
}

}  // namespace widelimit
