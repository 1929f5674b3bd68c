// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/interacting.hpp"

#include <boost/test/unit_test.hpp>

#include "../support/moving_points.hpp"

using namespace widelimit;
using namespace widelimit::test;

BOOST_AUTO_TEST_SUITE(known_flows)

namespace {

const std::string plane =
    "grid.axes.x = { sides = 'no-flux' }\ngrid.axes.y = { sides = 'no-flux' }\n"
    "problem.initial = { law = 'gaussian', mean = 0.4, deviation = 0.8, of = { y = { law = 'gaussian', mean "
    "= "
    "-0.3, deviation = 0.5 } } }\n";

std::string circle(double length)
{
    return "grid.axes.x = { from = 0, to = " + std::to_string(length) + ", sides = 'periodic' }\n";
}

const std::string turn = "grid.axes.angle = { from = 0, to = 6.283185307179586, sides = 'periodic' }\n";

}  // namespace

BOOST_AUTO_TEST_CASE(nothing_is_known_of_others)
{
    const auto known = [](const std::string& toml) { return discrepancy(toml).exact != nullptr; };
    const std::string springs = plane + "problem.kernel = 'quadratic'\n";
    BOOST_TEST(known(springs));
    BOOST_TEST(known(springs + "time.speed = 3"));
    BOOST_TEST(!known(springs + "time.speed = { reciprocal = 1 }"));
    BOOST_TEST(!known(springs + "problem.growth = 'proportional'"));
    BOOST_TEST(!known(springs + "problem.amplitude = 'signs'"));
    BOOST_TEST(!known(plane + "problem.kernel = { name = 'quadratic', on = 'x' }"));
    BOOST_TEST(!known(plane + "problem.kernel = { name = 'gaussian', width = 0.5 }"));
    const std::string cosine = turn + "problem.kernel = 'cosine'\nproblem.initial = 'poisson'\n";
    BOOST_TEST(known(cosine));
    BOOST_TEST(!known(cosine + "problem.temperature = 0.1"));
    BOOST_TEST(!known(cosine + "problem.target = { law = 'poisson', radius = 0.7, centre = 1 }"));
    BOOST_TEST(!known(turn + "problem.kernel = 'cosine'\nproblem.initial = 'wave'"));
    const std::string wave = circle(1.0) + "problem.initial = 'wave'\n";
    const std::string sobolev = wave + "problem.kernel = { name = 'sobolev', order = 1 }\n";
    BOOST_TEST(known(sobolev));
    BOOST_TEST(known(sobolev + "problem.target = 'uniform'"));
    BOOST_TEST(!known(sobolev + "problem.temperature = 0.1"));
    BOOST_TEST(!known(sobolev + "problem.target = 'wave'"));
    BOOST_TEST(!known(sobolev + "problem.target = { law = 'uniform', from = 0, to = 0.5 }"));
    BOOST_TEST(!known(sobolev + "problem.target = { atoms = [[0.3, 1]] }"));
    BOOST_TEST(!known(wave + "problem.kernel = { name = 'sobolev', order = 1.5 }"));
    BOOST_TEST(!known(wave + "problem.kernel = { name = 'gaussian', width = 0.5 }"));
    BOOST_TEST(known(circle(1.0) +
                     "problem.kernel = { name = 'gaussian', width = 0.5 }\nproblem.initial = { law "
                     "= 'wave', amplitude = 1e-4 }"));
    BOOST_TEST(!known(circle(1.0) +
                      "grid.axes.y = { sides = 'no-flux' }\nproblem.kernel = { name = 'sobolev', on "
                      "= 'x' }\nproblem.initial = { of = { x = { law = 'wave' }, y = { law = "
                      "'gaussian' } } }"));
}

BOOST_AUTO_TEST_SUITE_END()
