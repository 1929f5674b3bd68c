# SPDX-License-Identifier: BSD-3-Clause
"""A run directory as the solver writes it: case.toml, summary.json, series.csv, fields.nc, particles.nc."""

import functools
import json
import pathlib
import re
import tomllib

import numpy as np
import xarray


class RunError(Exception):
    """A run directory that cannot be drawn, in one line for the user."""


class Run:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.label = self.path.resolve().name
        if not self.path.is_dir():
            raise RunError(f"{self.path}: {'not a' if self.path.exists() else 'no such'} directory")
        if not self.has("case.toml"):
            raise RunError(f"{self.path}: not a run directory (no case.toml)")
        self.case = self._parse("case.toml", tomllib.loads)
        self.summary = self._parse("summary.json", json.loads) if self.has("summary.json") else {}

    #: Of a case that has no such section, a run has no such file.
    SECTIONS = {"fields.nc": "grid", "series.csv": "grid", "particles.nc": "particles"}

    def missing(self, name):
        section = self.SECTIONS.get(name)
        why = "" if section is None or section in self.case else f": the case has no [{section}]"
        return RunError(f"{self.path}: no {name}{why}")

    def has(self, name):
        return (self.path / name).exists()

    def _parse(self, name, loads):
        try:
            return loads((self.path / name).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise RunError(f"{self.path / name}: {str(error).splitlines()[0]}") from None

    @property
    def title(self):
        return self.case.get("case", {}).get("title", self.label)

    @property
    def is_study(self):
        return self.has("levels")

    @property
    def has_data(self):
        return self.has("fields.nc") and ("input" in self.fields or "input_0" in self.fields)

    @property
    def metrics(self):
        return self.summary.get("metrics", {})

    @functools.cached_property
    def fields(self):
        return self._dataset("fields.nc")

    @functools.cached_property
    def particles(self):
        return self._dataset("particles.nc")

    def _dataset(self, name):
        """Times stay plain numbers: the flow's clock has no date."""
        if not self.has(name):
            raise self.missing(name)
        try:
            with xarray.open_dataset(self.path / name, engine="netcdf4", decode_times=False) as file:
                return file.load()
        except (OSError, ValueError, RuntimeError) as error:
            raise RunError(f"{self.path / name}: {str(error).splitlines()[0]}") from None

    @functools.cached_property
    def fluctuations(self):
        return self._dataset("fluctuations.nc")

    def field(self, name):
        return self._variable(self.fields, "fields.nc", name)

    def network_field(self, name):
        return self._variable(self.particles, "particles.nc", name)

    def _variable(self, file, where, name):
        if name not in file:
            raise RunError(f"{self.path / where}: no variable '{name}'")
        return file[name]

    @functools.cached_property
    def series(self):
        """Columns of series.csv by name; a last line cut short by a killed run is left out."""
        if not self.has("series.csv"):
            raise self.missing("series.csv")
        rows = [line.split(",") for line in (self.path / "series.csv").read_text().splitlines() if line]
        body = [row for row in rows[1:] if len(row) == len(rows[0])]
        try:
            table = np.array(body, dtype=float)
        except ValueError as error:
            raise RunError(f"{self.path / 'series.csv'}: {error}") from None
        if not body or "time" not in rows[0]:
            raise RunError(f"{self.path / 'series.csv'}: no rows, or no column 'time'")
        return dict(zip(rows[0], table.T))

    def column(self, name):
        if name not in self.series:
            raise RunError(f"{self.path / 'series.csv'}: no column '{name}'")
        return self.series[name]

    def levels(self):
        """The levels of a study as runs, labelled with the value of the varied key."""
        folders = [path for path in (self.path / "levels").iterdir() if (path / "case.toml").exists()]
        if not folders:
            raise RunError(f"{self.path / 'levels'}: no run directories")
        runs = [Run(path) for path in sorted(folders, key=lambda path: (len(path.name), path.name))]
        study = self.summary.get("study", {})
        for run, label in zip(runs, level_labels(self.case.get("study", {}), study)):
            run.label = label
        return runs

    def at_times(self, stem):
        """summary metrics 'stem@time' as {time: value}."""
        pattern = re.compile(re.escape(stem) + r"@([0-9.eE+-]+)")
        found = [(pattern.fullmatch(name), value) for name, value in self.metrics.items()]
        return {float(match[1]): value for match, value in found if match and value is not None}


def level_labels(given, study):
    """By the first key that is varied, by all of them where that leaves levels alike, else by their numbers."""
    keys, over = given.get("vary", study.get("key", "level")), given.get("over", [])
    keys = [keys] if isinstance(keys, str) else keys
    rows = [value if len(keys) > 1 else [value] for value in over]
    for count in (1, len(keys)):
        words = [", ".join(f"{key.split('.')[-1]} = {word_of(value)}" for key, value in list(zip(keys, row))[:count])
                 for row in rows]
        if words and len(set(words)) == len(words) and not any("None" in word for word in words):
            return words
    key = keys[0].split(".")[-1]
    return [f"{key} = {value:g}" for value in study.get("values", [])]


def word_of(value):
    """A text, a number, or the name in a table; None of anything else."""
    if isinstance(value, dict):
        value = next((value[key] for key in ("name", "law") if key in value), None)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:g}"
    return value if isinstance(value, str) else None


def labelled(runs):
    """Equal directory names get their parent in front."""
    names = [run.label for run in runs]
    for run, name in zip(runs, names):
        if names.count(name) > 1:
            run.label = f"{run.path.resolve().parent.name}/{name}"
    return runs
