// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/energy/convolution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <type_traits>

#include "symbol.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/instructions.hpp"
#include "widelimit/core/numbers.hpp"
#include "widelimit/core/prefetch.hpp"

namespace widelimit {
namespace {

/// Numbers from the row at hand to those that memory is asked for: the next row may be too short to wait for.
constexpr Index masses_ahead = 1024;

const std::vector<EvenAxis>& checked(const std::vector<EvenAxis>& axes)
{
    expects(!axes.empty() && axes.size() <= 3, "a convolution of rank 1 to 3");
    for (const EvenAxis& axis : axes) {
        expects(axis.cells >= 1 && axis.from < axis.to, "axes with cells and a length");
    }
    return axes;
}

/// factor a - b.
template <class Real>
WIDELIMIT_WIDE_LOOP void set_differences(const double* a, double factor, const double* b, Index count,
                                         Real* __restrict to)
{
    for (Index k = 0; k < count; ++k) {
        to[k] = static_cast<Real>(factor * a[k] - b[k]);
    }
}

/// Shares of the cells of a circle in an atom `place` cells from the first centre: the trigonometric
/// interpolation of a unit mass, sum_j exp(i xi_j (x - place)) / cells with the last frequency halved if it
/// occurs with both signs.
Field circle_shares(double place, Index cells)
{
    const double n = static_cast<double>(cells);
    Field shares(cells);
    for (Index i = 0; i < cells; ++i) {
        const double steps = std::remainder(static_cast<double>(i) - place, n), whole = std::round(steps);
        const double sine = (std::fmod(whole, 2.0) == 0.0 ? 1.0 : -1.0) * std::sin(pi * (steps - whole));
        const double angle = pi * steps / n;
        shares[i] = steps == 0.0 ? 1.0 : sine / (n * (cells % 2 == 0 ? std::tan(angle) : std::sin(angle)));
    }
    return shares;
}

/// The same averaged over cells: sum_j sinc(xi_j h / 2) exp(i xi_j (x - place)) / cells, by Clenshaw's
/// recurrence.
Field mean_circle_shares(double place, Index cells)
{
    const auto n = static_cast<double>(cells);
    const Index highest = cells / 2;
    Field coefficients(highest + 1);
    for (Index j = 0; j <= highest; ++j) {
        const double angle = pi * static_cast<double>(j) / n;
        coefficients[j] = (j == 0 ? 1.0 : (2 * j == cells ? 1.0 : 2.0) * std::sin(angle) / angle) / n;
    }
    Field shares(cells);
    for (Index i = 0; i < cells; ++i) {
        const double cosine = std::cos(2.0 * pi * (static_cast<double>(i) - place) / n);
        double last = 0.0, before = 0.0;
        for (Index j = highest; j > 0; --j) {
            const double next = coefficients[j] + 2.0 * cosine * last - before;
            before = last;
            last = next;
        }
        shares[i] = coefficients[0] + cosine * last - before;
    }
    return shares;
}

Field line_shares(double place, Index cells)
{
    const double inside = std::clamp(place, 0.0, static_cast<double>(cells - 1));
    const Index left = static_cast<Index>(inside);
    const double right_share = inside - static_cast<double>(left);
    Field shares = Field::Zero(cells);
    shares[left] = 1.0 - right_share;
    if (right_share > 0.0) {
        shares[left + 1] = right_share;
    }
    return shares;
}

void refuse_misplaced(const std::vector<EvenAxis>& axes, const Matrix& atoms)
{
    for (Index k = 0; k < atoms.rows(); ++k) {
        if (!atoms.row(k).allFinite()) {
            throw ConfigError(fmt::format("atom {} of the target has a number that is not finite", k + 1));
        }
        for (std::size_t a = 0; a < axes.size(); ++a) {
            const double x = atoms(k, static_cast<Index>(a));
            if (!axes[a].circle && (x < axes[a].from || x > axes[a].to)) {
                throw ConfigError(
                    fmt::format("atom {} of the target lies outside the grid: {} is not in [{}, {}]", k + 1,
                                x, axes[a].from, axes[a].to));
            }
        }
    }
}

}  // namespace

namespace {

using Filter = std::variant<SpectralFilter<double>, SpectralFilter<float>>;

Filter make_filter(const std::vector<EvenAxis>& axes, const Kernel& kernel, Precision precision)
{
    const std::vector<Index> shape = transform_shape(axes);
    const Field symbol = kernel_symbol(axes, shape, kernel);
    return precision == Precision::full ? Filter(SpectralFilter<double>(shape, symbol))
                                        : Filter(SpectralFilter<float>(shape, symbol));
}

}  // namespace

Convolution::Convolution(const std::vector<EvenAxis>& axes, const Kernel& kernel, Precision precision)
    : axes_(checked(axes)),
      cells_(1),
      filter_(make_filter(axes, kernel, precision)),
      shape_(transform_shape(axes))
{
    for (const EvenAxis& axis : axes) {
        cells_ *= axis.cells;
    }
    target_ = Field::Zero(cells_);
}

void Convolution::compare_with(const Field& cell_masses, const Matrix& atoms, bool means)
{
    expects(cell_masses.size() == 0 || cell_masses.size() == cells_, "one target mass a cell");
    expects(atoms.rows() == 0 || atoms.cols() == static_cast<Index>(axes_.size()) + 1,
            "coordinates and a mass for every atom");
    refuse_misplaced(axes_, atoms);
    Field target = cell_masses.size() == 0 ? Field(Field::Zero(cells_)) : cell_masses;
    for (Index k = 0; k < atoms.rows(); ++k) {
        spread(atoms.row(k), means, target);
    }
    target_ = std::move(target);
    has_target_ = (target_.array() != 0.0).any();
}

void Convolution::spread(const Eigen::RowVectorXd& atom, bool means, Field& masses) const
{
    Field shares = Field::Constant(1, atom[atom.size() - 1]);
    for (std::size_t a = 0; a < axes_.size(); ++a) {
        const EvenAxis& axis = axes_[a];
        const double place = (atom[static_cast<Index>(a)] - axis.from) / axis.width() - 0.5;
        const Field along = !axis.circle ? line_shares(place, axis.cells)
                            : means      ? mean_circle_shares(place, axis.cells)
                                         : circle_shares(place, axis.cells);
        // Column-major, so that the axis just added is the fastest.
        const Matrix product = along * shares.transpose();
        shares = Eigen::Map<const Field>(product.data(), product.size());
    }
    masses += shares;
}

double Convolution::evaluate(const Eigen::Ref<const Field>& masses, double factor,
                             Eigen::Ref<Field> psi) const
{
    expects(masses.size() == cells_ && psi.size() == cells_, "one mass a cell");
    return std::visit(
        [&]<class Real>(SpectralFilter<Real>& filter) {
            const double value = forward(filter, masses, factor, static_cast<Real*>(nullptr));
            filter.backward(places<Real>(psi.data(), 0));
            return value;
        },
        filter_);
}

double Convolution::evaluate(const Eigen::Ref<const Field>& masses, double factor, Rounded& out) const
{
    expects(precision() == Precision::single, "transforms in single precision");
    const double value = prepare_rows(masses, factor, out);
    out.psi.resize(cells_);
    std::get<SpectralFilter<float>>(filter_).backward(places<float>(out.psi.data(), 0));
    return value;
}

Precision Convolution::precision() const
{
    return std::holds_alternative<SpectralFilter<float>>(filter_) ? Precision::single : Precision::full;
}

double Convolution::prepare_rows(const Eigen::Ref<const Field>& masses, double factor, Rounded& rounded) const
{
    expects(masses.size() == cells_, "one mass a cell");
    if (precision() == Precision::full) {
        return forward(std::get<SpectralFilter<double>>(filter_), masses, factor,
                       static_cast<double*>(nullptr));
    }
    rounded.masses.resize(cells_);
    return forward(std::get<SpectralFilter<float>>(filter_), masses, factor, rounded.masses.data());
}

template <class Real>
void Convolution::rows(Index first, Index count, Real* psi) const
{
    std::get<SpectralFilter<Real>>(filter_).backward(places<Real>(psi, first * axes_.back().cells), first,
                                                     count);
}

template void Convolution::rows(Index, Index, double*) const;
template void Convolution::rows(Index, Index, float*) const;

/// Rows without padding go from masses straight, if nothing is to be done to them.
template <class Real>
double Convolution::forward(SpectralFilter<Real>& filter, const Eigen::Ref<const Field>& masses,
                            double factor, Real* rounded) const
{
    const Index count = axes_.back().cells, values = shape_.back();
    typename SpectralFilter<Real>::Rows rows;
    rows.load = [&](Index row, Real* own) -> const Real* {
        const Index first = first_cell(row);
        if (first < 0) {
            return nullptr;
        }
        const Index next = first + std::max(count, masses_ahead);
        if (come_from_afar(cells_) && next < cells_) {
            prefetch(masses.data() + next, std::min(count, cells_ - next));
            prefetch(target_.data() + next, has_target_ ? std::min(count, cells_ - next) : 0);
        }
        const bool straight = !has_target_ && count == values;
        const auto given = masses.segment(first, count);
        if constexpr (std::is_same_v<Real, double>) {
            if (straight) {
                return given.data();
            }
        }
        if (rounded != nullptr) {
            Eigen::Map<Eigen::VectorX<Real>>(rounded + first, count) = given.template cast<Real>();
            if (straight) {
                return rounded + first;
            }
        }
        if (has_target_) {
            set_differences(given.data(), factor, target_.data() + first, count, own);
        } else {
            Eigen::Map<Eigen::VectorX<Real>>(own, count) = given.template cast<Real>();
        }
        std::fill(own + count, own + values, Real(0));
        return own;
    };
    return 0.5 * filter.forward(rows, has_target_ ? 1.0 : factor);
}

/// Rows without padding go to psi straight, if it has these numbers.
template <class Real, class Out>
typename SpectralFilter<Real>::Rows Convolution::places(Out* psi, Index from) const
{
    const Index count = axes_.back().cells;
    const bool straight = count == shape_.back();
    typename SpectralFilter<Real>::Rows rows;
    rows.place = [=, this](Index row, Real* own) -> Real* {
        const Index first = first_cell(row);
        if constexpr (std::is_same_v<Real, Out>) {
            if (first >= 0 && straight) {
                return psi + (first - from);
            }
        }
        return first < 0 ? nullptr : own;
    };
    rows.unload = [=, this](Index row, const Real* own) {
        Eigen::Map<Eigen::VectorX<Out>>(psi + (first_cell(row) - from), count) =
            Eigen::Map<const Eigen::VectorX<Real>>(own, count).template cast<Out>();
    };
    return rows;
}

Index Convolution::first_cell(Index row) const
{
    Index cells = 0, stride = axes_.back().cells;
    for (std::size_t a = axes_.size() - 1; a-- > 0; row /= shape_[a]) {
        const Index place = row % shape_[a];
        if (place >= axes_[a].cells) {
            return -1;
        }
        cells += place * stride;
        stride *= axes_[a].cells;
    }
    return cells;
}

Convolution::Response Convolution::response(double growth, const Field& mobility) const
{
    expects(mobility.size() == static_cast<Index>(axes_.size()), "one mobility an axis");
    double volume = 1.0;
    for (const EvenAxis& axis : axes_) {
        volume *= axis.width();
    }
    const auto symbol = [this](Index mode) {
        return std::visit([mode](const auto& filter) { return filter.symbol(mode); }, filter_);
    };
    std::vector<Index> modes = shape_;
    modes.back() = shape_.back() / 2 + 1;
    Index size = 1;
    for (const Index n : shape_) {
        size *= n;
    }
    const Index half = modes.back(), full = shape_.back();
    double largest = 0.0, sum = 0.0;
    for_each_index(modes, [&](const std::vector<Index>& mode, Index number) {
        double rate = growth;
        for (std::size_t a = 0; a < axes_.size(); ++a) {
            const double angle = pi * static_cast<double>(mode[a]) / static_cast<double>(shape_[a]);
            const double slope = 2.0 / axes_[a].width() * std::sin(angle);
            rate += mobility[static_cast<Index>(a)] * slope * slope;
        }
        const double response = std::abs(symbol(number)) * rate;
        largest = std::max(largest, response);
        // Most frequencies of the last axis stand for two.
        const Index last = mode.back();
        sum += response * (last > 0 && (last + 1 < half || full % 2 == 1) ? 2.0 : 1.0);
    });
    return {volume * static_cast<double>(size) * largest, sum};
}

}  // namespace widelimit
