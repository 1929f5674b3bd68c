// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/energy/discrepancy.hpp"

#include <algorithm>
#include <cmath>

#include "widelimit/core/blocks.hpp"
#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

std::vector<EvenAxis> even_axes(const Problem& problem, const Grid& grid)
{
    std::vector<EvenAxis> axes;
    for (const Index k : problem.interaction->on) {
        const DividedAxis& axis = grid.axes()[static_cast<std::size_t>(k)];
        if (!axis.even) {
            throw ConfigError("axis '" + axis.name + "': a kernel needs cells of equal width (ratio = 1)");
        }
        if (k == 0 && problem.amplitude == Amplitude::axis) {
            throw ConfigError("axis '" + axis.name + "' is the amplitude: a kernel acts on the others");
        }
        axes.push_back({axis.cells(), axis.lower[0], axis.upper[axis.cells() - 1], axis.circle});
    }
    if (grid.points() > 0) {
        throw ConfigError("a kernel needs a grid without absorbing ends and kinks");
    }
    return axes;
}

/// Masses of a law in the cells of some axes, last axis fastest.
Field law_masses(const JointLaw& law, const std::vector<EvenAxis>& axes)
{
    Index cells = 1;
    for (const EvenAxis& axis : axes) {
        cells *= axis.cells;
    }
    const auto rank = static_cast<Index>(axes.size());
    Matrix lower(rank, cells), upper(rank, cells);
    Index stride = cells;
    for (Index k = 0; k < rank; ++k) {
        const EvenAxis& axis = axes[static_cast<std::size_t>(k)];
        stride /= axis.cells;
        for (Index cell = 0; cell < cells; ++cell) {
            const auto place = static_cast<double>(cell / stride % axis.cells);
            lower(k, cell) = axis.from + axis.width() * place;
            upper(k, cell) = axis.from + axis.width() * (place + 1.0);
        }
    }
    return law.masses_in(lower, upper);
}

}  // namespace

Discrepancy::Discrepancy(const Problem& problem, const Grid& grid, const Layout& layout, bool means)
    : layout_(layout),
      signs_(problem.signs()),
      convolution_(even_axes(problem, grid), *problem.interaction->kernel, problem.interaction->precision)
{
    const Interaction& interaction = *problem.interaction;
    const std::vector<EvenAxis> axes = even_axes(problem, grid);
    Index cells = 1;
    for (const EvenAxis& axis : axes) {
        cells *= axis.cells;
    }
    place_.resize(static_cast<std::size_t>(grid.cells()));
    amplitudes_ = Field::Ones(grid.cells());
    reduced_.resize(cells);
    direct_ = problem.amplitude == Amplitude::none && static_cast<Index>(axes.size()) == grid.rank();
    for (Index cell = 0; cell < grid.cells(); ++cell) {
        Index place = 0;
        for (std::size_t k = 0; k < axes.size(); ++k) {
            place = place * axes[k].cells + grid.place(cell, interaction.on[k]);
        }
        place_[static_cast<std::size_t>(cell)] = place;
        if (problem.amplitude == Amplitude::axis) {
            amplitudes_[cell] = grid.coordinates()(0, cell);
        }
    }
    for (const EvenAxis& axis : axes) {
        volume_ *= axis.width();
    }
    Field masses;
    if (interaction.law) {
        masses = interaction.mass * law_masses(*interaction.law, axes);
    }
    convolution_.compare_with(masses, interaction.atoms, means);

    Field mobility = Field::Zero(static_cast<Index>(axes.size()));
    Matrix values = Matrix::Ones(grid.rank(), 1);
    if (problem.mobility) {
        values = problem.mobility->value(grid.coordinates()).rowwise().maxCoeff();
    }
    for (std::size_t k = 0; !problem.frozen && k < axes.size(); ++k) {
        mobility[static_cast<Index>(k)] = values(interaction.on[k], 0);
    }
    of_base_ = convolution_.response(problem.growth.kappa, mobility);
    if (problem.amplitude == Amplitude::axis && !problem.frozen) {
        of_amplitude_ = convolution_.response(values(0, 0), Field::Zero(mobility.size()));
    }
}

void Discrepancy::reduce(const Field& state, int power) const
{
    reduced_.setZero();
    const double mass = std::exp(state[layout_.log_mass()]);
    for (Index c = 0; c < layout_.channels; ++c) {
        const double factor = mass * std::pow(signs_[static_cast<std::size_t>(c)], power);
        const auto channel = layout_.channel(state, c);
        for (Index cell = 0; cell < layout_.cells; ++cell) {
            const double amplitude = power == 0   ? 1.0
                                     : power == 1 ? amplitudes_[cell]
                                                  : amplitudes_[cell] * amplitudes_[cell];
            reduced_[place_[static_cast<std::size_t>(cell)]] += factor * amplitude * channel[cell];
        }
    }
}

double Discrepancy::evaluate(const Field& state, Field& psi) const
{
    psi.resize(layout_.masses());
    if (direct_) {
        return convolution_.evaluate(layout_.measure(state), std::exp(state[layout_.log_mass()]), psi);
    }
    reduce(state, 1);
    const double value = convolution_.evaluate(reduced_, pulled_);
    for (Index c = 0; c < layout_.channels; ++c) {
        const double sign = signs_[static_cast<std::size_t>(c)];
        auto out = layout_.channel(psi, c);
        for (Index cell = 0; cell < layout_.cells; ++cell) {
            out[cell] = sign * amplitudes_[cell] * pulled_[place_[static_cast<std::size_t>(cell)]];
        }
    }
    return value;
}

double Discrepancy::evaluate(const Field& state, Rounded& out) const
{
    return convolution_.evaluate(layout_.measure(state), std::exp(state[layout_.log_mass()]), out);
}

double Discrepancy::prepare_rows(const Field& state, Rounded& rounded) const
{
    return convolution_.prepare_rows(layout_.measure(state), std::exp(state[layout_.log_mass()]), rounded);
}

namespace {

/// Largest and sum of absolute values, block by block.
struct Norms {
    template <class Values>
    explicit Norms(const Values& values)
    {
        const Blocks blocks{values.size(), 16384, 8};
        Field largest = Field::Zero(blocks.number());
        const Field sums = of_blocks(blocks, [&](Index first, Index count) {
            const auto part = values.segment(first, count);
            largest[first / blocks.size] = part.template lpNorm<Eigen::Infinity>();
            return part.template lpNorm<1>();
        });
        most = largest.size() > 0 ? largest.maxCoeff() : 0.0;
        sum = sums.sum();
    }
    double most = 0.0, sum = 0.0;
};

}  // namespace

double Discrepancy::bound(const Field& state, int power, const Convolution::Response& response) const
{
    double densest = 0.0, mass = 0.0;
    if (direct_) {
        const double all = std::exp(state[layout_.log_mass()]);
        const Norms norms(layout_.measure(state));
        densest = all * norms.most;
        mass = all * norms.sum;
    } else {
        reduce(state, power);
        const Norms norms(reduced_);
        densest = norms.most;
        mass = norms.sum;
    }
    return std::min(densest / volume_ * response.per_density, mass * response.per_mass);
}

double Discrepancy::response(const Field& state) const
{
    return bound(state, 2, of_base_) + (of_amplitude_.per_mass > 0.0 ? bound(state, 0, of_amplitude_) : 0.0);
}

}  // namespace widelimit
