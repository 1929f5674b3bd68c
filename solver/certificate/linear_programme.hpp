// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "widelimit/core/field.hpp"

namespace widelimit {

/// min or max cost . x over x >= 0 with rows of bounded value, by the primal simplex method of GLPK; columns
/// may be added between solutions, which go on from the last basis.
class LinearProgramme {
public:
    enum class Goal { least, largest };
    enum class RowKind { at_least, at_most, equal };

    explicit LinearProgramme(Goal goal);
    ~LinearProgramme();
    LinearProgramme(const LinearProgramme&) = delete;
    LinearProgramme& operator=(const LinearProgramme&) = delete;

    void add_row(RowKind kind, double bound);
    /// One coefficient a row; `free` columns may be negative.
    void add_column(const Field& coefficients, double cost, bool free = false);
    /// False if the solver has no solution to offer.  `exactly`: the basis is settled in rational arithmetic,
    /// which columns that are nearly alike need and few rows can afford.
    bool solve(bool exactly = false);
    /// Of the last solution; not to be trusted further than it is checked.
    Field columns() const;
    Field row_prices() const;

private:
    struct Handle;
    std::unique_ptr<Handle> handle_;
};

}  // namespace widelimit
