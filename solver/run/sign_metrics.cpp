// SPDX-License-Identifier: BSD-3-Clause
#include "sign_metrics.hpp"

#include <cmath>

#include "widelimit/core/numbers.hpp"

namespace widelimit {

double sign_mass(const Look& look, Index sign)
{
    const Layout& layout = look.flow.layout();
    return layout.channels > 1
               ? std::exp(look.state[layout.log_mass()]) * layout.channel(look.state, sign).sum()
               : missing;
}

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

}  // namespace widelimit
