// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/spectral_filter.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/random.hpp"
#include "support/threads.hpp"
#include "widelimit/core/fft.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(spectral_filter)

namespace {

using test::random_field;

/// Rows in turn through arrays of the filter's own and straight from and to memory here, aligned or not.
template <class Real>
Field apply(SpectralFilter<Real>& filter, const Field& values, double& sum, double factor = 1.0)
{
    const Index row = filter.shape().back();
    const Eigen::VectorX<Real> in = values.cast<Real>();
    Eigen::VectorX<Real> out = Eigen::VectorX<Real>::Constant(values.size(), Real(-7));
    sum = filter.apply({[&](Index k, Real* own) {
                            const Real* const here = in.data() + k * row;
                            return k % 2 == 0 ? here : std::copy_n(here, row, own) - row;
                        },
                        [&](Index k, Real* own) { return k % 3 == 0 ? own : out.data() + k * row; },
                        [&](Index k, const Real* own) { std::copy_n(own, row, out.data() + k * row); }},
                       factor);
    return out.template cast<double>();
}

const std::vector<std::vector<Index>> shapes = {{1},       {2},        {9},        {64},       {1, 6},
                                                {6, 1},    {5, 7},     {16, 18},   {40, 15},   {2, 3, 4},
                                                {3, 1, 5}, {6, 10, 9}, {9, 4, 34}, {2, 3, 126}};

}  // namespace

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
        SpectralFilter<double> filter(shape, symbol);
        double sum = 0.0;
        const Field found = apply(filter, values, sum);
        const double round_off = 1e-14 * static_cast<double>(transform.size());
        BOOST_TEST((found - product).cwiseAbs().maxCoeff() < round_off * 4.0);
        BOOST_TEST(std::abs(sum - expected) < round_off * static_cast<double>(transform.size()));
        BOOST_TEST((apply(filter, values, sum) == found));
        BOOST_TEST((apply(filter, values, sum, 2.0) == 2.0 * found));
        BOOST_TEST(std::abs(sum - 4.0 * expected) < 4.0 * round_off * static_cast<double>(transform.size()));
        SpectralFilter<float> single(shape, symbol);
        BOOST_TEST((apply(single, values, sum) - product).cwiseAbs().maxCoeff() < 1e9 * round_off);
        BOOST_TEST(std::abs(sum - expected) < 1e9 * round_off * static_cast<double>(transform.size()));
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
    SpectralFilter<double> filter({8, 6}, symbol);
    double sum = 0.0;
    const Field whole = apply(filter, values, sum);
    Field found = Field::Zero(48);
    const double padded_sum =
        filter.apply({[&](Index k, double*) { return k < 4 ? values.data() + 6 * k : nullptr; },
                      [&](Index k, double*) { return k < 4 ? &found[6 * k] : nullptr; },
                      [](Index, const double*) { BOOST_ERROR("no row is in the filter's own array"); }});
    BOOST_TEST((found.head(24) == whole.head(24)));
    BOOST_TEST((found.tail(24).array() == 0.0).all());
    BOOST_TEST(padded_sum == sum);
}

/// Guessed plans are the same whatever was measured before; what was measured can be taken over.
BOOST_AUTO_TEST_CASE(measured_plans_do_not_reach_guessed_ones)
{
    const std::vector<Index> shape = {96, 128};
    const Field symbol = random_field(96 * 65, 0.0, 1.0, 7), values = random_field(96 * 128, -1.0, 1.0, 8);
    const auto filtered = [&] {
        SpectralFilter<double> filter(shape, symbol);
        double sum = 0.0;
        return apply(filter, values, sum);
    };
    const Field guessed = filtered();
    use_plans(Planning::measured);
    const Field measured = filtered();
    const std::string known = measured_plans();
    BOOST_TEST((filtered() == measured));
    use_plans(Planning::guessed);
    BOOST_TEST((filtered() == guessed));
    use_plans(Planning::measured);
    BOOST_TEST((filtered() == measured));
    BOOST_TEST(learn_plans(known));
    BOOST_TEST(!learn_plans("no plans"));
    BOOST_TEST(!learn_plans(known.substr(0, known.size() / 3)));
    use_plans(Planning::guessed);
    BOOST_TEST((measured - guessed).cwiseAbs().maxCoeff() < 1e-11);
}

/// Large enough to be shared.
BOOST_AUTO_TEST_CASE(threads_give_the_same_bits)
{
    for (const std::vector<Index>& shape : {std::vector<Index>{300, 250}, std::vector<Index>{40, 50, 36}}) {
        RealTransform transform(shape);
        SpectralFilter<double> filter(shape, random_field(transform.modes(), 0.0, 1.0, 5));
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
