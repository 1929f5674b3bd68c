// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>

#include "widelimit/core/field.hpp"

namespace widelimit {

/// Loops from now on use up to `count` >= 1 threads, the caller's among them; 1 until this is called.  Not to
/// be called by a task.
///
/// The threads are the one global besides the registries: cores belong to the process, and two pools that do
/// not know of each other would fight for them.  No result depends on it
/// (docs/decisions/0011-one-thread-pool.md).
void use_threads(int count);

/// What `use_threads` has set.
int threads_in_use();

/// Who gets which index of a loop.
enum class Sharing {
    in_turn,  ///< whoever is free the next one: for tasks of any length
    /// Whoever is free the next one of its own part, and of the others' when that is done: for loops over
    /// arrays.  Parts are the same in all loops of as many indices, so that what a thread wrote in one loop
    /// is still in its core's cache in the next.
    in_parts
};

/// Calls task(0), ..., task(count - 1), each once, by the caller and the threads of the pool, which sleep
/// between loops that are more than some 50 microseconds apart.  A task must write nothing but its own
/// output, so that results do not depend on the number of threads.  Denormals are flushed to zero in it.
///
/// A loop runs in the caller alone, in increasing order, if it has one index, if it is called by a task of
/// another loop, while another thread's loop is at work, or in a forked child.
///
/// After an exception no higher index is started; when all threads have finished, the exception of the
/// lowest failing index is thrown, the same for any number of threads.
void parallel_for(Index count, const std::function<void(Index)>& task, Sharing sharing = Sharing::in_turn);

}  // namespace widelimit
