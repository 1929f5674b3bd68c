// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/core/schedule.hpp"
#include "widelimit/problem/coordinate.hpp"
#include "widelimit/problem/data.hpp"
#include "widelimit/problem/features.hpp"
#include "widelimit/problem/law.hpp"
#include "widelimit/problem/risk.hpp"

namespace widelimit {

/// phi(theta; x) = amplitude * feature(base; x).
enum class Amplitude {
    none,   ///< 1
    signs,  ///< +scale or -scale, one channel each, which nothing moves between
    axis,   ///< the first coordinate
};

/// The growth term of d_t mu (see docs/model.md).
struct Growth {
    enum class Kind { none, proportional, mean_preserving, linear };
    Kind kind = Kind::none;
    double kappa = 0.0;
};

/// V(theta); points are columns.
class Confinement {
public:
    virtual ~Confinement() = default;
    virtual Field value(const Matrix& points) const = 0;
    /// coordinates x points.
    virtual Matrix slope(const Matrix& points) const = 0;
};

std::shared_ptr<const Confinement> constant_confinement(double level);
/// (stiffness / 2) |theta|^2.
std::shared_ptr<const Confinement> quadratic_confinement(double stiffness);
/// V and V' of the only coordinate.
std::shared_ptr<const Confinement> scalar_confinement(std::function<double(double)> value,
                                                      std::function<double(double)> slope);

/// Law of the neurons at time 0: a product over the coordinates, the same for both signs.
struct InitialLaw {
    double mass = 1.0;
    std::string name;  ///< as the case says it, or the problem's own
    std::vector<std::shared_ptr<const Law>> laws;
};

/// What is known in closed form.  NaN, or an empty container, where it is not.
class Exact {
public:
    virtual ~Exact() = default;
    /// mu_t of (lower, upper) in the channel of this sign.
    virtual double mass_between(double sign, double lower, double upper, double t) const;
    virtual Field predictions(double t) const;
    /// Values of scalar metrics of the same names, for instance "mass" or "margin".
    virtual std::map<std::string, double> values(double t) const;
    /// The keys of `values`, in alphabetical order; a case is checked against them without computing any.
    virtual std::vector<std::string> names() const { return {}; }
};

/// The mathematics of a problem, ingredient by ingredient; neither grid nor time nor files.
struct Problem {
    std::vector<Coordinate> coordinates;
    Amplitude amplitude = Amplitude::none;
    double amplitude_scale = 1.0;
    std::shared_ptr<const Features> features;  ///< null: no data term
    std::shared_ptr<const Risk> risk;          ///< null exactly if `features` is
    bool bias = false;                         ///< inputs are extended by 1
    std::shared_ptr<const Confinement> confinement = constant_confinement(0.0);
    double temperature = 0.0;
    /// M(theta), one number a point; null: 1.  `frozen` stops all transport.
    std::function<Field(const Matrix&)> mobility;
    bool frozen = false;
    Growth growth;
    Schedule speed;
    InitialLaw initial;
    std::shared_ptr<const Exact> exact;  ///< null: nothing is known

    /// Coordinates that the features see.
    Index base_rank() const
    {
        return static_cast<Index>(coordinates.size()) - (amplitude == Amplitude::axis ? 1 : 0);
    }
    /// +scale and -scale, or 1 alone.
    std::vector<double> signs() const;
    Matrix base(const Matrix& points) const { return points.bottomRows(base_rank()); }
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
