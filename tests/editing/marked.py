"""Programs for the tests of the language services, with marks for places, and the corpus."""

from __future__ import annotations

from functools import lru_cache

import pytest
from front_end import BAD, EXAMPLES, GOOD

from dsl4bes.editing.document import Document


def at(text: str, name: str = "<test>") -> tuple[Document, int]:
    """A document of a text without its mark `|`, and the offset of the mark."""
    offset = text.index("|")
    return Document(name, text.replace("|", "", 1)), offset


@lru_cache(maxsize=1)
def programs() -> tuple[tuple[str, str], ...]:
    """Names and texts of all right programs of the repository."""
    return tuple((path.as_posix(), path.read_text(encoding="utf-8")) for path in (*EXAMPLES, *GOOD))


@lru_cache(maxsize=1)
def broken() -> tuple[tuple[str, str], ...]:
    """Names and texts of the wrong ones that are UTF-8."""
    found = []
    for path in BAD:
        try:
            found.append((path.as_posix(), path.read_bytes().decode("utf-8")))
        except UnicodeDecodeError:
            continue
    return tuple(found)


#: A fourth of the programs is looked at each time, the rest with `-m slow`.
SHARES = [0, *(pytest.param(share, marks=pytest.mark.slow) for share in (1, 2, 3))]
FIT = 'event_selection.kinematic_fit(:four) do\n    decay "J/psi -> pi+ pi- (pi0 -> gam gam)"\nend\n'
