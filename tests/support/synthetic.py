# SPDX-License-Identifier: BSD-3-Clause
"""Run directories as the solver writes them, made up for the tests of the figures."""

import json

import netCDF4
import numpy as np

SERIES = ["time", "step", "dt", "objective", "risk", "mass", "dissipation", "min_density"]


def write_text(run, title, summary, figure="", particles="", claims=""):
    run.mkdir(parents=True, exist_ok=True)
    (run / "case.toml").write_text(
        f'[case]\ntitle = "{title}"\n[time]\nend = 100.0\n{particles}{claims}[figure]\n{figure}')
    summary = {"status": "done", "time_reached": 100.0, "metrics": {}, "guarantees": {}, **summary}
    (run / "summary.json").write_text(json.dumps(summary, indent=2))


def write_series(run, columns):
    table = np.column_stack(list(columns.values()))
    header = ",".join(columns)
    np.savetxt(run / "series.csv", table, delimiter=",", header=header, comments="", fmt="%.10g")


def write_netcdf(path, variables):
    """variables: name -> (dimensions, values, attributes); an unlimited dimension may only come first."""
    leads = all("time" not in dimensions[1:] for dimensions, _, _ in variables.values())
    with netCDF4.Dataset(path, "w", format="NETCDF3_64BIT_DATA") as file:
        for name, (dimensions, values, attributes) in variables.items():
            values = np.asarray(values)
            for dimension, size in zip(dimensions, values.shape):
                if dimension not in file.dimensions:
                    file.createDimension(dimension, None if leads and dimension == "time" else size)
            variable = file.createVariable(name, values.dtype, dimensions)
            variable.setncatts(attributes)
            variable[:] = values


def gaussian(x, mean, deviation):
    return np.exp(-0.5 * ((x - mean) / deviation) ** 2) / (deviation * np.sqrt(2 * np.pi))


def several_run(run, names, signs, exact):
    """A Gaussian that turns and shrinks over two or three coordinates, with the neurons of a network."""
    times = np.array([0.0, 0.1, 0.3, 1.0, 3.0])
    faces = [np.linspace(-3, 3, 25 + k) for k in range(len(names))]
    centres = [0.5 * (f[1:] + f[:-1]) for f in faces]
    places = np.meshgrid(*centres, indexing="ij")
    density = []
    for t in times:
        middle = [np.cos(t + k) for k in range(len(names))]
        one = np.prod([gaussian(x, m, 0.4 + 0.6 * np.exp(-t)) for x, m in zip(places, middle)], axis=0)
        density.append(np.stack([one, one[::-1]]) / 2 if signs else one)
    row = ("time", "sign", *names) if signs else ("time", *names)
    variables = {"time": (("time",), times, {"units": "1"}), "density": (row, np.array(density), {})}
    if signs:
        variables["sign"] = (("sign",), np.array([1, -1], "i4"), {})
    if exact:
        variables["exact"] = (row, np.array(density), {})
    for name, f, c in zip(names, faces, centres):
        variables[name] = ((name,), c, {"units": "1", "long_name": "weight", "bounds": f"{name}_bounds"})
        variables[f"{name}_bounds"] = ((name, "bounds"), np.stack([f[:-1], f[1:]], axis=1), {})
    write_text(run, "Several coordinates", {}, figure='kind = "snapshots"\n')
    write_netcdf(run / "fields.nc", variables)
    draw = np.random.default_rng(1)
    write_netcdf(run / "particles.nc", {
        "width": (("network",), np.array([10, 100], "i4"), {}),
        "particle_network": (("particle",), np.repeat([0, 1], [10, 100]).astype("i4"), {}),
        "sign": (("particle",), np.tile([1.0, -1.0], 55), {}),
        **{name: (("particle",), draw.standard_normal(110), {}) for name in names}})
    write_series(run, {**dict(zip(SERIES, [times, times, times, np.exp(-times), 0 * times, 1 + 0 * times,
                                           times, times])), "mean.w": np.cos(times)})


def drift_run(run, shift=0.0):
    """A Gaussian moving towards an absorbing wall at r = 0, which holds what has arrived."""
    times = np.array([0.0, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0])
    faces = np.linspace(0, 5, 201)
    r = 0.5 * (faces[1:] + faces[:-1])
    mean, deviation = 3.2 * np.exp(-times) - 0.2, 0.45 * np.sqrt(1 - 0.5 * np.exp(-2 * times))
    exact = gaussian(r[None], mean[:, None], deviation[:, None])
    inside = exact.sum(axis=1) * (r[1] - r[0])
    write_text(run, "Drift towards a wall", {}, figure='kind = "snapshots"\n')
    write_netcdf(run / "fields.nc", {
        "time": (("time",), times, {"long_name": "time", "units": "1"}),
        "r": (("r",), r, {"units": "1", "long_name": "radius", "bounds": "r_bounds"}),
        "r_bounds": (("r", "bounds"), np.stack([faces[:-1], faces[1:]], axis=1), {}),
        "kink": (("kink",), np.array([0.0, 2.5]), {}),
        "density": (("time", "r"), exact * (1 + 0.04 * np.sin(3 * r)), {}),
        "exact": (("time", "r"), exact, {}),
        "atom": (("time", "kink"), np.stack([np.maximum(1 - inside, 0), 0.02 * times], axis=1), {}),
        "objective": (("time",), np.exp(-times), {}),
        "mass": (("time",), np.ones_like(times), {})})
    t = np.linspace(0, 3, 150)
    write_series(run, {**dict(zip(SERIES, [
        t, np.arange(len(t)), np.full_like(t, 0.02), (0.5 + shift) * np.exp(-2 * t) + 0.01,
        0.5 * np.exp(-2 * t), np.ones_like(t) * (1 + 0.1 * shift), np.exp(-4 * t), np.zeros_like(t)])),
        "mean.r": 3.2 * np.exp(-(1 + shift) * t), "deviation.r": 0.45 * np.sqrt(1 - 0.5 * np.exp(-2 * t)),
        "mean_square_error": (1 + shift) * np.exp(-2 * t)})


def study_run(run):
    cells = [64, 128, 256, 512]
    metrics = {"l1_error": [3.1e-3, 7.95e-4, 2.0e-4, 5.03e-5], "max_error": [9e-3, 2.5e-3, 6.6e-4, 1.7e-4],
               "prediction_error": [1.2e-3, 3.2e-4, 8.2e-5, 2.1e-5]}
    orders = {name: list(np.log2(np.array(e[:-1]) / e[1:])) for name, e in metrics.items()}
    claims = "".join(f'[[claim]]\nmetric = "{name}"\norder = 2.0\nwithin = 0.15\n' for name in metrics)
    study = {"key": "grid.axes.angle.cells", "values": cells, "orders": orders,
             "metrics": {**metrics, "steps": [10, 20, 40, 80]}}
    write_text(run, "Order of the scheme", {"study": study}, claims=claims)
    for level in range(len(cells)):
        drift_run(run / "levels" / str(level), shift=2.0 ** -(level + 2))


def claimed_run(run):
    """With expected values, of the run and of its networks, a slope, and a rate towards a limit."""
    drift_run(run)
    claims = [("objective", "at = 1.0\nis = 0.25\nwithin = 0.1"),
              ("energy.random.20", "at = 2.0\nis = 0.125\nrelative = 0.1"),
              ("objective", "rate = 2.0\nwithin = 0.1\nduring = [0.5, 1.5]\nlimit = 0.01"),
              ("mean.r", "slope = -1.5\nwithin = 0.1\nduring = [1.0, 2.0]"),
              ("deviation.r", 'table = "deviations.csv"\ncolumn = "deviation"\nrelative = 0.2')]
    (run / "deviations.csv").write_text("time,deviation\n1.0,0.4\n2.0,0.44\n")
    write_text(run, "Drift with claims", {},
               claims="".join(f'[[claim]]\nmetric = "{name}"\n{verb}\n' for name, verb in claims))


def baselines_run(run):
    """Gaps of two methods, one of them with a promised rate, and a flow above a known optimum."""
    drift_run(run)
    metrics = {"baseline_promise.saga": 0.95, "baseline_promise.sgd": 1.0, "optimum_low": 0.009, "evaluations": 447.0,
               "steps": 149.0}
    write_text(run, "Baselines", {"metrics": metrics})
    passes = np.arange(200)
    np.savetxt(run / "baselines.csv", np.column_stack([passes, 0.9**passes, 1 / (1 + passes)]), delimiter=",",
               header="pass,saga,sgd", comments="", fmt="%.10g")


def ensemble_run(run):
    """Networks of two widths alone, whose mass grows and whose margin tends to a limit."""
    times, widths = np.linspace(0, 5, 21), np.repeat([10, 100], 3).astype("i4")
    rates = 0.7 + 0.1 * np.arange(6)[:, None] / widths[:, None]
    row = ("network", "time")
    claim = '[[claim]]\nmetric = "network_margin.random.100"\nis = 0.2\nwithin = 0.01\n'
    write_text(run, "Networks alone", {}, claims=claim)
    write_netcdf(run / "particles.nc", {
        "time": (("time",), times, {"units": "1"}), "width": (("network",), widths, {}),
        "start": (("network",), 0 * widths, {}), "objective": (row, -np.exp(rates * times), {}),
        "network_mass": (row, np.exp(rates * times), {}), "margin": (row, 0.2 - np.exp(-rates * times), {})})


def fluctuations_run(run):
    """Variances and biases of networks of two widths at three times, a tenth above what is predicted."""
    times = np.array([0.1, 1.0, 10.0])
    predicted = {"predicted_variance": 0.5 * times**-0.5, "predicted_objective_bias": 0.2 + 0 * times,
                 "resampling_variance": 0.5 + 0.1 * times}
    metrics = {f"{name}@{t:g}": value for name, line in predicted.items() for t, value in zip(times, line)}
    for counted, ratio, line in (("scaled_variance", "variance_ratio", "predicted_variance"),
                                 ("scaled_objective_bias", "objective_bias_ratio", "predicted_objective_bias")):
        for width in (10, 100):
            for t, value in zip(times, predicted[line]):
                metrics[f"{counted}.random.{width}@{t:g}"] = 1.1 * value
                metrics[f"{ratio}.random.{width}@{t:g}"] = 1.1
                metrics[f"{ratio}_low.random.{width}@{t:g}"] = 0.9
                metrics[f"{ratio}_high.random.{width}@{t:g}"] = 1.3
    write_text(run, "Fluctuations", {"metrics": metrics})
    write_netcdf(run / "fluctuations.nc", {
        "time": (("time",), times, {"units": "1"}), "variance": (("time", "node"), np.ones((3, 2)), {}),
        "objective_bias": (("time",), predicted["predicted_objective_bias"], {})})


def networks_run(run):
    """A study of three levels with energies of networks."""
    widths, levels = (4, 8, 16), np.array([1.0, 2.0, 3.0])
    metrics = {f"energy.quadrature.{m}": list(levels * (1 + 4 / m)) for m in widths}
    study = {"key": "x", "values": list(levels), "metrics": metrics, "orders": {}}
    write_text(run, "Energies against widths", {"study": study})
    for level in range(3):
        drift_run(run / "levels" / str(level))
