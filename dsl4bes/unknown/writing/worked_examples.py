"""Worked examples: custom blocks with the known construct that means the same, and with code that does it.

In: files of TOML, each a block as written (`block`), the same in known constructs (`known`), the C++ (`body`), and the name of the program it stands in (`base`, a `.bes` beside it).
Out: `Worked`, with the words, the values and the task that the compiler makes of the block, so that nothing is said twice. The files are shipped; a test holds every body against
its known construct on events. No code is run here, and no model asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsl4bes.constructs.bodies import missing
from dsl4bes.constructs.custom import Custom
from dsl4bes.unknown.task import Task, Value, declaration, only, task_of
from dsl4bes.unknown.toml_text import TomlError, loads

if TYPE_CHECKING:
    from dsl4bes.constructs.base import Instance, SourceItem
    from dsl4bes.constructs.bodies import Missing
    from dsl4bes.ir.custom import Body, View
    from dsl4bes.source import SourceFile

FOLDER = Path(__file__).resolve().parent / "worked"
_TEXTS = ("base", "block", "known")
_WORD = re.compile(r"[A-Za-z_]\w*")


class WorkedError(ValueError):
    """A file that is no worked example; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file as it was written. `name` is that of the block and of the file; `notes` are further keys, for whoever put them there."""

    name: str
    base: str
    block: str
    known: str
    body: str
    tags: tuple[str, ...]
    notes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Worked:
    """A worked example. `takes` are the names of `from`, `task` is what the compiler makes of the block in its program."""

    written: Written
    program: str  #: the program that the block stands in, without it
    takes: tuple[str, ...]
    task: Task

    @property
    def name(self) -> str:
        return self.written.name

    @property
    def words(self) -> str:
        return self.task.describe

    @property
    def fields(self) -> tuple[Value, ...]:
        return self.task.fields

    @property
    def body(self) -> str:
        return self.written.body

    @property
    def tags(self) -> tuple[str, ...]:
        return self.written.tags

    @property
    def declaration(self) -> str:
        """What the code sees, as C++: the members that it uses and no others."""
        return "\n".join(declaration(narrowed(self.task, self.body)))


@cache
def worked_examples() -> tuple[Worked, ...]:
    """All that are shipped, by name."""
    return complete(read_folder(FOLDER), bases(FOLDER))


def read_folder(folder: Path) -> tuple[Written, ...]:
    """The files of a folder, by name."""
    return tuple(read(path.read_text(encoding="utf-8"), path.stem) for path in sorted(folder.glob("*.toml")))


def bases(folder: Path) -> dict[str, str]:
    """The programs of a folder: what blocks are put into."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.bes"))}


def read(text: str, name: str, body: str = "") -> Written:
    """A file by its text; `body` is for files that have none of their own. Raises `WorkedError`."""
    try:
        data = loads(text)
    except TomlError as error:
        raise WorkedError(f"{name}: {error}") from None
    texts = {key: _text(data, key, name) for key in _TEXTS}
    tags = data.get("tags")
    if not isinstance(tags, list) or not tags or not all(isinstance(tag, str) for tag in tags):
        raise WorkedError(f"{name}: `tags` is no list of words")
    notes = {key: _text(data, key, name) for key in data if key not in (*_TEXTS, "tags", "body")}
    return Written(name, tags=tuple(tags), notes=notes, body=body or _text(data, "body", name), **texts)


def with_blocks(program: str, blocks: Iterable[str]) -> str:
    """A program with these blocks after all others."""
    return f"{program}event_selection do\n{''.join(_indented(block) for block in blocks)}end\n"


def in_region(program: str, name: str, blocks: str) -> str:
    """A program with a region more, so that what its blocks decide changes nothing for others."""
    return f"{program}region(:{name}, from: baseline) do\n{_indented(blocks)}end\n"


def complete(written: Iterable[Written], programs: Mapping[str, str]) -> tuple[Worked, ...]:
    """The examples with their tasks, one compilation for all of a program. Raises `WorkedError`."""
    every = tuple(written)
    found: dict[str, Worked] = {}
    for base in dict.fromkeys(each.base for each in every):
        if base not in programs:
            raise WorkedError(f"there is no program `{base}`")
        together = [each for each in every if each.base == base]
        asked = _compiled(with_blocks(programs[base], [each.block for each in together]), base)
        for each in together:
            if each.name not in asked.tasks:
                raise WorkedError(f"{each.name}: its block has another name, or is none that needs code")
            found[each.name] = Worked(each, programs[base], asked.takes[each.name], asked.tasks[each.name])
    return tuple(found[each.name] for each in every)


def narrowed(task: Task, body: str) -> Task:
    """The task with only those members that a body names; a block's own fields stay."""
    return only(task, {*_WORD.findall(body), *(value.name for value in task.fields)})


def _compiled(text: str, base: str) -> _Asked:
    """What the compiler asks for while it reads a program whose blocks nobody has written code for."""
    from dsl4bes.diagnostics.codes.unknown import CODE_MISSING
    from dsl4bes.driver import compile_source

    asked = _Asked()
    made = compile_source(text, f"{base}.bes", until="ir", bodies=asked)
    wrong = [item for item in made.bag if item.severity.value == "error" and item.code is not CODE_MISSING]
    if wrong:
        raise WorkedError(f"{base}: {wrong[0]}")
    return asked


@dataclass(slots=True)
class _Asked:
    """Remembers the blocks that the compiler asks code for, and has none."""

    tasks: dict[str, Task] = field(default_factory=dict)
    takes: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def find(self, name: str, here: Instance, seen: View, file: SourceFile | None) -> Body | Missing:
        sources: tuple[SourceItem, ...] = here.get(Custom.from_) or ()
        self.tasks[name] = task_of(name, here, seen)
        self.takes[name] = tuple(item.value.span.text for item in sources)
        return missing(name, here, file)


def _text(data: Mapping[str, Any], key: str, name: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value.strip():
        raise WorkedError(f"{name}: `{key}` is no text")
    return value


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" if line else "\n" for line in text.splitlines())
