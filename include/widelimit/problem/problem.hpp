// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/core/precision.hpp"
#include "widelimit/core/schedule.hpp"
#include "widelimit/problem/coordinate.hpp"
#include "widelimit/problem/data.hpp"
#include "widelimit/problem/features.hpp"
#include "widelimit/problem/full_network.hpp"
#include "widelimit/problem/internal.hpp"
#include "widelimit/problem/kernel.hpp"
#include "widelimit/problem/law.hpp"
#include "widelimit/problem/risk.hpp"

namespace widelimit {

/// phi(theta; x) = amplitude * feature(base; x).
enum class Amplitude {
    none,   ///< 1
    signs,  ///< +scale or -scale, one channel each, which nothing moves between
    axis,   ///< the first coordinate
};

/// Coordinates that are those of a vector of length 1 (three of them have a grid): neurons start at the
/// directions of draws theta from the initial law.
enum class Sphere {
    none,
    directions,  ///< masses are equal
    weights,     ///< and |theta|^2 over the width: the draws are the network's own weights
};

/// The growth term of d_t mu (see docs/model.md).
struct Growth {
    enum class Kind { none, proportional, mean_preserving, linear };
    Kind kind = Kind::none;
    double kappa = 0.0;
};

/// A function of theta with its gradient: the confinement V, the log of a reference density.  Points are
/// columns.
class ScalarField {
public:
    virtual ~ScalarField() = default;
    virtual Field value(const Matrix& points) const = 0;
    /// coordinates x points.
    virtual Matrix slope(const Matrix& points) const = 0;
    /// c where it is c / 2 |theta|^2 up to a constant; NaN elsewhere.
    virtual double stiffness() const;
};

std::shared_ptr<const ScalarField> constant_field(double level);
/// (stiffness / 2) |theta|^2 + level.
std::shared_ptr<const ScalarField> quadratic_field(double stiffness, double level = 0.0);
/// A function of the only coordinate, and its derivative.
std::shared_ptr<const ScalarField> line_field(std::function<double(double)> value,
                                              std::function<double(double)> slope);

/// Law of the neurons at time 0, for both signs the same up to their shares.
struct InitialLaw : TableLaw {
    double mass = 1.0;
    double plus = 0.5;  ///< share of the mass with the sign +1, where there are two
};

/// M(theta), diagonal in the coordinates: one factor of the velocity a coordinate.
class Mobility {
public:
    virtual ~Mobility() = default;
    /// coordinates x points.
    virtual Matrix value(const Matrix& points) const = 0;
    /// d M_k / d theta_k (coordinates x points).
    virtual Matrix slope(const Matrix& points) const = 0;
};

/// Neurons that come from a law, in exchange for others.
struct Source {
    std::shared_ptr<const JointLaw> law;  ///< null: none
    /// Adds rate (mass * law - mu).
    double rate = 0.0;
    /// The rate is that at which mean-preserving growth kills, kappa times the mean of max(psi - c, 0) with c
    /// the mean of psi: a population of fixed size where the killed come back from the law besides the
    /// births.
    bool of_killed = false;
};

/// M and M' of the only coordinate.
std::shared_ptr<const Mobility> line_mobility(std::function<double(double)> value,
                                              std::function<double(double)> slope);

/// The discrepancy 1/2 int int K d(mu - nu) d(mu - nu): a kernel on some of the coordinates and the target
/// nu, the sum of a law times a mass and of atoms, either of which may be missing.  Where the
/// amplitude is a sign or an axis, mu stands for its first moment in the amplitude.
struct Interaction {
    std::shared_ptr<const Kernel> kernel;
    std::vector<Index> on;                ///< numbers of the coordinates, ascending
    std::shared_ptr<const JointLaw> law;  ///< of those coordinates, or null
    double mass = 0.0;
    Matrix atoms;  ///< rows [coordinates..., mass]
    /// Highest modes on the circles among `on` that sums over particles keep; empty: as many as are usual.
    std::vector<Index> modes;
    /// Of the transforms on a grid.
    Precision precision = Precision::full;
};

/// What is known in closed form.  NaN, or an empty container, where it is not.
class Exact {
public:
    virtual ~Exact() = default;
    /// mu_t of boxes between two corners (coordinates x boxes) in the channel of this sign; of intervals, by
    /// default.
    virtual Field masses_in(double sign, const Matrix& lower, const Matrix& upper, double t) const;
    /// Density of mu_t on a sphere, in the channel of this sign (coordinates x directions).
    virtual Field density(double /*sign*/, const Matrix& /*directions*/, double /*t*/) const { return {}; }
    /// mu_t of (lower, upper) where there is one coordinate.
    virtual double mass_between(double sign, double lower, double upper, double t) const;
    virtual Field predictions(double t) const;
    /// Values of scalar metrics of the same names, for instance "mass" or "margin".
    virtual std::map<std::string, double> values(double t) const;
    /// The keys of `values`, in alphabetical order; a case is checked against them without computing any.
    virtual std::vector<std::string> names() const { return {}; }
    /// Whether this is of a flow with an internal energy or a reference law; otherwise it is of none.
    virtual bool presses() const { return false; }
    /// The least value of F among measures of the same mass, and the masses in boxes of the measure that has
    /// it.
    virtual double least_objective() const;
    virtual Field minimiser_in(double /*sign*/, const Matrix& /*lower*/, const Matrix& /*upper*/) const
    {
        return {};
    }
    virtual Field minimiser_density(double /*sign*/, const Matrix& /*directions*/) const { return {}; }
};

/// The mathematics of a problem, ingredient by ingredient; neither grid nor time nor files.
struct Problem {
    std::vector<Coordinate> coordinates;
    Amplitude amplitude = Amplitude::none;
    double amplitude_scale = 1.0;
    std::shared_ptr<const Features> features;        ///< null: no data term
    std::shared_ptr<const Risk> risk;                ///< null exactly if `features` is
    bool bias = false;                               ///< inputs are extended by 1
    Matrix node_inputs;                              ///< rows x_i of sigma(w . x_i), a bias as a 1; or none
    std::string activation;                          ///< its name, where neurons are sigma(w . x)
    std::shared_ptr<const Interaction> interaction;  ///< null: no kernel
    std::shared_ptr<const ScalarField> confinement = constant_field(0.0);
    Schedule temperature = Schedule(0.0);
    /// log m of the density m that the entropy tau int log(u / m) dmu refers to; null: m = 1.
    std::shared_ptr<const ScalarField> log_reference;
    /// A law with that density m instead; null: none.
    std::shared_ptr<const JointLaw> reference;
    /// e of int e(u / m) m dvol; null: none.
    std::shared_ptr<const Internal> internal;
    /// Null: 1.  `frozen` stops all transport.
    std::shared_ptr<const Mobility> mobility;
    bool frozen = false;
    Sphere sphere = Sphere::none;
    Growth growth;
    Source source;
    Schedule speed;
    InitialLaw initial;
    std::shared_ptr<const Exact> exact;  ///< null: nothing is known
    /// What this is the limit of, for networks that are trained online; null: nothing else than its particles.
    std::shared_ptr<const FullNetwork> full;

    /// There is noise at some time.
    bool warm() const { return !temperature.zero(); }
    /// Coordinates that the features see.
    Index base_rank() const
    {
        return static_cast<Index>(coordinates.size()) - (amplitude == Amplitude::axis ? 1 : 0);
    }
    /// +scale and -scale, or 1 alone.
    std::vector<double> signs() const;
    Matrix base(const Matrix& points) const { return points.bottomRows(base_rank()); }
    /// The amplitude of points without their sign: 1, or the first coordinate; the scale left out.
    Field amplitudes(const Matrix& points) const;
    /// sum_i r_i phi_i at unit sign, per point.
    Field pull(const Matrix& points, const Field& r) const;
    /// points x predictions, amplitude axis included, signs not.
    Matrix values(const Matrix& points) const;
};

struct ProblemEntry {
    std::string name, meaning;
    /// Reads [network] and [problem] of the root of a case; `data` is null without a [data] section.
    std::function<Problem(const Settings&, const Data*)> make;
    std::vector<Key> keys = {};
};

Registry<ProblemEntry>& problems();

/// The rows of [problem] that every problem shares.
std::vector<Key> problem_keys();

/// Reads growth, initial law, temperature, speed and mass where the case gives them, over what follows from
/// the problem itself: its growth, and the initial law called `law`.  What the case did not give is recorded,
/// so that the resolved case shows it.  Every problem calls it once everything else but `exact` is set.
void read_common(const Settings& root, Problem& problem, const std::string& law = "uniform");

}  // namespace widelimit
