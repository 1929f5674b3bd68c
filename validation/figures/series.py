# SPDX-License-Identifier: BSD-3-Clause
"""Figure `series`: objective, mass and further metrics against time, of one run or several."""

import numpy as np
from matplotlib.figure import Figure

from axes import COLUMN, PAGE, log_scale, logarithmic, name_label, text, title
from run import RunError

FIXED = ("time", "step", "dt", "objective", "risk", "mass", "dissipation", "min_density")


def draw(runs):
    runs = [one for run in runs for one in members(run)]
    names = panel_names(runs)
    columns, rows = arrangement(len(names))
    width = COLUMN if columns == 1 else PAGE
    figure = Figure(figsize=(width, 0.25 * (len(runs) > 1) + 2.1 * rows))
    axes = [figure.add_subplot(rows, columns, place + 1) for place in range(len(names))]
    draw_panels(axes, runs, names)
    if len(runs) > 1:
        legend_above(figure, axes[0])
    return figure


def members(run):
    """A study without a series of its own is drawn level by level."""
    return run.levels() if run.is_study and not run.has("series.csv") else [run]


def arrangement(count):
    """Columns and rows of panels on a page."""
    columns = 2 if count == 4 else min(count, 3)
    return columns, -(-count // columns)


def panel_names(runs):
    """objective, mass where it changes, then every further metric some run has finite values of."""
    extra = [name for run in runs for name in run.series if name not in FIXED]
    mass = ["mass"] if any(varies(run, "mass") for run in runs) else []
    names = ["objective", *mass, *dict.fromkeys(extra)]
    names = [name for name in names if any(has_values(run, name) for run in runs)]
    if not names:
        raise RunError(f"{runs[0].path / 'series.csv'}: no finite values of the objective or a metric")
    return names


def has_values(run, name):
    return name in run.series and bool(np.isfinite(run.series[name]).any())


def varies(run, name):
    """By more than round-off."""
    values = run.series.get(name, np.zeros(1))
    return bool(np.ptp(values) > 1e-9 * np.abs(values).max())


def draw_panels(axes, runs, names, letters="abcdefghijklmnopqrstuvwxyz"):
    for panel, name, letter in zip(axes, names, letters):
        title(panel, letter)
        draw_metric(panel, runs, name)


def draw_metric(axes, runs, name):
    for run in runs:
        if has_values(run, name):
            axes.plot(run.series["time"], run.series[name], label=text(run.label))
        else:
            axes.plot([], [], label=text(run.label))
    if name == "objective" and len(runs) == 1 and has_values(runs[0], "risk") and runs[0].series["risk"].any():
        axes.plot(runs[0].series["time"], runs[0].series["risk"], label=name_label("risk"))
        axes.lines[0].set_label(name_label("objective"))
        axes.legend(loc="best")
    set_scales(axes, runs, name)
    axes.set(xlabel="time $t$", ylabel=name_label(name))


def set_scales(axes, runs, name):
    times = np.concatenate([run.series["time"] for run in runs])
    values = np.concatenate([run.series[name] for run in runs if name in run.series])
    positive = times[times > 0]
    if positive.size and positive.max() > 300 * positive.min():
        axes.set_xlim(positive.min(), positive.max())
        axes.set_xscale("log")
    if logarithmic(values):
        log_scale(axes, "y")


def legend_above(figure, axes):
    """The runs' names once, in a strip the panels leave free."""
    handles, labels = axes.get_legend_handles_labels()
    columns = min(len(labels), 4)
    height = 0.2 * -(-len(labels) // columns) / figure.get_figheight()
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - height))
    figure.legend(handles, labels, loc="upper center", ncol=columns)
