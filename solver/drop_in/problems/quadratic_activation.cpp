// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "widelimit/problem/normal.hpp"

namespace widelimit {
namespace {

/// The predictions are S_ij = int w_i w_j dmu, i <= j row by row, and in more than one dimension the trace.
class SecondMoments : public Features {
public:
    explicit SecondMoments(Index rank) : rank_(rank) {}

    Index size() const override { return rank_ * (rank_ + 1) / 2 + (rank_ > 1 ? 1 : 0); }
    Matrix values(const Matrix& points) const override
    {
        Matrix values(points.cols(), size());
        Index node = 0;
        for (Index i = 0; i < rank_; ++i) {
            for (Index j = i; j < rank_; ++j) {
                values.col(node++) = points.row(i).cwiseProduct(points.row(j)).transpose();
            }
        }
        if (rank_ > 1) {
            values.col(node) = points.colwise().squaredNorm().transpose();
        }
        return values;
    }
    void pull(const Matrix& points, const Field& r, Field& g, Matrix& gradient) const override
    {
        const Matrix form = symmetric(r);
        gradient = 2.0 * form * points;
        g = 0.5 * points.cwiseProduct(gradient).colwise().sum().transpose();
    }

    /// The matrix C of sum_node r_node feature_node = w . C w.
    Matrix symmetric(const Field& r) const
    {
        Matrix form(rank_, rank_);
        Index node = 0;
        for (Index i = 0; i < rank_; ++i) {
            for (Index j = i; j < rank_; ++j, ++node) {
                form(i, j) = form(j, i) = i == j ? r[node] : 0.5 * r[node];
            }
        }
        return rank_ > 1 ? form + r[node] * Matrix::Identity(rank_, rank_) : form;
    }
    /// The nodes of the matrix S.
    Field nodes(const Matrix& s) const
    {
        Field f(size());
        Index node = 0;
        for (Index i = 0; i < rank_; ++i) {
            for (Index j = i; j < rank_; ++j) {
                f[node++] = s(i, j);
            }
        }
        if (rank_ > 1) {
            f[node] = s.trace();
        }
        return f;
    }
    /// With B = S - A and x ~ N(0, I), E (x . B x)^2 / 2 = |B|^2 + (tr B)^2 / 2: in the sum of
    /// weight / 2 (f - y)^2 the squares on the diagonal weigh 2, those off it 4, and the trace 1.
    Field weights() const
    {
        Field weights = nodes(Matrix::Constant(rank_, rank_, 4.0));
        if (rank_ == 1) {
            return Field::Constant(1, 3.0);
        }
        for (Index i = 0, node = 0; i < rank_; node += rank_ - i, ++i) {
            weights[node] = 2.0;
        }
        weights[size() - 1] = 1.0;
        return weights;
    }

private:
    Index rank_;
};

/// f(x) = S x^2 against A x^2 with x ~ N(0, 1): E x^4 = 3 gives R = (3 / 2) (S - A)^2 and w' = -6 (S - B) w,
/// B = A - lambda / 6, for V = lambda / 2 w^2.  S' = 12 S (B - S) is logistic, and any law of w is stretched
/// by (S / S_0)^(1/2).  values() also: second_moment S / mass, risk, objective.
class Stretched : public Transported {
public:
    Stretched(const Problem& problem, double target, double decay)
        : Transported(problem), target_(target), decay_(decay)
    {
        start_ = mass() * moment([](double w) { return w * w; }, [](double w) { return 2.0 * w; });
    }
    Field predictions(double t) const override { return Field::Constant(1, sum(t)); }

    std::vector<std::string> names() const override { return {"mass", "objective", "risk", "second_moment"}; }
    std::map<std::string, double> values(double t) const override
    {
        std::map<std::string, double> all = Transported::values(t);
        const double s = sum(t);
        all["second_moment"] = s / mass();
        all["risk"] = 1.5 * (s - target_) * (s - target_);
        all["objective"] = all["risk"] + 0.5 * decay_ * s;
        return all;
    }

protected:
    double origin(double w, double t) const override { return w * std::sqrt(start_ / sum(t)); }

private:
    /// S(t) = S_0 / (exp(-z) + 12 S_0 t (1 - exp(-z)) / z), z = 12 B t.
    double sum(double t) const
    {
        const double z = 12.0 * (target_ - decay_ / 6.0) * t;
        const double mean = z == 0.0 ? 1.0 : -std::expm1(-z) / z;
        return start_ / (std::exp(-z) + 12.0 * start_ * t * mean);
    }

    double target_, decay_, start_;
};

/// Coefficients of Taylor series of matrices in time.
using Series = std::vector<Matrix>;

Matrix value_at(const Series& series, double t)
{
    Matrix sum = series.back();
    for (std::size_t k = series.size() - 1; k-- > 0;) {
        sum = series[k] + t * sum;
    }
    return sum;
}

Matrix product_term(const Series& a, const Series& b, std::size_t k)
{
    Matrix sum = Matrix::Zero(a.front().rows(), b.front().cols());
    for (std::size_t i = 0; i <= k; ++i) {
        sum.noalias() += a[i] * b[k - i];
    }
    return sum;
}

/// Several coordinates: w' = -C w with C = 4 (S - A) + (2 tr(S - A) + lambda) I, so that places are mapped by
/// a matrix L, L' = -C L, and S' = -(C S + S C).  A Gaussian stays one.  The two equations are solved by
/// Taylor series of order 24, whose last terms are round-off.  values() also: risk, objective.
class Mapped : public NormalPath {
public:
    Mapped(const Problem& problem, const Normal& start, Matrix target, double decay)
        : NormalPath(problem.coordinates, problem.initial.mass),
          start_(start),
          target_(std::move(target)),
          decay_(decay)
    {}
    Field predictions(double t) const override
    {
        return SecondMoments(target_.rows()).nodes(solution(t).moments);
    }
    std::map<std::string, double> values(double t) const override
    {
        std::map<std::string, double> all = NormalPath::values(t);
        const Matrix s = solution(t).moments, miss = s - target_;
        all["risk"] = miss.squaredNorm() + 0.5 * miss.trace() * miss.trace();
        all["objective"] = all["risk"] + 0.5 * decay_ * s.trace();
        return all;
    }

protected:
    std::vector<std::string> more_names() const override { return {"objective", "risk"}; }
    Normal at(double t) const override
    {
        const Matrix map = solution(t).map;
        return {map * start_.mean, map * start_.covariance * map.transpose()};
    }

private:
    struct Solution {
        Matrix moments, map;
    };

    Matrix rate(const Matrix& moments, bool constant_term) const
    {
        const Matrix unit = Matrix::Identity(moments.rows(), moments.cols());
        const Matrix miss = constant_term ? moments - target_ : moments;
        return 4.0 * miss + (2.0 * miss.trace() + (constant_term ? decay_ : 0.0)) * unit;
    }

    Solution solution(double t) const
    {
        Solution now{mass() * (start_.covariance + start_.mean * start_.mean.transpose()),
                     Matrix::Identity(target_.rows(), target_.cols())};
        for (double time = 0.0; time < t;) {
            time += step(t - time, now);
        }
        return now;
    }

    /// Advances by the returned time, at most `most`.
    double step(double most, Solution& now) const
    {
        constexpr std::size_t order = 24;
        Series s = {now.moments}, map = {now.map}, c;
        for (std::size_t k = 0; k < order; ++k) {
            c.push_back(rate(s[k], k == 0));
            const Matrix half = product_term(c, s, k);
            const double next = 1.0 / static_cast<double>(k + 1);
            s.push_back(-next * (half + half.transpose()));
            map.push_back(-next * product_term(c, map, k));
        }
        double dt = most;
        for (const Series* series : {&s, &map}) {
            for (const std::size_t k : {order - 1, order}) {
                const double last = (*series)[k].norm(), first = series->front().norm();
                dt = last > 0.0 ? std::min(dt, std::pow(1e-17 * first / last, 1.0 / static_cast<double>(k)))
                                : dt;
            }
        }
        now = {value_at(s, dt), value_at(map, dt)};
        return dt;
    }

    Normal start_;
    Matrix target_;
    double decay_;
};

/// A number stands for a multiple of the unit matrix.
Matrix read_target(const Settings& section)
{
    const Value& given = section.value("target");
    const bool number = !given.is(Value::Kind::list);
    const Matrix rows = number ? Matrix::Constant(1, 1, section.number("target")) : section.matrix("target");
    if (rows.rows() > 3 || rows.rows() != rows.cols() || rows != rows.transpose()) {
        section.fail("target", "expected a number, or the rows of a symmetric matrix, at most three");
    }
    const Index rank = section.has("dimension") ? section.integer("dimension") : rows.rows();
    if (rank > 3 || (!number && rank != rows.rows())) {
        section.fail("dimension", "expected 1, 2 or 3, as many as the target has rows");
    }
    return number ? Matrix(rows(0, 0) * Matrix::Identity(rank, rank)) : rows;
}

std::vector<Coordinate> weights(Index rank)
{
    std::vector<Coordinate> all = {{"w", "input weight"}};
    for (Index k = 0; rank > 1 && k < rank; ++k) {
        all.resize(static_cast<std::size_t>(rank), all.front());
        all[static_cast<std::size_t>(k)].name = "w" + std::to_string(k + 1);
    }
    return all;
}

std::shared_ptr<const Exact> solution(const Problem& problem, const Matrix& target, double decay)
{
    if (problem.growth.kind != Growth::Kind::none || problem.warm()) {
        return nullptr;
    }
    if (target.rows() == 1) {
        return std::make_shared<Stretched>(problem, target(0, 0), decay);
    }
    const std::optional<Normal> start = normal_start(problem.initial);
    return start ? std::make_shared<Mapped>(problem, *start, target, decay) : nullptr;
}

Problem make(const Settings& root, const Data*)
{
    const Settings section = root.table("problem");
    const Matrix target = read_target(section);
    const double decay = section.number("decay");
    Problem problem;
    problem.coordinates = weights(target.rows());
    const auto moments = std::make_shared<SecondMoments>(target.rows());
    problem.features = moments;
    problem.risk = risks().find("square").make(root, {moments->weights(), moments->nodes(target)});
    problem.confinement = quadratic_field(decay);
    read_common(root, problem, "gaussian");
    problem.exact = at_speed(problem.speed, solution(problem, target, decay));
    return problem;
}

const bool registered = problems().add(
    {"quadratic-activation",
     "units (w . x)^2 on Gaussian inputs towards x . A x in one to three dimensions; in closed form",
     make,
     {{"problem.target", "number|matrix|named:law", "1.0", "",
       "matrix A of the function x . A x to be learnt, "
       "as rows; a number for a multiple of the unit matrix"},
      {"problem.dimension", "integer", "-", ">= 1",
       "dimension of the inputs, at most 3, by default that of the target"},
      {"problem.decay", "number", "0.0", ">= 0", "lambda of V = lambda / 2 w^2"}}});

}  // namespace
}  // namespace widelimit
