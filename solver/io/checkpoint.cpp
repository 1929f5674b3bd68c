// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/checkpoint.hpp"

#include "widelimit/core/checksum.hpp"
#include "widelimit/io/file.hpp"
#include "widelimit/io/netcdf.hpp"
#include "widelimit/io/output_file.hpp"

#include <algorithm>
#include <optional>
#include <system_error>

namespace widelimit {

namespace fs = std::filesystem;

namespace {

/// What follows the last value of the file, where NetCDF does not look.
std::string seal(std::string_view bytes)
{
    return "FNV1a-64" + checksum(bytes);
}

/// The seal comes first: a damaged header makes the library allocate without bounds.
void check_seal(const fs::path& path)
{
    const std::string bytes = file_text(path.string(), std::string::npos);
    const std::size_t length = std::min(bytes.size(), seal("").size());
    const std::string_view contents(bytes.data(), bytes.size() - length);
    if (!bytes.ends_with(seal(contents))) {
        throw DamagedFile("cannot read '" + path.string() + "': the checksum does not fit");
    }
}

void add_seal(const fs::path& path, const fs::path& reported_as)
{
    const std::string bytes = file_text(path.string(), std::string::npos);
    OutputFile file = OutputFile::open(path, reported_as);
    file.go_to(bytes.size());
    file.write(seal(bytes));
    file.close();
}

/// A dimension of size 0 would be taken for one that grows: empty fields are attributes.
void define(NetcdfWriter& file, const Checkpoint& checkpoint)
{
    file.attribute("fingerprint", checkpoint.fingerprint);
    for (const auto& [name, field] : checkpoint.fields) {
        if (field.size() == 0) {
            file.attribute("empty." + name, "");
            continue;
        }
        file.dimension("size." + name, field.size());
        file.variable("field." + name, {"size." + name});
    }
    for (const auto& [name, number] : checkpoint.numbers) {
        file.attribute("number." + name, number);
    }
    for (const auto& [name, integer] : checkpoint.integers) {
        file.attribute("integer." + name, integer);
    }
    for (const auto& [name, text] : checkpoint.texts) {
        file.attribute("text." + name, text);
    }
    file.end_definitions();
}

void write(const fs::path& path, const Checkpoint& checkpoint)
{
    NetcdfWriter file(path);
    define(file, checkpoint);
    for (const auto& [name, field] : checkpoint.fields) {
        if (field.size() > 0) {
            file.put("field." + name, field);
        }
    }
    file.close();
}

std::optional<std::string> name_after(std::string_view prefix, std::string_view name)
{
    return name.starts_with(prefix) ? std::optional(std::string(name.substr(prefix.size()))) : std::nullopt;
}

/// Sorts an attribute in by its prefix.
void take(Checkpoint& checkpoint, const std::string& key, const Attribute& value)
{
    if (key == "fingerprint") {
        checkpoint.fingerprint = std::get<std::string>(value);
    } else if (const auto field = name_after("empty.", key)) {
        checkpoint.fields[*field] = Field();
    } else if (const auto number = name_after("number.", key)) {
        checkpoint.numbers[*number] = std::get<double>(value);
    } else if (const auto integer = name_after("integer.", key)) {
        checkpoint.integers[*integer] = std::get<std::int64_t>(value);
    } else if (const auto text = name_after("text.", key)) {
        checkpoint.texts[*text] = std::get<std::string>(value);
    }
}

Checkpoint read(const fs::path& path)
{
    check_seal(path);
    const NetcdfReader file(path);
    Checkpoint checkpoint;
    for (const auto& [key, value] : file.attributes()) {
        take(checkpoint, key, value);
    }
    for (const std::string& variable : file.variables()) {
        if (const auto name = name_after("field.", variable)) {
            checkpoint.fields[*name] = file.read(variable);
        }
    }
    return checkpoint;
}

fs::path newest(const fs::path& directory)
{
    return directory / "checkpoint.nc";
}

fs::path previous(const fs::path& directory)
{
    return directory / "checkpoint.previous.nc";
}

}  // namespace

void save_checkpoint(const fs::path& directory, const Checkpoint& checkpoint)
{
    Replacement next(newest(directory));
    write(next.temporary(), checkpoint);
    add_seal(next.temporary(), newest(directory));
    sync_to_disk(next.temporary(), newest(directory));
    std::error_code unknown;
    if (fs::exists(newest(directory), unknown)) {
        rename_over(newest(directory), previous(directory));
    }
    next.commit();
}

bool has_checkpoint(const fs::path& directory)
{
    std::error_code unknown;  // what cannot be looked at is there: reading it says why it cannot
    return fs::exists(newest(directory), unknown) || unknown || fs::exists(previous(directory), unknown) ||
           unknown;
}

Checkpoint load_checkpoint(const fs::path& directory, std::string* remark)
{
    std::string damage;
    for (const fs::path& path : {newest(directory), previous(directory)}) {
        std::error_code unknown;
        if (!fs::exists(path, unknown) && !unknown) {
            continue;
        }
        try {
            Checkpoint checkpoint = read(path);
            if (remark != nullptr) {
                *remark = damage;
            }
            return checkpoint;
        } catch (const DamagedFile& error) {
            damage += (damage.empty() ? "" : "; ") + std::string(error.what());
        }
    }
    if (damage.empty()) {
        throw ConfigError("no checkpoint in '" + directory.string() + "'");
    }
    throw WriteError("no whole checkpoint in '" + directory.string() + "': " + damage);
}

}  // namespace widelimit
