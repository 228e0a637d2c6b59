"""A description as text: paragraphs for a terminal, LaTeX for a paper, plain data for JSON.

In: a `Description`. Out: text. Lines are broken at blanks; LaTeX is a piece to `\\input`, in commands that need no package (Chinese: ctex).
"""

from __future__ import annotations

import textwrap
import unicodedata
from typing import Any

from dsl4bes.reports.notation import BOUND, text_of
from dsl4bes.reports.phrases import phrases
from dsl4bes.reports.said import Description, Paragraph

WIDTH = 100


def as_text(description: Description) -> str:
    """Plain text: a title and a paragraph for each section."""
    chinese = description.language == "zh"
    parts = [f"{text_of(each.title, chinese=chinese)}\n{_filled(_body(each, description, latex=False), chinese).replace(BOUND, ' ')}\n" for each in description.paragraphs]
    return "\n".join(parts)


def as_latex(description: Description) -> str:
    r"""LaTeX: `\paragraph` for each section."""
    chinese = description.language == "zh"
    parts = []
    for each in description.paragraphs:
        title = text_of(each.title, latex=True, chinese=chinese)
        body = _body(each, description, latex=True)
        parts.append(f"\\paragraph{{{title}}}\n{body if chinese else textwrap.fill(body, WIDTH, break_long_words=False, break_on_hyphens=False)}\n")
    return "\n".join(parts)


def as_json(description: Description, program: str = "") -> dict[str, Any]:
    """Every sentence with its block and its cut, as plain text and as LaTeX."""
    chinese = description.language == "zh"
    return {
        "program": program,
        "language": description.language,
        "sentences": [
            {
                "section": sentence.section.value, "region": paragraph.region, "block": sentence.block, "cut": sentence.cut, "line": sentence.line,
                "text": text_of(sentence.said, chinese=chinese), "latex": text_of(sentence.said, latex=True, chinese=chinese),
            }
            for paragraph in description.paragraphs
            for sentence in paragraph.sentences
        ],
    }  # fmt: skip


def _body(paragraph: Paragraph, description: Description, latex: bool) -> str:
    chinese = description.language == "zh"
    between = phrases(description.language).text("join.open")
    return between.join(text_of(each.said, latex=latex, chinese=chinese, bound=True) for each in paragraph.sentences)


def _filled(text: str, chinese: bool) -> str:
    """Lines of one width; Chinese may break between any two characters."""
    if not chinese:
        return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)
    lines, line, wide = [], "", 0
    for sign in text:
        own = 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if wide + own > WIDTH and sign not in "，。；：）”、" and (own == 2 or sign == " " or not line or unicodedata.east_asian_width(line[-1]) in "WF"):
            lines.append(line.rstrip())
            line, wide = "", 0
        line += sign if line or sign != " " else ""
        wide += own
    return "\n".join([*lines, line])
