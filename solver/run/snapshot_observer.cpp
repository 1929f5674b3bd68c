// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <optional>

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
    SnapshotObserver(const Case& c, GridFlow& flow, const std::string& directory)
        : case_(&c),
          flow_(&flow),
          path_(directory + "/fields.nc"),
          times_(c.output.snapshots.times(c.time.limits.end)),
          curve_(c.data && flow.problem().features ? curve_inputs(&*c.data, c.output.curve) : Field())
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
                features_at(flow_->problem(), *case_->data, curve_, flow_->grid().coordinates());
        }
    }
    /// output.curve may have been changed; a file has one curve for all its frames.
    void keep_curve_of_file()
    {
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
    bool exact() const
    {
        const Exact* known = flow_->problem().exact.get();
        return known &&
               std::isfinite(known->mass_between(1.0, flow_->grid().lower(0), flow_->grid().upper(0), 0.0));
    }
    std::vector<std::string> over(const std::string& dimension) const
    {
        return signs() ? std::vector<std::string>{"time", "sign", dimension}
                       : std::vector<std::string>{"time", dimension};
    }

    void define()
    {
        NetcdfWriter& file = *writer_;
        const std::string axis = flow_->grid().names().front();
        const Coordinate& coordinate = flow_->problem().coordinates.front();
        file.attribute("Conventions", "CF-1.8");
        file.attribute("title", case_->title);
        file.attribute("source", "widelimit " + build_info().version);
        file.attribute("case", case_->resolved());
        file.record_dimension("time");
        file.variable("time", {"time"}, {{"long_name", "time"}, {"units", "1"}, {"axis", "T"}});
        file.dimension(axis, flow_->grid().cells());
        file.dimension("bounds", 2);
        const std::string units = coordinate.circle ? "rad" : "1";
        file.variable(axis, {axis},
                      {{"long_name", coordinate.meaning}, {"units", units}, {"bounds", axis + "_bounds"}});
        file.variable(axis + "_bounds", {axis, "bounds"});
        if (signs()) {
            file.dimension("sign", 2);
            file.variable("sign", {"sign"}, {{"long_name", "sign of the output weight"}, {"units", "1"}});
        }
        file.variable("density", over(axis), {{"long_name", "density of mu"}, {"units", "1"}});
        file.variable("potential", over(axis), {{"long_name", "first variation psi"}, {"units", "1"}});
        if (points()) {
            file.dimension("kink", flow_->grid().points());
            file.variable("kink", {"kink"},
                          {{"long_name", coordinate.meaning + " of a point cell"}, {"units", units}});
            file.variable("atom", over("kink"), {{"long_name", "mass of a point cell"}, {"units", "1"}});
            file.variable("atom_potential", over("kink"),
                          {{"long_name", "psi at a point cell"}, {"units", "1"}});
        }
        if (exact()) {
            file.variable("exact", over(axis), {{"long_name", "exact density of mu"}, {"units", "1"}});
        }
        define_predictions();
        file.variable("objective", {"time"}, {{"long_name", "objective F"}, {"units", "1"}});
        file.variable("mass", {"time"}, {{"long_name", "total mass of mu"}, {"units", "1"}});
        file.end_definitions();
    }

    static Attributes named(const std::string& name, const std::string& unit)
    {
        return unit.empty() ? Attributes{{"long_name", name}}
                            : Attributes{{"long_name", name}, {"units", unit}};
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
        }
    }

    void put_coordinates()
    {
        const Grid& grid = flow_->grid();
        const std::string axis = grid.names().front();
        const Field place = grid.coordinates().row(0).transpose();
        writer_->put(axis, Field(place.head(grid.cells())));
        Field bounds(2 * grid.cells());
        for (Index i = 0; i < grid.cells(); ++i) {
            bounds[2 * i] = grid.lower(i);
            bounds[2 * i + 1] = grid.upper(i);
        }
        writer_->put(axis + "_bounds", bounds);
        if (signs()) {
            writer_->put("sign", std::vector<double>{1.0, -1.0});
        }
        if (points()) {
            writer_->put("kink", Field(place.tail(grid.points())));
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
            for (Index i = 0; i < layout.cells; ++i) {
                out[c * layout.cells + i] = flow_->problem().exact->mass_between(
                                                flow_->energy().sign(c), grid.lower(i), grid.upper(i), time) /
                                            grid.volumes()[i];
            }
        }
        return out;
    }

    void append(double time, const Field& state)
    {
        flow_->prepare(state, time);
        const Layout& layout = flow_->layout();
        const std::string axis = flow_->grid().names().front();
        const double scale = std::exp(state[layout.log_mass()]);
        const Field masses = scale * layout.measure(state);
        const Field density = block(masses, true, true),
                    psi = block(flow_->evaluation().potential, true, false);
        const Field atoms = block(masses, false, false);
        const Field atom_psi = block(flow_->evaluation().potential, false, false);
        const Field truth = exact() ? exact_density(time) : Field();
        Field curve;
        std::map<std::string, Numbers> record = {{"time", time},
                                                 {"density", density},
                                                 {"potential", psi},
                                                 {"objective", flow_->evaluation().objective()},
                                                 {"mass", masses.sum()}};
        if (points()) {
            record.emplace("atom", atoms);
            record.emplace("atom_potential", atom_psi);
        }
        if (exact()) {
            record.emplace("exact", truth);
        }
        if (flow_->problem().features) {
            record.emplace("prediction", flow_->evaluation().predictions);
        }
        if (curve_.size() > 0) {
            Field moment = Field::Zero(layout.sites());
            for (Index c = 0; c < layout.channels; ++c) {
                moment += flow_->energy().sign(c) * scale * layout.channel(state, c);
            }
            curve = natural(curve_features_.transpose() * moment);
            record.emplace("curve_prediction", curve);
        }
        writer_->append(record);
        last_ = time;
    }

    const Case* case_;
    GridFlow* flow_;
    std::string path_;
    std::vector<double> times_;
    Field curve_;
    Matrix curve_features_;
    mutable std::optional<NetcdfWriter> writer_;
    double last_ = -1.0;
};

}  // namespace

std::unique_ptr<Observer> make_snapshots(const Case& c, GridFlow& flow, const std::string& directory)
{
    return std::make_unique<SnapshotObserver>(c, flow, directory);
}

}  // namespace widelimit
