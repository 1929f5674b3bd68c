// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/zonal.hpp"

#include <Eigen/Geometry>
#include <cmath>

#include "widelimit/core/error.hpp"
#include "widelimit/core/numbers.hpp"

namespace widelimit {

Field AxialLaw::direction_density(const Matrix& directions, double) const
{
    Field density(directions.cols());
    for (Index j = 0; j < directions.cols(); ++j) {
        density[j] = this->density(std::clamp(directions.col(j).dot(axis_), -1.0, 1.0));
    }
    return density;
}

Field AxialLaw::draw(const Field& uniforms) const
{
    double low = -1.0, high = 1.0;
    for (double z = 0.0; low < z && z < high; z = 0.5 * (low + high)) {
        (cdf(z) < uniforms[0] ? low : high) = z;
    }
    const double z = 0.5 * (low + high), radius = std::sqrt(std::max(0.0, 1.0 - z * z));
    const Eigen::Vector3d first = axis_.unitOrthogonal(), second = axis_.cross(first);
    const double turn = 2.0 * pi * uniforms[1];
    return z * axis_ + radius * (std::cos(turn) * first + std::sin(turn) * second);
}

Field AxialLaw::masses_in(const Matrix&, const Matrix&) const
{
    throw ConfigError("a law on a sphere has no masses of boxes");
}

double zonal_series(const std::vector<double>& coefficients, double z)
{
    double sum = 1.0, before = 1.0, here = z;
    for (std::size_t l = 1; l <= coefficients.size(); ++l) {
        sum += coefficients[l - 1] * here;
        const auto n = static_cast<double>(l);
        const double next = ((2.0 * n + 1.0) * z * here - n * before) / (n + 1.0);
        before = here;
        here = next;
    }
    return sum;
}

double ZonalLaw::density(double z) const
{
    return zonal_series(coefficients_, z) / (4.0 * pi);
}

/// The integral of P_l from -1 is (P_{l+1} - P_{l-1}) / (2 l + 1).
double ZonalLaw::cdf(double z) const
{
    double sum = 1.0 + z, before = 1.0, here = z;
    for (std::size_t l = 1; l <= coefficients_.size(); ++l) {
        const auto n = static_cast<double>(l);
        const double next = ((2.0 * n + 1.0) * z * here - n * before) / (n + 1.0);
        sum += coefficients_[l - 1] * (next - before) / (2.0 * n + 1.0);
        before = here;
        here = next;
    }
    return 0.5 * sum;
}

double ZonalLaw::mode(Index l) const
{
    const auto k = static_cast<std::size_t>(l);
    return l == 0                      ? 1.0
           : k <= coefficients_.size() ? coefficients_[k - 1] / (2.0 * static_cast<double>(l) + 1.0)
                                       : 0.0;
}

Eigen::Vector3d read_axis(const Settings& table)
{
    const std::vector<double> axis =
        table.has("axis") ? table.numbers("axis") : std::vector<double>{0.0, 0.0, 1.0};
    if (axis.size() != 3 || (axis[0] == 0.0 && axis[1] == 0.0 && axis[2] == 0.0)) {
        table.fail("axis", "expected three numbers, not all 0");
    }
    return Eigen::Vector3d(axis[0], axis[1], axis[2]).normalized();
}

std::unique_ptr<JointLaw> make_zonal(const Settings& table, const std::vector<Coordinate>& coordinates,
                                     std::vector<double> coefficients)
{
    if (!on_sphere(coordinates) || coordinates.size() != 3) {
        table.fail("law",
                   "this law is for neurons on S^2, with three coordinates; directions of the law 'gaussian' "
                   "are uniform on any sphere");
    }
    for (int k = -1000; k <= 1000; ++k) {
        if (zonal_series(coefficients, 1e-3 * k) < -1e-12) {
            table.fail("coefficients",
                       "1 + sum of c_l P_l(z) is negative at z = " + std::to_string(1e-3 * k).substr(0, 6));
        }
    }
    return std::make_unique<ZonalLaw>(read_axis(table), std::move(coefficients));
}

}  // namespace widelimit
