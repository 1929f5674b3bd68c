# SPDX-License-Identifier: BSD-3-Clause
"""Error against time: the measure on grids (also with 16 steps of transport within one of the potential), networks from
quantiles, random networks, and the usual tensor library.

    python3 benchmarks/accuracy.py BUILD_DIRECTORY [--json FILE] [--figure FILE]

Three problems: the flagship (motorcycle data, ReLU, weight decay), a Langevin problem (tanh, noise), both by the root mean
square difference of predictions to a grid several times finer; and a wave under a kernel on a plane torus, by the relative
error of the discrepancy, which is known in closed form. One thread each; times are those of whole programs, for the tensor
library those of its loop. Random networks: root mean square over SEEDS. What is not installed is left out, with a message.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import netCDF4
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
SEEDS = 8

FLAGSHIP = f"""
[case]
title = "flagship"
[data]
file = "{ROOT}/validation/data/mcycle.csv"
inputs = ["times"]
target = "accel"
standardise = true
[network]
activation = "relu"
bias = true
train = ["input", "output"]
start = "balanced"
[problem]
risk = "square"
decay = 5e-3
[time]
end = 10.0
"""

LANGEVIN = """
[case]
title = "Langevin"
[data]
rows = [[-1.0, -0.8], [-0.6, -0.9], [-0.2, 0.3], [0.2, 0.1], [0.6, 0.8], [1.0, 0.6]]
[network]
activation = "tanh"
bias = true
train = ["input"]
output = { scale = 0.5, signs = "both" }
[problem]
risk = "square"
decay = 1.0
temperature = 0.1
initial = { law = "gaussian", deviation = 1.0 }
[time]
end = 2.0
"""

WAVE = """
[case]
title = "wave"
[problem]
name = "discrepancy"
kernel = { name = "sobolev", order = 1.0 }
target = { law = "uniform" }
initial = { law = "wave", mode = [1, -2], amplitude = 0.5 }
[time]
end = 1.0
largest_step = 0.02
"""


def circle(cells):
    return f"[grid.axes]\nangle = {{ cells = {cells} }}\n"


def plane(cells):
    return "[grid.axes]\n" + "".join(
        f'{name} = {{ from = -4, to = 4, cells = {cells}, sides = "no-flux" }}\n' for name in ("w", "b"))


def torus(cells):
    return "[grid.axes]\n" + "".join(
        f'{name} = {{ from = 0, to = {to}, cells = {cells}, sides = "periodic" }}\n' for name, to in (("x", 1), ("y", 1.5)))


class Program:
    """Runs cases with the binary in a folder of their own."""

    def __init__(self, build, folder):
        self.binary, self.folder, self.number = build / "bin/widelimit", pathlib.Path(folder), 0

    def run(self, text):
        """Directory, seconds of the processor."""
        self.number += 1
        case = self.folder / f"{self.number}.toml"
        case.write_text(text)
        before = os.times()
        subprocess.run([self.binary, "run", case, "--out", case.with_suffix(""), "--threads", "1", "--quiet"], check=True)
        after = os.times()
        return case.with_suffix(""), (after.children_user + after.children_system - before.children_user
                                      - before.children_system)


def last(directory, name):
    with netCDF4.Dataset(directory / "fields.nc") as fields:
        return np.array(fields[name][-1])


def summary(directory):
    return json.loads((directory / "summary.json").read_text())["metrics"]


def networks(widths, seeds, start, end, more=""):
    return (f'[particles]\nwidths = [{", ".join(map(str, widths))}]\nseeds = {seeds}\nstart = "{start}"\nend = {end}\n'
            f"resolution = false\nat = [{end}]\n{more}\n")


def with_substeps(case):
    return case.replace("[time]\n", '[time]\nstepper = "split"\nsubsteps = 16\n')


def predictions(program, case, grid, cells, finest, end, starts, more, rows):
    """Grids and networks of a problem with data; returns the reference."""
    title = case.split('title = "')[1].split('"')[0]
    reference, _ = program.run(case + grid(finest))
    truth = last(reference, "prediction")
    for method, way in (("measure on a grid", case), ("measure, 16 substeps", with_substeps(case))):
        for n in cells:
            directory, taken = program.run(way + grid(n))
            error = float(np.sqrt(np.mean((last(directory, "prediction") - truth)**2)))
            report(rows, title, method, n, taken, error)
    for start, widths in starts.items():
        both, _ = program.run(case + grid(finest) + networks(widths, SEEDS if start == "random" else 1, start, end, more))
        for width in widths:
            _, taken = program.run(case + networks([width], 1, start, end, more))
            error = summary(both)[f"prediction_distance.{start}.{width}"]
            report(rows, title, f"{start} networks", width, taken, error)
    return reference, truth


def wave(program, rows):
    for n in (40, 80, 160, 320):
        directory, taken = program.run(WAVE + torus(n))
        report(rows, "wave", "measure on a grid", n * n, taken, abs(summary(directory)["discrepancy_error"]))
    directory, _ = program.run(WAVE + torus(640))
    truth = summary(directory)["objective"]
    for width in (300, 3000, 30000):
        directory, taken = program.run(WAVE + torus(16) + networks([width], SEEDS, "random", 1.0))
        with netCDF4.Dataset(directory / "particles.nc") as file:
            found = np.array(file["objective"][:]).reshape(SEEDS, -1)[:, -1]
        report(rows, "wave", "random networks", width, taken / SEEDS, float(np.sqrt(np.mean((found / truth - 1.0)**2))))


def tensor_library(reference, truth, rows):
    """Both layers of the flagship's network trained as a script would: full batch, steps of 0.02 times the width."""
    try:
        import torch
    except ImportError as error:
        print(f"tensor library: left out, {error}")
        return
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    with netCDF4.Dataset(reference / "fields.nc") as fields:
        own = [np.array(fields[name][:]) for name in ("input", "target")]
    x, y = (torch.tensor((values - values.mean()) / values.std()) for values in own)
    x = torch.stack([x, torch.ones_like(x)], dim=1)
    for width, seeds in ((100, 4), (1000, 4), (10000, 2)):
        errors, taken = [], 0.0
        for seed in range(seeds):
            torch.manual_seed(seed)
            angle = 2.0 * np.pi * torch.rand(width)
            w = torch.stack([torch.cos(angle), torch.sin(angle)]).requires_grad_()
            a = torch.sign(torch.rand(width) - 0.5).requires_grad_()
            optimiser = torch.optim.SGD([w, a], lr=0.02 * width, weight_decay=5e-3 / width)
            before = time.process_time()
            for _ in range(500):
                optimiser.zero_grad()
                loss = 0.5 * torch.mean((torch.relu(x @ w) @ a / width - y)**2)
                loss.backward()
                optimiser.step()
            taken += time.process_time() - before
            with torch.no_grad():
                f = (torch.relu(x @ w) @ a / width).numpy()
            errors.append(np.mean((f - truth)**2))
        report(rows, "flagship", "tensor library", width, taken / seeds, float(np.sqrt(np.mean(errors))))


def report(rows, problem, method, size, seconds, error):
    rows.append({"problem": problem, "method": method, "size": size, "seconds": seconds, "error": error})
    print(f"{problem:10} {method:20} {size:>8} {seconds:9.3f} s   error {error:.2e}", flush=True)


LOOK = {"measure on a grid": ("#0072B2", "o", "-"), "measure, 16 substeps": ("#56B4E9", "D", "-"),
        "quadrature networks": ("#009E73", "s", "--"),
        "random networks": ("#D55E00", "^", "-."), "tensor library": ("#000000", "x", ":")}
LABELS = {"flagship": "error of predictions (rms)", "Langevin": "error of predictions (rms)",
          "wave": "relative error of $D$"}


def draw(rows, path):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib import ticker
    plt.rcParams.update({"font.size": 8, "axes.spines.top": False, "axes.spines.right": False})
    figure, axes = plt.subplots(1, 3, figsize=(7.0, 2.6))
    figure.subplots_adjust(left=0.09, right=0.99, top=0.9, bottom=0.36, wspace=0.45)
    for axis, (problem, label) in zip(axes, LABELS.items()):
        for method, (colour, marker, line) in LOOK.items():
            points = [(row["seconds"], row["error"]) for row in rows if (row["problem"], row["method"]) == (problem, method)]
            if points:
                axis.loglog(*zip(*points), color=colour, marker=marker, linestyle=line, markersize=4, linewidth=1)
        axis.set(title=problem, xlabel="processor time (s)", ylabel=label)
        # A panel may span less than a decade of times.
        axis.xaxis.set_major_locator(ticker.LogLocator(subs=(1.0, 3.0)))
        axis.xaxis.set_major_formatter(ticker.FormatStrFormatter("%g"))
        axis.xaxis.set_minor_formatter(ticker.NullFormatter())
    handles = [plt.Line2D([], [], color=c, marker=m, linestyle=s, markersize=4, linewidth=1) for c, m, s in LOOK.values()]
    figure.legend(handles, LOOK, loc="lower center", ncol=3, frameon=False)
    figure.savefig(path)
    figure.savefig(pathlib.Path(path).with_suffix(".png"), dpi=150)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path, help="build directory with the binary")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--figure", type=pathlib.Path)
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        program = Program(options.build, folder)
        reference, truth = predictions(program, FLAGSHIP, circle, (256, 512, 1024, 2048), 8192, 10.0,
                                       {"random": (100, 1000, 10000), "quadrature": (100, 1000)}, "", rows)
        tensor_library(reference, truth, rows)
        predictions(program, LANGEVIN, plane, (16, 32, 64), 128, 2.0, {"random": (100, 1000, 10000)}, "step = 0.01", rows)
        wave(program, rows)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")
    if options.figure:
        draw(rows, options.figure)


if __name__ == "__main__":
    sys.exit(main())
