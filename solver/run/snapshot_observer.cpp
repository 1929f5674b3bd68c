// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <optional>

#include "frame_places.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/io/log.hpp"
#include "widelimit/io/netcdf.hpp"
#include "widelimit/run/build_info.hpp"
#include "widelimit/run/metrics.hpp"
#include "widelimit/run/outputs.hpp"

namespace widelimit {
namespace {

class SnapshotObserver : public Observer {
public:
    SnapshotObserver(const Case& c, GridFlow& flow, const KernelRegime* kernel, const std::string& directory)
        : case_(&c),
          flow_(&flow),
          kernel_(c.data ? kernel : nullptr),
          places_(flow.problem(), flow.grid()),
          path_(directory + "/fields.nc"),
          times_(c.output.snapshots.times(c.time.limits.end)),
          exact_(knows_measure(flow)),
          curve_(c.data && flow.problem().features ? curve_inputs(&*c.data, c.output.curve) : Field()),
          plane_(c.data && flow.problem().features ? plane_inputs(&*c.data, c.output.plane) : Plane())
    {
        look_along_curve();
    }

    double next_event(double time) const override { return next_after(times_, time); }
    void start(Clock& clock, const Field& state) override
    {
        if (!writer_) {
            writer_.emplace(path_);
            define();
            put_coordinates();
            append(clock.time(), state);
        }
    }
    void observe(Clock& clock, const Field& state) override
    {
        if (std::binary_search(times_.begin(), times_.end(), clock.time())) {
            append(clock.time(), state);
        }
    }
    void finish(Clock& clock, const Field& state) override
    {
        if (last_ != clock.time() && interrupted() == 0) {
            append(clock.time(), state);
        }
    }
    void close() override
    {
        writer_->close();
        if (interrupted() == 0) {
            pack_netcdf(path_);
        }
    }
    void save(Checkpoint& checkpoint) const override
    {
        writer_->sync();
        checkpoint.integers["fields.frames"] = writer_->records();
        checkpoint.numbers["fields.last"] = last_;
    }
    void restore(const Checkpoint& checkpoint) override
    {
        copy_prefix(path_, checkpoint.integers.at("fields.frames"));
        keep_curve_of_file();
        writer_.emplace(NetcdfWriter::reopen(path_));
        last_ = checkpoint.numbers.at("fields.last");
    }

private:
    void look_along_curve()
    {
        if (curve_.size() > 0) {
            curve_features_ =
                features_at(flow_->problem(), *case_->data, curve_, flow_->energy().base().points());
        }
    }
    /// output.curve may have been changed; a file has one curve for all its frames.
    void keep_curve_of_file()
    {
        if (plane_.size() > 0) {
            const NetcdfReader before(path_);
            plane_ = {before.read("plane_0"), before.read("plane_1")};
        }
        if (curve_.size() == 0) {
            return;
        }
        const Field before = NetcdfReader(path_).read("curve_input");
        if (before.size() != curve_.size()) {
            log(LogLevel::warning,
                path_ + " keeps its " + std::to_string(before.size()) + " points of the prediction curve");
            curve_ = before;
            look_along_curve();
        }
    }
    bool signs() const { return flow_->problem().amplitude == Amplitude::signs; }
    bool points() const { return flow_->grid().points() > 0; }
    static bool knows_measure(const GridFlow& flow)
    {
        const Exact* known = flow.problem().exact.get();
        return known && exact_masses(flow.problem(), flow.grid(), 1.0, 0.0).allFinite();
    }
    std::vector<std::string> over(const std::vector<std::string>& dimensions) const
    {
        std::vector<std::string> all = {"time"};
        if (signs()) {
            all.emplace_back("sign");
        }
        all.insert(all.end(), dimensions.begin(), dimensions.end());
        return all;
    }
    void define()
    {
        NetcdfWriter& file = *writer_;
        file.attribute("Conventions", "CF-1.8");
        file.attribute("title", case_->title);
        file.attribute("source", "widelimit " + build_info().version);
        file.attribute("case", case_->resolved());
        file.record_dimension("time");
        file.variable("time", {"time"}, {{"long_name", "time"}, {"units", "1"}, {"axis", "T"}});
        places_.define(file);
        if (signs()) {
            file.dimension("sign", 2);
            file.variable("sign", {"sign"}, {{"long_name", "sign of the output weight"}, {"units", "1"}});
        }
        const std::vector<std::string> cells = places_.cells();
        file.variable("density", over(cells), places_.named("density of mu"));
        file.variable("potential", over(cells), places_.named("first variation psi"));
        if (points()) {
            define_points();
        }
        if (exact_) {
            file.variable("exact", over(cells), places_.named("exact density of mu"));
        }
        define_predictions();
        file.variable("objective", {"time"}, {{"long_name", "objective F"}, {"units", "1"}});
        if (flow_->problem().warm()) {
            file.variable("energy", {"time"}, {{"long_name", "F without its entropy"}, {"units", "1"}});
        }
        file.variable("mass", {"time"}, {{"long_name", "total mass of mu"}, {"units", "1"}});
        file.end_definitions();
    }

    static Attributes named(const std::string& name, const std::string& unit)
    {
        return unit.empty() ? Attributes{{"long_name", name}}
                            : Attributes{{"long_name", name}, {"units", unit}};
    }

    void define_points()
    {
        const std::string dimension = places_.points();
        writer_->variable("atom", over({dimension}), {{"long_name", "mass of a point cell"}, {"units", "1"}});
        writer_->variable("atom_potential", over({dimension}),
                          {{"long_name", "psi at a point cell"}, {"units", "1"}});
    }

    void define_predictions()
    {
        if (!flow_->problem().features) {
            return;
        }
        NetcdfWriter& file = *writer_;
        file.dimension("node", flow_->problem().features->size());
        file.variable("prediction", {"time", "node"},
                      {{"long_name", "prediction, standardised"}, {"units", "1"}});
        if (case_->data) {
            const Data& data = *case_->data;
            const bool one = data.names.size() == 1;
            for (std::size_t k = 0; k < data.names.size(); ++k) {
                file.variable(one ? "input" : "input_" + std::to_string(k), {"node"},
                              named(data.names[k], data.units[k]));
            }
            file.variable("target", {"node"}, named(data.target_name, data.target_unit));
        }
        if (curve_.size() > 0) {
            file.dimension("curve", curve_.size());
            const Data& data = *case_->data;
            file.variable("curve_input", {"curve"}, named(data.names.front(), data.units.front()));
            file.variable("curve_prediction", {"time", "curve"}, named(data.target_name, data.target_unit));
            if (kernel_ != nullptr) {
                file.variable("kernel_curve", {"curve"}, kernel_names());
            }
        }
        if (plane_.size() > 0) {
            file.dimension("plane_0", plane_.first.size());
            file.dimension("plane_1", plane_.second.size());
            const Data& data = *case_->data;
            file.variable("plane_0", {"plane_0"}, named(data.names[0], data.units[0]));
            file.variable("plane_1", {"plane_1"}, named(data.names[1], data.units[1]));
            file.variable("plane_prediction", {"time", "plane_1", "plane_0"},
                          named(data.target_name, data.target_unit));
            if (kernel_ != nullptr) {
                file.variable("kernel_plane", {"plane_1", "plane_0"}, kernel_names());
            }
        }
    }

    Attributes kernel_names() const
    {
        return {
            {"long_name", kernel_->has_machine()
                              ? "largest margin of functions of norm 1 for the tangent kernel at the start"
                              : "interpolant of least norm for the tangent kernel at the start"}};
    }

    Field of_kernel(const Matrix& inputs) const
    {
        return predictions_at(flow_->problem(), *case_->data, inputs, flow_->energy().base().points(),
                              kernel_->measure());
    }

    void put_coordinates()
    {
        places_.put(*writer_);
        if (signs()) {
            writer_->put("sign", std::vector<double>{1.0, -1.0});
        }
        put_data();
    }

    void put_data()
    {
        if (!case_->data || !flow_->problem().features) {
            return;
        }
        const Data& data = *case_->data;
        for (std::size_t k = 0; k < data.names.size(); ++k) {
            const Field column = data.inputs.col(static_cast<Index>(k));
            const Field own = data.scales[k].mean + data.scales[k].deviation * column.array();
            writer_->put(data.names.size() == 1 ? "input" : "input_" + std::to_string(k), own);
        }
        writer_->put("target", natural(data.targets));
        if (curve_.size() > 0) {
            writer_->put("curve_input", curve_);
        }
        if (plane_.size() > 0) {
            writer_->put("plane_0", plane_.first);
            writer_->put("plane_1", plane_.second);
        }
        if (kernel_ != nullptr && curve_.size() > 0) {
            writer_->put("kernel_curve", of_kernel(curve_));
        }
        if (kernel_ != nullptr && plane_.size() > 0) {
            writer_->put("kernel_plane", of_kernel(plane_.inputs()));
        }
    }

    Field natural(const Field& targets) const
    {
        const Scale& scale = case_->data->target_scale;
        return scale.mean + scale.deviation * targets.array();
    }

    /// One block of every channel's site values: cells (divided by volumes if `density`) or point cells.
    Field block(const Field& sites, bool cells, bool density) const
    {
        const Layout& layout = flow_->layout();
        const Index count = cells ? layout.cells : layout.points;
        Field out(layout.channels * count);
        for (Index c = 0; c < layout.channels; ++c) {
            Field part = sites.segment(c * layout.sites() + (cells ? 0 : layout.cells), count);
            if (density) {
                part = part.cwiseQuotient(flow_->grid().volumes().head(count));
            }
            out.segment(c * count, count) = part;
        }
        return out;
    }

    Field exact_density(double time) const
    {
        const Grid& grid = flow_->grid();
        const Layout& layout = flow_->layout();
        Field out(layout.channels * layout.cells);
        for (Index c = 0; c < layout.channels; ++c) {
            out.segment(c * layout.cells, layout.cells) =
                exact_masses(flow_->problem(), grid, flow_->energy().sign(c), time)
                    .cwiseQuotient(grid.volumes().head(layout.cells));
        }
        return out;
    }

    void append(double time, const Field& state)
    {
        flow_->prepare(state, time);
        const Layout& layout = flow_->layout();
        const double scale = std::exp(state[layout.log_mass()]);
        const Field masses = scale * layout.measure(state);
        const Field density = block(masses, true, true),
                    psi = block(flow_->evaluation().potential, true, false);
        const Field atoms = block(masses, false, false);
        const Field atom_psi = block(flow_->evaluation().potential, false, false);
        const Field truth = exact_ ? exact_density(time) : Field();
        Field curve, plane;
        std::map<std::string, Numbers> record = {{"time", time},
                                                 {"density", density},
                                                 {"potential", psi},
                                                 {"objective", flow_->evaluation().objective()},
                                                 {"mass", masses.sum()}};
        if (flow_->problem().warm()) {
            record.emplace("energy", flow_->evaluation().energy());
        }
        if (points()) {
            record.emplace("atom", atoms);
            record.emplace("atom_potential", atom_psi);
        }
        if (exact_) {
            record.emplace("exact", truth);
        }
        if (flow_->problem().features) {
            record.emplace("prediction", flow_->evaluation().predictions);
        }
        if (curve_.size() > 0) {
            curve = natural(curve_features_.transpose() * flow_->energy().base().moment(state));
            record.emplace("curve_prediction", curve);
        }
        if (plane_.size() > 0) {
            const Base& base = flow_->energy().base();
            plane = predictions_at(flow_->problem(), *case_->data, plane_.inputs(), base.points(),
                                   base.moment(state));
            record.emplace("plane_prediction", plane);
        }
        writer_->append(record);
        last_ = time;
    }

    const Case* case_;
    GridFlow* flow_;
    const KernelRegime* kernel_;
    FramePlaces places_;
    std::string path_;
    std::vector<double> times_;
    bool exact_;
    Field curve_;
    Plane plane_;
    Matrix curve_features_;
    mutable std::optional<NetcdfWriter> writer_;
    double last_ = -1.0;
};

}  // namespace

std::unique_ptr<Observer> make_snapshots(const Case& c, GridFlow& flow, const KernelRegime* kernel,
                                         const std::string& directory)
{
    return std::make_unique<SnapshotObserver>(c, flow, kernel, directory);
}

}  // namespace widelimit
