// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/vector_math.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

namespace widelimit {

BOOST_AUTO_TEST_SUITE(vector_math)

/// Against the functions of one number, whose own error is below one unit in the last place.
BOOST_AUTO_TEST_CASE(is_right_to_four_units_in_the_last_place)
{
    struct Function {
        const char* name;
        void (*each)(Eigen::Ref<Matrix>);
        double (*one)(double);
        bool relative;
    };
    const Function functions[] = {
        {"exp", exp_each, [](double z) { return std::exp(z); }, true},
        {"erf", erf_each, [](double z) { return std::erf(z); }, true},
        {"cos", cos_each, [](double z) { return std::cos(z); }, false},
        {"sin", sin_each, [](double z) { return std::sin(z); }, false},
        {"tanh", tanh_each, [](double z) { return std::tanh(z); }, false},
        {"sigmoid", sigmoid_each, [](double z) { return 1.0 / (1.0 + std::exp(-z)); }, true},
        {"softplus", softplus_each, [](double z) { return std::log1p(std::exp(z)); }, true}};
    constexpr double unit = std::numeric_limits<double>::epsilon();
    for (const Function& function : functions) {
        // Both packets and what is left over, and a block between others.
        Matrix z(1003, 3);
        for (Index k = 0; k < z.size(); ++k) {
            z.data()[k] = -30.0 + 60.0 * static_cast<double>(k) / static_cast<double>(z.size() - 1);
        }
        Matrix values = z;
        function.each(values.middleRows(1, 1001));
        for (Index j = 0; j < 3; ++j) {
            BOOST_TEST(values(0, j) == z(0, j));
            BOOST_TEST(values(1002, j) == z(1002, j));
            for (Index i = 1; i < 1002; ++i) {
                const double truth = function.one(z(i, j));
                const double size = function.relative ? std::abs(truth) : 1.0;
                BOOST_TEST(std::abs(values(i, j) - truth) <= 5.0 * unit * size, function.name << z(i, j));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(keeps_what_is_special)
{
    constexpr double infinite = std::numeric_limits<double>::infinity();
    Matrix z(5, 1);
    z << -infinite, -0.0, 0.0, infinite, std::nan("");
    Matrix t = z, e = z, s = z;
    tanh_each(t);
    exp_each(e);
    sigmoid_each(s);
    BOOST_TEST((t(0) == -1.0 && t(1) == 0.0 && t(2) == 0.0 && t(3) == 1.0 && std::isnan(t(4))));
    BOOST_TEST((e(0) == 0.0 && e(1) == 1.0 && e(3) == infinite && std::isnan(e(4))));
    BOOST_TEST((s(0) == 0.0 && s(2) == 0.5 && s(3) == 1.0 && std::isnan(s(4))));
    BOOST_TEST(std::signbit(t(1)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
