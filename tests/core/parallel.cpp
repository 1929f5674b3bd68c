// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/parallel.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(parallel)

BOOST_AUTO_TEST_CASE(each_index_once)
{
    for (const int threads : {1, 2, 3, 8}) {
        for (const Index count : {0, 1, 2, 1000}) {
            std::vector<std::atomic<int>> calls(static_cast<std::size_t>(count));
            parallel_for(count, threads, [&](Index i) { ++calls[static_cast<std::size_t>(i)]; });
            for (const auto& call : calls) {
                BOOST_TEST(call == 1);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(same_bits_for_any_number_of_threads)
{
    const auto results = [](int threads) {
        std::vector<double> out(500);
        parallel_for(500, threads, [&](Index i) {
            double sum = 0.0;
            for (Index k = 1; k <= 100 + i; ++k) {
                sum += std::sin(static_cast<double>(k * i));
            }
            out[static_cast<std::size_t>(i)] = sum;
        });
        return out;
    };
    BOOST_TEST((results(1) == results(2)));
    BOOST_TEST((results(1) == results(4)));
}

/// Three tasks that wait for each other end only if three threads are at work.
BOOST_AUTO_TEST_CASE(threads_run_at_once)
{
    std::mutex mutex;
    std::condition_variable arrival;
    int arrived = 0;
    std::set<std::thread::id> ids;
    parallel_for(3, 3, [&](Index) {
        std::unique_lock<std::mutex> lock(mutex);
        ids.insert(std::this_thread::get_id());
        ++arrived;
        arrival.notify_all();
        arrival.wait(lock, [&] { return arrived == 3; });
    });
    BOOST_TEST(ids.size() == 3u);
    BOOST_TEST(ids.count(std::this_thread::get_id()) == 1u);
}

BOOST_AUTO_TEST_CASE(one_thread_is_the_caller)
{
    const auto caller = std::this_thread::get_id();
    parallel_for(5, 1, [&](Index) { BOOST_TEST((std::this_thread::get_id() == caller)); });
}

BOOST_AUTO_TEST_CASE(the_lowest_failure_is_thrown)
{
    for (const int threads : {1, 2, 4}) {
        for (int repeat = 0; repeat < 50; ++repeat) {
            const auto task = [](Index i) {
                if (i % 10 == 7) {
                    throw std::runtime_error(std::to_string(i));
                }
            };
            BOOST_CHECK_EXCEPTION(
                parallel_for(1000, threads, task), std::runtime_error,
                [](const std::runtime_error& error) { return error.what() == std::string("7"); });
        }
    }
}

BOOST_AUTO_TEST_CASE(nothing_new_is_started_after_a_failure)
{
    std::atomic<int> calls = 0;
    const auto task = [&](Index) {
        ++calls;
        throw std::runtime_error("stop");
    };
    BOOST_CHECK_THROW(parallel_for(1000, 2, task), std::runtime_error);
    BOOST_TEST(calls <= 2);
}

BOOST_AUTO_TEST_CASE(no_threads_is_a_bug)
{
    BOOST_CHECK_THROW(parallel_for(1, 0, [](Index) {}), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()
