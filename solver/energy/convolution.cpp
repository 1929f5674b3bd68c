// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/energy/convolution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "symbol.hpp"
#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

constexpr double pi = std::numbers::pi;

const std::vector<EvenAxis>& checked(const std::vector<EvenAxis>& axes)
{
    for (const EvenAxis& axis : axes) {
        expects(axis.cells >= 1 && axis.from < axis.to, "axes with cells and a length");
    }
    return axes;
}

std::vector<Index> cells_along(const std::vector<EvenAxis>& axes)
{
    std::vector<Index> shape;
    for (const EvenAxis& axis : axes) {
        shape.push_back(axis.cells);
    }
    return shape;
}

/// Calls visit(first cell, first value, cells) for every row of cells and its place in the padded array.
template <class Visit>
void for_each_row(const std::vector<EvenAxis>& axes, const std::vector<Index>& shape, const Visit& visit)
{
    std::vector<Index> leading = cells_along(axes);
    const Index count = leading.back();
    leading.pop_back();
    for_each_index(leading, [&](const std::vector<Index>& index, Index row) {
        Index value = 0;
        for (std::size_t a = 0; a < index.size(); ++a) {
            value = (value + index[a]) * shape[a + 1];
        }
        visit(row * count, value, count);
    });
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

Convolution::Convolution(const std::vector<EvenAxis>& axes, const Kernel& kernel)
    : axes_(checked(axes)),
      cells_(1),
      transform_(transform_shape(axes)),
      symbol_(kernel_symbol(axes, transform_.shape(), kernel)),
      multiplicity_(Field::Constant(transform_.row_modes(), 2.0))
{
    for (const EvenAxis& axis : axes) {
        cells_ *= axis.cells;
    }
    multiplicity_[0] = 1.0;
    if (transform_.shape().back() % 2 == 0) {
        multiplicity_[transform_.row_modes() - 1] = 1.0;
    }
    target_ = Field::Zero(cells_);
}

void Convolution::compare_with(const Field& cell_masses, const Matrix& atoms)
{
    expects(cell_masses.size() == 0 || cell_masses.size() == cells_, "one target mass a cell");
    expects(atoms.rows() == 0 || atoms.cols() == static_cast<Index>(axes_.size()) + 1,
            "coordinates and a mass for every atom");
    refuse_misplaced(axes_, atoms);
    Field target = cell_masses.size() == 0 ? Field(Field::Zero(cells_)) : cell_masses;
    for (Index k = 0; k < atoms.rows(); ++k) {
        spread(atoms.row(k), target);
    }
    target_ = std::move(target);
}

void Convolution::spread(const Eigen::RowVectorXd& atom, Field& masses) const
{
    Field shares = Field::Constant(1, atom[atom.size() - 1]);
    for (std::size_t a = 0; a < axes_.size(); ++a) {
        const EvenAxis& axis = axes_[a];
        const double place = (atom[static_cast<Index>(a)] - axis.from) / axis.width() - 0.5;
        const Field along = axis.circle ? circle_shares(place, axis.cells) : line_shares(place, axis.cells);
        // Column-major, so that the axis just added is the fastest.
        const Matrix product = along * shares.transpose();
        shares = Eigen::Map<const Field>(product.data(), product.size());
    }
    masses += shares;
}

double Convolution::evaluate(const Field& masses, Field& psi) const
{
    expects(masses.size() == cells_, "one mass a cell");
    load(masses);
    transform_.forward();
    const double square = multiply();
    transform_.backward();
    unload(psi);
    return 0.5 * square;
}

void Convolution::load(const Field& masses) const
{
    double* const values = transform_.values();
    if (transform_.size() > cells_) {
        std::fill_n(values, transform_.size(), 0.0);
    }
    for_each_row(axes_, transform_.shape(), [&](Index cell, Index value, Index count) {
        Eigen::Map<Field>(values + value, count) = masses.segment(cell, count) - target_.segment(cell, count);
    });
}

double Convolution::multiply() const
{
    const Index row = transform_.row_modes();
    double square = 0.0;
    for (Index first = 0; first < transform_.modes(); first += row) {
        Eigen::Map<Eigen::ArrayXcd> modes(transform_.spectrum() + first, row);
        const auto symbol = symbol_.segment(first, row).array();
        square += (multiplicity_.array() * symbol * modes.abs2()).sum();
        modes *= symbol.cast<std::complex<double>>();
    }
    return square;
}

void Convolution::unload(Field& psi) const
{
    psi.resize(cells_);
    const double* const values = transform_.values();
    for_each_row(axes_, transform_.shape(), [&](Index cell, Index value, Index count) {
        psi.segment(cell, count) = Eigen::Map<const Field>(values + value, count);
    });
}

double Convolution::response(double growth, const Field& mobility) const
{
    expects(mobility.size() == static_cast<Index>(axes_.size()), "one mobility an axis");
    double volume = 1.0;
    for (const EvenAxis& axis : axes_) {
        volume *= axis.width();
    }
    std::vector<Index> modes = transform_.shape();
    modes.back() = transform_.row_modes();
    double largest = 0.0;
    for_each_index(modes, [&](const std::vector<Index>& mode, Index number) {
        double rate = growth;
        for (std::size_t a = 0; a < axes_.size(); ++a) {
            const double angle =
                pi * static_cast<double>(mode[a]) / static_cast<double>(transform_.shape()[a]);
            const double slope = 2.0 / axes_[a].width() * std::sin(angle);
            rate += mobility[static_cast<Index>(a)] * slope * slope;
        }
        largest = std::max(largest, std::abs(symbol_[number]) * rate);
    });
    return volume * static_cast<double>(transform_.size()) * largest;
}

}  // namespace widelimit
