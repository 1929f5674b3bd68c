// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
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
    /// visit(base site, site, count) for every run of sites that base sites first, ..., first + count - 1
    /// stand for.
    template <class Visit>
    void for_each_run(Index first, Index count, const Visit& visit) const
    {
        const Index cells = std::clamp<Index>(base_cells_ - first, 0, count);
        for (Index layer = 0; cells > 0 && layer < cells_; layer += base_cells_) {
            visit(first, layer + first, cells);
        }
        if (count > cells) {
            visit(first + cells, cells_ + first + cells - base_cells_, count - cells);
        }
    }
    /// use(values * a^power) of values at the sites from one on.
    template <class Values, class Use>
    void with_amplitudes(const Values& values, Index site, int power, const Use& use) const
    {
        if (!axis_ || power == 0) {
            use(values);
            return;
        }
        const auto a = amplitudes_.segment(site, values.size()).array();
        if (power == 1) {
            use((values.array() * a).matrix());
        } else {
            use((values.array() * a.square()).matrix());
        }
    }

    Layout layout_;
    std::vector<double> signs_;
    bool axis_;
    Index cells_, base_cells_;
    Field amplitudes_;  ///< one a site, signs left out; empty without an axis
    Matrix points_;
};

}  // namespace widelimit
