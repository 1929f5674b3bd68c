// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/netcdf.hpp"

#include "widelimit/io/output_file.hpp"

#include <cstdint>
#include <utility>

namespace widelimit {

namespace {

/// The count of records stands in bytes 4 to 11 of every CDF-5 file, most significant byte first.
constexpr std::uint64_t record_count_offset = 4;

std::string big_endian(std::uint64_t number)
{
    std::string bytes;
    for (int shift = 56; shift >= 0; shift -= 8) {
        bytes += static_cast<char>((number >> shift) & 0xff);
    }
    return bytes;
}

}  // namespace

NetcdfWriter::NetcdfWriter(const std::filesystem::path& path)
    : unfinished_(std::make_unique<Replacement>(path)),
      file_(NetcdfFile::create(unfinished_->temporary(), path, NetcdfFormat::cdf5))
{
    attribute("Conventions", "CF-1.8");
}

NetcdfWriter NetcdfWriter::reopen(const std::filesystem::path& path)
{
    const NetcdfFile present = NetcdfFile::open_to_read(path);
    present.check_size(present.records());
    if (!present.is_cdf5()) {
        throw DamagedFile("cannot continue '" + path.string() + "': not in the format CDF-5");
    }
    NetcdfWriter writer(NetcdfFile::open_to_write(path));
    writer.file_.put_no_fill_values();
    return writer;
}

void NetcdfWriter::record_dimension(const std::string& name)
{
    file_.define_record_dimension(name);
}

void NetcdfWriter::dimension(const std::string& name, Index size)
{
    file_.define_dimension(name, size);
}

void NetcdfWriter::variable(const std::string& name, const std::vector<std::string>& dimensions,
                            const Attributes& attributes, NetcdfType type)
{
    const int variable = file_.define_variable(name, dimensions, type);
    for (const auto& [attribute, value] : attributes) {
        file_.define_attribute(variable, attribute, value);
    }
}

void NetcdfWriter::attribute(const std::string& name, const Attribute& value)
{
    file_.define_attribute(NetcdfFile::global, name, value);
}

void NetcdfWriter::end_definitions()
{
    file_.end_definitions();
    file_.put_no_fill_values();
    file_.flush();
    unfinished_->commit();
    unfinished_.reset();
}

void NetcdfWriter::put(const std::string& name, const Numbers& values)
{
    const int variable = file_.find(name);
    const Slab slab = file_.whole(variable);
    expects(!slab.grows, "a variable without the record dimension");
    file_.write(variable, slab, values.view());
    file_.flush();
}

void NetcdfWriter::put_integers(const std::string& name, std::span<const int> values)
{
    const int variable = file_.find(name);
    const Slab slab = file_.whole(variable);
    expects(!slab.grows, "a variable without the record dimension");
    file_.write(variable, slab, values);
    file_.flush();
}

Index NetcdfWriter::append(const std::map<std::string, Numbers>& record)
{
    check_names(record);
    const Index index = records();
    try {
        for (const auto& [name, values] : record) {
            const int variable = file_.find(name);
            file_.write(variable, file_.whole(variable).of_record(index), values.view());
        }
        file_.flush();
    } catch (...) {
        withdraw(index);
        throw;
    }
    return index;
}

void NetcdfWriter::check_names(const std::map<std::string, Numbers>& record) const
{
    std::size_t growing = 0;
    for (int variable = 0; variable < file_.variables(); ++variable) {
        growing += file_.whole(variable).grows ? 1 : 0;
    }
    expects(growing > 0 && record.size() == growing, "one entry for each variable that grows");
}

void NetcdfWriter::withdraw(Index record)
{
    const std::filesystem::path path = file_.path();
    try {
        file_.close();
    } catch (const WriteError&) {  // the first failure is the one to report
    }
    try {
        OutputFile file = OutputFile::open(path, path);
        file.go_to(record_count_offset);
        file.write(big_endian(static_cast<std::uint64_t>(record)));
        file.close();
    } catch (const WriteError&) {}
}

void NetcdfWriter::sync()
{
    file_.flush();
    sync_to_disk(file_.path(), file_.path());
}

void NetcdfWriter::close()
{
    file_.close();
}

}  // namespace widelimit
