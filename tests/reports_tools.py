"""What the tests of reports share: every program of the corpus and the examples that compiles, once."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from dsl4bes.driver import Compilation, compile_source
from dsl4bes.source import SourceFile

ROOT = Path(__file__).resolve().parents[1]
FILES = (*sorted((ROOT / "tests/corpus/good").glob("*.bes")), *sorted((ROOT / "examples").glob("*/*.bes")))
#: Numbers in a program that a mutation may touch: those behind a sign, a field or in a range.
_NUMBER = re.compile(r"(?<![\w.\":])\d+(?:\.\d+)?(?![\w.\"]|\s*\*)")


@cache
def compiled(path: Path) -> Compilation:
    """One program, read as the command line reads it."""
    return made(path.read_text(encoding="utf-8-sig"), str(path))


def made(text: str, name: str = "made.bes") -> Compilation:
    return compile_source(SourceFile(name, text.replace("\r\n", "\n")), until="ir")


@cache
def programs() -> tuple[Path, ...]:
    """The files that are whole programs; the others of the corpus are about spelling alone."""
    return tuple(path for path in FILES if compiled(path).ok)


def numbers_in_text(text: str) -> list[re.Match[str]]:
    """The numbers of a program's text that stand in its blocks, not in its expectations or texts."""
    body = re.sub(r'"[^"\n]*"|#.*', lambda found: " " * len(found[0]), text)
    end = body.find("expect(")
    return [found for found in _NUMBER.finditer(body) if end < 0 or found.start() < end]
