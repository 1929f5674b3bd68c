# SPDX-License-Identifier: BSD-3-Clause
"""Certified intervals of random small problems against linear programmes of another library.

    WIDELIMIT=build/release/bin/widelimit WIDELIMIT_PROBLEMS=100 python certificates.py

Largest margins, least norms and least penalised objectives of 2 to 8 random data on the circle. A programme over
2000 directions and all kinks, solved by HiGHS, bounds each optimum from one side, as some network; its dual weights,
the supremum taken over 20 directions between any two, bound it from the other. The interval that the program prints
must meet the interval of both in every single problem.
"""

import json
import os
import pathlib
import sys

import numpy as np
from scipy.optimize import linprog, nnls

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import runs

DECAY = 1e-2
HIGHS = 2e-7  # what HiGHS promises of feasibility, relative
BATCH = 50
COUNT = int(os.environ.get("WIDELIMIT_PROBLEMS", "1000"))
CASE = """
[data]
rows = {first}
[network]
bias = {bias}
[grid.axes]
angle = {{ cells = 16 }}
[time]
end = 1e-3
[output]
certificate = true
series = {{ per_decade = 0 }}
snapshots = {{ per_decade = 0 }}
[study]
vary = ["network.bias", "data.rows", "problem.risk", "problem.decay"]
over = [
{levels}
]
[[claim]]
metric = "optimum_gap"
below = 1e-6
"""


class Problem:
    """Inputs as rows of two numbers, and what is asked."""

    def __init__(self, seed):
        draw = np.random.default_rng(seed)
        self.kind = ("margin", "norm", "penalised")[seed % 3]
        self.bias = bool(seed % 2)
        count = int(draw.integers(2, 9))
        inputs = draw.normal(size=(count, 1 if self.bias else 2))
        if seed % 5 == 0:  # points that share directions, and some of them opposite ones
            inputs = np.round(2 * inputs) / 2 + 0.25
        self.target = draw.choice([-1.0, 1.0], count) if self.kind == "margin" else draw.normal(size=count)
        self.rows = np.column_stack([inputs, self.target])
        self.x = np.column_stack([inputs, np.ones(count)]) if self.bias else inputs
        kinks = np.arctan2(-self.x[:, 0], self.x[:, 1])
        self.kinks = np.concatenate([kinks, kinks + np.pi])

    def level(self):
        risk, decay = {"margin": ("soft-min", 0.0), "norm": ("square", 0.0), "penalised": ("square", DECAY)}[self.kind]
        return f'[{str(self.bias).lower()}, {self.rows.tolist()}, "{risk}", {decay}],'

    def columns(self, angles):
        return np.maximum(self.x @ np.array([np.cos(angles), np.sin(angles)]), 0)

    def supremum(self, q):
        """Of |sum q_i phi_i|, from above: between neighbours of a fine circle with the kinks it is a sinusoid."""
        kinks = np.mod(self.kinks + np.pi, 2 * np.pi) - np.pi
        angles = np.sort(np.concatenate([np.linspace(-np.pi, np.pi, 40001), kinks]))
        values = np.abs(q @ self.columns(angles))
        return values.max() + np.abs(q) @ np.linalg.norm(self.x, axis=1) * (np.diff(angles).max() / 2) ** 2 / 2

    def interval(self):
        """[low, high] of the optimum, each a proof up to the accuracy of the solver."""
        directions = np.concatenate([np.linspace(-np.pi, np.pi, 2000, endpoint=False), self.kinks])
        phi = self.columns(directions)
        both = np.hstack([phi, -phi])
        return getattr(self, self.kind)(both)

    def margin(self, both):
        count, width = both.shape
        rows = np.hstack([-self.target[:, None] * both, np.ones((count, 1))])
        found = linprog(np.append(np.zeros(width), -1), A_ub=np.vstack([rows, np.append(np.ones(width), 0)]),
                        b_ub=np.append(np.zeros(count), 1), bounds=[(0, None)] * width + [(None, None)])
        dual = np.maximum(-found.ineqlin.marginals[:count], 0)
        high = self.supremum(dual / dual.sum() * self.target) if dual.sum() > 0 else np.inf
        return -found.fun, high

    def norm(self, both):
        found = linprog(np.ones(both.shape[1]), A_eq=both, b_eq=self.target)
        if found.status == 2:
            return np.inf, np.inf
        if found.status != 0:
            raise runs.Failure(found.message)
        q = found.eqlin.marginals
        return q @ self.target / max(1, self.supremum(q)), found.fun

    def penalised(self, both):
        """By nonnegative least squares, nearly: a last row adds the penalty and a little of its square."""
        count = len(self.target)
        c = 1e-3
        rows = np.vstack([both / np.sqrt(count), np.sqrt(DECAY * c) * np.ones(both.shape[1])])
        right = np.append(self.target / np.sqrt(count), -np.sqrt(DECAY / c))
        weights, _ = nnls(rows, right, maxiter=100 * both.shape[1])
        miss = (both @ weights - self.target) / count
        high = 0.5 * count * miss @ miss + DECAY * weights.sum()
        scale = min(1, DECAY / self.supremum(miss))
        return -0.5 * count * scale**2 * miss @ miss - scale * miss @ self.target, high


def certified(folder, problems, batch):
    levels = "\n".join(problem.level() for problem in problems)
    text = CASE.format(first=problems[0].rows.tolist(), bias=str(problems[0].bias).lower(), levels=levels)
    case = runs.put_case(folder, text, f"batch-{batch}")
    answer = runs.widelimit("run", case, "--out", folder / f"batch-{batch}", "--quiet", timeout=600)
    runs.expect(answer.returncode == 0, "run", runs.said(answer))
    metrics = json.loads((folder / f"batch-{batch}" / "summary.json").read_text())["study"]["metrics"]
    ends = [metrics[name] for name in ("optimum_low", "optimum_high")]
    return [[float("inf") if end is None else end for end in pair] for pair in zip(*ends)]


def intervals_meet(folder):
    """In every problem the interval that is printed holds the optimum."""
    count, closed, worst = COUNT, 0, 0
    for batch, first in enumerate(range(0, count, BATCH)):
        problems = [Problem(seed) for seed in range(first, min(first + BATCH, count))]
        for problem, (low, high) in zip(problems, certified(folder, problems, batch)):
            lower, upper = problem.interval()
            slack = HIGHS * max(1.0, abs(upper) if np.isfinite(upper) else 1.0)
            runs.expect(low <= high + 1e-12 * abs(high) if np.isfinite(high) else True, problem.level(), low, high)
            runs.expect(high >= lower - slack and low <= upper + slack, problem.level(),
                        f"[{low}, {high}] misses [{lower}, {upper}]")
            if np.isfinite(high) and high > 1e-9:  # else no network separates the data, or meets the targets
                closed += 1
                worst = max(worst, (high - low) / high)
    runs.expect(closed > 0.5 * count and worst < 1e-6, f"{closed} of {count} closed, the widest {worst}")
    return f"{count} problems, {closed} with an optimum, the widest interval {worst:.1e} of it"


def a_wrong_interval_would_be_noticed(_):
    """One part in a thousand beside the optimum."""
    for seed in range(3):
        lower, upper = Problem(seed).interval()
        runs.expect(lower < upper < lower * (1 + 1e-3) + 1e-5, Problem(seed).kind, "is not bracketed:", lower, upper)


if __name__ == "__main__":
    sys.exit(runs.main([a_wrong_interval_would_be_noticed, intervals_meet]))
