// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "refusal.hpp"
#include "widelimit/io/toml.hpp"
#include "widelimit/network/activation.hpp"
#include "widelimit/problem/problem.hpp"

namespace widelimit::test {

inline Schema problem_schema()
{
    Schema schema;
    schema.add_all(problem_keys());
    schema.add_all(kernel_keys());
    schema.add({"grid.axes", "table", "-", "", "axes"});
    schema.add({"grid.axes.*.from", "number", "-", "", "lower end"});
    schema.add({"grid.axes.*.to", "number", "-", "", "upper end"});
    schema.add({"grid.axes.*.sides", "text|texts", "-", "", "ends"});
    activations().add_keys(schema);
    risks().add_keys(schema);
    laws().add_keys(schema);
    kernels().add_keys(schema);
    problems().add_keys(schema);
    return schema;
}

inline Settings problem_settings(const std::string& toml)
{
    return Settings(parse_toml(toml, "case.toml"), problem_schema());
}

/// The problem of a case without files; unless said otherwise every key of the case must have been read.
inline Problem make_problem(const std::string& toml, const Data* data = nullptr, bool strict = true)
{
    const Settings root = problem_settings(toml);
    const Problem problem = problems().find(root.text("problem.name")).make(root, data);
    if (strict) {
        refuse_unused(root);
    }
    return problem;
}

/// The message with which a case is refused, or "accepted".
inline std::string case_refusal(const std::string& toml, const Data* data = nullptr)
{
    return refusal([&] { make_problem(toml, data); });
}

inline bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

inline Data points(const Matrix& inputs, const Field& targets, bool labels = true)
{
    Data data;
    data.inputs = inputs;
    data.targets = targets;
    data.labels = labels;
    return data;
}

}  // namespace widelimit::test
