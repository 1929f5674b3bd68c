// SPDX-License-Identifier: BSD-3-Clause
// Largest margins and least norms: linear programmes on finitely many neurons, to which those at the peaks of
// the dual function are added.
#include <algorithm>
#include <cmath>
#include <vector>

#include "linear_programme.hpp"
#include "polish.hpp"
#include "widelimit/certificate/dual_bound.hpp"
#include "widelimit/certificate/programme.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/core/numbers.hpp"

namespace widelimit {
namespace {

/// The neurons of a programme in the order of their columns, a sign each.
struct Candidates {
    std::vector<double> places, signs;

    SparseNetwork network(const Units& units, const Field& masses) const
    {
        SparseNetwork all;
        const auto count = static_cast<Index>(places.size());
        all.places = Eigen::Map<const Matrix>(places.data(), 1, count);
        all.weights = masses.cwiseMax(0.0).cwiseProduct(Eigen::Map<const Field>(signs.data(), count));
        return units.gathered(all);
    }
};

/// A finite programme over neurons of either sign, columns being added.
class Exchange {
public:
    Exchange(const Units& units, LinearProgramme& programme) : units_(&units), programme_(&programme) {}

    /// With the sign of each value; both signs where `either` is set.
    void add(const std::vector<Peak>& peaks, bool either, double cost, bool with_norm, const Field& factors)
    {
        for (const Peak& peak : peaks) {
            const Field column = units_->columns(peak.place).cwiseProduct(factors);
            for (const double sign : {1.0, -1.0}) {
                if ((!either && sign * peak.value < 0.0) || (sign < 0.0 && !units_->both_signs())) {
                    continue;
                }
                Field rows(column.size() + (with_norm ? 1 : 0));
                rows.head(column.size()) = sign * column;
                if (with_norm) {
                    rows[column.size()] = 1.0;
                }
                programme_->add_column(rows, cost);
                candidates.places.push_back(peak.place[0]);
                candidates.signs.push_back(sign);
            }
        }
    }

    /// The neurons of a network as peaks of their sign.
    static std::vector<Peak> neurons(const SparseNetwork& network)
    {
        std::vector<Peak> found;
        for (Index j = 0; j < network.size(); ++j) {
            found.push_back({network.places.col(j), network.weights[j]});
        }
        return found;
    }

    std::vector<Peak> above(const Field& q, double level) const
    {
        std::vector<Peak> found;
        for (const Peak& peak : units_->peaks(q)) {
            if ((units_->both_signs() ? std::abs(peak.value) : peak.value) > level) {
                found.push_back(peak);
            }
        }
        return found;
    }

    Candidates candidates;

private:
    const Units* units_;
    LinearProgramme* programme_;
};

/// The better of two brackets of a margin, in place.
struct MarginBracket : Bracket {
    MarginBracket() { high = infinite; }

    /// Whether either end moved.
    bool improve(const Field& labels, const Units& units, const SparseNetwork& candidate, const Field& p)
    {
        const double norm = candidate.norm();
        const double reached = labels.cwiseProduct(candidate.predictions(units)).minCoeff() / norm;
        const double bound = p.minCoeff() >= 0.0 && p.sum() > 0.0 ? margin_bound(labels, units, p) : infinite;
        const bool higher = reached > low, lower = bound < high;
        if (higher) {
            low = reached;
            network = candidate;
            network.weights /= norm;
        }
        if (lower) {
            high = bound;
            dual = p / p.sum();
        }
        return higher || lower;
    }
};

struct NormBracket : Bracket {
    NormBracket() { high = infinite; }

    bool improve(const Field& targets, const Units& units, const SparseNetwork& candidate, const Field& q)
    {
        const double bound = q.dot(targets) / std::max(1.0, units.supremum(q));
        const double missed = (candidate.predictions(units) - targets).cwiseAbs().maxCoeff();
        const bool meets = missed <= 1e-9 * targets.cwiseAbs().maxCoeff();
        const bool lower = meets && candidate.norm()<high, higher = bound> low;
        if (lower) {
            high = candidate.norm();
            network = candidate;
        }
        if (higher) {
            low = bound;
            dual = q;
        }
        return lower || higher;
    }
};

constexpr int most_rounds = 100;

bool closed(const Bracket& bracket, double tolerance)
{
    return std::isfinite(bracket.high) && bracket.high - bracket.low <= tolerance * std::abs(bracket.high);
}

std::vector<Index> where(const Field& values, double least)
{
    std::vector<Index> found;
    for (Index i = 0; i < values.size(); ++i) {
        if (values[i] > least) {
            found.push_back(i);
        }
    }
    return found;
}

}  // namespace

Bracket largest_margin(const Field& labels, const Units& units, double tolerance)
{
    const Index n = labels.size();
    LinearProgramme programme(LinearProgramme::Goal::largest);
    for (Index i = 0; i < n; ++i) {
        programme.add_row(LinearProgramme::RowKind::at_least, 0.0);
    }
    programme.add_row(LinearProgramme::RowKind::at_most, 1.0);
    Field margin_column = Field::Constant(n + 1, -1.0);
    margin_column[n] = 0.0;
    programme.add_column(margin_column, 1.0, true);
    Exchange exchange(units, programme);
    exchange.add(units.peaks(labels), true, 0.0, true, labels);
    MarginBracket best;
    int idle = 0;
    for (int round = 1; round <= most_rounds && idle < 4 && !closed(best, tolerance); ++round) {
        interruption_point();
        best.rounds = round;
        if (!programme.solve()) {
            break;
        }
        const Field columns = programme.columns(), p = programme.row_prices().head(n).cwiseAbs();
        const double margin = columns[0], sum = std::max(p.sum(), 1e-300);
        SparseNetwork network = exchange.candidates.network(units, columns.tail(columns.size() - 1));
        const bool better = best.improve(labels, units, network, p);
        if (network.size() == 0 || !(margin > 0.0)) {
            break;  // no network separates the data, as p proves
        }
        exchange.add(exchange.above(p.cwiseProduct(labels) / sum, margin), false, 0.0, true, labels);
        network.weights /= margin;  // y f = 1 where p > 0
        const Tight tight = polished(units, where(p, 1e-9 * sum), labels, network);
        const bool polish =
            best.improve(labels, units, tight.network, tight.multipliers.cwiseProduct(labels).cwiseMax(0.0));
        exchange.add(Exchange::neurons(tight.network), false, 0.0, true, labels);
        idle = better || polish ? 0 : idle + 1;
    }
    return best;
}

Bracket least_norm(const Field& targets, const Units& units, double tolerance)
{
    const Index n = targets.size();
    LinearProgramme programme(LinearProgramme::Goal::least);
    for (Index i = 0; i < n; ++i) {
        programme.add_row(LinearProgramme::RowKind::equal, targets[i]);
    }
    const Field ones = Field::Ones(n);
    Exchange exchange(units, programme);
    exchange.add(units.peaks(targets), true, 1.0, false, ones);
    NormBracket best;
    int idle = 0;
    for (int round = 1; round <= most_rounds && idle < 4 && !closed(best, tolerance); ++round) {
        interruption_point();
        best.rounds = round;
        if (!programme.solve()) {
            break;
        }
        const SparseNetwork network = exchange.candidates.network(units, programme.columns());
        const Field q = programme.row_prices();
        const bool better = best.improve(targets, units, network, q);
        exchange.add(exchange.above(q, 1.0), false, 1.0, false, ones);
        const Tight tight = polished(units, where(ones, 0.0), targets, network);
        const bool polish = best.improve(targets, units, tight.network, tight.multipliers);
        exchange.add(Exchange::neurons(tight.network), false, 1.0, false, ones);
        idle = better || polish ? 0 : idle + 1;
    }
    return best;
}

}  // namespace widelimit
