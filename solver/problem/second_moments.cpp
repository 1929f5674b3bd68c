// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/second_moments.hpp"

#include <algorithm>
#include <cmath>

namespace widelimit {

Index SecondMoments::size() const
{
    return entries() + (rest_ > 0 ? 1 : 0) + (coordinates() > 1 ? 1 : 0);
}

Matrix SecondMoments::values(const Matrix& points) const
{
    Matrix values(points.cols(), size());
    Index node = 0;
    for (Index i = 0; i < rank_; ++i) {
        for (Index j = i; j < rank_; ++j) {
            values.col(node++) = points.row(i).cwiseProduct(points.row(j)).transpose();
        }
    }
    if (rest_ > 0) {
        values.col(node++) = points.row(rank_).cwiseAbs2().transpose() / static_cast<double>(rest_);
    }
    if (coordinates() > 1) {
        values.col(node) = points.colwise().squaredNorm().transpose();
    }
    return values;
}

void SecondMoments::pull(const Matrix& points, const Field& r, Field& g, Matrix& gradient) const
{
    gradient = 2.0 * symmetric(r) * points;
    g = 0.5 * points.cwiseProduct(gradient).colwise().sum().transpose();
}

Matrix SecondMoments::symmetric(const Field& r) const
{
    Matrix form = Matrix::Zero(coordinates(), coordinates());
    Index node = 0;
    for (Index i = 0; i < rank_; ++i) {
        for (Index j = i; j < rank_; ++j, ++node) {
            form(i, j) = form(j, i) = i == j ? r[node] : 0.5 * r[node];
        }
    }
    if (rest_ > 0) {
        form(rank_, rank_) = r[node++] / static_cast<double>(rest_);
    }
    if (coordinates() > 1) {
        form.diagonal().array() += r[node];
    }
    return form;
}

Field SecondMoments::nodes(const Matrix& s) const
{
    Field f(size());
    Index node = 0;
    for (Index i = 0; i < rank_; ++i) {
        for (Index j = i; j < rank_; ++j) {
            f[node++] = s(i, j);
        }
    }
    if (rest_ > 0) {
        f[node++] = s(rank_, rank_);
    }
    if (coordinates() > 1) {
        f[node] = multiplicities().dot(s.diagonal());
    }
    return f;
}

Field SecondMoments::weights() const
{
    Matrix squares = Matrix::Constant(coordinates(), coordinates(), 4.0);
    squares.diagonal() = 2.0 * multiplicities();
    Field weights = nodes(squares);
    weights[size() - 1] = coordinates() > 1 ? 1.0 : 3.0;
    return weights;
}

Field SecondMoments::multiplicities() const
{
    Field all = Field::Ones(coordinates());
    if (rest_ > 0) {
        all[rank_] = static_cast<double>(rest_);
    }
    return all;
}

namespace {

/// Coefficients of Taylor series of matrices in time.
using Taylor = std::vector<Matrix>;

Matrix value_at(const Taylor& series, double t)
{
    Matrix sum = series.back();
    for (std::size_t k = series.size() - 1; k-- > 0;) {
        sum = series[k] + t * sum;
    }
    return sum;
}

Matrix product_term(const Taylor& a, const Taylor& b, std::size_t k)
{
    Matrix sum = Matrix::Zero(a.front().rows(), b.front().cols());
    for (std::size_t i = 0; i <= k; ++i) {
        sum.noalias() += a[i] * b[k - i];
    }
    return sum;
}

}  // namespace

double SecondMomentFlow::risk(const Matrix& moments) const
{
    const Matrix miss = moments - target_;
    const double trace = this->trace(miss);
    const Field squares = miss.cwiseAbs2().rowwise().sum();
    return multiplicities_.dot(squares) + 0.5 * trace * trace;
}

double SecondMomentFlow::objective(const Matrix& moments) const
{
    return risk(moments) + 0.5 * decay_ * trace(moments);
}

Matrix SecondMomentFlow::rate(const Matrix& moments, bool constant_term) const
{
    const Matrix miss = constant_term ? moments - target_ : moments;
    const double uniform = 2.0 * trace(miss) + (constant_term ? decay_ : 0.0);
    return 4.0 * miss + uniform * Matrix::Identity(miss.rows(), miss.rows());
}

SecondMomentFlow::Solution SecondMomentFlow::at(double t) const
{
    Solution now{start_, Matrix::Identity(target_.rows(), target_.cols())};
    for (double time = 0.0; time < t;) {
        time += step(t - time, now);
    }
    return now;
}

double SecondMomentFlow::step(double most, Solution& now) const
{
    constexpr std::size_t order = 24;
    Taylor s = {now.moments}, map = {now.map}, c;
    for (std::size_t k = 0; k < order; ++k) {
        c.push_back(rate(s[k], k == 0));
        const Matrix half = product_term(c, s, k);
        const double next = 1.0 / static_cast<double>(k + 1);
        s.push_back(-next * (half + half.transpose()));
        map.push_back(-next * product_term(c, map, k));
    }
    double dt = most;
    for (const Taylor* series : {&s, &map}) {
        for (const std::size_t k : {order - 1, order}) {
            const double last = (*series)[k].norm(), first = series->front().norm();
            dt = last > 0.0 ? std::min(dt, std::pow(1e-17 * first / last, 1.0 / static_cast<double>(k))) : dt;
        }
    }
    now = {value_at(s, dt), value_at(map, dt)};
    return dt;
}

}  // namespace widelimit
