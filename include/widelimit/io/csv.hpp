// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/core/value.hpp"

namespace widelimit {

/// The rows of a CSV file under named columns.  The separator is the one of `,` `;` and tab that the header
/// holds most of; fields may be quoted ("" inside quotes is one "), blanks around unquoted fields do not
/// count, lines end in LF, CRLF or CR, blank lines at the end are ignored, a UTF-8 byte order mark is
/// skipped. Everything else is refused with ConfigError "file:line:column: ...".
class Table {
public:
    /// Parses a text; `file` names it in messages.
    Table(std::string text, std::string file);

    const std::string& file() const { return file_; }
    const std::vector<std::string>& names() const { return names_; }
    Index rows() const { return static_cast<Index>(cells_.size() / names_.size()); }
    bool has(const std::string& name) const;

    /// The finite numbers of a column, one per row; anything else in it is refused, words with `for_words`
    /// after the message: what to do if they are meant.
    Field column(const std::string& name, const std::string& for_words = "") const;
    std::vector<std::string> texts(const std::string& name) const;

    /// Columns with a name and nothing but finite numbers.
    std::vector<std::string> numeric() const;
    /// Where the field of a row (from 0) stands.
    Place place(Index row, const std::string& name) const;

private:
    struct Cell {
        std::size_t begin;
        unsigned size;
        bool quoted;
    };
    using Cells = std::vector<Cell>;

    char separator() const;
    void reserve(char separator);
    std::size_t read_row(std::size_t at, char separator, Cells& row) const;
    std::size_t read_quoted(std::size_t at, char separator, Cells& row) const;
    std::size_t read_plain(std::size_t at, char separator, Cells& row) const;
    Cell cell_between(std::size_t begin, std::size_t end, bool quoted) const;
    std::size_t after_line_end(std::size_t at) const;
    void read_header(const Cells& header);
    void read_rows(std::size_t at, char separator);
    std::size_t index(const std::string& name) const;
    const Cell& cell(Index row, std::size_t column) const;
    std::string content(const Cell& cell) const;
    bool is_number(const Cell& cell, double& number) const;
    [[noreturn]] void refuse_number(const Cell& cell, const std::string& name,
                                    const std::string& for_words) const;
    [[noreturn]] void fail(std::size_t at, const std::string& message) const;
    Place place_at(std::size_t at) const;

    std::string text_;
    std::string file_;
    std::vector<std::string> names_;
    Cells cells_;
};

/// Reads a CSV file; ConfigError with the system's reason if it cannot be read.
Table read_csv(const std::string& path);

/// A text as one field of a CSV file: in quotes if it holds a separator, a quote or the end of a line.
std::string csv_field(const std::string& text);

}  // namespace widelimit
