// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/law.hpp"

#include <algorithm>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <numbers>

#include "widelimit/core/error.hpp"
#include "widelimit/problem/chosen.hpp"

namespace widelimit {
double Uniform::place(double x) const
{
    return circle_ ? x - from() : std::clamp(x, from(), to()) - from();
}

double Uniform::cdf(double x) const
{
    return place(x) / (to() - from());
}

double Uniform::between(double lower, double upper) const
{
    return (place(upper) - place(lower)) / (to() - from());
}

double Uniform::quantile(double q) const
{
    return from() + q * (to() - from());
}

std::unique_ptr<Law> make_uniform(double from, double to, bool circle)
{
    return std::make_unique<Uniform>(from, to, circle);
}

Gaussian::Gaussian(double mean, double deviation)
    : Law(mean - 12.0 * deviation, mean + 12.0 * deviation),
      mean_(mean),
      deviation_(deviation),
      scale_(1.0 / (deviation * std::numbers::sqrt2))
{}

double Gaussian::cdf(double x) const
{
    return 0.5 * std::erfc(scale_ * (mean_ - x));
}

double Gaussian::between(double lower, double upper) const
{
    const double a = scale_ * (lower - mean_), b = scale_ * (upper - mean_);
    if (a > 0.0) {
        return 0.5 * (std::erfc(a) - std::erfc(b));
    }
    return b < 0.0 ? 0.5 * (std::erfc(-b) - std::erfc(-a)) : 0.5 * (std::erf(b) - std::erf(a));
}

std::unique_ptr<Law> make_gaussian(double mean, double deviation)
{
    return std::make_unique<Gaussian>(mean, deviation);
}

Registry<LawEntry>& laws()
{
    static Registry<LawEntry> registry("law");
    return registry;
}

double Law::between(double lower, double upper) const
{
    return cdf(upper) - cdf(lower);
}

double Law::quantile(double q) const
{
    double low = from(), high = to();
    while (true) {
        const double middle = 0.5 * (low + high);
        if (!(low < middle && middle < high)) {
            return middle;
        }
        (cdf(middle) >= q ? high : low) = middle;
    }
}

Field ProductLaw::masses_in(const Matrix& lower, const Matrix& upper) const
{
    Field masses = Field::Ones(lower.cols());
    for (Index k = 0; k < lower.rows(); ++k) {
        const Law& law = *laws_[static_cast<std::size_t>(k)];
        double a = 0.0, b = 0.0, share = 0.0;  // cells of a grid repeat the ends of all axes but the last
        for (Index i = 0; i < lower.cols(); ++i) {
            if (i == 0 || lower(k, i) != a || upper(k, i) != b) {
                a = lower(k, i);
                b = upper(k, i);
                share = std::max(0.0, law.between(a, b));
            }
            masses[i] *= share;
        }
    }
    return masses;
}

Field ProductLaw::draw(const Field& uniforms) const
{
    Field place(uniforms.size());
    for (Index k = 0; k < place.size(); ++k) {
        place[k] = laws_[static_cast<std::size_t>(k)]->quantile(uniforms[k]);
    }
    return place;
}

Matrix JointLaw::spread(Index count) const
{
    throw ConfigError(refusal(count));
}

std::string JointLaw::refusal(Index) const
{
    return "needs independent coordinates, or atoms";
}

Field JointLaw::direction_density(const Matrix&, double) const
{
    throw ConfigError(
        "on a sphere the law must be uniform, zonal, cap, gaussian in every coordinate, or a mixture of "
        "these");
}

namespace {

/// K with K^rank = count; 0 if there is none.
Index side_of(Index count, std::size_t rank)
{
    const auto side = static_cast<Index>(
        std::llround(std::pow(static_cast<double>(count), 1.0 / static_cast<double>(rank))));
    Index power = 1;
    for (std::size_t k = 0; k < rank; ++k) {
        power *= side;
    }
    return power == count ? side : 0;
}

}  // namespace

namespace {

/// A law of one place needs no points of its own.
bool is_spread(const Law& law)
{
    constexpr double tail = 1e-9;
    return law.quantile(tail) < law.quantile(1.0 - tail);
}

std::size_t spread_coordinates(const std::vector<std::shared_ptr<const Law>>& laws)
{
    const auto count =
        std::count_if(laws.begin(), laws.end(), [](const auto& law) { return is_spread(*law); });
    return std::max<std::size_t>(1, static_cast<std::size_t>(count));
}

}  // namespace

Matrix ProductLaw::spread(Index count) const
{
    const auto rank = static_cast<Index>(laws_.size());
    const Index side = side_of(count, spread_coordinates(laws_));
    Matrix points(rank, count);
    Index block = 1;
    for (Index c = rank; c-- > 0;) {
        const Law& law = *laws_[static_cast<std::size_t>(c)];
        const Index places = is_spread(law) ? side : 1;
        Field quantiles(places);
        for (Index k = 0; k < places; ++k) {
            quantiles[k] = law.quantile((static_cast<double>(k) + 0.5) / static_cast<double>(places));
        }
        for (Index j = 0; j < count; ++j) {
            points(c, j) = quantiles[j / block % places];
        }
        block *= places;
    }
    return points;
}

std::string ProductLaw::refusal(Index count) const
{
    const std::size_t spread = spread_coordinates(laws_);
    const std::string rank = std::to_string(spread);
    return side_of(count, spread) > 0 || count == 0
               ? ""
               : "of " + rank + " coordinates needs whole numbers to the power " + rank +
                     " of neurons for either sign, not " + std::to_string(count);
}

Field ProductLaw::direction_density(const Matrix& directions, double power) const
{
    std::vector<const Gaussian*> laws;
    double constant = 1.0;
    for (const auto& law : laws_) {
        laws.push_back(dynamic_cast<const Gaussian*>(law.get()));
        if (laws.back() == nullptr) {
            return JointLaw::direction_density(directions, power);
        }
        constant /= laws.back()->deviation() * std::sqrt(2.0 * std::numbers::pi);
    }
    const double exponent = static_cast<double>(directions.rows()) - 1.0 + power;
    Field density(directions.cols());
    for (Index j = 0; j < directions.cols(); ++j) {
        double a = 0.0, b = 0.0, c = 0.0;  // the exponent on the ray is -(a r^2 - 2 b r + c) / 2
        for (std::size_t k = 0; k < laws.size(); ++k) {
            const double u = directions(static_cast<Index>(k), j) / laws[k]->deviation(),
                         m = laws[k]->mean() / laws[k]->deviation();
            a += u * u;
            b += u * m;
            c += m * m;
        }
        const auto along = [&](double r) {
            return std::pow(r, exponent) * std::exp(-0.5 * (a * r * r - 2.0 * b * r + c));
        };
        const double end = std::max(b / a, 0.0) + 14.0 / std::sqrt(a);
        density[j] = constant *
                     boost::math::quadrature::gauss_kronrod<double, 61>::integrate(along, 0.0, end, 5, 1e-12);
    }
    return density;
}

std::vector<Key> law_keys(const std::string& path)
{
    const std::string own = "problem.initial.", each = path + ".of.*", parts = path + ".parts";
    std::vector<Key> keys = {
        {path + ".law", "text", "-", "", "name of the law"},
        {path + ".of", "table", "-", "", "coordinates with a law of their own, one table each"},
        {each, "named:law", "-", "", "law of the coordinate of this name"},
        {each + ".law", "text", "", "", "name of the law of one coordinate", "\"uniform\""},
        {parts, "tables", "-", "", "of a mixture: one table for each part, a law and its weight"},
        {parts + ".law", "text", "", "", "name of the law of a part", "\"uniform\""},
        {parts + ".weight", "number", "1.0", "> 0", "weight of a part, over the sum of all"}};
    for (const auto& [name, entry] : laws().all()) {
        for (const Key& key : entry.keys) {
            expects(key.path.starts_with(own), "a key of a law below problem.initial");
            for (const std::string& place : {path, each, parts}) {
                Key row = key;
                row.path = place + "." + key.path.substr(own.size());
                keys.push_back(row);
            }
        }
    }
    return keys;
}

std::unique_ptr<Law> make_law(const Settings& initial, const Coordinate& coordinate,
                              const std::string& fallback)
{
    const std::string name = initial.has("law") || fallback.empty() ? initial.text("law") : fallback;
    return chosen(laws(), name, initial, "law").make(initial, coordinate);
}

namespace {

void check_coordinates(const Settings& table, const std::vector<Coordinate>& coordinates)
{
    for (const std::string& name : table.table("of").keys()) {
        const auto same = [&](const Coordinate& coordinate) { return coordinate.name == name; };
        if (std::none_of(coordinates.begin(), coordinates.end(), same)) {
            table.fail("of." + name, "this problem has no coordinate '" + name + "'");
        }
    }
}

}  // namespace

std::shared_ptr<const JointLaw> TableLaw::whole() const
{
    return joint ? joint : std::make_shared<ProductLaw>(laws);
}

TableLaw make_laws(const Settings& table, const std::vector<Coordinate>& coordinates,
                   const std::string& fallback)
{
    const bool own = table.has("of");
    TableLaw law;
    law.name = own ? "product" : table.has("law") || fallback.empty() ? table.text("law") : fallback;
    if (own) {
        check_coordinates(table, coordinates);
    } else if (const LawEntry& entry = chosen(laws(), law.name, table, "law"); entry.make_joint) {
        law.joint = entry.make_joint(table, coordinates);
    }
    for (std::size_t k = 0; k < coordinates.size(); ++k) {
        const std::string place = "of." + coordinates[k].name;
        if (law.joint) {
            law.laws.push_back(law.joint->marginal(static_cast<Index>(k)));
        } else if (own && table.has(place)) {
            law.laws.push_back(make_law(table.table(place), coordinates[k]));
        } else {
            law.laws.push_back(make_law(table, coordinates[k], fallback));
        }
    }
    return law;
}

}  // namespace widelimit
