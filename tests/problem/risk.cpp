// SPDX-License-Identifier: BSD-3-Clause
// What every registered risk must be: derivatives, convexity, Legendre transform, stiffness.
#include "widelimit/problem/risk.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/random.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(risk)

namespace {

using test::random_field;

/// Each risk with weights that do not sum to one; labels where it classifies.
template <class Check>
void for_each_risk(Check check)
{
    const Settings none(Value::table(), Schema());
    BOOST_REQUIRE(risks().all().size() >= 4);
    for (const auto& [name, entry] : risks().all()) {
        const Field weights = random_field(6, 0.1, 0.6, 1), targets = random_field(6, -1.0, 1.0, 2);
        const Field labels = targets.array().sign();
        const bool classifies = entry.make(none, {weights, labels})->classifies();
        const std::unique_ptr<Risk> risk = entry.make(none, {weights, classifies ? labels : targets});
        BOOST_TEST_CONTEXT(name)
        {
            for (unsigned seed = 10; seed < 16; ++seed) {
                check(*risk, random_field(6, -2.0, 2.0, seed));
            }
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_slope_is_the_derivative_of_the_value)
{
    for_each_risk([](const Risk& risk, const Field& f) {
        const double h = 1e-5;
        const Field slope = risk.slope(f);
        for (Index i = 0; i < f.size(); ++i) {
            const Field e = h * Field::Unit(f.size(), i);
            const double quotient = (risk.value(f + e) - risk.value(f - e)) / (2.0 * h);
            BOOST_TEST(std::abs(quotient - slope[i]) < 1e-8);
        }
    });
}

BOOST_AUTO_TEST_CASE(the_curvature_is_the_derivative_of_the_slope)
{
    for_each_risk([](const Risk& risk, const Field& f) {
        const double h = 1e-5;
        const Field v = random_field(f.size(), -1.0, 1.0, 30);
        const Field quotient = (risk.slope(f + h * v) - risk.slope(f - h * v)) / (2.0 * h);
        BOOST_TEST((risk.curvature(f, v) - quotient).norm() < 1e-8);
    });
}

BOOST_AUTO_TEST_CASE(it_is_convex)
{
    for_each_risk([](const Risk& risk, const Field& f) {
        for (unsigned seed = 40; seed < 60; ++seed) {
            const Field g = random_field(f.size(), -3.0, 3.0, seed);
            BOOST_TEST(risk.value(g) >= risk.value(f) + risk.slope(f).dot(g - f) - 1e-12);
            BOOST_TEST(g.dot(risk.curvature(f, g)) >= -1e-14);
        }
    });
}

/// R(f) + R*(r) >= <r, f>, with equality at r = R'(f).
BOOST_AUTO_TEST_CASE(the_conjugate_satisfies_fenchel_and_young)
{
    for_each_risk([](const Risk& risk, const Field& f) {
        const Field r = risk.slope(f);
        BOOST_TEST(std::abs(risk.value(f) + risk.conjugate(r) - r.dot(f)) < 1e-12);
        for (unsigned seed = 70; seed < 80; ++seed) {
            const Field other = random_field(f.size(), -2.0, 2.0, seed);
            const double gap = risk.value(f) + risk.conjugate(risk.slope(other)) - risk.slope(other).dot(f);
            BOOST_TEST(gap > 1e-6);
            BOOST_TEST(gap < 1e3);
        }
    });
}

BOOST_AUTO_TEST_CASE(the_conjugate_is_infinite_outside_its_domain)
{
    for_each_risk([](const Risk& risk, const Field& f) {
        const Field outside = -risk.slope(f);
        BOOST_TEST(std::isinf(risk.conjugate(outside)) == risk.classifies());
    });
}

BOOST_AUTO_TEST_CASE(the_stiffness_bounds_the_weighted_curvature)
{
    for_each_risk([](const Risk& risk, const Field& f) {
        const Field& w = risk.nodes().weights;
        double diagonal = 0.0, spectral = 0.0;
        for (Index i = 0; i < f.size(); ++i) {
            diagonal = std::max(diagonal, risk.curvature(f, Field::Unit(f.size(), i))[i] / w[i]);
        }
        for (unsigned seed = 80; seed < 100; ++seed) {
            const Field v = random_field(f.size(), -1.0, 1.0, seed);
            spectral = std::max(spectral, v.dot(risk.curvature(f, v)) / w.dot(v.cwiseAbs2()));
        }
        BOOST_TEST(diagonal <= risk.stiffness(f) * (1.0 + 1e-14));
        BOOST_TEST(spectral <= risk.stiffness(f) * (1.0 + 1e-14));
        BOOST_TEST(risk.stiffness(f) < 20.0 * diagonal);
    });
}

/// Margins of a thousand and both signs: what overflows elsewhere.
BOOST_AUTO_TEST_CASE(large_predictions_keep_slopes_finite)
{
    for_each_risk([](const Risk& risk, const Field& f) {
        const Field far = 500.0 * risk.nodes().targets + f;
        BOOST_TEST(std::isfinite(risk.value(far)));
        BOOST_TEST(risk.slope(far).allFinite());
        BOOST_TEST(std::isfinite(risk.stiffness(far)));
    });
}

BOOST_AUTO_TEST_CASE(the_curvature_of_a_loss_is_bounded_as_stated)
{
    int bounded = 0;
    for_each_risk([&bounded](const Risk& risk, const Field& f) {
        if (std::isfinite(risk.smoothness())) {
            const Field weights = risk.nodes().weights;
            for (Index i = 0; i < f.size(); ++i) {
                const Field bend = risk.curvature(f, Field::Unit(f.size(), i));
                BOOST_TEST(bend[i] <= (1.0 + 1e-14) * risk.smoothness() * weights[i]);
                BOOST_TEST((bend - bend[i] * Field::Unit(f.size(), i)).norm() == 0.0);  // a sum of losses
            }
            ++bounded;
        }
    });
    BOOST_TEST(bounded > 0);
}

/// Labels and weights of sum one, as data have.
template <class Check>
void for_each_softened(Check check)
{
    const Settings none(Value::table(), Schema());
    const Field labels = random_field(5, -1.0, 1.0, 3).array().sign();
    int found = 0;
    for (const auto& [name, entry] : risks().all()) {
        const std::unique_ptr<Risk> risk = entry.make(none, {Field::Constant(5, 0.2), labels});
        if (const auto soft = risk->softened()) {
            BOOST_TEST_CONTEXT(name)
            {
                check(*risk, *soft, labels);
            }
            ++found;
        }
    }
    BOOST_TEST(found >= 2);
}

BOOST_AUTO_TEST_CASE(in_the_soft_clock_the_direction_is_the_same)
{
    for_each_softened([](const Risk& risk, const Risk& soft, const Field&) {
        BOOST_TEST(soft.soft());
        BOOST_TEST(!risk.soft());
        for (unsigned seed = 20; seed < 26; ++seed) {
            const Field f = random_field(5, -3.0, 3.0, seed), v = random_field(5, -1.0, 1.0, seed + 100);
            const Field own = std::exp(soft.log_clock(f)) * risk.slope(f);
            BOOST_TEST((soft.slope(f) - own).norm() < 1e-13 * own.norm());
            BOOST_TEST(std::abs(soft.log_value(f) - std::log(risk.value(f))) < 1e-13);
            const double h = 1e-5;
            const double slope = (soft.value(f + h * v) - soft.value(f - h * v)) / (2.0 * h);
            BOOST_TEST(std::abs(slope - soft.slope(f).dot(v)) < 1e-8);
            const Field bend = (soft.slope(f + h * v) - soft.slope(f - h * v)) / (2.0 * h);
            BOOST_TEST((bend - soft.curvature(f, v)).norm() < 1e-8);
        }
    });
}

/// Where every loss is below the least number the slope is that of a minimum of the margins.
BOOST_AUTO_TEST_CASE(in_the_soft_clock_losses_may_be_far_below_the_least_number)
{
    for_each_softened([](const Risk& risk, const Risk& soft, const Field& labels) {
        Field u(5);
        u << 1e11, 1e11 + 1.0, 1e11 + 2.0, 2e11, 3e11;
        const Field f = labels.cwiseProduct(u);
        BOOST_TEST(risk.value(f) < 1e-300);
        const double least = 1e11 - std::log(0.2 * (1.0 + std::exp(-1.0) + std::exp(-2.0)));
        BOOST_TEST(std::abs(soft.value(f) + least) < 1e-4);
        BOOST_TEST(std::abs(soft.log_value(f) + least) < 1e-4);
        BOOST_TEST(std::abs(soft.log_clock(f) - least) < 1e-4);
        const Field slope = soft.slope(f);
        BOOST_TEST(std::abs(slope.cwiseAbs().sum() - 1.0) < 1e-4);
        BOOST_TEST(std::abs(std::abs(slope[1] / slope[0]) - std::exp(-1.0)) < 1e-4);
        BOOST_TEST(slope[4] == 0.0);
        BOOST_TEST(soft.curvature(f, Field::Ones(5)).allFinite());
    });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
