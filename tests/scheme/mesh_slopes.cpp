// SPDX-License-Identifier: BSD-3-Clause
// Gradients on the mesh of the sphere, and the fluxes that are formed with them.
#include <boost/test/unit_test.hpp>

#include <Eigen/Geometry>
#include <cmath>
#include <numbers>

#include "support/random.hpp"
#include "widelimit/core/sphere.hpp"
#include "widelimit/scheme/flux.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(mesh_slopes)

namespace {

using Point = Eigen::Vector3d;

}  // namespace

/// Of a linear function of u the tangential gradient is known.
BOOST_AUTO_TEST_CASE(gradients_on_the_mesh_have_an_order_above_one_in_the_mean)
{
    const Point pull = Point(0.3, -0.8, 0.5);
    double before = 0.0, mean_before = 0.0;
    for (const Index n : {8, 16, 32, 64}) {
        const Grid grid = make_sphere(n);
        const Stencils stencils(grid);
        const Field values = grid.coordinates().transpose() * pull;
        MeshSlopes::Gradients found;
        stencils.gradients(values.data(), found);
        double worst = 0.0, square = 0.0;
        for (Index cell = 0; cell < grid.cells(); ++cell) {
            const Point u = grid.coordinates().col(cell), first = u.unitOrthogonal(), second = u.cross(first);
            const double error =
                std::hypot(found.first[cell] - pull.dot(first), found.second[cell] - pull.dot(second));
            worst = std::max(worst, error);
            square += error * error * grid.volumes()[cell];
        }
        const double mean = std::sqrt(square / (4.0 * std::numbers::pi));
        if (before > 0.0) {
            BOOST_TEST(std::log2(mean_before / mean) > 1.4);
            BOOST_TEST(std::log2(before / worst) > 0.6);
        }
        before = worst;
        mean_before = mean;
    }
    BOOST_TEST(mean_before < 1e-3);
}

/// Face by face from the least squares of its two cells, whatever row the sweep takes it in.
BOOST_AUTO_TEST_CASE(fluxes_are_those_of_each_face_by_itself)
{
    const Grid grid = make_sphere(9);
    const Stencils stencils(grid);
    const MeshSlopes& mesh = *stencils.slopes();
    const Index n = grid.cells();
    const Field density = test::random_field(n, 0.0, 1.0, 5), psi = test::random_field(n, -1.0, 1.0, 6);
    const Field mobility = test::random_field(n, 0.5, 1.5, 7);
    Matrix sums = Matrix::Zero(2, n);
    for_each_face(grid, [&](Index face, Index left, Index right, Index, int) {
        const auto add = [&](Index here, Index there, const MeshSlopes::Offsets& side) {
            const MeshSlopes::Pair weight = mesh.weight(here, side.of(face));
            sums.col(here) += (density[there] - density[here]) * Eigen::Vector2d(weight.first, weight.second);
        };
        add(left, right, mesh.left());
        add(right, left, mesh.right());
    });
    MeshSlopes::Gradients slopes;
    stencils.gradients(density.data(), slopes);
    const double room = 1e-13 * sums.cwiseAbs().maxCoeff();
    BOOST_TEST((slopes.first - sums.row(0).transpose()).cwiseAbs().maxCoeff() < room);
    BOOST_TEST((slopes.second - sums.row(1).transpose()).cwiseAbs().maxCoeff() < room);
    const auto scheme = fluxes().find("muscl").make();
    for (const bool uneven : {false, true}) {
        FluxInput in{density.data(), 0.7, psi.data(), uneven ? mobility.data() : nullptr, 1.3, 0.0};
        in.slopes = &slopes;
        for (const FaceRow& row : stencils.rows()) {
            Field flux(row.count);
            scheme->sweep(stencils, row, in, flux.data());
            for (Index k = 0; k < row.count; ++k) {
                const FaceRow face = row.part(k, 1);
                const double drop = psi[face.left] - psi[face.right];
                const bool forward = drop > 0.0;
                const Index here = forward ? face.left : face.right, there = forward ? face.right : face.left;
                const auto offset = (forward ? mesh.left() : mesh.right()).of(face.first);
                const double far =
                    density[there] - 2.0 * (sums(0, here) * offset.first + sums(1, here) * offset.second);
                const double value = face_value(far, density[here], density[there], FaceGeometry::Side());
                const FaceGeometry geometry = stencils.geometry(face.geometry);
                const double exact = geometry.area * geometry.per_distance * 0.7 * drop * value *
                                     in.mean_mobility(face.left, face.right);
                BOOST_TEST(std::abs(flux[k] - exact) < 1e-13);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
