"""Calls: methods by the type of their receiver, free functions, constructors, casts.

In: nodes of calls. Out: the type of the result, or findings with what to write instead. Methods and functions that change something are statements and are
taken by `effect`; within an expression they are refused. Which calls exist is said in `tables.py` alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dsl4bes.unknown.policy.context import Change, children, part
from dsl4bes.unknown.policy.rules import Rule
from dsl4bes.unknown.policy.tables import (
    CONSTRUCTORS,
    INSTEAD,
    INSTEAD_OF_FUNCTIONS,
    MATHS,
    ORDERS,
    RESIZING,
    SPECIAL,
    STD_MATHS,
    Method,
    methods,
)  # fmt: skip
from dsl4bes.unknown.policy.typenames import read_type, written_type
from dsl4bes.unknown.policy.types import (
    BOOL,
    DOUBLE,
    INT,
    INTEGERS,
    MOMENTA,
    NUMBERS,
    QUOTIENT,
    UNSIGNED_TYPES,
    Type,
    pair_of,
)
from dsl4bes.unknown.policy.writes import write

if TYPE_CHECKING:
    from tree_sitter import Node

    from dsl4bes.unknown.policy.expressions import Expressions


def call(expressions: Expressions, node: Node) -> Type | None:
    """The type of a call's value."""
    function = part(node, "function")
    arguments = children(part(node, "arguments"))
    if function.type == "field_expression":
        return _method_call(expressions, node, function, arguments)
    if function.type == "template_function" and expressions.context.text(part(function, "name")) == "static_cast":
        wanted = children(part(function, "arguments"))
        if len(wanted) != 1:
            return expressions.refuse(function, Rule.CAST, "a cast names one type", "write `static_cast<int>(x)`")
        return cast(expressions, node, wanted[0], arguments)
    made = written_type(expressions.context, function)
    if made is not None:
        return made if construct(expressions, node, made, arguments) else None
    return _free(expressions, node, function, arguments)


def cast(expressions: Expressions, node: Node, wanted: Node, arguments: list[Node]) -> Type | None:
    """`static_cast<T>(x)` and `(T)x` between numbers."""
    to = read_type(expressions.context, wanted)
    got = expressions.infer(arguments[0]) if len(arguments) == 1 else expressions.refuse(node, Rule.CAST, "a cast has one value")
    if to is None or got is None:
        return None
    if to not in NUMBERS or got not in NUMBERS | {BOOL}:
        return expressions.refuse(node, Rule.CAST, f"{got} is not cast to {to}", "only numbers are cast")
    return to


def construct(expressions: Expressions, node: Node, made: Type, arguments: list[Node]) -> bool:
    """Whether `made(arguments)` is a constructor that may be used; findings if not."""
    types = [expressions.infer(each) for each in arguments]
    if None in types:
        return False
    if made in NUMBERS | {BOOL}:
        if len(types) != 1:
            expressions.refuse(node, Rule.TYPE, f"{made} is not made from {_list(types)}", "give it one value")
            return False
        if types[0] in NUMBERS | {BOOL} and made != BOOL:
            return True
        return expressions.converts(arguments[0], types[0] or made, made, "it")
    if len(types) == 1 and types[0] == made:
        return True
    if made.name == "std::vector":
        return _make_list(expressions, node, made, arguments, types)
    known = CONSTRUCTORS.get(made, ((),) if made.name == "std::pair" else ())
    known += (made.arguments,) if made.name == "std::pair" else ()
    chosen = [each for each in known if len(each) == len(types)]
    if not chosen:
        ways = ", ".join(f"`{made}({', '.join(str(each) for each in one)})`" for one in known) or "a copy"
        expressions.refuse(node, Rule.TYPE, f"{made} is not made from {_list(types)}", f"make it as {ways}")
        return False
    return _fit_one(expressions, node, chosen, arguments, types, str(made))


def _make_list(expressions: Expressions, node: Node, made: Type, arguments: list[Node], types: list) -> bool:
    if len(types) > 2 or (types and types[0] not in INTEGERS):
        message = f"{made} is not made from {_list(types)}"
        expressions.refuse(node, Rule.TYPE, message, f"make it as `{made}()`, `{made}(n)`, `{made}(n, value)` or a copy")
        return False
    if arguments:
        amount(expressions, arguments[0])
    return len(types) < 2 or expressions.converts(arguments[1], types[1], made.arguments[0], "an element")


def amount(expressions: Expressions, node: Node) -> None:
    """Asks at the end whether a length is bounded."""

    def ask() -> None:
        if not (expressions.bounds.bounded(node) and expressions.bounds.not_negative(node)):
            message = f"`{expressions.short(node)}` elements may be too many"
            expressions.refuse(node, Rule.AMOUNT, message, "use the size of a list, or a small number")

    expressions.context.later.append(ask)


def effect(expressions: Expressions, node: Node) -> None:
    """A call that is a statement: it must change a local variable."""
    function = part(node, "function")
    arguments = children(part(node, "arguments"))
    name = expressions.context.text(function).replace(" ", "")
    if function.type == "field_expression":
        _changing_method(expressions, node, function, arguments)
    elif name == "std::swap":
        _swap(expressions, node, arguments)
    elif name == "std::sort":
        _sort(expressions, node, arguments)
    elif call(expressions, node) is not None:
        expressions.refuse(node, Rule.NO_EFFECT, f"the value of `{expressions.short(node)}` is not used", "assign it or remove it")


def _changing_method(expressions: Expressions, node: Node, function: Node, arguments: list[Node]) -> None:
    receiver = part(function, "argument")
    of = expressions.infer(receiver)
    if of is None:
        return
    chosen = _overload(expressions, of, part(function, "field"), arguments)
    if chosen is None:
        return
    if not chosen.changes:
        expressions.refuse(node, Rule.NO_EFFECT, f"the value of `{expressions.short(node)}` is not used", "assign it or remove it")
        return
    if chosen.name in RESIZING or chosen.name == "reserve":
        position = RESIZING.get(chosen.name, 0)
        if position is not None:
            amount(expressions, arguments[position])
    change = {"push_back": Change.GROWTH, "reserve": Change.ELEMENT}.get(chosen.name, Change.WHOLE)
    write(expressions, receiver, node, change)


def _swap(expressions: Expressions, node: Node, arguments: list[Node]) -> None:
    types = [expressions.infer(each) for each in arguments]
    if None in types:
        return
    first = types[0] if len(types) == 2 and types[0] == types[1] else None
    if first is None or first == BOOL or first.size:
        expressions.refuse(node, Rule.TYPE, f"std::swap takes two variables of one type, not {_list(types)}")
        return
    for each in arguments:
        write(expressions, each, node, Change.WHOLE)


def _sort(expressions: Expressions, node: Node, arguments: list[Node]) -> None:
    """`std::sort(v.begin(), v.end())`, with std::greater or std::less: whole local lists only, so that no iterator is at large."""
    text = expressions.context.text
    ends = [part(each, "function") for each in arguments[:2] if each.type == "call_expression" and not children(part(each, "arguments"))]
    named = [(text(part(end, "argument")), text(part(end, "field"))) for end in ends if end.type == "field_expression"]
    if len(named) != 2 or named[0][0] != named[1][0] or [end for _, end in named] != ["begin", "end"] or len(arguments) > 3:
        expressions.refuse(node, Rule.TYPE, "std::sort sorts one whole list", "write `std::sort(v.begin(), v.end())`")
        return
    receiver = part(ends[0], "argument")
    of = expressions.infer(receiver)
    if of is None:
        return
    element = of.arguments[0] if of.name == "std::vector" else None
    keys = element.arguments if element is not None and element.name == "std::pair" else (element,)
    if element is None or any(key not in NUMBERS for key in keys):
        expressions.refuse(node, Rule.TYPE, f"std::sort does not sort {of}", "sort numbers, or pairs of numbers such as (energy, index)")
        return
    if len(arguments) == 3 and not _is_order(expressions, arguments[2], element):
        return
    write(expressions, receiver, node, Change.ELEMENT)


def _is_order(expressions: Expressions, node: Node, element: Type) -> bool:
    context = expressions.context
    if node.type == "call_expression" and not children(part(node, "arguments")):
        function = part(node, "function")
        name = function.child_by_field_name("name") if function.type == "qualified_identifier" else None
        if name is not None and name.type == "template_function" and context.text(function.child_by_field_name("scope")) == "std":
            wanted = children(part(name, "arguments"))
            known = context.text(part(name, "name")) in ORDERS and len(wanted) == 1
            if known and read_type(context, wanted[0]) == element:
                return True
    expressions.refuse(node, Rule.TYPE, "this is no order that std::sort takes here", f"write `std::greater<{element}>()` for falling order")
    return False


def _method_call(expressions: Expressions, node: Node, function: Node, arguments: list[Node]) -> Type | None:
    of = expressions.infer(part(function, "argument"))
    if of is None:
        return None
    chosen = _overload(expressions, of, part(function, "field"), arguments)
    if chosen is None:
        return None
    if chosen.changes:
        help_ = "copy the value to a local variable, change that in a statement of its own, and use it"
        return expressions.refuse(node, Rule.SIDE_EFFECT, f"`.{chosen.name}()` changes its object within an expression", help_)
    return chosen.result


def _overload(expressions: Expressions, of: Type, field: Node, arguments: list[Node]) -> Method | None:
    """The method that fits name and arguments; None after a finding."""
    types = [expressions.infer(each) for each in arguments]
    name = expressions.context.text(field)
    named = [each for each in methods(of) if each.name == name]
    if not named:
        members = expressions.context.names.members_of(of)
        return expressions.refuse(field, Rule.UNKNOWN_MEMBER, f"{of} has no method `{name}`", instead_of_member(expressions, of, name, members, called=True))
    if None in types:
        return None
    chosen = [each for each in named if len(each.arguments) == len(types)]
    if not chosen:
        ways = " or ".join(f"`{each}`" for each in named)
        return expressions.refuse(field, Rule.TYPE, f"`{name}` of {of} is called with {_list(types)}", f"it is {ways}")
    best = next((each for each in chosen if each.arguments == tuple(types)), chosen[0])
    fitting = [expressions.converts(node, got or wanted, wanted, f"the argument of `{name}`") for node, got, wanted in zip(arguments, types, best.arguments, strict=True)]
    return best if all(fitting) else None


def instead_of_member(expressions: Expressions, of: Type, name: str, members: Iterable[str], called: bool) -> str:
    """What may have been meant by a member that is not there."""
    data, own = list(members), [each.name for each in methods(of)]
    if called and name in data:
        return f"it is a value: write `.{name}`"
    if not called and name in own:
        return f"it is a method: write `.{name}()`"
    table = INSTEAD.get(of, {})
    small = name.lower()
    word = next((table[each] for each in (small, small.removeprefix("get"), small.removeprefix("fourmomentum")) if each in table), "")
    if " " in word:
        return word
    if not word:
        word = next((each for each in (*data, *own) if each.lower() in (small, small.removeprefix("get"))), "")
    if word:
        return f"write `.{word}`" if word in data else f"write `.{word}()`"
    near = expressions.context.near(name, [*data, *own])
    if near:
        return near
    shown = data or ([] if of in MOMENTA else list(dict.fromkeys(own)))
    return f"it has {', '.join(shown)}" if shown else ""


def _free(expressions: Expressions, node: Node, function: Node, arguments: list[Node]) -> Type | None:
    context = expressions.context
    text = context.text(function).replace(" ", "")
    name = text.removeprefix("std::")
    if name == context.names.function:
        return expressions.refuse(node, Rule.RECURSION, f"`{name}` calls itself", "write a loop")
    qualified = text.startswith("std::")
    if name in MATHS:
        return _maths(expressions, node, name, MATHS[name], DOUBLE, arguments)
    if qualified and name in STD_MATHS:
        return _maths(expressions, node, name, 1, STD_MATHS[name], arguments)
    base = name.split("<")[0]
    if qualified and base in SPECIAL:
        return _special(expressions, node, function, base, arguments)
    if not qualified and name in {*SPECIAL, *STD_MATHS}:
        reason = "`abs` without `std::` cuts the fraction off" if name == "abs" else f"`{name}` is called with its name space"
        return expressions.refuse(node, Rule.UNKNOWN_FUNCTION, reason, f"write `std::{name}(...)`")
    help_ = "write `std::abs`, `std::sqrt`, ..., and M_PI" if base.startswith("TMath::") else INSTEAD_OF_FUNCTIONS.get(base, "")
    if not help_ and name in ("Vector3D", "TLorentzVector", "TVector3", "Point3D", "HepPoint3D"):
        help_ = "write `HepLorentzVector(px, py, pz, e)` or `Hep3Vector(x, y, z)`"
    known = [*MATHS, *STD_MATHS, *SPECIAL]
    shown = expressions.short(function)
    return expressions.refuse(node, Rule.UNKNOWN_FUNCTION, f"a body does not call `{shown}`", help_ or context.near(base, known))


def _maths(expressions: Expressions, node: Node, name: str, count: int, result: Type, arguments: list[Node]) -> Type | None:
    fitting = [expressions.fits(each, DOUBLE, f"the argument of `{name}`") for each in arguments]
    if len(arguments) != count:
        return expressions.refuse(node, Rule.TYPE, f"`{name}` takes {count} number{'s' * (count > 1)}, not {len(arguments)}")
    return result if all(fitting) else None


def _special(expressions: Expressions, node: Node, function: Node, name: str, arguments: list[Node]) -> Type | None:
    if name in ("swap", "sort"):
        return expressions.refuse(node, Rule.SIDE_EFFECT, f"`std::{name}` changes variables within an expression", "make it a statement of its own")
    types = [expressions.infer(each) for each in arguments]
    if None in types:
        return None
    inner = function.child_by_field_name("name")
    if inner is not None and inner.type == "template_function":
        return _explicit(expressions, node, inner, name, arguments, types)
    if len(types) != (1 if name == "abs" else 2):
        return expressions.refuse(node, Rule.TYPE, f"`std::{name}` is not called with {_list(types)}")
    if name == "make_pair":
        return pair_of(*(INT if each == QUOTIENT else each for each in types if each is not None))
    if any(each not in NUMBERS for each in types) or (name == "abs" and types[0] in UNSIGNED_TYPES):
        help_ = "of a vector take `.mag()` or `.rho()`" if any(each in MOMENTA for each in types) else ""
        return expressions.refuse(node, Rule.TYPE, f"`std::{name}` is not called with {_list(types)}", help_)
    if len(set(types)) > 1 and set(types) != {INT, QUOTIENT}:
        help_ = "give both one type, e.g. 0.0 for 0, or static_cast<int>(list.size())"
        return expressions.refuse(node, Rule.TYPE, f"`std::{name}` needs two numbers of one type, not {_list(types)}", help_)
    return types[0]


def _explicit(expressions: Expressions, node: Node, function: Node, name: str, arguments: list[Node], types: list) -> Type | None:
    """`std::max<double>(a, b)`."""
    wanted = children(part(function, "arguments"))
    to = read_type(expressions.context, wanted[0]) if len(wanted) == 1 else None
    if name not in ("min", "max") or to not in NUMBERS or len(arguments) != 2:
        return expressions.refuse(node, Rule.TYPE, f"`{expressions.short(node)}` is not called like this", f"write `std::{name}(...)`")
    fitting = [expressions.converts(each, got, to, "it") for each, got in zip(arguments, types, strict=True)]
    return to if all(fitting) else None


def _fit_one(expressions: Expressions, node: Node, chosen: list, arguments: list[Node], types: list, what: str) -> bool:
    best = next((each for each in chosen if each == tuple(types)), chosen[0])
    fitting = [expressions.converts(*each, f"an argument of {what}") for each in zip(arguments, types, best, strict=True)]
    return all(fitting)


def _list(types: Iterable[Type | None]) -> str:
    return "(" + ", ".join(str(each) for each in types) + ")"
