"""A data set from its parts: pairs made and verified, test tasks and near duplicates taken out, split by family, in all formats, with its card.

In: which kinds, a seed, the user's ROOT, where what was verified is kept. Out: `Built`: the files as text. Nothing is written here but what was verified.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dsl4bes.dataset import study
from dsl4bes.dataset.card import card, digest
from dsl4bes.dataset.fits import pairs as fits
from dsl4bes.dataset.formats import files
from dsl4bes.dataset.leaks import without_tests
from dsl4bes.dataset.near import without_near
from dsl4bes.dataset.record import Pair
from dsl4bes.dataset.split import sides
from dsl4bes.dataset.verified import Verified
from dsl4bes.root.find import Root

STUDY, FITS = "study", "fits"
KINDS = (STUDY, FITS)

#: Called with what is being made.
OnStep = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """`files` by name; `counts` for whoever asks; `refused`: what was made and did not enter, with the reason."""

    files: Mapping[str, str]
    counts: Mapping[str, Any]
    refused: Mapping[str, str] = field(default_factory=dict)


def build(root: Root, verified: Verified, *, kinds: tuple[str, ...], only: tuple[str, ...], seed: int, draws: int, at_once: int = 1, on_step: OnStep | None = None) -> Built:
    """The data set of these kinds and families of fits: the same for the same ROOT, seed and number of draws."""
    made: list[Pair] = []
    refused: dict[str, str] = {}
    if STUDY in kinds:
        found = study.build(root, verified, on_step)
        made += found.pairs
        refused |= found.left_out
    if FITS in kinds:
        drawn = fits.build(root, seed, draws, verified, only, at_once=at_once, on_draw=on_step)
        made += drawn.pairs
        refused |= drawn.refused
    kept, leaked = without_tests(made)
    kept, repeated = without_near(kept)
    split = sides(kept, seed)
    left_out = {"programs that did not run, did not converge or missed the truth, and tutorials of another ROOT": len(refused), "near a test task": len(leaked), "near another pair": len(repeated)}
    version = ".".join(map(str, root.version))
    made_files = {**files(split), "README.md": card(split, seed, left_out, version)}
    counts = {"digest": digest(split), "root": version, "pairs": len(kept), **{side.value: len(own) for side, own in split.items()}, "refused": len(refused), "leaks": len(leaked), "near_duplicates": len(repeated)}
    return Built(made_files, counts, refused)


def steps(kinds: tuple[str, ...], draws: int, only: tuple[str, ...]) -> int:
    """How many steps `build` will tell of."""
    return (len(study.questions()) if STUDY in kinds else 0) + (draws * len(only) if FITS in kinds else 0)
