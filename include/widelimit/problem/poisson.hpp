// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/problem/law.hpp"

namespace widelimit {

/// On a circle of length 2 pi, density (1 - r^2) / (2 pi (1 - 2 r cos(x - centre) + r^2)) with the radius r
/// in
/// (-1, 1); its first moment is r exp(i centre), the j-th r^j exp(i j centre).
class Poisson : public Law {
public:
    Poisson(double from, double radius, double centre);
    double cdf(double x) const override { return between(from(), x); }
    double between(double lower, double upper) const override;

    double radius() const { return radius_; }
    double centre() const { return centre_; }

private:
    double radius_, centre_;
};

}  // namespace widelimit
