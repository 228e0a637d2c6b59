"""The greatest magnitude that a whole number can have, and whether the counter of a loop stays within its type.

In: expressions and loops, once the body was read to its end. Out: a number, or None when an int may not hold the value or a step on the way to it; yes or no. A sum that
overflows may be negative, or anything: a compiler owes nothing then. So nothing that is written to an element rests on it. No finding is made here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.unknown.policy.bounds import MAX_LITERAL, MAX_STEPS, Bounds, literal
from dsl4bes.unknown.policy.context import Context, Local, Loop, part, plain
from dsl4bes.unknown.policy.types import INT, LONG, QUOTIENT, SIZE, UNSIGNED, UNSIGNED_TYPES, Type

if TYPE_CHECKING:
    from tree_sitter import Node

#: Every value of an earlier type is a value of the later ones, for numbers that are not negative.
_WIDER = (INT, UNSIGNED, LONG, SIZE)


#: What an int holds, with room for one step of a loop.
MOST = 2**31 - 1 - MAX_LITERAL


class Greatest:
    """Answers for one body."""

    def __init__(self, context: Context, bounds: Bounds) -> None:
        self._context = context
        self._bounds = bounds
        #: Answers so far; None while a question is asked, so that a variable made from itself has none.
        self._answers: dict[tuple[int, int], int | None] = {}
        self._depth = 0

    def of(self, node: Node) -> int | None:
        """The greatest magnitude of the value; None if it is not known to fit an int with room for a step."""
        node = plain(node)
        key = (node.start_byte, node.end_byte)
        if key not in self._answers:
            self._answers[key] = None
            if self._depth < MAX_STEPS:
                self._depth += 1
                found = self._of(node)
                self._depth -= 1
                self._answers[key] = found if found is not None and found <= MOST and self._keeps_sign(node) else None
        return self._answers[key]

    def start_fits(self, loop: Loop) -> bool:
        """Whether the start is not negative, although it may be a sum."""
        if loop.counter.type in UNSIGNED_TYPES or self.of(loop.start) is not None:
            return True
        return self._counter_plus_one(plain(loop.start), loop.counter)

    def counter_fits(self, loop: Loop) -> bool:
        """Whether the counter stays within its type: its bound is known, or is a value of the type that it reaches one by one."""
        if self.of(loop.bound) is not None:
            return True
        return loop.step == 1 and not loop.inclusive and _holds(loop.counter.type, self._type(plain(loop.bound)))

    def _counter_plus_one(self, node: Node, counter: Local) -> bool:
        """`i + 1` in a loop `i < n` is at most n; `i` and n are values of the type."""
        if node.type == "binary_expression" and self._context.text(part(node, "operator")) == "+" and literal(self._context.text(plain(part(node, "right")))) == 1:
            node = plain(part(node, "left"))
        outer = self._context.local(node)
        if outer is None or outer.loop is None or outer.loop.inclusive:
            return False
        bound = self._type(plain(outer.loop.bound))
        return _holds(outer.type, bound) and _holds(counter.type, outer.type)

    def _keeps_sign(self, node: Node) -> bool:
        """Whether the value is what its parts make: a negative one becomes a huge unsigned one."""
        return self._type(node) not in UNSIGNED_TYPES or self._bounds.not_negative(node)

    def _type(self, node: Node) -> Type | None:
        """The type of a value; of a quotient that of what is divided."""
        found = self._context.type_of(node)
        return self._type(plain(part(node, "left"))) if found == QUOTIENT and node.type == "binary_expression" else found

    def _of(self, node: Node) -> int | None:
        if node.type == "number_literal":
            return literal(self._context.text(node))
        if node.type == "identifier":
            return self._of_local(self._context.local(node))
        if node.type == "binary_expression":
            return self._of_operation(node)
        if node.type == "conditional_expression":
            return self._most(part(node, "consequence"), part(node, "alternative"))
        name, arguments = self._bounds.call(node)
        if name == "size":
            return self._bounds.longest(arguments[0])
        return self._most(*arguments) if name in ("cast", "min", "max") else None

    def _of_local(self, local: Local | None) -> int | None:
        if local is None:
            return None
        if local.loop is not None:
            return self.of(local.loop.bound)
        values = [write.value for write in local.writes if write.operator == "=" and write.value is not None]
        return self._most(*values) if values and len(values) == len(local.writes) else None

    def _of_operation(self, node: Node) -> int | None:
        operator, right = self._context.text(part(node, "operator")), part(node, "right")
        first = self.of(part(node, "left"))
        second = self.of(right)
        if first is None or second is None:
            return None
        if operator in ("/", "%"):
            return first if literal(self._context.text(plain(right))) else None
        return {"+": first + second, "-": first + second, "*": first * second}.get(operator)

    def _most(self, *nodes: Node) -> int | None:
        found = [self.of(node) for node in nodes]
        known = [each for each in found if each is not None]
        return max(known) if known and len(known) == len(found) else None


def _holds(wide: Type | None, narrow: Type | None) -> bool:
    return wide in _WIDER and narrow in _WIDER and _WIDER.index(narrow) <= _WIDER.index(wide)
