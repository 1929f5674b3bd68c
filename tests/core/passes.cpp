// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/passes.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>

#include "support/random.hpp"
#include "widelimit/core/numbers.hpp"
#include "widelimit/core/parallel.hpp"

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(passes)

BOOST_AUTO_TEST_CASE(small_sums_are_exact)
{
    for (const Index n : {0, 1, 2, 63, 64, 65, 127, 129, 1000}) {
        BOOST_TEST(total(Field::LinSpaced(n, 1.0, static_cast<double>(n))) ==
                   0.5 * static_cast<double>(n) * static_cast<double>(n + 1));
    }
}

/// As many equal masses; plain sums are off by 2e-13, 7e-13 and 2e-12 here.
BOOST_AUTO_TEST_CASE(nearly_equal_masses_keep_their_sum)
{
    for (const Index n : {45 * 45 * 45, 54 * 54 * 54, 1000003}) {
        const Field even = Field::Constant(n, 1.0 / static_cast<double>(n));
        BOOST_TEST(std::abs(total(even) - 1.0) < 2e-15);
    }
}

namespace {

/// By its definition, in one piece.
double by_halves(const Field& values, Index first, Index count)
{
    if (count <= 64) {
        return values.segment(first, count).sum();
    }
    const Index half = count / 2;
    return by_halves(values, first, half) + by_halves(values, first + half, count - half);
}

}  // namespace

BOOST_AUTO_TEST_CASE(sums_of_many_have_the_bits_of_one_piece)
{
    for (const Index n : {32768, 32769, 65536, 100003, 1000003}) {
        const Field values = test::random_field(n, -1.0, 1.0, static_cast<unsigned>(n));
        for (const int threads : {1, 3}) {
            use_threads(threads);
            BOOST_TEST(total(values) == by_halves(values, 0, n));
        }
        use_threads(1);
    }
}

BOOST_AUTO_TEST_CASE(one_number_that_is_not_finite_is_seen)
{
    BOOST_TEST(all_finite(Field()));
    for (const Index n : {1, 2, 65, 32768, 100003}) {
        Field values = test::random_field(n, -1e300, 1e300, 3);
        BOOST_TEST(all_finite(values));
        for (const double wrong : {infinite, -infinite, std::nan("")}) {
            for (const Index place : {Index{0}, n / 2, n - 1}) {
                Field changed = values;
                changed[place] = wrong;
                BOOST_TEST(!all_finite(changed));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(lowest_of_many)
{
    BOOST_TEST(lowest(Field()) == infinite);
    for (const Index n : {1, 7, 32769, 100003}) {
        Field values = test::random_field(n, 1.0, 2.0, 4);
        values[2 * n / 3] = 0.25;
        BOOST_TEST(lowest(values) == 0.25);
    }
}

BOOST_AUTO_TEST_CASE(highest_and_largest_of_many)
{
    BOOST_TEST(highest(Field()) == -infinite);
    BOOST_TEST(largest_size(Field()) == 0.0);
    for (const Index n : {1, 7, 32769, 100003}) {
        Field values = test::random_field(n, -2.0, -1.0, 5);
        values[2 * n / 3] = -0.5;
        BOOST_TEST(highest(values) == -0.5);
        values[n / 3] = -3.0;
        BOOST_TEST(largest_size(values) == 3.0);
    }
}

BOOST_AUTO_TEST_CASE(products_of_many)
{
    BOOST_TEST(dot(Field(), Field()) == 0.0);
    for (const Index n : {1, 7, 32769, 100003}) {
        const Field a = test::random_field(n, -1.0, 1.0, 6), b = test::random_field(n, -1.0, 1.0, 7);
        BOOST_TEST(std::abs(dot(a, b) - a.dot(b)) <= 1e-15 * static_cast<double>(n));
    }
}

/// Each place of arrays of two numbers and of one for each of 9000, shared by threads or not.
BOOST_AUTO_TEST_CASE(one_bit_is_seen_in_every_array)
{
    for (const int threads : {1, 2}) {
        use_threads(threads);
        const Index width = 9000;
        const Field a = test::random_field(3 * width, -1.0, 1.0, 8);
        Field b = a;
        const auto same = [&] { return same_bits(a, b, {width, 1024, 8}, {2, 1}); };
        BOOST_TEST(same());
        for (Index place = 0; place < b.size(); place += 89) {
            const double kept = b[place];
            b[place] = std::nextafter(kept, 10.0);
            BOOST_REQUIRE(!same());
            b[place] = kept;
        }
        BOOST_TEST(!same_bits(a, b.head(2 * width), {width, 1024, 8}, {2, 1}));
        use_threads(1);
    }
}

/// Sizes that one thread and that two go through, with a change in the first, the last and some other place.
BOOST_AUTO_TEST_CASE(one_bit_is_seen_wherever_it_is)
{
    for (const int threads : {1, 2}) {
        use_threads(threads);
        for (const Index size : {1, 64, 65, 5000, 300000}) {
            const Field a = test::random_field(size, -1.0, 1.0, 7);
            Field b;
            copy(a, b);
            BOOST_TEST(b.size() == size);
            BOOST_TEST(same_bits(a, b));
            for (const Index place : {Index{0}, size / 2, size - 1}) {
                const double kept = b[place];
                b[place] = std::nextafter(kept, 10.0);
                BOOST_TEST(!same_bits(a, b));
                b[place] = kept;
            }
            BOOST_TEST(!same_bits(a, b.head(size - 1)));
        }
        use_threads(1);
    }
}

BOOST_AUTO_TEST_CASE(bits_are_compared_not_numbers)
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    BOOST_TEST(same_bits(Field::Constant(70, nan), Field::Constant(70, nan)));
    BOOST_TEST(!same_bits(Field::Constant(70, 0.0), Field::Constant(70, -0.0)));
    BOOST_TEST(same_bits(Field(), Field()));
}

BOOST_AUTO_TEST_SUITE_END()
