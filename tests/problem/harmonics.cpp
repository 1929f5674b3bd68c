// SPDX-License-Identifier: BSD-3-Clause
// Spherical harmonics as features, multipliers of population kernels, and laws on S^2.
#include "widelimit/problem/harmonics.hpp"

#include <boost/math/special_functions/spherical_harmonic.hpp>
#include <boost/test/unit_test.hpp>

#include <cmath>

#include "support/problem_case.hpp"
#include "support/random.hpp"
#include "widelimit/core/numbers.hpp"
#include "widelimit/core/sphere.hpp"
#include "widelimit/core/stream.hpp"
#include "widelimit/problem/zonal.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(harmonics)

namespace {

namespace tt = boost::test_tools;

Matrix directions(Index count, unsigned seed)
{
    Matrix all(3, count);
    const Field numbers = test::random_field(3 * count, -1.0, 1.0, seed);
    all = Eigen::Map<const Matrix>(numbers.data(), 3, count);
    return all.colwise().normalized();
}

std::vector<Index> up_to(Index degree)
{
    std::vector<Index> all;
    for (Index l = 0; l <= degree; ++l) {
        all.push_back(l);
    }
    return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(values_are_those_of_boost_with_a_mean_square_of_one)
{
    const std::vector<Harmonic> all = harmonics_of(up_to(9));
    const Matrix places = directions(20, 1), values = make_harmonics(all)->values(places);
    for (Index j = 0; j < places.cols(); ++j) {
        const double theta = std::acos(places(2, j)), phi = std::atan2(places(1, j), places(0, j));
        for (std::size_t k = 0; k < all.size(); ++k) {
            const auto l = static_cast<unsigned>(all[k].degree);
            const auto m = static_cast<int>(std::abs(all[k].order));
            double expected = boost::math::spherical_harmonic_r(l, m, theta, phi);
            if (all[k].order < 0) {
                expected = boost::math::spherical_harmonic_i(l, m, theta, phi);
            }
            // Theirs have the sign of Condon and Shortley and the measure of area 4 pi.
            expected *= std::sqrt(4.0 * pi * (m == 0 ? 1.0 : 2.0)) * (m % 2 == 0 ? 1.0 : -1.0);
            BOOST_TEST(values(j, static_cast<Index>(k)) == expected, tt::tolerance(1e-9));
        }
    }
}

BOOST_AUTO_TEST_CASE(gradients_are_those_of_differences)
{
    const auto features = make_harmonics(harmonics_of(up_to(7)));
    const Matrix places = directions(6, 2);
    const Field r = test::random_field(features->size(), -1.0, 1.0, 3);
    Field g, value, square;
    Matrix gradient;
    features->pull(places, r, g, gradient);
    BOOST_TEST((g - features->values(places) * r).norm() < 1e-12);
    Field expected = Field::Zero(places.cols());
    for (Index k = 0; k < features->size(); ++k) {
        Field one;
        Matrix slope;
        features->pull(places, Field::Unit(features->size(), k), one, slope);
        expected += std::abs(r[k]) * slope.colwise().squaredNorm().transpose();
    }
    features->squares(places, r.cwiseAbs(), value, square);
    BOOST_TEST((square - expected).norm() < 1e-10 * expected.norm());
    constexpr double h = 1e-5;
    for (Index k = 0; k < 3; ++k) {
        Matrix up = places, down = places;
        up.row(k).array() += h;
        down.row(k).array() -= h;
        const Field difference = (features->values(up) - features->values(down)) * r / (2.0 * h);
        BOOST_TEST((difference - gradient.row(k).transpose()).cwiseAbs().maxCoeff() < 1e-6);
    }
}

/// The kernel that the multipliers add up to, E sigma(u . x) sigma(v . x) over x uniform on S^2.
BOOST_AUTO_TEST_CASE(multipliers_add_up_to_the_population_kernels)
{
    constexpr Index degree = 60;
    const auto relu = relu_multipliers(degree), step = step_multipliers(degree);
    BOOST_TEST(relu[2] == 1.0 / 16.0, tt::tolerance(1e-13));
    BOOST_TEST(relu[4] == -1.0 / 96.0, tt::tolerance(1e-13));
    BOOST_TEST(relu[6] == 1.0 / 256.0, tt::tolerance(1e-13));
    BOOST_TEST(step[1] == 0.25, tt::tolerance(1e-13));
    BOOST_TEST(step[3] == -1.0 / 16.0, tt::tolerance(1e-13));
    BOOST_TEST(step[7] == -5.0 / 256.0, tt::tolerance(1e-13));
    for (const double angle : {0.4, 1.3, 2.6}) {
        double sum_relu = 0.0, sum_step = 0.0;
        for (Index l = 0; l <= degree; ++l) {
            const auto k = static_cast<std::size_t>(l);
            const double projection = (2.0 * static_cast<double>(l) + 1.0) *
                                      std::legendre(static_cast<unsigned>(l), std::cos(angle));
            sum_relu += relu[k] * relu[k] * projection;
            sum_step += step[k] * step[k] * projection;
        }
        BOOST_TEST(sum_relu == (std::sin(angle) + (pi - angle) * std::cos(angle)) / (6.0 * pi),
                   tt::tolerance(1e-4));
        BOOST_TEST(sum_step == (pi - angle) / (2.0 * pi), tt::tolerance(1e-2));
    }
}

/// The rates of small modes around a uniform measure of mass m, m a_l^2 (l (l + 1) + 2), from the potential.
BOOST_AUTO_TEST_CASE(targets_are_laws_atoms_or_the_mass_of_the_uniform_law)
{
    const auto targets = [](const std::string& target) {
        return test::make_problem("[problem]\nname = \"harmonics\"\nhighest_degree = 4\ntarget = " + target +
                                  "\n")
            .risk->nodes()
            .targets;
    };
    const Field uniform = targets("2.5");
    BOOST_TEST(uniform[0] == 2.5);
    BOOST_TEST(uniform.tail(uniform.size() - 1).norm() < 1e-12);
    const auto features = make_harmonics(harmonics_of({0, 1, 2, 4}));
    const Eigen::Vector3d axis = Eigen::Vector3d(1.0, -2.0, 0.5).normalized();
    // c_2 P_2: the mean of P_2 is c_2 / 5.
    const Field zonal =
        targets("{ law = \"zonal\", axis = [1.0, -2.0, 0.5], coefficients = [0.0, 0.6], mass = 2.0 }");
    Field expected = 2.0 * 0.12 * features->values(Matrix(axis)).row(0).transpose();
    for (Index k = 0; k < expected.size(); ++k) {
        expected[k] = k == 0 ? 2.0 : k >= 4 && k < 9 ? expected[k] : 0.0;
    }
    BOOST_TEST((zonal - expected).norm() < 1e-12);
    const Field cap = targets("{ law = \"cap\", axis = [0.0, 0.0, 1.0], height = 0.2, mass = 1.0 }");
    BOOST_TEST(cap[2] == std::sqrt(3.0) * 0.6, tt::tolerance(1e-9));  // the mean of z over [0.2, 1]
    const Field atoms = targets("[[2.0, -4.0, 1.0, 0.7]]");
    BOOST_TEST((atoms - 0.7 * features->values(Matrix(axis)).row(0).transpose()).norm() < 1e-12);
}

BOOST_AUTO_TEST_CASE(laws_on_the_sphere_have_their_densities_and_draws)
{
    for (const std::string law :
         {"law = \"uniform\"", "law = \"zonal\", axis = [1.0, 1.0, 0.0], coefficients = [0.4, -0.3]",
          "law = \"cap\", axis = [0.0, 1.0, 1.0], height = 0.3", "law = \"gaussian\", deviation = 2.0",
          "law = \"gaussian\", mean = 0.4, of = { x = { law = \"gaussian\", deviation = 0.5, mean = 0.3 }, "
          "y = { law = \"gaussian\" }, z = { law = \"gaussian\", mean = -1.0 } }",
          "law = \"mixture\", parts = [{ law = \"uniform\" }, { law = \"cap\", height = 0.5, weight = 3.0 "
          "}]"}) {
        const std::string own = law.find(" of =") != std::string::npos ? law.substr(law.find("of =")) : law;
        const Problem problem =
            test::make_problem("[problem]\nname = \"von-mises-fisher\"\ninitial = { " + own + " }\n");
        const auto whole = problem.initial.whole();
        const Grid grid = make_sphere(32), coarse = make_sphere(1);
        const Field masses = whole->direction_density(grid.coordinates(), 0.0).cwiseProduct(grid.volumes());
        BOOST_TEST(masses.sum() == 1.0, tt::tolerance(2e-2));
        Field expected = Field::Zero(coarse.cells()), found = expected;
        const auto home = [&](const Field& u) {
            Index best = 0;
            (coarse.coordinates().transpose() * u).maxCoeff(&best);
            return best;
        };
        for (Index cell = 0; cell < grid.cells(); ++cell) {
            expected[home(grid.coordinates().col(cell))] += masses[cell];
        }
        constexpr int draws = 20000;
        for (int k = 0; k < draws; ++k) {
            const Stream stream(5, 1, static_cast<std::uint32_t>(k));
            Field uniforms(3);
            uniforms << stream.uniform(0), stream.uniform(1), stream.uniform(2);
            found[home(whole->draw(uniforms).normalized())] += 1.0 / draws;
        }
        BOOST_TEST((found - expected).cwiseAbs().maxCoeff() < 0.012, law);  // four deviations, and the mesh
    }
}

BOOST_AUTO_TEST_CASE(laws_that_no_sphere_has_are_refused)
{
    const auto refused = [](const std::string& initial) {
        return test::case_refusal("[problem]\nname = \"von-mises-fisher\"\ninitial = { " + initial + " }\n");
    };
    BOOST_TEST(test::contains(refused("law = \"zonal\", coefficients = [2.0]"), "negative"));
    BOOST_TEST(
        test::contains(refused("law = \"zonal\", coefficients = [0.1], axis = [0.0, 0.0]"), "three numbers"));
    BOOST_TEST(test::contains(refused("law = \"uniform\", from = 0.0"), "whole sphere"));
    BOOST_TEST(test::contains(test::case_refusal("[problem]\nname = \"heat\"\ninitial = { law = \"cap\" }\n"),
                              "S^2"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
