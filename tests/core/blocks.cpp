// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/blocks.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include "support/random.hpp"
#include "support/threads.hpp"

using namespace widelimit;
using widelimit::test::Threads;

BOOST_AUTO_TEST_SUITE(blocks)

namespace {

/// Fifty sums of columns, of which a few at least depend on their order.  With several threads the first term
/// is ready after the next `later` ones.
Field sum_of(const Blocks& blocks, const Matrix& values, Index later = 30)
{
    const bool alone = threads_in_use() == 1 || !blocks.shared();
    const Index others = alone ? 0 : std::min(later, blocks.number() - 1);
    std::atomic<Index> ready = 0;
    Field sum = Field::Constant(values.rows(), 0.25);
    const auto add = [&](Index first, Index length, Field& term) {
        while (first == 0 && ready < others) {
            std::this_thread::yield();
        }
        term += values.middleCols(first, length).rowwise().sum();
        ++ready;
    };
    add_blocks(blocks, add, sum);
    return sum;
}

}  // namespace

BOOST_AUTO_TEST_CASE(blocks_cover_the_range)
{
    const Threads threads(2);
    for (const Index count : {0, 1, 9, 10, 11, 1000}) {
        const Blocks blocks{count, 10, 2};
        std::vector<std::atomic<int>> visits(static_cast<std::size_t>(count));
        for_each_block(blocks, [&](Index first, Index length) {
            for (Index i = first; i < first + length; ++i) {
                ++visits[static_cast<std::size_t>(i)];
            }
        });
        for (const auto& visit : visits) {
            BOOST_TEST(visit == 1);
        }
    }
}

BOOST_AUTO_TEST_CASE(sums_have_the_order_of_the_blocks)
{
    const Matrix values = test::random_field(50 * 1000, -1.0, 1.0, 4).reshaped(50, 1000);
    for (const Index size : {7, 40, 999, 2000}) {
        Field expected = Field::Constant(50, 0.25);
        for (Index first = 0; first < values.cols(); first += size) {
            expected += values.middleCols(first, std::min(size, values.cols() - first)).rowwise().sum();
        }
        for (const int count : {1, 2, 4}) {
            const Threads threads(count);
            BOOST_TEST((sum_of({values.cols(), size, 2}, values) == expected));
            BOOST_TEST((sum_of({values.cols(), size, 1 << 20}, values) == expected));
        }
    }
}

/// So long that they are added up in blocks too, and that each thread has one term at a time.
BOOST_AUTO_TEST_CASE(long_sums_have_the_order_of_the_blocks)
{
    const Matrix values = test::random_field(20000 * 30, -1.0, 1.0, 4).reshaped(20000, 30);
    Field expected = Field::Constant(20000, 0.25);
    for (Index first = 0; first < 30; first += 4) {
        expected += values.middleCols(first, std::min<Index>(4, 30 - first)).rowwise().sum();
    }
    for (const int count : {1, 2, 4}) {
        const Threads threads(count);
        BOOST_TEST((sum_of({30, 4, 2}, values, 1) == expected));
    }
}

BOOST_AUTO_TEST_CASE(few_blocks_stay_in_the_caller)
{
    const Threads threads(3);
    const auto caller = std::this_thread::get_id();
    for_each_block({50, 10, 6}, [&](Index, Index) { BOOST_TEST((std::this_thread::get_id() == caller)); });
}

/// Two blocks that wait for each other end only if they are shared.
BOOST_AUTO_TEST_CASE(enough_blocks_are_shared)
{
    const Threads threads(2);
    std::atomic<int> arrived = 0;
    const auto wait = [&] {
        ++arrived;
        while (arrived < 2) {
            std::this_thread::yield();
        }
    };
    for_each_block({2, 1, 2}, [&](Index, Index) { wait(); });
    arrived = 0;
    Field sum = Field::Zero(1);
    add_blocks(
        {2, 1, 2}, [&](Index, Index, Field&) { wait(); }, sum);
    BOOST_TEST(arrived == 2);
}

BOOST_AUTO_TEST_SUITE_END()
