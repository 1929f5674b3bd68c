// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/certificate/units.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sphere_units.hpp"
#include "widelimit/core/numbers.hpp"

namespace widelimit {

Units::Units(const Problem& problem)
    : problem_(&problem),
      both_(problem.amplitude == Amplitude::signs),
      scale_(both_ ? problem.amplitude_scale : 1.0)
{}

Matrix Units::columns(const Matrix& places) const
{
    return scale_ * problem_->features->values(places).transpose();
}

std::vector<Matrix> Units::gradients(const Matrix& places) const
{
    std::vector<Matrix> gradients(static_cast<std::size_t>(places.cols()), Matrix(nodes(), places.rows()));
    Field value;
    Matrix gradient;
    for (Index i = 0; i < nodes(); ++i) {
        problem_->features->pull(places, Field::Unit(nodes(), i), value, gradient);
        for (Index j = 0; j < places.cols(); ++j) {
            gradients[static_cast<std::size_t>(j)].row(i) = scale_ * gradient.col(j).transpose();
        }
    }
    return gradients;
}

namespace {

class CircleUnits : public ArcUnits {
public:
    explicit CircleUnits(const Problem& problem) : ArcUnits(problem), kinks_(1, 0)
    {
        std::vector<double> angles;
        for (const double kink : problem.features->kinks()) {
            angles.push_back(kink - 2.0 * pi * std::floor(kink / (2.0 * pi)));
        }
        std::sort(angles.begin(), angles.end());
        const auto same = [](double a, double b) { return b - a < 1e-14; };
        angles.erase(std::unique(angles.begin(), angles.end(), same), angles.end());
        if (angles.empty()) {
            angles.push_back(0.0);
        }
        const auto count = static_cast<Index>(angles.size());
        kinks_ = Eigen::Map<const Matrix>(angles.data(), 1, count);
        middles_.resize(1, count);
        halves_.resize(count);
        for (Index k = 0; k < count; ++k) {
            const double end = k + 1 < count ? kinks_(0, k + 1) : kinks_(0, 0) + 2.0 * pi;
            halves_[k] = 0.5 * (end - kinks_(0, k));
            middles_(0, k) = kinks_(0, k) + halves_[k];
        }
        size_ = std::max(columns(kinks_).cwiseAbs().maxCoeff(), columns(middles_).cwiseAbs().maxCoeff());
    }

    const Matrix& kinks() const override { return kinks_; }
    const Matrix& middles() const override { return middles_; }
    const Field& halves() const override { return halves_; }

    Matrix directions(const Field& place) const override
    {
        return room(place) > 0.0 ? Matrix(Matrix::Ones(1, 1)) : Matrix(1, 0);
    }
    Field turned(const Field& place, const Field& along) const override
    {
        if (along.size() == 0) {
            return place;
        }
        const double turn = std::atan(along[0]);
        return std::abs(turn) < room(place) ? Field(place.array() + turn) : Field();
    }
    /// How far from the nearest kink; 0 at one.
    double room(const Field& place) const
    {
        double least = pi;
        for (Index k = 0; k < kinks_.cols(); ++k) {
            least = std::min(least, std::abs(std::remainder(place[0] - kinks_(0, k), 2.0 * pi)));
        }
        return least < 1e-13 ? 0.0 : least;
    }

    double supremum(const Field& q) const override
    {
        double most = 0.0;
        for (const Peak& peak : peaks(q)) {
            most = std::max(most, both_signs() ? std::abs(peak.value) : peak.value);
        }
        // What evaluating a sinusoid at its extreme may lose.
        return most + 4.0 * std::numeric_limits<double>::epsilon() * size_ * q.cwiseAbs().sum();
    }

    std::vector<Peak> peaks(const Field& q) const override
    {
        std::vector<Peak> found;
        const Matrix at_kinks = columns(kinks_);
        for (Index k = 0; k < kinks_.cols(); ++k) {
            found.push_back({kinks_.col(k), q.dot(at_kinks.col(k))});
        }
        Field value;
        Matrix slope;
        problem().features->pull(middles_, q, value, slope);
        for (Index k = 0; k < middles_.cols(); ++k) {
            // V = A cos(angle - top) on the arc, A > 0: a maximum at `top`, a minimum half a turn from it.
            const double a = scale() * std::hypot(value[k], slope(0, k));
            const double top = std::atan2(slope(0, k), value[k]);
            const double bottom = top > 0.0 ? top - pi : top + pi;
            if (std::abs(top) < halves_[k]) {
                found.push_back({Field::Constant(1, middles_(0, k) + top), a});
            }
            if (std::abs(bottom) < halves_[k]) {
                found.push_back({Field::Constant(1, middles_(0, k) + bottom), -a});
            }
        }
        return found;
    }

    /// On an arc predictions are linear in mass * (cos, sin): all neurons of a sign there, those at its ends
    /// included, are as good as the one of their sum, which is no longer than they are together.
    SparseNetwork gathered(const SparseNetwork& network) const override
    {
        SparseNetwork all;
        const double least = 1e-15 * network.norm();  // round-off of a mass that is none
        for (const double sign : {1.0, -1.0}) {
            Matrix sums = Matrix::Zero(2, kinks_.cols());
            Field ends = Field::Zero(kinks_.cols());
            for (Index j = 0; j < network.size(); ++j) {
                if (sign * network.weights[j] > 0.0) {
                    add(network.places(0, j), std::abs(network.weights[j]), sums, ends);
                }
            }
            for (Index k = 0; k < kinks_.cols(); ++k) {
                give_to_neighbours(k, sums, ends);
            }
            for (Index k = 0; k < kinks_.cols(); ++k) {
                if (ends[k] > least) {
                    all.add(kinks_.col(k), sign * ends[k]);
                }
                const double length = sums.col(k).norm();
                if (length > least) {
                    all.add(Field::Constant(1, wrapped(std::atan2(sums(1, k), sums(0, k)))), sign * length);
                }
            }
        }
        return all;
    }

private:
    static double wrapped(double angle) { return angle - 2.0 * pi * std::floor(angle / (2.0 * pi)); }

    /// To the arc's sum, or to the mass at a kink.
    void add(double place, double mass, Matrix& sums, Field& ends) const
    {
        const double angle = wrapped(place);
        const double* first = kinks_.data();
        const auto after = static_cast<Index>(std::upper_bound(first, first + kinks_.cols(), angle) - first);
        const Index arc = (after + kinks_.cols() - 1) % kinks_.cols();
        for (const Index k : {arc, after % kinks_.cols()}) {
            if (std::abs(std::remainder(angle - kinks_(0, k), 2.0 * pi)) < 1e-14) {
                ends[k] += mass;
                return;
            }
        }
        sums.col(arc) += mass * (Field(2) << std::cos(angle), std::sin(angle)).finished();
    }

    /// Mass at a kink beside an arc that has some.
    void give_to_neighbours(Index k, Matrix& sums, Field& ends) const
    {
        for (const Index arc : {k, (k + kinks_.cols() - 1) % kinks_.cols()}) {
            if (ends[k] > 0.0 && sums.col(arc).norm() > 0.0) {
                sums.col(arc) +=
                    ends[k] * (Field(2) << std::cos(kinks_(0, k)), std::sin(kinks_(0, k))).finished();
                ends[k] = 0.0;
            }
        }
    }

    Matrix kinks_, middles_;
    Field halves_;
    double size_ = 0.0;  ///< of a feature
};

}  // namespace

std::unique_ptr<ArcUnits> make_arc_units(const Problem& problem)
{
    const bool circle = problem.coordinates.size() == 1 && problem.coordinates[0].circle;
    const bool known = problem.features && problem.amplitude != Amplitude::axis;
    return known && circle && problem.features->sinusoidal() ? std::make_unique<CircleUnits>(problem)
                                                             : nullptr;
}

std::unique_ptr<Units> make_units(const Problem& problem)
{
    const bool sphere = problem.sphere == Sphere::directions && problem.coordinates.size() == 3;
    const bool known = problem.features && problem.amplitude != Amplitude::axis;
    if (known && sphere && problem.features->pieces() != nullptr) {
        return make_sphere_units(problem);
    }
    return make_arc_units(problem);
}

}  // namespace widelimit
