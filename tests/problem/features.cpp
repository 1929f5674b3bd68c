// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/features.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numbers>

#include "widelimit/core/stream.hpp"

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(features_of_networks)

namespace {

const double pi = std::numbers::pi;

/// 2 z above 0 and z / 4 below: homogeneous, but neither odd nor zero on one side.
struct Bent {
    static constexpr bool homogeneous = true;
    double value(double z) const { return z > 0.0 ? 2.0 * z : 0.25 * z; }
    double slope(double z) const { return z > 0.0 ? 2.0 : (z < 0.0 ? 0.25 : 1.125); }
    std::vector<double> kinks() const { return {0.0}; }
};

/// The same, but silent about it, so that every feature is summed directly.
struct BentDirectly : Bent {
    static constexpr bool homogeneous = false;
};

struct Curved {
    double value(double z) const { return std::sin(z) + z * z; }
    double slope(double z) const { return std::cos(z) + 2.0 * z; }
};

/// Only what an author of features has to write; the rest is the default.
class Forwarding : public Features {
public:
    explicit Forwarding(const Features& inner) : inner_(&inner) {}
    Index size() const override { return inner_->size(); }
    Matrix values(const Matrix& points) const override { return inner_->values(points); }
    void pull(const Matrix& points, const Field& r, Field& g, Matrix& gradient) const override
    {
        inner_->pull(points, r, g, gradient);
    }

private:
    const Features* inner_;
};

Matrix random_matrix(Index rows, Index cols, double from, double to, std::uint32_t id)
{
    Matrix m(rows, cols);
    for (Index k = 0; k < m.size(); ++k) {
        m.data()[k] = from + (to - from) * Stream(11, id, 0).uniform(static_cast<std::uint64_t>(k));
    }
    return m;
}

/// Inputs in general position, pairs on one line through 0, one input that is 0, and one on each axis.
Matrix inputs()
{
    Matrix x(17, 2);
    x.topRows(11) = random_matrix(11, 2, -1.0, 1.0, 1);
    x.row(11) = -0.5 * x.row(0);
    x.row(12) = 3.0 * x.row(0);
    x.bottomRows(4) << 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, -1.0;
    return x;
}

template <class F>
std::unique_ptr<Features> features(const Matrix& x, Chart chart)
{
    return make_ridge(std::make_shared<ArrayActivation<F>>(), x, chart);
}

Matrix places_in_between()
{
    return random_matrix(1, 500, -3.0 * pi, 5.0 * pi, 2);
}

Matrix places_on_kinks(const Matrix& x)
{
    const auto kinks = features<Bent>(x, Chart::circle)->kinks();
    return Eigen::Map<const Matrix>(kinks.data(), 1, static_cast<Index>(kinks.size()));
}

void check_same(const Features& a, const Features& b, const Matrix& points)
{
    const Field r = random_matrix(a.size(), 1, -1.0, 1.0, 3),
                c = random_matrix(points.cols(), 1, -1.0, 1.0, 4);
    Field g_a, g_b, f_a = Field::Ones(a.size()), f_b = f_a;
    Matrix slope_a, slope_b;
    a.pull(points, r, g_a, slope_a);
    b.pull(points, r, g_b, slope_b);
    BOOST_TEST((g_a - g_b).cwiseAbs().maxCoeff() < 1e-13);
    BOOST_TEST((slope_a - slope_b).cwiseAbs().maxCoeff() < 1e-13);
    a.push(points, c, f_a);
    b.push(points, c, f_b);
    BOOST_TEST((f_a - f_b).cwiseAbs().maxCoeff() < 1e-12);
}

void check_same_squares(const Features& a, const Features& b, const Matrix& points)
{
    const Field w = random_matrix(a.size(), 1, 0.0, 1.0, 5);
    Field value_a, value_b, slope_a, slope_b;
    a.squares(points, w, value_a, slope_a);
    b.squares(points, w, value_b, slope_b);
    BOOST_TEST((value_a - value_b).cwiseAbs().maxCoeff() < 1e-12);
    BOOST_TEST((slope_a - slope_b).cwiseAbs().maxCoeff() < 1e-12);
}

}  // namespace

BOOST_AUTO_TEST_CASE(arcs_agree_with_direct_sums)
{
    const Matrix x = inputs();
    const auto arcs = features<Bent>(x, Chart::circle), direct = features<BentDirectly>(x, Chart::circle);
    check_same(*arcs, *direct, places_in_between());
    check_same_squares(*arcs, *direct, places_in_between());
    BOOST_TEST((arcs->values(places_in_between()) == direct->values(places_in_between())));
}

BOOST_AUTO_TEST_CASE(arcs_agree_with_direct_sums_on_every_kink)
{
    const Matrix x = inputs();
    const auto arcs = features<Bent>(x, Chart::circle), direct = features<BentDirectly>(x, Chart::circle);
    const Matrix kinks = places_on_kinks(x);
    BOOST_TEST(kinks.cols() == 32);
    check_same(*arcs, *direct, kinks);
}

BOOST_AUTO_TEST_CASE(arcs_of_a_single_input)
{
    for (const double angle : {0.0, 0.5 * pi, pi, 1.5 * pi, 0.7}) {
        Matrix x(1, 2);
        x << 2.0 * std::cos(angle), 2.0 * std::sin(angle);
        check_same(*features<Bent>(x, Chart::circle), *features<BentDirectly>(x, Chart::circle),
                   places_in_between());
    }
}

/// Five kinks closer to each other than any table of angles tells apart, and places on, next to and between
/// them and on both ends of a turn.
BOOST_AUTO_TEST_CASE(arcs_of_kinks_that_are_close)
{
    for (const double apart : {1e-3, 1e-6, 1e-10}) {
        Matrix x(9, 2);
        for (Index i = 0; i < 9; ++i) {
            const double angle = i < 5 ? 1.0 + static_cast<double>(i) * apart : 0.7 * static_cast<double>(i);
            x.row(i) << std::cos(angle), std::sin(angle);
        }
        x.row(8) << 0.0, 1.0;  // kinks at 0 and pi
        const auto arcs = features<Bent>(x, Chart::circle);
        std::vector<double> places = {0.0, 2.0 * std::numbers::pi, -1e-13, 1e-13};
        for (const double kink : arcs->kinks()) {
            for (const double step : {0.0, 0.5 * apart, -0.5 * apart, 1e-11, -1e-11, 0.1, -0.1}) {
                places.push_back(kink + step);
            }
        }
        const Matrix points = Eigen::Map<const Matrix>(places.data(), 1, static_cast<Index>(places.size()));
        check_same(*arcs, *features<BentDirectly>(x, Chart::circle), points);
    }
}

BOOST_AUTO_TEST_CASE(arcs_at_other_inputs)
{
    const auto arcs = features<Bent>(inputs(), Chart::circle)->at(inputs().topRows(3));
    check_same(*arcs, *features<BentDirectly>(inputs().topRows(3), Chart::circle), places_in_between());
}

BOOST_AUTO_TEST_CASE(angles_that_are_no_numbers)
{
    Matrix points(1, 2);
    points << std::nan(""), 1e300;
    const auto arcs = features<Bent>(inputs(), Chart::circle);
    Field g;
    Matrix gradient;
    arcs->pull(points, Field::Ones(17), g, gradient);
    BOOST_TEST(std::isnan(g[0]));
    BOOST_TEST(std::isfinite(g[1]));
}

BOOST_AUTO_TEST_CASE(pull_is_the_gradient_of_the_values)
{
    const double h = 1e-5;
    const Field r = random_matrix(17, 1, -1.0, 1.0, 6);
    for (const Chart chart : {Chart::circle, Chart::linear}) {
        const auto ridge = features<Curved>(inputs(), chart);
        const Matrix points = random_matrix(chart == Chart::circle ? 1 : 2, 9, -1.0, 1.0, 7);
        Field g;
        Matrix gradient;
        ridge->pull(points, r, g, gradient);
        BOOST_TEST((g - ridge->values(points) * r).cwiseAbs().maxCoeff() < 1e-14);
        for (Index c = 0; c < points.rows(); ++c) {
            Matrix up = points, down = points;
            up.row(c).array() += h;
            down.row(c).array() -= h;
            const Field quotient = (ridge->values(up) - ridge->values(down)) * r / (2.0 * h);
            BOOST_TEST((quotient - gradient.row(c).transpose()).cwiseAbs().maxCoeff() < 1e-8);
        }
    }
}

/// One pull a node against the closed form of a ridge, on both charts.
BOOST_AUTO_TEST_CASE(squares_agree_with_their_default)
{
    for (const Chart chart : {Chart::circle, Chart::linear}) {
        const auto ridge = features<Curved>(inputs(), chart);
        const Matrix points = random_matrix(chart == Chart::circle ? 1 : 2, 20, -1.0, 1.0, 8);
        check_same_squares(*ridge, Forwarding(*ridge), points);
    }
}

BOOST_AUTO_TEST_CASE(push_adds_the_adjoint_of_values)
{
    for (const Index inputs_of_a_unit : {1, 2, 6}) {
        const Matrix x = random_matrix(13, inputs_of_a_unit, -1.0, 1.0, 9);
        const Matrix points = random_matrix(inputs_of_a_unit, 40, -1.0, 1.0, 10);
        const auto ridge = features<Curved>(x, Chart::linear);
        const Field c = random_matrix(40, 1, -1.0, 1.0, 12);
        Field f = Field::Constant(13, 5.0);
        ridge->push(points, c, f);
        Field expected = Field::Constant(13, 5.0);
        for (Index j = 0; j < 40; ++j) {
            for (Index i = 0; i < 13; ++i) {
                expected[i] += c[j] * Curved().value(x.row(i).dot(points.col(j)));
            }
        }
        BOOST_TEST((f - expected).cwiseAbs().maxCoeff() < 1e-13);
    }
}

/// Where w . x is a kink up to round-off, it is the kink exactly.
BOOST_AUTO_TEST_CASE(slope_on_a_kink_is_the_mean)
{
    Matrix x(1, 2), point(1, 1), gradient;
    x << 3.0, 4.0;
    Field g;
    for (const double kink : features<BentDirectly>(x, Chart::circle)->kinks()) {
        point << kink;
        features<BentDirectly>(x, Chart::circle)->pull(point, Field::Ones(1), g, gradient);
        BOOST_TEST(std::abs(gradient(0, 0)) == 5.0 * 1.125, boost::test_tools::tolerance(1e-14));
    }
}

BOOST_AUTO_TEST_SUITE_END()
