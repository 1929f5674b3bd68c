// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "widelimit/core/eigensystem.hpp"
#include "widelimit/problem/barenblatt.hpp"
#include "widelimit/problem/normal.hpp"
#include "widelimit/problem/place_names.hpp"
#include "widelimit/problem/settled.hpp"

namespace widelimit {
namespace {

/// V = (x - c) . Q (x - c) / 2.
class QuadraticForm : public ScalarField {
public:
    QuadraticForm(Matrix form, Field centre) : form_(std::move(form)), centre_(std::move(centre)) {}
    Field value(const Matrix& points) const override
    {
        const Matrix away = points.colwise() - centre_;
        return 0.5 * away.cwiseProduct(form_ * away).colwise().sum().transpose();
    }
    Matrix slope(const Matrix& points) const override { return form_ * (points.colwise() - centre_); }

private:
    Matrix form_;
    Field centre_;
};

/// d_t u = div(Q (x - c) u) + tau(t) Laplace u.  In the eigenvectors of Q, with eigenvalues q, the mean's
/// distance to c shrinks by exp(-q_i t), and
///     covariance_ij = covariance_ij(0) exp(-(q_i + q_j) t) + delta_ij int 2 tau(s) exp(-2 q_i (t - s)) ds.
/// values() also: objective.  With all q > 0 the minimiser is N(c, tau Q^-1).
class Relaxation : public NormalPath {
public:
    Relaxation(const Problem& problem, const Normal& start, Matrix form, Field centre)
        : NormalPath(problem.coordinates, problem.initial.mass),
          form_(std::move(form)),
          centre_(std::move(centre)),
          temperature_(problem.temperature),
          speed_(problem.speed(0.0))
    {
        const Eigensystem system(form_);
        rates_ = system.values;
        axes_ = system.vectors;
        away_ = axes_.transpose() * (start.mean - centre_);
        spread_ = axes_.transpose() * start.covariance * axes_;
    }

    std::map<std::string, double> values(double t) const override
    {
        std::map<std::string, double> all = NormalPath::values(t);
        all["objective"] = objective(at(t), temperature_(t / speed_));
        return all;
    }
    double least_objective() const override
    {
        return settles() ? objective(rest(), temperature_(0.0)) : Exact::least_objective();
    }
    Field minimiser_in(double, const Matrix& lower, const Matrix& upper) const override
    {
        return settles() ? mass() * rest().masses_in(lower, upper) : Field();
    }

protected:
    std::vector<std::string> more_names() const override { return {"objective"}; }
    Normal at(double t) const override
    {
        const Field shrunk = (-t * rates_.array()).exp();
        Matrix spread = shrunk.asDiagonal() * spread_ * shrunk.asDiagonal();
        for (Index i = 0; i < rates_.size(); ++i) {
            spread(i, i) += noise_variance(temperature_, speed_, rates_[i], t);
        }
        return {centre_ + axes_ * shrunk.cwiseProduct(away_), axes_ * spread * axes_.transpose()};
    }

private:
    bool settles() const { return rates_[0] > 0.0 && temperature_.constant() && !temperature_.zero(); }
    Normal rest() const
    {
        return {centre_,
                axes_ * (temperature_(0.0) * rates_.cwiseInverse()).asDiagonal() * axes_.transpose()};
    }
    double objective(const Normal& law, double tau) const
    {
        const Field away = law.mean - centre_;
        const double confinement = 0.5 * ((form_ * law.covariance).trace() + away.dot(form_ * away));
        return mass() * confinement + (tau == 0.0 ? 0.0 : tau * entropy(law));
    }

    Matrix form_, axes_, spread_;
    Field centre_, rates_, away_;
    Schedule temperature_;
    double speed_;
};

/// Barenblatt's profile, or the end of another flow, under a form that is a multiple of 1 around 0.
std::shared_ptr<const Exact> profile_of(const Settings& section, const Problem& problem, const Matrix& form,
                                        const Field& centre)
{
    const Settings internal = section.table("internal");
    const Matrix round = form(0, 0) * Matrix::Identity(form.rows(), form.rows());
    if (form != round || !centre.isZero(0.0)) {
        return nullptr;
    }
    std::shared_ptr<const Exact> exact;
    if (internal.text("name") == "porous-medium") {
        exact =
            make_barenblatt_flow(problem, form(0, 0), internal.number("strength"), internal.number("power"));
    }
    return exact ? exact : make_settled_in_well(problem, form(0, 0));
}

Problem make_quadratic_potential_problem(const Settings& root, const Data*)
{
    const Settings section = root.table("problem");
    const Matrix form = section.matrix("form");
    if (form.rows() > 3 || form.rows() != form.cols() || form != form.transpose()) {
        section.fail("form", "expected the rows of a symmetric matrix, at most three");
    }
    Field centre = Field::Zero(form.rows());
    if (section.has("centre")) {
        const std::vector<double> given = section.numbers("centre");
        if (static_cast<Index>(given.size()) != form.rows()) {
            section.fail("centre", "expected as many numbers as the matrix has rows");
        }
        centre = Field::Map(given.data(), form.rows());
    }
    Problem problem;
    problem.coordinates = places(form.rows());
    problem.confinement = std::make_shared<QuadraticForm>(form, centre);
    read_common(root, problem, "gaussian");
    const std::optional<Normal> start = normal_start(problem.initial);
    if (problem.internal) {
        problem.exact = profile_of(section, problem, form, centre);
    } else if (start && problem.growth.kind == Growth::Kind::none && problem.speed.constant()) {
        problem.exact = at_speed(problem.speed, std::make_shared<Relaxation>(problem, *start, form, centre));
    }
    return problem;
}

const bool quadratic_potential_problem_registered = problems().add(
    {"quadratic-potential",
     "flow down V = (x - c) . Q (x - c) / 2 in one to three dimensions; Gaussians in closed form",
     make_quadratic_potential_problem,
     {{"problem.form", "matrix", "[[1.0]]", "", "rows of the symmetric matrix Q; 0 is the heat equation",
       "[[2.0, 0.5], [0.5, 1.0]]"},
      {"problem.centre", "numbers", "-", "", "the point c, by default 0"}}});

}  // namespace
}  // namespace widelimit
