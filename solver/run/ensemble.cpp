// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/ensemble.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <mutex>
#include <numeric>

#include "online_training.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/core/parallel.hpp"
#include "widelimit/core/passes.hpp"
#include "widelimit/particles/heavy_ball.hpp"
#include "widelimit/particles/particle_flow.hpp"
#include "widelimit/run/continuation.hpp"
#include "widelimit/run/evolve.hpp"

namespace widelimit {
namespace {

using Watch = std::chrono::steady_clock;

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

/// Tells the work of one network to the sum, ten times a second.
class Report : public Observer {
public:
    Report(Index width, Work& work) : width_(static_cast<double>(width)), work_(&work) {}

    void observe(Clock& clock, const Field&) override
    {
        if (Watch::now() - last_ > std::chrono::milliseconds(100)) {
            tell(clock.time());
        }
    }
    void finish(Clock& clock, const Field&) override { tell(clock.time()); }

private:
    void tell(double time)
    {
        work_->add(width_ * (time - told_));
        told_ = time;
        last_ = Watch::now();
    }

    double width_, told_ = 0.0;
    Work* work_;
    Watch::time_point last_ = Watch::now();
};

/// What is noted of a network at a time.
struct Noted {
    Field predictions;
    double objective = 0.0, mass = 0.0;
};
using NoteOf = std::function<Noted(const Field& state, double time)>;

/// Notes predictions, objective and mass at given times.
class Recorder : public Observer {
public:
    /// `path`: numbers of the state that are kept at all times.
    Recorder(NoteOf look, Index nodes, Index path, const std::vector<double>& times, NetworkResult& result)
        : look_(std::move(look)), times_(&times), result_(&result)
    {
        const auto count = static_cast<Index>(times.size());
        result.predictions.resize(count, nodes);
        result.objective.resize(count);
        result.mass.resize(count);
        result.paths.resize(count, path);
    }

    double next_event(double time) const override { return next_after(*times_, time); }
    void start(Clock& clock, const Field& state) override { observe(clock, state); }
    void observe(Clock& clock, const Field& state) override
    {
        if (next_ < static_cast<Index>(times_->size()) && clock.time() == next_time()) {
            record(clock.time(), state);
        }
    }
    void finish(Clock& clock, const Field&) override
    {
        result_->time = clock.time();
        result_->steps = clock.step();
        result_->rejected = clock.rejected();
    }
    void save(Checkpoint& checkpoint) const override
    {
        const Matrix known = result_->predictions.topRows(next_);
        checkpoint.fields["predictions"] = Eigen::Map<const Field>(known.data(), known.size());
        checkpoint.fields["objective"] = result_->objective.head(next_);
        checkpoint.fields["mass"] = result_->mass.head(next_);
        const Matrix paths = result_->paths.topRows(next_);
        checkpoint.fields["paths"] = Eigen::Map<const Field>(paths.data(), paths.size());
    }
    /// The times up to a checkpoint are the same whatever the end is.
    void restore(const Checkpoint& checkpoint) override
    {
        const Field& objective = checkpoint.fields.at("objective");
        next_ = objective.size();
        expects(next_ <= result_->objective.size(), "no more rows than times");
        result_->objective.head(next_) = objective;
        result_->mass.head(next_) = checkpoint.fields.at("mass");
        const Field& paths = checkpoint.fields.at("paths");
        expects(paths.size() == next_ * result_->paths.cols(), "neurons at every time");
        result_->paths.topRows(next_) = Eigen::Map<const Matrix>(paths.data(), next_, result_->paths.cols());
        const Field& known = checkpoint.fields.at("predictions");
        expects(known.size() == next_ * result_->predictions.cols(), "predictions at every node");
        result_->predictions.topRows(next_) =
            Eigen::Map<const Matrix>(known.data(), next_, result_->predictions.cols());
    }

private:
    double next_time() const { return (*times_)[static_cast<std::size_t>(next_)]; }

    void record(double time, const Field& state)
    {
        const Noted found = look_(state, time);
        if (result_->predictions.cols() > 0) {
            result_->predictions.row(next_) = found.predictions.transpose();
        }
        result_->objective[next_] = found.objective;
        result_->mass[next_] = found.mass;
        if (result_->paths.cols() > 0) {
            result_->paths.row(next_) = state.head(result_->paths.cols()).transpose();
        }
        ++next_;
    }

    NoteOf look_;
    const std::vector<double>* times_;
    NetworkResult* result_;
    Index next_ = 0;
};

/// The network of a state, with whatever else the state holds behind it.
void prepare(ParticleFlow& flow, const Field& state, double time)
{
    const Index size = flow.layout().size();
    if (state.size() == size) {
        flow.prepare(state, time);
    } else {
        flow.prepare(state.head(size), time);
    }
}

/// Refuses steps after which F is not a finite number; with batches, which never see all of F, steps whose
/// own psi is not.
class ObjectiveGuard : public Observer {
public:
    ObjectiveGuard(ParticleFlow& flow, bool batches) : flow_(&flow), batches_(batches) {}

    void start(Clock& clock, const Field& state) override
    {
        prepare(*flow_, state, clock.time());
        if (const std::string reason = complaint(); !reason.empty()) {
            fail(clock, reason);
        }
    }
    std::string objection(const Clock& clock, const Field&, const Field& trial) override
    {
        if (!batches_) {
            prepare(*flow_, trial, clock.time());
        }
        return complaint();
    }

private:
    std::string complaint() const
    {
        const auto& now = flow_->evaluation();
        const bool finite = all_finite(now.potential);
        for (Index j = 0; !finite && j < now.potential.size(); ++j) {
            if (!std::isfinite(now.potential[j])) {
                return "psi is " + std::to_string(now.potential[j]) + " at particle " + std::to_string(j);
            }
        }
        return std::isfinite(now.objective()) ? "" : "the objective is " + std::to_string(now.objective());
    }

    ParticleFlow* flow_;
    bool batches_;
};

/// What all networks of an ensemble share.
struct Training {
    const Problem& problem;
    const std::vector<double>& times;
    const EnsembleOptions& options;
    Work& work;
};

/// The network at `place` of the ensemble: an observer of each kind, its checkpoint, the loop.  False if it
/// has not even started.
bool evolve_network(const Training& all, const NetworkSpec& network, std::size_t place, Flow& flow,
                    Field& state, Stepper& stepper, const Clock::Limits& limits, Observers& observers)
{
    Clock clock(limits);
    if (NetworkCheckpoints* kept = all.options.checkpoints) {
        if (const Checkpoint* before = kept->find(place)) {
            resume(*before, state, clock, observers);
        }
        const auto keep = [kept, place](Checkpoint now) { kept->keep(place, std::move(now)); };
        observers.push_back(make_checkpoints(kept->interval(), observers, keep));
    }
    observers.push_back(std::make_unique<Report>(network.width, all.work));
    try {
        evolve(flow, state, stepper, clock, observers);
    } catch (const Interruption&) {
        return false;
    }
    return true;
}

Index predictions_of(const Problem& problem)
{
    return problem.features ? problem.features->size() : 0;
}

/// The network itself, on fresh data.
NetworkResult train_online(const Training& all, const NetworkSpec& network, std::size_t place)
{
    NetworkResult result;
    const std::uint64_t seed = network.seed + all.options.seed_offset;
    const Field points = start(all.problem, network.start, network.width, seed, result.signs);
    OnlineFlow flow(all.problem, network.width, seed, *all.options.online);
    const ParticleLayout layout = particle_layout(all.problem, network.width);
    Field state = flow.lifted(layout.points(points), result.signs);
    OnlineStepper stepper(flow);
    Observers observers;
    const auto name = [](Index entry) { return "number " + std::to_string(entry) + " of the weights"; };
    const auto look = [&](const Field& now, double) {
        const ReducedNeurons reduced = flow.reduced(now);
        const Field moment = all.problem.amplitude_scale * reduced.masses.cwiseProduct(result.signs);
        return Noted{all.problem.values(reduced.points).transpose() * moment, flow.objective(now),
                     reduced.masses.sum()};
    };
    observers.push_back(make_state_guard(0, name));
    observers.push_back(std::make_unique<Recorder>(look, predictions_of(all.problem), 0, all.times, result));
    const double unbounded = std::numeric_limits<double>::infinity();
    if (!evolve_network(all, network, place, flow, state, stepper, {all.times.back(), 1.0, unbounded},
                        observers)) {
        return {};
    }
    const ReducedNeurons reduced = flow.reduced(state);
    result.coordinates = wrapped(all.problem, reduced.points);
    result.masses = reduced.masses;
    return result;
}

NetworkResult train(const Training& all, const NetworkSpec& network, std::size_t place)
{
    if (all.options.online) {
        return train_online(all, network, place);
    }
    NetworkResult result;
    const EnsembleOptions& options = all.options;
    const std::uint64_t seed = network.seed + options.seed_offset;
    Field state = start(all.problem, network.start, network.width, seed, result.signs);
    ParticleFlow flow(all.problem, result.signs, seed, options.batch);
    const Index size = flow.layout().size();
    const auto look = [&flow](const Field& now, double time) {
        prepare(flow, now, time);
        const ParticleFlow::Evaluation& found = flow.evaluation();
        return Noted{found.predictions, found.objective(), found.masses.sum()};
    };
    const auto name = [&flow, size](Index entry) {
        return (entry < size ? "" : "velocity of ") + flow.entry_name(entry % size);
    };
    Observers observers;
    observers.push_back(make_state_guard(0, name));
    observers.push_back(std::make_unique<ObjectiveGuard>(flow, options.batch > 0));
    observers.push_back(std::make_unique<Recorder>(look, predictions_of(all.problem),
                                                   options.paths ? size : 0, all.times, result));
    const Clock::Limits limits{all.times.back(), options.courant, options.largest_step};
    bool began = false;
    if (options.momentum > 0.0) {
        HeavyBall ball(flow, options.momentum, options.largest_step);
        HeavyBallStepper stepper(ball);
        state = ball.lifted(state);
        began = evolve_network(all, network, place, ball, state, stepper, limits, observers);
    } else {
        const auto stepper = make_stepper(options.stepper, options.stepping);
        began = evolve_network(all, network, place, flow, state, *stepper, limits, observers);
    }
    if (!began) {
        return {};
    }
    const Field position = state.head(size);
    result.coordinates = wrapped(all.problem, flow.layout().points(position));
    result.masses = flow.masses(position);
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
    const Training training{problem, times, options, work};
    const std::vector<std::size_t> order = by_width(networks);
    parallel_for(static_cast<Index>(networks.size()), [&](Index k) {
        const std::size_t place = order[static_cast<std::size_t>(k)];
        if (interrupted() != 0) {
            return;
        }
        try {
            results[place] = train(training, networks[place], place);
        } catch (const NumericalError& error) {
            throw NumericalError(described(networks[place], options.seed_offset) + error.what());
        }
    });
    return results;
}

}  // namespace widelimit
