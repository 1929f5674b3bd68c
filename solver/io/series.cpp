// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/series.hpp"

#include "widelimit/core/error.hpp"
#include "widelimit/io/file.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace widelimit {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t buffer_bytes = std::size_t{1} << 16;

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    for (std::size_t end = text.find(separator); end != text.npos; end = text.find(separator, begin)) {
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    parts.push_back(text.substr(begin));
    return parts;
}

/// The lines that have their end.
std::vector<std::string_view> whole_lines(std::string_view text, const fs::path& path)
{
    std::vector<std::string_view> lines = split(text, '\n');
    lines.pop_back();
    if (lines.empty()) {
        throw ConfigError(path.string() + ":1:1: expected a line of column names");
    }
    return lines;
}

std::vector<std::string> names_in(std::string_view line)
{
    const std::vector<std::string_view> parts = split(line, ',');
    return {parts.begin(), parts.end()};
}

void append_number(std::string& text, double number)
{
    if (std::isnan(number)) {
        text += "nan";  // whatever its sign
        return;
    }
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    text.append(digits.data(), end);
}

double number_in(std::string_view text, const std::string& place)
{
    double number = 0.0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end) {
        throw ConfigError(place + ": expected a number, not '" + std::string(text) + "'");
    }
    return number;
}

std::string join(const std::vector<std::string>& names)
{
    std::string line;
    for (const std::string& name : names) {
        line += (line.empty() ? "" : ",") + name;
    }
    return line;
}

}  // namespace

SeriesWriter::SeriesWriter(OutputFile file, std::vector<std::string> columns, Index rows)
    : file_(std::move(file)), columns_(std::move(columns)), rows_(rows)
{}

SeriesWriter::SeriesWriter(const fs::path& path, std::vector<std::string> columns)
    : SeriesWriter(OutputFile::create(path, path), std::move(columns), 0)
{
    expects(!columns_.empty(), "at least one column");
    for (const std::string& name : columns_) {
        expects(!name.empty() && name.find_first_of(",\"\r\n") == name.npos,
                "a column name that needs no quotes");
    }
    buffer_ = join(columns_) + "\n";
    flush();
}

SeriesWriter SeriesWriter::reopen(const fs::path& path, Index rows)
{
    const std::string text = file_text(path.string(), std::string::npos);
    const std::vector<std::string_view> lines = whole_lines(text, path);
    const auto present = static_cast<Index>(lines.size()) - 1;
    if (present < rows) {
        throw ConfigError("'" + path.string() + "' has " + std::to_string(present) +
                          " rows, not the expected " + std::to_string(rows));
    }
    const std::string_view last = lines[static_cast<std::size_t>(rows)];
    OutputFile file = OutputFile::open(path, path);
    file.cut(static_cast<std::uint64_t>(last.data() + last.size() + 1 - text.data()));
    return SeriesWriter(std::move(file), names_in(lines.front()), rows);
}

SeriesWriter& SeriesWriter::operator=(SeriesWriter&& other) noexcept
{
    std::swap(file_, other.file_);
    std::swap(columns_, other.columns_);
    std::swap(rows_, other.rows_);
    std::swap(buffer_, other.buffer_);
    return *this;
}

SeriesWriter::~SeriesWriter()
{
    try {
        flush();
    } catch (const WriteError&) {  // a destructor has no way to tell
    }
}

void SeriesWriter::append(std::span<const double> row)
{
    expects(row.size() == columns_.size(), "one number per column");
    for (std::size_t k = 0; k < row.size(); ++k) {
        buffer_ += k == 0 ? "" : ",";
        append_number(buffer_, row[k]);
    }
    buffer_ += '\n';
    ++rows_;
    if (buffer_.size() > buffer_bytes) {
        flush();
    }
}

void SeriesWriter::flush()
{
    // Emptied first: what has failed once may have been written in part and is not tried again.
    const std::string rows = std::exchange(buffer_, {});
    file_.write(rows);
}

void SeriesWriter::sync()
{
    flush();
    file_.sync();
}

void SeriesWriter::close()
{
    flush();
    file_.close();
}

Index Series::column(const std::string& name) const
{
    for (std::size_t k = 0; k < names.size(); ++k) {
        if (names[k] == name) {
            return static_cast<Index>(k);
        }
    }
    throw ConfigError("no column '" + name + "' (there are: " + join(names) + ")");
}

Series read_series(const fs::path& path)
{
    const std::string text = file_text(path.string(), std::string::npos);
    const std::vector<std::string_view> lines = whole_lines(text, path);
    Series series{names_in(lines.front()), {}};
    const std::size_t width = series.names.size();
    series.columns.resize(static_cast<Index>(lines.size()) - 1, static_cast<Index>(width));
    for (std::size_t line = 1; line < lines.size(); ++line) {
        const std::vector<std::string_view> cells = split(lines[line], ',');
        const std::string place = path.string() + ":" + std::to_string(line + 1) + ":";
        if (cells.size() != width) {
            throw ConfigError(place + "1: expected " + std::to_string(width) + " columns, not " +
                              std::to_string(cells.size()));
        }
        for (std::size_t k = 0; k < width; ++k) {
            const std::string column = std::to_string(cells[k].data() - lines[line].data() + 1);
            series.columns(static_cast<Index>(line) - 1, static_cast<Index>(k)) =
                number_in(cells[k], place + column);
        }
    }
    return series;
}

}  // namespace widelimit
