// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "widelimit/problem/chosen.hpp"
#include "widelimit/problem/interacting.hpp"
#include "widelimit/problem/problem.hpp"

namespace widelimit {
namespace {

/// The axes of the grid in the order of the case, circles with their ends.
std::vector<Coordinate> read_coordinates(const Settings& root)
{
    std::vector<Coordinate> coordinates;
    if (!root.has("grid.axes")) {
        root.fail("grid.axes",
                  "the problem 'discrepancy' takes its coordinates from here: one table each, such as "
                  "x = { from = 0, to = 1, sides = \"periodic\" }");
    }
    const Settings axes = root.table("grid.axes");
    for (const std::string& name : axes.keys()) {
        const Settings axis = axes.table(name);
        Coordinate coordinate{name, "place"};
        const std::vector<std::string> sides =
            axis.has("sides") ? axis.texts("sides") : std::vector<std::string>{"no-flux"};
        coordinate.circle = !sides.empty() && sides.front() == "periodic";
        if (coordinate.circle) {
            coordinate.from = axis.number("from");
            coordinate.to = axis.number("to");
            if (!(coordinate.from < coordinate.to)) {
                axis.fail("from", "must lie below 'to'");
            }
        }
        coordinates.push_back(coordinate);
    }
    if (coordinates.empty() || coordinates.size() > 3) {
        axes.fail("", "expected one to three axes");
    }
    return coordinates;
}

/// The rows of [data] as atoms of equal mass.
Matrix atoms_of(const Settings& target, const Data* data, std::size_t rank, double mass)
{
    if (data == nullptr || static_cast<std::size_t>(data->inputs.cols()) != rank) {
        target.fail("law", "\"data\" stands for the rows of [data], one input for each of the " +
                               std::to_string(rank) + " coordinates that the kernel acts on");
    }
    Matrix atoms(data->inputs.rows(), data->inputs.cols() + 1);
    atoms.leftCols(data->inputs.cols()) = data->inputs;
    atoms.rightCols(1).setConstant(mass / static_cast<double>(data->inputs.rows()));
    return atoms;
}

void read_target(const Settings& section, const Data* data, const std::vector<Coordinate>& on,
                 Interaction& interaction)
{
    if (!section.has("target")) {
        return;
    }
    const Settings target = section.table("target");
    if (!target.has("atoms") && !target.has("law")) {
        target.fail("", "give a law, or atoms, rows [coordinates..., mass], or both");
    }
    if (target.has("atoms")) {
        interaction.atoms = target.matrix("atoms");
        if (static_cast<std::size_t>(interaction.atoms.cols()) != on.size() + 1) {
            target.fail("atoms", "expected rows of " + std::to_string(on.size()) + " coordinates and a mass");
        }
    }
    if (!target.has("law")) {
        return;
    }
    interaction.mass = target.number("mass");
    if (target.text("law") != "data") {
        interaction.law = make_laws(target, on).whole();
    } else if (target.has("atoms")) {
        target.fail("atoms", "stand beside a law; \"data\" are atoms already");
    } else {
        interaction.atoms = atoms_of(target, data, on.size(), interaction.mass);
    }
}

/// The first closed form that the case is of.
std::shared_ptr<const Exact> known_flow(const Settings& section, const Problem& problem)
{
    const Settings kernel = section.table("kernel");
    const std::string name = kernel.text("name");
    const double strength = kernel.number("strength");
    std::shared_ptr<const Exact> exact;
    if (section.number("penalty") > 0.0) {
        return nullptr;
    }
    if (name == "quadratic") {
        exact = make_springs(problem, strength, section.number("decay"));
    } else if (name == "cosine" && strength == 1.0) {
        exact = make_cosine_flow(problem);
    } else if (name == "sobolev" && strength == 1.0 && kernel.number("order") == 1.0) {
        exact = make_spreading_wave(problem);
    }
    return exact ? exact : make_fading_wave(problem);
}

Problem make_discrepancy_problem(const Settings& root, const Data* data)
{
    const Settings section = root.table("problem");
    Problem problem;
    problem.coordinates = read_coordinates(root);
    const std::string amplitude = section.text("amplitude");
    if (amplitude == "signs") {
        problem.amplitude = Amplitude::signs;
    } else if (amplitude == "axis") {
        problem.amplitude = Amplitude::axis;
        problem.coordinates.front().meaning = "amplitude";
    }
    Interaction interaction;
    const Settings kernel = section.table("kernel");
    interaction.on = kernel_coordinates(kernel, problem.coordinates);
    std::vector<Coordinate> on;
    for (const Index k : interaction.on) {
        on.push_back(problem.coordinates[static_cast<std::size_t>(k)]);
    }
    interaction.kernel = make_kernel(kernel, on);
    read_target(section, data, on, interaction);
    problem.interaction = std::make_shared<Interaction>(std::move(interaction));
    problem.confinement = quadratic_field(section.number("decay"), section.number("penalty"));
    bool lines = true;
    for (const Coordinate& coordinate : problem.coordinates) {
        lines = lines && !coordinate.circle;
    }
    if (!lines && section.number("decay") > 0.0) {
        section.fail("decay", "lambda / 2 |theta|^2 is for lines; a circle has no such function");
    }
    read_common(root, problem, lines ? "gaussian" : "uniform");
    problem.exact = known_flow(section, problem);
    return problem;
}

const bool discrepancy_problem_registered = problems().add(
    {"discrepancy",
     "flow of 1/2 int int K d(mu - nu) d(mu - nu) towards a target measure nu, or of an interaction without "
     "one; Gaussians under springs, Poisson laws and plane waves in closed form",
     make_discrepancy_problem,
     {{"problem.amplitude", "text", "\"none\"", "in none, signs, axis",
       "units are K(. - theta) times 1, times a sign, or times the first coordinate"},
      {"problem.decay", "number", "0.0", ">= 0", "lambda of V = lambda / 2 |theta|^2"},
      {"problem.penalty", "number", "0.0", ">= 0", "lambda of V = lambda: a cost of the total variation"},
      {"problem.target.mass", "number", "1.0", "",
       "mass of the law, of either sign, or of all rows together"},
      {"problem.target.atoms", "matrix", "-", "",
       "rows [coordinates..., mass], or a CSV file of such columns; beside a law they add to it"}}});

}  // namespace
}  // namespace widelimit
