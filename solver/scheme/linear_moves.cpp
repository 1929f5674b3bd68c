// SPDX-License-Identifier: BSD-3-Clause
#include "linear_moves.hpp"

#include <cmath>

#include "channel_flux.hpp"

namespace widelimit {
namespace {

/// What changes of the three cells change in a face value.
struct ValueSlopes {
    double far, here, there;
};

/// Of `limited`, which is smooth but where an argument changes its sign.
std::pair<double, double> slopes_of_limiter(double a, double b)
{
    if (a * b <= 0.0) {
        return {0.0, 0.0};
    }
    const double sum = a + b;
    return {2.0 * (b / sum) * (b / sum), 2.0 * (a / sum) * (a / sum)};
}

ValueSlopes face_slopes(double far, double here, double there, const FaceGeometry::Side& side)
{
    const double back = side.ratio * (here - far), change = side.share * limited(back, there - here),
                 most = side.most * here;
    if (std::abs(change) > most) {
        return {0.0, 1.0 + (change > 0.0 ? side.most : -side.most), 0.0};
    }
    const auto [of_back, of_ahead] = slopes_of_limiter(back, there - here);
    const double back_slope = side.share * of_back * side.ratio, ahead_slope = side.share * of_ahead;
    return {-back_slope, 1.0 + back_slope - ahead_slope, ahead_slope};
}

ValueSlopes point_slopes(double far, double here, const PointSide& side)
{
    const double change = side.share * (here - far), most = side.most * here;
    if (std::abs(change) > most) {
        return {0.0, 1.0 + (change > 0.0 ? side.most : -side.most), 0.0};
    }
    return {-side.share, 1.0 + side.share, 0.0};
}

/// Neighbours of every cell of the sphere, with what their difference adds to its gradient.
class MeshNeighbours {
public:
    MeshNeighbours(const Grid& grid, const MeshSlopes& mesh) : of_(static_cast<std::size_t>(grid.cells()))
    {
        for_each_face(grid, [&](Index face, Index left, Index right, Index, int) {
            of_[static_cast<std::size_t>(left)].push_back({right, mesh.weight(left, mesh.left().of(face))});
            of_[static_cast<std::size_t>(right)].push_back({left, mesh.weight(right, mesh.right().of(face))});
        });
    }

    /// weights += factor * (value opposite to `there`, seen from `here`).
    void add_opposite(Index here, Index there, const MeshSlopes::Pair& offset, double factor,
                      LinearMove::Weights& weights) const
    {
        weights.emplace_back(there, factor);
        for (const auto& [cell, weight] : of_[static_cast<std::size_t>(here)]) {
            const double share =
                -2.0 * factor * (weight.first * offset.first + weight.second * offset.second);
            weights.emplace_back(cell, share);
            weights.emplace_back(here, -share);
        }
    }

private:
    std::vector<std::vector<std::pair<Index, MeshSlopes::Pair>>> of_;
};

/// Collects the moves of one channel.  Weights are gathered for densities and sites, and turned into those
/// for masses and entries of the state in the end.
class ChannelMoves {
public:
    ChannelMoves(const GridFlow& flow, const Field& state, Index channel, const MeshNeighbours* neighbours,
                 std::vector<LinearMove>& moves)
        : flow_(&flow),
          in_(flow, state, channel),
          neighbours_(neighbours),
          density_(density_of(flow, state, channel)),
          first_(channel * flow.layout().sites()),
          moves_(&moves)
    {}

    void add_faces()
    {
        for (const FaceRow& row : flow_->stencils().rows()) {
            for (Index k = 0; k < row.count; ++k) {
                add_face(row, k);
            }
        }
    }

    void add_points()
    {
        const double round_off = flow_->grid().points() > 0 ? in_.round_off() : 0.0;
        for (Index k = 0; k < flow_->grid().points(); ++k) {
            const PointCell& point = flow_->grid().point_cells()[static_cast<std::size_t>(k)];
            if (point.wall()) {
                add_wall(point, k);
            } else {
                add_point(point, k, point_velocities(*flow_, point, in_, round_off));
            }
        }
    }

private:
    bool reconstructs() const { return flow_->scheme().reconstructs(); }
    double drop(Index a, Index b) const { return in_.potential(a) - in_.potential(b); }

    void add_face(const FaceRow& row, Index k)
    {
        const FaceGeometry geometry = flow_->stencils().geometry(row.geometry + k * row.geometry_stride);
        const Index step = k * row.stride, a = row.left + step, b = row.right + step;
        const double mobility = in_.along(row.direction).mean_mobility(a, b);
        LinearMove move;
        move.from = move.high = a;
        move.to = move.low = b;
        move.conductance = geometry.area * mobility * geometry.per_distance;
        if (flow_->scheme().diffuses()) {
            exponential(mobility * geometry.per_distance, geometry.area, move);
        } else {
            const bool forward = drop(a, b) > 0.0;
            upstream(row, k, geometry, forward, move.values);
            follow(move);
        }
        keep(std::move(move));
    }

    /// A two-point flux with diffusion: linear in both averages, and some function of the drop.
    void exponential(double conductance, double area, LinearMove& move) const
    {
        const double tau = flow_->temperature(), here = drop(move.from, move.to);
        const double u = density_[move.from], v = density_[move.to];
        const auto through = [&](double left, double right, double at) {
            return area * flow_->scheme().through({left, right, at, conductance, tau});
        };
        move.weights = {{move.from, through(1.0, 0.0, here)}, {move.to, through(0.0, 1.0, here)}};
        const double apart = 1e-4 * tau;  // errors of the difference are some 1e-9 of the slope
        move.answer = (through(u, v, here + apart) - through(u, v, here - apart)) / (2.0 * apart);
        move.values = {{move.from, 0.5}, {move.to, 0.5}};
    }

    /// The density at the face as a sum over cells.
    void upstream(const FaceRow& row, Index k, const FaceGeometry& geometry, bool forward,
                  LinearMove::Weights& values) const
    {
        const Index step = k * row.stride, a = row.left + step, b = row.right + step;
        const Index here = forward ? a : b, there = forward ? b : a;
        if (!reconstructs()) {
            values = {{here, 1.0}};
            return;
        }
        if (neighbours_ != nullptr) {
            const Index number = row.first + k * row.first_stride;
            const MeshSlopes& mesh = *flow_->stencils().slopes();
            const MeshSlopes::Pair offset = (forward ? mesh.left() : mesh.right()).of(number);
            LinearMove::Weights opposite;
            neighbours_->add_opposite(here, there, offset, 1.0, opposite);
            double far = 0.0;
            for (const auto& [cell, weight] : opposite) {
                far += weight * density_[cell];
            }
            const ValueSlopes slopes =
                face_slopes(far, density_[here], density_[there], FaceGeometry::Side());
            neighbours_->add_opposite(here, there, offset, slopes.far, values);
            values.emplace_back(here, slopes.here);
            values.emplace_back(there, slopes.there);
            return;
        }
        const Index far = forward ? row.far_left + step : row.far_right + step;
        const ValueSlopes slopes = face_slopes(density_[far], density_[here], density_[there],
                                               forward ? geometry.left : geometry.right);
        values = {{far, slopes.far}, {here, slopes.here}, {there, slopes.there}};
    }

    LinearMove::Weights beside(const PointSide& side) const
    {
        if (!reconstructs()) {
            return {{side.cell, 1.0}};
        }
        const ValueSlopes slopes = point_slopes(density_[side.far], density_[side.cell], side);
        return {{side.far, slopes.far}, {side.cell, slopes.here}};
    }

    /// Weights and answer of flux = conductance * drop * value.
    void follow(LinearMove& move) const
    {
        const double velocity = move.conductance * drop(move.high, move.low);
        double value = 0.0;
        for (const auto& [cell, weight] : move.values) {
            value += weight * density_of_site(cell);
            move.weights.emplace_back(cell, velocity * weight);
        }
        move.answer = move.conductance * value;
    }

    void add_wall(const PointCell& wall, Index k)
    {
        const bool high = wall.left != PointCell::nothing;
        const PointSide& side = high ? flow_->stencils().left(k) : flow_->stencils().right(k);
        LinearMove move;
        move.from = move.high = side.cell;
        move.to = move.low = wall.site;
        const double conductance =
            in_.along(wall.direction).mean_mobility(side.cell, wall.site) / wall.reach();
        move.conductance = wall.area * conductance;
        if (flow_->scheme().diffuses()) {
            exponential(conductance, wall.area, move);
            move.weights.pop_back();  // nothing comes back
            move.values = {{side.cell, 0.5}};
        } else if (drop(side.cell, wall.site) > 0.0) {
            move.values = beside(side);
            follow(move);
        }
        keep(std::move(move));
    }

    /// As the fluxes beside a point cell: kept where both sides flow in, passed on where one flows out, and
    /// then followed by what is there.
    void add_point(const PointCell& point, Index k, const PointVelocities& v)
    {
        const double mobility = flow_->energy().mobility(point.direction)[point.site];
        const double left = mobility / point.reach_left, right = mobility / point.reach_right;
        const auto add = [&](Index from, Index to, Index high, Index low, double conductance,
                             LinearMove::Weights values) {
            LinearMove move;
            move.from = from;
            move.to = to;
            move.high = high;
            move.low = low;
            move.conductance = conductance;
            move.values = std::move(values);
            follow(move);
            keep(std::move(move));
        };
        if (v.left > 0.0) {
            const bool passes = v.right > 0.0;
            add(point.left, passes ? point.right : point.site, point.left, point.site, point.area * left,
                beside(flow_->stencils().left(k)));
            if (passes) {
                add(point.site, point.right, point.site, point.right, right / point.reach_right,
                    {{point.site, 1.0}});
            }
        }
        if (v.right < 0.0) {
            const bool passes = v.left < 0.0;
            add(point.right, passes ? point.left : point.site, point.right, point.site, point.area * right,
                beside(flow_->stencils().right(k)));
            if (passes) {
                add(point.site, point.left, point.site, point.left, left / point.reach_left,
                    {{point.site, 1.0}});
            }
        }
    }

    /// A point cell has a mass and no density.
    double density_of_site(Index site) const
    {
        return site < flow_->grid().cells() ? density_[site] : in_.mass(site);
    }

    void keep(LinearMove&& move)
    {
        const auto per_mass = [&](LinearMove::Weights& weights) {
            for (auto& [site, weight] : weights) {
                weight /= site < flow_->grid().cells() ? flow_->grid().volumes()[site] : 1.0;
                site += first_;
            }
        };
        per_mass(move.weights);
        per_mass(move.values);
        for (Index* place : {&move.from, &move.to, &move.high, &move.low}) {
            *place += first_;
        }
        moves_->push_back(std::move(move));
    }

    const GridFlow* flow_;
    ChannelInput in_;
    const MeshNeighbours* neighbours_;
    Field density_;
    Index first_;
    std::vector<LinearMove>* moves_;
};

}  // namespace

std::vector<LinearMove> linear_moves(const GridFlow& flow, const Field& state)
{
    std::vector<LinearMove> moves;
    std::unique_ptr<MeshNeighbours> neighbours;
    if (flow.stencils().slopes() != nullptr && flow.scheme().reconstructs()) {
        neighbours = std::make_unique<MeshNeighbours>(flow.grid(), *flow.stencils().slopes());
    }
    if (flow.problem().frozen) {
        return moves;
    }
    for (Index c = 0; c < flow.layout().channels; ++c) {
        ChannelMoves channel(flow, state, c, neighbours.get(), moves);
        channel.add_faces();
        channel.add_points();
    }
    return moves;
}

}  // namespace widelimit
