// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "widelimit/io/checkpoint.hpp"

namespace widelimit {

/// The checkpoints of all networks of a run, in one file of a directory of their own.  Each network is
/// captured for itself, whenever it likes: networks know nothing of each other.
class NetworkCheckpoints {
public:
    /// Written when `interval` wall seconds have passed since the last time.  NumericalError and the like
    /// that end the networks do not write: call write().
    NetworkCheckpoints(std::string directory, std::string fingerprint, std::size_t networks, double interval);

    /// Takes over what a checkpoint of all networks holds.
    void load(const Checkpoint& whole);

    /// What is known of a network; null if nothing is.  Valid until it is kept anew.
    const Checkpoint* find(std::size_t network) const;
    /// From any thread.
    void keep(std::size_t network, Checkpoint checkpoint);
    void write();

    /// Wall seconds after which a network should be kept again.
    double interval() const { return interval_; }

private:
    using Watch = std::chrono::steady_clock;

    void write_locked();

    std::string directory_, fingerprint_;
    double interval_;
    double end_ = 0.0;
    std::vector<std::optional<Checkpoint>> networks_;
    Watch::time_point last_ = Watch::now();
    std::mutex mutex_;
};

}  // namespace widelimit
