// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <vector>

#include "widelimit/core/blocks.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/field.hpp"
#include "widelimit/core/grid.hpp"
#include "widelimit/core/layout.hpp"
#include "widelimit/energy/base.hpp"
#include "widelimit/energy/discrepancy.hpp"
#include "widelimit/problem/problem.hpp"

namespace widelimit {

/// F(mu) = R(f) + 1/2 int int K d(mu - nu) d(mu - nu) + int V dmu + int e(u / m) m dvol + tau int log(u / m)
/// dmu of a measure on a grid, and its first variation without the internal energy and the entropy, psi =
/// sum_i r_i phi_i + K * (mu - nu) + V, at every site of every channel.  Features are held on the base only;
/// products with them go through blocks of base sites that are shared by the threads of the pool.
class FreeEnergy {
public:
    struct Evaluation {
        Field predictions;  ///< f
        Field slope;        ///< r = R'(f)
        Field potential;    ///< psi, one number a mass of the state
        double risk = 0.0, discrepancy = 0.0, confinement = 0.0, entropy = 0.0, temperature = 0.0;
        double internal = 0.0;      ///< int e(u / m) m dvol
        double entropy_size = 0.0;  ///< what round-off in the entropy is relative to

        /// F without its entropy.
        double energy() const { return risk + discrepancy + confinement + internal; }
        double objective() const { return energy() + temperature * entropy; }
        /// What round-off in the objective is relative to.
        double scale() const
        {
            return std::abs(risk) + std::abs(discrepancy) + std::abs(confinement) + std::abs(internal) +
                   temperature * entropy_size;
        }
    };

    /// `means`: V and K * (mu - nu) are means over cells rather than values at their centres, which a scheme
    /// of an order above two needs.
    FreeEnergy(const Problem& problem, const Grid& grid, bool means = false);

    const Layout& layout() const { return layout_; }
    const Grid& grid() const { return *grid_; }
    const Problem& problem() const { return *problem_; }
    bool has_data() const { return problem_->features != nullptr; }
    /// psi depends on mu.
    bool interacts() const { return has_data() || discrepancy_.has_value(); }
    double sign(Index channel) const { return signs_[static_cast<std::size_t>(channel)]; }
    double temperature(double t) const { return problem_->temperature(t); }

    const Base& base() const { return base_; }
    /// base sites x predictions, the amplitude left out; only of few enough (`held`).
    const Matrix& features() const
    {
        expects(held(), "features that are held");
        return features_;
    }
    /// Whether the features are held, or evaluated anew block by block whenever they are needed: by their
    /// number, at most `most_held`.
    bool held() const { return features_.size() > 0; }
    static constexpr Index most_held = Index{1} << 25;
    /// sites x predictions, the amplitude of the axis included.
    Matrix features_at_sites() const;
    /// V at the sites.
    const Field& confinement() const { return confinement_; }
    /// log m at the sites.
    const Field& log_reference() const { return log_reference_; }
    /// m at the sites; null where it is 1.
    const double* reference() const { return reference_.size() > 0 ? reference_.data() : nullptr; }
    /// M at the sites for a direction of faces (1 where the problem gives none).
    const Field& mobility(int direction) const { return mobility_[static_cast<std::size_t>(direction)]; }

    /// Base sites that a thread takes at a time.
    Blocks blocks() const;

    /// Masses and psi of flows that `rounds` go through `rounded`, if it is there.
    void evaluate(const Field& state, double t, Evaluation& out, Rounded* rounded = nullptr) const;
    /// psi is that of a kernel that sees all axes, and V: rows along the last of two may be had one by one,
    /// and of single precision masses and psi as they are there.
    bool is_kernel_alone() const { return discrepancy_ && discrepancy_->direct() && !has_data(); }
    bool rounds() const { return is_kernel_alone() && discrepancy_->precision() == Precision::single; }
    /// Both return the value of the discrepancy.
    double evaluate(const Field& state, Rounded& out) const;
    double prepare_rows(const Field& state, Rounded& out) const
    {
        return discrepancy_->prepare_rows(state, out);
    }
    /// psi of some rows of cells, of the state that `prepare_rows` saw, by any thread.
    void rows(Index first, Index count, double* psi) const;
    void rows(Index first, Index count, float* psi) const;
    Field predictions(const Field& state) const;
    /// How much of the risk of an evaluation at a state may be round-off: predictions are sums whose terms of
    /// either sign can be much larger than they are.
    double round_off(const Field& state, const Evaluation& at) const;
    /// The part of psi without a kernel, for a given slope of the risk.
    void potential(const Field& slope, Field& psi) const;
    /// Upper bound on the largest eigenvalue of the linearised response of psi to mu, 1 / time.
    double response(const Field& state, const Field& predictions) const;

private:
    template <class Real>
    void rows_with(const Eigen::VectorX<Real>& confinement, Index first, Index count, Real* psi) const;
    Field pull(const Field& slope) const;
    /// Calls use(features of the base sites first, ..., first + count - 1).
    template <class Use>
    void with_features(Index first, Index count, const Use& use) const;
    Index nodes() const { return problem_->features->size(); }
    void measure_response_of_held();
    void find_sums();
    /// psi += V and what the data pull.
    void add_potential(const Field& slope, Field& psi) const;
    void measure_response();
    double entropy(const Field& state) const;
    double internal(const Field& state) const;

    const Problem* problem_;
    const Grid* grid_;
    Layout layout_;
    std::vector<double> signs_;
    Base base_;
    Matrix features_;
    std::unique_ptr<FeatureSums> sums_;
    Field confinement_, log_reference_, reference_;
    Eigen::VectorXf rounded_confinement_;  ///< of flows that `rounds`
    bool confined_;  ///< V is not zero
    std::vector<Field> mobility_;
    Field response_;  ///< per site, signs left out
    std::optional<Discrepancy> discrepancy_;
};

/// P of every cell under a law of the grid's coordinates; on a sphere of its directions, each counted
/// |theta|^power times: there the density at the centre times the area, because fluxes between two centres
/// see values at these and not means over cells.
Field cell_masses(const JointLaw& law, const Grid& grid, double power = 0.0);

/// The problem's initial law with total mass one, cell by cell from its distribution function and
/// renormalised to what the grid holds of it (ConfigError if that is less than half).
Field base_law(const Problem& problem, const Grid& grid, const Layout& layout);

/// State at time 0: the base law with the problem's mass; zero for the linear growth law.
Field initial_state(const Problem& problem, const Grid& grid, const Layout& layout);

}  // namespace widelimit
