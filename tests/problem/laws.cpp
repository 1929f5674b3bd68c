// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numbers>
#include <vector>

#include "../support/problem_case.hpp"

using namespace widelimit;
using namespace widelimit::test;
namespace tt = boost::test_tools;

BOOST_AUTO_TEST_SUITE(laws_of_the_neurons)

namespace {

constexpr double pi = std::numbers::pi;

const Coordinate line{"x", "a line"};
const Coordinate circle{"angle", "a circle", true, 0.0, 2.0 * pi};
const Coordinate segment{"m", "a cosine", false, -1.0, 1.0};

std::unique_ptr<Law> law(const std::string& initial, const Coordinate& coordinate,
                         const std::string& own = "")
{
    const Settings root = problem_settings("problem.initial = " + initial);
    return make_law(root.table("problem.initial"), coordinate, own);
}

std::string law_refusal(const std::string& initial, const Coordinate& coordinate)
{
    return refusal([&] { law(initial, coordinate); });
}

void check_quantiles(const Law& law)
{
    for (const double q : {1e-12, 1e-3, 0.2, 0.4999, 0.5, 0.77, 0.999}) {
        const double x = law.quantile(q);
        BOOST_TEST(law.from() <= x);
        BOOST_TEST(x <= law.to());
        // An end where the density is infinite may be nearer than the next number.
        BOOST_TEST((x == law.from() || std::abs(law.cdf(x) - q) <= 1e-14 + 1e-13 * q));
    }
    double last = 0.0;
    for (double q = 0.01; q < 1.0; q += 0.01) {
        BOOST_TEST(law.cdf(law.quantile(q)) >= last);
        last = law.cdf(law.quantile(q));
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_table_is_linear_between_its_rows)
{
    const auto tent = law("{ law = 'table', density = [[1, 0], [2, 6], [4, 0]] }", line);
    check_quantiles(*tent);
    BOOST_TEST(tent->cdf(0.0) == 0.0);
    BOOST_TEST(tent->cdf(2.0) == 1.0 / 3.0, tt::tolerance(1e-15));
    BOOST_TEST(tent->cdf(1.5) == 1.0 / 12.0, tt::tolerance(1e-15));
    BOOST_TEST(tent->cdf(3.0) == 1.0 / 3.0 + 0.5, tt::tolerance(1e-15));
    BOOST_TEST(tent->cdf(9.0) == 1.0);
    // Round the seam: a block from 6 to 7, the last 2 pi - 6 of it before the end of the first turn.
    const auto block = law("{ law = 'table', density = [[6, 2], [7, 2]] }", circle);
    BOOST_TEST(block->between(0.0, 1.0) == 7.0 - 2.0 * pi, tt::tolerance(1e-14));
    BOOST_TEST(block->between(5.0, 2.0 * pi) == 2.0 * pi - 6.0, tt::tolerance(1e-14));
    BOOST_TEST(block->between(1.0, 5.0) == 0.0);
    const auto found = [](const std::string& density, const Coordinate& on) {
        return law_refusal("{ law = 'table', density = " + density + " }", on);
    };
    BOOST_TEST(found("[[1, 0], [1, 2]]", line).find("places ascending") != std::string::npos);
    BOOST_TEST(found("[[1, 0], [2, -2]]", line).find("at least 0, not all 0") != std::string::npos);
    BOOST_TEST(found("[[0, 1], [7, 2]]", circle).find("more than once") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(atoms_lie_in_one_cell_each)
{
    const auto on_line = law("{ law = 'atoms', points = [[2, 1], [-1, 3]] }", line);
    BOOST_TEST(on_line->cdf(-1.5) == 0.0);
    BOOST_TEST(on_line->cdf(-1.0) == 0.75);
    BOOST_TEST(on_line->cdf(2.0) == 1.0);
    BOOST_TEST(on_line->between(-1.0, 2.0) == 0.25);
    BOOST_TEST(on_line->quantile(0.75) == -1.0);
    BOOST_TEST(on_line->quantile(0.76) == 2.0);
    // On a circle at a seam, at a face that is rounded, and given a turn away.
    for (const double place : {0.0, 2.0 * pi, 0.3 * 2.0 * pi, 7.0, -4.0}) {
        const auto on_circle =
            law("{ law = 'atoms', points = [[" + std::to_string(place) + ", 1]] }", circle);
        double sum = 0.0, largest = 0.0;
        for (int k = 0; k < 10; ++k) {
            const double share = on_circle->between(2.0 * pi * k / 10.0, 2.0 * pi * (k + 1) / 10.0);
            sum += share;
            largest = std::max(largest, share);
        }
        BOOST_TEST(sum == 1.0, "atom at " << place);
        BOOST_TEST(largest == 1.0, "atom at " << place);
    }
    BOOST_TEST(law_refusal("{ law = 'atoms', points = [[1, 2, 3]] }", line)
                   .find("rows of 1 coordinate and a weight") != std::string::npos);
    BOOST_TEST(law_refusal("{ law = 'atoms', points = [[1, -2]] }", line).find("weights of at least 0") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(atoms_of_several_coordinates)
{
    const Settings root =
        problem_settings("problem.initial = { law = 'atoms', points = [[1, 0.5, 1], [1, 2, 3]] }");
    const TableLaw atoms = make_laws(root.table("problem.initial"), {circle, line});
    Matrix lower(2, 4), upper(2, 4);
    lower << 0.0, 0.0, 2.0, 1.0, 0.0, 1.0, 0.0, 0.0;
    upper << 2.0, 2.0, 4.0, 2.0, 1.0, 2.0, 3.0, 3.0;
    Field expected(4);
    expected << 0.25, 0.75, 0.0, 0.0;
    BOOST_TEST((atoms.whole()->masses_in(lower, upper) == expected));
    BOOST_TEST(atoms.laws[1]->cdf(1.0) == 0.25);
    Field uniforms(2);
    uniforms << 0.3, 0.9;
    BOOST_TEST(atoms.whole()->draw(uniforms)[1] == 2.0);
}

BOOST_AUTO_TEST_CASE(quantiles_invert_distribution_functions)
{
    check_quantiles(*law("'uniform'", circle));
    check_quantiles(*law("{ law = 'uniform', from = 0.5, to = 2 }", circle));
    check_quantiles(*law("{ law = 'uniform', from = -3, to = 2 }", line));
    check_quantiles(*law("{ law = 'gaussian', mean = 2, deviation = 0.3 }", line));
    check_quantiles(*law("{ law = 'wave', mode = 3, amplitude = 0.8, phase = 0.4 }", circle));
    for (const char* dimension : {"2", "3", "4", "30", "1000"}) {
        check_quantiles(*law(std::string("{ law = 'index', dimension = ") + dimension + " }", segment));
    }
}

BOOST_AUTO_TEST_CASE(a_mixture_is_a_weighted_sum_of_laws)
{
    const std::string parts =
        "{ law = 'mixture', parts = [{ law = 'gaussian', mean = -1, weight = 3 }, { law = 'uniform', from = "
        "0, to "
        "= 2 }] }";
    const auto mixture = law(parts, line);
    const auto gaussian = law("{ law = 'gaussian', mean = -1 }", line);
    for (const double x : {-2.0, 0.3, 1.7, 5.0}) {
        const double uniform = std::min(std::max(0.5 * x, 0.0), 1.0);
        BOOST_TEST(std::abs(mixture->cdf(x) - (0.75 * gaussian->cdf(x) + 0.25 * uniform)) < 1e-15);
    }
    check_quantiles(*mixture);
    const Settings root = problem_settings("problem.initial = " + parts);
    const TableLaw both = make_laws(root.table("problem.initial"), {line, {"y", "another"}});
    BOOST_REQUIRE(both.joint);
    Matrix lower(2, 1), upper(2, 1);
    lower << -1.0, 0.5;
    upper << 1.0, 1.0;
    const double of_gaussian = gaussian->between(-1.0, 1.0) * gaussian->between(0.5, 1.0);
    BOOST_TEST(std::abs(both.joint->masses_in(lower, upper)[0] - (0.75 * of_gaussian + 0.25 * 0.5 * 0.25)) <
               1e-15);
    BOOST_TEST(std::abs(both.laws[1]->cdf(0.3) - mixture->cdf(0.3)) < 1e-15);
    Field uniforms(2);
    uniforms << 0.75 + 0.25 * 0.4, 0.5;
    BOOST_TEST(std::abs(both.joint->draw(uniforms)[0] - 0.8) < 1e-12);
    uniforms << 0.75 * 0.5, 0.5;
    BOOST_TEST(std::abs(both.joint->draw(uniforms)[0] + 1.0) < 1e-12);
    BOOST_TEST(law_refusal("{ law = 'mixture' }", line).find("parts") != std::string::npos);
    BOOST_TEST(law_refusal("{ law = 'mixture', parts = [{ law = 'mixture' }] }", line).find("no mixture") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(circle_laws_gain_one_per_turn)
{
    for (const char* initial : {"'uniform'", "'wave'", "{ law = 'uniform', from = 1, to = 6.2 }"}) {
        const auto on_circle = law(initial, circle);
        BOOST_TEST(on_circle->cdf(2.0 * pi) == 1.0, tt::tolerance(1e-14));
        for (const double x : {-4.0, -0.3, 0.0, 0.7, 3.0, 6.1}) {
            BOOST_TEST(on_circle->cdf(x + 2.0 * pi) - on_circle->cdf(x) == 1.0, tt::tolerance(1e-13));
        }
    }
    const auto arc = law("{ law = 'uniform', from = 1, to = 3 }", circle);
    BOOST_TEST(arc->between(-pi, 0.5) == 0.0);
    BOOST_TEST(arc->between(2.0 - 2.0 * pi, 3.0 - 2.0 * pi) == 0.5, tt::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(tails_keep_their_digits)
{
    const auto normal = law("'gaussian'", line);
    BOOST_TEST(normal->between(8.0, 9.0) == 6.219831985865830e-16, tt::tolerance(1e-10));
    BOOST_TEST(normal->between(-9.0, -8.0) == normal->between(8.0, 9.0));
    BOOST_TEST(normal->between(30.0, 31.0) == 4.906713927148187e-198, tt::tolerance(1e-10));
    BOOST_TEST(normal->between(-1.0, 1.0) == 0.682689492137086, tt::tolerance(1e-14));

    // d = 5: density (3 / 4) (1 - m^2), so that (1 - e, 1) holds (3 / 4) (e^2 - e^3 / 3).
    const double e = std::ldexp(1.0, -27);
    const auto index = law("{ law = 'index', dimension = 5 }", segment);
    BOOST_TEST(index->between(1.0 - e, 1.0) == 0.75 * (e * e - e * e * e / 3.0), tt::tolerance(1e-13));
    BOOST_TEST(index->between(-1.0, e - 1.0) == index->between(1.0 - e, 1.0), tt::tolerance(1e-15));
    BOOST_TEST(index->between(-0.5, 0.25) == 0.75 * (0.75 - (0.125 + 0.015625) / 3.0), tt::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(index_law_in_two_three_and_many_dimensions)
{
    const auto plane = law("{ law = 'index', dimension = 2 }", segment);
    const auto space = law("{ law = 'index', dimension = 3 }", segment);
    const auto many = law("{ law = 'index', dimension = 100000 }", segment);
    const auto normal = law("'gaussian'", line);
    for (const double m : {-0.95, -0.3, 0.2, 0.999}) {
        BOOST_TEST(plane->cdf(m) == 1.0 - std::acos(m) / pi, tt::tolerance(1e-13));
        BOOST_TEST(space->cdf(m) == 0.5 * (1.0 + m), tt::tolerance(1e-14));
        BOOST_TEST(std::abs(many->cdf(m / std::sqrt(1e5)) - normal->cdf(m)) < 1e-5);
    }
    BOOST_TEST(many->between(0.02, 1.0) == normal->between(0.02 * std::sqrt(1e5), 40.0), tt::tolerance(1e-2));
}

BOOST_AUTO_TEST_CASE(a_problem_has_a_law_of_its_own)
{
    const auto narrow = law("{ deviation = 0.1 }", line, "gaussian");
    BOOST_TEST(narrow->cdf(0.1) == law("'gaussian'", line)->cdf(1.0), tt::tolerance(1e-15));
    BOOST_TEST(law("{ law = 'uniform', from = 0, to = 1 }", line, "gaussian")->cdf(0.25) == 0.25);
}

BOOST_AUTO_TEST_CASE(refusals_name_place_and_reason)
{
    BOOST_TEST(contains(law_refusal("'gausian'", line), "case.toml:1:"));
    BOOST_TEST(contains(law_refusal("'gausian'", line), "did you mean 'gaussian'"));
    BOOST_TEST(contains(law_refusal("'gaussian'", circle), "the law 'gaussian' is for a line"));
    BOOST_TEST(contains(law_refusal("'wave'", line), "the law 'wave' is for a circle"));
    BOOST_TEST(contains(law_refusal("'index'", line), "the law 'index' is for a coordinate on [-1, 1]"));
    BOOST_TEST(contains(law_refusal("{ law = 'index', dimension = 1 }", segment), "expected [2, 1000000]"));
    BOOST_TEST(contains(law_refusal("'uniform'", line), "missing key 'problem.initial.from'"));
    BOOST_TEST(contains(law_refusal("{ law = 'uniform', from = 2, to = 1 }", line), "must lie below 'to'"));
    BOOST_TEST(contains(law_refusal("{ law = 'uniform', from = -1, to = 2 }", circle), "within one turn"));
}

BOOST_AUTO_TEST_SUITE_END()
