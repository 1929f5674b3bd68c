// SPDX-License-Identifier: BSD-3-Clause
// Loops over neurons whose boxes of directions are known, for the widest instructions of the processor.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "kink_boxes.hpp"
#include "widelimit/core/instructions.hpp"

namespace widelimit {

/// How many numbers of a column vectors of `size` numbers have, zeros behind them up to whole instructions.
constexpr int lanes_of(int size)
{
    int lanes = 2;
    while (lanes < size) {
        lanes *= 2;
    }
    return lanes;
}

template <int size>
struct Lanes {
    static constexpr int lanes = lanes_of(size);
    typedef double Vector __attribute__((vector_size(lanes * sizeof(double))));
    Vector v;

    Lanes() = default;
    [[gnu::always_inline]] explicit Lanes(const double* from) { std::memcpy(&v, from, sizeof(v)); }
    [[gnu::always_inline]] static Lanes column(const double* columns, Index k)
    {
        return Lanes(columns + lanes * k);
    }
    [[gnu::always_inline]] void to(double* columns, Index k) const
    {
        std::memcpy(columns + lanes * k, &v, sizeof(v));
    }
    [[gnu::always_inline]] static Lanes zero()
    {
        Lanes out;
        out.v = Vector{};
        return out;
    }
    [[gnu::always_inline]] void add(double scale, const Lanes& a) { v += scale * a.v; }
    /// From the first one on.
    [[gnu::always_inline]] double dot(const Lanes& a) const
    {
        const Vector products = v * a.v;
        double each[lanes];
        std::memcpy(each, &products, sizeof(products));
        double sum = each[0];
        for (int k = 1; k < size; ++k) {
            sum += each[k];
        }
        return sum;
    }
};

/// Vectors of d numbers that lie `stride` apart, as d arrays and as columns with zeros up to whole lanes.
template <int d>
WIDELIMIT_WIDE_LOOP void lay_out(const double* from, Index stride, Index count, double* __restrict arrays,
                                 double* __restrict columns)
{
    for (Index j = 0; j < count; ++j) {
        for (int k = 0; k < lanes_of(d); ++k) {
            columns[lanes_of(d) * j + k] = k < d ? from[stride * j + k] : 0.0;
        }
        for (int k = 0; k < d; ++k) {
            arrays[count * k + j] = from[stride * j + k];
        }
    }
}

/// The sign by the last bit of a code; a branch on it could not be foreseen.
[[gnu::always_inline]] inline double side_of(std::int32_t code)
{
    return 1.0 - 2.0 * static_cast<double>(code & 1);
}

/// To the sum of every box side_j c_j w_j of its neurons, to `all` c_j w_j.
template <int d>
WIDELIMIT_WIDE_LOOP void add_to_boxes(const std::int32_t* code, const double* w, const double* c, Index count,
                                      double* __restrict sums, double* __restrict all)
{
    Lanes<d> whole(all);
    for (Index j = 0; j < count; ++j) {
        const auto weights = Lanes<d>::column(w, j);
        auto sum = Lanes<d>::column(sums, code[j] >> 1);
        sum.add(side_of(code[j]) * c[j], weights);
        sum.to(sums, code[j] >> 1);
        whole.add(c[j], weights);
    }
    whole.to(all, 0);
}

/// Neurons of a block and the nodes near them.
struct Neighbours {
    const NearPairs* pairs;
    KinkBoxes::Near near;
    const std::int32_t* code;
    Index count;
    const double *w, *x;  ///< columns with zeros up to whole lanes

    [[gnu::always_inline]] std::uint32_t first(Index j) const { return near.first[code[j] >> 1]; }
    [[gnu::always_inline]] std::uint32_t last(Index j) const { return near.first[(code[j] >> 1) + 1]; }
};

/// f_i += c_j |w_j . x_i| for pairs whose sign is not known.
template <int d>
WIDELIMIT_WIDE_LOOP void add_near_values(const Neighbours& of, const double* c, double* __restrict f)
{
    const auto add = [ f, c, w = of.w, x = of.x ](Index j, Index i) __attribute__((always_inline))
    {
        f[i] += c[j] * std::abs(Lanes<d>::column(w, j).dot(Lanes<d>::column(x, i)));
    };
    if (of.pairs->listed) {
        const std::uint16_t *neurons = of.pairs->neurons.data(), *nodes = of.pairs->nodes.data();
        const Index count = of.pairs->count;
        for (Index k = 0; k < count; ++k) {
            add(neurons[k], nodes[k]);
        }
        return;
    }
    for (Index j = 0; j < of.count; ++j) {
        for (std::uint32_t k = of.first(j), last = of.last(j); k < last; ++k) {
            add(j, of.near.nodes[k]);
        }
    }
}

/// even sum_i p_i + odd sum_i sign_i p_i over the nodes whose sign is known, at every neuron.
template <int size>
WIDELIMIT_WIDE_LOOP void take_from_boxes(const std::int32_t* code, Index count, const double* all,
                                         const double* signed_sums, double even, double odd,
                                         double* __restrict out)
{
    const auto base = even * Lanes<size>(all).v;
    for (Index j = 0; j < count; ++j) {
        auto sum = Lanes<size>::column(signed_sums, code[j] >> 1);
        sum.v = base + (side_of(code[j]) * odd) * sum.v;
        sum.to(out, j);
    }
}

/// out_j += odd sign(z) p_i for z = w_j . x_i of the others, with 0 for the sign where |z| is at most
/// tolerance_j |x_i|; returns how many these are, which only forms are asked for.
template <int d, int size>
WIDELIMIT_WIDE_LOOP Index add_near_parts(const Neighbours& of, const double* tolerance, const double* reach,
                                         const double* parts, double odd, double* __restrict out)
{
    Index on_kinks = 0;
    const auto add = [ =, w = of.w, x = of.x ](Index j, Index i, Lanes<size> & sum, Index & zeros)
        __attribute__((always_inline))
    {
        const double z = Lanes<d>::column(w, j).dot(Lanes<d>::column(x, i));
        const double sign = std::abs(z) > tolerance[j] * reach[i] ? std::copysign(1.0, z) : 0.0;
        sum.add(sign * odd, Lanes<size>::column(parts, i));
        if constexpr (size != d) {
            zeros += sign == 0.0 ? 1 : 0;
        }
    };
    const std::uint16_t *neurons = of.pairs->neurons.data(), *nodes = of.pairs->nodes.data();
    const Index count = of.pairs->count;
    if (of.pairs->few) {
        for (Index k = 0; k < count; ++k) {
            auto sum = Lanes<size>::column(out, neurons[k]);
            add(neurons[k], nodes[k], sum, on_kinks);
            sum.to(out, neurons[k]);
        }
    } else if (of.pairs->listed) {  // without a wait for what was written just before
        for (Index k = 0; k < count;) {
            const Index j = neurons[k];
            auto sum = Lanes<size>::column(out, j);
            do {
                add(j, nodes[k++], sum, on_kinks);
            } while (k < count && neurons[k] == j);
            sum.to(out, j);
        }
    } else {
        for (Index j = 0; j < of.count; ++j) {
            auto sum = Lanes<size>::column(out, j);
            for (std::uint32_t k = of.first(j), last = of.last(j); k < last; ++k) {
                add(j, of.near.nodes[k], sum, on_kinks);
            }
            sum.to(out, j);
        }
    }
    return on_kinks;
}

/// g_j = w_j . slope_j, and the gradient without what is behind its d numbers.
template <int d>
WIDELIMIT_WIDE_LOOP void finish_slopes(const double* w, const double* slopes, Index count,
                                       double* __restrict g, double* __restrict gradient)
{
    for (Index j = 0; j < count; ++j) {
        g[j] = Lanes<d>::column(w, j).dot(Lanes<d>::column(slopes, j));
        for (int k = 0; k < d; ++k) {
            gradient[d * j + k] = slopes[lanes_of(d) * j + k];
        }
    }
}

/// Entries x_k x_l, l >= k, of a symmetric form, and its trace.
template <int d>
constexpr int form_size = d*(d + 1) / 2 + 1;

/// w_j^T form_j w_j, and the trace of form_j.
template <int d>
WIDELIMIT_WIDE_LOOP void finish_forms(const double* w, const double* forms, Index count,
                                      double* __restrict value, double* __restrict trace)
{
    for (Index j = 0; j < count; ++j) {
        const double *x = w + lanes_of(d) * j, *form = forms + lanes_of(form_size<d>) * j;
        double sum = 0.0;
        for (int k = 0; k < d; ++k) {
            double of_row = x[k] * *form++;
            for (int l = k + 1; l < d; ++l) {
                of_row += 2.0 * x[l] * *form++;
            }
            sum += x[k] * of_row;
        }
        value[j] = sum;
        trace[j] = *form;
    }
}

/// Per box of a row sum_i sign_i p_i over the nodes whose sign is known there.  `changes`: zeros, one more
/// than boxes.
template <int size>
WIDELIMIT_WIDE_LOOP void add_row_of_signs(const KinkBoxes::Span* spans, Index nodes, const double* parts,
                                          Index boxes, double* __restrict changes, double* __restrict out)
{
    auto sum = Lanes<size>::zero();
    for (Index i = 0; i < nodes; ++i) {
        const auto part = Lanes<size>::column(parts, i);
        const double sign = spans[i].sign;
        sum.add(sign, part);
        for (const Index box : {spans[i].unsure, spans[i].sure}) {
            auto change = Lanes<size>::column(changes, box);
            change.add(-sign, part);
            change.to(changes, box);
        }
    }
    for (Index box = 0; box < boxes; ++box) {
        sum.add(1.0, Lanes<size>::column(changes, box));
        sum.to(out, box);
    }
}

/// Its adjoint: to every node the sums of a row's boxes times the node's sign there.  `beyond`: for the sums
/// from every box on, the last one is 0.
template <int d>
WIDELIMIT_WIDE_LOOP void add_row_of_boxes(const KinkBoxes::Span* spans, Index nodes, const double* sums,
                                          Index boxes, double* __restrict beyond, double* __restrict out)
{
    auto whole = Lanes<d>::column(beyond, boxes);
    for (Index box = boxes - 1; box >= 0; --box) {
        whole.add(1.0, Lanes<d>::column(sums, box));
        whole.to(beyond, box);
    }
    for (Index i = 0; i < nodes; ++i) {
        auto sum = whole;
        sum.v -= Lanes<d>::column(beyond, spans[i].unsure).v;
        sum.v -= Lanes<d>::column(beyond, spans[i].sure).v;
        auto of_node = Lanes<d>::column(out, i);
        of_node.add(spans[i].sign, sum);
        of_node.to(out, i);
    }
}

}  // namespace widelimit
