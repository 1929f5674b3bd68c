// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "widelimit/run/fluctuations.hpp"
#include "widelimit/run/network_run.hpp"

namespace widelimit {

/// Predictions for the networks of a case from the linearised flow of its grid: variances, and biases if they
/// are wanted.
struct Predicted {
    Fluctuations first;
    Biases second;       ///< empty without biases
    Matrix predictions;  ///< f of the limit, nodes x times
    Field objective;     ///< F of the limit without its entropy
    /// M int phi_i^2 dmu - f_i^2, nodes x times: m times the variance of f_i for m neurons of mass M / m that
    /// are drawn from the limit anew.  Where a flow without noise or growth has come to its end, networks do
    /// not vary more (Chen, Rotskoff, Bruna and Vanden-Eijnden, arXiv 2008.09623).
    Matrix resampling;
    /// sum of q eta_0(theta) over the neurons of a start minus that of the limit's, one number a time: what F
    /// of this network will differ by to first order.  Empty at a positive temperature.
    std::function<Field(const Matrix& points, const Field& masses, const Field& signs)> first_order;
};

/// At `options.at`, which need not have anything to do with the case's own times.  Shows progress if asked
/// to. With the directory of a run it keeps its work there every checkpoint interval, and goes on from what
/// was kept.
Predicted predict_networks(const Case& c, const FluctuationOptions& options, bool progress,
                           const std::string& directory = "");

/// lim m E |f^m - f|^2, weighted mean over the nodes, at each time.
Field mean_variance(const Risk& risk, const Matrix& variance);

/// Writes fluctuations.nc and the metrics; networks, if there are any, are compared with what is predicted.
void run_fluctuations(const Case& c, const std::string& directory, const RunOptions& options,
                      const Ensemble& networks, Summary& summary);

/// Percentile bootstrap over `count` members: the 2.5 % and the 97.5 % quantile of `statistic` of members
/// drawn anew with replacement.
struct Interval {
    double low, high;
};
Interval bootstrap(Index count, const std::function<double(const std::vector<Index>&)>& statistic,
                   std::uint64_t seed, Index resamples = 1000);

}  // namespace widelimit
