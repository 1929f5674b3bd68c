// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <vector>

#include "widelimit/problem/law.hpp"

namespace widelimit {
namespace {

template <class Part>
struct Weighted {
    double weight;
    std::shared_ptr<const Part> law;
};

/// Of one coordinate.
class Mixture : public Law {
public:
    explicit Mixture(std::vector<Weighted<Law>> parts)
        : Law(from_of(parts), to_of(parts)), parts_(std::move(parts))
    {}
    double cdf(double x) const override
    {
        return sum([&](const Law& law) { return law.cdf(x); });
    }
    double between(double lower, double upper) const override
    {
        return sum([&](const Law& law) { return law.between(lower, upper); });
    }

private:
    template <class Value>
    double sum(const Value& value) const
    {
        double sum = 0.0;
        for (const auto& [weight, law] : parts_) {
            sum += weight * value(*law);
        }
        return sum;
    }
    static double from_of(const std::vector<Weighted<Law>>& parts)
    {
        double from = parts.front().law->from();
        for (const auto& part : parts) {
            from = std::min(from, part.law->from());
        }
        return from;
    }
    static double to_of(const std::vector<Weighted<Law>>& parts)
    {
        double to = parts.front().law->to();
        for (const auto& part : parts) {
            to = std::max(to, part.law->to());
        }
        return to;
    }

    std::vector<Weighted<Law>> parts_;
};

class JointMixture : public JointLaw {
public:
    explicit JointMixture(std::vector<Weighted<JointLaw>> parts) : parts_(std::move(parts)) {}

    Field masses_in(const Matrix& lower, const Matrix& upper) const override
    {
        Field masses = Field::Zero(lower.cols());
        for (const auto& [weight, law] : parts_) {
            masses += weight * law->masses_in(lower, upper);
        }
        return masses;
    }
    /// The first number chooses the part; where it lies among those that do is uniform again.
    Field draw(const Field& uniforms) const override
    {
        Field rest = uniforms;
        for (const auto& [weight, law] : parts_) {
            if (rest[0] < weight || &law == &parts_.back().law) {
                rest[0] = std::min(rest[0] / weight, 1.0 - 1e-16);
                return law->draw(rest);
            }
            rest[0] -= weight;
        }
        return {};
    }
    std::shared_ptr<const Law> marginal(Index coordinate) const override
    {
        std::vector<Weighted<Law>> marginals;
        for (const auto& [weight, law] : parts_) {
            marginals.push_back({weight, law->marginal(coordinate)});
            if (!marginals.back().law) {
                return nullptr;
            }
        }
        return std::make_shared<Mixture>(std::move(marginals));
    }
    Field direction_density(const Matrix& directions, double power) const override
    {
        Field density = Field::Zero(directions.cols());
        for (const auto& [weight, law] : parts_) {
            density += weight * law->direction_density(directions, power);
        }
        return density;
    }

private:
    std::vector<Weighted<JointLaw>> parts_;
};

std::vector<Weighted<JointLaw>> parts_of(const Settings& table, const std::vector<Coordinate>& coordinates)
{
    std::vector<Weighted<JointLaw>> parts;
    double sum = 0.0;
    for (const Settings& part : table.tables("parts")) {
        if (part.text("law") == "mixture") {
            part.fail("law", "a part of a mixture is no mixture");
        }
        parts.push_back({part.number("weight"), make_laws(part, coordinates).whole()});
        sum += parts.back().weight;
    }
    if (parts.empty()) {
        table.fail("parts", "expected at least one table { law = ..., weight = ... }");
    }
    for (auto& part : parts) {
        part.weight /= sum;
    }
    return parts;
}

const bool mixture_law_registered =
    laws().add({"mixture",
                "sum of the laws in `parts`, each times its weight over the sum of the weights",
                [](const Settings& table, const Coordinate& coordinate) -> std::unique_ptr<Law> {
                    std::vector<Weighted<Law>> parts;
                    for (const auto& [weight, law] : parts_of(table, {coordinate})) {
                        parts.push_back({weight, law->marginal(0)});
                    }
                    return std::make_unique<Mixture>(std::move(parts));
                },
                {},
                [](const Settings& table, const std::vector<Coordinate>& coordinates) {
                    return std::make_unique<JointMixture>(parts_of(table, coordinates));
                }});

}  // namespace
}  // namespace widelimit
