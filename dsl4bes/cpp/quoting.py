"""The text of a program in comments of the C++: with the values that an `include` gave in place of the parameters.

In: a place and the parts of the IR that come from it. Out: text, not yet safe for a comment. The program's own text is never changed: of a line
without parameters, what is quoted is what was written.
"""

from __future__ import annotations

from dsl4bes.ir.walk import objects
from dsl4bes.source import SourceFile, Span


def quoted(span: Span, root: object) -> str:
    """The text of a place; where a value of another place was put in (`vr < vr`), the value (`vr < 5 mm`)."""
    given: dict[tuple[int, int], tuple[SourceFile, int, int]] = {}
    for node in objects(root):
        of_value = getattr(node, "span", None)
        use = _use(of_value, span) if isinstance(of_value, Span) else None
        if use is None or not isinstance(of_value, Span):
            continue
        file, low, high = given.get(use, (of_value.file, of_value.start, of_value.end))
        if file is of_value.file:  # the two ends of a range are one value
            given[use] = file, min(low, of_value.start), max(high, of_value.end)
    text = span.text
    for (start, end), (file, low, high) in sorted(given.items(), reverse=True):
        value = " ".join(file.text[low:high].split())
        text = text[: start - span.start] + value + text[end - span.start :]
    return text


def _use(value: Span, within: Span) -> tuple[int, int] | None:
    """Where in a text a value is used that was written elsewhere; None for what stands there itself."""
    via = value.file.via
    if via is None or via.span.file is not within.file or value.file is within.file:
        return None
    use = via.span
    return (use.start, use.end) if within.start <= use.start and use.end <= within.end else None
