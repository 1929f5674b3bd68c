// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/particles/start.hpp"

#include <cmath>

#include "widelimit/core/error.hpp"
#include "widelimit/core/stream.hpp"

namespace widelimit {
namespace {

void draw(const Problem& problem, std::uint64_t seed, Eigen::Map<Matrix> points, Field& signs)
{
    const auto network = static_cast<std::uint32_t>(points.cols());
    const std::shared_ptr<const JointLaw> law = problem.initial.whole();
    Field uniforms(points.rows());
    for (Index j = 0; j < points.cols(); ++j) {
        const Stream stream(seed, network, static_cast<std::uint32_t>(j));
        for (Index c = 0; c < points.rows(); ++c) {
            uniforms[c] = stream.uniform(static_cast<std::uint64_t>(c));
        }
        points.col(j) = law->draw(uniforms);
        if (problem.amplitude == Amplitude::signs &&
            stream.uniform(static_cast<std::uint64_t>(points.rows())) > 0.5) {
            signs[j] = -1.0;
        }
    }
}

void spread(const Law& law, Eigen::Ref<Matrix> points)
{
    const auto count = static_cast<double>(points.cols());
    for (Index k = 0; k < points.cols(); ++k) {
        points(0, k) = law.quantile((static_cast<double>(k) + 0.5) / count);
    }
}

/// K with K^rank = width; 0 if there is none.
Index side_of(Index width, std::size_t rank)
{
    const auto side = static_cast<Index>(
        std::llround(std::pow(static_cast<double>(width), 1.0 / static_cast<double>(rank))));
    Index power = 1;
    for (std::size_t k = 0; k < rank; ++k) {
        power *= side;
    }
    return power == width ? side : 0;
}

/// Products of quantiles, the last coordinate fastest.
void place_products(const Problem& problem, Eigen::Map<Matrix> points)
{
    const Index rank = points.rows(), side = side_of(points.cols(), problem.coordinates.size());
    Matrix quantiles(rank, side);
    for (Index c = 0; c < rank; ++c) {
        for (Index k = 0; k < side; ++k) {
            const double q = (static_cast<double>(k) + 0.5) / static_cast<double>(side);
            quantiles(c, k) = problem.initial.laws[static_cast<std::size_t>(c)]->quantile(q);
        }
    }
    for (Index j = 0; j < points.cols(); ++j) {
        Index rest = j;
        for (Index c = rank; c-- > 0; rest /= side) {
            points(c, j) = quantiles(c, rest % side);
        }
    }
}

void place(const Problem& problem, Eigen::Map<Matrix> points, Field& signs)
{
    if (points.rows() > 1) {
        place_products(problem, points);
        return;
    }
    const bool both = problem.amplitude == Amplitude::signs;
    const Index positive = both ? (points.cols() + 1) / 2 : points.cols();
    const Index negative = points.cols() - positive;
    spread(*problem.initial.laws.front(), points.leftCols(positive));
    spread(*problem.initial.laws.front(), points.rightCols(negative));
    signs.tail(negative).setConstant(-1.0);
}

}  // namespace

std::string text(Start kind)
{
    return kind == Start::random ? "random" : "quadrature";
}

Start start_from(const std::string& name)
{
    for (const Start kind : {Start::random, Start::quadrature}) {
        if (name == text(kind)) {
            return kind;
        }
    }
    throw ConfigError("unknown start '" + name + "'; known: random, quadrature");
}

void check_start(const Problem& problem, Start kind, Index width)
{
    const std::size_t rank = problem.coordinates.size();
    if (kind != Start::quadrature || rank == 1) {
        return;
    }
    if (problem.initial.joint || problem.amplitude == Amplitude::signs) {
        throw ConfigError(
            "particles.start = \"quadrature\" of several coordinates needs independent ones and no signs; use "
            "start = \"random\"");
    }
    if (side_of(width, rank) == 0) {
        throw ConfigError("particles.start = \"quadrature\" of " + std::to_string(rank) +
                          " coordinates needs widths that are whole numbers to the power " + std::to_string(rank) +
                          ", not " + std::to_string(width));
    }
}

ParticleLayout particle_layout(const Problem& problem, Index width)
{
    return {static_cast<Index>(problem.coordinates.size()), width};
}

Field start(const Problem& problem, Start kind, Index width, std::uint64_t seed, Field& signs)
{
    expects(width > 0 && width < (Index{1} << 32), "a width that fits a stream of random numbers");
    expects(problem.initial.laws.size() == problem.coordinates.size(), "one law a coordinate");
    check_start(problem, kind, width);
    const ParticleLayout layout = particle_layout(problem, width);
    Field state(layout.size());
    signs.setOnes(width);
    if (kind == Start::random) {
        draw(problem, seed, layout.points(state), signs);
    } else {
        place(problem, layout.points(state), signs);
    }
    layout.log_masses(state).setConstant(std::log(problem.initial.mass / static_cast<double>(width)));
    return state;
}

}  // namespace widelimit
