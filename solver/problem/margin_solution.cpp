// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "widelimit/core/error.hpp"
#include "widelimit/core/numbers.hpp"
#include "widelimit/problem/exact.hpp"

namespace widelimit {
namespace {

/// Motion by psi = -sign cos C on a circle, up to tau = amplitude * time, with growth by -2 psi:
/// tan(C / 2) = exp(-sign tau) tan(C0 / 2), and mass grows by (cosh tau + sign cos C0 sinh tau)^2.
struct Swing {
    double sign, tau;

    double image(double start) const { return half_angle(-sign * tau, start); }
    double origin(double place) const { return half_angle(sign * tau, place); }
    /// int of the growth over starts in (a, b): the mass per initial density.
    double mass(double a, double b) const
    {
        const auto growth = [this](double start) {
            const double c = std::cos(0.5 * start), s = std::sin(0.5 * start);
            const double root = std::exp(sign * tau) * c * c + std::exp(-sign * tau) * s * s;
            return root * root;
        };
        return integral(growth, a, b);
    }
    /// int of cos C times the growth.
    double pull(double a, double b) const
    {
        const double sines = std::sin(b) - std::sin(a);
        const double doubles = 0.25 * (std::sin(2.0 * b) - std::sin(2.0 * a));
        return std::cosh(2.0 * tau) * sines + 0.5 * sign * std::sinh(2.0 * tau) * (1.5 * (b - a) + doubles);
    }
    double mass_between(double lower, double upper) const { return mass(origin(lower), origin(upper)); }

private:
    static double half_angle(double log_factor, double angle)
    {
        return 2.0 * std::atan2(std::exp(log_factor) * std::sin(0.5 * angle), std::cos(0.5 * angle));
    }
};

/// Sum of mass(a, b) over the parts of (lower, upper) in the copies of (from, to), period apart.
template <class Mass>
double over_turns(double lower, double upper, double from, double to, double period, Mass&& mass)
{
    double sum = 0.0;
    for (double k = std::floor((lower - to) / period); from + k * period < upper; ++k) {
        const double a = std::max(lower - k * period, from), b = std::min(upper - k * period, to);
        sum += a < b ? mass(a, b) : 0.0;
    }
    return sum;
}

/// How many copies of `place` lie inside of (lower, upper); its ends, up to round-off, do not count.
double inside(double lower, double upper, double place, double period)
{
    const double margin = 1e-11;
    const double first = std::ceil((lower + margin - place) / period);
    const double last = std::floor((upper - margin - place) / period);
    return std::max(0.0, last - first + 1.0);
}

/// What the three solutions share.  `density` is that of one circle at time 0; common() is y_i f_i, the same
/// at all points, without decay.
class MarginSolution : public Exact {
public:
    MarginSolution(const Field& labels, double decay, double mass)
        : labels_(labels), decay_(decay), density_(mass / (4.0 * pi))
    {}
    double mass_between(double sign, double lower, double upper, double t) const override
    {
        return scale(t) * part(sign > 0.0 ? 1.0 : -1.0, lower - direction_, upper - direction_, t);
    }
    Field predictions(double t) const override { return scale(t) * common(t) * labels_; }
    std::vector<std::string> names() const override { return {"margin", "mass"}; }
    std::map<std::string, double> values(double t) const override
    {
        // One turn whose ends are not kinks, as these do not count.
        const double whole = part(1.0, 1.0, 1.0 + 2.0 * pi, t) + part(-1.0, 1.0, 1.0 + 2.0 * pi, t);
        return {{"mass", scale(t) * whole}, {"margin", common(t) / whole}};
    }

protected:
    /// Angles count from the direction of the first point with label +1 (of the only point).
    void from_point(const Eigen::RowVector2d& x)
    {
        length_ = x.norm();
        direction_ = std::atan2(x[1], x[0]);
    }
    double length() const { return length_; }

    /// Mass of (lower, upper) per initial density, with the points inside but not at the ends.
    virtual double part(double sign, double lower, double upper, double t) const = 0;
    virtual double common(double t) const = 0;

private:
    double scale(double t) const { return density_ * std::exp(-2.0 * decay_ * t); }

    Field labels_;
    double decay_, density_;
    double length_ = 0.0, direction_ = 0.0;
};

/// On the side of the point psi_s = -s y |x| cos C; on the other side nothing moves.  Neurons of the point's
/// own sign gather at C = 0, behind a vacuum; the others flow to the kinks C = +-pi / 2 and stop there.
class SinglePoint : public MarginSolution {
public:
    SinglePoint(const Matrix& inputs, const Field& labels, double decay, double mass)
        : MarginSolution(labels, decay, mass), label_(labels[0])
    {
        from_point(inputs.row(0));
    }

private:
    Swing swing(double sign, double t) const { return {sign * label_, length() * t}; }
    /// Starts beyond this angle have reached a kink: tanh tau = cos.
    static double arrived(double tau) { return std::atan2(1.0, std::sinh(tau)); }
    static double one_point(double tau)
    {
        const auto growth = [](double a) { return std::sin(a) * std::sin(a); };
        return integral(growth, arrived(tau), 0.5 * pi);
    }

    double part(double sign, double lower, double upper, double t) const override
    {
        const Swing motion = swing(sign, t);
        const double front = motion.sign > 0.0 ? motion.image(0.5 * pi) : 0.5 * pi;
        const auto moving = [&](double a, double b) { return motion.mass_between(a, b); };
        const auto still = [](double a, double b) { return b - a; };
        double sum = over_turns(lower, upper, -front, front, 2.0 * pi, moving) +
                     over_turns(lower, upper, 0.5 * pi, 1.5 * pi, 2.0 * pi, still);
        if (motion.sign < 0.0) {
            sum += inside(lower, upper, 0.5 * pi, pi) * one_point(motion.tau);
        }
        return sum;
    }
    double common(double t) const override
    {
        const Swing own = swing(label_, t), other = swing(-label_, t);
        const double end = arrived(other.tau);
        return length() * (own.pull(-0.5 * pi, 0.5 * pi) - other.pull(-end, end));
    }

    double label_;
};

/// Both weights stay 1/2 and psi_s = -(s |x| / 2) cos C on the whole circle, without a kink.
class Antipodal : public MarginSolution {
public:
    Antipodal(const Matrix& inputs, const Field& labels, double decay, double mass)
        : MarginSolution(labels, decay, mass)
    {
        from_point(inputs.row(labels[0] > 0.0 ? 0 : 1));
    }

private:
    Swing swing(double sign, double t) const { return {sign, 0.5 * length() * t}; }

    double part(double sign, double lower, double upper, double t) const override
    {
        const auto moving = [&](double a, double b) { return swing(sign, t).mass_between(a, b); };
        return over_turns(lower, upper, -pi, pi, 2.0 * pi, moving);
    }
    double common(double t) const override { return length() * swing(1.0, t).pull(-pi, pi); }
};

/// All weights stay 1/4.  Kinks lie in the directions of the points; on the arc between two of them psi is a
/// sinusoid, and the neurons of either sign flow to the kink at a point of their label, a quarter turn or
/// less away: with C = pi/4 + distance, psi = -(|x| sqrt 2 / 4) cos C.  They arrive in finite time.
class Xor : public MarginSolution {
public:
    Xor(const Matrix& inputs, const Field& labels, double decay, double mass)
        : MarginSolution(labels, decay, mass)
    {
        Index first = 0;
        while (labels[first] < 0.0) {
            ++first;
        }
        from_point(inputs.row(first));
    }

private:
    static constexpr double near = 0.25 * pi, far = 0.75 * pi;

    double amplitude() const { return 0.25 * std::numbers::sqrt2 * length(); }
    Swing swing(double t) const { return {1.0, amplitude() * t}; }
    /// Starts nearer than this have arrived.
    double arrived(double t) const { return std::min(far, swing(t).origin(near)); }

    /// What has come to a kink from one side: grown by 2 sin^2 a on the way, by exp(sqrt 2 tau) since.
    double one_side(double t) const
    {
        const double tau = swing(t).tau;
        const auto grown = [tau](double a) {
            const double since = tau - std::log(std::tan(0.5 * a) / std::tan(0.5 * near));
            return 2.0 * std::sin(a) * std::sin(a) * std::exp(std::numbers::sqrt2 * since);
        };
        return integral(grown, near, arrived(t));
    }

    double part(double sign, double lower, double upper, double t) const override
    {
        const Swing motion = swing(t);
        const double kink = sign > 0.0 ? 0.0 : 0.5 * pi;
        const double reach = std::max(0.0, std::min(far, motion.image(far)) - near);
        const auto moving = [&](double a, double b) { return motion.mass_between(near + a, near + b); };
        const auto mirrored = [&](double a, double b) { return moving(-b, -a); };
        const double points = inside(lower, upper, kink, pi);
        return over_turns(lower - kink, upper - kink, 0.0, reach, pi, moving) +
               over_turns(lower - kink, upper - kink, -reach, 0.0, pi, mirrored) +
               (points > 0.0 ? 2.0 * points * one_side(t) : 0.0);
    }
    double common(double t) const override
    {
        const double held = std::cos(near) * one_side(t);
        return 8.0 * amplitude() * (swing(t).pull(arrived(t), far) + held);
    }
};

bool equal(const Eigen::RowVector2d& a, const Eigen::RowVector2d& b)
{
    return (a - b).norm() <= 1e-12 * a.norm();
}

bool is_antipodal(const Matrix& inputs, const Field& labels)
{
    return inputs.rows() == 2 && labels[0] * labels[1] < 0.0 && equal(inputs.row(0), -inputs.row(1));
}

/// Turned by a right angle each, the rows must be a permutation of four points with alternating labels.
bool is_xor(const Matrix& inputs, const Field& labels)
{
    if (inputs.rows() != 4) {
        return false;
    }
    for (Index i = 0; i < 4; ++i) {
        const std::array<Eigen::RowVector2d, 2> wanted = {-inputs.row(i),
                                                          Eigen::RowVector2d(-inputs(i, 1), inputs(i, 0))};
        for (std::size_t k = 0; k < 2; ++k) {
            Index found = 0;
            while (found < 4 && !equal(wanted[k], inputs.row(found))) {
                ++found;
            }
            if (found == 4 || labels[found] * labels[i] * (k == 0 ? 1.0 : -1.0) < 0.0) {
                return false;
            }
        }
    }
    return true;
}

template <class Solution>
std::shared_ptr<const Exact> solution(bool fits, const char* expected, const Matrix& inputs,
                                      const Field& labels, double decay, double mass)
{
    if (!fits || !(inputs.row(0).norm() > 0.0)) {
        throw ConfigError(expected);
    }
    return std::make_shared<Solution>(inputs, labels, decay, mass);
}

}  // namespace

std::shared_ptr<const Exact> make_margin_solution(const std::string& name, const Matrix& inputs,
                                                  const Field& labels, double decay, double mass)
{
    expects(inputs.cols() == 2 && inputs.rows() == labels.size(), "labelled points in the plane");
    if (name == "single-point") {
        return solution<SinglePoint>(inputs.rows() == 1, "expected a single data point, not the origin",
                                     inputs, labels, decay, mass);
    }
    if (name == "antipodal") {
        return solution<Antipodal>(is_antipodal(inputs, labels),
                                   "expected two data points x and -x with labels +1 and -1", inputs, labels,
                                   decay, mass);
    }
    expects(name == "xor", "the name of a solution");
    return solution<Xor>(
        is_xor(inputs, labels),
        "expected four data points, each a quarter turn from the next, with alternating labels", inputs,
        labels, decay, mass);
}

}  // namespace widelimit
