# SPDX-License-Identifier: BSD-3-Clause
"""Whole runs have the same bits for 1, 2 and 4 threads, also when a restart has another number of them."""

import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.runs import BINARY, NETWORK, expect, expect_same, finished, put_case, results, scratch

# So many sites and neurons that loops are shared; grid, networks of several widths, half the cells.
WIDE = NETWORK + """
[grid.axes]
angle = { cells = 4000 }
[time]
end = 0.3
[particles]
widths = [30, 6000]
seeds = 2
slope_from = 30
[output]
checkpoint = 0.05
"""

# Diffusion on the grid, noise in the networks.
NOISY = """
[problem]
name = "scalar-langevin"
temperature = 0.2
[grid.axes]
theta = { cells = 5000, from = -5.0, to = 5.0 }
[time]
end = 0.5
largest_step = 0.01
[particles]
widths = [30, 6000]
seeds = 2
slope_from = 30
[output]
checkpoint = 0.05
"""


def run_in_pieces(case, directory):
    """Stopped and continued, each piece with another number of threads; the number of pieces."""
    pieces, restart = 0, ()
    while True:
        threads = str((1, 2, 4)[pieces % 3])
        process = subprocess.Popen([BINARY, "run", case, "--out", directory, "--quiet", "--threads", threads, *restart],
                                   stderr=subprocess.DEVNULL)
        time.sleep(0.12 + 0.04 * pieces)
        process.send_signal(signal.SIGTERM)
        code = process.wait()
        expect(code in (0, 143, -signal.SIGTERM), "exit", code)  # the last: before it could listen
        pieces += 1
        restart = ("--restart",) if directory.exists() and any(directory.iterdir()) else ()
        if code == 0:
            return pieces


def main():
    for name, text in (("wide", WIDE), ("noisy", NOISY)):
        with scratch() as folder:
            folder = pathlib.Path(folder)
            case = put_case(folder, text)
            expected = finished(case, folder / "one", "--threads", "1")
            for threads in ("2", "4"):
                expect_same(finished(case, folder / threads, "--threads", threads), expected, threads, "threads")
            pieces = run_in_pieces(case, folder / "pieces")
            expect_same(results(folder / "pieces"), expected, "in pieces")
            print(f"{name}: the same with 1, 2 and 4 threads, and in {pieces} pieces")


if __name__ == "__main__":
    main()
