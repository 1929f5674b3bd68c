# SPDX-License-Identifier: BSD-3-Clause
"""Executes docs/tutorial.md as its reader would.

    WIDELIMIT=build/release/bin/widelimit python tutorial.py

Every block `sh` is run by bash in one empty folder, in order; a block `text` behind it holds lines that its output
must contain (`...` stands for anything). Ends with 1 if a command fails or a line is missing. Before that it makes
sure that a wrong line and a failing command would be noticed, and ends with 2 if not.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

TREE = pathlib.Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def steps(text):
    """(commands, expected lines) of every block of commands."""
    found = []
    for kind, body in FENCE.findall(text):
        if kind == "sh":
            found.append([body, []])
        elif kind == "text" and found:
            found[-1][1] += body.splitlines()
    return found


def missing(lines, output):
    """Expected lines that no line of the output begins with, blanks left out; `...` is anything."""
    said = [" ".join(line.split()) for line in output.splitlines()]
    def matches(line):
        parts = [re.escape(" ".join(part.split())) for part in line.split("...")]
        return any(re.match(r".*?\s*".join(parts), one) for one in said)
    return [line for line in lines if not matches(line)]


def execute(text, folder, environment):
    """One line per fault."""
    faults = []
    for body, lines in steps(text):
        result = subprocess.run(["bash", "-euo", "pipefail", "-c", body], cwd=folder, env=environment, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if result.returncode != 0:
            faults.append(f"exit {result.returncode}: {body.splitlines()[-1]}\n{result.stdout}")
        faults += [f"not printed: {line}\n{result.stdout}" for line in missing(lines, result.stdout)]
    return faults


def notices(environment):
    broken = "```sh\necho one two\n```\n```text\none three\n```\n```sh\nfalse\n```\n"
    with tempfile.TemporaryDirectory() as folder:
        return len(execute(broken, folder, environment)) == 2


def main():
    binary = pathlib.Path(os.environ.get("WIDELIMIT", TREE / "build/release/bin/widelimit")).resolve()
    environment = {**os.environ, "PATH": f"{binary.parent}:{os.environ['PATH']}"}
    if not notices(environment):
        print("a broken tutorial was not noticed")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        faults = execute((TREE / "docs" / "tutorial.md").read_text(encoding="utf-8"), folder, environment)
    print("\n".join(faults) or "the tutorial holds")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
