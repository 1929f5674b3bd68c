// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/features.hpp"

#include <limits>

namespace widelimit {

void Features::push(const Matrix& points, const Field& c, Field& f) const
{
    f.noalias() += values(points).transpose() * c;
}

Field Features::pulled(const Matrix& points, const Field& r) const
{
    return values(points) * r;
}

void Features::squares(const Matrix& points, const Field& w, Field& value, Field& gradient) const
{
    value.setZero(points.cols());
    gradient.setZero(points.cols());
    Field feature;
    Matrix slope;
    for (Index i = 0; i < size(); ++i) {
        pull(points, Field::Unit(size(), i), feature, slope);
        value += w[i] * feature.cwiseAbs2();
        gradient += w[i] * slope.colwise().squaredNorm().transpose();
    }
}

double Features::bound(const Field&) const
{
    return std::numeric_limits<double>::infinity();
}

double Features::variation(const Field&, const Field&) const
{
    return std::numeric_limits<double>::infinity();
}

double Features::remainder(const Field&, const Field&) const
{
    return std::numeric_limits<double>::infinity();
}

namespace {

class ConstantFeature : public Features {
public:
    Index size() const override { return 1; }
    Matrix values(const Matrix& points) const override { return Matrix::Ones(points.cols(), 1); }
    void pull(const Matrix& points, const Field& r, Field& g, Matrix& gradient) const override
    {
        g.setConstant(points.cols(), r[0]);
        gradient.setZero(points.rows(), points.cols());
    }
};

}  // namespace

std::unique_ptr<Features> make_constant()
{
    return std::make_unique<ConstantFeature>();
}

}  // namespace widelimit
