// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/file.hpp"

#include "widelimit/core/error.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>

#include "support/scratch.hpp"

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(file)

namespace {

void touch(const std::filesystem::path& path)
{
    std::filesystem::create_directories(path.parent_path());
    std::ofstream file(path);
}

/// A refusal that names the path and the system's reason.
auto says(const std::string& path, const std::string& reason)
{
    return [=](const ConfigError& error) {
        const std::string text = error.what();
        return text.find(path) != text.npos && text.find(reason) != text.npos;
    };
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_a_name_stands_for)
{
    const Scratch scratch;
    touch(scratch / "folder/file");
    BOOST_TEST(is_there((scratch / "folder").string()));
    BOOST_TEST(is_folder((scratch / "folder").string()));
    BOOST_TEST(is_there((scratch / "folder/file").string()));
    BOOST_TEST(!is_folder((scratch / "folder/file").string()));
    BOOST_TEST(!is_there((scratch / "nothing").string()));
    BOOST_TEST(!is_there((scratch / "folder/file/below").string()));
}

BOOST_AUTO_TEST_CASE(a_name_that_leads_nowhere_is_refused)
{
    const Scratch scratch;
    const std::string loop = (scratch / "loop").string();
    std::filesystem::create_symlink(loop, loop);
    BOOST_CHECK_EXCEPTION(is_there(loop), ConfigError, says(loop, "symbolic links"));
    BOOST_CHECK_EXCEPTION(is_folder(loop), ConfigError, says(loop, "symbolic links"));
}

BOOST_AUTO_TEST_CASE(files_below_a_folder_are_found_in_order)
{
    const Scratch scratch;
    for (const char* name : {"b.toml", "a/c.toml", "a/d.txt", "a.toml"}) {
        touch(scratch / name);
    }
    const std::vector<std::string> expected = {(scratch / "a.toml").string(), (scratch / "a/c.toml").string(),
                                               (scratch / "b.toml").string()};
    BOOST_TEST(files_below(scratch.path().string(), ".toml") == expected, boost::test_tools::per_element());
    const std::string missing = (scratch / "missing").string();
    BOOST_CHECK_EXCEPTION(files_below(missing, ".toml"), ConfigError, says(missing, "No such file"));
}

BOOST_AUTO_TEST_SUITE_END()
