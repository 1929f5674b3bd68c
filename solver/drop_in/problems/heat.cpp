// SPDX-License-Identifier: BSD-3-Clause
#include <numbers>

#include "widelimit/problem/interacting.hpp"
#include "widelimit/problem/place_names.hpp"
#include "widelimit/problem/settled.hpp"

namespace widelimit {
namespace {

std::vector<Coordinate> circles(const Settings& section)
{
    const Index rank = section.has("dimension") ? section.integer("dimension") : 1;
    if (rank > 3) {
        section.fail("dimension", "a torus of one to three coordinates is possible");
    }
    std::vector<double> lengths(static_cast<std::size_t>(rank), 2.0 * std::numbers::pi);
    if (section.has("lengths")) {
        lengths = section.numbers("lengths");
    }
    if (static_cast<Index>(lengths.size()) != rank) {
        section.fail("lengths", "expected one length a coordinate");
    }
    std::vector<Coordinate> all = places(rank);
    for (std::size_t k = 0; k < all.size(); ++k) {
        all[k].circle = true;
        all[k].from = 0.0;
        all[k].to = lengths[k];
    }
    return all;
}

/// d_t u = tau(t) Laplace u, or what an internal energy makes of it.
Problem make_heat_problem(const Settings& root, const Data*)
{
    Problem problem;
    problem.coordinates = circles(root.table("problem"));
    read_common(root, problem, "wave");
    problem.exact = problem.internal ? make_settled_at_reference(problem) : make_fading_wave(problem);
    return problem;
}

const bool heat_problem_registered = problems().add(
    {"heat",
     "heat equation on a circle or torus; a wave in closed form",
     make_heat_problem,
     {{"problem.dimension", "integer", "-", ">= 1", "circles of the torus, at most 3, by default 1"},
      {"problem.lengths", "numbers", "-", "> 0", "lengths of the circles, by default 2 pi each"}}});

}  // namespace
}  // namespace widelimit
