// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include "widelimit/problem/law.hpp"

namespace widelimit {

/// On one circle, density proportional to 1 + amplitude cos(2 pi mode (x - from) / length - phase).
std::unique_ptr<Law> make_wave(const Coordinate& circle, double mode, double amplitude, double phase);

/// On a torus, density proportional to 1 + amplitude cos(sum_k 2 pi mode_k (x_k - from_k) / length_k -
/// phase), modes integers that are not all 0, |amplitude| <= 1.
///
/// With s_k = sin(a_k h_k) / a_k, a_k = 2 pi mode_k / length_k and h_k half the width, a box with the centre
/// c holds (prod 2 h_k + amplitude cos(sum a_k (c_k - from_k) - phase) prod 2 s_k) / prod length_k.  A draw
/// takes the last coordinate that the wave runs along from its law given the others, which are uniform.
class PlaneWave : public JointLaw {
public:
    PlaneWave(std::vector<Coordinate> circles, Field modes, double amplitude, double phase);

    Field masses_in(const Matrix& lower, const Matrix& upper) const override;
    Field draw(const Field& uniforms) const override;
    std::shared_ptr<const Law> marginal(Index coordinate) const override;

    /// sum_k (2 pi mode_k / length_k)^2.
    double square_frequency() const { return frequencies_.squaredNorm(); }
    /// 2 pi mode_k / length_k.
    const Field& frequencies() const { return frequencies_; }
    /// The argument of the cosine.
    double angle(const Field& place) const;
    double amplitude() const { return amplitude_; }
    double volume() const;
    /// The same wave with another amplitude.
    PlaneWave with(double amplitude) const { return {circles_, modes_, amplitude, phase_}; }

private:
    std::vector<Coordinate> circles_;
    Field modes_, frequencies_;
    double amplitude_, phase_;
};

}  // namespace widelimit
