"""Near duplicates: questions whose words are almost those of another one.

In: pairs in their order. Out: those that stay, the first of each group. By MinHash over pieces of five letters of what the question says (`Pair.telling`), which works for Chinese as for English. An answer may be asked for in several ways, so answers do not count: two questions of a kind that are almost the same
teach one thing, or contradict each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from dsl4bes.dataset.record import BOSS_OPENINGS, OPENINGS, Kind, Pair

_PIECE = 5
NEAR = 0.85  #: share of pieces in common
_PERMUTATIONS = 256  #: the estimate is right to 0.03


def without_near(pairs: Iterable[Pair], share: float = NEAR) -> tuple[list[Pair], list[tuple[Pair, str]]]:
    """The pairs that stay; and those that go, each with the name of the one that it repeats."""
    from datasketch import MinHash, MinHashLSH

    indices: dict[Kind, MinHashLSH] = {}
    hashes: dict[str, MinHash] = {}
    kept: list[Pair] = []
    gone: list[tuple[Pair, str]] = []
    for pair in pairs:
        own = MinHash(num_perm=_PERMUTATIONS, seed=1)
        own.update_batch([piece.encode() for piece in sorted(pieces(pair.telling))])
        if pair.kind not in indices:  # an index costs a tenth of a second: one for each kind, not for each pair
            indices[pair.kind] = MinHashLSH(threshold=share, num_perm=_PERMUTATIONS)
        index = indices[pair.kind]
        like = [name for name in sorted(index.query(own)) if own.jaccard(hashes[name]) >= share]
        if like:
            gone.append((pair, like[0]))
            continue
        hashes[pair.name] = own
        index.insert(pair.name, own)
        kept.append(pair)
    return kept, gone


def alike(one: AbstractSet[str], other: AbstractSet[str], share: float) -> bool:
    """Whether two sets of pieces have at least this share of all their pieces in common.

    >>> alike({"a", "b", "c"}, {"b", "c", "d"}, 0.5), alike({"a", "b", "c"}, {"b", "c", "d"}, 0.6)
    (True, False)
    """
    if min(len(one), len(other)) < share * max(len(one), len(other)):
        return False  # of so different a size that nothing needs to be compared: most test tasks, for most questions
    common = len(one & other)
    return common >= share * (len(one) + len(other) - common)


def pieces(question: str) -> set[str]:
    """The pieces of a question, without the opening that all have.

    >>> sorted(pieces("With the CERN ROOT framework, fit  it all"))
    [' it a', 'fit i', 'it al', 'it it', 't all', 't it ']
    """
    for opening in (*OPENINGS.values(), *BOSS_OPENINGS.values()):
        question = question.removeprefix(opening)
    text = re.sub(r"\s+", " ", question.lower()).strip()
    return {text[at : at + _PIECE] for at in range(max(1, len(text) - _PIECE + 1))}
