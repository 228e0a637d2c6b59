"""Completion inside a `%%dsl4bes` cell, by IPython's own interface.

In: the text of the cell and where the cursor is. Out: what `editing.completion` offers there, and nothing else; other cells are left to Python. Nothing is run.
"""

from __future__ import annotations

from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, context_matcher


@context_matcher(identifier="dsl4bes")  # type: ignore[untyped-decorator, unused-ignore]
def matcher(context: CompletionContext) -> Any:
    """The completions of IPython for a cell of ours; an empty answer for any other."""
    lines = context.full_text.split("\n")
    if not lines[0].startswith("%%dsl4bes") or not context.cursor_line:
        return {"completions": []}
    from dsl4bes.editing.completion import complete
    from dsl4bes.editing.document import Document

    text = "\n".join(lines[1:])
    offset = sum(len(line) + 1 for line in lines[1 : context.cursor_line]) + context.cursor_position
    found = complete(Document("<cell>", text, base="."), offset)
    begun = text[found[0].replace.start : offset] if found else ""
    offers = [SimpleCompletion(text=each.text, type=each.kind.value) for each in found if each.text.startswith(begun)]
    return {"completions": offers, "matched_fragment": begun, "suppress": True, "ordered": True}
