// SPDX-License-Identifier: BSD-3-Clause
#include "predicted_slope.hpp"

#include <fmt/format.h>

#include <Eigen/LU>
#include <cmath>

#include "widelimit/core/error.hpp"

namespace widelimit {

PredictedSlope::PredictedSlope(GridFlow& flow, const Field& state, double dt)
    : flow_(&flow),
      state_(&state),
      dt_(dt),
      mass_(std::exp(state[flow.layout().log_mass()])),
      features_(flow.energy().features_at_sites().transpose()),
      start_(flow.evaluation().predictions)
{}

void PredictedSlope::add_growth(Index channel)
{
    const Matrix& phi = features_;
    const double kappa = flow_->problem().growth.kappa;
    const double sign = flow_->energy().sign(channel);
    const Field mass = kappa * mass_ * flow_->layout().channel(*state_, channel);
    response_.noalias() += sign * sign * phi * mass.asDiagonal() * phi.transpose();
    drift_.noalias() -= sign * phi * mass.cwiseProduct(flow_->energy().confinement());
}

namespace {

/// Of a flux down psi: what multiplies the drop.
double conductance(const Field& psi, double through, Index a, Index b)
{
    return through == 0.0 ? 0.0 : through / (psi[a] - psi[b]);
}

}  // namespace

/// By blocks: what is moved through a face has the weight of its own drop.
void PredictedSlope::add_faces(Index channel, const ChannelFlux& flux)
{
    const Matrix& phi = features_;
    const Field& v = flow_->energy().confinement();
    const double sign = flow_->energy().sign(channel);
    const Field psi = flow_->potential(channel);
    constexpr Index at_once = 256;
    Matrix differences(phi.rows(), at_once);
    Field weights(at_once), drops(at_once);
    Index count = 0;
    const auto add = [&] {
        const auto part = differences.leftCols(count);
        response_.noalias() += sign * sign * part * weights.head(count).asDiagonal() * part.transpose();
        drift_.noalias() += sign * part * weights.head(count).cwiseProduct(drops.head(count));
        count = 0;
    };
    for_each_face(flow_->grid(), [&](Index face, Index a, Index b, Index, int) {
        if (flux.faces[face] == 0.0) {
            return;
        }
        differences.col(count) = phi.col(b) - phi.col(a);
        weights[count] = mass_ * conductance(psi, flux.faces[face], a, b);
        drops[count] = v[a] - v[b];
        if (++count == at_once) {
            add();
        }
    });
    add();
}

/// A flux c (psi_a - psi_b) from a to b moves f by sign (phi_b - phi_a) c (psi_a - psi_b).
void PredictedSlope::add_transport(Index channel)
{
    const Grid& grid = flow_->grid();
    const Matrix& phi = features_;
    const Field& v = flow_->energy().confinement();
    const double sign = flow_->energy().sign(channel);
    const Field psi = flow_->potential(channel);
    ChannelFlux flux;
    flow_->flux(*state_, channel, flux);

    // `moved` from a to b by a weight that multiplies the drop from c to d.
    const auto couple = [&](Index a, Index b, double weight, Index c, Index d) {
        const Field moved = mass_ * weight * (phi.col(b) - phi.col(a));
        response_.noalias() += sign * sign * moved * (phi.col(d) - phi.col(c)).transpose();
        drift_ += sign * moved * (v[c] - v[d]);
    };
    add_faces(channel, flux);
    for (Index k = 0; k < grid.points(); ++k) {
        const PointCell& point = grid.point_cells()[static_cast<std::size_t>(k)];
        const Index a = point.left, p = point.site, b = point.right;
        const double left = flux.point_left[k], right = flux.point_right[k];
        if (point.wall()) {
            const Index from = a == PointCell::nothing ? p : a, to = a == PointCell::nothing ? b : p;
            couple(from, to, conductance(psi, left + right, from, to), from, to);
            continue;
        }
        if (left > 0.0 && right > 0.0) {
            const double passing = conductance(psi, left, a, p);
            couple(a, p, passing, a, p);
            couple(p, b, passing, a, p);
            couple(p, b, conductance(psi, right - left, p, b), p, b);
        } else if (left < 0.0 && right < 0.0) {
            const double passing = conductance(psi, right, p, b);
            couple(p, b, passing, p, b);
            couple(a, p, passing, p, b);
            couple(a, p, conductance(psi, left - right, a, p), a, p);
        } else {
            couple(a, p, conductance(psi, left, a, p), a, p);
            couple(p, b, conductance(psi, right, p, b), p, b);
        }
    }
}

void PredictedSlope::assemble()
{
    const Index n = start_.size();
    response_.setZero(n, n);
    drift_.setZero(n);
    for (Index c = 0; c < flow_->layout().channels; ++c) {
        add_growth(c);
        if (!flow_->problem().frozen) {
            add_transport(c);
        }
    }
}

Field PredictedSlope::residual(const Field& r) const
{
    return r - flow_->problem().risk->slope(start_ + dt_ * (drift_ - response_ * r));
}

/// Asked for r, from r; empty where that fails.
Field PredictedSlope::newton(Field r) const
{
    const Risk& risk = *flow_->problem().risk;
    const double tolerance = 1e-14 * std::max(1.0, flow_->evaluation().slope.norm());
    Field wrong = residual(r);
    for (int pass = 0; pass < 200 && wrong.norm() > tolerance; ++pass) {
        const Field f = start_ + dt_ * (drift_ - response_ * r);
        Matrix jacobian(r.size(), r.size());
        for (Index j = 0; j < r.size(); ++j) {
            jacobian.col(j) = dt_ * risk.curvature(f, response_.col(j));
            jacobian(j, j) += 1.0;
        }
        const Field step = jacobian.partialPivLu().solve(wrong);
        double length = 1.0;
        Field next = r - step, worse = residual(next);
        while (!(worse.norm() < wrong.norm()) && length > 1e-10) {
            length *= 0.5;
            next = r - length * step;
            worse = residual(next);
        }
        if (!(worse.norm() < wrong.norm())) {
            break;
        }
        r = next;
        wrong = worse;
    }
    // The predictions themselves are only known to round-off of their size.
    const double attainable = 1e-9 + 1e-14 * start_.cwiseAbs().maxCoeff();
    return wrong.norm() < attainable ? r : Field();
}

/// f - f(r) with r = R'(f).
Field PredictedSlope::wrong_predictions(const Field& f) const
{
    return f - start_ - dt_ * (drift_ - response_ * flow_->problem().risk->slope(f));
}

/// Asked for the predictions. At large masses f(r) is off by the mass times the error of r, so that the
/// equations for r are looked at where all weight is on one of the data; those for f are not.
Field PredictedSlope::newton_in_predictions(Field f) const
{
    const Risk& risk = *flow_->problem().risk;
    const double size = std::max(1.0, start_.cwiseAbs().maxCoeff() + dt_ * response_.cwiseAbs().maxCoeff());
    Field wrong = wrong_predictions(f);
    for (int pass = 0; pass < 200 && wrong.norm() > 1e-15 * size; ++pass) {
        Matrix jacobian(f.size(), f.size());
        for (Index j = 0; j < f.size(); ++j) {
            jacobian.col(j) = dt_ * response_ * risk.curvature(f, Field::Unit(f.size(), j));
            jacobian(j, j) += 1.0;
        }
        const Field step = jacobian.partialPivLu().solve(wrong);
        double length = 1.0;
        Field next = f - step, worse = wrong_predictions(next);
        while (!(worse.norm() < wrong.norm()) && length > 1e-10) {
            length *= 0.5;
            next = f - length * step;
            worse = wrong_predictions(next);
        }
        if (!(worse.norm() < wrong.norm())) {
            break;
        }
        f = next;
        wrong = worse;
    }
    // r is only known as well as differences of the predictions are: to round-off of their size.
    const double known = 1e-14 * (1.0 + start_.cwiseAbs().maxCoeff());
    if (!(wrong.norm() < 1e-9 + known * size)) {
        throw NumericalError("the implicit equations for the predictions did not converge (residual " +
                             fmt::format("{:.3g} of {:.3g})", wrong.norm(), size));
    }
    return f;
}

void PredictedSlope::solve(FreeEnergy::Evaluation& evaluation)
{
    Field r = evaluation.slope;
    for (int pass = 0; pass < 12; ++pass) {
        assemble();
        Field next = newton(r);
        if (next.size() == 0) {
            next = flow_->problem().risk->slope(newton_in_predictions(start_));
        }
        const double change = (next - r).norm();
        r = next;
        evaluation.slope = r;
        flow_->energy().potential(r, evaluation.potential);
        if (pass > 0 && change <= 1e-13 * std::max(1.0, r.norm())) {
            return;
        }
    }
}

}  // namespace widelimit
