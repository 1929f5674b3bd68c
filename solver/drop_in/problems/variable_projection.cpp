// SPDX-License-Identifier: BSD-3-Clause
#include <Eigen/Cholesky>
#include <cmath>
#include <numbers>

#include "widelimit/problem/exact.hpp"

namespace widelimit {
namespace {

/// 1, cos x, ..., cos L x, sin x, ..., sin L x: the predictions are Fourier coefficients C_k and S_k of mu.
class FourierModes : public Features {
public:
    explicit FourierModes(Index highest) : highest_(highest) {}

    Index size() const override { return 2 * highest_ + 1; }
    Matrix values(const Matrix& points) const override
    {
        const Field x = points.row(0).transpose();
        Matrix values(x.size(), size());
        for (Index k = 0; k <= highest_; ++k) {
            values.col(k) = (static_cast<double>(k) * x.array()).cos();
            if (k > 0) {
                values.col(highest_ + k) = (static_cast<double>(k) * x.array()).sin();
            }
        }
        return values;
    }
    void pull(const Matrix& points, const Field& r, Field& g, Matrix& gradient) const override
    {
        const Matrix all = values(points);
        g = all * r;
        // (sum_k p_k cos kx + q_k sin kx)' = sum_k k q_k cos kx - k p_k sin kx.
        Field turned = Field::Zero(size());
        for (Index k = 1; k <= highest_; ++k) {
            turned[k] = static_cast<double>(k) * r[highest_ + k];
            turned[highest_ + k] = -static_cast<double>(k) * r[k];
        }
        gradient = (all * turned).transpose();
    }

private:
    Index highest_;
};

/// What is left of ridge regression when the output weights u are always the best ones,
///
///     R = min_u int u^2 dmu / 2 + |int phi u dmu - y|^2 / (2 lambda) = y . alpha / 2,
///     (K + lambda) alpha = y,   K = int phi phi^T dmu,   u = phi . alpha,   dR/dmu = -u^2 / 2,
///
/// on a circle with units phi_k(theta) = m_k e_k(theta) along the orthonormal modes e_k of their inputs, k <=
/// L; y = int phi dnu of the teacher nu.  K is a linear function of the coefficients of mu up to 2 L, the
/// predictions, which makes R a convex function of these.
class Eliminated : public Risk {
public:
    /// `multipliers` m_0, ..., m_L; `teacher`: coefficients of nu up to 2 L.
    Eliminated(Field multipliers, const Field& teacher, double lambda)
        : Risk({Field::Ones(teacher.size()), teacher}), scale_(std::move(multipliers)), lambda_(lambda)
    {
        // All e_k are written as sqrt(2) cos and sqrt(2) sin.
        scale_[0] *= std::numbers::sqrt2 / 2.0;
        const Index top = highest();
        y_.resize(2 * top + 1);
        for (Index k = 0; k <= top; ++k) {
            y_[k] = std::numbers::sqrt2 * scale_[k] * teacher[k];
            if (k > 0) {
                y_[top + k] = std::numbers::sqrt2 * scale_[k] * teacher[2 * top + k];
            }
        }
        // Weights of the size of R'' where the neurons are spread evenly and the teacher is a single one,
        // whose modes do not decay: their ratio, the stiffness, is of order one.
        const Field squares = scale_.cwiseAbs2();
        const Field single = std::numbers::sqrt2 * scale_.array() / (squares.array() + lambda);
        Field alpha(y_.size());
        alpha << single, single.tail(top);
        nodes_.weights = diagonal(teacher[0] * Field::Unit(teacher.size(), 0), alpha).array().max(1e-12);
    }

    double value(const Field& f) const override { return 0.5 * y_.dot(solved(f)); }
    Field slope(const Field& f) const override { return -0.5 * form(solved(f)); }
    Field curvature(const Field& f, const Field& v) const override
    {
        const auto factors = factored(f);
        const Field alpha = factors.solve(y_);
        const Field change = -factors.solve(kernel(v) * alpha);
        // The form is quadratic: its derivative, by polarisation.
        return -0.25 * (form(alpha + change) - form(alpha - change));
    }
    double stiffness(const Field& f) const override
    {
        return diagonal(f, solved(f)).cwiseQuotient(nodes_.weights).maxCoeff();
    }
    double conjugate(const Field&) const override { return std::numeric_limits<double>::infinity(); }
    bool classifies() const override { return false; }

private:
    Index highest() const { return scale_.size() - 1; }

    /// K of these coefficients.
    Matrix kernel(const Field& f) const
    {
        const Index top = highest();
        const auto c = [&](Index k) { return f[std::abs(k)]; };
        const auto s = [&](Index k) { return k == 0 ? 0.0 : k > 0 ? f[2 * top + k] : -f[2 * top - k]; };
        Matrix all(2 * top + 1, 2 * top + 1);
        for (Index i = 0; i <= top; ++i) {
            for (Index j = 0; j <= top; ++j) {
                const double both = scale_[i] * scale_[j];
                all(i, j) = both * (c(i - j) + c(i + j));
                if (i > 0 && j > 0) {
                    all(top + i, top + j) = both * (c(i - j) - c(i + j));
                }
                if (j > 0) {
                    all(i, top + j) = all(top + j, i) = both * (s(i + j) + s(j - i));
                }
            }
        }
        return all;
    }
    /// d (alpha . K alpha) / d f.
    Field form(const Field& alpha) const
    {
        const Index top = highest();
        Field all = Field::Zero(4 * top + 1);
        for (Index i = 0; i <= top; ++i) {
            const double a = scale_[i] * alpha[i], b = i > 0 ? scale_[i] * alpha[top + i] : 0.0;
            for (Index j = 0; j <= top; ++j) {
                const double p = scale_[j] * alpha[j], q = j > 0 ? scale_[j] * alpha[top + j] : 0.0;
                all[std::abs(i - j)] += a * p + b * q;
                all[i + j] += a * p - b * q;
                if (i + j > 0) {
                    all[2 * top + i + j] += 2.0 * a * q;
                }
                if (i != j) {
                    all[2 * top + std::abs(j - i)] += (j > i ? 2.0 : -2.0) * a * q;
                }
            }
        }
        return all;
    }
    Eigen::LLT<Matrix> factored(const Field& f) const
    {
        Matrix system = kernel(f);
        system.diagonal().array() += lambda_;
        return Eigen::LLT<Matrix>(system);
    }
    Field solved(const Field& f) const { return factored(f).solve(y_); }
    /// R''_ii = (K_i alpha) . (K + lambda)^-1 (K_i alpha), K_i the derivative of K in f_i.
    Field diagonal(const Field& f, const Field& alpha) const
    {
        const auto factors = factored(f);
        Matrix moved(alpha.size(), f.size());
        for (Index i = 0; i < f.size(); ++i) {
            moved.col(i) = kernel(Field::Unit(f.size(), i)) * alpha;
        }
        return factors.matrixL().solve(moved).colwise().squaredNorm().transpose();
    }

    Field scale_, y_;
    double lambda_;
};

/// Fourier coefficients of a law on a circle, as FourierModes has them.
Field modes_of(const Law& law, Index highest)
{
    Field all(2 * highest + 1);
    for (Index n = 0; n < all.size(); ++n) {
        const double k = static_cast<double>(n <= highest ? n : n - highest);
        const double shift = n <= highest ? 0.0 : 0.5 * std::numbers::pi;
        all[n] = integral(
            law, [=](double x) { return std::cos(k * x - shift); },
            [=](double x) { return -k * std::sin(k * x - shift); }, law.from(), law.to());
    }
    return all;
}

/// (1 + k^2)^(-order / 2).
Field smooth(Index highest, double order)
{
    Field all(highest + 1);
    for (Index k = 0; k <= highest; ++k) {
        all[k] = std::pow(1.0 + static_cast<double>(k * k), -0.5 * order);
    }
    return all;
}

/// Sizes of the Fourier coefficients of max(cos x, 0): none of odd k but 1.
Field relu_multipliers(Index highest)
{
    Field all = Field::Zero(highest + 1);
    for (Index k = 0; k <= highest; k += 2) {
        all[k] = std::numbers::inv_pi / std::abs(static_cast<double>(k * k) - 1.0);
    }
    all[1] = 0.25;
    return all;
}

Problem make_variable_projection_problem(const Settings& root, const Data*)
{
    const Settings section = root.table("problem");
    Problem problem;
    problem.coordinates = {{"angle", "direction of the input weights", true, 0.0, 2.0 * std::numbers::pi}};
    if (!section.value("target").is(Value::Kind::table)) {
        section.fail("target", "expected a law, the measure of the teacher's neurons");
    }
    const TableLaw teacher = make_laws(section.table("target"), problem.coordinates);
    if (teacher.laws.size() != 1 || !teacher.laws.front()) {
        section.fail("target", "expected a law of one coordinate");
    }
    const Index highest = section.integer("modes");
    const Field multipliers =
        section.flag("relu") ? relu_multipliers(highest) : smooth(highest, section.number("order"));
    problem.features = std::make_shared<FourierModes>(2 * highest);
    problem.risk = std::make_shared<Eliminated>(multipliers, modes_of(*teacher.laws.front(), 2 * highest),
                                                section.number("ridge"));
    read_common(root, problem, "uniform");
    return problem;
}

const bool variable_projection_problem_registered = problems().add(
    {"variable-projection",
     "features on a circle trained while the output weights are always the best of a ridge regression on a "
     "teacher: min_u int u^2 dmu / 2 + |int phi u dmu - y|^2 / (2 lambda)",
     make_variable_projection_problem,
     {{"problem.ridge", "number", "1e-3", "> 0", "lambda of the ridge regression"},
      {"problem.relu", "flag", "false", "",
       "true: ReLU units without bias on inputs uniform on the circle, which do not see odd modes above the "
       "first"},
      {"problem.order", "number", "2.0", ">= 0",
       "units see the mode k of their inputs by the factor (1 + k^2)^(-order / 2)"},
      {"problem.modes", "integer", "32", "[1, 400]", "highest mode of the inputs"}}});

}  // namespace
}  // namespace widelimit
