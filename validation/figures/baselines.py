# SPDX-License-Identifier: BSD-3-Clause
"""Figure `baselines`: relative gaps of first-order methods over frozen neurons, and of the flow, which moves them,
against passes over the data."""

import csv

import numpy as np
from matplotlib.figure import Figure

from axes import COLUMN, log_scale
from run import RunError

STYLES = {"gradient": ("#0072B2", "-", "full gradient"), "sgd": ("#E69F00", ":", "SGD"),
          "sag": ("#56B4E9", "--", "SAG"), "saga": ("#D55E00", "-.", "SAGA"),
          "mirror": ("#009E73", (0, (5, 1, 1, 1)), "mirror descent")}
FLOOR = 1e-14


def draw(runs):
    run = runs[0]
    passes, gaps = table(run)
    figure = Figure(figsize=(COLUMN, 2.8))
    axes = figure.add_subplot()
    for method, values in gaps.items():
        colour, style, words = STYLES[method]
        axes.plot(*seen(passes, values), color=colour, ls=style, lw=1.1, label=words)
        draw_promise(axes, run, method, passes, values)
    draw_flow(axes, run, passes)
    axes.plot([], [], color="0.4", ls="-", lw=0.5, label="promised rates")
    axes.set(xscale="log", yscale="log", xlabel="passes over the data", ylabel="relative gap")
    axes.set_ylim(bottom=FLOOR)
    axes.set_xlim(1, passes[-1])
    log_scale(axes, "y")
    axes.legend(loc="lower left", handlelength=2.6)
    return figure


def table(run):
    path = run.path / "baselines.csv"
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        columns = {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
    except (OSError, KeyError, ValueError, IndexError) as error:
        raise RunError(f"{path}: {error}") from None
    return columns.pop("pass"), columns


def seen(passes, values):
    """What a logarithmic panel shows of it, the start left out."""
    kept = (passes >= 1) & (values > FLOOR)
    return passes[kept], values[kept]


def draw_promise(axes, run, method, passes, values):
    """The linear rate of the theory, thin, from the middle of what is above round-off."""
    factor = run.metrics.get(f"baseline_promise.{method}", 1)
    at, shown = seen(passes, values)
    if factor is None or factor >= 1 or at.size < 4:
        return
    first = at.size // 2
    line = shown[first] * factor ** (at[first:] - at[first])
    axes.plot(*seen(at[first:], line), color=STYLES[method][0], ls="-", lw=0.5, alpha=0.7)


def draw_flow(axes, run, passes):
    """Its gap to the least objective of all neurons; a step takes as many passes as the stepper has stages."""
    low, evaluations, steps = (run.metrics.get(name) for name in ("optimum_low", "evaluations", "steps"))
    if low is None or not steps:
        return
    at = run.column("step") * evaluations / steps
    gap = (run.column("objective") - low) / abs(low)
    shown = at <= passes[-1]
    ridge = run.case.get("output", {}).get("baselines", {}).get("ridge", 0)
    axes.plot(*seen(at[shown], gap[shown]), color="black", lw=1.8, ls="-",
              label="PDE: neurons move" + (", no ridge" if ridge else ""))
