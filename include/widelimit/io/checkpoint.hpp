// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/field.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace widelimit {

/// All that a run needs to go on as if it had not stopped.  Doubles are kept bit for bit, NaN included. Names
/// are those NetCDF takes: letters, digits, `_`, `.`, `-`.
struct Checkpoint {
    std::string fingerprint;  ///< of the case it belongs to; comparing is the reader's business
    std::map<std::string, Field> fields;
    std::map<std::string, double> numbers;
    std::map<std::string, std::int64_t> integers;
    std::map<std::string, std::string> texts;
};

/// Writes `directory`/checkpoint.nc; the one there was becomes checkpoint.previous.nc.  A kill or loss of
/// power at any moment leaves one of the two whole.  WriteError if writing fails; what there was then stays.
void save_checkpoint(const std::filesystem::path& directory, const Checkpoint& checkpoint);

/// Whether there is a file that looks like one, whole or not.
bool has_checkpoint(const std::filesystem::path& directory);

/// The newest whole checkpoint of `directory`; a checksum over all contents decides what is whole.  If that
/// is the older one, `remark` (when given) tells why.  ConfigError if there is none or it may not be read;
/// WriteError that names the files if all there are are damaged.
Checkpoint load_checkpoint(const std::filesystem::path& directory, std::string* remark = nullptr);

}  // namespace widelimit
