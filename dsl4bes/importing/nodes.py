"""The small typed view of C++ that recognisers read.

In: nothing. Out: frozen statements and expressions with the lines they came from (counted from 1). Types, templates and whatever selects nothing are not in it: they are
`Opaque`, with their text. No meaning is looked for here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Text:
    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, `this->x` included; of a qualified name the last part, of `ctx.x` the whole."""

    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """`owner.name` or `owner->name`."""

    owner: Expr
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    function: Expr
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """`owner[index]`."""

    owner: Expr
    index: Expr


@dataclass(frozen=True, slots=True)
class Unary:
    operator: str
    operand: Expr


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Braces:
    """`{a, b}`."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Opaque:
    text: str


Expr = Number | Text | Name | Member | Call | Item | Unary | Binary | Braces | Opaque


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a statement, first and last."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Declare:
    """`type name = value;` or `type name(arguments);` (`value` is then a call of the type)."""

    type: str
    name: str
    value: Expr | None
    lines: Lines


@dataclass(frozen=True, slots=True)
class Assign:
    target: Expr
    operator: str
    value: Expr
    lines: Lines


@dataclass(frozen=True, slots=True)
class Do:
    """An expression by itself."""

    value: Expr
    lines: Lines


class Way(Enum):
    """How a statement leaves where it stands."""

    CONTINUE = "continue"
    BREAK = "break"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Leave:
    way: Way
    value: Expr | None
    lines: Lines


@dataclass(frozen=True, slots=True)
class If:
    condition: Expr
    then: tuple[Stmt, ...]
    otherwise: tuple[Stmt, ...]
    lines: Lines


@dataclass(frozen=True, slots=True)
class Loop:
    """A `for` with its three parts; a `while` has only the second."""

    start: Stmt | None
    condition: Expr | None
    step: Expr | None
    body: tuple[Stmt, ...]
    lines: Lines


@dataclass(frozen=True, slots=True)
class Unread:
    """A statement that is none of these."""

    text: str
    lines: Lines


Stmt = Declare | Assign | Do | Leave | If | Loop | Unread


@dataclass(frozen=True, slots=True)
class Function:
    """A function with a body: `owner` is its class, empty outside of one."""

    name: str
    owner: str
    body: tuple[Stmt, ...]
    lines: Lines
    parameters: tuple[str, ...] = ()
    before: tuple[tuple[str, Expr], ...] = ()  #: initialisers of members, of a constructor


@dataclass(frozen=True, slots=True)
class CppFile:
    """One file: functions in order, and declarations outside of functions (members of classes, too)."""

    name: str
    text: str
    functions: tuple[Function, ...]
    declarations: tuple[Declare, ...]


def statements(body: tuple[Stmt, ...]) -> Iterator[Stmt]:
    """All statements of a body, outer ones first."""
    for each in body:
        yield each
        if isinstance(each, If):
            yield from statements(each.then)
            yield from statements(each.otherwise)
        elif isinstance(each, Loop):
            if each.start is not None:
                yield each.start
            yield from statements(each.body)


def parts(value: Expr | None) -> Iterator[Expr]:
    """An expression and all below it."""
    if value is None:
        return
    yield value
    below: tuple[Expr, ...] = ()
    if isinstance(value, Member):
        below = (value.owner,)
    elif isinstance(value, Call):
        below = (value.function, *value.arguments)
    elif isinstance(value, Item):
        below = (value.owner, value.index)
    elif isinstance(value, Unary):
        below = (value.operand,)
    elif isinstance(value, Binary):
        below = (value.left, value.right)
    elif isinstance(value, Braces):
        below = value.items
    for each in below:
        yield from parts(each)


def values(statement: Stmt) -> tuple[Expr, ...]:
    """The expressions that stand in a statement itself, not in its body."""
    if isinstance(statement, (Declare, Leave)):
        return () if statement.value is None else (statement.value,)
    if isinstance(statement, Assign):
        return (statement.target, statement.value)
    if isinstance(statement, Do):
        return (statement.value,)
    if isinstance(statement, If):
        return (statement.condition,)
    if isinstance(statement, Loop):
        return tuple(each for each in (statement.condition, statement.step) if each is not None)
    return ()
