"""Words for messages about blocks and fields: near names, lists of options.

In: a name and the names that exist. Out: a help text, and the fix where one name is clearly meant. No diagnostic is added here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from dsl4bes.diagnostics.model import Fix
from dsl4bes.ir.parameters import words_joined
from dsl4bes.source import Span


def near(name: str, known: Iterable[str], limit: int = 2, cutoff: float = 0.6) -> list[str]:
    """The names in `known` that `name` may have been meant as, best first."""
    return list(_near(name, tuple(sorted(set(known))), limit, cutoff))


@lru_cache(maxsize=256)
def _near(name: str, known: tuple[str, ...], limit: int, cutoff: float) -> tuple[str, ...]:
    """`near`, remembered: help and fix of one message ask the same, and so do the places of one mistake."""
    from difflib import get_close_matches

    folded: dict[str, str] = {}
    for word in known:
        folded.setdefault(word.lower().replace("-", "_"), word)
    matches = get_close_matches(name.lower().replace("-", "_"), folded, n=limit, cutoff=cutoff)
    return tuple(folded[match] for match in matches)


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """`did you mean `x`?`, or `otherwise`."""
    found = near(name, known)
    return f"did you mean {' or '.join(f'`{word}`' for word in found)}?" if found else otherwise


def respelled(name: str, span: Span, known: Iterable[str]) -> tuple[Fix, ...]:
    """The fix that puts the one near name in place of `name`; none if it is not clear which (`pip` is near `pim`, and another thing)."""
    found = near(name, known, limit=1, cutoff=0.8)
    return (Fix(span, found[0], f"write `{found[0]}`"),) if found else ()


def listed(words: Iterable[str]) -> str:
    """`a`, `b` and `c`."""
    quoted = [f"`{word}`" for word in words]
    if len(quoted) < 2:
        return "".join(quoted)
    return ", ".join(quoted[:-1]) + " and " + quoted[-1]


def public_name(title: str) -> str:
    """A title as it stands in names of numbers and methods: other characters than letters and digits become `_`."""
    return words_joined(title)
