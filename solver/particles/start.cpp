// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/particles/start.hpp"

#include <algorithm>
#include <boost/random/sobol.hpp>
#include <cmath>
#include <functional>

#include "widelimit/core/error.hpp"
#include "widelimit/core/stream.hpp"

namespace widelimit {
namespace {

/// Numbers in (0, 1) for every particle, one a coordinate and a last one for the sign.
using UniformsOf = std::function<Field(Index particle)>;

UniformsOf random_uniforms(std::uint64_t seed, Index width, Index count)
{
    return [=](Index j) {
        const Stream stream(seed, static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(j));
        Field uniforms(count);
        for (Index c = 0; c < count; ++c) {
            uniforms[c] = stream.uniform(static_cast<std::uint64_t>(c));
        }
        return uniforms;
    };
}

/// Particles are asked for in their order.
UniformsOf shifted_sobol(std::uint64_t seed, Index width, Index count)
{
    const auto points = std::make_shared<boost::random::sobol>(static_cast<std::size_t>(count));
    const Field shift = random_uniforms(seed, width, count)(width);
    return [=](Index) {
        constexpr double least = 0x1p-53;
        Field uniforms(count);
        for (Index c = 0; c < count; ++c) {
            const double point = std::ldexp(static_cast<double>((*points)() >> 11), -53) + shift[c];
            uniforms[c] = std::clamp(point - std::floor(point), least, 1.0 - least);
        }
        return uniforms;
    };
}

void draw(const Problem& problem, const UniformsOf& uniforms_of, Eigen::Map<Matrix> points, Field& signs)
{
    const std::shared_ptr<const JointLaw> law = problem.initial.whole();
    for (Index j = 0; j < points.cols(); ++j) {
        const Field uniforms = uniforms_of(j);
        points.col(j) = law->draw(uniforms.head(points.rows()));
        if (problem.amplitude == Amplitude::signs && uniforms[points.rows()] > problem.initial.plus) {
            signs[j] = -1.0;
        }
    }
}

/// Neurons of the sign +1; the rest have -1.
Index positive(const Problem& problem, Index width)
{
    if (problem.amplitude != Amplitude::signs) {
        return width;
    }
    const double share = problem.initial.plus;
    return share == 0.5 ? (width + 1) / 2 : std::llround(share * static_cast<double>(width));
}

/// One coordinate has quantiles, whatever else its law knows.
std::shared_ptr<const JointLaw> spreading(const InitialLaw& law)
{
    return law.laws.size() == 1 ? std::make_shared<ProductLaw>(law.laws) : law.whole();
}

void place(const Problem& problem, Eigen::Map<Matrix> points, Field& signs)
{
    const std::shared_ptr<const JointLaw> law = spreading(problem.initial);
    const Index first = positive(problem, points.cols()), rest = points.cols() - first;
    if (first > 0) {
        points.leftCols(first) = law->spread(first);
    }
    if (rest > 0) {
        points.rightCols(rest) = law->spread(rest);
        signs.tail(rest).setConstant(-1.0);
    }
}

}  // namespace

std::string text(Start kind)
{
    return kind == Start::random ? "random" : kind == Start::quadrature ? "quadrature" : "low-discrepancy";
}

Start start_from(const std::string& name)
{
    for (const Start kind : {Start::random, Start::quadrature, Start::low_discrepancy}) {
        if (name == text(kind)) {
            return kind;
        }
    }
    throw ConfigError("unknown start '" + name + "'; known: random, quadrature, low-discrepancy");
}

void check_start(const Problem& problem, Start kind, Index width)
{
    if (kind != Start::quadrature) {
        return;
    }
    if (problem.sphere != Sphere::none) {
        throw ConfigError(
            "particles.start = \"quadrature\" is not for neurons on a sphere; use start = \"random\"");
    }
    const std::shared_ptr<const JointLaw> law = spreading(problem.initial);
    const Index first = positive(problem, width);
    for (const Index count : {first, width - first}) {
        const std::string refusal = count > 0 ? law->refusal(count) : "";
        if (!refusal.empty()) {
            throw ConfigError("particles.start = \"quadrature\" " + refusal + "; or use start = \"random\"");
        }
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
    const Index numbers = layout.coordinates + 1;
    if (kind == Start::random) {
        draw(problem, random_uniforms(seed, width, numbers), layout.points(state), signs);
    } else if (kind == Start::low_discrepancy) {
        draw(problem, shifted_sobol(seed, width, numbers), layout.points(state), signs);
    } else {
        place(problem, layout.points(state), signs);
    }
    layout.log_masses(state).setConstant(std::log(problem.initial.mass / static_cast<double>(width)));
    if (problem.sphere != Sphere::none) {
        const Field lengths = layout.points(state).colwise().norm();
        if (problem.sphere == Sphere::weights) {
            layout.log_masses(state) += 2.0 * lengths.array().log().matrix();
        }
        layout.points(state) *= lengths.cwiseInverse().asDiagonal();
    }
    return state;
}

}  // namespace widelimit
