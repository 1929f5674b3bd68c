// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "widelimit/problem/normal.hpp"
#include "widelimit/problem/second_moments.hpp"

namespace widelimit {
namespace {

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

/// Several coordinates: places are mapped by a matrix, and a Gaussian stays one.  values() also: risk,
/// objective.
class Mapped : public NormalPath {
public:
    Mapped(const Problem& problem, const Normal& start, SecondMoments features, SecondMomentFlow flow)
        : NormalPath(problem.coordinates, problem.initial.mass),
          start_(start),
          features_(features),
          flow_(std::move(flow))
    {}
    Field predictions(double t) const override { return features_.nodes(flow_.at(t).moments); }
    std::map<std::string, double> values(double t) const override
    {
        std::map<std::string, double> all = NormalPath::values(t);
        const Matrix s = flow_.at(t).moments;
        all["risk"] = flow_.risk(s);
        all["objective"] = flow_.objective(s);
        return all;
    }

protected:
    std::vector<std::string> more_names() const override { return {"objective", "risk"}; }
    Normal at(double t) const override
    {
        const Matrix map = flow_.at(t).map;
        return {map * start_.mean, map * start_.covariance * map.transpose()};
    }

private:
    Normal start_;
    SecondMoments features_;
    SecondMomentFlow flow_;
};

/// The same with further inputs: the length q of the weights there keeps a chi law, beside Gaussian ones of
/// the others, which have mean 0.  values(): mass, risk, objective.
class MappedWithRest : public Exact {
public:
    MappedWithRest(double mass, Normal start, const Chi& length, SecondMoments features,
                   SecondMomentFlow flow)
        : mass_(mass), start_(std::move(start)), length_(length), features_(features), flow_(std::move(flow))
    {}
    Field masses_in(double, const Matrix& lower, const Matrix& upper, double t) const override
    {
        const Index rank = lower.rows() - 1;
        const Matrix map = flow_.at(t).map, weights = map.topLeftCorner(rank, rank);
        const Normal normal{weights * start_.mean, weights * start_.covariance * weights.transpose()};
        const Chi chi(length_.degrees(), map(rank, rank) * length_.scale());
        Field masses = mass_ * normal.masses_in(lower.topRows(rank), upper.topRows(rank));
        for (Index i = 0; i < masses.size(); ++i) {
            masses[i] *= chi.between(lower(rank, i), upper(rank, i));
        }
        return masses;
    }
    Field predictions(double t) const override { return features_.nodes(flow_.at(t).moments); }
    std::vector<std::string> names() const override { return {"mass", "objective", "risk"}; }
    std::map<std::string, double> values(double t) const override
    {
        const Matrix s = flow_.at(t).moments;
        return {{"mass", mass_}, {"risk", flow_.risk(s)}, {"objective", flow_.objective(s)}};
    }

private:
    double mass_;
    Normal start_;
    Chi length_;
    SecondMoments features_;
    SecondMomentFlow flow_;
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

/// The target on all coordinates: the rest of the inputs has no part in it.
Matrix with_rest(const Matrix& target, Index rest)
{
    if (rest == 0) {
        return target;
    }
    Matrix all = Matrix::Zero(target.rows() + 1, target.rows() + 1);
    all.topLeftCorner(target.rows(), target.rows()) = target;
    return all;
}

std::vector<Coordinate> weights(Index rank, Index rest)
{
    std::vector<Coordinate> all = {{"w", "input weight"}};
    for (Index k = 0; rank > 1 && k < rank; ++k) {
        all.resize(static_cast<std::size_t>(rank), all.front());
        all[static_cast<std::size_t>(k)].name = "w" + std::to_string(k + 1);
    }
    if (rest > 0) {
        all.push_back(
            {"q", "length of the other input weights", false, 0.0, std::numeric_limits<double>::quiet_NaN()});
    }
    return all;
}

std::shared_ptr<const Exact> solution(const Problem& problem, const Matrix& target, Index rest, double decay)
{
    if (problem.growth.kind != Growth::Kind::none || problem.warm()) {
        return nullptr;
    }
    const Index rank = target.rows();
    if (rank == 1 && rest == 0) {
        return std::make_shared<Stretched>(problem, target(0, 0), decay);
    }
    InitialLaw weights = problem.initial;
    weights.laws.resize(static_cast<std::size_t>(rank));
    const std::optional<Normal> start = normal_start(weights);
    if (!start) {
        return nullptr;
    }
    const double mass = problem.initial.mass;
    const SecondMoments features(rank, rest);
    Matrix moments = with_rest(mass * (start->covariance + start->mean * start->mean.transpose()), rest);
    if (rest == 0) {
        return std::make_shared<Mapped>(problem, *start, features,
                                        SecondMomentFlow(moments, target, features.multiplicities(), decay));
    }
    const auto length = std::dynamic_pointer_cast<const Chi>(problem.initial.laws.back());
    if (!length || length->degrees() != static_cast<double>(rest)) {
        return nullptr;
    }
    moments(rank, rank) = mass * length->scale() * length->scale();
    return std::make_shared<MappedWithRest>(
        mass, *start, *length, features,
        SecondMomentFlow(moments, with_rest(target, rest), features.multiplicities(), decay));
}

class SquareUnit : public Activation {
public:
    void value(Eigen::Ref<Matrix> z) const override { z.array() *= z.array(); }
    void slope(Eigen::Ref<Matrix> z) const override { z *= 2.0; }
};

/// Inputs are Gaussian.
std::shared_ptr<const FullNetwork> full_network(const Matrix& target, Index rest, double decay)
{
    const Index rank = target.rows();
    auto full = std::make_shared<FullNetwork>();
    full->dimension = rank + rest;
    full->activation = std::make_shared<SquareUnit>();
    full->decay = decay;
    full->lift = [rank, rest](Draws& draws, const Field& point, double, Eigen::Ref<Field> w, double& a) {
        w.head(rank) = point.head(rank);
        if (rest > 0) {
            w.tail(rest) = point[rank] * draws.direction(rest);
        }
        a = 1.0;
    };
    full->reduce = [rank, rest](const Neurons& neurons) {
        Matrix points(rank + (rest > 0 ? 1 : 0), neurons.outputs.size());
        points.topRows(rank) = neurons.inputs.topRows(rank);
        if (rest > 0) {
            points.row(rank) = neurons.inputs.bottomRows(rest).colwise().norm();
        }
        return ReducedNeurons{std::move(points), Field::Ones(neurons.outputs.size())};
    };
    full->sample = [target, rank](Draws& draws, Eigen::Ref<Field> x) {
        x = draws.normals(x.size());
        return x.head(rank).dot(target * x.head(rank));
    };
    return full;
}

Problem make_quadratic_activation_problem(const Settings& root, const Data*)
{
    const Settings section = root.table("problem");
    const Matrix target = read_target(section);
    const Index rest = section.has("rest") ? section.integer("rest") : 0;
    if (rest > 0 && target.rows() > 2) {
        section.fail("rest", "expected a target of at most two dimensions beside the rest");
    }
    const double decay = section.number("decay");
    Problem problem;
    problem.coordinates = weights(target.rows(), rest);
    const auto moments = std::make_shared<SecondMoments>(target.rows(), rest);
    problem.features = moments;
    problem.risk =
        risks().find("square").make(root, {moments->weights(), moments->nodes(with_rest(target, rest))});
    problem.confinement = quadratic_field(decay);
    problem.full = full_network(target, rest, decay);
    read_common(root, problem, "gaussian");
    problem.exact = at_speed(problem.speed, solution(problem, target, rest, decay));
    return problem;
}

const bool quadratic_activation_problem_registered = problems().add(
    {"quadratic-activation",
     "units (w . x)^2 on Gaussian inputs towards x . A x, in one to three dimensions or beside a rest of the "
     "inputs that A does not see; in closed form",
     make_quadratic_activation_problem,
     {{"problem.target", "number|matrix|named:law", "1.0", "",
       "matrix A of the function x . A x to be learnt, "
       "as rows; a number for a multiple of the unit matrix"},
      {"problem.dimension", "integer", "-", ">= 1",
       "dimension of the inputs, at most 3, by default that of the target"},
      {"problem.rest", "integer", "-", ">= 1",
       "further dimensions of the inputs that the target does not see: one more coordinate q, the length of "
       "the weights there"},
      {"problem.decay", "number", "0.0", ">= 0", "lambda of V = lambda / 2 w^2"}}});

}  // namespace
}  // namespace widelimit
