# SPDX-License-Identifier: BSD-3-Clause
"""What `widelimit certify` says and writes: its networks, in the data's units, are evaluated here.

    WIDELIMIT=build/release/bin/widelimit python certify_command.py
"""

import csv
import json
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import runs

DATA = "dose,response\n" + "".join(f"{x},{y}\n" for x, y in (
    (10, 3.1), (14, 2.2), (19, 4.0), (25, 7.5), (33, 7.1), (41, 5.2), (48, 6.6)))
REGRESSION = """
[data]
file = "data.csv"
inputs = ["dose"]
target = "response"
[network]
{network}
[problem]
decay = {decay}
[grid.axes]
{axes}
[time]
end = 20.0
"""
LABELS = """
[data]
rows = [[-1.0, -1.0], [0.0, 1.0], [1.0, -1.0]]
[problem]
risk = "soft-min"
[grid.axes]
angle = { cells = 252 }
[time]
end = 10.0
"""


def finished(folder, text):
    (folder / "data.csv").write_text(DATA)
    case = runs.put_case(folder, text)
    runs.finished(case, folder / "run")
    return folder / "run"


def certified(run, *arguments):
    answer = runs.widelimit("certify", run, *arguments)
    runs.expect(answer.returncode == 0, "certify", runs.said(answer))
    return answer.stdout


def table(path):
    with open(path, encoding="utf-8", newline="") as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def standardised(folder):
    x, y = np.array([(row["dose"], row["response"]) for row in table(folder / "data.csv")]).T
    return x, y, x.std(), y.mean(), y.std()


def predictions(neurons, x, activation):
    return sum(row["a"] * activation(row["w_dose"] * x + row["b"]) for row in neurons)


def relu(z):
    return np.maximum(z, 0)


def the_network_reaches_the_least_objective(folder):
    """In standardised units w0 = w s, b0 = b + w m, and the penalty is lambda times the sum of |a0| |(w0, b0)|."""
    run = finished(folder, REGRESSION.format(network="", decay=5e-3, axes="angle = { cells = 256 }"))
    said = json.loads(certified(run, "--json"))
    neurons = table(run / "certificate" / "network.csv")
    x, y, deviation, offset, scale = standardised(folder)
    f = predictions(neurons, x, relu)
    norm = sum(abs(row["a"] / scale) * np.hypot(row["w_dose"] * deviation, row["b"] + row["w_dose"] * x.mean())
               for row in neurons)
    found = 0.5 * np.mean((f + offset - y) ** 2) / scale**2 + 5e-3 * norm
    low, high = said["optimum"]["low"], said["optimum"]["high"]
    runs.expect(low <= high and high - low < 1e-10 * high, low, high)
    runs.expect(abs(found - high) < 1e-10 * high, "the network has", found, "not", high)
    runs.expect(said["reached"] > high and said["bound"] < low, said)
    runs.expect(0 < said["gap"] < 1 and said["certified"] == "objective", said)
    text = certified(run)
    runs.expect(f"[{low:.15g}, {high:.15g}], {len(neurons)} neurons" in text, text)
    written = json.loads((run / "certificate" / "network.json").read_text())
    runs.expect(written["activation"] == "relu" and abs(written["offset"] - offset) < 1e-12, written)
    runs.expect([[n["a"], *n["w"], n["b"]] for n in written["neurons"]] == [list(row.values()) for row in neurons],
                "network.json and network.csv differ")


def a_fixed_mass_keeps_its_output_weights(folder):
    run = finished(folder, REGRESSION.format(
        network='activation = "tanh"\ntrain = ["input"]\noutput = { scale = 3.0 }', decay=2e-2,
        axes="w = { from = -6, to = 6, cells = 40 }\nb = { from = -6, to = 6, cells = 40 }"))
    said = json.loads(certified(run, "--json"))
    neurons = table(run / "certificate" / "network.csv")
    x, y, deviation, offset, scale = standardised(folder)
    f = predictions(neurons, x, np.tanh)
    mass = [abs(row["a"]) / (3.0 * scale) for row in neurons]
    penalty = sum(m * 1e-2 * ((row["w_dose"] * deviation) ** 2 + (row["b"] + row["w_dose"] * x.mean()) ** 2)
                  for m, row in zip(mass, neurons))
    found = 0.5 * np.mean((f + offset - y) ** 2) / scale**2 + penalty
    high = said["optimum"]["high"]
    runs.expect(abs(sum(mass) - 1) < 1e-12, "masses sum to", sum(mass))
    positive = sum(m for m, row in zip(mass, neurons) if row["a"] > 0)
    runs.expect(abs(positive - 0.5) < 1e-12, "half of them positive:", positive)
    runs.expect(abs(found - high) < 1e-10 * high, "the network has", found, "not", high)
    runs.expect(high - said["optimum"]["low"] < 1e-9 * high, said["optimum"])
    runs.expect("least psi - mean over all neurons" in certified(run), "conditions of a fixed mass")


def a_sampled_network_is_near_the_measure(folder):
    run = finished(folder, REGRESSION.format(network="", decay=5e-3, axes="angle = { cells = 256 }"))
    certified(run, "--sample", "4000", "--seed", "3")
    neurons = table(run / "certificate" / "sample" / "network.csv")
    runs.expect(len(neurons) == 4000, len(neurons))
    answer = runs.widelimit("predict", run, folder / "data.csv")
    of_measure = np.array([float(line.split(",")[-1]) for line in answer.stdout.splitlines()[1:]])
    x, _, _, offset, scale = standardised(folder)
    apart = np.abs(predictions(neurons, x, relu) + offset - of_measure).max()
    runs.expect(1e-6 * scale < apart < 0.1 * scale, "predictions differ by", apart)


def margins_are_bracketed(folder):
    run = finished(folder, LABELS)
    said = json.loads(certified(run, "--json"))
    runs.expect(said["certified"] == "margin" and abs(said["optimum"]["low"] - 0.2) < 1e-11, said)
    runs.expect(said["reached"] < 0.2 < said["bound"], said["reached"], said["bound"])
    runs.expect(np.allclose(said["dual"], [0.2, 0.6, 0.2], atol=1e-9), said["dual"])
    text = certified(run)
    runs.expect("least psi" not in text and "largest margin" in text, text)


def what_cannot_be_certified_is_refused(folder):
    (folder / "data.csv").write_text(DATA)
    heat = runs.put_case(folder, REGRESSION.format(network='activation = "tanh"\ntrain = ["input"]', decay=0.0,
                                                   axes="w = { from = -6, to = 6, cells = 20 }\n"
                                                        "b = { from = -6, to = 6, cells = 20 }"))
    runs.finished(heat, folder / "loose")
    answer = runs.widelimit("certify", folder / "loose")
    runs.expect(answer.returncode == 2 and "problem.decay > 0" in answer.stderr, runs.said(answer))
    runs.expect(not (folder / "loose" / "certificate").exists(), "something was written")


if __name__ == "__main__":
    sys.exit(runs.main([the_network_reaches_the_least_objective, a_fixed_mass_keeps_its_output_weights,
                        a_sampled_network_is_near_the_measure, margins_are_bracketed,
                        what_cannot_be_certified_is_refused]))
