// SPDX-License-Identifier: BSD-3-Clause
#include "network_file.hpp"

#include <algorithm>
#include <cmath>

#include "widelimit/io/netcdf.hpp"
#include "widelimit/run/build_info.hpp"
#include "widelimit/run/curve.hpp"
#include "widelimit/run/width_statistics.hpp"

namespace widelimit {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Field row_by_row(const RowMajor& rows)
{
    return Eigen::Map<const Field>(rows.data(), rows.size());
}

Index total_width(const std::vector<NetworkSpec>& specs)
{
    Index sum = 0;
    for (const NetworkSpec& spec : specs) {
        sum += spec.width;
    }
    return sum;
}

class NetworkFile {
public:
    NetworkFile(const Case& c, const std::string& path, const std::vector<double>& times,
                const std::vector<NetworkSpec>& specs, const std::vector<NetworkResult>& results)
        : case_(c),
          times_(times),
          specs_(specs),
          results_(results),
          curve_(c.data && c.problem.features ? curve_inputs(&*c.data, c.output.curve) : Field()),
          plane_(c.data && c.problem.features ? plane_inputs(&*c.data, c.output.plane) : Plane()),
          file_(path)
    {}

    void write(const Matrix& reference)
    {
        define(reference.size() > 0);
        file_.put("time", times_);
        put_networks();
        put_rows("objective", [&](const NetworkResult& r) { return r.objective; });
        put_rows("network_mass", [&](const NetworkResult& r) { return r.mass; });
        if (labels()) {
            put_rows("margin",
                     [&](const NetworkResult& r) { return network_margins(*case_.problem.risk, r); });
        }
        if (reference.size() > 0) {
            const Field& weights = case_.problem.risk->nodes().weights;
            put_rows("distance", [&](const NetworkResult& r) {
                return prediction_distance(r.predictions, reference, weights);
            });
        }
        put_neurons();
        if (case_.particles->paths) {
            put_paths();
        }
        if (curve_.size() > 0) {
            put_curves();
        }
        if (plane_.size() > 0) {
            put_planes();
        }
        file_.close();
    }

private:
    bool labels() const { return case_.problem.risk && case_.problem.risk->classifies(); }

    void define(bool compared)
    {
        const Problem& problem = case_.problem;
        file_.attribute("Conventions", "CF-1.8");
        file_.attribute("title", case_.title);
        file_.attribute("source", "widelimit " + build_info().version);
        file_.dimension("network", static_cast<Index>(specs_.size()));
        file_.dimension("time", static_cast<Index>(times_.size()));
        file_.dimension("particle", total_width(specs_));
        file_.variable("time", {"time"}, {{"long_name", "time"}, {"units", "1"}, {"axis", "T"}});
        file_.variable("width", {"network"}, {{"long_name", "number of neurons"}}, NetcdfType::integer);
        file_.variable("seed", {"network"}, {{"long_name", "seed of the initial draws"}},
                       NetcdfType::integer);
        file_.variable("start", {"network"}, {{"flag_meanings", "random quadrature low-discrepancy"}},
                       NetcdfType::integer);
        file_.variable("distance_at", {"time"}, {{"long_name", "1 where distances are reported"}},
                       NetcdfType::integer);
        file_.variable("objective", {"network", "time"}, {{"long_name", "objective F"}, {"units", "1"}});
        file_.variable("network_mass", {"network", "time"},
                       {{"long_name", "mass of all neurons"}, {"units", "1"}});
        if (labels()) {
            file_.variable("margin", {"network", "time"},
                           {{"long_name", "least y f over the mass of all neurons"}, {"units", "1"}});
        }
        if (compared) {
            file_.variable(
                "distance", {"network", "time"},
                {{"long_name", "rms difference of predictions to the grid solution"}, {"units", "1"}});
        }
        file_.variable("particle_network", {"particle"}, {{"long_name", "its network, from 0"}},
                       NetcdfType::integer);
        for (const Coordinate& coordinate : problem.coordinates) {
            file_.variable(coordinate.name, {"particle"},
                           {{"long_name", coordinate.meaning + " at the last time"},
                            {"units", coordinate.circle ? "rad" : "1"}});
        }
        define_paths();
        file_.variable("sign", {"particle"}, {{"long_name", "sign of the output weight"}});
        file_.variable("mass", {"particle"}, {{"long_name", "mass at the last time"}, {"units", "1"}});
        if (curve_.size() > 0) {
            file_.dimension("curve", curve_.size());
            file_.variable("curve_prediction", {"network", "time", "curve"},
                           {{"long_name", case_.data->target_name}, {"comment", "NaN but at the last time"}});
        }
        if (plane_.size() > 0) {
            file_.dimension("plane_0", plane_.first.size());
            file_.dimension("plane_1", plane_.second.size());
            file_.variable("plane_0", {"plane_0"}, {{"long_name", case_.data->names[0]}});
            file_.variable("plane_1", {"plane_1"}, {{"long_name", case_.data->names[1]}});
            file_.variable("plane_prediction", {"network", "plane_1", "plane_0"},
                           {{"long_name", case_.data->target_name}, {"comment", "at the last time"}});
        }
        file_.end_definitions();
    }

    void define_paths()
    {
        if (case_.particles->paths) {
            for (const Coordinate& coordinate : case_.problem.coordinates) {
                file_.variable(
                    "path_" + coordinate.name, {"time", "particle"},
                    {{"long_name", coordinate.meaning}, {"units", coordinate.circle ? "rad" : "1"}});
            }
            file_.variable("path_mass", {"time", "particle"}, {{"long_name", "mass"}, {"units", "1"}});
        }
    }

    void put_networks()
    {
        std::vector<int> width, seed, start, flag;
        for (const NetworkSpec& spec : specs_) {
            width.push_back(static_cast<int>(spec.width));
            seed.push_back(static_cast<int>(spec.seed));
            start.push_back(static_cast<int>(spec.start));
        }
        for (const double time : times_) {
            const auto& at = case_.particles->at;
            flag.push_back(std::find(at.begin(), at.end(), time) == at.end() ? 0 : 1);
        }
        file_.put_integers("width", width);
        file_.put_integers("seed", seed);
        file_.put_integers("start", start);
        file_.put_integers("distance_at", flag);
    }

    template <class Row>
    void put_rows(const std::string& name, Row&& row)
    {
        RowMajor rows(static_cast<Index>(results_.size()), static_cast<Index>(times_.size()));
        for (std::size_t k = 0; k < results_.size(); ++k) {
            rows.row(static_cast<Index>(k)) = row(results_[k]).transpose();
        }
        file_.put(name, row_by_row(rows));
    }

    /// Angles are not wrapped: paths are continuous.
    void put_paths()
    {
        const auto rank = static_cast<Index>(case_.problem.coordinates.size());
        const auto times = static_cast<Index>(times_.size());
        for (Index k = 0; k <= rank; ++k) {
            RowMajor rows(times, total_width(specs_));
            Index first = 0;
            for (const NetworkResult& network : results_) {
                const Index width = network.masses.size();
                for (Index j = 0; j < width; ++j) {
                    rows.col(first + j) = network.paths.col(k < rank ? j * rank + k : rank * width + j);
                }
                first += width;
            }
            if (k < rank) {
                file_.put("path_" + case_.problem.coordinates[static_cast<std::size_t>(k)].name,
                          row_by_row(rows));
            } else {
                file_.put("path_mass", row_by_row(rows.array().exp().matrix()));
            }
        }
    }

    void put_neurons()
    {
        const auto count = static_cast<std::size_t>(total_width(specs_));
        std::vector<int> owner;
        std::vector<double> masses, signs;
        std::vector<std::vector<double>> coordinates(case_.problem.coordinates.size());
        owner.reserve(count);
        for (std::size_t k = 0; k < results_.size(); ++k) {
            const NetworkResult& network = results_[k];
            owner.insert(owner.end(), static_cast<std::size_t>(network.masses.size()), static_cast<int>(k));
            masses.insert(masses.end(), network.masses.begin(), network.masses.end());
            signs.insert(signs.end(), network.signs.begin(), network.signs.end());
            for (std::size_t d = 0; d < coordinates.size(); ++d) {
                const Field row = network.coordinates.row(static_cast<Index>(d)).transpose();
                coordinates[d].insert(coordinates[d].end(), row.begin(), row.end());
            }
        }
        file_.put_integers("particle_network", owner);
        file_.put("mass", masses);
        file_.put("sign", signs);
        for (std::size_t d = 0; d < coordinates.size(); ++d) {
            file_.put(case_.problem.coordinates[d].name, coordinates[d]);
        }
    }

    Field predictions(const NetworkResult& network, const Matrix& inputs) const
    {
        const Problem& problem = case_.problem;
        const Field moment =
            problem.amplitude_scale *
            network.masses.cwiseProduct(network.signs).cwiseProduct(problem.amplitudes(network.coordinates));
        return predictions_at(problem, *case_.data, inputs, problem.base(network.coordinates), moment);
    }

    void put_planes()
    {
        file_.put("plane_0", plane_.first);
        file_.put("plane_1", plane_.second);
        const Matrix inputs = plane_.inputs();
        RowMajor rows(static_cast<Index>(results_.size()), plane_.size());
        for (std::size_t k = 0; k < results_.size(); ++k) {
            rows.row(static_cast<Index>(k)) = predictions(results_[k], inputs).transpose();
        }
        file_.put("plane_prediction", row_by_row(rows));
    }

    void put_curves()
    {
        const auto times = static_cast<Index>(times_.size());
        RowMajor rows =
            RowMajor::Constant(static_cast<Index>(results_.size()), times * curve_.size(), std::nan(""));
        for (std::size_t k = 0; k < results_.size(); ++k) {
            rows.row(static_cast<Index>(k)).tail(curve_.size()) =
                predictions(results_[k], curve_).transpose();
        }
        file_.put("curve_prediction", row_by_row(rows));
    }

    const Case& case_;
    const std::vector<double>& times_;
    const std::vector<NetworkSpec>& specs_;
    const std::vector<NetworkResult>& results_;
    Field curve_;
    Plane plane_;
    NetcdfWriter file_;
};

}  // namespace

void write_networks(const Case& c, const std::string& directory, const std::vector<double>& times,
                    const std::vector<NetworkSpec>& specs, const std::vector<NetworkResult>& results,
                    const Matrix& reference)
{
    const std::string path = directory + "/particles.nc";
    NetworkFile(c, path, times, specs, results).write(reference);
    pack_netcdf(path);
}

}  // namespace widelimit
