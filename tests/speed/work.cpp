// SPDX-License-Identifier: BSD-3-Clause
// Does one kind of work some number of times, for counting its instructions: speed_work KIND TIMES.
#include <fftw3.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <numbers>
#include <string>

#include "widelimit/core/flush_denormals.hpp"
#include "widelimit/particles/particle_flow.hpp"
#include "widelimit/particles/start.hpp"
#include "widelimit/scheme/grid_flow.hpp"
#include "widelimit/time/stepper.hpp"

namespace widelimit {
namespace {

constexpr Index cells = 128;

/// exp(-|xi|^2 / 2000).
class Bell : public Kernel {
public:
    double at(const Field& arguments) const override { return std::exp(-arguments.squaredNorm() / 2000.0); }
};

/// A real transform of cells x cells there and back by FFTW itself.
class Transforms {
public:
    Transforms()
        : values_(fftw_alloc_real(cells * cells)), modes_(fftw_alloc_complex(cells * (cells / 2 + 1)))
    {
        const int n = static_cast<int>(cells);
        forward_ = fftw_plan_dft_r2c_2d(n, n, values_, modes_, FFTW_ESTIMATE);
        backward_ = fftw_plan_dft_c2r_2d(n, n, modes_, values_, FFTW_ESTIMATE);
    }
    ~Transforms()
    {
        fftw_destroy_plan(forward_);
        fftw_destroy_plan(backward_);
        fftw_free(values_);
        fftw_free(modes_);
    }
    Transforms(const Transforms&) = delete;
    Transforms& operator=(const Transforms&) = delete;
    void operator()()
    {
        std::fill_n(values_, cells * cells, 1.0);
        fftw_execute(forward_);
        fftw_execute(backward_);
    }

private:
    double* values_;
    fftw_complex* modes_;
    fftw_plan forward_, backward_;
};

Problem attraction()
{
    Problem problem;
    Interaction interaction;
    interaction.kernel = std::make_shared<Bell>();
    for (const char* name : {"x", "y"}) {
        interaction.on.push_back(static_cast<Index>(problem.coordinates.size()));
        problem.coordinates.push_back({name, "place", true, 0.0, 1.0});
        problem.initial.laws.push_back(make_uniform(0.0, 1.0, true));
    }
    problem.interaction = std::make_shared<Interaction>(std::move(interaction));
    return problem;
}

/// Balanced ReLU network on two circles whose kinks belong to 133 data.
Problem regression()
{
    const Settings none(Value::table(), Schema());
    const Index nodes = 133;
    Matrix inputs = Matrix::Ones(nodes, 2);
    inputs.col(0) = Field::LinSpaced(nodes, -1.7, 2.0);
    const Field targets = (3.0 * inputs.col(0)).array().sin();
    Problem problem;
    problem.coordinates = {{"angle", "direction of the input weights", true, 0.0, 2.0 * std::numbers::pi}};
    problem.amplitude = Amplitude::signs;
    problem.features = make_ridge(activations().find("relu").make(none), inputs, Chart::circle);
    problem.risk = risks().find("square").make(none, {Field::Constant(nodes, 1.0 / nodes), targets});
    problem.confinement = constant_field(5e-3);
    problem.growth = {Growth::Kind::proportional, 2.0};
    problem.initial.laws = {make_uniform(0.0, 2.0 * std::numbers::pi, true)};
    return problem;
}

Axis circle(const std::string& name, Index count, double length)
{
    Axis axis;
    axis.name = name;
    axis.to = length;
    axis.cells = count;
    axis.low = axis.high = Side::periodic;
    return axis;
}

Grid torus()
{
    return make_grid({circle("x", cells, 1.0), circle("y", cells, 1.0)});
}

/// Arcs of some eight cells.
Grid kinked_circle()
{
    Axis angle = circle("angle", 2048, 2.0 * std::numbers::pi);
    angle.points = regression().features->kinks();
    return make_line(angle);
}

/// Steps of ssp-rk3 with all that the clock asks before them.
class Steps {
public:
    Steps(Problem problem, Grid grid)
        : problem_(std::move(problem)),
          grid_(std::move(grid)),
          scheme_(fluxes().find("muscl").make()),
          flow_(problem_, grid_, *scheme_),
          stepper_(make_stepper("ssp-rk3")),
          state_(initial_state(problem_, grid_, flow_.layout()))
    {
        for (Index cell = 0; cell < grid_.cells(); ++cell) {
            state_[cell] *= 1.0 + 0.5 * std::sin(2.0 * std::numbers::pi * grid_.coordinates()(0, cell));
        }
    }
    void operator()()
    {
        const double dt = 0.5 * std::min(0.01, stepper_->limit(flow_, state_, 0.0));
        stepper_->try_step(flow_, 0.0, dt, state_, trial_);
        state_.swap(trial_);
    }

private:
    Problem problem_;
    Grid grid_;
    std::unique_ptr<FluxScheme> scheme_;
    GridFlow flow_;
    std::unique_ptr<Stepper> stepper_;
    Field state_, trial_;
};

std::function<void()> steps(const Problem& problem, const Grid& grid)
{
    return [work = std::make_shared<Steps>(problem, grid)] { (*work)(); };
}

std::unique_ptr<Features> units(const char* name, Index data, Index weights = 2)
{
    Matrix inputs = Matrix::Random(data, weights);
    inputs.rightCols(1).setOnes();
    return make_ridge(activations().find(name).make(Settings(Value::table(), Schema())), inputs,
                      Chart::linear);
}

/// Both sums of 2048 points and 128 data, nothing stored.
std::function<void()> sums(const char* name)
{
    const std::shared_ptr<Features> features = units(name, 128);
    const Matrix points = Matrix::Random(2, 256);
    return [=] {
        Field f = Field::Zero(128);
        for (int k = 0; k < 8; ++k) {
            features->push(points, Field::Ones(256), f);
            features->pulled(points, f);
        }
    };
}

/// Both sums of 4096 neurons that move.
std::function<void()> moving(std::shared_ptr<const Features> features, const Matrix& points)
{
    const std::shared_ptr<const MovingNeurons> neurons = features->moving(points.cols());
    return [=] {
        const auto sums = neurons->at(points);
        Field g(points.cols());
        Matrix gradient(points.rows(), points.cols());
        sums->pull(sums->push(Field::Ones(points.cols())), g, gradient);
        (void)features;  // stays alive
    };
}

/// On the circle, 133 data.
std::function<void()> arcs()
{
    return moving(regression().features, 10.0 * Matrix::Random(1, 4096));
}

/// Three weights, 133 data.
std::function<void()> boxes()
{
    return moving(units("relu", 133, 3), Matrix::Random(3, 4096));
}

/// Neurons of smooth units, few enough to be evaluated once for both sums.
std::function<void()> held()
{
    return moving(units("tanh", 133, 3), Matrix::Random(3, 1500));
}

/// The faster sums of a grid, 64 lines of 64 biases and 1024 data.
std::function<void()> transform(const char* name)
{
    const std::shared_ptr<Features> features = units(name, 1024);
    Matrix points(2, 64 * 64);
    for (Index p = 0; p < points.cols(); ++p) {
        points.col(p) << 0.05 * static_cast<double>(p / 64) - 1.6, 0.05 * static_cast<double>(p % 64) - 1.6;
    }
    const std::shared_ptr<FeatureSums> fast = features->sums(points, 64);
    return [=] { fast->pull(fast->push(Field::Ones(64 * 64))); };
}

std::function<void()> product()
{
    const Matrix a = Matrix::Random(128, 128);
    return [=] {
        Matrix b(128, 128);
        b.noalias() = a * a;
    };
}

}  // namespace
}  // namespace widelimit

int main(int argc, char** argv)
{
    using namespace widelimit;
    const std::map<std::string, std::function<std::function<void()>()>> kinds = {
        {"transforms", [] { return [work = std::make_shared<Transforms>()] { (*work)(); }; }},
        {"step", [] { return steps(attraction(), torus()); }},
        {"circle", [] { return steps(regression(), kinked_circle()); }},
        {"product", [] { return product(); }},
        {"relu", [] { return sums("relu"); }},
        {"tanh", [] { return sums("tanh"); }},
        {"arcs", [] { return arcs(); }},
        {"boxes", [] { return boxes(); }},
        {"held", [] { return held(); }},
        {"grid-relu", [] { return transform("relu"); }},
        {"ridge-tanh", [] { return transform("tanh"); }}};
    if (argc != 3 || kinds.count(argv[1]) == 0) {
        std::fprintf(stderr, "usage: %s KIND TIMES\n", argv[0]);
        return 2;
    }
    const FlushDenormals flush;
    const std::function<void()> work = kinds.at(argv[1])();
    for (int k = std::atoi(argv[2]); k > 0; --k) {
        work();
    }
    return 0;
}
