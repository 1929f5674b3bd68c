# SPDX-License-Identifier: BSD-3-Clause
"""SIGINT, SIGTERM and SIGHUP at random times: the end within a second, and the printed command finishes the run.

    signals.py [--signals N] [--limit SECONDS] [--seed N] [CASE...]

Paths hold spaces and quotes, overrides quotes and brackets, the program is called by a relative path. The command
is given to a shell in the same working directory; the bits are those of a run that was left alone.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.runs import BINARY, MOTORCYCLE, NETWORK, Failure, expect, expect_same, put_case, results, scratch

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
NAME = "a run's \"case\" $HOME"
OVERRIDES = ["--set", 'case.title="it\'s [a] \\"title\\" $(false)"', "--set", "output.series.at=[1e-5, 2e-5]"]

GRID = NETWORK + """
[grid.axes]
angle = { cells = 1024 }
[time]
end = 10.0
"""

NETWORKS = NETWORK + """
[grid.axes]
angle = { cells = 16 }
[time]
end = 2.0
[particles]
widths = [3000]
seeds = 8
"""

# Solving on half the cells takes as long as it can beside the grid itself.
RESOLUTION = NETWORK + """
[grid.axes]
angle = { cells = 1600 }
[time]
end = 3.0
[particles]
widths = [3]
seeds = 1
"""

STUDY = NETWORK + """
[grid.axes]
angle = { cells = 32 }
[time]
end = 2.0
[particles]
widths = [100]
seeds = 5
[study]
vary = "grid.axes.angle.cells"
over = [100, 200, 400]
"""

# One step takes long, and so does everything before the first one.
HEAVY = MOTORCYCLE + """
[grid.axes]
angle = { cells = 200000 }
[time]
end = 1e-4
[output]
curve = 2
series = { at = [1e-4], per_decade = 0 }
snapshots = { at = [1e-4], per_decade = 0 }
"""

# Text, and the part of the whole time in which the signals come.
CASES = {"grid": (GRID, 0.0, 1.0), "networks": (NETWORKS, 0.0, 1.0), "resolution": (RESOLUTION, 0.7, 1.0),
         "study": (STUDY, 0.0, 1.0), "heavy grid": (HEAVY, 0.0, 1.0)}


class Stage:
    """A case in a folder with a name that a shell takes apart."""

    def __init__(self, name, folder, chance, limit):
        text, self.first, self.last = CASES[name]
        self.name, self.chance, self.limit, self.slowest = name, chance, limit, 0.0
        self.folder = folder / f"{name} it's"
        put_case(self.folder, text, NAME)
        self.program = os.path.relpath(BINARY, self.folder)
        self.expected, self.seconds = None, 0.0

    def words(self, directory):
        return [self.program, "run", f"{NAME}.toml", "--out", directory, "--quiet", *OVERRIDES]

    def measure(self):
        begin = time.monotonic()
        answer = subprocess.run(self.words("whole"), cwd=self.folder, capture_output=True, text=True)
        expect(answer.returncode == 0, answer.stderr)
        self.seconds = time.monotonic() - begin
        self.expected = results(self.folder / "whole")

    def stop(self, directory, *signals):
        """Exit code and messages; None if the run had ended before."""
        process = subprocess.Popen(self.words(directory), cwd=self.folder, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        time.sleep(self.seconds * self.chance.uniform(self.first, self.last))
        early = process.poll() is not None
        begin = time.monotonic()
        for number in signals:
            process.send_signal(number)
            time.sleep(0.02 * (len(signals) - 1))
        try:
            message = process.communicate(timeout=30 + self.seconds)[1]
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        took = time.monotonic() - begin
        self.slowest = max(self.slowest, took)
        expect(took < self.limit, f"ended only {took:.2f} s after the signal")
        return None if early or process.returncode == 0 else (process.returncode, message)

    def status(self, directory):
        path = self.folder / directory / "summary.json"
        return json.loads(path.read_text())["status"] if path.exists() else None

    def continues(self, directory, message):
        command = message.rstrip().splitlines()[-1].strip()
        answer = subprocess.run(["sh", "-c", command], cwd=self.folder, capture_output=True, text=True,
                                timeout=60 + 10 * self.seconds)
        expect(answer.returncode == 0, "the printed command", command, "ends with", answer.returncode, answer.stderr)
        expect_same(results(self.folder / directory), self.expected, "the result of", command)

    def check(self, directory, number):
        answer = self.stop(directory, number)
        if answer is None:
            return "ended before"
        code, message = answer
        if code == -number:
            expect(self.status(directory) is None, "died by the signal in the middle of a run")
            return "nothing begun"
        expect(code == CODES[number], "exit", code, message)
        expect(self.status(directory) == "interrupted", "status", self.status(directory))
        self.continues(directory, message)
        return "stopped and continued"

    def check_ignored(self, directory):
        """As under nohup: the run goes on."""
        process = subprocess.Popen(self.words(directory), cwd=self.folder, stdin=subprocess.DEVNULL,
                                   preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        time.sleep(0.5 * self.seconds)
        process.send_signal(signal.SIGHUP)
        expect(process.wait(60 + 10 * self.seconds) == 0, "exit", process.returncode)
        expect_same(results(self.folder / directory), self.expected, "the result under nohup")
        return "SIGHUP ignored"

    def check_twice(self, directory, first, second):
        """The second signal, whichever it is, leaves no time even for the step at hand."""
        answer = self.stop(directory, first, second)
        expect(answer is None or answer[0] in (CODES[first], CODES[second], -first, -second), "exit", answer)
        return "two signals"


def checks_of(stage, count):
    """(signal, check of it in a directory)"""
    numbers = [list(CODES)[k % len(CODES)] for k in range(count + 2)]
    for number in numbers[:count]:
        yield number, lambda directory, n=number: stage.check(directory, n)
    yield numbers[-2], lambda directory: stage.check_twice(directory, *numbers[-2:])
    if stage.name == "grid":
        yield signal.SIGHUP, stage.check_ignored


def check_stage(stage, count):
    stage.measure()
    outcomes = collections.Counter()
    for k, (number, check) in enumerate(checks_of(stage, count)):
        try:
            outcomes[check(f"run {k} of '{stage.name}'")] += 1
        except (Failure, subprocess.TimeoutExpired) as failure:
            outcomes[f"FAILS: {number.name}: {failure}"] += 1
    print(f"{stage.name} ({stage.seconds:.1f} s), at most {stage.slowest:.2f} s after the signal", flush=True)
    for outcome, times in outcomes.items():
        print(f"  {times:3} {outcome}", flush=True)
    return sum(times for outcome, times in outcomes.items() if outcome.startswith("FAILS"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--signals", type=int, default=2, help="per case")
    parser.add_argument("--limit", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("cases", nargs="*")
    wanted = parser.parse_args()
    failed = 0
    with scratch() as folder:
        for name in wanted.cases or CASES:
            stage = Stage(name, pathlib.Path(folder), random.Random(wanted.seed), wanted.limit)
            failed += check_stage(stage, wanted.signals)
    print(f"{failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
