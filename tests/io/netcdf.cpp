// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/netcdf.hpp"

#include <boost/test/unit_test.hpp>

#include <bit>
#include <cstdint>
#include <limits>

#include "io/frames.hpp"
#include "support/scratch.hpp"

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(netcdf)

namespace {

Attribute attribute(const Attributes& attributes, const std::string& name)
{
    for (const auto& [key, value] : attributes) {
        if (key == name) {
            return value;
        }
    }
    return "missing";
}

/// Whether an error of foreign files says that the file itself is broken.
bool is_damaged(const std::filesystem::path& path)
{
    try {
        NetcdfReader file(path);
    } catch (const DamagedFile&) {
        return true;
    } catch (const ConfigError&) {}
    return false;
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_that_is_written_is_read)
{
    const Scratch scratch;
    frames::write(scratch / "a.nc", 3).close();
    BOOST_TEST(frames::whole_frames(scratch / "a.nc") == 3);
    const NetcdfReader file(scratch / "a.nc");
    BOOST_TEST(file.variables() ==
               (std::vector<std::string>{"time", "step", "density", "angle", "charge", "total"}));
    BOOST_TEST(file.dimensions("density") == (std::vector<std::string>{"time", "sign", "angle"}));
    BOOST_TEST(file.dimensions("total").empty());
    BOOST_TEST(file.dimension("sign") == 2);
    BOOST_TEST(file.dimension("time") == 3);
    BOOST_TEST(file.read("density").size() == 3 * 2 * frames::angles);
    BOOST_TEST(file.read("density").tail(2 * frames::angles) == frames::density(2));
    BOOST_TEST((file.has("density") && !file.has("densty")));
}

BOOST_AUTO_TEST_CASE(attributes_are_read)
{
    const Scratch scratch;
    frames::write(scratch / "a.nc", 0).close();
    const NetcdfReader file(scratch / "a.nc");
    BOOST_TEST((attribute(file.attributes(), "Conventions") == Attribute("CF-1.8")));
    BOOST_TEST((attribute(file.attributes(), "seed") == Attribute(std::int64_t{1} << 60)));
    BOOST_TEST((file.attributes("density") ==
                Attributes{{"long_name", "density of neurons"}, {"scale", 0.5}, {"order", 2}}));
}

BOOST_AUTO_TEST_CASE(doubles_are_kept_bit_for_bit)
{
    const Scratch scratch;
    const std::vector<std::uint64_t> bits{0x7ff8000000000123, 0xfff0000000000001, 0x8000000000000000, 1,
                                          0x7ff0000000000000, 0x3ff0000000000001};
    std::vector<double> values;
    for (const std::uint64_t pattern : bits) {
        values.push_back(std::bit_cast<double>(pattern));
    }
    NetcdfWriter writer(scratch / "a.nc");
    writer.dimension("node", 6);
    writer.variable("weight", {"node"});
    writer.end_definitions();
    writer.put("weight", values);
    writer.close();
    const Field read = NetcdfReader(scratch / "a.nc").read("weight");
    for (std::size_t k = 0; k < bits.size(); ++k) {
        BOOST_TEST(std::bit_cast<std::uint64_t>(read[static_cast<Index>(k)]) == bits[k]);
    }
}

BOOST_AUTO_TEST_CASE(frames_can_be_read_while_the_file_is_written)
{
    const Scratch scratch;
    NetcdfWriter file = frames::write(scratch / "a.nc", 1);
    for (Index frame = 1; frame < 5; ++frame) {
        BOOST_TEST(frames::whole_frames(scratch / "a.nc") == frame);
        frames::append(file, frame);
        BOOST_TEST(file.records() == frame + 1);
    }
}

BOOST_AUTO_TEST_CASE(name_appears_with_the_end_of_the_definitions)
{
    const Scratch scratch;
    overwrite(scratch / "a.nc", "old");
    {
        NetcdfWriter file(scratch / "a.nc");
        file.dimension("angle", 4);
        BOOST_TEST(contents(scratch / "a.nc") == "old");
    }
    BOOST_TEST(contents(scratch / "a.nc") == "old");
    BOOST_TEST(files_in(scratch.path()) == 1);
    NetcdfWriter file(scratch / "a.nc");
    frames::define(file);
    BOOST_TEST(frames::whole_frames(scratch / "a.nc") == 0);
    BOOST_TEST(files_in(scratch.path()) == 1);
}

BOOST_AUTO_TEST_CASE(unusual_names_of_files)
{
    const Scratch scratch;
    for (const std::string name :
         {"a b.nc", "a#b=c.nc", "\u00fc.nc", "[a]?x=1&y.nc", "a:b.nc", "100%.nc", "c:", "'\"$"}) {
        frames::write(scratch / name, 2).close();
        pack_netcdf(scratch / name);
        BOOST_TEST(frames::whole_frames(scratch / name) == 2, name);
        BOOST_TEST(std::filesystem::exists(scratch / name), name);
    }
    BOOST_TEST(files_in(scratch.path()) == 8);
}

BOOST_AUTO_TEST_CASE(reopening_goes_on)
{
    const Scratch scratch;
    frames::write(scratch / "a.nc", 2).close();
    NetcdfWriter file = NetcdfWriter::reopen(scratch / "a.nc");
    BOOST_TEST(file.records() == 2);
    frames::append(file, 2);
    file.sync();
    file.close();
    BOOST_TEST(frames::whole_frames(scratch / "a.nc") == 3);
    BOOST_CHECK_THROW(NetcdfWriter::reopen(scratch / "missing.nc"), ConfigError);
    pack_netcdf(scratch / "a.nc");
    BOOST_CHECK_THROW(NetcdfWriter::reopen(scratch / "a.nc"), DamagedFile);
}

BOOST_AUTO_TEST_CASE(wrong_use_is_a_bug)
{
    const Scratch scratch;
    NetcdfWriter file = frames::write(scratch / "a.nc", 0);
    const Field values = frames::density(0);
    BOOST_CHECK_THROW(file.put("angle", 1.0), std::logic_error);
    BOOST_CHECK_THROW(file.put("density", values), std::logic_error);
    BOOST_CHECK_THROW(file.put("angel", values), std::logic_error);
    BOOST_CHECK_THROW(file.append({{"time", 0.0}, {"density", values}}), std::logic_error);
    BOOST_CHECK_THROW(file.dimension("late", 1), std::logic_error);
    NetcdfWriter other(scratch / "b.nc");
    BOOST_CHECK_THROW(other.dimension("angle", 0), std::logic_error);
    BOOST_CHECK_THROW(other.variable("density", {"angle"}), std::logic_error);
    file.close();
    BOOST_CHECK_THROW(frames::append(file, 0), std::logic_error);
}

BOOST_AUTO_TEST_CASE(record_of_wrong_size_is_withdrawn)
{
    const Scratch scratch;
    NetcdfWriter file = frames::write(scratch / "a.nc", 2);
    BOOST_CHECK_THROW(file.append({{"time", std::vector<double>(2)}, {"step", 0.0}, {"density", 0.0}}),
                      std::logic_error);
    BOOST_TEST(frames::whole_frames(scratch / "a.nc") == 2);
}

BOOST_AUTO_TEST_CASE(what_is_asked_for_in_vain_is_named)
{
    const Scratch scratch;
    frames::write(scratch / "a.nc", 1).close();
    const NetcdfReader file(scratch / "a.nc");
    const std::string path = (scratch / "a.nc").string();
    BOOST_TEST(message_of<ConfigError>([&] { file.read("densty"); }) ==
               "'" + path + "': no variable 'densty' (there are: time, step, density, angle, charge, total)");
    BOOST_TEST(message_of<ConfigError>([&] { file.dimension("kink"); }) ==
               "'" + path + "': no dimension 'kink' (there are: time, sign, angle)");
    BOOST_TEST(message_of<ConfigError>([&] { file.read("density", 1); }) ==
               "'" + path + "': no record 1 of 'density' among 1");
}

BOOST_AUTO_TEST_CASE(missing_and_foreign_files)
{
    const Scratch scratch;
    const auto missing = scratch / "missing.nc";
    BOOST_TEST(message_of<ConfigError>([&] { NetcdfReader file(missing); }) ==
               "cannot read '" + missing.string() + "': No such file or directory");
    BOOST_TEST(!is_damaged(missing));
    BOOST_CHECK_THROW(NetcdfReader{scratch.path()}, ConfigError);
    for (const std::string text : {"", "CDF", "CDF\x05", "x,y\n1,2\n", "\x89HDF\r\n\x1a\n"}) {
        overwrite(scratch / "a.nc", text);
        BOOST_TEST(is_damaged(scratch / "a.nc"), text);
    }
}

BOOST_AUTO_TEST_CASE(cut_off_file_is_damaged)
{
    const Scratch scratch;
    frames::write(scratch / "a.nc", 3).close();
    const std::string whole = contents(scratch / "a.nc");
    for (const double part : {0.02, 0.1, 0.5, 0.9}) {
        overwrite(scratch / "a.nc",
                  whole.substr(0, static_cast<std::size_t>(part * static_cast<double>(whole.size()))));
        BOOST_TEST(is_damaged(scratch / "a.nc"), part);
    }
    frames::write(scratch / "a.nc", 3).close();
    pack_netcdf(scratch / "a.nc");
    const std::string packed = contents(scratch / "a.nc");
    overwrite(scratch / "a.nc", packed.substr(0, packed.size() / 2));
    BOOST_TEST(is_damaged(scratch / "a.nc"));
}

BOOST_AUTO_TEST_CASE(broken_format_or_count_of_records)
{
    const Scratch scratch;
    frames::write(scratch / "a.nc", 1).close();
    const std::string whole = contents(scratch / "a.nc");
    for (std::size_t bit = 0; bit < 88; ++bit) {
        std::string broken = whole;
        broken[bit / 8] = static_cast<char>(broken[bit / 8] ^ (1 << bit % 8));
        overwrite(scratch / "a.nc", broken);
        BOOST_TEST(is_damaged(scratch / "a.nc"), bit);
    }
}

BOOST_AUTO_TEST_CASE(failed_record_is_withdrawn)
{
    const Scratch scratch;
    const auto path = scratch / "a.nc";
    for (const std::size_t room : {0, 3000, 7000, 16000}) {
        NetcdfWriter file = frames::write(path, 2);
        {
            const FileSizeLimit limit(std::filesystem::file_size(path) + room);
            const std::string message = message_of<WriteError>([&] { frames::append(file, 2); });
            BOOST_TEST(message == "cannot write '" + path.string() + "': File too large", room);
        }
        BOOST_CHECK_THROW(frames::append(file, 2), std::logic_error);
        file = NetcdfWriter(scratch / "other.nc");  // whatever it still holds may reach its file now
        BOOST_TEST(frames::whole_frames(path) == 2, room);
        NetcdfWriter again = NetcdfWriter::reopen(path);
        frames::append(again, 2);
        BOOST_TEST(frames::whole_frames(path) == 3, room);
    }
}

BOOST_AUTO_TEST_CASE(failures_at_creation_are_write_errors_and_leave_nothing)
{
    const Scratch scratch;
    const auto missing = scratch / "missing/a.nc";
    BOOST_TEST(message_of<WriteError>([&] { NetcdfWriter file(missing); }) ==
               "cannot write '" + missing.string() + "': No such file or directory");
    const FileSizeLimit limit(100);
    BOOST_TEST(contains(message_of<WriteError>([&] { frames::write(scratch / "a.nc", 0).close(); }),
                        "a.nc': File too large"));
    BOOST_TEST(files_in(scratch.path()) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
