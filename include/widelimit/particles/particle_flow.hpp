// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "widelimit/particles/pair_potential.hpp"
#include "widelimit/particles/particle_layout.hpp"
#include "widelimit/problem/problem.hpp"
#include "widelimit/time/flow.hpp"

namespace widelimit {

/// Throws ConfigError where a problem has no particles: linear growth law, a trained activation with jumps,
/// or noise together with growth or without motion.
void check_particles(const Problem& problem);

/// A network of finite width: the same flow as that of a measure on a grid, started from a sum of Diracs.
///
///     theta' = -M grad psi,   (log m)' = -kappa (psi - c),   f = sum_j m_j phi(theta_j),
///
/// with phi = sign * scale * amplitude * feature, psi = sum_i r_i phi_i + K * (mu - nu) + V, r = slope of the
/// risk at f, and
/// c = 0 or the mean of psi.  Under mean-preserving growth masses are the exponentials of the state's log
/// masses up to the one factor that keeps their sum at problem.initial.mass.  At a positive temperature the
/// motion is Langevin's in the sense of Ito,
///
///     d theta = (-M grad psi + tau div M + tau M grad log m) dt + sqrt(2 tau M) dW,
///
/// through steppers that add noise; F is then reported without its entropy, which a sum of Diracs does not
/// have.
///
/// With a batch b psi is that of stochastic gradient descent: every step r_i is replaced by r_i n_i W / (b
/// w_i), n_i how often node i is among b independent draws with probabilities w_i / W, W the sum of the
/// weights; the mean over draws is r.  For risks that are sums over nodes.  A step then evaluates the drawn
/// nodes only; whoever looks between steps sees all of them.
///
/// On a sphere (Problem::sphere) grad is the tangential part, and steps end on the sphere.
///
/// Work goes through blocks of particles of a fixed size, shared by the threads of the pool: memory is
/// O(width + nodes), and sums have one order.
class ParticleFlow : public Flow {
public:
    struct Evaluation {
        Field masses;
        Field predictions;  ///< f
        Field slope;        ///< r = R'(f)
        Field potential;    ///< psi at every particle
        Matrix gradient;    ///< grad psi, coordinates x width
        double risk = 0.0, discrepancy = 0.0, confinement = 0.0, temperature = 0.0;

        double objective() const { return risk + discrepancy + confinement; }
    };

    /// `signs`: +1 or -1, one a particle; `seed`: of the noise and of batches, `batch`: 0 for all nodes.
    /// Throws ConfigError as check_particles does.
    explicit ParticleFlow(const Problem& problem, Field signs, std::uint64_t seed = 0, Index batch = 0);
    ~ParticleFlow() override;

    /// Returns at once if it is asked again for the state that it saw last.
    void prepare(const Field& state, double t) override;
    void foresee(const Field& state, double t, double dt) override;
    void stage(const Field& state, double t, double dt, const Field& start, double share,
               Field& out) override;
    const std::vector<std::unique_ptr<Part>>& parts() const override { return parts_; }
    bool interacts() const override
    {
        return problem_->features != nullptr || pairs_ != nullptr || !problem_->temperature.constant();
    }
    /// 1 + |theta| of a coordinate; 1 of a log mass, so that errors of masses are relative.
    Field sizes(const Field& before, const Field& after) const override;
    /// 2 / (stiffness * sum_j m_j sum_i w_i (kappa phi_i^2 + M |grad phi_i|^2)), of the last prepared state.
    double coupling_limit(const Field& state) const override;
    void tidy(Field& state) const override;
    void begin_step(std::int64_t step) override;
    /// theta += sqrt(2 tau M dt) xi, with tau and M of the last prepared state and xi a function of (seed,
    /// width, particle, step); reflected at the ends of an interval.
    void add_noise(Field& state, double dt) const override;
    double speed(double t) const override { return problem_->speed(t); }

    /// An entry of the state in words: "angle of particle 17", "log mass of particle 3".
    std::string entry_name(Index entry) const;

    const Problem& problem() const { return *problem_; }
    const ParticleLayout& layout() const { return layout_; }
    const Field& signs() const { return signs_; }
    /// Of the last `prepare`.
    const Evaluation& evaluation() const { return evaluation_; }
    /// -dF/dt at the last prepared state; s(t) not included.
    double dissipation() const;

    Field masses(const Field& state) const;
    /// M at the points of a state, coordinates x width.
    Matrix mobility(const Field& state) const;
    /// Drift of the particles of a state with this gradient of psi there, coordinates x width.
    Matrix drift(const Field& state, const Matrix& gradient) const;
    /// c of the growth law, for potentials and masses of all particles.
    double growth_offset(const Field& potential, const Field& masses) const;
    /// psi and its gradient at the points of a state, with the slope of the risk of the last `prepare` and
    /// the kernel's part that of the state itself.
    void potential(const Field& state, Field& psi, Matrix& gradient) const;

private:
    using VisitBlock = std::function<void(Index first, Index count)>;
    /// `prepare` but for when it was; false, and nothing done, if it was for this state.  What needs nothing
    /// but the block's own potential and gradient may be done in the same loop: then(first, count).
    bool evaluate(const Field& state, double t, const VisitBlock& then);
    /// Predictions, the slope of the risk there, and both sums.
    void evaluate_nodes(const Field& state, const NeuronSums::Use& use);
    /// Masses, unless they are those of the last state, and moments.
    void weigh(const Field& state, bool same_masses);
    /// Points without the amplitude.
    Eigen::Ref<const Matrix> base(const Field& state) const;
    /// psi = V and its gradient at some particles.
    void set_confinement(const Field& state, Index first, Index count, Field& psi, Matrix& gradient) const;
    /// To these what the risk gives, for the sums over nodes g = sum_i r_i feature_i and its slope.
    void add_features(const Field& state, Index first, Index count, const double* g, const double* slope,
                      Field& psi, Matrix& gradient) const;
    void make_tangential(const Field& state, Index first, Index count, Matrix& gradient) const;
    double add_pairs(const Field& state, const Field& masses, Field& psi, Matrix& gradient) const;
    double response(const Field& state) const;
    /// Nodes that are drawn, each once, and how many times its part of the mean r_i counts.
    struct Batch {
        Eigen::VectorX<Index> nodes;
        Field factors;
    };
    Batch drawn() const;
    Field drawn_slope(const Field& slope) const;
    /// The slope of the risk and both sums over the drawn nodes alone.  False if that is not possible, or no
    /// cheaper.
    bool evaluate_batch(const Field& state, const NeuronSums::Use& use);

    const Problem* problem_;
    ParticleLayout layout_;
    Field signs_;
    std::uint64_t seed_;
    Index batch_;
    std::int64_t step_ = 0;
    bool begins_ = false;    ///< the next state to prepare is that of a step with a batch
    bool of_batch_ = false;  ///< the evaluation knows the nodes of the batch only
    std::unique_ptr<MovingNeurons> neurons_;
    std::unique_ptr<NeuronSums> sums_;  ///< of the last prepared state; null after a batch
    std::unique_ptr<PairPotential> pairs_;
    std::vector<std::unique_ptr<Part>> parts_;
    std::optional<double> level_;  ///< V where it is the same everywhere
    Evaluation evaluation_;
    Field moments_;      ///< masses times amplitudes
    double mass_ = 0.0;  ///< of all particles
    Field prepared_;
    double prepared_at_ = 0.0;
};

/// The coordinates of a state as they are written: angles in [from, to).
Matrix wrapped(const Problem& problem, const Matrix& points);

}  // namespace widelimit
