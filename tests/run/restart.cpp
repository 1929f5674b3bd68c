// SPDX-License-Identifier: BSD-3-Clause
// A run that is stopped anywhere and continued ends with the bits of one that was not.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <csignal>

#include "support/refusal.hpp"
#include "support/sanitized.hpp"
#include "support/whole_run.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/run/continuation.hpp"
#include "widelimit/run/grid_run.hpp"

namespace widelimit {

using test::check_same_results;
using test::quietly;
using test::run;

BOOST_AUTO_TEST_SUITE(restart)

namespace {

/// How often the risk below was asked for its slope, and when it raises SIGINT (negative: never).
std::atomic<long> asked{0}, interrupt_at{-1};

/// A risk in a run that the user stops while it computes, whatever the run is doing.
class Interrupting : public Risk {
public:
    explicit Interrupting(std::shared_ptr<const Risk> inner) : Risk(inner->nodes()), inner_(std::move(inner))
    {}

    double value(const Field& f) const override { return inner_->value(f); }
    Field slope(const Field& f) const override
    {
        if (++asked == interrupt_at) {
            std::raise(SIGINT);
        }
        return inner_->slope(f);
    }
    Field curvature(const Field& f, const Field& v) const override { return inner_->curvature(f, v); }
    double stiffness(const Field& f) const override { return inner_->stiffness(f); }
    double conjugate(const Field& r) const override { return inner_->conjugate(r); }
    bool classifies() const override { return inner_->classifies(); }

private:
    std::shared_ptr<const Risk> inner_;
};

bool register_interrupting(const std::string& inner)
{
    ProblemEntry entry{"interrupting-" + inner, inner + ", stopped by SIGINT", {}};
    entry.make = [inner](const Settings& root, const Data* data) {
        Problem problem = problems().find(inner).make(root, data);
        problem.risk = std::make_shared<Interrupting>(problem.risk);
        return problem;
    };
    return problems().add(std::move(entry));
}

const bool registered = register_interrupting("network") && register_interrupting("scalar-langevin");

/// Grid, networks and the run on half the cells; rows and frames at other times than the steps.
const std::string smooth = R"(
[problem]
name = "interrupting-network"
decay = 0.02
[data]
rows = [[-1.0, 0.5], [0.1, -1.0], [1.0, 0.3]]
[grid.axes]
angle = { cells = 16 }
[time]
end = 1.0
largest_step = 0.03
[particles]
widths = [3, 10]
seeds = 2
start = ["random", "quadrature"]
at = [0.5]
[output]
series = { per_decade = 2, of = ["grid_gap"] }
snapshots = { per_decade = 1 }
curve = 20
checkpoint = 1e-9
)";

/// Diffusion on the grid, noise in the networks.
const std::string noisy = R"(
[problem]
name = "interrupting-scalar-langevin"
temperature = 0.2
[grid.axes]
theta = { cells = 32, from = -5.0, to = 5.0 }
[time]
end = 1.0
largest_step = 0.04
[particles]
widths = [4, 9]
seeds = 2
[output]
series = { every = 0.15 }
snapshots = { every = 0.4 }
checkpoint = 1e-9
)";

/// Steps that estimated errors choose, on the grid and for the networks; events cut some of them short.
const std::string controlled = R"(
problem.name = "interrupting-scalar-langevin"
grid.axes.theta = { cells = 16, from = -5.0, to = 5.0 }
output = { series = { every = 0.13 }, snapshots = { every = 0.4 }, checkpoint = 1e-9 }
[time]
end = 1.0
stepper = "dopri5"
tolerance = 1e-10
[particles]
widths = [10]
seeds = 1
resolution = false
step = 10.0
stepper = "dopri5"
tolerance = 1e-12
)";

Case make_case(const std::vector<std::string>& overrides = {})
{
    return test::make_case(smooth, overrides);
}

/// Runs the case in pieces of about `piece` evaluations; the number of pieces.
int run_in_pieces(const Case& c, const std::filesystem::path& directory, long piece)
{
    int pieces = 0;
    std::string status;
    while (status != "done") {
        interrupt_at = asked + piece;
        status = run(c, directory, pieces > 0).summary.status;
        BOOST_REQUIRE(++pieces < 200);
    }
    interrupt_at = -1;
    return pieces;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_run_in_pieces_ends_with_the_same_bits)
{
    for (const std::string& text :
         test::sanitized ? std::vector{noisy} : std::vector{smooth, noisy, controlled}) {
        const Scratch folder;
        const Case c = test::make_case(text);
        const long before = asked;
        run(c, folder / "whole");
        const long all = asked - before;
        // A restart repeats the last steps of what is finished: pieces must be longer than that.
        BOOST_TEST(run_in_pieces(c, folder / "thirds", all / 3 + 1) >= 3);
        check_same_results(folder / "thirds", folder / "whole");
        BOOST_TEST(run_in_pieces(c, folder / "many", all / 11) >= 11);
        check_same_results(folder / "many", folder / "whole");
    }
}

BOOST_AUTO_TEST_CASE(an_interrupted_run_says_so_and_must_be_restarted)
{
    const Scratch folder;
    const Case c = make_case();
    interrupt_at = asked + 40;
    const Outcome first = run(c, folder / "out");
    BOOST_TEST(interrupted() == SIGINT);
    BOOST_TEST(first.summary.status == "interrupted");
    BOOST_TEST((first.summary.time_reached > 0.0 && first.summary.time_reached < 1.0));
    BOOST_TEST(contains(refusal([&] { run(c, folder / "out"); }), "--restart"));
}

/// Whatever the first end did to its last steps is undone.
BOOST_AUTO_TEST_CASE(a_later_end_gives_the_bits_of_a_run_to_that_end)
{
    for (const std::string& text : {smooth, noisy, controlled}) {
        const Scratch folder;
        const auto until = [&](const char* end) {
            return test::make_case(text, {std::string("time.end=") + end, "particles.at=[0.5]"});
        };
        run(until("1.37"), folder / "whole");
        run(until("0.71"), folder / "parts");
        run(until("1.0"), folder / "parts", true);
        run(until("1.37"), folder / "parts", true);
        check_same_results(folder / "parts", folder / "whole");
        const std::string message = refusal([&] { run(until("1.2"), folder / "parts", true); });
        BOOST_TEST(contains(message, "time.end can be raised over --restart, not lowered"), message);
    }
}

BOOST_AUTO_TEST_CASE(a_settled_run_stays_settled)
{
    const Scratch folder;
    const std::vector<std::string> settling = {"problem.decay=0.5", "time.end=50.0", "time.settle=1e-3",
                                               "particles.end=0.5"};
    const Case c = make_case(settling);
    const Outcome whole = run(c, folder / "whole");
    BOOST_TEST((whole.summary.time_reached > 0.1 && whole.summary.time_reached < 50.0));
    run(c, folder / "again");
    auto later = settling;
    later[1] = "time.end=60.0";
    run(make_case(later), folder / "again", true);
    check_same_results(folder / "again", folder / "whole");
}

BOOST_AUTO_TEST_CASE(a_finished_run_is_not_computed_again)
{
    const Scratch folder;
    run(make_case(), folder / "out");
    const long before = asked;
    BOOST_TEST(run(make_case(), folder / "out", true).already_done);
    BOOST_TEST(run(make_case({"output.checkpoint=2.0"}), folder / "out", true).summary.status == "done");
    BOOST_TEST(asked - before < 200);  // the last steps of the grid, of six networks, and of half the cells
}

BOOST_AUTO_TEST_CASE(a_damaged_checkpoint_gives_way_to_the_older_one)
{
    const Scratch folder;
    const Case c = make_case();
    run(c, folder / "whole");
    interrupt_at = asked + 100;
    run(c, folder / "out");
    BOOST_REQUIRE(std::filesystem::exists(folder / "out" / "checkpoint.previous.nc"));
    std::string bytes = contents(folder / "out" / "checkpoint.nc");
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    overwrite(folder / "out" / "checkpoint.nc", bytes);
    run(c, folder / "out", true);
    check_same_results(folder / "out", folder / "whole");
}

/// The tree of files with their contents.
std::map<std::string, std::string> tree(const std::filesystem::path& directory)
{
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
        files[entry.path().string()] = entry.is_regular_file() ? contents(entry.path()) : "";
    }
    return files;
}

BOOST_AUTO_TEST_CASE(what_cannot_be_continued_is_left_as_it_is)
{
    const Scratch folder;
    const auto out = folder / "out";
    const auto interrupted_run = [&] {
        std::filesystem::remove_all(out);
        interrupt_at = asked + 100;
        run(make_case(), out);
    };
    const auto refused = [&](const std::vector<std::string>& overrides) {
        const auto before = tree(out);
        std::string message = refusal([&] { run(make_case(overrides), out, true); });
        BOOST_TEST((tree(out) == before), message);
        return message;
    };
    interrupted_run();
    std::string message = refused({"problem.decay=0.03"});
    BOOST_TEST(contains(message, "problem.decay was 0.02, now it is 0.03"), message);
    message = refused({"data.rows=[[-1.0,0.5],[0.1,-1.0],[1.0,0.4]]"});
    BOOST_TEST(contains(message, "data.rows was"), message);

    std::filesystem::resize_file(out / "series.csv", 120);
    message = refused({});
    BOOST_TEST(contains(message, "series.csv: shorter than"), message);
    interrupted_run();
    std::filesystem::remove(out / "fields.nc");
    message = refused({});
    BOOST_TEST((contains(message, "fields.nc") && contains(message, "--force")), message);

    interrupted_run();
    for (const char* name : {"checkpoint.nc", "checkpoint.previous.nc"}) {
        std::filesystem::resize_file(out / name, 100);
    }
    const auto before = tree(out);
    BOOST_TEST(contains(message_of<WriteError>([&] { run(make_case(), out, true); }), "no whole checkpoint"));
    BOOST_TEST((tree(out) == before));
}

BOOST_AUTO_TEST_CASE(the_output_may_be_changed)
{
    const Scratch folder;
    interrupt_at = asked + 100;
    run(make_case(), folder / "out");
    const Outcome rest = run(make_case({"output.series.of=[\"min_potential\"]", "output.curve=10",
                                        "claim=[{metric=\"support_potential\",below=1e9}]"}),
                             folder / "out", true);
    const Series& series = rest.levels.at(0).series;
    const Index asked_for = series.column("min_potential"), last = series.columns.rows() - 1;
    BOOST_TEST(std::isnan(series.columns(0, asked_for)));
    BOOST_TEST(std::isfinite(series.columns(last, asked_for)));
    BOOST_TEST(std::isfinite(series.columns(0, series.column("objective"))));
    BOOST_TEST(rest.summary.verdicts.at(0).holds);
    BOOST_TEST(NetcdfReader(folder / "out" / "fields.nc").dimension("curve") == 20);
}

BOOST_AUTO_TEST_CASE(a_study_continues_at_the_level_where_it_stopped)
{
    const Scratch folder;
    const Case c = make_case({"study.vary=\"grid.axes.angle.cells\"", "study.over=[8,16,24]"});
    const long before = asked;
    run(c, folder / "whole");
    interrupt_at = asked + (asked - before) / 2;
    run(c, folder / "out");
    const auto level = [&](int k) { return folder / "out" / "levels" / std::to_string(k); };
    BOOST_REQUIRE(read_summary(level(0).string()).status == "done");
    BOOST_REQUIRE(!std::filesystem::exists(level(2)));
    const auto written = std::filesystem::last_write_time(level(0) / "fields.nc");
    const Outcome rest = run(c, folder / "out", true);
    BOOST_TEST((std::filesystem::last_write_time(level(0) / "fields.nc") == written));
    BOOST_TEST(rest.levels.size() == 3);
    for (const int k : {0, 1, 2}) {
        check_same_results(level(k), folder / "whole" / "levels" / std::to_string(k));
    }
}

/// What rejections have left of the step size is a part of it.
BOOST_AUTO_TEST_CASE(a_checkpoint_holds_the_whole_memory_of_the_clock)
{
    const double never = std::numeric_limits<double>::infinity();
    Clock clock(Clock::Limits{}), resumed(Clock::Limits{});
    clock.propose(0.1, never);
    clock.accept({"", true, 0.25});
    clock.propose(0.1, never);
    clock.reject({"a reason"});
    clock.propose(0.1, never);
    clock.accept();
    const Field state = Field::Constant(3, 0.5);
    Field found = Field::Zero(3);
    resume(capture(clock, state, {}), found, resumed, {});
    BOOST_TEST((found == state));
    BOOST_TEST(resumed.memory().bound == clock.memory().bound);
    BOOST_TEST(std::isfinite(resumed.memory().bound));
    BOOST_TEST(resumed.memory().controlled == clock.memory().controlled);
    BOOST_TEST(std::isfinite(resumed.memory().controlled));
    BOOST_TEST(resumed.fallbacks() == 1);
    BOOST_TEST(resumed.last_dt() == clock.last_dt());
    BOOST_TEST(resumed.time() == clock.time());
    BOOST_TEST(resumed.step() == 2);
    BOOST_TEST(resumed.rejected() == 1);
    BOOST_TEST(resumed.propose(0.1, never) == clock.propose(0.1, never));
}

/// An evaluation that was given up half way does not pass for the one before.
BOOST_AUTO_TEST_CASE(a_flow_that_was_given_up_evaluates_anew)
{
    const Case c = make_case();
    catch_interrupts();
    GridRun run(c);
    const Field first = run.state();
    Field second = first;
    second[run.flow().layout().log_mass()] += 0.5;
    run.flow().prepare(first, 0.0);
    const double objective = run.flow().evaluation().objective();
    interrupt_at = asked + 1;
    {
        const Interruptible here;
        BOOST_CHECK_THROW(run.flow().prepare(second, 0.0), Interruption);
    }
    catch_interrupts();
    run.flow().prepare(first, 0.0);
    BOOST_TEST(run.flow().evaluation().objective() == objective);
}

BOOST_AUTO_TEST_CASE(cases_that_say_the_same_are_the_same)
{
    const Scratch folder;
    run(make_case(), folder / "out");
    const Case turned = make_case({"time.courant=0.9", "data.standardise=false"});
    BOOST_TEST(run(turned, folder / "out").already_done);
    const std::size_t at = smooth.find("[grid.axes]");
    const Case other_order = test::make_case(smooth.substr(at) + smooth.substr(0, at));
    BOOST_TEST(run(other_order, folder / "out").already_done);

    overwrite(folder / "data.csv", "x,y\n-1,0.5\n0,-1\n1,0.3\n");
    const auto from_file = [&] {
        return test::make_case(R"(
[data]
file = ")" + (folder / "data.csv").string() +
                               R"("
inputs = ["x"]
target = "y"
[grid.axes]
angle = { cells = 8 }
[time]
end = 0.1
)");
    };
    run(from_file(), folder / "file");
    BOOST_TEST(run(from_file(), folder / "file").already_done);
    overwrite(folder / "data.csv", "x,y\n-1,0.5\n0,-1\n1,0.4\n");
    BOOST_TEST(contains(refusal([&] { run(from_file(), folder / "file"); }), "another run"));
    BOOST_TEST(contains(refusal([&] { run(from_file(), folder / "file", true); }),
                        "contents of the data file have changed"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
