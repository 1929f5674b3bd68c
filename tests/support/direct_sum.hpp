// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "widelimit/energy/convolution.hpp"

namespace widelimit::test {

/// The discrepancy by its definition: a double sum over cells and atoms, K on circles by its Fourier series
/// term by term.
class DirectSum {
public:
    DirectSum(std::vector<EvenAxis> axes, const Kernel& kernel) : axes_(std::move(axes)), kernel_(kernel)
    {
        Index cells = 1;
        for (const EvenAxis& axis : axes_) {
            cells *= axis.cells;
        }
        for (Index i = 0; i < cells; ++i) {
            Field centre(rank());
            for (Index a = rank() - 1, rest = i; a >= 0; --a) {
                centre[a] =
                    axis(a).from + (static_cast<double>(rest % axis(a).cells) + 0.5) * axis(a).width();
                rest /= axis(a).cells;
            }
            centres_.push_back(centre);
        }
    }

    Index cells() const { return static_cast<Index>(centres_.size()); }
    const Field& centre(Index i) const { return centres_[static_cast<std::size_t>(i)]; }

    /// psi at the centres and, last, D.
    Field operator()(const Field& masses, const Field& target, const Matrix& atoms) const
    {
        std::vector<Point> points;
        for (Index i = 0; i < cells(); ++i) {
            const double other = target.size() > 0 ? target[i] : 0.0;
            points.push_back({centre(i), masses[i] - other});
        }
        for (Index k = 0; k < atoms.rows(); ++k) {
            share({atoms.row(k).head(rank()).transpose(), -atoms(k, rank())}, 0, points);
        }
        Field result = Field::Zero(cells() + 1);
        for (std::size_t p = 0; p < points.size(); ++p) {
            double psi = 0.0;
            for (const Point& other : points) {
                psi += other.mass * between(points[p].place, other.place);
            }
            if (static_cast<Index>(p) < cells()) {
                result[static_cast<Index>(p)] = psi;
            }
            result[cells()] += 0.5 * points[p].mass * psi;
        }
        return result;
    }

    /// K of two places; circles know frequencies up to cells / 2, the last one as a product of cosines.
    double between(const Field& x, const Field& y) const
    {
        Field arguments = x - y;
        return terms(x, y, arguments, 1.0, 0).real();
    }

private:
    struct Point {
        Field place;
        double mass;
    };

    Index rank() const { return static_cast<Index>(axes_.size()); }
    const EvenAxis& axis(Index a) const { return axes_[static_cast<std::size_t>(a)]; }

    /// Along lines a point is shared by the hat functions of the centres.
    void share(const Point& point, Index a, std::vector<Point>& points) const
    {
        while (a < rank() && axis(a).circle) {
            ++a;
        }
        if (a == rank()) {
            points.push_back(point);
            return;
        }
        const double h = axis(a).width(), first = axis(a).from + 0.5 * h, last = axis(a).to - 0.5 * h;
        for (Index i = 0; i < axis(a).cells; ++i) {
            const double centre = first + h * static_cast<double>(i),
                         x = std::fmin(std::fmax(point.place[a], first), last);
            const double hat = 1.0 - std::abs(x - centre) / h;
            if (hat > 0.0) {
                Point part = point;
                part.place[a] = centre;
                part.mass *= hat;
                share(part, a + 1, points);
            }
        }
    }

    std::complex<double> terms(const Field& x, const Field& y, Field& arguments, std::complex<double> factor,
                               Index a) const
    {
        while (a < rank() && !axis(a).circle) {
            ++a;
        }
        if (a == rank()) {
            return factor * kernel_.at(arguments);
        }
        const Index n = axis(a).cells;
        const double origin = axis(a).from + 0.5 * axis(a).width();
        std::complex<double> sum = 0.0;
        for (Index j = -(n / 2); j <= n / 2; ++j) {
            const double xi = 2.0 * std::numbers::pi * static_cast<double>(j) / (axis(a).to - axis(a).from);
            const bool last = 2 * j == n || 2 * j == -n;
            arguments[a] = xi;
            const std::complex<double> wave =
                last ? 0.5 * std::cos(xi * (x[a] - origin)) * std::cos(xi * (y[a] - origin))
                     : std::polar(1.0, xi * (x[a] - y[a]));
            sum += terms(x, y, arguments, factor * wave, a + 1);
        }
        return sum;
    }

    std::vector<EvenAxis> axes_;
    const Kernel& kernel_;
    std::vector<Field> centres_;
};

}  // namespace widelimit::test
