# SPDX-License-Identifier: BSD-3-Clause
"""Writes the tables of docs/performance.md anew from what the benchmarks have measured.

    python3 benchmarks/report.py RESULTS_DIRECTORY

RESULTS_DIRECTORY holds stage.json, meshes.json, limits.json, features.json, threads.json (Google Benchmark's), peers.json and
accuracy.json; tables without results stay as they are. A table stands between  <!-- table NAME -->  and  <!-- end -->.
"""
import json
import pathlib
import re
import sys

PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs/performance.md"


def read(folder, name):
    path = folder / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


def runs(results, name):
    """({argument: value}, counters) of the benchmarks of a name."""
    for run in results["benchmarks"]:
        parts = run["name"].split("::")[-1].split("/")
        if parts[0] == name:
            yield dict(part.split(":") for part in parts[1:] if ":" in part), run


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def cells(arguments):
    return " x ".join([arguments["cells"]] * int(arguments["rank"]))


def limits(folder):
    results = read(folder, "limits")
    if results is None:
        return None
    rows = []
    for arguments, run in runs(results, "copy"):
        rows.append([f"copy, {arguments['numbers']} numbers", f"{run['copy_GB_per_s']:.3g} GB/s"])
        rows.append([f"triad, {arguments['numbers']} numbers", f"{run['triad_GB_per_s']:.3g} GB/s"])
    for arguments, run in runs(results, "rt"):
        rows.append([f"RT, {cells(arguments)}", f"{run['measured_ns']:.3g} ns a point ({run['guessed_ns']:.3g} guessed)"])
    for arguments, run in runs(results, "product"):
        rows.append([f"Eigen's product, size {arguments['size']}", f"{run['GFLOP_per_s']:.3g} GFLOP/s"])
    return table(["limit", "one thread"], rows)


def stages(folder):
    results = read(folder, "stage")
    if results is None:
        return None
    found = {}
    for name in ("stage", "step", "single"):
        for arguments, run in runs(results, name):
            found.setdefault(cells(arguments), {})[name, arguments["planned"]] = run
    rows = []
    for size, of in found.items():
        def value(name, planned, key="ratio"):
            return f"{of[name, planned][key]:.2f}" if (name, planned) in of else ""
        rows.append([size, value("stage", "0"), value("stage", "1"), value("step", "0"), value("step", "1"),
                     value("single", "0", "gain"), value("step", "0", "two_threads")])
    return table(["cells", "stage", "stage, measured", "step / 3", "step / 3, measured", "single precision",
                  "second thread"], rows)


def growth(folder):
    results = read(folder, "stage")
    if results is None:
        return None
    found = {}
    for arguments, run in runs(results, "growth"):
        found.setdefault(cells(arguments), []).extend([f"{run['ratio']:.2f}", f"{run['two_threads']:.2f}"])
    return table(["cells", "proportional", "second thread", "mean-preserving", "second thread"],
                 [[size, *of] for size, of in found.items()])


def sweeps(folder):
    results = read(folder, "stage")
    if results is None:
        return None
    found = {}
    for arguments, run in runs(results, "sweep"):
        found.setdefault(cells(arguments), {})[arguments["muscl"]] = run
    rows = [[size] + [f"{of[m]['ns_per_cell']:.2f} ns, {of[m]['of_copy']:.2f}" for m in ("0", "1") if m in of]
            for size, of in found.items()]
    return table(["cells", "`upwind`", "`muscl`"], rows)


def meshes(folder):
    results = read(folder, "meshes")
    if results is None:
        return None
    found = {}
    for name, size, label in (("circle", "cells", "{} cells a circle"), ("sphere", "subdivision", "sphere, subdivision {}")):
        for arguments, run in runs(results, name):
            found.setdefault(label.format(arguments[size]), []).append(f"{run['ns_per_cell']:.1f} ns, {run['of_copy']:.2f}")
    return table(["cells", "`upwind`", "`muscl`"], [[size, *of] for size, of in found.items()])


def threads(folder):
    results = read(folder, "threads")
    if results is None:
        return None
    kinds = (("grid", "cells", "{} cells a circle, with growth"), ("network", "neurons", "one network of {} neurons on a circle"),
             ("plane_network", "neurons", "one network of {} ReLU units, three weights each"),
             ("smooth_network", "neurons", "one network of {} tanh units, all three weights of each free"),
             ("ensemble", "neurons", "25 steps of 20 networks of {} neurons"))
    rows = [[label.format(arguments[size]), f"{run['one_ms']:.2f} ms", f"{run['ratio']:.2f}"]
            for name, size, label in kinds for arguments, run in runs(results, name)]
    return table(["a step of", "one thread", "second thread"], rows)


def features(folder):
    results = read(folder, "features")
    if results is None:
        return None
    rows = []
    for arguments, run in runs(results, "on_the_fly"):
        rows.append(["tanh" if arguments["tanh"] == "1" else "ReLU", "on the fly", arguments["data"],
                     f"{run['ns_per_pair']:.2f} ns a pair", f"{run['of_product']:.2f} of the matrix product"])
    for arguments, run in runs(results, "fast"):
        smooth = arguments["tanh"] == "1"
        rows.append(["tanh" if smooth else "ReLU", "ridge transform" if smooth else "boxes of 2 weights, a grid", arguments["data"],
                     f"{run['fast_ms']:.2f} ms", f"{run['gain']:.1f} times faster"])
    for arguments, run in runs(results, "circle"):
        rows.append(["ReLU", "sorted arcs", arguments["data"], f"{run['fast_ms']:.2f} ms", f"{run['gain']:.1f} times faster"])
    for arguments, run in runs(results, "moving"):
        kind = "sorted arcs" if arguments["coordinates"] == "1" else f"boxes of {arguments['coordinates']} weights"
        rows.append(["ReLU", f"{kind}, {arguments['width']} moving neurons", arguments["data"],
                     f"{run['ns_per_neuron']:.1f} ns a neuron", f"{run['gain']:.1f} times faster"])
    for arguments, run in runs(results, "held"):
        rows.append(["tanh", f"held between both sums, {arguments['width']} moving neurons", arguments["data"],
                     f"{run['ns_per_pair']:.2f} ns a pair", f"{run['gain']:.1f} times faster"])
    for arguments, run in runs(results, "particles"):
        rows.append(["ReLU", f"network of {arguments['width']}", arguments["data"],
                     f"{1e-6 * run['updates_per_s']:.2f} million neurons a second",
                     f"{run['of_product']:.2f} of the matrix product"])
    return table(["unit", "sums", "data", "", ""], rows)


def peers(folder):
    results = read(folder, "peers")
    if results is None:
        return None
    ours = {(row["kind"], row["size"]): row["value"] for row in results if row["name"].startswith("widelimit")}
    rows = []
    for row in results:
        ratio = row["value"] / ours[row["kind"], row["size"]]
        times = ratio if row["kind"] == "flow" else 1.0 / ratio
        rows.append([row["kind"], row["size"], row["name"], f"{row['value']:.3g} {row['unit']}", f"{times:.3g}"])
    return table(["", "size", "", "", "times our time"], rows)


def accuracy(folder):
    results = read(folder, "accuracy")
    if results is None:
        return None
    return table(["problem", "method", "cells or neurons", "seconds", "error"],
                 [[row["problem"], row["method"], str(row["size"]), f"{row['seconds']:.2f}", f"{row['error']:.2g}"]
                  for row in results])


def main():
    folder = pathlib.Path(sys.argv[1])
    text = PAGE.read_text()
    for make in (limits, stages, growth, sweeps, meshes, threads, features, peers, accuracy):
        found = make(folder)
        if found is not None:
            pattern = re.compile(f"(<!-- table {make.__name__} -->\n).*?(<!-- end -->)", re.DOTALL)
            text, count = pattern.subn(lambda match: match.group(1) + found + "\n" + match.group(2), text)
            assert count == 1, f"{PAGE}: no place for the table '{make.__name__}'"
    PAGE.write_text(text)


if __name__ == "__main__":
    sys.exit(main())
