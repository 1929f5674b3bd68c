// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/core/registry.hpp"
#include "widelimit/core/settings.hpp"
#include "widelimit/problem/data.hpp"

namespace widelimit {

/// Training of a fixed number of weights, step by step, that is not the flow of a measure: what is compared
/// are seeds, and numbers measured on the weights.
class Descent {
public:
    virtual ~Descent() = default;
    /// The weights before the first step.
    virtual Field start(std::uint64_t seed) const = 0;
    /// Step number k, from 0: a function of weights, seed and k.
    virtual void advance(Eigen::Ref<Field> weights, std::uint64_t seed, std::int64_t k) const = 0;
    /// Names of the numbers that `measure` returns, in this order.
    virtual std::vector<std::string> names() const = 0;
    virtual Field measure(const Field& weights) const = 0;
};

struct DescentEntry {
    std::string name, meaning;
    /// Reads [descent] of the root of a case; `data` is null without a [data] section.
    std::function<std::unique_ptr<Descent>(const Settings&, const Data*)> make;
    std::vector<Key> keys = {};
};

Registry<DescentEntry>& descents();

}  // namespace widelimit
