# SPDX-License-Identifier: BSD-3-Clause
"""Killed at any time, a run can be read, and restarts end with the bits of a run that was left alone.

    kill.py [--kills N] [--budget SECONDS] [--least N] [--seed N] [CASE...]

Kills come at uniformly random times between the start of the process and the time that the whole run takes;
a restart is killed with probability 1/2. Prints in which phase they came. Ends with 1 if a result differs, or
if there were fewer than the least kills when the budget was spent.
"""

import argparse
import collections
import json
import pathlib
import random
import signal
import subprocess
import sys
import time
import tomllib

import netCDF4

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.runs import (BINARY, MOTORCYCLE, NETWORK, Failure, expect, expect_readable, expect_same, finished,
                          put_case, results, said, scratch, widelimit)

BOTH = MOTORCYCLE + """
[grid.axes]
angle = { cells = 128 }
[time]
end = 4.0
[particles]
widths = [10, 30]
seeds = 4
slope_from = 10
[output]
checkpoint = 0.02
series = { every = 0.05 }
snapshots = { every = 0.02 }
"""

STUDY = NETWORK + """
[grid.axes]
angle = { cells = 32 }
[time]
end = 10.0
[particles]
widths = [10]
seeds = 4
slope_from = 10
[output]
checkpoint = 0.01
snapshots = { every = 0.5 }
[study]
vary = "grid.axes.angle.cells"
over = [32, 64]
"""

# Many frames with little work between them: much of the time goes into packing.
DIFFUSION = """
[problem]
name = "potential"
potential = { name = "well", curvature = 1.0 }
temperature = 0.25
initial = { law = "gaussian", mean = 1.0, deviation = 0.7 }
[grid.axes]
x = { from = -5.0, to = 5.0, cells = 3000 }
[time]
end = 1.0
stepper = "split"
largest_step = 0.01
[output]
checkpoint = 0.05
snapshots = { every = 0.01 }
"""

# Networks with noise beside the grid, both continued.
NOISY_NETWORKS = """
[problem]
name = "scalar-langevin"
temperature = 0.2
[grid.axes]
theta = { cells = 64, from = -5.0, to = 5.0 }
[time]
end = 4.0
[particles]
widths = [500, 1000]
seeds = 4
step = 0.005
[output]
checkpoint = 0.02
snapshots = { every = 0.1 }
"""

CASES = {"grid and networks": BOTH, "study": STUDY, "diffusion": DIFFUSION,
         "noisy networks": NOISY_NETWORKS}


def frames_complete(directory):
    end = tomllib.loads((directory / "case.toml").read_text())["time"]["end"]
    with netCDF4.Dataset(directory / "fields.nc") as file:
        return len(file["time"]) > 0 and file["time"][-1] >= end


def phase_in(directory):
    """What the last run in a directory was doing when it ended."""
    levels = sorted(directory.glob("levels/*"))
    if levels and any(levels[-1].iterdir()):
        return phase_in(levels[-1])
    there = {path.name for path in directory.iterdir()} if directory.exists() else set()
    fields = directory / "fields.nc"
    packed = "fields.nc" in there and fields.read_bytes()[:3] != b"CDF"
    summary = json.loads((directory / "summary.json").read_text()) if "summary.json" in there else {}
    return ("before the directory" if not there else
            "first files" if not summary else
            "after the end" if summary["status"] == "done" else
            "checkpoint" if {name for name in there if name.startswith("checkpoint") and "partial" in name} else
            "fields.nc as a whole" if "fields.nc.partial" in there else
            "particles.nc" if {"particles.nc.partial", "particles.nc"} & there else
            "after packing" if packed else
            "packing" if "fields.nc" in there and frames_complete(directory) else
            "steps" if "checkpoint.nc" in there else "steps before the first checkpoint")


class Victim:
    def __init__(self, name, folder, chance):
        self.name, self.folder, self.chance = name, folder, chance
        self.case = put_case(folder, CASES[name], name.replace(" ", "-"))
        self.runs = 0

    def measure(self):
        """The bits and the wall seconds of a run that is left alone."""
        begin = time.monotonic()
        self.expected = finished(self.case, self.folder / "whole")
        self.seconds = time.monotonic() - begin

    def start(self, directory, *arguments):
        return subprocess.Popen([BINARY, "run", self.case, "--out", directory, "--quiet", *arguments],
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def kill(self, directory, *arguments):
        """The phase that the kill came in; None if the run had ended before."""
        process = self.start(directory, *arguments)
        try:
            message = process.communicate(timeout=self.chance.uniform(0.0, self.seconds))[1]
            expect(process.returncode == 0, "exit", process.returncode, message.decode())
            return None
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
        expect_readable(directory)
        return phase_in(directory)

    def chain(self):
        """Phases of kills, until a run comes to its end with the right bits."""
        self.runs += 1
        directory = self.folder / f"run{self.runs}"
        phases, arguments = [], ()
        while not phases or self.chance.random() < 0.5:
            phase = self.kill(directory, *arguments)
            if phase is None:
                break
            phases.append(phase)
            # What a run of its own accord would begin with; everything else is restarted.
            arguments = ("--restart",) if directory.exists() and any(directory.iterdir()) else ()
        try:
            answer = widelimit("run", self.case, "--out", directory, "--quiet", *arguments)
            expect(answer.returncode == 0, said(answer))
            expect_same(results(directory), self.expected, "the result")
        except Failure as failure:
            raise Failure(f"{self.name}, killed in: {', '.join(phases)}: {failure}") from failure
        return phases


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--budget", type=float, default=60.0)
    parser.add_argument("--least", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("cases", nargs="*")
    return parser.parse_args()


def victims(folder, chosen, chance):
    found = []
    for name in chosen or CASES:
        victim = Victim(name, folder / name.replace(" ", "-"), chance)
        victim.measure()
        print(f"{name}: {victim.seconds:.2f} s", flush=True)
        found.append(victim)
    return found


def report(phases, failures, least):
    for (name, phase), count in sorted(phases.items()):
        print(f"  {count:4} {name}: {phase}")
    print(*failures, sep="\n")
    kills = sum(phases.values())
    print(f"{kills} kills, {len(failures)} failures" + (f"; at least {least} are wanted" if kills < least else ""))
    return 1 if failures or kills < least else 0


def main():
    wanted = options()
    end = time.monotonic() + wanted.budget
    phases, failures = collections.Counter(), []
    with scratch() as folder:
        found = victims(pathlib.Path(folder), wanted.cases, random.Random(wanted.seed))
        while sum(phases.values()) + len(failures) < wanted.kills and time.monotonic() < end:
            victim = found[sum(v.runs for v in found) % len(found)]
            try:
                phases.update((victim.name, phase) for phase in victim.chain())
            except (Failure, subprocess.TimeoutExpired) as failure:
                failures.append(str(failure))
    return report(phases, failures, wanted.least)


if __name__ == "__main__":
    sys.exit(main())
