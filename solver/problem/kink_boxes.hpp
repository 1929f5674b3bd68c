// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "widelimit/core/field.hpp"

namespace widelimit {

/// Boxes of directions w and -w.  The largest |w_k| says which of d faces of a cube the line through w meets;
/// there the others, divided by w_k, are in [-1, 1], and every axis of a face has `per_axis` boxes.  Boxes
/// along the last axis of a face follow each other: a row.  Axes of face k are k + 1, ..., k + d - 1 modulo
/// d.
struct BoxShape {
    Index d;  ///< 2, 3 or 4
    Index per_axis;

    Index rows() const
    {
        Index rows = d;
        for (Index k = 2; k < d; ++k) {
            rows *= per_axis;
        }
        return rows;
    }
    Index boxes() const { return rows() * per_axis; }
    double half_width() const { return 1.0 / static_cast<double>(per_axis); }
    double middle(Index box) const { return (2.0 * static_cast<double>(box) + 1.0) * half_width() - 1.0; }
};

/// Twice the box of the direction of every row, and one more on the other side (w_k < 0); twice the number of
/// boxes for w = 0.  `length`: |w|.
void find_boxes(const BoxShape& shape, const Matrix& weights, double* code, double* length);

/// Neurons of a block and the nodes whose sign is not known in their boxes.  A list where these are not many:
/// how many nodes a box has cannot be foreseen, and a processor would stall at the end of each loop.
struct NearPairs {
    Index count = 0;
    bool few = false;                              ///< three or fewer a neuron
    bool listed = false;                           ///< sixteen or fewer a neuron
    Eigen::VectorX<std::uint16_t> neurons, nodes;  ///< some more are allocated than counted
};

/// Where in boxes of directions the signs of z_i = (w / w_k) . x_i are known, w_k the largest weight.
class KinkBoxes {
public:
    /// A row of `inputs` is a node, at most `most_nodes` of them.
    KinkBoxes(const Matrix& inputs, BoxShape shape);
    static constexpr Index most_nodes = 65535;

    const BoxShape& shape() const { return shape_; }

    /// The sign of one node's z in a row of boxes: `sign` before the box `unsure`, -sign from the box `sure`
    /// on.
    struct Span {
        std::int16_t sign;
        std::uint16_t unsure, sure;
    };
    /// One a node.
    const Span* row(Index row) const { return spans_.data() + row * nodes_; }

    /// The nodes whose sign is not known in a box.  None in the box behind the last, which is for w = 0.
    struct Near {
        const std::uint32_t* first;  ///< of every box, and the end
        const std::uint16_t* nodes;
    };
    Near near() const { return {first_near_.data(), near_.data()}; }
    /// Of neurons with these codes, in their order.
    NearPairs pairs(const std::int32_t* code, Index count) const;

private:
    void find_spans(const Matrix& inputs);
    void find_near();

    BoxShape shape_;
    Index nodes_;
    std::vector<Span> spans_;  ///< rows x nodes
    std::vector<std::uint32_t> first_near_;
    std::vector<std::uint16_t> near_;
};

}  // namespace widelimit
