"""What a cell shows: diagnostics with the place underlined, cut flow, histograms, C++ folded.

In: diagnostics, a `RunResult`, C++. Out: `Shown`, with HTML for notebooks and plain text for everything else. Texts of users are escaped; pictures are SVG as data in `img` elements, where no script runs.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dsl4bes.diagnostics.model import Diagnostic
    from dsl4bes.run.results import RunResult

_COLOURS = {"error": "#b42318", "warning": "#9a6700", "note": "#0550ae"}


@dataclass(frozen=True, slots=True)
class Shown:
    """Something that IPython displays."""

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def diagnostics(found: Iterable[Diagnostic]) -> Shown:
    """All findings, each with its line and its fix."""
    from dsl4bes.diagnostics.render import render

    items = list(found)
    return Shown("".join(_finding(item) for item in items), render(items).rstrip("\n"))


def fault(message: str, advice: str = "", details: str = "") -> Shown:
    """What went wrong beside the program."""
    text = f"error: {message}" + (f"\n{details.rstrip()}" if details.strip() else "") + (f"\n  help: {advice}" if advice else "")
    return Shown(f'<pre style="color:{_COLOURS["error"]}">{escape(text)}</pre>', text)


def _finding(item: Diagnostic) -> str:
    word = item.severity.value
    parts = [f'<b style="color:{_COLOURS[word]}">{word} {escape(item.code.id)}</b>: {escape(item.message)}']
    if item.primary is not None:
        span = item.primary.span
        place = span.place
        line = span.file.line(place.line)
        start = place.column - 1
        end = max(start + 1, min(len(line), start + span.end - span.start))
        mark = f'<u style="text-decoration-color:{_COLOURS[word]}">{escape(line[start:end]) or "&nbsp;"}</u>'
        where = f"{escape(os.path.basename(span.file.name))}:" if span.file.via is not None else ""
        parts.append(f"<pre style='margin:0'>{where}{place.line:>4} | {escape(line[:start])}{mark}{escape(line[end:])}</pre>{escape(item.primary.text)}")
    if item.help:
        parts.append(f"<i>help: {escape(item.help)}</i>")
    parts += [f"<i>fix: {escape(fix.title or 'write')} <code>{escape(fix.text.strip())}</code></i>" for fix in item.fixes]
    return f'<div style="margin:.4em 0">{"<br>".join(part for part in parts if part)}</div>'


def cut_flow(result: RunResult) -> Shown:
    """The cut flow, what failed and what does not hold."""
    from dsl4bes.run import efficiency

    rows = "".join("<tr>" + "".join(f'<td style="text-align:{"right" if i else "left"}">{escape(cell)}</td>' for i, cell in enumerate(row)) + "</tr>" for row in efficiency.as_rows(result.cutflow))
    wrong = [f"{each.path}: {each.reason}" for each in result.failures] + [f"{each.key} is {each.found}, expected {each.expected}" for each in result.expectations.differences]
    told = "".join(f'<div style="color:{_COLOURS["error"]}">{escape(line)}</div>' for line in wrong)
    head = f"<div>{result.events:,} events, {result.cutflow.selected:,} selected</div>"
    return Shown(f"{head}<table>{rows}</table>{told}", "\n".join([efficiency.as_text(result.cutflow).rstrip("\n"), *wrong]))


def histograms(result: RunResult) -> Shown:
    """All histograms as pictures; their sums as text."""
    from dsl4bes.run.html import histogram_pictures

    figures = [f'<img alt="{escape(each.caption)}" style="width:26em;background:#fff" src="data:image/svg+xml;base64,{base64.b64encode(each.svg).decode()}">' for each in histogram_pictures(result)]
    return Shown("".join(figures), "\n".join(f"histogram {name}: {each.inside.sum():g} entries" for name, each in result.histograms.items()))


def cpp(code: str) -> Shown:
    """C++, folded and coloured."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import CppLexer

    return Shown(f"<details><summary>C++ ({code.count(chr(10))} lines)</summary>{highlight(code, CppLexer(), HtmlFormatter(noclasses=True))}</details>", code)
