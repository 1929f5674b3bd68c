// SPDX-License-Identifier: BSD-3-Clause
// Computations that fail: the message says when and where, and the last good state is on disk.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/refusal.hpp"
#include "support/whole_run.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/io/checkpoint.hpp"
#include "widelimit/scheme/flux.hpp"

namespace widelimit {

using test::run;

BOOST_AUTO_TEST_SUITE(faults)

namespace {

/// Fluxes that were computed, and from which one on they are spoiled (negative: none).
long fluxes_done = 0, spoiled_from = -1;
enum class Spoil { nan, uphill } spoil = Spoil::nan;

/// The default flux until it breaks.
struct Breaking {
    static constexpr bool reconstructs = true, diffuses = false, dissipates = true;

    double operator()(const FaceState& face) const
    {
        const double velocity = face.conductance * face.drop;
        const double flux = velocity * (velocity > 0.0 ? face.left : face.right);
        if (spoiled_from < 0 || ++fluxes_done < spoiled_from) {
            return flux;
        }
        return spoil == Spoil::nan ? std::nan("") : -flux;
    }
};

const bool flux_known = register_flux<Breaking>("breaking", "muscl until it breaks");

/// An activation that is no number on part of the line.
struct Broken {
    double value(double z) const { return z < 2.0 ? std::tanh(z) : std::nan(""); }
    double slope(double z) const { return 1.0 - std::pow(std::tanh(z), 2); }
};

const bool activation_known = register_activation<Broken>("broken", "tanh, not a number from 2 on");

const std::string circle = R"(
[data]
rows = [[-1.0, 0.5], [0.1, -1.0], [1.0, 0.3]]
[problem]
decay = 0.02
[grid.axes]
angle = { cells = 16 }
[scheme]
flux = "breaking"
[time]
end = 2.0
largest_step = 0.03
[output]
series = { every = 0.5 }
snapshots = { every = 0.5 }
)";

const std::string line = R"(
[data]
rows = [[-1.0, 0.5], [0.1, -1.0], [1.0, 0.3]]
[network]
activation = "broken"
train = "input"
bias = false
[problem]
initial = { law = "gaussian", deviation = 0.3 }
[time]
end = 0.5
)";

/// The message of the failed run.
std::string failure(const std::filesystem::path& directory, const std::string& text,
                    const std::vector<std::string>& overrides = {}, bool restart = false)
{
    fluxes_done = 0;
    const Case c = test::make_case(text, overrides);
    return message_of<NumericalError>([&] { run(c, directory, restart); });
}

void check_says(const std::string& message, const std::vector<std::string>& parts)
{
    for (const std::string& part : parts) {
        BOOST_TEST(contains(message, part), part + " in: " + message);
    }
}

/// The last row, frame and checkpoint belong to one state, whose numbers are finite.
void check_last_good_state(const std::filesystem::path& directory)
{
    const Summary summary = read_summary(directory.string());
    BOOST_TEST(summary.status == "failed");
    const Checkpoint checkpoint = load_checkpoint(directory);
    BOOST_TEST(checkpoint.fields.at("state").allFinite());
    BOOST_TEST(checkpoint.numbers.at("clock.time") == summary.time_reached);
    const NetcdfReader frames(directory / "fields.nc");
    const Index last = frames.records() - 1;
    BOOST_TEST(frames.read("time")[last] == summary.time_reached);
    BOOST_TEST(frames.read("density", last).allFinite());
    const Series series = read_series(directory / "series.csv");
    BOOST_TEST(series.columns(series.columns.rows() - 1, 0) == summary.time_reached);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_flux_that_becomes_nan)
{
    const Scratch folder;
    spoil = Spoil::nan;
    spoiled_from = 4500;
    const std::string message = failure(folder / "out", circle);
    check_says(message, {"time 1.", "step ", "not a finite number in cell ", "(angle = ", "sign +1",
                         "still refused (stable: "});
    check_last_good_state(folder / "out");
    check_says(contents(folder / "out" / "summary.json"), {"\"reason\": \"time "});

    // Mended, the run goes on to the bits of one that never failed.
    spoiled_from = -1;
    const Case c = test::make_case(circle);
    run(c, folder / "out", true);
    run(c, folder / "whole");
    test::check_same_results(folder / "out", folder / "whole");
}

BOOST_AUTO_TEST_CASE(a_flux_that_goes_uphill)
{
    const Scratch folder;
    spoil = Spoil::uphill;
    spoiled_from = 3000;
    const std::string message = failure(folder / "out", circle, {"problem.growth.law=none"});
    check_says(message,
               {"the objective rose from ", "most of it in ", "(angle = ", "still refused (stable: "});
    check_last_good_state(folder / "out");
    spoiled_from = -1;
}

BOOST_AUTO_TEST_CASE(an_activation_that_is_no_number_at_the_start)
{
    const Scratch folder;
    const std::string grid = "grid.axes.w={cells=32,from=-4.0,to=4.0}";
    std::string message = failure(folder / "grid", line, {grid});
    check_says(message, {"time 0, step 0: ", "the feature at node 0 is nan in cell 0 (w = -"});
    BOOST_TEST(read_summary((folder / "grid").string()).status == "failed");
    message = failure(folder / "networks", line,
                      {"particles.widths=[40]", "particles.seeds=1", "problem.initial.deviation=2.0"});
    check_says(message, {"random network of width 40, seed 1", "time 0, step 0: ", "is nan"});
}

BOOST_AUTO_TEST_CASE(a_mass_beyond_the_range_of_numbers)
{
    const Scratch folder;
    const std::string growing = R"(
[problem]
name = "potential"
potential = "cosine"
growth = { law = "proportional", kappa = 400.0 }
[grid.axes]
angle = { cells = 16 }
[time]
end = 10.0
[output]
series = { every = 1.0 }
snapshots = { every = 1.0 }
)";
    const std::string message = failure(folder / "out", growing);
    check_says(message, {"the total mass overflows: its log is 70", "still refused (stable: "});
    check_last_good_state(folder / "out");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
