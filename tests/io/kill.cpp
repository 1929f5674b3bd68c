// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/checkpoint.hpp"
#include "widelimit/io/lock.hpp"
#include "widelimit/io/series.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>
#include <csignal>
#include <functional>
#include <random>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "io/frames.hpp"
#include "support/scratch.hpp"

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(killed_writer)

namespace {

using Milliseconds = std::chrono::milliseconds;

/// Runs `writer`, which never returns, in a copy of this process, and kills it some time after `ready` holds.
void run_and_kill(const std::function<void()>& writer, const std::function<bool()>& ready, Milliseconds delay)
{
    const pid_t child = ::fork();
    if (child == 0) {
        try {
            writer();
        } catch (...) {}
        ::_exit(1);
    }
    while (!ready()) {
        BOOST_REQUIRE(::waitpid(child, nullptr, WNOHANG) == 0);
        std::this_thread::sleep_for(Milliseconds(1));
    }
    std::this_thread::sleep_for(delay);
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    BOOST_REQUIRE(WIFSIGNALED(status));
}

/// A run that writes as fast as it can: a row and a frame each step, a checkpoint every third.
void write_forever(const std::filesystem::path& directory)
{
    const DirectoryLock lock(directory);
    NetcdfWriter fields(directory / "fields.nc");
    frames::define(fields);
    SeriesWriter series(directory / "series.csv", {"time", "step"});
    for (Index frame = 0;; ++frame) {
        if (frame % 3 == 0) {
            fields.sync();
            series.sync();
            Checkpoint checkpoint;
            checkpoint.fields["state"] = frames::density(frame);
            checkpoint.integers = {{"frames", fields.records()}, {"rows", series.rows()}};
            save_checkpoint(directory, checkpoint);
        }
        frames::append(fields, frame);
        series.append(std::array{0.1 * static_cast<double>(frame), static_cast<double>(frame)});
        series.flush();
    }
}

bool rows_right(const Series& series)
{
    bool right = true;
    for (Index row = 0; row < series.columns.rows(); ++row) {
        const auto step = static_cast<double>(row);
        right = right && series.columns(row, 0) == 0.1 * step && series.columns(row, 1) == step;
    }
    return right;
}

/// What a restart does: cuts back to the checkpoint and writes the next frame and row.
void continue_run(const std::filesystem::path& directory, const Checkpoint& checkpoint)
{
    const DirectoryLock lock(directory);
    const Index count = checkpoint.integers.at("frames");
    copy_prefix(directory / "fields.nc", count);
    NetcdfWriter fields = NetcdfWriter::reopen(directory / "fields.nc");
    frames::append(fields, count);
    SeriesWriter series = SeriesWriter::reopen(directory / "series.csv", checkpoint.integers.at("rows"));
    series.append(std::array{0.1 * static_cast<double>(count), static_cast<double>(count)});
}

}  // namespace

BOOST_AUTO_TEST_CASE(killed_run_is_readable_and_goes_on)
{
    std::mt19937 random(11);
    for (int round = 0; round < 10; ++round) {
        const Scratch scratch;
        const auto& directory = scratch.path();
        run_and_kill([&] { write_forever(directory); },
                     [&] { return std::filesystem::exists(directory / "checkpoint.nc"); },
                     Milliseconds(random() % 100));

        const Checkpoint checkpoint = load_checkpoint(directory);
        const Index count = checkpoint.integers.at("frames");
        BOOST_TEST(frames::same(checkpoint.fields.at("state"), frames::density(count)));
        BOOST_TEST(frames::whole_frames(directory / "fields.nc") >= count);
        const Series series = read_series(directory / "series.csv");
        BOOST_TEST(rows_right(series));
        BOOST_TEST(series.columns.rows() >= count);

        continue_run(directory, checkpoint);
        BOOST_TEST(frames::whole_frames(directory / "fields.nc") == count + 1);
        BOOST_TEST(rows_right(read_series(directory / "series.csv")));
        BOOST_TEST(read_series(directory / "series.csv").columns.rows() == count + 1);
    }
}

BOOST_AUTO_TEST_CASE(killed_packing_leaves_one_format_or_the_other)
{
    const Scratch scratch;
    const auto path = scratch / "fields.nc";
    std::mt19937 random(12);
    frames::write(path, 20).close();
    for (int round = 0; round < 10; ++round) {
        const auto pack_and_unpack = [&] {
            while (true) {
                pack_netcdf(path);
                copy_prefix(path, 20);
            }
        };
        run_and_kill(
            pack_and_unpack, [] { return true; }, Milliseconds(random() % 60));
        BOOST_TEST(frames::whole_frames(path) == 20);
    }
    copy_prefix(path, 20);
    pack_netcdf(path);
    BOOST_TEST(frames::whole_frames(path) == 20);
    BOOST_TEST(files_in(scratch.path()) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
