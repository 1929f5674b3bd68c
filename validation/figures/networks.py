# SPDX-License-Identifier: BSD-3-Clause
"""Finite networks of particles.nc; one without a value at a time holds NaN there."""

import numpy as np

RANDOM, QUADRATURE, LOW_DISCREPANCY = 0, 1, 2


class Networks:
    def __init__(self, run):
        self.run = run
        self.times = run.network_field("time").values
        self.width = run.network_field("width").values.astype(int)
        self.start = np.zeros_like(self.width)
        if "start" in run.particles:
            self.start = run.network_field("start").values.copy()
            if RANDOM not in self.start:  # they then stand where random ones would
                self.start[self.start == LOW_DISCREPANCY] = RANDOM
        self.distance = run.particles["distance"].values if "distance" in run.particles else None
        self.objective = run.network_field("objective").values

    def widths(self, start=RANDOM):
        return sorted(set(self.width[self.start == start]))

    def members(self, width, start=RANDOM):
        return (self.width == width) & (self.start == start)

    def shown_widths(self, count=3):
        """About `count` widths, logarithmically spaced from the smallest to the largest."""
        widths = self.widths() or self.widths(QUADRATURE)
        places = np.unique(np.linspace(0, len(widths) - 1, count).round().astype(int))
        return [widths[place] for place in places]

    def objectives(self, width):
        return self.objective[self.members(width, RANDOM if self.widths() else QUADRATURE)]

    def compared(self):
        """(time, frame) of the comparisons: flagged, else particles.at of the case, else the end."""
        if "distance_at" in self.run.particles:
            frames = np.flatnonzero(self.run.network_field("distance_at").values)
        else:
            wanted = self.run.case.get("particles", {}).get("at", [self.times[-1]])
            frames = [int(np.argmin(np.abs(self.times - t))) for t in np.atleast_1d(wanted)]
        return [(float(self.times[frame]), frame) for frame in frames]

    def distances(self, frame, start=RANDOM):
        """widths, rms over seeds, smallest, largest; widths without a finite value are left out."""
        found = []
        for width in self.widths(start):
            values = self.distance[self.members(width, start), frame]
            values = values[np.isfinite(values) & (values > 0)]
            if values.size:
                found.append((width, np.sqrt(np.mean(values**2)), values.min(), values.max()))
        return np.array(found).T if found else np.zeros((4, 0))

    def fit(self, time, widths, rms):
        """Slope in log-log, its 95 % interval in words, the line through the points' centre."""
        slope, low, high = (self._metric(name, time) for name in ("slope", "slope_low", "slope_high"))
        if slope is None:
            slope = np.polyfit(np.log(widths), np.log(rms), 1)[0]
        interval = f" [${low:.2f}$, ${high:.2f}$]" if low is not None and high is not None else ""
        centre = np.exp(np.log(rms).mean() - slope * np.log(widths).mean())
        return slope, interval, centre * widths**slope

    def _metric(self, name, time):
        found = self.run.at_times(f"prediction_distance.random.{name}")
        return next((value for at, value in found.items() if np.isclose(at, time)), None)

    def band(self, wanted=100):
        """(width, time, low, high): 5 to 95 % over the seeds of the width nearest to `wanted`."""
        if "curve_prediction" not in self.run.particles or not self.widths():
            return None
        width = min(self.widths(), key=lambda w: abs(np.log(w / wanted)))
        curves = self.run.network_field("curve_prediction").values[self.members(width)]
        reached = np.flatnonzero(np.isfinite(curves).all(axis=(0, 2)))
        if reached.size == 0:
            return None
        low, high = np.quantile(curves[:, reached[-1]], (0.05, 0.95), axis=0)
        return width, float(self.times[reached[-1]]), low, high

    @property
    def curve_input(self):
        return self.run.field("curve_input").values
