// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/particles/start.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numbers>
#include <stdexcept>

#include "support/circle.hpp"
#include "support/particles.hpp"
#include "support/problem_case.hpp"
#include "support/refusal.hpp"

using namespace widelimit;
using namespace widelimit::test;

BOOST_AUTO_TEST_SUITE(start_of_particles)

namespace {

const double turn = 2.0 * std::numbers::pi;

Problem circle()
{
    return circle_network("square", some_inputs(), some_labels(), 0.0);
}

Problem plane(Amplitude amplitude = Amplitude::signs)
{
    return plane_network(any_activation("tanh"), amplitude);
}

}  // namespace

BOOST_AUTO_TEST_CASE(masses_are_equal)
{
    Problem problem = circle();
    problem.initial.mass = 3.0;
    for (const Start kind : {Start::random, Start::quadrature}) {
        Field signs;
        const Field state = start(problem, kind, 7, 1, signs);
        BOOST_TEST(state.size() == 14);
        for (Index j = 7; j < 14; ++j) {
            BOOST_TEST(std::exp(state[j]) == 3.0 / 7.0, boost::test_tools::tolerance(1e-15));
        }
    }
}

BOOST_AUTO_TEST_CASE(random_follows_the_law)
{
    const Index width = 40000;
    Field signs;
    const Field state = start(plane(), Start::random, width, 1, signs);
    const ParticleLayout layout = particle_layout(plane(), width);
    const double root = std::sqrt(static_cast<double>(width));
    for (Index c = 0; c < 2; ++c) {
        const Field x = layout.points(state).row(c).transpose();
        BOOST_TEST(std::abs(x.mean()) < 5.0 / std::sqrt(3.0) / root);
        BOOST_TEST(std::abs(x.cwiseAbs2().mean() - 1.0 / 3.0) < 5.0 * std::sqrt(4.0 / 45.0) / root);
        BOOST_TEST(std::abs(x.dot(signs)) < 5.0 / std::sqrt(3.0) * root);
    }
    const Matrix points = layout.points(state);
    BOOST_TEST(std::abs(points.row(0).dot(points.row(1))) < 5.0 / 3.0 * root);
    BOOST_TEST(std::abs(signs.mean()) < 5.0 / root);
    BOOST_TEST((signs.cwiseAbs().array() == 1.0).all());
}

BOOST_AUTO_TEST_CASE(random_depends_on_seed_and_width_alone)
{
    Field signs, again;
    const Field state = start(plane(), Start::random, 50, 1, signs);
    BOOST_TEST((state == start(plane(), Start::random, 50, 1, again)));
    BOOST_TEST((signs == again));
    const Field other = start(plane(), Start::random, 50, 2, again);
    const Field wider = start(plane(), Start::random, 51, 1, again);
    for (Index k = 0; k < 100; ++k) {
        BOOST_TEST(state[k] != other[k]);
        BOOST_TEST(state[k] != wider[k]);
    }
}

BOOST_AUTO_TEST_CASE(quadrature_of_both_signs)
{
    Field signs;
    const Field state = start(circle(), Start::quadrature, 5, 1, signs);
    Field expected_signs(5), places(5);
    expected_signs << 1.0, 1.0, 1.0, -1.0, -1.0;
    places << 1.0 / 6.0, 3.0 / 6.0, 5.0 / 6.0, 1.0 / 4.0, 3.0 / 4.0;
    BOOST_TEST((signs == expected_signs));
    BOOST_TEST((state.head(5) - turn * places).cwiseAbs().maxCoeff() < 1e-15);
    BOOST_TEST(start(circle(), Start::quadrature, 1, 1, signs)[0] == 0.5 * turn);
}

BOOST_AUTO_TEST_CASE(quadrature_without_signs)
{
    Problem problem = circle();
    problem.amplitude = Amplitude::none;
    Field signs;
    const Field state = start(problem, Start::quadrature, 4, 1, signs);
    BOOST_TEST((signs == Field::Ones(4)));
    for (Index k = 0; k < 4; ++k) {
        BOOST_TEST(state[k] == turn * (static_cast<double>(k) + 0.5) / 4.0,
                   boost::test_tools::tolerance(1e-15));
    }
}

BOOST_AUTO_TEST_CASE(quadrature_of_two_coordinates_is_a_product)
{
    const Problem problem = plane(Amplitude::none);
    Field signs;
    Field state = start(problem, Start::quadrature, 9, 1, signs);
    const Matrix points = particle_layout(problem, 9).points(state);
    for (Index j = 0; j < 9; ++j) {
        const auto quantile = [&](std::size_t c, Index k) {
            return problem.initial.laws[c]->quantile((static_cast<double>(k) + 0.5) / 3.0);
        };
        BOOST_TEST(points(0, j) == quantile(0, j / 3));
        BOOST_TEST(points(1, j) == quantile(1, j % 3));
    }
}

BOOST_AUTO_TEST_CASE(quadrature_of_atoms_repeats_them_by_weight)
{
    const Settings root =
        problem_settings("problem.initial = { law = 'atoms', points = [[1, 2, 3], [4, 5, 1]] }");
    Problem problem = plane(Amplitude::none);
    static_cast<TableLaw&>(problem.initial) = make_laws(root.table("problem.initial"), problem.coordinates);
    Field signs;
    Field state = start(problem, Start::quadrature, 8, 1, signs);
    const Matrix points = particle_layout(problem, 8).points(state);
    for (Index j = 0; j < 8; ++j) {
        BOOST_TEST(points(0, j) == (j < 6 ? 1.0 : 4.0));
        BOOST_TEST(points(1, j) == (j < 6 ? 2.0 : 5.0));
    }
    state = start(problem, Start::random, 4000, 1, signs);
    const Matrix drawn = particle_layout(problem, 4000).points(state);
    const double share = (drawn.row(0).array() == 1.0).cast<double>().mean();
    BOOST_TEST(std::abs(share - 0.75) < 0.03);
    BOOST_TEST((drawn.row(1).array() == drawn.row(0).array() + 1.0).all());
}

BOOST_AUTO_TEST_CASE(both_signs_of_two_coordinates_have_products_each)
{
    Field signs;
    Field state = start(plane(), Start::quadrature, 8, 1, signs);
    const Matrix points = particle_layout(plane(), 8).points(state);
    BOOST_TEST((points.leftCols(4) == points.rightCols(4)));
    BOOST_TEST(signs.sum() == 0.0);
}

BOOST_AUTO_TEST_CASE(no_signs_where_the_amplitude_has_none)
{
    Field signs;
    start(plane(Amplitude::none), Start::random, 100, 1, signs);
    BOOST_TEST((signs == Field::Ones(100)));
    start(plane(Amplitude::axis), Start::random, 100, 1, signs);
    BOOST_TEST((signs == Field::Ones(100)));
}

BOOST_AUTO_TEST_CASE(refusals)
{
    Field signs;
    BOOST_TEST(
        refusal([&] { start(plane(), Start::quadrature, 4, 1, signs); }) ==
        "particles.start = \"quadrature\" of 2 coordinates needs whole numbers to the power 2 of neurons for "
        "either sign, not 2; or use start = \"random\"");
    BOOST_TEST(
        refusal([&] { start(plane(Amplitude::none), Start::quadrature, 8, 1, signs); }) ==
        "particles.start = \"quadrature\" of 2 coordinates needs whole numbers to the power 2 of neurons for "
        "either sign, not 8; or use start = \"random\"");
    BOOST_TEST(refusal([] { start_from("randon"); }) ==
               "unknown start 'randon'; known: random, quadrature, low-discrepancy");
    BOOST_TEST((start_from("quadrature") == Start::quadrature));
    BOOST_TEST(text(start_from("random")) == "random");
    BOOST_CHECK_THROW(start(plane(), Start::random, 0, 1, signs), std::logic_error);
}

/// Errors of means go like 1 / width rather than like its root, and the mean over seeds is that of the law.
BOOST_AUTO_TEST_CASE(low_discrepancy_spreads)
{
    const Problem problem = plane();
    for (const Index width : {64, 1024}) {
        double worst = 0.0, mean = 0.0;
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            Field signs, other;
            const Field state = start(problem, Start::low_discrepancy, width, seed, signs);
            const Field again = start(problem, Start::low_discrepancy, width, seed, other);
            BOOST_TEST((state - again).norm() == 0.0);
            const ParticleLayout layout = particle_layout(problem, width);
            const double positive = (signs.array() > 0.0).cast<double>().mean();
            worst = std::max({worst, std::abs(positive - 0.5),
                              std::abs(layout.points(state).row(0).mean()) / std::sqrt(10.0)});
            mean += layout.points(state).row(1).mean() / 20.0;
        }
        BOOST_TEST(worst < 4.0 / static_cast<double>(width));
        BOOST_TEST(std::abs(mean) < 4.0 / static_cast<double>(width));
    }
}

BOOST_AUTO_TEST_CASE(low_discrepancy_in_case_files)
{
    BOOST_TEST((start_from("low-discrepancy") == Start::low_discrepancy));
    BOOST_TEST(text(Start::low_discrepancy) == "low-discrepancy");
    check_start(plane(), Start::low_discrepancy, 7);
}

BOOST_AUTO_TEST_SUITE_END()
