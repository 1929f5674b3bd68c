// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/continuation.hpp"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <stdexcept>

#include "widelimit/core/error.hpp"
#include "widelimit/core/literal.hpp"
#include "widelimit/io/log.hpp"
#include "widelimit/io/netcdf.hpp"
#include "widelimit/io/series.hpp"
#include "widelimit/io/toml.hpp"

namespace widelimit {
namespace {

using Watch = std::chrono::steady_clock;

class Checkpoints : public Observer {
public:
    Checkpoints(double interval, const Observers& all, std::function<void(Checkpoint)> keep)
        : interval_(interval), all_(&all), keep_(std::move(keep))
    {}

    void approach_end(Clock& clock, const Field& state) override
    {
        if (!at_end_) {
            write(clock, state);
            at_end_ = true;
        }
    }
    void observe(Clock& clock, const Field& state) override
    {
        if (!at_end_ && std::chrono::duration<double>(Watch::now() - last_).count() >= interval_) {
            write(clock, state);
        }
    }
    void finish(Clock& clock, const Field& state) override
    {
        if (!at_end_) {
            write(clock, state);
        }
    }

private:
    void write(const Clock& clock, const Field& state)
    {
        keep_(capture(clock, state, *all_));
        log(LogLevel::debug, fmt::format("checkpoint at t = {:.6g}, step {}", clock.time(), clock.step()));
        last_ = Watch::now();
    }

    double interval_;
    const Observers* all_;
    std::function<void(Checkpoint)> keep_;
    bool at_end_ = false;
    Watch::time_point last_ = Watch::now();
};

}  // namespace

Checkpoint capture(const Clock& clock, const Field& state, const Observers& observers)
{
    const Clock::Memory& memory = clock.memory();
    Checkpoint checkpoint;
    checkpoint.fields["state"] = state;
    checkpoint.numbers = {{"clock.time", memory.time},
                          {"clock.bound", memory.bound},
                          {"clock.controlled", memory.controlled},
                          {"clock.last_dt", memory.last_dt},
                          {"clock.end", clock.end()}};
    checkpoint.integers = {{"clock.step", memory.step},
                           {"clock.rejected", memory.rejected},
                           {"clock.fallbacks", memory.fallbacks}};
    for (const auto& observer : observers) {
        observer->save(checkpoint);
    }
    return checkpoint;
}

void resume(const Checkpoint& checkpoint, Field& state, Clock& clock, const Observers& observers)
{
    const auto size = state.size();
    try {
        state = checkpoint.fields.at("state");
        expects(state.size() == size, "a state of this flow");
        Clock::Memory memory;
        memory.time = checkpoint.numbers.at("clock.time");
        memory.bound = checkpoint.numbers.at("clock.bound");
        memory.controlled = checkpoint.numbers.at("clock.controlled");
        memory.last_dt = checkpoint.numbers.at("clock.last_dt");
        memory.step = checkpoint.integers.at("clock.step");
        memory.rejected = checkpoint.integers.at("clock.rejected");
        memory.fallbacks = checkpoint.integers.at("clock.fallbacks");
        clock.restore(memory);
        for (const auto& observer : observers) {
            observer->restore(checkpoint);
        }
    } catch (const std::logic_error&) {
        throw ConfigError("the checkpoint was written by another version: start anew with --force");
    }
}

namespace {

void check_files(const Checkpoint& checkpoint, const std::string& directory)
{
    const auto refuse = [](const std::string& file, const std::string& cause) {
        throw ConfigError(file + ": " + cause +
                          ", so that the run cannot be continued; put the file back, or start anew with "
                          "--force");
    };
    const std::string series = directory + "/series.csv", fields = directory + "/fields.nc";
    const auto count = [&](const std::string& path, const auto& size) -> Index {
        try {
            return size(path);
        } catch (const std::runtime_error& error) {
            refuse(path, error.what());
            return 0;
        }
    };
    const auto check = [&](const std::string& path, const std::string& key, const auto& size) {
        const auto expected = checkpoint.integers.find(key);
        if (expected != checkpoint.integers.end() && count(path, size) < expected->second) {
            refuse(path, "shorter than when the checkpoint was written");
        }
    };
    check(series, "series.rows", [](const std::string& path) { return read_series(path).columns.rows(); });
    check(fields, "fields.frames", [](const std::string& path) { return NetcdfReader(path).records(); });
}

/// Every key of a table by its dotted name, with its value as text.
void flatten(const Value& table, const std::string& prefix, std::map<std::string, std::string>& out)
{
    for (const Value::Entry& entry : table.entries()) {
        if (entry.value.is(Value::Kind::table)) {
            flatten(entry.value, prefix + entry.key + ".", out);
            continue;
        }
        out[prefix + entry.key] = print_literal(entry.value);
    }
}

}  // namespace

std::string difference(const std::string& before, const std::string& now)
{
    std::map<std::string, std::string> a, b;
    flatten(parse_toml(before, "before"), "", a);
    flatten(parse_toml(now, "now"), "", b);
    const auto text = [](const auto& map, const std::string& key) {
        const auto found = map.find(key);
        return found == map.end() ? std::string("not there") : found->second;
    };
    for (const auto* map : {&a, &b}) {
        for (const auto& [key, unused] : *map) {
            if (text(a, key) != text(b, key) && key == "data.contents") {
                return "the contents of the data file have changed";
            }
            if (text(a, key) != text(b, key)) {
                return key + " was " + text(a, key) + ", now it is " + text(b, key);
            }
        }
    }
    return "";
}

namespace {

Checkpoint load(const std::string& directory, std::string* remark)
{
    try {
        return load_checkpoint(directory, remark);
    } catch (const WriteError& error) {
        throw WriteError(std::string(error.what()) + "; start anew with --force");
    }
}

}  // namespace

std::optional<Checkpoint> find_checkpoint(const std::string& directory, const std::string& fingerprint,
                                          double end, std::string* remark)
{
    if (!has_checkpoint(directory)) {
        return std::nullopt;
    }
    Checkpoint checkpoint = load(directory, remark);
    if (checkpoint.fingerprint != fingerprint) {
        throw ConfigError(
            directory +
            ": the checkpoint belongs to another case: " + difference(checkpoint.fingerprint, fingerprint) +
            "; only time.end, [output], [[claim]] and [figure] may change over --restart: start anew "
            "with --force, or choose another place with --out");
    }
    const auto before = checkpoint.numbers.find("clock.end");
    if (before != checkpoint.numbers.end() && end < before->second) {
        throw ConfigError(
            fmt::format("{}: time.end can be raised over --restart, not lowered: it was {}, now it is {}",
                        directory, before->second, end));
    }
    check_files(checkpoint, directory);
    return checkpoint;
}

std::optional<Checkpoint> take_checkpoint(const std::string& directory, const std::string& fingerprint,
                                          double end)
{
    std::string remark;
    auto checkpoint = find_checkpoint(directory, fingerprint, end, &remark);
    if (!remark.empty()) {
        log(LogLevel::warning, remark + ": continuing from the older checkpoint");
    }
    return checkpoint;
}

std::unique_ptr<Observer> make_checkpoints(double interval, const Observers& all,
                                           std::function<void(Checkpoint)> keep)
{
    return std::make_unique<Checkpoints>(interval, all, std::move(keep));
}

}  // namespace widelimit
