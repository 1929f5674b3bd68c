// SPDX-License-Identifier: BSD-3-Clause
// Kernel machines beside runs: closed forms for directions slower than amplitudes and for Gaussian weights of
// both layers, and the cases that are refused.
#include <boost/test/unit_test.hpp>

#include "support/refusal.hpp"
#include "support/whole_run.hpp"
#include "widelimit/certificate/kernel_machine.hpp"
#include "widelimit/energy/tangent_kernel.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(kernel_run)

namespace {

namespace tt = boost::test_tools;
using test::make_case;
using test::run;

std::map<std::string, double> metrics_of(const std::string& text)
{
    const Scratch scratch;
    run(make_case(text), scratch / "run");
    return read_summary((scratch / "run").string()).metrics;
}

std::string refused(const std::string& text)
{
    return refusal([&] { make_case(text); });
}

bool says(const std::string& message, const std::string& part)
{
    return message.find(part) != std::string::npos;
}

const std::string one_input =
    "[data]\nrows = [[-1.0, 0.5], [0.25, -1.0], [1.0, 0.75]]\nstandardise = false\n";

}  // namespace

BOOST_AUTO_TEST_CASE(slower_directions_count_less)
{
    Matrix inputs(3, 2);
    inputs << -1.0, 1.0, 0.25, 1.0, 1.0, 1.0;
    Field targets(3);
    targets << 0.5, -1.0, 0.75;
    const Matrix output = relu_output_kernel(inputs), input = relu_input_kernel(inputs);
    for (const double mobility : {0.0, 0.3, 1.0, 1.7}) {
        const auto metrics = metrics_of(
            one_input + "[problem]\nscale = 1000.0\nmobility = " + std::to_string(mobility) +
            "\n[grid.axes]\nangle = { cells = 256 }\n[time]\nend = 1500.0\n[output]\nkernel = true\n");
        const double least = kernel_interpolant((2.0 - mobility) * output + mobility * input, targets).norm;
        BOOST_TEST_CONTEXT("mobility " << mobility)
        {
            BOOST_TEST(metrics.at("least_kernel_norm") == least, tt::tolerance(1e-10));
            // The kernel of the grid's own flow, and what it has learnt by then.
            BOOST_TEST(metrics.at("kernel_norm") == least, tt::tolerance(5e-3));
            BOOST_TEST(metrics.at("largest_tangent_distance") < 2e-2);
        }
    }
}

BOOST_AUTO_TEST_CASE(gaussian_weights_of_both_layers_have_their_kernel)
{
    const auto metrics = metrics_of(
        "[data]\nrows = [[-1.0, 0.5, 0.2, 1.0], [0.3, -1.0, 0.1, -1.0], [1.0, 0.7, -0.4, -1.0], [0.2, 0.4, "
        "0.9, 1.0]]\n"
        "standardise = false\n[network]\nstart = \"general\"\n[problem]\nrisk = \"soft-min\"\n[time]\nend = "
        "0.1\n"
        "[particles]\nwidths = [4]\nseeds = 1\n[output]\nkernel = true\n");
    Matrix inputs(4, 4);
    inputs << -1.0, 0.5, 0.2, 1.0, 0.3, -1.0, 0.1, 1.0, 1.0, 0.7, -0.4, 1.0, 0.2, 0.4, 0.9, 1.0;
    Field labels(4);
    labels << 1.0, -1.0, -1.0, 1.0;
    const Matrix kernel = (4.0 * relu_output_kernel(inputs) + relu_input_kernel(inputs)) / 5.0;
    BOOST_TEST(metrics.at("largest_kernel_margin") == largest_kernel_margin(kernel, labels).margin,
               tt::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(keys_without_any_effect_are_refused)
{
    const std::string grid = "[grid.axes]\nangle = { cells = 64 }\n[time]\nend = 1.0\n";
    BOOST_TEST(says(refused(one_input + grid + "[output]\nkernel_penalty = 0.1\n"), "kernel = true"));
    BOOST_TEST(
        says(refused(one_input + "[network]\ntrain = [\"output\"]\n[problem]\nmobility = 0.5\n" + grid),
             "balanced start"));
    BOOST_TEST(says(refused(one_input + "[network]\nstart = \"general\"\n[problem]\nmobility = 0.5\n[grid]\n"
                                        "cells = 162\n[time]\nend = 1.0\n"),
                    "balanced start"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
