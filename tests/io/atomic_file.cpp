// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/atomic_file.hpp"

#include "widelimit/core/error.hpp"
#include "widelimit/io/output_file.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <ctime>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/scratch.hpp"

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(atomic_file)

BOOST_AUTO_TEST_CASE(writes_and_replaces)
{
    const Scratch scratch;
    write_atomically(scratch / "summary.json", "first, and longer");
    write_atomically(scratch / "summary.json", std::string("se\0cond", 7));
    BOOST_TEST(contents(scratch / "summary.json") == std::string("se\0cond", 7));
    BOOST_TEST(files_in(scratch.path()) == 1);
}

BOOST_AUTO_TEST_CASE(takes_over_what_a_kill_left)
{
    const Scratch scratch;
    overwrite(scratch / "a.partial", "half of something much longer than the new text");
    write_atomically(scratch / "a", "new");
    BOOST_TEST(contents(scratch / "a") == "new");
    BOOST_TEST(files_in(scratch.path()) == 1);
}

BOOST_AUTO_TEST_CASE(a_name_without_directory_stands_in_the_working_directory)
{
    const Scratch scratch;
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(scratch.path());
    write_atomically("a", "text");
    std::filesystem::current_path(before);
    BOOST_TEST(contents(scratch / "a") == "text");
}

BOOST_AUTO_TEST_CASE(full_device_is_a_write_error)
{
    const auto write = [] { write_atomically("/dev/full", "text"); };
    BOOST_TEST(message_of<WriteError>(write) == "cannot write '/dev/full': No space left on device");
    BOOST_TEST(std::filesystem::is_character_file("/dev/full"));
}

BOOST_AUTO_TEST_CASE(size_limit_is_a_write_error_and_leaves_the_old_file)
{
    const Scratch scratch;
    const auto path = scratch / "a";
    write_atomically(path, "old");
    {
        const FileSizeLimit limit(1000);
        const auto write = [&] { write_atomically(path, std::string(5000, 'x')); };
        BOOST_TEST(message_of<WriteError>(write) == "cannot write '" + path.string() + "': File too large");
    }
    BOOST_TEST(contents(path) == "old");
    BOOST_TEST(files_in(scratch.path()) == 1);
}

BOOST_AUTO_TEST_CASE(missing_directory_and_directory_in_place_are_write_errors)
{
    const Scratch scratch;
    const auto missing = scratch / "missing/a";
    BOOST_TEST(message_of<WriteError>([&] { write_atomically(missing, "x"); }) ==
               "cannot write '" + missing.string() + "': No such file or directory");
    std::filesystem::create_directory(scratch / "folder");
    BOOST_CHECK_THROW(write_atomically(scratch / "folder", "x"), WriteError);
    BOOST_TEST(files_in(scratch.path()) == 1);
}

BOOST_AUTO_TEST_CASE(replacement_without_commit_leaves_nothing)
{
    const Scratch scratch;
    overwrite(scratch / "a", "old");
    {
        const Replacement next(scratch / "a");
        overwrite(next.temporary(), "new");
    }
    BOOST_TEST(contents(scratch / "a") == "old");
    BOOST_TEST(files_in(scratch.path()) == 1);
}

/// A pipe takes 64 kB at once: the rest comes in short writes, which a timer interrupts.
BOOST_AUTO_TEST_CASE(interrupted_and_short_writes_are_carried_on)
{
    const Scratch scratch;
    const auto path = scratch / "pipe";
    BOOST_REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    struct sigaction ring = {};
    struct sigaction before = {};
    ring.sa_handler = [](int) {};
    ::sigaction(SIGUSR1, &ring, &before);

    std::string text;
    while (text.size() < 300000) {
        text += std::to_string(text.size()) + " ";
    }
    const pthread_t writer = ::pthread_self();
    std::string arrived;
    std::thread reader([&] {
        const int pipe = ::open(path.c_str(), O_RDONLY);
        std::string part(10000, '\0');
        for (ssize_t size = 1; size > 0;) {
            // The first signal ends a write in part, the second one that has written nothing.
            for (int signal = 0; signal < 2; ++signal) {
                ::pthread_kill(writer, SIGUSR1);
                std::this_thread::sleep_for(std::chrono::milliseconds(2));
            }
            size = ::read(pipe, part.data(), part.size());
            arrived.append(part.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
        }
        ::close(pipe);
    });
    write_atomically(path, text);
    reader.join();
    ::sigaction(SIGUSR1, &before, nullptr);
    BOOST_TEST((arrived == text));
}

BOOST_AUTO_TEST_SUITE_END()
