# SPDX-License-Identifier: BSD-3-Clause
"""Densities on the sphere of three coordinates: maps of the whole of it in Mollweide's equal-area projection, and views
of it from two opposite sides. The third coordinate is the sine of the latitude.

Neurons of a finite network, where there are some, are dots on the map of the same time.
"""

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.patches import Circle
from scipy.spatial import cKDTree

from axes import number, title
from maps import LETTERS, norm_of, shown_frames

DOTS = 300  # neurons shown
WEST = np.radians(-60)  # longitude of the first view


def is_sphere(run):
    return "area" in run.fields and run.field("density").dims[-1] == "cell"


class Sphere:
    """density: array (time, sign, cell); one sign where the run has none."""

    def __init__(self, run):
        density = run.field("density")
        self.run = run
        self.names = coordinate_names(density)
        self.places = np.array([run.field(name).values for name in self.names])
        self.times = run.field("time").values
        self.signs = list(run.field("sign").values) if "sign" in density.dims else [None]
        self.density = density.values if "sign" in density.dims else density.values[:, None]
        self.tree = cKDTree(self.places.T)

    @property
    def letters(self):
        """Of the coordinates, as mathematics without dollars."""
        return [letter_of(name) for name in self.names]

    def cells(self, points):
        """The cell of each unit vector: that of the nearest centre."""
        return self.tree.query(points)[1]

    def dots(self, sign):
        """Longitudes and latitudes of at most DOTS neurons of the widest random network with a sign, at its end."""
        if not self.run.has("particles.nc") or any(name not in self.run.particles for name in self.names):
            return None
        particles = self.run.particles
        network = particles["particle_network"].values
        widths = particles["width"].values[network]
        chosen = network == network[np.argmax(widths)]
        if sign is not None and "sign" in particles:
            chosen &= particles["sign"].values == sign
        x, y, z = (particles[name].values[chosen][:DOTS] for name in self.names)
        return np.arctan2(y, x), np.arcsin(np.clip(z, -1, 1))


def coordinate_names(density):
    """Of the centres, in the order of the case: the CF attribute `coordinates`."""
    return [name for name in density.encoding.get("coordinates", density.attrs.get("coordinates", "")).split()]


def letter_of(name):
    stem, index = name.rstrip("0123456789"), name[len(name.rstrip("0123456789")):]
    return f"{stem}_{{{index}}}" if index else stem


def vectors(longitude, latitude):
    return np.stack([np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)],
                    axis=-1)


def draw_map(figure, place, sphere, density, norm):
    """Colours of the cells over the whole sphere."""
    axes = figure.add_subplot(place, projection="mollweide")
    longitude, latitude = np.linspace(-np.pi, np.pi, 361), np.linspace(-np.pi / 2, np.pi / 2, 181)
    middle = np.meshgrid(0.5 * (longitude[1:] + longitude[:-1]), 0.5 * (latitude[1:] + latitude[:-1]))
    values = np.maximum(density[sphere.cells(vectors(*middle))], norm_floor(norm))
    image = axes.pcolormesh(longitude, latitude, values, norm=norm, rasterized=True)
    axes.set_xticks(np.radians([-90, 0, 90]), [])
    axes.set_yticks(np.radians([-45, 0, 45]), [])
    axes.grid(color="white", lw=0.3, alpha=0.6)
    return axes, image


def norm_floor(norm):
    return norm.vmin * 0.5 if isinstance(norm, LogNorm) else norm.vmin


def draw_globe(axes, sphere, density, norm, longitude):
    """As seen from far away in the plane of the equator, the third coordinate upwards."""
    side = np.linspace(-1, 1, 301)
    right, up = np.meshgrid(side, side)
    depth = np.sqrt(np.maximum(0, 1 - right**2 - up**2))
    towards, across = (np.array([np.cos(longitude), np.sin(longitude), 0]),
                       np.array([-np.sin(longitude), np.cos(longitude), 0]))
    points = depth[..., None] * towards + right[..., None] * across + up[..., None] * np.array([0, 0, 1])
    values = np.maximum(density[sphere.cells(points / np.linalg.norm(points, axis=-1, keepdims=True))], norm_floor(norm))
    image = axes.imshow(values, extent=(-1, 1, -1, 1), origin="lower", norm=norm, rasterized=True)
    rim = Circle((0, 0), 1, transform=axes.transData, fill=False, ec="0.4", lw=0.6)
    axes.add_patch(rim)
    image.set_clip_path(rim)
    axes.set_axis_off()
    axes.set_aspect("equal")


def draw_globes(figure, place, sphere, frames, letters=LETTERS):
    """One row per sign: maps at several times, the last one also from two sides; a common scale of density."""
    widths = [1.15] * len(frames) + [0.62, 0.62, 0.05]
    grid = place.subgridspec(len(sphere.signs), len(widths), width_ratios=widths)
    letters = iter(letters)
    shown = sphere.density[frames]
    norm = norm_of(shown, shown.max())
    for row, sign in enumerate(sphere.signs):
        for column, frame in enumerate(frames):
            axes, image = draw_map(figure, grid[row, column], sphere, sphere.density[frame, row], norm)
            title(axes, next(letters), f"$t={number(sphere.times[frame])}$" if row == 0 else "")
            dots = sphere.dots(sign) if frame == len(sphere.times) - 1 else None
            if dots is not None:
                axes.plot(*dots, "o", color="#D55E00", ms=1.8, mec="white", mew=0.25, ls="none")
            if column == 0:
                label_map(axes, sphere, sign)
        for side, longitude in enumerate((WEST, WEST + np.pi)):
            globe = figure.add_subplot(grid[row, len(frames) + side])
            draw_globe(globe, sphere, sphere.density[frames[-1], row], norm, longitude)
            turn = ("-60", "120")[side]
            title(globe, next(letters), f"from ${turn}^\\circ$" if row == 0 else "")
    bar = figure.colorbar(image, cax=figure.add_subplot(grid[:, -1]), extend="min" if isinstance(norm, LogNorm) else "neither")
    bar.set_label("density", labelpad=1)


def label_map(axes, sphere, sign):
    """Which coordinates are longitude and latitude, and which sign it is."""
    x, y, z = sphere.letters
    words = rf"$\mathrm{{arg}}({x},{y})$, $\mathrm{{arcsin}}\,{z}$"
    axes.set_xlabel(words if sign is None or sign < 0 else "", labelpad=2)
    if sign is not None:
        axes.set_ylabel(r"$\mu_{+}$" if sign > 0 else r"$\mu_{-}$", rotation=0, labelpad=6, fontsize=10, va="center")


def height(sphere):
    return 0.35 + 1.1 * len(sphere.signs)


def frames_of(sphere):
    return shown_frames(sphere, 3)
