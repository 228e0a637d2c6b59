"""The rounds of `ask`: answers are drawn and checked, the errors of the best one go back, at most so many times.

In: a question, a backend, settings, what is wanted (a selection, or a fit: `Wanted`). Out: an `Outcome` with the best attempt: the one the compiler came farthest with, then the one with the fewest errors, then the first one drawn.
Raises `Trouble` if the backend fails. Nothing is printed or written here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from dsl4bes.unknown.asking.attempt import Attempt, judged
from dsl4bes.unknown.asking.decoder_grammar import decoder_text
from dsl4bes.unknown.asking.prompt import complaint, messages
from dsl4bes.unknown.asking.question import cleaned
from dsl4bes.unknown.asking.terms import particles
from dsl4bes.unknown.backends.protocol import Answer, Answers, Backend, Message, Request
from dsl4bes.unknown.settings import Settings
from dsl4bes.unknown.trouble import Trouble

_NEXT_SEED = 1000
_LONGEST_BEFORE = 3000  #: of the last program in a request

#: Called after every round with its number and the best attempt so far.
OnRound = Callable[[int, Attempt], None]


class Wanted(Protocol):
    """What is asked for: how a model is told, what holds its pen, what an answer is worth."""

    def messages(self, question: str, answer_tokens: int, before: tuple[str, str] | None) -> tuple[Message, ...]: ...

    def grammar(self) -> str: ...

    def judged(self, answer: Answer, sample: int, round_: int) -> Attempt: ...

    def missing(self, question: str, best: Attempt) -> tuple[str, ...]:
        """What the question speaks of and the program does not."""
        ...


class Selections:
    """A program of the whole language. Nothing of it is run."""

    def messages(self, question: str, answer_tokens: int, before: tuple[str, str] | None) -> tuple[Message, ...]:
        return messages(question, answer_tokens, before)

    def grammar(self) -> str:
        return decoder_text()

    def judged(self, answer: Answer, sample: int, round_: int) -> Attempt:
        return judged(answer, sample, round_)

    def missing(self, question: str, best: Attempt) -> tuple[str, ...]:
        """Particles."""
        return tuple(sorted(name[1:] for name in particles(question) - best.named))


@dataclass(frozen=True, slots=True)
class Outcome:
    """`attempts` are all that were judged, `rounds` the requests that were made; `missing`: what the question speaks of and the best program does not."""

    best: Attempt
    attempts: tuple[Attempt, ...]
    rounds: int
    model: str
    tokens: int | None
    seconds: float
    constrained: bool
    missing: tuple[str, ...]
    stopped: str = ""  #: why there were no more rounds, if the backend failed after the first


def ask(question: str, backend: Backend, settings: Settings, *, constrained: bool, wanted: Wanted | None = None, on_round: OnRound | None = None) -> Outcome:
    """The best program for a question within the rounds of the settings; `wanted` is a selection if nothing is said."""
    text = cleaned(question)
    wanted = wanted or Selections()
    attempts: list[Attempt] = []
    given: list[Answers] = []
    best: Attempt | None = None
    stopped = ""
    for number in range(settings["rounds"] + 1):
        try:
            given.append(backend.complete(_request(text, settings, number, best, wanted, constrained)))
        except Trouble as trouble:
            if best is None:
                raise
            stopped = str(trouble)  # what was written before is not lost
            break
        attempts += [wanted.judged(answer, sample, number) for sample, answer in enumerate(given[-1].answers)]
        best = min(attempts, key=lambda attempt: attempt.rank)
        if on_round is not None:
            on_round(number, best)
        if best.done:
            break
    assert best is not None
    counts = [each.completion_tokens for each in given]
    return Outcome(
        best=best,
        attempts=tuple(attempts),
        rounds=len(given),
        model=given[-1].model,
        tokens=None if None in counts else sum(count or 0 for count in counts),
        seconds=sum(each.seconds for each in given),
        constrained=constrained,
        missing=wanted.missing(text, best),
        stopped=stopped,
    )


def _request(question: str, settings: Settings, number: int, best: Attempt | None, wanted: Wanted, constrained: bool) -> Request:
    """The request of a round. A seed is sent only if somebody chose one, and each round has its own: vLLM 0.32 on a CPU ends itself over a seeded request whose
    prompt it reads in parts ("CPU Generator does not use offset"), and the prompts here are long."""
    before = None
    if best is not None and best.program:
        before = best.program[:_LONGEST_BEFORE], complaint(best.lines())
    return Request(
        messages=wanted.messages(question, settings["max_tokens"], before),
        samples=settings["samples"],
        temperature=settings["temperature"],
        top_p=settings["top_p"],
        seed=settings["seed"] + _NEXT_SEED * number if "seed" in settings.origins else None,
        max_tokens=settings["max_tokens"],
        grammar=wanted.grammar() if constrained else None,
    )
