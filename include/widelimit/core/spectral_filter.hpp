// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "widelimit/core/field.hpp"

namespace widelimit {

/// Multiplies the modes of real arrays of rank 1 to 3 (as RealTransform keeps them) by a real symbol:
///     values -> backward(symbol * forward(values)).
/// Rows along the last axis and columns along the others are transformed in blocks that threads share;
/// columns meet the symbol while they are in a core's own cache.  Plans are guessed, and neither they nor
/// sums depend on the number of threads.  Not to be called on one object by two threads at a time.
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
    double symbol(Index mode) const { return symbol_[mode % columns_ * first_ + mode / columns_]; }

    /// Both are called for every row, by any thread: `load` writes its values, or returns false if they are
    /// all zero; `unload` reads them, unless `wanted` is false for the row.
    struct Rows {
        std::function<bool(Index row, double* values)> load;
        std::function<bool(Index row)> wanted;
        std::function<void(Index row, const double* values)> unload;
    };
    /// Returns the sum over all modes of symbol * |forward(values)|^2.
    double apply(const Rows& rows);

private:
    struct Plans;
    struct Buffers;
    void forward_rows(const Rows& rows);
    void backward_rows(const Rows& rows);
    void transform_columns(std::size_t axis, bool forward);
    double filter_row();
    double filter_columns();
    double filter_lines(Index first_column, Index count, double* lines) const;
    double multiplicity(Index mode) const;

    std::vector<Index> shape_;
    Index size_ = 0;
    /// Modes along the first axis (1 for rank 1), and number of columns along it.
    Index first_ = 1, columns_ = 1;
    /// Column by column along the first axis.
    Field symbol_;
    std::unique_ptr<Plans> plans_;
};

}  // namespace widelimit
