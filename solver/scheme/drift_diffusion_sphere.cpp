// SPDX-License-Identifier: BSD-3-Clause
#include <Eigen/SparseLU>
#include <numbers>
#include <vector>

#include "drift_diffusion.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/passes.hpp"

namespace widelimit {
namespace {

class OnSphere : public DriftDiffusion {
public:
    using DriftDiffusion::DriftDiffusion;

    void advance(Field& state, double dt, Advance how) const override
    {
        const std::vector<Conductances> k = conductances();
        for (Index c = 0; c < flow().layout().channels; ++c) {
            auto mass = flow().layout().channel(state, c);
            const auto& of_channel = k[static_cast<std::size_t>(c)];
            if (how == Advance::robust) {
                factorise(of_channel, dt);
                mass = solved(mass);
                continue;
            }
            factorise(of_channel, stage_share * dt);
            const Field first = solved(mass);
            mass = solved(first + std::numbers::sqrt2 * (first - mass));
        }
    }

private:
    using Sparse = Eigen::SparseMatrix<double>;

    /// Volumes of cells on the diagonal and dt times the fluxes per density: an M-matrix by columns.
    void factorise(const Conductances& k, double dt) const
    {
        const Grid& grid = flow().grid();
        std::vector<Eigen::Triplet<double>> entries;
        entries.reserve(static_cast<std::size_t>(grid.cells() + 4 * grid.faces()));
        for (Index cell = 0; cell < grid.cells(); ++cell) {
            entries.emplace_back(cell, cell, grid.volumes()[cell]);
        }
        for_each_face(grid, [&](Index face, Index left, Index right, Index, int) {
            const double forward = dt * k.forward[face], backward = dt * k.backward[face];
            entries.emplace_back(left, left, forward);
            entries.emplace_back(right, left, -forward);
            entries.emplace_back(right, right, backward);
            entries.emplace_back(left, right, -backward);
        });
        Sparse matrix(grid.cells(), grid.cells());
        matrix.setFromTriplets(entries.begin(), entries.end());
        if (!ordered_) {
            solver_.analyzePattern(matrix);
            ordered_ = true;
        }
        solver_.factorize(matrix);
        expects(solver_.info() == Eigen::Success, "an M-matrix");
    }

    /// The solver keeps the mass up to round-off, thousands of steps of which would add up.
    Field solved(const Field& mass) const
    {
        const Field found = flow().grid().volumes().cwiseProduct(solver_.solve(mass));
        return total(mass) / total(found) * found;
    }

    mutable Eigen::SparseLU<Sparse> solver_;
    mutable bool ordered_ = false;
};

}  // namespace

std::unique_ptr<Part> make_drift_diffusion_on_sphere(const GridFlow& flow)
{
    return std::make_unique<OnSphere>(flow);
}

}  // namespace widelimit
