// SPDX-License-Identifier: BSD-3-Clause
// Predicted fluctuations of finite networks against exact ones and against each other.
#include "widelimit/run/fluctuations.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "widelimit/io/toml.hpp"
#include "widelimit/run/grid_run.hpp"
#include "widelimit/scheme/linearisation.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(fluctuations)

namespace {

struct Prediction {
    Prediction(const std::string& toml, std::vector<double> at)
        : c(parse_toml(toml, "case.toml"), "case"),
          run(prepared(c)),
          times(std::move(at)),
          path(run->flow(), run->state(), c.time.limits, times)
    {}

    Fluctuations fluctuations() { return predict_fluctuations(run->flow(), path, times); }
    Biases biases(const BiasOptions& options = {})
    {
        return predict_biases(run->flow(), path, times, options);
    }

    Case c;
    std::unique_ptr<GridRun> run;
    std::vector<double> times;
    Trajectory path;
};

const std::string circles = R"(
data = { rows = [[0.3, 1.0], [-0.8, -0.5], [1.1, 0.4], [-0.2, 0.7]] }
network = { activation = "relu", bias = true, train = ["input", "output"], start = "balanced" }
grid = { axes = { angle = { cells = 24 } } }
time = { end = 1.0 }
problem = { decay = 0.1 }
)";

/// Independent particles: a Gaussian stays one.
std::string ornstein_uhlenbeck(const std::string& cells)
{
    return R"(
[problem]
name = "quadratic-potential"
form = [[1.0]]
temperature = 0.25
initial = { law = "gaussian", deviation = 1.0 }
[grid.axes]
x = { from = -6.0, to = 6.0, cells = )" +
           cells + R"( }
[time]
end = 0.5
)";
}

}  // namespace

/// The transposed steps and the steps themselves see the same covariance.
BOOST_AUTO_TEST_CASE(backward_and_forward_agree)
{
    Prediction prediction(circles, {0.25, 1.0});
    const Matrix back = prediction.fluctuations().variance, forth = prediction.biases().variance;
    BOOST_TEST(back.minCoeff() > 0.0);
    BOOST_TEST((back - forth).cwiseAbs().maxCoeff() < 1e-11 * back.maxCoeff());
}

/// At the start lim m Var f = mass^2 Var phi, which needs no flow: after one tiny step.
BOOST_AUTO_TEST_CASE(variance_of_the_start)
{
    Prediction prediction(circles, {1e-9});
    const Field found = prediction.fluctuations().variance.col(0);
    Linearisation linear(prediction.run->flow());
    const Matrix features = linear.features();
    const StartMoments start = start_moments(prediction.run->flow());
    const Field mean = features.transpose() * start.first;
    const Field expected = features.cwiseAbs2().transpose() * start.first * start.first.sum();
    BOOST_TEST((found - (expected - mean.cwiseAbs2())).norm() < 1e-7 * found.norm());
}

/// Neurons (a, w) ~ N(0, s^2) of mass |theta|^2: Var a (w . x)_+ = s^4 |x|^2 / 2, bias included in x.  With
/// the law of directions alone, or the square of its masses, it would be another number.
BOOST_AUTO_TEST_CASE(random_masses_of_a_general_start)
{
    Prediction prediction(R"(
data = { rows = [[0.3, 1.0], [-0.8, -0.5], [2.0, 0.4]] }
network = { activation = "relu", bias = true, train = ["input", "output"], start = "general" }
grid = { cells = 1002, align = "none" }
time = { end = 1e-9 }
problem = { risk = "square", initial = { law = "gaussian", deviation = 0.5 } }
)",
                          {1e-9});
    const Field found = prediction.fluctuations().variance.col(0);
    const double quarter = 0.0625;
    BOOST_TEST(found[0] == quarter * 1.09 / 2.0, boost::test_tools::tolerance(2e-2));
    BOOST_TEST(found[1] == quarter * 1.64 / 2.0, boost::test_tools::tolerance(2e-2));
    BOOST_TEST(found[2] == quarter * 5.0 / 2.0, boost::test_tools::tolerance(2e-2));
}

BOOST_AUTO_TEST_CASE(independent_langevin_particles)
{
    double before = 0.0;
    for (const char* cells : {"60", "120"}) {
        Prediction prediction(ornstein_uhlenbeck(cells), {0.5});
        const double variance = 0.25 + 0.75 * std::exp(-1.0);
        const double found = prediction.fluctuations().objective_variance[0];
        const double error = std::abs(found - 0.5 * variance * variance);
        BOOST_TEST(error < 2e-2);
        if (before > 0.0) {
            BOOST_TEST(std::log2(before / error) > 1.8);
        }
        before = error;
    }
}

BOOST_AUTO_TEST_CASE(independent_particles_have_no_bias)
{
    Prediction prediction(ornstein_uhlenbeck("40"), {0.5});
    BiasOptions options;
    options.columns = 8;
    BOOST_TEST(std::abs(prediction.biases(options).objective[0]) < 1e-13);
}

BOOST_AUTO_TEST_CASE(random_columns_estimate_all_of_them)
{
    Prediction prediction(circles, {1.0});
    BiasOptions options;
    options.columns = 400;
    const Biases all = prediction.biases(), some = prediction.biases(options);
    BOOST_TEST(all.error[0] == 0.0);
    BOOST_TEST(std::abs(some.objective[0] - all.objective[0]) < 5.0 * some.error[0] + 1e-12);
    BOOST_TEST((some.variance - all.variance).norm() < 0.25 * all.variance.norm());
}

/// Noise of the particles, backward through its exchange between cells and forward through random ones.
BOOST_AUTO_TEST_CASE(noise_backward_and_forward)
{
    Prediction prediction(R"(
[problem]
name = "scalar-langevin"
target = 1.0
decay = 0.5
temperature = 0.125
initial = { law = "gaussian", mean = -0.5, deviation = 0.3 }
[grid.axes]
theta = { from = -3.0, to = 3.0, cells = 40 }
[time]
end = 0.5
)",
                          {0.5});
    const Fluctuations back = prediction.fluctuations();
    const double start = 0.09 * std::exp(-1.5), noise = 0.125 / 1.5 * (1.0 - std::exp(-1.5));
    BOOST_TEST(back.noise(0, 0) == noise, boost::test_tools::tolerance(2e-2));
    BOOST_TEST(back.variance(0, 0) == start + noise, boost::test_tools::tolerance(2e-2));
    BiasOptions options;
    options.columns = 600;
    // The standard error of a variance from 600 columns is 6 %.
    BOOST_TEST(prediction.biases(options).variance(0, 0) == back.variance(0, 0),
               boost::test_tools::tolerance(0.2));
}

/// Batches draw no noise from a single row, and the same from rows as from each of them twice.
BOOST_AUTO_TEST_CASE(noise_of_batches)
{
    const auto noise = [](const std::string& rows) {
        Prediction prediction("data = { rows = [" + rows + "] }" + circles.substr(circles.find("\nnetwork")),
                              {0.5, 1.0});
        return predict_fluctuations(prediction.run->flow(), prediction.path, prediction.times, {}, {}, true);
    };
    const std::string a = "[0.3, 1.0]", b = "[-0.8, -0.5]", c = "[1.1, 0.4]";
    const Fluctuations one = noise(a), three = noise(a + "," + b + "," + c);
    const Fluctuations twice = noise(a + "," + b + "," + c + "," + a + "," + b + "," + c);
    BOOST_TEST(one.batch_noise.cwiseAbs().maxCoeff() < 1e-15);
    BOOST_TEST(three.batch_noise.minCoeff() > 1e-4);
    BOOST_TEST((three.batch_noise - twice.batch_noise.topRows(3)).norm() < 1e-12);
    BOOST_TEST((three.objective_batch_noise - twice.objective_batch_noise).norm() < 1e-12);
    BOOST_TEST((three.variance - twice.variance.topRows(3)).norm() < 1e-12);
}

/// The bias of F at the start is that of independent draws, (E K(x, x) - E K(x, y)) / 2.
BOOST_AUTO_TEST_CASE(bias_of_independent_draws)
{
    Prediction prediction(R"(
[problem]
name = "discrepancy"
kernel = { name = "dirichlet", modes = 2 }
initial = { law = "uniform" }
target = { law = "uniform" }
[grid.axes]
x = { from = 0, to = 6.283185307179586, cells = 32, sides = "periodic" }
[time]
end = 1e-9
largest_step = 1e-9
)",
                          {1e-9});
    const Biases found = prediction.biases();
    BOOST_TEST(found.objective[0] > 0.0);
    BOOST_TEST(found.columns == 32);
    // Of a uniform measure E K(x, y) is the mean of K, and K(x, .) is the answer to one column.
    Linearisation linear(prediction.run->flow());
    prediction.run->flow().prepare(prediction.run->state(), 0.0);
    linear.take(prediction.run->state());
    Matrix one = Matrix::Zero(32, 1);
    one(3, 0) = 1.0;
    const Field kernel = linear.answer(one).col(0);
    BOOST_TEST(found.objective[0] == 0.5 * (kernel[3] - kernel.mean()), boost::test_tools::tolerance(1e-6));
}

/// Whatever was kept when it was stopped, a solve goes on with the same bits; along other steps it starts
/// anew.
BOOST_AUTO_TEST_CASE(solves_in_pieces_have_the_same_bits)
{
    const std::vector<double> times = {0.25, 1.0};
    Prediction prediction(circles, times), other(circles, {0.2, 0.9});
    std::vector<Checkpoint> kept;
    Keeper keeper;
    keeper.due = [] { return true; };
    keeper.keep = [&](Checkpoint now) { kept.push_back(std::move(now)); };
    const auto check = [&](auto&& solve, auto&& same) {
        kept.clear();
        const auto whole = solve(prediction, keeper);
        BOOST_REQUIRE(kept.size() == static_cast<std::size_t>(prediction.path.steps() + 1));
        for (const std::size_t place : {std::size_t{0}, kept.size() / 2, kept.size() - 2}) {
            Keeper before;
            before.before = kept[place];
            int passes = 0;
            const auto rest = solve(prediction, before, [&](double) { ++passes; });
            BOOST_TEST(passes == static_cast<int>(kept.size() - 1 - place));
            same(whole, rest);
        }
        Keeper foreign;
        foreign.before = kept[kept.size() / 2];
        int passes = 0;
        solve(other, foreign, [&](double) { ++passes; });
        BOOST_TEST(passes == other.path.steps());
    };
    check(
        [](Prediction& of, const Keeper& k, const FluctuationProgress& progress = {}) {
            return predict_fluctuations(of.run->flow(), of.path, of.times, progress, k);
        },
        [](const Fluctuations& a, const Fluctuations& b) {
            BOOST_TEST((a.variance.array() == b.variance.array()).all());
            BOOST_TEST((a.objective_variance.array() == b.objective_variance.array()).all());
            BOOST_TEST((a.objective_start.array() == b.objective_start.array()).all());
        });
    check(
        [](Prediction& of, const Keeper& k, const FluctuationProgress& progress = {}) {
            return predict_biases(of.run->flow(), of.path, of.times, {}, progress, k);
        },
        [](const Biases& a, const Biases& b) {
            BOOST_TEST((a.prediction.array() == b.prediction.array()).all());
            BOOST_TEST((a.objective.array() == b.objective.array()).all());
            BOOST_TEST((a.variance.array() == b.variance.array()).all());
        });
}

BOOST_AUTO_TEST_CASE(states_computed_anew_are_the_same)
{
    Prediction prediction(circles, {0.5});
    const Index steps = prediction.path.steps();
    const Field last = prediction.path.state(steps);
    const Trajectory::Stages stages = prediction.path.stages(steps - 1);
    BOOST_TEST((stages.states[0] - prediction.path.state(steps - 1)).norm() == 0.0);
    BOOST_TEST(prediction.path.step(steps - 1).time + prediction.path.step(steps - 1).dt == 0.5);
    BOOST_TEST(last.allFinite());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
