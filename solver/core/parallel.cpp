// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

/// What the threads of one loop share.
class Loop {
public:
    Loop(Index count, const std::function<void(Index)>& task) : count_(count), task_(&task) {}

    void work()
    {
        while (!failed_) {
            const Index i = next_++;  // always tried once it is taken, so that the lowest failure is seen
            if (i >= count_) {
                return;
            }
            attempt(i);
        }
    }

    void rethrow() const
    {
        if (error_) {
            std::rethrow_exception(error_);
        }
    }

private:
    void attempt(Index i)
    {
        try {
            (*task_)(i);
        } catch (...) {
            note(i);
        }
    }

    void note(Index i)
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (!error_ || i < lowest_) {
            error_ = std::current_exception();
            lowest_ = i;
        }
        failed_ = true;
    }

    Index count_;
    const std::function<void(Index)>* task_;
    std::atomic<Index> next_{0};
    std::atomic<bool> failed_{false};
    std::mutex mutex_;
    std::exception_ptr error_;
    Index lowest_ = 0;
};

}  // namespace

void parallel_for(Index count, int threads, const std::function<void(Index)>& task)
{
    expects(threads >= 1, "at least one thread");
    Loop loop(count, task);
    {
        std::vector<std::jthread> helpers;
        for (Index k = 1; k < std::min<Index>(threads, count); ++k) {
            helpers.emplace_back([&loop] { loop.work(); });
        }
        loop.work();
    }
    loop.rethrow();
}

}  // namespace widelimit
