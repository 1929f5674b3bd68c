// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/core/registry.hpp"
#include "widelimit/core/settings.hpp"

namespace widelimit {

/// sigma and sigma' on whole arrays (values in, values out, elementwise; aliasing allowed).
class Activation {
public:
    virtual ~Activation() = default;
    virtual void value(Eigen::Ref<Matrix> z) const = 0;
    /// sigma'; at a kink the mean of both sides.
    virtual void slope(Eigen::Ref<Matrix> z) const = 0;
    /// Both at once: z becomes sigma(z), and `slope` (of the same size) sigma'(z).
    virtual void value_and_slope(Eigen::Ref<Matrix> z, Eigen::Ref<Matrix> slope) const
    {
        slope = z;
        this->slope(slope);
        value(z);
    }
    /// Where sigma' jumps.
    virtual std::vector<double> kinks() const { return {}; }
    /// sigma(c z) = c sigma(z) for c > 0.
    virtual bool homogeneous() const { return false; }
    /// False for a step: sigma' misses the jump, so that no neuron would move.
    virtual bool has_slope() const { return true; }
    /// Bounds of |sigma|, of |sigma'| and of |sigma''| over all z, for certificates; infinity where there is
    /// none or where none is stated.
    virtual double bound() const { return std::numeric_limits<double>::infinity(); }
    virtual double lipschitz() const { return std::numeric_limits<double>::infinity(); }
    virtual double slope_lipschitz() const { return std::numeric_limits<double>::infinity(); }
};

/// What an author writes: two functions of one number; optional members as in Activation, and for speed
///
///     void values(Eigen::Ref<Matrix> z) const    sigma of whole arrays, to round-off of 1
///     void slopes(Eigen::Ref<Matrix> z) const    sigma' likewise (core/vector_math.hpp has fast functions),
///     double slope_of(double value) const        sigma' where sigma has a value: for tanh 1 - value^2,
///
/// and for certificates the numbers of Activation as constants: static constexpr double bound, lipschitz,
/// slope_lipschitz.
template <class T>
concept ScalarActivation = requires(const T f, double z)
{
    {
        f.value(z)
        } -> std::convertible_to<double>;
    {
        f.slope(z)
        } -> std::convertible_to<double>;
};

/// Turns an author's scalar functions into loops over arrays.
template <ScalarActivation F>
class ArrayActivation : public Activation {
public:
    explicit ArrayActivation(F f = {}) : f_(std::move(f)) {}

    void value(Eigen::Ref<Matrix> z) const override
    {
        if constexpr (requires { f_.values(z); }) {
            f_.values(z);
        } else {
            z = z.unaryExpr([this](double x) { return f_.value(x); });
        }
    }
    void slope(Eigen::Ref<Matrix> z) const override
    {
        if constexpr (requires { f_.slopes(z); }) {
            f_.slopes(z);
        } else {
            z = z.unaryExpr([this](double x) { return f_.slope(x); });
        }
    }
    void value_and_slope(Eigen::Ref<Matrix> z, Eigen::Ref<Matrix> slope) const override
    {
        if constexpr (requires { f_.slope_of(0.0); }) {
            value(z);
            slope = z.unaryExpr([this](double v) { return f_.slope_of(v); });
        } else {
            Activation::value_and_slope(z, slope);
        }
    }
    std::vector<double> kinks() const override
    {
        if constexpr (requires { f_.kinks(); }) {
            return f_.kinks();
        } else {
            return {};
        }
    }
    bool homogeneous() const override
    {
        if constexpr (requires { F::homogeneous; }) {
            return F::homogeneous;
        } else {
            return false;
        }
    }
    bool has_slope() const override
    {
        if constexpr (requires { F::has_slope; }) {
            return F::has_slope;
        } else {
            return true;
        }
    }
    double bound() const override
    {
        if constexpr (requires { F::bound; }) {
            return F::bound;
        } else {
            return Activation::bound();
        }
    }
    double lipschitz() const override
    {
        if constexpr (requires { F::lipschitz; }) {
            return F::lipschitz;
        } else {
            return Activation::lipschitz();
        }
    }
    double slope_lipschitz() const override
    {
        if constexpr (requires { F::slope_lipschitz; }) {
            return F::slope_lipschitz;
        } else {
            return Activation::slope_lipschitz();
        }
    }

private:
    F f_;
};

struct ActivationEntry {
    std::string name, meaning;
    /// Reads the table `network.activation` (further keys of its own, listed in `keys`).
    std::function<std::unique_ptr<Activation>(const Settings&)> make;
    std::vector<Key> keys = {};
};

Registry<ActivationEntry>& activations();

template <ScalarActivation F>
bool register_activation(const std::string& name, const std::string& meaning)
{
    return activations().add(
        {name, meaning, [](const Settings&) { return std::make_unique<ArrayActivation<F>>(); }, {}});
}

/// The matrix `knots` of a section: at least two rows [t, sigma(t)], t increasing, else ConfigError.
Matrix read_knots(const Settings& section);

}  // namespace widelimit
