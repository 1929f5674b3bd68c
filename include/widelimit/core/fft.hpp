// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <complex>
#include <memory>
#include <vector>

#include "widelimit/core/field.hpp"

namespace widelimit {

/// Discrete Fourier transform of real arrays of rank 1 to 3, row-major, last axis fastest:
///     spectrum_k = sum_i values_i exp(-2 pi i sum_a k_a i_a / n_a),
/// kept for 0 <= k_last <= n_last / 2 only; the others are complex conjugates.  `backward` is the sum with
/// the opposite sign, without the factor 1 / size.  Plans are guessed, never measured, so that every run has
/// the same bits.  An object owns its two arrays; objects are independent of each other and of threads.
class RealTransform {
public:
    explicit RealTransform(const std::vector<Index>& shape);
    ~RealTransform();
    RealTransform(RealTransform&&) noexcept;
    RealTransform& operator=(RealTransform&&) noexcept;

    /// Numbers of values, of modes kept, and of modes kept along the last axis.
    Index size() const { return size_; }
    Index modes() const { return size_ / shape_.back() * row_modes(); }
    Index row_modes() const { return shape_.back() / 2 + 1; }
    const std::vector<Index>& shape() const { return shape_; }

    double* values() { return values_; }
    std::complex<double>* spectrum() { return spectrum_; }

    /// values -> spectrum; values are kept.
    void forward();
    /// spectrum -> values; destroys the spectrum.
    void backward();

private:
    struct Plans;
    std::vector<Index> shape_;
    Index size_ = 0;
    std::unique_ptr<Plans> plans_;
    double* values_ = nullptr;
    std::complex<double>* spectrum_ = nullptr;
};

/// Arrays that are aligned as transforms want them.
struct FreeArray {
    void operator()(void* array) const;
};
using Reals = std::unique_ptr<double[], FreeArray>;
using Modes = std::unique_ptr<std::complex<double>[], FreeArray>;
Reals new_reals(Index size);
Modes new_modes(Index size);

/// The transform of rank 1 between arrays of the caller, for any number of threads at a time.  `backward`
/// destroys the modes.
class RowTransform {
public:
    explicit RowTransform(Index size);
    ~RowTransform();
    RowTransform(RowTransform&&) noexcept;

    void forward(double* values, std::complex<double>* modes) const;
    void backward(std::complex<double>* modes, double* values) const;

private:
    struct Plans;
    std::unique_ptr<Plans> plans_;
};

/// Complex transforms of `many` arrays of `size` numbers, `pitch` apart, likewise.
class ColumnTransform {
public:
    ColumnTransform(Index size, Index many, Index pitch);
    ~ColumnTransform();
    ColumnTransform(ColumnTransform&&) noexcept;
    ColumnTransform& operator=(ColumnTransform&&) noexcept;

    void forward(std::complex<double>* from, std::complex<double>* to) const;
    void backward(std::complex<double>* from, std::complex<double>* to) const;

private:
    struct Plans;
    std::unique_ptr<Plans> plans_;
};

/// The least product of powers of 2, 3, 5 and 7 that is not below `least`, least >= 1: sizes that transform
/// fast.
Index smooth_size(Index least);

}  // namespace widelimit
