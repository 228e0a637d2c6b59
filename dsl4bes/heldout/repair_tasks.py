"""Evaluation tasks: broken programs that people would write, with the right one.

In: the folder `repairs/`: a file for each program, which training never uses, with the slips that are made in it. Out: `RepairTask`s: the broken program, what the compiler says of it, the right one; and the grade of an answer, by the meaning of the program in it. No model is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

from dsl4bes.diagnostics.render import render, summary
from dsl4bes.driver import check_source
from dsl4bes.heldout.meaning import Reached, read
from dsl4bes.source import SourceFile
from dsl4bes.unknown.toml_text import loads
from dsl4bes.unknown.writing.answer import fenced

FOLDER = Path(__file__).resolve().parent / "repairs"
_ASKED = {
    "en": "With the BOSS framework, a program of the block language is refused by `dsl4bes check`. Repair it, change nothing else, and answer with the whole program.\n\n```bes\n@PROGRAM@```\n\n```\n@SAID@```",
    "zh": "使用BOSS框架，块语言的一个程序没有通过 `dsl4bes check`。请修复它，不要改动其他内容，并给出完整的程序。\n\n```bes\n@PROGRAM@```\n\n```\n@SAID@```",
}  # fmt: skip
_NOTE = {"en": "Note: ", "zh": "说明："}


class Grade(str, Enum):
    """What an answer is worth, worst first."""

    NOT_PARSED = "does not parse"
    NOT_CHECKED = "does not check"
    OTHER = "other program"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class RepairTask:
    """`about`: what the program selects; `note`: what was meant, where the broken program leaves it open."""

    name: str
    language: str
    about: str
    right: str
    broken: str
    note: str

    @property
    def file(self) -> str:
        return f"{self.name.partition('/')[0]}.bes"

    @property
    def said(self) -> str:
        """What `dsl4bes check` prints of the broken program, without colour."""
        bag = check_source(SourceFile(self.file, self.broken)).bag
        return f"{render(bag, 'full')}{summary(bag)}\n"

    @property
    def question(self) -> str:
        text = _ASKED[self.language].replace("@PROGRAM@", self.broken).replace("@SAID@", self.said)
        return f"{text}\n\n{_NOTE[self.language]}{self.note}" if self.note else text


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Slip(_Frozen):
    name: str
    language: Literal["en", "zh"]
    swap: tuple[tuple[str, str], ...]
    note: str = ""


class _Program(_Frozen):
    about: str
    program: str
    slip: tuple[_Slip, ...]


@cache
def load() -> tuple[RepairTask, ...]:
    """All tasks, by program and slip. Raises ValueError for a slip whose text does not stand in its program exactly once."""
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        own = TypeAdapter(_Program).validate_python(loads(path.read_text(encoding="utf-8")))
        for slip in own.slip:
            broken = own.program
            for old, new in slip.swap:
                if broken.count(old) != 1:
                    raise ValueError(f"{path.name}, {slip.name}: `{old}` stands there {broken.count(old)} times")
                broken = broken.replace(old, new)
            found.append(RepairTask(f"{path.stem}/{slip.name}", slip.language, own.about, own.program, broken, slip.note))
    return tuple(found)


def graded(task: RepairTask, answer: str) -> Grade:
    """The grade of an answer: of the program between its first fences, or of all of it."""
    inside = fenced(answer)
    text = (answer if inside is None else inside).strip("\n") + "\n"
    if not text.strip():
        return Grade.NOT_PARSED
    found = read(text, task.file)
    if found.reached is Reached.NOTHING:
        return Grade.NOT_PARSED
    if found.reached is Reached.TREE:
        return Grade.NOT_CHECKED
    return Grade.RIGHT if found.meaning == read(task.right, task.file).meaning else Grade.OTHER
