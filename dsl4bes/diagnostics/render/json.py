"""Diagnostics for programs: a JSON array of objects. Lines and columns count from 1, offsets from 0, all in characters."""

from __future__ import annotations

import json
from typing import Any

from dsl4bes.diagnostics.model import Diagnostic, Label
from dsl4bes.source import Span


def render(diagnostics: tuple[Diagnostic, ...], colour: bool) -> str:
    """The array as text. `colour` is not used."""
    return json.dumps([as_data(diagnostic) for diagnostic in diagnostics], indent=2) + "\n"


def as_data(diagnostic: Diagnostic) -> dict[str, Any]:
    """One diagnostic as plain dicts and lists."""
    return {
        "code": diagnostic.code.id,
        "name": diagnostic.code.name,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "place": _place(diagnostic.primary.span) if diagnostic.primary else None,
        "label": diagnostic.primary.text if diagnostic.primary else "",
        "related": [_label(label) for label in diagnostic.related],
        "help": diagnostic.help,
        "fixes": [
            {"title": fix.title, "place": _place(fix.span), "text": fix.text} for fix in diagnostic.fixes
        ],
        "shows": diagnostic.shows,
    }


def _label(label: Label) -> dict[str, Any]:
    return {"place": _place(label.span), "label": label.text}


def _place(span: Span) -> dict[str, Any]:
    end = span.file.place(span.end)
    return {
        "file": span.file.name,
        "line": span.place.line,
        "column": span.place.column,
        "end_line": end.line,
        "end_column": end.column,
        "start": span.start,
        "end": span.end,
    }
