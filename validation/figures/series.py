# SPDX-License-Identifier: BSD-3-Clause
"""Figure `series`: objective, mass and further metrics against time, of one run or several."""

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from axes import COLUMN, PAGE, log_scale, logarithmic, name_label, number, text, title
from networks import Networks
from run import RunError
import references

FIXED = ("time", "step", "dt", "objective", "risk", "mass", "dissipation", "min_density")


class Panel(NamedTuple):
    """A metric less its limit, where a claim is about the approach to one."""
    name: str
    limit: float = 0


def draw(runs):
    runs = [one for run in runs for one in members(run)]
    names = panels(runs)
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


def panels(runs):
    """objective, mass where it changes, then every further metric some run has finite values of; behind each
    its distance to a limit that a claim knows."""
    extra = [name for run in runs for name in (claimed(run) if "descent" in run.case else run.series)
             if name not in FIXED]
    mass = ["mass"] if any(varies(run, "mass") for run in runs) else []
    names = ["objective", *mass, *dict.fromkeys(extra)]
    found = [Panel(name, limit) for name in names if any(has_values(run, name) for run in runs)
             for limit in (0, *references.limits(runs[-1], name))]
    if not found:
        raise RunError(f"{runs[0].path / 'series.csv'}: no finite values of the objective or a metric")
    return found


def claimed(run):
    """A training of weights has dozens of numbers: those that its case is about, else the first three."""
    names = [claim["metric"] for claim in references.claims(run) if claim["metric"] in run.series]
    return names or [name for name in run.series if name not in FIXED][:3]


def has_values(run, name):
    return name in run.series and bool(np.isfinite(run.series[name]).any())


def varies(run, name):
    """By more than round-off."""
    values = run.series.get(name, np.zeros(1))
    return bool(np.ptp(values) > 1e-9 * np.abs(values).max())


def draw_panels(axes, runs, names, letters="abcdefghijklmnopqrstuvwxyz"):
    for place, panel, letter in zip(axes, names, letters):
        title(place, letter)
        draw_metric(place, runs, panel)


def draw_metric(axes, runs, panel):
    """The last run is the finest of a study: what the case claims stands beside its curve."""
    name, alone = panel.name, runs[0] if len(runs) == 1 else None
    for run in runs:
        shown = (run.series["time"], values(run, panel)) if has_values(run, name) else ([], [])
        axes.plot(*shown, label=text(run.label))
    if alone:
        axes.lines[0].set_label(name_label(name))
    if alone and panel == Panel("objective"):
        draw_parts(axes, alone)
    references.draw(axes, runs[-1], panel, runs[-1].series["time"], values(runs[-1], panel))
    set_scales(axes, runs, panel)
    axes.set(xlabel="step $k$" if "descent" in runs[0].case else "time $t$", ylabel=panel_label(panel))
    if alone and len(axes.get_legend_handles_labels()[0]) > 1:
        axes.legend(loc="best")


def panel_label(panel):
    words = name_label(panel.name)
    return f"| {words} $-\\,{number(panel.limit)}$ |" if panel.limit else words


def draw_parts(axes, run):
    """The risk beside the objective, and networks."""
    if has_values(run, "risk") and run.series["risk"].any():
        axes.plot(run.series["time"], run.series["risk"], label=name_label("risk"))
    if not references.noisy(run) and run.has("particles.nc") and "objective" in run.particles:
        references.network_curves(axes, Networks(run))


def values(run, panel):
    """Of a run without the metric none."""
    column = run.series.get(panel.name, np.full_like(run.series["time"], np.nan))
    return np.abs(column - panel.limit) if panel.limit else column


def set_scales(axes, runs, panel):
    times = np.concatenate([run.series["time"] for run in runs])
    shown = np.concatenate([values(run, panel) for run in runs])
    fitted = references.fitted(runs[-1], panel.name)
    exponential = any("rate" in claim for claim in fitted)
    positive = times[times > 0]
    if not exponential and positive.size and positive.max() > 100 * positive.min():
        axes.set_xlim(positive.min(), positive.max())
        axes.set_xscale("log")
    if logarithmic(shown) or any(claim.get("limit", 0) == panel.limit for claim in fitted):
        log_scale(axes, "y")


def legend_above(figure, axes):
    """The runs' names once, in a strip the panels leave free."""
    handles, labels = axes.get_legend_handles_labels()
    columns = min(len(labels), 4)
    height = 0.2 * -(-len(labels) // columns) / figure.get_figheight()
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - height))
    figure.legend(handles, labels, loc="upper center", ncol=columns)
