// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/netcdf.hpp"

#include "widelimit/io/output_file.hpp"

#include <cstdint>
#include <system_error>

namespace widelimit {

namespace {

void copy_records(NetcdfFile& target, const NetcdfFile& source, Index records)
{
    for (int variable = 0; variable < source.variables(); ++variable) {
        const Slab whole = source.whole(variable);
        if (!whole.grows) {
            target.copy_values(source, variable, whole);
            continue;
        }
        for (Index record = 0; record < records; ++record) {
            target.copy_values(source, variable, whole.of_record(record));
        }
    }
}

/// A file much larger than this is packed on the disk.
constexpr std::uintmax_t packed_in_memory = std::uintmax_t{1} << 30;

std::uintmax_t size_of(const std::filesystem::path& path)
{
    std::error_code unknown;
    const std::uintmax_t size = std::filesystem::file_size(path, unknown);
    return unknown ? 0 : size;
}

void fill(NetcdfFile& target, const NetcdfFile& source, Index records)
{
    target.define_like(source);
    target.put_no_fill_values();
    target.end_definitions();
    copy_records(target, source, records);
}

/// A write of HDF5 that fails crashes the program, so the room is tried first.
void check_room(const Replacement& next, const std::filesystem::path& path)
{
    constexpr std::uintmax_t headers = std::uintmax_t{1} << 20;
    const std::uintmax_t size = size_of(path);
    OutputFile trial = OutputFile::create(next.temporary(), path);
    trial.reserve(size + size / 8 + headers);
    trial.close();
}

/// Replaces the file of `source` by a copy in another format.
void rewrite(const NetcdfFile& source, NetcdfFormat format, Index records)
{
    Replacement next(source.path());
    if (format == NetcdfFormat::netcdf4) {
        check_room(next, source.path());
    }
    NetcdfFile target = NetcdfFile::create(next.temporary(), source.path(), format);
    fill(target, source, records);
    target.close();
    next.commit();
}

/// Replaces the file of `source` by a packed copy; HDF5 never writes to the disk.
void pack_in_memory(const NetcdfFile& source)
{
    NetcdfFile target = NetcdfFile::create_in_memory(source.path());
    fill(target, source, source.records());
    write_atomically(source.path(), target.close_in_memory());
}

}  // namespace

void copy_prefix(const std::filesystem::path& path, Index records)
{
    const NetcdfFile source = NetcdfFile::open_to_read(path);
    const Index present = source.records();
    if (present < records) {
        throw DamagedFile("'" + path.string() + "' has " + std::to_string(present) +
                          " records, not the expected " + std::to_string(records));
    }
    source.check_size(records);
    if (!source.is_cdf5() || present > records) {
        rewrite(source, NetcdfFormat::cdf5, records);
    }
}

void pack_netcdf(const std::filesystem::path& path)
{
    const NetcdfFile source = NetcdfFile::open_to_read(path);
    source.check_size(source.records());
    if (source.is_cdf5() && size_of(path) <= packed_in_memory) {
        pack_in_memory(source);
    } else if (source.is_cdf5()) {
        rewrite(source, NetcdfFormat::netcdf4, source.records());
    }
}

}  // namespace widelimit
