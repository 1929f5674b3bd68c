// SPDX-License-Identifier: BSD-3-Clause
#include "sign_metrics.hpp"

#include <cmath>

#include "widelimit/core/numbers.hpp"

namespace widelimit {
namespace {

/// Mass of the neurons of a sign (0: positive, 1: negative); NaN where there is only one.
double sign_mass(const Look& look, Index sign)
{
    const Layout& layout = look.flow.layout();
    return layout.channels > 1
               ? std::exp(look.state[layout.log_mass()]) * layout.channel(look.state, sign).sum()
               : missing;
}

/// W_2 between the neurons of a sign, of mass one, and an atom at an end of the only coordinate: the root of
/// the mean square distance to it.
double distance_to_end(const Look& look, Index sign, bool upper)
{
    const Grid& grid = look.flow.grid();
    const Layout& layout = look.flow.layout();
    if (layout.channels < 2 || grid.coordinates().rows() != 1 || look.flow.problem().coordinates[0].circle) {
        return missing;
    }
    const DividedAxis& axis = grid.axes().front();
    const double end = upper ? axis.upper[axis.cells() - 1] : axis.lower[0];
    const auto masses = layout.channel(look.state, sign);
    const Field away = grid.coordinates().row(0).transpose().array() - end;
    return std::sqrt(away.cwiseAbs2().dot(masses) / masses.sum());
}

}  // namespace

std::map<std::string, StateMetric> sign_metrics()
{
    return {{"plus_mass", {"mass of the positive neurons", [](const Look& l) { return sign_mass(l, 0); }}},
            {"minus_mass", {"mass of the negative neurons", [](const Look& l) { return sign_mass(l, 1); }}},
            {"plus_distance",
             {"W_2 of the positive neurons, of mass 1, to an atom at the lower end of a line",
              [](const Look& l) { return distance_to_end(l, 0, false); }}},
            {"minus_distance",
             {"W_2 of the negative neurons, of mass 1, to an atom at its upper end",
              [](const Look& l) { return distance_to_end(l, 1, true); }}}};
}

}  // namespace widelimit
