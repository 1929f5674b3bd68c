// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/time/clock.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

#include "widelimit/core/error.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(clock_of_a_run)

namespace {

constexpr double never = std::numeric_limits<double>::infinity();

Clock clock_to(double end, double courant = 1.0, double largest = never)
{
    Clock::Limits limits;
    limits.end = end;
    limits.courant = courant;
    limits.largest = largest;
    return Clock(limits);
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_step_is_the_smallest_of_its_bounds)
{
    Clock clock = clock_to(100.0, 0.5, 2.0);
    BOOST_TEST(clock.propose(1.0, never) == 0.5);
    BOOST_TEST(clock.propose(50.0, never) == 2.0);
    BOOST_TEST(clock.propose(never, 0.25) == 0.25);
    BOOST_TEST(clock.time() == 0.0);
    BOOST_TEST(clock.step() == 0);
    clock.accept();
    BOOST_TEST(clock.time() == 0.25);
    BOOST_TEST(clock.last_dt() == 0.25);
    BOOST_TEST(clock.step() == 1);
}

/// Events at times that no sum of steps would reach to the last bit, the end among them.
BOOST_AUTO_TEST_CASE(events_are_hit_exactly_and_without_slivers)
{
    std::mt19937 random(1);
    std::uniform_real_distribution<double> gap(0.01, 1.0), limit(0.02, 0.2);
    std::vector<double> events;
    for (double t = gap(random); t < 20.0; t += gap(random)) {
        events.push_back(t);
    }
    Clock clock = clock_to(20.0);
    std::size_t next = 0;
    double allowed = limit(random);
    while (!clock.finished()) {
        const double event = next < events.size() ? events[next] : never;
        const double gone = next == 0 ? 0.0 : events[next - 1];
        const double whole = std::min(event, 20.0) - gone;
        const double dt = clock.propose(allowed, event);
        BOOST_TEST(dt <= allowed * (1.0 + 1e-8));
        BOOST_TEST(dt >= 0.5 * std::min(allowed, whole) * (1.0 - 1e-9));
        clock.accept();
        BOOST_REQUIRE(clock.time() <= event);
        if (clock.time() == event) {
            ++next;
            allowed = limit(random);
        }
    }
    BOOST_TEST(next == events.size());
    BOOST_TEST(clock.time() == 20.0);
}

BOOST_AUTO_TEST_CASE(two_equal_steps_reach_an_event_where_one_and_a_sliver_would)
{
    Clock clock = clock_to(10.0);
    BOOST_TEST(clock.propose(1.0, 1.0 + 1e-6) == 0.5 * (1.0 + 1e-6));
    clock.accept();
    clock.propose(1.0, 1.0 + 1e-6);
    clock.accept();
    BOOST_TEST(clock.time() == 1.0 + 1e-6);
    BOOST_TEST(clock.step() == 2);
}

/// An event within round-off of the limit is reached at once.
BOOST_AUTO_TEST_CASE(a_step_stretches_by_round_off)
{
    Clock clock = clock_to(10.0);
    BOOST_TEST(clock.propose(1.0, 1.0 + 1e-12) == 1.0 + 1e-12);
}

BOOST_AUTO_TEST_CASE(a_step_clipped_to_an_event_is_not_remembered)
{
    Clock clock = clock_to(100.0);
    clock.propose(1.0, 1e-6);
    clock.accept();
    BOOST_TEST(clock.propose(1.0, never) == 1.0);
}

BOOST_AUTO_TEST_CASE(a_rejection_halves_the_step_and_the_bound_recovers)
{
    Clock clock = clock_to(100.0);
    BOOST_TEST(clock.propose(1.0, never) == 1.0);
    clock.reject({"negative mass"});
    BOOST_TEST(clock.propose(1.0, never) == 0.5);
    clock.reject({"negative mass"});
    BOOST_TEST(clock.rejected() == 2);
    BOOST_TEST(clock.step() == 0);
    BOOST_TEST(clock.time() == 0.0);
    double dt = 0.0;
    for (int k = 0; k < 8; ++k) {
        dt = clock.propose(1.0, never);
        BOOST_TEST(dt == std::min(1.0, 0.25 * std::pow(1.25, k)));
        clock.accept();
    }
    BOOST_TEST(dt == 1.0);
}

BOOST_AUTO_TEST_CASE(below_the_floor_the_run_ends_with_time_and_step)
{
    Clock clock = clock_to(4.0);
    clock.propose(1.0, never);
    clock.accept();
    std::string message;
    int halvings = 0;
    try {
        for (; halvings < 100; ++halvings) {
            clock.propose(1.0, never);
            clock.reject({"negative mass at site 7"});
        }
    } catch (const NumericalError& error) {
        message = error.what();
    }
    BOOST_TEST(clock.rejected() == 0);
    BOOST_TEST(clock.propose(1.0, never) == 1.0);
    BOOST_TEST(halvings == 19);  // the twentieth leaves 2^-20 < 1e-6
    for (const char* part : {"time 1,", "step 1:", "negative mass at site 7", "still refused"}) {
        BOOST_TEST(message.find(part) != std::string::npos, message);
    }
}

BOOST_AUTO_TEST_CASE(a_restored_clock_goes_on_as_the_one_that_was_saved)
{
    Clock clock = clock_to(10.0);
    clock.propose(1.0, never);
    clock.accept();
    clock.propose(1.0, never);
    clock.reject({"too long"});
    Clock other = clock_to(10.0);
    other.restore(clock.memory());
    for (int k = 0; k < 5; ++k) {
        BOOST_TEST(other.propose(0.7, 3.3) == clock.propose(0.7, 3.3));
        clock.accept();
        other.accept();
        BOOST_TEST(other.time() == clock.time());
    }
    BOOST_TEST(other.step() == clock.step());
    BOOST_TEST(other.rejected() == 1);
}

namespace {

Trial with_error(double error)
{
    Trial trial;
    trial.error = error;
    trial.refused = error <= 1.0 ? "" : "inaccurate";
    return trial;
}

}  // namespace

/// 0.9 error^(-1/5) times the step, at most 5 times more or less.
BOOST_AUTO_TEST_CASE(an_estimated_error_chooses_the_next_step)
{
    const std::vector<std::pair<double, double>> factors = {
        {std::pow(0.5, 5), 1.8}, {std::pow(0.9, 5), 1.0}, {1e-12, 5.0}};
    for (const auto& [error, factor] : factors) {
        Clock clock = clock_to(1e6, 1.0, 1.0);
        clock.propose(never, never);
        clock.accept(with_error(error));
        BOOST_TEST(std::abs(clock.memory().controlled / factor - 1.0) < 1e-14);
        BOOST_TEST(clock.propose(never, never) == std::min(1.0, clock.memory().controlled));
    }
}

/// The step goes to what the error proposes, not to half; one that is not a number takes the least.
BOOST_AUTO_TEST_CASE(a_step_refused_for_its_error_is_repeated_as_the_error_proposes)
{
    const std::vector<std::pair<double, double>> factors = {
        {std::pow(1.5, 5), 0.6}, {1e9, 0.2}, {std::nan(""), 0.2}};
    for (const auto& [error, factor] : factors) {
        Clock clock = clock_to(1e6);
        clock.propose(1.0, never);
        clock.reject(with_error(error));
        BOOST_TEST(std::abs(clock.propose(1.0, never) / factor - 1.0) < 1e-14);
        BOOST_TEST(clock.rejected() == 1);
        BOOST_TEST(std::isinf(clock.memory().bound));
        clock.accept(with_error(1e-12));
        BOOST_TEST(clock.propose(1.0, never) == std::min(1.0, 5.0 * factor));
    }
}

/// The floor is for guards: an error may shrink the step to round-off, 1e-13 at times up to 1.
BOOST_AUTO_TEST_CASE(errors_may_shrink_the_step_below_the_floor)
{
    Clock clock = clock_to(10.0);
    int refused = 0;
    const auto refuse = [&] {
        for (; refused < 100; ++refused) {
            clock.propose(1.0, never);
            clock.reject(with_error(1e9));
        }
    };
    BOOST_CHECK_THROW(refuse(), NumericalError);
    BOOST_TEST(refused == 18);  // 5^-19 < 1e-13 < 5^-18
}

/// Neither the way to an event nor what a guard refuses changes the proposal; an error of zero lets it grow.
BOOST_AUTO_TEST_CASE(the_controller_remembers_errors_only)
{
    Clock clock = clock_to(1e6);
    clock.propose(1.0, never);
    clock.accept(with_error(std::pow(0.9, 5)));
    const double chosen = clock.memory().controlled;
    for (const double way : {1e-6, 0.3, 1.5}) {  // within a step, and in two equal ones
        BOOST_TEST(clock.propose(1.0, clock.time() + way) < 0.8);
        clock.accept(with_error(1e-9));
        BOOST_TEST(clock.memory().controlled == chosen);
    }
    Trial negative = with_error(0.5);
    negative.refused = "negative mass";
    BOOST_TEST(clock.propose(never, never) == chosen);
    clock.reject(negative);
    BOOST_TEST(clock.memory().controlled == chosen);
    BOOST_TEST(clock.propose(never, never) == 0.5 * chosen);
    clock.accept(with_error(0.0));
    BOOST_TEST(clock.memory().controlled == 2.5 * chosen);
}

BOOST_AUTO_TEST_CASE(steps_that_fell_back_are_counted_once_they_are_taken)
{
    Clock clock = clock_to(10.0);
    const Trial robust{"", true}, refused{"negative mass", true};
    clock.propose(1.0, never);
    clock.reject(refused);
    BOOST_TEST(clock.fallbacks() == 0);
    clock.propose(1.0, never);
    clock.accept(robust);
    clock.propose(1.0, never);
    clock.accept();
    BOOST_TEST(clock.fallbacks() == 1);
}

BOOST_AUTO_TEST_CASE(a_stopped_clock_has_finished)
{
    Clock clock = clock_to(10.0);
    BOOST_TEST(!clock.finished());
    clock.stop();
    BOOST_TEST(clock.finished());
    BOOST_TEST(clock.time() == 0.0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
