// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/series.hpp"

#include "widelimit/core/error.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

#include "support/scratch.hpp"

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(series)

namespace {

void append(SeriesWriter& series, double first, double second)
{
    series.append(std::array{first, second});
}

std::filesystem::path three_rows(const Scratch& scratch)
{
    SeriesWriter series(scratch / "series.csv", {"time", "mass"});
    append(series, 0.0, 1.0);
    append(series, 0.5, 0.1);
    append(series, 1.0, 1e300);
    series.close();
    return scratch / "series.csv";
}

}  // namespace

BOOST_AUTO_TEST_CASE(text_is_shortest)
{
    const Scratch scratch;
    BOOST_TEST(contents(three_rows(scratch)) == "time,mass\n0,1\n0.5,0.1\n1,1e+300\n");
}

BOOST_AUTO_TEST_CASE(doubles_come_back_bit_for_bit)
{
    const Scratch scratch;
    std::mt19937_64 random(7);
    std::vector<double> numbers{-0.0, 5e-324, std::numeric_limits<double>::max(),
                                std::numeric_limits<double>::infinity()};
    while (numbers.size() < 10000) {
        const auto number = std::bit_cast<double>(random());
        if (!std::isnan(number)) {
            numbers.push_back(number);
        }
    }
    SeriesWriter series(scratch / "a.csv", {"x"});
    for (const double number : numbers) {
        series.append(std::array{number});
    }
    series.close();
    const Series read = read_series(scratch / "a.csv");
    BOOST_REQUIRE(read.columns.rows() == 10000);
    for (std::size_t k = 0; k < numbers.size(); ++k) {
        const double back = read.columns(static_cast<Index>(k), 0);
        BOOST_REQUIRE(std::bit_cast<std::uint64_t>(back) == std::bit_cast<std::uint64_t>(numbers[k]));
    }
}

BOOST_AUTO_TEST_CASE(not_a_number_of_either_sign)
{
    const Scratch scratch;
    SeriesWriter series(scratch / "a.csv", {"x", "y"});
    append(series, std::nan(""), -std::nan(""));
    series.close();
    BOOST_TEST(contents(scratch / "a.csv") == "x,y\nnan,nan\n");
    BOOST_TEST(read_series(scratch / "a.csv").columns.array().isNaN().all());
}

BOOST_AUTO_TEST_CASE(rows_appear_with_flush)
{
    const Scratch scratch;
    SeriesWriter series(scratch / "a.csv", {"x", "y"});
    append(series, 1.0, 2.0);
    BOOST_TEST(read_series(scratch / "a.csv").columns.rows() == 0);
    series.flush();
    BOOST_TEST(read_series(scratch / "a.csv").columns.rows() == 1);
    BOOST_TEST(series.rows() == 1);
}

BOOST_AUTO_TEST_CASE(many_rows_do_not_wait_for_flush)
{
    const Scratch scratch;
    SeriesWriter series(scratch / "a.csv", {"x", "y"});
    for (int row = 0; row < 20000; ++row) {
        append(series, 0.125, 0.25);
    }
    BOOST_TEST(read_series(scratch / "a.csv").columns.rows() > 10000);
}

BOOST_AUTO_TEST_CASE(reopening_cuts_and_goes_on)
{
    const Scratch scratch;
    const auto path = three_rows(scratch);
    overwrite(path, contents(path) + "1.5,0.");  // torn by a kill
    SeriesWriter series = SeriesWriter::reopen(path, 2);
    BOOST_TEST(series.columns() == (std::vector<std::string>{"time", "mass"}));
    BOOST_TEST(series.rows() == 2);
    append(series, 7.0, 8.0);
    series.close();
    BOOST_TEST(contents(path) == "time,mass\n0,1\n0.5,0.1\n7,8\n");
    SeriesWriter::reopen(path, 0).close();
    BOOST_TEST(contents(path) == "time,mass\n");
}

BOOST_AUTO_TEST_CASE(reopening_needs_all_rows)
{
    const Scratch scratch;
    const auto path = three_rows(scratch);
    overwrite(path, contents(path) + "1.5,0.");
    const std::string message = message_of<ConfigError>([&] { SeriesWriter::reopen(path, 4); });
    BOOST_TEST(message == "'" + path.string() + "' has 3 rows, not the expected 4");
    BOOST_CHECK_THROW(SeriesWriter::reopen(scratch / "missing.csv", 0), ConfigError);
}

BOOST_AUTO_TEST_CASE(torn_last_row_is_left_out)
{
    const Scratch scratch;
    const auto path = three_rows(scratch);
    overwrite(path, contents(path) + "1.5,0.2");
    const Series read = read_series(path);
    BOOST_TEST(read.columns.rows() == 3);
    BOOST_TEST(read.columns(2, read.column("mass")) == 1e300);
    BOOST_TEST(contains(message_of<ConfigError>([&] { read.column("mas"); }), "(there are: time,mass)"));
}

BOOST_AUTO_TEST_CASE(what_is_no_series_is_named_by_place)
{
    const Scratch scratch;
    const auto path = scratch / "a.csv";
    const auto message = [&](const std::string& text) {
        overwrite(path, text);
        return message_of<ConfigError>([&] { read_series(path); }).substr(path.string().size());
    };
    BOOST_TEST(message("time,mass\n0,1\n0.5\n") == ":3:1: expected 2 columns, not 1");
    BOOST_TEST(message("time,mass\n0,1\n0.5,0.1x\n") == ":3:5: expected a number, not '0.1x'");
    BOOST_TEST(message("time") == ":1:1: expected a line of column names");
    BOOST_TEST(message("") == ":1:1: expected a line of column names");
    BOOST_CHECK_THROW(read_series(scratch / "missing.csv"), ConfigError);
    BOOST_CHECK_THROW(read_series(scratch.path()), ConfigError);
}

BOOST_AUTO_TEST_CASE(wrong_use_is_a_bug)
{
    const Scratch scratch;
    SeriesWriter series(scratch / "a.csv", {"x", "y"});
    BOOST_CHECK_THROW(series.append(std::array{1.0}), std::logic_error);
    BOOST_CHECK_THROW(SeriesWriter(scratch / "b.csv", {"x,y"}), std::logic_error);
}

BOOST_AUTO_TEST_CASE(full_device_and_size_limit_are_write_errors)
{
    const Scratch scratch;
    BOOST_TEST(message_of<WriteError>([] { SeriesWriter("/dev/full", {"x"}); }) ==
               "cannot write '/dev/full': No space left on device");
    SeriesWriter series(scratch / "a.csv", {"x", "y"});
    const FileSizeLimit limit(100);
    for (int row = 0; row < 100; ++row) {
        append(series, row, row);
    }
    BOOST_CHECK_THROW(series.flush(), WriteError);
    BOOST_TEST(read_series(scratch / "a.csv").columns.rows() > 5);
}

BOOST_AUTO_TEST_CASE(assigned_writer_keeps_the_rows_of_both)
{
    const Scratch scratch;
    {
        SeriesWriter series(scratch / "a.csv", {"x", "y"});
        append(series, 1.0, 2.0);
        SeriesWriter other(scratch / "b.csv", {"x", "y"});
        append(other, 3.0, 4.0);
        series = std::move(other);
        append(series, 5.0, 6.0);
    }
    BOOST_TEST(contents(scratch / "a.csv") == "x,y\n1,2\n");
    BOOST_TEST(contents(scratch / "b.csv") == "x,y\n3,4\n5,6\n");
}

BOOST_AUTO_TEST_SUITE_END()
