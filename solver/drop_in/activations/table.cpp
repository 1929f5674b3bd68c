// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "widelimit/network/activation.hpp"

namespace widelimit {
namespace {

/// Linear between knots (z_k, sigma_k), constant outside the first and the last.
class TableActivation : public Activation {
public:
    explicit TableActivation(Matrix knots) : knots_(std::move(knots)) {}

    void value(Eigen::Ref<Matrix> z) const override
    {
        z = z.unaryExpr([this](double x) { return at(x); });
    }
    void slope(Eigen::Ref<Matrix> z) const override
    {
        z = z.unaryExpr([this](double x) { return 0.5 * (side(x, true) + side(x, false)); });
    }
    std::vector<double> kinks() const override
    {
        const auto z = knots_.col(0);
        return {z.data(), z.data() + z.size()};
    }

    double bound() const override { return knots_.col(1).cwiseAbs().maxCoeff(); }
    double lipschitz() const override
    {
        double most = 0.0;
        for (Index k = 1; k < knots_.rows(); ++k) {
            most = std::max(most, std::abs(rise(k)));
        }
        return most;
    }

private:
    /// Number of knots at or below x (strictly below if not `inclusive`).
    Index below(double x, bool inclusive) const
    {
        const double* first = knots_.col(0).data();
        const double* last = first + knots_.rows();
        return (inclusive ? std::upper_bound(first, last, x) : std::lower_bound(first, last, x)) - first;
    }
    double at(double x) const
    {
        const Index k = below(x, true);
        if (k == 0 || k == knots_.rows()) {
            return knots_(k == 0 ? 0 : k - 1, 1);
        }
        return knots_(k - 1, 1) + (x - knots_(k - 1, 0)) * rise(k);
    }
    double side(double x, bool right) const
    {
        const Index k = below(x, right);
        return k == 0 || k == knots_.rows() ? 0.0 : rise(k);
    }
    double rise(Index k) const
    {
        return (knots_(k, 1) - knots_(k - 1, 1)) / (knots_(k, 0) - knots_(k - 1, 0));
    }

    Matrix knots_;
};

std::unique_ptr<Activation> make(const Settings& settings)
{
    return std::make_unique<TableActivation>(read_knots(settings));
}

const bool registered = activations().add({"table",
                                           "linear between the given knots, constant outside",
                                           make,
                                           {{"network.activation.knots", "matrix", "", "",
                                             "rows [z, value] of the activation `table`, z increasing"}}});

}  // namespace
}  // namespace widelimit
