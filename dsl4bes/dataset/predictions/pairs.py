"""The source of predictions: for each selection events of all fates, and numbers that follow from four-momenta.

In: a seed, how many draws of each selection. Out: pairs, and draws that gave none. The reasoning goes by the rounded numbers that are shown, and its verdict is that of the judge for the exact ones; an event within rounding of a limit is not taken.
Nothing is remembered between builds: a question holds what the judge computes. The package is not run here; a test compares both for the same events.
"""

from __future__ import annotations

import hashlib

import numpy as np

from dsl4bes.dataset.predictions.events import events
from dsl4bes.dataset.predictions.numbers import TOPICS, Number, drawn_number
from dsl4bes.dataset.predictions.programs import Template, templates
from dsl4bes.dataset.predictions.sheet import Sheet, sheets
from dsl4bes.dataset.predictions.wording import question, reasoning
from dsl4bes.dataset.record import OWN_LICENCE, Kind, Language, Pair
from dsl4bes.dataset.source import Made, Means, Size
from dsl4bes.driver import check_source

Rng = np.random.Generator
_LONGEST = 3900  #: of a question


class Predictions:
    """Pairs of every selection and of every topic of numbers, English and Chinese in turn; what gave none is named by selection, seed and draw."""

    name, needs_root = "predictions", False

    def steps(self, size: Size) -> int:
        return size.draws * (len(templates()) + len(TOPICS))

    def make(self, size: Size, means: Means) -> Made:
        made = Made()
        for number in range(size.draws):
            for at, template in enumerate(templates()):
                name = f"predictions/{template.family}/{template.name}:{size.seed}:{number}"
                self._add(made, cut_pair(template, size.seed, number, _language(number + at), name), name, means)
            for at, topic in enumerate(TOPICS):
                name = f"predictions/numbers/{topic.name}:{size.seed}:{number}"
                found = drawn_number(topic, size.seed, number, _language(number + at), _rng(name, size.seed, number))
                self._add(made, None if found is None else _number_pair(found, _language(number + at), name), name, means)
        return made

    def _add(self, made: Made, pair: Pair | None, name: str, means: Means) -> None:
        if pair is None:
            made.refused[name] = "no event of the draw is clear of all limits, or has few enough tracks and showers to be shown"
        else:
            made.pairs.append(pair)
        means.on_step(name)


def _language(number: int) -> Language:
    return tuple(Language)[number % 2]


def _rng(name: str, seed: int, number: int) -> Rng:
    return np.random.default_rng([seed, number, *hashlib.sha256(name.encode()).digest()[:4]])


def cut_pair(template: Template, seed: int, number: int, language: Language, name: str) -> Pair | None:
    """A pair of a selection: of its events one, each fate that occurs having the same chance."""
    rng = _rng(f"{template.family}/{template.name}", seed, number)
    program = template.drawn(rng)
    found = fates(program, template, seed, number)
    for rejected in rng.permutation(sorted(found)):
        of_one = found[str(rejected)]
        sheet = of_one[int(rng.integers(len(of_one)))]
        text = question(program, sheet, language, int(rng.integers(10_000)), bool(rng.random() < 0.4))
        if len(text) > _LONGEST:
            continue
        verified = f"the judge rejects the event at {sheet.rejected}" if sheet.rejected else "the judge accepts the event"
        answer = reasoning(sheet, language, int(rng.integers(10_000)))
        return Pair(kind=Kind.PREDICTION, language=language, family=f"predictions/{template.family}/{template.name}", question=text, answer=answer, source=name, licence=OWN_LICENCE, verified=(verified,))
    return None


def fates(program: str, template: Template, seed: int, number: int) -> dict[str, list[Sheet]]:
    """The events of a draw by the cut that rejects them; those that are clear, and told by their numbers as the judge tells them. Raises ValueError for a program that does not check."""
    made = check_source(program)
    if made.program is None or made.bag.has_errors:
        raise ValueError(f"{template.family}/{template.name} does not check: {next(iter(made.bag)).message}")
    found: dict[str, list[Sheet]] = {}
    for decay in template.decays:
        for sheet in sheets(made.program, events(decay, seed, number)):
            if sheet.clear and sheet.decided == sheet.rejected:
                found.setdefault(sheet.rejected, []).append(sheet)
    return found


def _number_pair(found: Number, language: Language, name: str) -> Pair:
    return Pair(kind=Kind.PREDICTION, language=language, family=f"predictions/numbers/{found.topic.name}", question=found.question, answer=found.answer, source=name, licence=OWN_LICENCE, verified=(found.verified,))
