// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/wasserstein.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "widelimit/core/error.hpp"
#include "widelimit/core/parallel.hpp"
#include "widelimit/core/stream.hpp"

namespace widelimit {
namespace {

/// Places in increasing order and the mass up to and with each, which ends at 1; without empty points.
struct Quantiles {
    std::vector<double> place, level;
};

Quantiles quantiles_of(const Field& places, const Field& masses)
{
    expects(
        places.size() == masses.size() && masses.size() > 0 && masses.minCoeff() >= 0.0 && masses.sum() > 0.0,
        "masses that are not negative, one a point");
    std::vector<Index> order;
    for (Index k = 0; k < masses.size(); ++k) {
        if (masses[k] > 0.0) {
            order.push_back(k);
        }
    }
    std::sort(order.begin(), order.end(), [&](Index i, Index j) { return places[i] < places[j]; });
    Quantiles sorted;
    double level = 0.0;
    for (const Index k : order) {
        level += masses[k];
        sorted.place.push_back(places[k]);
        sorted.level.push_back(level);
    }
    for (double& part : sorted.level) {
        part /= level;
    }
    sorted.level.back() = 1.0;
    return sorted;
}

double powered(double distance, int p)
{
    return p == 1 ? std::abs(distance) : distance * distance;
}

double root(double power, int p)
{
    return p == 1 ? power : std::sqrt(std::max(0.0, power));
}

void check_power(int p)
{
    expects(p == 1 || p == 2, "a power of 1 or 2");
}

double line_power(const Quantiles& a, const Quantiles& b, int p)
{
    double sum = 0.0, level = 0.0;
    for (std::size_t i = 0, j = 0; i < a.place.size() && j < b.place.size();) {
        const double next = std::min(a.level[i], b.level[j]);
        sum += (next - level) * powered(a.place[i] - b.place[j], p);
        level = next;
        const bool both = a.level[i] == b.level[j];
        if (both || a.level[i] < b.level[j]) {
            ++i;
        }
        if (both || next == b.level[j]) {
            ++j;
        }
    }
    return sum;
}

/// Quantiles on the line that a circle is unrolled to, once around for every unit of the level, one after the
/// other.
class Unrolled {
public:
    /// Begins with the first whose level is above.
    Unrolled(const Quantiles& of, double length, double level)
        : of_(&of), length_(length), turns_(std::floor(level))
    {
        const auto found = std::upper_bound(of.level.begin(), of.level.end(), level - turns_);
        at_ = static_cast<std::size_t>(found - of.level.begin());
        wrap();
    }
    double place() const { return of_->place[at_] + length_ * turns_; }
    double level() const { return of_->level[at_] + turns_; }
    void next()
    {
        ++at_;
        wrap();
    }

private:
    void wrap()
    {
        if (at_ == of_->place.size()) {
            at_ = 0;
            turns_ += 1.0;
        }
    }

    const Quantiles* of_;
    double length_, turns_;
    std::size_t at_ = 0;
};

struct Tangent {
    double at, value, slope;
};

/// int_0^1 (A(s) - B(s + turn))^2 ds, convex and piecewise linear in the turn, and a slope of it there.
Tangent turned_square(const Quantiles& a, const Quantiles& b, double length, double turn)
{
    double sum = 0.0, slope = 0.0, level = 0.0;
    Unrolled other(b, length, turn);
    double apart = powered(a.place.front() - other.place(), 2);
    for (std::size_t i = 0; i < a.place.size();) {
        const double of_b = other.level() - turn, next = std::min(a.level[i], of_b);
        sum += std::max(0.0, next - level) * apart;
        level = std::max(level, next);
        if (a.level[i] <= of_b) {
            if (++i < a.place.size()) {
                apart = powered(a.place[i] - other.place(), 2);
            }
        } else {
            other.next();
            const double after = powered(a.place[i] - other.place(), 2);
            slope += after - apart;  // the jump of B comes earlier
            apart = after;
        }
    }
    return {turn, sum, slope};
}

/// Least value of a convex, piecewise linear function between two places: what its slopes say by the secant,
/// and where the lines of both sides meet, which is the least value itself once one corner is left between
/// them.
template <class Function>
double least(double from, double to, const Function& f)
{
    Tangent low = f(from), high = f(to);
    for (int k = 0; low.slope < 0.0 && high.slope > 0.0; ++k) {
        const double corner =
            (low.value - high.value + high.slope * high.at - low.slope * low.at) / (high.slope - low.slope);
        const double bound = low.value + low.slope * (corner - low.at),
                     best = std::min(low.value, high.value);
        if (best - bound <= 1e-14 * best || high.at - low.at < 1e-15) {
            return std::clamp(bound, 0.0, best);
        }
        // Where the slope would be 0 between its two values, and as far again seven times, so that the end
        // there does not creep.
        const double nearer = -low.slope < high.slope ? low.at : high.at,
                     zero = low.at - low.slope * (high.at - low.at) / (high.slope - low.slope);
        const double middle = 0.5 * (low.at + high.at),
                     quick = k % 3 == 1 ? nearer + 8.0 * (zero - nearer) : zero;
        const double next = k % 3 == 2 ? corner : (k < 30 ? quick : middle);
        const Tangent there = f(next > low.at && next < high.at ? next : middle);
        (there.slope < 0.0 ? low : high) = there;
    }
    return std::min(low.value, high.value);
}

/// int |F - G - c| over the circle, c the median: W_1 (Werman, Peleg and Rosenfeld, 1985).
double circle_first(const Quantiles& a, const Quantiles& b, double length)
{
    struct Piece {
        double difference, width;
    };
    std::vector<Piece> pieces;
    double before = 0.0, of_a = 0.0, of_b = 0.0;
    for (std::size_t i = 0, j = 0; i < a.place.size() || j < b.place.size();) {
        const bool from_a = j == b.place.size() || (i < a.place.size() && a.place[i] <= b.place[j]);
        const double place = from_a ? a.place[i] : b.place[j];
        pieces.push_back({of_a - of_b, place - before});
        before = place;
        if (from_a) {
            of_a = a.level[i++];
        } else {
            of_b = b.level[j++];
        }
    }
    pieces.push_back({0.0, length - before});
    std::sort(pieces.begin(), pieces.end(),
              [](const Piece& x, const Piece& y) { return x.difference < y.difference; });
    double up_to = 0.0, median = 0.0;
    for (const Piece& piece : pieces) {
        up_to += piece.width;
        median = piece.difference;
        if (up_to >= 0.5 * length) {
            break;
        }
    }
    double sum = 0.0;
    for (const Piece& piece : pieces) {
        sum += piece.width * std::abs(piece.difference - median);
    }
    return sum;
}

/// Places where the difference of two distribution functions jumps, in order, and its value after each.
struct Difference {
    std::vector<double> place, value;
};

Difference difference_of(const Quantiles& a, const Quantiles& b)
{
    Difference found;
    double of_a = 0.0, of_b = 0.0;
    for (std::size_t i = 0, j = 0; i < a.place.size() || j < b.place.size();) {
        const bool from_a = j == b.place.size() || (i < a.place.size() && a.place[i] <= b.place[j]);
        found.place.push_back(from_a ? a.place[i] : b.place[j]);
        if (from_a) {
            of_a = a.level[i++];
        } else {
            of_b = b.level[j++];
        }
        found.value.push_back(of_a - of_b);
    }
    return found;
}

double line_energy(const Difference& d)
{
    double sum = 0.0;
    for (std::size_t k = 0; k + 1 < d.place.size(); ++k) {
        sum += (d.place[k + 1] - d.place[k]) * powered(d.value[k], 2);
    }
    return 2.0 * sum;
}

/// Half around the circle: D(x) - D(x + length / 2) has the same square on both halves.
double circle_energy(const Difference& d, double length)
{
    const double half = 0.5 * length;
    const auto first =
        static_cast<std::size_t>(std::lower_bound(d.place.begin(), d.place.end(), half) - d.place.begin());
    double near = 0.0, far = first == 0 ? 0.0 : d.value[first - 1], at = 0.0, sum = 0.0;
    std::size_t i = 0, j = first;
    while (at < half) {
        const double next_near = i < first ? d.place[i] : half,
                     next_far = j < d.place.size() ? d.place[j] - half : half;
        const double next = std::min({next_near, next_far, half});
        sum += (next - at) * powered(near - far, 2);
        at = next;
        if (i < first && next_near == next) {
            near = d.value[i++];
        } else if (j < d.place.size() && next_far == next) {
            far = d.value[j++];
        }
    }
    return 2.0 * sum;
}

Field directions_of(Index rank, Index k, Index count, std::uint64_t seed)
{
    Field direction(rank);
    if (rank == 1) {
        direction[0] = 1.0;
    } else if (rank == 2) {
        const double angle = std::numbers::pi * (static_cast<double>(k) + 0.5) / static_cast<double>(count);
        direction << std::cos(angle), std::sin(angle);
    } else {
        const Stream stream(seed, 0, static_cast<std::uint32_t>(k));
        for (Index i = 0; i < rank; ++i) {
            direction[i] = stream.normal(static_cast<std::uint64_t>(i));
        }
        direction /= direction.norm();
    }
    return direction;
}

}  // namespace

double line_distance(const PointMasses& a, const PointMasses& b, int p)
{
    check_power(p);
    expects(a.points.rows() == 1 && b.points.rows() == 1, "points on a line");
    return root(line_power(quantiles_of(a.points.row(0).transpose(), a.masses),
                           quantiles_of(b.points.row(0).transpose(), b.masses), p),
                p);
}

double circle_distance(const PointMasses& a, const PointMasses& b, double length, int p)
{
    check_power(p);
    expects(a.points.rows() == 1 && b.points.rows() == 1 && length > 0.0, "points on a circle");
    const auto within = [length](const PointMasses& of) {
        const Field wrapped =
            of.points.row(0).unaryExpr([length](double x) { return x - length * std::floor(x / length); });
        return quantiles_of(wrapped, of.masses);
    };
    const Quantiles of_a = within(a), of_b = within(b);
    if (p == 1) {
        return circle_first(of_a, of_b, length);
    }
    return std::sqrt(least(-1.0, 1.0, [&](double turn) { return turned_square(of_a, of_b, length, turn); }));
}

double energy_distance(const PointMasses& a, const PointMasses& b, double length)
{
    expects(a.points.rows() == 1 && b.points.rows() == 1 && length >= 0.0, "points on a line or circle");
    const auto quantiles = [length](const PointMasses& of) {
        const Field places = of.points.row(0).unaryExpr(
            [length](double x) { return length > 0.0 ? x - length * std::floor(x / length) : x; });
        return quantiles_of(places, of.masses);
    };
    const Difference d = difference_of(quantiles(a), quantiles(b));
    return std::sqrt(length > 0.0 ? circle_energy(d, length) : line_energy(d));
}

double sliced_distance(const PointMasses& a, const PointMasses& b, Index directions, std::uint64_t seed)
{
    expects(directions > 0 && a.points.rows() == b.points.rows(), "directions and points of one space");
    Field powers(directions);
    parallel_for(directions, [&](Index k) {
        const Field direction = directions_of(a.points.rows(), k, directions, seed);
        powers[k] = line_power(quantiles_of(a.points.transpose() * direction, a.masses),
                               quantiles_of(b.points.transpose() * direction, b.masses), 2);
    });
    return std::sqrt(powers.mean());
}

}  // namespace widelimit
