"""Diagnostics as workflow commands of GitHub Actions, which shows them at the lines of a change."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Diagnostic, Severity
from dsl4bes.diagnostics.places import included, outermost

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(diagnostics: tuple[Diagnostic, ...], colour: bool) -> str:
    """One command per diagnostic. `colour` is not used."""
    return "".join(_command(diagnostic) + "\n" for diagnostic in diagnostics)


def _command(diagnostic: Diagnostic) -> str:
    properties = []
    if diagnostic.primary:
        span = diagnostic.primary.span
        if span.file.name.startswith("<"):  # no file of the change: it is shown where it was included
            span = outermost(span)
        line, column = span.place
        end = span.file.place(span.end)
        properties += [("file", span.file.name), ("line", str(line)), ("endLine", str(end.line))]
        if line == end.line:  # columns across lines are not accepted
            properties += [("col", str(column)), ("endColumn", str(max(end.column, column + 1)))]
    properties.append(("title", f"{diagnostic.code.id} {diagnostic.code.name}"))
    listed = ",".join(f"{key}={_escape(value, property=True)}" for key, value in properties)
    where = included(diagnostic)
    if diagnostic.primary and where and diagnostic.primary.span.file.name.startswith("<"):
        where = f" (in {diagnostic.primary.span})"
    text = diagnostic.message + where + (f"\n{diagnostic.help}" if diagnostic.help else "")
    return f"::{_COMMANDS[diagnostic.severity]} {listed}::{_escape(text)}"


def _escape(text: str, property: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if property else text
