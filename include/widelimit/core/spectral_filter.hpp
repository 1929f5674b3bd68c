// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "widelimit/core/field.hpp"

namespace widelimit {

/// Multiplies the modes of real arrays of rank 1 to 3 (as RealTransform keeps them) by a real symbol:
///     values -> backward(symbol * forward(values)),
/// in double or in single precision.  Rows along the last axis and columns along the others are transformed
/// in blocks that threads share: layers of the first axis with all that lies in them, then columns along it,
/// which meet the symbol while they are in a core's own cache.  Neither plans nor sums depend on the number
/// of threads.  Not to be called on one object by two threads at a time.
template <class Real>
class SpectralFilter {
public:
    /// symbol: one number a mode.
    SpectralFilter(const std::vector<Index>& shape, const Field& symbol);
    ~SpectralFilter();
    SpectralFilter(SpectralFilter&&) noexcept;
    SpectralFilter& operator=(SpectralFilter&&) noexcept;

    const std::vector<Index>& shape() const { return shape_; }
    Index size() const { return size_; }
    /// Along the last axis.
    Index row_modes() const { return shape_.back() / 2 + 1; }
    Index rows() const { return size_ / shape_.back(); }
    Index modes() const { return rows() * row_modes(); }
    double symbol(Index mode) const
    {
        return static_cast<double>(
            symbol_[static_cast<std::size_t>(mode % columns_ * first_ + mode / columns_)]);
    }

    /// All are called for every row, by any thread, with an array of the filter's own for its values.
    struct Rows {
        /// Where the values are: in that array, or in memory of the caller's; null: they are all zero.
        std::function<const Real*(Index row, Real* own)> load;
        /// Where new values go, likewise; null: they are not wanted.
        std::function<Real*(Index row, Real* own)> place;
        /// They are in that array now: called only of rows that are placed there.
        std::function<void(Index row, const Real* own)> unload;
    };
    /// The values count `factor` times.  Returns the sum over all modes of symbol * |forward(values)|^2.
    double apply(const Rows& rows, double factor = 1.0)
    {
        const double sum = forward(rows, factor);
        backward(rows);
        return sum;
    }
    /// Its two halves: to new modes, and from these.
    double forward(const Rows& rows, double factor = 1.0);
    void backward(const Rows& rows);
    /// From new modes of rank 1 or 2 some rows, as often as they are wanted, by any thread and always with
    /// the same bits.
    void backward(const Rows& rows, Index first, Index count) const;

private:
    struct Plans;
    struct Columns;
    struct Axis;
    Index layers() const { return first_; }
    struct Own;
    void forward_rows(const Rows& rows, Index first, Index count, Own& own);
    void backward_rows(const Rows& rows, Index first, Index count, Index together, Own& own) const;
    template <class Visit>
    void for_each_stack(const Visit& visit) const;
    bool is_wanted(const Rows& rows, Index layer, Real* own) const;
    void transform_middle(Index layer, bool forward, Own& own);
    double filter_row(double factor);
    double filter_lines(Index first_column, Index count, double factor, std::complex<Real>* lines) const;
    double filter_columns(double factor);
    double multiplicity(Index mode) const;

    std::vector<Index> shape_;
    Index size_ = 0;
    /// Modes along the first axis (1 for rank 1), and number of columns along it.
    Index first_ = 1, columns_ = 1;
    /// Column by column along the first axis.
    std::vector<Real> symbol_;
    std::unique_ptr<Plans> plans_;
};

}  // namespace widelimit
