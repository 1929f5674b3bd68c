// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numbers>

#include "widelimit/problem/exact.hpp"
#include "widelimit/problem/place_names.hpp"
#include "widelimit/problem/plane_wave.hpp"

namespace widelimit {
namespace {

/// d_t u = tau(t) Laplace u on a torus of volume L: a wave of frequency xi keeps its shape, and its amplitude
/// a falls as exp(-|xi|^2 int tau dt).  With s = (1 - a^2)^(1/2), int u log u = mass (log(mass / L) +
/// log((1 + s) / 2) + 1 - s).  values(): mass, objective.
class FadingWave : public Exact {
public:
    FadingWave(const Problem& problem, std::shared_ptr<const PlaneWave> wave)
        : wave_(std::move(wave)),
          mass_(problem.initial.mass),
          temperature_(problem.temperature),
          speed_(problem.speed(0.0))
    {}
    double mass_between(double sign, double lower, double upper, double t) const override
    {
        return masses_in(sign, Matrix::Constant(1, 1, lower), Matrix::Constant(1, 1, upper), t)[0];
    }
    Field masses_in(double, const Matrix& lower, const Matrix& upper, double t) const override
    {
        return mass_ * wave_->with(amplitude(t)).masses_in(lower, upper);
    }
    std::vector<std::string> names() const override { return {"mass", "objective"}; }
    std::map<std::string, double> values(double t) const override
    {
        const double a = amplitude(t);
        return {{"mass", mass_}, {"objective", temperature_(t / speed_) * entropy(a)}};
    }
    double least_objective() const override
    {
        return temperature_.constant() ? temperature_(0.0) * entropy(0.0) : Exact::least_objective();
    }
    Field minimiser_in(double, const Matrix& lower, const Matrix& upper) const override
    {
        return mass_ * wave_->with(0.0).masses_in(lower, upper);
    }

private:
    double amplitude(double t) const
    {
        const double time = temperature_.constant()
                                ? temperature_(0.0) * t
                                : integral([&](double u) { return temperature_(u / speed_); }, 0.0, t);
        return wave_->amplitude() * std::exp(-wave_->square_frequency() * time);
    }
    double entropy(double a) const
    {
        const double s = std::sqrt(1.0 - a * a);
        return mass_ * (std::log(mass_ / wave_->volume()) + std::log(0.5 * (1.0 + s)) + 1.0 - s);
    }

    std::shared_ptr<const PlaneWave> wave_;
    double mass_;
    Schedule temperature_;
    double speed_;
};

std::vector<Coordinate> circles(const Settings& section)
{
    const Index rank = section.has("dimension") ? section.integer("dimension") : 1;
    if (rank > 3) {
        section.fail("dimension", "a torus of one to three coordinates is possible");
    }
    std::vector<double> lengths(static_cast<std::size_t>(rank), 2.0 * std::numbers::pi);
    if (section.has("lengths")) {
        lengths = section.numbers("lengths");
    }
    if (static_cast<Index>(lengths.size()) != rank) {
        section.fail("lengths", "expected one length a coordinate");
    }
    std::vector<Coordinate> all = places(rank);
    for (std::size_t k = 0; k < all.size(); ++k) {
        all[k].circle = true;
        all[k].from = 0.0;
        all[k].to = lengths[k];
    }
    return all;
}

/// The wave that the case begins with, if it is one.
std::shared_ptr<const PlaneWave> wave_of(const Problem& problem)
{
    if (const auto wave = std::dynamic_pointer_cast<const PlaneWave>(problem.initial.joint)) {
        return wave;
    }
    return nullptr;
}

Problem make(const Settings& root, const Data*)
{
    Problem problem;
    problem.coordinates = circles(root.table("problem"));
    read_common(root, problem, "wave");
    const std::shared_ptr<const PlaneWave> wave = wave_of(problem);
    if (wave && problem.growth.kind == Growth::Kind::none && problem.speed.constant()) {
        problem.exact = at_speed(problem.speed, std::make_shared<FadingWave>(problem, wave));
    }
    return problem;
}

const bool registered = problems().add(
    {"heat",
     "heat equation on a circle or torus; a wave in closed form",
     make,
     {{"problem.dimension", "integer", "-", ">= 1", "circles of the torus, at most 3, by default 1"},
      {"problem.lengths", "numbers", "-", "> 0", "lengths of the circles, by default 2 pi each"}}});

}  // namespace
}  // namespace widelimit
