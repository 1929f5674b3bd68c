# SPDX-License-Identifier: BSD-3-Clause
"""Figure `ensemble`: finite networks alone, without a solution on a grid: objective, mass and margin against time, of
each width its networks thin and their mean."""

import numpy as np
from matplotlib.figure import Figure

from axes import PAGE, log_scale, logarithmic, title
from networks import QUADRATURE, RANDOM, Networks
from references import WIDTH_LINES, claims, draw_points
from run import RunError

PANELS = {"objective": ("objective $F$", "energy"), "network_mass": ("mass of all neurons", "network_mass"),
          "margin": (r"margin $\min_i\,y_i f_i$ / mass", "network_margin")}


def draw(runs):
    run = runs[0]
    networks = Networks(run)
    names = [name for name in PANELS if name in run.particles and varies(run.network_field(name).values)]
    if not names:
        raise RunError(f"{run.path / 'particles.nc'}: nothing changes over time")
    figure = Figure(figsize=(PAGE * max(2, len(names)) / 3, 2.4))
    for place, (name, letter) in enumerate(zip(names, "abc")):
        axes = figure.add_subplot(1, len(names), place + 1)
        title(axes, letter)
        draw_panel(axes, run, networks, name)
        if place == 0:
            axes.legend(loc="best")
    return figure


def varies(values):
    return np.ptp(values) > 1e-9 * np.abs(values).max()


def draw_panel(axes, run, networks, name):
    words, metric = PANELS[name]
    values = run.network_field(name).values
    start = RANDOM if networks.widths() else QUADRATURE
    for width, (colour, style) in zip(networks.shown_widths(), WIDTH_LINES):
        curves = values[networks.members(width, start)]
        axes.plot(networks.times, curves.T, color=colour, lw=0.35, ls="-", marker="none", alpha=0.6)
        axes.plot(networks.times, curves.mean(axis=0), color=colour, ls=style, marker="none", label=f"$m={width}$")
    draw_points(axes, expected(run, metric, networks.times[-1]), "o", "expected")
    axes.set(xlabel="time $t$", ylabel=words)
    if logarithmic(values):
        log_scale(axes, "y")


def expected(run, metric, end):
    """(time, value, tolerance) of claims about a mean over networks."""
    return [(claim.get("at", end), claim["is"], claim.get("within", claim.get("relative", 0) * abs(claim["is"])))
            for claim in claims(run) if claim["metric"].startswith(metric + ".") and "is" in claim]
