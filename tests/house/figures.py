# SPDX-License-Identifier: BSD-3-Clause
"""Draws every kind of figure from synthetic run directories and checks the files.

    python figures.py [--keep DIR]

The run directories hold what the solver writes: a small upwind solution of the motorcycle case for
`training`, a drifting Gaussian with an absorbing wall for `snapshots`, made-up errors for `convergence`.
Ends non-zero when a figure is missing, differs between two runs, or a bad argument is accepted.
"""

import argparse
import contextlib
import io
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy as np

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
FIGURES = REPOSITORY / "validation" / "figures"
DATA = REPOSITORY / "validation" / "data" / "mcycle.csv"
sys.path[:0] = [str(FIGURES), str(REPOSITORY / "tests")]
sys.dont_write_bytecode = True

import baselines
import fluctuations
import plot
from maps import Map
from measure import Measure
from run import Run, level_labels
import series
from support.synthetic import (SERIES, baselines_run, claimed_run, drift_run, ensemble_run, fluctuations_run,
                               networks_run, several_run, study_run, write_netcdf, write_series, write_text)

DECAY = 1e-3
WIDTHS = [10, 30, 100, 300, 1000, 3000]
SEEDS = 10
COMPARED = [1.0, 10.0, 100.0]


class Motorcycle:
    """Balanced ReLU network on the standardised data: two circles of equal cells, explicit Euler."""

    def __init__(self, cells=240):
        table = np.loadtxt(DATA, delimiter=",", skiprows=1)
        self.input, self.target = table.T
        self.x = (self.input - self.input.mean()) / self.input.std()
        self.y = (self.target - self.target.mean()) / self.target.std()
        self.h = 2 * np.pi / cells
        self.angle = -np.pi + self.h * (np.arange(cells) + 0.5)
        self.sign = np.array([1.0, -1.0])
        self.mass = np.full((2, cells), 0.5 / cells)
        self.curve = np.linspace(self.input.min(), self.input.max(), 200)
        self.phi = self.features(self.x)
        self.phi_curve = self.features((self.curve - self.input.mean()) / self.input.std())
        kinks = np.arctan(-1 / np.unique(self.x))
        self.kink = np.sort(np.concatenate([kinks, kinks - np.sign(kinks) * np.pi]))

    def features(self, x):
        return np.maximum(np.outer(np.cos(self.angle), x) + np.sin(self.angle)[:, None], 0)

    def predict(self, phi):
        return (self.sign @ self.mass) @ phi

    def potential(self):
        slope = (self.predict(self.phi) - self.y) / len(self.y)
        return self.sign[:, None] * (self.phi @ slope) + DECAY

    def step(self, longest):
        psi = self.potential()
        velocity = -(np.roll(psi, -1, 1) - psi) / self.h
        dt = min(0.4 * self.h / np.abs(velocity).max(), 0.02, longest)
        flux = np.where(velocity > 0, velocity * self.mass, velocity * np.roll(self.mass, -1, 1)) / self.h
        moved = self.mass - dt * (flux - np.roll(flux, 1, 1))
        self.dissipation = float((self.mass * (velocity**2 + 2 * psi**2)).sum())
        self.mass = moved * np.exp(-2 * psi * dt)
        return dt

    def objective(self):
        risk = 0.5 * np.mean((self.predict(self.phi) - self.y) ** 2)
        return risk, risk + DECAY * self.mass.sum()

    def atoms(self, t):
        """Steep cells give most of their mass to the kink they hold."""
        atom = np.zeros((2, len(self.kink)))
        cell = np.floor((self.kink + np.pi) / self.h).astype(int) % len(self.angle)
        cells = self.mass.copy()
        for s in range(2):
            for k in np.unique(cell):
                if cells[s, k] > 3e-3 * cells.sum():
                    atom[s, np.flatnonzero(cell == k)[0]] = cells[s, k] * (1 - np.exp(-t / 20)) * 0.98
                    cells[s, k] -= atom[s, np.flatnonzero(cell == k)[0]]
        return cells, atom

    def original(self, prediction):
        return self.target.mean() + self.target.std() * np.asarray(prediction)


def solve_motorcycle():
    flow = Motorcycle()
    times = np.concatenate([[0.0], np.logspace(-2, 2, 49)])
    names = ["density", "atom", "potential", "prediction", "objective", "mass", "curve"]
    frames, rows = {name: [] for name in names}, []
    t, step = 0.0, 0
    for goal in times:
        while t < goal * (1 - 1e-12):
            dt = flow.step(goal - t)
            t, step = t + dt, step + 1
            if step % 20 == 1 or t < 1:
                risk, objective = flow.objective()
                rows.append([t, step, dt, objective, risk, flow.mass.sum(), flow.dissipation,
                             flow.mass.min() / flow.h])
        cells, atom = flow.atoms(t)
        for name, value in zip(frames, [cells / flow.h, atom, flow.potential(), flow.predict(flow.phi),
                                        flow.objective()[1], flow.mass.sum(), flow.predict(flow.phi_curve)]):
            frames[name].append(value)
    return flow, times, {name: np.array(value) for name, value in frames.items()}, np.array(rows)


def write_fields(run, flow, times, frames):
    faces = np.stack([flow.angle - flow.h / 2, flow.angle + flow.h / 2], axis=1)
    row = ("time", "sign", "angle")
    write_netcdf(run / "fields.nc", {
        "time": (("time",), times, {"long_name": "training time", "units": "1", "axis": "T"}),
        "sign": (("sign",), np.array([1, -1], "i4"), {}),
        "angle": (("angle",), flow.angle, {"units": "rad", "long_name": "angle", "bounds": "angle_bounds"}),
        "angle_bounds": (("angle", "bounds"), faces, {}),
        "kink": (("kink",), flow.kink, {"units": "rad"}),
        "density": (row, frames["density"], {"units": "rad-1"}),
        "atom": (("time", "sign", "kink"), frames["atom"], {"units": "1"}),
        "potential": (row, frames["potential"], {"units": "1"}),
        "prediction": (("time", "node"), flow.original(frames["prediction"]), {}),
        "objective": (("time",), frames["objective"], {}),
        "mass": (("time",), frames["mass"], {}),
        "input": (("node",), flow.input, {"long_name": "times", "units": "ms"}),
        "target": (("node",), flow.target, {"long_name": "accel", "units": "g"}),
        "curve_input": (("curve",), flow.curve, {"long_name": "times", "units": "ms"}),
        "curve_prediction": (("time", "curve"), flow.original(frames["curve"]), {})})


def network_rows():
    return [(m, s, 0) for m in WIDTHS for s in range(SEEDS)] + [(m, 0, 1) for m in WIDTHS]


def perturbation(flow, width, seed, start, times):
    """What a finite network adds to the limit on the fine line, of size width^-1/2 (start 1: width^-1)."""
    draw = np.random.default_rng([width, seed, start])
    units = draw.standard_normal(len(flow.angle)) * np.sqrt(2 / len(flow.angle))
    size = (width**-0.5 if start == 0 else 1.2 / width) * 0.9 * np.exp(0.15 * draw.standard_normal())
    growth = 0.3 + 0.7 * times / (times + 3)
    return size * growth[:, None] * (units @ flow.phi_curve)


def write_particles(run, flow, times, frames):
    rows = network_rows()
    bend = np.stack([perturbation(flow, *row, times) for row in rows])
    distance = np.sqrt((bend**2).mean(axis=2))
    final = [(n, angle, sign) for n in range(3) for angle in flow.angle[::24] for sign in (1.0, -1.0)]
    compared = np.isclose(times[:, None], COMPARED, rtol=1e-6).any(axis=1)
    write_netcdf(run / "particles.nc", {
        "time": (("time",), times, {"long_name": "training time", "units": "1", "axis": "T"}),
        "width": (("network",), np.array([row[0] for row in rows], "i4"), {}),
        "seed": (("network",), np.array([row[1] for row in rows], "i4"), {}),
        "start": (("network",), np.array([row[2] for row in rows], "i4"), {}),
        "distance": (("network", "time"), distance, {}),
        "distance_at": (("time",), compared.astype("i4"), {}),
        "objective": (("network", "time"), frames["objective"] + 0.5 * distance**2, {}),
        "curve_prediction": (("network", "time", "curve"), flow.original(frames["curve"] + bend), {}),
        "particle_network": (("particle",), np.array([p[0] for p in final], "i4"), {}),
        "angle": (("particle",), np.array([p[1] for p in final]), {"units": "rad"}),
        "sign": (("particle",), np.array([p[2] for p in final]), {}),
        "mass": (("particle",), np.full(len(final), 0.05), {})})
    return distance


def distance_metrics(times, distance):
    rows, metrics = network_rows(), {}
    for t in COMPARED:
        column = distance[:, np.argmin(np.abs(times - t))]
        rms = [np.sqrt(np.mean(column[[r[0] == m and r[2] == 0 for r in rows]] ** 2)) for m in WIDTHS]
        slope = np.polyfit(np.log(WIDTHS), np.log(rms), 1)[0]
        metrics.update({f"prediction_distance.random.{m}@{t:g}": value for m, value in zip(WIDTHS, rms)})
        metrics.update({f"prediction_distance.random.slope@{t:g}": slope,
                        f"prediction_distance.random.slope_low@{t:g}": slope - 0.03,
                        f"prediction_distance.random.slope_high@{t:g}": slope + 0.03,
                        f"resolution_error@{t:g}": 4e-3 * (t / (t + 2))})
    return metrics


def training_run(run):
    flow, times, frames, rows = solve_motorcycle()
    run.mkdir(parents=True, exist_ok=True)
    columns = dict(zip(SERIES, rows.T))
    columns["prediction_distance.random.100"] = 0.05 * rows[:, 0] / (rows[:, 0] + 3)
    columns["min_potential"] = -0.4 / (1 + rows[:, 0])
    write_series(run, columns)
    write_fields(run, flow, times, frames)
    metrics = distance_metrics(times, write_particles(run, flow, times, frames))
    write_text(run, "Motorcycle data", {"metrics": metrics}, particles=(
        f"[particles]\nwidths = {WIDTHS}\nseeds = {SEEDS}\nat = {COMPARED}\n"
        "start = ['random', 'quadrature']\n"))


def curves_of(run):
    """(panel, x, y) of every curve of the figure `series`."""
    figure = series.draw([Run(run)])
    return [(axes.get_ylabel(), *map(np.asarray, line.get_data())) for axes in figure.axes for line in axes.lines]


class Checks:
    def __init__(self):
        self.failures = 0

    def expect(self, condition, text):
        print(("ok    " if condition else "FAILED ") + text, flush=True)
        self.failures += not condition

    def drawn(self, name, kind, folder, result):
        """The figure exists as PDF and PNG, is what stdout names, and was drawn without a warning."""
        paths = [folder / f"{kind}.pdf", folder / f"{kind}.png"]
        quiet = "Warning" not in result.stderr and "Error" not in result.stderr
        self.expect(result.returncode == 0 and quiet, f"{name}: exit {result.returncode} {result.stderr}")
        self.expect(result.stdout.split() == [str(path) for path in paths], f"{name}: paths on stdout")
        self.expect(all(path.is_file() and path.stat().st_size > 5000 for path in paths), f"{name}: files")
        self.expect(is_clean(paths[0]), f"{name}: PDF without date and Type 3 fonts")

    def refused(self, name, phrase, result):
        one_line = len(result.stderr.splitlines()) == 1 and phrase in result.stderr
        said = result.stderr.strip()
        self.expect(result.returncode == 2 and one_line, f"{name}: exit {result.returncode}, {said}")

    def same(self, first, second):
        """Every PDF of the second round equals that of the first."""
        paths = sorted(second.rglob("*.pdf"))
        self.expect(len(paths) > 0, "second round: files")
        for path in paths:
            there = first / path.relative_to(second)
            equal = there.is_file() and path.read_bytes() == there.read_bytes()
            self.expect(equal, f"same bytes twice: {path.name}")


def is_clean(pdf):
    content = pdf.read_bytes() if pdf.is_file() else b""
    return content.startswith(b"%PDF") and b"CreationDate" not in content and b"/Type3" not in content


def run_plot(given):
    """plot.py as a user starts it."""
    command = [sys.executable, str(FIGURES / "plot.py"), *map(str, given)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def call_plot(given):
    """The same in this process, which saves importing the libraries again."""
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as error:
        code = plot.main(list(map(str, given)))
    return subprocess.CompletedProcess(given, code, out.getvalue(), error.getvalue())


def lost_mass(path):
    """Largest relative difference between the mass over equal intervals and that of the run."""
    given = Run(path)
    drawn = Measure(given)
    edges = drawn.bins(most=100)
    masses = sum((drawn.binned(sign, edges) * np.diff(edges)).sum(axis=1) for sign in range(2))
    return np.abs(masses / given.field("mass").values - 1).max()


def write_runs(folder):
    training_run(folder / "mcycle")
    shutil.copytree(folder / "mcycle", folder / "grid_only", ignore=shutil.ignore_patterns("particles.nc"))
    drift_run(folder / "drift")
    drift_run(folder / "other", shift=0.2)
    study_run(folder / "study")
    claimed_run(folder / "claimed")
    networks_run(folder / "networks")
    baselines_run(folder / "baselines")
    ensemble_run(folder / "ensemble")
    fluctuations_run(folder / "fluctuations")
    (folder / "mcycle" / "optimum.csv").write_text("angle,mass\n0.5,2.0\n2.5,-1.0\n")
    several_run(folder / "plane", ["w", "b"], True, False)
    several_run(folder / "space", ["a", "w", "b"], False, True)


def lost_marginal(path):
    """Largest difference of the total mass between the density and its marginals."""
    measure = Map(Run(path))
    totals = []
    for pair in measure.pairs():
        widths = [np.diff(measure.coordinates[k].faces) for k in pair]
        totals.append(np.einsum("tsij,i,j->t", measure.marginal("density", pair), *widths))
    return np.abs(np.array(totals) - totals[0]).max()


def check_references(checks, curves):
    def has(words, x, y):
        return any(words in label and len(at) == len(x) and np.allclose(at, x) and np.allclose(values, y)
                   for label, at, values in curves)
    checks.expect(has("objective", [1.0], [0.25]), "an expected value stands at its time")
    checks.expect(has("objective", [2.0], [0.125]), "so does one of networks")
    checks.expect(has("deviation", [1.0, 2.0], [0.4, 0.44]), "so do those of a table")
    lines = [(label, at, values) for label, at, values in curves if len(at) == 2 and (values > 0).all()]
    rates = [-np.diff(np.log(values))[0] / np.diff(at)[0] for label, at, values in lines if "0.01" in label]
    slopes = [np.diff(np.log(values))[0] / np.diff(np.log(at))[0] for label, at, values in lines
              if label.startswith("mean")]
    checks.expect(len(rates) == 1 and np.isclose(rates[0], 2.0), "a rate is drawn where its limit is subtracted")
    checks.expect(len(slopes) == 1 and np.isclose(slopes[0], -1.5), "a slope is drawn in log-log")


def check_baselines(checks, path):
    """The flow at three passes a step, and a promised rate of its slope."""
    lines = [tuple(map(np.asarray, line.get_data())) for line in baselines.draw([Run(path)]).axes[0].lines]
    series = Run(path).series
    gap = (series["objective"] - 0.009) / 0.009
    flow = [at for at, values in lines if at.size and np.isin(values, gap).all()]
    checks.expect(len(flow) == 1 and np.isin(flow[0], 3 * series["step"]).all(), "a flow against its passes")
    rates = [np.exp(np.diff(np.log(values)) / np.diff(at)) for at, values in lines if at.size > 4]
    checks.expect(sum(np.allclose(rate, 0.95) for rate in rates) == 1, "a promised rate beside its method")


def check_fluctuations(checks, path):
    """Predicted, bound and counted variances, each width's intervals around what is counted."""
    axes = fluctuations.draw([Run(path)]).axes[0]
    lines = [np.array(line.get_ydata()) for line in axes.lines if len(line.get_ydata()) == 3]
    predicted = 0.5 * np.array([0.1, 1.0, 10.0])**-0.5
    for what, values in (("predicted", predicted), ("drawn anew", [0.51, 0.6, 1.5]), ("counted", 1.1 * predicted)):
        checks.expect(any(np.allclose(line, values) for line in lines), f"variances {what}")
    ends = [segment[:, 1] for bars in axes.containers for segment in bars.lines[2][0].get_segments()]
    expected = np.outer(np.tile(predicted, 2), [0.9, 1.3])
    checks.expect(np.allclose(ends, expected), "intervals of 95 % around what is counted")


def check_labels(checks):
    """Levels of a study by what is varied, by more of it where levels are alike, by numbers where it has no words."""
    uniform, atoms = {"law": "uniform", "from": 1}, {"law": "atoms"}
    one = level_labels({"vary": "problem.risk", "over": ["logistic", {"name": "exponential"}]}, {"values": [1, 2]})
    checks.expect(one == ["risk = logistic", "risk = exponential"], f"labels {one}")
    two = level_labels({"vary": ["p.initial", "p.plus"], "over": [[uniform, 0.5], [uniform, 1], [atoms, 0.5]]}, {})
    checks.expect(two[1] == "initial = uniform, plus = 1" and two[2] == "initial = atoms, plus = 0.5", f"labels {two}")
    rows = level_labels({"vary": "data.rows", "over": [[[1, 2]], [[3, 4]]]}, {"values": [1, 2]})
    alike = level_labels({"vary": "p.initial", "over": [uniform, uniform]}, {"values": [1, 2]})
    checks.expect(rows == ["rows = 1", "rows = 2"] and alike == ["initial = 1", "initial = 2"],
                  f"labels {rows}, {alike}")


def check(folder):
    write_runs(folder)
    checks, first, second = Checks(), folder / "first", folder / "second"
    mcycle, grid_only, study = folder / "mcycle", folder / "grid_only", folder / "study"
    drift, other = folder / "drift", folder / "other"
    checks.expect(lost_mass(mcycle) < 1e-12, "equal intervals keep the mass of cells and point cells")
    checks.expect(lost_marginal(folder / "space") < 1e-12, "marginals keep the mass")
    result = run_plot([mcycle, "--out", first / "training"])
    checks.drawn("training", "training", first / "training", result)
    cases = {"snapshots": ("snapshots", [drift]), "convergence": ("convergence", [study]),
             "overlay": ("series", [drift, other]), "levels": ("series", [study, "--kind", "series"]),
             "default": ("run", [grid_only]), "plane": ("snapshots", [folder / "plane"]),
             "plane_and_series": ("run", [folder / "plane", "--kind", "run"]),
             "space": ("snapshots", [folder / "space"]), "claimed": ("run", [folder / "claimed", "--kind", "run"]),
             "networks": ("widths", [folder / "networks", "--kind", "widths"]),
             "baselines": ("baselines", [folder / "baselines", "--kind", "baselines"]),
             "neurons": ("neurons", [mcycle, "--kind", "neurons"]), "ensemble": ("ensemble", [folder / "ensemble"]),
             "fluctuations": ("fluctuations", [folder / "fluctuations", "--kind", "fluctuations"])}
    for name, (kind, given) in cases.items():
        result = call_plot([*given, "--out", first / name])
        checks.drawn(name, kind, first / name, result)
    check_references(checks, curves_of(folder / "claimed"))
    check_baselines(checks, folder / "baselines")
    check_fluctuations(checks, folder / "fluctuations")
    check_labels(checks)
    call_plot([mcycle, "--out", second / "training"])
    checks.same(first, second)
    checks.refused("missing directory", "no such directory", run_plot([folder / "nowhere"]))
    checks.refused("foreign directory", "case.toml", call_plot([first]))
    checks.refused("missing file", "particles.nc", call_plot([grid_only, "--kind", "training"]))
    checks.refused("missing section", "particles.nc: the case has no [particles]", call_plot([folder / "networks", "--kind", "training"]))
    return checks.failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=pathlib.Path, help="keep run directories and figures in this folder")
    keep = parser.parse_args().keep
    if keep:
        return check(keep)
    with tempfile.TemporaryDirectory() as folder:
        return check(pathlib.Path(folder))


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
