"""The card of a data set: what is inside, where it comes from, what was done to it.

In: what a build made and left out. Out: Markdown, the same for the same build. No time of day and no path of a machine is in it.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from dsl4bes.dataset.record import Pair
from dsl4bes.dataset.split import Side

CARD = "README.md"


def digest(sides: Mapping[Side, Sequence[Pair]]) -> str:
    """Names a data set: the same pairs on the same sides."""
    content = hashlib.sha256()
    for side, pairs in sides.items():
        for pair in pairs:
            content.update(f"{side.value}\0{pair.name}\n".encode())
    return content.hexdigest()[:16]


def card(sides: Mapping[Side, Sequence[Pair]], seed: int, left_out: Mapping[str, int], root: str) -> str:
    """The text of the card."""
    pairs = [pair for own in sides.values() for pair in own]
    made_with = f", ROOT {root}" if root else ""
    lines = [
        "# Training data of DSL4BES", "", f"Digest `{digest(sides)}`, seed {seed}{made_with}. Made by `dsl4bes dataset build`; the same command makes it again.", "",
        f"{len(pairs):,} pairs: " + ", ".join(f"{len(own):,} {side.value}" for side, own in sides.items()) + ". Families are whole on one side.", "",
    ]  # fmt: skip
    lines += _table("kind", (pair.kind.value for pair in pairs)) + _table("language", (pair.language.value for pair in pairs))
    lines += _families(pair.family for pair in pairs)
    lines += _table("licence of the answers", (pair.licence for pair in pairs))
    lines += ["| length in characters | least | median | most |", "|--|--|--|--|", _lengths("question", [len(pair.question) for pair in pairs]), _lengths("answer", [len(pair.answer) for pair in pairs]), ""]
    lines += ["Left out:", "", *(f"- {reason}: {count:,}" for reason, count in left_out.items()), ""]
    lines += ["Verified:", "", *(f"- {count:,}: {what}" for what, count in sorted(Counter(_plain(step) for pair in pairs for step in pair.verified).items())), ""]
    return "\n".join(lines)


#: What a step names of its own pair (number, cut, codes, parameters, events), and what stands for it in the card.
_FOLDED = (
    (re.compile(r"the judge has .*"), "the judge has the same number"),
    (re.compile(r"rejects the event at .*"), "rejects the event at this cut"),
    (re.compile(r"has BES\d{4}(, BES\d{4})*"), "has the error"),
    (re.compile(r"(ran in ROOT [\d.]+), .* within"), r"\1, values within"),
    (re.compile(r"of \d+ toy events"), "of toy events"),
)


def _plain(step: str) -> str:
    """What was done, of whichever pair."""
    for pattern, words in _FOLDED:
        step = pattern.sub(words, step)
    return step


def _table(name: str, values: Iterable[str]) -> list[str]:
    return [f"| {name} | pairs |", "|--|--|", *(f"| {value} | {count:,} |" for value, count in sorted(Counter(values).items())), ""]


def _families(families: Iterable[str]) -> list[str]:
    """Families by what they are made of; `dsl4bes dataset show` names each."""
    pairs = Counter(families)
    groups: dict[str, list[str]] = {}
    for family in pairs:
        groups.setdefault(_group(family), []).append(family)
    rows = (f"| {group} | {len(own):,} | {sum(pairs[family] for family in own):,} |" for group, own in sorted(groups.items()))
    return ["| family of | families | pairs |", "|--|--|--|", *rows, ""]


def _lengths(name: str, lengths: list[int]) -> str:
    return f"| {name} | {min(lengths)} | {median(lengths):.0f} | {max(lengths)} |" if lengths else f"| {name} | | | |"


def _group(family: str) -> str:
    """What a family is counted under: a folder of ROOT's tutorials, else the first word."""
    return family.rpartition("/")[0] if family.startswith("root/") else family.partition("/")[0]
