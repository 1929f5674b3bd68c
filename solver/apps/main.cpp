// SPDX-License-Identifier: BSD-3-Clause
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <new>
#include <string>

#include "commands.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/run/build_info.hpp"

namespace {

using widelimit::Arguments;

std::string version_text()
{
    const auto& build = widelimit::build_info();
    return "widelimit " + build.version + (build.commit.empty() ? "" : " (" + build.commit + ")") + "\n" +
           build.compiler + ", " + build.flags + ", " + build.isa;
}

void add_common(CLI::App& command, Arguments& a)
{
    command.add_option("--set", a.overrides, "key=value: override any key of the case (repeatable)")
        ->allow_extra_args(false);
    command.add_option("--out", a.out, "directory of the run (default runs/<case name>)");
    command.add_option("--threads", a.threads, "threads for finite networks")->check(CLI::Range(1, 1024));
    command.add_flag("--quiet", a.quiet, "print errors only");
    command.add_flag("--json", a.json, "print machine-readable results");
}

void add_commands(CLI::App& app, Arguments& a)
{
    auto* run = app.add_subcommand("run",
                                   "solve on the grid if the case has [grid], train networks if it has "
                                   "[particles], compare them if it has both");
    run->add_option("case", a.target, "case file")->required();
    run->add_flag("--restart", a.restart, "continue from the checkpoint in the directory");
    run->add_flag("--force", a.force, "replace what is in the directory");
    run->add_flag("--dry-run", a.dry_run, "check the case and print it with everything derived, run nothing");
    auto* predict =
        app.add_subcommand("predict", "predictions of a finished run at new inputs, in the data's units");
    predict->add_option("run", a.target, "run directory")->required();
    predict->add_option("inputs", a.data, "CSV with the input columns")->required();
    auto* validate = app.add_subcommand("validate", "run cases and check every claim");
    validate->add_option("cases", a.targets, "case files or folders");
    validate->add_option("--markdown", a.markdown, "also write the table of claims to this file");
    validate->add_flag("--slow", a.slow, "also the slow cases of a folder");
    auto* plot = app.add_subcommand("plot", "the figure of a run as PDF and PNG; several runs together");
    plot->add_option("runs", a.targets, "run directories")->required();
    plot->add_option("--kind", a.kind, "training, series, snapshots or convergence");
    auto* list = app.add_subcommand("list", "what there is, one line each");
    list->add_option("what", a.kind,
                     "activations, cases, keys, laws, metrics, problems, risks, schemes or steppers");
    auto* fresh = app.add_subcommand("new", "write a commented case file that runs as it is");
    fresh->add_option("name", a.target, "name of the case: writes <name>.toml")->required();
    fresh->add_option("--from-data", a.data, "CSV file: its last numeric column against the first");
    fresh->add_flag("--force", a.force, "replace an existing file");
    for (CLI::App* command : {run, predict, validate, plot, list, fresh}) {
        add_common(*command, a);
    }
    app.require_subcommand(1);
}

int dispatch(const CLI::App& app, const Arguments& a)
{
    const std::string name = app.get_subcommands().front()->get_name();
    return name == "run"        ? widelimit::run_command(a)
           : name == "predict"  ? widelimit::predict_command(a)
           : name == "validate" ? widelimit::validate_command(a)
           : name == "plot"     ? widelimit::plot_command(a)
           : name == "list"     ? widelimit::list_command(a)
                                : widelimit::new_command(a);
}

/// Names and lists in a message may be as long as the input: the middle is left out.
std::string shortened(const std::string& message)
{
    constexpr std::size_t head = 1500, tail = 300;
    return message.size() <= head + tail
               ? message
               : message.substr(0, head) + " [...] " + message.substr(message.size() - tail);
}

int report(const std::string& what, widelimit::Exit code)
{
    std::fprintf(stderr, "widelimit: %s\n", shortened(what).c_str());
    return static_cast<int>(code);
}

}  // namespace

int main(int argc, char** argv)
{
    CLI::App app("Training of infinitely wide two-layer networks, as a continuity equation on a grid",
                 "widelimit");
    app.set_version_flag("--version", version_text);
    Arguments arguments;
    add_commands(app, arguments);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? 0 : static_cast<int>(widelimit::Exit::input);
    }
    try {
        return dispatch(app, arguments);
    } catch (const widelimit::ConfigError& error) {
        return report(error.what(), widelimit::Exit::input);
    } catch (const widelimit::NumericalError& error) {
        return report(error.what(), widelimit::Exit::computation);
    } catch (const widelimit::WriteError& error) {
        return report(error.what(), widelimit::Exit::writing);
    } catch (const std::filesystem::filesystem_error& error) {
        return report(error.what(), widelimit::Exit::input);
    } catch (const std::bad_alloc&) {
        return report("not enough memory for this case", widelimit::Exit::input);
    } catch (const std::exception& error) {
        return report(std::string("internal error: ") + error.what(), widelimit::Exit::bug);
    }
}
