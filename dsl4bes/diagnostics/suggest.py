"""Nearest names: what a misspelt word may have been.

In: the word and the known ones. Out: the nearest, best first. Pure; no word is shown to anyone here.
"""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """Known names within a third of the word's length, best first; ties in alphabetical order.

    >>> nearest("charged_track", ["charged_tracks", "photons", "pid"])
    ('charged_tracks',)
    >>> nearest("Vr", ["vr", "vz"])
    ('vr', 'vz')
    """
    allowed = max(1, (len(word) + 1) // 3)
    lower = word.lower()
    ranked = []
    for name in sorted(set(known)):
        cost = distance(lower, name.lower(), allowed)
        if cost is not None:
            ranked.append((cost, name))
    ranked.sort(key=lambda pair: pair[0])
    return tuple(name for _, name in ranked[:limit])


def distance(first: str, second: str, limit: int) -> int | None:
    """Insertions, removals, changes and swaps of neighbours from one text to the other; None if more than `limit`.

    >>> distance("enregy", "energy", 2)
    1
    """
    if abs(len(first) - len(second)) > limit:
        return None
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        above, row, older = row, [i], before
        for j, b in enumerate(second, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        before = above
        if min(row) > limit:
            return None
    return row[-1] if row[-1] <= limit else None


def phrase(names: tuple[str, ...]) -> str:
    """`did you mean ...?` for a help line; empty without names.

    >>> phrase(("vr", "vz"))
    'did you mean `vr` or `vz`?'
    """
    if not names:
        return ""
    quoted = [f"`{name}`" for name in names]
    listed = ", ".join(quoted[:-1]) + " or " + quoted[-1] if len(quoted) > 1 else quoted[0]
    return f"did you mean {listed}?"
