"""A data set as it lies in a folder: what is in it, and whether it still is what was built.

In: the folder. Out: the pairs of each side with the numbers of their lines; `Fault`s with file and line. Nothing is changed, and no answer is run: that its answers were verified is what a build does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from dsl4bes.dataset.card import CARD, digest
from dsl4bes.dataset.formats import files
from dsl4bes.dataset.leaks import without_tests
from dsl4bes.dataset.near import without_near
from dsl4bes.dataset.record import BOSS_OPENINGS, OPENINGS, Kind, Pair
from dsl4bes.dataset.split import Side

_DIGEST = re.compile(r"^Digest `([0-9a-f]{16})`", re.MULTILINE)
_OF_ROOT = frozenset({Kind.WHOLE_PROGRAM, Kind.PART})


@dataclass(frozen=True)
class Fault:
    """`line` 0: the file as a whole."""

    file: str
    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.words}" if self.line else f"{self.file}: {self.words}"


@dataclass(frozen=True)
class Found:
    """A pair where it stands."""

    pair: Pair
    side: Side
    line: int

    @property
    def file(self) -> str:
        return file_of(self.side)


@dataclass
class Shown:
    """What could be read, and what could not."""

    found: list[Found] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def pairs(self) -> list[Pair]:
        return [each.pair for each in self.found]

    def sides(self) -> dict[Side, list[Pair]]:
        return {side: [each.pair for each in self.found if each.side is side] for side in Side}


def file_of(side: Side) -> str:
    """The file that holds all that is known of the pairs of a side."""
    return f"{side.value}.pairs.jsonl"


def shown(folder: Path) -> Shown:
    """The pairs of a folder. A line that is no pair is a fault."""
    read = Shown()
    for side in Side:
        name = file_of(side)
        try:
            content = (folder / name).read_bytes().decode("utf-8")
        except OSError as error:
            read.faults.append(Fault(name, 0, f"it cannot be read: {error.strerror or error}"))
            continue
        except UnicodeDecodeError as error:
            read.faults.append(Fault(name, 0, f"it is not UTF-8 (byte {error.start})"))
            continue
        for number, line in enumerate(content.split("\n"), 1):
            if line.strip():
                _take(read, side, number, line)
    return read


def _take(read: Shown, side: Side, number: int, line: str) -> None:
    try:
        read.found.append(Found(Pair.model_validate_json(line), side, number))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        read.faults.append(Fault(file_of(side), number, f"it is no pair: {'.'.join(map(str, first['loc'])) or 'line'}: {first['msg']}"[:200]))


def faults(folder: Path, read: Shown) -> list[Fault]:
    """All that is wrong with a data set: pairs first, then what they make together."""
    return [*read.faults, *_openings(read), *_families(read), *_doubles(read), *_leaks(read), *_as_built(folder, read)]


def _openings(read: Shown) -> Iterator[Fault]:
    for each in read.found:
        pair = each.pair
        if pair.system or pair.kind is Kind.METHOD:
            continue  # a prompt of a command of the product, which begins as that does
        wanted = (OPENINGS[pair.language],) if pair.kind in _OF_ROOT else (BOSS_OPENINGS[pair.language], OPENINGS[pair.language])
        if not pair.question.startswith(wanted):
            yield Fault(each.file, each.line, f"the question does not begin with {wanted[0]!r}")


def _families(read: Shown) -> Iterator[Fault]:
    first: dict[str, Found] = {}
    told = set()
    for each in read.found:
        there = first.setdefault(each.pair.family, each)
        if there.side is not each.side and each.pair.family not in told:
            told.add(each.pair.family)
            yield Fault(each.file, each.line, f"the family {each.pair.family} is on both sides (also {there.file}:{there.line})")


def _doubles(read: Shown) -> Iterator[Fault]:
    by_name: dict[str, Found] = {}
    once = []
    for each in read.found:
        there = by_name.setdefault(each.pair.name, each)
        if there is each:
            once.append(each)
        else:
            yield Fault(each.file, each.line, f"the pair is there twice (also {there.file}:{there.line})")
    for pair, other in without_near([each.pair for each in once])[1]:
        own, there = by_name[pair.name], by_name[other]
        yield Fault(own.file, own.line, f"the question is near another one ({there.file}:{there.line})")


def _leaks(read: Shown) -> Iterator[Fault]:
    where = {each.pair.name: each for each in read.found}
    for pair, task in without_tests(read.pairs)[1]:
        yield Fault(where[pair.name].file, where[pair.name].line, f"the question is near the test task {task}")


def _as_built(folder: Path, read: Shown) -> Iterator[Fault]:
    """That the card is of these pairs, and that every file for a trainer holds them. Where a line could not be read this is said already."""
    if read.faults:
        return
    sides = read.sides()
    for name, text in {CARD: "", **files(sides)}.items():
        try:
            content = (folder / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            yield Fault(name, 0, "it cannot be read")
            continue
        if name == CARD:
            said = _DIGEST.search(content)
            own = digest(sides)
            if said is None or said[1] != own:
                yield Fault(name, 0, f"it is the card of {said[1] if said else 'no data set'}, and the pairs make {own}")
        elif content != text and not name.endswith(".pairs.jsonl"):
            yield Fault(name, _differs(content, text), "it does not hold the pairs of the .pairs.jsonl files")


def _differs(one: str, other: str) -> int:
    """The first line that differs."""
    for number, (left, right) in enumerate(zip(one.split("\n"), other.split("\n")), 1):
        if left != right:
            return number
    return 0


def as_text(pair: Pair) -> str:
    """A pair for reading."""
    system = f"[system]\n{pair.system}\n" if pair.system else ""
    about = json.dumps({"kind": pair.kind.value, "language": pair.language.value, "family": pair.family, "source": pair.source, "licence": pair.licence, "verified": list(pair.verified)}, ensure_ascii=False)
    return f"{about}\n{system}[question]\n{pair.question}\n[answer]\n{pair.answer}"
