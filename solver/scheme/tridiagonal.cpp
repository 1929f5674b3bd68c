// SPDX-License-Identifier: BSD-3-Clause
#include "tridiagonal.hpp"

#include <vector>

#include "widelimit/core/error.hpp"

namespace widelimit {

LineSystems::LineSystems(Index lines, Index length, bool circle)
    : volumes(lines, length),
      forward(Matrix::Zero(lines, length)),
      backward(Matrix::Zero(lines, length)),
      circle_(circle),
      to_next_(lines, length),
      from_next_(lines, length),
      inverse_(lines, length)
{
    expects(lines > 0 && length > 1, "lines of at least two cells");
    if (circle_) {
        to_last_.resize(lines, length);
        from_last_.resize(lines, length);
    }
}

void LineSystems::eliminate(double dt)
{
    circle_ ? eliminate_circle(dt) : eliminate_line(dt);
}

/// Cells are eliminated from the first on.  Eliminating a cell sends what it holds to its successor in
/// proportion to its rate, and keeps its volume as its own share: the same as a Markov chain that is absorbed
/// there at that rate.
void LineSystems::eliminate_line(double dt)
{
    const Index last = length() - 1;
    Eigen::ArrayXd own = volumes.col(0), stays(lines());
    for (Index i = 0; i < last; ++i) {
        const auto up = dt * forward.col(i).array();
        const auto down = dt * backward.col(i).array();
        inverse_.col(i) = (own + up).inverse();
        to_next_.col(i) = up * inverse_.col(i).array();
        from_next_.col(i) = down * inverse_.col(i).array();
        stays = own * inverse_.col(i).array();
        own = volumes.col(i + 1).array() + down * stays;
    }
    inverse_.col(last) = own.inverse();
}

/// On a circle the neighbours that are left of a cell are its successor and the last cell.
void LineSystems::eliminate_circle(double dt)
{
    const Index last = length() - 1;
    Matrix own = volumes;
    Eigen::ArrayXd to_last = dt * backward.col(last).array(), from_last = dt * forward.col(last).array();
    Eigen::ArrayXd up(lines()), down(lines()), share(lines());
    for (Index i = 0; i < last; ++i) {
        up = dt * forward.col(i).array();
        down = dt * backward.col(i).array();
        if (i + 1 == last) {
            up += to_last;
            down += from_last;
            to_last.setZero();
            from_last.setZero();
        }
        inverse_.col(i) = (own.col(i).array() + up + to_last).inverse();
        const auto inverse = inverse_.col(i).array();
        to_next_.col(i) = up * inverse;
        to_last_.col(i) = to_last * inverse;
        from_next_.col(i) = down * inverse;
        from_last_.col(i) = from_last * inverse;
        // Columns of the eliminated matrix keep their sums: a share of what flows into the cell stays there.
        share = own.col(i).array() * inverse;
        own.col(i + 1).array() += down * share;
        own.col(last).array() += from_last * share;
        share = to_last_.col(i).array();
        from_last = from_last * to_next_.col(i).array();
        to_last = down * share;
    }
    inverse_.col(last) = own.col(last).array().inverse();
}

void restore_sums(const Matrix& before, Matrix& after)
{
    const Index lines = after.rows();
    Eigen::ArrayXd lost = Eigen::ArrayXd::Zero(lines), carry = lost, next(lines), sum(lines);
    Field largest = after.col(0);
    std::vector<Index> place(static_cast<std::size_t>(lines), 0);
    for (Index i = 0; i < after.cols(); ++i) {
        next = (before.col(i) - after.col(i)).array() - carry;
        sum = lost + next;
        carry = (sum - lost) - next;
        lost = sum;
        for (Index l = 0; l < lines; ++l) {
            if (after(l, i) > largest[l]) {
                largest[l] = after(l, i);
                place[static_cast<std::size_t>(l)] = i;
            }
        }
    }
    for (Index l = 0; l < lines; ++l) {
        after(l, place[static_cast<std::size_t>(l)]) += lost[l];
    }
}

void LineSystems::advance(Matrix& masses) const
{
    const Matrix before = masses;
    solve(masses);
    masses.array() *= volumes.array();
    restore_sums(before, masses);
}

void LineSystems::solve(Matrix& values) const
{
    const Index last = length() - 1;
    for (Index i = 0; i < last; ++i) {
        values.col(i + 1).array() += to_next_.col(i).array() * values.col(i).array();
        if (circle_) {
            values.col(last).array() += to_last_.col(i).array() * values.col(i).array();
        }
    }
    values.col(last).array() *= inverse_.col(last).array();
    for (Index i = last; i-- > 0;) {
        values.col(i) = values.col(i).array() * inverse_.col(i).array() +
                        from_next_.col(i).array() * values.col(i + 1).array();
        if (circle_) {
            values.col(i).array() += from_last_.col(i).array() * values.col(last).array();
        }
    }
}

}  // namespace widelimit
