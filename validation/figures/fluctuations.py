# SPDX-License-Identifier: BSD-3-Clause
"""Figure `fluctuations`: m times the variance of predictions (of F where there are none) and m times the bias of F against
time, predicted and counted over networks of each width m; with one input the band of the narrowest networks."""

import numpy as np
from matplotlib.figure import Figure

from axes import COLUMN, PAGE, column_label, log_scale, logarithmic, title
from networks import Networks
from run import RunError

MARKERS = (("#D55E00", "o"), ("#009E73", "s"), ("#CC79A7", "^"), ("#E69F00", "D"))
PREDICTED, BAND, DRAWN = "#0072B2", "#56B4E9", "0.35"


def draw(runs):
    run = runs[0].levels()[-1] if runs[0].is_study else runs[0]
    if not run.has("fluctuations.nc"):
        raise RunError(f"{run.path}: no fluctuations.nc: the case has no [fluctuations]")
    found = run.fluctuations
    panels = [draw_variance]
    if "objective_bias" in found:
        panels.append(draw_bias)
    if "natural_prediction" in found and run.has("fields.nc") and "curve_input" in run.fields:
        panels.append(draw_band)
    figure = Figure(figsize=(COLUMN if len(panels) == 1 else PAGE * len(panels) / 3, 2.4))
    for place, (panel, letter) in enumerate(zip(panels, "abc")):
        axes = figure.add_subplot(1, len(panels), place + 1)
        if len(panels) > 1:
            title(axes, letter)
        panel(axes, run, found)
    return figure


def draw_variance(axes, run, found):
    of_f = "variance" in found
    predicted = "predicted_variance" if of_f else "predicted_objective_variance"
    measured = "scaled_variance" if of_f else "scaled_objective_variance"
    label = r"$m\,\mathrm{Var}\,f^m_t$, mean over nodes" if of_f else r"$m\,\mathrm{Var}\,F(\mu^m_t)$"
    drawn = sorted(run.at_times("resampling_variance").items()) if of_f else []
    if drawn:
        axes.plot(*np.array(drawn).T, color=DRAWN, ls=":", marker="none", label=r"drawn from $\mu_t$")
    draw_quantity(axes, run, predicted, measured, "variance_ratio", label, [value for _, value in drawn])


def draw_bias(axes, run, found):
    label = r"$m\,(\mathrm{E}\,F(\mu^m_t)-F(\mu_t))$"
    draw_quantity(axes, run, "predicted_objective_bias", "scaled_objective_bias", "objective_bias_ratio", label)


def draw_quantity(axes, run, predicted, measured, ratio, label, beside_it=()):
    line = sorted(run.at_times(predicted).items())
    times, values = np.array(line).T
    axes.plot(times, values, color=PREDICTED, ls="-", marker="x", label=r"predicted, $m\to\infty$")
    shown = [*values, *beside_it]
    for place, (width, (colour, marker)) in enumerate(zip(widths_of(run, measured), MARKERS)):
        points = sorted(run.at_times(f"{measured}.random.{width}").items())
        at, value = np.array(points).T
        of_width, low, high = bounds(run, value, ratio, width, at)
        slack = np.abs(np.array([value - low, high - value])) if low is not None else None
        if of_width is not None and not np.allclose(of_width, [dict(line).get(time, np.nan) for time in at]):
            axes.plot(at, of_width, color=colour, ls="--", lw=0.8, marker="none")  # with the noise of batches
            shown += list(of_width)
        axes.errorbar(beside(at, place, times), value, slack, color=colour, marker=marker, mfc="none", ls="none", lw=0.8,
                      capsize=2, label=f"networks, $m={width}$")
        shown += list(value)
    axes.set(xlabel="time $t$", ylabel=label)
    if logarithmic(times):
        log_scale(axes, "x")
    if logarithmic(np.array(shown)):
        log_scale(axes, "y")
    if len(beside_it):
        legend_above(axes, 2 + len(widths_of(run, measured)))
    else:
        axes.legend(loc="best")


def legend_above(axes, lines):
    """Room above all that is drawn for the larger part of a legend of so many lines."""
    low, high = axes.get_ylim()
    share = 0.1 * lines
    axes.set_ylim(low, high * (high / low)**share if axes.get_yscale() == "log" else high + share * (high - low))
    axes.legend(loc="best")


def beside(at, place, times):
    """Side by side, so that intervals do not cover each other."""
    return at * 1.04**(place + 1) if logarithmic(times) else at + 0.012 * (place + 1) * np.ptp(times)


def widths_of(run, measured):
    stem = f"{measured}.random."
    found = {int(name[len(stem):].split("@")[0]) for name in run.metrics if name.startswith(stem)}
    return sorted(found)[:len(MARKERS)]


def bounds(run, value, ratio, width, times):
    """What was expected of this width, which batches add to, and the ends of the 95 % intervals of what was counted; None
    where none were computed."""
    ends = [run.at_times(f"{ratio}{end}.random.{width}") for end in ("", "_low", "_high")]
    if not all(time in end for time in times for end in ends):
        return None, None, None
    of_one, low, high = (np.array([end[time] for time in times]) for end in ends)
    return value / of_one, low * value / of_one, high * value / of_one


def draw_band(axes, run, found):
    """Two deviations on either side, of the narrowest networks, at the last time that was predicted."""
    networks = Networks(run) if run.has("particles.nc") else None
    width = networks.widths()[0] if networks and networks.widths() else 100
    order = np.argsort(run.field("input").values)
    x = run.field("input").values[order]
    f = found["natural_prediction"].values[-1][order]
    deviation = found["natural_deviation"].values[-1][order] / np.sqrt(width)
    axes.fill_between(x, f - 2 * deviation, f + 2 * deviation, color=BAND, alpha=0.45, lw=0,
                      label=rf"predicted $\pm2$ s.d., $m={width}$")
    axes.plot(x, f, color=PREDICTED, ls="-", marker="none", label="limit $f_t$")
    band = curves(networks, width, float(found["time"].values[-1])) if networks else None
    if band is not None:
        mean, spread = band
        for sign, words in ((-1, rf"networks $\pm2$ s.d."), (1, None)):
            axes.plot(networks.curve_input, mean + 2 * sign * spread, color=MARKERS[0][0], ls="--", lw=0.9,
                      marker="none", label=words)
    axes.plot(run.field("input").values, run.field("target").values, ls="none", marker=".", ms=2, color="0.5",
              zorder=0)
    axes.set(xlabel=column_label(run.field("input")), ylabel=column_label(run.field("target")))
    axes.margins(x=0.02)
    legend_above(axes, 3)


def curves(networks, width, time):
    """Mean and deviation over the networks along the curve, where there is one at this time."""
    if "curve_prediction" not in networks.run.particles:
        return None
    frame = int(np.argmin(np.abs(networks.times - time)))
    found = networks.run.network_field("curve_prediction").values[networks.members(width), frame]
    if not np.isclose(networks.times[frame], time) or not np.isfinite(found).all() or len(found) < 2:
        return None
    return found.mean(axis=0), found.std(axis=0, ddof=1)
