// SPDX-License-Identifier: BSD-3-Clause
#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <new>

#include "widelimit/core/fft.hpp"

namespace widelimit {

void FreeArray::operator()(void* array) const
{
    std::free(array);
}

namespace {

/// Columns go through memory in large steps, each in another page: they want large pages.
void* new_array(std::size_t bytes)
{
    constexpr std::size_t page = std::size_t{1} << 21, line = 64;
    const std::size_t unit = bytes >= 2 * page ? page : line;
    const std::size_t whole = (bytes + unit - 1) / unit * unit;
    void* const array = std::aligned_alloc(unit, std::max(whole, unit));
    if (array == nullptr) {
        throw std::bad_alloc();
    }
    if (unit == page) {
        ::madvise(array, whole, MADV_HUGEPAGE);
    }
    return array;
}

}  // namespace

template <class Real>
Reals<Real> new_reals(Index size)
{
    return Reals<Real>(static_cast<Real*>(new_array(static_cast<std::size_t>(size) * sizeof(Real))));
}

template <class Real>
Modes<Real> new_modes(Index size)
{
    using Mode = std::complex<Real>;
    return Modes<Real>(static_cast<Mode*>(new_array(static_cast<std::size_t>(size) * sizeof(Mode))));
}

template Reals<double> new_reals<double>(Index);
template Reals<float> new_reals<float>(Index);
template Modes<double> new_modes<double>(Index);
template Modes<float> new_modes<float>(Index);

}  // namespace widelimit
