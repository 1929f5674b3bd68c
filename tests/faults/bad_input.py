# SPDX-License-Identifier: BSD-3-Clause
"""Bad input: exit 2 within seconds, a message with place, key and remedy, nothing written.

    WIDELIMIT=build/release/bin/widelimit python bad_input.py [--show] [NAME...]

Every row of the tables in bad_cases.py, bad_data.py and bad_arguments.py is one input and what stderr must say.
No run directory may appear, and another one must stay as it was, byte for byte.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "tables"))
import bad_arguments
import bad_cases
import bad_data

BINARY = os.environ["WIDELIMIT"]
SECONDS = 20


def case_text(sections):
    return "".join(f"[{name}]\n{body}\n" for name, body in sections.items() if body is not None)


def tree_hash(folder):
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        digest.update(str(path.relative_to(folder)).encode())
        digest.update(path.read_bytes() if path.is_file() else b"folder")
    return digest.hexdigest()


def widelimit(folder, arguments, **options):
    return subprocess.run([BINARY, *arguments], cwd=folder, capture_output=True, timeout=SECONDS,
                          **{"stdin": subprocess.DEVNULL, **options})


def prepare(folder):
    """The good case, its finished run in `finished`, and its data."""
    (folder / "data.csv").write_text(bad_data.GOOD)
    (folder / "good.toml").write_text(case_text(bad_cases.GOOD))
    answer = widelimit(folder, ["run", "good.toml", "--out", "finished", "--quiet"])
    if answer.returncode != 0:
        raise SystemExit(f"the good case fails: {answer.stderr.decode()}")


def faults(row, folder):
    """What is wrong with the program's answer to one row, line by line."""
    before = tree_hash(folder / "finished")
    try:
        answer = widelimit(folder, row.arguments, **row.options)
    except subprocess.TimeoutExpired:
        yield f"still runs after {SECONDS} s"
        return
    said = answer.stderr.decode(errors="replace")
    if "--show" in sys.argv:
        print(f"{row.name}: exit {answer.returncode}\n    {said[:600]}", end="", flush=True)
    if answer.returncode != 2:
        yield f"exit {answer.returncode}, expected 2; it said: {said[:300]}"
    for part in row.says:
        if part not in said:
            yield f"expected '{part}' in: {said[:600]}"
    if len(said) > 4000:
        yield f"a message of {len(said)} characters"
    if (folder / "out").exists() or (folder / "runs").exists():
        yield "a run directory was made"
    if tree_hash(folder / "finished") != before:
        yield "another directory was changed"


def check(row, folder):
    row.prepare(folder)
    found = list(faults(row, folder))
    for name in ("out", "runs"):
        shutil.rmtree(folder / name, ignore_errors=True)
    return found


def main():
    chosen = {word for word in sys.argv[1:] if not word.startswith("--")}
    rows = bad_cases.rows(case_text) + bad_data.rows(case_text) + bad_arguments.rows(case_text)
    names = [row.name for row in rows]
    if len(set(names)) != len(names) or chosen - set(names):
        raise SystemExit("names that appear twice or not at all")
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        origin = pathlib.Path(scratch) / "origin"
        origin.mkdir()
        prepare(origin)
        for row in rows:
            if row.possible() and (not chosen or row.name in chosen):
                folder = pathlib.Path(scratch) / "case"
                shutil.copytree(origin, folder)
                folder.chmod(0o755)
                for fault in check(row, folder):
                    failed += 1
                    print(f"{row.name}: {fault}")
                shutil.rmtree(folder)
    print(f"{len(rows)} bad inputs, {failed} faults")
    return 1 if failed else 0


sys.exit(main())
