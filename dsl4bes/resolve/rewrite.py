"""A program with other numbers, or without one of its cuts: what a person would get by editing the file.

In: a syntax tree with its includes and constants in place, and places in it. Out: the tree with other values at those places, or without the lines there.
Values keep the places where they were written (the line of `vary`), so that a message about them points there. Nothing is resolved or reported here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

from dsl4bes.constructs.expect import Expect
from dsl4bes.constructs.fields import Number
from dsl4bes.constructs.measures import unquoted
from dsl4bes.constructs.systematics import SYSTEMATICS
from dsl4bes.diagnostics.model import Bag
from dsl4bes.source import Span
from dsl4bes.syntax import ast

_QUOTED = Number(doc="", name="")

#: A place in the program as a whole, files that are included several times told apart.
Place = tuple[tuple[int, ...], int, str]


def place_of(span: Span) -> Place:
    """Where a text stands."""
    return span.position, span.end, span.file.name


@dataclass
class Rewriting:
    """What to change; `found` collects the places of values and cuts that were met."""

    values: Mapping[Place, ast.Expr] = field(default_factory=dict)  #: place of a value, or of the name of a constant → the value
    ranges: Mapping[Place, ast.Range] = field(default_factory=dict)  #: place of a range's lower end → the range
    names: Mapping[str, ast.Expr] = field(default_factory=dict)  #: name of a `property(...)` or a constant → its value
    removed: tuple[Span, ...] = ()  #: cuts whose lines go
    found: set[Place] = field(default_factory=set)

    def program(self, tree: ast.Program) -> ast.Program:
        """The tree changed, without its variations and without what is expected of the nominal selection."""
        kept = tuple(each for each in tree.statements if each.head.path[0].name not in (SYSTEMATICS, Expect.keyword))
        return replace(tree, statements=self._statements(kept))

    def _statements(self, statements: tuple[ast.Statement, ...]) -> tuple[ast.Statement, ...]:
        changed = (self._statement(statement) for statement in statements)
        return tuple(statement for statement in changed if statement is not None)

    def _statement(self, statement: ast.Statement) -> ast.Statement | None:
        """A line or block changed; None if it goes."""
        lines = statement.body or ()
        gone = [
            span for span in self.removed
            if _holds(statement.span, span) and not any(_holds(line.span, span) for line in lines)
        ]  # fmt: skip
        if gone:
            self.found.update(place_of(span) for span in gone)
            return _without(statement, gone)
        head = statement.head
        if head.arguments:
            head = replace(head, arguments=self._any(head.arguments))
        body = statement.body if statement.body is None else self._statements(statement.body)
        return replace(statement, head=head, arguments=self._any(statement.arguments), body=body)

    def _any(self, node: Any) -> Any:
        if isinstance(node, tuple):
            return tuple(self._any(item) for item in node)
        if not is_dataclass(node) or isinstance(node, (type, Span, ast.Word, ast.Name, ast.Symbol)):
            return node
        if isinstance(node, ast.Argument):
            return replace(node, value=self._argument(node))
        if isinstance(node, ast.Number) and node.constant is not None:
            return self._constant(node, node.constant)
        place = place_of(node.span)  # type: ignore[attr-defined]
        if place in self.values:
            self.found.add(place)
            return self.values[place]
        if isinstance(node, ast.Range) and (low := place_of(node.low.span)) in self.ranges:
            self.found.add(low)
            return self.ranges[low]
        if isinstance(node, ast.Call) and self._is_property(node):
            first = node.arguments[0]
            assert isinstance(first.value, ast.String)
            self.found.add(place_of(node.arguments[1].value.span))
            given = replace(node.arguments[1], value=self.names[first.value.value])
            return replace(node, arguments=(first, given))
        if isinstance(node, ast.String):
            return self._string(node)
        parts = {part.name: self._any(getattr(node, part.name)) for part in fields(node) if part.name != "span"}
        return replace(node, **parts)

    def _argument(self, node: ast.Argument) -> Any:
        """The value of an argument; `let name = number` is found by its name, too."""
        if node.key is not None and isinstance(node.value, ast.Number):
            key = place_of(node.key.span)
            if key in self.values:
                self.found.add(key)
                return self.values[key]
        return self._any(node.value)

    def _constant(self, node: ast.Number, constant: ast.Constant) -> ast.Number:
        """A number that a name stands for, with the constant's other value."""
        value = self.names.get(constant.public)
        if not isinstance(value, ast.Number):
            return node
        self.found.add(place_of(constant.span))
        return replace(value, constant=constant)

    def _is_property(self, node: ast.Call) -> bool:
        if node.function.name != "property" or len(node.arguments) != 2:
            return False
        name = node.arguments[0].value
        return isinstance(name, ast.String) and name.value in self.names

    def _string(self, node: ast.String) -> Any:
        """A quoted comparison (`">=1"`) with a number that changes, without its quotes."""
        start, end, file = place_of(node.span)
        inside = [place for place in (*self.values, *self.ranges) if start < place[0] and place[1] < end and place[2] == file]
        if not inside:
            return node
        value = unquoted(_QUOTED, node, Bag())
        return node if value is None else self._any(value)


def _holds(outer: Span, inner: Span) -> bool:
    """Whether a place is within another, or was brought into it."""
    while inner.file is not outer.file and inner.file.via is not None:
        inner = inner.file.via.span
    return inner.file is outer.file and outer.start <= inner.start and inner.end <= outer.end


def _without(statement: ast.Statement, gone: list[Span]) -> ast.Statement | None:
    """A line without the cuts at these places: of several cuts on one line (`barrel cos < 0.8, energy > 25 MeV`) only those go."""
    cuts = [
        argument for argument in statement.arguments
        if argument.key is not None or (isinstance(argument.value, ast.Binary) and argument.value.operator.compares)
    ]  # fmt: skip
    if len(cuts) < 2 or len(cuts) < len(statement.arguments):
        return None
    kept = tuple(argument for argument in cuts if not any(_holds(argument.span, span) for span in gone))
    return None if not kept or len(kept) == len(cuts) else replace(statement, arguments=kept)
