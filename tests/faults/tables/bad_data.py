# SPDX-License-Identifier: BSD-3-Clause
"""Data that cannot be used, in every command that reads a CSV file."""

import os
import socket

from row import RUN, Row, writing

GOOD = "x,y,kind\n-1.0,0.5,a\n0.0,-1.0,b\n1.0,0.3,a\n"
SECTIONS = {
    "data": 'file = "data.csv"\ninputs = ["x"]\ntarget = "y"',
    "network": 'activation = "relu"',
    "grid.axes": "angle = { cells = 16 }",
    "time": "end = 0.1",
}
LABELS = 'file = "data.csv"\ninputs = ["x"]\ntarget = { column = "kind", plus = "%s", minus = "%s" }'

# name: (bytes of data.csv, what must be said)
CONTENTS = {
    "text in a number": ("x,y\n1,2\n2,two\n", ["data.csv:3:3: column 'y': expected a finite number, found 'two'"]),
    "decimal comma": ('x;y\n1,5;2\n2;3\n', ["data.csv:2:1", "a decimal comma? write 1.5"]),
    "ragged rows": ("x,y\n1,2\n3\n", ["data.csv:3:1: expected 2 fields as in the header, found 1"]),
    "a row too long": ("x,y\n1,2,3\n", ["data.csv:2:1: expected 2 fields", "found 3"]),
    "blank line": ("x,y\n1,2\n\n3,4\n", ["data.csv:3:1", "a blank line"]),
    "nan in the data": ("x,y\n1,2\nnan,3\n", ["data.csv:3:1: column 'x'", "a finite number, found 'nan'"]),
    "inf in the data": ("x,y\n1,2\n3,-inf\n", ["data.csv:3:3: column 'y'", "found '-inf'"]),
    "overflow in the data": ("x,y\n1,2\n3,1e999\n", ["data.csv:3:3: column 'y'", "found '1e999'"]),
    "missing column": ("x,z\n1,2\n3,4\n", ["data.csv:1:1: no column 'y'", "columns are x, z"]),
    "misspelt column": ("x,Y\n1,2\n3,4\n", ["data.csv:1:1: no column 'y'", "columns are x, Y"]),
    "duplicate columns": ("x,y,x\n1,2,3\n", ["data.csv:1:5: column name 'x' appears twice"]),
    "header only": ("x,y\n", ["data.csv:1:1: no rows below the column names"]),
    "no header": ("1,2\n3,4\n", ["data.csv:1:1: the first line holds only numbers; expected column names"]),
    "one data point": ("x,y\n1,2\n", ["case.toml:3:10: key 'data.inputs'", "is constant", "standardise = false"]),
    "constant input": ("x,y\n1,2\n1,3\n", ["case.toml:3:10: key 'data.inputs'", "input 'x' is constant"]),
    "constant target": ("x,y\n1,2\n2,2\n", ["case.toml:4:10: key 'data.target'", "nothing to learn"]),
    "huge numbers": ("x,y\n1e308,1\n-1e308,2\n", ["case.toml:3:10: key 'data.inputs'", "too large to be standardised"]),
    "empty cell": ("x,y\n1,2\n3,\n4,5\n", ["data.csv:3:3: column 'y'", "found an empty field"]),
    "open quote": ('x,y\n"1,2\n3,4\n', ["data.csv:2:1: a quote that is never closed"]),
    "text after a quote": ('x,y\n"1"2,3\n', ["data.csv:2:4: expected a separator after the closing quote"]),
    "empty data file": ("", ["data.csv:1:1: empty file; expected a line of column names"]),
    "binary data": (bytes(range(256)) * 4, ["data.csv:1:1: a NUL byte"]),
    "UTF-16 data": ("x,y\n1,2\n".encode("utf-16"), ["data.csv:1:1: UTF-16 text; save it as UTF-8"]),
    "mark, CRLF and a bad field": (b"\xef\xbb\xbfx,y\r\n1,2\r\n3,?\r\n", ["data.csv:3:3: column 'y'", "found '?'"]),
    "a million columns": (",".join(f"c{i}" for i in range(1000000)) + "\n" + "0," * 999999 + "0\n",
                          ["data.csv:1:1: no column 'x'"]),
    "a million equal columns": ("x," * 999999 + "x\n", ["data.csv:1:3: column name 'x' appears twice"]),
    "field of a million characters": ("x,y\n1,2\n2," + "9" * 1000000 + "e\n", ["data.csv:3:3: column 'y'"]),
    "a million bad lines": ("x,y\n" + "1,a\n" * 1000000, ["data.csv:2:3: column 'y'"]),
}

# name: (section [data], what must be said)
SECTIONS_OF_DATA = {
    "no inputs": ('file = "data.csv"\ninputs = []\ntarget = "y"', ["case.toml:3:10: key 'data.inputs'", "at least one"]),
    "input given twice": ('file = "data.csv"\ninputs = ["x", "x"]\ntarget = "y"',
                          ["case.toml:3:10: key 'data.inputs'", "'x' is given twice"]),
    "target among the inputs": ('file = "data.csv"\ninputs = ["x", "y"]\ntarget = "y"',
                                ["case.toml:3:10: key 'data.inputs'", "'y' is the target"]),
    "missing target": ('file = "data.csv"\ninputs = ["x"]', ["case.toml:1:1: key 'data.target'", "name its column, for example"]),
    "class that does not occur": (LABELS % ("a", "z"), ["case.toml:4:", "no row of column 'kind' is 'z'"]),
    "equal classes": (LABELS % ("a", "a"), ["case.toml:4:", "key 'data.target.minus'", "the same class"]),
    "one class only": ('file = "data.csv"\ninputs = ["x"]\ntarget = { column = "kind", plus = "a" }',
                       ["case.toml:4:", "missing key 'data.target.minus'"]),
    "missing data file": ('file = "nowhere.csv"\ninputs = ["x"]\ntarget = "y"',
                          ["case.toml:2:8: key 'data.file'", "nowhere.csv", "No such file"]),
    "folder for data": ('file = "."\ninputs = ["x"]\ntarget = "y"', ["case.toml:2:8: key 'data.file'", "Is a directory"]),
    "device for data": ('file = "/dev/zero"\ninputs = ["x"]\ntarget = "y"',
                        ["case.toml:2:8: key 'data.file'", "/dev/zero: neither a regular file nor a pipe"]),
    "empty name of data": ('file = ""\ninputs = ["x"]\ntarget = "y"', ["case.toml:2:8", "expected a path"]),
    "NUL in the name of data": ('file = "a\\u0000b"\ninputs = ["x"]\ntarget = "y"', ["case.toml:2:8"]),
    "long name of data": (f'file = "{"n" * 5000}.csv"\ninputs = ["x"]\ntarget = "y"',
                          ["case.toml:2:8: key 'data.file'", "too long"]),
    "unit of nothing": ('file = "data.csv"\ninputs = ["x"]\ntarget = "y"\nunits = { z = "m" }',
                        ["case.toml:5:", "'z' is neither an input nor the target"]),
    "rows with names": ('rows = [[1.0, 2.0], [2.0, 1.0]]\ninputs = ["x"]', ["case.toml:3:1: key 'data.inputs' has no effect here"]),
    "one number a row": ("rows = [[1.0], [2.0]]", ["case.toml:2:8: key 'data.rows'", "expected rows [inputs..., target]"]),
    "no rows at all": ("rows = []", ["case.toml:2:8: key 'data.rows'", "expected rows [inputs..., target]"]),
    "rows of nothing": ("rows = [[], []]", ["case.toml:2:8: key 'data.rows'", "expected rows [inputs..., target]"]),
}


def both(*steps):
    return lambda folder: [step(folder) for step in steps] and None


def pipe_without_writer(folder):
    os.mkfifo(folder / "data.csv.pipe")


def local_socket(folder):
    end = socket.socket(socket.AF_UNIX)
    end.bind(str(folder / "data.csv.socket"))
    end.close()


def unreadable(folder):
    (folder / "data.csv").chmod(0)
    for parent in (folder, folder.parent):
        parent.chmod(0o777)


def named(file):
    return SECTIONS["data"].replace("data.csv", file)


def rows(case_text):
    def case(data):
        return writing("case.toml", case_text({**SECTIONS, "data": data}))

    good = case(SECTIONS["data"])
    other_user = {"user": 65534, "group": 65534} if os.geteuid() == 0 else {}
    return [
        *(Row(name, RUN, says, both(good, writing("data.csv", content)))
          for name, (content, says) in CONTENTS.items()),
        *(Row(name, RUN, says, case(data)) for name, (data, says) in SECTIONS_OF_DATA.items()),
        Row("data nobody may read", RUN, ["case.toml:2:8", "data.csv: cannot be read: Permission denied"],
            both(good, unreadable), other_user),
        Row("pipe without a writer", RUN, ["data.csv.pipe", "empty file"],
            both(case(named("data.csv.pipe")), pipe_without_writer)),
        Row("socket for data", RUN, ["data.csv.socket", "case.toml:2:8"],
            both(case(named("data.csv.socket")), local_socket)),
    ]
