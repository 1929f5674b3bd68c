// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/spectral_filter.hpp"

#include <algorithm>
#include <array>
#include <complex>

#include "row_loops.hpp"
#include "spectral_loops.hpp"
#include "widelimit/core/blocks.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/fft.hpp"
#include "widelimit/core/parallel.hpp"
#include "widelimit/core/prefetch.hpp"

namespace widelimit {
namespace {

/// A loop in some 16 tasks of whole units, or in one: no number depends on which.  Small arrays are not worth
/// waking threads for.
Blocks tasks(Index count, Index size, Index unit = 1)
{
    if (size < 65536 || threads_in_use() == 1) {
        return {count, count, 2};
    }
    return {count, std::max<Index>(1, (count + 16 * unit - 1) / (16 * unit)) * unit};
}

/// Rows that are transformed at once, from `first` on and before `end`: `most` of them, or one where not all
/// of these have values; none if the first one has none.
template <class Real>
struct RowGroup {
    /// find(row, own): where the values of a row are.
    template <class Find, class Own>
    RowGroup(const Find& find, Index first, Index end, Index most, Index size, Own* own)
    {
        for (Index k = 0; k < std::min(most, end - first); ++k) {
            Real* const here = find(first + k, own + k * size);
            if (here == nullptr) {
                break;
            }
            of[static_cast<std::size_t>(count++)] = here;
        }
        count = count == most ? most : std::min<Index>(count, 1);
        in_order = count > 0 && is_aligned(of[0]);
        for (Index k = 1; k < count; ++k) {
            in_order = in_order && of[static_cast<std::size_t>(k)] == of[0] + k * size;
        }
    }

    std::array<Real*, 4> of{};
    Index count = 0;
    bool in_order = false;  ///< each behind the one before it, where transforms take them
};

template <class Real>
void take(const Real* from, Index size, Real* to)
{
    if (from != to) {
        std::copy_n(from, size, to);
    }
}

template <class Real>
Real* parts_of(std::complex<Real>* modes)
{
    return reinterpret_cast<Real*>(modes);
}

}  // namespace

/// Columns along an axis in a stack of lines: mode i of column c of line j is entry j * line + c + i * step.
template <class Real>
struct SpectralFilter<Real>::Columns {
    Index size, step;          ///< along the axis
    Index lines, line, inner;  ///< lines beside each other, and columns of one

    Index groups_of_line() const { return (inner + columns_at_once<Real> - 1) / columns_at_once<Real>; }
    Index groups() const { return lines * groups_of_line(); }
    Index offset(Index group) const { return group % groups_of_line() * columns_at_once<Real>; }
    Index width(Index group) const { return std::min(columns_at_once<Real>, inner - offset(group)); }
    /// Among all columns, line by line.
    Index first(Index group) const { return group / groups_of_line() * inner + offset(group); }
    /// Of the first mode of the first column.
    Index start(Index group) const { return group / groups_of_line() * line + offset(group); }
    /// Lengths off powers of two, which would all meet in the same places of a cache.
    Index pitch() const { return size + columns_at_once<Real>; }

    /// Groups may take a few numbers between lines along: rows are padded to whole groups.
    void gather(const std::complex<Real>* from, Index group, std::complex<Real>* columns) const
    {
        gather_columns(from + start(group), size, step, pitch(), columns);
    }
    void scatter(const std::complex<Real>* columns, Index group, std::complex<Real>* to) const
    {
        scatter_columns(columns, size, step, pitch(), to + start(group));
    }
};

template <class Real>
struct SpectralFilter<Real>::Axis {
    explicit Axis(const Columns& c)
        : columns(c), transform({c.size, columns_at_once<Real>, 1, c.pitch()}, false)
    {}
    /// What one task works in: in both directions from one array to another, which FFTW does faster.
    Modes<Real> array() const { return new_modes<Real>(columns_at_once<Real> * columns.pitch()); }

    Columns columns;
    ColumnTransform<Real> transform;
};

template <class Real>
struct SpectralFilter<Real>::Plans {
    explicit Plans(const std::vector<Index>& shape)
        : row_modes(shape.back() / 2 + 1), pitch(padded(row_modes)), row(shape.back(), pitch)
    {
        rows_of_layer = shape.size() == 3 ? shape[1] : 1;
        const Index layers = shape.size() > 1 ? shape.front() : 1, size = layers * rows_of_layer * pitch;
        spectrum = new_modes<Real>(size);
        std::fill_n(spectrum.get(), size, Real(0));
        if (shape.size() > 1) {
            first.emplace_back(Columns{layers, rows_of_layer * pitch, rows_of_layer, pitch, row_modes});
        }
        if (shape.size() == 3 && is_one_piece(rows_of_layer)) {
            // FFTW takes columns one by one where some of them are left over.
            const Index columns = whole(row_modes, modes_at_once<Real>);
            layers_in_place.emplace_back(ColumnShape{rows_of_layer, columns, pitch, 1}, true);
        } else if (shape.size() == 3) {
            middle.emplace_back(Columns{rows_of_layer, pitch, 1, 0, row_modes});
        }
    }

    static Index whole(Index count, Index unit) { return (count + unit - 1) / unit * unit; }
    /// Whole groups of columns, off powers of two.
    static Index padded(Index modes)
    {
        constexpr Index unit = columns_at_once<Real>;
        const Index groups = whole(modes, unit);
        return groups % 64 == 0 ? groups + unit : groups;
    }
    /// Lengths that FFTW does without steps in between: there columns of a layer take half the time where
    /// they are, for it stays in a core's own cache.  At all others copies are as fast, with guessed plans up
    /// to twice.
    static bool is_one_piece(Index size) { return size <= 128 && (size & (size - 1)) == 0; }
    bool by_layer() const { return !middle.empty() || !layers_in_place.empty(); }
    std::complex<Real>* modes_of(Index number) const { return spectrum.get() + number * pitch; }
    std::complex<Real>* layer(Index number) const { return modes_of(number * rows_of_layer); }

    Index row_modes, pitch, rows_of_layer = 1;
    RowTransform<Real> row;
    Modes<Real> spectrum;
    /// At most one each.
    std::vector<Axis> first, middle;
    std::vector<ColumnTransform<Real>> layers_in_place;
};

template <class Real>
SpectralFilter<Real>::SpectralFilter(const std::vector<Index>& shape, const Field& symbol) : shape_(shape)
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
    symbol_.resize(static_cast<std::size_t>(modes()));
    for (Index mode = 0; mode < modes(); ++mode) {
        symbol_[static_cast<std::size_t>(mode % columns_ * first_ + mode / columns_)] =
            static_cast<Real>(symbol[mode]);
    }
}

template <class Real>
SpectralFilter<Real>::~SpectralFilter() = default;
template <class Real>
SpectralFilter<Real>::SpectralFilter(SpectralFilter&&) noexcept = default;
template <class Real>
SpectralFilter<Real>& SpectralFilter<Real>::operator=(SpectralFilter&&) noexcept = default;

/// What a task works in: as many rows as are transformed together.
template <class Real>
struct SpectralFilter<Real>::Own {
    explicit Own(const Plans& plans, Index size)
        : values(new_reals<Real>(plans.row.together() * size)),
          modes(new_modes<Real>(plans.row.together() * plans.pitch))
    {
        for (const Axis& axis : plans.middle) {
            columns = axis.array();
            transformed = axis.array();
        }
    }
    Reals<Real> values;
    Modes<Real> modes, columns, transformed;
};

/// Rows go some at a time: all of a task, or, where the middle axis follows while they are in the cache,
/// those of a layer.  Calls visit(first row, number of rows, own arrays).
template <class Real>
template <class Visit>
void SpectralFilter<Real>::for_each_stack(const Visit& visit) const
{
    const bool by_layer = plans_->by_layer();
    const Index in_layer = plans_->rows_of_layer;
    for_each_block(tasks(layers(), size_, by_layer ? 1 : plans_->row.together()),
                   [&](Index first, Index count) {
                       Own own(*plans_, shape_.back());
                       const Index together = by_layer ? 1 : count;
                       for (Index layer = first; layer < first + count; layer += together) {
                           visit(layer * in_layer, together * in_layer, own);
                       }
                   });
}

template <class Real>
double SpectralFilter<Real>::forward(const Rows& rows, double factor)
{
    for_each_stack([&](Index first, Index count, Own& own) {
        forward_rows(rows, first, count, own);
        transform_middle(first / plans_->rows_of_layer, true, own);
    });
    return shape_.size() == 1 ? filter_row(factor) : filter_columns(factor);
}

template <class Real>
void SpectralFilter<Real>::backward(const Rows& rows)
{
    const Index in_layer = plans_->rows_of_layer;
    for_each_stack([&](Index first, Index count, Own& own) {
        if (!plans_->by_layer() || is_wanted(rows, first / in_layer, own.values.get())) {
            transform_middle(first / in_layer, false, own);
            backward_rows(rows, first, count, plans_->row.together(), own);
        }
    });
}

template <class Real>
void SpectralFilter<Real>::backward(const Rows& rows, Index first, Index count) const
{
    expects(shape_.size() < 3, "rows that are transformed by themselves");
    Own own(*plans_, shape_.back());
    // Whole groups, since one row alone would have other bits: what is left over goes with rows beside it.
    const Index together = plans_->row.together(), most = together <= this->rows() ? together : 1;
    const auto wanted = [&](Index row) { return row >= first && row < first + count; };
    const Rows all{nullptr,
                   [&](Index row, Real* there) { return wanted(row) ? rows.place(row, there) : there; },
                   [&](Index row, const Real* there) { wanted(row) ? rows.unload(row, there) : void(); }};
    for (Index row = first; row < first + count; row += most) {
        row = std::min(row, this->rows() - most);
        backward_rows(all, row, most, most, own);
    }
}

template <class Real>
void SpectralFilter<Real>::forward_rows(const Rows& rows, Index first, Index count, Own& task)
{
    const Index size = shape_.back();
    Real* const own = task.values.get();
    const bool afar = come_from_afar(size_);
    for (Index row = first; row < first + count;) {
        const RowGroup<const Real> group(rows.load, row, first + count, plans_->row.together(), size, own);
        if (group.count == 0) {
            std::fill_n(plans_->modes_of(row++), row_modes(), Real(0));
            continue;
        }
        const Real* values = group.of[0];
        if (!group.in_order) {
            for (Index k = 0; k < group.count; ++k) {
                take(group.of[static_cast<std::size_t>(k)], size, own + k * size);
            }
            values = own;
        }
        const Index next = row + group.count, ahead = afar ? std::min(group.count, this->rows() - next) : 0;
        plans_->row.forward(values, plans_->modes_of(row), group.count, ahead);
        row = next;
    }
}

template <class Real>
bool SpectralFilter<Real>::is_wanted(const Rows& rows, Index layer, Real* own) const
{
    for (Index r = 0; r < plans_->rows_of_layer; ++r) {
        if (rows.place(layer * plans_->rows_of_layer + r, own) != nullptr) {
            return true;
        }
    }
    return false;
}

template <class Real>
void SpectralFilter<Real>::backward_rows(const Rows& rows, Index first, Index count, Index together,
                                         Own& task) const
{
    const Index size = shape_.back();
    Real* const own = task.values.get();
    const bool afar = come_from_afar(size_);
    for (Index row = first; row < first + count;) {
        const RowGroup<Real> group(rows.place, row, first + count, together, size, own);
        if (group.count == 0) {
            ++row;
            continue;
        }
        // A layer has been in the cache for its middle axis: what is next there is the layer behind it.
        const Index ahead = row + (plans_->by_layer() ? plans_->rows_of_layer : group.count);
        for (Index r = ahead; afar && r < std::min(ahead + group.count, this->rows()); ++r) {
            prefetch(plans_->modes_of(r), row_modes());
        }
        Real* const values = group.in_order ? group.of[0] : own;
        if (afar && values != own && row + 2 * group.count <= first + count) {
            prefetch(values + group.count * size, group.count * size);
        }
        plans_->row.backward(plans_->modes_of(row), values, task.modes.get(), group.count);
        for (Index k = 0; k < group.count; ++k) {
            Real* const place = group.of[static_cast<std::size_t>(k)];
            if (place == own + k * size) {
                rows.unload(row + k, place);
            } else {
                take(values + k * size, size, place);
            }
        }
        row += group.count;
    }
}

template <class Real>
void SpectralFilter<Real>::transform_middle(Index layer, bool forward, Own& own)
{
    std::complex<Real>* const modes = plans_->layer(layer);
    for (const ColumnTransform<Real>& columns : plans_->layers_in_place) {
        forward ? columns.forward(modes, modes) : columns.backward(modes, modes);
    }
    for (const Axis& axis : plans_->middle) {
        for (Index group = 0; group < axis.columns.groups(); ++group) {
            std::complex<Real>*from = own.columns.get(), *to = own.transformed.get();
            axis.columns.gather(modes, group, from);
            forward ? axis.transform.forward(from, to) : axis.transform.backward(from, to);
            axis.columns.scatter(to, group, modes);
        }
    }
}

/// How often a mode kept along the last axis occurs among all modes.
template <class Real>
double SpectralFilter<Real>::multiplicity(Index mode) const
{
    return mode == 0 || 2 * mode == shape_.back() ? 1.0 : 2.0;
}

template <class Real>
double SpectralFilter<Real>::filter_row(double factor)
{
    double sum = 0.0;
    for (Index k = 0; k < row_modes(); ++k) {
        sum += multiplicity(k) * multiply_modes(&symbol_[static_cast<std::size_t>(k)], 1, factor,
                                                parts_of(plans_->spectrum.get() + k));
    }
    return factor * sum;
}

template <class Real>
double SpectralFilter<Real>::filter_lines(Index first_column, Index count, double factor,
                                          std::complex<Real>* lines) const
{
    const Index pitch = plans_->first.front().columns.pitch();
    double sum = 0.0;
    for (Index c = 0; c < count; ++c) {
        const Index column = first_column + c;
        sum += multiplicity(column % row_modes()) *
               multiply_modes(symbol_.data() + column * first_, first_, factor, parts_of(lines + c * pitch));
    }
    return sum;
}

template <class Real>
double SpectralFilter<Real>::filter_columns(double factor)
{
    const Axis& along = plans_->first.front();
    const Index groups = along.columns.groups();
    Field sums = Field::Zero(groups);
    for_each_block(tasks(groups, size_), [&](Index first, Index count) {
        const auto from = along.array(), to = along.array();
        for (Index group = first; group < first + count; ++group) {
            along.columns.gather(plans_->spectrum.get(), group, from.get());
            along.transform.forward(from.get(), to.get());
            sums[group] =
                filter_lines(along.columns.first(group), along.columns.width(group), factor, to.get());
            along.transform.backward(to.get(), from.get());
            along.columns.scatter(from.get(), group, plans_->spectrum.get());
        }
    });
    return factor * sums.sum();
}

template class SpectralFilter<double>;
template class SpectralFilter<float>;

}  // namespace widelimit
