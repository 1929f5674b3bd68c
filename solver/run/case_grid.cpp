// SPDX-License-Identifier: BSD-3-Clause
// [grid] and [scheme] of a case.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "case_checks.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/run/case.hpp"
#include "widelimit/scheme/grid_flow.hpp"

namespace widelimit {
namespace {

/// More than three coordinates, or a sphere of another dimension than 2: no grid.
void check_rank(const Problem& problem, const Settings& root)
{
    if (problem.sphere != Sphere::none && problem.coordinates.size() != 3) {
        root.fail("grid", "these neurons are on a sphere of dimension " +
                              std::to_string(problem.coordinates.size() - 1) +
                              ", which has no grid (that of dimension 2 has one): leave [grid] out and use "
                              "[particles]");
    }
    if (problem.coordinates.size() > 3) {
        root.fail(
            "grid",
            "this network has " + std::to_string(problem.coordinates.size()) +
                " coordinates a neuron; grids have at most three: leave [grid] out and use [particles]");
    }
}

void refuse_other_axes(const Settings& root, const Problem& problem)
{
    const Settings axes = root.table("grid.axes");
    std::string names;
    for (const Coordinate& coordinate : problem.coordinates) {
        names += (names.empty() ? "'" : ", '") + coordinate.name + "'";
    }
    for (const std::string& key : axes.keys()) {
        const bool known = std::any_of(problem.coordinates.begin(), problem.coordinates.end(),
                                       [&](const Coordinate& c) { return c.name == key; });
        if (!known) {
            axes.fail(key, problem.coordinates.size() == 1 ? "this problem's coordinate is " + names
                                                           : "this problem's coordinates are " + names);
        }
    }
}

void read_sides(const Settings& root, const std::string& path, const Coordinate& coordinate, Axis& axis)
{
    const std::string natural = coordinate.circle ? "periodic" : "no-flux";
    std::vector<std::string> sides = {natural};
    if (root.has(path + ".sides")) {
        sides = root.texts(path + ".sides");
    }
    if (sides.size() > 2 || sides.empty()) {
        root.fail(path + ".sides", "expected one text for both ends or two, lower and upper");
    }
    const auto side = [&](const std::string& name) {
        if ((name == "periodic") != coordinate.circle) {
            root.fail(path + ".sides",
                      coordinate.circle
                          ? "'" + coordinate.name + "' is a circle: only \"periodic\""
                          : "'" + coordinate.name + "' is not a circle: \"no-flux\" or \"absorbing\"");
        }
        return name == "periodic" ? Side::periodic : name == "absorbing" ? Side::absorbing : Side::no_flux;
    };
    axis.low = side(sides.front());
    axis.high = side(sides.back());
    root.record(path + ".sides", sides.size() == 1 ? Value(sides.front()) : root.value(path + ".sides"));
}

/// Kinks become point cells on a grid of one axis at temperature 0.
void read_points(const Settings& root, const std::string& path, const Problem& problem, Axis& axis)
{
    const bool walls = axis.low == Side::absorbing || axis.high == Side::absorbing;
    const bool possible = problem.coordinates.size() == 1 && !walls;
    const bool moves = !problem.frozen && problem.features && !problem.warm();
    const std::vector<double> kinks = possible && moves ? problem.features->kinks() : std::vector<double>{};
    const bool aligned =
        root.has(path + ".align") ? root.text(path + ".align") == "kinks" : axis.ratio == 1.0;
    if (root.has(path + ".align") && aligned && !possible) {
        root.fail(path + ".align", "\"kinks\" is for a grid of one axis without absorbing ends");
    }
    root.record(path + ".align", Value(aligned && possible ? "kinks" : "none"));
    if (aligned) {
        axis.points = kinks;
    }
}

Axis read_grid_axis(const Settings& root, const Problem& problem, const Coordinate& coordinate)
{
    const std::string path = "grid.axes." + coordinate.name;
    const auto rank = problem.coordinates.size();
    Axis axis;
    axis.name = coordinate.name;
    axis.cells = root.has(path + ".cells") ? root.integer(path + ".cells")
                 : rank == 1               ? 512
                 : rank == 2               ? 128
                                           : 48;
    root.record(path + ".cells", Value(static_cast<std::int64_t>(axis.cells)));
    axis.from = std::isnan(coordinate.from) || root.has(path + ".from") ? root.number(path + ".from")
                                                                        : coordinate.from;
    axis.to = std::isnan(coordinate.to) || root.has(path + ".to") ? root.number(path + ".to") : coordinate.to;
    if (coordinate.circle && !std::isnan(coordinate.from) &&
        (axis.from != coordinate.from || axis.to != coordinate.to)) {
        root.fail(path + ".from", "a circle has its own range");
    }
    read_sides(root, path, coordinate, axis);
    axis.ratio = root.number(path + ".ratio");
    axis.towards = root.text(path + ".towards");
    read_points(root, path, problem, axis);
    return axis;
}

void read_axes(const Settings& root, const Problem& problem, GridOptions& grid)
{
    for (const char* key : {"grid.align", "grid.cells", "grid.subdivision"}) {
        if (root.has(key)) {
            root.fail(key, "is for neurons on a sphere; here each of [grid.axes] has its own");
        }
    }
    refuse_other_axes(root, problem);
    for (const Coordinate& coordinate : problem.coordinates) {
        grid.axes.push_back(read_grid_axis(root, problem, coordinate));
    }
}

/// A mesh of the sphere, by its number of cells.
Index read_subdivision(const Settings& root)
{
    if (root.has("grid.axes")) {
        root.fail("grid.axes", "a sphere has no axes: give grid.cells");
    }
    if (root.has("grid.subdivision")) {
        if (root.has("grid.cells")) {
            root.fail("grid.cells", "follow from grid.subdivision: give one of both");
        }
        return root.integer("grid.subdivision");
    }
    const Index cells = root.has("grid.cells") ? root.integer("grid.cells") : 2562;
    const auto n = static_cast<Index>(std::llround(std::sqrt(0.1 * static_cast<double>(cells - 2))));
    const auto count = [](Index subdivision) { return 10 * subdivision * subdivision + 2; };
    if (n < 2 || count(n) != cells) {
        const Index below = std::max<Index>(2, count(n) > cells ? n - 1 : n);
        root.fail("grid.cells", "a sphere is divided into 10 n^2 + 2 cells, n >= 2: nearest are " +
                                    std::to_string(count(below)) + " and " +
                                    std::to_string(count(below + 1)));
    }
    root.record("grid.cells", Value(static_cast<std::int64_t>(cells)));
    return n;
}

/// Atoms form where kinks cross: V falls off linearly around them.
void read_places(const Settings& root, const Problem& problem, GridOptions& grid)
{
    const LinearPieces* pieces = problem.features ? problem.features->pieces() : nullptr;
    const bool possible = problem.sphere == Sphere::directions && pieces != nullptr && !problem.warm();
    const bool asked = root.has("grid.align") && root.text("grid.align") == "kinks";
    if (asked && !possible) {
        root.fail("grid.align", "\"kinks\" is for directions of piecewise linear units at temperature 0");
    }
    const Index rows = pieces == nullptr ? 0 : pieces->inputs.rows();
    if (asked && rows > 40) {
        root.fail("grid.align", "\"kinks\" is for at most 40 data, which cross in 1560 places");
    }
    const bool wanted = asked || (!root.has("grid.align") && rows <= 20);
    if (wanted && possible && !problem.frozen) {
        grid.places = kink_crossings(pieces->inputs);
    }
    const Index cells = 10 * grid.subdivision * grid.subdivision + 2;
    if (!asked && 20 * grid.places.cols() > cells) {
        grid.places.resize(3, 0);
    }
    root.record("grid.align", Value(grid.places.cols() > 0 ? "kinks" : "none"));
}

}  // namespace

GridOptions GridOptions::half() const
{
    GridOptions half = *this;
    half.subdivision /= 2;
    for (Axis& axis : half.axes) {
        axis.cells /= 2;
    }
    return half;
}

void Case::read_grid(const Settings& root)
{
    if (!root.has("grid")) {
        return;
    }
    root.table("grid");  // read, even where it holds nothing but defaults
    check_rank(problem, root);
    grid.emplace();
    if (problem.sphere != Sphere::none) {
        grid->subdivision = read_subdivision(root);
        read_places(root, problem, *grid);
    } else {
        read_axes(root, problem, *grid);
    }
    check_memory(*this, root);
    grid->flux = root.has("scheme.flux") ? root.text("scheme.flux")
                 : problem.internal      ? "chain-rule"
                 : problem.warm()        ? "scharfetter-gummel"
                                         : "muscl";
    try {
        fluxes().find(grid->flux);
    } catch (const ConfigError& error) {
        root.fail("scheme.flux", error.what());
    }
    root.record("scheme.flux", Value(grid->flux));
    grid->plans = root.text("scheme.plans") == "measured" ? Planning::measured : Planning::guessed;
    if (root.text("scheme.precision") == "single" && problem.interaction) {
        auto chosen = std::make_shared<Interaction>(*problem.interaction);
        chosen->precision = Precision::single;
        problem.interaction = std::move(chosen);
    }
    for (const auto& [key, other] : {std::pair{"scheme.plans", "measured"}, {"scheme.precision", "single"}}) {
        if (root.text(key) == other && !problem.interaction) {
            root.fail(key, "is for a flow with a kernel: there are no transforms here");
        }
    }
    try {
        check_fit(problem, grid->make(), *fluxes().find(grid->flux).make());
    } catch (const ConfigError& error) {
        root.fail("grid", error.what());
    }
}

}  // namespace widelimit
