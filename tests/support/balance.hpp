// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <functional>

#include "widelimit/problem/problem.hpp"

namespace widelimit::test {

/// The flow's equation in its weak form, written from the problem's ingredients alone:
///     d/dt mu(lower, upper) = flux in - flux out - growth,
/// with derivatives by differences.  Holds to about 1e-6 of the mass for smooth solutions, and where an atom
/// sits in the middle of (lower, upper).
class Balance {
public:
    /// `from` and `to` carry all of the measure.
    Balance(const Problem& problem, double from, double to) : problem_(&problem), from_(from), to_(to) {}

    double change(double sign, double lower, double upper, double t) const
    {
        const double h = 1e-4;
        return (mass(sign, lower, upper, t + h) - mass(sign, lower, upper, t - h)) / (2.0 * h);
    }
    double expected(double sign, double lower, double upper, double t) const
    {
        const double s = problem_->speed(t);
        return s * (flux(sign, lower, t) - flux(sign, upper, t) - grown(sign, lower, upper, t));
    }
    /// sum over signs of int sign feature dmu.  Cells are centred at multiples of the width, from `from` on,
    /// so that what sits at a point there is seen at its place.
    Field predictions(double t, Index cells = 4000) const
    {
        Field f = Field::Zero(problem_->risk->nodes().size());
        const double h = (to_ - from_) / static_cast<double>(cells);
        Matrix centres(1, cells);
        centres.row(0) = Field::LinSpaced(cells, from_, to_ - h);
        const Matrix values = problem_->values(centres);
        for (const double sign : problem_->signs()) {
            for (Index i = 0; i < cells; ++i) {
                const double m = mass(sign, centres(0, i) - 0.5 * h, centres(0, i) + 0.5 * h, t);
                f += sign * m * values.row(i).transpose();
            }
        }
        return f;
    }
    double total(double t) const
    {
        return summed(t, [](double, double) { return 1.0; });
    }

private:
    double mass(double sign, double lower, double upper, double t) const
    {
        return problem_->exact->mass_between(sign, lower, upper, t);
    }
    double density(double sign, double x, double t) const { return mass(sign, x - 1e-4, x + 1e-4, t) / 2e-4; }
    double potential(double sign, double x, double t) const
    {
        const Matrix point = Matrix::Constant(1, 1, x);
        const double v = problem_->confinement->value(point)[0];
        if (!problem_->features) {
            return v;
        }
        const Field r = problem_->risk->slope(problem_->exact->predictions(t));
        return sign * problem_->pull(point, r)[0] + v;
    }
    double flux(double sign, double x, double t) const
    {
        if (problem_->frozen) {
            return 0.0;
        }
        const double h = 1e-4, wide = 1e-3;
        const double m = problem_->mobility ? problem_->mobility->value(Matrix::Constant(1, 1, x))(0, 0) : 1.0;
        const double force = (potential(sign, x + h, t) - potential(sign, x - h, t)) / (2.0 * h);
        const double slope = (density(sign, x + wide, t) - density(sign, x - wide, t)) / (2.0 * wide);
        return -m * (force * density(sign, x, t) + problem_->temperature(t) * slope);
    }
    double grown(double sign, double lower, double upper, double t) const
    {
        const Growth& growth = problem_->growth;
        const bool centred = growth.kind == Growth::Kind::mean_preserving;
        const double c = centred ? mean_potential(t) : 0.0;
        const Index pieces = 1001;
        double sum = 0.0;
        for (Index i = 0; i < pieces && growth.kappa > 0.0; ++i) {
            const double h = (upper - lower) / static_cast<double>(pieces);
            const double a = lower + h * static_cast<double>(i), b = a + h;
            const double m = growth.kind == Growth::Kind::linear
                                 ? problem_->initial.laws.front()->between(a, b)
                                 : mass(sign, a, b, t);
            sum += growth.kappa * (potential(sign, 0.5 * (a + b), t) - c) * m;
        }
        return sum;
    }
    double mean_potential(double t) const
    {
        return summed(t, [&](double sign, double x) { return potential(sign, x, t); }) / total(t);
    }
    double summed(double t, const std::function<double(double, double)>& value) const
    {
        const Index cells = 2000;
        const double h = (to_ - from_) / static_cast<double>(cells);
        double sum = 0.0;
        for (const double sign : problem_->signs()) {
            for (Index i = 0; i < cells; ++i) {
                const double x = from_ + h * (static_cast<double>(i) + 0.5);
                sum += value(sign, x) * mass(sign, x - 0.5 * h, x + 0.5 * h, t);
            }
        }
        return sum;
    }

    const Problem* problem_;
    double from_, to_;
};

}  // namespace widelimit::test
