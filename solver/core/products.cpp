// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/products.hpp"

#include <algorithm>
#include <array>

#include "widelimit/core/error.hpp"
#include "widelimit/core/instructions.hpp"

namespace widelimit {
namespace {

/// Columns that are added in one pass over the rows.
constexpr int columns_a_pass = 8;

template <int columns>
WIDELIMIT_WIDE_LOOP void add_columns(const double* a, Index stride, const double* weights, Index rows,
                                     double* __restrict out)
{
    std::array<double, columns> w;
    std::copy_n(weights, columns, w.begin());
    for (Index j = 0; j < rows; ++j) {
        double sum = w[0] * a[j];
        for (std::size_t k = 1; k < columns; ++k) {
            sum += w[k] * a[static_cast<Index>(k) * stride + j];
        }
        out[j] += sum;
    }
}

template <int columns>
void add_some(Index some, const double* a, Index stride, const double* weights, Index rows, double* out)
{
    if (some == columns) {
        add_columns<columns>(a, stride, weights, rows, out);
    } else if constexpr (columns > 1) {
        add_some<columns - 1>(some, a, stride, weights, rows, out);
    }
}

/// Column i of `out` is the sum of the columns of `a` with the weights in row i of `b`.
template <Index inner>
WIDELIMIT_WIDE_LOOP void combine(const double* a, Index rows, const double* b, Index stride, Index columns,
                                 double* __restrict out)
{
    for (Index i = 0; i < columns; ++i, out += rows) {
        std::array<double, inner> w;
        for (Index k = 0; k < inner; ++k) {
            w[static_cast<std::size_t>(k)] = b[k * stride + i];
        }
        for (Index j = 0; j < rows; ++j) {
            double sum = w[0] * a[j];
            for (Index k = 1; k < inner; ++k) {
                sum += w[static_cast<std::size_t>(k)] * a[k * rows + j];
            }
            out[j] = sum;
        }
    }
}

/// Sums that are formed side by side whatever the processor.
constexpr Index dot_lanes = 16;

WIDELIMIT_WIDE_LOOP double dot(const double* a, const double* b, Index count)
{
    std::array<double, dot_lanes> sums{};
    Index k = 0;
    for (; k + dot_lanes <= count; k += dot_lanes) {
        for (Index j = 0; j < dot_lanes; ++j) {
            sums[static_cast<std::size_t>(j)] += a[k + j] * b[k + j];
        }
    }
    double sum = 0.0;
    for (; k < count; ++k) {
        sum += a[k] * b[k];
    }
    for (const double one : sums) {
        sum += one;
    }
    return sum;
}

}  // namespace

void add_product(const Eigen::Ref<const Matrix>& a, const Eigen::Ref<const Field>& w, Eigen::Ref<Field> out)
{
    expects(a.cols() == w.size() && a.rows() == out.size(), "factors that fit");
    for (Index column = 0; column < a.cols(); column += columns_a_pass) {
        add_some<columns_a_pass>(std::min<Index>(columns_a_pass, a.cols() - column),
                                 a.data() + column * a.outerStride(), a.outerStride(), w.data() + column,
                                 a.rows(), out.data());
    }
}

Matrix outer_product(const Matrix& a, const Eigen::Ref<const Matrix>& b)
{
    expects(a.cols() == b.cols() && a.cols() <= most_inner, "factors that fit");
    Matrix out(a.rows(), b.rows());
    const auto of = std::array{combine<1>, combine<2>, combine<3>, combine<4>};
    if (a.cols() == 0) {
        out.setZero();
    } else {
        of[static_cast<std::size_t>(a.cols() - 1)](a.data(), a.rows(), b.data(), b.outerStride(), b.rows(),
                                                   out.data());
    }
    return out;
}

Field transposed_product(const Eigen::Ref<const Matrix>& a, const Eigen::Ref<const Field>& c)
{
    expects(a.rows() == c.size(), "factors that fit");
    Field out(a.cols());
    for (Index column = 0; column < a.cols(); ++column) {
        out[column] = dot(a.data() + column * a.outerStride(), c.data(), c.size());
    }
    return out;
}

}  // namespace widelimit
