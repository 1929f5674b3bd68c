# SPDX-License-Identifier: BSD-3-Clause
"""Labels, ticks and colours that the figures share: symbols of docs/notation.md with their units."""

import numpy as np
from matplotlib import ticker

COLUMN, PAGE = 3.35, 6.9  # inches: one and two columns of a journal page

SYMBOLS = {
    "time": r"$t$", "objective": r"objective $F(\mu_t)$", "risk": r"risk $R(f_t)$",
    "energy": r"energy $R(f_t)+\int V\,\mathrm{d}\mu_t$",
    "mass": r"mass $\mu_t(\Theta)$",
    "angle": r"angle $\vartheta$", "mean_square_error": "mean square error", "l1_error": "$L^1$ error",
    "max_error": r"$L^\infty$ error", "min_potential": r"potential $\min\,\psi_t$",
}
PI_TICKS = {-4: r"$-\pi$", -2: r"$-\pi/2$", 0: "$0$", 2: r"$\pi/2$", 4: r"$\pi$", 6: r"$3\pi/2$",
            8: r"$2\pi$"}


def text(words):
    """Words of the user as they stand: no mathematics, no label hidden by a leading underscore."""
    words = str(words).replace("$", r"\$")
    return " " + words if words.startswith("_") else words


def name_label(name):
    """The symbol of a known name; else its words, parts after a dot on a line of their own if long."""
    stem, *parts = name.split(".")
    words = SYMBOLS.get(stem, text(stem.replace("_", " ")))
    if not parts:
        return words
    joined = ", ".join(text(part.replace("_", " ")) for part in parts)
    return f"{words},{chr(10) if len(stem) + len(joined) > 20 else ' '}{joined}"


def with_unit(label, unit):
    return f"{label} [{text(unit)}]" if unit not in (None, "", "1") else label


def column_label(variable):
    """A column of the data with the unit it declares."""
    return with_unit(text(variable.attrs.get("long_name", variable.name)), variable.attrs.get("units"))


def number(value):
    """0.01, 3, 10, 3.2e-5 as mathematics."""
    mantissa, _, exponent = f"{value:.3g}".partition("e")
    return f"{mantissa}" if not exponent else rf"{mantissa}\times10^{{{int(exponent)}}}"


def title(axis, letter, words=""):
    axis.set_title(f"({letter}) {words}".rstrip())


def angle_ticks(axis, faces, inner=False):
    """Multiples of pi on an Axis between the faces of an angle in radians; inner: without the ends."""
    low, high = np.array([faces[0], faces[-1]]) / (np.pi / 4) + (0.1 if inner else -0.1) * np.array([1, -1])
    ticks = [k for k in PI_TICKS if low <= k <= high]
    axis.set_ticks([k * np.pi / 4 for k in ticks], [PI_TICKS[k] for k in ticks])


def logarithmic(values):
    """Positive values over more than a factor 30 are read on a logarithmic axis."""
    values = values[np.isfinite(values)]
    return values.size > 0 and values.min() > 0 and values.max() > 30 * values.min()


def log_scale(axes, which):
    """Logarithmic axis; over little more than a decade ticks between the powers carry numbers too."""
    (axes.set_xscale if which == "x" else axes.set_yscale)("log")
    low, high = axes.get_xlim() if which == "x" else axes.get_ylim()
    axis = axes.xaxis if which == "x" else axes.yaxis
    if high < 12 * low:
        axis.set_major_locator(ticker.LogLocator(subs=(1, 2, 3, 5, 7)))
        axis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"${number(value)}$"))
        axis.set_minor_formatter(ticker.NullFormatter())


def log_times(count, times):
    """Indices of about `count` times, logarithmically spaced up to the last; the start is left out."""
    positive = np.flatnonzero(times > 0)
    if positive.size == 0:
        return np.array([len(times) - 1])
    first = max(times[positive[0]], times[-1] * 1e-3)
    wanted = np.geomspace(first, times[-1], count)
    nearest = [positive[np.argmin(np.abs(np.log(times[positive] / t)))] for t in wanted]
    return np.unique(nearest)
