// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/error.hpp"
#include "widelimit/core/field.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace widelimit {

/// A file that can be opened but does not hold what its format demands: cut off, overwritten, or another
/// format.
struct DamagedFile : ConfigError {
    using ConfigError::ConfigError;
};

using Attribute = std::variant<std::string, double, std::int64_t>;
using Attributes = std::vector<std::pair<std::string, Attribute>>;

/// real: 64-bit floating point, kept bit for bit; integer: 32-bit, which every reader of NetCDF knows.
enum class NetcdfType { real, integer };

/// cdf5 is readable after every kill; netcdf4 is compressed and for finished files only.
enum class NetcdfFormat { cdf5, netcdf4 };

/// Which values of a variable to read or write: from start[k], count[k] of them along dimension k.
struct Slab {
    std::vector<std::size_t> start;
    std::vector<std::size_t> count;
    bool grows = false;  ///< the first dimension is the record dimension

    std::size_t size() const;

    /// The part of a whole growing variable that lies in one record.
    Slab of_record(Index record) const;
};

/// An open NetCDF file: the calls of the library with their codes turned into exceptions, and nothing else;
/// what programs use is NetcdfWriter and NetcdfReader.  Variables go by number; `global` stands for the file
/// itself. Errors of a file open for writing are WriteError or, from wrong use, std::logic_error; those of a
/// file open for reading are ConfigError if it cannot be opened or does not suit, and DamagedFile.
class NetcdfFile {
public:
    static constexpr int global = -1;

    /// Errors name `reported_as`: what the user knows the file by.
    static NetcdfFile create(const std::filesystem::path& path, const std::filesystem::path& reported_as,
                             NetcdfFormat format);

    /// A NetCDF-4 file that is nowhere but in memory.
    static NetcdfFile create_in_memory(const std::filesystem::path& reported_as);
    static NetcdfFile open_to_read(const std::filesystem::path& path);
    static NetcdfFile open_to_write(const std::filesystem::path& path);

    NetcdfFile(NetcdfFile&& other) noexcept;
    NetcdfFile& operator=(NetcdfFile&& other) noexcept;
    ~NetcdfFile();  ///< closes without a check: call close()

    void close();

    /// Closes what create_in_memory() made; its bytes, to be written to a file.
    std::string close_in_memory();

    /// Hands all that has been written to the system.
    void flush();
    const std::filesystem::path& path() const { return reported_as_; }

    void define_record_dimension(const std::string& name);
    void define_dimension(const std::string& name, Index size);
    int define_variable(const std::string& name, const std::vector<std::string>& dimensions, NetcdfType type);
    void define_attribute(int variable, const std::string& name, const Attribute& value);

    /// Defines the dimensions, variables and attributes of another file; of a NetCDF-4 file compressed.
    void define_like(const NetcdfFile& other);
    void end_definitions();

    /// Leaves values that are not put as they happen to be; growing variables are always put whole.
    void put_no_fill_values();

    bool is_cdf5() const;
    Index records() const;
    int variables() const;

    /// Number of a variable that is there.
    int find(const std::string& variable) const;
    std::string variable_name(int variable) const;
    std::vector<std::string> dimensions() const;

    /// Size of a dimension that is there.
    Index dimension(const std::string& name) const;
    std::vector<std::string> dimensions(int variable) const;
    Slab whole(int variable) const;

    /// Text or one number each; others are left out.
    Attributes attributes(int variable) const;

    /// DamagedFile if the file is too short for `records` records: the library would read zeros there, or
    /// allocate whatever a damaged header asks for.
    void check_size(Index records) const;

    void write(int variable, const Slab& slab, std::span<const double> values);
    void write(int variable, const Slab& slab, std::span<const int> values);
    void read(int variable, const Slab& slab, std::span<double> values) const;
    void read(int variable, const Slab& slab, std::span<int> values) const;

    /// Copies values between variables of the same number and type.
    void copy_values(const NetcdfFile& other, int variable, const Slab& slab);

private:
    explicit NetcdfFile(std::filesystem::path reported_as, bool writing);
    template <class Function, class... Arguments>
    void call(Function function, Arguments... arguments) const;
    template <class Value, class Function, class... Arguments>
    Value ask(Function function, Arguments... arguments) const;
    void check(int code) const;
    int format() const;
    bool is_packed() const;
    int record_dimension() const;
    std::string dimension_name(int dimension) const;
    std::vector<int> dimension_numbers(int variable) const;
    std::size_t value_bytes(int variable) const;
    std::string attribute_name(int variable, int number) const;
    void add_attribute(int variable, const std::string& name, Attributes& found) const;
    void copy_attributes(const NetcdfFile& other, int variable);
    void compress(int variable, Slab whole);

    std::filesystem::path reported_as_;
    bool writing_ = false;
    int id_ = -1;
};

}  // namespace widelimit
