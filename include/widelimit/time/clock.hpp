// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "widelimit/time/trial.hpp"

namespace widelimit {

/// Owns the time and the size of the next step.
///
/// dt = min(largest, courant * what the stepper allows, what the last rejection left, what the error allows,
/// the next event).  A rejection halves dt and each accepted step afterwards raises that bound by a quarter;
/// an estimated error proposes the next step (0.9 error^(-1/5) dt, within a factor of 5) whether this one is
/// taken or refused for it.  The clipping to an event is remembered by neither.  Two steps are made equal
/// where one and a sliver would reach the event.
class Clock {
public:
    struct Limits {
        double end = 1.0;
        double courant = 0.9;  ///< infinite: steps of `largest` whatever is stable
        double largest = std::numeric_limits<double>::infinity();
        /// Where a step of floor times what should be stable is refused by a guard, or one of 1e-13
        /// max(1, time) at all, the run ends with a NumericalError: a defect that shrinks with the step would
        /// make it crawl for ever.  Estimated errors may shrink it to round-off: so kinks are passed.
        double floor = 1e-6;
    };
    /// All that a restart needs.
    struct Memory {
        double time = 0.0;
        double bound = std::numeric_limits<double>::infinity();
        /// The step that the estimated errors so far propose.
        double controlled = std::numeric_limits<double>::infinity();
        double last_dt = 0.0;
        std::int64_t step = 0;
        std::int64_t rejected = 0;
        std::int64_t fallbacks = 0;
    };

    explicit Clock(const Limits& limits) : limits_(limits) {}

    double time() const { return memory_.time; }
    double end() const { return limits_.end; }
    double last_dt() const { return memory_.last_dt; }
    std::int64_t step() const { return memory_.step; }
    std::int64_t rejected() const { return memory_.rejected; }
    /// Accepted steps that fell back to robust ones.
    std::int64_t fallbacks() const { return memory_.fallbacks; }
    bool finished() const { return stopped_ || memory_.time >= limits_.end; }
    /// Ends the run after this step (settled).
    void stop() { stopped_ = true; }

    /// Whether steps depend on what is stable.
    bool asks_for_limit() const { return std::isfinite(limits_.courant); }
    /// The dt to try, given the stepper's limit and the time of the next event (infinity if none).
    double propose(double limit, double next_event);
    /// Whether the step last proposed would have been another one if `end` were later.
    bool shortened_by_end() const { return shortened_by_end_; }
    /// The proposed step was taken.
    void accept(const Trial& trial = {});
    /// The proposed step was refused.  Throws NumericalError below the floor; the memory is then that after
    /// the last accepted step, as if none had been refused since.
    void reject(const Trial& trial);

    const Memory& memory() const { return memory_; }
    void restore(const Memory& memory) { memory_ = accepted_ = memory; }

private:
    [[noreturn]] void give_up(const std::string& reason);

    Limits limits_;
    Memory memory_, accepted_;
    double proposed_ = 0.0;
    double target_ = 0.0;
    double stable_ = 0.0;   ///< the step without the bound that rejections left
    bool clipped_ = false;  ///< the proposed step was fitted to an event
    bool shortened_by_end_ = false;
    bool stopped_ = false;
};

}  // namespace widelimit
