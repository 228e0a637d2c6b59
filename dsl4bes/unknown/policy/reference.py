"""What a body may use, in words: the part of a prompt that names functions, methods and members. Made from the tables the policy checks with.

In: the `Names` of a view. Out: text, the same for the same view. Nothing is said here that the policy does not hold to.
"""

from __future__ import annotations

from dsl4bes.unknown.policy.names import Names
from dsl4bes.unknown.policy.tables import CONSTANTS, CONSTRUCTORS, MATHS, STD_MATHS, Method, methods
from dsl4bes.unknown.policy.types import LORENTZ, THREE, Type, vector_of


def allowed_calls(names: Names) -> str:
    """One line for each thing that may be named.

    >>> print(allowed_calls(Names.of("veto", {"good": "std::vector<TrackView>"}, {"TrackView": {"charge": "int"}})).splitlines()[0])
    in.good: std::vector<TrackView>
    """
    lines = [f"in.{name}: {of}" for name, of in names.members.items()]
    for struct, members in names.structs.items():
        lines.append(f"{struct}: {', '.join(f'{name} ({of})' for name, of in members.items())}")
    for of in (LORENTZ, THREE):
        ways = ", ".join(f"{of}({', '.join(map(str, one))})" for one in CONSTRUCTORS[of])
        lines += [f"{of}: made as {ways}", *_methods(of)]
    lines += ["std::vector<T>:", *_methods(vector_of(Type("T")))]
    lines.append("std::pair<A, B>: first, second, std::make_pair(a, b)")
    lines.append(f"functions of numbers: {', '.join(f'std::{name}' for name in (*MATHS, *STD_MATHS))}")
    lines.append("std::abs(x), std::min(a, b), std::max(a, b) of numbers of one type; std::swap(a, b);")
    lines.append("std::sort(v.begin(), v.end()), std::sort(v.begin(), v.end(), std::greater<T>()) of numbers and pairs of numbers")
    lines.append(f"constants: {', '.join(CONSTANTS)}")
    return "\n".join(lines) + "\n"


def _methods(of: Type) -> list[str]:
    """Values first, then what changes the object."""
    values = "; ".join(_one(each) for each in methods(of) if not each.changes)
    changes = "; ".join(_one(each) for each in methods(of) if each.changes)
    return [f"  values: {values}", f"  statements: {changes}"]


def _one(method: Method) -> str:
    return f"{method} {method.says}".strip()
