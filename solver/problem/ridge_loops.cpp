// SPDX-License-Identifier: BSD-3-Clause
#include "ridge_loops.hpp"

#include <algorithm>
#include <array>

#include "widelimit/core/error.hpp"
#include "widelimit/core/instructions.hpp"

namespace widelimit {
namespace {

/// Numbers that stay in a core's first cache while others pass by.
constexpr Index at_once = 512;

template <int d>
using Weights = std::array<double, static_cast<std::size_t>(d)>;

template <int d>
Weights<d> row_of(const Matrix& rows, Index row)
{
    Weights<d> out;
    for (int k = 0; k < d; ++k) {
        out[static_cast<std::size_t>(k)] = rows(row, k);
    }
    return out;
}

/// The columns of a matrix from a row on.
template <int d>
std::array<const double*, static_cast<std::size_t>(d)> columns_of(const Matrix& rows, Index first)
{
    std::array<const double*, static_cast<std::size_t>(d)> out;
    for (int k = 0; k < d; ++k) {
        out[static_cast<std::size_t>(k)] = rows.col(k).data() + first;
    }
    return out;
}

template <int d>
[[gnu::always_inline]] inline double product(const Weights<d>& w,
                                             const std::array<const double*, static_cast<std::size_t>(d)>& x,
                                             Index i)
{
    double z = w[0] * x[0][i];
    for (std::size_t k = 1; k < static_cast<std::size_t>(d); ++k) {
        z += w[k] * x[k][i];
    }
    return z;
}

/// Two particles at some nodes.
template <int d>
WIDELIMIT_WIDE_LOOP void push_two(const KinkedUnits& units, const Weights<d>& v, const Weights<d>& w,
                                  double a, double b, const Matrix& inputs, Index first, Index count,
                                  double* __restrict out)
{
    const auto x = columns_of<d>(inputs, first);
    const Weights<d> v_of = v, w_of = w;
    if (units.below == 0.0) {
        const double a_of = a * units.above, b_of = b * units.above;
        for (Index i = 0; i < count; ++i) {
            const double y = product<d>(v_of, x, i), z = product<d>(w_of, x, i);
            out[i] += a_of * std::max(y, 0.0) + b_of * std::max(z, 0.0);
        }
        return;
    }
    const double above = units.above, below = units.below;
    for (Index i = 0; i < count; ++i) {
        const double y = product<d>(v_of, x, i), z = product<d>(w_of, x, i);
        out[i] += a * (y > 0.0 ? above : below) * y + b * (z > 0.0 ? above : below) * z;
    }
}

/// Of z, given twice the slope of one side over both: above, below, or their mean.
[[gnu::always_inline]] inline double slope_at(double z, double tolerance, double half_above,
                                              double half_below)
{
    const double upper = z > tolerance ? half_above : half_below;
    const double lower = z >= -tolerance ? half_above : half_below;
    return upper + lower;
}

/// Two nodes at some particles.
template <int d, bool one_sided>
WIDELIMIT_WIDE_LOOP void pull_two(const KinkedUnits& units, const Weights<d>& x, const Weights<d>& y,
                                  const Weights<d>& p, const Weights<d>& q, const Matrix& weights,
                                  const double* tolerance, Index first, Index count, double* __restrict out,
                                  Index pitch)
{
    const auto w = columns_of<d>(weights, first);
    const Weights<d> x_of = x, y_of = y, p_of = p, q_of = q;
    const double above = 0.5 * units.above, below = one_sided ? 0.0 : 0.5 * units.below;
    for (Index j = 0; j < count; ++j) {
        const double s = slope_at(product<d>(x_of, w, j), tolerance[j], above, below);
        const double t = slope_at(product<d>(y_of, w, j), tolerance[j], above, below);
        for (std::size_t k = 0; k < static_cast<std::size_t>(d); ++k) {
            out[static_cast<Index>(k) * pitch + j] += s * p_of[k] + t * q_of[k];
        }
    }
}

template <int d>
WIDELIMIT_WIDE_LOOP void square_one(const KinkedUnits& units, const Weights<d>& x, double a, double b,
                                    const Matrix& weights, const double* tolerance, Index first, Index count,
                                    double* __restrict value, double* __restrict gradient)
{
    const auto w = columns_of<d>(weights, first);
    const Weights<d> x_of = x;
    const double above = 0.5 * units.above, below = 0.5 * units.below;
    for (Index j = 0; j < count; ++j) {
        const double z = product<d>(x_of, w, j), s = slope_at(z, tolerance[j], above, below);
        value[j] += a * (s * z) * (s * z);
        gradient[j] += b * (s * s);
    }
}

template <class Visit>
void in_parts(Index count, const Visit& visit)
{
    for (Index first = 0; first < count; first += at_once) {
        visit(first, std::min(at_once, count - first));
    }
}

template <int d>
void push_all(const KinkedUnits& units, const Matrix& weights, const Field& c, const Matrix& inputs,
              Eigen::Ref<Field> out)
{
    in_parts(inputs.rows(), [&](Index first, Index count) {
        for (Index j = 0; j < weights.rows(); j += 2) {
            const bool pair = j + 1 < weights.rows();
            push_two<d>(units, row_of<d>(weights, j), pair ? row_of<d>(weights, j + 1) : Weights<d>{}, c[j],
                        pair ? c[j + 1] : 0.0, inputs, first, count, out.data() + first);
        }
    });
}

template <int d>
void pull_all(const KinkedUnits& units, const Matrix& weights, const Field& tolerance, const Matrix& inputs,
              const Matrix& pulled, Matrix& gradient)
{
    const auto pull = units.below == 0.0 ? pull_two<d, true> : pull_two<d, false>;
    in_parts(weights.rows(), [&](Index first, Index count) {
        for (Index i = 0; i < inputs.rows(); i += 2) {
            const bool pair = i + 1 < inputs.rows();
            pull(units, row_of<d>(inputs, i), pair ? row_of<d>(inputs, i + 1) : Weights<d>{},
                 row_of<d>(pulled, i), pair ? row_of<d>(pulled, i + 1) : Weights<d>{}, weights,
                 tolerance.data() + first, first, count, gradient.data() + first, gradient.rows());
        }
    });
}

template <int d>
void square_all(const KinkedUnits& units, const Matrix& weights, const Field& tolerance, const Matrix& inputs,
                const Field& a, const Field& b, Field& value, Field& gradient)
{
    in_parts(weights.rows(), [&](Index first, Index count) {
        for (Index i = 0; i < inputs.rows(); ++i) {
            square_one<d>(units, row_of<d>(inputs, i), a[i], b[i], weights, tolerance.data() + first, first,
                          count, value.data() + first, gradient.data() + first);
        }
    });
}

/// Calls the loops for so many weights.
template <class One, class Two, class Three, class Four>
void by_weights(Index weights, const One& one, const Two& two, const Three& three, const Four& four)
{
    switch (weights) {
        case 1:
            one();
            break;
        case 2:
            two();
            break;
        case 3:
            three();
            break;
        case 4:
            four();
            break;
        default:
            expects(false, "few weights");
    }
}

}  // namespace

KinkedUnits kinked_units(const Activation& activation)
{
    Matrix ends(2, 1);
    ends << 1.0, -1.0;
    activation.value(ends);
    return {ends(0, 0), -ends(1, 0)};
}

void push_kinked(const KinkedUnits& units, const Matrix& weights, const Field& c, const Matrix& inputs,
                 Eigen::Ref<Field> out)
{
    by_weights(
        inputs.cols(), [&] { push_all<1>(units, weights, c, inputs, out); },
        [&] { push_all<2>(units, weights, c, inputs, out); },
        [&] { push_all<3>(units, weights, c, inputs, out); },
        [&] { push_all<4>(units, weights, c, inputs, out); });
}

void pull_kinked(const KinkedUnits& units, const Matrix& weights, const Field& tolerance,
                 const Matrix& inputs, const Matrix& pulled, Matrix& gradient)
{
    by_weights(
        inputs.cols(), [&] { pull_all<1>(units, weights, tolerance, inputs, pulled, gradient); },
        [&] { pull_all<2>(units, weights, tolerance, inputs, pulled, gradient); },
        [&] { pull_all<3>(units, weights, tolerance, inputs, pulled, gradient); },
        [&] { pull_all<4>(units, weights, tolerance, inputs, pulled, gradient); });
}

void square_kinked(const KinkedUnits& units, const Matrix& weights, const Field& tolerance,
                   const Matrix& inputs, const Field& a, const Field& b, Field& value, Field& gradient)
{
    by_weights(
        inputs.cols(), [&] { square_all<1>(units, weights, tolerance, inputs, a, b, value, gradient); },
        [&] { square_all<2>(units, weights, tolerance, inputs, a, b, value, gradient); },
        [&] { square_all<3>(units, weights, tolerance, inputs, a, b, value, gradient); },
        [&] { square_all<4>(units, weights, tolerance, inputs, a, b, value, gradient); });
}

}  // namespace widelimit
