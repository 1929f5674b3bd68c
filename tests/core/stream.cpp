// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/stream.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <set>
#include <vector>

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(stream)

namespace {

/// Mean of (u - 1/2)^power over draws of one stream, or over particles or networks.
double central_moment(int power, double (*uniform)(std::uint32_t), std::uint32_t count)
{
    double sum = 0.0;
    for (std::uint32_t k = 0; k < count; ++k) {
        sum += std::pow(uniform(k) - 0.5, power);
    }
    return sum / count;
}

double over_draws(std::uint32_t k)
{
    return Stream(7, 3, 5).uniform(k);
}
double over_particles(std::uint32_t k)
{
    return Stream(7, 3, k).uniform(0);
}
double over_networks(std::uint32_t k)
{
    return Stream(7, k, 5).uniform(0);
}
double over_seeds(std::uint32_t k)
{
    return Stream(k, 3, 5).uniform(0);
}

}  // namespace

/// Known answers of Philox4x32-10 published with its authors' library (kat_vectors): counter and key all
/// zero, all ones, and digits of pi.
BOOST_AUTO_TEST_CASE(published_blocks)
{
    BOOST_TEST(Stream(0, 0, 0).bits(0) == 0xe169c58d6627e8d5u);
    const std::uint64_t ones = std::numeric_limits<std::uint64_t>::max();
    BOOST_TEST(Stream(ones, 0xffffffff, 0xffffffff).bits(ones) == 0x41c83b0e408f276du);
    BOOST_TEST(Stream(0x299f31d0a4093822u, 0x03707344, 0x13198a2e).bits(0x85a308d3243f6a88u) ==
               0x94fdccebd16cfe09u);
}

BOOST_AUTO_TEST_CASE(pure_function)
{
    const Stream a(1, 2, 3), b(1, 2, 3);
    const double late = a.uniform(1000);
    BOOST_TEST(a.uniform(0) == b.uniform(0));
    BOOST_TEST(late == b.uniform(1000));
}

/// Neither 0 nor 1 can come out, and u and 1 - u are alike.
BOOST_AUTO_TEST_CASE(uniform_numbers_are_odd_multiples)
{
    for (std::uint64_t draw = 0; draw < 1000; ++draw) {
        const double multiple = Stream(7, 3, 5).uniform(draw) * 0x1p53;
        BOOST_TEST(std::fmod(multiple, 2.0) == 1.0);
        BOOST_TEST(std::abs(multiple - static_cast<double>(Stream(7, 3, 5).bits(draw)) * 0x1p-11) <= 1.0);
    }
}

BOOST_AUTO_TEST_CASE(every_argument_matters)
{
    std::set<double> seen;
    for (const std::uint64_t shift : {0, 1, 32, 63}) {
        const std::uint64_t bit = std::uint64_t{1} << shift;
        seen.insert(Stream(5 ^ bit, 2, 3).uniform(4));
        seen.insert(Stream(5, 2, 3).uniform(4 ^ bit));
        seen.insert(Stream(5, 2 ^ static_cast<std::uint32_t>(bit % 31), 3).uniform(4));
        seen.insert(Stream(5, 2, 3 ^ static_cast<std::uint32_t>(bit % 31)).uniform(4));
    }
    BOOST_TEST(seen.size() == 16u);
}

BOOST_AUTO_TEST_CASE(uniform_in_every_direction)
{
    const std::uint32_t count = 100000;
    for (const auto uniform : {over_draws, over_particles, over_networks, over_seeds}) {
        BOOST_TEST(std::abs(central_moment(1, uniform, count)) < 5.0 * std::sqrt(1.0 / 12.0 / count));
        BOOST_TEST(std::abs(central_moment(2, uniform, count) - 1.0 / 12.0) <
                   5.0 * std::sqrt(1.0 / 180.0 / count));
        BOOST_TEST(std::abs(central_moment(4, uniform, count) - 1.0 / 80.0) <
                   5.0 * std::sqrt(1.0 / 3600.0 / count));
    }
}

BOOST_AUTO_TEST_CASE(normal_numbers_have_the_moments_of_the_normal_law)
{
    const std::uint64_t count = 200000;
    double sums[5] = {}, neighbours = 0.0;
    for (std::uint64_t draw = 0; draw < count; ++draw) {
        const double x = Stream(9, 2, 3).normal(draw);
        for (int k = 1; k <= 4; ++k) {
            sums[k] += std::pow(x, k);
        }
        neighbours += x * Stream(9, 2, 3).normal(draw + 1);
    }
    // Variances of x, x^2, x^3, x^4 are 1, 2, 15, 96.
    const double n = static_cast<double>(count), bound = 5.0 / std::sqrt(n);
    BOOST_TEST(std::abs(sums[1] / n) < bound);
    BOOST_TEST(std::abs(sums[2] / n - 1.0) < bound * std::sqrt(2.0));
    BOOST_TEST(std::abs(sums[3] / n) < bound * std::sqrt(15.0));
    BOOST_TEST(std::abs(sums[4] / n - 3.0) < bound * std::sqrt(96.0));
    BOOST_TEST(std::abs(neighbours / n) < bound);
}

BOOST_AUTO_TEST_CASE(neighbours_are_uncorrelated)
{
    const std::uint32_t count = 100000;
    double draws = 0.0, particles = 0.0;
    for (std::uint32_t k = 0; k < count; ++k) {
        draws += (over_draws(k) - 0.5) * (over_draws(k + 1) - 0.5);
        particles += (over_particles(k) - 0.5) * (over_particles(k + 1) - 0.5);
    }
    const double bound = 5.0 / 12.0 / std::sqrt(count);
    BOOST_TEST(std::abs(draws / count) < bound);
    BOOST_TEST(std::abs(particles / count) < bound);
}

BOOST_AUTO_TEST_CASE(below_reaches_every_index_equally)
{
    std::vector<int> hits(7, 0);
    for (std::uint64_t draw = 0; draw < 70000; ++draw) {
        ++hits.at(static_cast<std::size_t>(Stream(1, 1, 1).below(7, draw)));
    }
    for (const int n : hits) {
        BOOST_TEST(std::abs(n - 10000) < 500);
    }
    BOOST_TEST(Stream(1, 1, 1).below(1, 9) == 0);
}

/// From both halves of the published blocks, by the functions of the C library.
BOOST_AUTO_TEST_CASE(normal_numbers_are_those_of_box_and_muller)
{
    const auto check = [](const Stream& stream, std::uint64_t draw, std::uint64_t first,
                          std::uint64_t second) {
        const auto uniform = [](std::uint64_t bits) { return static_cast<double>(bits >> 11 | 1) * 0x1p-53; };
        const double radius = std::sqrt(-2.0 * std::log(uniform(first)));
        const double normal = radius * std::cos(2.0 * std::acos(-1.0) * uniform(second));
        BOOST_TEST(std::abs(stream.normal(draw) - normal) <=
                   4.0 * std::numeric_limits<double>::epsilon() * radius);
    };
    const std::uint64_t ones = std::numeric_limits<std::uint64_t>::max();
    check({0, 0, 0}, 0, 0xe169c58d6627e8d5u, 0x9b00dbd8bc57ac4cu);
    check({ones, 0xffffffff, 0xffffffff}, ones, 0x41c83b0e408f276du, 0x6d5451fda20bc7c6u);
    check({0x299f31d0a4093822u, 0x03707344, 0x13198a2e}, 0x85a308d3243f6a88u, 0x94fdccebd16cfe09u,
          0x24126ea15001e420u);
}

/// Packets, what is left over, and single ones.
BOOST_AUTO_TEST_CASE(normal_numbers_of_many_particles_are_those_of_each)
{
    for (const Index count : {1, 2, 3, 7, 64, 1001}) {
        Field all(count);
        Stream(9, 1000, 40).normals(123456789012345u, all);
        for (Index k = 0; k < count; ++k) {
            const Stream one(9, 1000, 40 + static_cast<std::uint32_t>(k));
            BOOST_TEST(all[k] == one.normal(123456789012345u));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
