"""Code that is on trial: what the compiler is told while the ladder looks at it.

In: a lock, and the compiler's questions. Out: for every custom block its task and the code to try: the file it names, else what a model wrote now, else what is pinned. The lock
itself never gives out code that was not accepted; this does, and nothing but the ladder and whoever writes code for it uses it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dsl4bes.constructs.bodies import Missing, missing
from dsl4bes.diagnostics.codes import unknown as codes
from dsl4bes.ir.custom import Author, Body
from dsl4bes.unknown.lock import Lock, digest, tidy
from dsl4bes.unknown.task import Task, task_of

if TYPE_CHECKING:
    from dsl4bes.constructs.base import Instance
    from dsl4bes.ir.custom import View
    from dsl4bes.source import SourceFile


KEEPS_ALL = "return true;\n"


@dataclass(slots=True)
class Candidate:
    """A block whose code is on trial. `source`: digest of its file, empty for pinned code."""

    task: Task
    code: str
    author: Author
    source: str = ""
    accepted: bool = False  #: pinned for just this task: nothing to do


@dataclass(slots=True)
class Candidates:
    """The blocks of a program, in the order in which the compiler met them. `checked`: code by block that the policy let pass, which goes in place of the text; `written`: what a model
    wrote; `lenient`: blocks without usable code keep every event, so that another block can be tried."""

    lock: Lock
    found: dict[str, Candidate] = field(default_factory=dict)
    lacking: dict[str, Task] = field(default_factory=dict)  #: blocks for which there is no code at all
    checked: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    lenient: bool = False
    order: list[str] = field(default_factory=list)  #: all custom blocks, as the compiler met them first

    def find(self, name: str, here: Instance, seen: View, file: SourceFile | None) -> Body | Missing:
        task = task_of(name, here, seen)
        if name not in self.order:
            self.order.append(name)
        entry = self.lock.entries.get(name)
        found = self.lock.accepted(task, here, file)
        pinned = isinstance(found, Body)
        if file is not None:
            text = tidy(file.text)
            candidate = Candidate(task, text, Author.HAND, digest(text), pinned)
        elif name in self.written:
            candidate, pinned = Candidate(task, self.written[name], Author.MODEL), False
        elif entry is not None:
            if isinstance(found, Missing) and found.code is codes.CODE_TAMPERED:
                return found
            candidate = Candidate(task, entry.code, entry.author, accepted=pinned)
        else:
            self.lacking[name] = task
            return Body(KEEPS_ALL, Author.MODEL) if self.lenient else missing(name, here, file)
        self.lacking.pop(name, None)
        self.found[name] = candidate
        if self.lenient and not pinned and name not in self.checked:
            return Body(KEEPS_ALL, Author.MODEL)
        code = entry.code if pinned and entry is not None else self.checked.get(name, candidate.code)
        return Body(code, candidate.author)
