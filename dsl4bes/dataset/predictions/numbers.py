"""Numbers that follow from the quantities of one event: a mass, a recoil mass, how many photons survive, which pair is chosen.

In: a topic, a seed, the number of a draw. Out: a `Number`: question and answer with its last line, from rounded four-momenta; the judge gives the same for the exact ones. None where no event of the draw is clear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from math import hypot, isnan, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, TypeAdapter

from dsl4bes.dataset.code import fenced
from dsl4bes.dataset.predictions.events import events
from dsl4bes.dataset.predictions.programs import Template
from dsl4bes.dataset.predictions.sheet import Label, ListStep, sheets
from dsl4bes.dataset.predictions.wording import Phrasings, entry_line, event, name, words
from dsl4bes.dataset.record import BOSS_OPENINGS, Language
from dsl4bes.driver import check_source
from dsl4bes.ir import expr as ir
from dsl4bes.ir.fits import Combine
from dsl4bes.ir.primitives import Collection, Require, Source
from dsl4bes.ir.program import Program
from dsl4bes.physics.particles import find
from dsl4bes.semantics.dispatch import Context
from dsl4bes.semantics.evaluate import evaluate
from dsl4bes.semantics.expressions import compiled
from dsl4bes.semantics.settings import Options
from dsl4bes.semantics.state import EventState, Particle
from dsl4bes.unknown.toml_text import loads

if TYPE_CHECKING:
    from dsl4bes.events.batch import Batch

Rng = np.random.Generator
P4 = tuple[float, float, float, float]
_HERE = Path(__file__).parent
_ENERGY = {"J/psi": 3.097, "psi(2S)": 3.686}
_APART = 0.002  #: GeV by which the pair that is chosen is nearer than the next one


class Topic(BaseModel):
    """A number that is asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["mass", "recoil", "count", "choice"]
    name: str
    decay: str
    what: str = ""
    lists: str = ""
    photons: str = ""
    particle: str = ""

    @property
    def ecms(self) -> float:
        return _ENERGY[self.decay.split(" -> ")[0]]


@dataclass(frozen=True)
class Number:
    topic: Topic
    question: str
    answer: str
    verified: str


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    mass: Phrasings
    recoil: Phrasings
    count: Phrasings
    choice: Phrasings
    ending: dict[str, Phrasings]
    sum: Phrasings
    rest: Phrasings


@lru_cache(maxsize=1)
def _words() -> _Words:
    return _Words.model_validate(loads((_HERE / "words" / "numbers.toml").read_text(encoding="utf-8")))


TOPICS: tuple[Topic, ...] = TypeAdapter(tuple[Topic, ...]).validate_python(tuple(loads((_HERE / "topics.toml").read_text(encoding="utf-8"))["topic"]))


def drawn_number(topic: Topic, seed: int, number: int, language: Language, rng: Rng) -> Number | None:
    """The number of a draw, from the first event that is clear."""
    program = Template("numbers", topic.name, _program(topic), (topic.decay,)).drawn(rng)
    made = check_source(program)
    if made.program is None or made.bag.has_errors:
        raise ValueError(f"{topic.name} does not check: {next(iter(made.bag)).message}")
    batch = events(topic.decay, seed, number)
    found: Iterator[Number | None]
    if topic.kind == "count":
        found = _counts(topic, program, made.program, batch, language, rng)
    else:
        opened = replace(made.program, blocks=tuple(replace(block, steps=tuple(step for step in block.steps if not isinstance(step, Require))) for block in made.program.blocks))
        states = evaluate(opened, batch).states
        found = (_choice(topic, program, made.program, state, language, rng) if topic.kind == "choice" else _mass(topic, made.program, state, language, rng) for state in states)
    return next((each for each in found if each is not None), None)


def _program(topic: Topic) -> str:
    """The selection that the number belongs to."""
    head = f'analysis "Sel" do\necms {topic.ecms} GeV\nend\nevent_selection do\n'
    if topic.kind == "count":
        return f"event_selection do\nphotons do\n{topic.photons}\nend\nend\n"
    if topic.kind == "choice":
        return f'event_selection do\nphotons do\n{topic.photons}\nend\ncombine(:{topic.particle}) do\ndecay "{topic.particle} -> gam gam"\nchoose :nearest_mass\nend\nend\n'
    # the counts only make the program check: whether the particles are there is seen event by event
    parts = ["charged_tracks do\nvr < 1 cm\nvz < 10 cm\nngood >= 2\nend", "photons do\nenergy > 25 MeV\nisolation > 10 deg\nngam >= 3\nend" if "gam" in topic.what else ""]
    if topic.lists:
        lists = [each.split(":") for each in topic.lists.split(", ")]
        parts.append("assign do\n" + "\n".join(f"identify :{of}, {condition}" for of, condition in lists) + "\n" + "\n".join(f"n{of} == 1" for of, _ in lists) + "\nend")
    return head + "\n".join(filter(None, parts)) + f'\nrequire "value", {topic.what} > 0 GeV\nend\n'


# --- masses ---------------------------------------------------------------------------------------------------------------


def _mass(topic: Topic, program: Program, state: EventState, language: Language, rng: Rng) -> Number | None:
    context = Context(program, Options())
    condition = program.blocks[-1].steps[-1].condition  # type: ignore[attr-defined]
    exact = compiled(condition.left, context)(state)
    inside = condition.left.arguments[0]
    taken = inside.right if isinstance(inside, ir.Binary) else inside
    terms = taken.terms if isinstance(taken, ir.P4Sum) else (taken,)
    roles = re.findall(r"\w+", topic.what.partition("(")[2])
    momenta = [_rounded(compiled(term, context)(state)) for term in terms]
    if isnan(exact) or exact <= 0 or any(isnan(each) for p4 in momenta for each in p4):
        return None
    beam = _rounded(context.beam)
    measured = _sum(momenta)
    total = tuple(_digits(a - b) for a, b in zip(beam, measured, strict=True)) if topic.kind == "recoil" else measured
    energy2, momentum2 = _digits(total[3] ** 2), _digits(sum(each**2 for each in total[:3]))
    mass2 = _digits(energy2 - momentum2)
    if mass2 <= 0 or f"{sqrt(mass2):.3f}" != f"{exact:.3f}" or abs(sqrt(mass2) - exact) > 3e-4:
        return None
    filled = {"WHAT": topic.what, "NAMES": _listed(roles, language), "EVENT": _momenta(roles, momenta, bool(rng.random() < 0.4)), "BEAM": f"(px, py, pz; E) = {_vector(beam)} GeV"}
    steps = {"E": total[3], "X": total[0], "Y": total[1], "Z": total[2], "E2": energy2, "P2": momentum2, "M2": mass2}
    values = {key: f"{value:.5f}" for key, value in steps.items()} | {"M": f"{exact:.3f}"}
    answer = _filled(_one(_words().sum, language, rng), values)
    if topic.kind == "recoil":
        answer = _filled(_one(_words().rest, language, rng), {key: f"{value:.5f}" for key, value in zip(("SX", "SY", "SZ", "SE"), measured, strict=True)}) + "\n" + answer
    answer += f"\n\n{topic.what} = {exact:.3f} GeV"
    return _made(topic, "mass", language, rng, filled, answer, f"the judge has {exact:.6f} GeV")


def _rounded(p4: Sequence[float]) -> P4:
    x, y, z, e = (_digits(float(each)) for each in p4)
    return x, y, z, e


def _digits(value: float) -> float:
    return round(value, 5) + 0.0


def _sum(momenta: Sequence[P4]) -> P4:
    return _rounded([sum(p4[at] for p4 in momenta) for at in range(4)])


def _vector(p4: P4) -> str:
    return f"({p4[0]:.5f}, {p4[1]:.5f}, {p4[2]:.5f}; {p4[3]:.5f})"


def _momenta(names: Sequence[str], momenta: Sequence[P4], as_table: bool) -> str:
    if as_table:
        rows = [["", "px", "py", "pz", "E"], ["---"] * 5, *([of, *(f"{each:.5f}" for each in p4)] for of, p4 in zip(names, momenta, strict=True))]
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return "\n".join(f"{of}: (px, py, pz; E) = {_vector(p4)} GeV" for of, p4 in zip(names, momenta, strict=True))


def _listed(roles: Sequence[str], language: Language) -> str:
    last = " and " if language is Language.ENGLISH else "和"
    return roles[0] if len(roles) == 1 else (", " if language is Language.ENGLISH else "、").join(roles[:-1]) + last + roles[-1]


# --- photons --------------------------------------------------------------------------------------------------------------


def _counts(topic: Topic, program: str, checked: Program, batch: Batch, language: Language, rng: Rng) -> Iterator[Number | None]:
    for sheet in sheets(checked, batch):
        step = next((each for each in sheet.steps if isinstance(each, ListStep) and each.target == "gam"), None)
        if step is None or not sheet.clear or len(step.entries) < 2:
            continue
        only = replace(sheet, objects=tuple(each for each in sheet.objects if not each[0].charged), steps=(step,))
        styles = words().style.of(language)
        style = styles[int(rng.integers(len(styles)))]
        lines = [style.first] if style.first else []
        lines += [entry_line(entry, style, language) for entry in step.entries]
        count = len(step.kept)
        answer = "\n".join(lines) + "\n\n" + (f"Photons: {count}" if language is Language.ENGLISH else f"光子数：{count}")
        filled = {"PROGRAM": fenced(program, "bes"), "EVENT": event(only, language, bool(rng.random() < 0.4))}
        yield _made(topic, "count", language, rng, filled, answer, f"the judge has {count} photons, the same ones")


def _choice(topic: Topic, program: str, checked: Program, state: EventState, language: Language, rng: Rng) -> Number | None:
    step = next(step for block in checked.blocks for step in block.steps if isinstance(step, Combine))
    candidate, positions = state.fits.get(step.symbol), state.lists.get("gam", [])
    if candidate is None or not 3 <= len(positions) <= 6:
        return None
    labels = _showers(checked, state)
    momenta = {position: _rounded(state.p4(Particle(position, -1))) for position in positions}
    info = find(topic.particle)
    assert info is not None and info.mass is not None
    pairs = sorted((abs(_mass_of(momenta[a], momenta[b]) - info.mass), a, b) for a, b in combinations(positions, 2))
    (best, first, second), (next_best, _, _) = pairs[:2]
    if next_best - best < _APART or {first, second} != set(candidate.positions):
        return None
    mark, joint = (": ", ", ") if language is Language.ENGLISH else ("：", "，")
    lines = [f"{name(labels[a], language)}{joint}{name(labels[b], language)}{mark}m = {_mass_of(momenta[a], momenta[b]):.3f} GeV, |m - {info.mass:.4f}| = {abs(_mass_of(momenta[a], momenta[b]) - info.mass):.3f} GeV" for a, b in combinations(positions, 2)]
    answer = "\n".join(lines) + "\n\n" + ("Pair: " if language is Language.ENGLISH else "组合：") + joint.join(name(labels[each], language) for each in sorted((first, second)))
    filled = {"PROGRAM": fenced(program, "bes"), "EVENT": _momenta([name(labels[each], language) for each in positions], [momenta[each] for each in positions], bool(rng.random() < 0.4))}
    return _made(topic, "choice", language, rng, filled, answer, "the judge chooses the same two")


def _showers(checked: Program, state: EventState) -> Mapping[int, Label]:
    of = next(step.target.name for block in checked.blocks for step in block.steps if isinstance(step, Collection) and step.source is Source.NEUTRAL)
    return {position: Label(False, number) for number, position in enumerate(state.lists[of], 1)}


def _mass_of(one: P4, other: P4) -> float:
    """Of two photons, whose energies are the lengths of their momenta up to rounding."""
    total = _sum([one, other])
    return sqrt(max(0.0, total[3] ** 2 - hypot(*total[:3]) ** 2))


# --- words ----------------------------------------------------------------------------------------------------------------


def _one(of: Phrasings, language: Language, rng: Rng) -> str:
    texts = of.of(language)
    return texts[int(rng.integers(len(texts)))]


def _filled(text: str, values: Mapping[str, str]) -> str:
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text


def _made(topic: Topic, ending: str, language: Language, rng: Rng, filled: Mapping[str, str], answer: str, verified: str) -> Number:
    text = _one(getattr(_words(), topic.kind), language, rng) + "\n\n" + _one(_words().ending[ending], language, rng)
    return Number(topic, BOSS_OPENINGS[language] + _filled(text, filled), answer, verified)
