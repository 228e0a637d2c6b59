"""Where the code of custom blocks comes from, as the compiler asks for it.

In: a block, what it sees, the text of a file that it names. Out: accepted code as a `Body`, or `Missing` with the diagnostic to give. The lock file beside a
program is one such source (`unknown/lock.py`); without any, every custom block is missing its code. Nothing is read, written or run here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from dsl4bes.diagnostics.codes import unknown as codes
from dsl4bes.diagnostics.model import Code
from dsl4bes.ir.custom import Body, View
from dsl4bes.source import SourceFile

if TYPE_CHECKING:
    from dsl4bes.constructs.base import Instance


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a block has no code, and what to do."""

    code: Code
    message: str
    help: str = ""


class Bodies(Protocol):
    """What the compiler asks for the code of a custom block. `name` is its full one (`region.block`), `file` the text of its `code` field."""

    def find(self, name: str, here: Instance, seen: View, file: SourceFile | None) -> Body | Missing: ...


class NoBodies:
    """No lock file, and nobody who could write code."""

    def find(self, name: str, here: Instance, seen: View, file: SourceFile | None) -> Body | Missing:
        return missing(name, here, file)


def missing(name: str, here: Instance, file: SourceFile | None) -> Missing:
    """What is said of a block without accepted code."""
    if file is not None:
        return Missing(codes.CODE_NOT_ACCEPTED, f"the code of `{name}` was not accepted yet", "run `dsl4bes accept` on this program: it checks, compiles and tries the code")
    word = here.statement.head.path[0].name
    known = f"no code is pinned for `{name}`" if word == here.keyword else f"no block is called `{word}` in this version, and no code is pinned for it"
    help = 'a model writes it in `dsl4bes compile` (table `[model]` in dsl4bes.toml), or a hand: `code "file.inc"`, then `dsl4bes accept`'
    return Missing(codes.CODE_MISSING, known, help)
