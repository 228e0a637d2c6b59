"""One line per diagnostic: `rhopi.bes:12:9: error[BES0201] message; help`."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Diagnostic
from dsl4bes.diagnostics.places import included
from dsl4bes.diagnostics.render.style import paint, role, safe


def render(diagnostics: tuple[Diagnostic, ...], colour: bool) -> str:
    """The lines of all diagnostics."""
    return "".join(_line(diagnostic, colour) + "\n" for diagnostic in diagnostics)


def _line(diagnostic: Diagnostic, colour: bool) -> str:
    place = f"{diagnostic.primary.span}: " if diagnostic.primary else ""
    word = paint(f"{diagnostic.severity.value}[{diagnostic.code.id}]", role(diagnostic.severity), colour)
    help = f"; {diagnostic.help}" if diagnostic.help else ""
    text = f"{diagnostic.message}{help}{included(diagnostic)}".replace("\n", " ")
    return f"{safe(place)}{word} {safe(text)}"
