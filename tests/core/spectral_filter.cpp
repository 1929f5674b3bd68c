// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/spectral_filter.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/random.hpp"
#include "support/threads.hpp"
#include "widelimit/core/fft.hpp"

namespace widelimit {
namespace {

using test::random_field;

Field apply(SpectralFilter& filter, const Field& values, double& sum)
{
    const Index row = filter.shape().back();
    Field out = Field::Constant(values.size(), -7.0);
    sum = filter.apply({[&](Index k, double* to) {
                            std::copy_n(values.data() + k * row, row, to);
                            return true;
                        },
                        [](Index) { return true; },
                        [&](Index k, const double* from) { std::copy_n(from, row, out.data() + k * row); }});
    return out;
}

const std::vector<std::vector<Index>> shapes = {{1},       {2},        {9},       {64},     {1, 6},
                                                {6, 1},    {5, 7},     {16, 18},  {40, 15}, {2, 3, 4},
                                                {3, 1, 5}, {6, 10, 9}, {9, 4, 34}};

}  // namespace

BOOST_AUTO_TEST_SUITE(spectral_filter)

/// Against the transform of all axes at once.
BOOST_AUTO_TEST_CASE(multiplies_the_modes)
{
    for (const std::vector<Index>& shape : shapes) {
        RealTransform transform(shape);
        const Field values = random_field(transform.size(), -1.0, 1.0, 1);
        const Field symbol = random_field(transform.modes(), -2.0, 2.0, 2);
        std::copy(values.begin(), values.end(), transform.values());
        transform.forward();
        double expected = 0.0;
        for (Index k = 0; k < transform.modes(); ++k) {
            const Index last = k % transform.row_modes();
            const double times = last == 0 || 2 * last == shape.back() ? 1.0 : 2.0;
            expected += times * symbol[k] * std::norm(transform.spectrum()[k]);
            transform.spectrum()[k] *= symbol[k];
        }
        transform.backward();
        const Eigen::Map<const Field> product(transform.values(), transform.size());
        SpectralFilter filter(shape, symbol);
        double sum = 0.0;
        const Field found = apply(filter, values, sum);
        const double round_off = 1e-14 * static_cast<double>(transform.size());
        BOOST_TEST((found - product).cwiseAbs().maxCoeff() < round_off * 4.0);
        BOOST_TEST(std::abs(sum - expected) < round_off * static_cast<double>(transform.size()));
        BOOST_TEST((apply(filter, values, sum) == found));
        for (Index k = 0; k < symbol.size(); ++k) {
            BOOST_REQUIRE(filter.symbol(k) == symbol[k]);
        }
    }
}

/// Rows of zeros need no values, and rows that are not wanted are not given back.
BOOST_AUTO_TEST_CASE(leaves_padding_out)
{
    const Field symbol = random_field(8 * 4, 0.0, 1.0, 3);
    Field values = random_field(48, -1.0, 1.0, 4);
    values.tail(24).setZero();
    SpectralFilter filter({8, 6}, symbol);
    double sum = 0.0, padded_sum = 0.0;
    const Field whole = apply(filter, values, sum);
    Field found = Field::Zero(48);
    padded_sum = filter.apply({[&](Index k, double* to) {
                                   if (k < 4) {
                                       std::copy_n(values.data() + 6 * k, 6, to);
                                   }
                                   return k < 4;
                               },
                               [](Index k) { return k < 4; },
                               [&](Index k, const double* from) { std::copy_n(from, 6, &found[6 * k]); }});
    BOOST_TEST((found.head(24) == whole.head(24)));
    BOOST_TEST((found.tail(24).array() == 0.0).all());
    BOOST_TEST(padded_sum == sum);
}

/// Large enough to be shared.
BOOST_AUTO_TEST_CASE(threads_give_the_same_bits)
{
    for (const std::vector<Index>& shape : {std::vector<Index>{300, 250}, std::vector<Index>{40, 50, 36}}) {
        RealTransform transform(shape);
        SpectralFilter filter(shape, random_field(transform.modes(), 0.0, 1.0, 5));
        const Field values = random_field(transform.size(), -1.0, 1.0, 6);
        const auto with = [&](int count) {
            const test::Threads threads(count);
            double sum = 0.0;
            Field all(values.size() + 1);
            all.head(values.size()) = apply(filter, values, sum);
            all[values.size()] = sum;
            return all;
        };
        const Field one = with(1);
        for (const int count : {2, 3, 4}) {
            BOOST_TEST((with(count) == one));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
