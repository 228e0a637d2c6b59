"""The other places of a finding inside an included file: where it was included, and on through the chain.

In: diagnostics. Out: the same with a label for every `include` that brought their places in. Nothing is rendered here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dsl4bes.diagnostics.model import Diagnostic, Fix, Label
from dsl4bes.source import SourceFile, Span


def with_places(items: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics whose `related` names the includes as well; those of a program without includes are unchanged."""
    return [_with_places(item) for item in items]


def _with_places(item: Diagnostic) -> Diagnostic:
    labels = [item.primary] if item.primary is not None else []
    labels += item.related
    if all(label.span.file.via is None for label in labels):
        return item
    related: list[Label] = list(item.related)
    seen: list[tuple[Span, SourceFile]] = []
    for label in labels:
        remark = "" if label is item.primary or not label.text else f" ({label.text})"
        for place in _chain(label.span):
            key = (place.span, place.span.file)
            if any(key[0] == span and key[1] is file for span, file in seen) or _shown(place.span, item.primary):
                continue
            seen.append(key)
            related.append(Label(place.span, place.text + remark))
    return replace(item, related=tuple(related))


def _shown(span: Span, primary: Label | None) -> bool:
    """Whether the message already points into an `include` line, at one of its values."""
    if primary is None or primary.span.file != span.file:
        return False
    return span.start <= primary.span.start and primary.span.end <= span.end


def _chain(span: Span) -> Iterable[Label]:
    via = span.file.via
    while via is not None:
        yield Label(via.span, via.text)
        via = via.span.file.via


def included(item: Diagnostic) -> str:
    """` (included at rhopi.bes:1:1)` for a finding in an included file, for formats that show one place; else nothing."""
    if item.primary is None or item.primary.span.file.via is None:
        return ""
    via, place = item.primary.span.file.via, outermost(item.primary.span)
    return f" ({via.text.removesuffix(' here')} at {place})"


def outermost(span: Span) -> Span:
    """The place in the program itself through which a place came in; the place itself if it is there."""
    while span.file.via is not None:
        span = span.file.via.span
    return span


def in_fragment(fix: Fix) -> bool:
    """Whether a fix is one of a file that is only included: the command that was given the program leaves it alone."""
    return fix.span.file.fragment


def mendable(item: Diagnostic) -> bool:
    """Whether `check --fix` mends a finding: it has fixes, and none is of an included file."""
    return bool(item.fixes) and not any(in_fragment(fix) for fix in item.fixes)


def fragments_to_mend(items: Iterable[Diagnostic]) -> list[str]:
    """Names of the included files that have fixes, each once, in the order found."""
    return list(dict.fromkeys(fix.span.file.name for item in items for fix in item.fixes if in_fragment(fix)))
