// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/normal.hpp"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <algorithm>
#include <array>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <numbers>

#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

/// Places and weights on an interval.
struct Places {
    std::vector<double> x, w;

    template <unsigned Count>
    void add(double from, double to)
    {
        using Rule = boost::math::quadrature::gauss<double, Count>;
        const double middle = 0.5 * (from + to), half = 0.5 * (to - from);
        for (std::size_t k = 0; k < Rule::abscissa().size(); ++k) {
            for (const double side : {-1.0, 1.0}) {
                if (side > 0.0 || Rule::abscissa()[k] > 0.0) {
                    x.push_back(middle + side * half * Rule::abscissa()[k]);
                    w.push_back(half * Rule::weights()[k]);
                }
            }
        }
    }
};

/// For a bell of this deviation: the remainders are 3e-11, 9e-12 and 4e-13 of it at the widest pieces.
Places places_between(double from, double to, double deviation)
{
    const double wide = (to - from) / deviation;
    Places places;
    if (wide <= 0.125) {
        places.add<3>(from, to);
    } else if (wide <= 1.0 / 3.0) {
        places.add<4>(from, to);
    } else {
        const double pieces = std::ceil(2.0 * std::min(wide, 200.0));
        for (double k = 0.0; k < pieces; ++k) {
            places.add<5>(from + (to - from) * k / pieces, from + (to - from) * (k + 1.0) / pieces);
        }
    }
    return places;
}

/// exp(-z . P z / 2) summed over a tensor of places, one axis after the other.
class Bell {
public:
    explicit Bell(const Normal& law)
        : mean_(law.mean),
          lower_(Field::Constant(mean_.size(), std::nan(""))),
          upper_(lower_),
          precision_(decltype(precision_)::Zero())
    {
        expects(mean_.size() <= most_axes, "a grid of at most three axes");
        precision_.topLeftCorner(mean_.size(), mean_.size()) = law.covariance.inverse();
        const double turn = 2.0 * std::numbers::pi;
        height_ = 1.0 / std::sqrt((turn * law.covariance).determinant());
    }

    /// Neighbours on a grid share the places of most axes.
    double mass_in(const Eigen::Ref<const Field>& lower, const Eigen::Ref<const Field>& upper)
    {
        for (Index k = 0; k < mean_.size(); ++k) {
            if (lower[k] != lower_[k] || upper[k] != upper_[k]) {
                axes_[static_cast<std::size_t>(k)] = places_between(lower[k] - mean_[k], upper[k] - mean_[k],
                                                                    1.0 / std::sqrt(precision_(k, k)));
            }
        }
        lower_ = lower;
        upper_ = upper;
        return height_ * summed<0>(0.0, Slopes::Zero());
    }

private:
    static constexpr int most_axes = 3;
    using Slopes = Eigen::Matrix<double, most_axes, 1>;

    /// `square` holds the terms of the axes before k, slope[j] the sum over them of P_ij z_i.
    template <int k>
    double summed(double square, const Slopes& slope) const
    {
        const Places& places = axes_[k];
        const double along = 2.0 * slope[k], steep = precision_(k, k);
        double sum = 0.0;
        for (std::size_t i = 0; i < places.x.size(); ++i) {
            const double z = places.x[i], term = square + z * (along + steep * z);
            if constexpr (k + 1 < most_axes) {
                sum +=
                    places.w[i] * (k + 1 < mean_.size() ? summed<k + 1>(term, slope + z * precision_.col(k))
                                                        : std::exp(-0.5 * term));
            } else {
                sum += places.w[i] * std::exp(-0.5 * term);
            }
        }
        return sum;
    }

    Field mean_, lower_, upper_;
    /// Zero for the axes that lower ranks lack.
    Eigen::Matrix<double, most_axes, most_axes> precision_;
    std::array<Places, most_axes> axes_;
    double height_;
};

}  // namespace

double Normal::entropy() const
{
    return 0.5 * std::log((2.0 * std::numbers::pi * std::numbers::e * covariance).determinant());
}

Field Normal::masses_in(const Matrix& lower, const Matrix& upper) const
{
    Field masses(lower.cols());
    if (mean.size() == 1) {
        const Gaussian law(mean[0], std::sqrt(covariance(0, 0)));
        for (Index i = 0; i < masses.size(); ++i) {
            masses[i] = law.between(lower(0, i), upper(0, i));
        }
        return masses;
    }
    Bell bell(*this);
    for (Index i = 0; i < masses.size(); ++i) {
        masses[i] = bell.mass_in(lower.col(i), upper.col(i));
    }
    return masses;
}

std::optional<Normal> normal_start(const InitialLaw& initial)
{
    const auto rank = static_cast<Index>(initial.laws.size());
    Normal start{Field(rank), Matrix::Zero(rank, rank)};
    for (Index k = 0; k < rank; ++k) {
        const auto* law = dynamic_cast<const Gaussian*>(initial.laws[static_cast<std::size_t>(k)].get());
        if (law == nullptr || initial.joint) {
            return std::nullopt;
        }
        start.mean[k] = law->mean();
        start.covariance(k, k) = law->deviation() * law->deviation();
    }
    return start;
}

double noise_variance(const Schedule& temperature, double speed, double rate, double t)
{
    if (temperature.constant()) {
        const double z = 2.0 * rate * t;
        return 2.0 * temperature(0.0) * t * (z == 0.0 ? 1.0 : -std::expm1(-z) / z);
    }
    return integral([&](double s) { return 2.0 * temperature(s / speed) * std::exp(-2.0 * rate * (t - s)); },
                    0.0, t);
}

double NormalPath::mass_between(double sign, double lower, double upper, double t) const
{
    expects(coordinates_.size() == 1, "a single coordinate");
    return masses_in(sign, Matrix::Constant(1, 1, lower), Matrix::Constant(1, 1, upper), t)[0];
}

Field NormalPath::masses_in(double, const Matrix& lower, const Matrix& upper, double t) const
{
    return mass_ * at(t).masses_in(lower, upper);
}

std::map<std::string, double> NormalPath::values(double t) const
{
    const Normal law = at(t);
    std::map<std::string, double> all = {{"mass", mass_}};
    for (Index i = 0; i < law.mean.size(); ++i) {
        const std::string& a = coordinates_[static_cast<std::size_t>(i)].name;
        all["mean." + a] = law.mean[i];
        all["variance." + a] = law.covariance(i, i);
        for (Index j = i; j < law.mean.size(); ++j) {
            const std::string both = a + "." + coordinates_[static_cast<std::size_t>(j)].name;
            all["second_moment." + both] = law.covariance(i, j) + law.mean[i] * law.mean[j];
            if (j > i) {
                all["covariance." + both] = law.covariance(i, j);
            }
        }
    }
    return all;
}

std::vector<std::string> NormalPath::names() const
{
    std::vector<std::string> all = more_names();
    all.emplace_back("mass");
    for (std::size_t i = 0; i < coordinates_.size(); ++i) {
        const std::string& a = coordinates_[i].name;
        all.push_back("mean." + a);
        all.push_back("variance." + a);
        for (std::size_t j = i; j < coordinates_.size(); ++j) {
            all.push_back("second_moment." + a + "." + coordinates_[j].name);
            if (j > i) {
                all.push_back("covariance." + a + "." + coordinates_[j].name);
            }
        }
    }
    std::sort(all.begin(), all.end());
    return all;
}

}  // namespace widelimit
