// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/csv.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <unordered_set>
#include <utility>

#include "widelimit/core/error.hpp"
#include "widelimit/core/memory.hpp"
#include "widelimit/core/suggestion.hpp"
#include "widelimit/io/file.hpp"

namespace widelimit {
namespace {

bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

}  // namespace

Table::Table(std::string text, std::string file) : text_(std::move(text)), file_(std::move(file))
{
    if (text_.starts_with("\xFF\xFE") || text_.starts_with("\xFE\xFF")) {
        refuse({file_, 1, 1}, "UTF-16 text; save it as UTF-8");
    }
    if (const auto nul = text_.find('\0'); nul != std::string::npos) {
        fail(nul, "a NUL byte: not a text file");
    }
    if (text_.starts_with("\xEF\xBB\xBF")) {
        text_.erase(0, 3);
    }
    if (text_.find_first_not_of(" \t\r\n") == std::string::npos) {
        refuse({file_, 1, 1}, "empty file; expected a line of column names and rows below it");
    }
    // Blank lines at the end are no rows; a line of separators alone is one.
    text_.erase(text_.find_last_not_of(" \r\n") + 1);
    text_ += '\n';
    const char mark = separator();
    reserve(mark);
    Cells header;
    const std::size_t below = read_row(0, mark, header);
    read_header(header);
    read_rows(below, mark);
}

char Table::separator() const
{
    std::size_t counts[3] = {0, 0, 0};
    const std::string marks = ",;\t";
    bool quoted = false;
    for (std::size_t at = 0; at < text_.size() && (quoted || !is_line_end(text_[at])); ++at) {
        quoted = quoted != (text_[at] == '"');
        const auto which = marks.find(text_[at]);
        if (!quoted && which != std::string::npos) {
            ++counts[which];
        }
    }
    return marks[static_cast<std::size_t>(std::max_element(counts, counts + 3) - counts)];
}

/// Room for as many fields as there are separators and lines.
void Table::reserve(char separator)
{
    const auto count = static_cast<std::size_t>(std::count_if(
        text_.begin(), text_.end(), [=](char c) { return c == separator || c == '\n' || c == '\r'; }));
    const double bytes = static_cast<double>(text_.size()) + static_cast<double>(count) * sizeof(Cell);
    if (bytes < 1e8) {
        return cells_.reserve(count);
    }
    if (const MemoryLimit limit = memory_limit(); bytes > limit.bytes) {
        refuse({file_, 0, 0}, "needs about " + bytes_text(bytes) + " of memory for its fields; there are " +
                                  bytes_text(limit.bytes) + " " + limit.source +
                                  "; keep only some rows or columns");
    }
    cells_.reserve(count);
}

/// Appends the fields of the row that starts at `at`; returns where the next row starts.
std::size_t Table::read_row(std::size_t at, char separator, Cells& row) const
{
    while (true) {
        std::size_t start = at;
        while (text_[start] == ' ') {
            ++start;
        }
        at = text_[start] == '"' ? read_quoted(start, separator, row) : read_plain(at, separator, row);
        if (text_[at] != separator) {
            return after_line_end(at);
        }
        ++at;
    }
}

std::size_t Table::read_quoted(std::size_t at, char separator, Cells& row) const
{
    std::size_t end = at + 1;
    while (true) {
        end = text_.find('"', end);
        if (end == std::string::npos) {
            fail(at, "a quote that is never closed");
        }
        if (text_[end + 1] != '"') {
            break;
        }
        end += 2;
    }
    row.push_back(cell_between(at + 1, end, true));
    ++end;
    while (text_[end] == ' ') {
        ++end;
    }
    if (text_[end] != separator && !is_line_end(text_[end])) {
        fail(end, "expected a separator after the closing quote");
    }
    return end;
}

std::size_t Table::read_plain(std::size_t at, char separator, Cells& row) const
{
    std::size_t end = at;
    while (text_[end] != separator && !is_line_end(text_[end])) {
        ++end;
    }
    std::size_t begin = at, last = end;
    while (begin < last && text_[begin] == ' ') {
        ++begin;
    }
    while (last > begin && text_[last - 1] == ' ') {
        --last;
    }
    row.push_back(cell_between(begin, last, false));
    return end;
}

Table::Cell Table::cell_between(std::size_t begin, std::size_t end, bool quoted) const
{
    if (end - begin > std::numeric_limits<unsigned>::max()) {
        fail(begin, "a field longer than 4 GB");
    }
    return {begin, static_cast<unsigned>(end - begin), quoted};
}

std::size_t Table::after_line_end(std::size_t at) const
{
    return text_[at] == '\r' && text_[at + 1] == '\n' ? at + 2 : at + 1;
}

void Table::read_header(const Cells& header)
{
    if (std::all_of(header.begin(), header.end(), [](const Cell& cell) { return cell.size == 0; })) {
        fail(0, "expected column names in the first line");
    }
    double number = 0.0;
    if (std::all_of(header.begin(), header.end(),
                    [&](const Cell& cell) { return is_number(cell, number); })) {
        fail(0, "the first line holds only numbers; expected column names, such as 'x,y'");
    }
    std::unordered_set<std::string> known;
    for (const Cell& cell : header) {
        const std::string name = content(cell);
        if (!name.empty() && !known.insert(name).second) {
            fail(cell.begin, "column name '" + name + "' appears twice");
        }
        names_.push_back(name);
    }
}

void Table::read_rows(std::size_t at, char separator)
{
    while (at < text_.size()) {
        const std::size_t before = cells_.size(), start = at;
        at = read_row(at, separator, cells_);
        const std::size_t count = cells_.size() - before;
        if (count != names_.size()) {
            const bool blank = count == 1 && cells_.back().size == 0 && !cells_.back().quoted;
            const bool comment = names_.front().starts_with("#");
            fail(start, "expected " + std::to_string(names_.size()) + " fields as in the header, found " +
                            (blank ? "a blank line" : std::to_string(count)) +
                            (comment ? "; the header is '" + names_.front() +
                                           "': put column names there, comments are not read"
                                     : ""));
        }
    }
    if (cells_.empty()) {
        fail(0, "no rows below the column names");
    }
}

bool Table::has(const std::string& name) const
{
    return std::find(names_.begin(), names_.end(), name) != names_.end();
}

std::size_t Table::index(const std::string& name) const
{
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end() || name.empty()) {
        auto named = names_;
        std::erase(named, "");
        fail(0, "no column '" + name + "'; " + suggestion(name, named, "columns"));
    }
    return static_cast<std::size_t>(found - names_.begin());
}

const Table::Cell& Table::cell(Index row, std::size_t column) const
{
    expects(row >= 0 && row < rows(), "a row of the table");
    return cells_[static_cast<std::size_t>(row) * names_.size() + column];
}

std::string Table::content(const Cell& cell) const
{
    std::string field = text_.substr(cell.begin, cell.size);
    for (auto at = field.find('"'); cell.quoted && at != std::string::npos; at = field.find('"', at + 1)) {
        field.erase(at, 1);
    }
    return field;
}

bool Table::is_number(const Cell& cell, double& number) const
{
    const char* first = text_.data() + cell.begin;
    const char* const last = first + cell.size;
    first += cell.size > 1 && first[0] == '+' && first[1] != '-' ? 1 : 0;
    const auto [stop, error] = std::from_chars(first, last, number);
    return first != last && stop == last && error == std::errc();
}

Field Table::column(const std::string& name, const std::string& for_words) const
{
    const std::size_t which = index(name);
    Field numbers(rows());
    for (Index row = 0; row < rows(); ++row) {
        const Cell& field = cell(row, which);
        if (!is_number(field, numbers[row]) || !std::isfinite(numbers[row])) {
            refuse_number(field, name, for_words);
        }
    }
    return numbers;
}

std::vector<std::string> Table::numeric() const
{
    const auto count = static_cast<Index>(names_.size());
    std::vector<std::string> names;
    for (Index k = 0; k < count; ++k) {
        double number = 0.0;
        bool good = !names_[static_cast<std::size_t>(k)].empty();
        for (Index row = 0; good && row < rows(); ++row) {
            good = is_number(cell(row, static_cast<std::size_t>(k)), number) && std::isfinite(number);
        }
        if (good) {
            names.push_back(names_[static_cast<std::size_t>(k)]);
        }
    }
    return names;
}

void Table::refuse_number(const Cell& cell, const std::string& name, const std::string& for_words) const
{
    std::string field = content(cell);
    const auto comma = field.find(',');
    std::string hint;
    if (comma != std::string::npos) {
        std::string pointed = field;
        pointed[comma] = '.';
        hint = "; a decimal comma? write " + pointed;
    } else if (!field.empty() && std::isalpha(static_cast<unsigned char>(field[0])) != 0) {
        hint = for_words;
    }
    fail(cell.begin, "column '" + name + "': expected a finite number, found " +
                         (field.empty() ? "an empty field" : "'" + field + "'") + hint);
}

std::vector<std::string> Table::texts(const std::string& name) const
{
    const std::size_t which = index(name);
    std::vector<std::string> all;
    all.reserve(static_cast<std::size_t>(rows()));
    for (Index row = 0; row < rows(); ++row) {
        all.push_back(content(cell(row, which)));
    }
    return all;
}

Place Table::place(Index row, const std::string& name) const
{
    return place_at(cell(row, index(name)).begin);
}

Place Table::place_at(std::size_t at) const
{
    Place place{file_, 1, 1};
    for (std::size_t i = 0; i < at; ++i) {
        const bool line_ends = text_[i] == '\n' || (text_[i] == '\r' && text_[i + 1] != '\n');
        place.line += line_ends ? 1 : 0;
        place.column = line_ends ? 1 : place.column + 1;
    }
    return place;
}

void Table::fail(std::size_t at, const std::string& message) const
{
    refuse(place_at(at), message);
}

Table read_csv(const std::string& path)
{
    constexpr std::size_t limit = std::size_t{1} << 32;
    return Table(file_text(path, limit), path);
}

std::string csv_field(const std::string& text)
{
    if (text.find_first_of(",;\t\"\r\n") == text.npos) {
        return text;
    }
    std::string field = "\"";
    for (const char c : text) {
        field += c == '"' ? std::string("\"\"") : std::string(1, c);
    }
    return field + "\"";
}

}  // namespace widelimit
