// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "widelimit/energy/convolution.hpp"

namespace widelimit {

/// Calls visit(index, number) for every index below `shape`, last axis fastest, numbered in this order; once
/// for no axes.
template <class Visit>
void for_each_index(const std::vector<Index>& shape, const Visit& visit)
{
    Index count = 1;
    for (const Index n : shape) {
        count *= n;
    }
    std::vector<Index> index(shape.size(), 0);
    for (Index number = 0; number < count; ++number) {
        visit(index, number);
        for (std::size_t a = shape.size(); a-- > 0 && ++index[a] == shape[a];) {
            index[a] = 0;
        }
    }
}

/// Sizes of the transform: the cells of a circle; on a line enough for two of its lengths, so that what comes
/// round the end arrives in no cell.
std::vector<Index> transform_shape(const std::vector<EvenAxis>& axes);

/// The transform of K over the size of the transform, one number a mode kept by RealTransform(shape): the
/// kernel's own along circles, along lines the discrete one of its values at differences of centres, which
/// run over -n / 2 ... n / 2 of the padded size n.  Where +n / 2 and -n / 2 coincide, K counts with the mean.
Field kernel_symbol(const std::vector<EvenAxis>& axes, const std::vector<Index>& shape, const Kernel& kernel);

}  // namespace widelimit
