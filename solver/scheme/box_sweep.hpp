// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <vector>

#include "parts.hpp"

namespace widelimit {

/// Transport between even cells of a box or torus of rank 1 to 3 with the same mobility everywhere along an
/// axis: the fluxes that `add_fluxes` forms face by face, here many at a time with (nearly) every slope
/// computed once, and what is to be done with their sums in the same sweep.  Blocks of lines are shared by
/// threads; no number depends on how cells are cut into blocks.
class BoxSweep {
public:
    /// The last one is number 2; those that lower ranks lack have one cell and no faces.
    struct Axis {
        Index cells = 1, stride = 0;
        bool circle = true;
        /// Mobility / width * area / volume: fluxes are those of masses.
        double conductance = 0.0;
    };
    /// Cells from <= . < to along each axis.
    struct Block {
        std::array<Index, 3> from, to;
    };

    /// Null where the flow is of another kind.
    static std::unique_ptr<BoxSweep> make(const GridFlow& flow);

    /// Masses m that grow at the rate -kappa (psi - offset).
    struct Growing {
        double kappa = 0.0, offset = 0.0;
    };
    /// Masses and psi as the fluxes see them: the state itself, or rounded.
    template <class Real>
    struct Driving {
        const Real *masses, *psi;  ///< psi null: only `rows` has it
        /// Writes psi of some rows of two axes.
        std::function<void(Index first, Index count, Real* psi)> rows = nullptr;
    };
    /// Blocks are whole rows of two axes, and so large that psi is better made row by row than kept.
    bool takes_rows() const;
    /// out = y + share * (start - y) with y = state + dt * rate, of all masses.
    template <class Real>
    void stage(const Field& state, const Driving<Real>& driving, const Growing& growing, double dt,
               const Field& start, double share, Field& out) const;
    void add_rate(const Field& state, const Field& psi, Field& rate) const;
    /// The largest rate at which a cell is left, for averages at its faces: sum of outflow velocities * areas
    /// / volume.
    double fastest(const Field& psi) const;

private:
    BoxSweep(const GridFlow& flow, const std::array<Axis, 3>& axes);
    void cut();
    double fastest_of(const double* psi, const Block& block, Index x) const;
    /// Blocks that follow each other, those of the first channel first; with one thread all of them.
    void for_each_task(const std::function<void(Index first, Index count)>& visit) const;
    template <class Real, class Use>
    void run(const Field& state, const Driving<Real>& driving, const Growing& growing, const Field& start,
             const Use& use, Field& out) const;

    const GridFlow* flow_;
    std::array<Axis, 3> axes_;
    std::vector<Block> blocks_;
};

}  // namespace widelimit
