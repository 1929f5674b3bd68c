// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/torus_sum.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "spreading.hpp"
#include "widelimit/core/blocks.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/fft.hpp"
#include "widelimit/core/numbers.hpp"

namespace widelimit {
namespace {

constexpr Index support = Spreading::support;

/// Cells and values of the spreading function around a point along one axis.
struct Reach {
    std::array<Index, support> cells;
    Spreading::Values values, slopes;
    bool straight = false;  ///< the cells follow each other in memory

    void place(const Spreading& spreading, double s, Index size, bool sloped)
    {
        const Index first = Spreading::first(s);
        sloped ? spreading.at(s, first, values, slopes) : spreading.at(s, first, values);
        const Index start = ((first % size) + size) % size;
        straight = start + support <= size;
        for (Index k = 0; k < support; ++k) {
            const Index cell = start + k;
            cells[static_cast<std::size_t>(k)] = cell < size ? cell : cell - size;
        }
    }
};

/// Calls visit(first cell of a row of the last axis, weight and its slopes along the other axes) for the rows
/// around a point: rank 1 to 3, the missing axes in front.
using Reaches = std::array<Reach, 3>;

}  // namespace

struct TorusSum::Work {
    explicit Work(const std::vector<Index>& shape) : transform(shape) {}

    RealTransform transform;
    Spreading spreading;
    std::vector<Field> parts;
};

TorusSum::TorusSum(std::vector<TorusAxis> axes, const std::function<double(const Field& xi)>& coefficient)
    : axes_(std::move(axes))
{
    expects(!axes_.empty() && axes_.size() <= 3, "a torus of rank 1 to 3");
    for (const TorusAxis& axis : axes_) {
        expects(axis.modes >= 1 && axis.length > 0.0, "an axis with a length and modes");
        shape_.push_back(smooth_size(std::max<Index>(2 * (2 * axis.modes + 1), 2 * support)));
        correction_.emplace_back();
        for (Index j = 0; j <= axis.modes; ++j) {
            const double xi = 2.0 * pi * static_cast<double>(j) / static_cast<double>(shape_.back());
            correction_.back().push_back(1.0 / Spreading::transform(xi));
        }
    }
    coefficients_.resize(stored_modes());
    Field xi(static_cast<Index>(axes_.size()));
    for_each_mode([&](Index number, Index, const std::array<Index, 3>& mode, double, double) {
        for (std::size_t a = 0; a < axes_.size(); ++a) {
            xi[static_cast<Index>(a)] = 2.0 * pi * static_cast<double>(mode[a]) / axes_[a].length;
        }
        coefficients_[number] = coefficient(xi);
    });
    expects(coefficients_.allFinite(), "a kernel with finite coefficients");
    target_.assign(static_cast<std::size_t>(stored_modes()), 0.0);
    work_ = std::make_unique<Work>(shape_);
}

TorusSum::~TorusSum() = default;

Index TorusSum::stored_modes() const
{
    Index count = axes_.back().modes + 1;
    for (std::size_t a = 0; a + 1 < axes_.size(); ++a) {
        count *= 2 * axes_[a].modes + 1;
    }
    return count;
}

/// visit(number, place in the spectrum of the grid, mode, correction, how many modes it stands for).
template <class Visit>
void TorusSum::for_each_mode(const Visit& visit) const
{
    const std::size_t rank = axes_.size();
    std::array<Index, 3> from{}, to{}, mode{};
    for (std::size_t a = 0; a < 3; ++a) {
        to[a] = a < rank ? axes_[a].modes : 0;
        from[a] = a + 1 < rank ? -to[a] : 0;
    }
    Index number = 0;
    for (mode[0] = from[0]; mode[0] <= to[0]; ++mode[0]) {
        for (mode[1] = from[1]; mode[1] <= to[1]; ++mode[1]) {
            for (mode[2] = from[2]; mode[2] <= to[2]; ++mode[2]) {
                Index place = 0;
                double correction = 1.0;
                for (std::size_t a = 0; a < rank; ++a) {
                    const Index size = a + 1 < rank ? shape_[a] : shape_[a] / 2 + 1;
                    place = place * size + (mode[a] < 0 ? mode[a] + shape_[a] : mode[a]);
                    correction *= correction_[a][static_cast<std::size_t>(std::abs(mode[a]))];
                }
                visit(number++, place, mode, correction, mode[rank - 1] == 0 ? 1.0 : 2.0);
            }
        }
    }
}

namespace {

/// The rows of cells around a point, with the product of the other axes' values.
template <class Visit>
void for_each_row(const std::vector<Index>& shape, const Reaches& reaches, const Visit& visit)
{
    const std::size_t rank = shape.size();
    if (rank == 1) {
        visit(Index{0}, 0, 0);
        return;
    }
    for (int k = 0; k < support; ++k) {
        const Index plane = reaches[0].cells[static_cast<std::size_t>(k)] * shape[1];
        if (rank == 2) {
            visit(plane, k, 0);
            continue;
        }
        for (int l = 0; l < support; ++l) {
            visit((plane + reaches[1].cells[static_cast<std::size_t>(l)]) * shape[2], k, l);
        }
    }
}

}  // namespace

/// Into the values of the transform: blocks of points into grids of their own, which are added in order.
void TorusSum::spread(const Matrix& points, const Field& charges) const
{
    constexpr Index large = 16384;
    const std::size_t rank = axes_.size();
    const Index count = points.cols(), blocks = count < large ? 1 : 4;
    work_->parts.assign(static_cast<std::size_t>(blocks), Field());
    const Index size = work_->transform.size(), length = (count + blocks - 1) / std::max<Index>(blocks, 1);
    for_each_block({blocks, 1, 2}, [&](Index block, Index) {
        Field& grid = work_->parts[static_cast<std::size_t>(block)];
        grid.setZero(size);
        Reaches reaches;
        for (Index p = block * length; p < std::min(count, (block + 1) * length); ++p) {
            for (std::size_t a = 0; a < rank; ++a) {
                const double s = (points(static_cast<Index>(a), p) - axes_[a].from) / axes_[a].length;
                const double n = static_cast<double>(shape_[a]);
                reaches[a].place(work_->spreading, (s - std::floor(s)) * n, shape_[a], false);
            }
            const Reach& last = reaches[rank - 1];
            for_each_row(shape_, reaches, [&](Index row, int k, int l) {
                double factor = charges[p];
                factor *= rank > 1 ? reaches[0].values[k] : 1.0;
                factor *= rank > 2 ? reaches[1].values[l] : 1.0;
                if (last.straight) {
                    Eigen::Map<Spreading::Values>(grid.data() + row + last.cells[0]) += factor * last.values;
                    return;
                }
                for (Index i = 0; i < support; ++i) {
                    grid[row + last.cells[static_cast<std::size_t>(i)]] += factor * last.values[i];
                }
            });
        }
    });
    Eigen::Map<Field> values(work_->transform.values(), size);
    values = work_->parts.front();
    for (std::size_t k = 1; k < work_->parts.size(); ++k) {
        values += work_->parts[k];
    }
}

TorusSum::Modes TorusSum::modes_of(const Matrix& points, const Field& charges) const
{
    spread(points, charges);
    work_->transform.forward();
    Modes modes(static_cast<std::size_t>(stored_modes()));
    for_each_mode([&](Index number, Index place, const std::array<Index, 3>&, double correction, double) {
        modes[static_cast<std::size_t>(number)] = correction * work_->transform.spectrum()[place];
    });
    return modes;
}

TorusSum::Modes TorusSum::modes_of_cells(const std::vector<Index>& cells, const Field& masses) const
{
    RealTransform transform(cells);
    expects(masses.size() == transform.size(), "a mass for every cell");
    std::copy(masses.data(), masses.data() + masses.size(), transform.values());
    transform.forward();
    Modes modes(static_cast<std::size_t>(stored_modes()));
    for_each_mode([&](Index number, Index, const std::array<Index, 3>& mode, double, double) {
        Index place = 0;
        std::complex<double> factor = 1.0;
        for (std::size_t a = 0; a < axes_.size(); ++a) {
            expects(cells[a] > 2 * axes_[a].modes, "more cells than modes");
            const Index size = a + 1 < axes_.size() ? cells[a] : cells[a] / 2 + 1;
            place = place * size + (mode[a] < 0 ? mode[a] + cells[a] : mode[a]);
            // Means over cells, at their centres.
            const double angle = pi * static_cast<double>(mode[a]) / static_cast<double>(cells[a]);
            factor *= std::polar(mode[a] == 0 ? 1.0 : angle / std::sin(angle), -angle);
        }
        modes[static_cast<std::size_t>(number)] = factor * transform.spectrum()[place];
    });
    return modes;
}

/// From the values of the transform.
void TorusSum::gather(const Matrix& points, Field& psi, Matrix& gradient) const
{
    const std::size_t rank = axes_.size();
    const double* const grid = work_->transform.values();
    psi.resize(points.cols());
    gradient.resize(static_cast<Index>(rank), points.cols());
    for_each_block({points.cols(), 4096, 4}, [&](Index first, Index count) {
        Reaches reaches;
        for (Index p = first; p < first + count; ++p) {
            for (std::size_t a = 0; a < rank; ++a) {
                const double s = (points(static_cast<Index>(a), p) - axes_[a].from) / axes_[a].length;
                const double n = static_cast<double>(shape_[a]);
                reaches[a].place(work_->spreading, (s - std::floor(s)) * n, shape_[a], true);
            }
            const Reach& last = reaches[rank - 1];
            double value = 0.0;
            std::array<double, 3> slope{};
            for_each_row(shape_, reaches, [&](Index row, int k, int l) {
                Spreading::Values here;
                if (last.straight) {
                    here = Eigen::Map<const Spreading::Values>(grid + row + last.cells[0]);
                } else {
                    for (Index i = 0; i < support; ++i) {
                        here[i] = grid[row + last.cells[static_cast<std::size_t>(i)]];
                    }
                }
                const double along = (here * last.values).sum(), rise = (here * last.slopes).sum();
                if (rank == 1) {
                    value += along;
                    slope[0] += rise;
                } else if (rank == 2) {
                    value += reaches[0].values[k] * along;
                    slope[0] += reaches[0].slopes[k] * along;
                    slope[1] += reaches[0].values[k] * rise;
                } else {
                    const double product = reaches[0].values[k] * reaches[1].values[l];
                    value += product * along;
                    slope[0] += reaches[0].slopes[k] * reaches[1].values[l] * along;
                    slope[1] += reaches[0].values[k] * reaches[1].slopes[l] * along;
                    slope[2] += product * rise;
                }
            });
            psi[p] = value;
            for (std::size_t a = 0; a < rank; ++a) {
                gradient(static_cast<Index>(a), p) =
                    slope[a] * static_cast<double>(shape_[a]) / axes_[a].length;
            }
        }
    });
}

double TorusSum::evaluate(const Matrix& points, const Field& charges, Field& psi, Matrix& gradient) const
{
    const Modes modes = modes_of(points, charges);
    std::complex<double>* const spectrum = work_->transform.spectrum();
    std::fill_n(spectrum, work_->transform.modes(), 0.0);
    double sum = 0.0;
    for_each_mode(
        [&](Index number, Index place, const std::array<Index, 3>&, double correction, double times) {
            const std::complex<double> away =
                modes[static_cast<std::size_t>(number)] - target_[static_cast<std::size_t>(number)];
            sum += times * coefficients_[number] * std::norm(away);
            spectrum[place] = correction * coefficients_[number] * away;
        });
    work_->transform.backward();
    gather(points, psi, gradient);
    return 0.5 * sum;
}

double TorusSum::response(double growth, const Field& mobility) const
{
    double sum = 0.0;
    for_each_mode([&](Index number, Index, const std::array<Index, 3>& mode, double, double times) {
        double rate = growth;
        for (std::size_t a = 0; a < axes_.size(); ++a) {
            const double xi = 2.0 * pi * static_cast<double>(mode[a]) / axes_[a].length;
            rate += mobility[static_cast<Index>(a)] * xi * xi;
        }
        sum += times * std::abs(coefficients_[number]) * rate;
    });
    return sum;
}

}  // namespace widelimit
