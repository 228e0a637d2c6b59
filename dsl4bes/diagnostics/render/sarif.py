"""Diagnostics as SARIF 2.1.0 (OASIS standard), which code-scanning services and editors read."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from dsl4bes.diagnostics.codes import CATALOGUE
from dsl4bes.diagnostics.model import Code, Diagnostic, Fix, Severity
from dsl4bes.diagnostics.pages import page
from dsl4bes.source import Span

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def render(diagnostics: tuple[Diagnostic, ...], colour: bool) -> str:
    """The log as text. `colour` is not used."""
    from dsl4bes import __version__

    used = sorted({diagnostic.code.id for diagnostic in diagnostics})
    codes = [CATALOGUE[id] for id in used]
    driver = {"name": "dsl4bes", "version": __version__, "rules": [_rule(code) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, used) for diagnostic in diagnostics],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: Code) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": code.id,
        "name": "".join(word.capitalize() for word in code.name.split("-")),
        "shortDescription": {"text": code.summary},
        "defaultConfiguration": {"level": _LEVELS[code.severity]},
    }
    text = page(code)
    if text:
        rule["help"] = {"text": text, "markdown": text}
    return rule


def _result(diagnostic: Diagnostic, used: list[str]) -> dict[str, Any]:
    text = diagnostic.message + (f". Help: {diagnostic.help}" if diagnostic.help else "")
    result: dict[str, Any] = {
        "ruleId": diagnostic.code.id,
        "ruleIndex": used.index(diagnostic.code.id),
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": text},
    }
    if diagnostic.primary:
        result["locations"] = [{"physicalLocation": _location(diagnostic.primary.span)}]
    if diagnostic.related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _location(label.span), "message": {"text": label.text}}
            for number, label in enumerate(diagnostic.related, 1)
        ]
    if diagnostic.fixes:
        result["fixes"] = [_fix(diagnostic.fixes)]
    return result


def _fix(fixes: tuple[Fix, ...]) -> dict[str, Any]:
    """The fixes of one diagnostic belong together: one SARIF fix with a change per file."""
    files = {fix.span.file.name: fix.span.file for fix in fixes}
    changes = [
        {
            "artifactLocation": {"uri": _uri(name)},
            "replacements": [
                {"deletedRegion": _region(fix.span), "insertedContent": {"text": fix.text}}
                for fix in fixes
                if fix.span.file.name == name
            ],
        }
        for name in files
    ]
    return {"description": {"text": fixes[0].title or "apply the fix"}, "artifactChanges": changes}


def _location(span: Span) -> dict[str, Any]:
    return {"artifactLocation": {"uri": _uri(span.file.name)}, "region": _region(span)}


def _region(span: Span) -> dict[str, int]:
    end = span.file.place(span.end)
    return {
        "startLine": span.place.line,
        "startColumn": span.place.column,
        "endLine": end.line,
        "endColumn": end.column,
    }


def _uri(name: str) -> str:
    return quote(name.replace("\\", "/"), errors="replace")
