# SPDX-License-Identifier: BSD-3-Clause
"""One bad input and what must be said about it."""

import dataclasses
from typing import Callable


def nothing(folder):
    """No files are needed."""


@dataclasses.dataclass
class Row:
    name: str
    arguments: list
    says: list
    prepare: Callable = nothing
    options: dict = dataclasses.field(default_factory=dict)
    possible: Callable = lambda: True


RUN = ["run", "case.toml", "--out", "out"]


def writing(file, content):
    def prepare(folder):
        path = folder / file
        path.write_bytes(content) if isinstance(content, bytes) else path.write_text(content)
    return prepare
