// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/io/atomic_file.hpp"
#include "widelimit/io/netcdf_file.hpp"

#include <concepts>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace widelimit {

/// Numbers as an argument: one number (copied), or a view of a Field, vector or span, temporary ones
/// included.  An expression of Eigen must be a Field first: its value would be gone before it is written.
class Numbers {
public:
    Numbers(double number) : number_(number), single_(true) {}
    Numbers(std::span<const double> numbers) : numbers_(numbers) {}
    Numbers(const std::same_as<std::vector<double>> auto& numbers) : numbers_(numbers) {}
    Numbers(const std::same_as<Field> auto& field)
        : numbers_(field.data(), static_cast<std::size_t>(field.size()))
    {}

    std::span<const double> view() const { return single_ ? std::span(&number_, 1) : numbers_; }

private:
    std::span<const double> numbers_;
    double number_ = 0.0;
    bool single_ = false;
};

/// Writes a file of the CF-1.8 conventions in the format CDF-5, which stays readable after every kill:
///
///     NetcdfWriter file("fields.nc");
///     file.record_dimension("time");
///     file.dimension("angle", 1024);
///     file.variable("time", {"time"}, {{"units", "1"}, {"axis", "T"}});
///     file.variable("angle", {"angle"}, {{"units", "radian"}});
///     file.variable("density", {"time", "angle"}, {{"long_name", "density of neurons"}, {"units", "1"}});
///     file.end_definitions();
///     file.put("angle", centres);
///     file.append({{"time", t}, {"density", u}});
///
/// A failure to write is a WriteError that names file and cause; unknown names, wrong sizes and calls out of
/// order are bugs (std::logic_error).  NetCDF is not thread-safe: one thread at a time in all readers and
/// writers.
class NetcdfWriter {
public:
    /// The name `path` appears with end_definitions(): until then all goes to a temporary file (see
    /// Replacement).
    explicit NetcdfWriter(const std::filesystem::path& path);

    /// Continues a CDF-5 file after its last record.  ConfigError if there is none; DamagedFile if it is not
    /// CDF-5: copy_prefix() first makes a packed file CDF-5 again.
    static NetcdfWriter reopen(const std::filesystem::path& path);

    /// The one dimension that grows; the first of each variable that has it.
    void record_dimension(const std::string& name);

    /// A dimension of fixed size > 0.
    void dimension(const std::string& name, Index size);

    /// Values lie with the last dimension fastest; no dimensions mean a single value.
    void variable(const std::string& name, const std::vector<std::string>& dimensions,
                  const Attributes& attributes = {}, NetcdfType type = NetcdfType::real);

    /// A global attribute.
    void attribute(const std::string& name, const Attribute& value);
    void end_definitions();

    /// All values of a variable without the record dimension.  They have left the program on return, so that
    /// a kill cannot lose them.
    void put(const std::string& name, const Numbers& values);
    void put_integers(const std::string& name, std::span<const int> values);

    /// Adds one record: the values of every variable with the record dimension, none left out, out of reach
    /// of a kill on return.  A record that fails is withdrawn and the file closed.  Returns the index of the
    /// record.
    Index append(const std::map<std::string, Numbers>& record);

    Index records() const { return file_.records(); }

    /// Puts on the disk what has been written so far: before a checkpoint that counts on it.
    void sync();
    void close();

private:
    explicit NetcdfWriter(NetcdfFile file) : file_(std::move(file)) {}
    void check_names(const std::map<std::string, Numbers>& record) const;
    void withdraw(Index record);

    std::unique_ptr<Replacement> unfinished_;  // outlives the file it holds
    NetcdfFile file_;
};

/// Reads any NetCDF file without groups, CDF-5 or packed, finished or still being written.  ConfigError if it
/// cannot be opened or lacks what is asked for (the message names what there is); DamagedFile if it is no
/// whole NetCDF.
class NetcdfReader {
public:
    explicit NetcdfReader(const std::filesystem::path& path);

    bool has(const std::string& variable) const;
    std::vector<std::string> variables() const;

    /// Size of a dimension.
    Index dimension(const std::string& name) const;

    /// Names of the dimensions of a variable, slowest first.
    std::vector<std::string> dimensions(const std::string& variable) const;

    /// Number of records; 0 if no dimension grows.
    Index records() const { return file_.records(); }

    /// All values of a variable, last dimension fastest, all records included.
    Field read(const std::string& variable) const;
    std::vector<int> read_integers(const std::string& variable) const;

    /// The values of one record.
    Field read(const std::string& variable, Index record) const;

    /// Attributes of the file, or of a variable; text or one number each, others are left out.
    Attributes attributes() const;
    Attributes attributes(const std::string& variable) const;

private:
    int find(const std::string& variable) const;
    Field read_slab(int variable, const Slab& slab) const;

    NetcdfFile file_;
};

/// Keeps the first `records` records and all that does not grow, as CDF-5 whatever the format was, through a
/// Replacement; leaves a file alone that is so already.  DamagedFile if there are fewer records.
void copy_prefix(const std::filesystem::path& path, Index records);

/// Makes a CDF-5 file a compressed NetCDF-4 file (shuffle, deflate 1) through a Replacement; leaves a packed
/// one alone.
void pack_netcdf(const std::filesystem::path& path);

}  // namespace widelimit
