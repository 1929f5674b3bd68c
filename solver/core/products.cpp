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

WIDELIMIT_WIDE_LOOP void add_multiples(const double* x, Index rows, const double* weights, Index columns,
                                       Index stride, double* __restrict out)
{
    for (Index j = 0; j < columns; ++j, out += stride) {
        const double w = weights[j];
        for (Index i = 0; i < rows; ++i) {
            out[i] += w * x[i];
        }
    }
}

/// Columns at a time, and sums of each that are formed side by side whatever the processor.
constexpr int dots_at_once = 4, dot_lanes = 8;

template <int columns>
WIDELIMIT_WIDE_LOOP void dot_columns(const double* a, Index stride, const double* c, Index rows,
                                     double* __restrict out)
{
    std::array<std::array<double, dot_lanes>, columns> sums{};
    std::array<double, columns> rest{};
    Index i = 0;
    for (; i + dot_lanes <= rows; i += dot_lanes) {
        for (std::size_t k = 0; k < columns; ++k) {
            const double* const column = a + static_cast<Index>(k) * stride + i;
            for (std::size_t j = 0; j < dot_lanes; ++j) {
                sums[k][j] += column[j] * c[i + static_cast<Index>(j)];
            }
        }
    }
    for (; i < rows; ++i) {
        for (std::size_t k = 0; k < columns; ++k) {
            rest[k] += a[static_cast<Index>(k) * stride + i] * c[i];
        }
    }
    for (std::size_t k = 0; k < columns; ++k) {
        const auto& s = sums[k];
        out[k] = rest[k] + (((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7])));
    }
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

void add_outer_product(const Eigen::Ref<const Field>& x, const Eigen::Ref<const Field>& w,
                       Eigen::Ref<Matrix> out)
{
    expects(out.rows() == x.size() && out.cols() == w.size(), "factors that fit");
    add_multiples(x.data(), x.size(), w.data(), w.size(), out.outerStride(), out.data());
}

Field transposed_product(const Eigen::Ref<const Matrix>& a, const Eigen::Ref<const Field>& c)
{
    expects(a.rows() == c.size(), "factors that fit");
    Field out(a.cols());
    const auto at = [&a](Index column) { return a.data() + column * a.outerStride(); };
    Index column = 0;
    for (; column + dots_at_once <= a.cols(); column += dots_at_once) {
        dot_columns<dots_at_once>(at(column), a.outerStride(), c.data(), c.size(), out.data() + column);
    }
    for (; column < a.cols(); ++column) {
        dot_columns<1>(at(column), a.outerStride(), c.data(), c.size(), out.data() + column);
    }
    return out;
}

}  // namespace widelimit
