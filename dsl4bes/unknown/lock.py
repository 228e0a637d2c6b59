"""The lock file beside a program: accepted code of its custom blocks, for reading, reviewing and committing.

In: a text of TOML, or entries. Out: `Lock`, which the compiler asks for code (`constructs.bodies.Bodies`), and the text to write. An entry says for which block and context its
code was accepted, who wrote it, and what it passed; its seal is over all of that, so that a changed letter is noticed, and code that the policy refuses is not given out. No model is called, no code is run here.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dsl4bes.constructs.bodies import Missing, missing
from dsl4bes.diagnostics.codes import unknown as codes
from dsl4bes.diagnostics.render.style import safe
from dsl4bes.ir.custom import Author, Body
from dsl4bes.unknown.task import Task, names_of, task_of
from dsl4bes.unknown.toml_text import TomlError, TomlMissing, loads

if TYPE_CHECKING:
    from dsl4bes.constructs.base import Instance
    from dsl4bes.ir.custom import View
    from dsl4bes.source import SourceFile

ENDING = ".lock"  #: after the program's own name: `selection.bes.lock`
VERSION = 1
SOURCE = "source"
MAX_SIZE = 4_000_000  #: characters; a larger file is no lock file
_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")  #: of `ladder` and `origin`: written back as it stands
_HEAD = "# Accepted code of the custom blocks of {program}. Written by `dsl4bes compile` and `dsl4bes accept`; read it (`dsl4bes review`), and commit it with the program.\n"


_RESTORE = "restore the file, or give the code by hand, `code \"file.inc\"`, and run `dsl4bes accept`"

_ANEW = {
    Author.HAND: "run `dsl4bes accept` again, and review the code",
    Author.MODEL: "`dsl4bes compile` has the model write it anew, `dsl4bes accept` tries the pinned code again; review it (`dsl4bes review`)",
}


class LockError(ValueError):
    """A lock file that is none; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Code that was accepted, without comments. `ladder`: rung → what it found; `origin`: where it came from: `source`, the digest of a hand's file; or what a model's answer
    came from (model, adapter, prompt, sampling)."""

    name: str
    author: Author
    block: str
    context: str
    code: str
    ladder: Mapping[str, str]
    origin: Mapping[str, str] = field(default_factory=dict)
    seal: str = ""

    def sealed(self) -> Entry:
        return replace(self, seal=self.computed_seal())

    def computed_seal(self) -> str:
        """Digest of everything the entry says."""
        parts = [self.name, self.author.value, self.block, self.context, self.code, sorted(self.ladder.items()), sorted(self.origin.items())]
        return f"sha256:{hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()}"


@dataclass(slots=True)
class Lock:
    """The entries of a lock file, by name of the block."""

    entries: dict[str, Entry] = field(default_factory=dict)

    def find(self, name: str, here: Instance, seen: View, file: SourceFile | None) -> Body | Missing:
        """The accepted code for a block, or why there is none."""
        return self.accepted(task_of(name, here, seen), here, file)

    def accepted(self, task: Task, here: Instance, file: SourceFile | None) -> Body | Missing:
        """The accepted code for a task. The seal is no signature, so the policy looks at the code once more where its parser is installed."""
        name = task.name
        code = None if file is None else tidy(file.text)
        entry = self.entries.get(name)
        if entry is None:
            return missing(name, here, file)
        if entry.seal != entry.computed_seal():
            return Missing(codes.CODE_TAMPERED, f"the entry of `{name}` in the lock file is not as it was written", _RESTORE)
        if code is not None and entry.origin.get(SOURCE) != digest(code):
            return missing(name, here, file)
        if (entry.block, entry.context) != (task.block, task.context):
            what = "the block says something else now" if entry.block != task.block else "the code would see other things now"
            return Missing(codes.CODE_STALE, f"the pinned code of `{name}` is stale: {what}", _ANEW[entry.author])
        if finding := _refused(entry, task):
            return Missing(codes.CODE_TAMPERED, f"the pinned code of `{name}` is none that was accepted: {finding}", _RESTORE)
        return Body(entry.code, entry.author)

    def text(self, program: str) -> str:
        """The file, entries in alphabetical order; the same entries give the same bytes."""
        parts = [_HEAD.format(program=safe(" ".join(program.split()))), f"version = {VERSION}\n"]
        return "".join((*parts, *(_entry_text(self.entries[name]) for name in sorted(self.entries))))


def _refused(entry: Entry, task: Task) -> str:
    """What the policy has against pinned code; empty if nothing, or if there is no parser to ask."""
    from dsl4bes.unknown.policy import ParserMissing, check

    try:
        verdict = check(entry.code, names_of(task))
    except ParserMissing:
        return ""
    if verdict.findings:
        first = verdict.findings[0]
        return f"line {first.line}: {first.message}"
    return "" if verdict.code == entry.code else "it has comments, which no accepted code has"


def digest(code: str) -> str:
    """What an entry remembers of the file that a hand wrote."""
    return f"sha256:{hashlib.sha256(code.encode()).hexdigest()}"


def tidy(code: str) -> str:
    """Code as it is kept: line ends of one kind, no blanks at their ends, one line end after the last."""
    lines = [line.rstrip() for line in code.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(lines).strip("\n") + "\n"


def read(text: str, name: str) -> Lock:
    """The lock of a file's text; raises `LockError`."""
    if len(text) > MAX_SIZE:
        raise LockError(f"{name} is larger than a lock file can be")
    try:
        data = loads(text)
    except TomlError as error:
        raise LockError(f"{name}: {error}") from None
    except TomlMissing as missing:
        raise LockError(f"{missing} to read {name}: pip install tomli") from None
    if type(data.get("version")) is not int or data["version"] != VERSION:
        raise LockError(f"{name} is of version {data.get('version')}, and this one reads version {VERSION}")
    blocks = data.get("block", [])
    if not isinstance(blocks, list):
        raise LockError(f"{name}: `block` is no list of tables")
    lock = Lock()
    for each in blocks:
        entry = _entry(each, name)
        if entry.name in lock.entries:
            raise LockError(f"{name} has two entries for `{entry.name}`")
        lock.entries[entry.name] = entry
    return lock


def _entry(data: Any, name: str) -> Entry:
    try:
        texts = {key: data[key] for key in ("name", "block", "context", "code", "seal")}
        ladder, origin = data["ladder"], data.get("origin", {})
        if not all(isinstance(value, str) for value in (*texts.values(), *ladder.values(), *origin.values())):
            raise TypeError("a value is no text")
        if not all(_KEY.fullmatch(key) for key in (*ladder, *origin)):
            raise ValueError("a key is no word")
        return Entry(author=Author(data["author"]), ladder=dict(ladder), origin=dict(origin), **texts)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LockError(f"{name}: an entry is not complete ({error})") from None


def _entry_text(entry: Entry) -> str:
    lines = ["", "[[block]]"]
    for key in ("name", "block", "context", "seal"):
        lines.append(f"{key} = {_string(getattr(entry, key))}")
    lines.append(f"author = {_string(entry.author.value)}")
    lines.append(_code(entry.code))
    for table in ("ladder", "origin"):
        values = getattr(entry, table)
        if values:
            lines += [f"[block.{table}]", *(f"{key} = {_string(value)}" for key, value in values.items())]
    return "\n".join(lines) + "\n"


def _code(code: str) -> str:
    """Code as a literal text of several lines; with three quotes in it, as an escaped one."""
    plain = "'''" not in code and not any(ord(c) < 32 and c not in "\n\t" or ord(c) == 127 for c in code)
    return f"code = '''\n{code}'''" if plain else f"code = {_string(code)}"


def _string(value: str) -> str:
    """A basic string of TOML; JSON escapes the same characters, but for one."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
