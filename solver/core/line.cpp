// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "widelimit/core/error.hpp"
#include "widelimit/core/grid.hpp"

namespace widelimit {
namespace {

struct Piece {
    double lower, upper;

    double centre() const { return 0.5 * (lower + upper); }
};

void check(const Axis& axis)
{
    const std::string where = "axis '" + axis.name + "'";
    if (!(axis.from < axis.to) || !std::isfinite(axis.to - axis.from)) {
        throw ConfigError(where + ": 'from' must lie below 'to'");
    }
    if (axis.cells < 2) {
        throw ConfigError(where + ": at least 2 cells are needed");
    }
    if (!(axis.ratio >= 1.0)) {
        throw ConfigError(where + ": 'ratio' is the largest cell over the smallest, at least 1");
    }
    if (axis.circle() != (axis.high == Side::periodic)) {
        throw ConfigError(where + ": both ends are periodic or none");
    }
    if (axis.ratio > 1.0 && (!axis.points.empty() || axis.circle())) {
        throw ConfigError(where + ": a graded axis can neither be periodic nor aligned to kinks");
    }
    if (axis.towards != "low" && axis.towards != "high" && axis.towards != "both") {
        throw ConfigError(where + ": 'towards' is one of low, high, both");
    }
}

/// Relative widths of the cells: geometric from 1 to ratio, mirrored for "high" and joined for "both".
Field relative_widths(const Axis& axis)
{
    const Index n = axis.cells;
    Field widths(n);
    const auto share = [](Index part, Index whole) {
        return static_cast<double>(part) / static_cast<double>(std::max<Index>(1, whole));
    };
    for (Index i = 0; i < n; ++i) {
        const Index above = n - 1 - i;
        const double place = axis.towards == "low"    ? share(i, n - 1)
                             : axis.towards == "high" ? share(above, n - 1)
                                                      : share(std::min(i, above), (n - 1) / 2);
        widths[i] = std::pow(axis.ratio, place);
    }
    return widths / widths.sum();
}

std::vector<Piece> divide_freely(const Axis& axis)
{
    const Field widths = relative_widths(axis);
    const double length = axis.to - axis.from;
    std::vector<Piece> pieces;
    double filled = 0.0;
    for (Index i = 0; i < axis.cells; ++i) {
        const bool uniform = axis.ratio == 1.0;
        const auto n = static_cast<double>(axis.cells);
        const double next = uniform ? static_cast<double>(i + 1) / n : filled + widths[i];
        pieces.push_back({axis.from + length * (uniform ? static_cast<double>(i) / n : filled),
                          i + 1 == axis.cells ? axis.to : axis.from + length * next});
        filled = next;
    }
    return pieces;
}

/// Sorted, without doubles (closer than 1e-12 of the length), and for a circle in [from, to).
std::vector<double> tidy_points(const Axis& axis)
{
    const double length = axis.to - axis.from;
    const double close = 1e-12 * length;
    std::vector<double> points;
    for (double point : axis.points) {
        if (axis.circle()) {
            point -= length * std::floor((point - axis.from) / length);
            point = axis.to - point < close ? axis.from : point;
        }
        if (axis.circle() || (point > axis.from + close && point < axis.to - close)) {
            points.push_back(point);
        }
    }
    std::sort(points.begin(), points.end());
    points.erase(
        std::unique(points.begin(), points.end(), [close](double a, double b) { return b - a < close; }),
        points.end());
    return points;
}

void divide_arc(double lower, double upper, double widest, std::vector<Piece>& out)
{
    const double cells = std::max(1.0, std::ceil((upper - lower) / widest * (1.0 - 1e-9)));
    const auto n = static_cast<Index>(cells);
    for (Index i = 0; i < n; ++i) {
        const double a = lower + (upper - lower) * static_cast<double>(i) / cells;
        const double b = i + 1 == n ? upper : lower + (upper - lower) * static_cast<double>(i + 1) / cells;
        out.push_back({a, b});
    }
}

std::vector<Piece> divide_at(const Axis& axis, const std::vector<double>& points)
{
    const double length = axis.to - axis.from;
    const double widest = length / static_cast<double>(axis.cells);
    const bool circle = axis.circle();
    std::vector<Piece> pieces;
    if (!circle) {
        divide_arc(axis.from, points.front(), widest, pieces);
    }
    for (std::size_t k = 0; k + 1 < points.size(); ++k) {
        divide_arc(points[k], points[k + 1], widest, pieces);
    }
    if (circle) {
        divide_arc(points.back(), points.front() + length, widest, pieces);
    } else {
        divide_arc(points.back(), axis.to, widest, pieces);
    }
    return pieces;
}

/// Shifts the pieces of a circle whose centres lie beyond `to`, so that centres increase from `from`.
void unwind(const Axis& axis, std::vector<Piece>& pieces)
{
    const double length = axis.to - axis.from;
    const auto beyond = std::find_if(pieces.begin(), pieces.end(),
                                     [&](const Piece& piece) { return piece.centre() >= axis.to; });
    for (auto piece = beyond; piece != pieces.end(); ++piece) {
        piece->lower -= length;
        piece->upper -= length;
    }
    std::rotate(pieces.begin(), beyond, pieces.end());
}

}  // namespace

DividedAxis divide(const Axis& axis, std::vector<double>& points)
{
    check(axis);
    points = tidy_points(axis);
    std::vector<Piece> pieces = points.empty() ? divide_freely(axis) : divide_at(axis, points);
    unwind(axis, pieces);
    const auto cells = static_cast<Index>(pieces.size());
    DividedAxis divided{axis.name, axis.circle(), axis.ratio == 1.0 && points.empty(), Field(cells),
                        Field(cells)};
    for (Index i = 0; i < cells; ++i) {
        divided.lower[i] = pieces[static_cast<std::size_t>(i)].lower;
        divided.upper[i] = pieces[static_cast<std::size_t>(i)].upper;
    }
    return divided;
}

}  // namespace widelimit
