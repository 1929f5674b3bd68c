# SPDX-License-Identifier: BSD-3-Clause
"""What users would write instead, timed beside us on the same work, one thread each.

    python3 benchmarks/peers/peers.py BUILD_DIRECTORY [--json FILE]

flow       a stage of ssp-rk3 of rho_t = div(rho grad(K * rho)) on a torus, second order (van Leer), a step of fixed
           length: NumPy with SciPy's transforms; petsc4py (TS, its own ssp-rk3); widelimit run.  All start alike and must
           end alike, to round-off of the transforms.
particles  gradient descent of a ReLU network with three input weights a neuron, logistic loss, full batch: the usual
           tensor library's autograd and its hand-written gradient, NumPy, and benchmark_features.

A peer that is not installed is left out, with a message.
"""
import argparse
import glob
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
from scipy import fft

WIDTH, STEPS, DT = 0.1, 20, 2e-4


START = {}  # of our run, by the number of cells


def density(cells):
    return START[cells].copy()


def symbol(cells):
    """Of K(z) = exp(-|z|^2 / (2 WIDTH^2)), summed over all turns: its coefficients times what irfft2 divides by."""
    one = np.sqrt(2.0 * np.pi) * WIDTH * np.exp(-0.5 * (2.0 * np.pi * WIDTH * fft.fftfreq(cells, 1.0 / cells))**2)
    return cells**2 * np.outer(one, one[:cells // 2 + 1])


def slope(a, b):
    """Half of van Leer's limited slope between two differences."""
    size = np.abs(a) + np.abs(b) + np.finfo(float).tiny
    return 0.5 * (a * np.abs(b) + np.abs(a) * b) / size


def divergence(mass, psi, cells):
    """Rate of the masses of cells."""
    out = np.zeros_like(mass)
    for axis in (0, 1):
        rise = np.roll(mass, -1, axis) - mass
        half = slope(np.roll(rise, 1, axis), rise)
        drop = psi - np.roll(psi, -1, axis)
        value = np.where(drop > 0.0, mass + half, np.roll(mass - half, -1, axis))
        flux = cells**2 * drop * np.maximum(value, 0.0)
        out += np.roll(flux, 1, axis) - flux
    return out


class Flow:
    """rate(mass) as a user of NumPy writes it."""

    def __init__(self, cells):
        self.cells, self.symbol = cells, symbol(cells)

    def rate(self, mass):
        psi = fft.irfft2(self.symbol * fft.rfft2(mass), s=mass.shape)
        return divergence(mass, psi, self.cells)


def numpy_flow(cells, steps):
    flow, mass = Flow(cells), density(cells)
    start = time.process_time()
    for _ in range(steps):
        first = mass + DT * flow.rate(mass)
        second = 0.75 * mass + 0.25 * (first + DT * flow.rate(first))
        mass = mass / 3.0 + 2.0 / 3.0 * (second + DT * flow.rate(second))
    return mass, (time.process_time() - start) / (3 * steps)


def petsc_flow(cells, steps):
    sys.path.extend(glob.glob("/usr/lib/petscdir/*/*/lib/python3/dist-packages"))  # where Debian has it
    import petsc4py
    petsc4py.init([])
    from petsc4py import PETSc
    flow = Flow(cells)
    state = PETSc.Vec().createSeq(cells**2)
    state.setArray(density(cells).ravel())

    def right_side(_, __, x, out):
        out.setArray(flow.rate(x.getArray(readonly=True).reshape(cells, cells)).ravel())

    solver = PETSc.TS().create()
    solver.setType(PETSc.TS.Type.SSP)
    PETSc.Options().setValue("ts_ssp_type", "rks3")
    PETSc.Options().setValue("ts_ssp_nstages", 4)
    solver.setRHSFunction(right_side, state.duplicate())
    solver.setTimeStep(DT)
    solver.setMaxTime(DT * steps)
    solver.setMaxSteps(steps)
    solver.setExactFinalTime(PETSc.TS.ExactFinalTime.MATCHSTEP)
    solver.setFromOptions()
    start = time.process_time()
    solver.solve(state)
    return state.getArray().reshape(cells, cells), (time.process_time() - start) / (4 * steps)


CASE = """
[case]
title = "What peers compute"
[problem]
name = "discrepancy"
kernel = {{ name = "gaussian", width = {width} }}
initial = {{ law = "wave", mode = [1, 0], amplitude = 0.5 }}
[grid.axes]
x = {{ from = 0, to = 1, cells = {cells}, sides = "periodic" }}
y = {{ from = 0, to = 1, cells = {cells}, sides = "periodic" }}
[time]
end = {end}
largest_step = {dt}
stepper = "ssp-rk3"
[output]
series = {{ every = {end} }}
snapshots = {{ every = {end} }}
"""


def our_run(binary, cells, steps, folder):
    case = pathlib.Path(folder) / f"peer-{cells}-{steps}.toml"
    case.write_text(CASE.format(width=WIDTH, cells=cells, end=DT * steps, dt=DT))
    out = case.with_suffix(".run")
    start = os.times()
    subprocess.run([binary, "run", case, "--out", out, "--threads", "1", "--quiet"], check=True)
    end = os.times()
    taken = end.children_user + end.children_system - start.children_user - start.children_system
    import netCDF4
    with netCDF4.Dataset(out / "fields.nc") as fields:
        frames = np.array(fields["density"]).reshape(-1, cells, cells) / cells**2
        START[cells], mass = frames[0], frames[-1]
    made = json.loads((out / "summary.json").read_text())["metrics"]["steps"]
    return mass, taken, made


def our_flow(binary, cells, steps):
    """Whole program with limits, guards and files: the difference of two runs, so that the start does not count."""
    with tempfile.TemporaryDirectory() as folder:
        few, before, first = our_run(binary, cells, steps, folder)
        _, after, last = our_run(binary, cells, 5 * steps, folder)
    return few, (after - before) / (3 * (last - first))


def report(kind, size, name, seconds, unit, rows):
    rows.append({"kind": kind, "size": size, "name": name, "value": seconds, "unit": unit})
    print(f"{kind:10} {size:>12} {name:34} {seconds:12.4g} {unit}", flush=True)


def compare_flows(build, rows):
    for cells in (256, 1024):
        found = {}
        peers = {"widelimit run": lambda: our_flow(build / "bin/widelimit", cells, STEPS),
                 "NumPy, SciPy": lambda: numpy_flow(cells, STEPS if cells < 1000 else STEPS // 4),
                 "petsc4py, NumPy": lambda: petsc_flow(cells, STEPS if cells < 1000 else STEPS // 4)}
        for name, peer in peers.items():
            try:
                found[name], taken = peer()
            except ImportError as error:
                print(f"{name}: left out, {error}")
                continue
            report("flow", f"{cells} x {cells}", name, 1e9 * taken / cells**2, "ns a cell and stage", rows)
        if cells == 256:
            difference = np.abs(found["widelimit run"] - found["NumPy, SciPy"]).max() / found["NumPy, SciPy"].max()
            change = np.abs(found["widelimit run"] - START[cells]).max() / START[cells].max()
            print(f"           densities changed by {change:.1e}, largest difference {difference:.1e}")
            assert difference < 1e-12, "not the same work"


def numpy_particles(width, data, steps):
    rng = np.random.default_rng(1)
    x, a = rng.uniform(-1.0, 1.0, (data, 3)), np.sign(rng.uniform(-1.0, 1.0, width))
    x[:, 2], y, w = 1.0, np.sign(x[:, 0]), rng.uniform(-1.0, 1.0, (width, 3))
    start = time.process_time()
    for _ in range(steps):
        z = w @ x.T
        f = a @ np.maximum(z, 0.0) / width
        r = -y / (1.0 + np.exp(y * f)) / data
        w -= 1e-3 * (a[:, None] * (((z > 0.0) * r) @ x))
    return width * steps / (time.process_time() - start)


def torch_particles(width, data, steps):
    import torch
    torch.set_num_threads(1)
    torch.manual_seed(1)
    torch.set_default_dtype(torch.float64)
    x = torch.rand(data, 2) * 2.0 - 1.0
    y = torch.sign(x[:, 0])
    hidden = torch.nn.Linear(2, width)
    a = torch.sign(torch.rand(width) - 0.5)
    optimiser = torch.optim.SGD(hidden.parameters(), lr=1e-3 * width)
    start = time.process_time()
    for _ in range(steps):
        optimiser.zero_grad()
        f = torch.relu(hidden(x)) @ a / width
        torch.nn.functional.softplus(-y * f).mean().backward()
        optimiser.step()
    return width * steps / (time.process_time() - start)


def torch_by_hand(width, data, steps):
    import torch
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    x = torch.rand(data, 3) * 2.0 - 1.0
    x[:, 2] = 1.0
    y, a, w = torch.sign(x[:, 0]), torch.sign(torch.rand(width) - 0.5), torch.rand(width, 3) * 2.0 - 1.0
    start = time.process_time()
    for _ in range(steps):
        z = w @ x.T
        r = -y * torch.sigmoid(-y * (a @ torch.relu(z) / width)) / data
        w -= 1e-3 * (a[:, None] * (((z > 0.0) * r) @ x))
    return width * steps / (time.process_time() - start)


def our_particles(build, width, data):
    out = subprocess.run([build / "benchmarks/benchmark_features", "--benchmark_format=json",
                          f"--benchmark_filter=particles/width:{width}/data:{data}/"],
                         check=True, capture_output=True, text=True)
    return json.loads(out.stdout)["benchmarks"][0]["updates_per_s"]


def compare_particles(build, rows):
    for width, data in ((1000, 100), (100000, 100), (100000, 1000)):
        steps = 200 if width < 10000 else max(2, 400 // data)
        peers = {"widelimit": lambda: our_particles(build, width, data),
                 "PyTorch, autograd": lambda: torch_particles(width, data, steps),
                 "PyTorch, gradient by hand": lambda: torch_by_hand(width, data, steps),
                 "NumPy": lambda: numpy_particles(width, data, steps)}
        for name, peer in peers.items():
            try:
                rate = peer()
            except ImportError as error:
                print(f"{name}: left out, {error}")
                continue
            report("particles", f"{width} x {data}", name, 1e-6 * rate, "million neurons a second", rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path, help="build directory with binary and benchmarks")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    rows = []
    compare_flows(options.build, rows)
    compare_particles(options.build, rows)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
