"""`dsl4bes import`: a hand-written BOSS algorithm as a draft of a program.

In: C++ files, job options. Out: the draft, in a file or on the standard output; a table of what was recognised and what was not, or JSON. A file that exists is not overwritten without `--force`; the C++ is read
and never compiled. Exit status 1 if nothing was recognised or the draft is no valid program yet.
"""

from __future__ import annotations

import json as json_module
import os
import sys
from typing import TYPE_CHECKING

from dsl4bes.cli.declare import Command, Parameter
from dsl4bes.cli.status import CLEAN, ERRORS

if TYPE_CHECKING:
    from dsl4bes.importing.api import Imported

#: Bytes of a C++ file that are read; a large algorithm has 200,000.
MAX_BYTES = 4 * 1024 * 1024


class _Unreadable(Exception):
    """A file of the user that cannot be read; the message says why."""


def _work(file: str, header: str, options: str, output: str, force: bool, json: bool) -> int:
    from dsl4bes.importing.api import NothingFound, imported
    from dsl4bes.importing.reader import ParserMissing

    if output and os.path.lexists(output) and not force:
        print(f"error: `{output}` exists; name another file, or add --force to replace it", file=sys.stderr)
        return ERRORS
    if output and not os.path.isdir(os.path.dirname(output) or "."):
        print(f"error: there is no folder `{os.path.dirname(output)}`", file=sys.stderr)
        return ERRORS
    try:
        texts = [_read(each) if each else "" for each in (file, header or _beside(file), options)]
        draft = imported(os.path.basename(file), texts[0], header=texts[1], options=texts[2])
    except (_Unreadable, NothingFound, ParserMissing) as error:
        print(f"error: {error}", file=sys.stderr)
        return ERRORS
    if output:
        from dsl4bes.cli.files import write

        write(output, draft.text)
    _show(file, draft, output, json)
    return CLEAN if draft.valid and draft.rows else ERRORS


def _beside(file: str) -> str:
    """The header of an algorithm where packages have it, if it is there."""
    folder, name = os.path.split(os.path.abspath(file))
    stem = os.path.splitext(name)[0]
    places = (os.path.join(folder, f"{stem}.h"), os.path.join(os.path.dirname(folder), stem, f"{stem}.h"))
    return next((each for each in places if os.path.isfile(each)), "")


def _read(path: str) -> str:
    if os.path.isdir(path):
        raise _Unreadable(f"`{path}` is a folder; name the C++ file of the algorithm")
    try:
        with open(path, "rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise _Unreadable(f"`{path}` cannot be read: {error.strerror or error}") from error
    if len(content) > MAX_BYTES:
        raise _Unreadable(f"`{path}` has more than {MAX_BYTES // (1024 * 1024)} MiB: this is no algorithm")
    if b"\0" in content:
        raise _Unreadable(f"`{path}` is not text")
    return _decoded(content)


def _decoded(content: bytes) -> str:
    """UTF-8, else the encoding of Chinese comments (GB 18030), else UTF-8 with what is none replaced."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")


def _show(file: str, draft: Imported, output: str, json: bool) -> None:
    if json:
        print(json_module.dumps(_data(file, draft, output), indent=1, ensure_ascii=False))
        return
    if not output:
        print(draft.text, end="")
    stream = sys.stdout if output else sys.stderr
    rows = [(row.text, _places([(each.first, each.last) for each in row.lines]), f"{row.words} ({row.confidence.value})") for row in draft.rows]
    wide = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    for text, lines, words in rows:
        print(f"{text:{wide[0]}}  {lines:>{wide[1]}}  {words}", file=stream)
    for hole in draft.holes:
        print(f"not understood: {os.path.basename(file)}:{hole.lines.first}: {hole.why}", file=stream)
    for error in draft.errors:
        print(f"not valid yet: {error}", file=stream)
    where = f"wrote {output}: " if output else ""
    print(f"{where}{len(rows)} statements recognised, {len(draft.holes)} places not understood{'' if draft.valid else '; the draft is no valid program yet'}", file=stream)


def _places(lines: list[tuple[int, int]]) -> str:
    first, last = min(each for each, _ in lines), max(each for _, each in lines)
    return str(first) if first == last else f"{first}-{last}"


def _data(file: str, draft: Imported, output: str) -> dict[str, object]:
    return {
        "file": file,
        "output": output,
        "program": draft.text,
        "valid": draft.valid,
        "errors": list(draft.errors),
        "recognised": [
            {"statement": row.text, "is": row.words, "confidence": row.confidence.name.lower(), "lines": [[each.first, each.last] for each in row.lines]} for row in draft.rows
        ],
        "not_understood": [{"first": hole.lines.first, "last": hole.lines.last, "why": hole.why} for hole in draft.holes],
    }


COMMAND = Command(
    "import",
    "A draft of a program from a hand-written BOSS algorithm: standard cuts are recognised, the rest stays C++ in marked comments.",
    (
        Parameter("file", help="The C++ file with `execute`.", metavar="FILE.cxx"),
        Parameter("header", ("--header",), "", "Its header (default: that beside it, if there is one).", metavar="FILE.h"),
        Parameter("options", ("--options",), "", "Job options, whose numbers count more than the defaults in the C++.", metavar="FILE"),
        Parameter("output", ("-o", "--output"), "", "File for the draft (default: print it)."),
        Parameter("force", ("--force",), False, "Replace a file that exists."),
        Parameter("json", ("--json",), False, "Print JSON: the draft, what was recognised, what was not."),
    ),
    _work,
)
