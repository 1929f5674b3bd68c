// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <initializer_list>

#include "widelimit/core/field.hpp"
#include "widelimit/core/prefetch.hpp"

namespace widelimit {

/// Some arrays in one allocation, each from a line of the cache on; of zeros.
template <class Number>
class Arrays {
public:
    explicit Arrays(std::initializer_list<Index> sizes)
    {
        constexpr Index unit = line_of_cache / static_cast<Index>(sizeof(Number));
        Index end = 0;
        for (std::size_t k = 0; const Index size : sizes) {
            from_[k++] = end;
            end += (size + unit - 1) / unit * unit;
        }
        numbers_ = Eigen::VectorX<Number>::Zero(end);
    }
    Number* operator[](std::size_t array) { return numbers_.data() + from_[array]; }

private:
    std::array<Index, 8> from_{};
    Eigen::VectorX<Number> numbers_;
};

/// Of some cells of a slab: fluxes through their lower and upper faces along each axis.
struct SlabFluxes {
    std::array<const double*, 3> low{}, high{};
};

/// What is to be found while the fluxes of a slab are used: half the limited slopes along lines of the slab
/// behind it.  Null where there is none.
template <class Real>
struct NextSlopes {
    const Real* masses = nullptr;
    Real* slope = nullptr;

    NextSlopes from(Index cell) const
    {
        return masses == nullptr ? *this : NextSlopes{masses + cell, slope + cell};
    }
};

}  // namespace widelimit
