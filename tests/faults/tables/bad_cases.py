# SPDX-License-Identifier: BSD-3-Clause
"""Cases that are wrong in themselves: the good case with some sections replaced."""

from row import RUN, Row, writing

GOOD = {
    "data": "rows = [[-1.0, 0.5], [0.0, -1.0], [1.0, 0.3]]",
    "network": 'activation = "relu"',
    "problem": "decay = 0.01",
    "grid.axes": "angle = { cells = 16 }",
    "time": "end = 0.1",
    "output": "series = { per_decade = 2 }",
}
PARTICLES = {"particles": "widths = [4]\nseeds = 2\nend = 0.1"}
CLAIM = 'metric = "objective"\n'
THREE_INPUTS = "rows = [[-1.0, 0.5, 0.3, 1.0], [0.0, -1.0, 0.2, 2.0]]"

# name: (sections instead of the good ones, what must be said)
REPLACED = {
    # unknown keys and sections
    "unknown key": ({"grid.axes": "angle = { cels = 16 }"},
                    ["case.toml:8:11: unknown key 'grid.axes.angle.cels'", "did you mean 'cells'?"]),
    "unknown section": ({"tme": "end = 1.0"}, ["case.toml:13:2: unknown key 'tme'", "did you mean 'time'?"]),
    "unknown axis": ({"grid.axes": "x = { cells = 16 }"},
                     ["case.toml:8:5: key 'grid.axes.x'", "coordinate is 'angle'"]),
    "unknown activation": ({"network": 'activation = "rleu"'},
                           ["case.toml:4:14", "unknown activation 'rleu'", "did you mean 'relu'?"]),
    "unknown risk": ({"problem": 'risk = "squared"'}, ["case.toml:6:8", "did you mean 'square'?"]),
    "unknown problem": ({"problem": 'name = "networks"'}, ["case.toml:6:8: key 'problem.name'", "did you mean 'network'?"]),
    "unknown law": ({"problem": 'initial = "unifrom"'}, ["case.toml:6:11", "did you mean 'uniform'?"]),
    "unknown scheme": ({"scheme": 'flux = "muskl"'}, ["case.toml:14:8: key 'scheme.flux'", "'muscl'"]),
    "unknown stepper": ({"time": 'end = 1.0\nstepper = "ssp-rk"'}, ["case.toml:11:11", "ssp-rk3"]),
    "unknown particle stepper": ({"particles": 'widths = [4]\nstepper = "ssp"'},
                                 ["case.toml:15:11: key 'particles.stepper'", "ssp-rk3"]),
    "notes in the figure": ({"figure": 'kind = "training"\nnotes = "x"'},
                            ["case.toml:15:1: unknown key 'figure.notes'", "known keys are kind"]),
    # wrong types
    "text for a number": ({"time": 'end = "soon"'}, ["case.toml:10:7: key 'time.end': expected a number"]),
    "number for an integer": ({"grid.axes": "angle = { cells = 16.0 }"},
                              ["case.toml:8:19", "expected an integer", "write 16"]),
    "list for a table": ({"problem": "initial = [1]"}, ["case.toml:6:11", "expected a string or a table"]),
    "ragged rows in the case": ({"data": "rows = [[1.0, 2.0], [3.0]]"},
                                ["case.toml:2:21: key 'data.rows'", "a list of another length"]),
    "date": ({"time": "end = 1979-05-27"}, ["case.toml:10:7", "dates and times mean nothing"]),
    # out of range
    "no cells": ({"grid.axes": "angle = { cells = 0 }"},
                 ["case.toml:8:19: key 'grid.axes.angle.cells': expected [2, 100000000], found 0"]),
    "negative temperature": ({"problem": "temperature = -1.0"}, ["case.toml:6:15", "expected >= 0, found -1"]),
    "negative end": ({"time": "end = -1.0"}, ["case.toml:10:7: key 'time.end': expected > 0"]),
    "missing end": ({"time": "courant = 0.5"}, ["missing key 'time.end'", "for example end = 10.0"]),
    "width 0": ({"particles": "widths = [0]"}, ["case.toml:14:11: key 'particles.widths': expected"]),
    "width 1e300": ({"particles": "widths = [1e300]"}, ["case.toml:14:11: key 'particles.widths': expected"]),
    "width 2.5": ({"particles": "widths = [2.5]"}, ["case.toml:14:10: key 'particles.widths'", "whole numbers"]),
    "no widths": ({"particles": "widths = []"}, ["case.toml:14:10: key 'particles.widths'", "at least one"]),
    "not a number": ({"problem": "decay = nan"}, ["case.toml:6:9: key 'problem.decay'", "found nan"]),
    "infinite": ({"time": "end = inf"}, ["case.toml:10:7: key 'time.end'", "found inf"]),
    "overflowing number": ({"time": "end = 1e999"}, ["case.toml:10:"]),
    "integer beyond 2^63": ({"particles": "widths = [4]\nfirst_seed = 9223372036854775808"},
                            ["case.toml:15:", "9223372036854775808"]),
    "infinite row": ({"data": "rows = [[1.0, inf], [2.0, 1.0]]"}, ["case.toml:2:15", "a finite number"]),
    # contradictions
    "nothing to do": ({"grid.axes": None}, ["nothing to do: give a [grid], or [particles], or both"]),
    "rows and a file": ({"data": 'rows = [[1.0, 2.0]]\nfile = "data.csv"'},
                        ["case.toml:1:1: key 'data'", "either a file"]),
    "no data": ({"data": None}, ["problem 'network' needs a section [data]"]),
    "labels with square": ({"data": 'file = "data.csv"\ninputs = ["x"]\n'
                            'target = { column = "kind", plus = "a", minus = "b" }',
                            "problem": 'risk = "soft-min"\nexact = "xor"'}, ["key 'problem.exact'"]),
    "numbers with logistic": ({"problem": 'risk = "logistic"'},
                              ["case.toml:6:8: key 'problem.risk'", "needs labels -1 and +1", "plus ="]),
    "grid for three inputs": ({"data": THREE_INPUTS, "network": 'activation = "tanh"\ntrain = "input"',
                             "grid.axes": "w1 = { cells = 16 }"},
                            ["key 'grid'", "leave [grid] out and use [particles]"]),
    "particles with linear growth": ({"network": 'activation = "relu"\ntrain = "output"', "problem": None,
                                      **PARTICLES}, ["case.toml:", "key 'particles'", "linear growth law"]),
    "exact without a solution": ({"problem": 'exact = "xor"'}, ["case.toml:6:9: key 'problem.exact': is known"]),
    "tanh with both layers on a circle": ({"network": 'activation = "tanh"'},
                                          ["case.toml:8:9: key 'grid.axes.angle'", "coordinates are 'a', 'w', 'b'"]),
    "decay of fixed weights": ({"network": 'activation = "relu"\ntrain = "output"'},
                               ["case.toml:7:9: key 'problem.decay'", "only 0 is possible"]),
    "key without effect": ({"network": 'activation = "relu"\noutput = { scale = 2.0 }'},
                           ["case.toml:5:1: key 'network.output' has no effect here"]),
    "series beyond the end": ({"output": "series = { at = [5.0] }"},
                              ["case.toml:12:17: key 'output.series.at'", "beyond the end"]),
    "networks beyond the end": ({"particles": "widths = [4]\nend = 5.0"},
                                ["case.toml:15:7: key 'particles.end'", "beyond time.end"]),
    "distances beyond the end": ({"particles": "widths = [4]\nat = [5.0]"},
                                 ["case.toml:15:", "key 'particles.at'", "beyond the networks' end"]),
    # studies
    "study over an unknown key": ({"study": 'vary = "grid.axes.angel.cells"\nover = [16, 32]'},
                                  ["case.toml:15:9: key 'grid.axes.angel'", "coordinate is 'angle'"]),
    "invalid study level": ({"study": 'vary = "grid.axes.angle.cells"\nover = [16, 1]'},
                            ["case.toml:15:13: key 'grid.axes.angle.cells'", "found 1"]),
    "one study level": ({"study": 'vary = "time.end"\nover = [1.0]'}, ["case.toml:15:8", "at least two values"]),
    "study of a study": ({"study": 'vary = "study.vary"\nover = ["a", "b"]'},
                         ["case.toml:14:8: key 'study.vary'", "cannot be varied"]),
    "a million levels": ({"study": 'vary = "time.end"\nover = [' + "1.0, " * 1000000 + "]"},
                         ["case.toml:15:8: key 'study.over'", "at most 1000 levels"]),
    # claims
    "claim with two verbs": ({"[claim]": CLAIM + "below = 1.0\nabove = 0.0"},
                             ["case.toml:16:9", "one verb", "'below'"]),
    "claim without a verb": ({"[claim]": CLAIM}, ["case.toml:13:", "needs one of is, below"]),
    "claim about an unknown metric": ({"[claim]": 'metric = "objectiv"\nbelow = 1.0'},
                                      ["case.toml:14:10: key 'claim.0.metric'", "did you mean 'objective'?"]),
    "bound of an unknown metric": ({"[claim]": CLAIM + 'less_than = "riks"'},
                                   ["case.toml:15:13: key 'claim.0.less_than'", "did you mean 'risk'?"]),
    "claim beyond the end": ({"[claim]": CLAIM + "below = 1.0\nat = 5.0"},
                             ["case.toml:16:6: key 'claim.0.at'", "beyond the end"]),
    "claim without tolerance": ({"[claim]": CLAIM + "is = 1.0"}, ["case.toml:15:6", "`within` and `relative`"]),
    "order without a study": ({"[claim]": CLAIM + "order = 1.0"},
                              ["case.toml:15:9: key 'claim.0.order'", "[study]"]),
    "claim about a missing table": ({"[claim]": CLAIM + 'table = "t.csv"\ncolumn = "y"\nrelative = 0.1'},
                                    ["t.csv", "No such file"]),
    # too much
    "grid too large": ({"data": "rows = [" + "[1.0, 2.0], [2.0, 1.0], " * 50000 + "]",
                        "grid.axes": "angle = { cells = 100000000 }"},
                       ["case.toml:8:19: key 'grid.axes.angle.cells'", "needs about", "GB"]),
    "width 1e9": ({"particles": "widths = [1e9]\nseeds = 100000"},
                  ["case.toml:14:10: key 'particles.widths'", "needs about", "GB"]),
    "series too dense": ({"output": "series.every = 1e-12"},
                         ["case.toml:12:16: key 'output.series.every'", "rows", "at most"]),
    "too many per decade": ({"output": "snapshots.per_decade = 1e12"},
                            ["case.toml:12:24: key 'output.snapshots.per_decade'", "at most"]),
    "first time too early": ({"output": "series = { per_decade = 1e6, first = 1e-300 }"},
                             ["key 'output.series.per_decade'", "at most"]),
    "curve too fine": ({"output": "curve = 1000000000000"}, ["case.toml:12:9: key 'output.curve'"]),
}

# name: (the whole file, what must be said)
FILES = {
    "empty file": (b"", ["case.toml: ", "needs a section [data]"]),
    "binary file": (bytes(range(256)) * 8, ["case.toml:1:1: a NUL byte: not a text file"]),
    "invalid UTF-8": (b"[time]\nend = \"\xff\xfe\"\n", ["case.toml:2:"]),
    "byte order mark and no more": (b"\xef\xbb\xbf", ["case.toml: ", "needs a section [data]"]),
    "UTF-16": ("[time]\nend = 1.0\n".encode("utf-16"), ["case.toml:1:"]),
    "CRLF and an unknown key": (b"[time]\r\nend = 1.0\r\nstop = 2.0\r\n", ["case.toml:3:1: unknown key 'time.stop'"]),
    "open bracket": (b"[time\nend = 1.0\n", ["case.toml:1:6"]),
    "key given twice": (b"[time]\nend = 1.0\nend = 2.0\n", ["case.toml:3:", "end"]),
    "nested too deep": (b"a = " + b"[" * 100000, ["case.toml:1:69", "nested deeper than 64 levels"]),
    "line of a million characters": (b"a = \"" + b"x" * 1000000 + b"\n", ["case.toml:1:"]),
    "key of a million characters": (b"x" * 1000000 + b" = 1\n", ["case.toml:1:1: unknown key"]),
    "eleven million bytes": (b"#" * 11000000, ["case.toml: larger than 10000000 bytes"]),
}


def rows(case_text):
    replaced = [Row(name, RUN, says, writing("case.toml", case_text({**GOOD, **sections})))
                for name, (sections, says) in REPLACED.items()]
    return replaced + [Row(name, RUN, says, writing("case.toml", content))
                       for name, (content, says) in FILES.items()]
