// SPDX-License-Identifier: BSD-3-Clause
// Whole runs in a directory: files, refusals, networks beside a grid, studies.
#include "widelimit/run/run.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/scratch.hpp"
#include "support/refusal.hpp"
#include "support/whole_run.hpp"
#include "widelimit/io/netcdf.hpp"
#include "widelimit/io/toml.hpp"
#include "widelimit/run/curve.hpp"

namespace widelimit {

using test::quietly;
using test::run;

BOOST_AUTO_TEST_SUITE(run_of_a_case)

namespace {

/// Three points, a circle of few cells, two signs.
const std::string tiny = R"(
[data]
rows = [[-1.0, 0.5], [0.1, -1.0], [1.0, 0.3]]
standardise = true
[problem]
decay = 0.02
[grid.axes]
angle = { cells = 16 }
[time]
end = 2.0
largest_step = 0.03
[output]
series = { per_decade = 2, of = ["grid_gap", "min_potential"] }
snapshots = { per_decade = 1 }
curve = 20
)";

Case make_case(const std::vector<std::string>& overrides = {})
{
    return test::make_case(tiny, overrides);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_run_leaves_its_files_and_a_summary)
{
    const Scratch folder;
    const Case c = make_case();
    const Outcome outcome = run(c, folder / "out");
    for (const char* name : {"case.toml", "summary.json", "series.csv", "fields.nc", "checkpoint.nc"}) {
        BOOST_TEST(std::filesystem::exists(folder / "out" / name), name);
    }
    BOOST_TEST(contents(folder / "out" / "case.toml") == c.resolved());
    const Summary summary = read_summary((folder / "out").string());
    BOOST_TEST(summary.status == "done");
    BOOST_TEST(summary.time_reached == 2.0);
    BOOST_TEST((summary.metrics == outcome.summary.metrics));
    for (const Guarantee& guarantee : outcome.summary.guarantees) {
        BOOST_TEST(guarantee.holds, guarantee.name);
        BOOST_TEST(guarantee.applies == (guarantee.name != "mass"), guarantee.name);
    }
    const Series& series = outcome.levels.at(0).series;
    const std::vector<std::string> first = {"time",     "step",         "dt",          "objective",
                                            "risk",     "mass",         "dissipation", "min_density",
                                            "grid_gap", "min_potential"};
    BOOST_TEST((series.names == first));
    const Index last = series.columns.rows() - 1;
    BOOST_TEST(series.columns(0, 0) == 0.0);
    BOOST_TEST(series.columns(last, 0) == 2.0);
    BOOST_TEST(series.columns(last, 3) == summary.metrics.at("objective"));
    const Field times = NetcdfReader(folder / "out" / "fields.nc").read("time");
    BOOST_TEST((times[0] == 0.0 && times[times.size() - 1] == 2.0));
}

BOOST_AUTO_TEST_CASE(an_identical_run_is_already_done)
{
    const Scratch folder;
    const Outcome first = run(make_case(), folder / "out");
    const std::string before = contents(folder / "out" / "summary.json");
    const Outcome second = run(make_case(), folder / "out");
    BOOST_TEST(!first.already_done);
    BOOST_TEST(second.already_done);
    BOOST_TEST((second.summary.metrics == first.summary.metrics));
    BOOST_TEST(contents(folder / "out" / "summary.json") == before);
}

BOOST_AUTO_TEST_CASE(another_run_is_not_overwritten)
{
    const Scratch folder;
    run(make_case(), folder / "out");
    const std::string before = contents(folder / "out" / "series.csv");
    const Case other = make_case({"problem.decay=0.03"}), longer = make_case({"time.end=2.5"});
    for (const Case* c : {&other, &longer}) {
        const std::string message = refusal([&] { run(*c, folder / "out"); });
        for (const char* part : {"--restart", "--force", "--out"}) {
            BOOST_TEST(contains(message, part), message);
        }
    }
    BOOST_TEST(contains(refusal([&] { run(other, folder / "out", true); }), "another case"));
    BOOST_TEST(contains(refusal([&] { run(other, folder / "new", true); }), "nothing to restart"));
    BOOST_TEST(contents(folder / "out" / "series.csv") == before);

    RunOptions options = quietly(folder / "out");
    options.force = true;
    BOOST_TEST(run_case(other, options).summary.status == "done");
    BOOST_TEST(contents(folder / "out" / "case.toml") == other.resolved());
    BOOST_TEST(contents(folder / "out" / "series.csv") != before);
}

/// From the densities and point masses of the last frame, as `predict` does.
BOOST_AUTO_TEST_CASE(predictions_at_the_data_are_those_of_the_run)
{
    const Scratch folder;
    const Case c = make_case();
    run(c, folder / "out");
    const NetcdfReader file(folder / "out" / "fields.nc");
    const Grid grid = make_grid(c.grid->axes);
    const Index last = file.records() - 1, cells = grid.cells(), points = grid.points();
    const Field density = file.read("density", last), atoms = file.read("atom", last);
    const Field volumes = grid.volumes().head(cells);
    Field moment(grid.sites());
    moment << (density.head(cells) - density.tail(cells)).cwiseProduct(volumes),
        atoms.head(points) - atoms.tail(points);
    const Matrix raw = (Matrix(3, 1) << -1.0, 0.1, 1.0).finished();
    const Field f = features_at(c.problem, *c.data, raw, grid.coordinates()).transpose() * moment;
    BOOST_TEST((f - file.read("prediction", last)).norm() < 1e-12);
    const Field stored = file.read("input"), targets = file.read("target");
    BOOST_TEST((stored - raw.col(0)).norm() < 1e-14);
    BOOST_TEST(std::abs(targets[1] + 1.0) < 1e-14);

    const Field places = file.read("curve_input"), curve = file.read("curve_prediction", last);
    const Field at = features_at(c.problem, *c.data, places, grid.coordinates()).transpose() * moment;
    const Scale& scale = c.data->target_scale;
    BOOST_TEST((curve - Field(scale.mean + scale.deviation * at.array())).norm() < 1e-12);
    BOOST_TEST(std::abs(places[0] + 1.2) < 1e-14);
}

BOOST_AUTO_TEST_CASE(networks_beside_a_grid_report_their_distance)
{
    const Scratch folder;
    const Case c = make_case({"time.end=0.5", "particles.widths=[20,5]", "particles.seeds=3",
                              "particles.start=[\"random\",\"quadrature\"]", "particles.at=[0.2,0.5]"});
    const Outcome outcome = run(c, folder / "out");
    BOOST_TEST(std::filesystem::exists(folder / "out" / "particles.nc"));
    const auto& metrics = outcome.summary.metrics;
    for (const char* name :
         {"prediction_distance.random.5", "prediction_distance.random.20@0.2",
          "prediction_distance.quadrature.20@0.5", "resolution_error@0.2", "resolution_error"}) {
        BOOST_REQUIRE(metrics.count(name) == 1);
        BOOST_TEST((metrics.at(name) > 0.0 && metrics.at(name) < 10.0), name);
    }
    BOOST_TEST(metrics.at("prediction_distance.random.5") == metrics.at("prediction_distance.random.5@0.5"));
    BOOST_TEST(metrics.at("prediction_distance.quadrature.20") < metrics.at("prediction_distance.random.5"));
    BOOST_TEST(metrics.at("resolution_error") < 0.1);
}

BOOST_AUTO_TEST_CASE(the_gap_is_nonnegative_and_closes)
{
    const Scratch folder;
    const Outcome outcome = run(make_case({"time.end=1000.0", "problem.decay=0.2"}), folder / "out");
    const Series& series = outcome.levels.at(0).series;
    const Field gap = series.columns.col(series.column("grid_gap"));
    BOOST_TEST(gap.minCoeff() > -1e-12);
    BOOST_TEST(gap[0] > 0.01);
    BOOST_TEST(gap[gap.size() - 1] < 1e-3);
}

BOOST_AUTO_TEST_CASE(asymmetry_is_seen_where_the_targets_have_it)
{
    const Scratch folder;
    const std::string symmetric = "data.rows=[[-1.0,0.5],[0.0,-1.0],[1.0,0.5]]";
    const std::string skew = "data.rows=[[-1.0,0.5],[0.0,-1.0],[1.0,0.3]]";
    const std::string asked = "output.series.of=[\"asymmetry\"]";
    const auto asymmetry = [&](const std::string& rows, const std::string& name) {
        return run(make_case({rows, asked}), folder / name).summary.metrics.at("asymmetry");
    };
    BOOST_TEST(asymmetry(symmetric, "symmetric") < 1e-12);
    BOOST_TEST(asymmetry(skew, "skew") > 1e-3);
}

BOOST_AUTO_TEST_CASE(a_study_runs_every_level_in_a_directory_of_its_own)
{
    const Scratch folder;
    Case c =
        make_case({"study.vary=[\"grid.axes.angle.cells\",\"time.end\"]", "study.over=[[8,0.5],[16,0.25]]",
                   "claim=[{metric=\"objective\",below=1e9,every=true}]"});
    const Outcome outcome = run(c, folder / "out");
    BOOST_TEST((outcome.values == std::vector<double>{8.0, 16.0}));
    for (const int level : {0, 1}) {
        const auto directory = folder / "out" / "levels" / std::to_string(level);
        const Case one(Case::tree((directory / "case.toml").string(), {}), "level");
        BOOST_TEST(one.grid->axes.front().cells == (level == 0 ? 8 : 16));
        BOOST_TEST(read_summary(directory.string()).time_reached == (level == 0 ? 0.5 : 0.25));
        BOOST_TEST(one.study.empty());
    }
    const std::vector<Verdict>& verdicts = outcome.summary.verdicts;
    BOOST_REQUIRE(verdicts.size() == 1);
    BOOST_TEST(verdicts[0].holds);
    BOOST_TEST(contains(contents(folder / "out" / "summary.json"), "\"study\""));
    const Outcome again = run(c, folder / "out");
    BOOST_TEST(again.already_done);
    BOOST_TEST((again.summary.verdicts.size() == 1 && again.summary.verdicts[0].holds));
    BOOST_TEST((again.levels.at(0).metrics == outcome.levels.at(0).metrics));
}

/// A level that cannot be read is found before anything is computed.
BOOST_AUTO_TEST_CASE(a_study_is_checked_before_it_starts)
{
    const Scratch folder;
    const std::string broken = "study.over=[8,1]", unknown = "study.over=[8,16]";
    const std::string message = refusal([&] {
        run(make_case({"study.vary=grid.axes.angle.cells", broken}), folder / "a");
    });
    BOOST_TEST(contains(message, "cells"), message);
    BOOST_TEST(!std::filesystem::exists(folder / "a"));
    BOOST_TEST(contains(refusal([&] {
                            run(make_case({"study.vary=grid.axes.angle.cels", unknown}), folder / "b");
                        }),
                        "did you mean"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
