"""What a compiler said, as data.

In: the text a C++ compiler printed. Out: `CompilerMessage` records (file, line, column, severity, text).
No compiler is started here, and nothing is known of where the lines come from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE = re.compile(
    r"^(?P<file>[^\s:][^:\n]*):(?P<line>\d+):(?:(?P<column>\d+):)? (?P<severity>fatal error|error|warning|note): (?P<text>.*)$"
)
_UNDEFINED = re.compile(r"undefined reference to [`'](?P<name>[^']*)'")


@dataclass(frozen=True, slots=True)
class CompilerMessage:
    """One message: 1-based line and column (0 = none given); severity "error", "warning" or "note"."""

    file: str
    line: int
    column: int
    severity: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.text}"


def parse_messages(output: str) -> list[CompilerMessage]:
    """The messages in a compiler's or linker's output, in order; an undefined symbol is an error without a line."""
    found: list[CompilerMessage] = []
    seen: set[str] = set()
    for line in output.splitlines():
        match = _LINE.match(line)
        if match:
            severity = "error" if match["severity"] == "fatal error" else match["severity"]
            found.append(
                CompilerMessage(
                    match["file"], int(match["line"]), int(match["column"] or 0), severity, match["text"]
                )
            )
            continue
        missing = _UNDEFINED.search(line)
        if missing and missing["name"] not in seen:
            seen.add(missing["name"])
            found.append(CompilerMessage("", 0, 0, "error", f"no definition of {missing['name']}"))
    return found
