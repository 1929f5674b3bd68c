// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/width_statistics.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <stdexcept>

#include "widelimit/core/stream.hpp"

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(width_statistics)

namespace {

const std::vector<Index> widths = {10, 30, 100, 300, 1000, 3000};

/// Groups of ten networks with distance width^slope * exp(noise * (u - 1/2)) at one time.
std::vector<WidthGroup> synthetic(double slope, double noise, std::uint64_t seed)
{
    std::vector<WidthGroup> groups;
    for (const Index width : widths) {
        Matrix distance(10, 1);
        for (Index k = 0; k < 10; ++k) {
            const double u =
                Stream(seed, static_cast<std::uint32_t>(width), 0).uniform(static_cast<std::uint64_t>(k));
            distance(k, 0) = std::pow(static_cast<double>(width), slope) * std::exp(noise * (u - 0.5));
        }
        groups.push_back({Start::random, width, distance});
    }
    return groups;
}

NetworkResult result(const Matrix& predictions)
{
    NetworkResult network;
    network.predictions = predictions;
    return network;
}

}  // namespace

BOOST_AUTO_TEST_CASE(distance_is_weighted)
{
    Matrix f(2, 3), reference(2, 3);
    f << 1.0, 2.0, 3.0, 4.0, 5.0, 6.0;
    reference << 1.0, 2.0, 1.0, 1.0, 5.0, 6.0;
    Field weights(3);
    weights << 1.0, 2.0, 3.0;
    const Field distance = prediction_distance(f, reference, weights);
    BOOST_TEST(distance[0] == std::sqrt(3.0 * 4.0 / 6.0), boost::test_tools::tolerance(1e-15));
    BOOST_TEST(distance[1] == std::sqrt(1.0 * 9.0 / 6.0), boost::test_tools::tolerance(1e-15));
    BOOST_CHECK_THROW(prediction_distance(f, reference.topRows(1), weights), std::logic_error);
}

BOOST_AUTO_TEST_CASE(groups_and_their_means)
{
    const std::vector<NetworkSpec> networks = {
        {20, 1, Start::random}, {10, 1, Start::quadrature}, {10, 1, Start::random}, {20, 2, Start::random}};
    std::vector<NetworkResult> results;
    for (const double f : {3.0, 7.0, 5.0, 4.0}) {
        results.push_back(result(Matrix::Constant(1, 2, f)));
    }
    const auto groups =
        group_by_width(networks, prediction_distances(results, Matrix::Zero(1, 2), Field::Ones(2)));
    BOOST_TEST(groups.size() == 3u);
    BOOST_TEST((groups[0].start == Start::random && groups[0].width == 10));
    BOOST_TEST((groups[1].start == Start::random && groups[1].width == 20));
    BOOST_TEST((groups[2].start == Start::quadrature && groups[2].width == 10));
    BOOST_TEST(groups[0].rms()[0] == 5.0);
    BOOST_TEST(groups[1].rms()[0] == std::sqrt(12.5), boost::test_tools::tolerance(1e-15));
    BOOST_TEST(groups[1].differences(0, 0) == 3.0);
    BOOST_TEST(groups[1].differences(1, 0) == 4.0);
    BOOST_TEST(groups[2].rms()[0] == 7.0);
    BOOST_TEST(groups[1].bias()[0] == 3.5);
}

BOOST_AUTO_TEST_CASE(a_bias_is_what_does_not_average_out)
{
    const WidthGroup group{Start::random, 10, (Matrix(2, 2) << -3.0, -3.0, -3.0, 3.0).finished()};
    BOOST_TEST(group.rms()[0] == 3.0);
    BOOST_TEST(group.rms()[1] == 3.0);
    BOOST_TEST(group.bias()[0] == 3.0);
    BOOST_TEST(group.bias()[1] == 0.0);
}

BOOST_AUTO_TEST_CASE(exact_power_law)
{
    for (const double slope : {-0.5, -1.0, 0.25}) {
        const WidthSlope found = width_slope(synthetic(slope, 0.0, 1), Start::random, 0);
        BOOST_TEST(std::abs(found.value - slope) < 1e-13);
        BOOST_TEST(std::abs(found.low - slope) < 1e-13);
        BOOST_TEST(std::abs(found.high - slope) < 1e-13);
    }
}

BOOST_AUTO_TEST_CASE(interval_covers_the_slope)
{
    int covered = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        const WidthSlope found = width_slope(synthetic(-0.5, 2.0, seed), Start::random, 0);
        BOOST_TEST(found.low < found.value);
        BOOST_TEST(found.value < found.high);
        BOOST_TEST(found.high - found.low < 0.2);
        covered += found.low <= -0.5 && -0.5 <= found.high ? 1 : 0;
    }
    BOOST_TEST(covered >= 32);
    BOOST_TEST(covered <= 40);
}

BOOST_AUTO_TEST_CASE(interval_is_a_function_of_the_seed)
{
    const auto groups = synthetic(-0.5, 2.0, 3);
    SlopeOptions other;
    other.seed = 1;
    const WidthSlope a = width_slope(groups, Start::random, 0), b = width_slope(groups, Start::random, 0);
    const WidthSlope c = width_slope(groups, Start::random, 0, other);
    BOOST_TEST((a.low == b.low && a.high == b.high));
    BOOST_TEST((a.low != c.low && a.high != c.high));
    BOOST_TEST(a.value == c.value);
}

BOOST_AUTO_TEST_CASE(small_widths_are_left_out)
{
    auto groups = synthetic(-0.5, 0.0, 1);
    groups[0].differences *= 100.0;
    groups[1].differences *= 100.0;
    SlopeOptions options;
    BOOST_TEST(std::abs(width_slope(groups, Start::random, 0, options).value + 0.5) > 0.1);
    options.least_width = 100;
    BOOST_TEST(std::abs(width_slope(groups, Start::random, 0, options).value + 0.5) < 1e-13);
}

BOOST_AUTO_TEST_CASE(another_start_and_time)
{
    auto groups = synthetic(-0.5, 0.0, 1);
    for (const WidthGroup& group : synthetic(-1.0, 0.0, 1)) {
        Matrix both(10, 2);
        both << group.differences, group.differences.cwiseAbs2();
        groups.push_back({Start::quadrature, group.width, both});
    }
    BOOST_TEST(std::abs(width_slope(groups, Start::quadrature, 0).value + 1.0) < 1e-13);
    BOOST_TEST(std::abs(width_slope(groups, Start::quadrature, 1).value + 2.0) < 1e-13);
    BOOST_TEST(std::abs(width_slope(groups, Start::random, 0).value + 0.5) < 1e-13);
}

BOOST_AUTO_TEST_CASE(what_has_no_slope)
{
    BOOST_TEST(std::isnan(width_slope({}, Start::random, 0).value));
    BOOST_TEST(std::isnan(width_slope(synthetic(-0.5, 0.0, 1), Start::quadrature, 0).value));
    SlopeOptions options;
    options.least_width = 3000;
    BOOST_TEST(std::isnan(width_slope(synthetic(-0.5, 0.0, 1), Start::random, 0, options).value));
    auto groups = synthetic(-0.5, 0.0, 1);
    groups[2].differences.setZero();
    BOOST_TEST(std::isnan(width_slope(groups, Start::random, 0).value));
    BOOST_TEST(std::isnan(width_slope(groups, Start::random, 0).low));
    groups[2].differences.setConstant(std::nan(""));
    BOOST_TEST(std::isnan(width_slope(groups, Start::random, 0).value));
}

BOOST_AUTO_TEST_SUITE_END()
