"""Diagnostics → text: the only code that puts them into words for a reader or a program.

In: diagnostics. Out: one text in the asked format. Each format is one module and loads only when used; nothing is printed,
no terminal is looked at (the caller says whether to colour).
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from dsl4bes.diagnostics.model import Diagnostic, Severity
from dsl4bes.diagnostics.places import mendable

FORMATS: tuple[str, ...] = ("full", "concise", "json", "sarif", "github")


def render(diagnostics: Iterable[Diagnostic], format: str = "full", *, colour: bool = False) -> str:
    """The text of diagnostics in one of `FORMATS`, with a newline at its end unless it is empty.

    Raises ValueError for an unknown format. `colour` concerns `full` and `concise`.
    """
    if format not in FORMATS:
        raise ValueError(f"unknown format {format!r}; there are {', '.join(FORMATS)}")
    module = import_module(f"{__name__}.{format}")
    text: str = module.render(tuple(diagnostics), colour)
    return text


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning (1 can be mended by --fix)`; empty if there is neither. Notes are not counted, nor fixes of included files."""
    found = [diagnostic for diagnostic in diagnostics if diagnostic.severity is not Severity.NOTE]
    severities = [diagnostic.severity for diagnostic in found]
    counts = [(severity.value, severities.count(severity)) for severity in (Severity.ERROR, Severity.WARNING)]
    text = ", ".join(f"{count} {word}{'s' if count > 1 else ''}" for word, count in counts if count)
    fixable = sum(mendable(diagnostic) for diagnostic in found)
    return f"{text} ({fixable} can be mended by --fix)" if fixable else text
