// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/core/grid.hpp"
#include "widelimit/scheme/mesh_slopes.hpp"

namespace widelimit {

/// Faces in a row with the four cells that a flux of second order needs.  Face first + k * first_stride lies
/// between the cells left + k * stride and right + k * stride; beyond them are far_left + k * stride and
/// far_right + k * stride (the other neighbour itself where there is none, and on the sphere, where gradients
/// take their place).  Its geometry is entry geometry + k * geometry_stride.  With a period, the row goes
/// through several lines of cells: the last `gap` of every `period` faces, counted from face -phase on, lie
/// between cells of different lines and are none.
struct FaceRow {
    Index far_left = 0, left = 0, right = 0, far_right = 0, stride = 1;
    Index count = 0, first = 0, first_stride = 1;
    Index geometry = 0, geometry_stride = 0;
    Index period = 0, gap = 0, phase = 0;
    int direction = 0;

    /// The faces from number `from` of the row on.
    FaceRow part(Index from, Index length) const
    {
        FaceRow part = *this;
        for (Index* cell : {&part.far_left, &part.left, &part.right, &part.far_right}) {
            *cell += from * stride;
        }
        part.first += from * first_stride;
        part.geometry += from * geometry_stride;
        part.phase = period > 0 ? (phase + from) % period : 0;
        part.count = length;
        return part;
    }
    /// Goes through memory in the same large steps.
    bool beside(const FaceRow& other) const
    {
        return direction == other.direction && stride == other.stride && stride > 1 && count == other.count;
    }
    /// Nothing flows where there is no face.
    void close_gaps(double* flux) const
    {
        for (Index start = period - gap - phase; period > 0 && start < count; start += period) {
            std::fill(flux + std::max<Index>(start, 0), flux + std::min(start + gap, count), 0.0);
        }
    }
};

/// Fluxes are computed for so many faces of a row at a time, into an array on the stack.
constexpr Index faces_at_once = 512;
template <class Visit>
void for_each_part(const FaceRow& row, const Visit& visit)
{
    for (Index from = 0; from < row.count; from += faces_at_once) {
        visit(row.part(from, std::min(faces_at_once, row.count - from)), from);
    }
}

/// Geometry of faces.  The slope of the density in the cell at a side of the face, times the distance of the
/// two centres, is the mean of the difference across the face and of `ratio` times the one to the far cell:
/// the ratio of distances, or -1 where there is no far cell, whatever index it has, so that both are the
/// same. Times `share` it is the difference of the value at the face, which is cut at `most` times the
/// average.
struct FaceGeometry {
    struct Side {
        double ratio = 1.0, share = 0.5, most = 1.0;
        bool operator==(const Side&) const = default;
    };
    double area = 1.0, per_distance = 1.0;
    Side left, right;

    /// Centres and faces are evenly spaced here.
    bool even() const { return left == Side() && right == Side(); }
    bool operator==(const FaceGeometry&) const = default;
};

/// Geometry of many faces, quantity by quantity; entries of sides are left out where all are the default.
class FaceTable {
public:
    struct Side {
        std::vector<double> ratio, share, most;
    };
    std::vector<double> area, per_distance;
    Side left, right;

    explicit FaceTable(bool with_sides) : with_sides_(with_sides) {}
    Index size() const { return static_cast<Index>(area.size()); }
    void add(const FaceGeometry& geometry);
    FaceGeometry operator[](Index entry) const
    {
        const auto k = static_cast<std::size_t>(entry);
        FaceGeometry geometry{area[k], per_distance[k], {}, {}};
        if (with_sides_) {
            geometry.left = {left.ratio[k], left.share[k], left.most[k]};
            geometry.right = {right.ratio[k], right.share[k], right.most[k]};
        }
        return geometry;
    }

private:
    bool with_sides_;
};

/// The same for the cell beside a point cell: the only neighbour may be missing too (far = cell).
struct PointSide {
    Index cell = PointCell::nothing, far = PointCell::nothing;
    double share = 0.0, most = 0.0;
};

/// Numbers from <= k < to of faces in a row.
struct FaceRange {
    Index from = 0, to = 0;

    bool empty() const { return from >= to; }
    /// Counted from another face on.
    FaceRange moved(Index start) const { return empty() ? FaceRange() : FaceRange{from - start, to - start}; }
};

/// A block of cells with all faces at which they gain or lose.  Blocks share no cell, so that threads may
/// share the blocks; a face between two of them belongs to both.
struct Tile {
    /// A part of a row (of several lines, which has no face numbers), and which of its faces have their left
    /// and their right cell in the tile.
    struct Piece {
        FaceRow row;
        FaceRange left, right;
    };
    Index first = 0, count = 0;
    std::vector<Piece> pieces;
};

/// Calls visit(row, left, right) for the pieces of a tile in parts; the faces numbered left.from <= k <
/// left.to of the row have their left cell in the tile.  Pieces whose faces lie far apart in memory, and that
/// follow each other, share cells: they are visited by turns, while these are in the cache.
template <class Visit>
void for_each_part(const Tile& tile, const Visit& visit)
{
    constexpr Index by_turns = 32;
    const auto visit_part = [&](const Tile::Piece& piece, Index from, Index most) {
        const FaceRow row = piece.row.part(from, std::min(most, piece.row.count - from));
        const auto within = [&](const FaceRange& range) {
            const FaceRange moved{std::max<Index>(range.from - from, 0),
                                  std::min(range.to - from, row.count)};
            return moved.empty() ? FaceRange() : moved;
        };
        visit(row, within(piece.left), within(piece.right));
    };
    const auto first = tile.pieces.begin(), last = tile.pieces.end();
    for (auto piece = first, next = first; piece != last; piece = next) {
        while (next != last && next->row.beside(piece->row)) {
            ++next;
        }
        next = next == piece ? piece + 1 : next;
        const Index most = next == piece + 1 ? faces_at_once : by_turns;
        for (Index from = 0; from < piece->row.count; from += most) {
            for (auto one = piece; one != next; ++one) {
                visit_part(*one, from, most);
            }
        }
    }
}

/// The faces of a grid as fluxes want them: in rows that are as long as possible, ordered by direction.
class Stencils {
public:
    explicit Stencils(const Grid& grid);

    const Grid& grid() const { return *grid_; }
    const std::vector<FaceRow>& rows() const { return rows_; }
    FaceGeometry geometry(Index entry) const { return geometry_[entry]; }
    const FaceTable& geometry() const { return geometry_; }
    const std::vector<Tile>& tiles() const { return tiles_; }
    /// Of a point cell.
    const PointSide& left(Index point) const { return left_[static_cast<std::size_t>(point)]; }
    const PointSide& right(Index point) const { return right_[static_cast<std::size_t>(point)]; }
    /// 1 / volume of every cell where they are all the same; otherwise 0.
    double per_volume() const { return per_volume_; }
    /// On the sphere; null on axes.
    const MeshSlopes* slopes() const { return slopes_ ? &*slopes_ : nullptr; }
    /// Gradients of values, one a cell of the sphere.
    void gradients(const double* values, MeshSlopes::Gradients& out) const;

private:
    struct Neighbours;
    void add_direction(int direction);
    FaceRow face(const FaceRun& run, Index k, const Neighbours& beside);
    void join(const FaceRow& face);
    std::vector<FaceRow> rows_across_points();
    void add_points(int direction, const Neighbours& beside);
    Index enter(const FaceGeometry& geometry, bool shared);
    void add_differences(const Tile& tile, const double* values, MeshSlopes::Gradients& sums) const;
    std::vector<FaceRow> rows_through_lines() const;
    void cut_into_tiles();
    static void add_pieces(Tile& tile, const FaceRow& row);

    const Grid* grid_;
    std::vector<FaceRow> rows_;
    std::vector<std::size_t> open_;
    FaceTable geometry_;
    std::vector<PointSide> left_, right_;
    std::vector<Tile> tiles_;
    double per_volume_ = 0.0;
    std::optional<MeshSlopes> slopes_;
};

}  // namespace widelimit
