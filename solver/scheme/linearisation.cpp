// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/scheme/linearisation.hpp"

#include <cmath>

#include "linear_moves.hpp"
#include "widelimit/core/blocks.hpp"
#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

using Triplets = std::vector<Eigen::Triplet<double>>;

/// Columns that a thread takes at a time.
Blocks of_columns(const Matrix& v)
{
    return {v.cols(), 8, v.rows() * v.cols() < 16384 ? v.cols() + 1 : 2};
}

/// The same flow towards no target: psi is then linear in mu.
Problem toward_nothing(const Problem& problem)
{
    Problem copy = problem;
    if (problem.interaction) {
        Interaction bare = *problem.interaction;
        bare.law = nullptr;
        bare.mass = 0.0;
        bare.atoms = Matrix();
        copy.interaction = std::make_shared<const Interaction>(std::move(bare));
    }
    return copy;
}

/// Columns summed over channels, each times its sign.
Matrix signed_sum(const GridFlow& flow, const Matrix& v)
{
    const Index sites = flow.layout().sites();
    Matrix sum = flow.energy().sign(0) * v.topRows(sites);
    for (Index c = 1; c < flow.layout().channels; ++c) {
        sum += flow.energy().sign(c) * v.middleRows(c * sites, sites);
    }
    return sum;
}

}  // namespace

void check_linearisation(const Problem& problem, const FluxScheme& scheme, double sites)
{
    const auto refuse = [](const std::string& what) {
        throw ConfigError("the linearised flow is not known for " + what);
    };
    if (problem.internal) {
        refuse("an internal energy");
    }
    if (scheme.kind() != FluxScheme::Kind::two_point) {
        refuse("this scheme.flux; use \"muscl\", \"upwind\" or \"scharfetter-gummel\"");
    }
    if (problem.source.law) {
        refuse("flows with a source");
    }
    if (problem.growth.kind == Growth::Kind::linear) {
        refuse("the linear growth law");
    }
    constexpr double most = 1 << 27;  // numbers, a GiB
    if (problem.features && sites * static_cast<double>(problem.features->size()) > most) {
        refuse("so many sites and predictions, more than 2^27 features: use fewer cells");
    }
}

Linearisation::Linearisation(const GridFlow& flow)
    : flow_(&flow), without_target_(toward_nothing(flow.problem()))
{
    check_linearisation(flow.problem(), flow.scheme(), static_cast<double>(flow.grid().sites()));
    if (flow.problem().features) {
        features_ = flow.energy().features_at_sites();
    }
    if (flow.problem().interaction) {
        kernel_ = std::make_unique<Discrepancy>(without_target_, flow.grid(), flow.layout(), false);
    }
}

void Linearisation::take(const Field& state)
{
    const Layout& layout = flow_->layout();
    const double scale = std::exp(state[layout.log_mass()]), kappa = flow_->problem().growth.kappa;
    mu_ = scale * layout.measure(state);
    mass_ = mu_.sum();
    psi_ = flow_->evaluation().potential;
    offset_ = keeps_mass() ? psi_.dot(mu_) / mass_ : 0.0;
    const std::vector<LinearMove> moves = linear_moves(*flow_, state);
    Triplets local, pushed, values, drops, ends;
    noise_.clear();
    for (std::size_t k = 0; k < moves.size(); ++k) {
        const LinearMove& move = moves[k];
        const auto row = static_cast<Index>(k);
        for (const auto& [site, weight] : move.weights) {
            local.emplace_back(move.from, site, -weight);
            local.emplace_back(move.to, site, weight);
        }
        const double answer = scale * move.answer;
        pushed.emplace_back(move.from, move.high, -answer);
        pushed.emplace_back(move.from, move.low, answer);
        pushed.emplace_back(move.to, move.high, answer);
        pushed.emplace_back(move.to, move.low, -answer);
        double value = 0.0;
        for (const auto& [site, weight] : move.values) {
            values.emplace_back(row, site, weight);
            value += weight * mu_[site];
        }
        drops.emplace_back(row, move.high, move.conductance);
        drops.emplace_back(row, move.low, -move.conductance);
        ends.emplace_back(move.from, row, -1.0);
        ends.emplace_back(move.to, row, 1.0);
        if (flow_->temperature() > 0.0) {
            noise_.push_back({move.from, move.to, 2.0 * flow_->temperature() * move.conductance * value});
        }
    }
    if (flow_->grows()) {
        for (Index k = 0; k < mu_.size(); ++k) {
            local.emplace_back(k, k, -kappa * (psi_[k] - offset_));
            pushed.emplace_back(k, k, -kappa * mu_[k]);
        }
    }
    const auto fill = [](Sparse& matrix, Index rows, Index columns, const Triplets& entries) {
        matrix.resize(rows, columns);
        matrix.setFromTriplets(entries.begin(), entries.end());
    };
    const Index size = layout.masses(), count = static_cast<Index>(moves.size());
    fill(local_, size, size, local);
    fill(pushed_, size, size, pushed);
    fill(values_, count, size, values);
    fill(drops_, count, size, drops);
    fill(moves_, size, count, ends);
}

Matrix Linearisation::predictions(const Matrix& v) const
{
    return features_.transpose() * signed_sum(*flow_, v);
}

Matrix Linearisation::features() const
{
    const Index sites = flow_->layout().sites();
    Matrix all(flow_->layout().masses(), features_.cols());
    for (Index c = 0; c < flow_->layout().channels; ++c) {
        all.middleRows(c * sites, sites) = flow_->energy().sign(c) * features_;
    }
    return all;
}

Matrix Linearisation::curvature(const Matrix& f) const
{
    Matrix curved(f.rows(), f.cols());
    for (Index k = 0; k < f.cols(); ++k) {
        curved.col(k) = flow_->problem().risk->curvature(flow_->evaluation().predictions, f.col(k));
    }
    return curved;
}

Matrix Linearisation::kernel_answer(const Matrix& v) const
{
    Matrix answers = Matrix::Zero(v.rows(), v.cols());
    Field state = Field::Zero(flow_->layout().size()), psi;
    for (Index k = 0; kernel_ && k < v.cols(); ++k) {
        state.head(v.rows()) = v.col(k);
        kernel_->evaluate(state, psi);
        answers.col(k) = psi;
    }
    return answers;
}

Matrix Linearisation::answer(const Matrix& v) const
{
    Matrix answers = kernel_answer(v);
    if (!flow_->problem().features) {
        return answers;
    }
    const Index sites = flow_->layout().sites();
    for_each_block(of_columns(v), [&](Index first, Index count) {
        const Matrix slopes = curvature(predictions(v.middleCols(first, count)));
        const Matrix pull = features_ * slopes;
        for (Index c = 0; c < flow_->layout().channels; ++c) {
            answers.block(c * sites, first, sites, count) += flow_->energy().sign(c) * pull;
        }
    });
    return answers;
}

/// kappa dc mu, with dc = (<mu, I v> + <psi - c, v>) / mass.
void Linearisation::add_mean_terms(const Matrix& v, const Matrix& answers, Matrix& rate) const
{
    const double kappa = flow_->problem().growth.kappa;
    for (Index k = 0; k < v.cols(); ++k) {
        const double change =
            (mu_.dot(answers.col(k)) + (psi_.array() - offset_).matrix().dot(v.col(k))) / mass_;
        rate.col(k) += kappa * change * mu_;
    }
}

double Linearisation::mean_share(const Eigen::Ref<const Field>& w) const
{
    return flow_->problem().growth.kappa * mu_.dot(w) / mass_;
}

Matrix Linearisation::apply(const Matrix& v, const Matrix& answers) const
{
    Matrix rate(v.rows(), v.cols());
    for_each_block(of_columns(v), [&](Index first, Index count) {
        rate.middleCols(first, count) = local_ * v.middleCols(first, count);
        rate.middleCols(first, count) += pushed_ * answers.middleCols(first, count);
    });
    if (keeps_mass()) {
        add_mean_terms(v, answers, rate);
    }
    return rate;
}

Matrix Linearisation::pulled(const Matrix& w) const
{
    Matrix pulled(w.rows(), w.cols());
    for_each_block(of_columns(w), [&](Index first, Index count) {
        pulled.middleCols(first, count) = pushed_.transpose() * w.middleCols(first, count);
        for (Index k = first; keeps_mass() && k < first + count; ++k) {
            pulled.col(k) += mean_share(w.col(k)) * mu_;
        }
    });
    return pulled;
}

Matrix Linearisation::transpose(const Matrix& w) const
{
    Matrix rate(w.rows(), w.cols());
    for_each_block(of_columns(w), [&](Index first, Index count) {
        rate.middleCols(first, count) = local_.transpose() * w.middleCols(first, count);
        for (Index k = first; keeps_mass() && k < first + count; ++k) {
            rate.col(k) += mean_share(w.col(k)) * (psi_.array() - offset_).matrix();
        }
    });
    return rate + answer(pulled(w));
}

Field Linearisation::bend(const Matrix& v, const Matrix& answers) const
{
    const double kappa = flow_->problem().growth.kappa;
    Field sum = Field::Zero(v.rows());
    add_blocks(
        of_columns(v),
        [&](Index first, Index count, Field& term) {
            const Matrix part = v.middleCols(first, count), of_part = answers.middleCols(first, count);
            const Matrix flux = (values_ * part).cwiseProduct(drops_ * of_part);
            term += moves_ * flux.rowwise().sum();
            if (!flow_->grows()) {
                return;
            }
            term -= kappa * of_part.cwiseProduct(part).rowwise().sum();
            for (Index k = 0; keeps_mass() && k < count; ++k) {
                const double change =
                    (mu_.dot(of_part.col(k)) + (psi_.array() - offset_).matrix().dot(part.col(k))) / mass_;
                term += kappa * (change * part.col(k) + of_part.col(k).dot(part.col(k)) / mass_ * mu_);
            }
        },
        sum);
    // What psi itself adds, at fixed mu.
    const Field second = second_answer(v);
    sum += pushed_ * second;
    if (keeps_mass()) {
        sum += kappa * mu_.dot(second) / mass_ * mu_;
    }
    return sum;
}

Field Linearisation::second_answer(const Matrix& v) const
{
    Field psi = Field::Zero(v.rows());
    if (!flow_->problem().features) {
        return psi;
    }
    const Risk& risk = *flow_->problem().risk;
    const Field& f = flow_->evaluation().predictions;
    const Matrix g = predictions(v);
    Field slope = Field::Zero(f.size());
    for (Index k = 0; k < g.cols(); ++k) {
        const double size = g.col(k).cwiseAbs().maxCoeff();
        if (size == 0.0) {
            continue;
        }
        // R''' by a central difference of R'': its error is some 1e-8 of it, and zero of the square risk.
        const double apart = 1e-4 / size;
        slope += (risk.curvature(f + apart * g.col(k), g.col(k)) -
                  risk.curvature(f - apart * g.col(k), g.col(k))) /
                 (4.0 * apart);
    }
    const Index sites = flow_->layout().sites();
    const Field pull = features_ * slope;
    for (Index c = 0; c < flow_->layout().channels; ++c) {
        psi.segment(c * sites, sites) = flow_->energy().sign(c) * pull;
    }
    return psi;
}

}  // namespace widelimit
