// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "widelimit/run/fluctuation_run.hpp"

namespace widelimit {

struct WidthQuestion {
    double error = 0.01;
    double time = 0.0;       ///< 0: time.end of the case
    bool objective = false;  ///< the error of F in the place of that of predictions
    Index networks = 20;     ///< trained to verify the answer; 0: none
    Index largest = 20000;   ///< a wider answer is verified at this width
    std::uint64_t seed = 1;
};

/// How wide a network has to be. With x the predictions, or F without its entropy,
///
///     E |x^m - x|^2 = variance / m + bias^2 / m^2 + batches + o(1 / m),
///
/// which is the wanted error squared at m = width; `batches` is what stochastic gradient descent adds at any
/// width.
struct WidthAnswer {
    double error = 0.0, time = 0.0;
    double variance = 0.0;    ///< lim m Var x, mean over the nodes
    double bias = 0.0;        ///< lim m |E x - x|, rms over the nodes
    double batches = 0.0;     ///< step / batch times lim Var x over it, mean over the nodes
    double resolution = 0.0;  ///< rms difference of x to that on half the cells
    Index width = 1;
    /// Networks that were trained, their width, and their rms error with its 95 % interval (bootstrap).
    Index networks = 0, tried = 0;
    double expected = 0.0;  ///< rms error expected of that width
    double measured = 0.0;
    Interval interval{0.0, 0.0};
};

/// The rms error expected of a width.
double expected_error(const WidthAnswer& answer, Index width);

/// ConfigError where the case has no grid or no linearised flow, or asks for an error that is not positive.
WidthAnswer width_for(const Case& c, const WidthQuestion& question, bool progress);

}  // namespace widelimit
