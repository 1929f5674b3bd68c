// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <map>
#include <vector>

#include "widelimit/problem/kernel.hpp"

namespace widelimit {
namespace {

/// K(z) = sum over the given modes j of c_j exp(i xi_j z); a row stands for j and for -j, which have the same
/// coefficient, and what is not given is 0.
class Coefficients : public Kernel {
public:
    Coefficients(std::map<std::vector<Index>, double> values, std::vector<Coordinate> on)
        : values_(std::move(values)), on_(std::move(on))
    {}
    double at(const Field& xi) const override
    {
        std::vector<Index> mode;
        for (std::size_t k = 0; k < on_.size(); ++k) {
            mode.push_back(mode_of(xi[static_cast<Index>(k)], on_[k]));
        }
        const auto found = values_.find(mode);
        return found == values_.end() ? 0.0 : found->second;
    }

private:
    std::map<std::vector<Index>, double> values_;
    std::vector<Coordinate> on_;
};

std::unique_ptr<Kernel> make_coefficients_kernel(const Settings& kernel, const std::vector<Coordinate>& on)
{
    expect_circles(kernel, on);
    const Matrix rows = kernel.matrix("coefficients");
    const auto rank = static_cast<Index>(on.size());
    if (rows.cols() != rank + 1) {
        kernel.fail("coefficients", "expected rows of " + std::to_string(rank) +
                                        " integers (the mode on each circle) and a coefficient");
    }
    std::map<std::vector<Index>, double> values;
    for (Index row = 0; row < rows.rows(); ++row) {
        std::vector<Index> mode, opposite;
        for (Index k = 0; k < rank; ++k) {
            if (std::abs(rows(row, k)) > 1e9 || rows(row, k) != std::round(rows(row, k))) {
                kernel.fail("coefficients", "row " + std::to_string(row + 1) + ": modes are integers");
            }
            mode.push_back(static_cast<Index>(rows(row, k)));
            opposite.push_back(-mode.back());
        }
        if (values.count(mode) > 0) {
            kernel.fail("coefficients", "row " + std::to_string(row + 1) +
                                            ": this mode, or the opposite one, is given already");
        }
        values[mode] = values[opposite] = rows(row, rank);
    }
    return std::make_unique<Coefficients>(std::move(values), on);
}

const bool coefficients_kernel_registered = kernels().add(
    {"coefficients",
     "on circles: your own coefficients c_j of exp(i xi_j z), the same for j and -j, 0 where none is given",
     make_coefficients_kernel,
     {{"problem.kernel.coefficients", "matrix", "", "",
       "rows [j of each circle..., c_j], or a CSV file of such columns", "[[0, 1.0], [1, 0.5]]"}}});

}  // namespace
}  // namespace widelimit
