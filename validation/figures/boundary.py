# SPDX-License-Identifier: BSD-3-Clause
"""Figure `boundary`: two inputs with labels or values, the predictions over their plane, the measure on the sphere at
the end, and margins over time with their limits."""

from matplotlib.figure import Figure

import globes
import planes
from axes import PAGE, title
from globes import Sphere, is_sphere
from maps import norm_of
from run import RunError
from series import draw_panels, panels

LIMITS = {"margin": ("optimum_low", "largest margin"), "kernel_margin": ("largest_kernel_margin", "kernel machine")}
COLOURS = {"margin": "#0072B2", "kernel_margin": "#D55E00"}
WORDS = {"margin": r"margin, $\min_i y_i f_i$ / mass", "kernel_margin": r"kernel margin, $\min_i y_i f_i/\|f\|_K$"}


def draw(runs):
    run = runs[0]
    if not planes.has_plane(run) or not is_sphere(run):
        raise RunError(f"{run.path / 'fields.nc'}: the figure `boundary` is for two inputs and a bias on the sphere")
    figure = Figure(figsize=(PAGE, 2.9))
    grid = figure.add_gridspec(1, 3, width_ratios=(1.2, 1.1, 1.0))
    axes = figure.add_subplot(grid[0])
    title(axes, "a", "decision boundary" if planes.has_labels(run) else "prediction")
    planes.draw_plane(axes, run, figure)
    draw_measure(figure, grid[1], Sphere(run))
    draw_margins(figure.add_subplot(grid[2]), run)
    return figure


def draw_measure(figure, place, sphere):
    count = len(sphere.signs)
    grid = place.subgridspec(count + 1, 1, height_ratios=[1] * count + [0.07])
    last = sphere.density[-1]
    norm = norm_of(last, last.max())
    for row, sign in enumerate(sphere.signs):
        axes, image = globes.draw_map(figure, grid[row], sphere, last[row], norm)
        dots = sphere.dots(sign)
        if dots is not None:
            axes.plot(*dots, "o", color="#D55E00", ms=1.8, mec="white", mew=0.25, ls="none")
        if row == 0:
            title(axes, "b", "neurons" + ("; dots: a network" if dots is not None else " at the end"))
        globes.label_map(axes, sphere, sign)
    bar = figure.colorbar(image, cax=figure.add_subplot(grid[count]), extend="min", orientation="horizontal")
    bar.set_label("density", labelpad=1)


def draw_margins(axes, run):
    """Those that the run has, dashed the limits; the objective where there are none."""
    shown = [name for name in LIMITS if name in run.series and run.column(name).size]
    if not shown:
        names = panels([run])[:1]
        draw_panels([axes], [run], names, "c")
        return
    title(axes, "c", "margins")
    time = run.column("time")
    for name in shown:
        axes.plot(time, run.column(name), color=COLOURS[name], ls="-", marker="none", label=WORDS[name])
        limit, words = LIMITS[name]
        if limit in run.metrics:
            axes.axhline(run.metrics[limit], color=COLOURS[name], ls="--", lw=0.9, label=words)
    top = max([run.metrics[LIMITS[name][0]] for name in shown if LIMITS[name][0] in run.metrics] or [1.0])
    axes.set(xlabel="time $t$", ylabel="margin", ylim=(-0.2 * top, 1.25 * top))
    axes.legend(loc="best", frameon=True, framealpha=0.85)
