"""A data set from its sources: pairs made and verified, test tasks and near duplicates taken out, split by family, in all formats, with its card.

In: which kinds, how much of each, what was verified before. Out: `Built`: the files as text. Nothing is written here but what was verified.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dsl4bes.dataset.card import CARD, card, digest
from dsl4bes.dataset.formats import files
from dsl4bes.dataset.leaks import without_tests
from dsl4bes.dataset.near import without_near
from dsl4bes.dataset.source import Means, Size
from dsl4bes.dataset.sources import SOURCES
from dsl4bes.dataset.split import Side, sides
from dsl4bes.dataset.teacher.pairs import TAUGHT


@dataclass(frozen=True)
class Built:
    """`files` by name; `counts` for whoever asks; `refused`: what was made and did not enter, with the reason."""

    files: Mapping[str, str]
    counts: Mapping[str, Any]
    refused: Mapping[str, str] = field(default_factory=dict)


def build(kinds: tuple[str, ...], size: Size, means: Means) -> Built:
    """The data set of these sources: the same for the same size, and the same ROOT where one is needed."""
    made = means.made
    for kind in kinds:
        made.add(SOURCES[kind].make(size, means))
    kept, leaked = without_tests(made.pairs)
    kept, repeated = without_near(kept)
    split = sides(kept, size.seed)
    taught = sum(name.startswith(f"{TAUGHT}:") for name in made.refused)
    left_out = {"did not verify, and tutorials of another ROOT": len(made.refused) - taught, **({"questions of a teacher that were refused": taught} if taught else {}), "near a test task": len(leaked), "near another pair": len(repeated)}
    version = ".".join(map(str, means.find_root().version)) if any(SOURCES[kind].needs_root for kind in kinds) else ""
    counts = {
        "digest": digest(split), "root": version, "pairs": len(kept), **{side.value: len(own) for side, own in split.items()},
        "refused": len(made.refused), "leaks": len(leaked), "near_duplicates": len(repeated),
    }  # fmt: skip
    return Built({**files(split), CARD: card(split, size.seed, left_out, version)}, counts, made.refused)


def file_names() -> list[str]:
    """The names of the files of a data set, which do not depend on what is in it."""
    return sorted([*files({side: () for side in Side}), CARD])


def steps(kinds: tuple[str, ...], size: Size) -> int:
    """How many steps `build` will tell of."""
    return sum(SOURCES[kind].steps(size) for kind in kinds)
