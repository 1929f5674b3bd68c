// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/csv.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

#include "support/scratch.hpp"
#include "support/refusal.hpp"

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(csv_reading)

namespace {

using Texts = std::vector<std::string>;

std::string table_refusal(const std::string& text)
{
    return refusal([&] { Table(text, "d.csv"); });
}

std::string number_refusal(const std::string& field)
{
    return refusal([&] { Table("name,y\na,1\nb," + field + "\n", "d.csv").column("y"); });
}

std::vector<double> numbers(const Table& table, const std::string& name)
{
    const Field column = table.column(name);
    return {column.begin(), column.end()};
}

}  // namespace

BOOST_AUTO_TEST_CASE(columns_by_name)
{
    const Table table("times,accel,group\n2.4,0,a\n-2.6,+1.5e-3,b c\n", "d.csv");
    BOOST_TEST(table.rows() == 2);
    BOOST_TEST(table.names() == (Texts{"times", "accel", "group"}));
    BOOST_TEST(table.file() == "d.csv");
    BOOST_TEST(table.has("accel"));
    BOOST_TEST(!table.has("acel"));
    BOOST_TEST(numbers(table, "times") == (std::vector<double>{2.4, -2.6}));
    BOOST_TEST(numbers(table, "accel") == (std::vector<double>{0.0, 1.5e-3}));
    BOOST_TEST(table.texts("group") == (Texts{"a", "b c"}));
    BOOST_TEST(table.texts("times") == (Texts{"2.4", "-2.6"}));
    BOOST_TEST(table.place(1, "accel").text() == "d.csv:3:6");
    BOOST_CHECK_THROW(table.place(2, "accel"), std::logic_error);
}

BOOST_AUTO_TEST_CASE(separators_come_from_the_header)
{
    for (const std::string mark : {",", ";", "\t"}) {
        const Table table("x" + mark + "y\n1" + mark + "2\n", "d.csv");
        BOOST_TEST(numbers(table, "x") == std::vector<double>{1.0});
        BOOST_TEST(numbers(table, "y") == std::vector<double>{2.0});
    }
    BOOST_TEST(Table("\"a,b,c\";d\n1;2\n", "d.csv").names() == (Texts{"a,b,c", "d"}));
    BOOST_TEST(numbers(Table("x\n1\n2\n", "d.csv"), "x") == (std::vector<double>{1.0, 2.0}));
    BOOST_TEST(Table("x\ty\n1\t\n", "d.csv").texts("y") == Texts{""});
}

BOOST_AUTO_TEST_CASE(line_ends_and_byte_order_mark)
{
    for (const std::string end : {"\n", "\r\n", "\r"}) {
        for (const std::string tail : {"", "\n", "\r\n", "\n\n  \n"}) {
            const Table table("\xEF\xBB\xBFx,y" + end + "1,2" + end + "3,z" + tail, "d.csv");
            BOOST_TEST(numbers(table, "x") == (std::vector<double>{1.0, 3.0}));
            BOOST_TEST(refusal([&] { table.column("y"); }).starts_with("d.csv:3:3: "));
        }
    }
}

BOOST_AUTO_TEST_CASE(quoted_fields)
{
    const Table table(
        "\"x\" , \"the \"\"y\"\"\",z\n \"1.5\", a b ,\"two\nlines, \"\" \"\n\"\",\" c \",d\"e\n", "d.csv");
    BOOST_TEST(table.names() == (Texts{"x", "the \"y\"", "z"}));
    BOOST_TEST(table.texts("x") == (Texts{"1.5", ""}));
    BOOST_TEST(table.texts("the \"y\"") == (Texts{"a b", " c "}));
    BOOST_TEST(table.texts("z") == (Texts{"two\nlines, \" ", "d\"e"}));
    BOOST_TEST(refusal([&] { table.column("x"); }) ==
               "d.csv:4:2: column 'x': expected a finite number, found an empty field");
    const Table copy = table;
    BOOST_TEST(copy.texts("x")[0] == "1.5");
}

BOOST_AUTO_TEST_CASE(row_names_without_header_are_let_through)
{
    const Table table("\"\",\"speed\"\n\"1\",4\n", "d.csv");
    BOOST_TEST(numbers(table, "speed") == std::vector<double>{4.0});
    BOOST_TEST(refusal([&] { table.column(""); }) == "d.csv:1:1: no column ''; columns are speed");
}

BOOST_AUTO_TEST_CASE(offending_fields_are_shown)
{
    const std::string start = "d.csv:3:3: column 'y': expected a finite number, found ";
    BOOST_TEST(number_refusal("abc") == start + "'abc'");
    BOOST_TEST(number_refusal("NA") == start + "'NA'");
    BOOST_TEST(number_refusal("nan") == start + "'nan'");
    BOOST_TEST(number_refusal("-inf") == start + "'-inf'");
    BOOST_TEST(number_refusal("1e999") == start + "'1e999'");
    BOOST_TEST(number_refusal("1.5x") == start + "'1.5x'");
    BOOST_TEST(number_refusal("0x10") == start + "'0x10'");
    BOOST_TEST(number_refusal("+-1") == start + "'+-1'");
    BOOST_TEST(number_refusal("+") == start + "'+'");
    BOOST_TEST(number_refusal("") == start + "an empty field");
    BOOST_TEST(number_refusal("1e-310") == "accepted");
    BOOST_TEST(refusal([] { Table("x;y\n1;2,5\n", "d.csv").column("y"); }) ==
               "d.csv:2:3: column 'y': expected a finite number, found '2,5'; a decimal comma? write 2.5");
}

BOOST_AUTO_TEST_CASE(unknown_columns_are_suggested)
{
    const Table table("times,accel\n1,2\n", "d.csv");
    BOOST_TEST(refusal([&] { table.column("tims"); }) ==
               "d.csv:1:1: no column 'tims'; did you mean 'times'?");
    BOOST_TEST(refusal([&] { table.texts("speed"); }) ==
               "d.csv:1:1: no column 'speed'; columns are times, accel");
    BOOST_TEST(refusal([&] { table.place(0, "Accel"); }) ==
               "d.csv:1:1: no column 'Accel'; did you mean 'accel'?");
}

BOOST_AUTO_TEST_CASE(names_that_are_written_read_back)
{
    for (const std::string name : {"x", "yield, %", "say \"x\"", "a;b", "temperature [K]"}) {
        const Table table(csv_field(name) + ",y\n1,2\n", "d.csv");
        BOOST_TEST(table.column(name)[0] == 1.0, name);
    }
    BOOST_TEST(csv_field("temperature [K]") == "temperature [K]");
}

BOOST_AUTO_TEST_CASE(malformed_tables)
{
    BOOST_TEST(table_refusal("") ==
               "d.csv:1:1: empty file; expected a line of column names and rows below it");
    BOOST_TEST(table_refusal(" \r\n\t\n") ==
               "d.csv:1:1: empty file; expected a line of column names and rows below it");
    BOOST_TEST(table_refusal("x,y\n") == "d.csv:1:1: no rows below the column names");
    BOOST_TEST(table_refusal("x,y\n1,2\n3\n") == "d.csv:3:1: expected 2 fields as in the header, found 1");
    BOOST_TEST(table_refusal("x,y\n1,2,3\n") == "d.csv:2:1: expected 2 fields as in the header, found 3");
    BOOST_TEST(table_refusal("x,y\n1,2\n\n3,4\n") ==
               "d.csv:3:1: expected 2 fields as in the header, found a blank line");
    BOOST_TEST(table_refusal("# run 7\nx,y\n1,2\n") ==
               "d.csv:2:1: expected 1 fields as in the header, found 2; the header is '# run 7': put column "
               "names there, comments are not read");
    BOOST_TEST(table_refusal("x, y,x\n1,2,3\n") == "d.csv:1:6: column name 'x' appears twice");
    BOOST_TEST(table_refusal("1,2.5\n3,4\n") ==
               "d.csv:1:1: the first line holds only numbers; expected column names, such as 'x,y'");
    BOOST_TEST(table_refusal("\n1,2\n") == "d.csv:1:1: expected column names in the first line");
    BOOST_TEST(table_refusal(",\n1,2\n") == "d.csv:1:1: expected column names in the first line");
    BOOST_TEST(table_refusal("x,y\n1,\"2\n3,4\n") == "d.csv:2:3: a quote that is never closed");
    BOOST_TEST(table_refusal("x,y\n1,\"2\" 3\n") ==
               "d.csv:2:7: expected a separator after the closing quote");
    BOOST_TEST(table_refusal(std::string("x,y\n1,\0\n", 8)) == "d.csv:2:3: a NUL byte: not a text file");
    BOOST_TEST(table_refusal(std::string("\xFF\xFEx\0", 4)) == "d.csv:1:1: UTF-16 text; save it as UTF-8");
}

BOOST_AUTO_TEST_CASE(files)
{
    const Scratch scratch;
    overwrite(scratch / "d.csv", "x\n1\n");
    BOOST_TEST(numbers(read_csv((scratch / "d.csv").string()), "x") == std::vector<double>{1.0});
    const std::string missing = (scratch / "missing.csv").string(), folder = scratch.path().string();
    BOOST_TEST(refusal([&] { read_csv(missing); }) ==
               missing + ": cannot be read: No such file or directory");
    BOOST_TEST(refusal([&] { read_csv(folder); }) == folder + ": cannot be read: Is a directory");
}

BOOST_AUTO_TEST_CASE(many_rows)
{
    constexpr int rows = 200'000;
    std::string text = "n,square\n";
    for (int i = 0; i < rows; ++i) {
        text += std::to_string(i) + "," + std::to_string(0.25 * i) + "\n";
    }
    const Table table(text, "d.csv");
    BOOST_TEST(table.rows() == rows);
    BOOST_TEST(table.column("n").sum() == 0.5 * rows * (rows - 1.0));
    BOOST_TEST(table.column("square")[rows - 1] == 0.25 * (rows - 1));
    BOOST_TEST(table.place(rows - 1, "square").text() == "d.csv:200001:8");
}

BOOST_AUTO_TEST_SUITE_END()
