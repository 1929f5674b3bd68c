# SPDX-License-Identifier: BSD-3-Clause
"""Runs of the real binary, and the comparison of what they leave bit by bit.

The environment variable WIDELIMIT names the binary; without it that of the release preset is taken.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import netCDF4
import numpy

TREE = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.path.abspath(os.environ.get("WIDELIMIT", TREE / "build/release/bin/widelimit"))

NETWORK = """
[data]
rows = [[-2.0, 0.1], [-1.0, -0.9], [-0.5, 0.2], [0.0, 1.0], [0.6, 0.4], [1.0, -0.8], [1.5, -0.2], [2.0, 0.6]]
[network]
activation = "relu"
[problem]
decay = 5e-3
"""

# 133 points.
MOTORCYCLE = f"""
[data]
file = "{TREE}/validation/data/mcycle.csv"
inputs = ["times"]
target = "accel"
[network]
activation = "relu"
[problem]
decay = 5e-3
"""

# A handful of steps, all of them with a row, a frame and a checkpoint.
TINY = NETWORK + """
[grid.axes]
angle = { cells = 16 }
[time]
end = 0.2
largest_step = 0.05
[particles]
widths = [3, 10]
seeds = 2
slope_from = 3
[output]
checkpoint = 1e-9
curve = 5
series = { every = 0.05 }
snapshots = { every = 0.05 }
"""


class Failure(Exception):
    """What a run did and should not have done."""


def expect(condition, *what):
    if not condition:
        raise Failure(" ".join(str(part) for part in what))


def widelimit(*arguments, **options):
    """Output as text, standard input closed; ends what takes longer than a minute."""
    options = {"capture_output": True, "stdin": subprocess.DEVNULL, "timeout": 60, "text": True,
               "errors": "replace", **options}
    return subprocess.run([BINARY, *map(str, arguments)], **options)


def said(answer):
    return f"exit {answer.returncode}: {(answer.stderr or '').strip()[-600:]}"


def put_case(folder, text, name="case"):
    path = pathlib.Path(folder) / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def finished(case, directory, *arguments, **options):
    """Runs the case to its end."""
    answer = widelimit("run", case, "--out", directory, "--quiet", *arguments, **options)
    expect(answer.returncode == 0, "run", *arguments, said(answer))
    return results(directory)


def variables(path):
    with netCDF4.Dataset(path) as file:
        file.set_auto_maskandscale(False)
        return {name: numpy.ascontiguousarray(variable[...]) for name, variable in file.variables.items()}


def results(directory):
    """{name: bytes or text}: rows, variables and metrics of a run and of the levels below it."""
    directory = pathlib.Path(directory)
    found = {}
    for path in sorted(directory.rglob("*")):
        name = str(path.relative_to(directory))
        if path.name == "series.csv":
            found[name] = path.read_bytes()
        elif path.name in ("fields.nc", "particles.nc"):
            for variable, values in variables(path).items():
                found[f"{name}:{variable}"] = (values.dtype.str, values.shape, values.tobytes())
        elif path.name == "summary.json":
            summary = json.loads(path.read_text())
            for key in ("status", "time_reached", "metrics", "guarantees", "study", "fingerprint"):
                found[f"{name}:{key}"] = json.dumps(summary.get(key), sort_keys=True)
    return found


def differences(found, expected):
    return [name for name in sorted({*found, *expected}) if found.get(name) != expected.get(name)]


def expect_same(found, expected, *what):
    differing = differences(found, expected)
    expect(not differing, *what, "differs in", ", ".join(differing))


def expect_readable(directory):
    """Every fields.nc below the directory opens, and its whole frames can be read."""
    for path in pathlib.Path(directory).rglob("fields.nc"):
        try:
            values = variables(path)
        except OSError as error:
            raise Failure(f"{path}: {error}") from error
        frames = {values[name].shape[0] for name in ("time", "density", "potential", "mass")}
        expect(len(frames) == 1, path, "frames", frames)
        expect(numpy.isfinite(values["density"]).all() and (numpy.diff(values["time"]) > 0).all(),
               path, "holds a frame that was not written")


def tree_of(directory):
    """{path: (mode, mtime, contents)} below a directory; of itself the mode alone, as a lock comes and goes."""
    directory = pathlib.Path(directory)
    if not directory.exists():
        return {}
    found = {".": directory.stat().st_mode}
    for path in sorted(directory.rglob("*")):
        facts = path.stat()
        found[str(path.relative_to(directory))] = (facts.st_mode, facts.st_mtime_ns,
                                                   path.read_bytes() if path.is_file() else None)
    return found


def scratch():
    return tempfile.TemporaryDirectory(prefix="widelimit-")


def main(checks, *arguments):
    """Calls each check with a fresh folder; prints what failed and returns the exit code."""
    chosen = [name for name in sys.argv[1:] if not name.startswith("-")]
    failed = 0
    for check in checks:
        name = check.__name__.replace("_", " ")
        if chosen and not any(re.search(pattern, check.__name__) for pattern in chosen):
            continue
        with scratch() as folder:
            try:
                remark = check(pathlib.Path(folder), *arguments)
                print(f"ok    {name}" + (f": {remark}" if remark else ""), flush=True)
            except (Failure, OSError, subprocess.TimeoutExpired) as error:
                failed += 1
                print(f"FAILS {name}: {error}", flush=True)
    print(f"{failed} failed")
    return 1 if failed else 0
