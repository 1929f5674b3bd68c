// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "parts.hpp"
#include "widelimit/core/blocks.hpp"
#include "widelimit/core/stream.hpp"
#include "widelimit/particles/particle_flow.hpp"

namespace widelimit {
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
    for_each_block({layout_.width, 256, 8}, [&](Index begin, Index count) {
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

}  // namespace widelimit
