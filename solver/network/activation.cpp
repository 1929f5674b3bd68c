// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/network/activation.hpp"

namespace widelimit {

Registry<ActivationEntry>& activations()
{
    static Registry<ActivationEntry> registry("activation");
    return registry;
}

Matrix read_knots(const Settings& section)
{
    const Matrix knots = section.matrix("knots");
    if (knots.cols() != 2 || knots.rows() < 2) {
        section.fail("knots", "expected at least two rows [t, value]");
    }
    for (Index k = 1; k < knots.rows(); ++k) {
        if (!(knots(k, 0) > knots(k - 1, 0))) {
            section.fail("knots", "t must increase from row to row");
        }
    }
    return knots;
}

}  // namespace widelimit
