// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a CSV file: every column as texts and numbers, then as the data of a case, with targets and
// with class labels.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "widelimit/core/error.hpp"
#include "widelimit/io/csv.hpp"
#include "widelimit/run/case.hpp"

namespace {

using namespace widelimit;

/// A regular file in memory with a path.
class MemoryFile {
public:
    MemoryFile() : number_(memfd_create("fuzzed", 0)) {}
    void hold(const std::string& text) const
    {
        const auto size = static_cast<ssize_t>(text.size());
        if (ftruncate(number_, 0) != 0 || pwrite(number_, text.data(), text.size(), 0) != size) {
            std::abort();
        }
    }
    std::string path() const { return "/proc/self/fd/" + std::to_string(number_); }

private:
    int number_;
};

void read_columns(const Table& table)
{
    for (const std::string& name : table.names()) {
        try {
            table.texts(name);
            table.column(name);
        } catch (const ConfigError&) {}
    }
}

/// [data] with the first column as input and the last as target.
Value section(const std::string& path, const Table& table, bool labels)
{
    Value target = Value::table();
    target.set("column", table.names().back());
    if (labels) {
        const std::vector<std::string> classes = table.texts(table.names().back());
        target.set("plus", classes.front());
        target.set("minus", classes.back());
    }
    Value data = Value::table();
    data.set("file", path);
    data.set("inputs", std::vector<Value>{table.names().front()});
    data.set("target", std::move(target));
    Value root = Value::table();
    root.set("data", std::move(data));
    return root;
}

void read(const std::string& path, const Table& table, bool labels)
{
    static const auto schema = std::make_shared<const Schema>(case_schema());
    try {
        const Settings root(section(path, table, labels), schema);
        read_data(root.table("data"));
    } catch (const ConfigError&) {}
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const MemoryFile file;
    try {
        const std::string text(reinterpret_cast<const char*>(data), size);
        file.hold(text);
        const Table table(text, "data.csv");
        read_columns(table);
        read(file.path(), table, false);
        read(file.path(), table, true);
    } catch (const ConfigError&) {}
    return 0;
}
