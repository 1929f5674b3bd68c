// SPDX-License-Identifier: BSD-3-Clause
#include "kink_boxes.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "widelimit/core/blocks.hpp"
#include "widelimit/core/elementary.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/instructions.hpp"

namespace widelimit {
namespace {

/// A node along a row: z in the middle of box m is start + middle(m) rise, and within `reach` of that in all
/// of the box.
struct Course {
    double start, rise, reach;
};

Course course(const BoxShape& shape, Index row, const Matrix& inputs, Index node)
{
    const Index per = shape.per_axis, rows_of_face = shape.rows() / shape.d;
    const Index face = row / rows_of_face;
    Index rest = row % rows_of_face;
    const auto of = [&](Index axis) { return inputs(node, (face + axis) % shape.d); };
    const double round_off_of_boxes = 1e-12 * inputs.row(node).norm();
    Course out{of(0), of(shape.d - 1), round_off_of_boxes + shape.half_width() * std::abs(of(shape.d - 1))};
    for (Index axis = shape.d - 2; axis >= 1; --axis) {
        out.start += shape.middle(rest % per) * of(axis);
        out.reach += shape.half_width() * std::abs(of(axis));
        rest /= per;
    }
    return out;
}

KinkBoxes::Span span(const BoxShape& shape, const Course& of)
{
    const double sign = of.rise > 0.0 ? -1.0 : 1.0;  // sign * z does not rise along the row
    const auto first_at_most = [&](double bound) {
        Index low = 0, high = shape.per_axis;
        while (low < high) {
            const Index middle = (low + high) / 2;
            if (sign * (of.start + shape.middle(middle) * of.rise) > bound) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return static_cast<std::uint16_t>(low);
    };
    return {static_cast<std::int16_t>(sign), first_at_most(of.reach), first_at_most(-of.reach)};
}

template <int d>
WIDELIMIT_WIDE_LOOP void find_each(const double* w, Index count, double per_axis, double boxes,
                                   double* __restrict code, double* __restrict length)
{
    const double half = 0.5 * per_axis, last = per_axis - 0.5;
    const double *w0 = w, *w1 = w + count, *w2 = w + (d > 2 ? 2 : 0) * count,
                 *w3 = w + (d > 3 ? 3 : 0) * count;
    for (Index j = 0; j < count; ++j) {
        const double a = w0[j], b = w1[j], c = d > 2 ? w2[j] : 0.0, e = d > 3 ? w3[j] : 0.0;
        length[j] = std::sqrt(a * a + b * b + c * c + e * e);
        double top = a, x = b, y = d == 4 ? c : 0.0, z = d == 3 ? c : e, face = 0.0;
        const auto turn = [&](double of, double one, double two, double three, double number) {
            const bool larger = std::abs(of) > std::abs(top);
            top = larger ? of : top;
            x = larger ? one : x;
            y = larger ? two : y;
            z = larger ? three : z;
            face = larger ? number : face;
        };
        if constexpr (d == 2) {
            turn(b, a, 0.0, 0.0, 1.0);
        } else if constexpr (d == 3) {
            turn(b, c, 0.0, a, 1.0);
            turn(c, a, 0.0, b, 2.0);
        } else {
            turn(b, c, e, a, 1.0);
            turn(c, e, a, b, 2.0);
            turn(e, a, b, c, 3.0);
        }
        const auto place = [&](double of) {
            const double along = std::max(0.0, std::min(last, (of / top + 1.0) * half));
            return nearest_whole(along - 0.5);
        };
        double box = face * per_axis + place(x);
        box = d > 3 ? box * per_axis + place(y) : box;
        box = d > 2 ? box * per_axis + place(z) : box;
        const double side = top < 0.0 ? 1.0 : 0.0;
        code[j] = top == 0.0 ? 2.0 * boxes : 2.0 * box + side;
    }
}

/// Nodes that are copied at a time, what is behind the last of a box with them.
constexpr Index nodes_at_once = 8;

}  // namespace

void find_boxes(const BoxShape& shape, const Matrix& weights, double* code, double* length)
{
    const auto find = shape.d == 2 ? find_each<2> : (shape.d == 3 ? find_each<3> : find_each<4>);
    find(weights.data(), weights.rows(), static_cast<double>(shape.per_axis),
         static_cast<double>(shape.boxes()), code, length);
}

KinkBoxes::KinkBoxes(const Matrix& inputs, BoxShape shape) : shape_(shape), nodes_(inputs.rows())
{
    expects(nodes_ <= most_nodes && shape.d == inputs.cols() && shape.d >= 2 && shape.d <= 4,
            "boxes for these nodes");
    find_spans(inputs);
    find_near();
}

void KinkBoxes::find_spans(const Matrix& inputs)
{
    spans_.resize(static_cast<std::size_t>(shape_.rows() * nodes_));
    for_each_block({shape_.rows(), 4, 2}, [&](Index first, Index count) {
        for (Index row = first; row < first + count; ++row) {
            for (Index i = 0; i < nodes_; ++i) {
                spans_[static_cast<std::size_t>(row * nodes_ + i)] =
                    span(shape_, course(shape_, row, inputs, i));
            }
        }
    });
}

void KinkBoxes::find_near()
{
    const auto visit = [&](const auto& use) {
        for (Index row = 0; row < shape_.rows(); ++row) {
            for (Index i = 0; i < nodes_; ++i) {
                const Span of = this->row(row)[i];
                for (Index box = of.unsure; box < of.sure; ++box) {
                    use(static_cast<std::size_t>(row * shape_.per_axis + box), static_cast<std::uint16_t>(i));
                }
            }
        }
    };
    first_near_.assign(static_cast<std::size_t>(shape_.boxes() + 2), 0);
    visit([&](std::size_t box, std::uint16_t) { ++first_near_[box + 1]; });
    for (std::size_t box = 1; box < first_near_.size(); ++box) {
        first_near_[box] += first_near_[box - 1];
    }
    near_.resize(first_near_.back() + nodes_at_once);
    std::vector<std::uint32_t> next(first_near_.begin(), first_near_.end());
    visit([&](std::size_t box, std::uint16_t node) { near_[next[box]++] = node; });
}

NearPairs KinkBoxes::pairs(const std::int32_t* code, Index count) const
{
    typedef std::uint16_t Some __attribute__((vector_size(nodes_at_once * sizeof(std::uint16_t))));
    const Near near = this->near();
    NearPairs pairs;
    for (Index j = 0; j < count; ++j) {
        pairs.count += near.first[(code[j] >> 1) + 1] - near.first[code[j] >> 1];
    }
    pairs.few = pairs.count <= 3 * count;
    pairs.listed = pairs.count <= 16 * count;  // no more memory than other numbers of a neuron take
    if (!pairs.listed) {
        return pairs;
    }
    pairs.neurons.resize(pairs.count + nodes_at_once);
    pairs.nodes.resize(pairs.count + nodes_at_once);
    std::uint16_t *neurons = pairs.neurons.data(), *nodes = pairs.nodes.data();
    for (Index j = 0; j < count; ++j) {
        const std::uint32_t from = near.first[code[j] >> 1], to = near.first[(code[j] >> 1) + 1];
        const Some neuron = static_cast<std::uint16_t>(j) - Some{};
        std::uint32_t k = from;
        do {
            std::memcpy(nodes + (k - from), near.nodes + k, sizeof(Some));
            std::memcpy(neurons + (k - from), &neuron, sizeof(Some));
            k += nodes_at_once;
        } while (k < to);
        nodes += to - from;
        neurons += to - from;
    }
    return pairs;
}

}  // namespace widelimit
