"""The task of a custom block: a function body of typed values, and the digests that say for what it was written.

In: a block as written and the view that the compiler made of what it takes. Out: `Task`: words, names with types and meanings, two digests. The values of numbers are
not part of it, so that a changed limit or a variation needs no new code. Nobody is asked and nothing is run here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dsl4bes.constructs.custom import Custom
from dsl4bes.ir.custom import VIEW, Member, View
from dsl4bes.ir.types import ListKind

if TYPE_CHECKING:
    from dsl4bes.constructs.base import Chosen, Instance
    from dsl4bes.unknown.policy.names import Names


@dataclass(frozen=True, slots=True)
class Value:
    """A value that the code sees: `type` in C++, `meaning` with the unit."""

    name: str
    type: str
    meaning: str

    @property
    def entry(self) -> str:
        """The type of an entry, for a list; the value's own for everything else."""
        return self.type.removeprefix("std::vector<").removesuffix(">")


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be written: the body of `bool accept(const View& in)`. `structs` are the types of entries and fits with their members, `values` the members of the view itself."""

    name: str
    describe: str
    fields: tuple[Value, ...]  #: the block's own
    values: tuple[Value, ...]
    structs: tuple[tuple[str, tuple[Value, ...]], ...]

    @property
    def title(self) -> str:
        """The block's own name, without that of its region; a title may have dots itself (`0.5 GeV cut`)."""
        region, _, rest = self.name.partition(".")
        return rest if rest and region.isidentifier() else self.name

    @property
    def block(self) -> str:
        """Digest of what the block says: its name, its words, its own values by name, type and meaning (so by unit)."""
        return _digest([self.name, self.describe, [(value.name, value.type, value.meaning) for value in self.fields]])

    @property
    def context(self) -> str:
        """Digest of what the code sees besides: names, types and meanings."""
        own = {value.name for value in self.fields}
        seen = [(value.name, value.type, value.meaning) for value in self.values if value.name not in own]
        return _digest([seen, [(name, [(value.name, value.type, value.meaning) for value in members]) for name, members in self.structs]])


def task_of(name: str, here: Instance, view: View) -> Task:
    """The task of a block, `name` its full one (`region.block`); the fields of its own are the last members of the view."""
    described: Chosen | None = here.get(Custom.describe)
    own = {entry.key.name for entry in here.all(Custom.free)}
    members = tuple(_value(member) for member in view.members)
    structs: dict[str, tuple[Value, ...]] = {}
    values = list(members)
    for each in view.lists:
        structs.setdefault(each.entry, tuple(_value(member) for member in each.members))
        values.append(Value(each.name, f"std::vector<{each.entry}>", _meaning(each.list.kind, each.list.species, each.list.charge)))
    for group in view.groups:
        structs[group.type] = tuple(_value(member) for member in group.members)
        values.append(Value(group.name, group.type, f"{group.doc} fit"))
    fields = tuple(value for value in members if value.name in own)
    return Task(name, "" if described is None else described.name, fields, tuple(values), tuple(structs.items()))


def only(task: Task, names: Collection[str]) -> Task:
    """The task with only those values and members that have one of these names, and the structs that are needed for them."""
    values = tuple(value for value in task.values if value.name in names)
    needed = {value.entry for value in values}
    structs = tuple((name, tuple(value for value in members if value.name in names)) for name, members in task.structs if name in needed)
    return replace(task, values=values, structs=structs)


def names_of(task: Task) -> Names:
    """What the policy lets the code read."""
    from dsl4bes.unknown.policy.names import Names

    structs = {name: {value.name: value.type for value in members} for name, members in task.structs}
    return Names.of("accept", {value.name: value.type for value in task.values}, structs, view=VIEW)


def declaration(task: Task) -> Iterator[str]:
    """What the code sees, as C++ with comments: for prompts, and for the hand that writes it."""
    for name, members in (*task.structs, (VIEW, task.values)):
        yield f"struct {name} {{"
        width = max((len(f"{value.type} {value.name};") for value in members), default=0)
        for value in members:
            yield f"  {f'{value.type} {value.name};':<{width}}  // {value.meaning}"
        yield "};"


def _value(member: Member) -> Value:
    return Value(member.name, member.type, member.doc)


def _meaning(kind: ListKind, species: Any, charge: int) -> str:
    if kind is ListKind.SHOWERS:
        return "showers, by position in the event"
    what = "charged tracks" if species is None else f"charged tracks identified as {species.value}"
    return f"{what}, charge {charge:+d}" if charge else what


def _digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
