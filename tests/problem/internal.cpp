// SPDX-License-Identifier: BSD-3-Clause
// Internal energies: derivatives against differences, the mean of the chain rule.
#include "widelimit/problem/internal.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

#include "support/internal.hpp"
#include "support/refusal.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(internal_energies)

namespace {

using test::internal_of;

const std::vector<std::string> samples = {"{ name = 'porous-medium' }",
                                          "{ name = 'porous-medium', power = 1.5, strength = 0.7 }",
                                          "{ name = 'porous-medium', power = 3 }", "{ name = 'ultra-fast' }",
                                          "{ name = 'ultra-fast', strength = 2 }"};

std::vector<std::shared_ptr<const Internal>> all()
{
    std::vector<std::shared_ptr<const Internal>> list;
    for (const std::string& sample : samples) {
        list.push_back(internal_of(sample));
        list.push_back(with_entropy(list.back(), 0.3));
    }
    return list;
}

}  // namespace

BOOST_AUTO_TEST_CASE(slopes_are_those_of_the_energy)
{
    for (const auto& e : all()) {
        for (const double r : {0.2, 1.0, 3.7}) {
            const double h = 1e-5 * r;
            const double slope = (e->energy(r + h) - e->energy(r - h)) / (2.0 * h);
            const double curvature = (e->slope(r + h) - e->slope(r - h)) / (2.0 * h);
            const double pressure = (e->pressure(r + h) - e->pressure(r - h)) / (2.0 * h);
            BOOST_TEST(std::abs(e->slope(r) - slope) < 1e-8 * (1.0 + std::abs(slope)));
            BOOST_TEST(std::abs(e->curvature(r) - curvature) < 1e-8 * curvature);
            BOOST_TEST(std::abs(e->pressure_slope(r) - pressure) < 1e-8 * pressure);
            BOOST_TEST(std::abs(e->pressure_slope(r) - r * e->curvature(r)) < 1e-14 * e->pressure_slope(r));
        }
    }
}

BOOST_AUTO_TEST_CASE(means_obey_the_chain_rule_and_lie_between)
{
    for (const auto& e : all()) {
        for (const double a : {0.0, 0.3, 1.0, 1.0000001, 2.5}) {
            for (const double b : {0.3, 1.0, 4.0}) {
                const double mean = e->mean(a, b);
                BOOST_TEST(mean >= std::min(a, b));
                BOOST_TEST(mean <= std::max(a, b));
                BOOST_TEST(mean == e->mean(b, a));
                const double left = mean * (e->slope(a) - e->slope(b)),
                             right = e->pressure(a) - e->pressure(b);
                // Beside 0 the slope of some is infinite and the mean 0.
                BOOST_TEST((a == 0.0 || std::abs(left - right) < 1e-10 * (std::abs(e->pressure(a)) + 1.0)));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(tiny_values_have_means_too)
{
    for (const auto& e : all()) {
        for (const double a : {1e-200, 1e-300, 0.0}) {
            for (const double b : {0.0, 1e-250, 1.0}) {
                BOOST_TEST(std::isfinite(e->mean(a, b)));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(ratios_invert_the_slope)
{
    for (const auto& e : all()) {
        for (const double r : {1e-6, 0.3, 1.0, 40.0}) {
            BOOST_TEST(std::abs(e->ratio_at(e->slope(r)) / r - 1.0) < 1e-9);
        }
    }
    BOOST_TEST(internal_of("{ name = 'porous-medium' }")->ratio_at(-0.1) == 0.0);
    // e = r^2 / 2 and entropy: r = tau W(exp(level / tau - 1) / tau) with Lambert's W, here W(e) = 1.
    const std::shared_ptr<const Internal> half = internal_of("{ name = 'porous-medium', strength = 0.5 }");
    BOOST_TEST(std::abs(with_entropy(half, 0.2)->ratio_at(0.2 * (2.0 + std::log(0.2))) - 0.2) < 1e-15);
}

BOOST_AUTO_TEST_CASE(strength_and_temperature_add_up)
{
    const auto plain = internal_of("{ name = 'porous-medium', power = 3 }");
    const std::shared_ptr<const Internal> twice =
        internal_of("{ name = 'porous-medium', power = 3, strength = 2 }");
    const auto warm = with_entropy(twice, 0.5);
    BOOST_TEST(std::abs(warm->energy(1.7) - (2.0 * plain->energy(1.7) + 0.5 * 1.7 * std::log(1.7))) < 1e-14);
    BOOST_TEST(warm->energy(0.0) == 0.0);
}

BOOST_AUTO_TEST_CASE(what_is_no_internal_energy_is_refused)
{
    const auto refused = [](const std::string& toml) { return refusal([&] { internal_of(toml); }); };
    BOOST_TEST(refused("{ name = 'porous' }").find("porous-medium") != std::string::npos);
    BOOST_TEST(refused("{ name = 'porous-medium', power = 1 }").find("power") != std::string::npos);
    BOOST_TEST(refused("{ name = 'ultra-fast', strength = 0 }").find("strength") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
