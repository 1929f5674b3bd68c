# SPDX-License-Identifier: BSD-3-Clause
"""Figure `snapshots`: the density at several times, exact ones dashed, point cells as stems below; over two or
three coordinates as maps."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from axes import COLUMN, PAGE, angle_ticks, log_times, number, title
import globes
from globes import Sphere, is_sphere
from maps import Map, draw_maps
import maps
from measure import Measure, coordinates_of
import series

LETTERS = "abcdefghijklmnopqrstuvwxyz"
COLOURS = ("#888888", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00")
MARKERS = "osD^v*"
HISTOGRAM = "0.85"
SMALLEST_ATOM = 5e-3  # shown, of the largest; one of 1e-6 of the mass is worth a panel


def draw(runs):
    if is_sphere(runs[0]):
        return draw_sphere(runs[0])
    if len(coordinates_of(runs[0])) > 1:
        return draw_plane(runs[0])
    measure = Measure(runs[0])
    figure = Figure(figsize=(COLUMN if len(measure.signs) == 1 else PAGE, height(measure)))
    draw_measures(figure, figure.add_gridspec(1, 1)[0], measure)
    return figure


def draw_sphere(run):
    sphere = Sphere(run)
    figure = Figure(figsize=(PAGE, globes.height(sphere)))
    globes.draw_globes(figure, figure.add_gridspec(1, 1)[0], sphere, globes.frames_of(sphere))
    return figure


def draw_sphere_with_series(runs):
    sphere = Sphere(runs[0])
    names = series.panels(runs)[:6]
    columns, lower_rows = series.arrangement(len(names))
    figure = Figure(figsize=(PAGE, globes.height(sphere) + 2.0 * lower_rows))
    grid = figure.add_gridspec(2, 1, height_ratios=(globes.height(sphere), 2.0 * lower_rows))
    frames = globes.frames_of(sphere)
    globes.draw_globes(figure, grid[0], sphere, frames)
    lower = grid[1].subgridspec(lower_rows, columns)
    axes = [figure.add_subplot(lower[divmod(place, columns)]) for place in range(len(names))]
    series.draw_panels(axes, runs, names, LETTERS[len(sphere.signs) * (len(frames) + 2):])
    return figure


def draw_plane(run):
    measure = Map(run)
    rows = len(measure.pairs()) * len(measure.signs)
    figure = Figure(figsize=(PAGE, 0.35 + 1.75 * rows))
    draw_maps(figure, figure.add_gridspec(1, 1)[0], measure, maps.shown_frames(measure, 4), dots=True)
    return figure


def draw_plane_with_series(runs):
    measure = Map(runs[0])
    rows = len(measure.pairs()) * len(measure.signs)
    names = series.panels(runs)[:6]
    columns, lower_rows = series.arrangement(len(names))
    figure = Figure(figsize=(PAGE, 0.35 + 1.75 * rows + 2.0 * lower_rows))
    grid = figure.add_gridspec(2, 1, height_ratios=(0.35 + 1.75 * rows, 2.0 * lower_rows))
    frames = maps.shown_frames(measure, 4)
    draw_maps(figure, grid[0], measure, frames, dots=True)
    lower = grid[1].subgridspec(lower_rows, columns)
    axes = [figure.add_subplot(lower[divmod(place, columns)]) for place in range(len(names))]
    series.draw_panels(axes, runs, names, LETTERS[rows * len(frames):])
    return figure


def draw_with_series(runs):
    """The default of a run without a figure of its own: snapshots above, series below."""
    if is_sphere(runs[0]):
        return draw_sphere_with_series(runs)
    if len(coordinates_of(runs[0])) > 1:
        return draw_plane_with_series(runs)
    measure = Measure(runs[0])
    names = series.panels(runs)[:6]
    columns, rows = series.arrangement(len(names))
    figure = Figure(figsize=(PAGE, height(measure) + 2.0 * rows))
    grid = figure.add_gridspec(2, 1, height_ratios=(height(measure), 2.0 * rows))
    draw_measures(figure, grid[0], measure, lettered=True)
    lower = grid[1].subgridspec(rows, columns)
    axes = [figure.add_subplot(lower[divmod(place, columns)]) for place in range(len(names))]
    series.draw_panels(axes, runs, names, LETTERS[len(measure.signs):])
    return figure


def height(measure):
    return 2.6 + 1.0 * has_atoms(measure)


def has_atoms(measure):
    return bool((measure.atom[shown_frames(measure)] > 1e-6 * abs(measure.total(-1))).any())


def shown_frames(measure):
    return np.unique(np.append(0, log_times(4, measure.times)))


def draw_measures(figure, place, measure, lettered=False):
    """The legend above, then one column per sign."""
    columns, atoms = len(measure.signs), has_atoms(measure)
    grid = place.subgridspec(2 + atoms, columns, height_ratios=(0.3, 2.2, 1)[: 2 + atoms])
    frames = shown_frames(measure)
    draw_legend(figure.add_subplot(grid[0, :]), measure, frames)
    upper = lowest = None
    for sign in range(columns):
        upper = figure.add_subplot(grid[1, sign], sharey=upper)
        if columns > 1:
            title(upper, LETTERS[sign], sign_words(measure.signs[sign]))
        elif lettered:
            title(upper, LETTERS[sign])
        draw_density(upper, measure, sign, frames)
        if atoms:
            lowest = figure.add_subplot(grid[2, sign], sharex=upper, sharey=lowest)
            draw_atoms(lowest, measure, sign, frames)
            upper.tick_params(labelbottom=False)
        (lowest or upper).set_xlabel(measure.label)


def draw_legend(axes, measure, frames):
    axes.set_axis_off()
    handles = [Line2D([], [], color=COLOURS[order], marker=MARKERS[order], ls="-",
                      label=f"$t={number(measure.times[frame])}$") for order, frame in enumerate(frames)]
    if measure.exact is not None:
        handles.append(Line2D([], [], color="black", ls="--", lw=0.8, label="exact"))
    found = measure.network_histogram(0)
    if found:
        handles.append(Patch(color=HISTOGRAM, label=f"networks, $m={found[0]}$, $t={number(found[1])}$"))
    columns = len(handles) if len(measure.signs) > 1 else 3
    axes.legend(handles=handles, loc="center", ncol=columns)


def sign_words(sign):
    return r"positive output weights, $\mu_{+}$" if sign > 0 else r"negative output weights, $\mu_{-}$"


def draw_density(axes, measure, sign, frames):
    found = measure.network_histogram(sign)
    if found:
        axes.stairs(found[3], found[2], fill=True, color=HISTOGRAM, zorder=0)
    for order, frame in enumerate(frames):
        axes.plot(measure.centres, measure.density[frame, sign], color=COLOURS[order], ls="-", lw=1,
                  marker=MARKERS[order], markevery=mark_places(measure, sign, frame, order))
        if measure.exact is not None:
            axes.plot(measure.centres, measure.exact[frame, sign], color="black", ls="--", lw=0.8)
    axes.set_xlim(measure.faces[0], measure.faces[-1])
    axes.set_ylabel("density [rad$^{-1}$]" if measure.is_angle else "density")
    if measure.is_angle:
        angle_ticks(axes.xaxis, measure.faces)
    shown = measure.density[frames]
    if shown.max() > 100 * np.median(shown.max(axis=-1)):
        axes.set_yscale("log")
        axes.set_ylim(shown.max() * 1e-6, shown.max() * 2)


def mark_places(measure, sign, frame, order):
    """Marks stand where the mass is: at five of its quantiles, shifted from curve to curve."""
    cumulated = np.cumsum(np.abs(measure.density[frame, sign]) * np.diff(measure.faces))
    shares = (np.arange(5) + 0.25 + 0.1 * order) / 5
    places = np.searchsorted(cumulated, shares * cumulated[-1])
    return np.unique(places.clip(0, len(cumulated) - 1)).tolist()


def draw_atoms(axes, measure, sign, frames):
    largest = measure.atom[frames].max()
    for order, frame in enumerate(frames):
        masses = measure.atom[frame, sign]
        seen = masses > SMALLEST_ATOM * largest
        if seen.any():
            axes.vlines(measure.kinks[seen], 0, masses[seen], color=COLOURS[order], lw=0.9)
            axes.plot(measure.kinks[seen], masses[seen], color=COLOURS[order], marker=MARKERS[order],
                      ls="none", clip_on=False, zorder=3)
    axes.set_ylim(0, 1.15 * largest)
    axes.set_ylabel("mass of\natoms")
