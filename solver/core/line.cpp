// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "widelimit/core/error.hpp"
#include "widelimit/core/grid.hpp"
#include "widelimit/core/grid_builder.hpp"

namespace widelimit {
namespace {

/// A cell of the line; `point_left` and `point_right` are point cells at its ends, or -1.
struct Piece {
    double lower, upper;
    Index point_left = -1, point_right = -1;

    double centre() const { return 0.5 * (lower + upper); }
    double width() const { return upper - lower; }
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
    if (axis.ratio > 1.0 && (!axis.points.empty() || axis.sides == Side::periodic)) {
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

std::vector<Piece> divide(const Axis& axis)
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
        if (axis.sides == Side::periodic) {
            point -= length * std::floor((point - axis.from) / length);
            point = axis.to - point < close ? axis.from : point;
        }
        if (axis.sides == Side::periodic || (point > axis.from + close && point < axis.to - close)) {
            points.push_back(point);
        }
    }
    std::sort(points.begin(), points.end());
    points.erase(
        std::unique(points.begin(), points.end(), [close](double a, double b) { return b - a < close; }),
        points.end());
    return points;
}

void divide_arc(double lower, double upper, Index left, Index right, double widest, std::vector<Piece>& out)
{
    const double cells = std::max(1.0, std::ceil((upper - lower) / widest * (1.0 - 1e-9)));
    const auto n = static_cast<Index>(cells);
    for (Index i = 0; i < n; ++i) {
        const double a = lower + (upper - lower) * static_cast<double>(i) / cells;
        const double b = i + 1 == n ? upper : lower + (upper - lower) * static_cast<double>(i + 1) / cells;
        out.push_back({a, b, i == 0 ? left : -1, i + 1 == n ? right : -1});
    }
}

std::vector<Piece> divide_at(const Axis& axis, const std::vector<double>& points)
{
    const double length = axis.to - axis.from;
    const double widest = length / static_cast<double>(axis.cells);
    const auto count = static_cast<Index>(points.size());
    const bool circle = axis.sides == Side::periodic;
    std::vector<Piece> pieces;
    if (!circle) {
        divide_arc(axis.from, points.front(), -1, 0, widest, pieces);
    }
    for (Index k = 0; k + 1 < count; ++k) {
        const auto i = static_cast<std::size_t>(k);
        divide_arc(points[i], points[i + 1], k, k + 1, widest, pieces);
    }
    if (circle) {
        divide_arc(points.back(), points.front() + length, count - 1, 0, widest, pieces);
    } else {
        divide_arc(points.back(), axis.to, count - 1, -1, widest, pieces);
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

std::vector<LooseFace> join(const Axis& axis, const std::vector<Piece>& pieces)
{
    std::vector<LooseFace> faces;
    const std::size_t last = axis.sides == Side::periodic ? pieces.size() : pieces.size() - 1;
    for (std::size_t i = 0; i < last; ++i) {
        const std::size_t j = (i + 1) % pieces.size();
        if (pieces[i].point_right < 0) {
            const double left = 0.5 * pieces[i].width();
            const double right = 0.5 * pieces[j].width();
            faces.push_back({static_cast<Index>(i), static_cast<Index>(j), 1.0, left + right, left, right});
        }
    }
    return faces;
}

std::vector<PointCell> place_points(const std::vector<Piece>& pieces, std::size_t count)
{
    std::vector<PointCell> points(count);
    const auto cells = static_cast<Index>(pieces.size());
    for (Index i = 0; i < cells; ++i) {
        const Piece& piece = pieces[static_cast<std::size_t>(i)];
        if (piece.point_left >= 0) {
            PointCell& point = points[static_cast<std::size_t>(piece.point_left)];
            point.right = i;
            point.reach_right = 0.5 * piece.width();
            point.site = cells + piece.point_left;
        }
        if (piece.point_right >= 0) {
            PointCell& point = points[static_cast<std::size_t>(piece.point_right)];
            point.left = i;
            point.reach_left = 0.5 * piece.width();
        }
    }
    return points;
}

}  // namespace

Grid make_line(const Axis& axis)
{
    check(axis);
    const std::vector<double> points = tidy_points(axis);
    std::vector<Piece> pieces = points.empty() ? divide(axis) : divide_at(axis, points);
    unwind(axis, pieces);

    const auto cells = static_cast<Index>(pieces.size());
    const auto sites = cells + static_cast<Index>(points.size());
    Matrix coordinates(1, sites);
    Field volumes = Field::Zero(sites), lower(cells), upper(cells);
    for (Index i = 0; i < cells; ++i) {
        const Piece& piece = pieces[static_cast<std::size_t>(i)];
        coordinates(0, i) = piece.centre();
        volumes[i] = piece.width();
        lower[i] = piece.lower;
        upper[i] = piece.upper;
    }
    for (Index k = cells; k < sites; ++k) {
        coordinates(0, k) = points[static_cast<std::size_t>(k - cells)];
    }
    GridBuilder builder;
    builder.names({axis.name});
    builder.sites(std::move(coordinates), std::move(volumes), cells);
    builder.ends(std::move(lower), std::move(upper));
    builder.faces(join(axis, pieces));
    builder.points(place_points(pieces, points.size()));
    return builder.finish();
}

}  // namespace widelimit
