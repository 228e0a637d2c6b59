"""Programs of the corpus `benchmark/programs`, filled in with the words of an exercise.

In: a file with placeholders `@NAME@`. Out: a `Program` as an answer of a model would give. A placeholder that the exercise does not know fails.
"""

from __future__ import annotations

import re
from pathlib import Path

from dsl4bes.fitting.asked.macros.program import Program, of_code

PROGRAMS = Path(__file__).parent / "benchmark" / "programs"


def fill(path: Path, words) -> str:
    """The text of a file with the words of an exercise."""
    return re.sub(r"@([A-Z0-9]+)@", lambda match: words[match[1]], path.read_text(encoding="utf-8"))


def filled(path: Path, words) -> Program:
    """The program of a file."""
    return of_code(fill(path, words))


def corpus(kind: str) -> list[Path]:
    """All right or wrong programs."""
    return sorted(PROGRAMS.glob(f"*/{kind}/*.C"))
