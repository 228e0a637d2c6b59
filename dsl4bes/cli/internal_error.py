"""The one handler of unexpected exceptions: a BES9001 message and a report file instead of a traceback.

In: the exception and the arguments. Out: exit status 3, a message on the error output, and a file with what is needed to find the
fault: versions, arguments, traceback. The program's text is not copied into it. Must work with as little as possible.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Sequence

from dsl4bes.cli.status import INTERNAL


def report(error: BaseException, arguments: Sequence[str]) -> int:
    """Write the report file and say where it is; returns the exit status 3."""
    lines = [
        f"dsl4bes {_version()}, Python {platform.python_version()}, {platform.platform()}",
        "arguments: " + " ".join(repr(word) for word in arguments),
        "",
        *traceback.format_exception(type(error), error, error.__traceback__, limit=-50),
    ]
    place = _write("\n".join(lines))
    what = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    message = f"error[BES9001] internal-error: the compiler failed; this is its own fault\n  {what}\n"
    message += f"  help: please report it with the file {place}" if place else "  help: please report it"
    if os.environ.get("DSL4BES_TRACEBACK"):
        message += "\n" + "\n".join(lines)
    print(message, file=sys.stderr)
    return INTERNAL


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("dsl4bes")
    except PackageNotFoundError:
        return "(not installed)"


def _write(text: str) -> str:
    try:
        handle, path = tempfile.mkstemp(prefix="dsl4bes-report-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as stream:
            stream.write(text)
    except OSError:
        return ""  # nowhere to write: the message alone has to do
    return path
