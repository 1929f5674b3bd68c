// SPDX-License-Identifier: BSD-3-Clause
#include "sphere_arrangement.hpp"

#include <algorithm>
#include <cmath>

#include "widelimit/core/numbers.hpp"

namespace widelimit {
namespace {

constexpr double shortest_arc = 1e-13;  // arc
constexpr double slack = 1e-9;      // in a face, or next to it

}  // namespace

SphereArrangement::SphereArrangement(LinearPieces pieces, double scale)
    : pieces_(std::move(pieces)), scale_(scale)
{
    for (Index i = 0; i < pieces_.inputs.rows(); ++i) {
        if (pieces_.inputs.row(i).norm() > 0.0) {
            add_to_circles(i);
        }
    }
    size_ = scale_ * std::max(std::abs(pieces_.above), std::abs(pieces_.below)) *
            pieces_.inputs.rowwise().norm().maxCoeff();
}

void SphereArrangement::add_to_circles(Index input)
{
    const Point normal = pieces_.inputs.row(input).transpose().normalized();
    for (Circle& circle : circles_) {
        if (circle.normal.cross(normal).norm() <= on_kink) {
            circle.members.push_back(input);
            return;
        }
    }
    const Point first = normal.unitOrthogonal();
    circles_.push_back({normal, first, normal.cross(first), {input}});
}

/// The gradient of q sigma(u . x) where u . x has a sign.
SphereArrangement::Point SphereArrangement::pull(const Field& q, Index i, double sign) const
{
    return scale_ * q[i] * (sign > 0.0 ? pieces_.above : pieces_.below) * input(i);
}

Field SphereArrangement::pattern(const Field& place) const
{
    Field pattern(static_cast<Index>(circles_.size()));
    for (std::size_t k = 0; k < circles_.size(); ++k) {
        const double side = circles_[k].normal.dot(Point(place));
        pattern[static_cast<Index>(k)] = std::abs(side) <= on_kink ? 0.0 : std::copysign(1.0, side);
    }
    return pattern;
}

std::vector<SphereArrangement::Crossing> SphereArrangement::crossings(const Circle& circle) const
{
    std::vector<Crossing> all;
    const auto turn = [](double angle) { return angle - 2.0 * pi * std::floor(angle / (2.0 * pi)); };
    for (const Circle& other : circles_) {
        if (&other == &circle) {
            continue;
        }
        for (const Index i : other.members) {
            const Point x = input(i);
            const double top = std::atan2(x.dot(circle.second), x.dot(circle.first));
            all.push_back({turn(top - 0.5 * pi), i, 1.0});
            all.push_back({turn(top + 0.5 * pi), i, -1.0});
        }
    }
    std::sort(all.begin(), all.end(), [](const Crossing& a, const Crossing& b) { return a.angle < b.angle; });
    return behind_longest_arc(all);
}

/// In the order from the end of the longest arc on, angles increasing.
std::vector<SphereArrangement::Crossing> SphereArrangement::behind_longest_arc(std::vector<Crossing> all)
{
    std::size_t first = 0;
    double longest = 0.0;
    for (std::size_t k = 0; k < all.size(); ++k) {
        const double last = k > 0 ? all[k - 1].angle : all.back().angle - 2.0 * pi;
        if (all[k].angle - last > longest) {
            longest = all[k].angle - last;
            first = k;
        }
    }
    for (std::size_t k = 0; k < first; ++k) {
        all[k].angle += 2.0 * pi;
    }
    std::rotate(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(first), all.end());
    return all;
}

void SphereArrangement::for_each_candidate(const Field& q, const Least& least, const Visit& visit) const
{
    for (const Circle& circle : circles_) {
        along_circle(q, circle, least, visit);
    }
}

void SphereArrangement::along_circle(const Field& q, const Circle& circle, const Least& least,
                                     const Visit& visit) const
{
    const std::vector<Crossing> all = crossings(circle);
    if (all.empty()) {
        on_arc(q, circle, Point::Zero(), {-pi, pi, {}}, least, visit);
        return;
    }
    Point slope = Point::Zero(), before = slope;
    const double start = middle_of_last(all);
    for (Index i = 0; i < q.size(); ++i) {
        if (std::find(circle.members.begin(), circle.members.end(), i) == circle.members.end()) {
            slope += pull(q, i, input(i).dot(circle.at(start)));
        }
    }
    for (std::size_t k = 0; k < all.size(); ++k) {
        if (k == 0 || all[k].angle > all[k - 1].angle + shortest_arc) {
            before = slope;
        }
        slope += pull(q, all[k].input, all[k].after) - pull(q, all[k].input, -all[k].after);
        const double next = k + 1 < all.size() ? all[k + 1].angle : all[0].angle + 2.0 * pi;
        if (next <= all[k].angle + shortest_arc) {
            continue;
        }
        const Point corner = circle.at(all[k].angle);
        const Point along = circle.normal.cross(corner);
        if (before.dot(along) * slope.dot(along) <= 0.0) {
            visit(corner, slope.dot(corner));
        }
        const std::size_t end = k + 1 < all.size() ? k + 1 : 0;
        on_arc(q, circle, slope,
               {all[k].angle, next, {{all[k].input, all[k].after}, {all[end].input, -all[end].after}}}, least,
               visit);
    }
}

/// The middle of the arc before the first crossing.
double SphereArrangement::middle_of_last(const std::vector<Crossing>& all)
{
    return 0.5 * (all.back().angle - 2.0 * pi + all.front().angle);
}

double SphereArrangement::value_at(const Field& q, const Point& place) const
{
    double sum = 0.0;
    for (Index i = 0; i < q.size(); ++i) {
        const double z = input(i).dot(place);
        sum += q[i] * z * (z > 0.0 ? pieces_.above : pieces_.below);
    }
    return scale_ * sum;
}

/// Extremes inside the arc, then those of the faces.
void SphereArrangement::on_arc(const Field& q, const Circle& circle, const Point& slope, const Arc& arc,
                               const Least& least, const Visit& visit) const
{
    const double height = std::hypot(slope.dot(circle.first), slope.dot(circle.second));
    const double top = std::atan2(slope.dot(circle.second), slope.dot(circle.first));
    for (const double sign : {1.0, -1.0}) {
        const double angle = sign > 0.0 ? top : top + pi;
        const double away = std::remainder(angle - 0.5 * (arc.from + arc.to), 2.0 * pi);
        if (height > least() && std::abs(away) <= 0.5 * (arc.to - arc.from)) {
            visit(circle.at(angle), sign * height);
        }
    }
    beside_arc(q, circle, slope, arc, least, visit);
}

/// The places that the gradients of both faces beside the arc point at: they may lie beyond another edge of
/// the face, so that the value is that of the place.
void SphereArrangement::beside_arc(const Field& q, const Circle& circle, const Point& slope, const Arc& arc,
                                   const Least& least, const Visit& visit) const
{
    for (const double side : {1.0, -1.0}) {
        Point face = slope;
        for (const Index i : circle.members) {
            face += pull(q, i, side * circle.normal.dot(input(i)));
        }
        const double length = face.norm();
        if (!(length > std::max(least(), 0.0))) {
            continue;
        }
        for (const double sign : {1.0, -1.0}) {
            const Point place = sign / length * face;
            bool within = side * circle.normal.dot(place) >= -slack;
            for (const auto& [i, of_input] : arc.signs) {
                within = within && of_input * input(i).dot(place) >= -slack * input(i).norm();
            }
            if (within) {
                visit(place, value_at(q, place));
            }
        }
    }
}

std::vector<Eigen::Vector3d> SphereArrangement::corners() const
{
    std::vector<Point> all;
    for (const Circle& circle : circles_) {
        for (const Crossing& crossing : crossings(circle)) {
            all.push_back(circle.at(crossing.angle));
        }
    }
    return all;
}

}  // namespace widelimit
