// SPDX-License-Identifier: BSD-3-Clause
#include "symbol.hpp"

#include <numbers>

#include "widelimit/core/error.hpp"
#include "widelimit/core/fft.hpp"

namespace widelimit {

std::vector<Index> transform_shape(const std::vector<EvenAxis>& axes)
{
    std::vector<Index> shape;
    for (const EvenAxis& axis : axes) {
        shape.push_back(axis.circle ? axis.cells : smooth_size(2 * axis.cells - 1));
    }
    return shape;
}

namespace {

/// Fills the symbol circle mode by circle mode, with one transform along all lines for each.
class Sampler {
public:
    Sampler(const std::vector<EvenAxis>& axes, const std::vector<Index>& shape, const Kernel& kernel)
        : kernel_(kernel), sizes_(shape), modes_(shape), units_(shape.size()), index_(shape.size(), 0)
    {
        modes_.back() = shape.back() / 2 + 1;
        for (std::size_t a = 0; a < axes.size(); ++a) {
            (axes[a].circle ? circles_ : lines_).push_back(a);
            units_[a] =
                axes[a].circle ? 2.0 * std::numbers::pi / (axes[a].to - axes[a].from) : axes[a].width();
        }
    }

    Field symbol()
    {
        RealTransform along_lines(lines_.empty() ? std::vector<Index>{1} : of(lines_, sizes_));
        Index count = 1;
        for (const Index n : modes_) {
            count *= n;
        }
        Field symbol(count);
        for_each_index(of(circles_, modes_), [&](const std::vector<Index>& mode, Index) {
            place(circles_, mode);
            sample(along_lines.values());
            along_lines.forward();
            collect(along_lines, symbol);
        });
        return symbol;
    }

private:
    static std::vector<Index> of(const std::vector<std::size_t>& axes, const std::vector<Index>& sizes)
    {
        std::vector<Index> part;
        for (const std::size_t a : axes) {
            part.push_back(sizes[a]);
        }
        return part;
    }

    void place(const std::vector<std::size_t>& axes, const std::vector<Index>& part)
    {
        for (std::size_t k = 0; k < axes.size(); ++k) {
            index_[axes[k]] = part[k];
        }
    }

    void sample(double* values)
    {
        Field arguments(static_cast<Index>(sizes_.size()));
        for_each_index(of(lines_, sizes_), [&](const std::vector<Index>& difference, Index number) {
            place(lines_, difference);
            for (std::size_t a = 0; a < sizes_.size(); ++a) {
                const Index signed_index = 2 * index_[a] <= sizes_[a] ? index_[a] : index_[a] - sizes_[a];
                arguments[static_cast<Index>(a)] = units_[a] * static_cast<double>(signed_index);
            }
            values[number] = mean_of_signs(arguments, 0);
        });
    }

    double mean_of_signs(Field& arguments, std::size_t from) const
    {
        for (std::size_t a = from; a < sizes_.size(); ++a) {
            if (2 * index_[a] == sizes_[a]) {
                const double here = mean_of_signs(arguments, a + 1);
                arguments[static_cast<Index>(a)] *= -1.0;
                return 0.5 * (here + mean_of_signs(arguments, a + 1));
            }
        }
        return kernel_.at(arguments);
    }

    void collect(RealTransform& along_lines, Field& symbol)
    {
        const double scale = 1.0 / static_cast<double>(along_lines.size());
        for_each_index(of(lines_, modes_), [&](const std::vector<Index>& mode, Index) {
            place(lines_, mode);
            Index number = 0;
            for (std::size_t a = 0; a < modes_.size(); ++a) {
                number = number * modes_[a] + index_[a];
            }
            symbol[number] = scale * along_lines.spectrum()[kept(mode, along_lines)].real();
        });
    }

    /// Number of a mode of the lines among those that their own transform keeps: the mode itself, or the
    /// opposite one, where K, even, has the same transform.
    static Index kept(const std::vector<Index>& mode, const RealTransform& along_lines)
    {
        const std::vector<Index>& shape = along_lines.shape();
        const bool mirror = !mode.empty() && 2 * mode.back() > shape.back();
        Index number = 0;
        for (std::size_t a = 0; a < mode.size(); ++a) {
            const Index k = mirror ? (shape[a] - mode[a]) % shape[a] : mode[a];
            number = number * (a + 1 < mode.size() ? shape[a] : along_lines.row_modes()) + k;
        }
        return number;
    }

    const Kernel& kernel_;
    std::vector<Index> sizes_, modes_;
    std::vector<double> units_;
    std::vector<std::size_t> circles_, lines_;
    std::vector<Index> index_;
};

}  // namespace

Field kernel_symbol(const std::vector<EvenAxis>& axes, const std::vector<Index>& shape, const Kernel& kernel)
{
    const Field symbol = Sampler(axes, shape, kernel).symbol();
    expects(symbol.allFinite(), "a kernel with finite values");
    return symbol;
}

}  // namespace widelimit
