"""The custom blocks of a program as they stand: words, values, code, what is known of the code, and whether it is the accepted one.

In: a lock, and the compiler's questions for code. Out: `Reviewed`, one `Block` for each, in the order of the program. The compiler is given code that can be run: the accepted one, else one that the
policy accepts, else one that keeps every event, so that one bad block hides no other. What is given out is for the sandbox.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from dsl4bes.constructs.bodies import Missing
from dsl4bes.constructs.custom import Custom
from dsl4bes.diagnostics.codes import unknown as codes
from dsl4bes.ir.custom import Author, Body
from dsl4bes.unknown.candidates import KEEPS_ALL
from dsl4bes.unknown.lock import Lock, tidy
from dsl4bes.unknown.task import Task, Value, names_of, only, task_of

if TYPE_CHECKING:
    from dsl4bes.constructs.base import Chosen, Instance, SourceItem
    from dsl4bes.ir.custom import View
    from dsl4bes.source import SourceFile
    from dsl4bes.unknown.lock import Entry

_MEMBER = re.compile(r"\.\s*([A-Za-z_]\w*)")  # pointers are refused: a member always stands behind a dot
_AGREEMENT = re.compile(r"(\d{1,9}) of (\d{1,9})")
_EVENT = re.compile(r"(-?\d{1,12})/(\d{1,12})")


class State(Enum):
    """Of a block's code. Only the first one lets the program be compiled."""

    FRESH = "fresh"
    STALE = "stale"
    TAMPERED = "tampered"
    NOT_ACCEPTED = "not accepted"
    MISSING = "missing"


_STATES = {codes.CODE_STALE: State.STALE, codes.CODE_TAMPERED: State.TAMPERED, codes.CODE_NOT_ACCEPTED: State.NOT_ACCEPTED, codes.CODE_MISSING: State.MISSING}


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many of the drafts that a model was asked for behave as the pinned one."""

    alike: int
    drafts: int

    @property
    def share(self) -> float:
        return self.alike / self.drafts


@dataclass(frozen=True, slots=True)
class Block:
    """A block and its code. `why` and `help`: what is wrong with the code and what to do (empty: fresh); `code`: what is shown, of the file that the block names or of the lock file, whose `entry` is about it; `runs`: what of it
    may run in the sandbox (empty: nothing), and `refusal` why not; `values`: own fields with what is written for them."""

    name: str
    place: str
    task: Task
    state: State
    why: str
    help: str
    code: str
    runs: str
    refusal: str
    author: Author | None
    entry: Entry | None
    takes: tuple[str, ...]
    values: tuple[tuple[Value, str], ...]
    file: str

    @property
    def reads(self) -> Task:
        """The task with only those members that the code names."""
        return read_by(self.task, self.code)

    @property
    def origin(self) -> Mapping[str, str]:
        return {} if self.entry is None else self.entry.origin

    @property
    def agreement(self) -> Agreement | None:
        """None where no model was asked, or the entry does not say it."""
        found = _AGREEMENT.fullmatch(self.origin.get("agreement", ""))
        return Agreement(int(found[1]), int(found[2])) if found and 0 < int(found[1]) <= int(found[2]) else None

    @property
    def disputed(self) -> tuple[tuple[int, int], ...]:
        """Run and number of the events on which other drafts behaved differently, as far as the entry names them."""
        return tuple((int(run), int(event)) for run, event in _EVENT.findall(self.origin.get("disputed", "").partition(":")[2]))


@dataclass(slots=True)
class Reviewed:
    """Collects the blocks while a program is compiled. `only_fresh`: give out accepted code alone."""

    lock: Lock
    blocks: dict[str, Block] = field(default_factory=dict)
    only_fresh: bool = False

    def find(self, name: str, here: Instance, seen: View, file: SourceFile | None) -> Body | Missing:
        if name not in self.blocks:
            self.blocks[name] = self._block(task_of(name, here, seen), here, file)
        block = self.blocks[name]
        usable = block.runs and not (self.only_fresh and block.state is not State.FRESH)
        return Body(block.runs if usable else KEEPS_ALL, block.author or Author.MODEL)

    @property
    def leftover(self) -> list[str]:
        """Entries of the lock file for blocks that the program does not have."""
        return sorted(set(self.lock.entries) - set(self.blocks))

    def _block(self, task: Task, here: Instance, file: SourceFile | None) -> Block:
        entry = self.lock.entries.get(task.name)
        found = self.lock.accepted(task, here, file)
        state = State.FRESH if isinstance(found, Body) else _STATES[found.code]
        if file is not None and state is not State.FRESH:
            entry = None  # it is about other code than what the file has
        code = entry.code if entry is not None else "" if file is None else tidy(file.text)
        author = entry.author if entry is not None else None if file is None else Author.HAND
        runs, refusal = _usable(found, code, task, pinned=entry is not None)
        items: tuple[SourceItem, ...] = here.get(Custom.from_) or ()
        written = {each.key.name: _text(each.value) for each in here.all(Custom.free)}
        named: Chosen | None = here.get(Custom.code)
        return Block(
            task.name, str(here.head), task, state, found.message if isinstance(found, Missing) else "", found.help if isinstance(found, Missing) else "", code, runs, refusal, author, entry,
            tuple(item.value.span.text for item in items), tuple((value, written.get(value.name, "")) for value in task.fields), "" if named is None else named.name,
        )  # fmt: skip


def read_by(task: Task, code: str) -> Task:
    """The task with only those members that some code reads."""
    return only(task, set(_MEMBER.findall(code)))


def _usable(found: Body | Missing, code: str, task: Task, *, pinned: bool) -> tuple[str, str]:
    """What may run, and why nothing may: code that was accepted, or that the policy accepts now. A tampered entry is nobody's code."""
    from dsl4bes.unknown.policy import ParserMissing, check, for_user

    if isinstance(found, Body):
        return found.text, ""
    if not code:
        return "", "there is no code to run"
    if pinned and found.code is codes.CODE_TAMPERED:
        return "", "code that was changed in the lock file is not run"
    try:
        verdict = check(code, names_of(task))
    except ParserMissing as error:
        return "", f"{error}: code that was not accepted is not run without the parser"
    return (verdict.code, "") if verdict.accepted else ("", f"the policy refuses it: {for_user(verdict)}")


def _text(arguments: object) -> str:
    """What is written for a field."""
    return " ".join(each.value.span.text for each in arguments) if isinstance(arguments, tuple) else ""
