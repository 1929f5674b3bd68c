// SPDX-License-Identifier: BSD-3-Clause
// Splitting: order with a potential that depends on state and time, and the way to robust steps.
#include <Eigen/LU>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <limits>

#include "widelimit/time/clock.hpp"
#include "widelimit/time/stepper.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(split)

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// x' = strength * A x; the accurate step is exact or Crank-Nicolson, the robust one backward Euler.
class Linear : public Part {
public:
    using Step = std::function<Field(const Field& x, double dt)>;
    Linear(Matrix a, const double& strength, Step accurate, double limit = infinite)
        : a_(std::move(a)), strength_(&strength), accurate_(std::move(accurate)), limit_(limit)
    {}
    std::string name() const override { return "linear"; }
    void add_rate(const Field& x, Field& rate) const override { rate += *strength_ * a_ * x; }
    double rate_limit(const Field&) const override { return limit_; }
    void advance(Field& x, double dt, Advance how) const override
    {
        const Matrix one = Matrix::Identity(x.size(), x.size());
        x = how == Advance::accurate ? accurate_(x, *strength_ * dt)
                                     : Field((one - *strength_ * dt * a_).inverse() * x);
    }
    double advance_limit(const Field&) const override { return limit_; }

private:
    Matrix a_;
    const double* strength_;
    Step accurate_;
    double limit_;
};

Field mixed(const Field& x, double dt)
{
    const double gap = 0.5 * (x[0] - x[1]) * std::exp(-2.0 * dt), mean = 0.5 * (x[0] + x[1]);
    return (Field(2) << mean + gap, mean - gap).finished();
}

Field decayed(const Field& x, double dt)
{
    return (Field(2) << std::exp(-dt) * x[0], std::exp(-3.0 * dt) * x[1]).finished();
}

/// Two masses that mix at the rate 1 + 2 t and decay at rates that grow with their sum, at the speed
/// 1 / (1 + t).  The sum and the time are what `prepare` freezes.
class Exchange : public Flow {
public:
    explicit Exchange(bool interacting = true, bool spoils = false, double limit = infinite)
        : interacting_(interacting)
    {
        const auto step = [this, spoils](auto exact) -> Linear::Step {
            return [=, this](const Field& x, double dt) {
                advanced.push_back(dt);
                return Field(spoils ? -exact(x, dt) : exact(x, dt));
            };
        };
        const Matrix mix = (Matrix(2, 2) << -1.0, 1.0, 1.0, -1.0).finished();
        const Matrix decay = (Matrix(2, 2) << -1.0, 0.0, 0.0, -3.0).finished();
        parts_.push_back(std::make_unique<Linear>(decay, decay_, step(decayed)));
        parts_.push_back(std::make_unique<Linear>(mix, mix_, step(mixed), limit));
    }
    void prepare(const Field& state, double t) override
    {
        prepared.push_back(t);
        mix_ = interacting_ ? 1.0 + 2.0 * t : 1.0;
        decay_ = interacting_ ? state.sum() : 1.0;
    }
    void foresee(const Field&, double, double) override {}
    const std::vector<std::unique_ptr<Part>>& parts() const override { return parts_; }
    bool interacts() const override { return interacting_; }
    Index nonnegative() const override { return 2; }
    double coupling_limit(const Field&) const override { return infinite; }
    double speed(double t) const override { return 1.0 / (1.0 + t); }

    std::vector<double> prepared, advanced;  ///< times; strength times dt of accurate steps

private:
    bool interacting_;
    double mix_ = 0.0, decay_ = 0.0;
    std::vector<std::unique_ptr<Part>> parts_;
};

Field start()
{
    return (Field(2) << 1.0, 0.3).finished();
}

/// At time 1; whether every step fell back must be as expected.
Field solved(Flow& flow, const std::string& name, int steps, bool falls_back = false, int substeps = 1)
{
    StepperOptions options;
    options.substeps = substeps;
    const auto stepper = make_stepper(name, options);
    Field state = start(), trial;
    for (int k = 0; k < steps; ++k) {
        const Trial tried = stepper->try_step(flow, 1.0 * k / steps, 1.0 / steps, state, trial);
        BOOST_REQUIRE(tried.refused.empty());
        BOOST_REQUIRE(tried.fell_back == falls_back);
        state.swap(trial);
    }
    return state;
}

void check_order(bool interacting, bool spoils, double order)
{
    Exchange flow(interacting, spoils);
    const Field truth = solved(flow, "rk4", 2000);
    double coarse = (solved(flow, "split", 20, spoils) - truth).norm();
    for (const int steps : {40, 80, 160, 320}) {
        const double fine = (solved(flow, "split", steps, spoils) - truth).norm();
        BOOST_TEST(std::abs(std::log2(coarse / fine) - order) < 0.1,
                   interacting << spoils << ": " << std::log2(coarse / fine));
        coarse = fine;
    }
}

/// x' = -100 x, by Crank-Nicolson or backward Euler.
class Stiff : public Flow {
public:
    explicit Stiff(Index masses = 1) : masses_(masses)
    {
        const auto crank_nicolson = [](const Field& x, double dt) {
            return Field((1.0 - 50.0 * dt) / (1.0 + 50.0 * dt) * x);
        };
        parts_.push_back(std::make_unique<Linear>(Matrix::Constant(1, 1, -100.0), one_, crank_nicolson, 1.0));
    }
    void prepare(const Field&, double) override {}
    void foresee(const Field&, double, double) override {}
    const std::vector<std::unique_ptr<Part>>& parts() const override { return parts_; }
    bool interacts() const override { return false; }
    Index nonnegative() const override { return masses_; }
    double coupling_limit(const Field&) const override { return infinite; }

private:
    Index masses_;
    double one_ = 1.0;
    std::vector<std::unique_ptr<Part>> parts_;
};

Trial attempt(Stiff& flow, double dt, Field& trial, double start = 1.0)
{
    return make_stepper("split")->try_step(flow, 0.0, dt, Field::Constant(1, start), trial);
}

}  // namespace

BOOST_AUTO_TEST_CASE(accurate_steps_are_of_second_order)
{
    check_order(false, false, 2.0);
    check_order(true, false, 2.0);
}

BOOST_AUTO_TEST_CASE(robust_steps_are_of_first_order)
{
    check_order(true, true, 1.0);
}

/// Once at the start for the prediction, once in the middle; a fixed potential once.
BOOST_AUTO_TEST_CASE(the_potential_is_evaluated_in_the_middle_of_the_step)
{
    Exchange interacting, fixed(false);
    Field trial;
    make_stepper("split")->try_step(interacting, 0.5, 0.25, start(), trial);
    BOOST_TEST(interacting.prepared == (std::vector<double>{0.5, 0.625}));
    make_stepper("split")->try_step(fixed, 0.5, 0.25, start(), trial);
    BOOST_TEST(fixed.prepared == std::vector<double>{0.5});
}

/// The step is as long as that many of the part that is limited: 2.5 of them are three equal pieces.  Nothing
/// else is cut, the potential is that of two times, and where the middle is faster there are at most twice as
/// many.
BOOST_AUTO_TEST_CASE(a_part_takes_several_steps_within_one_of_the_potential)
{
    StepperOptions options;
    options.substeps = 4;
    const auto stepper = make_stepper("split", options);
    Exchange flow(true, false, 0.1);
    Field trial;
    BOOST_TEST(std::abs(stepper->limit(flow, start(), 1.0) - 0.8) < 1e-15);
    flow.prepared.clear();
    stepper->try_step(flow, 0.0, 0.25, start(), trial);
    BOOST_TEST(flow.prepared == (std::vector<double>{0.0, 0.125}));
    BOOST_REQUIRE(flow.advanced.size() == 5u);
    const double mix = 1.25 / 1.125 * 0.25;  // its strength and the speed in the middle
    for (std::size_t k = 1; k < 4; ++k) {
        BOOST_TEST(std::abs(flow.advanced[k] - mix / 3.0) < 1e-15);
    }
    flow.advanced.clear();
    stepper->try_step(flow, 0.0, 5.0, start(), trial);
    BOOST_TEST(flow.advanced.size() == 2u + 8u);
    flow.advanced.clear();
    make_stepper("split")->try_step(flow, 0.0, 0.25, start(), trial);
    BOOST_TEST(flow.advanced.size() == 3u);
}

BOOST_AUTO_TEST_CASE(steps_within_steps_keep_the_second_order)
{
    for (const int substeps : {2, 8}) {
        Exchange flow(true, false, 0.01);
        const Field truth = solved(flow, "rk4", 2000);
        double coarse = (solved(flow, "split", 20, false, substeps) - truth).norm();
        for (const int steps : {40, 80, 160}) {
            const double fine = (solved(flow, "split", steps, false, substeps) - truth).norm();
            BOOST_TEST(std::abs(std::log2(coarse / fine) - 2.0) < 0.1, std::log2(coarse / fine));
            coarse = fine;
        }
    }
}

/// The limit is 1, a quarter of it is where steps fall back; Crank-Nicolson is negative beyond 1 / 50.
BOOST_AUTO_TEST_CASE(a_step_that_loses_positivity_is_refused_or_falls_back)
{
    Stiff flow;
    Field trial;
    for (const double dt : {0.9, 0.25}) {
        const Trial tried = attempt(flow, dt, trial);
        BOOST_TEST(tried.refused == "negative mass");
        BOOST_TEST(!tried.fell_back);
    }
    for (const double dt : {0.249, 0.021}) {
        const Trial tried = attempt(flow, dt, trial);
        BOOST_TEST(tried.refused == "");
        BOOST_TEST(tried.fell_back);
        BOOST_TEST(std::abs(trial[0] * (1.0 + 100.0 * dt) - 1.0) < 1e-15);
    }
    const Trial small = attempt(flow, 0.019, trial);
    BOOST_TEST((small.refused.empty() && !small.fell_back));
    BOOST_TEST(std::abs(trial[0] - 0.05 / 1.95) < 1e-15);
    StepperOptions half;
    half.fall_back = 0.5;
    BOOST_TEST(make_stepper("split", half)->try_step(flow, 0.0, 0.49, trial, trial).fell_back);
}

/// Numbers that are no masses may be negative; what is not a number is refused after the robust step too.
BOOST_AUTO_TEST_CASE(signed_entries_do_not_fall_back_and_nan_is_refused)
{
    Stiff signed_flow(0), flow;
    Field trial;
    const Trial tried = attempt(signed_flow, 0.1, trial);
    BOOST_TEST((tried.refused.empty() && !tried.fell_back));
    BOOST_TEST(trial[0] < 0.0);
    BOOST_TEST(attempt(flow, 0.1, trial, std::nan("")).refused == "not all numbers are finite");
}

/// The clock halves dt down to where steps fall back, tries more again, and counts.
BOOST_AUTO_TEST_CASE(a_run_passes_by_counted_fall_backs)
{
    Clock::Limits limits;
    limits.end = 5.0;
    Clock clock(limits);
    Stiff flow;
    const auto stepper = make_stepper("split");
    Field state = Field::Ones(1), trial;
    while (!clock.finished()) {
        const double dt = clock.propose(stepper->limit(flow, state, clock.time()), infinite);
        const Trial tried = stepper->try_step(flow, clock.time(), dt, state, trial);
        if (!tried.refused.empty()) {
            clock.reject(tried);
            continue;
        }
        clock.accept(tried);
        state.swap(trial);
        BOOST_TEST((state[0] >= 0.0 && dt < 0.25));
    }
    BOOST_TEST(clock.fallbacks() == clock.step());
    BOOST_TEST(clock.rejected() > 1);
    BOOST_TEST(clock.step() > 20);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
