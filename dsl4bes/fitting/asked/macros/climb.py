"""Drafts of one program, each compiled and run on the user's data, with ROOT's words back to the model, and a vote at the end.

In: a model, a question, a way to run a program on the data. Out: a `Climbed`: the program that is taken, how many drafts ran. A draft goes back with what refused it (does not compile, crashes, prints nothing, does not converge) at
most `rounds` times. Whether its numbers are right is not known and not told. Programs run in the sandbox only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dsl4bes.fitting.asked.macros import facts, tutorials, vote
from dsl4bes.fitting.asked.macros.converged import failed
from dsl4bes.fitting.asked.macros.program import Program, program_of
from dsl4bes.fitting.asked.macros.ran import ran
from dsl4bes.fitting.asked.request import request
from dsl4bes.root.find import Root
from dsl4bes.root.run import MacroRun
from dsl4bes.unknown.backends.protocol import Backend, Finish, Message, complete_all
from dsl4bes.unknown.settings import Settings

#: Runs a program on the user's data, confined.
Run = Callable[[Program], MacroRun]
_MOST_BACK = 1500  #: characters of ROOT's words
_SYSTEM = "You write one complete C++ macro for CERN ROOT. Answer with one block of code. Use only classes and members that exist; the headers are included already."


@dataclass(eq=False)
class Draft:
    """One draft with its conversation: `stdout` once it ran and converged."""

    conversation: list[Message]
    answer: str = ""
    finish: Finish = Finish.STOP
    refused: str = "it has not been written"
    stdout: str = ""
    rounds: int = 0


@dataclass(frozen=True)
class Climbed:
    """`taken` is the answer that won, or the first one if none ran; of `drafts` that were written `passed` ran and converged, and `agreed` of them, with itself, print what the winner prints."""

    taken: Draft
    drafts: int
    passed: int
    agreed: int
    tokens: int | None
    seconds: float


#: Called after every round with its number, and how many drafts run.
OnRound = Callable[[int, int], None]


def climb(backend: Backend, settings: Settings, question: str, root: Root, run: Run, offset: int = 0, on_round: OnRound | None = None) -> Climbed:
    """The best of `samples` drafts after at most `rounds` rounds, numbers of the settings. Raises `Trouble` if nobody answers."""
    start = opening(question, root)
    drafts = [Draft(list(start)) for _ in range(settings["samples"])]
    tokens: list[int | None] = []
    seconds = 0.0
    for number in range(settings["rounds"] + 1):
        waiting = [draft for draft in drafts if draft.refused]
        if not waiting:
            break
        requests = [request(draft.conversation, settings, offset + 1009 * number + drafts.index(draft)) for draft in waiting]
        for draft, answers in zip(waiting, complete_all(backend, requests), strict=True):
            draft.answer, draft.finish, draft.rounds = answers.answers[0].text, answers.answers[0].finish, number
            tokens.append(answers.completion_tokens)
            seconds += answers.seconds
            _try(draft, run)
            if draft.refused:
                draft.conversation = [*start, Message(role="assistant", content=draft.answer or "(nothing)"), Message(role="user", content=back(draft.refused))]
        if on_round is not None:
            on_round(number, sum(not draft.refused for draft in drafts))
    passed = [draft for draft in drafts if not draft.refused]
    printed = [draft.stdout for draft in passed]
    at = vote.winner(printed) if passed else 0
    return Climbed(
        taken=passed[at] if passed else drafts[0],
        drafts=len(drafts),
        passed=len(passed),
        agreed=vote.friends(printed, at) if passed else 0,
        tokens=None if None in tokens else sum(each or 0 for each in tokens),
        seconds=seconds,
    )


def opening(question: str, root: Root) -> list[Message]:
    """The conversation before the first answer: what this ROOT has, a program of its own that is near, the question."""
    near = tutorials.nearest(question, root)
    code = tutorials.shown(near) if near else ""
    declared = facts.facts(root, facts.classes(question, code), code)
    parts = []
    if declared:
        parts.append(f"Declarations in this {root.name.partition(' (')[0]}:\n" + "\n".join(declared))
    if near:
        parts.append(f"A tutorial of ROOT on a similar problem ({near.path.name}); it makes its own data, your program reads the user's:\n```cpp\n{code}\n```")
    return [Message(role="system", content=_SYSTEM), Message(role="user", content="\n\n".join([*parts, "The task:\n" + question]))]


def back(words: str) -> str:
    """What a model is told of its program."""
    return f"ROOT ran this program, and this is what it said:\n{words[:_MOST_BACK]}\nWrite the whole program again without that fault. One block of code."


def _try(draft: Draft, run: Run) -> None:
    """Run a draft; `refused` says what is wrong, and is empty if it ran and converged."""
    program = program_of(draft.answer)
    if draft.finish is Finish.LENGTH:
        draft.refused = "The program was cut off: it is too long. Write a shorter one."
        return
    if program is None:
        draft.refused = "There was no code in the answer."
        return
    found = run(program)
    fault, words = ran(found)
    said = failed(found.stdout, found.stderr)
    draft.refused = f"{fault.value}: {words}" if fault else f"the fit did not converge: {said}" if said else ""
    draft.stdout = found.stdout
