// SPDX-License-Identifier: BSD-3-Clause
#include "tridiagonal.hpp"

#include "widelimit/core/error.hpp"

namespace widelimit {

CyclicTridiagonal::CyclicTridiagonal(Field volumes)
    : volumes_(std::move(volumes)), forward_(Field::Zero(volumes_.size())), backward_(forward_)
{}

void CyclicTridiagonal::couple(Index left, Index right, double forward, double backward)
{
    if (right == left + 1) {
        forward_[left] = forward;
        backward_[left] = backward;
    } else {
        expects(left + 1 == volumes_.size() && right == 0, "a line or circle of cells in memory order");
        wrap_forward_ = forward;
        wrap_backward_ = backward;
    }
}

/// Cells are eliminated from the first on.  Eliminating cell i sends what it holds to its neighbours i + 1
/// and `last` (its only ones left), in proportion to its rates, and keeps volume_i as its own share: the same
/// as a Markov chain that is absorbed in cell i at rate volume_i.
Field CyclicTridiagonal::solve(const Field& mass) const
{
    const Index n = volumes_.size();
    const Index last = n - 1;
    Field volume = volumes_, b = mass, up = forward_, down = backward_;
    Field to_last = Field::Zero(n), from_last = Field::Zero(n), pivot(n);
    to_last[0] += wrap_backward_;
    from_last[0] += wrap_forward_;
    for (Index i = 0; i < last; ++i) {
        const Index next = i + 1;
        if (next == last) {
            up[i] += to_last[i];
            down[i] += from_last[i];
            to_last[i] = from_last[i] = 0.0;
        }
        pivot[i] = volume[i] + up[i] + to_last[i];
        // Columns of the eliminated matrix keep their sums: a share of what flows into cell i stays there.
        const double stays = volume[i] / pivot[i];
        const double passes_up = up[i] / pivot[i];
        const double passes_last = to_last[i] / pivot[i];
        b[next] += passes_up * b[i];
        b[last] += passes_last * b[i];
        volume[next] += down[i] * stays;
        volume[last] += from_last[i] * stays;
        to_last[next] += down[i] * passes_last;
        from_last[next] += from_last[i] * passes_up;
    }
    pivot[last] = volume[last];
    Field u(n);
    u[last] = b[last] / pivot[last];
    for (Index i = last; i-- > 0;) {
        u[i] = (b[i] + down[i] * u[i + 1] + from_last[i] * u[last]) / pivot[i];
    }
    return u;
}

}  // namespace widelimit
