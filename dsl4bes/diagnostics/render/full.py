"""Diagnostics for people: message, source lines with marks under all places, help, and program text to show.

In: diagnostics. Out: text. Places in one file are shown together, in the order of the lines; long lines are cut around the mark.
"""

from __future__ import annotations

from dataclasses import dataclass

from dsl4bes.diagnostics.model import Diagnostic, Label
from dsl4bes.diagnostics.render.style import paint, role, safe
from dsl4bes.source import SourceFile

_WIDTH = 110  # columns of a source line that are shown
_TAB = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of one line to underline: columns count from 0, in characters."""

    line: int
    begin: int
    end: int
    text: str
    primary: bool


def render(diagnostics: tuple[Diagnostic, ...], colour: bool) -> str:
    """All diagnostics, an empty line between them."""
    return "\n".join(_diagnostic(diagnostic, colour) for diagnostic in diagnostics)


def _diagnostic(diagnostic: Diagnostic, colour: bool) -> str:
    severity = role(diagnostic.severity)
    title = paint(f"{severity}[{diagnostic.code.id}]", severity, colour)
    lines = [title + paint(f": {safe(diagnostic.message)}", "strong", colour)]
    groups = _by_file(diagnostic)
    width = max((len(str(mark.line)) for _, marks in groups for mark in marks), default=1)
    gutter = " " * width
    for number, (file, marks) in enumerate(groups):
        first = next((mark for mark in marks if mark.primary), marks[0])
        arrow = "-->" if number == 0 else ":::"
        where = f"{file.name}:{first.line}:{first.begin + 1}"
        lines.append(gutter + paint(arrow, "frame", colour) + " " + safe(where))
        lines += _source(file, marks, width, severity, colour)
    bar = paint(gutter + " = ", "frame", colour)
    if diagnostic.help:
        lines.append(bar + paint("help", "help", colour) + ": " + _indented(diagnostic.help, width + 9))
    if diagnostic.shows:
        lines.append(paint(gutter + " |", "frame", colour))
        lines += [
            paint(gutter + " | ", "frame", colour) + safe(line) for line in diagnostic.shows.splitlines()
        ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _indented(text: str, indent: int) -> str:
    return ("\n" + " " * indent).join(safe(text).split("\n"))


def _by_file(diagnostic: Diagnostic) -> list[tuple[SourceFile, list[Mark]]]:
    """The marks of all labels: the file of the primary one first, in each file by line."""
    labels = [diagnostic.primary] if diagnostic.primary else []
    labels += diagnostic.related
    groups: list[tuple[SourceFile, list[Mark]]] = []
    for label in labels:
        file = label.span.file
        marks = next((marks for known, marks in groups if known == file), None)
        if marks is None:
            marks = []
            groups.append((file, marks))
        marks.append(_mark(label, label is diagnostic.primary))
    for _, marks in groups:
        marks.sort(key=lambda mark: (mark.line, not mark.primary, mark.begin))
    return groups


def _mark(label: Label, primary: bool) -> Mark:
    span = label.span
    line, column = span.place
    length = len(span.file.line(line))
    begin = min(column - 1, length)
    end = begin + max(1, min(span.end - span.start, length - begin))
    return Mark(line, begin, end, label.text, primary)


def _source(file: SourceFile, marks: list[Mark], width: int, severity: str, colour: bool) -> list[str]:
    """The lines of a file that have marks, each once, with the marks below."""
    frame = paint(" " * width + " |", "frame", colour)
    lines = [frame]
    shown = 0
    for mark in marks:
        if mark.line != shown:
            if shown and mark.line > shown + 1:
                lines.append(paint("...", "frame", colour))
            shown = mark.line
        else:
            lines.append(frame + _underline(file.line(mark.line), mark, severity, colour))
            continue
        text = file.line(mark.line)
        number = paint(f"{mark.line:>{width}} |", "frame", colour)
        low, high = _window(text, mark)
        cut = ("..." if low else "") + safe(text[low:high]) + ("..." if high < len(text) else "")
        lines.append(f"{number} {cut.expandtabs(_TAB) if low == 0 else cut}")
        lines.append(frame + _underline(text, mark, severity, colour))
    lines.append(frame)
    return lines


def _underline(text: str, mark: Mark, severity: str, colour: bool) -> str:
    low, high = _window(text, mark)
    before = text[low : mark.begin]
    if low == 0:
        before = before.expandtabs(_TAB)
    indent = _columns(before) + (3 if low else 0)
    length = max(1, _columns(text[mark.begin : min(mark.end, high)]))
    sign = "^" if mark.primary else "-"
    label = f" {safe(mark.text)}" if mark.text else ""
    return " " + " " * indent + paint(sign * length + label, severity if mark.primary else "other", colour)


def _window(text: str, mark: Mark) -> tuple[int, int]:
    """The part of a long line that is shown: the mark is in it."""
    if len(text) <= _WIDTH:
        return 0, len(text)
    low = max(0, min(mark.begin - _WIDTH // 3, len(text) - _WIDTH))
    return low, low + _WIDTH


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    import unicodedata  # only for lines with signs beyond ASCII

    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)
