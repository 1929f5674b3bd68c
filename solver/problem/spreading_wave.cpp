// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <numbers>

#include "widelimit/problem/interacting.hpp"

namespace widelimit {
namespace {

/// x with x + s sin(x) = angle, |s| < 1, for an angle in [-pi, pi]: Newton's method inside a bracket.
double start_of(double angle, double s)
{
    double low = std::max(-std::numbers::pi, angle - std::abs(s));
    double high = std::min(std::numbers::pi, angle + std::abs(s));
    double x = angle;
    for (int i = 0; i < 100 && low < high; ++i) {
        const double miss = x + s * std::sin(x) - angle;
        (miss > 0.0 ? high : low) = x;
        double next = x - miss / (1.0 + s * std::cos(x));
        if (!(low <= next && next <= high)) {
            next = 0.5 * (low + high);
        }
        if (std::abs(next - x) <= 4e-16 * std::abs(x)) {
            return next;
        }
        x = next;
    }
    return x;
}

/// u = mean (1 + w(phi)).  The mass of w in a box is its `count`-fold integral in phi, differences of it
/// taken between the ends of the `count` axes that the wave runs along.  With c = a exp(-M t), w = d/dphi c
/// sin(phi_0) and dphi = (1 + s cos(phi_0)) dphi_0, up to polynomials of degree count - 1, which no
/// difference sees, the integrals are
///     c sin(phi_0),    -c (cos(phi_0) + s / 4 cos(2 phi_0)),
///     -c ((1 - 3 s^2 / 8) sin(phi_0) + 3 s / 8 sin(2 phi_0) + s^2 / 24 sin(3 phi_0)).
class SpreadingWave : public Exact {
public:
    SpreadingWave(std::shared_ptr<const PlaneWave> wave, double mass) : wave_(std::move(wave)), mass_(mass) {}

    double mass_between(double sign, double lower, double upper, double t) const override
    {
        return masses_in(sign, Matrix::Constant(1, 1, lower), Matrix::Constant(1, 1, upper), t)[0];
    }
    Field masses_in(double, const Matrix& lower, const Matrix& upper, double t) const override
    {
        const Field& frequencies = wave_->frequencies();
        Field masses(lower.cols());
        for (Index i = 0; i < masses.size(); ++i) {
            const Field width = upper.col(i) - lower.col(i);
            double factor = left(t);
            for (Index k = 0; k < width.size(); ++k) {
                factor *= frequencies[k] == 0.0 ? width[k] : 1.0 / frequencies[k];
            }
            Field corner = lower.col(i);
            const double wave = factor * differences(corner, width, t, 0, 0);
            masses[i] = mass_ / wave_->volume() * (width.prod() + wave);
        }
        return masses;
    }
    std::vector<std::string> names() const override { return {"discrepancy", "mass", "objective"}; }
    std::map<std::string, double> values(double t) const override
    {
        const double value = 0.25 * std::pow(mass_ * left(t), 2) / wave_->square_frequency();
        return {{"discrepancy", value}, {"mass", mass_}, {"objective", value}};
    }
    double least_objective() const override { return 0.0; }

private:
    double left(double t) const { return wave_->amplitude() * std::exp(-mass_ * t); }

    /// Over the axes from k on, `count` of those before move the wave.
    double differences(Field& corner, const Field& width, double t, Index k, int count) const
    {
        if (k == corner.size()) {
            return integral_of_wave(wave_->angle(corner), -wave_->amplitude() * std::expm1(-mass_ * t),
                                    count);
        }
        if (wave_->frequencies()[k] == 0.0) {
            return differences(corner, width, t, k + 1, count);
        }
        const double below = differences(corner, width, t, k + 1, count + 1), place = corner[k];
        corner[k] = place + width[k];
        const double above = differences(corner, width, t, k + 1, count + 1);
        corner[k] = place;
        return above - below;
    }
    static double integral_of_wave(double angle, double s, int count)
    {
        const double x = start_of(std::remainder(angle, 2.0 * std::numbers::pi), s);
        if (count == 1) {
            return std::sin(x);
        }
        if (count == 2) {
            return -(std::cos(x) + 0.25 * s * std::cos(2.0 * x));
        }
        return -((1.0 - 0.375 * s * s) * std::sin(x) + 0.375 * s * std::sin(2.0 * x) +
                 s * s / 24.0 * std::sin(3.0 * x));
    }

    std::shared_ptr<const PlaneWave> wave_;
    double mass_;
};

}  // namespace

std::shared_ptr<const Exact> make_spreading_wave(const Problem& problem)
{
    const std::shared_ptr<const PlaneWave> wave = wave_on_torus(problem);
    if (!wave || !only_moves(problem) || problem.warm()) {
        return nullptr;
    }
    return at_speed(problem.speed, std::make_shared<SpreadingWave>(wave, problem.initial.mass));
}

}  // namespace widelimit
