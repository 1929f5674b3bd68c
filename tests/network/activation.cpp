// SPDX-License-Identifier: BSD-3-Clause
// What every registered activation must be: its slope, its kinks, its homogeneity.
#include "widelimit/network/activation.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/particles.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(activation)

namespace {

double value_at(const Activation& sigma, double z)
{
    Matrix one = Matrix::Constant(1, 1, z);
    sigma.value(one);
    return one(0, 0);
}

double slope_at(const Activation& sigma, double z)
{
    Matrix one = Matrix::Constant(1, 1, z);
    sigma.slope(one);
    return one(0, 0);
}

bool near_kink(const Activation& sigma, double z, double distance)
{
    const std::vector<double> kinks = sigma.kinks();
    return std::any_of(kinks.begin(), kinks.end(), [&](double k) { return std::abs(k - z) <= distance; });
}

template <class Check>
void for_each_activation(Check check)
{
    BOOST_REQUIRE(activations().all().size() >= 8);
    for (const auto& [name, entry] : activations().all()) {
        BOOST_TEST_CONTEXT(name)
        {
            check(*test::any_activation(name));
        }
    }
}

constexpr double step = 0.0137;

}  // namespace

BOOST_AUTO_TEST_CASE(the_slope_is_the_derivative_away_from_kinks)
{
    const double h = 1e-5;
    for_each_activation([&](const Activation& sigma) {
        for (double z = -4.0; z < 4.0; z += step) {
            if (!near_kink(sigma, z, 2.0 * h)) {
                const double quotient = (value_at(sigma, z + h) - value_at(sigma, z - h)) / (2.0 * h);
                BOOST_TEST(std::abs(quotient - slope_at(sigma, z)) < 1e-8, "z = " << z);
            }
        }
    });
}

/// One-sided slopes differ at kinks and nowhere else; at a kink the slope is their mean.
BOOST_AUTO_TEST_CASE(kinks_are_where_the_slope_jumps)
{
    const double h = 1e-7;
    for_each_activation([&](const Activation& sigma) {
        for (const double z : sigma.kinks()) {
            const double left = slope_at(sigma, z - h), right = slope_at(sigma, z + h);
            BOOST_TEST((!sigma.has_slope() || std::abs(right - left) > 0.1), "z = " << z);
            BOOST_TEST(std::abs(slope_at(sigma, z) - 0.5 * (left + right)) < 1e-12, "z = " << z);
        }
        for (double z = -4.0; z < 4.0; z += step) {
            if (!near_kink(sigma, z, step)) {
                BOOST_TEST(std::abs(slope_at(sigma, z + h) - slope_at(sigma, z - h)) < 1e-5, "z = " << z);
            }
        }
    });
}

BOOST_AUTO_TEST_CASE(the_value_jumps_exactly_where_there_is_no_slope)
{
    for_each_activation([](const Activation& sigma) {
        double jump = 0.0;
        for (const double z : sigma.kinks()) {
            jump = std::max(jump, std::abs(value_at(sigma, z + 1e-9) - value_at(sigma, z - 1e-9)));
        }
        BOOST_TEST((jump > 1e-3) == !sigma.has_slope());
    });
}

BOOST_AUTO_TEST_CASE(homogeneous_ones_say_so_and_no_others)
{
    for_each_activation([](const Activation& sigma) {
        double worst = 0.0;
        for (double z = -3.0; z < 3.0; z += 0.1) {
            for (const double c : {0.1, 0.5, 3.0}) {
                worst = std::max(worst, std::abs(value_at(sigma, c * z) - c * value_at(sigma, z)));
            }
        }
        BOOST_TEST((worst < 1e-14) == sigma.homogeneous());
    });
}

/// What certificates rely on; a bound that is far off would be useless.
BOOST_AUTO_TEST_CASE(stated_bounds_hold_and_are_sharp)
{
    const double h = 1e-4;
    for_each_activation([&](const Activation& sigma) {
        double value = 0.0, slope = 0.0, bend = 0.0;
        for (double z = -8.0; z < 8.0; z += 1e-3) {
            value = std::max(value, std::abs(value_at(sigma, z)));
            slope = std::max(slope, std::abs(slope_at(sigma, z)));
            bend = std::max(bend, std::abs(slope_at(sigma, z + h) - slope_at(sigma, z - h)) / (2.0 * h));
        }
        const auto check = [](double seen, double stated, const char* what) {
            if (std::isfinite(stated)) {
                BOOST_TEST(seen <= stated, what);
                BOOST_TEST(seen > 0.99 * stated, what);
            }
        };
        check(value, sigma.bound(), "bound");
        check(slope, sigma.lipschitz(), "lipschitz");
        check(bend, sigma.slope_lipschitz(), "slope_lipschitz");
        BOOST_TEST((sigma.kinks().empty() || std::isinf(sigma.slope_lipschitz())));
    });
}

BOOST_AUTO_TEST_CASE(arrays_are_mapped_entry_by_entry_in_place)
{
    for_each_activation([](const Activation& sigma) {
        const Matrix z = Matrix::NullaryExpr(7, 5, [](Index i, Index j) {
            return 0.31 * static_cast<double>(i) - 0.47 * static_cast<double>(j);
        });
        Matrix values = z, slopes = z;
        sigma.value(values);
        sigma.slope(slopes.block(1, 1, 5, 3));
        for (Index i = 0; i < 7; ++i) {
            for (Index j = 0; j < 5; ++j) {
                const bool inside = i >= 1 && i < 6 && j >= 1 && j < 4;
                BOOST_TEST(std::abs(values(i, j) - value_at(sigma, z(i, j))) < 1e-15);
                if (inside) {
                    BOOST_TEST(std::abs(slopes(i, j) - slope_at(sigma, z(i, j))) < 1e-15);
                } else {
                    BOOST_TEST(slopes(i, j) == z(i, j));
                }
            }
        }
    });
}

/// Whatever is computed faster for arrays: the same to round-off, and odd or even as before.
BOOST_AUTO_TEST_CASE(values_and_slopes_at_once)
{
    for_each_activation([](const Activation& sigma) {
        Matrix z(1001, 1);
        z.col(0) = Field::LinSpaced(1001, -20.0, 20.0);
        Matrix values = z, slopes = z;
        sigma.value_and_slope(values, slopes);
        for (Index i = 0; i < z.rows(); ++i) {
            const double value = value_at(sigma, z(i, 0));
            BOOST_TEST(std::abs(values(i, 0) - value) <= 1e-15 * std::max(1.0, std::abs(value)));
            BOOST_TEST(std::abs(slopes(i, 0) - slope_at(sigma, z(i, 0))) < 1e-15);
        }
    });
    const auto tanh = test::any_activation("tanh");
    Matrix z = Matrix::Random(50, 2), mirrored = -z;
    tanh->value(z);
    tanh->value(mirrored);
    BOOST_TEST((z == -mirrored));
    BOOST_TEST(value_at(*tanh, 0.7) == std::tanh(0.7), boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(large_arguments_stay_finite)
{
    for_each_activation([](const Activation& sigma) {
        for (const double z : {-1e3, -800.0, -40.0, 40.0, 800.0, 1e3}) {
            BOOST_TEST(std::isfinite(value_at(sigma, z)), "z = " << z);
            BOOST_TEST(std::isfinite(slope_at(sigma, z)), "z = " << z);
        }
    });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
