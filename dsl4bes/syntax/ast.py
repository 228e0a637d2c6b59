"""The whole syntax tree on one page: what was written, before anything is known about its meaning.

In: nothing. Out: frozen nodes, each with the `span` it came from (spans and comments do not take part in `==`).
A block and a statement are one thing: a head, arguments, and perhaps a body. Which blocks and fields exist is the
registry's business, not the tree's. No name is resolved, no unit converted, no default filled in here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from dsl4bes.source import SourceFile, Span


def _aside(default_factory: Callable[[], Any]) -> Any:
    """A field that does not take part in comparison: places and comments."""
    return field(default_factory=default_factory, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word with its place: part of a path, a key, a unit."""

    name: str
    span: Span = field(compare=False, repr=False)


# --- values -----------------------------------------------------------------------------------------------------


class Operator(Enum):
    """Binary operators; the value is how it is written (the printer's spelling)."""

    ADD, SUB, MUL, DIV, POW = "+", "-", "*", "/", "**"
    LT, LE, GT, GE, EQ, NE, IN = "<", "<=", ">", ">=", "==", "!=", "in"
    AND, OR = "and", "or"

    @property
    def compares(self) -> bool:
        return self in COMPARISONS


COMPARISONS = frozenset(
    {Operator.LT, Operator.LE, Operator.GT, Operator.GE, Operator.EQ, Operator.NE, Operator.IN}
)


@dataclass(frozen=True, slots=True)
class Constant:
    """The named constant that a number stands for: its name, its public name (with the region's), and where `let` makes it."""

    name: str
    public: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number:
    """`25 MeV`, `68.3 %`, `-2`: `text` as written (without sign), its value with the sign, and the unit word if any.

    A minus sign straight before a number belongs to it, unless a power follows: `-2 ** 2` is `Negative(2 ** 2)`. The parser never
    sets `constant`: the pass `include` puts such numbers in place of the names of constants.
    """

    text: str
    value: float
    unit: Word | None
    span: Span = field(compare=False, repr=False)
    constant: Constant | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class String:
    """`"..."`: `value` is the text between the quotes after escapes; `file` the table it names, once that has been read."""

    value: str
    span: Span = field(compare=False, repr=False)
    file: SourceFile | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Symbol:
    """`:name`."""

    name: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Boolean:
    value: bool
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Range:
    """`low..high`, closed."""

    low: Expr
    high: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ListOf:
    """`[a, b]`."""

    items: tuple[Expr, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A bare name used as a value: a list, a `let`, a function without arguments (`ecms`)."""

    name: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Attribute:
    """`owner.name`: `fit4c.chi2`, `fit4c.raw.pip`."""

    owner: Expr
    name: Word
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """`function(arguments)`."""

    function: Word
    arguments: tuple[Argument, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Negative:
    operand: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not:
    operand: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`, comparisons and `and`/`or` included; brackets are in the shape of the tree."""

    operator: Operator
    left: Expr
    right: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Bare:
    """A comparison whose left side is the statement's own field: `< 200`, `== 2`, `in 0.1..0.2`."""

    operator: Operator
    right: Expr
    span: Span = field(compare=False, repr=False)


Expr = (
    Number
    | String
    | Symbol
    | Boolean
    | Range
    | ListOf
    | Name
    | Attribute
    | Call
    | Negative
    | Not
    | Binary
    | Bare
)


# --- statements --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Argument:
    """`value`, `key: value` or `key=value` (the same thing)."""

    key: Word | None
    value: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Head:
    """`event_selection.pid(method="probability")`: the path, and the arguments in brackets (None: no brackets)."""

    path: tuple[Word, ...]
    arguments: tuple[Argument, ...] | None
    span: Span = field(compare=False, repr=False)

    @property
    def name(self) -> str:
        return ".".join(word.name for word in self.path)


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment line or line end: `text` with its `#`; `blank` says that an empty line stood before it."""

    text: str
    span: Span = field(compare=False, repr=False)
    blank: bool = field(default=False, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Statement:
    """`head arguments [do body end]`.

    A field with a comparison (`ngood == 2`) is a head with one `Bare` argument. `let x = f` is head `let` with one
    argument of key `x`, and so is `parameter x = v`. `before` are the comment lines above it, `after` the comment on its line, `at_end` the comments
    before its `end`, `blank` says that an empty line stood before it. In a block, `after` is on the line of its `do` and
    `after_end` on the line of its `end`. Comments inside brackets over several lines are in `before`.
    """

    head: Head
    arguments: tuple[Argument, ...]
    body: tuple[Statement, ...] | None
    span: Span = field(compare=False, repr=False)
    before: tuple[Comment, ...] = _aside(tuple)
    after: Comment | None = field(default=None, compare=False, repr=False)
    at_end: tuple[Comment, ...] = _aside(tuple)
    blank: bool = field(default=False, compare=False, repr=False)
    after_end: Comment | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Program:
    """One file: its statements in order, and the comments after the last one."""

    statements: tuple[Statement, ...]
    file: SourceFile = field(compare=False, repr=False)
    at_end: tuple[Comment, ...] = _aside(tuple)


#: Statements that are written `word name = value`.
DEFINITIONS = ("let", "parameter")


def children(node: Expr) -> tuple[Expr, ...]:
    """The values straight below a value, in the order written (arguments without their keys)."""
    if isinstance(node, Binary):
        return (node.left, node.right)
    if isinstance(node, Range):
        return (node.low, node.high)
    if isinstance(node, Call):
        return tuple(argument.value for argument in node.arguments)
    if isinstance(node, (Negative, Not)):
        return (node.operand,)
    if isinstance(node, Bare):
        return (node.right,)
    if isinstance(node, ListOf):
        return node.items
    if isinstance(node, Attribute):
        return (node.owner,)
    return ()
