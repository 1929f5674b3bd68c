// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/ensemble.hpp"

#include <algorithm>
#include <mutex>
#include <numeric>

#include "widelimit/core/error.hpp"
#include "widelimit/core/parallel.hpp"
#include "widelimit/particles/particle_flow.hpp"
#include "widelimit/run/evolve.hpp"

namespace widelimit {
namespace {

/// Adds up what all networks have done, in particles times time.
class Work {
public:
    Work(const std::vector<NetworkSpec>& networks, double end, const EnsembleProgress& progress)
        : progress_(&progress)
    {
        for (const NetworkSpec& network : networks) {
            total_ += static_cast<double>(network.width) * end;
        }
    }

    void add(double work)
    {
        if (*progress_) {
            const std::lock_guard<std::mutex> lock(mutex_);
            done_ += work;
            (*progress_)(total_ > 0.0 ? std::min(1.0, done_ / total_) : 1.0);
        }
    }

private:
    const EnsembleProgress* progress_;
    std::mutex mutex_;
    double total_ = 0.0, done_ = 0.0;
};

/// Notes predictions and objective at given times.
class Recorder : public Observer {
public:
    Recorder(ParticleFlow& flow, const std::vector<double>& times, Work& work, NetworkResult& result)
        : flow_(&flow), times_(&times), work_(&work), result_(&result)
    {
        const auto count = static_cast<Index>(times.size());
        const Index nodes = flow.problem().features ? flow.problem().features->size() : 0;
        result.predictions.resize(count, nodes);
        result.objective.resize(count);
    }

    double next_event(double time) const override
    {
        const auto next = std::upper_bound(times_->begin(), times_->end(), time);
        return next == times_->end() ? std::numeric_limits<double>::infinity() : *next;
    }
    void start(Clock& clock, const Field& state) override { observe(clock, state); }
    void observe(Clock& clock, const Field& state) override
    {
        if (next_ < times_->size() && clock.time() == (*times_)[next_]) {
            record(clock.time(), state);
        }
    }
    void finish(Clock& clock, const Field&) override
    {
        result_->steps = clock.step();
        result_->rejected = clock.rejected();
    }

private:
    void record(double time, const Field& state)
    {
        flow_->prepare(state, time);
        const auto row = static_cast<Index>(next_++);
        if (result_->predictions.cols() > 0) {
            result_->predictions.row(row) = flow_->evaluation().predictions.transpose();
        }
        result_->objective[row] = flow_->evaluation().objective();
        work_->add(static_cast<double>(flow_->layout().width) * (time - last_));
        last_ = time;
    }

    ParticleFlow* flow_;
    const std::vector<double>* times_;
    Work* work_;
    NetworkResult* result_;
    std::size_t next_ = 0;
    double last_ = 0.0;
};

NetworkResult train(const Problem& problem, const NetworkSpec& network, const std::vector<double>& times,
                    const EnsembleOptions& options, Work& work)
{
    NetworkResult result;
    Field state =
        start(problem, network.start, network.width, network.seed + options.seed_offset, result.signs);
    ParticleFlow flow(problem, result.signs);
    const auto stepper = make_stepper(options.stepper);
    Clock clock({times.back(), options.courant, options.largest_step});
    Observers observers;
    observers.push_back(make_state_guard(0));
    observers.push_back(std::make_unique<Recorder>(flow, times, work, result));
    evolve(flow, state, *stepper, clock, observers);
    result.coordinates = wrapped(problem, flow.layout().points(state));
    result.masses = flow.masses(state);
    return result;
}

std::string described(const NetworkSpec& network, std::uint64_t offset)
{
    return text(network.start) + " network of width " + std::to_string(network.width) + ", seed " +
           std::to_string(network.seed + offset) + ": ";
}

/// Places of the networks, the widest first, so that no thread begins with a long one when others are done.
std::vector<std::size_t> by_width(const std::vector<NetworkSpec>& networks)
{
    std::vector<std::size_t> order(networks.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return networks[a].width > networks[b].width; });
    return order;
}

}  // namespace

std::vector<NetworkResult> simulate(const Problem& problem, const std::vector<NetworkSpec>& networks,
                                    const std::vector<double>& times, const EnsembleOptions& options,
                                    const EnsembleProgress& progress)
{
    expects(!times.empty() && times.front() >= 0.0, "times that are not negative");
    expects(std::adjacent_find(times.begin(), times.end(), std::greater_equal<>()) == times.end(),
            "increasing times");
    std::vector<NetworkResult> results(networks.size());
    Work work(networks, times.back(), progress);
    const std::vector<std::size_t> order = by_width(networks);
    parallel_for(static_cast<Index>(networks.size()), [&](Index k) {
        const std::size_t place = order[static_cast<std::size_t>(k)];
        try {
            results[place] = train(problem, networks[place], times, options, work);
        } catch (const NumericalError& error) {
            throw NumericalError(described(networks[place], options.seed_offset) + error.what());
        }
    });
    return results;
}

}  // namespace widelimit
