// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/descent_run.hpp"

#include <cmath>
#include <limits>

#include "widelimit/core/error.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/run/continuation.hpp"
#include "widelimit/run/evolve.hpp"
#include "widelimit/run/outputs.hpp"

namespace widelimit {
namespace {

constexpr Index most_listed = 16;

/// Weights of all seeds one after the other; time is the number of the step.
class DescentFlow : public Flow {
public:
    DescentFlow(const Descent& descent, const DescentOptions& options) : descent_(&descent), options_(options)
    {}

    void prepare(const Field&, double) override {}
    void foresee(const Field&, double, double) override
    {
        throw ConfigError("a descent has no predictions to foresee");
    }
    const std::vector<std::unique_ptr<Part>>& parts() const override { return parts_; }
    double coupling_limit(const Field&) const override { return 1.0; }

    Field start() const
    {
        std::vector<Field> all;
        for (Index s = 0; s < options_.seeds; ++s) {
            all.push_back(descent_->start(seed(s)));
        }
        const Index size = all.front().size();
        Field state(size * options_.seeds);
        for (Index s = 0; s < options_.seeds; ++s) {
            state.segment(s * size, size) = all[static_cast<std::size_t>(s)];
        }
        return state;
    }
    void advance(Field& state, std::int64_t step) const
    {
        const Index size = state.size() / options_.seeds;
        for (Index s = 0; s < options_.seeds; ++s) {
            descent_->advance(state.segment(s * size, size), seed(s), step);
        }
    }
    /// seeds x numbers.
    Matrix measured(const Field& state) const
    {
        const Index size = state.size() / options_.seeds;
        std::vector<Field> rows;
        for (Index s = 0; s < options_.seeds; ++s) {
            rows.push_back(descent_->measure(state.segment(s * size, size)));
        }
        Matrix all(options_.seeds, rows.front().size());
        for (Index s = 0; s < options_.seeds; ++s) {
            all.row(s) = rows[static_cast<std::size_t>(s)].transpose();
        }
        return all;
    }

private:
    std::uint64_t seed(Index s) const { return options_.first_seed + static_cast<std::uint64_t>(s); }

    const Descent* descent_;
    DescentOptions options_;
    std::vector<std::unique_ptr<Part>> parts_;
};

class DescentStepper : public Stepper {
public:
    explicit DescentStepper(const DescentFlow& flow) : flow_(&flow) {}
    Trial try_step(Flow&, double t, double, const Field& state, Field& trial) override
    {
        trial = state;
        flow_->advance(trial, std::llround(t));
        return {};
    }
    double limit(Flow&, const Field&, double) override { return 1.0; }
    int order() const override { return 1; }

private:
    const DescentFlow* flow_;
};

/// In the order of descent_metrics.
std::vector<double> row_of(const Matrix& measured)
{
    std::vector<double> row;
    for (Index k = 0; k < measured.cols(); ++k) {
        const auto values = measured.col(k);
        const double mean = values.mean();
        row.push_back(mean);
        if (values.size() > 1) {
            const double squares = (values.array() - mean).square().sum();
            row.push_back(std::sqrt(squares / static_cast<double>(values.size() - 1)));
        }
        if (values.size() > 1 && values.size() <= most_listed) {
            row.insert(row.end(), values.begin(), values.end());
        }
    }
    return row;
}

/// Whole numbers: a step is never divided.
std::vector<double> whole(const std::vector<double>& times)
{
    std::vector<double> all;
    for (const double time : times) {
        const double step = std::round(time);
        if (all.empty() || step > all.back()) {
            all.push_back(step);
        }
    }
    return all;
}

}  // namespace

std::vector<std::string> descent_metrics(const Descent& descent, const DescentOptions& options)
{
    std::vector<std::string> all;
    for (const std::string& name : descent.names()) {
        all.push_back(name);
        if (options.seeds > 1) {
            all.push_back(name + ".deviation");
        }
        for (Index s = 0; options.seeds > 1 && options.seeds <= most_listed && s < options.seeds; ++s) {
            all.push_back(name + "." + std::to_string(options.first_seed + static_cast<std::uint64_t>(s)));
        }
    }
    return all;
}

void run_descent(const Case& c, const std::string& directory, const RunOptions& options, Summary& summary)
{
    DescentFlow flow(*c.descent, c.descent_options);
    DescentStepper stepper(flow);
    Field state = flow.start();
    Clock clock({c.time.limits.end, 1.0, 1.0});
    const std::vector<std::string> metrics = descent_metrics(*c.descent, c.descent_options);
    Observers observers;
    observers.push_back(make_state_guard(
        0, [](Index entry) { return "number " + std::to_string(entry) + " of the weights"; }));
    const auto row = [&flow](const Clock&, const Field& now) { return row_of(flow.measured(now)); };
    observers.push_back(
        make_series(directory, whole(c.output.series.times(c.time.limits.end)), metrics, row));
    const std::string fingerprint = c.fingerprint();
    const auto keep = [&directory, &fingerprint](Checkpoint checkpoint) {
        checkpoint.fingerprint = fingerprint;
        save_checkpoint(directory, checkpoint);
    };
    observers.push_back(make_checkpoints(c.output.checkpoint, observers, keep));
    if (options.progress) {
        observers.push_back(make_progress(c.name, c.output.progress));
    }
    if (options.restart) {
        if (const auto before = take_checkpoint(directory, fingerprint, c.time.limits.end)) {
            resume(*before, state, clock, observers);
        }
    }
    evolve(flow, state, stepper, clock, observers);
    summary.time_reached = clock.time();
    if (interrupted() == 0) {
        const std::vector<double> last = row_of(flow.measured(state));
        for (std::size_t k = 0; k < metrics.size(); ++k) {
            if (!std::isnan(last[k])) {
                summary.metrics[metrics[k]] = last[k];
            }
        }
        summary.metrics["steps"] = static_cast<double>(clock.step());
    }
}

}  // namespace widelimit
