// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/run/metrics.hpp"

namespace widelimit {

/// mass * tau KL(mu | p_mu), p_mu the Gibbs law exp(-psi / tau) m of the current potential on the grid, over
/// all signs together, both brought to mass one.  For convex R an upper bound on F - min F over measures of
/// this mass; for the square risk it is the duality gap.  NaN without temperature or with point cells.
double local_gap(const Look& look);

/// mass * tau KL(mu | mu*) of the masses in the cells, mu* the exact minimiser.  For convex R a lower bound
/// on F - min F.  NaN where the minimiser is not known.
double minimiser_gap(const Look& look);

/// F - min F; NaN where the least value is not known.
double excess(const Look& look);

/// sqrt(-int int |x - y| d(mu - nu) d(mu - nu)), nu the reference law times the mass at time 0, else the
/// target; of signed or weighted neurons their first moment in the amplitude.  NaN without nu, with point
/// cells and where there is no such distance (make_distance) or an axis is graded.
double mmd(const Look& look);

}  // namespace widelimit
