// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/netcdf.hpp"

#include <algorithm>

namespace widelimit {

namespace {

/// ConfigError unless `names` has `name`.
void check_there(const NetcdfFile& file, const std::string& kind, const std::string& name,
                 const std::vector<std::string>& names)
{
    if (std::find(names.begin(), names.end(), name) != names.end()) {
        return;
    }
    std::string there;
    for (const std::string& present : names) {
        there += (there.empty() ? "" : ", ") + present;
    }
    throw ConfigError("'" + file.path().string() + "': no " + kind + " '" + name + "' (there are: " + there +
                      ")");
}

}  // namespace

NetcdfReader::NetcdfReader(const std::filesystem::path& path) : file_(NetcdfFile::open_to_read(path))
{
    file_.check_size(file_.records());
}

bool NetcdfReader::has(const std::string& variable) const
{
    const std::vector<std::string> names = variables();
    return std::find(names.begin(), names.end(), variable) != names.end();
}

std::vector<std::string> NetcdfReader::variables() const
{
    std::vector<std::string> names;
    for (int variable = 0; variable < file_.variables(); ++variable) {
        names.push_back(file_.variable_name(variable));
    }
    return names;
}

Index NetcdfReader::dimension(const std::string& name) const
{
    check_there(file_, "dimension", name, file_.dimensions());
    return file_.dimension(name);
}

std::vector<std::string> NetcdfReader::dimensions(const std::string& variable) const
{
    return file_.dimensions(find(variable));
}

Field NetcdfReader::read(const std::string& variable) const
{
    const int number = find(variable);
    return read_slab(number, file_.whole(number));
}

Field NetcdfReader::read(const std::string& variable, Index record) const
{
    if (record < 0 || record >= records()) {
        throw ConfigError("'" + file_.path().string() + "': no record " + std::to_string(record) + " of '" +
                          variable + "' among " + std::to_string(records()));
    }
    const int number = find(variable);
    return read_slab(number, file_.whole(number).of_record(record));
}

std::vector<int> NetcdfReader::read_integers(const std::string& variable) const
{
    const int number = find(variable);
    const Slab slab = file_.whole(number);
    std::vector<int> values(slab.size());
    file_.read(number, slab, values);
    return values;
}

Attributes NetcdfReader::attributes() const
{
    return file_.attributes(NetcdfFile::global);
}

Attributes NetcdfReader::attributes(const std::string& variable) const
{
    return file_.attributes(find(variable));
}

int NetcdfReader::find(const std::string& variable) const
{
    check_there(file_, "variable", variable, variables());
    return file_.find(variable);
}

Field NetcdfReader::read_slab(int variable, const Slab& slab) const
{
    Field values(static_cast<Index>(slab.size()));
    file_.read(variable, slab, std::span(values.data(), slab.size()));
    return values;
}

}  // namespace widelimit
