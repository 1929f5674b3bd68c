// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/spectral_filter.hpp"

#include <algorithm>
#include <complex>

#include "widelimit/core/blocks.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/fft.hpp"
#include "widelimit/core/instructions.hpp"

namespace widelimit {
namespace {

/// Neighbouring columns that are transformed together, in a buffer of their own, one after another.
constexpr Index columns_at_once = 8;

/// A loop over rows or groups of columns in 16 tasks; small arrays are not worth waking threads for.
Blocks tasks(Index count, Index size)
{
    const Index length = std::max<Index>(1, (count + 15) / 16);
    return {count, length, size < 65536 ? count + 1 : 2};
}

/// Multiplies complex modes, real and imaginary parts in turn, by the symbol; power is symbol * |mode|^2.
WIDELIMIT_WIDE_LOOP void multiply(const double* symbol, Index count, double* __restrict modes,
                                  double* __restrict power)
{
    for (Index k = 0; k < count; ++k) {
        const double real = modes[2 * k], imaginary = modes[2 * k + 1], factor = symbol[k];
        power[k] = factor * (real * real + imaginary * imaginary);
        modes[2 * k] = factor * real;
        modes[2 * k + 1] = factor * imaginary;
    }
}

double* reals(std::complex<double>* modes)
{
    return reinterpret_cast<double*>(modes);
}

/// Columns along one axis: `count` in all, mode i of column c is entry c / inner * inner * size + c % inner +
/// i * inner of the spectrum.
struct Columns {
    Index size, inner, count;

    Index groups() const { return count / inner * groups_of_inner(); }
    Index groups_of_inner() const { return (inner + columns_at_once - 1) / columns_at_once; }
    Index first(Index group) const { return group / groups_of_inner() * inner + offset(group); }
    Index offset(Index group) const { return group % groups_of_inner() * columns_at_once; }
    Index width(Index group) const { return std::min(columns_at_once, inner - offset(group)); }
    /// Of the first mode of the first column.
    Index start(Index group) const { return group / groups_of_inner() * inner * size + offset(group); }
    /// Lengths off powers of two, which would all meet in the same places of a cache.
    Index pitch() const { return size + 4; }
};

}  // namespace

struct SpectralFilter::Plans {
    /// One axis but the last.
    struct Axis {
        Columns columns;
        ColumnTransform transform;
    };

    explicit Plans(const std::vector<Index>& shape) : row(shape.back())
    {
        Index inner = shape.back() / 2 + 1, modes = inner;
        for (std::size_t a = 0; a + 1 < shape.size(); ++a) {
            modes *= shape[a];
        }
        spectrum = new_modes(modes);
        std::fill_n(spectrum.get(), modes, 0.0);
        for (std::size_t a = shape.size() - 1; a-- > 0; inner *= shape[a]) {
            const Columns columns{shape[a], inner, modes / shape[a]};
            axes.insert(axes.begin(), {columns, ColumnTransform(shape[a], columns_at_once, columns.pitch())});
        }
    }

    void gather(const Columns& columns, Index group, std::complex<double>* lines) const
    {
        const Index pitch = columns.pitch(), width = columns.width(group);
        const std::complex<double>* from = spectrum.get() + columns.start(group);
        for (Index i = 0; i < columns.size; ++i, from += columns.inner) {
            for (Index c = 0; c < width; ++c) {
                lines[c * pitch + i] = from[c];
            }
        }
    }
    void scatter(const Columns& columns, Index group, const std::complex<double>* lines)
    {
        const Index pitch = columns.pitch(), width = columns.width(group);
        std::complex<double>* to = spectrum.get() + columns.start(group);
        for (Index i = 0; i < columns.size; ++i, to += columns.inner) {
            for (Index c = 0; c < width; ++c) {
                to[c] = lines[c * pitch + i];
            }
        }
    }

    RowTransform row;
    Modes spectrum;
    std::vector<Axis> axes;
};

/// What one task works in.  A last group may be narrower: its other columns are transformed along.
struct SpectralFilter::Buffers {
    explicit Buffers(const Columns& columns)
        : from(new_modes(columns_at_once * columns.pitch())), to(new_modes(columns_at_once * columns.pitch()))
    {
        std::fill_n(from.get(), columns_at_once * columns.pitch(), 0.0);
    }
    Modes from, to;
};

SpectralFilter::SpectralFilter(const std::vector<Index>& shape, const Field& symbol) : shape_(shape)
{
    expects(!shape.empty() && shape.size() <= 3, "a filter of rank 1 to 3");
    plans_ = std::make_unique<Plans>(shape);
    size_ = shape.back();
    for (std::size_t a = 0; a + 1 < shape.size(); ++a) {
        size_ *= shape[a];
    }
    first_ = shape.size() > 1 ? shape.front() : 1;
    columns_ = modes() / first_;
    expects(symbol.size() == modes(), "one number a mode");
    symbol_ = symbol.reshaped(columns_, first_).transpose().reshaped();
}

SpectralFilter::~SpectralFilter() = default;
SpectralFilter::SpectralFilter(SpectralFilter&&) noexcept = default;
SpectralFilter& SpectralFilter::operator=(SpectralFilter&&) noexcept = default;

double SpectralFilter::apply(const Rows& rows)
{
    forward_rows(rows);
    for (std::size_t a = shape_.size() - 1; a-- > 1;) {
        transform_columns(a, true);
    }
    const double sum = shape_.size() == 1 ? filter_row() : filter_columns();
    for (std::size_t a = 1; a + 1 < shape_.size(); ++a) {
        transform_columns(a, false);
    }
    backward_rows(rows);
    return sum;
}

void SpectralFilter::forward_rows(const Rows& rows)
{
    for_each_block(tasks(this->rows(), size_), [&](Index first, Index count) {
        const Reals values = new_reals(shape_.back());
        for (Index row = first; row < first + count; ++row) {
            std::complex<double>* const modes = plans_->spectrum.get() + row * row_modes();
            if (rows.load(row, values.get())) {
                plans_->row.forward(values.get(), modes);
            } else {
                std::fill_n(modes, row_modes(), 0.0);
            }
        }
    });
}

void SpectralFilter::backward_rows(const Rows& rows)
{
    for_each_block(tasks(this->rows(), size_), [&](Index first, Index count) {
        const Reals values = new_reals(shape_.back());
        for (Index row = first; row < first + count; ++row) {
            if (rows.wanted(row)) {
                plans_->row.backward(plans_->spectrum.get() + row * row_modes(), values.get());
                rows.unload(row, values.get());
            }
        }
    });
}

void SpectralFilter::transform_columns(std::size_t axis, bool forward)
{
    const Plans::Axis& along = plans_->axes[axis];
    for_each_block(tasks(along.columns.groups(), size_), [&](Index first, Index count) {
        const Buffers buffers(along.columns);
        for (Index group = first; group < first + count; ++group) {
            plans_->gather(along.columns, group, buffers.from.get());
            forward ? along.transform.forward(buffers.from.get(), buffers.to.get())
                    : along.transform.backward(buffers.from.get(), buffers.to.get());
            plans_->scatter(along.columns, group, buffers.to.get());
        }
    });
}

/// How often a mode kept along the last axis occurs among all modes.
double SpectralFilter::multiplicity(Index mode) const
{
    return mode == 0 || 2 * mode == shape_.back() ? 1.0 : 2.0;
}

double SpectralFilter::filter_row()
{
    Field power(row_modes());
    multiply(symbol_.data(), row_modes(), reals(plans_->spectrum.get()), power.data());
    double sum = 0.0;
    for (Index k = 0; k < row_modes(); ++k) {
        sum += multiplicity(k) * power[k];
    }
    return sum;
}

double SpectralFilter::filter_lines(Index first_column, Index count, double* lines) const
{
    const Index pitch = plans_->axes.front().columns.pitch();
    Field power(first_);
    double sum = 0.0;
    for (Index c = 0; c < count; ++c) {
        const Index column = first_column + c;
        multiply(symbol_.data() + column * first_, first_, lines + 2 * c * pitch, power.data());
        sum += multiplicity(column % row_modes()) * power.sum();
    }
    return sum;
}

double SpectralFilter::filter_columns()
{
    const Plans::Axis& along = plans_->axes.front();
    const Index groups = along.columns.groups();
    Field sums = Field::Zero(groups);
    for_each_block(tasks(groups, size_), [&](Index first, Index count) {
        const Buffers buffers(along.columns);
        for (Index group = first; group < first + count; ++group) {
            plans_->gather(along.columns, group, buffers.from.get());
            along.transform.forward(buffers.from.get(), buffers.to.get());
            sums[group] =
                filter_lines(along.columns.first(group), along.columns.width(group), reals(buffers.to.get()));
            along.transform.backward(buffers.to.get(), buffers.from.get());
            plans_->scatter(along.columns, group, buffers.from.get());
        }
    });
    return sums.sum();
}

}  // namespace widelimit
