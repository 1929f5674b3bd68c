// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/checkpoint.hpp"

#include "widelimit/io/netcdf.hpp"
#include "widelimit/io/output_file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <system_error>

namespace widelimit {

namespace fs = std::filesystem;

namespace {

/// FNV-1a, 64 bit.  Each step is a bijection of the sum, so that no single changed byte goes unseen.
class Checksum {
public:
    void add(std::string_view bytes)
    {
        add_bytes(bytes.size());
        for (const char byte : bytes) {
            step(static_cast<unsigned char>(byte));
        }
    }

    template <class Value>
    void add_values(std::string_view name, const Value* values, std::size_t count)
    {
        add(name);
        add(std::string_view(reinterpret_cast<const char*>(values), count * sizeof(Value)));
    }

    std::string text() const
    {
        std::array<char, 16> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), sum_, 16).ptr;
        return std::string(digits.data(), end);
    }

private:
    void add_bytes(std::uint64_t number)
    {
        for (int shift = 0; shift < 64; shift += 8) {
            step((number >> shift) & 0xff);
        }
    }

    void step(std::uint64_t byte) { sum_ = (sum_ ^ byte) * 0x100000001b3; }

    std::uint64_t sum_ = 0xcbf29ce484222325;
};

std::string checksum(const Checkpoint& checkpoint)
{
    Checksum sum;
    sum.add(checkpoint.fingerprint);
    for (const auto& [name, field] : checkpoint.fields) {
        sum.add_values("field " + name, field.data(), static_cast<std::size_t>(field.size()));
    }
    for (const auto& [name, number] : checkpoint.numbers) {
        sum.add_values("number " + name, &number, 1);
    }
    for (const auto& [name, integer] : checkpoint.integers) {
        sum.add_values("integer " + name, &integer, 1);
    }
    for (const auto& [name, text] : checkpoint.texts) {
        sum.add("text " + name);
        sum.add(text);
    }
    return sum.text();
}

/// A dimension of size 0 would be taken for one that grows: empty fields are attributes.
void define(NetcdfWriter& file, const Checkpoint& checkpoint)
{
    file.attribute("fingerprint", checkpoint.fingerprint);
    file.attribute("checksum", checksum(checkpoint));
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

/// Sorts an attribute in by its prefix; throws std::bad_variant_access where the type is not the one written.
void take(Checkpoint& checkpoint, std::string& written_checksum, const std::string& key,
          const Attribute& value)
{
    if (key == "fingerprint") {
        checkpoint.fingerprint = std::get<std::string>(value);
    } else if (key == "checksum") {
        written_checksum = std::get<std::string>(value);
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
    const NetcdfReader file(path);
    Checkpoint checkpoint;
    std::string written;
    try {
        for (const auto& [key, value] : file.attributes()) {
            take(checkpoint, written, key, value);
        }
    } catch (const std::bad_variant_access&) {
        throw DamagedFile("cannot read '" + path.string() + "': a wrong type of attribute");
    }
    for (const std::string& variable : file.variables()) {
        if (const auto name = name_after("field.", variable)) {
            checkpoint.fields[*name] = file.read(variable);
        }
    }
    if (written != checksum(checkpoint)) {
        throw DamagedFile("cannot read '" + path.string() + "': the checksum does not fit");
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
    sync_to_disk(next.temporary(), newest(directory));
    std::error_code unknown;
    if (fs::exists(newest(directory), unknown)) {
        rename_over(newest(directory), previous(directory));
    }
    next.commit();
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
