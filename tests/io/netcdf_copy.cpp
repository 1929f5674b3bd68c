// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

#include "io/frames.hpp"
#include "support/scratch.hpp"

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(netcdf_copy)

namespace {

bool is_packed(const std::filesystem::path& path)
{
    return contents(path).substr(1, 3) == "HDF";
}

bool is_cdf5(const std::filesystem::path& path)
{
    return contents(path).substr(0, 4) == "CDF\x05";
}

ino_t inode(const std::filesystem::path& path)
{
    struct stat status = {};
    ::stat(path.c_str(), &status);
    return status.st_ino;
}

}  // namespace

BOOST_AUTO_TEST_CASE(packing_keeps_everything)
{
    const Scratch scratch;
    const auto path = scratch / "a.nc";
    frames::write(path, 20).close();
    const Attributes before = NetcdfReader(path).attributes();
    const Attributes of_density = NetcdfReader(path).attributes("density");
    const auto size = std::filesystem::file_size(path);
    pack_netcdf(path);
    BOOST_TEST(is_packed(path));
    BOOST_TEST(frames::whole_frames(path) == 20);
    BOOST_TEST((NetcdfReader(path).attributes() == before));
    BOOST_TEST((NetcdfReader(path).attributes("density") == of_density));
    BOOST_TEST(NetcdfReader(path).dimensions("density").size() == 3u);
    BOOST_TEST(std::filesystem::file_size(path) < 0.8 * static_cast<double>(size));
    BOOST_TEST(files_in(scratch.path()) == 1);
}

BOOST_AUTO_TEST_CASE(packing_twice_does_nothing)
{
    const Scratch scratch;
    frames::write(scratch / "a.nc", 2).close();
    pack_netcdf(scratch / "a.nc");
    const auto once = inode(scratch / "a.nc");
    pack_netcdf(scratch / "a.nc");
    BOOST_TEST(inode(scratch / "a.nc") == once);
}

BOOST_AUTO_TEST_CASE(packing_without_frames)
{
    const Scratch scratch;
    frames::write(scratch / "a.nc", 0).close();
    pack_netcdf(scratch / "a.nc");
    BOOST_TEST(frames::whole_frames(scratch / "a.nc") == 0);
    copy_prefix(scratch / "a.nc", 0);
    BOOST_TEST(frames::whole_frames(scratch / "a.nc") == 0);
}

BOOST_AUTO_TEST_CASE(prefix_of_either_format_is_cdf5_and_goes_on)
{
    const Scratch scratch;
    const auto path = scratch / "a.nc";
    for (const bool packed : {false, true}) {
        for (const Index kept : {0, 3, 5}) {
            frames::write(path, 5).close();
            packed ? pack_netcdf(path) : void();
            copy_prefix(path, kept);
            BOOST_TEST(is_cdf5(path));
            BOOST_TEST(frames::whole_frames(path) == kept);
            NetcdfWriter file = NetcdfWriter::reopen(path);
            frames::append(file, kept);
            BOOST_TEST(frames::whole_frames(path) == kept + 1);
        }
    }
    BOOST_TEST(files_in(scratch.path()) == 1);
}

BOOST_AUTO_TEST_CASE(file_cut_and_continued_is_the_file_never_stopped)
{
    const Scratch scratch;
    frames::write(scratch / "whole.nc", 6).close();
    frames::write(scratch / "a.nc", 5).close();
    copy_prefix(scratch / "a.nc", 3);
    NetcdfWriter file = NetcdfWriter::reopen(scratch / "a.nc");
    for (Index frame = 3; frame < 6; ++frame) {
        frames::append(file, frame);
    }
    file.close();
    BOOST_TEST((contents(scratch / "a.nc") == contents(scratch / "whole.nc")));
}

BOOST_AUTO_TEST_CASE(prefix_that_is_the_file_leaves_it_alone)
{
    const Scratch scratch;
    frames::write(scratch / "a.nc", 2).close();
    const auto before = inode(scratch / "a.nc");
    copy_prefix(scratch / "a.nc", 2);
    BOOST_TEST(inode(scratch / "a.nc") == before);
}

BOOST_AUTO_TEST_CASE(prefix_needs_its_records)
{
    const Scratch scratch;
    const auto path = scratch / "a.nc";
    frames::write(path, 3).close();
    BOOST_TEST(message_of<DamagedFile>([&] { copy_prefix(path, 4); }) ==
               "'" + path.string() + "' has 3 records, not the expected 4");
    // What a loss of power may leave: the count is on the disk, the last frames are not.
    std::filesystem::resize_file(path, std::filesystem::file_size(path) - 3000);
    BOOST_CHECK_THROW(copy_prefix(path, 3), DamagedFile);
    copy_prefix(path, 2);
    BOOST_TEST(frames::whole_frames(path) == 2);
}

BOOST_AUTO_TEST_CASE(full_disk_leaves_the_file_as_it_was)
{
    const Scratch scratch;
    const auto path = scratch / "a.nc";
    frames::write(path, 10).close();
    const std::string before = contents(path);
    for (const std::size_t size : {0, 100, 5000, 20000, 60000}) {
        const FileSizeLimit limit(size);
        const std::string message = message_of<WriteError>([&] { pack_netcdf(path); });
        BOOST_TEST(contains(message, "cannot write '" + path.string() + "': "), size);
        BOOST_CHECK_THROW(copy_prefix(path, 9), WriteError);
        BOOST_TEST((contents(path) == before));
        BOOST_TEST(files_in(scratch.path()) == 1);
    }
    pack_netcdf(path);
    BOOST_TEST(frames::whole_frames(path) == 10);
}

BOOST_AUTO_TEST_SUITE_END()
