// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/lock.hpp"

#include "widelimit/core/error.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <functional>
#include <optional>

#include <sys/wait.h>
#include <unistd.h>

#include "support/scratch.hpp"

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(lock)

namespace {

bool locked(const std::filesystem::path& directory)
{
    return !message_of<ConfigError>([&] { DirectoryLock attempt(directory); }).empty();
}

/// Runs `action` in a copy of this process; true if it returned true.
bool in_child(const std::function<bool()>& action)
{
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(action() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

BOOST_AUTO_TEST_CASE(second_holder_is_refused_by_name)
{
    const Scratch scratch;
    const DirectoryLock lock(scratch.path());
    const std::string message = message_of<ConfigError>([&] { DirectoryLock second(scratch.path()); });
    BOOST_TEST(contains(message, "'" + scratch.path().string() + "' is being written by process " +
                                     std::to_string(::getpid()) + " on "));
    BOOST_TEST(in_child([&] { return locked(scratch.path()); }));
}

BOOST_AUTO_TEST_CASE(release_removes_the_file)
{
    const Scratch scratch;
    {
        const DirectoryLock lock(scratch.path());
        BOOST_TEST(std::filesystem::exists(scratch / "lock"));
    }
    BOOST_TEST(files_in(scratch.path()) == 0);
    BOOST_TEST(!locked(scratch.path()));
}

BOOST_AUTO_TEST_CASE(refused_attempt_does_not_free_the_directory)
{
    const Scratch scratch;
    const DirectoryLock lock(scratch.path());
    BOOST_TEST(locked(scratch.path()));
    BOOST_TEST(std::filesystem::exists(scratch / "lock"));
    BOOST_TEST(locked(scratch.path()));
}

BOOST_AUTO_TEST_CASE(death_of_the_holder_frees_the_directory)
{
    const Scratch scratch;
    int ready[2] = {};
    BOOST_REQUIRE(::pipe(ready) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const DirectoryLock lock(scratch.path());
        const auto told = ::write(ready[1], "x", 1);
        ::pause();
        ::_exit(static_cast<int>(told));
    }
    char byte = 0;
    BOOST_REQUIRE(::read(ready[0], &byte, 1) == 1);
    const std::string message = message_of<ConfigError>([&] { DirectoryLock attempt(scratch.path()); });
    BOOST_TEST(contains(message, "process " + std::to_string(child) + " on "));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    BOOST_TEST(std::filesystem::exists(scratch / "lock"));
    BOOST_TEST(!locked(scratch.path()));
    ::close(ready[0]);
    ::close(ready[1]);
}

BOOST_AUTO_TEST_CASE(copy_of_the_process_does_not_release)
{
    const Scratch scratch;
    std::optional<DirectoryLock> lock(scratch.path());
    BOOST_TEST(in_child([&] {
        lock.reset();
        return true;
    }));
    BOOST_TEST(locked(scratch.path()));
}

BOOST_AUTO_TEST_CASE(moving_hands_the_lock_on)
{
    const Scratch first;
    const Scratch second;
    DirectoryLock lock(first.path());
    DirectoryLock taken(std::move(lock));
    BOOST_TEST(locked(first.path()));
    taken = DirectoryLock(second.path());
    BOOST_TEST(!locked(first.path()));
    BOOST_TEST(locked(second.path()));
}

BOOST_AUTO_TEST_CASE(many_at_once_never_hold_together)
{
    const Scratch scratch;
    const auto contend = [&] {
        bool alone = true;
        for (int attempt = 0; attempt < 500; ++attempt) {
            try {
                const DirectoryLock lock(scratch.path());
                alone = std::filesystem::create_directory(scratch / "held") && alone;
                alone = std::filesystem::remove(scratch / "held") && alone;
            } catch (const ConfigError&) {}
        }
        return alone;
    };
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(contend() ? 0 : 1);
    }
    BOOST_TEST(contend());
    int status = 0;
    ::waitpid(child, &status, 0);
    BOOST_TEST(status == 0);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_a_write_error)
{
    const Scratch scratch;
    BOOST_CHECK_THROW(DirectoryLock(scratch / "missing"), WriteError);
    const FileSizeLimit limit(0);
    BOOST_CHECK_THROW(DirectoryLock{scratch.path()}, WriteError);
    BOOST_TEST(files_in(scratch.path()) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
