"""Snippets for VS Code: one per example of a block.

In: the examples of the registry. Out: JSON; numbers and labels are tab stops, filled with what the example says, so that an untouched snippet is a program that compiles.
"""

from __future__ import annotations

import json
import re
from typing import Any

#: What one would change first: a number behind a comparison or a field, a label.
_STOP = re.compile(r'(?<=[<>=] )\d+(?:\.\d+)?|(?<=\(:)[a-z]\w*(?=\) do$)', re.MULTILINE)


def vscode() -> str:
    """The file of snippets."""
    from dsl4bes.reference.vocabulary import vocabulary

    made: dict[str, Any] = {}
    for keyword, block in vocabulary()["blocks"].items():
        for number, example in enumerate(block["examples"], 1):
            prefix = keyword if number == 1 else f"{keyword}{number}"
            made[prefix] = {"prefix": prefix, "description": example["intent"], "body": _body(example["source"])}
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def _body(source: str) -> list[str]:
    """Lines with tab stops; equal labels are written out, since a name that is used elsewhere cannot be changed in one place."""
    count = 0

    def stop(match: re.Match[str]) -> str:
        nonlocal count
        label = match[0][0].isalpha()
        if label and len(re.findall(rf"(?<![A-Za-z0-9_]){match[0]}(?![A-Za-z0-9_])", source)) > 1:
            return match[0]
        count += 1
        return f"\x00{count}:{match[0]}\x01"

    marked = _STOP.sub(stop, source.rstrip("\n"))
    plain = marked.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}")
    return re.sub("\x00(\\d+):([^\x01]*)\x01", r"${\1:\2}", plain).split("\n")
