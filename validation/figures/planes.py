# SPDX-License-Identifier: BSD-3-Clause
"""Predictions over the plane of two inputs: of labels the decision boundary at several times, of other targets their
values at the end."""

import numpy as np
from matplotlib.colors import TwoSlopeNorm
from matplotlib.lines import Line2D

from axes import column_label, log_times, number, text
from networks import RANDOM

TIME_LINES = (("#E69F00", ":"), ("#009E73", "-."), ("#000000", "-"))
NETWORK_LINE, KERNEL_LINE = ("#CC79A7", "--"), ("#D55E00", (0, (1, 1)))
CLASS_COLOURS = {1: "#0072B2", -1: "#D55E00"}
CLASS_MARKS = {1: "o", -1: "s"}


def has_plane(run):
    return run.has("fields.nc") and "plane_prediction" in run.fields


def has_labels(run):
    return bool(np.isin(run.field("target").values, (-1.0, 1.0)).all())


def draw_plane(axes, run, figure=None):
    first, second = run.field("plane_0"), run.field("plane_1")
    prediction = run.field("plane_prediction").values
    draw = draw_boundaries if has_labels(run) else draw_values
    draw(axes, run, first.values, second.values, prediction, figure)
    axes.set(xlabel=column_label(first), ylabel=column_label(second), xlim=first.values[[0, -1]],
             ylim=second.values[[0, -1]])


def draw_boundaries(axes, run, first, second, prediction, _):
    last = prediction[-1]
    axes.contourf(first, second, np.sign(last), levels=(-2, 0, 2), colors=("#F6D5C2", "#CFE3F1"))
    handles = []
    times = run.field("time").values
    for frame, (colour, style) in zip(log_times(len(TIME_LINES), times), TIME_LINES):
        handles += boundary(axes, first, second, prediction[frame], colour, style,
                            rf"PDE, $t={number(times[frame])}$")
    found = network_plane(run)
    if found is not None:
        width, values, time = found
        handles += boundary(axes, first, second, values, *NETWORK_LINE, f"network, $m={width}$, $t={number(time)}$")
    if "kernel_plane" in run.fields:
        handles += boundary(axes, first, second, run.field("kernel_plane").values, *KERNEL_LINE, "kernel machine")
    target = run.field("target").values
    names = run.case.get("data", {}).get("target", {})
    for label, word in ((1, "plus"), (-1, "minus")):
        mine = target == label
        axes.plot(run.field("input_0").values[mine], run.field("input_1").values[mine], CLASS_MARKS[label],
                  color=CLASS_COLOURS[label], mec="white", mew=0.3, ms=3.2, ls="none")
        handles.append(Line2D([], [], color=CLASS_COLOURS[label], marker=CLASS_MARKS[label], ms=3.2, ls="none",
                              label=text(names[word]) if isinstance(names, dict) and word in names else f"label ${label:+d}$"))
    axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.16), ncol=2, handlelength=2.2, fontsize=6)


def boundary(axes, first, second, values, colour, style, label):
    if not (values.min() < 0 < values.max()):
        return []
    axes.contour(first, second, values, levels=(0,), colors=[colour], linestyles=[style], linewidths=1.3)
    return [Line2D([], [], color=colour, ls=style, lw=1.3, marker="none", label=label)]


def network_plane(run):
    """Width, predictions and time of the first of the widest random networks."""
    if not run.has("particles.nc") or "plane_prediction" not in run.particles:
        return None
    widths = run.network_field("width").values
    random = np.flatnonzero(run.network_field("start").values == RANDOM)
    if random.size == 0:
        return None
    chosen = random[np.argmax(widths[random])]
    time = float(run.network_field("time").values[-1])
    return int(widths[chosen]), run.network_field("plane_prediction").values[chosen], time


def draw_values(axes, run, first, second, prediction, figure):
    target, last = run.field("target").values, prediction[-1]
    low, high = min(last.min(), target.min()), max(last.max(), target.max())
    norm = TwoSlopeNorm(0.0, low, high) if low < 0.0 < high else None
    image = axes.pcolormesh(first, second, last, norm=norm, cmap="RdBu", rasterized=True,
                            **({} if norm else {"vmin": low, "vmax": high}))
    axes.scatter(run.field("input_0").values, run.field("input_1").values, c=target, norm=norm or image.norm,
                 cmap="RdBu", s=9, edgecolors="black", linewidths=0.4)
    if figure is not None:
        bar = figure.colorbar(image, ax=axes)
        bar.set_label("prediction of " + column_label(run.field("target")), labelpad=1)
