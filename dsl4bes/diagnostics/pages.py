"""The long help of a code: `explain/<id>.md`, what `dsl4bes explain BES0115` shows.

In: a code. Out: its page as Markdown. The pages' examples are tests.
"""

from __future__ import annotations

from pathlib import Path

from dsl4bes.diagnostics.model import Code

FOLDER = Path(__file__).with_name("explain")


def page(code: Code) -> str:
    """The page of a code; empty if it has none (a test sees to it that all have one)."""
    path = FOLDER / f"{code.id}.md"
    return path.read_text(encoding="utf-8") if path.exists() else ""
