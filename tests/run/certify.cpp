// SPDX-License-Identifier: BSD-3-Clause
// Certificates of states on a grid, and the networks that are written out.
#include "widelimit/run/certify.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "support/scratch.hpp"
#include "support/refusal.hpp"
#include "support/whole_run.hpp"
#include "widelimit/io/csv.hpp"
#include "widelimit/io/file.hpp"
#include "widelimit/io/toml.hpp"
#include "widelimit/run/grid_run.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(certificates)

namespace {

const std::string network =
    "[network]\nactivation = 'relu'\nbias = true\ntrain = ['input', 'output']\nstart = 'balanced'\n"
    "[grid.axes]\nangle = { cells = 120 }\n";

Case made(const std::string& text)
{
    return test::make_case(text);
}

/// The start of a flow, looked at.
struct Begun {
    Case c;
    GridRun run;

    explicit Begun(const std::string& text) : c(made(text)), run(c) { run.flow().prepare(run.state(), 0.0); }
    Look look() { return {run.flow(), run.state(), 0.0}; }
};

const std::string regression =
    "[data]\nrows = [[-1, 0], [0, 1], [1, 0]]\n[problem]\ndecay = 1e-2\n[time]\nend = 1\n";
const std::string classes =
    "[data]\nrows = [[-1, -1], [0, 1], [1, -1]]\n[problem]\nrisk = 'soft-min'\n[time]\nend = 1\n";

}  // namespace

BOOST_AUTO_TEST_CASE(a_start_is_bracketed_by_its_own_residuals_and_by_the_optimum)
{
    Begun start(regression + network);
    const Certificate found = certify(start.look());
    BOOST_TEST((found.kind == Optimum::objective));
    BOOST_TEST(found.reached == start.run.flow().evaluation().objective(),
               boost::test_tools::tolerance(1e-14));
    BOOST_TEST(found.bound <= found.optimum.low);
    BOOST_TEST(found.optimum.high == 0.02835, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(found.gap() == (found.reached - found.optimum.low) / found.reached);
    BOOST_TEST(certified_gap(start.look()) == (found.reached - found.bound) / found.reached,
               boost::test_tools::tolerance(1e-12));
    BOOST_TEST(std::isnan(state_margin_bound(start.look())));
    // The potential over all neurons lies below that at the sites.
    BOOST_TEST(found.least_potential <= start.run.flow().evaluation().potential.minCoeff() + 1e-12);
    BOOST_TEST(found.least_potential >= start.run.flow().evaluation().potential.minCoeff() - 1e-2);
}

BOOST_AUTO_TEST_CASE(margins_have_an_upper_bound_at_every_state)
{
    Begun start(classes + network);
    const Certificate found = certify(start.look());
    BOOST_TEST((found.kind == Optimum::margin));
    BOOST_TEST(found.bound >= 0.2);
    BOOST_TEST(found.optimum.low == 0.2, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(found.gap() >= 0.0);
    BOOST_TEST(std::isnan(certified_gap(start.look())));
}

BOOST_AUTO_TEST_CASE(written_networks_predict_in_the_units_of_the_data)
{
    const Scratch folder;
    const std::string file = (folder / "data.csv").string();
    std::ofstream(file) << "x,y\n10,300\n20,900\n40,100\n";
    const Begun start(
        "[data]\nfile = '" + file +
        "'\ninputs = ['x']\ntarget = 'y'\nstandardise = true\n[problem]\ndecay = 1e-3\n[time]\nend = 1\n" +
        network);
    const std::unique_ptr<Units> units = make_units(start.c.problem);
    SparseNetwork some;
    some.add(Field::Constant(1, 0.4), 1.5);
    some.add(Field::Constant(1, 3.0), -0.7);
    write_network((folder / "out").string(), start.c, some);
    const Field f = some.predictions(*units);
    const auto json = nlohmann::json::parse(file_text((folder / "out/network.json").string(), 1 << 20));
    const Table table = read_csv((folder / "out/network.csv").string());
    for (Index i = 0; i < 3; ++i) {
        const double x = start.c.data->scales[0].natural(start.c.data->inputs(i, 0));
        double from_json = json["offset"], from_table = json["offset"];
        for (const auto& neuron : json["neurons"]) {
            const double z = neuron["w"][0].get<double>() * x + neuron["b"].get<double>();
            from_json += neuron["a"].get<double>() * std::max(z, 0.0);
        }
        for (Index j = 0; j < table.rows(); ++j) {
            from_table +=
                table.column("a")[j] * std::max(table.column("w_x")[j] * x + table.column("b")[j], 0.0);
        }
        BOOST_TEST(from_json == start.c.data->target_scale.natural(f[i]),
                   boost::test_tools::tolerance(1e-12));
        BOOST_TEST(from_table == from_json, boost::test_tools::tolerance(1e-12));
    }
}

BOOST_AUTO_TEST_CASE(sampled_networks_stand_for_the_measure)
{
    Begun start(regression + network);
    const std::unique_ptr<Units> units = make_units(start.c.problem);
    const SparseNetwork drawn = sampled(start.run.flow().energy(), start.run.state(), 20000, 1);
    BOOST_TEST(drawn.size() == 20000);
    BOOST_TEST(drawn.norm() == 1.0, boost::test_tools::tolerance(1e-10));
    const Field f = start.run.flow().evaluation().predictions;
    BOOST_TEST((drawn.predictions(*units) - f).cwiseAbs().maxCoeff() < 5.0 / std::sqrt(20000.0));
    BOOST_TEST(std::abs(drawn.weights.sum()) < 5.0 / std::sqrt(20000.0));
}

BOOST_AUTO_TEST_CASE(what_has_no_certificate_says_why)
{
    const auto why = [](const std::string& text) { return no_certificate(made(text).problem); };
    BOOST_TEST(why(regression + network).empty());
    BOOST_TEST(
        why("[problem]\nname = 'heat'\n[grid.axes]\nx = { cells = 8 }\n[time]\nend = 1\n").find("on data") !=
        std::string::npos);
    const std::string tanh =
        "[data]\nrows = [[-1, 0], [1, 1]]\n[network]\nactivation = 'tanh'\ntrain = ['input']\n[grid.axes]\nw "
        "= { from = -1, "
        "to = 1, cells = 8 }\nb = { from = -1, to = 1, cells = 8 }\n[time]\nend = 1\n";
    BOOST_TEST(why(tanh).find("problem.decay > 0") != std::string::npos);
    BOOST_TEST(refusal([&] { made(tanh + "[output]\ncertificate = true\n"); }).find("output.certificate") !=
               std::string::npos);
    BOOST_TEST(refusal([&] {
                   made(classes + network + "[output]\nexact_width = 2\n");
               }).find("problem.decay") != std::string::npos);
    const std::string alone = "[problem]\ndecay = 0.1\n[time]\nend = 1\n[particles]\nwidths = [3]\n";
    BOOST_TEST(refusal([&] {
                   made("[data]\nrows = [[-1, 0], [1, 1]]\n" + alone + "[output]\ncertificate = true\n");
               }).find("beside a solution on a grid") != std::string::npos);
    const std::string many =
        "[data]\nrows = [[0, 0], [1, 1], [2, 0], [3, 1], [4, 0], [5, 1], [6, 0], [7, 2], [8, 1], [9, 0]]\n"
        "[problem]\ndecay = 1e-3\n[time]\nend = 1\n";
    const std::string too_wide = refusal([&] { made(many + network + "[output]\nexact_width = 4\n"); });
    BOOST_TEST(too_wide.find("take fewer") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
