# SPDX-License-Identifier: BSD-3-Clause
"""Figure `neurons`: neurons of two input weights in their plane, each at its size times its direction: paths of a
network of the least and of one of the largest width, and the measure at the end. Lengths are relative to the longest
at the end. Rays are the optimal network where that is certified."""

import csv

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle

from axes import PAGE, number, title
from measure import Measure
from run import RunError

COLOURS = {1: "#D55E00", -1: "#0072B2"}
WORDS = {1: "positive output weight", -1: "negative"}


def draw(runs):
    run = runs[0]
    names = list(run.field("density").dims)
    if names[-1] != "angle":
        raise RunError(f"{run.path / 'fields.nc'}: neurons are not directions on a circle")
    owners = np.unique(run.network_field("particle_network").values)  # networks whose neurons are there
    widths = {int(run.network_field("width").values[network]): int(network) for network in owners[::-1]}
    figure = Figure(figsize=(PAGE, 2.75))
    optimum = optimal_network(run)
    for place, (width, letter) in enumerate(zip((min(widths), max(widths)), "ab")):
        axes = panel(figure, place, letter, f"network, $m={width}$, $t={number(end_of(run))}$")
        draw_optimum(axes, optimum)
        draw_network(axes, run, widths[width])
    axes = panel(figure, 2, "c", f"PDE ($m=\\infty$), $t={number(float(run.field('time').values[-1]))}$")
    draw_optimum(axes, optimum)
    draw_measure(axes, Measure(run))
    handles = [Line2D([], [], color=colour, marker="o", ms=3, lw=0.8, ls="-", label=WORDS[sign])
               for sign, colour in COLOURS.items()]
    if len(optimum):
        handles.append(Line2D([], [], color="0.6", lw=1.2, ls="-", label="optimal network"))
    figure.legend(handles=handles, loc="lower center", ncol=3)
    figure.get_layout_engine().set(rect=(0, 0.08, 1, 0.92))
    return figure


def end_of(run):
    return float(run.network_field("time").values[-1])


def panel(figure, place, letter, words):
    axes = figure.add_subplot(1, 3, place + 1)
    title(axes, letter, words)
    axes.set_aspect("equal")
    axes.add_patch(Circle((0, 0), 1, fill=False, ec="0.75", lw=0.6))
    axes.set(xlabel=r"$|a|\,w_1$, relative", ylabel=r"$|a|\,w_2$, relative" if place == 0 else "",
             xlim=(-1.15, 1.15), ylim=(-1.15, 1.15), xticks=(-1, 0, 1), yticks=(-1, 0, 1))
    return axes


def optimal_network(run):
    """Rows (angle, weight)."""
    path = run.path / "optimum.csv"
    if not path.exists():
        return []
    with open(path, encoding="utf-8", newline="") as file:
        return [(float(row["angle"]), float(row["mass"])) for row in csv.DictReader(file)]


def draw_optimum(axes, optimum):
    longest = max((abs(mass) for _, mass in optimum), default=1)
    for angle, mass in optimum:
        length = abs(mass) / longest
        axes.plot([0, length * np.cos(angle)], [0, length * np.sin(angle)], color="0.6", lw=2.4, ls="-",
                  marker="none", solid_capstyle="butt", zorder=1)


def draw_network(axes, run, network):
    """From its start, a dot at the end."""
    particles = run.particles
    mine = run.network_field("particle_network").values == network
    sign = run.network_field("sign").values[mine]
    if "path_angle" in particles:
        angle = run.network_field("path_angle").values[:, mine]
        mass = run.network_field("path_mass").values[:, mine]
    else:
        angle = run.network_field("angle").values[None, mine]
        mass = run.network_field("mass").values[None, mine]
    size = mass / mass[-1].max()
    for j in range(size.shape[1]):
        colour = COLOURS[int(sign[j])]
        x, y = size[:, j] * np.cos(angle[:, j]), size[:, j] * np.sin(angle[:, j])
        axes.plot(x, y, color=colour, lw=0.5, ls="-", marker="none", alpha=0.7, zorder=2)
        axes.plot(x[-1:], y[-1:], color=colour, marker="o", ms=3, mec="none", ls="none", zorder=3)


def draw_measure(axes, measure):
    """Masses of sectors of three degrees."""
    edges = np.linspace(-np.pi, 3 * np.pi, 241)
    middle = 0.5 * (edges[1:] + edges[:-1])
    places = np.concatenate([measure.centres, measure.kinks])
    sectors = [np.histogram(places, edges, weights=np.concatenate(
        [measure.density[-1, k] * np.diff(measure.faces), measure.atom[-1, k]]))[0] for k in range(len(measure.signs))]
    longest = max(sector.max() for sector in sectors)
    for sign, sector in zip(measure.signs, sectors):
        colour = COLOURS[1 if sign is None or sign > 0 else -1]
        for angle, length in zip(middle[sector > 1e-3 * longest], sector[sector > 1e-3 * longest] / longest):
            x, y = length * np.cos(angle), length * np.sin(angle)
            axes.plot([0, x], [0, y], color=colour, lw=0.9, ls="-", marker="none", zorder=2)
            axes.plot(x, y, color=colour, marker="o", ms=3, mec="none", ls="none", zorder=3)
