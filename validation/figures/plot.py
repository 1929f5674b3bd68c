# SPDX-License-Identifier: BSD-3-Clause
"""The figure of one or several run directories, as PDF and PNG.

    python plot.py RUN_DIR [RUN_DIR...] [--kind KIND] [--out DIR]

Kind `run` (snapshots above, series below) is the default of a run without [figure] kind, data or networks.

Prints the paths written, one per line.
Exit 2: a directory, file or argument that cannot be used; 5: writing failed.
"""

import argparse
import json
import pathlib
import sys

sys.dont_write_bytecode = True

import matplotlib

import baselines
import boundary
import convergence
import ensemble
import fluctuations
import neurons
import planes
import regimes
import series
import snapshots
import training
import widths
from globes import is_sphere
from run import Run, RunError, labelled

KINDS = {"training": training.draw, "series": series.draw, "snapshots": snapshots.draw,
         "convergence": convergence.draw, "widths": widths.draw, "baselines": baselines.draw, "neurons": neurons.draw,
         "ensemble": ensemble.draw, "boundary": boundary.draw, "regimes": regimes.draw,
         "fluctuations": fluctuations.draw,
         "run": snapshots.draw_with_series}
ALONE = ("training", "snapshots", "run", "widths", "baselines", "neurons", "ensemble", "boundary", "regimes",
         "fluctuations")


def kind_of(runs):
    """[figure] kind, else what the directory holds."""
    if len(runs) > 1:
        return "convergence" if all(run.is_study for run in runs) else "series"
    run = runs[0]
    named = run.case.get("figure", {}).get("kind")
    if named and named not in KINDS:
        expected = ", ".join(KINDS)
        raise RunError(f"{run.path / 'case.toml'}: figure.kind = '{named}', expected one of {expected}")
    if named:
        return named
    if run.is_study:
        return "convergence" if any("order" in claim for claim in run.case.get("claim", [])) else "series"
    if run.has("particles.nc") and run.has_data:
        return "training"
    if run.has("particles.nc") and not run.has("fields.nc"):
        return "ensemble"
    if planes.has_plane(run) and is_sphere(run):
        return "boundary"
    return "run" if run.has("fields.nc") else "series"


def write(figure, folder, kind, title):
    """Without dates the PDF of one run is always the same bytes; the PNG takes over its layout."""
    folder.mkdir(parents=True, exist_ok=True)
    pdf, png = folder / f"{kind}.pdf", folder / f"{kind}.png"
    figure.savefig(pdf, metadata={"CreationDate": None, "Title": title})
    figure.set_layout_engine("none")
    figure.savefig(png)
    return [pdf, png]


def parsed(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", type=pathlib.Path, metavar="RUN_DIR")
    parser.add_argument("--kind", choices=sorted(KINDS))
    parser.add_argument("--out", type=pathlib.Path, metavar="DIR", help="default: figures/ of the first run")
    parser.add_argument("--json", action="store_true", help="print the paths as JSON")
    return parser.parse_args(words)


def main(words=None):
    given = parsed(words)
    try:
        runs = labelled([Run(path) for path in given.runs])
        kind = given.kind or kind_of(runs)
        if kind in ALONE and len(runs) > 1:
            raise RunError(f"--kind {kind} draws one run directory, {len(runs)} were given")
        matplotlib.rc_file(pathlib.Path(__file__).with_name("style.mplstyle"))
        figure = KINDS[kind](runs)
        paths = write(figure, given.out or given.runs[0] / "figures", kind, runs[0].title)
    except RunError as error:
        print(f"plot: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"plot: cannot write: {error}", file=sys.stderr)
        return 5
    names = [str(path) for path in paths]
    print(json.dumps(names) if given.json else "\n".join(names))
    return 0


if __name__ == "__main__":
    sys.exit(main())
