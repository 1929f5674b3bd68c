// SPDX-License-Identifier: BSD-3-Clause
// Observed orders and limits of the steppers on a flow that is known in closed form.
#include "widelimit/time/stepper.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "support/refusal.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(stepper)

namespace {

/// x' = A x of one 2 x 2 matrix; its own step is exact.
class Linear : public Part {
public:
    Linear(Matrix a, std::function<Matrix(double)> exponential, double limit)
        : a_(std::move(a)), exponential_(std::move(exponential)), limit_(limit)
    {}
    std::string name() const override { return "linear"; }
    void add_rate(const Field& state, Field& rate) const override { rate += a_ * state; }
    double rate_limit(const Field&) const override { return limit_; }
    void advance(Field& state, double dt, Advance) const override { state = exponential_(dt) * state; }
    double advance_limit(const Field&) const override { return 10.0 * limit_; }

private:
    Matrix a_;
    std::function<Matrix(double)> exponential_;
    double limit_;
};

Matrix turned(double angle)
{
    return (Matrix(2, 2) << std::cos(angle), -std::sin(angle), std::sin(angle), std::cos(angle)).finished();
}

Matrix decayed(double t)
{
    return (Matrix(2, 2) << std::exp(-t), 0.0, 0.0, std::exp(-3.0 * t)).finished();
}

/// A turn and a decay that do not commute, at the speed 1 + t; the norm of a turning start is not kept.
class Spiral : public Flow {
public:
    explicit Spiral(double coupling = std::numeric_limits<double>::infinity()) : coupling_(coupling)
    {
        const Matrix turn = (Matrix(2, 2) << 0.0, -1.0, 1.0, 0.0).finished();
        const Matrix decay = (Matrix(2, 2) << -1.0, 0.0, 0.0, -3.0).finished();
        parts_.push_back(std::make_unique<Linear>(turn, turned, 0.1));
        parts_.push_back(std::make_unique<Linear>(decay, decayed, 0.3));
    }
    void prepare(const Field&, double) override {}
    void foresee(const Field&, double, double) override {}
    const std::vector<std::unique_ptr<Part>>& parts() const override { return parts_; }
    double coupling_limit(const Field&) const override { return coupling_; }
    double speed(double t) const override { return t < 0.0 ? 0.0 : 1.0 + t; }

private:
    double coupling_;
    std::vector<std::unique_ptr<Part>> parts_;
};

/// exp(s A) x of A = [[-1, -1], [1, -3]], which is -2 plus a nilpotent matrix.
Field exact(const Field& x, double t)
{
    const double s = t + 0.5 * t * t;
    const Matrix nilpotent = (Matrix(2, 2) << 1.0, -1.0, 1.0, -1.0).finished();
    return std::exp(-2.0 * s) * (x + s * nilpotent * x);
}

Field start()
{
    return (Field(2) << 1.0, 0.5).finished();
}

double error_at_one(const std::string& name, int steps)
{
    Spiral flow;
    const auto stepper = make_stepper(name);
    Field state = start(), trial;
    const double dt = 1.0 / steps;
    for (int k = 0; k < steps; ++k) {
        BOOST_TEST(stepper->try_step(flow, k * dt, dt, state, trial).refused == "");
        state.swap(trial);
    }
    return (state - exact(start(), 1.0)).norm();
}

}  // namespace

BOOST_AUTO_TEST_CASE(orders_are_the_advertised_ones)
{
    const std::vector<std::pair<std::string, double>> expected = {
        {"euler", 1.0}, {"ssp-rk3", 3.0}, {"rk4", 4.0}, {"split", 2.0}, {"dopri5", 5.0}};
    for (const auto& [name, order] : expected) {
        double coarse = error_at_one(name, 60);
        for (const int steps : {120, 240}) {
            const double fine = error_at_one(name, steps);
            BOOST_TEST(std::abs(std::log2(coarse / fine) - order) < 0.12,
                       name << " " << std::log2(coarse / fine));
            coarse = fine;
        }
        BOOST_TEST(make_stepper(name)->order() == order);
    }
}

BOOST_AUTO_TEST_CASE(a_trial_leaves_the_state_alone_and_depends_on_nothing_before_it)
{
    for (const StepperEntry& entry : steppers()) {
        Spiral flow;
        const auto stepper = make_stepper(entry.name);
        const Field state = start();
        Field once, other, again;
        stepper->try_step(flow, 0.3, 0.1, state, once);
        stepper->try_step(flow, 0.7, 0.2, Field(2.0 * state), other);
        stepper->try_step(flow, 0.3, 0.1, state, again);
        BOOST_TEST((state.array() == start().array()).all(), entry.name);
        BOOST_TEST((once.array() == again.array()).all(), entry.name);
        BOOST_TEST((once - state).norm() > 1e-3, entry.name);
    }
}

/// Rates of the parts add up in a cell; the response of the potential and the speed come on top.
BOOST_AUTO_TEST_CASE(limits_come_from_parts_coupling_and_speed)
{
    const Field state = start();
    for (const char* name : {"euler", "ssp-rk3", "rk4", "dopri5"}) {
        Spiral free, coupled(0.05);
        BOOST_TEST(std::abs(make_stepper(name)->limit(free, state, 0.0) - 0.075) < 1e-15);
        BOOST_TEST(std::abs(make_stepper(name)->limit(coupled, state, 0.0) - 0.05) < 1e-15);
        BOOST_TEST(std::abs(make_stepper(name)->limit(free, state, 1.0) - 0.0375) < 1e-15);
    }
    Spiral coupled(0.01), wide(10.0);
    BOOST_TEST(std::abs(make_stepper("split")->limit(wide, state, 1.0) - 0.5) < 1e-15);
    BOOST_TEST(std::abs(make_stepper("split")->limit(coupled, state, 1.0) - 0.005) < 1e-15);
    BOOST_TEST(std::abs(make_stepper("implicit-predictions")->limit(coupled, state, 1.0) - 0.0375) < 1e-15);
    for (const StepperEntry& entry : steppers()) {
        BOOST_TEST(std::isinf(entry.make({})->limit(coupled, state, -1.0)), entry.name);
    }
}

BOOST_AUTO_TEST_CASE(unknown_steppers_are_refused_with_the_known_ones)
{
    const std::string message = refusal([] { make_stepper("leapfrog"); });
    BOOST_TEST(message.find("leapfrog") != std::string::npos);
    for (const StepperEntry& entry : steppers()) {
        BOOST_TEST(message.find(entry.name) != std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
