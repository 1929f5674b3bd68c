// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "widelimit/network/averaged_knots.hpp"
#include "widelimit/problem/problem.hpp"

namespace widelimit {
namespace {

/// Q(s_i), s_i = (sum_k v_ik r_k^2)^(1/2): the prediction at inputs with the variance v_ik in block k of a
/// neuron with weights of length r_k there.
class BlockFeatures : public Features {
public:
    /// nodes x blocks.
    BlockFeatures(std::shared_ptr<const Activation> average, Matrix variances)
        : average_(std::move(average)), variances_(std::move(variances))
    {}

    Index size() const override { return variances_.rows(); }
    Matrix values(const Matrix& points) const override
    {
        Matrix z = lengths(points);
        average_->value(z);
        return z;
    }
    void pull(const Matrix& points, const Field& r, Field& g, Matrix& gradient) const override
    {
        const Matrix s = lengths(points);
        Matrix value = s, slope = s;
        average_->value_and_slope(value, slope);
        g = value * r;
        // d s_i / d r_k = v_ik r_k / s_i; at s = 0 the even Q has no slope.
        slope = (s.array() > 0.0).select(slope.array() / s.array().max(1e-300), 0.0);
        const Matrix pulls = slope * r.asDiagonal() * variances_;
        gradient = points.cwiseProduct(pulls.transpose());
    }

private:
    /// points x nodes.
    Matrix lengths(const Matrix& points) const
    {
        return (points.cwiseAbs2().transpose() * variances_.transpose()).cwiseSqrt();
    }

    std::shared_ptr<const Activation> average_;
    Matrix variances_;
};

Problem make(const Settings& root, const Data*)
{
    const Settings section = root.table("problem");
    const double separation = section.number("separation"), far = std::numeric_limits<double>::quiet_NaN();
    Matrix variances(2, 2);
    variances << (1.0 + separation) * (1.0 + separation), 1.0, (1.0 - separation) * (1.0 - separation), 1.0;
    Field targets(2);
    targets << 1.0, -1.0;
    Problem problem;
    problem.coordinates = {{"r1", "length of the input weights where the classes differ", false, 0.0, far},
                           {"r2", "length of the other input weights", false, 0.0, far}};
    problem.features =
        std::make_shared<BlockFeatures>(std::make_shared<AveragedKnots>(read_knots(section), 0), variances);
    const Settings none(Value::table(), Schema());
    problem.risk = risks().find("square").make(none, {Field::Constant(2, 0.5), targets});
    problem.confinement = quadratic_field(section.number("decay"));
    read_common(root, problem, "chi");
    if (problem.warm()) {
        section.fail("temperature", "noise needs dimensions of both blocks, and these are infinite");
    }
    return problem;
}

const bool registered =
    problems().add({"anisotropic-gaussians",
                    "two centred Gaussian classes that differ on a share of infinitely many inputs, units "
                    "sigma(w . x): the law of "
                    "the lengths of both parts of w",
                    make,
                    {{"problem.separation", "number", "0.5", "(0, 1)",
                      "Delta: inputs of the classes +1 and -1 have standard deviations 1 + Delta and 1 - "
                      "Delta, some or all of them"},
                     {"problem.knots", "matrix", "[[0.5, -2.5], [1.5, 7.5]]", "",
                      "rows [t, sigma(t)] of the activation, linear between, constant beyond"},
                     {"problem.decay", "number", "0.0", ">= 0", "lambda of V = lambda / 2 r^2"}}});

}  // namespace
}  // namespace widelimit
