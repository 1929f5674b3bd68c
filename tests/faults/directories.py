# SPDX-License-Identifier: BSD-3-Clause
"""What is in the run directory already: finished, unfinished, foreign, locked or damaged.

    directories.py [NAME...]

Either the result is that of a run that was left alone, or exit 2 (5 if all checkpoints are damaged) says what to
do and nothing in the directory has changed.
"""

import pathlib
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.runs import (BINARY, NETWORK, TINY, expect, expect_same, finished, main, put_case, results, said,
                          tree_of, widelimit)

SHORT, LONG = ["--set", "time.end=0.1"], ["--set", "time.end=0.2"]
STUDY = TINY + '[study]\nvary = "grid.axes.angle.cells"\nover = [16, 32]\n'
ENDLESS = NETWORK + "[grid.axes]\nangle = { cells = 64 }\n[time]\nend = 1e9\n[output]\ncheckpoint = 0.05\n"


def expect_refused(directory, case, *arguments, says, code=2):
    """And nothing in the directory has changed, times of files included."""
    before = tree_of(directory)
    answer = widelimit("run", case, "--out", directory, "--quiet", *arguments)
    expect(answer.returncode == code, *arguments, "instead of", code, said(answer))
    after = tree_of(directory)
    changed = [name for name in {*before, *after} if before.get(name) != after.get(name)]
    expect(not changed, *arguments, f"(exit {code}) changed", sorted(changed))
    missing = [word for word in says if word not in answer.stderr]
    expect(not missing, *arguments, "does not say", missing, ":", said(answer))


def run_here(folder, *arguments, text=TINY):
    """Case, directory and bits of a finished run."""
    case = put_case(folder, text)
    return case, folder / "run", finished(case, folder / "run", *arguments)


def already_done(folder):
    case, directory, expected = run_here(folder)
    before = tree_of(directory)
    answer = widelimit("run", case, "--out", directory)
    expect(answer.returncode == 0 and "already done" in answer.stdout, said(answer), answer.stdout)
    expect(tree_of(directory) == before, "something was written")
    answer = widelimit("run", case, "--out", directory, "--restart")
    expect(answer.returncode == 0, "restart of what is done:", said(answer))
    expect_same(results(directory), expected, "a restart of what is done")


def other_and_unfinished(folder):
    case, directory, _ = run_here(folder, *SHORT)
    choices = [str(directory), "--force", "--out"]
    expect_refused(directory, case, "--set", "problem.decay=0.01", says=choices)
    expect_refused(directory, case, *LONG, says=[*choices, "--restart"])
    expect_refused(directory, case, "--restart", *LONG, "--set", "problem.decay=0.01", says=["problem.decay"])
    expect_refused(directory, case, "--restart", *LONG, "--set", "particles.widths=[3]", says=["particles.widths"])


def forced(folder):
    case, directory, _ = run_here(folder)
    finished(case, folder / "other", "--set", "problem.decay=0.01")
    expect_same(finished(case, directory, "--force", "--set", "problem.decay=0.01"), results(folder / "other"), "--force")


def forced_over_what_is_left(folder):
    """A study after a single case, a case without networks after one with: nothing of the old run stays."""
    case, directory, _ = run_here(folder, text=STUDY)
    (directory / "figures").mkdir()
    (directory / "figures/training.pdf").write_text("a figure")
    plain = put_case(folder, TINY.replace("[particles]\nwidths = [3, 10]\nseeds = 2\nslope_from = 3\n", ""), "plain")
    finished(plain, directory, "--force")
    names = {path.name for path in directory.iterdir()}
    expect(not names & {"levels", "particles.nc", "figures", "lock"}, names)


def forced_over_what_is_broken(folder):
    case, directory, expected = run_here(folder)
    for text in ("", "{", "[]", '{"status": 1}'):
        (directory / "summary.json").write_text(text)
        answer = widelimit("run", case, "--out", directory, "--quiet")
        expect(answer.returncode == 2 and "summary.json" in answer.stderr, repr(text), said(answer))
        expect_same(finished(case, directory, "--force"), expected, "--force over", repr(text))


def nothing_there(folder):
    case = put_case(folder, TINY)
    expect_refused(folder / "run", case, "--restart", says=[str(folder / "run"), "nothing to restart"])
    expected = finished(case, folder / "run")
    (folder / "empty").mkdir()
    expect_same(finished(case, folder / "empty"), expected, "a directory that was there")


def foreign_files(folder):
    """Only what a run wrote may go."""
    case, directory, expected = run_here(folder)
    own = {"notes.txt": "mine", "data/table.csv": "x,y\n", "levels.txt": "mine", "checkpoint.nc.mine": "mine"}
    for place in (directory, folder / "new"):
        for name, text in own.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(text)
        expect_same(finished(case, place, "--force"), expected, "--force beside other files")
        for name, text in own.items():
            expect((place / name).exists() and (place / name).read_text() == text, name, "is gone")


def foreign_names(folder):
    """Folders that happen to be called levels or figures, in a directory that never held a run."""
    case = put_case(folder, TINY)
    for name in ("levels/mine.txt", "figures/mine.pdf", "series.csv"):
        path = folder / "new" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")
    widelimit("run", case, "--out", folder / "new", "--quiet")
    for name in ("levels/mine.txt", "figures/mine.pdf"):
        expect((folder / "new" / name).exists(), name, "was removed without --force")


def two_at_once(folder):
    case, directory = put_case(folder, ENDLESS), folder / "run"
    first = subprocess.Popen([BINARY, "run", case, "--out", directory, "--quiet"], stderr=subprocess.DEVNULL)
    try:
        while not (directory / "checkpoint.nc").exists():
            expect(first.poll() is None, "the first run has ended")
            time.sleep(0.02)
        for arguments in ([], ["--force"], ["--restart"]):
            answer = widelimit("run", case, "--out", directory, "--quiet", *arguments)
            expect(answer.returncode == 2 and f"process {first.pid}" in answer.stderr, *arguments, said(answer))
        expect(first.poll() is None and (directory / "lock").exists(), "the first run was disturbed")
    finally:
        first.send_signal(signal.SIGTERM)
        first.wait(30)
    expect(not (directory / "lock").exists(), "the lock is left")


def lock_left_behind(folder):
    case = put_case(folder, TINY)
    expected = finished(case, folder / "whole")
    for name, text in (("a", "process 1 on nowhere"), ("b", "")):
        (folder / name).mkdir()
        (folder / name / "lock").write_text(text)
        expect_same(finished(case, folder / name), expected, "beside an old lock")


DAMAGES = {"flipped": lambda b: b[:len(b) // 2] + bytes([b[len(b) // 2] ^ 1]) + b[len(b) // 2 + 1:],
           "header": lambda b: b"CDF\x05" + b"\xff" * 40 + b[44:], "truncated": lambda b: b[:len(b) // 3],
           "without its end": lambda b: b[:-1], "empty": lambda b: b""}


def damage(path, how):
    path.write_bytes(DAMAGES[how](path.read_bytes()))


def unfinished(folder, text=TINY):
    """Case, a directory that waits for a restart, and the bits that this must give."""
    case = put_case(folder, text)
    expected = finished(case, folder / "whole", *LONG)
    finished(case, folder / "half", *SHORT)
    expect((folder / "half/checkpoint.previous.nc").exists(), "no older checkpoint")
    return case, folder / "half", expected


def each_copy(folder, source, names):
    for name in names:
        directory = folder / f"copy {name}"
        shutil.copytree(source, directory)
        yield name, directory


def newest_checkpoint_damaged(folder):
    case, half, expected = unfinished(folder)
    for how, directory in each_copy(folder, half, DAMAGES):
        damage(directory / "checkpoint.nc", how)
        answer = widelimit("run", case, "--out", directory, "--restart", *LONG)
        expect(answer.returncode == 0, how, said(answer))
        expect_same(results(directory), expected, how)
        expect("checkpoint.nc" in answer.stderr, how, "is passed over in silence:", said(answer))


def newest_checkpoint_missing(folder):
    """As a kill between the two renames leaves it."""
    case, half, expected = unfinished(folder)
    (half / "checkpoint.nc").unlink()
    expect_same(finished(case, half, "--restart", *LONG), expected, "the older checkpoint")


def both_checkpoints_damaged(folder):
    case, half, _ = unfinished(folder)
    for how, directory in each_copy(folder, half, DAMAGES):
        damage(directory / "checkpoint.nc", how)
        damage(directory / "checkpoint.previous.nc", how)
        expect_refused(directory, case, "--restart", *LONG, says=["checkpoint", "--force"], code=5)


def checkpoint_of_another_run(folder):
    case, half, _ = unfinished(folder)
    finished(case, folder / "other", "--set", "problem.decay=0.01", *SHORT)
    shutil.copy(folder / "other/checkpoint.nc", half)
    expect_refused(half, case, "--restart", *LONG, says=["checkpoint"])


def outputs_lost(folder):
    """The user has removed or cut what the checkpoint counts on."""
    case, half, _ = unfinished(folder)
    for name in ("series.csv", "fields.nc"):
        for how, directory in each_copy(folder, half, [f"{name} removed", f"{name} cut", f"{name} empty"]):
            path = directory / name
            text = path.read_bytes()
            path.unlink() if "removed" in how else path.write_bytes(text[:len(text) // 2] if "cut" in how else b"")
            expect_refused(directory, case, "--restart", *LONG, says=[name, "--force"])


def later_end(folder):
    case, half, expected = unfinished(folder)
    expect_same(finished(case, half, "--restart", *LONG), expected, "the longer run")


def later_end_of_a_study(folder):
    case, half, expected = unfinished_study(folder)
    expect_same(finished(case, half, "--restart", *LONG), expected, "the longer study")


def unfinished_study(folder):
    case = put_case(folder, STUDY)
    expected = finished(case, folder / "whole", *LONG)
    finished(case, folder / "half", *SHORT)
    return case, folder / "half", expected


def earlier_end(folder):
    case, directory, _ = run_here(folder, *LONG)
    expect_refused(directory, case, "--restart", *SHORT, says=["time.end"])


def a_bad_level_leaves_the_old_run(folder):
    case, directory, _ = run_here(folder, text=STUDY)
    for values in ("[16, -1]", "[16, 1.5]", "[16, 100000000]"):
        expect_refused(directory, case, "--force", "--set", f"study.over={values}", says=["cells"])
    expect_refused(directory, put_case(folder, "[time]\nend = -1\n", "bad"), "--force", says=["bad.toml"])


CHECKS = [already_done, other_and_unfinished, forced, forced_over_what_is_left, forced_over_what_is_broken,
          nothing_there, foreign_files, foreign_names, two_at_once, lock_left_behind, newest_checkpoint_damaged,
          newest_checkpoint_missing, both_checkpoints_damaged, checkpoint_of_another_run, outputs_lost, later_end,
          later_end_of_a_study, earlier_end, a_bad_level_leaves_the_old_run]

if __name__ == "__main__":
    sys.exit(main(CHECKS))
