// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/network/activation.hpp"

namespace widelimit {

/// Features above * (w . x_i) where w . x_i > 0, and below * (w . x_i) elsewhere; the point is w.
struct LinearPieces {
    Matrix inputs;  ///< rows x_i
    double above = 1.0, below = 0.0;
};

/// Unit vectors u (3 x any) with u . x = u . x' = 0 for two rows x, x' of the inputs that are not parallel:
/// where kinks of features on S^2 cross.  Those that most pairs share come first.
Matrix kink_crossings(const Matrix& inputs);

/// Sums over fixed points and over all nodes that use how the points lie.
class FeatureSums {
public:
    virtual ~FeatureSums() = default;
    /// f_i = sum_j c_j feature_i(point_j).
    virtual Field push(const Field& c) const = 0;
    /// g_j = sum_i r_i feature_i(point_j).
    virtual Field pull(const Field& r) const = 0;
};

/// Sums over neurons at some points and over all nodes.
class NeuronSums {
public:
    virtual ~NeuronSums() = default;
    /// f_i = sum_j c_j feature_i(point_j).
    virtual Field push(const Field& c) const = 0;
    /// What is done with some neurons from `first` on: g_j = sum_i r_i feature_i(point_j), and its gradient
    /// in the coordinates (coordinates x neurons).
    using Use = std::function<void(Index first, Index count, const double* g, const double* gradient)>;
    /// Every neuron once, some at a time while their numbers are in the cache, shared by the threads.
    virtual void pull(const Field& r, const Use& use) const = 0;
    /// All of them; `g` and `gradient` have the sizes that they shall have.
    void pull(const Field& r, Field& g, Matrix& gradient) const;
    /// A sum over some neurons from `first` on with sum_i w_i feature_i^2, which may be null where it was not
    /// asked for, and sum_i w_i |grad feature_i|^2.
    using Measure =
        std::function<double(Index first, Index count, const double* value, const double* gradient)>;
    /// The sum of these, in the order of the neurons, made like `pull`.
    virtual double squares(const Field& w, bool values, const Measure& measure) const = 0;
    /// All of them; `value` and `gradient` have the sizes that they shall have.
    void squares(const Field& w, Field& value, Field& gradient) const;
};

/// Makes them for neurons that move.
class MovingNeurons {
public:
    virtual ~MovingNeurons() = default;
    /// For neurons at these points (coordinates x neurons).  Not to outlive this.
    virtual std::unique_ptr<NeuronSums> at(const Eigen::Ref<const Matrix>& points) const = 0;
    /// The same, and f = push(c) of it: in one pass where that is possible.
    virtual std::unique_ptr<NeuronSums> at(const Eigen::Ref<const Matrix>& points, const Field& c,
                                           Field& f) const
    {
        auto sums = at(points);
        f = sums->push(c);
        return sums;
    }
};

/// feature(base; node): what a neuron of unit amplitude contributes to each prediction.  Points are columns
/// of a (coordinates x points) matrix.  Nodes that are averaged into one prediction are averaged in here.
class Features {
public:
    virtual ~Features() = default;
    /// Number of predictions.
    virtual Index size() const = 0;
    /// points x predictions.
    virtual Matrix values(const Matrix& points) const = 0;
    /// g_j = sum_i r_i feature_i(point_j), and its gradient in the coordinates (coordinates x points).
    virtual void pull(const Matrix& points, const Field& r, Field& g, Matrix& gradient) const = 0;
    /// f_i += sum_j c_j feature_i(point_j), the adjoint of `pull`.
    virtual void push(const Matrix& points, const Field& c, Field& f) const;
    /// g of `pull` alone.
    virtual Field pulled(const Matrix& points, const Field& r) const;
    /// Faster sums over these points, which follow each other in lines of `line` points that differ in the
    /// last coordinate only and evenly (0: in no lines); null if there are none.  Not to outlive this.
    virtual std::unique_ptr<FeatureSums> sums(const Matrix& /*points*/, Index /*line*/) const
    {
        return nullptr;
    }
    /// `sums` over so many points are faster than products with their features.
    virtual bool sums_pay(Index points) const { return points * size() >= Index{1} << 20; }
    /// Sums over about so many neurons that move; by `push` and `pull` unless there is something faster.  Not
    /// to outlive this.
    virtual std::unique_ptr<MovingNeurons> moving(Index neurons) const;
    /// Per point: sum_i w_i feature_i^2, and sum_i w_i |grad feature_i|^2.  By default from one `pull` a
    /// node.
    virtual void squares(const Matrix& points, const Field& w, Field& value, Field& gradient) const;
    /// Where a feature has a kink along the only coordinate of a base of rank 1.
    virtual std::vector<double> kinks() const { return {}; }
    /// Along the only coordinate, an angle, every feature is a cos + b sin between kinks.
    virtual bool sinusoidal() const { return false; }
    /// Null where they are not of that kind.
    virtual const LinearPieces* pieces() const { return nullptr; }
    /// Bounds of g = sum_i r_i feature_i that hold everywhere: of |g|, of |g(p) - g(q)|, and of |g(q) - g(p)
    /// - grad g(p) . (q - p)|, where coordinates of p and q differ by at most `apart`.  Infinity where none
    /// is known.
    virtual double bound(const Field& r) const;
    virtual double variation(const Field& r, const Field& apart) const;
    virtual double remainder(const Field& r, const Field& apart) const;
    /// False if the gradient misses jumps (step activation): such neurons do not move.
    virtual bool has_slope() const { return true; }
    /// The features of the same units at other inputs (inputs x dimension); null if there are no inputs.
    virtual std::unique_ptr<Features> at(const Matrix& /*inputs*/) const { return nullptr; }
};

/// How coordinates become the weight vector w of a unit sigma(w . x).
enum class Chart {
    linear,  ///< w = (theta_1, ..., theta_p)
    circle,  ///< w = (cos theta, sin theta), p = 2
};

/// sigma(w(theta) . x_i) for the rows x_i of `inputs` (predictions x p; a bias is a column of ones).
std::unique_ptr<Features> make_ridge(std::shared_ptr<const Activation> activation, Matrix inputs,
                                     Chart chart);

/// The feature 1: predictions are moments of the amplitude.
std::unique_ptr<Features> make_constant();

}  // namespace widelimit
