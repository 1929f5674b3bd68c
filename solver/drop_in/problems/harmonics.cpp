// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/harmonics.hpp"

#include <cmath>

#include "widelimit/core/error.hpp"
#include "widelimit/problem/chosen.hpp"
#include "widelimit/problem/place_names.hpp"
#include "widelimit/problem/problem.hpp"
#include "widelimit/problem/zonal.hpp"

namespace widelimit {
namespace {

std::vector<double> read_multipliers(const Settings& section, Index degree)
{
    const Value& given = section.value("multipliers");
    if (given.is(Value::Kind::text)) {
        const std::string name = section.text("multipliers");
        if (name != "relu" && name != "step") {
            section.fail("multipliers", "expected \"relu\", \"step\" or numbers a_0, a_1, ...");
        }
        return name == "relu" ? relu_multipliers(degree) : step_multipliers(degree);
    }
    return section.numbers("multipliers");
}

/// int Y_lm dlaw of a law around an axis: the mean of P_l(z) times Y_lm(axis).
Field modes_of(const AxialLaw& law, const std::vector<Harmonic>& harmonics, const Features& features)
{
    const Field at_axis = features.values(Matrix(law.axis())).row(0).transpose();
    Field modes(at_axis.size());
    for (Index k = 0; k < modes.size(); ++k) {
        modes[k] = law.mode(harmonics[static_cast<std::size_t>(k)].degree) * at_axis[k];
    }
    return modes;
}

/// f of the measure to be met: a law times a mass, atoms [x, y, z, mass], or both; a number is the mass of
/// the uniform law, a matrix stands for atoms.
Field target_modes(const Settings& section, const std::vector<Coordinate>& sphere,
                   const std::vector<Harmonic>& harmonics, const Features& features)
{
    Field modes = Field::Zero(features.size());
    Matrix atoms(0, 4);
    const Value& given = section.value("target");
    if (given.is(Value::Kind::list)) {
        atoms = section.matrix("target");
    } else if (given.is(Value::Kind::table)) {
        const Settings target = section.table("target");
        if (!target.has("law") && !target.has("atoms")) {
            target.fail("", "give a law, or atoms, rows [x, y, z, mass], or both");
        }
        if (target.has("law")) {
            const auto law = std::dynamic_pointer_cast<const AxialLaw>(make_laws(target, sphere).joint);
            if (!law) {
                target.fail("law", "expected uniform, zonal or cap");
            }
            modes += target.number("mass") * modes_of(*law, harmonics, features);
        }
        if (target.has("atoms")) {
            atoms = target.matrix("atoms");
        }
    } else {
        const ZonalLaw uniform(Eigen::Vector3d::UnitZ(), {});
        modes += section.number("target") * modes_of(uniform, harmonics, features);
    }
    if (atoms.cols() != 4 || (atoms.rows() > 0 && !(atoms.leftCols(3).rowwise().norm().minCoeff() > 0.0))) {
        section.fail("target", "expected atoms as rows [x, y, z, mass], places not 0");
    }
    if (atoms.rows() > 0) {
        const Matrix places = atoms.leftCols(3).rowwise().normalized().transpose();
        modes += features.values(places).transpose() * atoms.col(3);
    }
    return modes;
}

Problem make_harmonics_problem(const Settings& root, const Data*)
{
    const Settings section = root.table("problem");
    const std::vector<double> multipliers = read_multipliers(section, section.integer("highest_degree"));
    std::vector<Index> degrees;
    for (std::size_t l = 0; l < multipliers.size(); ++l) {
        if (multipliers[l] != 0.0) {
            degrees.push_back(static_cast<Index>(l));
        }
    }
    if (degrees.empty()) {
        section.fail("multipliers", "all are 0");
    }
    const std::vector<Harmonic> harmonics = harmonics_of(degrees);
    Problem problem;
    problem.coordinates = places(3);
    for (Coordinate& coordinate : problem.coordinates) {
        coordinate.sphere = true;
    }
    problem.sphere = Sphere::directions;
    problem.features = make_harmonics(harmonics);
    Nodes nodes{Field(problem.features->size()),
                target_modes(section, problem.coordinates, harmonics, *problem.features)};
    for (Index k = 0; k < nodes.size(); ++k) {
        const double a = multipliers[static_cast<std::size_t>(harmonics[static_cast<std::size_t>(k)].degree)];
        nodes.weights[k] = a * a;
    }
    problem.risk = risks().find("square").make(section, nodes);
    problem.growth = {Growth::Kind::proportional, 2.0};
    read_common(root, problem, "uniform");
    return problem;
}

const std::vector<Key> harmonics_keys = {
    {"problem.multipliers", "text|numbers", "\"relu\"", "",
     "a_0, a_1, ... of the units' population kernel on S^2, sum of a_l^2 times the projection on degree l; "
     "or "
     "relu, step",
     "[0.25, 0.2]"},
    {"problem.highest_degree", "integer", "12", "[0, 80]", "highest degree of relu and step multipliers"}};

const bool harmonics_problem_registered =
    problems().add({"harmonics",
                    "population risk on S^2, 1/2 sum of a_l^2 |(mu - nu)_lm|^2: units "
                    "that see inputs uniform on the sphere, "
                    "by spherical harmonics as nodes",
                    make_harmonics_problem, harmonics_keys});

}  // namespace
}  // namespace widelimit
