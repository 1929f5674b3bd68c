// SPDX-License-Identifier: BSD-3-Clause
// The high-order transport: its rate against derivatives of trigonometric functions, what it keeps, what it
// refuses.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

#include "support/random.hpp"
#include "support/refusal.hpp"
#include "widelimit/scheme/grid_flow.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(high_order)

namespace {

constexpr double pi = std::numbers::pi;

Axis axis(const std::string& name, Index cells, bool circle)
{
    Axis axis;
    axis.name = name;
    axis.from = 0.0;
    axis.to = 2.0 * pi;
    axis.cells = cells;
    axis.low = axis.high = circle ? Side::periodic : Side::no_flux;
    return axis;
}

double sinc(double angle)
{
    return std::sin(angle) / angle;
}

/// V = sin(k . x + 0.3).
class Wave : public ScalarField {
public:
    explicit Wave(Field mode) : mode_(std::move(mode)) {}
    Field value(const Matrix& points) const override
    {
        return ((mode_.transpose() * points).array() + 0.3).sin().transpose();
    }
    Matrix slope(const Matrix& points) const override { return Matrix::Zero(points.rows(), points.cols()); }

private:
    Field mode_;
};

struct Setting {
    Problem problem;
    Grid grid;
    std::unique_ptr<FluxScheme> scheme = fluxes().find("high-order").make();
    std::unique_ptr<GridFlow> flow;

    Setting(const std::vector<Axis>& axes, std::shared_ptr<const ScalarField> potential)
        : grid(make_grid(axes))
    {
        for (const Axis& one : axes) {
            problem.coordinates.push_back({one.name, "place"});
            problem.initial.laws.push_back(make_uniform(0.0, 2.0 * pi, one.low == Side::periodic));
        }
        problem.confinement = std::move(potential);
        flow = std::make_unique<GridFlow>(problem, grid, *scheme);
    }
    Field rate(const Field& state) const
    {
        Field rate;
        flow->rate(state, rate, 0.0);
        return rate;
    }
};

/// u = 1 + 0.5 cos(q . x): div(u grad V) in closed form, cell averages of it and of u, largest difference.
double rate_error(Index rank, Index cells)
{
    std::vector<Axis> axes;
    for (Index k = 0; k < rank; ++k) {
        axes.push_back(axis(std::string(1, static_cast<char>('x' + k)), cells, true));
    }
    const Field mode = Field::LinSpaced(rank, 1.0, rank == 1 ? 1.0 : static_cast<double>(rank)),
                other = Field::Ones(rank);
    const double width = 2.0 * pi / static_cast<double>(cells);
    const Setting s(axes, std::make_shared<Wave>(mode));
    const auto averaged = [&](const Field& wave, double phase, bool cosine, const Matrix& points) {
        double factor = 1.0;
        for (Index k = 0; k < rank; ++k) {
            factor *= wave[k] == 0.0 ? 1.0 : sinc(0.5 * wave[k] * width);
        }
        const Eigen::ArrayXd angle = (wave.transpose() * points).array().transpose() + phase;
        return Field(factor * (angle + (cosine ? 0.5 * pi : 0.0)).sin());
    };
    const Matrix& x = s.grid.coordinates();
    const double volume = s.grid.volumes()[0];
    Field state = Field::Zero(s.flow->layout().size());
    state.head(s.grid.cells()) = volume * (1.0 + 0.5 * averaged(other, 0.0, true, x).array());
    // div(u grad V) = -|k|^2 sin a - |k|^2 / 2 cos b sin a - k.q / 2 sin b cos a, a = k.x + 0.3, b = q.x.
    const double square = mode.squaredNorm(), product = mode.dot(other);
    const Field sum = averaged(mode + other, 0.3, false, x),
                difference = averaged(mode - other, 0.3, false, x);
    const Field truth = -square * averaged(mode, 0.3, false, x) - 0.25 * square * (sum + difference) -
                        0.25 * product * (sum - difference);
    return (s.rate(state).head(s.grid.cells()) / volume - truth).cwiseAbs().maxCoeff();
}

}  // namespace

BOOST_AUTO_TEST_CASE(rates_are_of_order_four_and_more)
{
    for (const Index rank : {1, 2, 3}) {
        const Index coarse = rank == 3 ? 24 : 48;
        const double before = rate_error(rank, coarse), after = rate_error(rank, 2 * coarse);
        BOOST_TEST(std::log2(before / after) > 4.4, "rank " << rank << ": " << before << ", " << after);
    }
}

BOOST_AUTO_TEST_CASE(mass_is_kept_and_a_step_within_the_limit_is_nonnegative)
{
    for (const auto& axes : {std::vector<Axis>{axis("x", 40, true)},
                             {axis("x", 40, false)},
                             {axis("x", 9, true), axis("y", 8, false)},
                             {axis("x", 8, false), axis("y", 9, true)},
                             {axis("x", 6, true), axis("y", 7, false), axis("z", 8, true)},
                             {axis("x", 6, false), axis("y", 7, true), axis("z", 8, false)}}) {
        const Setting s(axes, std::make_shared<Wave>(Field::Ones(static_cast<Index>(axes.size()))));
        for (unsigned seed = 0; seed < 10; ++seed) {
            Field state = test::random_field(s.flow->layout().size(), -1.0, 1.0, seed).cwiseMax(0.0);
            state[s.flow->layout().log_mass()] = 0.0;
            const Field rate = s.rate(state);
            BOOST_TEST(std::abs(rate.sum()) < 1e-13 * rate.cwiseAbs().sum());
            const double dt = s.flow->parts().front()->rate_limit(state);
            BOOST_TEST((state + (1.0 - 1e-12) * dt * rate).minCoeff() >= 0.0);
        }
    }
}

/// A density that is concentrated in the middle of a box moves there as it would on a torus.
BOOST_AUTO_TEST_CASE(walls_change_only_what_is_near_them)
{
    const Index n = 24;
    const Field mode = Field::Ones(3);
    const Setting torus({axis("x", n, true), axis("y", n, true), axis("z", n, true)},
                        std::make_shared<Wave>(mode));
    const Setting box({axis("x", n, false), axis("y", n, false), axis("z", n, false)},
                      std::make_shared<Wave>(mode));
    Field state = Field::Zero(torus.flow->layout().size());
    for (Index cell = 0; cell < torus.grid.cells(); ++cell) {
        const Field away = torus.grid.coordinates().col(cell).array() - pi;
        state[cell] = away.cwiseAbs().maxCoeff() < 1.3 ? 1.0 + 0.3 * away.prod() : 0.0;
    }
    const Field a = torus.rate(state), b = box.rate(state);
    BOOST_TEST((a - b).cwiseAbs().maxCoeff() < 1e-14 * a.cwiseAbs().maxCoeff());
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused)
{
    Axis graded = axis("x", 20, false);
    graded.ratio = 2.0;
    const auto refused = [](const std::vector<Axis>& axes) {
        return refusal([&] { Setting(axes, constant_field(0.0)); });
    };
    BOOST_TEST(refused({graded}).find("equal width") != std::string::npos);
    BOOST_TEST(refused({axis("x", 5, true)}).find("six or more") != std::string::npos);
    BOOST_TEST(refused({axis("x", 6, true)}) == "accepted");
    Setting s({axis("x", 20, true)}, constant_field(0.0));
    s.problem.growth = {Growth::Kind::mean_preserving, 1.0};
    BOOST_TEST(refusal([&] { GridFlow(s.problem, s.grid, *s.scheme); }).find("without growth") !=
               std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
