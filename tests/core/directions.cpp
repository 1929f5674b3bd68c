// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/directions.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "support/random.hpp"
#include "widelimit/core/checksum.hpp"
#include "widelimit/core/numbers.hpp"
#include "widelimit/core/stream.hpp"

namespace widelimit {

BOOST_AUTO_TEST_SUITE(directions_of_angles)

namespace {

constexpr double unit = std::numeric_limits<double>::epsilon();

/// Against the functions of one number in a longer type.
void check(const Field& angles)
{
    const Matrix w = directions(angles.data(), angles.size());
    BOOST_TEST((w.rows() == angles.size() && w.cols() == 2));
    double worst = 0.0;
    for (Index k = 0; k < angles.size(); ++k) {
        const auto angle = static_cast<long double>(angles[k]);
        worst = std::max(worst, static_cast<double>(std::abs(w(k, 0) - std::cos(angle))));
        worst = std::max(worst, static_cast<double>(std::abs(w(k, 1) - std::sin(angle))));
    }
    BOOST_TEST(worst <= unit);
}

std::string bits_of(const double* values, Index count)
{
    const auto size = static_cast<std::size_t>(count) * sizeof(double);
    return checksum({reinterpret_cast<const char*>(values), size});
}

}  // namespace

BOOST_AUTO_TEST_CASE(are_right_to_round_off)
{
    unsigned seed = 0;
    for (const double most : {1e-9, 0.7, 7.0, 300.0, 1e6, 1e9}) {
        check(test::random_field(20001, -most, most, ++seed));
    }
    // Where the quadrant changes, and beside.
    Field corners(3 * 4001);
    for (Index k = 0; k < 4001; ++k) {
        const double corner = 0.25 * pi * static_cast<double>(k - 2000);
        corners.segment(3 * k, 3) << std::nextafter(corner, -infinite), corner,
            std::nextafter(corner, infinite);
    }
    check(corners);
}

/// Packets and what is left over give the same bits.
BOOST_AUTO_TEST_CASE(do_not_depend_on_the_place_in_the_array)
{
    const Field angles = test::random_field(37, -1e4, 1e4, 5);
    const Matrix all = directions(angles.data(), angles.size());
    for (Index k = 0; k < angles.size(); ++k) {
        for (Index count = 1; count <= std::min<Index>(5, angles.size() - k); ++count) {
            const Matrix some = directions(angles.data() + k, count);
            BOOST_TEST((some.array() == all.middleRows(k, count).array()).all());
        }
    }
}

/// With and without AVX2, optimised or not, from both compilers.
BOOST_AUTO_TEST_CASE(have_the_same_bits_everywhere)
{
    Field angles(20001);
    for (Index k = 0; k < angles.size(); ++k) {
        angles[k] = 0.37 * static_cast<double>(k - 10000);
    }
    const Matrix w = directions(angles.data(), angles.size());
    BOOST_TEST(bits_of(w.data(), w.size()) == "45210a20a99dc900");
    Field normals(20001);
    Stream(3, 4, 5).normals(77, normals);
    BOOST_TEST(bits_of(normals.data(), normals.size()) == "f872af8d105c0735");
}

BOOST_AUTO_TEST_CASE(keep_what_is_special)
{
    const std::vector<double> angles = {0.0, -0.0, infinite, -infinite, std::nan("")};
    const Matrix w = directions(angles.data(), 5);
    BOOST_TEST((w(0, 0) == 1.0 && w(0, 1) == 0.0 && w(1, 0) == 1.0 && w(1, 1) == 0.0));
    BOOST_TEST(w.bottomRows(3).array().isNaN().all());
    BOOST_TEST(directions(nullptr, 0).size() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
