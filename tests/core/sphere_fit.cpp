// SPDX-License-Identifier: BSD-3-Clause
// Meshes of the sphere whose centres lie on given places, and the places where kinks of features cross.
#include <boost/test/unit_test.hpp>
#include <numbers>

#include "support/sphere.hpp"
#include "widelimit/core/sphere.hpp"
#include "widelimit/problem/features.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(sphere_fit)

namespace {

using std::numbers::pi;
using Point = Eigen::Vector3d;

}  // namespace

BOOST_AUTO_TEST_CASE(centres_move_onto_places)
{
    const Matrix places = test::some_places(20);
    for (const Index n : {8, 16, 31}) {
        const Grid grid = make_sphere(n, places), even = make_sphere(n);
        Index met = 0;
        for (Index k = 0; k < places.cols(); ++k) {
            const Field cosines = grid.coordinates().transpose() * places.col(k);
            met += cosines.maxCoeff() > 1.0 - 1e-14 ? 1 : 0;
        }
        BOOST_TEST_CONTEXT("n = " << n)
        {
            BOOST_TEST(met >= 17);  // n = 8: three are too near to others
            BOOST_TEST(std::abs(grid.volumes().sum() - 4.0 * pi) < 1e-13);
            BOOST_TEST((grid.areas().array() / grid.distances().array()).minCoeff() > 0.1);
            BOOST_TEST((grid.areas() - even.areas()).cwiseAbs().maxCoeff() > 1e-3);
            // Most of the mesh stays where it was.
            const Field shift = (grid.coordinates() - even.coordinates()).colwise().norm();
            BOOST_TEST((shift.array() < 0.05 * even.distances().mean()).count() > grid.cells() / 3);
        }
    }
}

BOOST_AUTO_TEST_CASE(places_that_are_too_near_give_way_to_those_before_them)
{
    Matrix places(3, 4);
    places.col(0) = Point(0.3, 0.4, 0.5).normalized();
    for (Index k = 1; k < 4; ++k) {
        places.col(k) = Point(0.3 + 0.01 * static_cast<double>(k), 0.4, 0.5).normalized();
    }
    const Grid grid = make_sphere(8, places), only = make_sphere(8, places.leftCols(1));
    BOOST_TEST((grid.coordinates() - only.coordinates()).norm() == 0.0);
    // Hundreds of them: what remains is a mesh.
    const Grid crowded = make_sphere(6, test::some_places(400));
    BOOST_TEST((crowded.areas().array() / crowded.distances().array()).minCoeff() > 0.1);
    BOOST_TEST(std::abs(crowded.volumes().sum() - 4.0 * pi) < 1e-13);
}

BOOST_AUTO_TEST_CASE(kinks_cross_on_both_sides_and_parallel_inputs_count_once)
{
    Matrix inputs(6, 3);
    inputs << 1, 0, 1, -1, 0, 1, 0, 1, 1, 0, -1, 1, 2, 0, 2, 0, 0, 3;
    const Matrix places = kink_crossings(inputs);
    // Five great circles in general position have 20 crossings; those of (1, 0, 1), (-1, 0, 1) and (0, 0, 3)
    // are one pair, as are those of the other two with (0, 0, 3).
    BOOST_TEST(places.cols() == 12);
    BOOST_TEST(std::abs(places(1, 0)) + std::abs(places(0, 0)) == 1.0);
    for (Index k = 0; k < places.cols(); ++k) {
        const Field products = (inputs * places.col(k)).cwiseAbs();
        BOOST_TEST((products.array() < 1e-12).count() >= 2);
        BOOST_TEST(places.col(k).norm() == 1.0, boost::test_tools::tolerance(1e-14));
    }
    BOOST_TEST(kink_crossings(inputs.topRows(1)).cols() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
