// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <complex>
#include <memory>
#include <string>
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

/// How plans of row and column transforms are chosen: guessed at once, the same in every process; or
/// measured, which takes up to a few seconds and may choose others, with other round-off, in every process
/// that does not know them from `learn_plans`.
enum class Planning { guessed, measured };

/// Of the plans made from now on in this process; guessed at first.
void use_plans(Planning planning);
Planning plans_in_use();
/// What has been measured so far, as text, for another process to take over; false: not such a text.
std::string measured_plans();
bool learn_plans(const std::string& text);

/// Arrays that are aligned as transforms want them; large ones on large pages.
struct FreeArray {
    void operator()(void* array) const;
};
template <class Real>
using Reals = std::unique_ptr<Real[], FreeArray>;
template <class Real>
using Modes = std::unique_ptr<std::complex<Real>[], FreeArray>;
template <class Real>
Reals<Real> new_reals(Index size);
template <class Real>
Modes<Real> new_modes(Index size);
/// Whether transforms take an array of the caller's.
template <class Real>
bool is_aligned(const Real* array);

/// The transform of rank 1 between aligned arrays of the caller, for any number of threads at a time, in
/// double or single precision, of one row or of `together()`, which take less time than one by one: their
/// values follow each other, their modes start `pitch` apart.
template <class Real>
class RowTransform {
public:
    RowTransform(Index size, Index pitch);
    ~RowTransform();
    RowTransform(RowTransform&&) noexcept;

    /// 1 of rows that gain nothing.
    Index together() const;

    /// Asks memory for the modes of so many rows behind these, which are next.
    void forward(const Real* values, std::complex<Real>* modes, Index rows = 1, Index ahead = 0) const;
    /// Works in `own`, as large as the modes; it may be these, which are then destroyed.
    void backward(const std::complex<Real>* modes, Real* values, std::complex<Real>* own,
                  Index rows = 1) const;

private:
    struct Plans;
    std::unique_ptr<Plans> plans_;
};

/// `many` columns of `size` numbers: those of one column lie `step` apart, the first ones `pitch`.
struct ColumnShape {
    Index size, many, step, pitch;
};

/// Complex transforms of columns, likewise: from one array to another, or in place (of one array alone).
template <class Real>
class ColumnTransform {
public:
    ColumnTransform(const ColumnShape& shape, bool in_place);
    ~ColumnTransform();
    ColumnTransform(ColumnTransform&&) noexcept;
    ColumnTransform& operator=(ColumnTransform&&) noexcept;

    void forward(std::complex<Real>* from, std::complex<Real>* to) const;
    void backward(std::complex<Real>* from, std::complex<Real>* to) const;

private:
    struct Plans;
    std::unique_ptr<Plans> plans_;
};

/// The least product of powers of 2, 3, 5 and 7 that is not below `least`, least >= 1: sizes that transform
/// fast.
Index smooth_size(Index least);

}  // namespace widelimit
