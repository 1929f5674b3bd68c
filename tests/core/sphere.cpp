// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/sphere.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <numbers>
#include <random>
#include <set>
#include <vector>

#include <Eigen/Geometry>

#include "support/sanitized.hpp"
#include "support/sphere.hpp"
#include "widelimit/core/eigensystem.hpp"
#include "widelimit/core/error.hpp"

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(sphere)

namespace {

using std::numbers::pi;
using Point = Eigen::Vector3d;
using Neighbours = std::vector<std::set<Index>>;

double as_double(Index i)
{
    return static_cast<double>(i);
}

Point centre(const Grid& grid, Index site)
{
    return grid.coordinates().col(site);
}

Neighbours neighbours(const Grid& grid)
{
    Neighbours all(static_cast<std::size_t>(grid.sites()));
    for_each_face(grid, [&](Index, Index left, Index right, Index, int) {
        all[static_cast<std::size_t>(left)].insert(right);
        all[static_cast<std::size_t>(right)].insert(left);
    });
    return all;
}

std::vector<Index> common(const Neighbours& all, Index left, Index right)
{
    const auto& a = all[static_cast<std::size_t>(left)];
    const auto& b = all[static_cast<std::size_t>(right)];
    std::vector<Index> both;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    return both;
}

double angle(const Point& a, const Point& b)
{
    return std::atan2(a.cross(b).norm(), a.dot(b));
}

/// A point of the sphere p with p.a = p.b = p.c, from the linear system.
Point equidistant(const Point& a, const Point& b, const Point& c)
{
    Eigen::Matrix3d rows;
    rows << a.transpose(), b.transpose(), c.transpose();
    return rows.partialPivLu().solve(Point::Ones()).normalized();
}

/// Area of a spherical triangle from its sides (L'Huilier).
double area_from_sides(const Point& a, const Point& b, const Point& c)
{
    const double x = angle(b, c), y = angle(c, a), z = angle(a, b), s = 0.5 * (x + y + z);
    const double product =
        std::tan(0.5 * s) * std::tan(0.5 * (s - x)) * std::tan(0.5 * (s - y)) * std::tan(0.5 * (s - z));
    return 4.0 * std::atan(std::sqrt(product));
}

/// The two ends of a face, each equidistant to its cells and one common neighbour.
struct Ends {
    Point from, to;
};

Ends ends(const Grid& grid, const Neighbours& all, Index left, Index right)
{
    const std::vector<Index> corners = common(all, left, right);
    BOOST_TEST_REQUIRE(corners.size() == 2U);
    const Point a = centre(grid, left), b = centre(grid, right);
    return {equidistant(a, b, centre(grid, corners[0])), equidistant(a, b, centre(grid, corners[1]))};
}

/// -div of the two-point gradient, times the volumes.
Field stiffness(const Grid& grid, const Field& y)
{
    Field out = Field::Zero(grid.sites());
    for_each_face(grid, [&](Index, Index left, Index right, Index g, int) {
        const double flux = grid.areas()[g] / grid.distances()[g] * (y[right] - y[left]);
        out[left] -= flux;
        out[right] += flux;
    });
    return out;
}

Matrix stiffness_matrix(const Grid& grid)
{
    Matrix matrix(grid.sites(), grid.sites());
    for (Index i = 0; i < grid.sites(); ++i) {
        matrix.col(i) = stiffness(grid, Field::Unit(grid.sites(), i));
    }
    return matrix;
}

Eigen::Matrix3d random_rotation()
{
    std::mt19937 bits(20240229);
    std::normal_distribution<double> normal;
    Eigen::Quaterniond turn(normal(bits), normal(bits), normal(bits), normal(bits));
    return turn.normalized().toRotationMatrix();
}

/// Real spherical harmonic, not normalised; sine for m < 0.
Field harmonic(const Grid& grid, int l, int m)
{
    const Matrix turned = random_rotation() * grid.coordinates();
    const auto order = static_cast<unsigned>(std::abs(m));
    Field y(grid.sites());
    for (Index i = 0; i < grid.sites(); ++i) {
        const double longitude = std::atan2(turned(1, i), turned(0, i));
        const double wave = m < 0 ? std::sin(-m * longitude) : std::cos(m * longitude);
        const double height = std::clamp(turned(2, i), -1.0, 1.0);
        y[i] = std::assoc_legendre(static_cast<unsigned>(l), order, height) * wave;
    }
    return y;
}

/// Relative errors of the two-point Laplacian on Y_lm: of the Rayleigh quotient, and of the residual
/// in the two norms.
struct Errors {
    double quotient, mean_square, largest;
};

Errors errors(const Grid& grid, int l, int m)
{
    const double exact = l * (l + 1);
    const Field y = harmonic(grid, l, m), stiff = stiffness(grid, y);
    const Field& volumes = grid.volumes();
    const double norm = y.dot(volumes.cwiseProduct(y));
    const Field residual = stiff.cwiseQuotient(volumes) / exact - y;
    return {y.dot(stiff) / norm / exact - 1.0, std::sqrt(residual.dot(volumes.cwiseProduct(residual)) / norm),
            residual.cwiseAbs().maxCoeff() / y.cwiseAbs().maxCoeff()};
}

double order(double coarse, double fine)
{
    return std::log2(std::abs(coarse) / std::abs(fine));
}

}  // namespace

BOOST_AUTO_TEST_CASE(subdivision_is_positive)
{
    BOOST_CHECK_THROW(make_sphere(0), ConfigError);
    BOOST_CHECK_THROW(make_sphere(-3), ConfigError);
}

BOOST_AUTO_TEST_CASE(one_segment_is_the_dodecahedron)
{
    const Grid grid = make_sphere(1);
    const double edge = std::atan(2.0), arc = std::acos(std::sqrt(5.0) / 3.0);
    for (Index i = 0; i < grid.cells(); ++i) {
        BOOST_TEST(std::abs(grid.volumes()[i] - pi / 3.0) < 1e-14);
    }
    for (Index i = 0; i < grid.faces(); ++i) {
        BOOST_TEST(std::abs(grid.distances()[i] - edge) < 1e-14);
        BOOST_TEST(std::abs(grid.areas()[i] - arc) < 1e-14);
    }
}

BOOST_AUTO_TEST_CASE(volumes_sum_to_the_sphere)
{
    for (const Index n : {1, 2, 3, 5, 8, 16, 32}) {
        const Grid grid = make_sphere(n);
        BOOST_TEST_CONTEXT("n = " << n)
        {
            BOOST_TEST(std::abs(grid.volumes().sum() - 4.0 * pi) < 1e-13);
            BOOST_TEST(grid.volumes().maxCoeff() < 2.1 * grid.volumes().minCoeff());
            const Field lengths = grid.coordinates().colwise().norm();
            BOOST_TEST((lengths.array() - 1.0).abs().maxCoeff() < 1e-15);
        }
    }
}

BOOST_AUTO_TEST_CASE(twelve_cells_have_five_faces_the_others_six)
{
    for (const Index n : {1, 2, 3, 4, 7}) {
        const Grid grid = make_sphere(n);
        const Neighbours all = neighbours(grid);
        std::vector<Index> corners;
        std::size_t ends = 0;
        for (Index i = 0; i < grid.cells(); ++i) {
            const std::size_t degree = all[static_cast<std::size_t>(i)].size();
            ends += degree;
            if (degree == 5) {
                corners.push_back(i);
            } else {
                BOOST_TEST(degree == 6U);
            }
        }
        BOOST_TEST_CONTEXT("n = " << n)
        {
            BOOST_TEST(grid.cells() == 10 * n * n + 2);
            BOOST_TEST(grid.sites() == grid.cells());
            BOOST_TEST(grid.faces() == 30 * n * n);
            BOOST_TEST(static_cast<Index>(ends) == 2 * grid.faces());
            BOOST_TEST(grid.rank() == 3);
            BOOST_TEST(grid.directions() == 3);
            BOOST_TEST_REQUIRE(corners.size() == 12U);
        }
        for (const Index a : corners) {
            for (const Index b : corners) {
                const double cosine = std::abs(centre(grid, a).dot(centre(grid, b)));
                BOOST_TEST(std::min(std::abs(cosine - 1.0), std::abs(cosine - std::sqrt(0.2))) < 1e-14);
            }
        }
        BOOST_TEST(centre(grid, grid.cells() - 2).z() == 1.0);
        BOOST_TEST(centre(grid, grid.cells() - 1).z() == -1.0);
    }
}

BOOST_AUTO_TEST_CASE(segments_cross_their_face_at_a_right_angle_in_the_middle)
{
    for (const Index n : {1, 2, 5, 8}) {
        const Grid grid = make_sphere(n);
        const Neighbours all = neighbours(grid);
        double tilt = 0.0, length = 0.0, distance = 0.0, off_centre = 1.0;
        for_each_face(grid, [&](Index, Index left, Index right, Index g, int) {
            const Point a = centre(grid, left), b = centre(grid, right);
            const auto [from, to] = ends(grid, all, left, right);
            const Point middle = (a + b).normalized(), along_face = (to - from).normalized();
            tilt = std::max({tilt, std::abs(along_face.dot((b - a).normalized())),
                             std::abs(middle.dot(from.cross(to).normalized()))});
            off_centre = std::min(off_centre, -(from - middle).normalized().dot((to - middle).normalized()));
            length = std::max(length, std::abs(grid.areas()[g] - angle(from, to)));
            distance = std::max(distance, std::abs(grid.distances()[g] - angle(a, b)));
            BOOST_TEST(grid.reaches_left()[g] == 0.5 * grid.distances()[g]);
            BOOST_TEST(grid.reaches_right()[g] == 0.5 * grid.distances()[g]);
        });
        BOOST_TEST_CONTEXT("n = " << n)
        {
            BOOST_TEST(tilt < 1e-13);
            BOOST_TEST(off_centre > 0.8);
            BOOST_TEST(length < 1e-14);
            BOOST_TEST(distance < 1e-14);
        }
    }
}

BOOST_AUTO_TEST_CASE(cells_are_the_voronoi_polygons, *test::UnlessSanitized())
{
    for (const Matrix& places : {Matrix(3, 0), test::some_places(8)}) {
        const Grid grid = make_sphere(9, places);
        const Neighbours all = neighbours(grid);
        Field volumes = Field::Zero(grid.sites());
        double nearer = 0.0;
        for_each_face(grid, [&](Index, Index left, Index right, Index, int) {
            const Point a = centre(grid, left), b = centre(grid, right);
            const auto [from, to] = ends(grid, all, left, right);
            volumes[left] += area_from_sides(a, from, to);
            volumes[right] += area_from_sides(b, from, to);
            nearer = std::max(nearer, (grid.coordinates().transpose() * from).maxCoeff() - from.dot(a));
            nearer = std::max(nearer, (grid.coordinates().transpose() * to).maxCoeff() - to.dot(a));
        });
        BOOST_TEST(nearer < 1e-14);
        BOOST_TEST((volumes - grid.volumes()).cwiseAbs().maxCoeff() < 1e-14);
    }
}

BOOST_AUTO_TEST_CASE(rhombi_are_stored_by_rows)
{
    const Index n = 6;
    const Grid grid = make_sphere(n);
    std::set<std::vector<Index>> faces;
    for_each_face(grid, [&](Index, Index left, Index right, Index, int direction) {
        faces.insert({left, right, direction});
    });
    for (Index rhombus = 0; rhombus < 10; ++rhombus) {
        for (Index i = 0; i + 1 < n; ++i) {
            for (Index j = 1; j < n; ++j) {
                const Index cell = (rhombus * n + i) * n + j;
                BOOST_TEST(faces.count({cell, cell + n, 0}) == 1U);
                BOOST_TEST(faces.count({cell - 1, cell, 1}) == 1U);
                BOOST_TEST(faces.count({cell, cell + n - 1, 2}) == 1U);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(runs_are_few_and_long)
{
    for (const Index n : {1, 2, 3, 8, 32}) {
        const Grid grid = make_sphere(n);
        const auto count = static_cast<Index>(grid.runs().size());
        Index next = 0, contiguous = 0;
        for (const FaceRun& run : grid.runs()) {
            BOOST_TEST(run.first == next);
            next += run.count;
            contiguous += run.left_stride == 1 && run.right_stride == 1 ? run.count : 0;
        }
        BOOST_TEST_CONTEXT("n = " << n)
        {
            BOOST_TEST(next == grid.faces());
            BOOST_TEST(count <= 20 * n + 32);
            if (n > 2) BOOST_TEST(contiguous >= 5 * (6 * n * n - 6 * n + 1));
            if (n > 7) BOOST_TEST(as_double(grid.faces()) / as_double(count) > 1.2 * as_double(n));
        }
    }
}

BOOST_AUTO_TEST_CASE(laplacian_is_symmetric_and_keeps_constants_and_mass)
{
    const Grid grid = make_sphere(4);
    const Matrix matrix = stiffness_matrix(grid);
    BOOST_TEST((matrix - matrix.transpose()).cwiseAbs().maxCoeff() == 0.0);
    BOOST_TEST(matrix.rowwise().sum().cwiseAbs().maxCoeff() < 1e-14);
    BOOST_TEST(stiffness(grid, Field::Ones(grid.sites())).cwiseAbs().maxCoeff() == 0.0);
    const Matrix outside = matrix - Matrix(matrix.diagonal().asDiagonal());
    BOOST_TEST(outside.maxCoeff() <= 0.0);
    BOOST_TEST(grid.areas().minCoeff() > 0.0);
    const Field y = harmonic(grid, 3, 1);
    BOOST_TEST(std::abs(stiffness(grid, y).sum()) < 1e-13);
}

BOOST_AUTO_TEST_CASE(rayleigh_quotients_of_harmonics_have_order_two)
{
    const Grid coarse = make_sphere(8), middle = make_sphere(16), fine = make_sphere(32);
    for (int l = 1; l <= 4; ++l) {
        for (int m = -l; m <= l; ++m) {
            const Errors a = errors(coarse, l, m), b = errors(middle, l, m), c = errors(fine, l, m);
            BOOST_TEST_CONTEXT("l = " << l << ", m = " << m)
            {
                BOOST_TEST(a.quotient < 0.0);
                BOOST_TEST(std::abs(a.quotient) < 0.031);
                BOOST_TEST(order(a.quotient, b.quotient) > 1.9);
                BOOST_TEST(order(b.quotient, c.quotient) > 1.9);
                BOOST_TEST(order(a.mean_square, b.mean_square) > 1.5);
                BOOST_TEST(order(b.mean_square, c.mean_square) > 1.5);
                BOOST_TEST(order(a.largest, c.largest) > 2.0);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(rayleigh_quotients_have_the_known_errors)
{
    const Grid coarse = make_sphere(8), fine = make_sphere(16);
    for (int m = -2; m <= 2; ++m) {
        BOOST_TEST(std::abs(errors(coarse, 2, m).quotient + 0.00827) < 2e-5);
        BOOST_TEST(std::abs(errors(fine, 2, m).quotient + 0.00208) < 1e-5);
        if (std::abs(m) < 2) {
            BOOST_TEST(std::abs(errors(coarse, 1, m).quotient + 0.00255) < 1e-5);
            BOOST_TEST(std::abs(errors(fine, 1, m).quotient + 0.00064) < 1e-5);
        }
    }
}

/// Degree l has 2 l + 1 eigenvalues.  The symmetry of the icosahedron keeps l = 1, 2 together and splits
/// l = 3 into 3 + 4 and l = 4 into 5 + 4.
BOOST_AUTO_TEST_CASE(eigenvalues_come_in_multiplets)
{
    const Grid grid = make_sphere(4);
    const Field root = grid.volumes().cwiseSqrt().cwiseInverse();
    const Field values = Eigensystem(root.asDiagonal() * stiffness_matrix(grid) * root.asDiagonal()).values;
    BOOST_TEST(std::abs(values[0]) < 1e-12);
    for (int l = 1; l <= 4; ++l) {
        const Field multiplet = values.segment(l * l, 2 * l + 1) / (l * (l + 1));
        BOOST_TEST_CONTEXT("l = " << l)
        {
            BOOST_TEST(multiplet.maxCoeff() < 1.0);
            BOOST_TEST(multiplet.minCoeff() > 1.0 - 0.007 * l * (l + 1));
        }
    }
    Index first = 1;
    for (const Index size : {3, 5, 3, 4, 5, 4}) {
        BOOST_TEST(values[first + size - 1] - values[first] < 1e-11);
        BOOST_TEST(values[first + size] - values[first + size - 1] > 0.1);
        first += size;
    }
    BOOST_TEST(std::abs(values[1] / 2.0 - 1.0 + 0.01009) < 1e-5);
    BOOST_TEST(std::abs(values[4] / 6.0 - 1.0 + 0.03249) < 1e-5);
}

BOOST_AUTO_TEST_SUITE_END()
