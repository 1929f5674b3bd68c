// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <limits>

#include "channel_flux.hpp"
#include "face_loops.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/passes.hpp"

namespace widelimit {
namespace {

/// Transport by fluxes that are means over faces, of the product of a density and a velocity along them.
/// Averages of psi over cells are what a kernel on circles gives at their centres, whatever the width.  A
/// flux takes from no cell more than twice its average times the speed, so that explicit steps keep it
/// positive.  Beside walls, where a stencil does not fit, differences are those of two cells and the density
/// is that of the cell upstream.
class HighOrderTransport : public Part {
public:
    explicit HighOrderTransport(const GridFlow& flow) : flow_(&flow)
    {
        const Grid& grid = flow.grid();
        row_length_ = grid.axes().back().cells();
        for (Index k = 0; k < grid.rank(); ++k) {
            const DividedAxis& axis = grid.axes()[static_cast<std::size_t>(k)];
            Direction along;
            along.circle = axis.circle;
            along.cells = axis.cells();
            along.rows = grid.stride(k) / row_length_;
            along.per_width = static_cast<double>(axis.cells()) / axis.length();
            directions_.push_back(along);
        }
    }
    std::string name() const override { return "transport"; }

    void add_rate(const Field& state, Field& rate) const override
    {
        const Layout& layout = flow_->layout();
        for (Index c = 0; c < layout.channels; ++c) {
            for (int k = 0; k < flow_->grid().directions(); ++k) {
                fill(state, c, k);
                limit();
                const double per_width = directions_[static_cast<std::size_t>(k)].per_width;
                double* const out = rate.data() + c * layout.sites();
                for_each_row([&](Index row) { add_differences(k, row, per_width, out); });
            }
        }
    }

    /// What leaves a cell through each of its faces is at most 2 u (speed + variation), whatever its sign.
    double rate_limit(const Field& state) const override
    {
        const Layout& layout = flow_->layout();
        double fastest = 0.0;
        for (Index c = 0; c < layout.channels; ++c) {
            Field out = Field::Zero(layout.sites());
            for (int k = 0; k < flow_->grid().directions(); ++k) {
                fill(state, c, k);
                const double per_width = directions_[static_cast<std::size_t>(k)].per_width;
                for_each_block(blocks_of_values(flux_.size()), [&](Index first, Index count) {
                    flux_.segment(first, count) =
                        velocity_.segment(first, count).cwiseAbs() + variation_.segment(first, count);
                });
                for_each_row([&](Index row) { add_sums(k, row, 2.0 * per_width, out.data()); });
            }
            fastest = std::max(fastest, highest(out));
        }
        return fastest > 0.0 ? 1.0 / fastest : std::numeric_limits<double>::infinity();
    }

    void advance(Field& state, double dt, Advance how) const override
    {
        explicit_step(*this, dt, how, state);
    }
    double advance_limit(const Field& state) const override { return rate_limit(state); }

private:
    struct Direction {
        bool circle = false;
        Index cells = 0;
        Index rows = 0;  ///< rows of memory from a cell to the next; 0 along the rows
        double per_width = 1.0;
    };

    template <class Visit>
    void for_each_row(const Visit& visit) const
    {
        const Index rows = flow_->grid().cells() / row_length_;
        const Index at_once = std::max<Index>(1, 2048 / row_length_);
        for_each_block({rows, at_once, 4}, [&](Index first, Index count) {
            for (Index row = first; row < first + count; ++row) {
                visit(row);
            }
        });
    }

    /// The row so many cells further along a direction across the rows; -1 beyond a wall.
    static Index row_beside(const Direction& along, Index row, Index offset)
    {
        const Index place = row / along.rows % along.cells, moved = place + offset;
        if (moved < 0 || moved >= along.cells) {
            if (!along.circle) {
                return -1;
            }
            return row + (offset > 0 ? offset - along.cells : offset + along.cells) * along.rows;
        }
        return row + offset * along.rows;
    }

    /// Velocities, face means, corrections and variations at the faces to the right of all cells.
    void fill(const Field& state, Index channel, int direction) const
    {
        const Index cells = flow_->grid().cells(), start = channel * flow_->layout().sites();
        for (Field* field : {&density_, &psi_, &velocity_, &face_, &correction_, &variation_, &flux_}) {
            field->resize(cells);
        }
        for_each_block(blocks_of_values(cells), [&](Index first, Index count) {
            density_.segment(first, count) = state.segment(start + first, count);
            psi_.segment(first, count) = flow_->evaluation().potential.segment(start + first, count);
            for (Field* field : {&velocity_, &face_, &correction_, &variation_, &flux_}) {
                field->segment(first, count).setZero();
            }
        });
        const Direction& along = directions_[static_cast<std::size_t>(direction)];
        for_each_row([&](Index row) { along.rows > 0 ? fill_across(along, row) : fill_along(along, row); });
        for (std::size_t t = 0; t < directions_.size(); ++t) {
            if (static_cast<int>(t) != direction) {
                for_each_row([&](Index row) { correct(directions_[t], row); });
            }
            for (std::size_t r = 0; r < t; ++r) {
                if (static_cast<int>(t) != direction && static_cast<int>(r) != direction) {
                    for_each_row([&](Index row) { correct_mixed(directions_[r], directions_[t], row); });
                }
            }
        }
    }

    void fill_across(const Direction& along, Index row) const
    {
        Six psi{}, u{};
        bool inside = true;
        for (Index k = 0; k < 6; ++k) {
            const Index beside = row_beside(along, row, k - 2);
            inside = inside && beside >= 0;
            psi[static_cast<std::size_t>(k)] = psi_.data() + std::max<Index>(beside, 0) * row_length_;
            u[static_cast<std::size_t>(k)] = density_.data() + std::max<Index>(beside, 0) * row_length_;
        }
        const Index first = row * row_length_;
        if (inside) {
            velocities(psi, row_length_, along.per_width, velocity_.data() + first);
            face_means(u, velocity_.data() + first, row_length_, face_.data() + first);
        } else if (row_beside(along, row, 1) >= 0) {
            for (Index i = 0; i < row_length_; ++i) {
                simple(along, psi[2][i] - psi[3][i], u[2][i], u[3][i], first + i);
            }
        }
    }

    /// The same along the rows, from a copy of the row that goes on beyond its ends.
    void fill_along(const Direction& along, Index row) const
    {
        const Index n = row_length_, first = row * n;
        std::vector<double> padded(static_cast<std::size_t>(2 * (n + 5)));
        double *const psi = padded.data(), *const u = psi + n + 5;
        for (Index k = 0; k < n + 5; ++k) {
            const Index cell = first + (k - 2 + n) % n;
            psi[k] = psi_[cell];
            u[k] = density_[cell];
        }
        const auto six = [](const double* from) {
            return Six{from, from + 1, from + 2, from + 3, from + 4, from + 5};
        };
        velocities(six(psi), n, along.per_width, velocity_.data() + first);
        face_means(six(u), velocity_.data() + first, n, face_.data() + first);
        if (!along.circle) {
            for (const Index i : {Index{0}, Index{1}, n - 3, n - 2}) {
                simple(along, psi[i + 2] - psi[i + 3], u[i + 2], u[i + 3], first + i);
            }
            velocity_[first + n - 1] = face_[first + n - 1] = 0.0;
        }
    }

    void simple(const Direction& along, double drop, double left, double right, Index face) const
    {
        velocity_[face] = along.per_width * drop;
        face_[face] = drop > 0.0 ? left : right;
    }

    /// The terms of the faces beside each other along one direction.
    void correct(const Direction& across, Index row) const
    {
        const Index n = row_length_, first = row * n;
        if (across.rows > 0) {
            Five u{}, v{};
            for (Index k = 0; k < 5; ++k) {
                const Index beside = row_beside(across, row, k - 2);
                if (beside < 0) {
                    return;
                }
                u[static_cast<std::size_t>(k)] = face_.data() + beside * n;
                v[static_cast<std::size_t>(k)] = velocity_.data() + beside * n;
            }
            add_corrections(u, v, n, correction_.data() + first, variation_.data() + first);
            return;
        }
        const auto five = [](const double* from) {
            return Five{from, from + 1, from + 2, from + 3, from + 4};
        };
        if (!across.circle) {
            add_corrections(five(face_.data() + first), five(velocity_.data() + first), n - 4,
                            correction_.data() + first + 2, variation_.data() + first + 2);
            return;
        }
        std::vector<double> u, v;
        continue_row(face_, first, u);
        continue_row(velocity_, first, v);
        add_corrections(five(u.data()), five(v.data()), n, correction_.data() + first,
                        variation_.data() + first);
    }

    /// The term of two directions on faces in space.
    void correct_mixed(const Direction& one, const Direction& other, Index row) const
    {
        const Index n = row_length_, first = row * n;
        const Index low = row_beside(one, row, -1), high = row_beside(one, row, 1);
        if (low < 0 || high < 0) {
            return;
        }
        if (other.rows > 0) {
            const std::array<Index, 4> corners = {row_beside(other, high, 1), row_beside(other, high, -1),
                                                  row_beside(other, low, 1), row_beside(other, low, -1)};
            std::array<const double*, 4> u{}, v{};
            for (std::size_t k = 0; k < 4; ++k) {
                if (corners[k] < 0) {
                    return;
                }
                u[k] = face_.data() + corners[k] * n;
                v[k] = velocity_.data() + corners[k] * n;
            }
            add_mixed(u, v, n, correction_.data() + first);
            return;
        }
        if (!other.circle) {
            const auto corners = [&](const Field& field) {
                const double *above = field.data() + high * n, *below = field.data() + low * n;
                return std::array<const double*, 4>{above + 2, above, below + 2, below};
            };
            add_mixed(corners(face_), corners(velocity_), n - 2, correction_.data() + first + 1);
            return;
        }
        std::vector<double> above, below, fast, slow;
        continue_row(face_, high * n, above);
        continue_row(face_, low * n, below);
        continue_row(velocity_, high * n, fast);
        continue_row(velocity_, low * n, slow);
        const auto corners = [](const std::vector<double>& up, const std::vector<double>& down) {
            return std::array<const double*, 4>{up.data() + 3, up.data() + 1, down.data() + 3,
                                                down.data() + 1};
        };
        add_mixed(corners(above, below), corners(fast, slow), n, correction_.data() + first);
    }

    /// A row of a circle with the last two entries before it and the first two behind it.
    void continue_row(const Field& field, Index first, std::vector<double>& padded) const
    {
        const Index n = row_length_;
        padded.resize(static_cast<std::size_t>(n + 4));
        for (Index k = 0; k < n + 4; ++k) {
            padded[static_cast<std::size_t>(k)] = field[first + (k - 2 + n) % n];
        }
    }

    /// flux = face velocity + correction, cut at what the cells may give.
    void limit() const
    {
        for_each_row([&](Index row) {
            const auto part = [&](const Field& field) {
                return field.segment(row * row_length_, row_length_).array();
            };
            flux_.segment(row * row_length_, row_length_) =
                (part(face_) * part(velocity_) + part(correction_)).matrix();
        });
    }

    double limited(Index left, Index right) const
    {
        const double most = 2.0 * (std::abs(velocity_[left]) + variation_[left]);
        return std::min(std::max(flux_[left], -most * density_[right]), most * density_[left]);
    }

    /// Calls visit(face, left, right) for the faces that the cells of a row have on their left, by number of
    /// the cell on the left.
    template <class Visit>
    void for_each_left_face(int direction, Index row, const Visit& visit) const
    {
        const Direction& along = directions_[static_cast<std::size_t>(direction)];
        const Index n = row_length_, first = row * n;
        if (along.rows > 0) {
            const Index low = row_beside(along, row, -1);
            for (Index i = 0; low >= 0 && i < n; ++i) {
                visit(low * n + i, first + i);
            }
            return;
        }
        if (along.circle) {
            visit(first + n - 1, first);
        }
        for (Index i = 1; i < n; ++i) {
            visit(first + i - 1, first + i);
        }
    }
    template <class Visit>
    void for_each_right_face(int direction, Index row, const Visit& visit) const
    {
        const Direction& along = directions_[static_cast<std::size_t>(direction)];
        const Index n = row_length_, first = row * n;
        if (along.rows > 0) {
            const Index high = row_beside(along, row, 1);
            for (Index i = 0; high >= 0 && i < n; ++i) {
                visit(first + i, high * n + i);
            }
            return;
        }
        for (Index i = 0; i + 1 < n; ++i) {
            visit(first + i, first + i + 1);
        }
        if (along.circle) {
            visit(first + n - 1, first);
        }
    }

    void add_differences(int direction, Index row, double per_width, double* out) const
    {
        for_each_left_face(direction, row,
                           [&](Index left, Index right) { out[right] += per_width * limited(left, right); });
        for_each_right_face(direction, row,
                            [&](Index left, Index right) { out[left] -= per_width * limited(left, right); });
    }
    void add_sums(int direction, Index row, double per_width, double* out) const
    {
        for_each_left_face(direction, row,
                           [&](Index left, Index right) { out[right] += per_width * flux_[left]; });
        for_each_right_face(direction, row, [&](Index left, Index) { out[left] += per_width * flux_[left]; });
    }

    const GridFlow* flow_;
    Index row_length_ = 0;
    std::vector<Direction> directions_;
    mutable Field density_, psi_, velocity_, face_, correction_, variation_, flux_;
};

}  // namespace

std::unique_ptr<Part> make_high_order_transport(const GridFlow& flow)
{
    return std::make_unique<HighOrderTransport>(flow);
}

}  // namespace widelimit
