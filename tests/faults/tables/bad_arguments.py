# SPDX-License-Identifier: BSD-3-Clause
"""Command lines that are wrong, and files that are not what a command expects."""

import shutil

from row import Row

SET = ["run", "good.toml", "--out", "out", "--set"]

# value of --set: what must be said
OVERRIDES = {
    "time.end": ["--set:1:9: expected key=value"],
    "": ["--set:1:1: expected key=value"],
    "=1": ["--set:1:1: expected a key before '='"],
    "time.end=": ["--set:1:10: expected a value after '='"],
    "time.end=nan": ["--set:1:10: key 'time.end': expected > 0, found nan"],
    "time.end=inf": ["--set:1:10: key 'time.end'"],
    "time.end=-1": ["--set:1:10: key 'time.end': expected > 0, found -1"],
    "time.end=soon": ["--set:1:10: key 'time.end': expected a number, found a string"],
    "time.end=1e999": ["--set:1:10"],
    "tme.end=1": ["--set:1:1: unknown key 'tme'", "did you mean 'time'?"],
    "time.end=[1": ["--set:1:"],
    "time.end=1\nstop=2": ["--set:1:11: expected one line"],
    "data.rows.9=[1.0, 2.0]": ["--set:1:11: '9' is not an element of a list, numbered 0 to 2"],
    "data.rows.0=1": ["--set:1:13: key 'data.rows'"],
    "grid.axes.angle.cells=99999999999999999999": ["--set:1:"],
    "particles.first_seed=9223372036854775808": ["--set:1:"],
    "data.file=/dev/zero": ["give either a file"],
}

# name: (arguments, what must be said)
COMMANDS = {
    "no command": ([], ["A subcommand is required"]),
    "unknown command": (["rnu", "good.toml"], ["unknown command 'rnu'; did you mean 'run'?"]),
    "none of the commands": (["check", "good.toml"], ["'check'; commands are run, predict,"]),
    "case in the place of a command": (["good.toml"], ["did you mean 'widelimit run good.toml'?"]),
    "no case": (["run"], ["case is required"]),
    "unknown option": (["run", "good.toml", "--outt", "x"], ["--outt"]),
    "no threads": (["run", "good.toml", "--threads", "0"], ["--threads", "1", "1024"]),
    "threads in words": (["run", "good.toml", "--threads", "two"], ["--threads"]),
    "set without a value": (["run", "good.toml", "--set"], ["--set"]),
    "missing case": (["run", "nowhere.toml"], ["nowhere.toml: cannot be read: No such file"]),
    "folder for a case": (["run", "finished"], ["finished: cannot be read: Is a directory"]),
    "device for a case": (["run", "/dev/zero"], ["/dev/zero: neither a regular file nor a pipe"]),
    "random device for a case": (["run", "/dev/urandom"], ["/dev/urandom: neither"]),
    "name of a case too long": (["run", "n" * 5000], ["too long"]),
    "file below a file": (["run", "good.toml/case.toml"], ["Not a directory"]),
    "directory of another run": (["run", "good.toml", "--out", "finished", "--set", "time.end=0.2"],
                                 ["finished: holds", "--restart", "--force", "--out"]),
    "nothing to restart": (["run", "good.toml", "--out", "empty", "--restart"], ["nothing to restart"]),
    "list of nothing": (["list", "activatons"], ["did you mean 'activations'?"]),
    "validation of nothing": (["validate", "nowhere"], ["nowhere"]),
    "figure of nothing": (["plot", "nowhere"], ["nowhere"]),
    "prediction of no run": (["predict", "nowhere", "data.csv"], ["nowhere: not the directory of a run"]),
    "certificate of no run": (["certify", "nowhere"], ["nowhere: not the directory of a run"]),
    "certificate with an empty sample": (["certify", "finished", "--sample", "0"], ["--sample"]),
    "width without an error": (["width", "good.toml"], ["--error is required"]),
    "width for no error": (["width", "good.toml", "--error", "0"], ["--error"]),
    "width of something else": (["width", "good.toml", "--error", "1", "--of", "loss"], ["--of"]),
    "width of a missing case": (["width", "nowhere.toml", "--error", "1"], ["nowhere.toml: cannot be read"]),
    "prediction without inputs": (["predict", "finished"], ["inputs is required"]),
    "prediction at a folder": (["predict", "finished", "finished"], ["finished: cannot be read: Is a directory"]),
    "prediction at other columns": (["predict", "finished", "new.csv"], ["new.csv:1:1: no column 'x'"]),
    "new case that exists": (["new", "good"], ["good.toml: exists already", "--force"]),
    "new case from nothing": (["new", "fresh", "--from-data", "nowhere.csv"], ["nowhere.csv", "No such file"]),
    "new case from one column": (["new", "fresh", "--from-data", "one.csv"], ["one.csv: two numeric columns", "found 'a'"]),
    "new case from a column with a gap": (["new", "fresh", "--from-data", "gap.csv"],
                                          ["found 1; gap.csv:3:3: column 'b': expected a finite number, found an empty field"]),
    "new case from a million columns": (["new", "fresh", "--from-data", "wide.csv"], ["two numeric columns"]),
    "new case from a device": (["new", "fresh", "--from-data", "/dev/zero"], ["/dev/zero: neither"]),
    "new case from a broken table": (["new", "fresh", "--from-data", "broken.csv"], ["broken.csv:3:1: expected 2"]),
}
TABLES = {
    "new.csv": "z\n1.0\n",
    "one.csv": "x,kind\n1,a\n2,b\n",
    "gap.csv": "a,b\n1,2\n3,\n",
    "wide.csv": ",".join(f"c{i}" for i in range(1000000)) + "\n" + "a," * 999999 + "1\n",
    "broken.csv": "x,y\n1,2\n3\n",
}


def files(folder):
    for name, text in TABLES.items():
        (folder / name).write_text(text)


def damaged(file, change):
    """A copy of the finished run with one file changed."""
    def prepare(folder):
        shutil.copytree(folder / "finished", folder / "damaged")
        path = folder / "damaged" / file
        path.write_bytes(change(path.read_bytes()))
    return prepare


# name: (file, what happens to it, what must be said)
DAMAGES = {
    "summary cut off": ("summary.json", lambda old: old[:50], ["summary.json", "not the summary of a run"]),
    "summary without metrics": ("summary.json", lambda old: b"{}", ["summary.json", "not the summary of a run"]),
    "summary of wrong types": ("summary.json", lambda old: b'{"status": 1, "metrics": [], "fingerprint": {}}',
                               ["summary.json", "not the summary of a run"]),
    "summary that is a list": ("summary.json", lambda old: b"[]", ["summary.json"]),
    "fields cut off": ("fields.nc", lambda old: old[:len(old) // 2], ["fields.nc"]),
    "fields of zeros": ("fields.nc", lambda old: bytes(len(old)), ["fields.nc"]),
    "no fields": ("fields.nc", lambda old: b"", ["fields.nc"]),
    "fields of another grid": ("case.toml", lambda old: old.replace(b"cells = 16", b"cells = 32"),
                               ["fields.nc", "another grid"]),
    "damaged case of a run": ("case.toml", lambda old: old[:-20] + b"[[[", ["case.toml:"]),
}


def rows(case_text):
    del case_text
    predict = ["predict", "damaged", "data.csv"]
    return [
        *(Row(f"--set {value}", [*SET, value], says) for value, says in OVERRIDES.items()),
        *(Row(name, arguments, says, files) for name, (arguments, says) in COMMANDS.items()),
        *(Row(name, predict, says, damaged(file, change)) for name, (file, change, says) in DAMAGES.items()),
        Row("run over a damaged summary", ["run", "good.toml", "--out", "damaged"],
            ["summary.json", "not the summary of a run"], damaged("summary.json", lambda old: old[:50])),
    ]
