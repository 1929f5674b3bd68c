// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/harmonics.hpp"

#include <cmath>
#include <cstdlib>
#include <map>
#include <numbers>

namespace widelimit {
namespace {

/// Values of polynomials over many places, with slopes in z.
struct Polynomial {
    Field value, slope;
};

/// Degrees and orders up to the highest of all harmonics, by the three-term recurrence in the degree.
class Triangle {
public:
    Triangle(const Matrix& places, Index degree) : z_(places.row(2).transpose()), q_(size(degree + 1))
    {
        const Index n = places.cols();
        cosines_.push_back(Field::Ones(n));
        sines_.push_back(Field::Zero(n));
        const Field x = places.row(0).transpose(), y = places.row(1).transpose();
        for (Index m = 1; m <= degree; ++m) {
            cosines_.push_back(x.cwiseProduct(cosines_.back()) - y.cwiseProduct(sines_.back()));
            sines_.push_back(x.cwiseProduct(sines_.back()) + y.cwiseProduct(cosines_[cosines_.size() - 2]));
        }
        double sectoral = 1.0;
        for (Index m = 0; m <= degree; ++m) {
            const auto k = static_cast<double>(m);
            sectoral *= m == 0 ? 1.0 : std::sqrt((m == 1 ? 2.0 : 1.0) * (2.0 * k + 1.0) / (2.0 * k));
            at(m, m) = {Field::Constant(n, sectoral), Field::Zero(n)};
            for (Index l = m + 1; l <= degree; ++l) {
                raise(l, m);
            }
        }
    }

    const Polynomial& legendre(Index l, Index m) const { return q_[size(l) + static_cast<std::size_t>(m)]; }
    const Field& cosine(Index m) const { return cosines_[static_cast<std::size_t>(m)]; }
    const Field& sine(Index m) const { return sines_[static_cast<std::size_t>(m)]; }

private:
    static std::size_t size(Index degree) { return static_cast<std::size_t>(degree * (degree + 1) / 2); }
    Polynomial& at(Index l, Index m) { return q_[size(l) + static_cast<std::size_t>(m)]; }

    void raise(Index degree, Index order)
    {
        const auto l = static_cast<double>(degree), m = static_cast<double>(order);
        const double a = std::sqrt((4.0 * l * l - 1.0) / (l * l - m * m));
        const Polynomial& last = at(degree - 1, order);
        Polynomial next{a * z_.cwiseProduct(last.value), a * (last.value + z_.cwiseProduct(last.slope))};
        if (degree > order + 1) {
            const double b = std::sqrt(((l - 1.0) * (l - 1.0) - m * m) * (2.0 * l + 1.0) /
                                       ((2.0 * l - 3.0) * (l * l - m * m)));
            next.value -= b * at(degree - 2, order).value;
            next.slope -= b * at(degree - 2, order).slope;
        }
        at(degree, order) = std::move(next);
    }

    Field z_;
    std::vector<Polynomial> q_;
    std::vector<Field> cosines_, sines_;
};

class Harmonics : public Features {
public:
    explicit Harmonics(std::vector<Harmonic> harmonics) : harmonics_(std::move(harmonics))
    {
        for (const Harmonic& harmonic : harmonics_) {
            degree_ = std::max(degree_, harmonic.degree);
        }
    }

    Index size() const override { return static_cast<Index>(harmonics_.size()); }

    Matrix values(const Matrix& points) const override
    {
        const Triangle table(points, degree_);
        Matrix values(points.cols(), size());
        for (Index k = 0; k < size(); ++k) {
            const auto [l, m] = harmonics_[static_cast<std::size_t>(k)];
            const Field& turns = m < 0 ? table.sine(-m) : table.cosine(m);
            values.col(k) = table.legendre(l, std::abs(m)).value.cwiseProduct(turns);
        }
        return values;
    }

    void pull(const Matrix& points, const Field& r, Field& g, Matrix& gradient) const override
    {
        const Triangle table(points, degree_);
        g.setZero(points.cols());
        gradient.setZero(3, points.cols());
        for (Index k = 0; k < size(); ++k) {
            if (r[k] != 0.0) {
                Matrix slope(3, points.cols());
                g += r[k] * one(table, k, slope);
                gradient += r[k] * slope;
            }
        }
    }

    void squares(const Matrix& points, const Field& w, Field& value, Field& gradient) const override
    {
        const Triangle table(points, degree_);
        value.setZero(points.cols());
        gradient.setZero(points.cols());
        Matrix slope(3, points.cols());
        for (Index k = 0; k < size(); ++k) {
            value += w[k] * one(table, k, slope).cwiseAbs2();
            gradient += w[k] * slope.colwise().squaredNorm().transpose();
        }
    }

private:
    /// A harmonic and its gradient.
    Field one(const Triangle& table, Index k, Matrix& slope) const
    {
        const auto [l, order] = harmonics_[static_cast<std::size_t>(k)];
        const Index m = std::abs(order);
        const Polynomial& q = table.legendre(l, m);
        const Field& turns = order < 0 ? table.sine(m) : table.cosine(m);
        if (m == 0) {
            slope.topRows(2).setZero();
        } else {
            // d (x + i y)^m = m (x + i y)^(m - 1) (dx + i dy)
            const auto times = static_cast<double>(m);
            const Field along = times * q.value.cwiseProduct(table.cosine(m - 1));
            const Field across = times * q.value.cwiseProduct(table.sine(m - 1));
            slope.row(0) = (order < 0 ? across : along).transpose();
            slope.row(1) = (order < 0 ? along : Field(-across)).transpose();
        }
        slope.row(2) = q.slope.cwiseProduct(turns).transpose();
        return q.value.cwiseProduct(turns);
    }

    std::vector<Harmonic> harmonics_;
    Index degree_ = 0;
};

/// (-1)^(n / 2) Gamma(3/2) n! / (sqrt(pi) 2^l Gamma(a) Gamma(b)) for even n.
double multiplier(double n, double l, double a, double b)
{
    const double size = std::exp(std::lgamma(1.5) + std::lgamma(n + 1.0) - std::lgamma(a) - std::lgamma(b) -
                                 l * std::numbers::ln2 - 0.5 * std::log(std::numbers::pi));
    return std::fmod(0.5 * n, 2.0) == 0.0 ? size : -size;
}

}  // namespace

std::vector<Harmonic> harmonics_of(const std::vector<Index>& degrees)
{
    std::vector<Harmonic> all;
    for (const Index l : degrees) {
        for (Index m = -l; m <= l; ++m) {
            all.push_back({l, m});
        }
    }
    return all;
}

std::unique_ptr<Features> make_harmonics(std::vector<Harmonic> harmonics)
{
    return std::make_unique<Harmonics>(std::move(harmonics));
}

std::vector<double> relu_multipliers(Index degree)
{
    std::vector<double> all;
    for (Index l = 0; l <= degree; ++l) {
        const auto k = static_cast<double>(l);
        all.push_back(l == 0       ? 0.25
                      : l == 1     ? 1.0 / 6.0
                      : l % 2 == 1 ? 0.0
                                   : multiplier(k - 2.0, k, 0.5 * k, 0.5 * k + 2.0));
    }
    return all;
}

std::vector<double> step_multipliers(Index degree)
{
    std::vector<double> all;
    for (Index l = 0; l <= degree; ++l) {
        const auto k = static_cast<double>(l);
        all.push_back(l == 0       ? 0.5
                      : l % 2 == 0 ? 0.0
                                   : multiplier(k - 1.0, k, 0.5 * (k + 1.0), 0.5 * (k + 3.0)));
    }
    return all;
}

}  // namespace widelimit
