// SPDX-License-Identifier: BSD-3-Clause
#include "matrix_files.hpp"

#include "widelimit/core/error.hpp"
#include "widelimit/core/literal.hpp"
#include "widelimit/io/csv.hpp"
#include "widelimit/io/file.hpp"
#include "widelimit/io/toml.hpp"

namespace widelimit {
namespace {

Table table_of(const Value& name)
{
    constexpr std::size_t limit = std::size_t{1} << 30;
    const std::string file = resolve_path(name);
    try {
        return Table(file_text(file, limit), file);
    } catch (const ConfigError& error) {
        refuse(name.place, error.what());
    }
}

Value rows_of(const Value& name)
{
    const Table table = table_of(name);
    Matrix columns(table.rows(), static_cast<Index>(table.names().size()));
    for (Index k = 0; k < columns.cols(); ++k) {
        columns.col(k) = table.column(table.names()[static_cast<std::size_t>(k)]);
    }
    std::vector<Value> rows;
    for (Index i = 0; i < columns.rows(); ++i) {
        std::vector<Value> row;
        for (Index k = 0; k < columns.cols(); ++k) {
            row.emplace_back(columns(i, k));
            row.back().place = name.place;
        }
        rows.emplace_back(std::move(row));
        rows.back().place = name.place;
    }
    Value matrix(std::move(rows));
    matrix.place = name.place;
    return matrix;
}

bool is_matrix(const std::string& path, const Schema& schema)
{
    const Key* key = schema.find(path);
    return key != nullptr && Shape(key->type).admits("matrix") && Shape(key->type).name_key().empty() &&
           !Shape(key->type).admits("text");
}

void read_below(Value& table, const std::string& prefix, const Schema& schema)
{
    for (Value::Entry& entry : table.entries()) {
        const std::string path = joined(prefix, entry.key);
        if (entry.value.is(Value::Kind::table)) {
            read_below(entry.value, path, schema);
        } else if (entry.value.is(Value::Kind::text) && is_matrix(path, schema)) {
            entry.value = rows_of(entry.value);
        }
    }
}

}  // namespace

void read_matrix_files(Value& root, const Schema& schema)
{
    if (root.is(Value::Kind::table)) {
        read_below(root, "", schema);
    }
}

}  // namespace widelimit
