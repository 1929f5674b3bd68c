// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/core/registry.hpp"
#include "widelimit/core/settings.hpp"
#include "widelimit/problem/coordinate.hpp"

namespace widelimit {

/// A probability law of one coordinate.
class Law {
public:
    virtual ~Law() = default;
    /// P(X <= x).  On a circle defined on [from, to] and continued by one per turn.
    virtual double cdf(double x) const = 0;
    /// P(lower < X <= upper).  A difference of `cdf` unless a law knows better: far above its centre both
    /// terms are 1 up to round-off, though the mass between may be known to every digit.
    virtual double between(double lower, double upper) const;
    /// Least x with cdf(x) >= q, 0 < q < 1; a uniform q gives a draw.  By default found by bisection of `cdf`
    /// on [from, to].
    virtual double quantile(double q) const;

    double from() const { return from_; }
    double to() const { return to_; }

protected:
    /// The interval that carries the law up to round-off.
    Law(double from, double to) : from_(from), to_(to) {}

private:
    double from_, to_;
};

/// A probability law of several coordinates.
class JointLaw {
public:
    virtual ~JointLaw() = default;
    /// P of boxes between two corners (coordinates x boxes).
    virtual Field masses_in(const Matrix& lower, const Matrix& upper) const = 0;
    /// A draw from as many independent uniform numbers in (0, 1) as there are coordinates.
    virtual Field draw(const Field& uniforms) const = 0;
    /// That many points of equal weight that stand for the law (coordinates x points).  ConfigError where
    /// `refusal` is not empty.
    virtual Matrix spread(Index count) const;
    /// Why there are no such points, in words; "" where there are.
    virtual std::string refusal(Index count) const;
    /// The law of one coordinate alone; null where it is not known.
    virtual std::shared_ptr<const Law> marginal(Index coordinate) const = 0;
    /// Density on the unit sphere of theta / |theta|, every theta counted |theta|^power times, at directions
    /// (coordinates x directions).  ConfigError where it is not known.
    virtual Field direction_density(const Matrix& directions, double power) const;
};

/// Independent coordinates; draws are quantiles, and spread points the products of the quantiles (k + 1/2) /
/// K, the last coordinate fastest: K to the power of the number of coordinates that are not the same for all.
class ProductLaw : public JointLaw {
public:
    explicit ProductLaw(std::vector<std::shared_ptr<const Law>> laws) : laws_(std::move(laws)) {}
    Field masses_in(const Matrix& lower, const Matrix& upper) const override;
    Field draw(const Field& uniforms) const override;
    Matrix spread(Index count) const override;
    std::string refusal(Index count) const override;
    /// Of Gaussian coordinates, by quadrature along the ray.
    Field direction_density(const Matrix& directions, double power) const override;
    std::shared_ptr<const Law> marginal(Index coordinate) const override
    {
        return laws_[static_cast<std::size_t>(coordinate)];
    }

private:
    std::vector<std::shared_ptr<const Law>> laws_;
};

struct LawEntry {
    std::string name, meaning;
    /// Reads a law's table, `problem.initial` for instance.
    std::function<std::unique_ptr<Law>(const Settings&, const Coordinate&)> make;
    /// Rows below `problem.initial`; wherever else a law may stand they are repeated by `law_keys`.
    std::vector<Key> keys = {};
    /// A law of all coordinates together; null where the table asks for none, and then `make` has its say.
    std::function<std::unique_ptr<JointLaw>(const Settings&, const std::vector<Coordinate>&)> make_joint = {};
};

Registry<LawEntry>& laws();

/// The rows of a table `path` = { law = "...", ..., of = { coordinate = { law = "...", ... } } } but for the
/// row `path` itself, made of the rows that the laws have for `problem.initial`.
std::vector<Key> law_keys(const std::string& path);

/// Constant density on [from, to]; on a circle `to` is the same place as `from`.
class Uniform : public Law {
public:
    Uniform(double from, double to, bool circle) : Law(from, to), circle_(circle) {}
    double cdf(double x) const override;
    double between(double lower, double upper) const override;
    double quantile(double q) const override;

    bool circle() const { return circle_; }

private:
    double place(double x) const;

    bool circle_;
};
std::unique_ptr<Law> make_uniform(double from, double to, bool circle);
/// Normal law; accurate in both tails.
class Gaussian : public Law {
public:
    Gaussian(double mean, double deviation);
    double cdf(double x) const override;
    double between(double lower, double upper) const override;

    double mean() const { return mean_; }
    double deviation() const { return deviation_; }

private:
    double mean_, deviation_, scale_;
};
std::unique_ptr<Law> make_gaussian(double mean, double deviation);

/// scale * |Z|, Z a standard Gaussian in R^degrees; accurate in both tails.
class Chi : public Law {
public:
    Chi(double degrees, double scale);
    double cdf(double x) const override;
    double between(double lower, double upper) const override;
    double quantile(double q) const override;

    double degrees() const { return degrees_; }
    double scale() const { return scale_; }

private:
    double degrees_, scale_;
};

/// Reads `initial` = { law = "...", ... }; ConfigError with its place for an unknown law.  Where the case
/// names none the law is `fallback`, with the parameters that the case gives.
std::unique_ptr<Law> make_law(const Settings& initial, const Coordinate& coordinate,
                              const std::string& fallback = "");

/// A law of all coordinates of a problem as a table of the case describes it: one law for each coordinate,
/// the same or its own (`of`), or a joint one.
struct TableLaw {
    std::string name;  ///< as make_law; "product" where coordinates have laws of their own
    std::vector<std::shared_ptr<const Law>> laws;  ///< of each coordinate alone
    std::shared_ptr<const JointLaw> joint;         ///< null: the coordinates are independent

    std::shared_ptr<const JointLaw> whole() const;
};
TableLaw make_laws(const Settings& table, const std::vector<Coordinate>& coordinates,
                   const std::string& fallback = "");

}  // namespace widelimit
