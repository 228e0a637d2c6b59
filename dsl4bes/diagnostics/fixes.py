"""Applies the fixes of diagnostics to a text (`check --fix`).

In: the diagnostics of one file. Out: the new text and how many fixes went in. Fixes that overlap an earlier one wait for the
next run; nothing is written to disk here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dsl4bes.diagnostics.model import Diagnostic, Fix
from dsl4bes.source import SourceFile


@dataclass(frozen=True, slots=True)
class Fixed:
    """The text with `applied` fixes in it; `left` overlapped with others and were not applied."""

    text: str
    applied: int
    left: int


def apply(source: SourceFile, diagnostics: Iterable[Diagnostic]) -> Fixed:
    """Apply all fixes that concern `source`. The fixes of one diagnostic go in together or not at all."""
    chosen: list[Fix] = []
    left = 0
    for diagnostic in diagnostics:
        fixes = [fix for fix in diagnostic.fixes if fix.span.file == source]
        if len(fixes) < len(diagnostic.fixes) or not fixes:
            continue
        new = [fix for fix in fixes if fix not in chosen]
        if any(_overlap(fix, other) for fix in new for other in chosen):
            left += 1
            continue
        chosen += new
    text = source.text
    for fix in sorted(chosen, key=lambda fix: (fix.span.start, fix.span.end), reverse=True):
        text = text[: fix.span.start] + fix.text + text[fix.span.end :]
    return Fixed(text, len(chosen), left)


def _overlap(first: Fix, second: Fix) -> bool:
    a, b = first.span, second.span
    if a.start == a.end == b.start == b.end:
        return True  # two insertions at one place: their order would be a guess
    return a.start < b.end and b.start < a.end
