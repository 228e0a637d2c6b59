"""A fit of the language from a model: written under its grammar, checked, compiled, and run on the data of the question.

In: a question with its data, a backend, the user's ROOT. Out: `Written`: the program, its results, how many answers agree with it. A fit whose data are not those of the question, or that cuts in other words than the question's, is refused; the compiler's macro of
it runs confined all the same. What the checks or ROOT say goes back. Which numbers are right is not known here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from dsl4bes.constructs.shapes.registry import load as shapes
from dsl4bes.diagnostics.codes import fitted as codes
from dsl4bes.diagnostics.model import Bag
from dsl4bes.fitting.asked.data import Named
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
_NUMBER = re.compile(r"(?<![A-Za-z_0-9.])[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]*\.(?:root|csv|txt|dat)\b)", re.ASCII)


@dataclass(frozen=True, slots=True)
class FitAttempt(Attempt):
    """An answer with the results of its fits, which are there once all of them ran; `lacking` are numbers of the question that it does not speak of."""

    results: tuple[FitResult, ...] = ()
    lacking: tuple[str, ...] = ()
    seconds: float = field(default=0.0, compare=False)

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
    """Whether two answers are the same fit, whatever their terms are called: the same minimum and the same values with the same errors."""
    if [len(result.parameters) for result in one] != [len(result.parameters) for result in other]:
        return False
    for first, second in zip(one, other, strict=True):
        pairs = zip(sorted((each.value, each.error) for each in first.parameters), sorted((each.value, each.error) for each in second.parameters), strict=True)
        if not all(abs(value - value2) <= _CLOSE * max(error, error2, 1e-12 * abs(value)) for (value, error), (value2, error2) in pairs):
            return False
    return True


class FitWanted:
    """A fit of the data of a question. An answer that was judged before is not run again."""

    def __init__(self, question: str, data: Named, root: Root) -> None:
        self._question, self._data, self._root = question, data, root
        self._known: dict[str, tuple[Bag, tuple[FitResult, ...], int, float]] = {}

    def messages(self, question: str, answer_tokens: int, before: tuple[str, str] | None) -> tuple[Message, ...]:
        return messages(question, self._data, answer_tokens, before)

    def grammar(self) -> str:
        return fit_grammar(rules_for(self._question, self._data)).text()

    def missing(self, question: str, best: Attempt) -> tuple[str, ...]:
        return best.lacking if isinstance(best, FitAttempt) else ()

    def judged(self, answer: Answer, sample: int, round_: int) -> FitAttempt:
        plain = judged(answer, sample, round_)
        fits = () if plain.errors else _fits(plain.program)
        lacking = tuple(numbers_lacking(self._question, plain.program))
        if plain.errors:
            return _with(plain, (), lacking)
        if plain.program not in self._known:
            self._known[plain.program] = self._tried(fits)
        bag, results, reached, seconds = self._known[plain.program]
        return _with(replace(plain, diagnostics=(*plain.diagnostics, *bag), reached=plain.reached + reached), results, lacking, seconds)

    def _tried(self, fits: tuple[Fit, ...]) -> tuple[Bag, tuple[FitResult, ...], int, float]:
        """What is wrong, the results, how far it came: the data, a result, a valid one."""
        bag, results, seconds = Bag(), [], 0.0
        if not fits:
            bag.add(codes.NO_FIT, "the answer has no fit", help='write one block `fit("name") do ... end`')
        for fit in fits:
            _refuse_foreign(fit, self._data, self._question, bag)
        if bag.has_errors:
            return bag, (), 0, 0.0
        for fit in fits:
            with scratch_folder() as folder:
                ran = run_fit(placed(fit, self._data.files), NAME, self._root, folder, seconds=_SECONDS, confined=True, readable=tuple(self._data.files.values()))
            seconds += ran.seconds
            if ran.result is None:
                bag.add(codes.FIT_FAILED, f"the fit `{fit.name}` has no result: {ran.words}", fit.span)
            elif not ran.result.valid:
                bag.add(codes.NO_RESULT, f"the fit `{fit.name}` is not valid: {'; '.join(reasons(ran.result))}", fit.span, help="other start values, wider ranges, or a model with fewer parameters")
            if ran.result is not None:
                results.append(ran.result)
        return bag, tuple(results), 1 + (len(results) == len(fits)) + (not bag.has_errors), seconds


def _with(attempt: Attempt, results: tuple[FitResult, ...], lacking: tuple[str, ...], seconds: float = 0.0) -> FitAttempt:
    return FitAttempt(attempt.program, attempt.diagnostics, attempt.reached, attempt.sample, attempt.round, attempt.named, results, lacking, seconds)


def _fits(program: str) -> tuple[Fit, ...]:
    made = compiled(program, [])
    return made.program.fits if made.program is not None else ()


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
        data_node(data), shapes_meant(question, fitting), surface, units=_UNIT.search(question) is not None, single=one_term(question), samples=not surface and not points and several_samples(question)
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


# --- numbers of the question ---------------------------------------------------------------------------------------------


def numbers_lacking(question: str, program: str) -> list[str]:
    """Numbers of the question that the program does not have, in any usual unit: with a power of ten between them, or as its inverse (a slope for a decay constant). Those that say how many bins, digits, columns or rows there are, and single digits, do not count.

    >>> numbers_lacking("peak near 3.096 GeV, sigma about 12 MeV, range 3.0 to 3.2, 60 bins", "range 3 GeV..3.2 GeV\\nmean 3.1 GeV\\nsigma 0.012 GeV")
    ['3.096']
    """
    has = [abs(float(text)) for text in _NUMBER.findall(program.replace("..", " "))]
    wanted = [found for found in _NUMBER.finditer(question) if not _of_layout(question, found)]
    return list(dict.fromkeys(found[0] for found in wanted if not any(_equal(abs(float(found[0])), value) for value in has)))


def _of_layout(question: str, found: re.Match[str]) -> bool:
    """Whether a number only says how data or output look."""
    plain = found[0].lstrip("+-")
    behind = question[found.end() : found.end() + 24].lower()
    if re.fullmatch(r"\d", plain) or re.match(r"\s*(?:[x×]\s*\d+\s*)?(?:bins?\b|entries|points|lines|rows|columns|digits|significant|个区间|个点|行|列|位|\.\s)", behind):
        return True
    return re.match(r"\s*\*", behind) is not None  # of a formula, as in `exp(-0.5*(x-mean)^2)`


def _equal(one: float, other: float) -> bool:
    """Equal, a power of ten apart that units have, or inverse to each other to a rounding."""
    same = any(math.isclose(one, other * scale, rel_tol=1e-6, abs_tol=1e-12) for scale in (1, 1e3, 1e-3, 1e2, 1e-2, 1e6, 1e-6))
    return same or math.isclose(one * other, 1, rel_tol=1e-2)
