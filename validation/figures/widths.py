# SPDX-License-Identifier: BSD-3-Clause
"""Figure `widths`: F of finite networks against their width: every network a dot, or each level of a study a thin
line, the mean thick; the least objectives that are certified."""

import re

import numpy as np
from matplotlib import ticker
from matplotlib.figure import Figure

from axes import COLUMN
from networks import RANDOM, QUADRATURE, Networks
from run import RunError

NETWORK = re.compile(r"energy\.(random|quadrature)\.(\d+)")


def draw(runs):
    run = runs[0]
    figure = Figure(figsize=(COLUMN, 2.6))
    axes = figure.add_subplot()
    for kind, start, colour, marker in ((RANDOM, "random", "#0072B2", "o"), (QUADRATURE, "quadrature", "#D55E00", "s")):
        widths, energies = energies_of(run, start)
        if not widths.size:
            continue
        if energies.shape[1] > 1:
            axes.plot(widths, energies, color=colour, lw=0.4, ls="-", marker="none", alpha=0.6)
        elif run.has("particles.nc"):
            draw_networks(axes, Networks(run), kind, colour)
        axes.plot(widths, energies.mean(axis=1), color=colour, marker=marker, ls="-",
                  label=f"mean of networks, {start} start")
    if not axes.lines:
        raise RunError(f"{run.path / 'summary.json'}: no metric energy.<start>.<width>")
    pde = objective(run)
    axes.axhline(pde.mean(), color="black", ls="--", lw=1, label=r"PDE ($m=\infty$)")
    draw_optima(axes, run)
    axes.set(xscale="log", xlabel="width $m$",
             ylabel="objective $F$ when networks stop" + (", mean" if pde.size > 1 else ""))
    axes.xaxis.set_major_locator(ticker.FixedLocator(np.unique(np.concatenate(
        [energies_of(run, start)[0] for start in ("random", "quadrature")]))))
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(ticker.NullLocator())
    axes.legend(loc="best")
    return figure


def draw_networks(axes, networks, start, colour):
    for width in networks.widths(start):
        ends = networks.objective[networks.members(width, start), -1]
        axes.plot(np.full_like(ends, width), ends, color=colour, marker=".", ms=3, mec="none", alpha=0.5, ls="none")


def draw_optima(axes, run):
    """Over all networks, and of few neurons by enumeration."""
    if run.metrics.get("optimum_high") is not None:
        axes.axhline(run.metrics["optimum_high"], color="#009E73", ls=":", lw=1.2, label="least of all networks")
    least = {int(name.rsplit(".", 1)[1]): value for name, value in run.metrics.items()
             if name.startswith("least_of_width.")}
    if least:
        axes.plot(list(least), list(least.values()), color="#009E73", marker="_", ms=9, mew=1.5, ls="none",
                  label="least of that width")


def found(run):
    """Metrics by name, a list over the levels each."""
    study = run.summary.get("study")
    return study["metrics"] if isinstance(study, dict) else {name: [value] for name, value in run.metrics.items()}


def energies_of(run, start):
    """Widths, and energies (widths x levels)."""
    metrics = {}
    for name, values in found(run).items():
        match = NETWORK.fullmatch(name)
        if match and match[1] == start:
            metrics[int(match[2])] = [np.nan if value is None else value for value in values]
    widths = np.array(sorted(metrics))
    return widths, np.array([metrics[width] for width in widths])


def objective(run):
    """Of the solution, a value a level: F without entropy when the networks stop, which may be before the end."""
    levels = run.levels() if run.is_study else [run]
    return np.array([np.interp(stop_of(level), level.column("time"), level.column("objective")) for level in levels])


def stop_of(level):
    return level.particles["time"].values[-1] if level.has("particles.nc") else level.column("time")[-1]
