// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/parallel.hpp"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "widelimit/core/error.hpp"
#include "widelimit/core/flush_denormals.hpp"
#include "widelimit/core/prefetch.hpp"
#include "widelimit/core/processors.hpp"

namespace widelimit {
namespace {

/// What the threads of one loop share.
class Loop {
public:
    Loop(Index count, Index parts, const std::function<void(Index)>& task)
        : task_(&task), parts_(static_cast<std::size_t>(parts)), lowest_(count)
    {
        for (Index k = 0; k < parts; ++k) {
            Part& part = parts_[static_cast<std::size_t>(k)];
            part.next = count * k / parts;
            part.end = count * (k + 1) / parts;
        }
    }

    /// First what is left of the part with this number, then of those that follow, and of the first ones.
    void work(std::size_t number)
    {
        for (std::size_t k = 0; k < parts_.size(); ++k) {
            work(parts_[(number + k) % parts_.size()]);
        }
    }

    void rethrow() const
    {
        if (error_) {
            std::rethrow_exception(error_);
        }
    }

private:
    /// Each on a line of the cache of its own.
    struct alignas(line_of_cache) Part {
        std::atomic<Index> next{0};
        Index end = 0;
    };

    void work(Part& part)
    {
        while (part.next < part.end) {
            const Index i = part.next++;
            if (i >= part.end || i >= lowest_) {
                return;
            }
            attempt(i);
        }
    }

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
        if (i < lowest_) {
            error_ = std::current_exception();
            lowest_ = i;
        }
    }

    const std::function<void(Index)>* task_;
    std::vector<Part> parts_;
    std::atomic<Index> lowest_;  ///< index that failed; the number of indices if none did
    std::mutex mutex_;
    std::exception_ptr error_;
};

/// How long a thread looks for what it waits for before it sleeps: about what it takes to wake one and to be
/// woken, so that looking costs at most as much again.
constexpr std::chrono::microseconds patience{50};

/// Between two looks, for whoever shares the core.
void relax()
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

template <class Happened>
void look_for(const Happened& happened)
{
    const auto end = std::chrono::steady_clock::now() + patience;
    do {
        for (int k = 0; k < 8; ++k) {
            if (happened()) {
                return;
            }
            relax();
        }
    } while (std::chrono::steady_clock::now() < end);
}

/// Whether this is a child of the process that made the pool.
std::atomic<bool> forked{false};

/// Threads that wait until a loop has free seats, and then work in it beside the thread that opened it.
class Pool {
public:
    Pool() { ::pthread_atfork(nullptr, nullptr, [] { forked = true; }); }
    ~Pool()
    {
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            ending_ = true;
            ++openings_;
        }
        opened_.notify_all();
        for (std::thread& worker : workers_) {
            worker.join();
        }
    }

    int threads() const { return threads_; }
    /// A forked child has the memory of the pool without its threads.
    bool in_own_process() const { return !forked; }

    /// Threads that are no longer used sleep on.
    void resize(int threads)
    {
        expects(!busy_.exchange(true), "no loop at work");
        threads_ = threads;
        looks_ = threads <= processors();
        busy_ = false;
    }

    /// False, without anything done, if the caller has to go through the loop alone.
    bool share(Loop& loop, Index helpers)
    {
        if (helpers < 1 || !in_own_process() || busy_.exchange(true)) {
            return false;
        }
        start();
        open(loop, static_cast<int>(std::min(helpers, static_cast<Index>(workers_.size()))));
        loop.work(0);
        close();
        busy_ = false;
        return true;
    }

private:
    void start()
    {
        try {
            while (static_cast<int>(workers_.size()) + 1 < threads_) {
                workers_.emplace_back([this, number = workers_.size() + 1] { serve(number); });
            }
        } catch (const std::system_error&) {
            // The system gives no more threads; the results of fewer are the same.
            threads_ = static_cast<int>(workers_.size()) + 1;
        }
    }

    void open(Loop& loop, int seats)
    {
        int asleep = 0;
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            loop_ = &loop;
            seats_ = seats;
            ++openings_;
            asleep = seats - looking_;  // who looks and gives up now sees the seats before it sleeps
        }
        if (static_cast<int>(workers_.size()) >= threads_) {
            opened_.notify_all();  // one might be a thread that is no longer used
        } else {
            for (int k = 0; k < asleep; ++k) {
                opened_.notify_one();
            }
        }
    }

    /// Whoever wakes too late finds no seat; the others are waited for.
    void close()
    {
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            seats_ = 0;
        }
        if (looks_) {
            look_for([this] { return inside_ == 0; });
        }
        std::unique_lock<std::mutex> lock(mutex_);
        left_.wait(lock, [this] { return inside_ == 0; });
    }

    void look_for_loop(std::unique_lock<std::mutex>& lock)
    {
        const int openings = openings_;
        ++looking_;
        lock.unlock();
        look_for([&] { return openings_ != openings; });
        lock.lock();
        --looking_;
    }

    /// The caller of a loop has number 0.
    void serve(std::size_t number)
    {
        const FlushDenormals flush;
        std::unique_lock<std::mutex> lock(mutex_);
        while (true) {
            opened_.wait(
                lock, [&] { return ending_ || (seats_ > 0 && number < static_cast<std::size_t>(threads_)); });
            if (ending_) {
                return;
            }
            --seats_;
            ++inside_;
            Loop& loop = *loop_;
            lock.unlock();
            loop.work(number);
            lock.lock();
            if (--inside_ == 0) {
                left_.notify_one();
            }
            if (looks_) {
                look_for_loop(lock);
            }
        }
    }

    std::atomic<bool> busy_{false};
    std::atomic<int> threads_{1};
    /// Not where threads are more than cores: they would take them from each other.
    std::atomic<bool> looks_{false};
    std::vector<std::thread> workers_;
    std::mutex mutex_;
    std::condition_variable opened_, left_;
    Loop* loop_ = nullptr;
    int seats_ = 0, looking_ = 0;
    bool ending_ = false;
    std::atomic<int> inside_{0}, openings_{0};
};

/// A forked child must neither join threads that it does not have nor wait for them in a destructor.
struct JoinAtExit {
    void operator()(Pool* pool) const
    {
        if (pool->in_own_process()) {
            delete pool;
        }
    }
};

Pool& pool()
{
    static const std::unique_ptr<Pool, JoinAtExit> only(new Pool);
    return *only;
}

}  // namespace

void use_threads(int count)
{
    expects(count >= 1, "at least one thread");
    pool().resize(count);
}

int threads_in_use()
{
    return pool().threads();
}

void parallel_for(Index count, const std::function<void(Index)>& task, Sharing sharing)
{
    const FlushDenormals flush;
    const Index threads = std::max<Index>(1, std::min<Index>(pool().threads(), count));
    Loop loop(count, sharing == Sharing::in_parts ? threads : 1, task);
    if (!pool().share(loop, threads - 1)) {
        loop.work(0);
    }
    loop.rethrow();
}

}  // namespace widelimit
