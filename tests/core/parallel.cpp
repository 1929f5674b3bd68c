// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/parallel.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "support/threads.hpp"

using namespace widelimit;
using widelimit::test::Threads;

BOOST_AUTO_TEST_SUITE(parallel)

BOOST_AUTO_TEST_CASE(each_index_once)
{
    for (const int count_of_threads : {1, 2, 3, 8}) {
        const Threads threads(count_of_threads);
        for (const Index count : {0, 1, 2, 1000}) {
            std::vector<std::atomic<int>> calls(static_cast<std::size_t>(count));
            parallel_for(count, [&](Index i) { ++calls[static_cast<std::size_t>(i)]; });
            for (const auto& call : calls) {
                BOOST_TEST(call == 1);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(same_bits_for_any_number_of_threads)
{
    const auto results = [](int count_of_threads) {
        const Threads threads(count_of_threads);
        std::vector<double> out(500);
        parallel_for(500, [&](Index i) {
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
    const Threads threads(3);
    std::mutex mutex;
    std::condition_variable arrival;
    int arrived = 0;
    std::set<std::thread::id> ids;
    parallel_for(3, [&](Index) {
        std::unique_lock<std::mutex> lock(mutex);
        ids.insert(std::this_thread::get_id());
        ++arrived;
        arrival.notify_all();
        arrival.wait(lock, [&] { return arrived == 3; });
    });
    BOOST_TEST(ids.size() == 3u);
    BOOST_TEST(ids.count(std::this_thread::get_id()) == 1u);
}

/// Tasks that wait for each other: each thread has the one of its own part.
BOOST_AUTO_TEST_CASE(threads_have_the_same_parts_in_all_loops)
{
    for (const int count : {8, 3, 2}) {
        const Threads threads(count);
        std::vector<std::thread::id> first(static_cast<std::size_t>(count));
        for (int loop = 0; loop < 200; ++loop) {
            std::atomic<int> arrived = 0;
            std::vector<std::thread::id> ids(first.size());
            const auto task = [&](Index i) {
                ids[static_cast<std::size_t>(i)] = std::this_thread::get_id();
                ++arrived;
                while (arrived < count) {
                    std::this_thread::yield();
                }
            };
            parallel_for(count, task, Sharing::in_parts);
            BOOST_TEST((ids.front() == std::this_thread::get_id()));
            BOOST_TEST((loop == 0 || ids == first));
            first = ids;
        }
    }
}

/// Whoever waits for others has its part done by these.
BOOST_AUTO_TEST_CASE(a_part_is_done_by_whoever_is_free)
{
    const Threads threads(2);
    constexpr int count = 100;
    for (const Index waits : {Index{0}, Index{50}}) {
        std::atomic<int> done = 0;
        const auto task = [&](Index i) {
            while (i == waits && done < count - 1) {
                std::this_thread::yield();
            }
            ++done;
        };
        parallel_for(count, task, Sharing::in_parts);
        BOOST_TEST(done == count);
    }
}

BOOST_AUTO_TEST_CASE(one_thread_is_the_caller)
{
    const Threads threads(1);
    const auto caller = std::this_thread::get_id();
    parallel_for(5, [&](Index) { BOOST_TEST((std::this_thread::get_id() == caller)); });
}

BOOST_AUTO_TEST_CASE(the_lowest_failure_is_thrown)
{
    for (const int count_of_threads : {1, 2, 4}) {
        const Threads threads(count_of_threads);
        for (int repeat = 0; repeat < 100; ++repeat) {
            const auto task = [](Index i) {
                if (i % 10 == 7) {
                    throw std::runtime_error(std::to_string(i));
                }
            };
            BOOST_CHECK_EXCEPTION(
                parallel_for(1000, task, repeat % 2 == 0 ? Sharing::in_turn : Sharing::in_parts),
                std::runtime_error,
                [](const std::runtime_error& error) { return error.what() == std::string("7"); });
        }
    }
}

BOOST_AUTO_TEST_CASE(nothing_higher_is_started_after_a_failure)
{
    const Threads threads(2);
    for (const Sharing sharing : {Sharing::in_turn, Sharing::in_parts}) {
        std::atomic<int> calls = 0;
        const auto task = [&](Index) {
            ++calls;
            throw std::runtime_error("stop");
        };
        BOOST_CHECK_THROW(parallel_for(1000, task, sharing), std::runtime_error);
        // Of parts the first of the last one, then two at once of the first one.
        BOOST_TEST(calls <= (sharing == Sharing::in_turn ? 2 : 3));
    }
}

BOOST_AUTO_TEST_CASE(no_threads_is_a_bug)
{
    BOOST_CHECK_THROW(use_threads(0), std::logic_error);
}

BOOST_AUTO_TEST_CASE(threads_are_not_changed_by_a_task)
{
    const Threads threads(2);
    BOOST_CHECK_THROW(parallel_for(2, [](Index) { use_threads(3); }), std::logic_error);
    BOOST_TEST(threads_in_use() == 2);
}

/// Counts the threads that have ever made one.
struct Mark {
    static inline std::atomic<int> made = 0;
    int number = ++made;
};

BOOST_AUTO_TEST_CASE(threads_are_made_once)
{
    std::mutex mutex;
    for (const int count : {4, 2, 3}) {
        const Threads threads(count);
        for (int loop = 0; loop < 100; ++loop) {
            std::set<int> at_work;
            parallel_for(12, [&](Index) {
                thread_local const Mark mark;
                const std::lock_guard<std::mutex> lock(mutex);
                at_work.insert(mark.number);
            });
            BOOST_TEST(at_work.size() <= static_cast<std::size_t>(count));
        }
    }
    BOOST_TEST(Mark::made <= 8);  // no more than any test of this file has asked for
}

BOOST_AUTO_TEST_CASE(a_loop_in_a_task_stays_in_its_thread)
{
    const Threads threads(4);
    std::atomic<int> calls = 0, strayed = 0;
    parallel_for(8, [&](Index) {
        const auto outer = std::this_thread::get_id();
        parallel_for(50, [&](Index) {
            ++calls;
            strayed += std::this_thread::get_id() == outer ? 0 : 1;
        });
    });
    BOOST_TEST(calls == 8 * 50);
    BOOST_TEST(strayed == 0);
}

/// Two tasks of the inner loop wait for each other: it has the pool, which a loop of one index leaves free.
BOOST_AUTO_TEST_CASE(a_loop_in_the_only_task_is_shared)
{
    const Threads threads(2);
    std::atomic<int> arrived = 0;
    parallel_for(1, [&](Index) {
        parallel_for(2, [&](Index) {
            ++arrived;
            while (arrived < 2) {
                std::this_thread::yield();
            }
        });
    });
    BOOST_TEST(arrived == 2);
}

BOOST_AUTO_TEST_CASE(loops_of_several_threads_do_not_meet)
{
    const Threads threads(3);
    std::vector<std::atomic<int>> calls(4000);
    std::vector<std::thread> callers;
    for (Index caller = 0; caller < 4; ++caller) {
        callers.emplace_back([&calls, caller] {
            for (Index loop = 0; loop < 50; ++loop) {
                parallel_for(
                    20, [&](Index i) { ++calls[static_cast<std::size_t>(1000 * caller + 20 * loop + i)]; });
            }
        });
    }
    for (std::thread& caller : callers) {
        caller.join();
    }
    BOOST_TEST(std::count(calls.begin(), calls.end(), 1) == 4000);
}

/// The child has the pool without its threads: it may leave it alone, or loop alone, and end either way.
BOOST_AUTO_TEST_CASE(a_forked_child_ends)
{
    const Threads threads(3);
    std::atomic<int> arrived = 0;
    parallel_for(3, [&](Index) {  // a thread still being made may own a lock of the sanitizer for ever
        ++arrived;
        while (arrived < 3) {
            std::this_thread::yield();
        }
    });
    for (const bool loops : {false, true}) {
        std::fflush(nullptr);  // else the child writes what is in the buffers once more
        const pid_t child = ::fork();
        if (child == 0) {
            ::alarm(60);
            std::atomic<int> calls = 0;
            if (loops) {
                use_threads(2);
                parallel_for(10, [&](Index) { ++calls; });
            }
            std::exit(calls == (loops ? 10 : 0) ? 7 : 1);
        }
        int status = 0;
        BOOST_TEST(::waitpid(child, &status, 0) == child);
        BOOST_TEST(WIFEXITED(status));
        BOOST_TEST(WEXITSTATUS(status) == 7);
    }
}

BOOST_AUTO_TEST_SUITE_END()
