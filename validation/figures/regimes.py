# SPDX-License-Identifier: BSD-3-Clause
"""Figure `regimes`: a flow from the kernel regime to that of its features, one input: predictions at several times over
their size at the data, with the kernel's best function; and margins over time, or the distance to the linearised flow. Of a
study: the last predictions of every level."""

import numpy as np
from matplotlib.figure import Figure

from axes import PAGE, column_label, log_scale, log_times, number, title
from boundary import COLOURS, LIMITS, WORDS
from run import RunError

TIME_LINES = (("#56B4E9", ":"), ("#009E73", "-."), ("#E69F00", "--"), ("#000000", "-"))
LEVEL_LINES = (*TIME_LINES, ("#CC79A7", "-"), ("#0072B2", "--"))
INTERPOLANT = {"color": "#D55E00", "ls": (0, (1, 1)), "lw": 1.6, "marker": "none"}


def draw(runs):
    run = runs[0]
    shown = run.levels()[:len(LEVEL_LINES)] if run.is_study else [run]
    for one in shown:
        if not one.has("fields.nc") or "kernel_curve" not in one.fields:
            raise RunError(f"{one.path / 'fields.nc'}: the figure `regimes` is for one input and output.kernel = true")
    figure = Figure(figsize=(PAGE, 2.7))
    axes = figure.subplots(1, 2)
    if run.is_study:
        draw_levels(axes[0], shown)
        draw_distances(axes[1], shown)
    else:
        draw_predictions(axes[0], run)
        draw_margins(axes[1], run)
    return figure


def draw_levels(axes, levels):
    title(axes, "a", "predictions at the end")
    for run, (colour, style) in zip(levels, LEVEL_LINES):
        axes.plot(run.field("curve_input").values, run.field("curve_prediction").values[-1], color=colour, ls=style,
                  marker="none")
    for k, run in enumerate(levels):
        axes.plot(run.field("curve_input").values, run.field("kernel_curve").values, **INTERPOLANT,
                  label="kernel interpolants" if k == 0 else None)
    run = levels[0]
    axes.plot(run.field("input").values, run.field("target").values, "o", color="0.3", mec="none", ms=4, ls="none", label="data")
    axes.set(xlabel=column_label(run.field("input")), ylabel="prediction")
    axes.legend(loc="best", frameon=True, framealpha=0.85)


def draw_distances(axes, levels):
    title(axes, "b", "distance to the linearised flow")
    for run, (colour, style) in zip(levels, LEVEL_LINES):
        time = run.column("time")
        axes.plot(time[time > 0], run.column("tangent_distance")[time > 0], color=colour, ls=style, marker="none",
                  label=run.label)
    axes.set(xlabel="time $t$", ylabel="distance of predictions, rms", xscale="log")
    log_scale(axes, "y")
    axes.legend(loc="best")


def draw_predictions(axes, run):
    """Of labels over the size at the data: what matters is where they change sign, and how."""
    title(axes, "a", "predictions")
    places, curves = run.field("curve_input").values, run.field("curve_prediction").values
    inputs, target = run.field("input").values, run.field("target").values
    labels = bool(np.isin(target, (-1.0, 1.0)).all())

    def scaled(curve):
        return curve / np.abs(np.interp(inputs, places, curve)).max() if labels else curve

    times = run.field("time").values
    for frame, (colour, style) in zip(log_times(len(TIME_LINES), times), TIME_LINES):
        axes.plot(places, scaled(curves[frame]), color=colour, ls=style, marker="none", label=rf"PDE, $t={number(times[frame])}$")
    axes.plot(places, scaled(run.field("kernel_curve").values), **INTERPOLANT,
              label="kernel machine" if labels else "kernel interpolant")
    axes.plot(inputs, target, "o", color="0.3", mec="none", ms=4, ls="none", label="labels" if labels else "data")
    axes.set(xlabel=column_label(run.field("input")), ylabel="prediction / largest at the data" if labels else "prediction")
    axes.legend(loc="best", frameon=True, framealpha=0.85)


def draw_margins(axes, run):
    shown = [name for name in LIMITS if name in run.series and np.isfinite(run.column(name)).any()]
    time = run.column("time")
    positive = time > 0
    if not shown:
        title(axes, "b", "distance to the linearised flow")
        axes.plot(time[positive], run.column("tangent_distance")[positive], color="#0072B2", ls="-", marker="none")
        axes.set(xlabel="time $t$", ylabel="distance of predictions, rms", xscale="log")
        log_scale(axes, "y")
        return
    title(axes, "b", "margins")
    top = 0.0
    for name in shown:
        axes.plot(time[positive], run.column(name)[positive], color=COLOURS[name], ls="-", marker="none", label=WORDS[name])
        limit, words = LIMITS[name]
        if limit in run.metrics:
            axes.axhline(run.metrics[limit], color=COLOURS[name], ls="--", lw=0.9, label=words)
            top = max(top, run.metrics[limit])
    axes.set(xlabel="time $t$", ylabel="margin", xscale="log", ylim=(-0.15 * top, 1.75 * top))
    axes.legend(loc="upper left")
