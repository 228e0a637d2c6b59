"""The pairs of a data set that a recipe asks for.

In: the folder of a data set, the table `[data]` of a recipe, a seed. Out: `Example`s of both sides, the same for the same seed, with the digest of what was read. Files of others (chat JSONL, `{"messages": [...]}`) are
read, too; kinds, languages and families are known only in those of `dsl4bes dataset build` (`*.pairs.jsonl`). Nothing is tokenised here.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from dsl4bes.dataset.card import digest as card_digest
from dsl4bes.dataset.formats import turns
from dsl4bes.dataset.record import Kind, Language, Pair
from dsl4bes.dataset.split import Side
from dsl4bes.diagnostics.codes.training import BAD_TRAINING
from dsl4bes.training.recipe import Data
from dsl4bes.unknown.trouble import Trouble

Turns = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A conversation as (role, words) whose last turn is the answer. `kind` and `language` are empty where they are not known."""

    name: str
    turns: Turns
    kind: str = ""
    language: str = ""
    family: str = ""

    @property
    def messages(self) -> list[dict[str, str]]:
        return [{"role": role, "content": words} for role, words in self.turns]


@dataclass(frozen=True, slots=True)
class Examples:
    """`digest` names the data set as its card does; `chosen`: what was taken of it."""

    train: tuple[Example, ...]
    validation: tuple[Example, ...]
    digest: str

    @property
    def chosen(self) -> str:
        content = hashlib.sha256()
        for side in (self.train, self.validation):
            content.update("".join(f"{each.name}\n" for each in side).encode() + b"\0")
        return content.hexdigest()[:16]

    def counts(self, without: Collection[str] = ()) -> dict[str, int]:
        """How many are learned of each kind; `without`: names of those that are not."""
        return dict(sorted(Counter(each.kind or "of no kind" for each in self.train if each.name not in without).items()))


def read_examples(folder: Path, wanted: Data, seed: int) -> Examples:
    """What the recipe takes of a data set."""
    sides: dict[Side, tuple[Example, ...]] = {}
    pairs: dict[Side, Sequence[Pair]] = {}
    content = hashlib.sha256()
    for side in Side:
        path = _file(folder, side)
        if path is None:
            sides[side] = ()
            continue
        lines = _lines(path)
        for line in lines:
            content.update(line.encode() + b"\n")
        if path.name.endswith(".pairs.jsonl"):
            pairs[side] = [_pair(line, path, number) for number, line in enumerate(lines, 1)]
            sides[side] = tuple(_of_pair(pair) for pair in pairs[side])
        else:
            sides[side] = tuple(_of_chat(line, path, number) for number, line in enumerate(lines, 1))
    if not sides[Side.TRAIN]:
        raise Trouble(BAD_TRAINING, f"`{folder}` holds no training data", "name the folder that `dsl4bes dataset build -o FOLDER` made, with --data; or one with train.jsonl and validation.jsonl")
    digest = card_digest(pairs) if len(pairs) == len(Side) else content.hexdigest()[:16]
    train = choose(sides[Side.TRAIN], wanted, seed)
    if not train:
        raise Trouble(BAD_TRAINING, f"of the {len(sides[Side.TRAIN]):,} training pairs in `{folder}` the recipe takes none", _what_there_is(sides[Side.TRAIN]))
    # The held-out side is watched as it is: other weights would make its loss another quantity.
    watched = choose(sides[Side.VALIDATION], Data(kinds=wanted.kinds, languages=wanted.languages, families=wanted.families), seed)
    return Examples(train, watched, digest)


def choose(examples: Sequence[Example], wanted: Data, seed: int) -> tuple[Example, ...]:
    """Kinds, languages, families; then caps; then the share of languages; then weights; then the most. Order is kept but for what is drawn twice."""
    kinds, languages = {each.value for each in wanted.kinds}, {each.value for each in wanted.languages}
    if (kinds or languages or wanted.families or wanted.caps or wanted.weights or wanted.chinese is not None) and any(not each.kind for each in examples):
        raise Trouble(BAD_TRAINING, "the data say nothing of kinds, languages and families, which the recipe asks for", "take a data set of `dsl4bes dataset build` (train.pairs.jsonl)")
    kept = [
        each for each in examples
        if (not kinds or each.kind in kinds) and (not languages or each.language in languages) and (not wanted.families or any(each.family == name or each.family.startswith(name.rstrip("/") + "/") for name in wanted.families))
    ]  # fmt: skip
    for kind, cap in wanted.caps.items():
        kept = _at_most(kept, lambda each, kind=kind: each.kind == kind.value, cap, _rng(seed, f"cap {kind.value}"))
    if wanted.chinese is not None:
        kept = _with_share(kept, wanted.chinese, _rng(seed, "language"))
    if wanted.weights:
        kept = _weighted(kept, wanted.weights, _rng(seed, "weights"))
    if wanted.most:
        kept = _at_most(kept, lambda each: True, wanted.most, _rng(seed, "most"))
    return tuple(kept)


def _rng(seed: int, what: str) -> np.random.Generator:
    return np.random.default_rng([seed, int.from_bytes(hashlib.sha256(what.encode()).digest()[:4], "big")])


def _at_most(examples: list[Example], counts: Any, most: int, rng: np.random.Generator) -> list[Example]:
    own = [number for number, each in enumerate(examples) if counts(each)]
    if len(own) <= most:
        return examples
    stay = set(rng.permutation(own)[:most].tolist())
    gone = set(own) - stay
    return [each for number, each in enumerate(examples) if number not in gone]


def _with_share(examples: list[Example], share: float, rng: np.random.Generator) -> list[Example]:
    """Leaves out pairs of the language of which there are too many."""
    chinese = sum(each.language == Language.CHINESE.value for each in examples)
    other = len(examples) - chinese
    if share in (0.0, 1.0):
        return [each for each in examples if (each.language == Language.CHINESE.value) == (share == 1.0)]
    all_ = min(chinese / share, other / (1 - share))
    examples = _at_most(examples, lambda each: each.language == Language.CHINESE.value, round(all_ * share), rng)
    return _at_most(examples, lambda each: each.language != Language.CHINESE.value, round(all_ * (1 - share)), rng)


def _weighted(examples: list[Example], weights: dict[Kind, float], rng: np.random.Generator) -> list[Example]:
    found: list[Example] = []
    by_name = {kind.value: weight for kind, weight in weights.items()}
    for each in examples:
        weight = by_name.get(each.kind, 1.0)
        more = rng.random() < weight % 1
        found += [each] * (int(weight) + more)
    return found


def _file(folder: Path, side: Side) -> Path | None:
    return next((path for path in (folder / f"{side.value}.pairs.jsonl", folder / f"{side.value}.jsonl") if path.is_file()), None)


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]  # not splitlines: a text may hold other ends of lines
    except (OSError, UnicodeDecodeError) as error:
        raise Trouble(BAD_TRAINING, f"`{path}` cannot be read: {error}") from None


def _pair(line: str, path: Path, number: int) -> Pair:
    try:
        return Pair.model_validate_json(line)
    except ValidationError:
        raise _no_pair(path, number) from None


def _of_pair(pair: Pair) -> Example:
    return Example(pair.name, tuple((turn["role"], turn["content"]) for turn in turns(pair)), pair.kind.value, pair.language.value, pair.family)


def _of_chat(line: str, path: Path, number: int) -> Example:
    try:
        found = tuple((str(turn["role"]), str(turn["content"])) for turn in json.loads(line)["messages"])
    except (ValueError, KeyError, TypeError):
        raise _no_pair(path, number) from None
    if len(found) < 2 or found[-1][0] != "assistant" or not found[-1][1].strip() or any(role not in ("system", "user", "assistant") for role, _ in found):
        raise _no_pair(path, number)
    return Example(hashlib.sha256(line.encode()).hexdigest()[:16], found)


def _no_pair(path: Path, number: int) -> Trouble:
    return Trouble(BAD_TRAINING, f"line {number} of `{path}` is no conversation that ends with an answer", "build the data set again: `dsl4bes dataset build`")


def _what_there_is(examples: Sequence[Example]) -> str:
    kinds = Counter(each.kind for each in examples)
    languages = Counter(each.language for each in examples)
    return "there are " + ", ".join(f"{count:,} {name}" for name, count in sorted((kinds + languages).items()) if name)
