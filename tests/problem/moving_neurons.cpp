// SPDX-License-Identifier: BSD-3-Clause
// Sums over neurons that move: boxes of directions against products with all nodes.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "support/threads.hpp"
#include "widelimit/core/parallel.hpp"
#include "widelimit/core/stream.hpp"
#include "widelimit/problem/features.hpp"

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(moving_neurons)

namespace {

/// 2 z above 0 and z / 4 below.
struct Bent {
    static constexpr bool homogeneous = true;
    double value(double z) const { return z > 0.0 ? 2.0 * z : 0.25 * z; }
    double slope(double z) const { return z > 0.0 ? 2.0 : (z < 0.0 ? 0.25 : 1.125); }
    std::vector<double> kinks() const { return {0.0}; }
};

Matrix random_matrix(Index rows, Index cols, std::uint32_t id)
{
    Matrix m(rows, cols);
    for (Index k = 0; k < m.size(); ++k) {
        m.data()[k] = 2.0 * Stream(17, id, 0).uniform(static_cast<std::uint64_t>(k)) - 1.0;
    }
    return m;
}

/// General ones, one on each axis, parallel ones, one that is 0, and all in a plane with the first two.
Matrix inputs(Index weights)
{
    Matrix x(40 + 2 * weights, weights);
    x.topRows(40) = random_matrix(40, weights, 1);
    x.middleRows(40, weights).setIdentity();
    x.bottomRows(weights) = -0.5 * x.topRows(weights);
    x.row(10).setZero();
    for (Index i = 11; i < 20; ++i) {
        x.row(i) = static_cast<double>(i - 15) * x.row(0) + x.row(1);
    }
    return x;
}

std::unique_ptr<Features> units(const Matrix& x)
{
    return make_ridge(std::make_shared<ArrayActivation<Bent>>(), x, Chart::linear);
}

/// Directions between and on the edges of boxes, along axes and diagonals of faces, of all lengths, and 0.
Matrix anywhere(Index weights)
{
    const Index count = 3000;
    Matrix w(weights, count);
    w.leftCols(1000) = random_matrix(weights, 1000, 2);
    w.middleCols(1000, 1000) = (8.0 * random_matrix(weights, 1000, 3)).array().round() / 8.0;
    w.middleCols(2000, 500) = random_matrix(weights, 500, 4).array().sign();
    w.rightCols(500) = random_matrix(weights, 500, 5);
    for (Index j = 2500; j < count; ++j) {
        w.col(j) *= std::pow(10.0, 0.2 * static_cast<double>(j - 2750));
    }
    w.col(7).setZero();
    w.col(8) = -w.col(9);
    for (Index k = 0; k < weights; ++k) {
        w.col(10 + k) = -Field::Unit(weights, k);
    }
    return w;
}

/// Each orthogonal to an input, to round-off.
Matrix on_kinks(const Matrix& x)
{
    Matrix w = random_matrix(x.cols(), 10 * x.rows(), 6);
    for (Index j = 0; j < w.cols(); ++j) {
        const Eigen::VectorXd of = x.row(j % x.rows());
        for (int pass = 0; pass < 2 && of.norm() > 0.0; ++pass) {
            w.col(j) -= of * (of.dot(w.col(j)) / of.squaredNorm());
        }
    }
    return w;
}

struct Sums {
    Field f, g, square, slope_square, slope_square_alone;
    Matrix gradient;
};

/// Of NeuronSums::squares where values are not asked for.
Field slope_squares_alone(const NeuronSums& at, const Field& w, Index neurons)
{
    Field found = Field::Zero(neurons);
    const auto measure = [&](Index first, Index count, const double*, const double* slope) {
        found.segment(first, count) += Eigen::Map<const Field>(slope, count);
        return static_cast<double>(count);
    };
    BOOST_TEST(at.squares(w, false, measure) == static_cast<double>(neurons));
    return found;
}

Sums sums(const MovingNeurons& neurons, const Matrix& points, Index nodes)
{
    Sums out;
    const auto at = neurons.at(points);
    out.f = at->push(random_matrix(points.cols(), 1, 7)
                         .col(0)
                         .cwiseQuotient(points.colwise().norm().transpose().cwiseMax(1.0)));
    out.g.resize(points.cols());
    out.gradient.resize(points.rows(), points.cols());
    at->pull(random_matrix(nodes, 1, 8), out.g, out.gradient);
    const Field w = random_matrix(nodes, 1, 8);
    out.square = out.slope_square = Field(points.cols());
    at->squares(w, out.square, out.slope_square);
    out.slope_square_alone = slope_squares_alone(*at, w, points.cols());
    return out;
}

/// Of boxes that are made for `about` neurons and of products, both over the neurons' lengths.
void check_same(const Features& features, const Matrix& points, Index about, double scale = 1.0)
{
    const Sums products = sums(*features.Features::moving(about), points, features.size()),
               boxes = sums(*features.moving(about), points, features.size());
    const Field length = points.colwise().norm().transpose().cwiseMax(std::numeric_limits<double>::min());
    BOOST_TEST_CONTEXT(points.rows() << " weights, for " << about << " neurons")
    {
        BOOST_TEST((boxes.g != products.g));  // they are not the products themselves
        BOOST_TEST((boxes.f - products.f).cwiseAbs().maxCoeff() < 2e-12);
        BOOST_TEST((boxes.g - products.g).cwiseAbs().cwiseQuotient(length).maxCoeff() < 1e-13 * scale);
        BOOST_TEST((boxes.gradient - products.gradient).cwiseAbs().maxCoeff() < 1e-13 * scale);
        const auto apart = (boxes.square - products.square).cwiseAbs();
        BOOST_TEST(apart.cwiseQuotient(length).cwiseQuotient(length).maxCoeff() < 5e-12 * scale);
        BOOST_TEST((boxes.slope_square - products.slope_square).cwiseAbs().maxCoeff() < 5e-12 * scale);
        BOOST_TEST((boxes.slope_square_alone - products.slope_square).cwiseAbs().maxCoeff() < 5e-12 * scale);
    }
}

/// About as few neurons as have boxes for those inputs, few and large ones.
Index fewest(Index weights)
{
    return weights == 2 ? 1000 : (weights == 3 ? 3000 : 30000);
}

}  // namespace

BOOST_AUTO_TEST_CASE(boxes_agree_with_products)
{
    for (const Index weights : {2, 3, 4}) {
        const auto features = units(inputs(weights));
        for (const Index about : {fewest(weights), Index{100000}, Index{1000000}}) {
            check_same(*features, anywhere(weights), about);
        }
    }
}

/// Boxes, arcs, products and units that are held: the first push may be one pass with finding the neurons'
/// places; pull has every neuron once.
BOOST_AUTO_TEST_CASE(first_push_is_a_push)
{
    const auto on_circle = make_ridge(std::make_shared<ArrayActivation<Bent>>(), inputs(2), Chart::circle),
               smooth = make_ridge(activations().find("tanh").make(Settings(Value::table(), Schema())),
                                   inputs(3), Chart::linear),
               bent = units(inputs(3));
    const Index width = 9000;
    for (const Features* features : {on_circle.get(), smooth.get(), bent.get()}) {
        const Matrix points = random_matrix(features == on_circle.get() ? 1 : 3, width, 5);
        const Field c = random_matrix(width, 1, 6), r = random_matrix(features->size(), 1, 8);
        for (const int threads : {1, 2}) {
            const test::Threads use(threads);
            for (const auto& neurons : {features->moving(width), features->Features::moving(width)}) {
                Field f, g(width), first_g(width);
                Matrix gradient(points.rows(), width), first_gradient = gradient;
                const auto first = neurons->at(points, c, f), sums = neurons->at(points);
                BOOST_TEST((f == sums->push(c)));
                first->pull(r, first_g, first_gradient);
                sums->pull(r, g, gradient);
                BOOST_TEST((first_g == g));
                BOOST_TEST((first_gradient == gradient));
                std::vector<std::atomic<int>> visits(static_cast<std::size_t>(width));
                sums->pull(r, [&](Index from, Index count, const double* values, const double*) {
                    for (Index j = from; j < from + count; ++j) {
                        visits[static_cast<std::size_t>(j)] += values[j - from] == g[j] ? 1 : 2;
                    }
                });
                BOOST_TEST(std::all_of(visits.begin(), visits.end(), [](const auto& v) { return v == 1; }));
            }
        }
    }
}

/// Tables for squares are kept for the weights they were made for.
BOOST_AUTO_TEST_CASE(squares_of_other_weights)
{
    const auto features = units(inputs(3));
    const auto neurons = features->moving(100000);
    const auto sums = neurons->at(random_matrix(3, 40, 5));
    const Field w = random_matrix(features->size(), 1, 8);
    Field value(40), slope(40), twice_value(40), twice_slope(40);
    sums->squares(w, value, slope);
    sums->squares(2.0 * w, twice_value, twice_slope);
    BOOST_TEST((twice_value == 2.0 * value));
    BOOST_TEST((twice_slope == 2.0 * slope));
    sums->squares(w, twice_value, twice_slope);
    BOOST_TEST((twice_value == value));
}

BOOST_AUTO_TEST_CASE(arrays_for_fewer_neurons_are_refused)
{
    const auto features = units(inputs(2));
    const auto neurons = features->Features::moving(3);
    const auto sums = neurons->at(random_matrix(2, 3, 1));
    Field g(2);
    Matrix gradient(2, 2);
    BOOST_CHECK_THROW(sums->pull(Field::Zero(features->size()), g, gradient), std::logic_error);
    Field squares(2);
    BOOST_CHECK_THROW(sums->squares(Field::Zero(features->size()), g, squares), std::logic_error);
}

/// So many data that a box has dozens near, which are not listed for every neuron; sums of more terms.
BOOST_AUTO_TEST_CASE(boxes_agree_with_products_of_many_data)
{
    const Matrix x = random_matrix(600, 3, 9);
    check_same(*units(x), anywhere(3), 1000, 10.0);
    check_same(*units(x), on_kinks(x.topRows(50)), 1000, 10.0);
}

BOOST_AUTO_TEST_CASE(boxes_agree_with_products_on_kinks)
{
    for (const Index weights : {2, 3, 4}) {
        const Matrix x = inputs(weights);
        for (const Index about : {fewest(weights), Index{1000000}}) {
            check_same(*units(x), on_kinks(x), about);
        }
    }
}

BOOST_AUTO_TEST_CASE(neurons_without_weights_have_the_mean_slope)
{
    const Matrix x = inputs(3);
    const Field r = random_matrix(x.rows(), 1, 8);
    Field g(2), square(2), slope_square(2);
    Matrix gradient(3, 2);
    const auto features = units(x);
    const auto neurons = features->moving(100000);
    const auto at = neurons->at(Matrix::Zero(3, 2));
    at->pull(r, g, gradient);
    at->squares(r, square, slope_square);
    for (const Field& found : {slope_square, slope_squares_alone(*at, r, 2)}) {
        BOOST_TEST(found[1] == 1.125 * 1.125 * x.rowwise().squaredNorm().dot(r),
                   boost::test_tools::tolerance(1e-12));
    }
    BOOST_TEST(g.cwiseAbs().maxCoeff() == 0.0);
    BOOST_TEST((gradient.col(1) - 1.125 * x.transpose() * r).cwiseAbs().maxCoeff() < 1e-13);
}

BOOST_AUTO_TEST_CASE(neurons_that_are_no_numbers_stay_what_they_are)
{
    Matrix points = anywhere(3).leftCols(100);
    points(1, 3) = std::numeric_limits<double>::quiet_NaN();
    points(0, 4) = std::numeric_limits<double>::infinity();
    const Sums boxes = sums(*units(inputs(3))->moving(100000), points, inputs(3).rows());
    BOOST_TEST(std::isnan(boxes.g[3]));
    BOOST_TEST(!std::isfinite(boxes.g[4]));
    BOOST_TEST(std::isfinite(boxes.g[5]));
    BOOST_TEST(!std::isfinite(boxes.f[0]));
}

BOOST_AUTO_TEST_CASE(sums_have_the_same_bits_with_more_threads)
{
    const auto features = units(inputs(3));
    const Matrix points = random_matrix(3, 70000, 9);
    const auto at = [&](int threads) {
        use_threads(threads);
        const Sums out = sums(*features->moving(points.cols()), points, features->size());
        use_threads(1);
        return out;
    };
    const Sums one = at(1), three = at(3);
    BOOST_TEST((one.f == three.f));
    BOOST_TEST((one.g == three.g));
    BOOST_TEST((one.gradient == three.gradient));
    BOOST_TEST((one.square == three.square));
    BOOST_TEST((one.slope_square_alone == three.slope_square_alone));
}

BOOST_AUTO_TEST_CASE(few_neurons_take_products)
{
    const auto features = units(inputs(3));
    const Matrix points = random_matrix(3, 20, 9);
    BOOST_TEST((sums(*features->moving(20), points, features->size()).g ==
                sums(*features->Features::moving(20), points, features->size()).g));
}

BOOST_AUTO_TEST_CASE(arcs_of_moving_neurons_are_those_of_points)
{
    const auto features = make_ridge(std::make_shared<ArrayActivation<Bent>>(), inputs(2), Chart::circle);
    const Matrix angles = 10.0 * random_matrix(1, 40000, 10);
    const Sums moving = sums(*features->moving(angles.cols()), angles, features->size()),
               blocks = sums(*features->Features::moving(angles.cols()), angles, features->size());
    BOOST_TEST((moving.f - blocks.f).cwiseAbs().maxCoeff() < 1e-11);
    BOOST_TEST((moving.g == blocks.g));
    BOOST_TEST((moving.gradient == blocks.gradient));
    BOOST_TEST((moving.square == blocks.square));
}

namespace {

/// So many features, all zero, that tell which threads summed them.
class Watched : public Features {
public:
    Watched(Index size, std::chrono::milliseconds patience) : size_(size), patience_(patience) {}

    Index size() const override { return size_; }
    Matrix values(const Matrix& points) const override { return Matrix::Zero(points.cols(), size_); }
    void pull(const Matrix& points, const Field&, Field& g, Matrix& gradient) const override
    {
        g = Field::Zero(points.cols());
        gradient = Matrix::Zero(points.rows(), points.cols());
        meet();
    }
    void push(const Matrix&, const Field&, Field&) const override { meet(); }
    std::size_t threads() const { return threads_.size(); }

private:
    /// Waits a while for a second thread, so that one that is late is not missed.
    void meet() const
    {
        std::unique_lock<std::mutex> lock(mutex_);
        threads_.insert(std::this_thread::get_id());
        met_.notify_all();
        met_.wait_for(lock, patience_, [this] { return threads_.size() > 1; });
    }

    Index size_;
    std::chrono::milliseconds patience_;
    mutable std::mutex mutex_;
    mutable std::condition_variable met_;
    mutable std::set<std::thread::id> threads_;
};

}  // namespace

/// A thousand units at a hundred data are a hundred microseconds of work and more.
BOOST_AUTO_TEST_CASE(threads_share_what_takes_long)
{
    const test::Threads two(2);
    const auto meets = [](Index neurons, Index data, std::chrono::milliseconds patience) {
        const Watched features(data, patience);
        const auto moving = features.Features::moving(neurons);
        const auto sums = moving->at(Matrix::Zero(2, neurons));
        sums->push(Field::Zero(neurons));
        sums->pull(Field::Zero(data), [](Index, Index, const double*, const double*) {});
        return features.threads();
    };
    using namespace std::chrono_literals;
    BOOST_TEST(meets(1000, 133, 5s) == 2);
    BOOST_TEST(meets(300, 4000, 5s) == 2);
    BOOST_TEST(meets(1000, 10, 10ms) == 1);
    BOOST_TEST(meets(200, 4000, 10ms) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
