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
