# SPDX-License-Identifier: BSD-3-Clause
"""Figure `training`: data and predictions, the measure, the objective, the distance of finite networks."""

import numpy as np
from matplotlib import ticker
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

import planes
from axes import PAGE, angle_ticks, column_label, log_scale, log_times, name_label, number, title, with_unit
from maps import Map, draw_dots, draw_map, label_map, shown_ranges
from measure import Measure, coordinates_of
from boundary import draw_measure as draw_measure_on_sphere
from globes import Sphere, is_sphere
from networks import QUADRATURE, RANDOM, Networks
from references import WIDTH_LINES
from run import RunError

SIGN_COLOURS = ("#D55E00", "#0072B2")
DATA_COLOUR, BAND_COLOUR = "0.62", "#CC79A7"
TIME_LINES = (("#56B4E9", ":"), ("#009E73", "-."), ("#0072B2", "--"), ("#000000", "-"))
COMPARED_MARKS = (("#0072B2", "o"), ("#D55E00", "s"), ("#009E73", "D"), ("#CC79A7", "^"))
DECADES = 5  # of density shown


def draw(runs):
    run = runs[0]
    networks, plane, sphere = Networks(run), len(coordinates_of(run)) > 1, is_sphere(run)
    measure = Sphere(run) if sphere else Map(run) if plane else Measure(run)
    if not (measure.times > 0).any() or not (networks.times > 0).any():
        raise RunError(f"{run.path}: no frame after time 0 yet")
    figure = Figure(figsize=(PAGE, 5.7))
    grid = figure.add_gridspec(2, 2, height_ratios=(1.08, 1))
    draw_predictions(figure, grid[0, 0], run, networks)
    if sphere:
        draw_measure_on_sphere(figure, grid[0, 1], measure)
    elif plane:
        draw_plane(figure, grid[0, 1], measure, networks.times[-1])
    else:
        draw_measure(figure, grid[0, 1], measure)
    draw_objective(figure.add_subplot(grid[1, 0]), run, networks)
    draw_distance(figure.add_subplot(grid[1, 1]), run, networks)
    return figure


def draw_predictions(figure, place, run, networks):
    axes = figure.add_subplot(place)
    title(axes, "a", "data and predictions")
    if planes.has_plane(run):
        planes.draw_plane(axes, run, figure)
        return
    if "curve_prediction" not in run.fields:
        draw_fit(axes, run)
        return
    data_input, target = run.field("input"), run.field("target")
    axes.plot(data_input, target, "o", color=DATA_COLOUR, mec="none", ms=2.6, ls="none", label="data")
    draw_band(axes, networks)
    times, curves = run.field("time").values, run.field("curve_prediction").values
    for frame, (colour, style) in zip(log_times(len(TIME_LINES), times), TIME_LINES):
        label = f"PDE, $t={number(times[frame])}$"
        axes.plot(run.field("curve_input"), curves[frame], color=colour, ls=style, label=label)
    axes.set(xlabel=column_label(data_input), ylabel=column_label(target))
    low, high = axes.get_ylim()
    axes.set_ylim(low - 0.12 * (high - low), high)
    axes.legend(loc="best", handlelength=2.8)


def draw_band(axes, networks):
    found = networks.band()
    if found:
        width, time, low, high = found
        label = f"networks, $m={width}$,\n5 to 95 %, $t={number(time)}$"
        axes.fill_between(networks.curve_input, low, high, color=BAND_COLOUR, alpha=0.45, lw=0, label=label)


def draw_fit(axes, run):
    """Several inputs: predictions against targets, a decade before the end and at the end."""
    target, prediction = run.field("target"), run.field("prediction").values
    times = run.field("time").values
    for frame, colour, marker in zip(log_times(4, times)[-2:], ("#E69F00", "#0072B2"), "so"):
        axes.plot(target, prediction[frame], marker, color=colour, mec="none", ms=3, alpha=0.7, ls="none",
                  label=f"$t={number(times[frame])}$")
    axes.axline((float(target.mean()),) * 2, slope=1, color="0.3", lw=0.7, ls="-")
    axes.set(xlabel=column_label(target), ylabel="prediction of " + column_label(target))
    axes.legend(loc="best")


def draw_measure(figure, place, measure):
    """One strip per sign, time to the right; beside each the masses at the end."""
    count = len(measure.signs)
    grid = place.subgridspec(count, 3, width_ratios=(1, 0.4, 0.045), wspace=0.02, hspace=0.03)
    edges = measure.bins()
    strips = [measure.binned(sign, edges) for sign in range(count)]
    largest = max(strip.max() for strip in strips)
    norm = LogNorm(largest * 10.0**-DECADES, largest)
    maps, stems = None, None
    for sign in range(count):
        maps = figure.add_subplot(grid[sign, 0], sharex=maps, sharey=maps)
        stems = figure.add_subplot(grid[sign, 1], sharex=stems, sharey=maps)
        image = draw_strip(maps, measure, edges, strips[sign], norm)
        draw_stems(stems, measure, sign)
        label_strip(maps, stems, measure, sign)
        if sign == 0:
            title(maps, "b", r"measure of neurons $\mu_t$")
    unit = "rad$^{-1}$" if measure.is_angle else None
    colorbar = figure.colorbar(image, cax=figure.add_subplot(grid[:, 2]), extend="min")
    colorbar.set_label(f"density [{unit}]" if unit else "density", labelpad=1)


def draw_plane(figure, place, measure, time):
    """The frame at a time over two coordinates, of three the last two: a map a sign, a network's neurons as dots."""
    count, pair = len(measure.signs), measure.pairs()[-1]
    grid = place.subgridspec(count, 2, width_ratios=(1, 0.04), hspace=0.03)
    frame = int(np.argmin(np.abs(measure.times - time)))
    density = measure.marginal("density", pair)[frame]
    norm = LogNorm(density.max() * 10.0**-DECADES, density.max())
    ranges = shown_ranges(measure, pair, density, norm)
    axes = None
    for sign in range(count):
        axes = figure.add_subplot(grid[sign, 0], sharex=axes, sharey=axes)
        image = draw_map(axes, measure, pair, density[sign], norm, ranges)
        axes.set_box_aspect(None)
        draw_dots(axes, measure, pair, measure.signs[sign])
        label_map(axes, measure, pair, True, sign == count - 1)
        if measure.signs[sign] is not None:
            symbol = r"$\mu_{+}$" if measure.signs[sign] > 0 else r"$\mu_{-}$"
            axes.text(0.04, 0.95, symbol, transform=axes.transAxes, va="top", color="white", fontsize=10)
        if sign == 0:
            title(axes, "b", rf"measure of neurons, $t={number(measure.times[frame])}$; dots: a network")
    colorbar = figure.colorbar(image, cax=figure.add_subplot(grid[:, 1]), extend="min")
    colorbar.set_label("density" if len(measure.coordinates) == 2 else "marginal density", labelpad=1)


def draw_strip(axes, measure, edges, density, norm):
    """Each frame fills the time around its own, logarithmically; the start has no place."""
    positive = measure.times > 0
    times = measure.times[positive]
    ends = times[[0, -1]] if times.size > 1 else times[0] * np.array([0.5, 2])
    borders = np.concatenate([ends[:1], np.sqrt(times[1:] * times[:-1]), ends[1:]])
    shown = np.maximum(density[positive], norm.vmin * 0.5)
    image = axes.pcolormesh(borders, edges, shown.T, norm=norm, rasterized=True)
    log_scale(axes, "x")
    if measure.is_angle:
        angle_ticks(axes.yaxis, measure.faces, inner=True)
    return image


def draw_stems(axes, measure, sign):
    """Shares of the whole mass: a line per cell, a line with a dot per point cell."""
    colour, total = SIGN_COLOURS[sign], measure.total(-1)
    cells = measure.density[-1, sign] * np.diff(measure.faces) / total
    axes.hlines(measure.centres, 0, cells, color=colour, lw=0.6)
    atoms = measure.atom[-1, sign] / total
    seen = atoms > 1e-3
    if seen.any():
        axes.hlines(measure.kinks[seen], 0, atoms[seen], color=colour, lw=0.9)
        axes.plot(atoms[seen], measure.kinks[seen], "o", color=colour, ms=2.4, ls="none")
    axes.margins(x=0.12)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(ticker.MaxNLocator(2))
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:g}"))


def label_strip(maps, stems, measure, sign):
    last = sign == len(measure.signs) - 1
    maps.set_ylabel(measure.label, labelpad=1)
    maps.tick_params(which="both", labelbottom=last, color="white")
    stems.tick_params(labelleft=False, labelbottom=last)
    if measure.signs[sign] is not None:
        symbol = r"$\mu_{+}$" if measure.signs[sign] > 0 else r"$\mu_{-}$"
        maps.text(0.04, 0.95, symbol, transform=maps.transAxes, va="top", color="white", fontsize=10)
    if last:
        maps.set_xlabel(f"time {name_label('time')}")
        stems.set_xlabel(f"mass share,\n$t={number(measure.times[-1])}$")


def draw_objective(axes, run, networks):
    """The solution thick; of each width its seeds thin and their median. Networks have no entropy: under noise
    the solution's is left out, too."""
    noisy = "energy" in run.fields
    title(axes, "c", "energy: objective without entropy" if noisy else "objective")
    times, values = run.column("time"), run.column("objective")
    if noisy:
        times, values = run.field("time").values, run.field("energy").values
    axes.plot(times, values, color="black", lw=2.6, ls="-", label=r"PDE ($m=\infty$)")
    for width, (colour, style) in zip(networks.shown_widths(), WIDTH_LINES):
        curves = networks.objectives(width)
        axes.plot(networks.times, curves.T, color=colour, lw=0.35, ls="-", alpha=0.6)
        axes.plot(networks.times, np.median(curves, axis=0), color=colour, ls=style,
                  label=f"networks, $m={width}$")
    start = networks.times[networks.times > 0].min()
    axes.set_xlim(start, max(times.max(), networks.times.max()))
    axes.set_xscale("log")
    if min(line.get_ydata().min() for line in axes.lines) > 0:
        log_scale(axes, "y")
    axes.set(xlabel=f"time {name_label('time')}", ylabel=name_label("energy" if noisy else "objective"))
    axes.legend(loc="lower left")


def draw_distance(axes, run, networks):
    title(axes, "d", "distance of networks to the PDE")
    compared = networks.compared()[-len(COMPARED_MARKS):]
    handles = [draw_one_time(axes, networks, place - (len(compared) - 1) / 2, at, mark)
               for place, (at, mark) in enumerate(zip(compared, COMPARED_MARKS))]
    if compared and networks.widths(QUADRATURE):
        handles.append(Line2D([], [], color="0.3", marker="o", ms=3, mfc="white", ls="--", lw=0.6,
                              label="quadrature start"))
    handles += draw_floors(axes, run, compared)
    axes.set(yscale="log", xlabel="width $m$", xlim=(networks.width.min() / 1.6, networks.width.max() * 1.6))
    log_scale(axes, "x")
    axes.set_ylabel(with_unit("distance of predictions, rms", run.particles["distance"].attrs.get("units")))
    make_room_above(axes, 0.04 * len(handles))
    axes.legend(handles=handles, loc="upper right")


def draw_one_time(axes, networks, place, at, mark):
    """rms and range over seeds with the fitted line; networks started by quadrature open, without a fit."""
    (time, frame), (colour, marker) = at, mark
    beside = 1.09**place  # the ranges of several times stand side by side
    widths, rms, low, high = networks.distances(frame, RANDOM)
    words = f"$t={number(time)}$"
    if widths.size:
        axes.errorbar(widths * beside, rms, (rms - low, high - rms), color=colour, marker=marker, ms=3,
                      ls="none", lw=0.7, capsize=1.5)
    if widths.size > 1:
        slope, interval, line = networks.fit(time, widths, rms)
        axes.plot(widths, line, color=colour, lw=0.9, ls="-")
        words += f": slope ${slope:.2f}${interval}"
    widths, rms, _, _ = networks.distances(frame, QUADRATURE)
    axes.plot(widths * beside, rms, color=colour, marker=marker, ms=3, mfc="white", ls="--", lw=0.6)
    return Line2D([], [], color=colour, marker=marker, ms=3, lw=0.9, ls="-", label=words)


def draw_floors(axes, run, compared):
    """The resolution error of the solution itself, a level per time; returns its line for the legend."""
    floors = run.at_times("resolution_error")
    found = [(value, colour) for (time, _), (colour, _) in zip(compared, COMPARED_MARKS)
             for at, value in floors.items() if np.isclose(at, time) and value > 0]
    for value, colour in found:
        axes.axhline(value, color=colour, lw=0.9, ls=":")
    return [Line2D([], [], color="0.3", ls=":", lw=0.9, label="resolution error of the PDE")] if found else []


def make_room_above(axes, share):
    """Free the upper part of a logarithmic panel for the legend."""
    low, high = np.log(axes.get_ylim())
    axes.set_ylim(np.exp(low), np.exp(low + (high - low) / (1 - share)))
