// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/field.hpp"

namespace widelimit {

/// Of a symmetric matrix: eigenvalues in ascending order, and orthonormal eigenvectors as columns.
struct Eigensystem {
    explicit Eigensystem(const Matrix& symmetric);

    Field values;
    Matrix vectors;
};

}  // namespace widelimit
