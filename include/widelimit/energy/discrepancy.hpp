// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/core/grid.hpp"
#include "widelimit/core/layout.hpp"
#include "widelimit/energy/convolution.hpp"
#include "widelimit/problem/problem.hpp"

namespace widelimit {

/// 1/2 int int K d(m - nu) d(m - nu) on a grid, m the first moment of mu in the amplitude, summed over the
/// coordinates that the kernel does not see, and psi(a, theta) = a (K * (m - nu))(theta).
class Discrepancy {
public:
    /// `means`: psi is a mean over cells rather than a value at their centres (Convolution::compare_with).
    /// ConfigError where an axis that the kernel acts on is graded, the grid has point cells, or the kernel
    /// acts on the amplitude.
    Discrepancy(const Problem& problem, const Grid& grid, const Layout& layout, bool means);

    /// Writes psi, one number a mass, and returns the value.  Not to be called by two threads at a time.
    double evaluate(const Field& state, Field& psi) const;
    /// Whether masses and psi go to and from transforms as they are.
    bool direct() const { return direct_; }
    Precision precision() const { return convolution_.precision(); }
    /// The same where it is direct and of single precision.
    double evaluate(const Field& state, Rounded& out) const;
    /// Of two axes where it is direct: what rows of psi need, and some of these (Convolution).
    double prepare_rows(const Field& state, Rounded& rounded) const;
    template <class Real>
    void rows(Index first, Index count, Real* psi) const
    {
        convolution_.rows(first, count, psi);
    }
    /// Bound on the rates at which psi answers, for the densities of this state.
    double response(const Field& state) const;

private:
    /// sum of a^power mu over the cells with the same place on the kernel's axes, into `reduced_`.
    void reduce(const Field& state, int power) const;
    double bound(const Field& state, int power, const Convolution::Response& response) const;

    Layout layout_;
    std::vector<double> signs_;
    std::vector<Index> place_;  ///< reduced cell of every cell
    Field amplitudes_;          ///< one a cell, signs left out
    double volume_ = 1.0;       ///< of a reduced cell
    bool direct_ = false;       ///< the reduced cells are the cells, and mu is its own first moment
    mutable Field reduced_, pulled_;
    Convolution convolution_;
    Convolution::Response of_base_, of_amplitude_;
};

}  // namespace widelimit
