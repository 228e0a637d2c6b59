"""The prompt for one block: what is fixed, what the task says, examples near it; and what a model is told of a draft that was refused.

In: a task, worked examples, which parts to show. Out: messages; the same input gives the same text, and `VERSION` changes with the wording, since the lock file says with what a body was asked
for. The words of a block stand in the prompt as a comment of one line: whatever they say, what comes back is a body and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dsl4bes.ir.custom import VIEW
from dsl4bes.unknown.backends.protocol import Message
from dsl4bes.unknown.backends.turns import harmless
from dsl4bes.unknown.ladder import Climb
from dsl4bes.unknown.task import Task, Value
from dsl4bes.unknown.writing.facts import facts
from dsl4bes.unknown.writing.relevance import relevant
from dsl4bes.unknown.writing.worked_examples import Worked

VERSION = "2"
_MOST_WORDS = 1200  #: characters of a description
_MOST_COMPLAINT = 1500
HEAD = "bool accept(const View& in) {"
#: A distance that has a sign is compared without it more often than not, and small models forget that.
_SIGNED, _WITH_SIGN = ", signed (", ", with a sign: std::fabs() is its size ("
#: How a job ends that reads an element which is not there: by a signal (SIGSEGV, SIGABRT of the library's checks).
_OUTSIDE = ("status -11", "status -6")

SYSTEM = """You complete C++98 functions that decide whether an event of a particle physics experiment is kept.
The function is `bool accept(const View& in)`: it returns true to keep the event and false to reject it.
Answer with the statements of its body only.
- What it may read is in the structs; a limit that the task names is a member of `in`.
- Loops look like `for (std::size_t i = 0; i < in.gam.size(); ++i)`; pairs of one list start the inner loop at `i + 1`.
- Members of `in` are constant: copy a four-momentum to a local variable before you boost it.
- No auto, lambda, pointer, while, class, function or include of your own, no printing.
- Numbers are double, charges and counts of hits too. Units are GeV, cm, ns and rad. A number that is absent is NaN: ask its `has_` member first."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a prompt shows: how many worked examples, the facts of the interface, and only what matters of each entry in full (`narrow`)."""

    examples: int = 4
    facts: bool = True
    narrow: bool = True


def messages(task: Task, examples: Sequence[Worked], parts: Parts) -> tuple[Message, ...]:
    """The conversation up to the question: every example is one that was asked and answered."""
    system = f"{SYSTEM}\n\nWhat there is to call:\n{facts(task)}" if parts.facts else SYSTEM
    turns = [Message(role="system", content=system)]
    for example in examples[: parts.examples]:
        turns.append(Message(role="user", content=_question(example.declaration, example.name, example.words)))
        turns.append(Message(role="assistant", content=example.body.rstrip("\n")))
    shown = "\n".join(_declaration(task, parts.narrow))
    turns.append(Message(role="user", content=_question(shown, task.title, task.describe)))
    return tuple(turns)


def again(asked: Sequence[Message], answer: str, climb: Climb, cut_off: bool) -> tuple[Message, ...]:
    """The conversation after a draft that did not get up: the draft, and why."""
    return (*asked, Message(role="assistant", content=answer.rstrip()[:8000] or "// nothing"), Message(role="user", content=complaint(climb, cut_off)))


def complaint(climb: Climb, cut_off: bool = False) -> str:
    """What is wrong with a draft, for the model that wrote it. It ends as every question does, so that a body follows and no talk: a small model that is asked in words answers with words."""
    lines = _wrong(climb, cut_off).strip().split("\n")
    return "\n".join([*(f"// {line}" for line in lines), HEAD])


def _wrong(climb: Climb, cut_off: bool) -> str:
    from dsl4bes.unknown.policy import for_model

    if cut_off:
        return "The answer was too long and was cut off. Answer with a shorter body."
    if climb.verdict is not None and not climb.verdict.accepted:
        return for_model(climb.verdict)[:_MOST_COMPLAINT]
    if climb.refused:
        last = climb.rungs[-1]
        if "past the end of a list" in last.words or any(ending in last.words for ending in _OUTSIDE):
            return "On sample events the body reads an element that is not there. Look at the size of a list before you take an element of it, and answer with the whole body again."
        what = {"compile": "The compiler says", "run": "On sample events"}.get(last.name, "On sample events it gives")
        return f"{what}: {last.words[:_MOST_COMPLAINT]}\nCorrect it and answer with the whole body again."
    if 0 < sum(climb.answers) < len(climb.answers):
        return f"This is wrong: {'; '.join(climb.warnings)}.\nCorrect it and answer with the whole body again."
    every = "keeps" if any(climb.answers) else "rejects"
    return f"The body {every} each of the {len(climb.answers)} sample events, and the task wants some to stay and some not. Read the task again and answer with the whole body."


def _question(declaration: str, name: str, words: str) -> str:
    return f"{declaration}\n// {_one_line(name)}: {_one_line(words)[:_MOST_WORDS] or 'as its name says'}\n{HEAD}"


def _one_line(words: str) -> str:
    """Words of the user as part of a comment: one line, and no sign of a template of conversations (`<|im_end|>`, `</s>`, `[INST]`) that would end his turn."""
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return harmless(line)


def _declaration(task: Task, narrow: bool) -> Iterator[str]:
    """The structs. `narrow`: members that the words have nothing to do with are named in one line."""
    for name, members in task.structs:
        shown = relevant(task, members) if narrow else members
        yield from _struct(name, shown, [value for value in members if value not in shown])
    shown = relevant(task, task.values) if narrow else task.values
    yield from _struct(VIEW, shown, [value for value in task.values if value not in shown])


def _struct(name: str, members: Sequence[Value], others: Sequence[Value]) -> Iterator[str]:
    yield f"struct {name} {{"
    for value in members:
        yield f"  {value.type} {value.name};  // {value.meaning.replace(_SIGNED, _WITH_SIGN)}"
    if others:
        yield f"  // also: {', '.join(f'{value.type} {value.name}' for value in others)}"
    yield "};"
