// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/netcdf_file.hpp"

#include <functional>
#include <numeric>
#include <system_error>

namespace widelimit {

namespace fs = std::filesystem;

std::size_t Slab::size() const
{
    return std::accumulate(count.begin(), count.end(), std::size_t{1}, std::multiplies<>());
}

Slab Slab::of_record(Index record) const
{
    expects(grows, "a variable with the record dimension");
    Slab one = *this;
    one.start.front() = static_cast<std::size_t>(record);
    one.count.front() = 1;
    return one;
}

NetcdfFile::NetcdfFile(NetcdfFile&& other) noexcept
    : reported_as_(std::move(other.reported_as_)), writing_(other.writing_), id_(std::exchange(other.id_, -1))
{}

NetcdfFile& NetcdfFile::operator=(NetcdfFile&& other) noexcept
{
    std::swap(reported_as_, other.reported_as_);
    std::swap(writing_, other.writing_);
    std::swap(id_, other.id_);
    return *this;
}

std::vector<std::string> NetcdfFile::dimensions(int variable) const
{
    std::vector<std::string> names;
    for (const int dimension : dimension_numbers(variable)) {
        names.push_back(dimension_name(dimension));
    }
    return names;
}

void NetcdfFile::check_size(Index records) const
{
    double bytes = 0.0;
    std::error_code unknown;
    const auto present = static_cast<double>(fs::file_size(reported_as_, unknown));
    for (int variable = 0; variable < variables(); ++variable) {
        const Slab slab = whole(variable);
        double values = slab.grows ? static_cast<double>(records) : 1.0;
        for (std::size_t k = slab.grows ? 1 : 0; k < slab.count.size(); ++k) {
            values *= static_cast<double>(slab.count[k]);
        }
        bytes += values * static_cast<double>(value_bytes(variable));
    }
    if (!is_packed() && (records < 0 || bytes > present)) {
        throw DamagedFile("cannot read '" + reported_as_.string() + "': shorter than its header demands");
    }
}

}  // namespace widelimit
