// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/certificate/baselines.hpp"

#include <Eigen/LU>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

#include "widelimit/certificate/programme.hpp"
#include "widelimit/core/eigensystem.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/core/stream.hpp"

namespace widelimit {

double FrozenNeurons::objective(const Field& weights) const
{
    return risk->value(columns * weights) + l1 * weights.cwiseAbs().sum() + 0.5 * l2 * weights.squaredNorm();
}

double FrozenNeurons::summand_smoothness() const
{
    const Field& v = risk->nodes().weights;
    const auto n = static_cast<double>(v.size());
    return n * risk->smoothness() * v.cwiseProduct(columns.rowwise().squaredNorm()).maxCoeff() + l2;
}

double FrozenNeurons::smoothness() const
{
    const Matrix scaled = risk->nodes().weights.cwiseSqrt().asDiagonal() * columns;
    const Matrix gram = scaled * scaled.transpose();
    return risk->smoothness() * Eigensystem(gram).values.maxCoeff() + l2;
}

namespace {

/// min R(A w) + l2 |w|^2 / 2 by Newton's method, whose systems have the size of the data.
double least_smooth(const FrozenNeurons& problem)
{
    const Matrix &a = problem.columns, gram = a * a.transpose();
    Field w = Field::Zero(a.cols());
    for (int pass = 0; pass < 100; ++pass) {
        const Field f = a * w, gradient = a.transpose() * problem.risk->slope(f) + problem.l2 * w;
        Matrix system = Matrix::Identity(f.size(), f.size()) * problem.l2;
        for (Index i = 0; i < f.size(); ++i) {
            system.col(i) += problem.risk->curvature(f, gram.col(i));
        }
        const Field pulled = system.partialPivLu().solve(problem.risk->curvature(f, a * gradient));
        const Field step = (gradient - a.transpose() * pulled) / problem.l2;
        double length = 1.0;
        while (length > 1e-12 && problem.objective(w - length * step) > problem.objective(w)) {
            length *= 0.5;
        }
        w -= length * step;
        if (step.norm() <= 1e-14 * w.norm()) {
            break;
        }
    }
    return problem.objective(w);
}

}  // namespace

double FrozenNeurons::least() const
{
    expects(l1 > 0.0 || (l2 > 0.0 && both_signs), "a penalty");
    if (l1 == 0.0) {
        return least_smooth(*this);
    }
    return objective(best_weights(*risk, columns, l1, Field::Zero(columns.cols()), both_signs, l2));
}

namespace {

/// A method between passes.
class Method {
public:
    explicit Method(const FrozenNeurons& problem)
        : problem_(&problem), weights_(Field::Zero(problem.columns.cols()))
    {}
    virtual ~Method() = default;
    /// n gradients of single data.
    virtual void pass() = 0;
    virtual double objective() const { return problem_->objective(weights_); }
    virtual double promised() const { return 1.0; }

protected:
    Index data() const { return problem_->columns.rows(); }
    Field gradient(const Field& w) const
    {
        return problem_->columns.transpose() * problem_->risk->slope(problem_->columns * w) +
               problem_->l2 * w;
    }
    /// n v_i l'(a_i . w).
    double slope(Index i) const
    {
        Field f = Field::Zero(data());
        f[i] = problem_->columns.row(i).dot(weights_);
        return static_cast<double>(data()) * problem_->risk->slope(f)[i];
    }
    /// w - step * direction, then the minimiser of step * l1 |.|_1 + half the squared distance.
    void descend(double step, const Field& direction)
    {
        const Field moved = weights_ - step * direction;
        const Field shrunk = (moved.cwiseAbs().array() - step * problem_->l1).max(0.0);
        weights_ = moved.cwiseSign().cwiseProduct(shrunk);
        if (!problem_->both_signs) {
            weights_ = weights_.cwiseMax(0.0);
        }
    }

    const FrozenNeurons* problem_;
    Field weights_;
};

class FullGradient : public Method {
public:
    explicit FullGradient(const FrozenNeurons& problem) : Method(problem), smoothness_(problem.smoothness())
    {}
    void pass() override { descend(1.0 / smoothness_, gradient(weights_)); }
    double promised() const override { return 1.0 - problem_->l2 / smoothness_; }

private:
    double smoothness_;
};

/// Data at random; the k-th draw is a function of the seed.
class Stochastic : public Method {
public:
    Stochastic(const FrozenNeurons& problem, std::uint64_t seed)
        : Method(problem), smoothness_(problem.summand_smoothness()), stream_(seed, 0, 0)
    {}
    void pass() override
    {
        for (Index k = 0; k < data(); ++k) {
            step(stream_.below(data(), draws_));
            ++draws_;
        }
    }

protected:
    virtual void step(Index i) = 0;
    auto row(Index i) const { return problem_->columns.row(i).transpose(); }
    double factor(double rate) const { return std::pow(1.0 - rate, static_cast<double>(data())); }

    double smoothness_;
    std::uint64_t draws_ = 0;

private:
    Stream stream_;
};

class Sgd : public Stochastic {
public:
    using Stochastic::Stochastic;

private:
    void step(Index i) override
    {
        const auto k = static_cast<double>(draws_);
        const double inverse = problem_->l2 > 0.0
                                   ? 2.0 * smoothness_ + 0.5 * problem_->l2 * k
                                   : 2.0 * smoothness_ * std::sqrt(1.0 + k / static_cast<double>(data()));
        descend(1.0 / inverse, slope(i) * row(i) + problem_->l2 * weights_);
    }
};

/// With a table of the last slope at every datum; the first pass fills it.
class Averaged : public Stochastic {
public:
    using Stochastic::Stochastic;

    void pass() override
    {
        if (table_.size() > 0) {
            Stochastic::pass();
            return;
        }
        table_.resize(data());
        for (Index i = 0; i < data(); ++i) {
            table_[i] = slope(i);
        }
        mean_ = problem_->columns.transpose() * table_ / static_cast<double>(data());
    }

protected:
    /// The change of the datum's slope, taken over into table and mean.
    double renew(Index i)
    {
        const double change = slope(i) - table_[i];
        table_[i] += change;
        return change;
    }

    Field table_, mean_;
};

class Sag : public Averaged {
public:
    using Averaged::Averaged;
    double promised() const override
    {
        return factor(std::min(problem_->l2 / (16.0 * smoothness_), 0.125 / static_cast<double>(data())));
    }

private:
    void step(Index i) override
    {
        mean_ += renew(i) / static_cast<double>(data()) * row(i);
        descend(1.0 / (16.0 * smoothness_), mean_ + problem_->l2 * weights_);
    }
};

class Saga : public Averaged {
public:
    using Averaged::Averaged;
    double promised() const override
    {
        return factor(std::min(problem_->l2 / (3.0 * smoothness_), 0.25 / static_cast<double>(data())));
    }

private:
    void step(Index i) override
    {
        const Field change = renew(i) * row(i), before = mean_;
        mean_ += change / static_cast<double>(data());
        descend(1.0 / (3.0 * smoothness_), change + before + problem_->l2 * weights_);
    }
};

/// Masses of either sign.
class Mirror : public Method {
public:
    explicit Mirror(const FrozenNeurons& problem) : Method(problem), signs_(problem.both_signs ? 2 : 1, 1)
    {
        const auto count = static_cast<double>(problem.columns.cols() * signs_.rows());
        masses_ = Matrix::Constant(problem.columns.cols(), signs_.rows(), problem.start / count);
        signs_(0, 0) = 1.0;
        if (problem.both_signs) {
            signs_(1, 0) = -1.0;
        }
    }

    double objective() const override { return objective(masses_); }
    void pass() override
    {
        const Field g = gradient(masses_ * signs_);
        const Matrix slopes = (g * signs_.transpose()).array() + problem_->l1;
        const double before = objective(masses_);
        Matrix next = masses_;
        for (step_ *= 2.0; step_ > 1e-300; step_ *= 0.5) {
            next = masses_.cwiseProduct((-step_ * slopes.array()).min(50.0).exp().matrix());
            const Matrix moved = next - masses_;
            // Bregman distance of sum m log m.
            const double distance =
                (next.array() * (next.array() / masses_.array()).max(1e-300).log()).sum() - moved.sum();
            if (objective(next) <= before + slopes.cwiseProduct(moved).sum() + distance / step_) {
                break;
            }
        }
        masses_ = next.cwiseMax(1e-290);
    }

private:
    double objective(const Matrix& masses) const
    {
        const Field w = masses * signs_;
        return problem_->objective(w) + problem_->l1 * (masses.sum() - w.cwiseAbs().sum());
    }

    Matrix signs_, masses_;  ///< neurons x signs
    double step_ = 1.0;
};

using Maker = std::unique_ptr<Method> (*)(const FrozenNeurons&, std::uint64_t);

template <class M>
std::unique_ptr<Method> made(const FrozenNeurons& problem, std::uint64_t seed)
{
    if constexpr (std::is_base_of_v<Stochastic, M>) {
        return std::make_unique<M>(problem, seed);
    } else {
        return std::make_unique<M>(problem);
    }
}

const std::map<std::string, Maker>& makers()
{
    static const std::map<std::string, Maker> all = {{"gradient", made<FullGradient>},
                                                     {"sgd", made<Sgd>},
                                                     {"sag", made<Sag>},
                                                     {"saga", made<Saga>},
                                                     {"mirror", made<Mirror>}};
    return all;
}

/// Slope of log gap over the later half of the passes in which it is above round-off, as a factor.
double factor_of(const Field& gaps)
{
    Index end = 0;
    while (end < gaps.size() && gaps[end] > 1e-12) {
        ++end;
    }
    const Index first = end / 2, count = end - first;
    if (count < 3) {
        return 1.0;
    }
    const Field y = gaps.segment(first, count).array().log();
    const Field x =
        Field::LinSpaced(count, -0.5 * static_cast<double>(count - 1), 0.5 * static_cast<double>(count - 1));
    return std::exp(x.dot(y) / x.squaredNorm());
}

}  // namespace

Baseline run_baseline(const std::string& method, const FrozenNeurons& problem, double least, Index passes,
                      std::uint64_t seed)
{
    expects(std::isfinite(problem.risk->smoothness()), "a sum of losses of bounded curvature");
    const std::unique_ptr<Method> m = makers().at(method)(problem, seed);
    Baseline found;
    found.gaps.resize(passes + 1);
    for (Index k = 0; k <= passes; ++k) {
        interruption_point();
        if (k > 0) {
            m->pass();
        }
        found.gaps[k] = (m->objective() - least) / std::abs(least);
    }
    found.promised = m->promised();
    found.observed = factor_of(found.gaps);
    return found;
}

}  // namespace widelimit
