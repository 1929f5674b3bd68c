// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

namespace widelimit {

/// Sines, cosines, logarithms and exponentials by the polynomials of fdlibm (Ng, 1993), without branches and
/// fused operations, for loops that become vector code with the same bits on every processor.

/// The nearest whole number, |x| below 2^51.
[[gnu::always_inline]] inline double nearest_whole(double x)
{
    constexpr double beyond = 6755399441055744.0;  // 1.5 * 2^52: what lies there has no fraction
    return (x + beyond) - beyond;
}

/// sin r and cos r for |r| <= pi / 4, z = r^2.
[[gnu::always_inline]] inline double near_sine(double r, double z)
{
    const double low =
        z * (2.75573137070700676789e-06 + z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10));
    const double p = 8.33333333332248946124e-03 + z * (-1.98412698298579493134e-04 + low);
    return r + r * z * (-1.66666666666666324348e-01 + z * p);
}
[[gnu::always_inline]] inline double near_cosine(double z)
{
    const double low = z * (-2.75573143513906633035e-07 +
                            z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11));
    const double p = 4.16666666666666019037e-02 +
                     z * (-1.38888888888741095749e-03 + z * (2.48015872894767294178e-05 + low));
    return 1.0 + (z * z * p - 0.5 * z);
}

struct CosineAndSine {
    double cosine, sine;
};

/// Of `quarters` quarter turns (a whole number) and an angle r of at most half of one more.
[[gnu::always_inline]] inline CosineAndSine turned(double quarters, double r)
{
    const double z = r * r, sine = near_sine(r, z), cosine = near_cosine(z);
    const double place = quarters - 4.0 * nearest_whole(0.25 * quarters);  // -2, ..., 2
    const bool odd = place * place == 1.0, opposite = place * place == 4.0;
    const double along = odd ? sine : cosine, across = odd ? cosine : sine;
    return {opposite || place == 1.0 ? -along : along, opposite || place == -1.0 ? -across : across};
}

/// log x for a normal x > 0.
[[gnu::always_inline]] inline double natural_log(double x)
{
    constexpr double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
    constexpr std::uint64_t mantissa = (std::uint64_t{1} << 52) - 1;
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const double digits = std::bit_cast<double>((bits & mantissa) | std::bit_cast<std::uint64_t>(1.0));
    // The exponent as a double number: its bits below those of 2^52.
    const double exponent =
        std::bit_cast<double>((bits >> 52) | std::bit_cast<std::uint64_t>(0x1p52)) - (0x1p52 + 1023.0);
    const bool upper = digits > 1.41421356237309504880;
    const double k = upper ? exponent + 1.0 : exponent, f = (upper ? 0.5 * digits : digits) - 1.0;
    const double s = f / (2.0 + f), z = s * s, w = z * z;
    const double even =
        w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    const double odd =
        z * (6.666666666666735130e-01 +
             w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    const double half_square = 0.5 * f * f;
    return k * ln2_high - ((half_square - (s * (half_square + (even + odd)) + k * ln2_low)) - f);
}

/// 2^k, k a whole number from -1022 to 1023.
[[gnu::always_inline]] inline double power_of_two(double k)
{
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(k + (1023.0 + 0x1p52)) << 52);
}

/// exp x to one unit in the last place; 0 where it would not be a normal number.
[[gnu::always_inline]] inline double natural_exp(double x)
{
    constexpr double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
    constexpr double least = -708.396418532264078749, most = 709.782712893383973096;
    const double inside = x > most ? most : (x < least ? least : x);
    const double k = nearest_whole(1.44269504088896338700 * inside);
    const double high = inside - k * ln2_high, low = k * ln2_low, r = high - low, t = r * r;
    const double tail = t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08);
    const double c = r - t * (1.66666666666666019037e-01 +
                              t * (-2.77777777770155933842e-03 + t * (6.61375632143793436117e-05 + tail)));
    const double y = 1.0 - ((low - (r * c) / (2.0 - c)) - high);
    const double first = nearest_whole(0.5 * k);
    const double value = y * power_of_two(first) * power_of_two(k - first);
    const double upper = x > most ? std::numeric_limits<double>::infinity() : value;
    return x < least ? 0.0 : upper;
}

}  // namespace widelimit
