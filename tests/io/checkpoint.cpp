// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/checkpoint.hpp"

#include "widelimit/core/error.hpp"

#include <boost/test/unit_test.hpp>

#include <bit>
#include <cmath>
#include <limits>

#include "support/scratch.hpp"

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(checkpoint)

namespace {

std::vector<std::uint64_t> bits(const Field& field)
{
    std::vector<std::uint64_t> patterns;
    for (const double number : field) {
        patterns.push_back(std::bit_cast<std::uint64_t>(number));
    }
    return patterns;
}

bool same(const Checkpoint& a, const Checkpoint& b)
{
    bool fields = a.fields.size() == b.fields.size();
    for (const auto& [name, field] : a.fields) {
        fields = fields && b.fields.contains(name) && bits(field) == bits(b.fields.at(name));
    }
    bool numbers = a.numbers.size() == b.numbers.size();
    for (const auto& [name, number] : a.numbers) {
        numbers = numbers && b.numbers.contains(name) &&
                  std::bit_cast<std::uint64_t>(number) == std::bit_cast<std::uint64_t>(b.numbers.at(name));
    }
    return fields && numbers && a.fingerprint == b.fingerprint && a.integers == b.integers &&
           a.texts == b.texts;
}

/// All that is hard to keep.
Checkpoint sample(std::int64_t step = 1)
{
    Checkpoint checkpoint;
    checkpoint.fingerprint = "0123456789abcdef";
    Field odd(7);
    odd << -0.0, 5e-324, std::bit_cast<double>(0x7ff8000000000123), std::bit_cast<double>(0xfff0000000000001),
        -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::max(), 0.1;
    checkpoint.fields = {{"state", odd}, {"empty", Field()}, {"one", Field::Constant(1, 0.3)}};
    checkpoint.numbers = {{"time", 0.1}, {"state", -0.0}, {"error", std::nan("7")}};
    checkpoint.integers = {{"step", step}, {"seed", std::numeric_limits<std::int64_t>::min()}};
    checkpoint.texts = {{"empty", ""},
                        {"wisdom", std::string("(fftw\n\0 \"x\")", 12) + std::string(5000, 'w')}};
    return checkpoint;
}

void damage(const std::filesystem::path& path)
{
    std::string bytes = contents(path);
    bytes[bytes.size() - 3] = static_cast<char>(bytes[bytes.size() - 3] ^ 4);
    overwrite(path, bytes);
}

}  // namespace

BOOST_AUTO_TEST_CASE(comes_back_bit_for_bit)
{
    const Scratch scratch;
    save_checkpoint(scratch.path(), sample());
    BOOST_TEST(same(load_checkpoint(scratch.path()), sample()));
    Checkpoint other = sample();
    other.fields["state"][0] = 0.0;
    BOOST_TEST(!same(other, sample()));
}

BOOST_AUTO_TEST_CASE(empty_one_comes_back)
{
    const Scratch scratch;
    save_checkpoint(scratch.path(), Checkpoint());
    BOOST_TEST(same(load_checkpoint(scratch.path()), Checkpoint()));
}

BOOST_AUTO_TEST_CASE(one_older_generation_is_kept)
{
    const Scratch scratch;
    for (const std::int64_t step : {1, 2, 3}) {
        save_checkpoint(scratch.path(), sample(step));
    }
    BOOST_TEST(files_in(scratch.path()) == 2);
    std::string remark = "unchanged";
    BOOST_TEST(load_checkpoint(scratch.path(), &remark).integers.at("step") == 3);
    BOOST_TEST(remark == "");
    std::filesystem::remove(scratch / "checkpoint.nc");
    BOOST_TEST(load_checkpoint(scratch.path()).integers.at("step") == 2);
}

BOOST_AUTO_TEST_CASE(damaged_one_gives_way_to_the_older)
{
    const Scratch scratch;
    save_checkpoint(scratch.path(), sample(1));
    save_checkpoint(scratch.path(), sample(2));
    damage(scratch / "checkpoint.nc");
    std::string remark;
    BOOST_TEST(load_checkpoint(scratch.path(), &remark).integers.at("step") == 1);
    BOOST_TEST(remark ==
               "cannot read '" + (scratch / "checkpoint.nc").string() + "': the checksum does not fit");
}

BOOST_AUTO_TEST_CASE(none_is_the_users_and_damaged_ones_are_the_disks)
{
    const Scratch scratch;
    BOOST_TEST(message_of<ConfigError>([&] { load_checkpoint(scratch.path()); }) ==
               "no checkpoint in '" + scratch.path().string() + "'");
    save_checkpoint(scratch.path(), sample());
    damage(scratch / "checkpoint.nc");
    BOOST_CHECK_THROW(load_checkpoint(scratch.path()), WriteError);
    save_checkpoint(scratch.path(), sample());
    overwrite(scratch / "checkpoint.nc", "");
    const std::string message = message_of<WriteError>([&] { load_checkpoint(scratch.path()); });
    BOOST_TEST(contains(message, (scratch / "checkpoint.nc").string()));
    BOOST_TEST(contains(message, (scratch / "checkpoint.previous.nc").string()));
}

BOOST_AUTO_TEST_CASE(foreign_file_is_a_damaged_one)
{
    const Scratch scratch;
    for (const std::string text : {"text", "CDF\x05 and nothing more than that", "\x89HDF\r\n\x1a\n"}) {
        overwrite(scratch / "checkpoint.nc", text);
        BOOST_CHECK_THROW(load_checkpoint(scratch.path()), WriteError);
    }
}

/// Wherever a bit flips or the end is missing: what is loaded is what was saved, or nothing is.
BOOST_AUTO_TEST_CASE(no_damage_goes_unseen)
{
    const Scratch scratch;
    save_checkpoint(scratch.path(), sample());
    const std::string whole = contents(scratch / "checkpoint.nc");
    const auto right = [&](const std::string& bytes) {
        overwrite(scratch / "checkpoint.nc", bytes);
        try {
            return same(load_checkpoint(scratch.path()), sample());
        } catch (const WriteError&) {
            return true;
        }
    };
    for (std::size_t byte = 0; byte < whole.size(); byte += byte < 100 ? 3 : 61) {
        std::string broken = whole;
        broken[byte] = static_cast<char>(broken[byte] ^ (1 << byte % 8));
        BOOST_TEST(right(broken), byte);
        BOOST_TEST(right(whole.substr(0, byte)), byte);
    }
}

BOOST_AUTO_TEST_CASE(full_disk_keeps_the_old_ones)
{
    const Scratch scratch;
    save_checkpoint(scratch.path(), sample(1));
    save_checkpoint(scratch.path(), sample(2));
    for (const std::size_t size : {0, 100, 3000, 5500}) {
        const FileSizeLimit limit(size);
        const std::string message =
            message_of<WriteError>([&] { save_checkpoint(scratch.path(), sample(3)); });
        BOOST_TEST(contains(message, ": File too large"), size);
        BOOST_TEST(files_in(scratch.path()) == 2);
        BOOST_TEST(load_checkpoint(scratch.path()).integers.at("step") == 2);
    }
    BOOST_CHECK_THROW(save_checkpoint(scratch / "missing", sample()), WriteError);
}

BOOST_AUTO_TEST_SUITE_END()
