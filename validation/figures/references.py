# SPDX-License-Identifier: BSD-3-Clause
"""What a case claims, beside the curves of the run: expected values, slopes in log-log, exponential rates."""

import csv
import re

import numpy as np

from run import RunError

COLOUR = "0.1"
WIDTH_LINES = (("#D55E00", ":"), ("#E69F00", "--"), ("#56B4E9", "-"))
NETWORK = re.compile(r"energy\.(random|quadrature)\.(\d+)")


def limits(run, name):
    """What the fitted slopes and rates of a metric subtract from it, 0 left out."""
    found = [claim["limit"] for claim in fitted(run, name) if claim.get("limit")]
    return list(dict.fromkeys(found))


def fitted(run, name):
    return [claim for claim in claims(run) if claim["metric"] == name and "during" in claim]


def claims(run):
    return run.case.get("claim", [])


def draw(axes, run, panel, times, values):
    """Points with their tolerances and, beside the curve, lines of the claimed exponents."""
    if not panel.limit:
        of_metric = [claim for claim in claims(run) if claim["metric"] == panel.name]
        draw_points(axes, expected(run, of_metric), "o", "expected")
        if panel.name == ("discrepancy" if noisy(run) else "objective"):
            of_networks = [claim for claim in claims(run) if NETWORK.fullmatch(claim["metric"])]
            draw_points(axes, expected(run, of_networks), "s", "expected, networks")
    for claim in fitted(run, panel.name):
        if claim.get("limit", 0) == panel.limit:
            draw_law(axes, claim, times, values)


def noisy(run):
    """Networks have no entropy: under noise their energy is not the objective."""
    return run.has("fields.nc") and "energy" in run.fields


def draw_points(axes, found, marker, words):
    """With their tolerances where these can be seen."""
    if found:
        at, value, slack = np.array(found).T
        slack = np.where(slack > 0.02 * np.abs(value), slack, 0)
        axes.errorbar(at, value, slack, color=COLOUR, marker=marker, ms=4, mfc="none", ls="none", lw=0.8, capsize=2,
                      zorder=4, label=words)


def expected(run, about):
    """(time, value, tolerance) of claims, of all levels of a study; those without a time are about the end."""
    found = []
    for claim in about:
        if "each" in claim:
            slack = claim.get("within", 0)
            found += [(claim.get("at", run.series["time"][-1]), value, max(slack, claim.get("relative", 0) * abs(value)))
                      for value in claim["each"]]
        elif "is" in claim:
            slack = claim.get("within", claim.get("relative", 0) * abs(claim["is"]))
            found.append((claim.get("at", run.series["time"][-1]), claim["is"], slack))
        elif "table" in claim:
            found += [(at, value, claim["relative"] * abs(value)) for at, value in table(run, claim)]
    return found


def table(run, claim):
    """Rows (time, value) of the table of a claim."""
    path = run.path / claim["table"]
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return [(float(row["time"]), float(row[claim["column"]])) for row in csv.DictReader(file)]
    except (OSError, KeyError, ValueError) as error:
        raise RunError(f"{path}: {error}") from None


def draw_law(axes, claim, times, values):
    """A dashed line through half the curve's value in the middle of the claim's times, as long as these."""
    seen = np.isfinite(values) & (values > 0) & (times > 0)
    if seen.sum() < 2:
        return
    ends = np.array(claim["during"], float)
    if "slope" in claim:
        middle, exponent = np.sqrt(ends.prod()), claim["slope"]
        shape, words = (ends / middle) ** exponent, rf"$t^{{{exponent:.3g}}}$"
    else:
        middle, rate = ends.mean(), claim["rate"]
        shape, words = np.exp(-rate * (ends - middle)), rf"$\mathrm{{e}}^{{{-rate:.3g}\,t}}$"
    level = 0.5 * np.exp(np.interp(middle, times[seen], np.log(values[seen])))
    axes.plot(ends, level * shape, color=COLOUR, ls="--", lw=1, marker="none")
    side = -1 if shape[0] > shape[1] else 1
    axes.annotate(words, (ends[0], level * shape[0]), xytext=(2 * side, -2), textcoords="offset points",
                  ha="right" if side < 0 else "left", va="top", color=COLOUR, fontsize=7)


def network_curves(axes, networks):
    """Medians over the seeds of the networks' objective."""
    for width, (colour, style) in zip(networks.shown_widths(), WIDTH_LINES):
        later = networks.times > 0
        curve = np.median(networks.objectives(width), axis=0)
        axes.plot(networks.times[later], curve[later], color=colour, ls=style, lw=1, label=f"networks, $m={width}$")
