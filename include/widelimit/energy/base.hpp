// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/core/grid.hpp"
#include "widelimit/core/layout.hpp"
#include "widelimit/problem/problem.hpp"

namespace widelimit {

/// The sites of a grid without the amplitude.  Everything that is linear in the amplitude a sees mu through
///
///     m(base) = sum over a of a * mu(a, base)    and acts back as    psi(a, base) += a * g(base),
///
/// where a runs over the signs (channels) or over the cells of the first axis.  Without such an axis the base
/// sites are the sites; with it they are the cells of the other axes and, after them, all point cells.  On a
/// sphere every site has an amplitude of its own: there too the base sites are the sites.
class Base {
public:
    Base(const Problem& problem, const Grid& grid, const Layout& layout);

    Index size() const { return points_.cols(); }
    /// base coordinates x base sites.
    const Matrix& points() const { return points_; }
    /// First moment in the amplitude, of mu and not of p.
    Field moment(const Field& state) const;
    /// sum over a of a^2 mu(a, base).
    Field second_moment(const Field& state) const;
    /// At least sum over a of |a| mu(a, base), by Cauchy and Schwarz's inequality; for signs, exactly.
    Field absolute_moment(const Field& state) const;
    /// psi += a * g in every channel.
    void spread(const Field& g, Field& psi) const;
    /// The values of a base field at the sites of a channel, times a^power.
    Field at_sites(const Field& g, int power) const;
    /// A row of base sites per site: the same site, or the one with the amplitude left out.
    Index base_of(Index site) const
    {
        return site < cells_ ? site % base_cells_ : site - cells_ + base_cells_;
    }

private:
    Field sum(const Field& state, int power) const;
    /// a^power of the layer that starts with a cell.
    Field amplitude_power(Index first, int power) const;

    Layout layout_;
    std::vector<double> signs_;
    bool axis_;
    Index cells_, base_cells_;
    Field amplitudes_;  ///< one a site, signs left out; empty without an axis
    Matrix points_;
};

}  // namespace widelimit
