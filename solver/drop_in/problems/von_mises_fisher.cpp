// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "widelimit/core/error.hpp"
#include "widelimit/core/numbers.hpp"
#include "widelimit/problem/exact.hpp"
#include "widelimit/problem/place_names.hpp"
#include "widelimit/problem/zonal.hpp"

namespace widelimit {
namespace {

/// V = -c (u . axis).
class Height : public ScalarField {
public:
    Height(double strength, const Eigen::Vector3d& axis) : pull_(-strength * axis) {}
    Field value(const Matrix& points) const override { return points.transpose() * pull_; }
    Matrix slope(const Matrix& points) const override { return pull_.replicate(1, points.cols()); }

private:
    Field pull_;
};

/// What the solutions have in common: all is a function of z = u . axis.
class Axial : public Exact {
public:
    Axial(double mass, Eigen::Vector3d axis) : mass_(mass), axis_(std::move(axis)) {}

    Field density(double, const Matrix& directions, double t) const override
    {
        Field density(directions.cols());
        for (Index j = 0; j < directions.cols(); ++j) {
            density[j] = mass_ * at(std::clamp(directions.col(j).dot(axis_), -1.0, 1.0), t);
        }
        return density;
    }

protected:
    virtual double at(double z, double t) const = 0;
    double mass() const { return mass_; }
    const Eigen::Vector3d& axis() const { return axis_; }

private:
    double mass_;
    Eigen::Vector3d axis_;
};

/// Without noise z' = strength (1 - z^2): artanh z moves evenly.
class Drift : public Axial {
public:
    Drift(double mass, double strength, std::shared_ptr<const AxialLaw> start)
        : Axial(mass, start->axis()), strength_(strength), start_(std::move(start))
    {}

private:
    double at(double z, double t) const override
    {
        const double shift = std::tanh(strength_ * t), below = 1.0 - z * shift;
        return start_->density((z - shift) / below) * (1.0 - shift * shift) / (below * below);
    }

    double strength_;
    std::shared_ptr<const AxialLaw> start_;
};

/// Without drift every zonal harmonic decays at the rate l (l + 1) tau.
class Heat : public Axial {
public:
    Heat(double mass, double temperature, std::shared_ptr<const ZonalLaw> start)
        : Axial(mass, start->axis()), temperature_(temperature), start_(std::move(start))
    {}
    double least_objective() const override { return temperature_ * mass() * std::log(mass() / (4.0 * pi)); }
    Field minimiser_density(double, const Matrix& directions) const override
    {
        return Field::Constant(directions.cols(), mass() / (4.0 * pi));
    }

private:
    double at(double z, double t) const override
    {
        std::vector<double> now = start_->coefficients();
        for (std::size_t l = 1; l <= now.size(); ++l) {
            const auto degree = static_cast<double>(l);
            now[l - 1] *= std::exp(-degree * (degree + 1.0) * temperature_ * t);
        }
        return zonal_series(now, z) / (4.0 * pi);
    }

    double temperature_;
    std::shared_ptr<const ZonalLaw> start_;
};

/// Where drift and noise end: exp(c z) / Z, c = strength / tau, Z = 4 pi sinh c / c.
class Gibbs : public Exact {
public:
    Gibbs(double mass, double strength, double temperature, const Eigen::Vector3d& axis)
        : mass_(mass), temperature_(temperature), ratio_(strength / temperature), axis_(axis)
    {}
    double least_objective() const override { return temperature_ * mass_ * (std::log(mass_) - log_whole()); }
    Field minimiser_density(double, const Matrix& directions) const override
    {
        return mass_ * (ratio_ * (directions.transpose() * axis_).array() - log_whole()).exp();
    }

private:
    double log_whole() const
    {
        const double c = std::abs(ratio_);
        return std::log(2.0 * pi) + c - std::log(c) + std::log1p(-std::exp(-2.0 * c));
    }

    double mass_, temperature_, ratio_;
    Eigen::Vector3d axis_;
};

std::shared_ptr<const Exact> solution(const Problem& problem, double strength, const Eigen::Vector3d& axis)
{
    if (problem.growth.kind != Growth::Kind::none || problem.frozen || problem.source.law ||
        problem.reference || !problem.temperature.constant()) {
        return nullptr;
    }
    const auto start = std::dynamic_pointer_cast<const AxialLaw>(problem.initial.joint);
    const double mass = problem.initial.mass, tau = problem.temperature(0.0);
    const auto zonal = std::dynamic_pointer_cast<const ZonalLaw>(start);
    if (problem.warm()) {
        if (strength != 0.0) {
            return std::make_shared<Gibbs>(mass, strength, tau, axis);
        }
        return zonal ? std::make_shared<Heat>(mass, tau, zonal) : nullptr;
    }
    // The axis of a uniform law is as good as any.
    if (zonal && zonal->coefficients().empty()) {
        return std::make_shared<Drift>(mass, strength,
                                       std::make_shared<ZonalLaw>(axis, std::vector<double>{}));
    }
    return start && (start->axis() - axis).norm() < 1e-12 ? std::make_shared<Drift>(mass, strength, start)
                                                          : nullptr;
}

Problem make_von_mises_fisher_problem(const Settings& root, const Data*)
{
    const Settings section = root.table("problem");
    const double strength = section.number("drift");
    const Eigen::Vector3d axis = read_axis(section);
    Problem problem;
    problem.coordinates = places(3);
    problem.sphere = Sphere::directions;
    problem.confinement = std::make_shared<Height>(strength, axis);
    read_common(root, problem, "uniform");
    problem.exact = at_speed(problem.speed, solution(problem, strength, axis));
    return problem;
}

const std::vector<Key> von_mises_fisher_keys = {
    {"problem.drift", "number", "1.0", "", "c of V = -c (u . axis) on S^2: drift towards the axis"},
    {"problem.axis", "numbers", "-", "", "that axis, by default [0, 0, 1]", "[0.0, 0.0, 1.0]"}};

const bool von_mises_fisher_problem_registered =
    problems().add({"von-mises-fisher",
                    "drift towards a pole of S^2, with noise towards the law of von Mises and Fisher; heat "
                    "equation where drift = 0",
                    make_von_mises_fisher_problem, von_mises_fisher_keys});

}  // namespace
}  // namespace widelimit
