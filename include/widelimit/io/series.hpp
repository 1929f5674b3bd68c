// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/field.hpp"
#include "widelimit/io/output_file.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace widelimit {

/// Writes a table of numbers as csv: a line of column names, then one line for each row.  A number stands in
/// its shortest form that reads back to the same double; `inf`, `-inf` and `nan` as pgfplots and pandas take
/// them. Failures are WriteError that name the file.
class SeriesWriter {
public:
    /// Creates the file, or empties the one there is.
    SeriesWriter(const std::filesystem::path& path, std::vector<std::string> columns);

    /// Continues a series after its first `rows` rows; later ones are cut off.  ConfigError if it has fewer.
    static SeriesWriter reopen(const std::filesystem::path& path, Index rows);

    SeriesWriter(SeriesWriter&&) noexcept = default;
    SeriesWriter& operator=(SeriesWriter&& other) noexcept;
    ~SeriesWriter();  ///< flushes without a check: call close()

    /// One number per column.  Kept in memory until flush(), or until some tens of kilobytes have come
    /// together.
    void append(std::span<const double> row);

    /// Hands all rows to the system: a kill cannot lose them any more.
    void flush();

    /// Puts all rows on the disk: before a checkpoint that counts on them.
    void sync();
    void close();

    const std::vector<std::string>& columns() const { return columns_; }
    Index rows() const { return rows_; }

private:
    SeriesWriter(OutputFile file, std::vector<std::string> columns, Index rows);

    OutputFile file_;
    std::vector<std::string> columns_;
    Index rows_ = 0;
    std::string buffer_;
};

struct Series {
    std::vector<std::string> names;
    Matrix columns;  ///< rows of the file by columns

    /// Index of the column `name`, or ConfigError that names the columns there are.
    Index column(const std::string& name) const;
};

/// Reads what a SeriesWriter has written.  A last line without its end is one that a kill has torn: it is
/// left out. ConfigError `file:line:column: ...` for anything else that is not such a table.
Series read_series(const std::filesystem::path& path);

}  // namespace widelimit
