// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/netcdf_file.hpp"
#include "widelimit/io/output_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <netcdf.h>
#include <netcdf_mem.h>

namespace widelimit {

namespace fs = std::filesystem;

namespace {

using Name = std::array<char, NC_MAX_NAME + 1>;

constexpr std::array misuse{NC_EBADNAME,     NC_ENAMEINUSE, NC_EBADDIM,  NC_ENOTVAR, NC_EINDEFINE,
                            NC_ENOTINDEFINE, NC_EUNLIMPOS,  NC_EUNLIMIT, NC_EINVAL,  NC_ERANGE};
constexpr std::array refused{ENOENT, EACCES, EPERM, ENOTDIR, EISDIR, ELOOP, ENAMETOOLONG, EMFILE, ENFILE};
constexpr std::array unsuitable{NC_ECHAR, NC_ERANGE, NC_ENOTVAR, NC_EBADDIM};

template <std::size_t size>
bool contains(const std::array<int, size>& codes, int code)
{
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

/// NetCDF returns an errno (> 0; EACCES for whatever HDF5 cannot create) or a code of its own, with the
/// system's reason in errno if there is one.
std::string cause_of(int code, int system_error)
{
    if (code == EACCES && system_error != 0) {
        return std::generic_category().message(system_error);
    }
    const std::string text = nc_strerror(code);
    const bool hides_reason = code < 0 && system_error != 0;
    return hides_reason ? text + " (" + std::generic_category().message(system_error) + ")" : text;
}

}  // namespace

template <class Function, class... Arguments>
void NetcdfFile::call(Function function, Arguments... arguments) const
{
    expects(id_ >= 0, "an open NetCDF file");
    errno = 0;
    check(function(id_, arguments...));
}

template <class Value, class Function, class... Arguments>
Value NetcdfFile::ask(Function function, Arguments... arguments) const
{
    Value value{};
    call(function, arguments..., &value);
    return value;
}

void NetcdfFile::check(int code) const
{
    if (code == NC_NOERR) {
        return;
    }
    const std::string what = "'" + reported_as_.string() + "': " + cause_of(code, errno);
    if (writing_ && contains(misuse, code)) {
        throw std::logic_error(what);
    }
    if (writing_) {
        throw WriteError("cannot write " + what);
    }
    if (contains(refused, code) || contains(unsuitable, code)) {
        throw ConfigError("cannot read " + what);
    }
    throw DamagedFile("cannot read " + what);
}

NetcdfFile::NetcdfFile(fs::path reported_as, bool writing)
    : reported_as_(std::move(reported_as)), writing_(writing)
{
    report_size_limit_as_error();
    errno = 0;
}

NetcdfFile NetcdfFile::create(const fs::path& path, const fs::path& reported_as, NetcdfFormat format)
{
    NetcdfFile file(reported_as, true);
    const int mode = NC_CLOBBER | (format == NetcdfFormat::cdf5 ? NC_64BIT_DATA : NC_NETCDF4);
    file.check(nc_create(path.c_str(), mode, &file.id_));
    return file;
}

NetcdfFile NetcdfFile::create_in_memory(const fs::path& reported_as)
{
    NetcdfFile file(reported_as, true);
    file.check(nc_create_mem(reported_as.c_str(), NC_NETCDF4, std::size_t{1} << 20, &file.id_));
    return file;
}

NetcdfFile NetcdfFile::open_to_read(const fs::path& path)
{
    NetcdfFile file(path, false);
    file.check(nc_open(path.c_str(), NC_NOWRITE, &file.id_));
    return file;
}

NetcdfFile NetcdfFile::open_to_write(const fs::path& path)
{
    NetcdfFile file(path, true);
    file.check(nc_open(path.c_str(), NC_WRITE, &file.id_));
    return file;
}

NetcdfFile::~NetcdfFile()
{
    if (id_ >= 0) {
        nc_close(id_);
    }
}

void NetcdfFile::close()
{
    if (id_ < 0) {
        return;
    }
    // nc_close does not tell whether the last values could be written.
    errno = 0;
    const int synced = writing_ ? nc_sync(id_) : NC_NOERR;
    const int cause = errno;
    const int closed = nc_close(std::exchange(id_, -1));
    const bool early = synced == NC_NOERR || synced == NC_EINDEFINE;
    errno = early ? errno : cause;
    check(early ? closed : synced);
}

std::string NetcdfFile::close_in_memory()
{
    errno = 0;
    NC_memio image{};
    check(nc_close_memio(std::exchange(id_, -1), &image));
    std::string bytes(static_cast<const char*>(image.memory), image.size);
    std::free(image.memory);
    return bytes;
}

void NetcdfFile::flush()
{
    call(nc_sync);
}

void NetcdfFile::define_record_dimension(const std::string& name)
{
    call(nc_def_dim, name.c_str(), std::size_t{NC_UNLIMITED}, nullptr);
}

void NetcdfFile::define_dimension(const std::string& name, Index size)
{
    expects(size > 0, "a positive size of a dimension");
    call(nc_def_dim, name.c_str(), static_cast<std::size_t>(size), nullptr);
}

int NetcdfFile::define_variable(const std::string& name, const std::vector<std::string>& dimensions,
                                NetcdfType type)
{
    std::vector<int> numbers;
    for (const std::string& dimension : dimensions) {
        numbers.push_back(ask<int>(nc_inq_dimid, dimension.c_str()));
    }
    const nc_type stored = type == NetcdfType::real ? NC_DOUBLE : NC_INT;
    return ask<int>(nc_def_var, name.c_str(), stored, static_cast<int>(numbers.size()), numbers.data());
}

void NetcdfFile::define_attribute(int variable, const std::string& name, const Attribute& value)
{
    if (const auto* text = std::get_if<std::string>(&value)) {
        call(nc_put_att_text, variable, name.c_str(), text->size(), text->data());
    } else if (const auto* real = std::get_if<double>(&value)) {
        call(nc_put_att_double, variable, name.c_str(), NC_DOUBLE, std::size_t{1}, real);
    } else {
        const long long integer = std::get<std::int64_t>(value);
        call(nc_put_att_longlong, variable, name.c_str(), NC_INT64, std::size_t{1}, &integer);
    }
}

void NetcdfFile::define_like(const NetcdfFile& other)
{
    const int record = other.record_dimension();
    for (int dimension = 0; dimension < other.ask<int>(nc_inq_ndims); ++dimension) {
        const auto size = other.ask<std::size_t>(nc_inq_dimlen, dimension);
        const std::size_t defined = dimension == record ? std::size_t{NC_UNLIMITED} : size;
        call(nc_def_dim, other.dimension_name(dimension).c_str(), defined, nullptr);
    }
    copy_attributes(other, global);
    for (int variable = 0; variable < other.variables(); ++variable) {
        const std::vector<int> numbers = other.dimension_numbers(variable);
        call(nc_def_var, other.variable_name(variable).c_str(), other.ask<nc_type>(nc_inq_vartype, variable),
             static_cast<int>(numbers.size()), numbers.data(), nullptr);
        copy_attributes(other, variable);
        if (is_packed()) {
            compress(variable, other.whole(variable));
        }
    }
}

void NetcdfFile::copy_attributes(const NetcdfFile& other, int variable)
{
    for (int number = 0; number < other.ask<int>(nc_inq_varnatts, variable); ++number) {
        const std::string name = other.attribute_name(variable, number);
        check(nc_copy_att(other.id_, variable, name.c_str(), id_, variable));
    }
}

void NetcdfFile::compress(int variable, Slab whole)
{
    constexpr std::size_t chunk_bytes = std::size_t{1} << 20;
    if (whole.count.empty()) {
        return;
    }
    call(nc_def_var_deflate, variable, 1, 1, 1);
    const std::size_t bytes = whole.grows ? whole.of_record(0).size() * value_bytes(variable) : 0;
    if (bytes > 0 && bytes < chunk_bytes) {
        // The library's own chunks are one record each: far too small for short records.
        whole.count.front() = std::clamp(whole.count.front(), std::size_t{1}, chunk_bytes / bytes);
        call(nc_def_var_chunking, variable, NC_CHUNKED, whole.count.data());
    }
}

void NetcdfFile::end_definitions()
{
    call(nc_enddef);
}

void NetcdfFile::put_no_fill_values()
{
    ask<int>(nc_set_fill, NC_NOFILL);
}

int NetcdfFile::format() const
{
    return ask<int>(nc_inq_format);
}

bool NetcdfFile::is_cdf5() const
{
    return format() == NC_FORMAT_CDF5;
}

bool NetcdfFile::is_packed() const
{
    return format() == NC_FORMAT_NETCDF4 || format() == NC_FORMAT_NETCDF4_CLASSIC;
}

int NetcdfFile::record_dimension() const
{
    return ask<int>(nc_inq_unlimdim);
}

Index NetcdfFile::records() const
{
    const int record = record_dimension();
    return record < 0 ? 0 : static_cast<Index>(ask<std::size_t>(nc_inq_dimlen, record));
}

int NetcdfFile::variables() const
{
    return ask<int>(nc_inq_nvars);
}

int NetcdfFile::find(const std::string& variable) const
{
    int number = -1;
    if (id_ >= 0 && nc_inq_varid(id_, variable.c_str(), &number) == NC_ENOTVAR) {
        throw std::logic_error("'" + reported_as_.string() + "': no variable '" + variable + "'");
    }
    return ask<int>(nc_inq_varid, variable.c_str());
}

std::string NetcdfFile::variable_name(int variable) const
{
    Name name{};
    call(nc_inq_varname, variable, name.data());
    return name.data();
}

std::vector<std::string> NetcdfFile::dimensions() const
{
    std::vector<std::string> names;
    for (int dimension = 0; dimension < ask<int>(nc_inq_ndims); ++dimension) {
        names.push_back(dimension_name(dimension));
    }
    return names;
}

std::string NetcdfFile::dimension_name(int dimension) const
{
    Name name{};
    call(nc_inq_dimname, dimension, name.data());
    return name.data();
}

Index NetcdfFile::dimension(const std::string& name) const
{
    return static_cast<Index>(ask<std::size_t>(nc_inq_dimlen, ask<int>(nc_inq_dimid, name.c_str())));
}

std::vector<int> NetcdfFile::dimension_numbers(int variable) const
{
    std::vector<int> numbers(static_cast<std::size_t>(ask<int>(nc_inq_varndims, variable)));
    call(nc_inq_vardimid, variable, numbers.data());
    return numbers;
}

Slab NetcdfFile::whole(int variable) const
{
    const std::vector<int> numbers = dimension_numbers(variable);
    const bool grows = !numbers.empty() && numbers.front() == record_dimension();
    Slab slab{std::vector<std::size_t>(numbers.size()), {}, grows};
    for (const int dimension : numbers) {
        slab.count.push_back(ask<std::size_t>(nc_inq_dimlen, dimension));
    }
    return slab;
}

std::size_t NetcdfFile::value_bytes(int variable) const
{
    std::size_t bytes = 0;
    call(nc_inq_type, ask<nc_type>(nc_inq_vartype, variable), nullptr, &bytes);
    return bytes;
}

std::string NetcdfFile::attribute_name(int variable, int number) const
{
    Name name{};
    call(nc_inq_attname, variable, number, name.data());
    return name.data();
}

Attributes NetcdfFile::attributes(int variable) const
{
    Attributes found;
    for (int number = 0; number < ask<int>(nc_inq_varnatts, variable); ++number) {
        add_attribute(variable, attribute_name(variable, number), found);
    }
    return found;
}

void NetcdfFile::add_attribute(int variable, const std::string& name, Attributes& found) const
{
    nc_type type = NC_NAT;
    std::size_t length = 0;
    call(nc_inq_att, variable, name.c_str(), &type, &length);
    if (type == NC_CHAR) {
        std::string text(length, '\0');
        call(nc_get_att_text, variable, name.c_str(), text.data());
        found.emplace_back(name, text);
    } else if (type == NC_STRING && length == 1) {
        char* text = ask<char*>(nc_get_att_string, variable, name.c_str());
        found.emplace_back(name, std::string(text));
        nc_free_string(1, &text);
    } else if ((type == NC_DOUBLE || type == NC_FLOAT) && length == 1) {
        found.emplace_back(name, ask<double>(nc_get_att_double, variable, name.c_str()));
    } else if (type <= NC_UINT64 && length == 1) {
        const auto integer = ask<long long>(nc_get_att_longlong, variable, name.c_str());
        found.emplace_back(name, static_cast<std::int64_t>(integer));
    }
}

void NetcdfFile::write(int variable, const Slab& slab, std::span<const double> values)
{
    expects(values.size() == slab.size(), "as many values as the variable has");
    call(nc_put_vara_double, variable, slab.start.data(), slab.count.data(), values.data());
}

void NetcdfFile::write(int variable, const Slab& slab, std::span<const int> values)
{
    expects(values.size() == slab.size(), "as many values as the variable has");
    call(nc_put_vara_int, variable, slab.start.data(), slab.count.data(), values.data());
}

void NetcdfFile::read(int variable, const Slab& slab, std::span<double> values) const
{
    call(nc_get_vara_double, variable, slab.start.data(), slab.count.data(), values.data());
}

void NetcdfFile::read(int variable, const Slab& slab, std::span<int> values) const
{
    call(nc_get_vara_int, variable, slab.start.data(), slab.count.data(), values.data());
}

void NetcdfFile::copy_values(const NetcdfFile& other, int variable, const Slab& slab)
{
    std::vector<std::byte> values(slab.size() * other.value_bytes(variable));
    other.call(nc_get_vara, variable, slab.start.data(), slab.count.data(), values.data());
    call(nc_put_vara, variable, slab.start.data(), slab.count.data(), values.data());
}

}  // namespace widelimit
