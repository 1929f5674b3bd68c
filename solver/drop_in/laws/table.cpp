// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "widelimit/problem/law.hpp"

namespace widelimit {
namespace {

/// Density linear between given values and 0 outside; its distribution function is quadratic between them.
class Tabulated : public Law {
public:
    /// On a circle `turn` is its length; 0 on a line.
    Tabulated(Field places, Field density, double turn)
        : Law(places[0], places[places.size() - 1]),
          places_(std::move(places)),
          density_(std::move(density)),
          below_(places_.size()),
          turn_(turn)
    {
        below_[0] = 0.0;
        for (Index k = 1; k < places_.size(); ++k) {
            below_[k] = below_[k - 1] + 0.5 * (places_[k] - places_[k - 1]) * (density_[k] + density_[k - 1]);
        }
        density_ /= below_[below_.size() - 1];
        below_ /= below_[below_.size() - 1];
    }

    double cdf(double x) const override
    {
        const double turns = turn_ > 0.0 ? std::floor((x - from()) / turn_) : 0.0;
        return turns + once(x - turns * turn_);
    }
    double between(double lower, double upper) const override
    {
        return std::max(0.0, cdf(upper) - cdf(lower));
    }

private:
    double once(double x) const
    {
        if (x <= from()) {
            return 0.0;
        }
        if (x >= to()) {
            return 1.0;
        }
        const Index k = std::upper_bound(places_.begin(), places_.end(), x) - places_.begin() - 1;
        const double step = places_[k + 1] - places_[k], share = (x - places_[k]) / step;
        const double mean = density_[k] + 0.5 * share * (density_[k + 1] - density_[k]);
        return below_[k] + step * share * mean;
    }

    Field places_, density_, below_;
    double turn_;
};

std::unique_ptr<Law> make_table_law(const Settings& table, const Coordinate& coordinate)
{
    const Matrix rows = table.matrix("density");
    const Field places = rows.cols() == 2 ? Field(rows.col(0)) : Field();
    bool ascends = places.size() > 1;
    for (Index k = 1; k < places.size(); ++k) {
        ascends = ascends && places[k - 1] < places[k];
    }
    if (!ascends || !rows.allFinite()) {
        table.fail("density", "expected rows [place, density], at least two, places ascending");
    }
    if (rows.col(1).minCoeff() < 0.0 || !(rows.col(1).maxCoeff() > 0.0)) {
        table.fail("density", "expected densities of at least 0, not all 0");
    }
    const double turn = coordinate.circle ? coordinate.to - coordinate.from : 0.0;
    if (coordinate.circle && places[places.size() - 1] - places[0] > turn * (1.0 + 1e-12)) {
        table.fail("density", "the places go round the circle more than once");
    }
    return std::make_unique<Tabulated>(places, rows.col(1), turn);
}

const bool table_law_registered =
    laws().add({"table",
                "density linear between given values and 0 outside, of any total",
                make_table_law,
                {{"problem.initial.density", "matrix", "", "",
                  "of the law table: rows [place, density], or a CSV file of such columns",
                  "[[0.0, 1.0], [1.0, 0.0]]"}}});

}  // namespace
}  // namespace widelimit
