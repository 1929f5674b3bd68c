# SPDX-License-Identifier: BSD-3-Clause
"""Figure `convergence`: errors against the varied key of a study, with the orders between its levels."""

import math

import numpy as np
from matplotlib import ticker
from matplotlib.figure import Figure

from axes import COLUMN, log_scale, name_label, text
from run import RunError

MARKERS = "osD^v<>"


def draw(runs):
    figure = Figure(figsize=(COLUMN, 2.9))
    axes = figure.add_subplot()
    curves = [curve for run in runs for curve in errors(run, len(runs) > 1)]
    for place, (label, values, error, orders) in enumerate(curves):
        line, = axes.plot(values, error, marker=MARKERS[place % len(MARKERS)], label=label)
        write_orders(axes, line, orders, stagger(place, len(curves)))
    axes.set(xscale="log", yscale="log", xlabel=key_label(study(runs[0])["key"]), ylabel="error")
    draw_triangle(axes, curves, runs[0])
    log_scale(axes, "y")
    level_ticks(axes, curves[0][1])
    axes.legend(loc="best")
    return figure


def study(run):
    found = run.summary.get("study")
    if not isinstance(found, dict) or not found.get("values") or "key" not in found:
        raise RunError(f"{run.path / 'summary.json'}: no study with key and values")
    return found


def errors(run, several):
    """(label, values of the key, errors, orders between them) of the metrics that have an order."""
    found = study(run)
    values = numbers(found["values"])
    curves = []
    for name in error_names(run, found):
        error = numbers(found["metrics"][name])
        label = name_label(name) + (f", {text(run.label)}" if several else "")
        curves.append((label, values, error, found["orders"].get(name, [])))
    if not curves or not np.isfinite(values).all():
        where = run.path / "summary.json"
        raise RunError(f"{where}: no metric with an order against numbers of '{found['key']}'")
    return curves


def numbers(values):
    """JSON's null and words as NaN."""
    return np.array([value if isinstance(value, (int, float)) else math.nan for value in values], dtype=float)


def error_names(run, found):
    """Metrics the case claims an order of; without a claim those called an error; else all with orders."""
    claimed = [claim.get("metric") for claim in run.case.get("claim", []) if "order" in claim]
    orders = [name for name in found.get("orders", {}) if name in found.get("metrics", {})]
    called = [name for name in orders if "error" in name]
    return [name for name in orders if name in claimed] or called or orders


def key_label(key):
    parts = key.split(".")
    if parts[:2] == ["grid", "axes"] and parts[-1] == "cells":
        return f"cells along {name_label(parts[2])}"
    return text(key)


def stagger(place, count):
    """Orders of several curves stand at different shares of the interval, so that they never meet."""
    return 0.5 + (place - (count - 1) / 2) * min(0.28, 0.8 / count)


def write_orders(axes, line, orders, share):
    x, y = (np.log(np.asarray(values, float)) for values in line.get_data())
    for pair, order in enumerate(orders[: len(x) - 1]):
        if order is None or not np.isfinite([order, y[pair], y[pair + 1]]).all():
            continue
        at = [np.exp(v[pair] + share * (v[pair + 1] - v[pair])) for v in (x, y)]
        axes.text(*at, f"{order:.2f}", color=line.get_color(), fontsize=7, ha="center", va="center",
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6})


def level_ticks(axes, values):
    axes.xaxis.set_major_locator(ticker.FixedLocator(values))
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(ticker.NullLocator())


def draw_triangle(axes, curves, run):
    """Reference slope under the lowest curve, over the middle interval between levels."""
    order = reference_order(curves, run)
    if not order:
        return
    values = np.sort(np.log(curves[0][1]))
    middle = (len(values) - 1) // 2
    left, right = values[middle], values[min(middle + 1, len(values) - 1)]
    left, right = left + 0.2 * (right - left), right - 0.2 * (right - left)
    slope = order * trend(curves[0])
    points = [point for curve in curves for point in on_curve(curve, left, right)]
    low = min(level - slope * (at - left) for at, level in points) - 0.5
    high = low + slope * (right - left)
    corner = (left, high) if slope < 0 else (right, low)
    outline = np.exp([(left, low), (right, high), corner, (left, low)])
    axes.plot(*outline.T, color="0.3", lw=0.8, ls="-")
    place, side = (left, "right") if slope < 0 else (right, "left")
    axes.text(np.exp(place), np.exp(0.5 * (low + high)), f" {order:g} ", ha=side, va="center", fontsize=7,
              color="0.3")


def reference_order(curves, run):
    """The order the case claims, else the median measured one to the nearest half."""
    claimed = [claim["order"] for claim in run.case.get("claim", []) if "order" in claim]
    measured = [order for curve in curves for order in curve[3] if order is not None and np.isfinite(order)]
    if claimed:
        return claimed[0]
    return round(2 * float(np.median(measured))) / 2 if measured else 0


def trend(curve):
    """-1 where the error falls with the key (cells), 1 where it rises (a step size)."""
    _, values, error, _ = curve
    finite = np.isfinite(error)
    return float(np.sign(np.polyfit(np.log(values[finite]), np.log(error[finite]), 1)[0]))


def on_curve(curve, left, right):
    """(log key, log error) at both ends and the middle of an interval."""
    _, values, error, _ = curve
    finite = np.isfinite(error)
    order = np.argsort(values[finite])
    at = np.linspace(left, right, 3)
    return zip(at, np.interp(at, np.log(values[finite])[order], np.log(error[finite])[order]))
