// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/kernel_case.hpp"
#include "support/random.hpp"
#include "widelimit/energy/convolution.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(single_precision)

namespace {

using test::random_field;

EvenAxis circle(Index cells)
{
    return {cells, 0.0, 6.0, true};
}

EvenAxis line(Index cells)
{
    return {cells, -1.0, 2.0, false};
}

std::vector<Coordinate> coordinates(const std::vector<EvenAxis>& axes)
{
    std::vector<Coordinate> list;
    for (const EvenAxis& axis : axes) {
        list.push_back({"x" + std::to_string(list.size()), "", axis.circle, axis.from, axis.to});
    }
    return list;
}

}  // namespace

/// Seven digits of psi and of D, with and without padding and a target.
BOOST_AUTO_TEST_CASE(has_seven_digits)
{
    for (const std::vector<EvenAxis>& axes :
         {std::vector<EvenAxis>{circle(30)}, {circle(18), circle(21)}, {circle(14), line(11)}, {line(9)}}) {
        const auto kernel = test::kernel_of("{ name = 'gaussian', width = 0.3 }", coordinates(axes));
        Convolution full(axes, *kernel), single(axes, *kernel, Precision::single);
        Index cells = 1;
        for (const EvenAxis& axis : axes) {
            cells *= axis.cells;
        }
        const Field masses = random_field(cells, 0.0, 1.0, 21);
        for (const bool against : {false, true}) {
            if (against) {
                full.compare_with(random_field(cells, 0.0, 1.0, 22), {});
                single.compare_with(random_field(cells, 0.0, 1.0, 22), {});
            }
            Field psi, found;
            const double expected = full.evaluate(masses, psi), value = single.evaluate(masses, found);
            BOOST_TEST(std::abs(value - expected) < 1e-6 * std::abs(expected));
            BOOST_TEST((found - psi).cwiseAbs().maxCoeff() < 1e-6 * psi.cwiseAbs().maxCoeff());
            BOOST_TEST((found - psi).cwiseAbs().maxCoeff() > 0.0);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
