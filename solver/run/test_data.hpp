// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>

#include "widelimit/run/case.hpp"
#include "widelimit/run/summary.hpp"

namespace widelimit {

/// data.test: rows of another file with the same columns, in the units of the training data.
std::optional<Data> read_test(const Settings& section, const Data& training);

/// Share of the wrong signs of labels (a 0 is half wrong); else the mean square difference in the data's own
/// units.
double test_error(const Data& training, const Data& test, const Field& predictions);

/// Predictions in the data's own units at the test inputs, of units at base points with amplitudes times
/// masses.
Field test_predictions(const Problem& problem, const Data& training, const Data& test, const Matrix& base,
                       const Field& moment);

/// Best functions of the closed-form kernels of ReLU units, that of the start and that of the output layer
/// alone: margins or norms, and test errors where there are test data.  Nothing where the kernels are not
/// known.
void add_kernel_machines(const Case& c, Summary& summary);

}  // namespace widelimit
