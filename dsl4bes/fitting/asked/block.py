"""A fit of the language from a model: written under its grammar, checked, compiled, and run on the data of the question.

In: a question with its data, a backend, the user's ROOT. Out: `Written`: the program, its results, how many answers agree with it. A fit whose data are not those of the question, or that cuts in other words than the question's, is refused; the compiler's macro of
it runs confined all the same. What the checks or ROOT say goes back. Which numbers are right is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields

from dsl4bes.constructs.shapes.registry import load as shapes
from dsl4bes.diagnostics.codes import fitted as codes
from dsl4bes.diagnostics.model import Bag, Diagnostic
from dsl4bes.fitting.asked.data import Named
from dsl4bes.fitting.asked.lacking import numbers_lacking
from dsl4bes.fitting.asked.prompt import messages
from dsl4bes.fitting.asked.words import one_term, several_samples, shapes_meant
from dsl4bes.fitting.located import placed
from dsl4bes.fitting.results import FitResult
from dsl4bes.fitting.run import run_fit
from dsl4bes.fitting.show import reasons
from dsl4bes.ir.fitting import Data, Fit, GeneratedData, TreeData
from dsl4bes.root.find import Root
from dsl4bes.unknown.asking.attempt import NAME, Attempt, compiled, judged
from dsl4bes.unknown.asking.decoder_grammar import fit_grammar
from dsl4bes.unknown.asking.ebnf import Node, Ref, alt, optional, seq
from dsl4bes.unknown.asking.fit_rules import FitRules
from dsl4bes.unknown.asking.rounds import OnRound, Outcome, ask
from dsl4bes.unknown.backends.protocol import Answer, Backend, Message
from dsl4bes.unknown.sandbox.scratch import scratch_folder
from dsl4bes.unknown.settings import Settings

_SECONDS = 60.0
_UNIT = re.compile(r"(?<![A-Za-z])(?:[kMGT]?eV|[mcu]m|[munp]s|mrad|rad|deg)(?![A-Za-z])")
_SHOWN = 6  #: numbers that go back to a model
_LONGEST = 600  #: tokens of an answer: the longest example has 250
_CLOSE = 1e-3  #: of an error: results of two answers that are the same fit


@dataclass(frozen=True, slots=True)
class FitAttempt(Attempt):
    """An answer with the results of its fits, which are there once all of them ran; `lacking` are numbers of the question that it does not speak of."""

    results: tuple[FitResult, ...] = ()
    lacking: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        return bool(self.results) and not self.errors

    @property
    def done(self) -> bool:
        return self.valid and not self.lacking

    @property
    def rank(self) -> tuple[int, ...]:
        return -self.reached, self.errors, len(self.lacking), self.round, self.sample

    def lines(self) -> list[str]:
        """The errors; if there are none, the numbers that are left out."""
        if self.errors:
            return Attempt.lines(self)  # `super()` does not find its class in a dataclass with slots
        return [f"- the question says {number}, and the fit does not: a range, a start value, a level or a place is missing" for number in self.lacking[:_SHOWN]]


@dataclass(frozen=True, slots=True)
class Written:
    """`attempt` is the one taken, or the best one if none is valid; of `outcome`'s attempts `valid` have a valid result, and `agreed` of them, with itself, the same."""

    attempt: FitAttempt
    outcome: Outcome
    valid: int
    agreed: int


def write(question: str, data: Named, backend: Backend, settings: Settings, root: Root, *, constrained: bool, on_round: OnRound | None = None) -> Written:
    """The fit that most answers agree on, among those that leave out fewest numbers of the question. Raises `Trouble` if nobody answers or nothing can be confined."""
    bounded = Settings({**settings.values, "max_tokens": min(_LONGEST, settings["max_tokens"])}, settings.origins)
    outcome = ask(question, backend, bounded, constrained=constrained, wanted=FitWanted(question, data, root), on_round=on_round)
    valid = [attempt for attempt in outcome.attempts if isinstance(attempt, FitAttempt) and attempt.valid]
    if not valid:
        assert isinstance(outcome.best, FitAttempt)
        return Written(outcome.best, outcome, 0, 0)
    friends = [sum(same(one.results, other.results) for other in valid) for one in valid]
    at = min(range(len(valid)), key=lambda index: (len(valid[index].lacking), -friends[index], index))
    return Written(valid[at], outcome, len(valid), friends[at])


def same(one: tuple[FitResult, ...], other: tuple[FitResult, ...]) -> bool:
    """Whether two answers are the same fit, whatever their terms are called: the same values with the same errors."""
    if [len(result.parameters) for result in one] != [len(result.parameters) for result in other]:
        return False
    for first, second in zip(one, other, strict=True):
        pairs = zip(sorted((each.value, each.error) for each in first.parameters), sorted((each.value, each.error) for each in second.parameters), strict=True)
        if not all(abs(value - value2) <= _CLOSE * max(error, error2, 1e-12 * abs(value)) for (value, error), (value2, error2) in pairs):
            return False
    return True


@dataclass(frozen=True, slots=True)
class _Tried:
    """What came of a program without errors: `reached` counts its data, a result of each fit, a valid one."""

    diagnostics: tuple[Diagnostic, ...] = ()
    results: tuple[FitResult, ...] = ()
    reached: int = 0


class FitWanted:
    """A fit of the data of a question. An answer that was judged before is not run again."""

    def __init__(self, question: str, data: Named, root: Root) -> None:
        self._question, self._data, self._root = question, data, root
        self._known: dict[str, _Tried] = {}

    def messages(self, question: str, answer_tokens: int, before: tuple[str, str] | None) -> tuple[Message, ...]:
        return messages(question, self._data, answer_tokens, before)

    def grammar(self) -> str:
        return fit_grammar(rules_for(self._question, self._data)).text()

    def missing(self, question: str, best: Attempt) -> tuple[str, ...]:
        return best.lacking if isinstance(best, FitAttempt) else ()

    def judged(self, answer: Answer, sample: int, round_: int) -> FitAttempt:
        plain = judged(answer, sample, round_)
        tried = _Tried()
        if not plain.errors:
            if plain.program not in self._known:
                self._known[plain.program] = self._tried(plain.program)
            tried = self._known[plain.program]
        own = {each.name: getattr(plain, each.name) for each in fields(plain)}
        own |= {"diagnostics": (*plain.diagnostics, *tried.diagnostics), "reached": plain.reached + tried.reached}
        return FitAttempt(**own, results=tried.results, lacking=tuple(numbers_lacking(self._question, plain.program)))

    def _tried(self, program: str) -> _Tried:
        """What is wrong, the results, how far it came: the data, a result, a valid one."""
        made = compiled(program, []).program
        fits = made.fits if made is not None else ()
        bag, results = Bag(), []
        if not fits:
            bag.add(codes.NO_FIT, "the answer has no fit", help='write one block `fit("name") do ... end`')
        for fit in fits:
            _refuse_foreign(fit, self._data, self._question, bag)
        if bag.has_errors:
            return _Tried(tuple(bag))
        for fit in fits:
            with scratch_folder() as folder:
                ran = run_fit(placed(fit, self._data.files), NAME, self._root, folder, seconds=_SECONDS, confined=True, readable=tuple(self._data.files.values()))
            if ran.result is None:
                bag.add(codes.FIT_FAILED, f"the fit `{fit.name}` has no result: {ran.words}", fit.span)
                continue
            results.append(ran.result)
            if not ran.result.answers:
                bag.add(codes.NO_RESULT, f"the fit `{fit.name}` is not valid: {'; '.join(reasons(ran.result))}", fit.span, help="other start values, wider ranges, or a model with fewer parameters")
        return _Tried(tuple(bag), tuple(results), 1 + (len(results) == len(fits)) + (not bag.has_errors))


# --- what a fit of a question may read -----------------------------------------------------------------------------------


def data_node(data: Named) -> Node:
    """What may stand behind `data`: the lines there are, with a condition behind those of trees."""
    plain = [line.text for line in data.lines if not line.tree]
    trees = [line.text for line in data.lines if line.tree]
    found: list[Node] = list(plain)
    if trees:
        found.append(seq(alt(*trees), optional(seq(",", "cut", ":", Ref("STRING")))))
    if data.generated or not found:
        found.append(seq(":generated", ",", "events", ":", Ref("integer"), optional(seq(",", "seed", ":", Ref("integer")))))
    return alt(*found)


def rules_for(question: str, data: Named) -> FitRules:
    """What a fit of these data may be made of, by what they are and what the question speaks of: units, shapes, one term or several."""
    surface = bool(data.lines) and all(line.surface for line in data.lines)
    points = bool(data.lines) and all(line.points for line in data.lines)
    kinds = {2 if line.surface else 1 for line in data.lines} | ({1} if data.generated or not data.lines else set())
    fitting = [word for word, shape in shapes().items() if (shape.dimensions == 0 or shape.dimensions in kinds) and (shape.curve or not points)]
    return FitRules(
        data_node(data), shapes_meant(question, fitting), surface, units=_UNIT.search(question) is not None, single=one_term(question), samples=not surface and not points and (several_samples(question) or data.several_named(question))
    )  # fmt: skip


def _refuse_foreign(fit: Fit, data: Named, question: str, bag: Bag) -> None:
    for file, cut in _reads(fit):
        if file not in data.files:
            bag.add(codes.DATA_NOT_FOUND, f"the fit `{fit.name}` reads `{file}`, which the question does not name", fit.span, help="take one of the data lines that were given")
        elif cut and _squeezed(cut) not in _squeezed(question):
            bag.add(codes.DATA_NOT_FOUND, f"the fit `{fit.name}` takes entries with `{cut}`, which are not words of the question", fit.span, help="leave `cut:` away, or write it as the question has it")


def _reads(fit: Fit) -> Iterable[tuple[str, str]]:
    """The files of a fit, each with its condition."""
    for sample in fit.samples:
        if not isinstance(sample.data, GeneratedData):
            yield sample.data.file, _cut(sample.data)
        for term in sample.terms:
            for name, value in term.density.settings:
                if name == "data":
                    found = dict(value)
                    yield found["file"], found.get("cut", "")


def _cut(data: Data) -> str:
    return data.cut if isinstance(data, TreeData) else ""


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
