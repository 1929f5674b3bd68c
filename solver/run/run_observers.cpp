// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cmath>

#include "widelimit/run/interrupt.hpp"
#include "widelimit/run/outputs.hpp"

namespace widelimit {
namespace {

using Watch = std::chrono::steady_clock;

double seconds_since(Watch::time_point start)
{
    return std::chrono::duration<double>(Watch::now() - start).count();
}

class Checkpoints : public Observer {
public:
    Checkpoints(const Case& c, const Observers& all, const std::string& directory)
        : all_(&all), directory_(directory), interval_(c.output.checkpoint), fingerprint_(c.fingerprint())
    {}

    void observe(Clock& clock, const Field& state) override
    {
        if (interrupted() != 0) {
            clock.stop();
        } else if (seconds_since(last_) >= interval_) {
            write(clock, state);
        }
    }
    void finish(Clock& clock, const Field& state) override { write(clock, state); }

private:
    void write(const Clock& clock, const Field& state)
    {
        Checkpoint checkpoint;
        checkpoint.fingerprint = fingerprint_;
        checkpoint.fields["state"] = state;
        checkpoint.numbers["clock.time"] = clock.memory().time;
        checkpoint.numbers["clock.bound"] = clock.memory().bound;
        checkpoint.integers["clock.step"] = clock.memory().step;
        checkpoint.integers["clock.rejected"] = clock.memory().rejected;
        for (const auto& observer : *all_) {
            observer->save(checkpoint);
        }
        save_checkpoint(directory_, checkpoint);
        last_ = Watch::now();
    }

    const Observers* all_;
    std::string directory_;
    double interval_;
    std::string fingerprint_;
    Watch::time_point last_ = Watch::now();
};

class Progress : public Observer {
public:
    explicit Progress(std::string name) : name_(std::move(name)) {}

    void start(Clock& clock, const Field&) override
    {
        first_ = clock.time();
        begin_ = shown_ = Watch::now();
    }
    void observe(Clock& clock, const Field&) override
    {
        if (seconds_since(shown_) < 0.2) {
            return;
        }
        shown_ = Watch::now();
        const double part = (clock.time() - first_) / (clock.end() - first_);
        const auto left = static_cast<long>(std::ceil(seconds_since(begin_) * (1.0 - part) / part));
        fmt::print(stderr, "\r{}: t = {:.4g} of {:.4g}, step {}, dt {:.2g}, {}:{:02d} left  ", name_,
                   clock.time(), clock.end(), clock.step(), clock.last_dt(), left / 60, left % 60);
        std::fflush(stderr);
    }
    void finish(Clock&, const Field&) override { fmt::print(stderr, "\r{:78}\r", ""); }

private:
    std::string name_;
    double first_ = 0.0;
    Watch::time_point begin_, shown_;
};

class Settle : public Observer {
public:
    Settle(GridFlow& flow, double rate) : flow_(&flow), rate_(rate) {}

    void start(Clock& clock, const Field& state) override { look(clock, state); }
    void observe(Clock& clock, const Field& state) override
    {
        const double before = objective_, then = time_;
        look(clock, state);
        quiet_ = before - objective_ < rate_ * (time_ - then) ? quiet_ + 1 : 0;
        if (quiet_ >= 10) {
            clock.stop();
        }
    }
    void save(Checkpoint& checkpoint) const override { checkpoint.integers["settle.quiet"] = quiet_; }
    void restore(const Checkpoint& checkpoint) override { quiet_ = checkpoint.integers.at("settle.quiet"); }

private:
    void look(const Clock& clock, const Field& state)
    {
        flow_->prepare(state, clock.time());
        objective_ = flow_->evaluation().objective();
        time_ = clock.time();
    }

    GridFlow* flow_;
    double rate_, objective_ = 0.0, time_ = 0.0;
    std::int64_t quiet_ = 0;
};

class Silent : public Observer {};

}  // namespace

std::unique_ptr<Observer> make_checkpoints(const Case& c, const Observers& all, const std::string& directory)
{
    return std::make_unique<Checkpoints>(c, all, directory);
}

std::unique_ptr<Observer> make_progress(const std::string& name)
{
    if (isatty(STDERR_FILENO) == 0) {
        return std::make_unique<Silent>();
    }
    return std::make_unique<Progress>(name);
}

std::unique_ptr<Observer> make_settle(GridFlow& flow, double rate)
{
    return std::make_unique<Settle>(flow, rate);
}

}  // namespace widelimit
