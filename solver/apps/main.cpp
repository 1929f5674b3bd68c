// SPDX-License-Identifier: BSD-3-Clause
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include "commands.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/flush_denormals.hpp"
#include "widelimit/core/memory.hpp"
#include "widelimit/core/parallel.hpp"
#include "widelimit/core/processors.hpp"
#include "widelimit/core/suggestion.hpp"
#include "widelimit/io/log.hpp"
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
    command
        .add_option("--threads", a.threads,
                    "threads of grids and networks; no result depends on it (default one a processor that the process may use)")
        ->check(CLI::Range(1, 1024));
    command.add_flag("--quiet", a.quiet, "print errors only");
    command.add_option("--log", a.log_level, "what to log on stderr: error, warning, info or debug")
        ->check(CLI::IsMember({"error", "warning", "info", "debug"}));
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
    auto* certify = app.add_subcommand(
        "certify", "bracket the optimum, or the largest margin, that a finished run is near");
    certify->add_option("run", a.target, "run directory")->required();
    certify->add_option("--sample", a.sample, "also write a network of this width drawn from the measure")
        ->check(CLI::Range(1L, 10000000L));
    certify->add_option("--seed", a.seed, "seed of that network")->check(CLI::NonNegativeNumber);
    auto* width = app.add_subcommand(
        "width",
        "how wide a network has to be for an error: predicted from the solution on a grid, and tried");
    width->add_option("case", a.target, "case file with a [grid]")->required();
    width->add_option("--error", a.error, "expected error: root mean square over draws and nodes")
        ->required()
        ->check(CLI::PositiveNumber);
    width->add_option("--time", a.time, "when (default time.end)")->check(CLI::PositiveNumber);
    width->add_option("--of", a.kind, "of what: predictions (default) or objective")
        ->check(CLI::IsMember({"predictions", "objective"}));
    width
        ->add_option("--networks", a.networks,
                     "networks trained to verify the answer, 0 for none (default 20)")
        ->check(CLI::Range(0L, 1000000L));
    width->add_option("--largest", a.largest, "a wider answer is verified at this width (default 20000)")
        ->check(CLI::Range(1L, 1000000000L));
    width->add_option("--seed", a.seed, "seed of the first of them")->check(CLI::NonNegativeNumber);
    auto* validate = app.add_subcommand("validate", "run cases and check every claim");
    validate->add_option("cases", a.targets, "case files or folders");
    validate->add_option("--markdown", a.markdown, "also write the table of claims to this file");
    validate->add_flag("--slow", a.slow, "also the slow cases of a folder");
    auto* plot = app.add_subcommand("plot", "the figure of a run as PDF and PNG; several runs together");
    plot->add_option("runs", a.targets, "run directories")->required();
    plot->add_option("--kind", a.kind, "training, series, snapshots, convergence or widths");
    auto* list = app.add_subcommand("list", "what there is, one line each");
    list->add_option(
        "what", a.kind,
        "activations, cases, kernels, keys, laws, metrics, problems, risks, schemes or steppers");
    auto* fresh = app.add_subcommand("new", "write a commented case file that runs as it is");
    fresh->add_option("name", a.target, "name of the case: writes <name>.toml")->required();
    fresh->add_option("--from-data", a.data, "CSV file: its last numeric column against the first");
    fresh->add_flag("--force", a.force, "replace an existing file");
    for (CLI::App* command : {run, predict, certify, validate, width, plot, list, fresh}) {
        add_common(*command, a);
    }
    app.require_subcommand(1);
}

/// As many threads as were asked for, or one a processor that this process may use.
void take_threads(int asked)
{
    widelimit::use_threads(asked > 0 ? asked : std::min(widelimit::processors(), 1024));
}

int dispatch(const CLI::App& app, const Arguments& a)
{
    take_threads(a.threads);
    widelimit::set_log_level(a.quiet ? widelimit::LogLevel::error : widelimit::log_level(a.log_level));
    const std::string name = app.get_subcommands().front()->get_name();
    return name == "run"        ? widelimit::run_command(a)
           : name == "predict"  ? widelimit::predict_command(a)
           : name == "certify"  ? widelimit::certify_command(a)
           : name == "validate" ? widelimit::validate_command(a)
           : name == "width"    ? widelimit::width_command(a)
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

/// Says so of a first word that is none of the commands; CLI11 only says that one is required.
std::string unknown_command(const CLI::App& app, const std::string& word)
{
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(command->get_name());
    }
    if (word.starts_with('-') || std::find(names.begin(), names.end(), word) != names.end()) {
        return {};
    }
    return "unknown command '" + word + "'; " +
           (word.ends_with(".toml") ? "did you mean 'widelimit run " + word + "'?"
                                    : widelimit::suggestion(word, names, "commands"));
}

/// Results on standard output are results.  A reader that has gone is no news to anybody.
int results_lost(int error)
{
    constexpr auto code = widelimit::Exit::writing;
    return error == EPIPE
               ? static_cast<int>(code)
               : report("cannot write standard output: " + std::generic_category().message(error), code);
}

int run(const CLI::App& app, const Arguments& arguments)
{
    using widelimit::Exit;
    try {
        return dispatch(app, arguments);
    } catch (const widelimit::ConfigError& error) {
        return report(error.what(), Exit::input);
    } catch (const widelimit::NumericalError& error) {
        return report(error.what(), Exit::computation);
    } catch (const widelimit::WriteError& error) {
        return report(error.what(), Exit::writing);
    } catch (const std::bad_alloc&) {
        return report("not enough memory for this case", Exit::input);
    } catch (const std::system_error& error) {  // thrown by {fmt}
        return std::ferror(stdout) != 0 ? results_lost(error.code().value())
                                        : report(error.what(), Exit::writing);
    } catch (const std::exception& error) {
        return report(std::string("internal error: ") + error.what(), Exit::bug);
    }
}

/// A descriptor that the caller has closed must not become that of a file of ours.
void occupy_standard_descriptors()
{
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(descriptor, F_GETFD) < 0) {
            ::open("/dev/null", O_RDONLY);  // the lowest that is free; writing fails as it did
        }
    }
}

/// The exit code, which tells of results that did not get out; `error` is why, if they were tried before.
int results_written(int code, int error)
{
    const bool lost_now = std::fflush(stdout) != 0;
    if (lost_now) {
        error = errno;
    }
    const bool lost = lost_now || std::ferror(stdout) != 0;
    const bool worse =
        code == static_cast<int>(widelimit::Exit::done) || code == static_cast<int>(widelimit::Exit::claim);
    return lost && worse ? results_lost(error) : code;
}

}  // namespace

int main(int argc, char** argv)
{
    widelimit::keep_freed_memory();
    occupy_standard_descriptors();
    std::signal(SIGPIPE, SIG_IGN);
    CLI::App app("Training of infinitely wide two-layer networks, as a continuity equation on a grid",
                 "widelimit");
    app.set_version_flag("--version", version_text);
    Arguments arguments;
    arguments.words.assign(argv, argv + argc);
    add_commands(app, arguments);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const std::string unknown = argc > 1 ? unknown_command(app, argv[1]) : "";
        if (!unknown.empty()) {
            return report(unknown, widelimit::Exit::input);
        }
        errno = 0;
        const int code = app.exit(error);
        return results_written(code == 0 ? 0 : static_cast<int>(widelimit::Exit::input), errno);
    }
    const widelimit::FlushDenormals flush;
    return results_written(run(app, arguments), EIO);
}
