// SPDX-License-Identifier: BSD-3-Clause
// What a case file becomes: timetables, data, studies, the resolved case and its fingerprint.
#include "widelimit/run/case.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/refusal.hpp"
#include "support/scratch.hpp"
#include "widelimit/io/toml.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(case_file)

namespace {

const std::string small = R"(
[data]
rows = [[-1.0, 0.5], [0.0, -1.0], [1.0, 0.3]]
[grid.axes]
angle = { cells = 16 }
[time]
end = 2.0
)";

Case make_case(const std::vector<std::string>& overrides = {}, const std::string& text = small)
{
    Value tree = parse_toml(text, "small.toml");
    for (const std::string& override : overrides) {
        merge_override(tree, override);
    }
    return Case(std::move(tree), "small");
}

std::string refused(const std::vector<std::string>& overrides, const std::string& text = small)
{
    return refusal([&] { make_case(overrides, text); });
}

Data data_of(const std::string& section)
{
    const Settings root(parse_toml("[data]\n" + section, "case.toml"), case_schema());
    return read_data(root.table("data"));
}

std::string data_refused(const std::string& section)
{
    return refusal([&] { data_of(section); });
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_timetable_is_logarithmic_or_even_and_ends_at_the_end)
{
    Timetable table;
    BOOST_TEST((table.times(3.0) == std::vector<double>{0.0, 3.0}));
    table.per_decade = 1.0;
    table.first = 0.1;
    BOOST_TEST((table.times(10.0) == std::vector<double>{0.0, 0.1, 1.0, 10.0}));
    BOOST_TEST((table.times(5.0) == std::vector<double>{0.0, 0.1, 1.0, 5.0}));
    table.at = {2.5, 1.0, 0.0, 7.0};
    BOOST_TEST((table.times(5.0) == std::vector<double>{0.0, 0.1, 1.0, 2.5, 5.0}));
    table.every = 0.25;
    BOOST_TEST((table.times(0.75) == std::vector<double>{0.0, 0.25, 0.5, 0.75}));
    table.at = {0.3, 0.7};
    table.every = 0.1;
    BOOST_TEST((table.times(0.9) == std::vector<double>{0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}));
}

/// A longer run meets all times of a shorter one, but for its end.
BOOST_AUTO_TEST_CASE(times_do_not_depend_on_the_end)
{
    Timetable table;
    table.per_decade = 20.0;
    const std::vector<double> brief = table.times(3.0), whole = table.times(300.0);
    BOOST_TEST(brief.size() > 40);
    for (std::size_t k = 0; k + 1 < brief.size(); ++k) {
        BOOST_TEST(whole[k] == brief[k]);
    }
    for (std::size_t k = 0; k + 1 < whole.size(); ++k) {
        BOOST_TEST(whole[k] < whole[k + 1]);
    }
}

BOOST_AUTO_TEST_CASE(rows_stay_as_they_are_unless_asked)
{
    const Data plain = data_of("rows = [[1, 2, 5], [3, 6, 9]]");
    BOOST_TEST((plain.names == std::vector<std::string>{"x1", "x2"}));
    BOOST_TEST(plain.inputs(1, 1) == 6.0);
    BOOST_TEST(plain.targets[1] == 9.0);
    BOOST_TEST(!plain.labels);
    const Data scaled = data_of("rows = [[1, 2, 5], [3, 6, 9]]\nstandardise = true");
    BOOST_TEST(scaled.inputs(0, 0) == -1.0);
    BOOST_TEST(scaled.inputs(1, 1) == 1.0);
    BOOST_TEST(scaled.targets[1] == 1.0);
    BOOST_TEST(scaled.scales[1].natural(scaled.inputs(1, 1)) == 6.0);
    BOOST_TEST(scaled.target_scale.natural(scaled.targets[0]) == 5.0);
}

BOOST_AUTO_TEST_CASE(labels_come_from_two_classes_or_from_plus_and_minus_one)
{
    BOOST_TEST(data_of("rows = [[1, 2, -1], [3, 6, 1]]").labels);
    const Scratch folder;
    overwrite(folder / "d.csv", "x,y,kind\n1,1,a\n2,5,b\n4,7,c\n6,8,a\n");
    const std::string file = "file = \"" + (folder / "d.csv").string() + "\"\ninputs = [\"x\"]\n";
    const Data two = data_of(file + "target = { column = \"kind\", plus = \"a\", minus = \"c\" }");
    BOOST_TEST(two.labels);
    BOOST_TEST((two.targets.array() == Eigen::Array3d(1.0, -1.0, 1.0)).all());
    BOOST_TEST(two.target_scale.deviation == 1.0);
    BOOST_TEST(std::abs(two.scales[0].natural(two.inputs(1, 0)) - 4.0) < 1e-14);
    const Data numbers =
        data_of(file + "target = { column = \"y\", plus = 8, minus = 5 }\nstandardise = false");
    BOOST_TEST((numbers.inputs.col(0).array() == Eigen::Array2d(2.0, 6.0)).all());
    BOOST_TEST((numbers.targets.array() == Eigen::Array2d(-1.0, 1.0)).all());

    const std::string unknown =
        data_refused(file + "target = { column = \"kind\", plus = \"a\", minus = \"z\" }");
    BOOST_TEST(contains(unknown, "no row of column 'kind' is 'z'"), unknown);
    BOOST_TEST(contains(data_refused(file + "target = \"z\""), "z"));
    BOOST_TEST(contains(data_refused(file + "target = \"kind\""),
                        "d.csv:2:5: column 'kind': expected a finite number, found 'a'; for classes give"));
}

BOOST_AUTO_TEST_CASE(data_that_cannot_be_used_are_refused)
{
    BOOST_TEST(contains(data_refused("inputs = [\"x\"]"), "either a file"));
    BOOST_TEST(contains(data_refused("file = \"d.csv\"\nrows = [[1, 2]]"), "either a file"));
    BOOST_TEST(contains(data_refused("rows = [[1], [2]]"), "expected rows [inputs..., target]"));
    BOOST_TEST(
        contains(data_refused("rows = [[1, 2], [1, 3]]\nstandardise = true"), "input 'x' is constant"));
    BOOST_TEST(
        contains(data_refused("rows = [[1, 2], [2, 2]]\nstandardise = true"), "the target is constant"));
    BOOST_TEST(
        contains(data_refused("rows = [[1, 2]]\nunits = { z = \"m\" }"), "neither an input nor the target"));
    BOOST_TEST(
        contains(data_refused("file = \"nowhere.csv\"\ninputs = [\"x\"]\ntarget = \"y\""), "nowhere.csv"));
    BOOST_TEST(data_refused("rows = [[1, 2], [1, 2]]") == "accepted");
}

BOOST_AUTO_TEST_CASE(units_follow_their_columns)
{
    const Data data = data_of("rows = [[1, 2, 5], [3, 6, 9]]\nunits = { x2 = \"ms\", y = \"g\" }");
    BOOST_TEST((data.units == std::vector<std::string>{"", "ms"}));
    BOOST_TEST(data.target_unit == "g");
}

BOOST_AUTO_TEST_CASE(a_resolved_case_resolves_to_itself)
{
    const std::vector<std::vector<std::string>> variants = {
        {},
        {"problem.risk=soft-min", "data.rows=[[-1,1],[0,-1],[1,1]]"},
        {"particles.widths=[10]", "output.series.of=[\"grid_gap\"]", "case.title=\"a ± b\""},
        {"study.vary=grid.axes.angle.cells", "study.over=[16,32]"},
        {"claim=[{metric=\"risk\",below=1.0,at=1.0}]", "time.speed={power=0.5}"},
        {"data.standardise=true", "grid.axes.angle.align=none", "problem.growth=mean-preserving"}};
    for (const auto& overrides : variants) {
        const Case once = make_case(overrides);
        const Case twice(parse_toml(once.resolved(), "resolved.toml"), "small");
        BOOST_TEST(twice.resolved() == once.resolved());
        BOOST_TEST(twice.fingerprint() == once.fingerprint());
    }
}

BOOST_AUTO_TEST_CASE(a_resolved_case_with_a_file_resolves_to_itself_anywhere)
{
    const Scratch folder;
    overwrite(folder / "d.csv", "x,y\n1,1\n2,5\n4,7\n");
    overwrite(folder / "case.toml",
              "[data]\nfile = \"d.csv\"\ninputs = [\"x\"]\ntarget = \"y\"\n"
              "[grid.axes]\nangle = { cells = 8 }\n[time]\nend = 1.0\n");
    const Case once(Case::tree((folder / "case.toml").string(), {}), "small");
    const Case twice(parse_toml(once.resolved(), "/elsewhere/case.toml"), "small");
    BOOST_TEST(twice.resolved() == once.resolved());
}

/// Rows of a matrix in a CSV file beside the case: the resolved case holds them itself.
BOOST_AUTO_TEST_CASE(a_matrix_may_stand_in_a_csv_file)
{
    const Scratch folder;
    overwrite(folder / "kernel.csv", "j,coefficient\n0,1\n2,0.25\n");
    overwrite(folder / "bad.csv", "j,coefficient\n0,1\n2,much\n");
    const auto refused = [&](const std::string& file) {
        overwrite(folder / "case.toml",
                  "[problem]\nname = \"discrepancy\"\n"
                  "kernel = { name = \"coefficients\", coefficients = \"" +
                      file +
                      "\" }\n[grid.axes]\nx = { from = 0, to = 1, cells = 8, sides = \"periodic\" }\n"
                      "[time]\nend = 1.0\n");
        return refusal([&] { Case(Case::tree((folder / "case.toml").string(), {}), "small"); });
    };
    BOOST_TEST(refused("kernel.csv") == "accepted");
    overwrite(folder / "case.toml", "");
    BOOST_TEST(contains(refused("nowhere.csv"), "case.toml:3:50: "));
    BOOST_TEST(contains(refused("nowhere.csv"), "nowhere.csv"));
    BOOST_TEST(contains(refused("bad.csv"), "bad.csv:3:3: "));
    refused("kernel.csv");
    const Case once(Case::tree((folder / "case.toml").string(), {}), "small");
    BOOST_TEST(contains(once.resolved(), "[2.0, 0.25]"));
    const Case twice(parse_toml(once.resolved(), "/elsewhere/case.toml"), "small");
    BOOST_TEST(twice.resolved() == once.resolved());
}

BOOST_AUTO_TEST_CASE(the_fingerprint_leaves_out_what_may_change_over_a_restart)
{
    const std::string print = make_case().fingerprint();
    for (const char* free :
         {"time.end=3.0", "output.series.per_decade=5", "output.curve=10", "figure.kind=series",
          "case.title=other", "claim=[{metric=\"risk\",below=1.0}]"}) {
        BOOST_TEST(make_case({free}).fingerprint() == print, free);
    }
    for (const char* fixed : {"problem.decay=0.1", "grid.axes.angle.cells=17", "scheme.flux=upwind",
                              "time.courant=0.5", "time.stepper=euler", "data.standardise=true",
                              "time.largest_step=0.1", "data.rows=[[-1.0,0.5],[0.0,-1.0],[1.0,0.31]]"}) {
        BOOST_TEST(make_case({fixed}).fingerprint() != print, fixed);
    }
}

BOOST_AUTO_TEST_CASE(scheme_and_stepper_follow_from_the_problem)
{
    const Case cold = make_case();
    BOOST_TEST(cold.grid->flux == "muscl");
    BOOST_TEST(cold.time.stepper == "ssp-rk3");
    BOOST_TEST(cold.grid->axes.front().points.size() == 6);
    const Case soft = make_case({"problem.risk=soft-min", "data.rows=[[-1,1],[0,-1],[1,1]]"});
    BOOST_TEST(soft.time.stepper == "implicit-predictions");
    const Case warm = make_case({"problem.temperature=0.1", "problem.growth=none"});
    BOOST_TEST(warm.grid->flux == "scharfetter-gummel");
    BOOST_TEST(warm.time.stepper == "split");
    BOOST_TEST(warm.grid->axes.front().points.empty());
    BOOST_TEST(make_case({"grid.axes.angle.align=none"}).grid->axes.front().points.empty());
}

BOOST_AUTO_TEST_CASE(claims_ask_for_their_metrics_and_times)
{
    const Case c =
        make_case({"claim=[{metric=\"min_potential\",above=-1.0,at=0.7},{metric=\"risk\",below=1.0}]"});
    BOOST_TEST((c.output.metrics == std::vector<std::string>{"min_potential"}));
    BOOST_TEST((c.output.series.at == std::vector<double>{0.7}));
}

BOOST_AUTO_TEST_CASE(a_study_gives_one_value_a_key_and_level)
{
    const Case one = make_case({"study.vary=grid.axes.angle.cells", "study.over=[16,32,64]"});
    BOOST_REQUIRE(one.study.levels.size() == 3);
    BOOST_TEST(one.study.levels[2].front().integer() == 64);
    const Case two =
        make_case({"study.vary=[\"grid.axes.angle.cells\",\"time.end\"]", "study.over=[[16,1.0],[32,2.0]]"});
    BOOST_TEST(two.study.levels[1].back().number() == 2.0);
    BOOST_TEST(contains(refused({"study.vary=time.end", "study.over=[1.0]"}), "at least two values"));
    BOOST_TEST(contains(refused({"study.vary=time.end", "study.over=3"}), "at least two values"));
    BOOST_TEST(contains(refused({"study.vary=[\"time.end\",\"time.courant\"]", "study.over=[[1.0],[2.0]]"}),
                        "one list of 2 values a level"));
    const std::string varied = std::string(small) + "[study]\nvary = [\"time.end\"]\nover = [0.5, 1.0]\n";
    BOOST_TEST(contains(refused({"time.end=2.0"}, varied),
                        "--set:1:10: the study of this case varies time.end, so that this value would not be "
                        "used; override study.over"));
    const std::string crooked =
        std::string(small) + "[study]\nvary = [\"grid.axes.m>cells\"]\nover = [4, 8]\n";
    BOOST_TEST(contains(refused({}, crooked), "'grid.axes.m>cells' is no dotted key"));
    const std::string unknown =
        std::string(small) + "[foo]\nbar = 1\n[study]\nvary = \"foo.bar\"\nover = [4, 8]\n";
    BOOST_TEST(contains(refused({}, unknown), "unknown key 'foo'"));
    BOOST_TEST(make_case({"study.over=[0.25,0.5,2.0]"}, varied).study.levels.size() == 3);
}

BOOST_AUTO_TEST_CASE(cases_without_sense_are_refused_with_their_place)
{
    BOOST_TEST(contains(refused({"grid.axes.angle.cels=3"}), "did you mean"));
    BOOST_TEST(contains(refused({"scheme.flux=upwimd"}), "upwind"));
    BOOST_TEST(contains(refused({"time.stepper=rk5"}), "rk4"));
    BOOST_TEST(contains(refused({"time.substeps=2"}), "needs time.stepper = \"split\""));
    BOOST_TEST(make_case({"time.substeps=2", "time.stepper=split"}).time.stepping.substeps == 2);
    BOOST_TEST(contains(refused({"grid.axes.x.cells=8"}), "this problem's coordinate is 'angle'"));
    BOOST_TEST(contains(refused({"grid.axes.angle.to=3.0"}), "a circle has its own range"));
    BOOST_TEST(contains(refused({"output.series.of=[\"grid_gab\"]"}), "grid_gap"));
    BOOST_TEST(contains(refused({"problem.temperature=0.1"}), "temperature together with growth"));
    BOOST_TEST(contains(refused({"particles.widths=[1e9]", "particles.seeds=100000"}), "needs about"));
    BOOST_TEST(contains(refused({"particles.end=3.0"}), "beyond time.end"));
    BOOST_TEST(contains(refused({"output.series.at=[3.0]"}), "beyond the end"));
    BOOST_TEST(contains(refused({"output.series.every=1e-12"}), "at most 10000000"));
    BOOST_TEST(contains(refused({"particles.at=[3.0]"}), "beyond the networks' end"));
    BOOST_TEST(contains(refused({"particles.widths=[2.5]"}), "whole numbers"));
    BOOST_TEST(contains(refused({"network.output.scale=2.0"}), "no effect"));
    BOOST_TEST(contains(refused({}, "[data]\nrows = [[1, 2]]\n[time]\nend = 1.0\n"), "nothing to do"));
    BOOST_TEST(contains(refused({"time.end=-1"}), "--set:1:"));
    BOOST_TEST(contains(refused({}, small + "[scheme]\nflux = 3\n"), "small.toml:9:8"));
}

BOOST_AUTO_TEST_CASE(the_stem_of_a_path_names_the_case)
{
    BOOST_TEST(stem_of("a/b.c/mcycle-demo.toml") == "mcycle-demo");
    BOOST_TEST(stem_of("case") == "case");
    BOOST_TEST(stem_of("a/.hidden") == ".hidden");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
