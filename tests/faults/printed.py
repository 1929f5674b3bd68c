# SPDX-License-Identifier: BSD-3-Clause
"""What a run with a grid and particles prints of their distances: numbers, of what the problem has."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.runs import NETWORK, expect, main, put_case, said, widelimit

GRID_AND_NETWORKS = NETWORK + """
[grid.axes]
angle = { cells = 32 }
[time]
end = 0.1
[particles]
widths = [5, 20]
seeds = 2
"""

KERNEL = """
[problem]
name = "discrepancy"
kernel = { name = "gaussian", width = 0.2 }
target = { law = "gaussian", mean = 0.45, deviation = 0.1 }
initial = { law = "uniform", from = 0.0, to = 1.0 }
[grid.axes]
x = { from = 0, to = 1, cells = 32 }
[time]
end = 0.1
[particles]
widths = [5, 20]
seeds = 2
"""


def table(folder, text):
    """The title of the table and what it says of each width."""
    answer = widelimit("run", put_case(folder, text), "--out", folder / "run")
    expect(answer.returncode == 0, said(answer))
    title, rows = answer.stdout[answer.stdout.index("  distance of"):].split("\n", 1)
    found = dict(re.findall(r"^ +(5|20) +(\S+)$", rows, re.MULTILINE))
    expect(set(found) == {"5", "20"}, "no row for each width in", answer.stdout)
    return title, [float(value) for value in found.values()], answer.stdout


def networks(folder):
    title, values, text = table(folder, GRID_AND_NETWORKS)
    expect("of networks" in title and "grid error" in text, "another table:", text)
    expect(all(0.0 < value < 10.0 for value in values), "distances of predictions are", values)


def particles_under_a_kernel(folder):
    title, values, text = table(folder, KERNEL)
    expect("of the energy" in title and "nan" not in text, "another table:", text)
    expect(all(0.0 < value < 1.0 for value in values), "distances of the energy are", values)


if __name__ == "__main__":
    sys.exit(main([networks, particles_under_a_kernel]))
