// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/plane_wave.hpp"

#include <cmath>
#include <numbers>

#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

class Wave : public Law {
public:
    Wave(double from, double to, double mode, double amplitude, double phase)
        : Law(from, to), mode_(2.0 * std::numbers::pi * mode), amplitude_(amplitude), phase_(phase)
    {}
    double cdf(double x) const override
    {
        const double part = (x - from()) / (to() - from());
        return part + amplitude_ / mode_ * (std::sin(mode_ * part - phase_) + std::sin(phase_));
    }
    double between(double lower, double upper) const override
    {
        const double half = 0.5 * (upper - lower) / (to() - from());
        const double middle = (0.5 * (upper + lower) - from()) / (to() - from());
        return 2.0 * (half + amplitude_ / mode_ * std::cos(mode_ * middle - phase_) * std::sin(mode_ * half));
    }

private:
    double mode_, amplitude_, phase_;
};

double length(const Coordinate& circle)
{
    return circle.to - circle.from;
}

}  // namespace

std::unique_ptr<Law> make_wave(const Coordinate& circle, double mode, double amplitude, double phase)
{
    return std::make_unique<Wave>(circle.from, circle.to, mode, amplitude, phase);
}

PlaneWave::PlaneWave(std::vector<Coordinate> circles, Field modes, double amplitude, double phase)
    : circles_(std::move(circles)),
      modes_(std::move(modes)),
      frequencies_(modes_.size()),
      amplitude_(amplitude),
      phase_(phase)
{
    expects((modes_.array() != 0.0).any(), "a wave that runs along some coordinate");
    for (Index k = 0; k < modes_.size(); ++k) {
        frequencies_[k] = 2.0 * std::numbers::pi * modes_[k] / length(circles_[static_cast<std::size_t>(k)]);
    }
}

double PlaneWave::volume() const
{
    double volume = 1.0;
    for (const Coordinate& circle : circles_) {
        volume *= length(circle);
    }
    return volume;
}

double PlaneWave::angle(const Field& place) const
{
    double angle = -phase_;
    for (Index k = 0; k < place.size(); ++k) {
        angle += frequencies_[k] * (place[k] - circles_[static_cast<std::size_t>(k)].from);
    }
    return angle;
}

Field PlaneWave::masses_in(const Matrix& lower, const Matrix& upper) const
{
    const double whole = volume();
    Field masses(lower.cols());
    for (Index i = 0; i < lower.cols(); ++i) {
        double even = 1.0, wave = 1.0, angle = -phase_;
        for (Index k = 0; k < lower.rows(); ++k) {
            const double half = 0.5 * (upper(k, i) - lower(k, i)), a = frequencies_[k];
            even *= 2.0 * half;
            wave *= 2.0 * (a == 0.0 ? half : std::sin(a * half) / a);
            angle += a * (0.5 * (upper(k, i) + lower(k, i)) - circles_[static_cast<std::size_t>(k)].from);
        }
        masses[i] = (even + amplitude_ * std::cos(angle) * wave) / whole;
    }
    return masses;
}

Field PlaneWave::draw(const Field& uniforms) const
{
    Index along = modes_.size() - 1;
    while (modes_[along] == 0.0) {
        --along;
    }
    Field place(uniforms.size());
    double phase = phase_;
    for (Index k = 0; k < place.size(); ++k) {
        const Coordinate& circle = circles_[static_cast<std::size_t>(k)];
        if (k != along) {
            place[k] = circle.from + uniforms[k] * length(circle);
            phase -= frequencies_[k] * (place[k] - circle.from);
        }
    }
    place[along] = make_wave(circles_[static_cast<std::size_t>(along)], modes_[along], amplitude_, phase)
                       ->quantile(uniforms[along]);
    return place;
}

std::shared_ptr<const Law> PlaneWave::marginal(Index coordinate) const
{
    const Coordinate& circle = circles_[static_cast<std::size_t>(coordinate)];
    const auto others = (modes_.array() != 0.0).count() - (modes_[coordinate] != 0.0 ? 1 : 0);
    if (others > 0 || modes_[coordinate] == 0.0) {
        return make_uniform(circle.from, circle.to, true);
    }
    return make_wave(circle, modes_[coordinate], amplitude_, phase_);
}

}  // namespace widelimit
