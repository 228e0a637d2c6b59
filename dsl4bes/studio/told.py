"""Findings and views of the compiler as messages for a page.

In: diagnostics, a `View`, the source that the page has. Out: messages of `messages.py`. A place in an included file becomes that of its `include`, since the page shows one text. Nothing is computed here.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable

from dsl4bes.diagnostics.model import Diagnostic
from dsl4bes.diagnostics.places import outermost
from dsl4bes.preview.view import FlowLine, HistogramView, MethodView, View
from dsl4bes.run.efficiency import Efficiency, Step, steps
from dsl4bes.source import SourceFile, Span
from dsl4bes.studio import messages as m

#: Cells of a histogram with two axes that are sent; more are not told apart on a screen.
MAX_CELLS = 10_000
_HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@")


def place_of(span: Span) -> m.Place:
    """Where a span is in the text of the page."""
    here, start = outermost(span), span.place
    file = "" if span.file.via is None else os.path.basename(span.file.name)
    place = here.place if not file else start
    return m.Place(start=here.start, end=here.end, line=place.line, column=place.column, file=file)


def findings_of(diagnostics: Iterable[Diagnostic], source: SourceFile) -> list[m.Finding]:
    return [_finding(each, source) for each in diagnostics]


def _finding(found: Diagnostic, source: SourceFile) -> m.Finding:
    fixes = [fix for fix in found.fixes if fix.span.file is source or (fix.span.file == source and fix.span.file.via is None)]
    repairs = []
    if fixes and len(fixes) == len(found.fixes):  # the fixes of one diagnostic go in together or not at all
        title = next((fix.title for fix in fixes if fix.title), "") or f"write `{fixes[0].text.strip()}`"
        repairs = [m.Repair(title=title, edits=[m.Edit(start=fix.span.start, end=fix.span.end, text=fix.text) for fix in fixes])]
    return m.Finding(
        code=found.code.id, name=found.code.name, severity=found.severity.value, message=found.message, help=found.help, shows=found.shows,
        label=found.primary.text if found.primary else "", place=place_of(found.primary.span) if found.primary else None,
        related=[m.Remark(place=place_of(each.span), text=each.text) for each in found.related], fixes=repairs,
    )  # fmt: skip


def method_of(view: MethodView) -> m.Method:
    return m.Method(
        name=view.name, keyword=view.keyword, text=view.text, assumed=view.assumed,
        place=place_of(view.span) if view.span else None, changed=changed_lines(view.diff),
    )  # fmt: skip


def changed_lines(diff: Iterable[str]) -> list[int]:
    """Lines (from 0) of the new text that a unified difference adds.

    >>> changed_lines(["@@ -1,3 +1,3 @@", " a", "-b", "+c", " d"])
    [1]
    """
    found, line = [], 0
    for text in diff:
        hunk = _HUNK.match(text)
        if hunk:
            line = int(hunk[1]) - 1
        elif text.startswith("+"):
            found.append(line)
            line += 1
        elif not text.startswith("-"):
            line += 1
    return found


def live_of(view: View, version: int) -> m.Live:
    """The part of a view that events make."""
    return m.Live(
        version=version, words=view.words, cuts=_cuts(view),
        pictures=[_picture(each) for each in view.histograms], tuples=dict(view.tuples), events=view.events, events_name=view.events_name,
        remarks=list(view.remarks), seconds=view.seconds, reused=view.reused,
    )  # fmt: skip


def _cuts(view: View) -> list[m.Cut] | None:
    if view.cut_flow is None or view.flow is None:
        return None
    return [_cut(line, step) for line, step in zip(view.cut_flow, steps(view.flow), strict=True)]


def _cut(line: FlowLine, step: Step) -> m.Cut:
    return m.Cut(
        label=line.label, key=line.key, region=line.region, passed=line.passed, part=line.part, candidates=line.candidates,
        relative=_share(step.relative), overall=_share(step.overall), place=place_of(line.span) if line.span else None,
    )  # fmt: skip


def _share(found: Efficiency) -> m.Share:
    return m.Share(value=found.value if found.total else None, low=found.low, high=found.high)


def _picture(view: HistogramView) -> m.Picture:
    cells = [[_finite(each) for each in row] for row in view.cells]
    if sum(len(row) for row in cells) > MAX_CELLS:
        cells = []
    return m.Picture(
        name=view.name, title=view.title, axis=view.axis, unit=view.unit, edges=list(view.edges), counts=[_finite(each) for each in view.counts],
        outside=_finite(view.outside), edges_y=list(view.edges_y) if cells else [], cells=cells,
    )  # fmt: skip


def _finite(number: float) -> float:
    """JSON has no infinities; a sum of weights that is none is drawn as nothing."""
    return number if math.isfinite(number) else 0.0
