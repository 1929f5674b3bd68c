# SPDX-License-Identifier: BSD-3-Clause
"""Writing fails: exit 5, a message with file and cause, and a restart that loses nothing.

    writing.py [--all] [NAME...]

Every call that changes something below the run directory fails once or from then on (failing_calls.cpp), the
disk is full, the place cannot be written. Without --all a spread part of the calls.
"""

import collections
import errno
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.runs import (BINARY, TINY, Failure, expect, expect_readable, expect_same, finished,
                          main, put_case, results, said, tree_of, widelimit)

LIBRARY = pathlib.Path(BINARY).parents[1] / "tests/failing_calls.so"
CALLS = 8  # of each sweep without --all
SIZES = 8
EXIT_WRITING = 5
SHORT, LONG = "time.end=0.1", "time.end=0.2"


def environment(directory, log, call, error, lasts):
    settings = {"LD_PRELOAD": LIBRARY, "FAULT_BELOW": directory, "FAULT_LOG": log, "FAULT_CALL": call,
                "FAULT_ERRNO": error, **({"FAULT_LASTS": 1} if lasts else {})}
    return {**os.environ, **{key: str(value) for key, value in settings.items()}}


def goes_on(case, directory, expected):
    """A restart without the fault gives the bits of a run without one; or it begins anew."""
    expect_readable(directory)
    answer = widelimit("run", case, "--out", directory, "--quiet", "--restart")
    if answer.returncode == 2 and "nothing to restart" in answer.stderr:
        expect(not (directory / "checkpoint.nc").exists(), "a checkpoint is not used:", said(answer))
        answer = widelimit("run", case, "--out", directory, "--quiet", "--force")
    expect(answer.returncode == 0, "restart:", said(answer))
    expect_same(results(directory), expected, "the result of the restart")


def well_reported(answer, directory, causes):
    expect(answer.returncode == EXIT_WRITING, said(answer))
    expect(str(directory) in answer.stderr and any(cause in answer.stderr for cause in causes),
           "the message names no file or no cause:", said(answer))
    expect("internal error" not in answer.stderr, said(answer))


class Sweep:
    """All or some calls of one command fail, one after the other."""

    def __init__(self, folder, begin, arguments):
        self.folder, self.begin, self.arguments = folder, begin, arguments
        self.case = put_case(folder, TINY)
        self.directory = folder / "run"
        self.expected = finished(self.case, folder / "whole")
        self.silent = collections.Counter()
        self.calls = len(self.attempt(0, 0, False)[1])

    def attempt(self, call, error, lasts):
        """The answer, and the calls that were counted."""
        shutil.rmtree(self.directory, ignore_errors=True)
        self.begin(self.case, self.directory)
        log = self.folder / "calls.log"
        log.unlink(missing_ok=True)
        # One thread: with several, networks write in an order that changes from run to run.
        answer = widelimit("run", self.case, "--out", self.directory, "--quiet", "--threads", 1, *self.arguments,
                           env=environment(self.directory, log, call, error, lasts))
        return answer, log.read_text().splitlines()

    def check(self, call, error, lasts):
        """Failures are reported; that of a close may be passed over in silence if it costs nothing."""
        answer, calls = self.attempt(call, error, lasts)
        expect(len(calls) >= call, f"call {call} was not reached:", said(answer))
        what = f"[{calls[call - 1]}: {errno.errorcode[error]}{' and so on' if lasts else ''}]"
        try:
            if answer.returncode == 0:
                expect_same(results(self.directory), self.expected, "exit 0, but the result")
                _, name, path = calls[call - 1].split(" ", 2)
                expect(name == "close", "passed over in silence")
                self.silent[f"{name} {pathlib.Path(path).name}"] += 1
                return
            well_reported(answer, self.directory, [os.strerror(error)])
            goes_on(self.case, self.directory, self.expected)
        except Failure as failure:
            raise Failure(f"{what} {failure}") from failure

    def run(self, error, lasts):
        every = range(1, self.calls + 1)
        spread = sorted({1 + (self.calls - 1) * k // (CALLS - 1) for k in range(CALLS)})
        chosen = every if "--all" in sys.argv else spread
        failures = []
        for call in chosen:
            try:
                self.check(call, error, lasts)
            except (Failure, subprocess.TimeoutExpired) as failure:
                failures.append(str(failure))
        expect(not failures, f"{len(failures)} of {len(chosen)} calls:", *(f"\n    {f}" for f in failures))
        silent = ", ".join(f"{count} {call}" for call, count in sorted(self.silent.items()))
        return f"{len(chosen)} of {self.calls} calls" + (f"; without any loss: {silent}" if silent else "")


def nothing_before(case, directory):
    """The run directory is not there yet."""


def half_a_run(case, directory):
    finished(case, directory, "--set", SHORT)


def sweep(folder, error, lasts, begin=nothing_before, arguments=()):
    if not LIBRARY.exists():
        return f"skipped: no {LIBRARY.name} (built by g++ without sanitizers)"
    return Sweep(folder, begin, arguments).run(error, lasts)


def each_call_fails_once(folder):
    return sweep(folder, errno.EIO, False)


def disk_full_from_a_call_on(folder):
    return sweep(folder, errno.ENOSPC, True)


def each_call_of_a_restart_fails(folder):
    return sweep(folder, errno.EIO, False, half_a_run, ["--restart"])


def disk_full_from_a_call_of_a_restart_on(folder):
    return sweep(folder, errno.ENOSPC, True, half_a_run, ["--restart"])


def largest_file(directory):
    return max(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def files_limited(folder, action):
    """No file may grow beyond a size, from nothing to more than is needed."""
    case = put_case(folder, TINY)
    expected = finished(case, folder / "whole")
    largest = largest_file(folder / "whole")
    reported = 0

    for k in range(SIZES):
        size = int(1.5 * largest * k / (SIZES - 1))
        directory = folder / f"run{k}"

        def limit(size=size):
            signal.signal(signal.SIGXFSZ, action)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        answer = widelimit("run", case, "--out", directory, "--quiet", preexec_fn=limit,
                           restore_signals=False)
        if answer.returncode == 0:
            expect_same(results(directory), expected, f"{size} bytes: exit 0, but the result")
            continue
        well_reported(answer, directory, [os.strerror(errno.EFBIG)])
        goes_on(case, directory, expected)
        reported += 1
    expect(0 < reported < SIZES, reported, "of", SIZES, "sizes were too small")
    return f"{reported} of {SIZES} sizes too small"


def file_size_limit(folder):
    return files_limited(folder, signal.SIG_DFL)


def file_size_limit_with_the_signal_ignored(folder):
    return files_limited(folder, signal.SIG_IGN)


def refused_place(case, directory, causes, **options):
    answer = widelimit("run", case, "--out", directory, "--quiet", **options)
    expect(answer.returncode in (2, EXIT_WRITING) and str(directory) in answer.stderr and
           any(cause in answer.stderr for cause in causes), directory, said(answer))
    expect("filesystem" not in answer.stderr and "internal" not in answer.stderr, said(answer))
    return answer


def places_that_cannot_be(folder):
    case = put_case(folder, TINY)
    (folder / "file").write_text("mine")
    for directory in (folder / "file", folder / "file/run", "/proc/widelimit", "/proc/self/fdinfo/run",
                      folder / ("n" * 300)):
        refused_place(case, directory, ["file", "Not a directory", "No such file", "File name too long",
                                        "Operation not permitted", "Permission denied"])
    expect((folder / "file").read_text() == "mine", "the file was touched")
    link = folder / "loop"
    link.symlink_to(link)
    refused_place(case, link, ["symbolic link", "File exists", "a file of that name"])


def unprivileged():
    """Words before a command that take away the rights of root; None if that cannot be done."""
    if os.geteuid() != 0:
        return []
    words = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    return words if shutil.which("setpriv") else None


def without_permission(folder):
    """Directories of somebody else: a new run, one there is, one that cannot even be looked into."""
    words = unprivileged()
    if words is None:
        return "skipped: root, and no setpriv"
    case = put_case(folder, TINY)
    finished(case, folder / "run")
    (folder / "empty").mkdir()
    (folder / "closed/run").mkdir(parents=True)
    folder.chmod(0o755)
    for name, mode in (("run", 0o555), ("empty", 0o555), ("closed", 0o000)):
        (folder / name).chmod(mode)
    before = tree_of(folder / "run")
    try:
        for arguments in (["empty/new"], ["empty"], ["run", "--force"], ["run", "--restart", "--set",
                          "time.end=0.25"], ["closed/run"], ["closed/run", "--restart"], ["closed/run", "--force"]):
            answer = subprocess.run([*words, BINARY, "run", case, "--quiet", "--out", folder / arguments[0],
                                     *arguments[1:]], capture_output=True, text=True, timeout=60)
            if answer.returncode == 127 or "setpriv" in answer.stderr:
                return "skipped: " + answer.stderr.strip()
            reading = arguments[0].startswith("closed")
            expect(answer.returncode == (2 if reading else EXIT_WRITING) and str(folder) in answer.stderr and
                   os.strerror(errno.EACCES) in answer.stderr, *arguments, said(answer))
        expect(tree_of(folder / "run") == before, "the run was touched")
    finally:
        for name in ("run", "empty", "closed"):
            (folder / name).chmod(0o755)
    return None


def commands(folder, case, directory):
    """What writes results to standard output."""
    inputs = folder / "inputs.csv"
    inputs.write_text("x\n" + "0.5\n" * 20)
    claim = put_case(folder, TINY + '[[claim]]\nmetric = "objective"\nmonotone = "decreasing"\n', "claim")
    return [["list"], ["list", "keys"], ["list", "--json"], ["--help"], ["--version"], ["run", case, "--dry-run"],
            ["run", case, "--out", directory], ["run", case, "--out", directory, "--json"],
            ["predict", directory, inputs], ["validate", claim, "--out", folder / "validated"],
            ["new", folder / "fresh", "--force"]]


def no_room_for_results(folder):
    """Results on a device that is full, or on no open file at all."""
    case, directory = put_case(folder, TINY), folder / "run"
    finished(case, directory)
    for words in commands(folder, case, directory):
        expect(widelimit(*words).returncode == 0, *words, said(widelimit(*words)))
        with open("/dev/full", "w") as full:
            answer = widelimit(*words, capture_output=False, stdout=full, stderr=subprocess.PIPE)
        expect(answer.returncode == EXIT_WRITING and os.strerror(errno.ENOSPC) in answer.stderr,
               *words, "> /dev/full", said(answer))
        answer = subprocess.run(["sh", "-c", '"$0" "$@" >&-', BINARY, *map(str, words)], capture_output=True,
                                text=True, timeout=60)
        expect(answer.returncode == EXIT_WRITING and os.strerror(errno.EBADF) in answer.stderr,
               *words, ">&-", said(answer))
    answer = widelimit("run", case, "--out", folder / "quiet", "--quiet", capture_output=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=lambda: os.close(1))
    expect(answer.returncode == 0, "nothing to print, so nothing is lost:", said(answer))


def no_room_for_named_files(folder):
    claim = put_case(folder, TINY + '[[claim]]\nmetric = "objective"\nmonotone = "decreasing"\n', "claim")
    full = folder / "full.toml"
    full.symlink_to("/dev/full")
    for words in (["validate", claim, "--out", folder / "run", "--markdown", "/dev/full"],
                  ["validate", claim, "--out", folder / "run", "--markdown", folder / "none/table.md"],
                  ["new", full, "--force"], ["new", folder / "none/fresh"]):
        answer = widelimit(*words)
        expect(answer.returncode == EXIT_WRITING and "cannot write" in answer.stderr, *words, said(answer))


def broken_pipes(folder):
    """Nobody reads any more: the run goes on to its end, what could not be printed is reported by the code."""
    case = put_case(folder, TINY)
    expected = finished(case, folder / "whole")
    for stream in ("stdout", "stderr", "both"):
        directory = folder / stream
        read, write = os.pipe()
        os.close(read)
        ends = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        ends.update({name: write for name in ("stdout", "stderr") if stream in (name, "both")})
        answer = widelimit("run", case, "--out", directory, capture_output=False, **ends)
        os.close(write)
        expect(answer.returncode == (0 if stream == "stderr" else EXIT_WRITING), stream, said(answer))
        expect("Broken pipe" not in (answer.stderr or ""), "a broken pipe is no news:", said(answer))
        expect_same(results(directory), expected, stream)


if __name__ == "__main__":
    sys.exit(main([each_call_fails_once, disk_full_from_a_call_on, each_call_of_a_restart_fails,
                   disk_full_from_a_call_of_a_restart_on, file_size_limit,
                   file_size_limit_with_the_signal_ignored, places_that_cannot_be, without_permission,
                   no_room_for_results, no_room_for_named_files, broken_pipes]))
