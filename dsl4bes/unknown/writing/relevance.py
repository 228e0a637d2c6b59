"""Which members of what the code sees matter for a task: those are shown in full, the others by name.

In: a task and some members. Out: the members to show, in their order. What every selection needs (four-momenta, energies, charges, the block's own fields, lists and fits) is always there, the beams where the words speak of them;
nothing is hidden, since a name that is not explained is still listed.
"""

from __future__ import annotations

from collections.abc import Sequence

from dsl4bes.unknown.task import Task, Value
from dsl4bes.unknown.writing.words import terms

_ALWAYS = frozenset({"p4", "energy", "charge", "passed", "chi2"})
#: Members that say how the beams collide, and terms of which a task that needs them has one. Shown everywhere they find their way into cuts that have nothing to do with them.
_BEAMS = frozenset({"ecms", "beam"})
_OF_BEAMS = frozenset({"beam", "ecms", "centre", "center", "frame", "boost", "missing", "balance", "collision", "visible", "total", "system", "rest"})
_PLAIN = ("double", "bool")
#: What every meaning speaks of.
_EVERYWHERE = frozenset({"track", "shower", "event", "number", "charg"})


def relevant(task: Task, members: Sequence[Value]) -> tuple[Value, ...]:
    """The members to show in full."""
    own = {value.name for value in task.fields}
    wanted = terms(f"{task.title} {task.describe} {' '.join(own)}")
    return tuple(value for value in members if _matters(value, own, wanted))


def _matters(value: Value, own: set[str], wanted: frozenset[str]) -> bool:
    if value.name in _BEAMS and value.name not in own:
        return bool(wanted & _OF_BEAMS)
    return value.type not in _PLAIN or value.name in _ALWAYS or value.name in own or _fits(value, wanted) or value.meaning.startswith("`let")


def _fits(value: Value, wanted: frozenset[str]) -> bool:
    """By its name, or that of the quantity whose presence it says; meanings are long, and only their first words count."""
    name = value.name.removeprefix("has_")
    its = terms(name) | {name} | (terms(" ".join(value.meaning.split()[:6])) - _EVERYWHERE)
    return bool(wanted & its)
