// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/network/activation.hpp"
#include "widelimit/problem/kernel.hpp"
#include "widelimit/run/case.hpp"
#include "widelimit/scheme/flux.hpp"

namespace widelimit {
namespace {

const std::vector<Key> case_keys = {
    {"case.title", "text", "\"\"", "", "one line for tables and figures"},
    {"case.reference", "text", "-", "", "where the problem or its numbers come from"},
    {"case.cost", "text", "\"quick\"", "in quick, slow", "quick: at most 10 s, runs with the tests"},
    {"case.sanitize", "flag", "false", "", "also run under the sanitizers (small cases)"},
};

const std::vector<Key> data_keys = {
    {"data.file", "text", "-", "", "CSV file with a header, relative to the case file", "\"my.csv\""},
    {"data.inputs", "texts", "-", "", "columns of the inputs", "[\"times\"]"},
    {"data.target", "named:column", "-", "",
     "column of the target; without it the rows are points of a measure", "\"accel\""},
    {"data.target.column", "text", "-", "", "column of the class labels"},
    {"data.target.plus", "text|number", "-", "", "class that becomes +1"},
    {"data.target.minus", "text|number", "-", "", "class that becomes -1; other rows are left out"},
    {"data.rows", "matrix", "-", "", "instead of a file: rows [inputs..., target]", "[[0.0, 1.0]]"},
    {"data.test", "text", "-", "",
     "another CSV file with the same columns, for test errors (of rows: x1, x2, ..., y)", "\"test.csv\""},
    {"data.units", "table", "-", "", "units of columns, for figures: one text per column name"},
    {"data.units.*", "text", "-", "", "unit of the column of this name", "\"ms\""},
    {"data.standardise", "flag", "-", "",
     "subtract the mean and divide by the root mean square deviation; default true for a file with a "
     "target"},
};

const std::vector<Key> grid_keys = {
    {"grid.cells", "integer", "-", "[2, 100000000]",
     "number of cells of a sphere, which has no axes: 10 n^2 + 2; default 2562", "642"},
    {"grid.subdivision", "integer", "-", "[2, 3000]",
     "instead, n: segments along an edge of the icosahedron; the cells' widths go like 1 / n", "16"},
    {"grid.align", "text", "-", "in kinks, none",
     "kinks: centres of a sphere's cells move to where kinks of features cross; for at most 40 data, and the "
     "default for at most 20 at temperature 0 if at most one cell in twenty moves"},
    {"grid.axes", "table", "-", "", "one table per coordinate, named after it"},
    {"grid.axes.*.cells", "integer", "-", "[2, 100000000]",
     "number of cells; default 512 on one axis, 128 on each of two, 48 on each of three", "128"},
    {"grid.axes.*.from", "number", "-", "", "lower end, if the coordinate has no natural range"},
    {"grid.axes.*.to", "number", "-", "", "upper end"},
    {"grid.axes.*.sides", "text|texts", "-", "in periodic, no-flux, absorbing",
     "what the ends do, one text or [lower, upper]: nothing passes, or what arrives is kept there; default "
     "periodic on circles, else no-flux"},
    {"grid.axes.*.align", "text", "-", "in kinks, none",
     "kinks: point cells where features have kinks; the default for homogeneous units at temperature 0"},
    {"grid.axes.*.ratio", "number", "1.0", ">= 1", "largest over smallest cell of a graded axis"},
    {"grid.axes.*.towards", "text", "\"both\"", "in low, high, both", "where the smallest cells are"},
};

const std::vector<Key> scheme_keys = {
    {"scheme.flux", "text", "-", "",
     "transport scheme (widelimit list schemes); default muscl, with temperature scharfetter-gummel, with "
     "an internal energy chain-rule"},
    {"scheme.plans", "text", "\"guessed\"", "in guessed, measured",
     "plans of the transforms of a kernel; measured: up to a third faster after a second or two, kept in "
     "plans.txt so that a restart has the same bits"},
    {"scheme.precision", "text", "\"double\"", "in double, single",
     "of the transforms of a kernel and of what its psi moves; single: faster, psi to some 1e-6, masses as "
     "exact as ever"},
};

const std::vector<Key> time_keys = {
    {"time.end", "number", "", "> 0", "time at which the run ends", "10.0"},
    {"time.stepper", "text", "-", "",
     "time stepper (widelimit list steppers); default ssp-rk3, in the soft clock implicit-predictions, with "
     "temperature or an internal energy split"},
    {"time.clock", "text", "\"own\"", "in own, soft",
     "soft: losses that only tend to 0 in logarithmic time, risks logistic and exponential: masses without "
     "bound"},
    {"time.courant", "number", "0.9", "(0, 1]", "fraction of the largest stable step"},
    {"time.largest_step", "number", "-", "> 0", "upper bound of every step"},
    {"time.tolerance", "number", "1e-6", "(0, 1]",
     "dopri5: error of a step, relative to each mass plus the largest one"},
    {"time.fall_back", "number", "0.25", "(0, 1]",
     "split: fraction of the stepper's own limit below which a step that makes a mass negative is taken by "
     "backward Euler instead of being refused"},
    {"time.substeps", "integer", "1", "[1, 1000]",
     "split: most steps of transport or diffusion within one of the potential"},
    {"time.settle", "number", "-", "> 0", "stop when the objective falls less than this per unit time"},
};

const std::vector<Key> particle_keys = {
    {"particles.widths", "numbers", "[100, 1000]", "[1, 1000000000]", "neurons of the finite networks"},
    {"particles.seeds", "integer", "10", "[1, 100000]", "networks of each width"},
    {"particles.first_seed", "integer", "1", ">= 0", "seed of the first network"},
    {"particles.start", "text|texts", "\"random\"", "in random, quadrature, low-discrepancy",
     "independent draws from the initial law, its quantiles, or its draws at Sobol's points, shifted by the "
     "seed"},
    {"particles.end", "number", "-", "> 0", "time at which the networks stop; default time.end"},
    {"particles.step", "number", "0.02", "> 0", "largest time step of the networks"},
    {"particles.fixed", "flag", "false", "",
     "true: every step is particles.step, whatever would be stable, as in a script that trains with it"},
    {"particles.paths", "flag", "false", "",
     "true: particles.nc holds the neurons at all times, not only at the end"},
    {"particles.modes", "integer", "-", ">= 1",
     "highest frequency of a kernel on circles that particles see; default that of the grid, or 128, 64, 16 "
     "on one, two, three circles"},
    {"particles.stepper", "text", "-", "",
     "time stepper of the networks; default ssp-rk3, with temperature euler-maruyama"},
    {"particles.tolerance", "number", "1e-6", "(0, 1]",
     "dopri5: error of a step, relative to 1 + |x| of a coordinate x, and of a mass relative to itself"},
    {"particles.online", "flag", "false", "",
     "true: the networks in many dimensions that a reduced problem is the limit of, by stochastic gradient "
     "descent on fresh data, steps of particles.step, 1e-4 by default"},
    {"particles.batch", "integer", "-", "[1, 1000000]",
     "stochastic gradient descent by so many rows a step, drawn anew, steps of particles.step; online: fresh "
     "data a step, default 1; default all rows"},
    {"particles.momentum", "number", "0.0", "[0, 1)",
     "gradient descent with momentum (heavy ball), steps of particles.step: v <- momentum v + (1 - momentum) "
     "rate, "
     "x <- x + step v, x the coordinates and log masses; scripts that add gradients up have a rate of step "
     "(1 - "
     "momentum)"},
    {"particles.step_gap", "flag", "false", "",
     "true: also train every network by the flow itself, to report what finite steps, batches and momentum "
     "change"},
    {"particles.test", "integer", "20000", "[1, 100000000]",
     "online: fresh data that the risk is averaged over"},
    {"particles.per_decade", "number", "10.0", "[0, 1000]",
     "times per factor ten at which networks are looked at, from 0.01 on; no step passes over one"},
    {"particles.at", "numbers", "-", "> 0", "times at which distances to the grid are reported; default end"},
    {"particles.slope_from", "integer", "100", ">= 1", "smallest width in the fit of the slope"},
    {"particles.resolution", "flag", "true", "",
     "also solve on half the cells, to estimate the grid's own error at those times"},
};

const std::vector<Key> fluctuation_keys = {
    {"fluctuations", "table", "-", "",
     "with a [grid]: what networks of m neurons, started from draws, do around its solution to first order "
     "in "
     "1 / m, from the linearised flow"},
    {"fluctuations.at", "numbers", "-", "> 0", "times; default those of particles.at, else time.end"},
    {"fluctuations.bias", "flag", "true", "", "also the second order: biases of predictions and objective"},
    {"fluctuations.columns", "integer", "-", "[2, 100000]",
     "random columns that the bias is estimated by; default all masses of the start if these are at most "
     "600 and there is no noise, else 256"},
    {"fluctuations.seed", "integer", "1", ">= 0", "seed of the random columns"},
};

const std::vector<Key> output_keys = {
    {"output.series.per_decade", "number", "20.0", ">= 0", "rows of series.csv per factor ten of time"},
    {"output.series.first", "number", "0.01", "> 0", "first of the logarithmic times"},
    {"output.series.every", "number", "-", "> 0", "rows at equal distances instead"},
    {"output.series.at", "numbers", "-", ">= 0", "further times"},
    {"output.series.of", "texts", "-", "", "further metrics (widelimit list metrics)"},
    {"output.snapshots.per_decade", "number", "6.0", ">= 0", "frames of fields.nc per factor ten of time"},
    {"output.snapshots.first", "number", "0.01", "> 0", "first of the logarithmic times"},
    {"output.snapshots.every", "number", "-", "> 0", "frames at equal distances instead"},
    {"output.snapshots.at", "numbers", "-", ">= 0", "further times"},
    {"output.checkpoint", "number", "60.0", "> 0", "wall seconds between checkpoints"},
    {"output.progress", "number", "60.0", "> 0",
     "without a terminal, wall seconds between lines about progress"},
    {"output.certificate", "flag", "false", "",
     "at the end also bracket the optimum over all neurons: metrics optimum_low, optimum_high, ..."},
    {"output.kernel", "flag", "false", "",
     "beside the run its kernel regime: the flow linearised at the start, the best function of its tangent "
     "kernel, and metrics of both"},
    {"output.kernel_penalty", "number", "0.0", ">= 0", "lambda of kernel_ridge_objective"},
    {"output.exact_width", "integer", "0", "[0, 4]",
     "at the end also the least objectives of 1, 2, ... neurons by enumeration: metrics least_of_width.1, "
     "..."},
    {"output.baselines", "table", "-", "",
     "at the end also first-order methods over the output weights of the grid's neurons, which stand still: "
     "baselines.csv"},
    {"output.baselines.methods", "texts", "[\"gradient\", \"sgd\", \"sag\", \"saga\", \"mirror\"]",
     "in gradient, sgd, sag, saga, mirror", "which of them"},
    {"output.baselines.passes", "integer", "200", "[1, 1000000]", "passes over the data"},
    {"output.baselines.ridge", "number", "0.0", ">= 0",
     "their own penalty on squares, ridge / 2 times the mean of c^2, c the density of the output weights"},
    {"output.baselines.seed", "integer", "1", ">= 0", "seed of the order of the data"},
    {"output.curve", "integer", "200", "[2, 100000]", "points of the prediction curve (one input)"},
    {"output.plane", "integer", "60", "[2, 2000]",
     "points on either side of the lattice of predictions (two inputs)"},
};

const std::vector<Key> study_keys = {
    {"study.vary", "text|texts", "-", "", "key that is varied, or several that are varied together",
     "\"grid.axes.angle.cells\""},
    {"study.over", "any", "-", "", "its values, coarse to fine; for several keys one list a level",
     "[64, 128, 256]"},
};

const std::vector<Key> claim_keys = {
    {"claim", "tables", "-", "", "what must hold; checked by widelimit validate"},
    {"claim.metric", "text", "", "", "what is claimed about (widelimit list metrics)", "\"objective\""},
    {"claim.at", "number", "-", ">= 0", "time; default the end"},
    {"claim.is", "number", "-", "", "expected value, with `within` or `relative`"},
    {"claim.below", "number", "-", "", "upper bound"},
    {"claim.above", "number", "-", "", "lower bound"},
    {"claim.monotone", "text", "-", "in decreasing, increasing", "over all rows of the series"},
    {"claim.order", "number", "-", "",
     "observed order between every pair of levels, with `within` or at least"},
    {"claim.slope", "number", "-", "",
     "slope in log-log against width or study value, or against time `during`, with `within`"},
    {"claim.rate", "number", "-", "",
     "rate of exponential decay `during` two times, with `within` or `relative`"},
    {"claim.during", "numbers", "-", ">= 0", "the two times between which a slope or rate is fitted"},
    {"claim.limit", "number", "-", "",
     "of a slope or rate: what the metric tends to; the distance to it is fitted"},
    {"claim.table", "text", "-", "", "CSV with a column `time` and the expected values"},
    {"claim.column", "text", "-", "", "column of the table"},
    {"claim.less_than", "text", "-", "", "another metric that bounds this one"},
    {"claim.each", "numbers", "-", "",
     "expected values of the levels of the study, with `within` or `relative`"},
    {"claim.within", "number", "-", ">= 0", "absolute tolerance"},
    {"claim.relative", "number", "-", ">= 0", "relative tolerance"},
    {"claim.from", "number", "0.0", ">= 0", "smallest width used by a slope"},
    {"claim.every", "flag", "false", "", "at every level of the study, not only the last"},
    {"claim.mean", "flag", "false", "", "the mean over the levels of the study, of is, below and above"},
    {"claim.source", "text", "-", "", "where the expected value comes from"},
    {"claim.why", "text", "-", "", "why the bound is what it is"},
};

const std::vector<Key> descent_keys = {
    {"descent.name", "text", "", "", "which training of weights (widelimit list descents)"},
    {"descent.seeds", "integer", "1", "[1, 1000000]", "trainings side by side"},
    {"descent.first_seed", "integer", "1", ">= 0", "seed of the first"},
};

const std::vector<Key> figure_keys = {
    {"figure.kind", "text", "-",
     "in training, series, snapshots, convergence, widths, baselines, neurons, ensemble, boundary, "
     "regimes, fluctuations",
     "which figure `plot` draws"},
};

}  // namespace

Schema case_schema()
{
    Schema schema;
    for (const auto* keys :
         {&case_keys, &data_keys, &grid_keys, &scheme_keys, &time_keys, &particle_keys, &fluctuation_keys,
          &output_keys, &descent_keys, &study_keys, &claim_keys, &figure_keys}) {
        schema.add_all(*keys);
    }
    schema.add_all(problem_keys());
    schema.add_all(kernel_keys());
    activations().add_keys(schema);
    problems().add_keys(schema);
    risks().add_keys(schema);
    laws().add_keys(schema);
    kernels().add_keys(schema);
    internals().add_keys(schema);
    fluxes().add_keys(schema);
    descents().add_keys(schema);
    return schema;
}

}  // namespace widelimit
