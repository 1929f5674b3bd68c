// SPDX-License-Identifier: BSD-3-Clause
// The linearised flow: transposed to round-off, and the derivative of the rates by differences.
#include "widelimit/scheme/linearisation.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>

#include "support/random.hpp"
#include "support/refusal.hpp"
#include "widelimit/io/toml.hpp"
#include "widelimit/run/grid_run.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(linearisation)

namespace {

using test::random_field;

const std::string circles = R"(
data = { rows = [[0.3, 1.0], [-0.8, -0.5], [1.1, 0.4], [-0.2, 0.7]] }
network = { activation = "relu", bias = true, train = ["input", "output"], start = "balanced" }
grid = { axes = { angle = { cells = 40, align = "none" } } }
time = { end = 0.4 }
problem = { decay = 0.1, risk = "square" }
)";

const std::string kinks_example = R"(
data = { rows = [[0.3, 1.0], [-0.8, -1.0], [1.1, 1.0], [-0.2, 1.0]] }
network = { activation = "relu", bias = true, train = ["input", "output"], start = "balanced" }
grid = { axes = { angle = { cells = 40 } } }
time = { end = 0.8 }
problem = { decay = 0.1, risk = "logistic" }
)";

const std::string box_example = R"(
data = { rows = [[0.3, 1.0], [-0.8, -0.5], [1.1, 0.4]] }
network = { activation = "tanh", bias = true, train = ["input", "output"] }
problem = { risk = "square", decay = 0.1, initial = { law = "gaussian", deviation = 0.8 } }
[grid.axes]
a = { from = -3, to = 3, cells = 8 }
w = { from = -3, to = 3, cells = 9 }
b = { from = -3, to = 3, cells = 10 }
[time]
end = 0.2
)";

const std::string langevin_example = R"(
[problem]
name = "scalar-langevin"
target = 1.0
decay = 0.5
temperature = 0.125
initial = { law = "gaussian", mean = -0.5, deviation = 0.7 }
[grid.axes]
theta = { from = -4.0, to = 4.0, cells = 50 }
[time]
end = 0.2
)";

const std::string torus_example = R"(
[problem]
name = "discrepancy"
kernel = { name = "gaussian", width = 0.8 }
growth = { law = "mean-preserving", kappa = 0.7 }
initial = { law = "wave", mode = [1, 1] }
target = { law = "uniform", atoms = [[1.0, 2.0, 0.5]] }
[grid.axes]
x = { from = 0, to = 6.283185307179586, cells = 10, sides = "periodic" }
y = { from = 0, to = 6.283185307179586, cells = 12, sides = "periodic" }
[time]
end = 0.3
)";

const std::string sphere_example = R"(
data = { rows = [[0.3, 0.9, 1.0], [-0.8, 0.1, -1.0], [1.1, -0.7, 1.0], [-0.2, 0.4, -1.0]] }
network = { activation = "relu", bias = true, train = ["input", "output"], start = "balanced" }
grid = { cells = 162, align = "none" }
problem = { risk = "logistic", decay = 0.05 }
time = { end = 0.3 }
)";

const std::string walls_example = R"(
[problem]
name = "quadratic-potential"
form = [[1.0, 0.0], [0.0, 0.5]]
temperature = 0.1
initial = { law = "uniform", from = -0.5, to = 0.5, of = { y = { law = "gaussian", deviation = 0.3 } } }
[grid.axes]
x = { from = -0.5, to = 0.5, cells = 9, sides = "absorbing" }
y = { from = -2.0, to = 2.4, cells = 11 }
[time]
end = 0.05
)";

const std::map<std::string, std::string>& examples()
{
    static const std::map<std::string, std::string> all = {
        {"circles", circles},           {"kinks", kinks_example}, {"box", box_example},
        {"langevin", langevin_example}, {"torus", torus_example}, {"sphere", sphere_example},
        {"walls", walls_example}};
    return all;
}

struct Example {
    explicit Example(const std::string& toml, const std::string& flux = "")
        : c(flux.empty() ? parse_toml(toml, "case.toml")
                         : parse_toml(toml + "\n[scheme]\nflux = \"" + flux + "\"\n", "case.toml"),
            "case"),
          run(prepared(c)),
          linear(run->flow())
    {
        Summary unused;
        run->go(unused);
        take(run->state());
    }

    void take(const Field& state)
    {
        run->flow().prepare(state, c.time.limits.end);
        linear.take(state);
    }
    const Layout& layout() { return run->flow().layout(); }
    Field mu() { return std::exp(run->state()[layout().log_mass()]) * layout().measure(run->state()); }
    /// Of d_t mu without the speed, at masses.
    Field rate(const Field& masses)
    {
        Field state = Field::Zero(layout().size()), rate;
        layout().measure(state) = masses;
        run->flow().rate(state, rate, c.time.limits.end);
        return rate.head(masses.size()) / run->flow().speed(c.time.limits.end);
    }
    Matrix random(Index columns, unsigned seed)
    {
        Matrix all(layout().masses(), columns);
        for (Index k = 0; k < columns; ++k) {
            all.col(k) = random_field(layout().masses(), -1.0, 1.0, seed + static_cast<unsigned>(k));
        }
        return all;
    }

    Case c;
    std::unique_ptr<GridRun> run;
    Linearisation linear;
};

}  // namespace

BOOST_AUTO_TEST_CASE(transposed_to_round_off)
{
    for (const auto& [name, toml] : examples()) {
        BOOST_TEST_CONTEXT(name)
        {
            Example example(toml);
            const Matrix v = example.random(11, 1), w = example.random(11, 50);
            const Matrix forth = example.linear.apply(v), back = example.linear.transpose(w);
            for (Index k = 0; k < v.cols(); ++k) {
                const double size = forth.col(k).norm() * w.col(k).norm();
                BOOST_TEST(size > 0.0);
                BOOST_TEST(std::abs(forth.col(k).dot(w.col(k)) - v.col(k).dot(back.col(k))) < 1e-13 * size);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(derivative_of_the_rate)
{
    for (const auto& [name, toml] : examples()) {
        BOOST_TEST_CONTEXT(name)
        {
            Example example(toml);
            const Field mu = example.mu();
            const Field v = mu.cwiseProduct(example.random(1, 3).col(0));
            const double apart = 1e-6;
            const Field difference =
                (example.rate(mu + apart * v) - example.rate(mu - apart * v)) / (2.0 * apart);
            example.take(example.run->state());
            const Field derivative = example.linear.apply(v).col(0);
            // Round-off of the rates over `apart`.
            BOOST_TEST((derivative - difference).norm() < 3e-8 * difference.norm());
        }
    }
}

/// The rates are bilinear in mu and psi where sides do not change and no slope is limited.
BOOST_AUTO_TEST_CASE(second_order_of_the_rate)
{
    for (const std::string name : {"circles", "box", "torus", "sphere"}) {
        BOOST_TEST_CONTEXT(name)
        {
            Example example(examples().at(name), "upwind");
            const Field mu = example.mu();
            Field v = mu.cwiseProduct(example.random(1, 9).col(0));
            v -= v.sum() / mu.sum() * mu;
            const double apart = 1e-3;
            const Field difference =
                (example.rate(mu + apart * v) + example.rate(mu - apart * v) - 2.0 * example.rate(mu)) /
                (2.0 * apart * apart);
            example.take(example.run->state());
            const Field second = example.linear.bend(v);
            BOOST_TEST((second - difference).norm() < 1e-5 * difference.norm());
        }
    }
}

BOOST_AUTO_TEST_CASE(flux_is_its_own_derivative)
{
    // At fixed psi the rate is homogeneous: without an answer of psi, J mu = G(mu).
    Example example(R"(
[problem]
name = "quadratic-potential"
form = [[1.0, 0.3], [0.3, 0.5]]
initial = { law = "gaussian", deviation = 0.5 }
[grid.axes]
x = { from = -2.0, to = 2.0, cells = 30 }
y = { from = -2.0, to = 2.0, cells = 31 }
[time]
end = 0.1
)");
    const Field mu = example.mu(), rate = example.rate(mu);
    example.take(example.run->state());
    BOOST_TEST((example.linear.apply(mu).col(0) - rate).norm() < 1e-13 * rate.norm());
}

BOOST_AUTO_TEST_CASE(refuses_what_it_does_not_know)
{
    const std::string frozen = R"(
data = { rows = [[0.3, 1.0], [-0.8, -0.5]] }
network = { activation = "relu", bias = true, train = ["output"] }
grid = { axes = { angle = { cells = 8 } } }
time = { end = 0.1 }
problem = { growth = { law = "linear" } }
)";
    const Case c(parse_toml(frozen, "case.toml"), "case");
    const auto run = prepared(c);
    BOOST_TEST(refusal([&] { Linearisation(run->flow()); }).find("linear growth") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
