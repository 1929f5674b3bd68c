// SPDX-License-Identifier: BSD-3-Clause
#include "odeint.hpp"

#include <boost/numeric/odeint/algebra/algebra_dispatcher.hpp>
#include <boost/numeric/odeint/external/eigen/eigen.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta4.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <cmath>
#include <cstdio>
#include <limits>

#include "split.hpp"
#include "widelimit/core/blocks.hpp"

namespace widelimit {
namespace {

namespace odeint = boost::numeric::odeint;

/// Entry by entry, in blocks that threads share.
class BlockAlgebra {
public:
    template <class To, class A, class Op>
    static void for_each2(To& to, const A& a, Op op)
    {
        apply(op, to, a);
    }
    template <class To, class A, class B, class Op>
    static void for_each3(To& to, const A& a, const B& b, Op op)
    {
        apply(op, to, a, b);
    }
    template <class To, class A, class B, class C, class Op>
    static void for_each4(To& to, const A& a, const B& b, const C& c, Op op)
    {
        apply(op, to, a, b, c);
    }
    template <class To, class A, class B, class C, class D, class Op>
    static void for_each5(To& to, const A& a, const B& b, const C& c, const D& d, Op op)
    {
        apply(op, to, a, b, c, d);
    }
    template <class To, class A, class B, class C, class D, class E, class Op>
    static void for_each6(To& to, const A& a, const B& b, const C& c, const D& d, const E& e, Op op)
    {
        apply(op, to, a, b, c, d, e);
    }
    template <class To, class A, class B, class C, class D, class E, class F, class Op>
    static void for_each7(To& to, const A& a, const B& b, const C& c, const D& d, const E& e, const F& f,
                          Op op)
    {
        apply(op, to, a, b, c, d, e, f);
    }

private:
    template <class Op, class... From>
    static void apply(const Op& op, Field& to, const From&... from)
    {
        for_each_block({to.size(), 4096, 8}, [&](Index first, Index count) {
            auto part = to.segment(first, count);
            op(part, from.segment(first, count)...);
        });
    }
};

using RungeKutta4 = odeint::runge_kutta4<Field, double, Field, double, BlockAlgebra>;

using DormandPrince = odeint::runge_kutta_dopri5<Field, double, Field, double, BlockAlgebra>;

bool binds(const Part&)
{
    return true;
}

/// Parts that ask for accuracy only are left to the estimate of the error.
bool guards_more_than_accuracy(const Part& part)
{
    return !part.limits_accuracy();
}

/// 1 / dt is the sum over the parts, because their outflows add up in a cell.
double sum_limit(Flow& flow, const Field& state, double t, bool (*counts)(const Part&) = binds)
{
    flow.prepare(state, t);
    double rate = 0.0;
    for (const auto& part : flow.parts()) {
        rate += counts(*part) ? 1.0 / part->rate_limit(state) : 0.0;
    }
    return over_speed(std::min(1.0 / rate, flow.coupling_limit(state)), flow.speed(t));
}

/// One stage, which a flow may take in one sweep.
class Euler : public Stepper {
public:
    Trial try_step(Flow& flow, double t, double dt, const Field& state, Field& trial) override
    {
        flow.stage(state, t, dt, state, 0.0, trial);
        return {};
    }
    double limit(Flow& flow, const Field& state, double t) override { return sum_limit(flow, state, t); }
    int order() const override { return 1; }
    int stages() const override { return 1; }
};

/// The classical method of order four.
class Classical : public Stepper {
public:
    Trial try_step(Flow& flow, double t, double dt, const Field& state, Field& trial) override
    {
        trial.resize(state.size());
        const auto system = [&flow](const Field& x, Field& dxdt, double time) { flow.rate(x, dxdt, time); };
        method_.do_step(system, state, t, trial, dt);
        return {};
    }
    double limit(Flow& flow, const Field& state, double t) override { return sum_limit(flow, state, t); }
    int order() const override { return 4; }
    int stages() const override { return 4; }

private:
    RungeKutta4 method_;
};

/// Shu and Osher, J. Comput. Phys. 77 (1988), third order: stages of Euler's step mixed with the state, which
/// a flow may take in one sweep.  One that does not change a state leaves all its bits.
class SspRk3 : public Stepper {
public:
    Trial try_step(Flow& flow, double t, double dt, const Field& state, Field& trial) override
    {
        flow.stage(state, t, dt, state, 0.0, trial);
        flow.stage(trial, t + dt, dt, state, 0.75, stage_);
        flow.stage(stage_, t + 0.5 * dt, dt, state, 1.0 / 3.0, trial);
        return {};
    }
    double limit(Flow& flow, const Field& state, double t) override { return sum_limit(flow, state, t); }
    int order() const override { return 3; }
    int stages() const override { return 3; }

private:
    Field stage_;
};

/// Ten stages of order four, six of Euler's steps long (Ketcheson, SIAM J. Sci. Comput. 30, 2008): with a the
/// sum of the first five rates and b of those after them, a stage is the state + dt / 6 a, or the state + dt
/// (a / 15 + b / 6).
class SspRk4 : public Stepper {
public:
    Trial try_step(Flow& flow, double t, double dt, const Field& state, Field& trial) override
    {
        const auto add = [](Field& to, double factor, const Field& from) {
            for_each_block({to.size(), 4096, 8}, [&](Index first, Index count) {
                to.segment(first, count) += factor * from.segment(first, count);
            });
        };
        trial = stage_ = state;
        for (int k = 0; k < 10; ++k) {
            const double place = k < 5 ? k / 6.0 : (k - 3) / 6.0;
            flow.rate(stage_, rate_, t + place * dt);
            add(trial, 0.1 * dt, rate_);
            if (k == 4) {
                stage_ = state;
                for_each_block({state.size(), 4096, 8}, [&](Index first, Index count) {
                    stage_.segment(first, count) +=
                        2.0 / 3.0 * (trial.segment(first, count) - state.segment(first, count));
                });
            } else {
                add(stage_, dt / 6.0, rate_);
            }
        }
        return {};
    }
    double limit(Flow& flow, const Field& state, double t) override
    {
        return 6.0 * sum_limit(flow, state, t);
    }
    int order() const override { return 4; }
    int stages() const override { return 10; }

private:
    Field stage_, rate_;
};

/// Euler's step and the noise of the flow: weak order 1.
class EulerMaruyama : public Euler {
public:
    Trial try_step(Flow& flow, double t, double dt, const Field& state, Field& trial) override
    {
        const Trial tried = Euler::try_step(flow, t, dt, state, trial);
        flow.add_noise(trial, dt * flow.speed(t));
        return tried;
    }
};

/// The largest error of an entry over its size; NaN if there is one.
double largest_share(const Field& error, const Field& sizes)
{
    double largest = 0.0;
    for (Index i = 0; i < error.size(); ++i) {
        const double share = error[i] == 0.0 ? 0.0 : std::abs(error[i]) / sizes[i];
        if (std::isnan(share)) {
            return share;
        }
        largest = std::max(largest, share);
    }
    return largest;
}

/// Dormand and Prince, J. Comput. Appl. Math. 6 (1980).  The derivative at the end of a step is not kept for
/// the next one: guards may refuse the trial, and a restart would not have it.
class Dopri5 : public Stepper {
public:
    explicit Dopri5(double tolerance) : tolerance_(tolerance) {}

    Trial try_step(Flow& flow, double t, double dt, const Field& state, Field& trial) override
    {
        const auto system = [&flow](const Field& x, Field& dxdt, double time) { flow.rate(x, dxdt, time); };
        trial.resize(state.size());
        system(state, first_, t);
        last_.resize(state.size());
        error_.resize(state.size());
        method_.do_step(system, state, first_, t, trial, last_, dt, error_);
        Trial tried;
        tried.error = largest_share(error_, flow.sizes(state, trial)) / tolerance_;
        if (tried.too_inaccurate()) {
            char text[64];
            std::snprintf(text, sizeof text, "the estimated error is %.3g times the tolerance", tried.error);
            tried.refused = text;
        }
        return tried;
    }
    double limit(Flow& flow, const Field& state, double t) override
    {
        return sum_limit(flow, state, t, guards_more_than_accuracy);
    }
    int order() const override { return 5; }
    int stages() const override { return 6; }

private:
    double tolerance_;
    DormandPrince method_;
    Field first_, last_, error_;
};

}  // namespace

std::unique_ptr<Stepper> make_dopri5(const StepperOptions& options)
{
    return std::make_unique<Dopri5>(options.tolerance);
}

std::unique_ptr<Stepper> make_euler_maruyama(const StepperOptions&)
{
    return std::make_unique<EulerMaruyama>();
}

std::unique_ptr<Stepper> make_euler(const StepperOptions&)
{
    return std::make_unique<Euler>();
}

std::unique_ptr<Stepper> make_ssp_rk3(const StepperOptions&)
{
    return std::make_unique<SspRk3>();
}

std::unique_ptr<Stepper> make_ssp_rk4(const StepperOptions&)
{
    return std::make_unique<SspRk4>();
}

std::unique_ptr<Stepper> make_rk4(const StepperOptions&)
{
    return std::make_unique<Classical>();
}

}  // namespace widelimit
