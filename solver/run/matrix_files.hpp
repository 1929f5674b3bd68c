// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/schema.hpp"

namespace widelimit {

/// Where a key takes a matrix and no text, a text is the name of a CSV file with a header whose columns, all
/// of them numbers, are those of the matrix: its rows take the place of the text.  ConfigError with the place
/// of the text if the file cannot be read, with the place in the file for what is wrong inside.
void read_matrix_files(Value& root, const Schema& schema);

}  // namespace widelimit
