// SPDX-License-Identifier: BSD-3-Clause
#include "odeint.hpp"

#include <boost/array.hpp>
#include <boost/fusion/include/make_vector.hpp>
#include <boost/numeric/odeint/algebra/algebra_dispatcher.hpp>
#include <boost/numeric/odeint/algebra/vector_space_algebra.hpp>
#include <boost/numeric/odeint/external/eigen/eigen.hpp>
#include <boost/numeric/odeint/stepper/euler.hpp>
#include <boost/numeric/odeint/stepper/explicit_generic_rk.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta4.hpp>
#include <cmath>
#include <limits>

namespace widelimit {
namespace {

namespace odeint = boost::numeric::odeint;

using Euler = odeint::euler<Field, double, Field, double, odeint::vector_space_algebra>;
using RungeKutta4 = odeint::runge_kutta4<Field, double, Field, double, odeint::vector_space_algebra>;

/// Shu and Osher, J. Comput. Phys. 77 (1988), third order, in Butcher form.
class SspRk3
    : public odeint::explicit_generic_rk<3, 3, Field, double, Field, double, odeint::vector_space_algebra> {
public:
    SspRk3()
        : explicit_generic_rk(boost::fusion::make_vector(boost::array<double, 1>{{1.0}},
                                                         boost::array<double, 2>{{0.25, 0.25}}),
                              boost::array<double, 3>{{1.0 / 6.0, 1.0 / 6.0, 2.0 / 3.0}},
                              boost::array<double, 3>{{0.0, 1.0, 0.5}})
    {}
};

/// 1 / dt is the sum over the parts, because their outflows add up in a cell.
double sum_limit(Flow& flow, const Field& state, double t)
{
    flow.prepare(state, t);
    double rate = 0.0;
    for (const auto& part : flow.parts()) {
        rate += 1.0 / part->rate_limit(state);
    }
    const double positivity = 1.0 / rate;
    const double limit = std::min(positivity, flow.coupling_limit(state));
    const double speed = flow.speed(t);
    return speed > 0.0 ? limit / speed : std::numeric_limits<double>::infinity();
}

template <class Method>
class SumOfRates : public Stepper {
public:
    explicit SumOfRates(int order) : order_(order) {}

    std::string try_step(Flow& flow, double t, double dt, const Field& state, Field& trial) override
    {
        trial.resize(state.size());
        const auto system = [&flow](const Field& x, Field& dxdt, double time) { flow.rate(x, dxdt, time); };
        method_.do_step(system, state, t, trial, dt);
        return {};
    }
    double limit(Flow& flow, const Field& state, double t) override { return sum_limit(flow, state, t); }
    int order() const override { return order_; }

private:
    Method method_;
    int order_;
};

/// Euler's step and the noise of the flow: weak order 1.
class EulerMaruyama : public SumOfRates<Euler> {
public:
    EulerMaruyama() : SumOfRates(1) {}

    std::string try_step(Flow& flow, double t, double dt, const Field& state, Field& trial) override
    {
        std::string reason = SumOfRates::try_step(flow, t, dt, state, trial);
        flow.add_noise(trial, dt * flow.speed(t));
        return reason;
    }
};

}  // namespace

std::unique_ptr<Stepper> make_euler_maruyama()
{
    return std::make_unique<EulerMaruyama>();
}

std::unique_ptr<Stepper> make_euler()
{
    return std::make_unique<SumOfRates<Euler>>(1);
}

std::unique_ptr<Stepper> make_ssp_rk3()
{
    return std::make_unique<SumOfRates<SspRk3>>(3);
}

std::unique_ptr<Stepper> make_rk4()
{
    return std::make_unique<SumOfRates<RungeKutta4>>(4);
}

}  // namespace widelimit
