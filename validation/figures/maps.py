# SPDX-License-Identifier: BSD-3-Clause
"""Densities over two and three coordinates: maps at several times, of three coordinates the marginals of each pair.

Neurons of a finite network, where there are some, are dots on the maps of the same time; the exact solution is
drawn as white dashed lines of equal density.
"""

import itertools

import numpy as np
from matplotlib import ticker
from matplotlib.colors import LogNorm, Normalize

from axes import SYMBOLS, angle_ticks, log_times, number, text, title, with_unit
from run import RunError

DECADES = 4  # of density shown
LETTERS = "abcdefghijklmnopqrstuvwxyz"
DOTS = 300  # neurons shown


class Coordinate:
    def __init__(self, run, name):
        variable = run.field(name)
        self.name, self.attributes = name, variable.attrs
        bounds = run.field(f"{name}_bounds").values
        self.faces = np.append(bounds[:, 0], bounds[-1, 1])
        self.centres = variable.values

    @property
    def is_angle(self):
        return self.attributes.get("units") == "rad"

    @property
    def label(self):
        words = SYMBOLS.get(self.name) or f"{text(self.attributes.get('long_name', ''))} ${self.letter}$"
        return with_unit(words, self.attributes.get("units"))

    @property
    def letter(self):
        """w1 is w with an index."""
        stem, index = self.name.rstrip("0123456789"), self.name[len(self.name.rstrip("0123456789")):]
        stem = stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
        return f"{stem}_{{{index}}}" if index else stem


class Map:
    """Density over a pair of coordinates, the third summed over: arrays (time, sign, first, second)."""

    def __init__(self, run):
        density = run.field("density")
        names = [name for name in density.dims if name not in ("time", "sign")]
        if len(names) not in (2, 3):
            raise RunError(f"{run.path / 'fields.nc'}: density{density.dims} is not over two or three coordinates")
        self.run = run
        self.coordinates = [Coordinate(run, name) for name in names]
        self.times = run.field("time").values
        self.signs = list(run.field("sign").values) if "sign" in density.dims else [None]

    def pairs(self):
        return list(itertools.combinations(range(len(self.coordinates)), 2))

    def marginal(self, name, pair):
        variable = self.run.field(name)
        values = variable.values if "sign" in variable.dims else variable.values[:, None]
        for k in reversed([k for k in range(len(self.coordinates)) if k not in pair]):
            values = np.tensordot(values, np.diff(self.coordinates[k].faces), axes=([2 + k], [0]))
        return values

    def dots(self, pair, sign):
        """Places of at most DOTS neurons of the widest random network with a given sign, at its end."""
        if not self.run.has("particles.nc"):
            return None
        particles = self.run.particles
        names = [self.coordinates[k].name for k in pair]
        if any(name not in particles for name in names) or "particle_network" not in particles:
            return None
        network = particles["particle_network"].values
        widths = particles["width"].values[network]
        chosen = network == network[np.argmax(widths)]
        if sign is not None and "sign" in particles:
            chosen &= particles["sign"].values == sign
        return [particles[name].values[chosen][:DOTS] for name in names]


def shown_frames(measure, most):
    return np.unique(np.append(0, log_times(most - 1, measure.times)))[-most:]


def draw_maps(figure, place, measure, frames, letters=LETTERS, dots=False):
    """One row per sign and pair of coordinates, one column per time, a common scale of density at the right."""
    rows = [(sign, pair) for pair in measure.pairs() for sign in range(len(measure.signs))]
    grid = place.subgridspec(len(rows), len(frames) + 1, width_ratios=[1] * len(frames) + [0.05])
    letters = iter(letters)
    for row, (sign, pair) in enumerate(rows):
        density = measure.marginal("density", pair)
        exact = measure.marginal("exact", pair) if "exact" in measure.run.fields else None
        largest = density[frames].max()
        norm = norm_of(density[frames], largest)
        ranges = shown_ranges(measure, pair, density[frames], norm)
        left = None
        for column, frame in enumerate(frames):
            axes = figure.add_subplot(grid[row, column], sharey=left)
            left = left or axes
            image = draw_map(axes, measure, pair, density[frame, sign], norm, ranges)
            if exact is not None:
                draw_exact(axes, measure, pair, exact[frame, sign], norm)
            if dots and frame == len(measure.times) - 1:
                draw_dots(axes, measure, pair, measure.signs[sign])
            words = f"$t={number(measure.times[frame])}$" if row == 0 else ""
            title(axes, next(letters), words)
            label_map(axes, measure, pair, column == 0, row == len(rows) - 1 or len(measure.pairs()) > 1)
            if column == 0 and measure.signs[sign] is not None:
                symbol = r"$\mu_{+}$" if measure.signs[sign] > 0 else r"$\mu_{-}$"
                axes.text(0.05, 0.95, symbol, transform=axes.transAxes, va="top", color="white", fontsize=10)
        colorbar = figure.colorbar(image, cax=figure.add_subplot(grid[row, -1]), extend="min" if isinstance(norm, LogNorm) else "neither")
        colorbar.set_label("density" if len(measure.coordinates) == 2 else "marginal density", labelpad=1)


def norm_of(density, largest):
    """Decades below the largest density, or all of a density that varies little."""
    least = density.min()
    return Normalize(least, largest) if least > 0.03 * largest else LogNorm(largest * 10.0**-DECADES, largest)


def shown_ranges(measure, pair, density, norm):
    """Of both coordinates the part where some density (..., first, second) is shown and a little more; all of an
    angle."""
    return [shown_range(measure.coordinates[k], np.moveaxis(density, axis, 0), norm)
            for k, axis in zip(pair, (-2, -1))]


def shown_range(coordinate, density, norm):
    faces = coordinate.faces
    cells = np.flatnonzero((density.reshape(len(density), -1) > norm.vmin).any(axis=1))
    if coordinate.is_angle or cells.size == 0:
        return faces[0], faces[-1]
    low, high = faces[cells[0]], faces[cells[-1] + 1]
    more = 0.05 * (high - low)
    return max(low - more, faces[0]), min(high + more, faces[-1])


def draw_map(axes, measure, pair, density, norm, ranges):
    first, second = (measure.coordinates[k] for k in pair)
    shown = np.maximum(density, norm.vmin * 0.5)
    image = axes.pcolormesh(first.faces, second.faces, shown.T, norm=norm, rasterized=True)
    axes.set(xlim=ranges[0], ylim=ranges[1])
    axes.set_box_aspect(1)
    return image


def draw_exact(axes, measure, pair, exact, norm):
    first, second = (measure.coordinates[k] for k in pair)
    levels = norm.vmax * 10.0 ** np.arange(-DECADES + 1, 0.5)
    levels = levels[(levels > exact.min()) & (levels < exact.max())]
    if levels.size:
        axes.contour(first.centres, second.centres, exact.T, levels=levels, colors="white", linestyles="--",
                     linewidths=0.7)


def draw_dots(axes, measure, pair, sign):
    places = measure.dots(pair, sign)
    if places is not None:
        axes.plot(*places, "o", color="#D55E00", ms=1.8, mec="white", mew=0.25, ls="none")


def label_map(axes, measure, pair, at_left, below):
    first, second = (measure.coordinates[k] for k in pair)
    axes.tick_params(which="both", color="white", labelleft=at_left, labelbottom=below)
    if below:
        axes.set_xlabel(first.label)
    if at_left:
        axes.set_ylabel(second.label, labelpad=1)
    for axis, coordinate in ((axes.xaxis, first), (axes.yaxis, second)):
        if coordinate.is_angle:
            angle_ticks(axis, coordinate.faces)
        else:
            axis.set_major_locator(ticker.MaxNLocator(4))
