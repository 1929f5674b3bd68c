// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <complex>
#include <functional>
#include <memory>
#include <vector>

#include "widelimit/core/field.hpp"

namespace widelimit {

/// A circle of a torus and the highest frequency 2 pi modes / length that sums keep along it.
struct TorusAxis {
    double from = 0.0, length = 1.0;
    Index modes = 1;
};

/// Sums of pairs of points on a torus of rank 1 to 3 through a band-limited even kernel,
///
///     psi(x) = sum over abs(j_a) <= modes_a of c_j exp(i xi_j x) (sum_p q_p exp(-i xi_j x_p) - t_j),
///     xi_j = 2 pi j / length, x counted from the axes' beginnings,
///
/// and their gradient, in O(points + N log N) for N modes: charges are spread to an even grid of twice the
/// resolution by a function of compact support, transformed, multiplied, transformed back and gathered with
/// the same function (Dutt and Rokhlin, SIAM J. Sci. Comput. 14, 1993, with the exponential of a semicircle:
/// Barnett, Magland and af Klinteberg, SIAM J. Sci. Comput. 41, 2019).  Errors are below 1e-11 of sum |c_j|
/// sum |q_p|, those of a gradient that times the largest xi.  The bits do not depend on the number of
/// threads.
class TorusSum {
public:
    using Modes = std::vector<std::complex<double>>;

    /// `coefficient` of the frequencies xi of a mode, one a circle; real and even.
    TorusSum(std::vector<TorusAxis> axes, const std::function<double(const Field& xi)>& coefficient);
    ~TorusSum();

    /// sum_p q_p exp(-i xi_j x_p) of the modes that are kept, as `subtract` takes them.  Points are columns.
    Modes modes_of(const Matrix& points, const Field& charges) const;
    /// The sum over cells of an even division, `cells` an axis (more than 2 modes), last axis fastest, of
    /// masses q: they are taken for the averages of a smooth density over the cells.
    Modes modes_of_cells(const std::vector<Index>& cells, const Field& masses) const;
    /// t of the sums from now on.
    void subtract(Modes target) { target_ = std::move(target); }

    /// psi and its gradient (coordinates x points) at the points themselves, all of them charged; returns
    /// 1/2 sum_j c_j |sum_p q_p exp(-i xi_j x_p) - t_j|^2.  Not to be called by two threads at a time.
    double evaluate(const Matrix& points, const Field& charges, Field& psi, Matrix& gradient) const;

    /// sum_j |c_j| (growth + sum_a mobility_a xi_a^2): bounds the rates of the flow per charge.
    double response(double growth, const Field& mobility) const;

private:
    struct Work;
    Index stored_modes() const;
    template <class Visit>
    void for_each_mode(const Visit& visit) const;
    void spread(const Matrix& points, const Field& charges) const;
    void gather(const Matrix& points, Field& psi, Matrix& gradient) const;

    std::vector<TorusAxis> axes_;
    std::vector<Index> shape_;  ///< of the grid
    std::vector<std::vector<double>>
        correction_;      ///< 1 / transform of the spreading function, by axis and |j|
    Field coefficients_;  ///< of the modes in the order of for_each_mode
    Modes target_;
    std::unique_ptr<Work> work_;
};

}  // namespace widelimit
