// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/problem/features.hpp"

namespace widelimit {

/// Features of units (w . x)^2 on x ~ N(0, I).  Coordinates are the entries w_i of the weights, i < rank, and
/// with rest > 0 the length q of the weights on `rest` further inputs, in whose directions the law of the
/// weights is uniform.  The predictions are S_ij = int w_i w_j dmu, i <= j row by row, then int q^2 dmu /
/// rest, and last, unless rank is 1 and rest is 0, the trace int |w|^2 dmu.
class SecondMoments : public Features {
public:
    explicit SecondMoments(Index rank, Index rest = 0) : rank_(rank), rest_(rest) {}

    Index size() const override;
    Matrix values(const Matrix& points) const override;
    void pull(const Matrix& points, const Field& r, Field& g, Matrix& gradient) const override;

    /// The nodes of a matrix S, whose last row and column, with rest > 0, belong to q: int q^2 dmu / rest
    /// on its diagonal.
    Field nodes(const Matrix& s) const;
    /// With B = S - A, E (x . B x)^2 / 2 = |B|^2 + (tr B)^2 / 2: in the sum of weight / 2 (f - y)^2 the
    /// squares on the diagonal weigh 2, those off it 4, int q^2 dmu / rest weighs 2 rest, and the trace 1.
    Field weights() const;
    /// How many inputs each diagonal entry stands for.
    Field multiplicities() const;

private:
    Index entries() const { return rank_ * (rank_ + 1) / 2; }
    Index coordinates() const { return rank_ + (rest_ > 0 ? 1 : 0); }
    /// The matrix C of sum_node r_node feature_node = w . C w.
    Matrix symmetric(const Field& r) const;

    Index rank_, rest_;
};

/// The flow w' = -C w with C = 4 (S - A) + (2 tr(S - A) + decay) I, so that places are mapped by a matrix L,
/// L' = -C L, and S' = -(C S + S C); a diagonal entry counts in the trace as often as it stands for inputs.
/// The two equations are solved by Taylor series of order 24, whose last terms are round-off.
class SecondMomentFlow {
public:
    SecondMomentFlow(Matrix start, Matrix target, Field multiplicities, double decay)
        : start_(std::move(start)),
          target_(std::move(target)),
          multiplicities_(std::move(multiplicities)),
          decay_(decay)
    {}

    struct Solution {
        Matrix moments, map;
    };
    Solution at(double t) const;
    /// R = |S - A|^2 + tr(S - A)^2 / 2, and R + decay / 2 tr S.
    double risk(const Matrix& moments) const;
    double objective(const Matrix& moments) const;

private:
    double trace(const Matrix& s) const { return multiplicities_.dot(s.diagonal()); }
    Matrix rate(const Matrix& moments, bool constant_term) const;
    /// Advances by the returned time, at most `most`.
    double step(double most, Solution& now) const;

    Matrix start_, target_;
    Field multiplicities_;
    double decay_;
};

}  // namespace widelimit
