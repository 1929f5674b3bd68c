# SPDX-License-Identifier: BSD-3-Clause
"""The measure of neurons over one coordinate and time: densities of cells and masses of point cells."""

import numpy as np

from axes import SYMBOLS, text, with_unit
from run import RunError


def coordinates_of(run):
    """Names of the coordinates that the density is over."""
    return [name for name in run.field("density").dims if name not in ("time", "sign")]


class Measure:
    """density, atom: arrays (time, sign, cell) and (time, sign, kink); one sign where the run has none."""

    def __init__(self, run):
        self.run = run
        density = run.field("density")
        named = coordinates_of(run)
        if len(named) != 1 or density.dims[0] != "time":
            where = run.path / "fields.nc"
            raise RunError(f"{where}: density{density.dims} is not a density over one coordinate")
        self.name = named[0]
        self.times = run.field("time").values
        self.signs = list(run.field("sign").values) if "sign" in density.dims else [None]
        self.centres = run.field(self.name).values
        self.attributes = run.field(self.name).attrs
        self.faces = self._faces(run)
        self.density = self._with_sign(density)
        self.exact = self._with_sign(run.fields["exact"]) if "exact" in run.fields else None
        self.kinks, self.atom = np.zeros(0), np.zeros((*self.density.shape[:2], 0))
        for place in ("kink", "wall"):
            if "atom" in run.fields and place in run.fields:
                self.kinks, self.atom = run.field(place).values, self._with_sign(run.field("atom"))

    def _faces(self, run):
        if f"{self.name}_bounds" in run.fields:
            bounds = run.field(f"{self.name}_bounds").values
            return np.append(bounds[:, 0], bounds[-1, 1])
        middle = 0.5 * (self.centres[1:] + self.centres[:-1])
        ends = 2 * self.centres[[0, -1]] - middle[[0, -1]]
        return np.concatenate([ends[:1], middle, ends[1:]])

    def _with_sign(self, variable):
        return variable.values if "sign" in variable.dims else variable.values[:, None]

    @property
    def is_angle(self):
        return self.attributes.get("units") == "rad"

    @property
    def label(self):
        """A known symbol, else the long name with the coordinate's own letter."""
        words = self.attributes.get("long_name", "")
        letter = f"${self.name}$" if len(self.name) == 1 else ""
        label = SYMBOLS.get(self.name) or f"{text(words)} {letter}".strip() or text(self.name)
        return with_unit(label, self.attributes.get("units"))

    def total(self, frame):
        cells = self.density[frame] * np.diff(self.faces)
        return float(cells.sum() + self.atom[frame].sum())

    def bins(self, most=360):
        """Equal intervals of about the cells' size, never more than `most`: one degree on a circle."""
        return np.linspace(self.faces[0], self.faces[-1], min(most, len(self.centres)) + 1)

    def binned(self, sign, edges):
        """Density over equal intervals, point cells included, mass kept: (time, interval)."""
        cells = self.density[:, sign] * np.diff(self.faces)
        cumulated = np.pad(np.cumsum(cells, axis=1), ((0, 0), (1, 0)))
        mass = np.diff([np.interp(edges, self.faces, row) for row in cumulated], axis=1)
        home = np.clip(np.searchsorted(edges, self.kinks, side="right") - 1, 0, len(edges) - 2)
        for kink, interval in enumerate(home):
            mass[:, interval] += self.atom[:, sign, kink]
        return mass / np.diff(edges)

    def network_histogram(self, sign, intervals=48):
        """(width, time, edges, density) of all networks of the largest width when they stopped; None without any."""
        if not self.run.has("particles.nc") or self.name not in self.run.particles:
            return None
        particles = self.run.particles
        network, widths = particles["particle_network"].values, particles["width"].values
        chosen = widths[network] == widths.max()
        if "sign" in particles and self.signs[sign] is not None:
            chosen &= particles["sign"].values == np.sign(self.signs[sign])
        edges = np.linspace(self.faces[0], self.faces[-1], intervals + 1)
        masses = np.histogram(particles[self.name].values[chosen], edges, weights=particles["mass"].values[chosen])[0]
        density = masses / np.count_nonzero(widths == widths.max()) / np.diff(edges)
        return int(widths.max()), float(particles["time"].values[-1]), edges, density
