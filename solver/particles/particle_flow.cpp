// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/particles/particle_flow.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "parts.hpp"
#include "widelimit/core/elementary.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/instructions.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/core/passes.hpp"

namespace widelimit {
namespace {

WIDELIMIT_WIDE_LOOP void exponentials(const double* __restrict from, Index count, double* __restrict to)
{
    for (Index k = 0; k < count; ++k) {
        to[k] = natural_exp(from[k]);
    }
}

}  // namespace

void check_particles(const Problem& problem)
{
    if (problem.growth.kind == Growth::Kind::linear) {
        throw ConfigError(
            "[particles]: the linear growth law moves a signed density over fixed neurons, which "
            "has no masses to give to particles; solve it on the grid");
    }
    if (problem.warm() && problem.growth.kind != Growth::Kind::none) {
        throw ConfigError("[particles]: temperature together with growth is refused, as on the grid");
    }
    if (problem.interaction) {
        PairPotential::check(problem);
    }
    if (problem.source.law) {
        throw ConfigError("[particles]: a source adds new neurons: it is for a measure on a grid");
    }
    if (problem.internal || problem.reference) {
        throw ConfigError("[particles]: an internal energy and a reference law are for densities on a grid");
    }
    if (problem.warm() && problem.sphere != Sphere::none) {
        throw ConfigError("[particles]: noise is for neurons that are not on a sphere");
    }
    if (problem.warm() && problem.frozen) {
        throw ConfigError("[particles]: noise moves particles, and this case has problem.transport = false");
    }
    if (!problem.frozen && problem.features && !problem.features->has_slope()) {
        throw ConfigError(
            "[particles]: this activation has jumps: its slope misses the jump, so that no neuron "
            "would move; train the output weights only");
    }
}

ParticleFlow::ParticleFlow(const Problem& problem, Field signs, std::uint64_t seed, Index batch)
    : problem_(&problem),
      layout_{static_cast<Index>(problem.coordinates.size()), signs.size()},
      signs_(std::move(signs)),
      seed_(seed),
      batch_(batch)
{
    check_particles(problem);
    expects(layout_.width > 0, "at least one particle");
    if (problem.features) {
        neurons_ = problem.features->moving(layout_.width);
    }
    if (problem.interaction) {
        pairs_ = std::make_unique<PairPotential>(problem);
    }
    if (problem.confinement->stiffness() == 0.0) {
        level_ = problem.confinement->value(Matrix::Zero(layout_.coordinates, 1))[0];
    }
    if (problem.growth.kind != Growth::Kind::none) {
        parts_.push_back(make_particle_growth(*this));
    }
    if (!problem.frozen) {
        parts_.push_back(make_particle_transport(*this));
    }
    expects(!parts_.empty(), "a flow with at least one part");
}

ParticleFlow::~ParticleFlow() = default;

void ParticleFlow::prepare(const Field& state, double t)
{
    evaluate(state, t, nullptr);
}

bool ParticleFlow::evaluate(const Field& state, double t, const VisitBlock& then)
{
    const bool same_time = t == prepared_at_ || problem_->temperature.constant(),
               for_a_step = std::exchange(begins_, false);
    const Blocks blocks = particle_blocks(layout_.width);
    if (same_time && !of_batch_ && same_bits(prepared_, state, blocks, {layout_.coordinates, 1})) {
        return false;
    }
    expects(state.size() == layout_.size(), "a state of this flow");
    Evaluation& e = evaluation_;
    const bool same_masses = prepared_.size() == state.size() &&
                             same_bits(layout_.log_masses(prepared_), layout_.log_masses(state), blocks, {1});
    Field seen = std::move(prepared_);
    prepared_.resize(0);  // if it is given up half way, nothing is prepared
    interruption_point();
    weigh(state, same_masses);
    sums_ = nullptr;
    seen.resize(state.size());
    e.temperature = problem_->temperature(t);
    e.risk = 0.0;
    e.potential.resize(layout_.width);
    e.gradient.resize(layout_.coordinates, layout_.width);
    const auto finish = [&](Index first, Index count) {
        make_tangential(state, first, count, e.gradient);
        layout_.copy(state, first, count, seen);
        then ? then(first, count) : void();
    };
    Field confinement(level_ ? 0 : layout_.width);
    const auto use = [&](Index first, Index count, const double* g, const double* slope) {
        set_confinement(state, first, count, e.potential, e.gradient);
        if (!level_) {
            confinement.segment(first, count) = e.potential.segment(first, count);
        }
        if (g != nullptr) {
            add_features(state, first, count, g, slope, e.potential, e.gradient);
        }
        if (!pairs_) {
            finish(first, count);
        }
    };
    if (neurons_) {
        of_batch_ = for_a_step && evaluate_batch(state, use);
        if (!of_batch_) {
            evaluate_nodes(state, use);
        }
    } else {
        for_each_block(particle_blocks(layout_.width),
                       [&](Index first, Index count) { use(first, count, nullptr, nullptr); });
    }
    e.confinement = level_ ? *level_ * mass_ : dot(e.masses, confinement);
    e.discrepancy = add_pairs(state, e.masses, e.potential, e.gradient);
    if (pairs_) {
        for_each_block(particle_blocks(layout_.width), finish);
    }
    prepared_.swap(seen);
    prepared_at_ = t;
    return true;
}

void ParticleFlow::evaluate_nodes(const Field& state, const NeuronSums::Use& use)
{
    Evaluation& e = evaluation_;
    sums_ = neurons_->at(base(state), moments_, e.predictions);
    e.slope = drawn_slope(problem_->risk->slope(e.predictions));
    e.risk = problem_->risk->value(e.predictions);
    sums_->pull(e.slope, use);
}

void ParticleFlow::foresee(const Field&, double, double)
{
    throw ConfigError(
        "time.stepper = \"implicit-predictions\" is for a measure on a grid; particles take "
        "euler, rk4, split or ssp-rk3");
}

std::string ParticleFlow::entry_name(Index entry) const
{
    const Index points = layout_.coordinates * layout_.width;
    if (entry >= points) {
        return "the log mass of particle " + std::to_string(entry - points);
    }
    return problem_->coordinates[static_cast<std::size_t>(entry % layout_.coordinates)].name +
           " of particle " + std::to_string(entry / layout_.coordinates);
}

Field ParticleFlow::masses(const Field& state) const
{
    Field masses(layout_.width);
    for_each_block(particle_blocks(layout_.width), [&](Index first, Index count) {
        exponentials(layout_.log_masses(state).data() + first, count, masses.data() + first);
    });
    if (problem_->growth.kind == Growth::Kind::mean_preserving) {
        masses *= problem_->initial.mass / masses.sum();
    }
    return masses;
}

void ParticleFlow::weigh(const Field& state, bool same_masses)
{
    if (same_masses && problem_->amplitude != Amplitude::axis) {
        return;
    }
    Field& masses = evaluation_.masses;
    masses.resize(layout_.width);
    moments_.resize(layout_.width);
    const auto part = [&](Index first, Index count) {
        auto own = masses.segment(first, count);
        if (!same_masses) {
            exponentials(layout_.log_masses(state).data() + first, count, own.data());
        }
        auto moments = moments_.segment(first, count);
        moments = problem_->amplitude_scale * own.cwiseProduct(signs_.segment(first, count));
        if (problem_->amplitude == Amplitude::axis) {
            const auto amplitudes = layout_.points(state).row(0).segment(first, count);
            moments.array() *= amplitudes.transpose().array();
        }
        return own.sum();
    };
    mass_ = of_blocks(particle_blocks(layout_.width), part).sum();
    if (problem_->growth.kind == Growth::Kind::mean_preserving && !same_masses) {
        const double factor = problem_->initial.mass / mass_;
        masses *= factor;
        moments_ *= factor;
        mass_ = problem_->initial.mass;
    }
}

Eigen::Ref<const Matrix> ParticleFlow::base(const Field& state) const
{
    return layout_.points(state).bottomRows(problem_->base_rank());
}

Matrix ParticleFlow::mobility(const Field& state) const
{
    return problem_->mobility ? problem_->mobility->value(layout_.points(state))
                              : Matrix::Ones(layout_.coordinates, layout_.width);
}

Matrix ParticleFlow::drift(const Field& state, const Matrix& gradient) const
{
    Matrix drift = -gradient;
    const double tau = evaluation_.temperature;
    if (tau > 0.0 && problem_->log_reference) {
        drift += tau * problem_->log_reference->slope(layout_.points(state));
    }
    if (problem_->mobility) {
        drift = drift.cwiseProduct(mobility(state));
        if (tau > 0.0) {
            drift += tau * problem_->mobility->slope(layout_.points(state));
        }
    }
    return drift;
}

double ParticleFlow::growth_offset(const Field& potential, const Field& masses) const
{
    const bool keeps_mass = problem_->growth.kind == Growth::Kind::mean_preserving;
    return keeps_mass ? masses.dot(potential) / masses.sum() : 0.0;
}

/// sum_j m_j sum_i w_i (kappa phi_i^2 + M |grad phi_i|^2), the scale of amplitudes left out.
double ParticleFlow::response(const Field& state) const
{
    const double kappa = problem_->growth.kappa;
    // |grad|^2 is at most its sum over the coordinates, each with the largest factor of the point.
    const Field fastest =
        problem_->mobility ? Field(mobility(state).colwise().maxCoeff().transpose()) : Field();
    const auto points = layout_.points(state);
    const bool on_axis = problem_->amplitude == Amplitude::axis;
    const auto measure = [&](Index first, Index count, const double* value, const double* gradient) {
        double sum = 0.0;
        for (Index j = first; j < first + count; ++j, ++gradient) {
            const double square = on_axis ? points(0, j) * points(0, j) : 1.0,
                         of_value = value != nullptr ? *value++ : 0.0;
            double motion = on_axis ? *gradient * square + of_value : *gradient;
            motion *= problem_->frozen ? 0.0 : (problem_->mobility ? fastest[j] : 1.0);
            sum += evaluation_.masses[j] * (kappa * (of_value * square) + motion);
        }
        return sum;
    };
    const auto own = sums_ ? nullptr : neurons_->at(base(state));
    return (sums_ ? *sums_ : *own).squares(problem_->risk->nodes().weights, on_axis || kappa != 0.0, measure);
}

Field ParticleFlow::sizes(const Field& before, const Field& after) const
{
    Field sizes = Flow::sizes(before, after);
    layout_.log_masses(sizes).setOnes();
    return sizes;
}

double ParticleFlow::coupling_limit(const Field& state) const
{
    double pairs = 0.0;
    if (pairs_) {
        const Matrix points = layout_.points(state);
        const Field squares = (problem_->amplitude_scale * problem_->amplitudes(points)).cwiseAbs2();
        pairs = pairs_->per_charge() * evaluation_.masses.dot(squares);
        pairs +=
            problem_->amplitude == Amplitude::axis ? pairs_->per_amplitude() * evaluation_.masses.sum() : 0.0;
    }
    if (!problem_->features) {
        return pairs > 0.0 ? 2.0 / pairs : std::numeric_limits<double>::infinity();
    }
    const double scale = problem_->amplitude_scale * problem_->amplitude_scale;
    const double rate = pairs + response(state) * scale * problem_->risk->stiffness(evaluation_.predictions);
    return rate > 0.0 ? 2.0 / rate : std::numeric_limits<double>::infinity();
}

void ParticleFlow::tidy(Field& state) const
{
    if (problem_->sphere != Sphere::none) {
        layout_.points(state).colwise().normalize();
    }
    if (problem_->growth.kind == Growth::Kind::mean_preserving) {
        const double total = layout_.log_masses(state).array().exp().sum();
        layout_.log_masses(state).array() += std::log(problem_->initial.mass / total);
    }
}

double ParticleFlow::dissipation() const
{
    const Evaluation& e = evaluation_;
    const double offset = growth_offset(e.potential, e.masses);
    Field rate = problem_->growth.kappa * e.potential.cwiseProduct((e.potential.array() - offset).matrix());
    if (!problem_->frozen) {
        rate += mobility(prepared_).cwiseProduct(e.gradient.cwiseAbs2()).colwise().sum().transpose();
    }
    return e.masses.dot(rate);
}

Matrix wrapped(const Problem& problem, const Matrix& points)
{
    Matrix out = points;
    for (Index c = 0; c < out.rows(); ++c) {
        const Coordinate& coordinate = problem.coordinates[static_cast<std::size_t>(c)];
        if (coordinate.circle) {
            const double turn = coordinate.to - coordinate.from;
            const auto turns = ((out.row(c).array() - coordinate.from) / turn).floor();
            out.row(c) = out.row(c).array() - turns * turn;
        }
    }
    return out;
}

}  // namespace widelimit
