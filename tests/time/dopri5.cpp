// SPDX-License-Identifier: BSD-3-Clause
// Steps that an estimate of the error chooses.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <limits>

#include "widelimit/time/clock.hpp"
#include "widelimit/time/stepper.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(dopri5)

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// x' = f(x), with a limit of 0.05 that is there for accuracy or not.
class Rate : public Part {
public:
    Rate(std::function<Field(const Field&)> f, bool for_accuracy)
        : f_(std::move(f)), for_accuracy_(for_accuracy)
    {}
    std::string name() const override { return "rate"; }
    void add_rate(const Field& x, Field& rate) const override { rate += f_(x); }
    double rate_limit(const Field&) const override { return 0.05; }
    bool limits_accuracy() const override { return for_accuracy_; }
    void advance(Field&, double, Advance) const override {}
    double advance_limit(const Field&) const override { return infinite; }

private:
    std::function<Field(const Field&)> f_;
    bool for_accuracy_;
};

class Plain : public Flow {
public:
    explicit Plain(std::function<Field(const Field&)> f, bool for_accuracy = true)
    {
        parts_.push_back(std::make_unique<Rate>(std::move(f), for_accuracy));
    }
    void prepare(const Field&, double) override {}
    void foresee(const Field&, double, double) override {}
    const std::vector<std::unique_ptr<Part>>& parts() const override { return parts_; }
    double coupling_limit(const Field&) const override { return infinite; }

private:
    std::vector<std::unique_ptr<Part>> parts_;
};

/// Runs to `end`, as evolve does.
Clock run(Flow& flow, double end, double tolerance, Field& state)
{
    Clock::Limits limits;
    limits.end = end;
    Clock clock(limits);
    StepperOptions options;
    options.tolerance = tolerance;
    const auto stepper = make_stepper("dopri5", options);
    Field trial;
    while (!clock.finished()) {
        const double dt = clock.propose(stepper->limit(flow, state, clock.time()), infinite);
        const Trial tried = stepper->try_step(flow, clock.time(), dt, state, trial);
        if (!tried.refused.empty()) {
            clock.reject(tried);
            continue;
        }
        clock.accept(tried);
        state.swap(trial);
    }
    return clock;
}

/// Turns at speed 1.
Field turning(const Field& x)
{
    return (Field(2) << x[1], -x[0]).finished();
}

/// sqrt is not a number where a stage passes the end of the solution, (1 - t / 2)^2.
Field shrinking(const Field& x)
{
    return -x.cwiseSqrt();
}

}  // namespace

/// Errors of order 6 in steps that grow as the fifth root of the tolerance add up to one in proportion to it.
BOOST_AUTO_TEST_CASE(errors_follow_the_tolerance)
{
    Plain flow(turning);
    const double end = 20.0;
    const Field truth = (Field(2) << std::cos(end), -std::sin(end)).finished();
    std::vector<double> errors, steps;
    for (const double tolerance : {1e-5, 1e-6, 1e-7, 1e-8, 1e-9}) {
        Field state = (Field(2) << 1.0, 0.0).finished();
        steps.push_back(static_cast<double>(run(flow, end, tolerance, state).step()));
        errors.push_back((state - truth).norm());
    }
    for (std::size_t k = 1; k < errors.size(); ++k) {
        BOOST_TEST(std::abs(std::log10(errors[k - 1] / errors[k]) - 1.0) < 0.05, errors[k]);
        BOOST_TEST(std::abs(std::log10(steps[k] / steps[k - 1]) - 0.2) < 0.02, steps[k]);
    }
}

/// Seen in one step: the estimate is of order 5, and is the largest share of an entry's size.
BOOST_AUTO_TEST_CASE(the_estimate_is_relative_to_the_sizes_of_the_entries)
{
    const auto decay = [](const Field& x) { return Field(-x); };
    Plain flow(decay);
    const auto error = [&](double dt, double size) {
        Field trial;
        return make_stepper("dopri5")->try_step(flow, 0.0, dt, Field::Constant(1, size), trial).error;
    };
    BOOST_TEST(std::abs(std::log2(error(0.02, 1.0) / error(0.01, 1.0)) - 5.0) < 0.05);
    // Sizes are 1 + |x|: relative beyond 1, absolute below.
    BOOST_TEST(std::abs(error(0.02, 1e6) / error(0.02, 1.0) - 2.0) < 1e-5);
    BOOST_TEST(std::abs(error(0.02, 1e-6) / error(0.02, 1.0) - 2e-6) < 1e-11);
    BOOST_TEST(error(0.02, 0.0) == 0.0);
}

BOOST_AUTO_TEST_CASE(a_rate_that_is_not_a_number_is_refused_and_the_clock_recovers)
{
    Plain flow(shrinking);
    Field state = Field::Ones(1), trial;
    const Trial tried = make_stepper("dopri5")->try_step(flow, 0.0, 2.5, state, trial);
    BOOST_TEST(std::isnan(tried.error));
    BOOST_TEST(tried.refused.find("nan times the tolerance") != std::string::npos, tried.refused);
    const Clock clock = run(flow, 1.98, 1e-8, state);
    BOOST_TEST(clock.rejected() > 0);
    BOOST_TEST(std::abs(state[0] - 1e-4) < 1e-7);
}

/// The step that meets a jump of the rate is short in proportion to the tolerance, far below what is stable
/// elsewhere.  The estimate weighs the stages after a jump at 0.2 dt with 0.0014, where the step is wrong by
/// up to 0.2 of itself: errors reach 150 tolerances.
BOOST_AUTO_TEST_CASE(a_jump_of_the_rate_is_passed)
{
    Plain flow([](const Field& x) { return Field::Constant(1, x[0] < 0.5 ? 1.0 : 2.0); });
    for (const double tolerance : {1e-6, 1e-11}) {
        Field state = Field::Zero(1);
        const Clock clock = run(flow, 1.0, tolerance, state);
        BOOST_TEST(std::abs(state[0] - 1.5) < 150.0 * tolerance);
        BOOST_TEST(clock.step() < 60);
    }
}

/// What guards positivity binds dopri5 as well.
BOOST_AUTO_TEST_CASE(limits_for_accuracy_are_left_to_the_estimate)
{
    Plain accuracy(turning), positivity(turning, false);
    const Field state = Field::Ones(2);
    BOOST_TEST(std::isinf(make_stepper("dopri5")->limit(accuracy, state, 0.0)));
    BOOST_TEST(make_stepper("dopri5")->limit(positivity, state, 0.0) == 0.05);
    BOOST_TEST(make_stepper("rk4")->limit(accuracy, state, 0.0) == 0.05);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
