// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/zonal.hpp"

#include <algorithm>
#include <boost/math/special_functions/legendre.hpp>

#include "widelimit/core/numbers.hpp"

namespace widelimit {
namespace {

/// Uniform on u . axis > height.
class Cap : public AxialLaw {
public:
    Cap(Eigen::Vector3d axis, double height) : AxialLaw(axis), height_(height) {}
    double density(double z) const override { return z > height_ ? 1.0 / (2.0 * pi * (1.0 - height_)) : 0.0; }
    double cdf(double z) const override { return std::max(0.0, (z - height_) / (1.0 - height_)); }
    /// The integral of P_l to 1 is (P_{l-1} - P_{l+1}) / (2 l + 1).
    double mode(Index l) const override
    {
        const int n = static_cast<int>(l);
        const auto legendre = [&](int degree) { return boost::math::legendre_p(degree, height_); };
        return l == 0 ? 1.0 : (legendre(n - 1) - legendre(n + 1)) / ((2.0 * n + 1.0) * (1.0 - height_));
    }

private:
    double height_;
};

std::unique_ptr<Law> refuse(const Settings& table, const Coordinate&)
{
    table.fail("law", "this law is for all coordinates of neurons on S^2 together");
}

const Key axis = {
    "problem.initial.axis", "numbers", "-", "", "axis of a law on a sphere, by default [0, 0, 1]",
    "[0.0, 0.0, 1.0]"};

const bool zonal = laws().add(
    {"zonal",
     "on S^2, density (1 + sum of c_l P_l(u . axis)) / (4 pi)",
     refuse,
     {axis,
      {"problem.initial.coefficients", "numbers", "-", "", "c_1, c_2, ... of a zonal law", "[0.0, 0.1]"}},
     [](const Settings& table, const std::vector<Coordinate>& coordinates) {
         return make_zonal(table, coordinates, table.numbers("coefficients"));
     }});

const bool cap = laws().add(
    {"cap",
     "on S^2, uniform where u . axis > height",
     refuse,
     {{"problem.initial.height", "number", "0.0", "[-1, 1)", "least u . axis of a cap"}},
     [](const Settings& table, const std::vector<Coordinate>& coordinates) -> std::unique_ptr<JointLaw> {
         if (!on_sphere(coordinates) || coordinates.size() != 3) {
             table.fail("law", "this law is for neurons on S^2, with three coordinates");
         }
         return std::make_unique<Cap>(read_axis(table), table.number("height"));
     }});

}  // namespace
}  // namespace widelimit
