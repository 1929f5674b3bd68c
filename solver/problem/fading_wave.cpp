// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "widelimit/problem/interacting.hpp"

namespace widelimit {
namespace {

/// Largest amplitude at which a flow with a kernel is called linear.
constexpr double small = 1e-4;

/// With s = (1 - a^2)^(1/2), int u log u = M (log(M / volume) + log((1 + s) / 2) + 1 - s).
class FadingWave : public Exact {
public:
    FadingWave(const Problem& problem, std::shared_ptr<const PlaneWave> wave)
        : wave_(std::move(wave)),
          mass_(problem.initial.mass),
          temperature_(problem.temperature),
          speed_(problem.speed(0.0)),
          kernel_(problem.interaction != nullptr)
    {
        if (kernel_) {
            const Interaction& interaction = *problem.interaction;
            const double away = mass_ - (interaction.law ? interaction.mass : 0.0);
            response_ = interaction.kernel->at(wave_->frequencies());
            constant_ = 0.5 * interaction.kernel->at(Field::Zero(wave_->frequencies().size())) * away * away;
        }
    }
    double mass_between(double sign, double lower, double upper, double t) const override
    {
        return masses_in(sign, Matrix::Constant(1, 1, lower), Matrix::Constant(1, 1, upper), t)[0];
    }
    Field masses_in(double, const Matrix& lower, const Matrix& upper, double t) const override
    {
        return mass_ * wave_->with(amplitude(t)).masses_in(lower, upper);
    }
    std::vector<std::string> names() const override
    {
        return kernel_ ? std::vector<std::string>{"discrepancy", "mass", "objective"}
                       : std::vector<std::string>{"mass", "objective"};
    }
    std::map<std::string, double> values(double t) const override
    {
        const double a = amplitude(t), tau = temperature_(t / speed_);
        const double value = constant_ + 0.25 * response_ * std::pow(mass_ * a, 2);
        std::map<std::string, double> all = {{"mass", mass_}, {"objective", value + tau * entropy(a)}};
        if (kernel_) {
            all["discrepancy"] = value;
        }
        return all;
    }
    double least_objective() const override
    {
        return !kernel_ && temperature_.constant() ? temperature_(0.0) * entropy(0.0)
                                                   : Exact::least_objective();
    }
    Field minimiser_in(double, const Matrix& lower, const Matrix& upper) const override
    {
        return kernel_ ? Field() : mass_ * wave_->with(0.0).masses_in(lower, upper);
    }

private:
    double amplitude(double t) const
    {
        const double heat = temperature_.constant()
                                ? temperature_(0.0) * t
                                : integral([&](double u) { return temperature_(u / speed_); }, 0.0, t);
        return wave_->amplitude() * std::exp(-wave_->square_frequency() * (response_ * mass_ * t + heat));
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
    bool kernel_;
    double response_ = 0.0, constant_ = 0.0;
};

}  // namespace

std::shared_ptr<const Exact> make_fading_wave(const Problem& problem)
{
    const std::shared_ptr<const PlaneWave> wave = wave_on_torus(problem);
    if (!wave || !only_moves(problem)) {
        return nullptr;
    }
    if (const Interaction* interaction = problem.interaction.get();
        interaction != nullptr &&
        (std::abs(wave->amplitude()) > small || interaction->kernel->at(wave->frequencies()) < 0.0)) {
        return nullptr;
    }
    return at_speed(problem.speed, std::make_shared<FadingWave>(problem, wave));
}

}  // namespace widelimit
