"""Rounds and votes: a backend is asked for several bodies, those that fall off the ladder go back with the reason, and the behaviour that most of them share wins.

In: a task, a backend, how often to ask, and `climb`, which puts bodies through the ladder. Out: `Written` with every draft; `chosen` is the body to pin, None if no draft passed every rung.
The rounds end early once no further answer can change the winner. No file is touched, and no body runs here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dsl4bes.unknown.backends.protocol import Answer, Backend, Message, Request, complete_all
from dsl4bes.unknown.ladder import Climb
from dsl4bes.unknown.task import Task, names_of
from dsl4bes.unknown.trouble import Trouble
from dsl4bes.unknown.writing.answer import body_of
from dsl4bes.unknown.writing.prompt import Parts, again, messages
from dsl4bes.unknown.writing.retrieval import nearest
from dsl4bes.unknown.writing.vote import Cluster, clusters, shortest

#: Puts bodies of one block through the ladder, one climb for each.
ClimbAll = Callable[[Sequence[str]], list[Climb]]
#: Hears what is going on: the round, how many bodies are asked for or were tried, how many passed.
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Asking:
    """How to ask. `typed`: the decoder takes only names and members that exist; `parts`: what the prompt shows."""

    samples: int = 8
    rounds: int = 2
    temperature: float = 0.6
    top_p: float = 0.95
    seed: int | None = None  #: only if somebody chose one: vLLM 0.32 on a CPU ends itself over a seeded request whose prompt it reads in parts
    max_tokens: int = 512
    typed: bool = True
    parts: Parts = field(default_factory=Parts)
    mend: bool = True  #: slips that can be meant in one way only are mended before the ladder
    early: bool = True  #: stop once the vote is decided, or the backend fails after something passed


@dataclass(frozen=True, slots=True)
class Draft:
    """One answer: in which round it came, of which sample, and how far its body got."""

    round: int
    sample: int
    answer: Answer
    climb: Climb


@dataclass(slots=True)
class Written:
    """What came of it. `drafts` in the order in which they came; `last` is the latest of every sample, but none that was refused takes the place of one that passed."""

    task: Task
    drafts: list[Draft] = field(default_factory=list)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0

    @property
    def last(self) -> list[Draft]:
        found: dict[int, Draft] = {}
        for draft in self.drafts:
            if draft.climb.accepted or draft.sample not in found or not found[draft.sample].climb.accepted:
                found[draft.sample] = draft
        return [found[sample] for sample in sorted(found)]

    @property
    def clusters(self) -> tuple[Cluster, ...]:
        return clusters([draft.climb for draft in self.last])

    @property
    def chosen(self) -> Draft | None:
        """The draft of the largest cluster that is easiest to review."""
        found = self.clusters
        return self.last[shortest(found[0], [draft.climb for draft in self.last])] if found else None

    @property
    def confidence(self) -> float:
        """The share of samples that behave as the chosen one."""
        found = self.clusters
        return len(found[0].members) / len(self.last) if found else 0.0

    @property
    def best(self) -> Draft | None:
        """The draft that got highest, for a hand to finish; the latest of equals."""
        return max(self.drafts, key=lambda draft: (len(draft.climb.rungs), not draft.climb.refused, draft.round), default=None)


def write(task: Task, backend: Backend, asking: Asking, climb: ClimbAll, say: Progress = lambda words: None) -> Written:
    """Ask for a body until the vote is decided or the rounds are used up. Raises `Trouble` of the backend."""
    started = time.monotonic()
    asked = first_turns(task, asking.parts)
    grammar = grammar_of(task) if asking.typed and backend.takes_grammar else None
    body = bodies_of(task, asking.mend)
    written = Written(task)
    open_: dict[int, tuple[Message, ...]] = dict.fromkeys(range(asking.samples), asked)
    for number in range(asking.rounds + 1):
        say(f"round {number}: asking for {len(open_)} {'body' if len(open_) == 1 else 'bodies'}")
        try:
            answers = _answers(backend, asking, open_, grammar, number, written)
        except Trouble as trouble:
            if not (written.clusters and asking.early):
                raise
            say(f"round {number}: {trouble}; the vote is among what passed before")
            break
        climbs = climb([body(answer.text) for answer in answers.values()])
        written.drafts += [Draft(number, sample, answer, each) for (sample, answer), each in zip(answers.items(), climbs, strict=True)]
        found = written.clusters
        passed = sum(len(each.members) for each in found)
        say(f"round {number}: {passed} of {asking.samples} pass every rung, {len(found)} {'behaviour' if len(found) == 1 else 'behaviours'}, the largest has {len(found[0].members) if found else 0}")
        open_ = {draft.sample: again(open_[draft.sample], draft.answer.text, draft.climb, draft.answer.cut_off) for draft in written.last if draft.sample in open_ and _unfinished(draft)}
        if not open_ or (asking.early and _decided(found, len(open_))):
            break
    written.seconds = time.monotonic() - started
    return written


def first_turns(task: Task, parts: Parts) -> tuple[Message, ...]:
    """The conversation that asks for a body, with the worked examples nearest to the task."""
    from dsl4bes.unknown.writing.worked_examples import worked_examples

    return messages(task, nearest(task, worked_examples(), parts.examples), parts)


def bodies_of(task: Task, mend: bool) -> Callable[[str], str]:
    """What makes a body of an answer."""
    if not mend:
        return body_of
    from dsl4bes.unknown.writing.slips import mended

    names = names_of(task)
    return lambda answer: mended(body_of(answer), names)


def grammar_of(task: Task) -> str:
    """The grammar that an answer keeps to, for a backend that takes one."""
    from dsl4bes.unknown.writing.slot_grammar import slot_grammar

    return slot_grammar(task)


def _answers(backend: Backend, asking: Asking, open_: dict[int, tuple[Message, ...]], grammar: str | None, number: int, written: Written) -> dict[int, Answer]:
    """One answer for every open sample: samples with the same conversation are one request."""
    together: dict[tuple[Message, ...], list[int]] = {}
    for sample, conversation in open_.items():
        together.setdefault(conversation, []).append(sample)
    requests = [
        Request(
            messages=conversation, samples=len(samples), temperature=asking.temperature, top_p=asking.top_p, seed=None if asking.seed is None else asking.seed + 1000 * number + samples[0],
            max_tokens=asking.max_tokens, grammar=grammar,
        )
        for conversation, samples in together.items()
    ]  # fmt: skip
    found: dict[int, Answer] = {}
    for samples, answers in zip(together.values(), complete_all(backend, requests), strict=True):
        found |= dict(zip(samples, answers.answers, strict=True))
        written.prompt_tokens += answers.prompt_tokens or 0
        written.completion_tokens += answers.completion_tokens or 0
    return dict(sorted(found.items()))


def _unfinished(draft: Draft) -> bool:
    """A draft that is worth another try: it was refused, or it decides nothing."""
    return not draft.climb.accepted or bool(draft.climb.warnings)


def _decided(found: Sequence[Cluster], open_: int) -> bool:
    """Whether no answer that may still come can outnumber the largest behaviour."""
    if not found or not found[0].decides:
        return False
    second = len(found[1].members) if len(found) > 1 else 0
    return len(found[0].members) >= second + open_
