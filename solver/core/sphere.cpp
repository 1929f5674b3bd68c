// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/sphere.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include <Eigen/Geometry>

#include "sphere_fit.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/grid_builder.hpp"

namespace widelimit {
namespace {

using Point = Eigen::Vector3d;

/// The icosahedron unfolded into five strips of 2 n x n nodes.
///
/// Strip k has the corners north pole (0, 0), upper ring k (0, n) and k + 1 (n, 0), lower ring k (n, n) and
/// k + 1 (2 n, 0), south pole (2 n, n).  Rows 0 ... 2 n - 1 and columns 1 ... n are its own; node (i, j) one
/// further out belongs to a neighbour.
class Net {
public:
    explicit Net(Index n) : n_(n) {}
    Index n() const { return n_; }
    Index north() const { return 10 * n_ * n_; }
    Index south() const { return north() + 1; }
    Index sites() const { return north() + 2; }

    Index site(Index strip, Index i, Index j) const;
    Matrix positions() const;

private:
    Point position(Index strip, Index i, Index j) const;

    Index n_;
};

Index Net::site(Index strip, Index i, Index j) const
{
    const Index next = (strip + 1) % 5, previous = (strip + 4) % 5;
    if (i == 0 && j == 0) return north();
    if (i == 2 * n_ && j == n_) return south();
    if (i < 0) return site(previous, j - 1, 1);
    if (j > n_) return i < n_ ? site(previous, i + n_, 1) : site(previous, 2 * n_ - 1, i - n_ + 1);
    if (j == 0) return i <= n_ ? site(next, 0, i) : site(next, i - n_, n_);
    if (i == 2 * n_) return site(next, n_ + j, n_);
    return (2 * n_ * strip + i) * n_ + j - 1;
}

/// Corner k of the upper or lower ring; lower corner k lies between the upper ones k and k + 1.
Point ring(bool upper, Index k)
{
    const double turn = 2.0 * std::numbers::pi * (static_cast<double>(k % 5) + (upper ? 0.0 : 0.5)) / 5.0;
    const Point corner(2.0 * std::cos(turn), 2.0 * std::sin(turn), upper ? 1.0 : -1.0);
    return corner / std::sqrt(5.0);
}

/// A node lies in one of the two triangles of its rhombus, on one side of the diagonal from b to c.  The
/// weights of the far corner vanish there, so nodes on an edge of the icosahedron depend on its ends alone.
Point Net::position(Index strip, Index i, Index j) const
{
    const bool upper = i < n_;
    const Index s = upper ? i : i - n_;
    const Point a = upper ? Point(Point::UnitZ()) : ring(true, strip + 1);
    const Point b = ring(upper, strip + 1), c = ring(upper, strip);
    const Point d = upper ? ring(false, strip) : Point(-Point::UnitZ());
    const Point sum = static_cast<double>(std::max<Index>(n_ - s - j, 0)) * a +
                      static_cast<double>(std::min(s, n_ - j)) * b +
                      static_cast<double>(std::min(j, n_ - s)) * c +
                      static_cast<double>(std::max<Index>(s + j - n_, 0)) * d;
    return sum.normalized();
}

Matrix Net::positions() const
{
    Matrix positions(3, sites());
    for (Index strip = 0; strip < 5; ++strip) {
        for (Index i = 0; i < 2 * n_; ++i) {
            for (Index j = 1; j <= n_; ++j) {
                positions.col(site(strip, i, j)) = position(strip, i, j);
            }
        }
    }
    positions.col(north()) = Point::UnitZ();
    positions.col(south()) = -Point::UnitZ();
    return positions;
}

/// Length of the great-circle arc, accurate for close points.
double arc(const Point& a, const Point& b)
{
    return 2.0 * std::asin(0.5 * (a - b).norm());
}

/// The point of the sphere at the same distance from all three, on their side.
Point circumcentre(const Point& a, const Point& b, const Point& c)
{
    const Point normal = (b - a).cross(c - a).normalized();
    return normal.dot(a) > 0.0 ? normal : Point(-normal);
}

/// Area of a spherical triangle: tan(E/2) = |a . (b x c)| / (1 + a.b + b.c + c.a)
/// (Eriksson, Math. Mag. 63, 1990).
double triangle(const Point& a, const Point& b, const Point& c)
{
    const double volume = std::abs(a.dot((b - a).cross(c - a)));
    return 2.0 * std::atan2(volume, 1.0 + a.dot(b) + b.dot(c) + c.dot(a));
}

/// Of an arc between two cells, over the distance of their centres; about 0.58 where nothing is moved.
constexpr double shortest = 0.1;

/// Faces in the order of their numbers, and the volumes they enclose.
class Tiling {
public:
    Tiling(const Net& net, Matrix positions) : net_(net), positions_(std::move(positions))
    {
        faces_.reserve(static_cast<std::size_t>(30 * net.n() * net.n()));
        volumes_ = Field::Zero(net.sites());
        for (Index strip = 0; strip < 5; ++strip) {
            add_strip(strip);
        }
        add_poles();
    }

    const Matrix& positions() const { return positions_; }
    const std::vector<LooseFace>& faces() const { return faces_; }
    /// Mean distance of neighbours.
    double spacing() const
    {
        double sum = 0.0;
        for (const LooseFace& face : faces_) {
            sum += face.distance;
        }
        return sum / static_cast<double>(faces_.size());
    }
    /// Faces that are too short to be one, or turned around.
    const std::vector<Index>& too_short() const { return too_short_; }

    Grid grid()
    {
        GridBuilder builder;
        builder.names({"x", "y", "z"});
        builder.corners(corners());
        builder.sites(std::move(positions_), std::move(volumes_), net_.sites());
        builder.faces(faces_);
        return builder.finish();
    }

private:
    struct Span {
        Index from, to;
    };

    void add_strip(Index strip);
    void add_poles();
    void add_block(Index strip, int direction, Span rows, Span columns);
    void add_face(Index strip, int direction, Index i, Index j);
    void add(Index left, Index right, Index above, Index below, int direction);
    Matrix corners() const;

    Point position(Index site) const { return positions_.col(site); }

    Net net_;
    Matrix positions_;
    Field volumes_;
    std::vector<LooseFace> faces_;
    std::vector<std::pair<Point, Point>> ends_;  ///< of the arcs, one pair a face
    std::vector<Index> too_short_;
};

/// For each direction the inside first, then its seam with the next strip.
void Tiling::add_strip(Index strip)
{
    const Index n = net_.n(), last = 2 * n - 1;
    add_block(strip, 0, {0, last}, {1, n + 1});
    add_block(strip, 0, {last, last + 1}, {1, n});
    add_block(strip, 1, {0, last + 1}, {2, n + 1});
    add_block(strip, 1, {1, last + 1}, {1, 2});
    add_block(strip, 2, {0, last}, {2, n + 1});
    add_block(strip, 2, {0, last + 1}, {1, 2});
    add_block(strip, 2, {last, last + 1}, {2, n + 1});
}

/// The five faces of a pole are equally far apart in memory: one run.
void Tiling::add_poles()
{
    for (Index strip = 0; strip < 5; ++strip) {
        add_face(strip, 1, 0, 1);
    }
    for (Index strip = 0; strip < 5; ++strip) {
        add_face(strip, 0, 2 * net_.n() - 1, net_.n());
    }
}

void Tiling::add_block(Index strip, int direction, Span rows, Span columns)
{
    for (Index i = rows.from; i < rows.to; ++i) {
        for (Index j = columns.from; j < columns.to; ++j) {
            add_face(strip, direction, i, j);
        }
    }
}

/// Node (i, j) stores three faces: to the next row, from the column before, along the diagonal.
void Tiling::add_face(Index strip, int direction, Index i, Index j)
{
    const auto at = [&](Index row, Index column) { return net_.site(strip, row, column); };
    if (direction == 0) {
        add(at(i, j), at(i + 1, j), at(i, j + 1), at(i + 1, j - 1), direction);
    } else if (direction == 1) {
        add(at(i, j - 1), at(i, j), at(i - 1, j), at(i + 1, j - 1), direction);
    } else {
        add(at(i, j), at(i + 1, j - 1), at(i, j - 1), at(i + 1, j), direction);
    }
}

/// `above` and `below` complete the triangles on both sides of the segment; their circumcentres end the arc.
void Tiling::add(Index left, Index right, Index above, Index below, int direction)
{
    const Point a = position(left), b = position(right);
    const Point from = circumcentre(a, b, position(above)), to = circumcentre(a, b, position(below));
    volumes_[left] += triangle(a, from, to);
    volumes_[right] += triangle(b, from, to);
    const double distance = arc(a, b);
    const Point across = a.cross(b);
    const double side = across.dot(position(above)) > 0.0 ? 1.0 : -1.0;
    if (side * across.dot(from - to) < shortest * distance * distance) {
        too_short_.push_back(static_cast<Index>(faces_.size()));
    }
    ends_.emplace_back(from, to);
    faces_.push_back({left, right, arc(from, to), distance, 0.5 * distance, 0.5 * distance, direction});
}

/// Around a centre by the angle in its tangent plane; a corner ends two arcs and counts once.
Matrix Tiling::corners() const
{
    std::vector<std::vector<Point>> around(static_cast<std::size_t>(net_.sites()));
    for (std::size_t face = 0; face < faces_.size(); ++face) {
        for (const Index cell : {faces_[face].left, faces_[face].right}) {
            auto& found = around[static_cast<std::size_t>(cell)];
            for (const Point& end : {ends_[face].first, ends_[face].second}) {
                const auto same = [&](const Point& other) {
                    return (other - end).norm() < 1e-3 * faces_[face].area;
                };
                if (std::none_of(found.begin(), found.end(), same)) {
                    found.push_back(end);
                }
            }
        }
    }
    Matrix corners(3, 6 * net_.sites());
    for (Index cell = 0; cell < net_.sites(); ++cell) {
        auto& found = around[static_cast<std::size_t>(cell)];
        const Point centre = position(cell), first = centre.unitOrthogonal(), second = centre.cross(first);
        const auto turn = [&](const Point& p) { return std::atan2(p.dot(second), p.dot(first)); };
        std::sort(found.begin(), found.end(),
                  [&](const Point& a, const Point& b) { return turn(a) < turn(b); });
        for (Index k = 0; k < 6; ++k) {
            const auto last = static_cast<Index>(found.size()) - 1;
            corners.col(6 * cell + k) = found[static_cast<std::size_t>(std::min(k, last))];
        }
    }
    return corners;
}

/// The places but those that are nearest to one of the faces.
Matrix without_nearest(const Matrix& places, const Tiling& mesh, const std::vector<Index>& faces)
{
    std::vector<bool> stays(static_cast<std::size_t>(places.cols()), true);
    for (const Index face : faces) {
        const Index left = mesh.faces()[static_cast<std::size_t>(face)].left;
        Index nearest = 0;
        (places.transpose() * mesh.positions().col(left)).maxCoeff(&nearest);
        stays[static_cast<std::size_t>(nearest)] = false;
    }
    std::vector<Index> rest;
    for (Index k = 0; k < places.cols(); ++k) {
        if (stays[static_cast<std::size_t>(k)]) {
            rest.push_back(k);
        }
    }
    return places(Eigen::all, rest);
}

}  // namespace

Grid make_sphere(Index subdivision, const Matrix& places)
{
    if (subdivision < 1) {
        throw ConfigError("sphere: 'subdivision' is the number of segments per icosahedron edge, at least 1");
    }
    const Net net(subdivision);
    Tiling even(net, net.positions());
    if (places.cols() == 0) {
        return even.grid();
    }
    for (Matrix left = places;;) {
        Matrix moved;
        Tiling tiling(net, fitted_nodes(even.positions(), even.spacing(), left, moved));
        if (tiling.too_short().empty()) {
            return tiling.grid();
        }
        left = without_nearest(moved, even, tiling.too_short());
    }
}

Eigen::Vector3d place_in_cell(const Grid& sphere, Index cell, double first, double second)
{
    const Point centre = sphere.coordinates().col(cell);
    double rest = first * sphere.volumes()[cell];
    for (Index k = 0;; ++k) {
        const Point a = sphere.corners().col(6 * cell + k), b = sphere.corners().col(6 * cell + (k + 1) % 6);
        const double area = triangle(centre, a, b);
        if (rest < area || k == 5) {
            // Uniform in a triangle: the distance from the centre is the root of a uniform number.
            const double share = area > 0.0 ? std::min(rest / area, 1.0) : 0.0;
            const double far = std::sqrt(second);
            return ((1.0 - far) * centre + far * ((1.0 - share) * a + share * b)).normalized();
        }
        rest -= area;
    }
}

}  // namespace widelimit
