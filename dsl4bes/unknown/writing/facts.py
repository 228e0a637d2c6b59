"""What the code may call, in as few words as serve: the part of the tables of the policy that a task can need.

In: a task. Out: lines for a prompt: four-momenta and three-vectors if the task has any, lists, functions of numbers. The policy's tables are the only source: what is
listed here is allowed, and what is allowed is what BOSS's CLHEP has. No sentence here is about one task.
"""

from __future__ import annotations

from dsl4bes.unknown.policy.tables import Method, methods
from dsl4bes.unknown.policy.types import LORENTZ, THREE, Type
from dsl4bes.unknown.task import Task

#: Methods that selections use; the others are allowed and not advertised: a small model takes what it reads.
_LORENTZ = ("m", "e", "px", "py", "pz", "rho", "perp", "cosTheta", "phi", "vect", "boostVector")
_THREE = ("mag", "unit", "dot", "cross", "angle", "cosTheta", "phi", "perp")
_NUMBERS = ("sqrt", "fabs", "cos", "acos", "pow")


def facts(task: Task) -> str:
    """The lines for a task."""
    types = {value.type for value in task.values} | {value.type for _, members in task.structs for value in members}
    lines = []
    if "HepLorentzVector" in types:
        lines += [f"HepLorentzVector p: p + q, p - q; {_of(LORENTZ, _LORENTZ)}; statement p.boost(-q.boostVector());", f"Hep3Vector v (from p.vect()): v + w, v - w; {_of(THREE, _THREE)}"]
    if any(name.startswith("std::vector<") for name in types):
        lines.append("lists: list.size(), list[i] with i below the size, list.empty()")
    lines.append(f"numbers: {', '.join(f'std::{name}' for name in _NUMBERS)}, std::min(a, b), std::max(a, b); constants M_PI, DBL_MAX")
    return "\n".join(lines)


def _of(receiver: Type, wanted: tuple[str, ...]) -> str:
    """The methods of a type that are shown, in the order above, each once, with what it says if its name does not."""
    known: dict[str, Method] = {}
    for method in methods(receiver):
        known.setdefault(method.name, method)
    return ", ".join(f".{known[name]} ({known[name].says.partition(':')[0]})" if known[name].says else f".{known[name]}" for name in wanted if name in known)
