// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <numbers>
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
          exact_(knows_measure(flow)),
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
                features_at(flow_->problem(), *case_->data, curve_, flow_->energy().base().points());
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
    /// Of point cells: all are kinks, or all are pieces of walls.
    std::string point_name() const { return flow_->grid().point_cells().front().wall() ? "wall" : "kink"; }
    /// The coordinate variable of point cells along an axis.
    std::string point_place(const std::string& axis) const
    {
        return flow_->grid().rank() == 1 ? point_name() : point_name() + "_" + axis;
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
        file.dimension("bounds", 2);
        for (Index k = 0; k < flow_->grid().rank(); ++k) {
            define_axis(k);
        }
        if (signs()) {
            file.dimension("sign", 2);
            file.variable("sign", {"sign"}, {{"long_name", "sign of the output weight"}, {"units", "1"}});
        }
        const std::vector<std::string>& cells = flow_->grid().names();
        file.variable("density", over(cells), {{"long_name", "density of mu"}, {"units", "1"}});
        file.variable("potential", over(cells), {{"long_name", "first variation psi"}, {"units", "1"}});
        if (points()) {
            define_points();
        }
        if (exact_) {
            file.variable("exact", over(cells), {{"long_name", "exact density of mu"}, {"units", "1"}});
        }
        define_predictions();
        file.variable("objective", {"time"}, {{"long_name", "objective F"}, {"units", "1"}});
        if (flow_->problem().warm()) {
            file.variable("energy", {"time"}, {{"long_name", "F without its entropy"}, {"units", "1"}});
        }
        file.variable("mass", {"time"}, {{"long_name", "total mass of mu"}, {"units", "1"}});
        file.end_definitions();
    }

    const Coordinate& coordinate(Index k) const
    {
        return flow_->problem().coordinates[static_cast<std::size_t>(k)];
    }
    std::string units(Index k) const
    {
        const bool turns = coordinate(k).to - coordinate(k).from == 2.0 * std::numbers::pi;
        return coordinate(k).circle && turns ? "rad" : "1";
    }

    void define_axis(Index k)
    {
        const DividedAxis& axis = flow_->grid().axes()[static_cast<std::size_t>(k)];
        writer_->dimension(axis.name, axis.cells());
        writer_->variable(
            axis.name, {axis.name},
            {{"long_name", coordinate(k).meaning}, {"units", units(k)}, {"bounds", axis.name + "_bounds"}});
        writer_->variable(axis.name + "_bounds", {axis.name, "bounds"});
    }

    void define_points()
    {
        NetcdfWriter& file = *writer_;
        const std::string dimension = point_name();
        file.dimension(dimension, flow_->grid().points());
        for (Index k = 0; k < flow_->grid().rank(); ++k) {
            file.variable(point_place(coordinate(k).name), {dimension},
                          {{"long_name", coordinate(k).meaning + " of a point cell"}, {"units", units(k)}});
        }
        file.variable("atom", over({dimension}), {{"long_name", "mass of a point cell"}, {"units", "1"}});
        file.variable("atom_potential", over({dimension}),
                      {{"long_name", "psi at a point cell"}, {"units", "1"}});
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
        for (Index k = 0; k < grid.rank(); ++k) {
            const DividedAxis& axis = grid.axes()[static_cast<std::size_t>(k)];
            Field centres(axis.cells()), bounds(2 * axis.cells());
            for (Index i = 0; i < axis.cells(); ++i) {
                centres[i] = axis.centre(i);
                bounds[2 * i] = axis.lower[i];
                bounds[2 * i + 1] = axis.upper[i];
            }
            writer_->put(axis.name, centres);
            writer_->put(axis.name + "_bounds", bounds);
            if (points()) {
                const Field places = grid.coordinates().row(k).tail(grid.points()).transpose();
                writer_->put(point_place(axis.name), places);
            }
        }
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
        Field curve;
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
        writer_->append(record);
        last_ = time;
    }

    const Case* case_;
    GridFlow* flow_;
    std::string path_;
    std::vector<double> times_;
    bool exact_;
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
