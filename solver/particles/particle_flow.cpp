// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/particles/particle_flow.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "parts.hpp"
#include "widelimit/core/blocks.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/core/stream.hpp"

namespace widelimit {
namespace {

/// Features of the particles of a block stay in the second-level cache; eight blocks are worth a second
/// thread.
Blocks blocks_of(Index width)
{
    return {width, 256, 8};
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
    if (problem.interaction) {
        pairs_ = std::make_unique<PairPotential>(problem);
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
    const bool same_time = t == prepared_at_ || problem_->temperature.constant();
    if (same_time && prepared_.size() == state.size() && prepared_ == state) {
        return;
    }
    expects(state.size() == layout_.size(), "a state of this flow");
    prepared_.resize(0);  // if it is given up half way, nothing is prepared
    interruption_point();
    Evaluation& e = evaluation_;
    e.temperature = problem_->temperature(t);
    e.masses = masses(state);
    e.risk = 0.0;
    if (problem_->features) {
        e.predictions = predictions(state, e.masses);
        e.slope = drawn_slope(problem_->risk->slope(e.predictions));
        e.risk = problem_->risk->value(e.predictions);
    }
    pull(state, e.potential, e.gradient);
    e.discrepancy = add_pairs(state, e.masses, e.potential, e.gradient);
    make_tangential(state, e.gradient);
    const Blocks blocks = blocks_of(layout_.width);
    Field confinement = Field::Zero(blocks.number());
    for_each_block(blocks, [&](Index first, Index count) {
        const Matrix points = layout_.points(state).middleCols(first, count);
        confinement[first / blocks.size] =
            e.masses.segment(first, count).dot(problem_->confinement->value(points));
    });
    e.confinement = confinement.sum();
    prepared_ = state;
    prepared_at_ = t;
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
    for_each_block(blocks_of(layout_.width), [&](Index first, Index count) {
        masses.segment(first, count) = layout_.log_masses(state).segment(first, count).array().exp();
    });
    if (problem_->growth.kind == Growth::Kind::mean_preserving) {
        masses *= problem_->initial.mass / masses.sum();
    }
    return masses;
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

Field ParticleFlow::predictions(const Field& state, const Field& masses) const
{
    Field f = Field::Zero(problem_->features->size());
    const auto add = [&](Index first, Index count, Field& term) {
        const Matrix points = layout_.points(state).middleCols(first, count);
        Field c = problem_->amplitude_scale *
                  masses.segment(first, count).cwiseProduct(signs_.segment(first, count));
        if (problem_->amplitude == Amplitude::axis) {
            c.array() *= points.row(0).transpose().array();
            problem_->features->push(problem_->base(points), c, term);
        } else {
            problem_->features->push(points, c, term);
        }
    };
    add_blocks(blocks_of(layout_.width), add, f);
    return f;
}

void ParticleFlow::potential(const Field& state, Field& psi, Matrix& gradient) const
{
    pull(state, psi, gradient);
    if (pairs_) {
        add_pairs(state, masses(state), psi, gradient);
    }
    make_tangential(state, gradient);
}

/// On a sphere only what does not change the length counts.
void ParticleFlow::make_tangential(const Field& state, Matrix& gradient) const
{
    if (problem_->sphere != Sphere::none) {
        const auto points = layout_.points(state);
        const Field along = points.cwiseProduct(gradient).colwise().sum().transpose().cwiseQuotient(
            points.colwise().squaredNorm().transpose());
        gradient -= points * along.asDiagonal();
    }
}

/// psi(a, theta) = a (K * (m - nu))(theta), a the amplitude; returns the discrepancy.
double ParticleFlow::add_pairs(const Field& state, const Field& masses, Field& psi, Matrix& gradient) const
{
    if (!pairs_) {
        return 0.0;
    }
    const Matrix points = layout_.points(state);
    const Field signs = problem_->amplitude_scale * signs_,
                amplitudes = signs.cwiseProduct(problem_->amplitudes(points));
    Field g;
    Matrix slope;
    const double value = pairs_->evaluate(points, masses.cwiseProduct(amplitudes), g, slope);
    psi += amplitudes.cwiseProduct(g);
    gradient += slope * amplitudes.asDiagonal();
    if (problem_->amplitude == Amplitude::axis) {
        gradient.row(0) += signs.cwiseProduct(g).transpose();
    }
    return value;
}

void ParticleFlow::pull(const Field& state, Field& psi, Matrix& gradient) const
{
    psi.resize(layout_.width);
    gradient.resize(layout_.coordinates, layout_.width);
    for_each_block(blocks_of(layout_.width), [&](Index first, Index count) {
        const Matrix points = layout_.points(state).middleCols(first, count);
        psi.segment(first, count) = problem_->confinement->value(points);
        gradient.middleCols(first, count) = problem_->confinement->slope(points);
        if (problem_->features) {
            pull_block(points, first, psi, gradient);
        }
    });
}

void ParticleFlow::pull_block(const Matrix& points, Index first, Field& psi, Matrix& gradient) const
{
    const Index count = points.cols();
    Field g;
    Matrix slope;
    Field factor = problem_->amplitude_scale * signs_.segment(first, count);
    auto out = gradient.middleCols(first, count);
    if (problem_->amplitude == Amplitude::axis) {
        problem_->features->pull(problem_->base(points), evaluation_.slope, g, slope);
        out.row(0) += factor.cwiseProduct(g).transpose();
        factor.array() *= points.row(0).transpose().array();
    } else {
        problem_->features->pull(points, evaluation_.slope, g, slope);
    }
    psi.segment(first, count) += factor.cwiseProduct(g);
    out.bottomRows(problem_->base_rank()) += slope * factor.asDiagonal();
}

/// Per particle, signs and masses left out: sum_i w_i (kappa phi_i^2 + M |grad phi_i|^2).
Field ParticleFlow::response(const Matrix& points) const
{
    Field value, gradient;
    problem_->features->squares(problem_->base(points), problem_->risk->nodes().weights, value, gradient);
    if (problem_->amplitude == Amplitude::axis) {
        const Field square = points.row(0).transpose().cwiseAbs2();
        gradient = gradient.cwiseProduct(square) + value;
        value = value.cwiseProduct(square);
    }
    if (problem_->frozen) {
        gradient.setZero();
    } else if (problem_->mobility) {
        // |grad|^2 is at most its sum over the coordinates, each with the largest factor of the point.
        gradient = gradient.cwiseProduct(problem_->mobility->value(points).colwise().maxCoeff().transpose());
    }
    return problem_->growth.kappa * value + gradient;
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
    Field sum = Field::Zero(1);
    const auto add = [&](Index first, Index count, Field& term) {
        const Matrix points = layout_.points(state).middleCols(first, count);
        term[0] += evaluation_.masses.segment(first, count).dot(response(points));
    };
    add_blocks(blocks_of(layout_.width), add, sum);
    const double scale = problem_->amplitude_scale * problem_->amplitude_scale;
    const double rate = pairs + sum[0] * scale * problem_->risk->stiffness(evaluation_.predictions);
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

namespace {

/// First number of the noise; those below belong to the start.
constexpr std::uint64_t first_noise = std::uint64_t{1} << 32;

/// The path that bounces back from the ends of an interval or a half-line; circles and lines have none.
double reflected(double x, const Coordinate& coordinate)
{
    if (coordinate.circle || std::isnan(coordinate.from) || !std::isfinite(x)) {
        return x;
    }
    if (std::isnan(coordinate.to)) {
        return coordinate.from + std::abs(x - coordinate.from);
    }
    const double length = coordinate.to - coordinate.from;
    const double way = std::fmod(std::abs(x - coordinate.from), 2.0 * length);
    return coordinate.from + (way > length ? 2.0 * length - way : way);
}

}  // namespace

void ParticleFlow::add_noise(Field& state, double dt) const
{
    if (!(problem_->warm())) {
        return;
    }
    Matrix sizes = Matrix::Constant(layout_.coordinates, layout_.width, 2.0 * evaluation_.temperature * dt);
    if (problem_->mobility) {
        sizes = sizes.cwiseProduct(mobility(prepared_).cwiseMax(0.0));
    }
    sizes = sizes.cwiseSqrt();
    auto points = layout_.points(state);
    const auto rank = static_cast<std::uint64_t>(points.rows());
    const auto first = first_noise + static_cast<std::uint64_t>(step_) * rank;
    const auto network = static_cast<std::uint32_t>(points.cols());
    for_each_block(blocks_of(layout_.width), [&](Index begin, Index count) {
        const Stream stream(seed_, network, static_cast<std::uint32_t>(begin));
        Field noise(count);
        for (std::uint64_t c = 0; c < rank; ++c) {
            stream.normals(first + c, noise);
            const auto row = static_cast<Index>(c);
            for (Index j = 0; j < count; ++j) {
                double& x = points(row, begin + j);
                x = reflected(x + sizes(row, begin + j) * noise[j], problem_->coordinates[c]);
            }
        }
    });
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
