# SPDX-License-Identifier: BSD-3-Clause
"""Counts the instructions of what must stay fast, whatever else the machine does, and compares them with those of FFTW's
transforms and of Eigen's matrix product in the same binary. A bound that breaks says that a loop is no longer vector code,
or that work is done twice; it lies a third above what was measured (docs/performance.md)."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

WORK = os.environ["WIDELIMIT_SPEED_WORK"]

# (work, times the unit at most, unit, why)
BOUNDS = [
    ("step", 4.6, "transforms", "three stages, each one transform there and back and one sweep"),
    ("circle", 0.71, "product", "a step of 2048 cells, 133 data: sums over sorted kinks and rows across point cells"),
    ("relu", 0.5, "product", "2048 points and 128 data"),
    ("tanh", 3.25, "product", "the same, with an exponential for each pair in both sums"),
    ("arcs", 0.155, "product", "4096 moving neurons and 133 data: vector sines and cosines, sums over sorted kinks"),
    ("boxes", 0.8, "product", "4096 moving neurons of three weights and 133 data: boxes of directions"),
    ("held", 2.1, "product", "1500 moving neurons of three weights, 133 data: tanh once for both sums"),
    ("grid-relu", 0.27, "product", "64 lines of 64 biases, 1024 data: boxes of two weights"),
    ("ridge-tanh", 4.8, "product", "the same by the ridge transform: one grid a direction, eight nodes a datum"),
]


def instructions(kind, times):
    with tempfile.TemporaryDirectory() as folder:
        out = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", WORK, kind, str(times)],
                             capture_output=True, text=True, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    return int(re.search(r"Collected : (\d+)", out.stderr).group(1))


def of_one(kind):
    """The start of the program and the first time left out."""
    return (instructions(kind, 4) - instructions(kind, 1)) / 3.0


def main():
    counts, failed = {}, 0
    for kind, most, unit, why in BOUNDS:
        for needed in (kind, unit):
            if needed not in counts:
                counts[needed] = of_one(needed)
        ratio = counts[kind] / counts[unit]
        failed += ratio > most
        print(f"{'ok   ' if ratio <= most else 'FAILS'} {kind}: {counts[kind]:.4g} instructions, {ratio:.3f} {unit}, "
              f"at most {most} ({why})")
    return failed > 0


if __name__ == "__main__":
    assert pathlib.Path(WORK).exists(), WORK
    sys.exit(main())
