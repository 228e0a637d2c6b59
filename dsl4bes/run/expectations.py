"""`expect` blocks against the cut flow of the sample they name.

In: the expectations of a program, the names of the files that were run, the cut flow. Out: what differs.
An `expect` whose sample is not among the files, or not the only one, is not checked; the caller says so.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from dsl4bes.ir.program import Expectation
from dsl4bes.run.cutflow import CutFlow
from dsl4bes.source import Span


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that is not what was expected; `found` None: the program has no such line."""

    sample: str
    key: str
    expected: int
    found: int | None
    span: Span | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of the expectations: samples that were compared, those that were not run, the differences."""

    compared: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()


def check(expectations: Sequence[Expectation], files: Sequence[str], flow: CutFlow) -> Checked:
    """Compare every expectation whose sample is exactly what was run."""
    names = {os.path.basename(path) for path in files}
    compared, skipped, differences = [], [], []
    for expectation in expectations:
        if names != {os.path.basename(expectation.sample)} or len(files) != 1:
            skipped.append(expectation.sample)
            continue
        compared.append(expectation.sample)
        for key, expected, span in expectation.numbers:
            try:
                found: int | None = flow[key]
            except KeyError:
                found = None
            if found != expected:
                differences.append(Difference(expectation.sample, key, expected, found, span))
    return Checked(tuple(compared), tuple(skipped), tuple(differences))
