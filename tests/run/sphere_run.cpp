// SPDX-License-Identifier: BSD-3-Clause
// Whole runs on the sphere: restart, what fields.nc holds, the kernel regime beside a run, test errors, and
// the cases that are refused.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>

#include "support/refusal.hpp"
#include "support/whole_run.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(sphere_run)

namespace {

namespace tt = boost::test_tools;
using test::make_case;
using test::run;

const std::string tiny = R"(
[data]
rows = [[1.0, 1.0, 1.0], [-1.0, -1.0, 1.0], [1.0, -1.0, -1.0], [-1.0, 1.0, -1.0]]
[problem]
risk = "soft-min"
initial = "uniform"
[grid]
cells = 162
[time]
end = 3.0
[output]
series = { every = 0.5, of = ["margin", "kernel_margin", "tangent_distance"] }
snapshots = { every = 1.0 }
plane = 7
kernel = true
checkpoint = 1e-9
[particles]
widths = [6]
seeds = 2
end = 1.0
slope_from = 6
)";

std::string refused(const std::string& text, const std::vector<std::string>& overrides = {})
{
    return refusal([&] { make_case(text, overrides); });
}

bool says(const std::string& message, const std::string& part)
{
    return message.find(part) != std::string::npos;
}

void write(const std::filesystem::path& path, const std::string& text)
{
    std::ofstream(path) << text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_continued_run_has_the_bits_of_one_that_was_not_stopped)
{
    const Scratch scratch;
    run(make_case(tiny), scratch / "whole");
    run(make_case(tiny, {"time.end=1.5"}), scratch / "parts");
    run(make_case(tiny), scratch / "parts", true);
    test::check_same_results(scratch / "whole", scratch / "parts");
}

BOOST_AUTO_TEST_CASE(fields_hold_centres_corners_areas_and_the_plane)
{
    const Scratch scratch;
    run(make_case(tiny), scratch / "run");
    const NetcdfReader file((scratch / "run" / "fields.nc").string());
    const Field area = file.read("area"), x = file.read("w1"), y = file.read("w2"), z = file.read("b");
    BOOST_TEST(area.size() == 162);
    BOOST_TEST(area.sum() == 4.0 * std::acos(-1.0), tt::tolerance(1e-12));
    BOOST_TEST(((x.cwiseAbs2() + y.cwiseAbs2() + z.cwiseAbs2()).array() - 1.0).abs().maxCoeff() < 1e-14);
    BOOST_TEST(file.read("b_bounds").size() == 6 * 162);
    BOOST_TEST(file.read("kernel_plane").size() == 49);
    // The lattice point in a corner, from the measure of the last frame.
    const Index last = file.records() - 1;
    const Field plane = file.read("plane_prediction", last), density = file.read("density", last);
    const double at = file.read("plane_0")[0], up = file.read("plane_1")[6];
    double direct = 0.0;
    for (Index cell = 0; cell < 162; ++cell) {
        const double feature = std::max(0.0, at * x[cell] + up * y[cell] + z[cell]);
        direct += area[cell] * feature * (density[cell] - density[162 + cell]);
    }
    BOOST_TEST(plane[6 * 7] == direct, tt::tolerance(1e-9));
    const Summary summary = read_summary((scratch / "run").string());
    BOOST_TEST(summary.metrics.at("largest_kernel_margin") > 0.0);
    BOOST_TEST(summary.metrics.at("largest_output_kernel_margin") == .14310693, tt::tolerance(1e-6));
    BOOST_TEST(summary.metrics.at("kernel_margin") <= summary.metrics.at("largest_kernel_margin") * 1.02);
    BOOST_TEST(summary.metrics.count("histogram_distance.random.6") == 1U);
}

/// A linear flow is its own linearisation, and a test set that is the training set has no errors once it is
/// learnt.
BOOST_AUTO_TEST_CASE(test_errors_and_the_linearised_flow)
{
    const Scratch scratch;
    write(scratch / "train.csv", "x1,x2,y\n1,1,1\n-1,-1,1\n1,-1,-1\n-1,1,-1\n");
    write(scratch / "wrong.csv", "x1,x2,y\n1,1,-1\n-1,-1,1\n1,-1,-1\n-1,1,-1\n");
    write(scratch / "words.csv", "x1,x2,y\n1,1,2\n");
    const std::string text =
        "[data]\nfile = \"" + (scratch / "train.csv").string() +
        "\"\ninputs = [\"x1\", \"x2\"]\ntarget = \"y\"\nstandardise = false\ntest = \"" +
        (scratch / "wrong.csv").string() +
        "\"\n[network]\ntrain = [\"output\"]\n[problem]\nrisk = \"soft-min\"\n[grid]\ncells = 642\n"
        "[time]\nend = 20.0\nstepper = \"ssp-rk3\"\n[output]\nkernel = true\n";
    run(make_case(text), scratch / "run");
    const Summary summary = read_summary((scratch / "run").string());
    BOOST_TEST(summary.metrics.at("test_error") == 0.25);
    BOOST_TEST(summary.metrics.at("kernel_test_error") == 0.25);
    BOOST_TEST(summary.metrics.at("output_kernel_test_error") == 0.25);
    BOOST_TEST(summary.metrics.at("largest_tangent_distance") < 1e-4);
    BOOST_TEST(summary.metrics.at("output_norm") == summary.metrics.at("kernel_norm"), tt::tolerance(1e-3));
    BOOST_TEST(summary.metrics.at("output_norm") > 1.0);
    BOOST_TEST(says(refused(text, {"data.test=" + (scratch / "words.csv").string()}), "labels -1 and +1"));
    BOOST_TEST(says(refused(text, {"data.test=" + (scratch / "none.csv").string()}), "none.csv"));
}

BOOST_AUTO_TEST_CASE(cases_that_no_sphere_has_are_refused_with_what_would_do)
{
    BOOST_TEST(says(refused(tiny, {"grid.cells=163"}), "162 and 252"));
    BOOST_TEST(says(refused(tiny, {"grid.subdivision=4"}), "give one of both"));
    std::string bare = tiny;
    bare.replace(bare.find("cells = 162"), 11, "");
    BOOST_TEST(make_case(bare).grid->subdivision == 16);  // [grid] alone asks for the default
    BOOST_TEST(says(refused(tiny, {"grid.axes.angle.cells=64"}), "a sphere has no axes"));
    BOOST_TEST(says(refused(tiny, {"grid.align=kinks", "problem.temperature=0.1"}), "at temperature 0"));
    BOOST_TEST(says(
        refused("[problem]\nname = \"heat\"\ntemperature = 1.0\n[grid]\ncells = 162\n[time]\nend = 1.0\n"),
        "is for neurons on a sphere"));
    BOOST_TEST(says(refused("[data]\nrows = [[1.0, 1.0, 0.5, 1.0], [1.0, 2.0, 0.5, -1.0]]\n[problem]\nrisk = "
                            "\"soft-min\"\n[grid]\ncells = 162\n[time]\nend = 1.0\n"),
                    "dimension 3"));
    BOOST_TEST(says(refused(tiny, {"problem.risk=square", "network.start=general", "network.bias=false",
                                   "particles.widths=[4]"}),
                    "no coordinate"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
