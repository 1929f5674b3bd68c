// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/scheme/stencils.hpp"

#include <algorithm>

#include "widelimit/core/blocks.hpp"
#include "widelimit/core/instructions.hpp"

namespace widelimit {
namespace {

/// The faces of a row with a cell in [from, to) at the side that starts with cell `first`.
FaceRange meeting(Index first, Index stride, Index count, Index from, Index to)
{
    if (stride == 0) {
        return first >= from && first < to ? FaceRange{0, count} : FaceRange{0, 0};
    }
    if (stride < 0) {
        const FaceRange mirrored = meeting(first + stride * (count - 1), -stride, count, from, to);
        return {count - mirrored.to, count - mirrored.from};
    }
    const auto least = [&](Index cell) {  // of the faces at or beyond the cell
        return cell <= first ? 0 : std::min(count, (cell - first + stride - 1) / stride);
    };
    const FaceRange range{least(from), least(to)};
    return range.from < range.to ? range : FaceRange{0, 0};
}

/// The row with one more face at its end, or one of no faces if that does not continue it.
FaceRow continued(const FaceRow& row, const FaceRow& face)
{
    FaceRow longer = row;
    ++longer.count;
    if (row.count == 1) {
        longer.stride = face.left - row.left;
        longer.first_stride = face.first - row.first;
        longer.geometry_stride = face.geometry - row.geometry;
    }
    const FaceRow next = longer.part(row.count, 1);
    const bool fits = row.direction == face.direction && next.far_left == face.far_left &&
                      next.left == face.left && next.right == face.right &&
                      next.far_right == face.far_right && next.first == face.first &&
                      next.geometry == face.geometry;
    longer.count = fits ? longer.count : 0;
    return longer;
}

/// Whether the row is the same part of a line, behind the one or more lines that the other goes through.
bool follows(const FaceRow& line, const FaceRow& lines)
{
    const auto same = [&](Index FaceRow::*cell) {
        return line.*cell - line.left == lines.*cell - lines.left;
    };
    return line.direction == lines.direction && line.geometry == lines.geometry && same(&FaceRow::far_left) &&
           same(&FaceRow::right) && same(&FaceRow::far_right);
}

/// The other with the row at its end, or one of no faces if they do not fit or if most of it would be gaps.
FaceRow appended(const FaceRow& lines, const FaceRow& line)
{
    FaceRow longer = lines;
    longer.period = lines.period > 0 ? lines.period : line.left - lines.left;
    longer.gap = longer.period - line.count;
    longer.count = lines.period > 0 ? lines.count + longer.period : longer.period + line.count;
    const bool fits = follows(line, lines) && longer.gap >= 0 && longer.gap <= line.count &&
                      (lines.period > 0 ? lines.gap == longer.gap : lines.count == line.count) &&
                      line.left == longer.left + longer.count - line.count;
    longer.count = fits ? longer.count : 0;
    return longer;
}

/// Blocks that fit into a core's own cache with what a flux reads and writes, with some layers of the slowest
/// axis at least, since a face between two blocks is computed twice.
Index tile_size(const std::vector<FaceRow>& rows)
{
    Index reach = 1;
    for (const FaceRow& row : rows) {
        reach = row.stride == 1 && row.count > 1 ? std::max(reach, row.right - row.left) : reach;
    }
    return std::max<Index>(16384, 8 * reach);
}

}  // namespace

/// What lies below and above every cell along a direction: the cell itself where nothing does (on the sphere
/// nowhere), and the distances of centres and of the faces.
struct Stencils::Neighbours {
    Neighbours(const Grid& grid, int direction)
        : below(static_cast<std::size_t>(grid.cells())),
          above(below.size()),
          distance_below(Field::Zero(grid.cells())),
          distance_above(distance_below),
          reach_low(distance_below),
          reach_high(distance_below)
    {
        for (Index cell = 0; cell < grid.cells(); ++cell) {
            below[static_cast<std::size_t>(cell)] = above[static_cast<std::size_t>(cell)] = cell;
        }
        if (grid.sphere()) {
            return;
        }
        for_each_face(grid, direction, [&](Index, Index left, Index right, Index g) {
            above[static_cast<std::size_t>(left)] = right;
            below[static_cast<std::size_t>(right)] = left;
            distance_above[left] = distance_below[right] = grid.distances()[g];
            reach_high[left] = grid.reaches_left()[g];
            reach_low[right] = grid.reaches_right()[g];
        });
        for (const PointCell& point : grid.point_cells()) {
            if (point.direction == direction && point.left != PointCell::nothing) {
                reach_high[point.left] = point.reach_left;
            }
            if (point.direction == direction && point.right != PointCell::nothing) {
                reach_low[point.right] = point.reach_right;
            }
        }
    }

    /// Towards the face at the given reach and distance from cell; `far` lies on the other side.
    static FaceGeometry::Side side(bool lone, double distance, double to_far, double reach, double other)
    {
        return {lone ? -1.0 : distance / to_far, reach / distance, reach / std::max(reach, other)};
    }

    std::vector<Index> below, above;
    Field distance_below, distance_above, reach_low, reach_high;
};

void FaceTable::add(const FaceGeometry& geometry)
{
    area.push_back(geometry.area);
    per_distance.push_back(geometry.per_distance);
    const auto add = [](Side& to, const FaceGeometry::Side& side) {
        to.ratio.push_back(side.ratio);
        to.share.push_back(side.share);
        to.most.push_back(side.most);
    };
    if (with_sides_) {
        add(left, geometry.left);
        add(right, geometry.right);
    }
}

Stencils::Stencils(const Grid& grid)
    : grid_(&grid),
      geometry_(!grid.sphere()),
      left_(static_cast<std::size_t>(grid.points())),
      right_(static_cast<std::size_t>(grid.points()))
{
    const auto volumes = grid.volumes().head(grid.cells());
    if (volumes.size() > 0 && (volumes.array() == volumes[0]).all()) {
        per_volume_ = 1.0 / volumes[0];
    }
    if (grid.sphere()) {
        slopes_.emplace(grid);
    }
    for (int direction = 0; direction < grid.directions(); ++direction) {
        add_direction(direction);
    }
    cut_into_tiles();
}

void Stencils::add_direction(int direction)
{
    const Neighbours beside(*grid_, direction);
    for (const FaceRun& run : grid_->runs()) {
        for (Index k = 0; run.direction == direction && k < run.count; ++k) {
            join(face(run, k, beside));
        }
    }
    add_points(direction, beside);
}

FaceRow Stencils::face(const FaceRun& run, Index k, const Neighbours& beside)
{
    const Index g = run.geometry + k * run.geometry_stride;
    FaceRow face;
    face.left = run.left + k * run.left_stride;
    face.right = run.right + k * run.right_stride;
    face.first = run.first + k;
    face.direction = run.direction;
    face.count = 1;
    const Index below = beside.below[static_cast<std::size_t>(face.left)];
    const Index above = beside.above[static_cast<std::size_t>(face.right)];
    const bool lone_left = below == face.left, lone_right = above == face.right;
    face.far_left = lone_left ? face.right : below;
    face.far_right = lone_right ? face.left : above;
    const double distance = grid_->distances()[g];
    if (grid_->sphere()) {
        face.geometry = enter({grid_->areas()[g], 1.0 / distance, {}, {}}, false);
        return face;
    }
    face.geometry = enter({grid_->areas()[g], 1.0 / distance,
                           Neighbours::side(lone_left, distance, beside.distance_below[face.left],
                                            grid_->reaches_left()[g], beside.reach_low[face.left]),
                           Neighbours::side(lone_right, distance, beside.distance_above[face.right],
                                            grid_->reaches_right()[g], beside.reach_high[face.right])},
                          run.geometry_stride == 0);
    return face;
}

/// Ends of lines of cells alternate with their middles: some rows stay open, the one that grew last first.
void Stencils::join(const FaceRow& face)
{
    constexpr std::size_t most = 4;
    for (auto row = open_.begin(); row != open_.end(); ++row) {
        if (const FaceRow longer = continued(rows_[*row], face); longer.count > 0) {
            rows_[*row] = longer;
            std::rotate(open_.begin(), row, row + 1);
            return;
        }
    }
    open_.insert(open_.begin(), rows_.size());
    open_.resize(std::min(open_.size(), most));
    rows_.push_back(face);
}

/// Where a direction's faces share geometry there are but a few kinds of them.
Index Stencils::enter(const FaceGeometry& geometry, bool shared)
{
    for (Index entry = 0; shared && entry < geometry_.size(); ++entry) {
        if (geometry_[entry] == geometry) {
            return entry;
        }
    }
    geometry_.add(geometry);
    return geometry_.size() - 1;
}

void Stencils::add_points(int direction, const Neighbours& beside)
{
    const auto side = [](Index cell, Index far, double to_far, double reach, double other) {
        return PointSide{cell, far, far == cell ? 0.0 : reach / to_far, reach / std::max(reach, other)};
    };
    for (std::size_t k = 0; k < left_.size(); ++k) {
        const PointCell& point = grid_->point_cells()[k];
        if (point.direction != direction) {
            continue;
        }
        if (const Index cell = point.left; cell != PointCell::nothing) {
            left_[k] = side(cell, beside.below[static_cast<std::size_t>(cell)], beside.distance_below[cell],
                            point.reach_left, beside.reach_low[cell]);
        }
        if (const Index cell = point.right; cell != PointCell::nothing) {
            right_[k] = side(cell, beside.above[static_cast<std::size_t>(cell)], beside.distance_above[cell],
                             point.reach_right, beside.reach_high[cell]);
        }
    }
}

/// The cells of a line follow each other across its point cells too: one row with an entry without area
/// there, instead of the few faces between two points by themselves.
std::vector<FaceRow> Stencils::rows_across_points()
{
    FaceRow all{0, 1, 2, 3, 1, grid_->cells() - 2, -1, 1, geometry_.size(), 1};
    std::vector<FaceGeometry> faces(static_cast<std::size_t>(grid_->cells()), FaceGeometry{0.0, 1.0, {}, {}});
    std::vector<FaceRow> rows;
    for (const FaceRow& row : rows_) {
        for (Index k = 0; k < row.count; ++k) {
            const FaceRow face = row.part(k, 1);
            const FaceGeometry of = geometry_[face.geometry];
            const bool fits = face.left > 0 && face.right == face.left + 1 &&
                              (of.left.ratio < 0.0 || face.far_left == face.left - 1) &&
                              (of.right.ratio < 0.0 || face.far_right == face.right + 1);
            if (fits) {
                faces[static_cast<std::size_t>(face.left)] = of;
            } else {
                rows.push_back(face);
            }
        }
    }
    for (Index k = 0; k < all.count; ++k) {
        geometry_.add(faces[static_cast<std::size_t>(all.left + k)]);
    }
    if (all.count > 0) {
        rows.push_back(all);
    }
    return rows;
}

/// Along the last axis a row is no longer than a line of cells; short rows cost more than the few faces
/// between lines that are computed in vain.
std::vector<FaceRow> Stencils::rows_through_lines() const
{
    std::vector<FaceRow> through, others;
    for (const FaceRow& row : rows_) {
        const bool line = row.stride == 1 && row.geometry_stride == 0 && row.count > 1;
        std::vector<FaceRow>& rows = line ? through : others;
        if (line && !rows.empty()) {
            if (const FaceRow longer = appended(rows.back(), row); longer.count > 0) {
                rows.back() = longer;
                continue;
            }
        }
        rows.push_back(row);
    }
    through.insert(through.end(), others.begin(), others.end());
    return through;
}

namespace {

/// The differences across faces over the squared distances, along the offsets.
WIDELIMIT_WIDE_LOOP void add_along(const double* here, const double* there, const double* per_distance,
                                   const double* first_offset, const double* second_offset, Index count,
                                   double* __restrict first, double* __restrict second)
{
    for (Index k = 0; k < count; ++k) {
        const double change = (there[k] - here[k]) * (per_distance[k] * per_distance[k]);
        first[k] += change * first_offset[k];
        second[k] += change * second_offset[k];
    }
}

}  // namespace

void Stencils::add_differences(const Tile& tile, const double* values, MeshSlopes::Gradients& sums) const
{
    const auto add = [&](const FaceRow& row, FaceRange range, Index here, Index there,
                         const MeshSlopes::Offsets& side) {
        const bool beside = row.stride == 1 && row.geometry_stride == 1 && row.first_stride == 1;
        const Index some = beside ? range.to - range.from : 1;
        for (Index k = range.from; k < range.to; k += some) {
            const Index cell = here + k * row.stride, face = row.first + k * row.first_stride;
            const Index entry = row.geometry + k * row.geometry_stride;
            add_along(values + cell, values + there + k * row.stride, geometry_.per_distance.data() + entry,
                      side.first.data() + face, side.second.data() + face, some, sums.first.data() + cell,
                      sums.second.data() + cell);
        }
    };
    for (const Tile::Piece& piece : tile.pieces) {
        add(piece.row, piece.left, piece.row.left, piece.row.right, slopes_->left());
        add(piece.row, piece.right, piece.row.right, piece.row.left, slopes_->right());
    }
}

void Stencils::gradients(const double* values, MeshSlopes::Gradients& out) const
{
    out.first.setZero(grid_->cells());
    out.second.setZero(grid_->cells());
    const auto number = static_cast<Index>(tiles_.size());
    for_each_block({number, 1, grid_->cells() < 8192 ? number + 1 : 2}, [&](Index block, Index) {
        const Tile& tile = tiles_[static_cast<std::size_t>(block)];
        add_differences(tile, values, out);
        slopes_->finish(tile.first, tile.count, out);
    });
}

void Stencils::cut_into_tiles()
{
    const Index size = tile_size(rows_), cells = grid_->cells();
    for (Index first = 0; first < cells; first += size) {
        tiles_.push_back({first, std::min(size, cells - first), {}});
    }
    const bool points = grid_->rank() == 1 && grid_->points() > 0;
    for (const FaceRow& row : points ? rows_across_points() : rows_through_lines()) {
        const FaceRow last = row.part(row.count - 1, 1);
        const auto [least, most] = std::minmax({row.left, row.right, last.left, last.right});
        for (Index tile = least / size; tile <= most / size; ++tile) {
            add_pieces(tiles_[static_cast<std::size_t>(tile)], row);
        }
    }
}

void Stencils::add_pieces(Tile& tile, const FaceRow& row)
{
    const Index end = tile.first + tile.count;
    const FaceRange left = meeting(row.left, row.stride, row.count, tile.first, end);
    const FaceRange right = meeting(row.right, row.stride, row.count, tile.first, end);
    const auto add = [&](FaceRange lefts, FaceRange rights) {
        const Index from = lefts.empty()    ? rights.from
                           : rights.empty() ? lefts.from
                                            : std::min(lefts.from, rights.from);
        const Index to = std::max(lefts.to, rights.to);
        if (from < to) {
            tile.pieces.push_back({row.part(from, to - from), lefts.moved(from), rights.moved(from)});
        }
    };
    if (left.from <= right.to && right.from <= left.to) {
        add(left, right);
    } else {
        add(left, {});
        add({}, right);
    }
}

}  // namespace widelimit
