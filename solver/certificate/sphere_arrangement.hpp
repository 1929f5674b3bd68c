// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <Eigen/Geometry>
#include <functional>
#include <utility>
#include <vector>

#include "widelimit/problem/features.hpp"

namespace widelimit {

/// The great circles u . x_i = 0 on S^2, between which V = sum_i q_i sigma(u . x_i) is linear in u, so that
/// on every face, on every arc and in every corner its extremes are known in closed form.
class SphereArrangement {
public:
    using Point = Eigen::Vector3d;

    /// A great circle u . normal = 0 and the inputs that are parallel to its normal.
    struct Circle {
        Point normal, first, second;
        std::vector<Index> members;

        Point at(double angle) const { return std::cos(angle) * first + std::sin(angle) * second; }
    };

    /// `scale` multiplies all features.
    SphereArrangement(LinearPieces pieces, double scale);

    const std::vector<Circle>& circles() const { return circles_; }
    /// Bound of every feature.
    double size() const { return size_; }
    /// Signs of u . normal, 0 on a circle.
    Field pattern(const Field& place) const;
    /// Where circles cross, each from both.
    std::vector<Point> corners() const;

    /// Calls visit(place, V up to round-off) for places among which are all local extremes of V of a size
    /// above least(), about 4 n^2 of them for n inputs.
    using Least = std::function<double()>;
    using Visit = std::function<void(const Point&, double)>;
    void for_each_candidate(const Field& q, const Least& least, const Visit& visit) const;

    /// |u . normal| up to here is 0.
    static constexpr double on_kink = 1e-12;

private:
    /// Where an input's sign changes along a circle.
    struct Crossing {
        double angle;
        Index input;
        double after;  ///< sign of the input behind it
    };
    struct Arc {
        double from, to;
        std::vector<std::pair<Index, double>> signs;  ///< of the inputs that end it
    };

    void add_to_circles(Index input);
    Point input(Index i) const { return pieces_.inputs.row(i).transpose(); }
    Point pull(const Field& q, Index i, double sign) const;
    double value_at(const Field& q, const Point& place) const;
    std::vector<Crossing> crossings(const Circle& circle) const;
    static std::vector<Crossing> behind_longest_arc(std::vector<Crossing> all);
    static double middle_of_last(const std::vector<Crossing>& all);
    void along_circle(const Field& q, const Circle& circle, const Least& least, const Visit& visit) const;
    void on_arc(const Field& q, const Circle& circle, const Point& slope, const Arc& arc, const Least& least,
                const Visit& visit) const;
    void beside_arc(const Field& q, const Circle& circle, const Point& slope, const Arc& arc,
                    const Least& least, const Visit& visit) const;

    LinearPieces pieces_;
    double scale_;
    std::vector<Circle> circles_;
    double size_ = 0.0;
};

}  // namespace widelimit
