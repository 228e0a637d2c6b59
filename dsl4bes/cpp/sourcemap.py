"""From a line of generated C++ back to the block it comes from.

In: rendered text with marks, the origins of a package; later a file name and a line of a compiler message. Out: the text
without marks, per file the runs of lines with their origin, and `locate`, the place in the `.bes`. The map travels in the
package as `sourcemap.json`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dsl4bes.cpp.record import record
from dsl4bes.diagnostics.places import outermost

if TYPE_CHECKING:
    from dsl4bes.cpp.model import Package

MARK = "\x01"  #: begins a line that only says which origin the following lines have
END = "\x02"  #: swallows the line end after it

#: Runs of lines: (first line from 1, origin number or -1 for the frame that every package has).
FileMap = tuple[tuple[int, int], ...]


def split_marks(text: str) -> tuple[str, FileMap]:
    """The text without marks, and the runs of lines they delimit (empty if there are none)."""
    if END in text:
        text = text.replace(END + "\n", "").replace(END, "")
    if MARK not in text:
        return text, ()
    lines: list[str] = []
    runs: list[tuple[int, int]] = []
    for line in text.split("\n"):
        if line.startswith(MARK):
            origin = line[1:].strip()
            runs.append((len(lines) + 1, -1 if origin == "-" else int(origin)))
        else:
            lines.append(line)
    return "\n".join(lines), _merged(runs)


def _merged(runs: list[tuple[int, int]]) -> FileMap:
    """Without empty runs and without repeats."""
    last: dict[int, int] = {}
    for line, origin in runs:
        last[line] = origin
    merged: list[tuple[int, int]] = []
    for line, origin in sorted(last.items()):
        if not merged or merged[-1][1] != origin:
            merged.append((line, origin))
    return tuple(merged)


def source_map(package: Package, maps: Mapping[str, FileMap]) -> dict[str, Any]:
    """The content of the map's file: plain data for JSON. Paths are relative to the package's folder."""
    prefix = f"{package.folder}/"
    origins = []
    for origin in package.origins:
        entry: dict[str, Any] = {"block": origin.block, "label": origin.label}
        if origin.span is not None:
            place = origin.span.place
            entry |= {
                "line": place.line,
                "column": place.column,
                "start": origin.span.start,
                "end": origin.span.end,
            }
            if origin.span.file.via is not None:  # an included file: its name, and the line of the program that includes it
                entry["source"] = _file_name(origin.span.file.name)
                entry["included"] = outermost(origin.span).place.line
        origins.append(entry)
    return {
        "format": 1,
        "generator": "dsl4bes",
        "source": package.source_name,
        "package": package.name,
        "algorithm": package.algorithm,
        "profile": package.profile,
        "origins": origins,
        "lines": {path.removeprefix(prefix): [list(run) for run in runs] for path, runs in maps.items()},
    }


def _file_name(path: str) -> str:
    """A file without its folder: the same map wherever the program is compiled."""
    return path.replace("\\", "/").rsplit("/", 1)[-1]


@record
class Place:
    """Where in the `.bes` a generated line comes from. `line` and `column` None: the block was assumed, not written."""

    source: str
    block: str
    label: str
    line: int | None
    column: int | None

    def __str__(self) -> str:
        place = f":{self.line}:{self.column}" if self.line is not None else ""
        return f"{self.source}{place} (block {self.block})"


def locate(data: Mapping[str, Any], path: str, line: int) -> Place | None:
    """The origin of a line of a generated file; None for lines of the frame, unknown files and foreign maps.

    `path` may be longer than the map's (a compiler prints the path it was given).
    """
    lines = data.get("lines", {})
    known = next(
        (p for p in sorted(lines, key=len, reverse=True) if path == p or path.endswith(f"/{p}")), None
    )
    if known is None:
        return None
    runs = lines[known]
    at = bisect_right([run[0] for run in runs], line) - 1
    if at < 0 or runs[at][1] < 0:
        return None
    origin = data["origins"][runs[at][1]]
    source = origin.get("source", data["source"])
    return Place(source, origin["block"], origin["label"], origin.get("line"), origin.get("column"))


def labels(data: Mapping[str, Any], path: str, count: int) -> list[str]:
    """The origin label of each of the `count` lines of a file (`template` for the frame)."""
    result = ["template"] * count
    runs = data.get("lines", {}).get(path, [])
    for number, (first, origin) in enumerate(runs):
        last = min(runs[number + 1][0] if number + 1 < len(runs) else count + 1, count + 1)
        if origin >= 0:
            result[first - 1 : last - 1] = [data["origins"][origin]["label"]] * max(0, last - first)
    return result


_MESSAGE = r"^(?P<path>[^\s:][^:\n]*):(?P<line>\d+):(?:(?P<column>\d+):)?"


def explain_messages(data: Mapping[str, Any], output: str) -> list[tuple[str, Place]]:
    """The lines of a compiler's output that name generated code, each with the place in the `.bes`."""
    found = []
    for match in re.finditer(_MESSAGE, output, re.MULTILINE):
        place = locate(data, match["path"], int(match["line"]))
        if place is not None:
            end = output.find("\n", match.start())
            found.append((output[match.start() : end if end >= 0 else len(output)], place))
    return found
