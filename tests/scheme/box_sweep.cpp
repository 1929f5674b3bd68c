// SPDX-License-Identifier: BSD-3-Clause
// The sweep through lines of even cells against the fluxes of all faces one by one.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/random.hpp"
#include "support/threads.hpp"
#include "widelimit/scheme/grid_flow.hpp"
#include "widelimit/time/stepper.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(box_sweep)

namespace {

using test::random_field;

/// exp(-|.|^2 / 2000) of differences and of frequencies alike.
class Bell : public Kernel {
public:
    double at(const Field& arguments) const override { return std::exp(-arguments.squaredNorm() / 2000.0); }
};

struct Box {
    std::vector<Index> cells;
    std::vector<bool> circles;
};

/// 3 sin(sum of coordinates).
class Wave : public ScalarField {
public:
    Field value(const Matrix& points) const override
    {
        return 3.0 * points.colwise().sum().array().sin().transpose();
    }
    Matrix slope(const Matrix& points) const override
    {
        return 3.0 * points.colwise().sum().array().cos().replicate(points.rows(), 1);
    }
};

Problem problem_of(const Box& box, Growth::Kind growth, Precision precision,
                   const std::shared_ptr<ScalarField>& confinement)
{
    Problem problem;
    if (confinement) {
        problem.confinement = confinement;
    }
    problem.growth = {growth, 1.5};
    Interaction interaction;
    interaction.kernel = std::make_shared<Bell>();
    interaction.precision = precision;
    for (std::size_t k = 0; k < box.cells.size(); ++k) {
        problem.coordinates.push_back({std::string(1, "xyz"[k]), "place", box.circles[k], 0.0, 1.0});
        problem.initial.laws.push_back(make_uniform(0.0, 1.0, box.circles[k]));
        interaction.on.push_back(static_cast<Index>(k));
    }
    problem.interaction = std::make_shared<Interaction>(std::move(interaction));
    return problem;
}

Grid grid_of(const Box& box)
{
    std::vector<Axis> axes(box.cells.size());
    for (std::size_t k = 0; k < axes.size(); ++k) {
        axes[k].name = std::string(1, "xyz"[k]);
        axes[k].to = 1.0 + 0.5 * static_cast<double>(k);
        axes[k].cells = box.cells[k];
        axes[k].low = axes[k].high = box.circles[k] ? Side::periodic : Side::no_flux;
    }
    return make_grid(axes);
}

struct Setting {
    Setting(const Box& box, const std::string& flux, Growth::Kind growth = Growth::Kind::none,
            Precision precision = Precision::full, const std::shared_ptr<ScalarField>& confinement = nullptr)
        : problem(problem_of(box, growth, precision, confinement)),
          grid(grid_of(box)),
          scheme(fluxes().find(flux).make()),
          flow(problem, grid, *scheme)
    {}

    Field state(unsigned seed) const
    {
        Field state = Field::Zero(flow.layout().size());
        const Field exponents = random_field(flow.layout().masses(), -9.0, 0.0, seed);
        flow.layout().measure(state) = (exponents.array() < -8.0).select(0.0, exponents.array().exp());
        flow.layout().measure(state) /= flow.layout().measure(state).sum();
        return state;
    }

    /// From the flux through every face.
    Field rate_by_faces(const Field& state) const
    {
        Field rate = Field::Zero(state.size());
        ChannelFlux flux;
        flow.flux(state, 0, flux);
        for_each_face(grid, [&](Index face, Index left, Index right, Index, int) {
            rate[left] -= flux.faces[face];
            rate[right] += flux.faces[face];
        });
        return rate;
    }

    Problem problem;
    Grid grid;
    std::unique_ptr<FluxScheme> scheme;
    GridFlow flow;
};

/// Of two cells, of few, and of several blocks along each axis.
const std::vector<Box> boxes = {{{2}, {true}},
                                {{2}, {false}},
                                {{9}, {true}},
                                {{5000}, {true}},
                                {{5000}, {false}},
                                {{2, 2}, {true, false}},
                                {{3, 5}, {false, true}},
                                {{300, 120}, {true, true}},
                                {{300, 120}, {false, false}},
                                {{600, 40}, {true, false}},
                                {{600, 40}, {false, true}},
                                {{2, 3, 2}, {true, false, true}},
                                {{3, 5, 700}, {true, false, true}},
                                {{4, 2, 2500}, {false, true, true}},
                                {{40, 35, 30}, {true, true, true}},
                                {{40, 35, 30}, {false, false, false}},
                                {{30, 40, 34}, {false, true, false}}};

void has_the_fluxes_of_all_faces(const Box& box)
{
    for (const std::string flux : {"upwind", "muscl"}) {
        Setting s(box, flux);
        BOOST_REQUIRE(s.flow.box() != nullptr);
        const Field state = s.state(1);
        s.flow.prepare(state, 0.0);
        Field rate = Field::Ones(state.size());
        s.flow.parts().front()->add_rate(state, rate);
        const Field expected = (s.rate_by_faces(state).array() + 1.0).matrix();
        const double size = expected.cwiseAbs().maxCoeff();
        BOOST_TEST((rate - expected).cwiseAbs().maxCoeff() < 1e-13 * size, flux << " " << box.cells.size());
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(has_the_fluxes_of_all_faces_of_boxes)
{
    for (const Box& box : boxes) {
        has_the_fluxes_of_all_faces(box);
    }
}

/// So large that masses and psi are asked for ahead, piece by piece.
BOOST_AUTO_TEST_CASE(has_the_fluxes_of_all_faces_of_large_boxes)
{
    for (const Box& box :
         {Box{{263000}, {true}}, Box{{530, 500}, {true, false}}, Box{{65, 64, 64}, {false, true, true}}}) {
        has_the_fluxes_of_all_faces(box);
    }
}

/// One cell alone in the potential of them all loses as much as the limit says, and none loses more.
BOOST_AUTO_TEST_CASE(has_the_limit_of_the_fastest_cell)
{
    for (const Box& box :
         {Box{{9}, {true}}, Box{{3, 5}, {false, true}}, Box{{2, 3, 2}, {true, false, true}}}) {
        Setting s(box, "upwind");
        s.flow.prepare(s.state(2), 0.0);
        double lowest = 0.0;
        for (Index i = 0; i < s.flow.layout().masses(); ++i) {
            const Field alone = Field::Unit(s.flow.layout().size(), i);
            lowest = std::min(lowest, s.rate_by_faces(alone)[i]);
        }
        BOOST_TEST(std::abs(lowest * s.flow.parts().front()->rate_limit(s.state(2)) + 1.0) < 1e-13);
    }
}

namespace {

/// Growth is part of the sweep; what it adds is computed by itself too.
void takes_a_stage_in_one_sweep(const Box& box, Growth::Kind growth)
{
    Setting s(box, "muscl", growth);
    const Field state = s.state(3), start = s.state(4);
    s.flow.prepare(state, 0.0);
    const double dt = 0.5 * make_stepper("ssp-rk3")->limit(s.flow, state, 0.0);
    for (const double share : {0.0, 0.75}) {
        Field out, expected;
        s.flow.stage(state, 0.0, dt, start, share, out);
        static_cast<Flow&>(s.flow).Flow::stage(state, 0.0, dt, start, share, expected);
        BOOST_TEST((out - expected).cwiseAbs().maxCoeff() <= 1e-15);
        BOOST_TEST(out.minCoeff() >= 0.0);
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(takes_a_stage_of_boxes_in_one_sweep)
{
    for (const Box& box : boxes) {
        for (const auto growth :
             {Growth::Kind::none, Growth::Kind::proportional, Growth::Kind::mean_preserving}) {
            takes_a_stage_in_one_sweep(box, growth);
        }
    }
}

namespace {

/// What a cell may gain or lose in a time by psi's last digits, twice its mass at all its faces.
double effect_of_rounding(const Setting& s, const Field& state, double dt)
{
    double rate = 0.0;
    for (const DividedAxis& axis : s.grid.axes()) {
        rate += 4.0 / (axis.width(0) * axis.width(0));
    }
    const double psi = s.flow.potential(0).cwiseAbs().maxCoeff();
    return 1e-7 * state.maxCoeff() * (1.0 + dt * rate * psi);
}

/// Half a step, or a whole one, with fluxes of 7 digits against those of 16.
void rounds_a_stage(const Box& box, const std::string& flux, Growth::Kind growth, double courant)
{
    const auto wave = std::make_shared<Wave>();
    Setting full(box, flux, growth, Precision::full, wave),
        single(box, flux, growth, Precision::single, wave);
    BOOST_TEST((single.flow.rounds() && !full.flow.rounds()));
    const Field state = single.state(6), start = single.state(7);
    single.flow.prepare(state, 0.0);
    const double dt = courant * make_stepper("euler")->limit(single.flow, state, 0.0);
    for (const double share : {0.0, 0.75}) {
        Field out, again, expected;
        single.flow.prepare(state, 0.0);
        single.flow.stage(state, 0.0, dt, start, share, out);
        single.flow.prepare(start, 0.0);
        single.flow.stage(state, 0.0, dt, start, share, again);
        BOOST_TEST((out == again));
        full.flow.stage(state, 0.0, dt, start, share, expected);
        const double error = (out - expected).cwiseAbs().maxCoeff();
        BOOST_TEST(error <= effect_of_rounding(single, state, dt), error);
        BOOST_TEST(error > 0.0);
        BOOST_TEST(out.minCoeff() >= 0.0);
        if (growth == Growth::Kind::none) {
            BOOST_TEST(std::abs(out.sum() - 1.0) < 1e-14);
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(single_precision_has_seven_digits_and_loses_no_mass)
{
    for (const Box& box : boxes) {
        for (const std::string flux : {"upwind", "muscl"}) {
            rounds_a_stage(box, flux, Growth::Kind::none, 1.0);
            rounds_a_stage(box, flux, Growth::Kind::proportional, 0.5);
        }
    }
    rounds_a_stage({{530, 500}, {true, false}}, "muscl", Growth::Kind::none, 0.5);
}

namespace {

/// Two axes of many cells: psi is made row by row where a stage uses it, unless it is known.  `alone`: where
/// all are made, the last ones are too few to go together.
void makes_rows_of_psi(const Box& box, Growth::Kind growth, Precision precision, bool alone = false)
{
    Setting s(box, "muscl", growth, precision, std::make_shared<Wave>());
    BOOST_TEST(s.flow.takes_rows());
    const Field state = s.state(9), start = s.state(10);
    s.flow.prepare(state, 0.0);
    const double dt = 0.5 * make_stepper("euler")->limit(s.flow, state, 0.0);
    Field expected;
    s.flow.stage(state, 0.0, dt, start, 0.75, expected);
    s.flow.prepare(start, 0.0);
    for (const int count : {1, 3}) {
        const test::Threads threads(count);
        Field out;
        s.flow.stage(state, 0.0, dt, start, 0.75, out);
        BOOST_TEST((out == expected || alone));
        BOOST_TEST((out - expected).cwiseAbs().maxCoeff() <= 2.0 * effect_of_rounding(s, state, dt));
        BOOST_TEST((growth != Growth::Kind::none || std::abs(out.sum() - 1.0) < 1e-14));
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(rows_of_psi_have_the_bits_of_all_of_psi)
{
    makes_rows_of_psi({{770, 700}, {true, true}}, Growth::Kind::none, Precision::full);
    makes_rows_of_psi({{1100, 240}, {true, true}}, Growth::Kind::none, Precision::full);
    makes_rows_of_psi({{770, 700}, {false, false}}, Growth::Kind::proportional, Precision::full);
    makes_rows_of_psi({{900, 600}, {true, true}}, Growth::Kind::none, Precision::single);
    makes_rows_of_psi({{901, 600}, {true, true}}, Growth::Kind::none, Precision::single, true);
    makes_rows_of_psi({{480, 1100}, {true, false}}, Growth::Kind::none, Precision::single);
    makes_rows_of_psi({{480, 1100}, {false, true}}, Growth::Kind::proportional, Precision::single);
    BOOST_TEST(!Setting(Box{{510, 510}, {true, true}}, "muscl").flow.takes_rows());
    BOOST_TEST(!Setting(Box{{260, 2100}, {true, true}}, "muscl").flow.takes_rows());
    BOOST_TEST(!Setting(Box{{82, 81, 80}, {true, true, true}}, "muscl").flow.takes_rows());
}

/// One that has all mass, in a step in which nothing may stay of it.
BOOST_AUTO_TEST_CASE(a_cell_gives_no_more_than_it_has_in_single_precision)
{
    for (const Box& box :
         {Box{{9}, {true}}, Box{{7, 12}, {false, true}}, Box{{4, 5, 3}, {true, false, true}}}) {
        Setting s(box, "upwind", Growth::Kind::none, Precision::single);
        for (Index i = 0; i < s.flow.layout().masses(); ++i) {
            const Field alone =
                (1.0 + 0.01 * static_cast<double>(i)) * Field::Unit(s.flow.layout().size(), i);
            s.flow.prepare(alone, 0.0);
            Field out;
            s.flow.stage(alone, 0.0, s.flow.parts().front()->rate_limit(alone), alone, 0.0, out);
            BOOST_TEST(out.minCoeff() >= 0.0, i);
            BOOST_TEST(out[i] < 1e-5);
        }
    }
}

namespace {

/// An author's, of doubles.
struct Central {
    static constexpr bool reconstructs = false, diffuses = false, dissipates = false;
    double operator()(const FaceState& face) const
    {
        return face.conductance * face.drop * 0.5 * (face.left + face.right);
    }
};

}  // namespace

BOOST_AUTO_TEST_CASE(fluxes_of_doubles_stay_so)
{
    const Box box{{12, 10}, {true, true}};
    const Problem problem = problem_of(box, Growth::Kind::none, Precision::single, nullptr);
    const Grid grid = grid_of(box);
    const FaceSweep<Central> scheme;
    GridFlow flow(problem, grid, scheme);
    BOOST_TEST((flow.box() != nullptr && !flow.rounds()));
    const Field state = Setting(box, "upwind").state(8);
    Field out, expected;
    flow.stage(state, 0.0, 1e-3, state, 0.0, out);
    flow.Flow::stage(state, 0.0, 1e-3, state, 0.0, expected);
    BOOST_TEST((out - expected).cwiseAbs().maxCoeff() <= 1e-15);
}

/// Whole steps of shared grids.
BOOST_AUTO_TEST_CASE(threads_give_the_same_bits)
{
    const Box plane{{300, 120}, {true, false}}, space{{40, 35, 30}, {false, true, true}};
    for (const auto& [box, precision] : {std::pair{plane, Precision::full},
                                         {space, Precision::full},
                                         {plane, Precision::single},
                                         {space, Precision::single}}) {
        Setting s(box, "muscl", Growth::Kind::none, precision);
        const auto stepper = make_stepper("ssp-rk3");
        const auto with = [&](int count) {
            const test::Threads threads(count);
            Field trial;
            const double dt = 0.5 * stepper->limit(s.flow, s.state(5), 0.0);
            stepper->try_step(s.flow, 0.0, dt, s.state(5), trial);
            return trial;
        };
        const Field one = with(1);
        BOOST_TEST((with(2) == one));
        BOOST_TEST((with(3) == one));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
