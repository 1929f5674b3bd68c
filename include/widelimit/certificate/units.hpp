// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include "widelimit/problem/problem.hpp"

namespace widelimit {

/// A neuron and V(place) = sum_i q_i phi_i(place) there, phi of sign +1.
struct Peak {
    Field place;
    double value = 0.0;
};

class Units;

/// Finitely many neurons: places as columns, and masses with the sign of the neuron.
struct SparseNetwork {
    Matrix places;
    Field weights;

    Index size() const { return weights.size(); }
    /// sum of |weight|, the variation norm where the places differ.
    double norm() const { return weights.cwiseAbs().sum(); }
    Field predictions(const Units& units) const;
    void add(const Field& place, double weight);
};

/// ALL neurons that the measures of a problem may charge, not only those of a grid.
class Units {
public:
    explicit Units(const Problem& problem);
    virtual ~Units() = default;

    /// phi: what unit mass of sign +1 adds to the predictions (predictions x places).
    Matrix columns(const Matrix& places) const;
    /// Gradients of phi, one for each place (predictions x coordinates).
    std::vector<Matrix> gradients(const Matrix& places) const;
    /// Orthonormal directions that a neuron can move in without leaving the kinks that it is at (coordinates
    /// x directions).
    virtual Matrix directions(const Field& place) const = 0;
    /// The direction of place + directions(place) * along, or nothing where a kink is crossed on the way.
    virtual Field turned(const Field& place, const Field& along) const = 0;
    /// A number that s V(place) exceeds for no place and no sign s that the problem has.
    virtual double supremum(const Field& q) const = 0;
    /// Local maxima of V and -V, all places where either could be largest.
    virtual std::vector<Peak> peaks(const Field& q) const = 0;
    /// Neurons to begin with: peaks, and enough others that their features span those of all neurons.
    virtual std::vector<Peak> first(const Field& q) const { return peaks(q); }
    /// A network with the same predictions, no larger norm and no more neurons, none of them without mass.
    virtual SparseNetwork gathered(const SparseNetwork& network) const = 0;
    /// Whether both signs exist; +1 alone otherwise.
    bool both_signs() const { return both_; }
    Index nodes() const { return problem_->features->size(); }

protected:
    const Problem& problem() const { return *problem_; }
    double scale() const { return scale_; }

private:
    const Problem* problem_;
    bool both_;
    double scale_;
};

/// On a circle.
class ArcUnits : public Units {
public:
    using Units::Units;

    /// Where features have kinks, and the arcs between them: features are linear in mass * (cos, sin) on
    /// each.
    virtual const Matrix& kinks() const = 0;
    virtual const Matrix& middles() const = 0;
    virtual const Field& halves() const = 0;
};

/// In closed form where features are linear in mass times direction between kinks (positively homogeneous
/// units): on a circle, where V = a cos + b sin on every arc, and on S^2, where V is linear on every face
/// that the great circles u . x_i = 0 cut out.  Null for other problems.  The problem must outlive it.
std::unique_ptr<Units> make_units(const Problem& problem);
std::unique_ptr<ArcUnits> make_arc_units(const Problem& problem);

}  // namespace widelimit
