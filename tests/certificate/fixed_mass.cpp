// SPDX-License-Identifier: BSD-3-Clause
// Least potentials over all neurons by subdivision, and least objectives of a fixed mass, against samples of
// neurons.
#include "widelimit/certificate/fixed_mass.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/particles.hpp"
#include "support/random.hpp"
#include "support/sanitized.hpp"
#include "widelimit/core/numbers.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(fixed_mass)

namespace {

using namespace test;

/// Units of one weight or of a weight and a bias; V = 0.15 |theta|^2.
Problem units(const std::string& activation, Amplitude amplitude, Index weights)
{
    Problem problem = plane_network(any_activation(activation), amplitude);
    if (weights == 1) {
        problem.coordinates.pop_back();
        problem.initial.laws.pop_back();
        problem.features = make_ridge(any_activation(activation), some_inputs().leftCols(1), Chart::linear);
    }
    return problem;
}

/// psi of a sign at places, the best amplitude of an axis.
Field sampled(const Problem& problem, const Field& r, const Matrix& base, double sign)
{
    const Field g = problem.amplitude_scale * (problem.features->values(base) * r);
    const Field v = 0.15 * base.colwise().squaredNorm().transpose();
    if (problem.amplitude == Amplitude::axis) {
        return v - g.cwiseAbs2() / 0.6;
    }
    return v + sign * g;
}

Matrix places(Index rank, double reach, Index side)
{
    const Field line = Field::LinSpaced(side, -reach, reach);
    if (rank == 1) {
        return line.transpose();
    }
    Matrix all(2, side * side);
    for (Index j = 0; j < all.cols(); ++j) {
        all.col(j) << line[j / side], line[j % side];
    }
    return all;
}

double value_at(const Problem& problem, const Field& r, const Infimum& found)
{
    return found.sign * problem.amplitude_scale * problem.pull(found.place, r)[0] +
           problem.confinement->value(found.place)[0];
}

void check(const Problem& problem, unsigned seed, double tolerance)
{
    const Field r = random_field(5, -0.6, 0.6, seed);
    const Index rank = problem.base_rank();
    const Matrix base = places(rank, 6.0, rank == 1 ? 4001 : 301);
    const Field plus = sampled(problem, r, base, 1.0), minus = sampled(problem, r, base, -1.0);
    const bool both = problem.amplitude == Amplitude::signs;
    const double least = both ? std::min(plus.minCoeff(), minus.minCoeff()) : plus.minCoeff();
    const Infimum found = least_potential(problem, r, tolerance);
    if (found.low == -infinite) {
        BOOST_TEST((problem.amplitude == Amplitude::axis));  // no bound of the features, and V is too weak
        return;
    }
    BOOST_TEST(found.low <= least + 1e-13);
    BOOST_TEST(found.high <= least + 1e-3);
    BOOST_TEST(found.high - found.low >= 0.0);
    BOOST_TEST(found.high - found.low <= tolerance);
    BOOST_TEST(std::abs(value_at(problem, r, found) - found.high) < 1e-12);
    if (both) {
        const Infimum up = least_potential(problem, r, tolerance, 1),
                      down = least_potential(problem, r, tolerance, -1);
        BOOST_TEST(up.sign == 1.0);
        BOOST_TEST(down.sign == -1.0);
        BOOST_TEST(up.low <= plus.minCoeff() + 1e-13);
        BOOST_TEST(down.low <= minus.minCoeff() + 1e-13);
        BOOST_TEST(std::abs(std::min(up.high, down.high) - found.high) <= tolerance);
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(no_neuron_lies_below_the_infimum)
{
    for (const char* name : {"tanh", "sigmoid", "erf", "softplus", "cosine"}) {
        for (const Amplitude amplitude : {Amplitude::none, Amplitude::signs, Amplitude::axis}) {
            for (const Index weights : {1, 2}) {
                BOOST_TEST_CONTEXT(name << ", amplitude " << static_cast<int>(amplitude) << ", " << weights)
                {
                    for (unsigned seed = 0; seed < 2; ++seed) {
                        check(units(name, amplitude, weights), seed, 1e-11);
                    }
                }
            }
        }
    }
}

/// Without a bound of the second derivative boxes are left out by the first alone.
BOOST_AUTO_TEST_CASE(kinks_only_cost_more_boxes, *test::UnlessSanitized())
{
    for (const char* name : {"relu", "table"}) {
        for (const Amplitude amplitude : {Amplitude::none, Amplitude::signs}) {
            check(units(name, amplitude, 1), 0, 1e-8);
            check(units(name, amplitude, 1), 1, 1e-8);
            check(units(name, amplitude, 2), 1, 1e-2);
        }
    }
}

BOOST_AUTO_TEST_CASE(too_few_boxes_prove_less_but_nothing_wrong)
{
    const Problem problem = units("tanh", Amplitude::signs, 2);
    const Field r = random_field(5, -0.6, 0.6, 3);
    const Infimum sharp = least_potential(problem, r, 1e-11),
                  coarse = least_potential(problem, r, 1e-11, 0, 200);
    BOOST_TEST(coarse.boxes <= 200);
    BOOST_TEST(coarse.low < sharp.low);
    BOOST_TEST(coarse.high >= sharp.low);
}

/// A soft plus grows like its weight, and with an output weight of its own the square of it wins over V.
BOOST_AUTO_TEST_CASE(where_psi_falls_without_end_there_is_no_bound)
{
    const Problem problem = units("softplus", Amplitude::axis, 1);
    const Infimum found = least_potential(problem, Field::Constant(5, 2.0), 1e-9);
    BOOST_TEST(found.low == -infinite);
    BOOST_TEST(no_infimum(problem).empty());
    Problem loose = units("tanh", Amplitude::signs, 1);
    loose.confinement = constant_field(0.0);
    BOOST_TEST(!no_infimum(loose).empty());
    BOOST_TEST(!no_infimum(units("step", Amplitude::signs, 1)).empty());
}

namespace {

/// The least objective over the neurons of a fine sample alone, which is no lower than over all.
double least_of_sample(const Problem& problem, const Matrix& base)
{
    SparseNetwork network;
    const std::vector<FixedMass> fixed = fixed_masses(problem);
    Matrix columns(5, 0);
    Field costs(0), weights(0);
    std::vector<Index> groups;
    for (std::size_t k = 0; k < fixed.size(); ++k) {
        for (const double sign : {1.0, -1.0}) {
            if (fixed[k].sign * sign < 0.0 || (sign < 0.0 && problem.amplitude != Amplitude::signs)) {
                continue;
            }
            const Index first = columns.cols(), count = base.cols();
            columns.conservativeResize(Eigen::NoChange, first + count);
            columns.rightCols(count) =
                sign * problem.amplitude_scale * problem.features->values(base).transpose();
            costs.conservativeResize(first + count);
            costs.tail(count) = problem.confinement->value(base);
            weights.conservativeResize(first + count);
            weights.tail(count).setZero();
            if (groups.empty() || groups.back() != static_cast<Index>(k)) {
                weights[first] = fixed[k].mass;
            }
            groups.insert(groups.end(), static_cast<std::size_t>(count), static_cast<Index>(k));
        }
    }
    const Field best = best_shares(*problem.risk, columns, costs, weights, groups);
    BOOST_TEST(std::abs(best.sum() - problem.initial.mass) < 1e-12);
    return problem.risk->value(columns * best) + costs.dot(best);
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_least_objective_of_a_fixed_mass)
{
    for (const auto& [amplitude, growth, plus] : {std::tuple{Amplitude::signs, Growth::Kind::none, 0.5},
                                                  {Amplitude::signs, Growth::Kind::none, 0.9},
                                                  {Amplitude::signs, Growth::Kind::mean_preserving, 0.5},
                                                  {Amplitude::none, Growth::Kind::none, 0.5}}) {
        for (const char* name : {"sigmoid", "softplus"}) {
            Problem problem = units(name, amplitude, 1);
            problem.confinement = quadratic_field(0.02);
            problem.growth = {growth, growth == Growth::Kind::none ? 0.0 : 1.0};
            problem.initial.mass = 1.5;
            problem.initial.plus = plus;
            const Bracket found = least_of_fixed_mass(problem, {}, 1e-10);
            const double sample = least_of_sample(problem, places(1, 12.0, 801));
            BOOST_TEST_CONTEXT(name << ", amplitude " << static_cast<int>(amplitude) << ", plus " << plus)
            {
                BOOST_TEST(found.low <= found.high);
                BOOST_TEST(found.high - found.low <= 1e-10 * found.high);
                BOOST_TEST(found.low <= sample);
                BOOST_TEST(found.high >= sample - 1e-4);
                BOOST_TEST(std::abs(found.network.norm() - 1.5) < 1e-12);
                BOOST_TEST(std::abs(fixed_mass_objective(problem, found.network) - found.high) < 1e-15);
                double positive = 0.0;
                for (const double weight : found.network.weights) {
                    positive += std::max(weight, 0.0);
                }
                if (fixed_masses(problem).size() == 2) {
                    BOOST_TEST(std::abs(positive - 1.5 * plus) < 1e-12);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
