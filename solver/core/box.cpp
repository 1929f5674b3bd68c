// SPDX-License-Identifier: BSD-3-Clause
// Boxes, tori and mixtures of both, the line and the circle among them, from their divided axes.
#include <algorithm>
#include <array>
#include <cmath>

#include "widelimit/core/error.hpp"
#include "widelimit/core/grid.hpp"
#include "widelimit/core/grid_builder.hpp"

namespace widelimit {
namespace {

class Box {
public:
    explicit Box(const std::vector<Axis>& axes)
    {
        expects(!axes.empty(), "at least one axis");
        for (const Axis& axis : axes) {
            std::vector<double> points;
            axes_.push_back(divide(axis, points));
            if (!points.empty()) {
                refuse_mixture(axes, axis);
                kinks_ = points;
            }
            cells_ *= axes_.back().cells();
        }
        strides_.assign(axes_.size(), 1);
        for (std::size_t k = axes_.size() - 1; k-- > 0;) {
            strides_[k] = strides_[k + 1] * axes_[k + 1].cells();
        }
        place_kinks();
        for (std::size_t k = 0; k < axes.size(); ++k) {
            place_wall(k, axes[k].low == Side::absorbing, 0);
            place_wall(k, axes[k].high == Side::absorbing, axes_[k].cells() - 1);
        }
    }

    Grid build()
    {
        GridBuilder builder;
        std::vector<std::string> names;
        for (const DividedAxis& axis : axes_) {
            names.push_back(axis.name);
        }
        builder.names(names);
        builder.sites(coordinates(), volumes(), cells_);
        kinks_.empty() ? join(builder) : join_arcs(builder);
        builder.axes(axes_);
        builder.points(points_);
        return builder.finish();
    }

private:
    static void refuse_mixture(const std::vector<Axis>& axes, const Axis& axis)
    {
        if (axes.size() > 1 || axis.low == Side::absorbing || axis.high == Side::absorbing) {
            throw ConfigError("axis '" + axis.name +
                              "': points are for a single axis without absorbing ends");
        }
    }

    Index place(Index cell, std::size_t k) const { return cell / strides_[k] % axes_[k].cells(); }
    bool even() const
    {
        return std::all_of(axes_.begin(), axes_.end(), [](const DividedAxis& axis) { return axis.even; });
    }
    /// Product of the widths along all axes but k.
    double area(Index cell, std::size_t k) const
    {
        double area = 1.0;
        for (std::size_t j = 0; j < axes_.size(); ++j) {
            area *= j == k ? 1.0 : axes_[j].width(place(cell, j));
        }
        return area;
    }

    /// The cells that end where a kink lies.
    void place_kinks()
    {
        const DividedAxis& axis = axes_.front();
        for (std::size_t k = 0; k < kinks_.size(); ++k) {
            PointCell point;
            point.site = cells_ + static_cast<Index>(k);
            for (Index i = 0; i < cells_; ++i) {
                const double half = 0.5 * axis.width(i);
                if (meet(axis.upper[i], kinks_[k], half)) {
                    point.left = i;
                    point.reach_left = half;
                }
                if (meet(axis.lower[i], kinks_[k], half)) {
                    point.right = i;
                    point.reach_right = half;
                }
            }
            points_.push_back(point);
        }
    }
    bool meet(double end, double kink, double half) const
    {
        const DividedAxis& axis = axes_.front();
        const double turn = axis.length();
        const double apart = std::abs(end - kink);
        return std::min(apart, axis.circle ? std::abs(apart - turn) : apart) < 1e-3 * half;
    }

    void place_wall(std::size_t k, bool absorbing, Index there)
    {
        for (Index cell = 0; absorbing && cell < cells_; ++cell) {
            if (place(cell, k) == there) {
                PointCell piece;
                piece.site = cells_ + static_cast<Index>(points_.size());
                piece.area = area(cell, k);
                piece.direction = static_cast<int>(k);
                (there == 0 ? piece.right : piece.left) = cell;
                (there == 0 ? piece.reach_right : piece.reach_left) = 0.5 * axes_[k].width(there);
                points_.push_back(piece);
            }
        }
    }

    Matrix coordinates() const
    {
        Matrix out(static_cast<Index>(axes_.size()), cells_ + static_cast<Index>(points_.size()));
        const auto put = [&](Index site, Index cell) {
            for (std::size_t k = 0; k < axes_.size(); ++k) {
                out(static_cast<Index>(k), site) = axes_[k].centre(place(cell, k));
            }
        };
        for (Index cell = 0; cell < cells_; ++cell) {
            put(cell, cell);
        }
        for (std::size_t p = 0; p < points_.size(); ++p) {
            const PointCell& point = points_[p];
            if (!point.wall()) {
                out(0, point.site) = kinks_[p];
                continue;
            }
            const auto k = static_cast<std::size_t>(point.direction);
            put(point.site, point.beside());
            out(point.direction, point.site) =
                point.left == PointCell::nothing ? axes_[k].lower[0] : axes_[k].upper[axes_[k].cells() - 1];
        }
        return out;
    }
    Field volumes() const
    {
        Field out = Field::Zero(cells_ + static_cast<Index>(points_.size()));
        for (Index cell = 0; cell < cells_; ++cell) {
            out[cell] = area(cell, 0) * axes_[0].width(place(cell, 0));
        }
        return out;
    }

    /// Faces of an axis with points at the kinks.
    void join_arcs(GridBuilder& builder) const
    {
        const DividedAxis& axis = axes_.front();
        std::vector<bool> closed(static_cast<std::size_t>(cells_), false);
        for (const PointCell& point : points_) {
            closed[static_cast<std::size_t>(point.left)] = true;
        }
        std::vector<LooseFace> faces;
        for (Index i = 0; i < (axis.circle ? cells_ : cells_ - 1); ++i) {
            const Index j = (i + 1) % cells_;
            if (!closed[static_cast<std::size_t>(i)]) {
                const double left = 0.5 * axis.width(i), right = 0.5 * axis.width(j);
                faces.push_back({i, j, 1.0, left + right, left, right});
            }
        }
        builder.faces(faces);
    }

    /// Runs along memory for every axis: between neighbours, then from the last cells of a circle to the
    /// first.
    void join(GridBuilder& builder)
    {
        geometry_.clear();
        for (std::size_t k = 0; k < axes_.size(); ++k) {
            const Index inner = strides_[k], slab = inner * axes_[k].cells(),
                        direction = static_cast<Index>(k);
            for (Index start = 0; start < cells_; start += slab) {
                add_run(builder,
                        {start, 1, start + inner, 1, slab - inner, 0, 0, 1, static_cast<int>(direction)});
            }
            if (!axes_[k].circle) {
                continue;
            }
            if (inner == 1) {
                add_run(builder,
                        {slab - 1, slab, 0, slab, cells_ / slab, 0, 0, 1, static_cast<int>(direction)});
                continue;
            }
            for (Index start = 0; start < cells_; start += slab) {
                add_run(builder,
                        {start + slab - inner, 1, start, 1, inner, 0, 0, 1, static_cast<int>(direction)});
            }
        }
        const auto column = [this](Index k) {
            Field values(static_cast<Index>(geometry_.size()));
            for (std::size_t i = 0; i < geometry_.size(); ++i) {
                values[static_cast<Index>(i)] = geometry_[i][static_cast<std::size_t>(k)];
            }
            return values;
        };
        builder.geometry(column(0), column(1), column(2), column(3));
    }

    /// With even axes all faces of a direction share one row of geometry.
    void add_run(GridBuilder& builder, FaceRun run)
    {
        const auto k = static_cast<std::size_t>(run.direction);
        const auto row = [&](Index left, Index right) {
            const double a = 0.5 * axes_[k].width(place(left, k)), b = 0.5 * axes_[k].width(place(right, k));
            return std::array<double, 4>{area(left, k), a + b, a, b};
        };
        if (even()) {
            run.geometry_stride = 0;
            run.geometry = run.direction;
            if (geometry_.size() == k) {
                geometry_.push_back(row(run.left, run.right));
            }
        } else {
            run.geometry = static_cast<Index>(geometry_.size());
            for (Index i = 0; i < run.count; ++i) {
                geometry_.push_back(row(run.left + i * run.left_stride, run.right + i * run.right_stride));
            }
        }
        builder.run(run);
    }

    std::vector<DividedAxis> axes_;
    std::vector<Index> strides_;
    std::vector<double> kinks_;
    std::vector<PointCell> points_;
    std::vector<std::array<double, 4>> geometry_;
    Index cells_ = 1;
};

}  // namespace

Grid make_grid(const std::vector<Axis>& axes)
{
    return Box(axes).build();
}

}  // namespace widelimit
