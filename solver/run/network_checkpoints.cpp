// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/network_checkpoints.hpp"

#include <algorithm>
#include <map>

#include "widelimit/core/error.hpp"
#include "widelimit/io/directory.hpp"

namespace widelimit {
namespace {

/// All entries of a checkpoint as fields: "field.x", "number.y", "integer.z".
std::map<std::string, Field> entries(const Checkpoint& checkpoint)
{
    std::map<std::string, Field> all;
    for (const auto& [name, field] : checkpoint.fields) {
        all.emplace("field." + name, field);
    }
    for (const auto& [name, number] : checkpoint.numbers) {
        all.emplace("number." + name, Field::Constant(1, number));
    }
    for (const auto& [name, integer] : checkpoint.integers) {
        const auto number = static_cast<double>(integer);
        expects(static_cast<std::int64_t>(number) == integer, "integers that doubles hold");
        all.emplace("integer." + name, Field::Constant(1, number));
    }
    return all;
}

void add_entry(const std::string& name, const Field& values, Checkpoint& checkpoint)
{
    const std::size_t dot = name.find('.');
    const std::string kind = name.substr(0, dot), own = name.substr(dot + 1);
    if (kind == "number" && values.size() == 1) {
        checkpoint.numbers[own] = values[0];
    } else if (kind == "integer" && values.size() == 1) {
        checkpoint.integers[own] = static_cast<std::int64_t>(values[0]);
    } else {
        checkpoint.fields[own] = values;
    }
}

/// An entry of all networks: its values one network after another, and how many each has (-1: no such entry).
/// One variable an entry, however many networks there are: NetCDF looks for names one by one.
struct Packed {
    std::vector<double> values, sizes;
};

constexpr const char* sizes_of = "sizes.";

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
    for (const auto& [name, sizes] : whole.fields) {
        if (name.rfind(sizes_of, 0) != 0 || sizes.size() != static_cast<Index>(networks_.size())) {
            continue;
        }
        const std::string own = name.substr(std::string(sizes_of).size());
        const Field& values = whole.fields.at(own);
        Index first = 0;
        for (std::size_t k = 0; k < networks_.size(); ++k) {
            const auto size = static_cast<Index>(sizes[static_cast<Index>(k)]);
            if (size >= 0) {
                expects(first + size <= values.size(), "as many values as all networks have");
                if (!networks_[k]) {
                    networks_[k].emplace();
                }
                add_entry(own, values.segment(first, size), *networks_[k]);
                first += size;
            }
        }
    }
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
    std::map<std::string, Packed> packed;
    for (std::size_t k = 0; k < networks_.size(); ++k) {
        for (const auto& [name, values] :
             networks_[k] ? entries(*networks_[k]) : std::map<std::string, Field>()) {
            Packed& entry = packed[name];
            entry.sizes.resize(networks_.size(), -1.0);
            entry.sizes[k] = static_cast<double>(values.size());
            entry.values.insert(entry.values.end(), values.begin(), values.end());
        }
    }
    for (const auto& [name, entry] : packed) {
        const auto field = [](const std::vector<double>& from) {
            return Eigen::Map<const Field>(from.data(), static_cast<Index>(from.size()));
        };
        whole.fields[name] = field(entry.values);
        whole.fields[sizes_of + name] = field(entry.sizes);
    }
    make_directory(directory_);
    save_checkpoint(directory_, whole);
    last_ = Watch::now();
}

}  // namespace widelimit
