// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/metrics.hpp"

namespace widelimit {

namespace {

using Meanings = std::map<std::string, std::string>;

const Meanings& optimum_metrics()
{
    static const Meanings metrics = {
        {"optimum_low",
         "lower end of the optimum over all neurons: least objective, largest margin or least norm"},
        {"optimum_high", "upper end of it"},
        {"optimum_gap", "their difference over the upper end"},
        {"optimum_neurons", "neurons of the network that reaches it"},
        {"optimum_norm", "their variation norm"},
        {"least_of_width.<width>",
         "least objective of that many neurons, by enumeration (output.exact_width)"},
        {"largest_kernel_margin",
         "largest min_i y_i f_i of functions of norm 1 for the tangent kernel at the start (output.kernel)"},
        {"kernel_gap_limit", "what kernel_gap_times_norm tends to for the output weights alone, from 0"},
        {"least_kernel_norm", "least norm of a function that meets the targets, for that kernel"},
        {"kernel_ridge_objective", "least R(f) + lambda / 2 |f|^2 for that kernel (output.kernel_penalty)"},
        {"kernel_ridge_norm", "|f| there"},
        {"largest_output_kernel_margin",
         "largest margin in the kernel of the output layer alone, in closed form"},
        {"least_output_kernel_norm",
         "least norm of a function that meets the targets, for the kernel of the output layer alone, in "
         "closed form"},
        {"kernel_test_error", "test error of the best function of the tangent kernel at the start"},
        {"output_kernel_test_error",
         "test error of the best function of the kernel of the output layer alone"},
        {"network_test_error.<start>", "mean test error of finite networks when they stop, by width"},
        {"largest_tangent_distance", "largest tangent_distance up to the end"},
        {"fixed_margin", "largest margin of the grid's own neurons, where they do not move"}};
    return metrics;
}

const Meanings& fluctuation_metrics()
{
    static const Meanings metrics = {
        {"predicted_variance", "lim m E |f^m - f|^2 of networks of m neurons, mean over the nodes (@time)"},
        {"predicted_noise", "the part of it that the particles' own noise makes"},
        {"resampling_variance",
         "m times the variance of predictions of m neurons that are drawn from the measure anew, mean over "
         "nodes"},
        {"variance_over_resampling",
         "predicted_variance over resampling_variance: in the end at most 1 without noise and growth"},
        {"predicted_batch_noise",
         "what stochastic gradient descent by b rows in steps of h adds to E |f^m - f|^2, over h / b, mean "
         "over nodes"},
        {"predicted_objective_variance", "lim m Var F of networks of m neurons, F without its entropy"},
        {"predicted_bias", "lim m |E f^m - f|, rms over the nodes"},
        {"predicted_objective_bias", "lim m (E F - F) of networks of m neurons, F without its entropy"},
        {"predicted_objective_bias_error", "standard error of it, 0 where all columns were taken"},
        {"transposition_defect", "relative difference of the variance by forward and by backward solves"},
        {"scaled_variance.<start>",
         "m times the variance of predictions over seeds, mean over nodes, by width m"},
        {"scaled_objective_variance.<start>", "m Var F over seeds, by width m"},
        {"scaled_objective_bias.<start>",
         "m (mean F over seeds - F on the grid), by width m; without noise less what the starts of these "
         "networks make of F to first order, which has mean 0"},
        {"variance_ratio.<start>",
         "scaled_variance over the predicted one, noise of batches included, by width"},
        {"variance_ratio_low.<start>", "lower end of its 95 % interval (bootstrap over seeds)"},
        {"variance_ratio_high.<start>", "upper end"},
        {"objective_bias_ratio.<start>", "scaled_objective_bias over the predicted one, by width"},
        {"objective_bias_ratio_low.<start>", "lower end of its 95 % interval (bootstrap over seeds)"},
        {"objective_bias_ratio_high.<start>", "upper end"}};
    return metrics;
}

const Meanings& flow_metrics()
{
    static const Meanings metrics = {
        {"energy_increase", "largest relative increase of F over a step (0 if none)"},
        {"mass_drift", "largest |mass(t) / mass(0) - 1| without growth"},
        {"lowest_mass", "least mass of any site at any accepted step"},
        {"mass_balance", "relative difference of the mass to the integral of the sampled growth rate"},
        {"steps", "accepted steps"},
        {"rejected", "refused trials"},
        {"evaluations", "evaluations of the flow, a pass over the data each"},
        {"baseline.<method>",
         "(G - min G) / min G of a first-order method over frozen neurons after the last pass"},
        {"baseline_factor.<method>", "what a pass multiplies that by in the end, observed"},
        {"baseline_promise.<method>", "and promised by theory; 1 where it promises no linear rate"},
        {"baseline_optimum", "min G over the output weights of the grid's neurons"},
        {"fallbacks", "steps of `split` taken by backward Euler because a mass would be negative"},
        {"<value>_error", "relative difference to a value of the exact solution, e.g. margin_error"},
        {"prediction_distance.<start>", "rms distance of finite networks to the grid solution, by width"},
        {"mean_distance.<coordinate>.<start>",
         "rms difference of the means of finite networks to that on the grid when they stop, by width"},
        {"variance_distance.<coordinate>.<start>",
         "rms difference of the variances of finite networks to that on the grid when they stop, by width"},
        {"energy.<start>", "mean of F of finite networks, entropy left out, by width"},
        {"half_time.<start>",
         "time at which a prediction is half learnt by finite networks, by width and node"},
        {"network_mass.<start>", "mean mass of all neurons of finite networks, by width"},
        {"network_margin.<start>", "mean of min_i y_i f_i / mass of finite networks, by width"},
        {"energy_distance.<start>",
         "rms difference of F of finite networks to that on the grid when they stop, entropy left out, by "
         "width"},
        {"histogram_distance.<start>", "rms over networks of the L1 distance of binned masses, by width"},
        {"wasserstein_1_distance.<start>",
         "rms over networks of W_1 to the measure on the grid when they stop, each sign brought to mass one"},
        {"wasserstein_2_distance.<start>",
         "rms over networks of W_2 to the measure on the grid when they stop, each sign brought to mass one"},
        {"mmd_distance.<start>",
         "rms over networks of the energy distance to the measure on the grid when they stop, each sign "
         "brought to mass one; on several coordinates with neurons at the centres of cells"},
        {"sliced_2_distance.<start>",
         "rms over networks of sliced W_2 to the measure on the grid when they stop, where an exact distance "
         "would take too long"},
        {"mean_bias.<coordinate>.<start>",
         "difference of the mean of the networks' means to that on the grid, by width"},
        {"variance_bias.<coordinate>.<start>",
         "difference of the mean of the networks' variances to that on the grid, by width"},
        {"energy_bias.<start>",
         "difference of the mean of the networks' F to that on the grid, entropy left out, by width"},
        {"margin_gap_times_mass", "(largest margin - margin) * mass, which tends to a constant"},
        {"distance_to_optimum", "gap of the measure to the optimum, relative, at most"},
        {"prediction_distance_growth.<start>",
         "prediction_distance at the last of particles.at over that at the first, by width"},
        {"largest_prediction_distance.<start>",
         "largest prediction_distance of the times at which networks are looked at, by width"},
        {"step_gap.<start>",
         "rms distance of finite networks to those that follow the flow from the same starts, by width"},
        {"noise_scale", "step over batch of stochastic gradient descent"},
        {"resolution_error", "rms distance of predictions to those on half the cells"},
    };
    return metrics;
}

}  // namespace

const std::map<std::string, std::string>& run_metrics()
{
    static const Meanings metrics = [] {
        Meanings all = flow_metrics();
        all.insert(optimum_metrics().begin(), optimum_metrics().end());
        all.insert(fluctuation_metrics().begin(), fluctuation_metrics().end());
        return all;
    }();
    return metrics;
}

}  // namespace widelimit
