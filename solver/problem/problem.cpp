// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/problem.hpp"

#include <limits>

#include "widelimit/core/error.hpp"

namespace widelimit {

Registry<ProblemEntry>& problems()
{
    static Registry<ProblemEntry> registry("problem");
    return registry;
}

std::vector<double> Problem::signs() const
{
    if (amplitude == Amplitude::signs) {
        return {amplitude_scale, -amplitude_scale};
    }
    return {amplitude_scale};
}

Field Problem::amplitudes(const Matrix& points) const
{
    return amplitude == Amplitude::axis ? Field(points.row(0).transpose()) : Field::Ones(points.cols());
}

Field Problem::pull(const Matrix& points, const Field& r) const
{
    return values(points) * r;
}

Matrix Problem::values(const Matrix& points) const
{
    return amplitudes(points).asDiagonal() * features->values(base(points));
}

double ScalarField::stiffness() const
{
    return std::numeric_limits<double>::quiet_NaN();
}

Field Exact::masses_in(double sign, const Matrix& lower, const Matrix& upper, double t) const
{
    Field masses = Field::Constant(lower.cols(), std::numeric_limits<double>::quiet_NaN());
    for (Index i = 0; lower.rows() == 1 && i < lower.cols(); ++i) {
        masses[i] = mass_between(sign, lower(0, i), upper(0, i), t);
    }
    return masses;
}

double Exact::mass_between(double, double, double, double) const
{
    return std::numeric_limits<double>::quiet_NaN();
}

double Exact::least_objective() const
{
    return std::numeric_limits<double>::quiet_NaN();
}

Field Exact::predictions(double) const
{
    return {};
}

std::map<std::string, double> Exact::values(double) const
{
    return {};
}

namespace {

class Constant : public ScalarField {
public:
    explicit Constant(double level) : level_(level) {}
    Field value(const Matrix& points) const override { return Field::Constant(points.cols(), level_); }
    Matrix slope(const Matrix& points) const override { return Matrix::Zero(points.rows(), points.cols()); }
    double stiffness() const override { return 0.0; }

private:
    double level_;
};

class Quadratic : public ScalarField {
public:
    Quadratic(double stiffness, double level) : stiffness_(stiffness), level_(level) {}
    Field value(const Matrix& points) const override
    {
        return (0.5 * stiffness_ * points.colwise().squaredNorm().transpose()).array() + level_;
    }
    Matrix slope(const Matrix& points) const override { return stiffness_ * points; }
    double stiffness() const override { return stiffness_; }

private:
    double stiffness_, level_;
};

class Line : public ScalarField {
public:
    Line(std::function<double(double)> value, std::function<double(double)> slope)
        : value_(std::move(value)), slope_(std::move(slope))
    {}
    Field value(const Matrix& points) const override { return points.row(0).transpose().unaryExpr(value_); }
    Matrix slope(const Matrix& points) const override { return points.unaryExpr(slope_); }

private:
    std::function<double(double)> value_, slope_;
};

class LineMobility : public Mobility {
public:
    LineMobility(std::function<double(double)> value, std::function<double(double)> slope)
        : value_(std::move(value)), slope_(std::move(slope))
    {}
    Matrix value(const Matrix& points) const override { return points.unaryExpr(value_); }
    Matrix slope(const Matrix& points) const override { return points.unaryExpr(slope_); }

private:
    std::function<double(double)> value_, slope_;
};

const std::map<std::string, Growth::Kind>& growth_laws()
{
    static const std::map<std::string, Growth::Kind> laws = {
        {"none", Growth::Kind::none},
        {"proportional", Growth::Kind::proportional},
        {"mean-preserving", Growth::Kind::mean_preserving},
        {"linear", Growth::Kind::linear}};
    return laws;
}

Growth read_growth(const Settings& section, const Growth& natural)
{
    const Growth::Kind kind = growth_laws().at(section.text("growth.law"));
    if (kind == Growth::Kind::none) {
        return {kind, 0.0};
    }
    const bool keeps_factor = kind == natural.kind && !section.has("growth.kappa");
    return {kind, keeps_factor ? natural.kappa : section.number("growth.kappa")};
}

void record_growth(const Settings& section, const Growth& growth)
{
    for (const auto& [name, kind] : growth_laws()) {
        if (kind == growth.kind) {
            section.record("growth.law", Value(name));
        }
    }
    if (growth.kind != Growth::Kind::none) {
        section.record("growth.kappa", Value(growth.kappa));
    }
}

void read_initial(const Settings& section, const std::string& law, Problem& problem)
{
    const Settings table = section.table("initial");
    static_cast<TableLaw&>(problem.initial) = make_laws(table, problem.coordinates, law);
    problem.initial.mass = section.number("mass");
    problem.initial.plus = section.number("plus");
    if (problem.initial.plus != 0.5 && problem.amplitude != Amplitude::signs) {
        section.fail("plus", "is for neurons of two signs");
    }
    if (!table.has("of")) {
        table.record("law", Value(problem.initial.name));
    }
}

void read_internal(const Settings& section, Problem& problem)
{
    if (section.has("internal")) {
        problem.internal = make_internal(section.table("internal"));
    }
    if (!section.has("reference")) {
        return;
    }
    if (problem.log_reference || (!problem.internal && !problem.warm())) {
        section.fail("reference", problem.log_reference ? "this problem has a reference density of its own"
                                                        : "is for an internal energy or a temperature");
    }
    problem.reference = make_laws(section.table("reference"), problem.coordinates).whole();
}

void read_source(const Settings& section, Problem& problem)
{
    if (!section.has("source")) {
        return;
    }
    const Settings table = section.table("source");
    problem.source.law = make_laws(table, problem.coordinates).whole();
    problem.source.of_killed = table.flag("killed");
    problem.source.rate = table.has("rate") ? table.number("rate") : 0.0;
    if (problem.source.of_killed == (problem.source.rate > 0.0)) {
        table.fail("rate", "give either a rate, or killed = true for what growth kills");
    }
    if (problem.source.of_killed && problem.growth.kind != Growth::Kind::mean_preserving) {
        table.fail("killed", "is for growth = \"mean-preserving\": nothing is killed otherwise");
    }
    if (problem.growth.kind == Growth::Kind::linear) {
        table.fail("law", "the linear growth law has a signed density, which no law can be added to");
    }
}

void refuse_standstill(const Settings& section, const Problem& problem)
{
    if (problem.frozen && problem.growth.kind == Growth::Kind::none) {
        section.fail("transport", "without transport and growth nothing moves");
    }
    if (problem.growth.kind == Growth::Kind::linear && problem.amplitude == Amplitude::signs) {
        section.fail("growth", "the linear law has a signed density of its own: no signs of the amplitude");
    }
}

}  // namespace

std::shared_ptr<const ScalarField> constant_field(double level)
{
    return std::make_shared<Constant>(level);
}

std::shared_ptr<const ScalarField> quadratic_field(double stiffness, double level)
{
    return std::make_shared<Quadratic>(stiffness, level);
}

std::shared_ptr<const ScalarField> line_field(std::function<double(double)> value,
                                              std::function<double(double)> slope)
{
    return std::make_shared<Line>(std::move(value), std::move(slope));
}

std::shared_ptr<const Mobility> line_mobility(std::function<double(double)> value,
                                              std::function<double(double)> slope)
{
    return std::make_shared<LineMobility>(std::move(value), std::move(slope));
}

std::vector<Key> problem_keys()
{
    std::vector<Key> keys = {
        {"problem.name", "text", "\"network\"", "", "which problem (widelimit list problems)"},
        {"problem.growth", "named:law", "-", "", "growth law, if not the one that follows from the network"},
        {"problem.growth.law", "text", "-", "in none, proportional, mean-preserving, linear",
         "the rate is 0, -kappa psi mu, -kappa (psi - mean) mu, or -kappa psi for a signed density"},
        {"problem.growth.kappa", "number", "1.0", "> 0", "factor kappa of the growth rate"},
        {"problem.transport", "flag", "true", "", "false: neurons keep their place and only grow"},
        {"problem.mass", "number", "1.0", "> 0", "total mass at time 0"},
        {"problem.plus", "number", "0.5", "[0, 1]",
         "share of the mass at time 0 with positive output weights, where neurons have signs"},
        {"problem.initial", "named:law", "-", "", "law of the neurons at time 0 (see the laws below)"},
        {"problem.target", "number|matrix|named:law", "1.0", "",
         "what is to be learnt, or the law to be met"}};
    const auto add = [&keys](const std::vector<Key>& more) {
        keys.insert(keys.end(), more.begin(), more.end());
    };
    add(law_keys("problem.initial"));
    add(law_keys("problem.target"));
    keys.push_back({"problem.reference", "named:law", "-", "",
                    "law with the density m that entropy and internal energy refer to; 1 by default"});
    add(law_keys("problem.reference"));
    add(internal_keys());
    keys.push_back({"problem.source", "named:law", "-", "", "law that neurons are re-injected from"});
    add(law_keys("problem.source"));
    add({{"problem.source.rate", "number", "-", "> 0", "rate of rate (mass * law - mu)"},
         {"problem.source.killed", "flag", "false", "",
          "true: the rate is that at which mean-preserving growth kills: what it kills comes back from the "
          "law, and "
          "neurons at random make room"}});
    add(Schedule::keys("problem.temperature", "tau(t) of tau int u log(u / m): noise of the training",
                       "0.0"));
    add(Schedule::keys("time.speed", "factor s(t) of every rate"));
    return keys;
}

void read_common(const Settings& root, Problem& problem, const std::string& law)
{
    const Settings section = root.table("problem");
    for (Coordinate& coordinate : problem.coordinates) {
        coordinate.sphere = problem.sphere != Sphere::none;
    }
    problem.temperature = Schedule::read(root, "problem.temperature");
    problem.speed = Schedule::read(root, "time.speed");
    if (section.has("growth")) {
        problem.growth = read_growth(section, problem.growth);
    }
    record_growth(section, problem.growth);
    const bool places_are_fixed = problem.frozen || problem.growth.kind == Growth::Kind::linear;
    problem.frozen = !section.flag("transport") || places_are_fixed;
    section.record("transport", Value(!problem.frozen));
    read_initial(section, law, problem);
    read_internal(section, problem);
    read_source(section, problem);
    refuse_standstill(section, problem);
}

}  // namespace widelimit
