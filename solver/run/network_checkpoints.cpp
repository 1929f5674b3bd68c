// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/network_checkpoints.hpp"

#include <algorithm>

#include "widelimit/io/directory.hpp"

namespace widelimit {
namespace {

std::string prefix(std::size_t network)
{
    return std::to_string(network) + ".";
}

template <class Map>
void add(const Map& from, const std::string& prefix, Map& to)
{
    for (const auto& [name, value] : from) {
        to.emplace(prefix + name, value);
    }
}

/// Entries whose names begin with the number of a network, in the order of networks.
template <class Map>
void deal(const Map& from, Map Checkpoint::*part, std::vector<std::optional<Checkpoint>>& networks)
{
    for (const auto& [name, value] : from) {
        const std::size_t dot = name.find('.');
        const bool numbered = dot != 0 && name.find_first_not_of("0123456789") == dot;
        const std::size_t network = numbered ? std::stoul(name) : networks.size();
        if (network < networks.size()) {
            auto& mine = networks[network];
            if (!mine) {
                mine.emplace();
            }
            ((*mine).*part).emplace(name.substr(dot + 1), value);
        }
    }
}

}  // namespace

NetworkCheckpoints::NetworkCheckpoints(std::string directory, std::string fingerprint, std::size_t networks,
                                       double interval)
    : directory_(std::move(directory)),
      fingerprint_(std::move(fingerprint)),
      interval_(0.5 * interval),  // so that what is written is never older than the whole of it
      networks_(networks)
{}

void NetworkCheckpoints::load(const Checkpoint& whole)
{
    deal(whole.fields, &Checkpoint::fields, networks_);
    deal(whole.numbers, &Checkpoint::numbers, networks_);
    deal(whole.integers, &Checkpoint::integers, networks_);
}

const Checkpoint* NetworkCheckpoints::find(std::size_t network) const
{
    return networks_[network] ? &*networks_[network] : nullptr;
}

void NetworkCheckpoints::keep(std::size_t network, Checkpoint checkpoint)
{
    const std::lock_guard<std::mutex> lock(mutex_);
    end_ = std::max(end_, checkpoint.numbers.at("clock.end"));
    networks_[network] = std::move(checkpoint);
    if (std::chrono::duration<double>(Watch::now() - last_).count() >= interval_) {
        write_locked();
    }
}

void NetworkCheckpoints::write()
{
    const std::lock_guard<std::mutex> lock(mutex_);
    write_locked();
}

void NetworkCheckpoints::write_locked()
{
    Checkpoint whole;
    whole.fingerprint = fingerprint_;
    whole.numbers["clock.end"] = end_;
    for (std::size_t k = 0; k < networks_.size(); ++k) {
        if (networks_[k]) {
            add(networks_[k]->fields, prefix(k), whole.fields);
            add(networks_[k]->numbers, prefix(k), whole.numbers);
            add(networks_[k]->integers, prefix(k), whole.integers);
        }
    }
    make_directory(directory_);
    save_checkpoint(directory_, whole);
    last_ = Watch::now();
}

}  // namespace widelimit
