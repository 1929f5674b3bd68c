// SPDX-License-Identifier: BSD-3-Clause
#include "drift_diffusion.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace widelimit {

double DriftDiffusion::rate_limit(const Field&) const
{
    double fastest = 0.0;
    const Grid& grid = flow_->grid();
    const std::vector<Conductances> all = conductances();
    for (Index c = 0; c < flow_->layout().channels; ++c) {
        const Conductances& k = all[static_cast<std::size_t>(c)];
        Field out = Field::Zero(grid.sites());
        for_each_face(grid, [&](Index face, Index left, Index right, Index, int) {
            out[left] += k.forward[face] / grid.volumes()[left];
            out[right] += k.backward[face] / grid.volumes()[right];
        });
        for (const PointCell& wall : grid.point_cells()) {
            out[wall.beside()] += into(wall, c) / grid.volumes()[wall.beside()];
        }
        fastest = std::max(fastest, out.maxCoeff());
    }
    return 1.0 / fastest;
}

namespace {

/// Faces of one direction whose terms a thread adds up.
std::vector<FaceRun> short_runs(const Grid& grid)
{
    constexpr Index most = 4096;
    std::vector<FaceRun> runs;
    for (const FaceRun& run : grid.runs()) {
        for (Index from = 0; from < run.count; from += most) {
            runs.push_back(run.part(from, std::min(most, run.count - from)));
        }
    }
    return runs;
}

}  // namespace

double DriftDiffusion::advance_limit(const Field& state) const
{
    const auto directions = static_cast<std::size_t>(flow_->grid().directions());
    const std::vector<FaceRun> runs = short_runs(flow_->grid());
    std::vector<Motion> of_runs(runs.size()), motion(directions);
    for (Index c = 0; c < flow_->layout().channels; ++c) {
        const Field psi = flow_->driving_potential(c);
        const auto masses = flow_->layout().channel(state, c);
        for_each_block(shared(static_cast<Index>(runs.size()), 8), [&](Index first, Index count) {
            for (Index k = first; k < first + count; ++k) {
                const auto run = static_cast<std::size_t>(k);
                of_runs[run] = motion_of(runs[run], psi, masses);
            }
        });
        for (std::size_t k = 0; k < runs.size(); ++k) {
            Motion& all = motion[static_cast<std::size_t>(runs[k].direction)];
            all.drift += of_runs[k].drift;
            all.diffusion += of_runs[k].diffusion;
            all.slowest = std::max(all.slowest, of_runs[k].slowest);
        }
    }
    double rate = 0.0;
    for (const Motion& of : motion) {
        rate += std::sqrt(of.drift) + std::sqrt(of.diffusion) + 2.0 * std::numbers::pi * of.slowest;
    }
    return rate > 0.0 ? 1.0 / rate : std::numeric_limits<double>::infinity();
}

DriftDiffusion::Motion DriftDiffusion::motion_of(const FaceRun& run, const Field& psi,
                                                 const Eigen::Ref<const Field>& masses) const
{
    const Grid& grid = flow_->grid();
    const Field &mobility = flow_->energy().mobility(run.direction), &volumes = grid.volumes();
    const double tau = flow_->temperature();
    const double length = grid.sphere() ? 2.0 * std::numbers::pi
                                        : grid.axes()[static_cast<std::size_t>(run.direction)].length();
    Motion sum;
    for_each_face(run, [&](Index, Index a, Index b, Index g) {
        const double distance = grid.distances()[g], volume = grid.areas()[g] * distance;
        const double scale = 0.5 * (mobility[a] + mobility[b]) / (distance * distance);
        const double u = masses[a] / volumes[a], v = masses[b] / volumes[b], mean = 0.5 * (u + v);
        const double drop = scale * (psi[a] - psi[b]), difference = scale * tau * (u - v);
        sum.drift += mean * volume * drop * drop;
        sum.diffusion += mean > 0.0 ? volume * difference * difference / mean : 0.0;
        sum.slowest = std::max(sum.slowest, scale * tau * distance / length);
    });
    return sum;
}

std::vector<Conductances> DriftDiffusion::conductances() const
{
    const Index faces = flow_->grid().faces();
    std::vector<FaceRow> parts;
    for (const FaceRow& row : flow_->stencils().rows()) {
        for_each_part(row, [&](const FaceRow& part, Index) { parts.push_back(part); });
    }
    const auto number = static_cast<Index>(parts.size());
    std::vector<Conductances> all;
    std::vector<Field> potentials;
    for (Index c = 0; c < flow_->layout().channels; ++c) {
        all.push_back({Field(faces), Field(faces)});
        potentials.push_back(flow_->driving_potential(c));
    }
    for_each_block(shared(number * flow_->layout().channels, 16), [&](Index first, Index count) {
        for (Index k = first; k < first + count; ++k) {
            const auto c = static_cast<std::size_t>(k / number);
            fill(parts[static_cast<std::size_t>(k % number)], potentials[c], all[c]);
        }
    });
    return all;
}

void DriftDiffusion::fill(const FaceRow& row, const Field& psi, Conductances& k) const
{
    std::array<double, faces_at_once> forward, backward;
    const Field& m = flow_->energy().mobility(row.direction);
    const bool even = flow_->even_mobility(row.direction);
    const FluxInput in{nullptr, 1.0, psi.data(), even ? nullptr : m.data(), m[0], flow_->temperature()};
    flow_->scheme().conductances(flow_->stencils(), row, in, forward.data(), backward.data());
    for (Index i = 0; i < row.count; ++i) {
        const Index face = row.first + i * row.first_stride;
        k.forward[face] = forward[static_cast<std::size_t>(i)];
        k.backward[face] = backward[static_cast<std::size_t>(i)];
    }
}

Blocks DriftDiffusion::shared(Index count, Index size) const
{
    return {count, size, flow_->grid().sites() < 8192 ? count + 1 : 2};
}

double DriftDiffusion::into(const PointCell& wall, Index channel) const
{
    const double* const psi = flow_->evaluation().potential.data() + channel * flow_->grid().sites();
    const Field& reference = flow_->energy().log_reference();
    const Index cell = wall.beside();
    const double tau = flow_->temperature();
    const Field& mobility = flow_->energy().mobility(wall.direction);
    const double drop = psi[cell] - psi[wall.site] - tau * (reference[cell] - reference[wall.site]);
    const double m = 0.5 * (mobility[cell] + mobility[wall.site]);
    return wall.area * flow_->scheme().through({1.0, 0.0, drop, m / wall.reach(), tau});
}

std::unique_ptr<Part> make_drift_diffusion(const GridFlow& flow)
{
    return flow.grid().sphere() ? make_drift_diffusion_on_sphere(flow)
                                : make_drift_diffusion_along_axes(flow);
}

}  // namespace widelimit
