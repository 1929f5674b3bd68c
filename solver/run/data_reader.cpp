// SPDX-License-Identifier: BSD-3-Clause
#include "data_reader.hpp"

#include <algorithm>
#include <cmath>

#include "widelimit/core/error.hpp"
#include "widelimit/io/csv.hpp"
#include "widelimit/io/file.hpp"
#include "widelimit/io/toml.hpp"
#include "widelimit/run/case.hpp"

namespace widelimit {
namespace {

Scale scale_of(const Field& column)
{
    const double mean = column.mean();
    return {mean, std::sqrt((column.array() - mean).square().mean())};
}

/// One of the two classes, written in the case as a text or a number.
std::string class_name(const Settings& section, const std::string& key)
{
    const Value& value = section.value(key);
    if (value.is(Value::Kind::text)) {
        return value.text();
    }
    std::string text = std::to_string(value.number());
    text.erase(text.find_last_not_of('0') + 1);
    return text.back() == '.' ? text.substr(0, text.size() - 1) : text;
}

void keep_rows(const std::vector<Index>& rows, Data& data)
{
    const Matrix inputs = data.inputs;
    data.inputs.resize(static_cast<Index>(rows.size()), inputs.cols());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        data.inputs.row(static_cast<Index>(i)) = inputs.row(rows[i]);
    }
}

void read_labels(const Settings& section, const Table& table, Data& data)
{
    const std::vector<std::string> texts = table.texts(data.target_name);
    const std::string plus = class_name(section, "target.plus");
    const std::string minus = class_name(section, "target.minus");
    if (plus == minus) {
        section.fail("target.minus", "is the same class as target.plus, '" + plus + "'");
    }
    std::vector<Index> rows;
    std::vector<double> labels;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (texts[i] == plus || texts[i] == minus) {
            rows.push_back(static_cast<Index>(i));
            labels.push_back(texts[i] == plus ? 1.0 : -1.0);
        }
    }
    for (const auto& [key, name, label] :
         {std::tuple{"target.plus", plus, 1.0}, {"target.minus", minus, -1.0}}) {
        if (std::find(labels.begin(), labels.end(), label) == labels.end()) {
            section.fail(key, "no row of column '" + data.target_name + "' is '" + name + "'");
        }
    }
    keep_rows(rows, data);
    data.targets = Eigen::Map<const Field>(labels.data(), static_cast<Index>(labels.size()));
    data.labels = true;
}

/// A table that cannot be opened is the fault of the key that names it; what is wrong inside has its own
/// place.
Table read_table(const Settings& section, const std::string& key, const std::string& file)
{
    constexpr std::size_t limit = std::size_t{1} << 32;
    std::string text;
    try {
        text = file_text(file, limit);
    } catch (const ConfigError& error) {
        section.fail(key, error.what());
    }
    return Table(std::move(text), file);
}

void check_columns(const Settings& section, const Data& data)
{
    if (data.names.empty()) {
        section.fail("inputs", "expected at least one column");
    }
    for (auto name = data.names.begin(); name != data.names.end(); ++name) {
        if (std::find(data.names.begin(), name, *name) != name) {
            section.fail("inputs", "'" + *name + "' is given twice");
        }
        if (*name == data.target_name) {
            section.fail("inputs", "'" + *name + "' is the target: it cannot be an input as well");
        }
    }
}

Data read_file(const Settings& section)
{
    Data data;
    data.names = section.texts("inputs");
    data.target_name = section.has("target") ? section.text("target.column") : "";
    check_columns(section, data);
    read_columns(section, "file", data);
    return data;
}

Data read_rows(const Settings& section)
{
    const Matrix rows = section.matrix("rows");
    if (rows.rows() < 1 || rows.cols() < 2) {
        section.fail("rows", "expected rows [inputs..., target]");
    }
    Data data;
    const Index inputs = rows.cols() - 1;
    data.inputs = rows.leftCols(inputs);
    data.targets = rows.col(inputs);
    for (Index k = 0; k < inputs; ++k) {
        data.names.push_back(inputs == 1 ? "x" : "x" + std::to_string(k + 1));
    }
    data.target_name = "y";
    return data;
}

/// Refuses numbers whose squares overflow.
void check_scale(const Settings& section, const std::string& key, const Scale& scale)
{
    if (!std::isfinite(scale.mean) || !std::isfinite(scale.deviation)) {
        section.fail(section.has("rows") ? "rows" : key,
                     "holds numbers too large to be standardised; give them in another unit");
    }
}

void standardise(const Settings& section, Data& data)
{
    for (Index k = 0; k < data.inputs.cols(); ++k) {
        Scale& scale = data.scales[static_cast<std::size_t>(k)];
        scale = scale_of(data.inputs.col(k));
        check_scale(section, "inputs", scale);
        if (!(scale.deviation > 0.0)) {
            section.fail("inputs", "input '" + data.names[static_cast<std::size_t>(k)] +
                                       "' is constant: it cannot be standardised; leave it out, or set "
                                       "data.standardise = false");
        }
        data.inputs.col(k) = (data.inputs.col(k).array() - scale.mean) / scale.deviation;
    }
    if (!data.labels && data.targets.size() > 0) {
        data.target_scale = scale_of(data.targets);
        check_scale(section, "target", data.target_scale);
        if (!(data.target_scale.deviation > 0.0)) {
            section.fail("target",
                         "the target is constant: there is nothing to learn; with class labels give "
                         "{ column, plus, minus }");
        }
        data.targets = (data.targets.array() - data.target_scale.mean) / data.target_scale.deviation;
    }
}

void read_units(const Settings& section, Data& data)
{
    data.units.assign(data.names.size(), "");
    if (!section.has("units")) {
        return;
    }
    for (const Value::Entry& entry : section.value("units").entries()) {
        const auto found = std::find(data.names.begin(), data.names.end(), entry.key);
        if (found != data.names.end()) {
            data.units[static_cast<std::size_t>(found - data.names.begin())] = entry.value.text();
        } else if (entry.key == data.target_name) {
            data.target_unit = entry.value.text();
        } else {
            section.fail("units", "'" + entry.key + "' is neither an input nor the target");
        }
    }
}

}  // namespace

void read_columns(const Settings& section, const std::string& key, Data& data)
{
    data.file = absolute_path(resolve_path(section.value(key)));
    section.record(key, Value(data.file));
    const Table table = read_table(section, key, data.file);
    data.inputs.resize(table.rows(), static_cast<Index>(data.names.size()));
    for (std::size_t k = 0; k < data.names.size(); ++k) {
        data.inputs.col(static_cast<Index>(k)) = table.column(data.names[k]);
    }
    if (data.target_name.empty()) {
        return;
    }
    if (section.has("target.plus") || section.has("target.minus")) {
        read_labels(section, table, data);
    } else {
        data.targets =
            table.column(data.target_name, "; for classes give data.target = { column = \"" +
                                               data.target_name + "\", plus = \"...\", minus = \"...\" }");
    }
}

Data read_data(const Settings& section)
{
    if (section.has("file") == section.has("rows")) {
        section.fail("", "give either a file (with inputs and target) or rows");
    }
    Data data = section.has("file") ? read_file(section) : read_rows(section);
    if (data.inputs.rows() < 1) {
        section.fail("file", "no rows of data");
    }
    const bool points = data.targets.size() == 0;
    const bool two_labels = !points && (data.targets.array().abs() == 1.0).all();
    data.labels = data.labels || two_labels;
    read_units(section, data);
    data.scales.assign(data.names.size(), Scale{});
    const bool wanted =
        section.has("standardise") ? section.flag("standardise") : section.has("file") && !points;
    section.record("standardise", Value(wanted));
    if (wanted) {
        standardise(section, data);
    }
    return data;
}

}  // namespace widelimit
