// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <variant>
#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/core/precision.hpp"
#include "widelimit/core/spectral_filter.hpp"
#include "widelimit/problem/kernel.hpp"

namespace widelimit {

/// An evenly divided axis: a circle, or an interval.
struct EvenAxis {
    Index cells = 0;
    double from = 0.0, to = 1.0;
    bool circle = false;

    double width() const { return (to - from) / static_cast<double>(cells); }
};

/// Masses and psi in single precision, one number each a mass of the state.
struct Rounded {
    Eigen::VectorXf masses, psi;
};

/// The discrepancy D = 1/2 int int K d(mu - nu) d(mu - nu) of cell masses mu at cell centres from a target
/// measure nu, and its first variation psi = K * (mu - nu), by fast Fourier transforms: one each way.
/// Fields are row-major, last axis fastest.  In single precision the transforms are (and D, whose relative
/// error is then some 1e-7), while masses, and psi where it is asked for so, are double numbers.
///
/// Circles see the Fourier series of K up to the frequency cells / 2; the last one of an even number of cells
/// enters as cos(xi (x_i - x_0)) cos(xi (x_j - x_0)), x_0 the first centre, all of it that cells can see.
/// Along lines K is sampled at differences of centres and nothing comes round the end.
class Convolution {
public:
    /// Rank 1 to 3, one axis an argument of the kernel.
    Convolution(const std::vector<EvenAxis>& axes, const Kernel& kernel,
                Precision precision = Precision::full);

    /// The measure nu: masses of cells (none if empty) and atoms, one row [coordinates..., mass] each.  It
    /// becomes (signed) masses of cells at once, so that mu - nu is formed cell by cell and a D of any size
    /// is free of cancellation.  On circles an atom keeps its Fourier coefficients up to cells / 2; along
    /// lines it is shared linearly by the nearest two centres (mass and mean are kept: second order), beyond
    /// the outermost centre given to that cell.  With `means` those coefficients are of an atom averaged over
    /// cells, as mu is, so that psi is the cell mean of K * (mu - nu) to every order.  ConfigError for an
    /// atom outside a line.
    void compare_with(const Field& cell_masses, const Matrix& atoms, bool means = false);

    /// Writes psi at the cell centres and returns D in Parseval form, a sum of |hat(mu - nu)|^2 times the
    /// transform of K; mu is `factor` times the masses.  Not to be called on one object by two threads at a
    /// time.
    double evaluate(const Eigen::Ref<const Field>& masses, double factor, Eigen::Ref<Field> psi) const;
    double evaluate(const Field& masses, Field& psi) const
    {
        psi.resize(masses.size());
        return evaluate(masses, 1.0, psi);
    }

    /// The same, of single precision: writes psi and the masses as the transforms see them.
    double evaluate(const Eigen::Ref<const Field>& masses, double factor, Rounded& out) const;
    Precision precision() const;

    /// Its two halves, where rows along the last axis are wanted one by one, of rank 1 or 2: what `rows`
    /// needs (and of single precision the masses as transforms see them), and psi of some rows, as often as
    /// they are wanted and by any thread.
    double prepare_rows(const Eigen::Ref<const Field>& masses, double factor, Rounded& rounded) const;
    template <class Real>
    void rows(Index first, Index count, Real* psi) const;

    /// What bounds the rates of the linearised flow.  With rate = growth + sum_a mobility_a (2 / h_a sin(xi_a
    /// h_a / 2))^2 at every frequency, growth the factor kappa, mobility one number an axis: per density,
    /// cell volume times the largest |transform of K| * rate; per mass, the sum of all |coefficient of K| *
    /// rate, the better one where mu is concentrated.  Visits every frequency: not for every step.
    struct Response {
        double per_density = 0.0, per_mass = 0.0;
    };
    Response response(double growth, const Field& mobility) const;

private:
    void spread(const Eigen::RowVectorXd& atom, bool means, Field& masses) const;
    /// Of a row of values, or -1 if it is padding.
    Index first_cell(Index row) const;
    /// `rounded`: where masses go too; null: nowhere.
    template <class Real>
    double forward(SpectralFilter<Real>& filter, const Eigen::Ref<const Field>& masses, double factor,
                   Real* rounded) const;
    /// psi of the cells from one on.
    template <class Real, class Out>
    typename SpectralFilter<Real>::Rows places(Out* psi, Index from) const;

    std::vector<EvenAxis> axes_;
    Index cells_;
    Field target_;
    bool has_target_ = false;
    /// Its symbol is psi's transform over that of mu - nu, divided by the size.
    mutable std::variant<SpectralFilter<double>, SpectralFilter<float>> filter_;
    std::vector<Index> shape_;
};

}  // namespace widelimit
