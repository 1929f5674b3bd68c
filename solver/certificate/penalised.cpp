// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "polish.hpp"
#include "widelimit/certificate/dual_bound.hpp"
#include "widelimit/certificate/programme.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/core/numbers.hpp"

namespace widelimit {
namespace {

/// The peaks of s V above the penalty, as neurons without mass.
void add_peaks(const Units& units, const Field& slope, double penalty, SparseNetwork& network)
{
    for (const Peak& peak : units.peaks(-slope)) {
        if ((units.both_signs() ? std::abs(peak.value) : peak.value) > penalty) {
            network.add(peak.place, 0.0);
        }
    }
}

double objective(const Risk& risk, const Units& units, double penalty, const SparseNetwork& network)
{
    return risk.value(network.predictions(units)) + penalty * network.norm();
}

}  // namespace

Bracket least_penalised(const Risk& risk, const Units& units, double penalty, const SparseNetwork& start,
                        double tolerance)
{
    expects(penalty > 0.0, "a penalty above 0");
    Bracket best;
    best.network = start;
    best.high = objective(risk, units, penalty, start);
    best.low = -infinite;
    SparseNetwork network = start;
    int idle = 0;
    for (int round = 1; round <= 200 && idle < 5; ++round) {
        interruption_point();
        best.rounds = round;
        if (network.size() > 0) {
            network.weights = best_weights(risk, units.columns(network.places), penalty, network.weights,
                                           units.both_signs());
            network = polished(risk, units, penalty, units.gathered(network));
        }
        const Field slope = risk.slope(network.predictions(units));
        const double high = objective(risk, units, penalty, network);
        const double low = penalised_bound(risk, units, penalty, slope);
        idle = high < best.high || low > best.low ? 0 : idle + 1;
        if (high <= best.high) {
            best.high = high;
            best.network = network;
        }
        if (low > best.low) {
            best.low = low;
            best.dual = slope;
        }
        if (best.high - best.low <= tolerance * std::abs(best.high)) {
            break;
        }
        add_peaks(units, slope, penalty, network);
    }
    return best;
}

}  // namespace widelimit
