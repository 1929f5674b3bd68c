// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <Eigen/QR>

#include <cmath>
#include <vector>

#include "widelimit/certificate/programme.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/core/numbers.hpp"

namespace widelimit {
namespace {

/// A neuron at a kink (one unknown, its mass) or on an arc (two: along the middle of the arc and across).
struct Element {
    double place, half;
    double sign;
    Field along, across;  ///< predictions of the unknowns; `across` empty at a kink

    bool kink() const { return across.size() == 0; }
    Index unknowns() const { return kink() ? 1 : 2; }
};

/// Of phi along the only coordinate (predictions x places).
Matrix along_circle(const Units& units, const Matrix& places)
{
    const std::vector<Matrix> gradients = units.gradients(places);
    Matrix slopes(units.nodes(), places.cols());
    for (Index j = 0; j < places.cols(); ++j) {
        slopes.col(j) = gradients[static_cast<std::size_t>(j)].col(0);
    }
    return slopes;
}

std::vector<Element> elements_of(const ArcUnits& units)
{
    std::vector<Element> all;
    const Matrix at_kinks = units.columns(units.kinks()), at_middles = units.columns(units.middles()),
                 slopes = along_circle(units, units.middles());
    for (const double sign : {1.0, -1.0}) {
        if (sign < 0.0 && !units.both_signs()) {
            continue;
        }
        for (Index k = 0; k < units.kinks().cols(); ++k) {
            all.push_back({units.kinks()(0, k), 0.0, sign, sign * at_kinks.col(k), Field()});
            all.push_back({units.middles()(0, k), units.halves()[k], sign, sign * at_middles.col(k),
                           sign * slopes.col(k)});
        }
    }
    return all;
}

/// R(B v) + lambda (lengths of the arcs' pairs + masses at kinks): convex in v.
class Choice {
public:
    Choice(const Risk& risk, double penalty, const std::vector<const Element*>& elements)
        : risk_(&risk), penalty_(penalty), elements_(&elements)
    {
        Index count = 0;
        for (const Element* element : elements) {
            count += element->unknowns();
        }
        columns_.resize(elements.front()->along.size(), count);
        v_ = Field::Zero(count);
        Index k = 0;
        for (const Element* element : elements) {
            first_.push_back(k);
            v_[k] = 0.1;
            columns_.col(k++) = element->along;
            if (!element->kink()) {
                columns_.col(k++) = element->across;
            }
        }
    }

    /// False where a neuron leaves its element or loses its mass, or Newton's method does not settle.
    bool solve()
    {
        for (int step = 0; step < 60; ++step) {
            Field gradient;
            Matrix hessian;
            if (!derivatives(gradient, hessian)) {
                return false;
            }
            slope_ = gradient.cwiseAbs().maxCoeff() / penalty_;
            if (slope_ <= 1e-11) {
                return inside();
            }
            const Field direction = -hessian.completeOrthogonalDecomposition().solve(gradient);
            const double before = value(v_), gain = -gradient.dot(direction);
            double length = 1.0;
            while (length > 1e-8 && !(value(v_ + length * direction) <= before - 1e-4 * length * gain) &&
                   gain > 1e-14 * std::abs(before)) {
                length *= 0.5;
            }
            v_ += length * direction;
        }
        return slope_ <= 1e-8 && inside();
    }

    double objective() const { return value(v_); }
    double slope() const { return slope_; }
    SparseNetwork network() const
    {
        SparseNetwork network;
        for (std::size_t j = 0; j < elements_->size(); ++j) {
            const Element& element = *(*elements_)[j];
            const double along = v_[first_[j]], across = element.kink() ? 0.0 : v_[first_[j] + 1];
            network.add(Field::Constant(1, element.place + std::atan2(across, along)),
                        element.sign * std::hypot(along, across));
        }
        return network;
    }

private:
    double value(const Field& v) const
    {
        double norm = 0.0;
        for (std::size_t j = 0; j < elements_->size(); ++j) {
            const Index k = first_[j];
            norm += (*elements_)[j]->kink() ? v[k] : std::hypot(v[k], v[k + 1]);
        }
        return risk_->value(columns_ * v) + penalty_ * norm;
    }

    bool derivatives(Field& gradient, Matrix& hessian) const
    {
        const Field f = columns_ * v_;
        gradient = columns_.transpose() * risk_->slope(f);
        Matrix bent(columns_.rows(), columns_.cols());
        for (Index k = 0; k < columns_.cols(); ++k) {
            bent.col(k) = risk_->curvature(f, columns_.col(k));
        }
        hessian = columns_.transpose() * bent;
        for (std::size_t j = 0; j < elements_->size(); ++j) {
            const Index k = first_[j];
            if ((*elements_)[j]->kink()) {
                gradient[k] += penalty_;
                continue;
            }
            const double length = std::hypot(v_[k], v_[k + 1]);
            if (!(length > 1e-12)) {
                return false;
            }
            const Eigen::Vector2d direction(v_[k] / length, v_[k + 1] / length);
            gradient.segment<2>(k) += penalty_ * direction;
            hessian.block<2, 2>(k, k) +=
                penalty_ / length * (Eigen::Matrix2d::Identity() - direction * direction.transpose());
        }
        return true;
    }

    bool inside() const
    {
        for (std::size_t j = 0; j < elements_->size(); ++j) {
            const Element& element = *(*elements_)[j];
            const double along = v_[first_[j]], across = element.kink() ? 0.0 : v_[first_[j] + 1];
            if (!(along > 0.0) || std::abs(std::atan2(across, along)) > element.half) {
                return false;
            }
        }
        return true;
    }

    const Risk* risk_;
    double penalty_;
    const std::vector<const Element*>* elements_;
    std::vector<Index> first_;
    Matrix columns_;
    Field v_;
    double slope_ = infinite;
};

/// All subsets of `left` elements from `next` on, added to the chosen ones.
void visit(const Risk& risk, double penalty, const std::vector<Element>& elements, std::size_t next,
           Index left, std::vector<const Element*>& chosen, FewNeurons& best)
{
    if (left == 0) {
        interruption_point();
        const auto place = static_cast<Index>(chosen.size()) - 1;
        Choice choice(risk, penalty, chosen);
        if (choice.solve() && choice.objective() < best.least[place]) {
            best.least[place] = choice.objective();
            best.slope = std::max(best.slope, choice.slope());
            best.network = choice.network();
        }
        return;
    }
    for (std::size_t k = next; k < elements.size(); ++k) {
        chosen.push_back(&elements[k]);
        visit(risk, penalty, elements, k + 1, left - 1, chosen, best);
        chosen.pop_back();
    }
}

}  // namespace

namespace {

double choices_of(const ArcUnits& units, Index width)
{
    const auto elements = static_cast<double>(2 * units.kinks().cols() * (units.both_signs() ? 2 : 1));
    double all = 0.0, choices = 1.0;
    for (Index m = 1; m <= width; ++m) {
        choices *= (elements - static_cast<double>(m) + 1.0) / static_cast<double>(m);
        all += choices;
    }
    return all;
}

}  // namespace

void check_choices(const ArcUnits& units, Index width, double most)
{
    const double choices = choices_of(units, width);
    if (choices > most) {
        throw ConfigError(
            fmt::format("{} neurons on {} data have {:.3g} choices of arcs, kinks and signs, more than "
                        "{:.3g}: take fewer",
                        width, units.nodes(), choices, most));
    }
}

FewNeurons least_of_widths(const Risk& risk, const ArcUnits& units, double penalty, Index width, double most)
{
    expects(penalty > 0.0 && width >= 1, "a penalty above 0 and a neuron or more");
    check_choices(units, width, most);
    const std::vector<Element> elements = elements_of(units);
    FewNeurons best;
    best.least = Field::Constant(width, infinite);
    best.choices = choices_of(units, width);
    const double none = risk.value(Field::Zero(units.nodes()));
    SparseNetwork network;
    double so_far = none;
    for (Index m = 1; m <= width; ++m) {
        std::vector<const Element*> chosen;
        visit(risk, penalty, elements, 0, m, chosen, best);
        if (best.least[m - 1] < so_far) {
            so_far = best.least[m - 1];
            network = best.network;
        }
        best.least[m - 1] = so_far;
    }
    best.network = std::move(network);
    return best;
}

}  // namespace widelimit
