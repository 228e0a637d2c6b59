"""What is known while a body is read: local variables, who writes them, loops, findings so far.

In: tree and view. Out: a `Context` that the passes over statements and expressions share. Questions about a variable that depend on all of the body (is its
size known, is it ever negative) are put off until the end (`later`). Nothing is decided here.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from dsl4bes.diagnostics.suggest import nearest, phrase
from dsl4bes.unknown.policy.finding import MAX_FINDINGS, Finding, Fix
from dsl4bes.unknown.policy.names import Names
from dsl4bes.unknown.policy.rules import Rule
from dsl4bes.unknown.policy.tree import Tree
from dsl4bes.unknown.policy.types import Type

if TYPE_CHECKING:
    from tree_sitter import Node

#: The name of the view in a body.
IN = "in"


class Change(Enum):
    """How a statement changes a local variable."""

    START = "its first value"
    WHOLE = "all of it"
    GROWTH = "one element more"
    ELEMENT = "an element, not how many there are"
    INNER = "the length of an element that is a list, or holds one"


@dataclass(frozen=True, slots=True)
class Write:
    """One change: the statement's node, the operator (`=`, `+=`, `++`, or empty), and the value, if one is written there."""

    change: Change
    node: Node
    operator: str = ""
    value: Node | None = None


@dataclass(eq=False, slots=True)
class Local:
    """A local variable; `of_in` for references to values of `in`; `length` is the number of elements its constructor was given.

    Without a type, its declaration was refused, and nothing more is said about it.
    """

    name: str
    type: Type | None
    constant: bool
    of_in: bool = False
    writes: list[Write] = field(default_factory=list)
    loop: Loop | None = None
    length: Node | None = None


@dataclass(eq=False, slots=True)
class Loop:
    """A `for` whose header was understood; `inclusive` for `<=`."""

    body: Node
    counter: Local
    start: Node
    bound: Node
    inclusive: bool
    step: int

    def holds(self, node: Node) -> bool:
        return self.body.start_byte <= node.start_byte < self.body.end_byte


class Context:
    """Shared by all that reads the tree of one body."""

    def __init__(self, tree: Tree, names: Names, refused: list[tuple[int, int]]) -> None:
        """`refused`: stretches of the code that were refused as they stand, in order; nothing in them is looked at again."""
        self.tree = tree
        self.names = names
        self.findings: list[Finding] = []
        self.scopes: list[dict[str, Local]] = [{}]
        self.loop_depth = 0
        self.later: list[Callable[[], None]] = []
        self.words: set[str] = set()
        self._refused = refused
        self._uses: dict[int, Local] = {}
        self._types: dict[tuple[int, int], Type] = {}

    def refuse(self, node: Node, rule: Rule, message: str, help_: str = "", fix: Fix | None = None) -> None:
        self.findings.append(self.tree.finding(node, rule, message, help_, fix))

    def near(self, name: str, known: Iterable[str]) -> str:
        """`did you mean ...?`, while somebody reads it: a text with a hundred findings gets no suggestions."""
        return phrase(nearest(name, known)) if len(self.findings) < MAX_FINDINGS else ""

    def is_refused(self, node: Node) -> bool:
        index = bisect_right(self._refused, (node.start_byte, sys.maxsize)) - 1
        return index >= 0 and node.end_byte <= self._refused[index][1]

    @property
    def something_refused(self) -> bool:
        return bool(self.findings or self._refused)

    def text(self, node: Node | None) -> str:
        return self.tree.text(node)

    def visible(self) -> dict[str, Local]:
        """All local variables that can be named here."""
        return {name: local for scope in self.scopes for name, local in scope.items()}

    def lookup(self, node: Node) -> Local | None:
        """The local variable that an identifier names; remembered for the questions at the end."""
        name = self.text(node)
        for scope in reversed(self.scopes):
            if name in scope:
                self._uses[node.start_byte] = scope[name]
                return scope[name]
        return None

    def local(self, node: Node) -> Local | None:
        """The variable found by an earlier `lookup` at this place."""
        return self._uses.get(node.start_byte) if node.type == "identifier" else None

    def typed(self, node: Node, found: Type) -> None:
        """Remembers the type of a value for the questions at the end."""
        self._types[node.start_byte, node.end_byte] = found

    def type_of(self, node: Node) -> Type | None:
        """The type that was inferred earlier for the value at this place."""
        return self._types.get((node.start_byte, node.end_byte))

    def declare(self, local: Local) -> None:
        self.scopes[-1][local.name] = local
        self.words.add(local.name)


class Unreadable(Exception):
    """A node without the parts that the grammar promises; `check` refuses the body."""

    def __init__(self, node: Node) -> None:
        super().__init__(node.type)
        self.node = node


def children(node: Node) -> list[Node]:
    return node.named_children


def part(node: Node, name: str) -> Node:
    """A child that the grammar promises by name."""
    child = node.child_by_field_name(name)
    if child is None:
        raise Unreadable(node)
    return child


def first(node: Node) -> Node:
    """The first child."""
    if not node.named_children:
        raise Unreadable(node)
    return node.named_children[0]


def plain(node: Node) -> Node:
    """The node without the brackets around it."""
    while node.type == "parenthesized_expression" and len(node.named_children) == 1:
        node = node.named_children[0]
    return node
