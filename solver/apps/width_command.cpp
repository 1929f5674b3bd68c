// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/run/case.hpp"
#include "widelimit/run/width_answer.hpp"

namespace widelimit {
namespace {

nlohmann::ordered_json json_of(const WidthAnswer& answer, const std::string& of)
{
    nlohmann::ordered_json json;
    json["width"] = answer.width;
    json["of"] = of;
    json["error"] = answer.error;
    json["time"] = answer.time;
    json["variance"] = answer.variance;
    json["bias"] = answer.bias;
    json["batches"] = answer.batches;
    json["resolution"] = answer.resolution;
    if (answer.networks > 0) {
        json["verified"] = {{"networks", answer.networks}, {"width", answer.tried},
                            {"expected", answer.expected}, {"measured", answer.measured},
                            {"low", answer.interval.low},  {"high", answer.interval.high}};
    }
    return json;
}

void print(const WidthAnswer& answer, bool objective)
{
    const std::string x = objective ? "F" : "f";
    const auto row = [](const std::string& what, const std::string& value) {
        fmt::print("{:<52}{}\n", what, value);
    };
    row(fmt::format("wanted: rms of {}^m - {} at t = {:.6g}", x, x, answer.time),
        fmt::format("{:.6g}", answer.error));
    row(fmt::format("V = lim m Var {}{}", x, objective ? "" : ", mean over the nodes"),
        fmt::format("{:.6g}", answer.variance));
    row(fmt::format("b = lim m |E {}^m - {}|{}", x, x, objective ? "" : ", rms over the nodes"),
        fmt::format("{:.6g}", answer.bias));
    if (answer.batches > 0.0) {
        row("S = Var that batches add at any width", fmt::format("{:.6g}", answer.batches));
    }
    row(answer.batches > 0.0 ? "V / m + (b / m)^2 + S = error^2 at m ="
                             : "V / m + (b / m)^2 = error^2 at m =",
        fmt::format("{} neurons", answer.width));
    if (answer.networks > 0) {
        row(fmt::format("{} networks of width {}, expected {:.4g}:", answer.networks, answer.tried,
                        answer.expected),
            fmt::format("{:.4g} [{:.4g}, {:.4g}] (95 %)", answer.measured, answer.interval.low,
                        answer.interval.high));
    }
    row("the grid's own error, against half the cells", fmt::format("{:.3g}", answer.resolution));
    if (answer.resolution > answer.error / 3.0) {
        fmt::print("The grid is too coarse for this error: take more cells (--set grid.axes...).\n");
    }
}

}  // namespace

int width_command(const Arguments& arguments)
{
    WidthQuestion question;
    question.error = arguments.error;
    question.time = arguments.time;
    question.objective = arguments.kind == "objective";
    question.networks = arguments.networks;
    question.largest = arguments.largest;
    question.seed = static_cast<std::uint64_t>(arguments.seed);
    Case c(Case::tree(arguments.target, arguments.overrides), stem_of(arguments.target));
    if (question.time > c.time.limits.end) {
        c.time.limits.end = question.time;
    }
    catch_interrupts();
    try {
        const WidthAnswer answer = width_for(c, question, !arguments.quiet);
        if (arguments.json) {
            fmt::print("{}\n", json_of(answer, question.objective ? "objective" : "predictions").dump(2));
        } else {
            print(answer, question.objective);
        }
    } catch (const Interruption&) {
        return exit_code_of(interrupted());
    }
    return 0;
}

}  // namespace widelimit
