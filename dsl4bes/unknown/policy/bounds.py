"""What is known about whole numbers: is a value bounded, can it be negative, is an index in range.

In: expressions, and all writes of the variables in them (so only once the body was read to its end). Out: yes, or no when it is not certain. A value is
bounded when it is made of sizes, small literals and counters; that gives loops an end. An index is in range when it is a counter that runs to the length
the list was made with. What signed arithmetic could make negative by overflow proves nothing about an index (`greatest.py`). No finding is made here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dsl4bes.unknown.policy.context import Change, Context, Local, children, part, plain
from dsl4bes.unknown.policy.types import BOOL, UNSIGNED_TYPES

if TYPE_CHECKING:
    from tree_sitter import Node

#: The largest literal in a bound of a loop or the length of a list.
MAX_LITERAL = 1000
#: A value is followed through so many variables and operators.
MAX_STEPS = 40
#: Above any list of an event, and (but for bool) above any list that the memory of a job holds, with room for a step of a loop.
LONGEST_OF_EVENT = 1_000_000
LONGEST = 2**31 - 1 - 2 * MAX_LITERAL


class Bounds:
    """Answers for one body."""

    def __init__(self, context: Context) -> None:
        self._context = context
        #: Answers so far. A question that comes up while it is asked (a variable made from itself) has the answer no.
        self._answers: dict[tuple[str, int, int], bool] = {}
        self._depth = 0

    def bounded(self, node: Node) -> bool:
        """Whether the value stays below what sizes, counters and small literals give."""
        return self._follow("bounded", node, self._bounded)

    def not_negative(self, node: Node) -> bool:
        return self._follow("not negative", node, self._not_negative)

    def in_range(self, index: Node, container: Node) -> bool:
        """Whether `container[index]` exists, whatever the event."""
        owner = self._context.local(plain(container))
        return owner is not None and self._below(plain(index), owner)

    def never_negative(self, node: Node) -> bool:
        """As `not_negative`, whatever overflows on the way: by its type, as a counter, a literal or a size."""
        node = plain(node)
        if self._context.type_of(node) in UNSIGNED_TYPES:
            return True
        if node.type == "conditional_expression":
            return all(self.never_negative(part(node, name)) for name in ("consequence", "alternative"))
        local = self._context.local(node)
        return bool(self.size_of(node)) or (local is not None and local.loop is not None)

    def longest(self, receiver: Node) -> int | None:
        """What the size of a list is never above; None for a list of bool that grows, which can be longer than an int counts."""
        text = self._size_of_list(plain(receiver), 0)
        if text:
            return int(text) if text.isdigit() else LONGEST_OF_EVENT
        of = self._context.type_of(plain(receiver))
        return LONGEST if of is not None and of.element != BOOL else None

    def size_of(self, node: Node) -> str:
        """One text for all ways to write the same size; empty if it is not known to stay the same.

        `n`, `static_cast<int>(in.good.size())` and `in.good.size()` are one after `int n = in.good.size();`.
        """
        return self._size(node, 0)

    # ---- values

    def _follow(self, question: str, node: Node, answer: Callable[[Node], bool]) -> bool:
        key = (question, node.start_byte, node.end_byte)
        if key not in self._answers:
            self._answers[key] = False
            if self._depth < MAX_STEPS:
                self._depth += 1
                self._answers[key] = answer(plain(node))
                self._depth -= 1
        return self._answers[key]

    def _bounded(self, node: Node) -> bool:
        if node.type == "number_literal":
            value = literal(self._context.text(node))
            return value is not None and value <= MAX_LITERAL
        if node.type == "identifier":
            local = self._context.local(node)
            return local is not None and (local.loop is not None or self._all_writes(local, self._keeps_bounded))
        if node.type == "binary_expression":
            operator = self._context.text(node.child_by_field_name("operator"))
            left, right = part(node, "left"), part(node, "right")
            if operator in ("-", "/", "%"):
                return self.bounded(left) and self.not_negative(right)
            return operator in ("+", "*") and self.bounded(left) and self.bounded(right)
        if node.type == "conditional_expression":
            return self.bounded(part(node, "consequence")) and self.bounded(part(node, "alternative"))
        name, arguments = self.call(node)
        if name == "cast":
            return self.bounded(arguments[0])
        if name in ("min", "max"):
            return (any if name == "min" else all)(self.bounded(each) for each in arguments)
        return name == "size"

    def _not_negative(self, node: Node) -> bool:
        if node.type == "number_literal":
            return literal(self._context.text(node)) is not None
        if node.type == "identifier":
            local = self._context.local(node)
            return local is not None and (local.loop is not None or self._all_writes(local, self._keeps_sign))
        if node.type == "binary_expression":
            operator = self._context.text(node.child_by_field_name("operator"))
            return operator in ("+", "*", "/", "%") and self.not_negative(part(node, "left")) and self.not_negative(part(node, "right"))
        if node.type == "conditional_expression":
            return self.not_negative(part(node, "consequence")) and self.not_negative(part(node, "alternative"))
        name, arguments = self.call(node)
        if name == "cast":
            return self.not_negative(arguments[0])
        if name in ("min", "max"):
            return (all if name == "min" else any)(self.not_negative(each) for each in arguments)
        return name == "size"

    def _all_writes(self, local: Local, keeps: Callable[[str, Node | None], bool]) -> bool:
        return bool(local.writes) and all(keeps(write.operator, write.value) for write in local.writes)

    def _keeps_bounded(self, operator: str, value: Node | None) -> bool:
        if operator in ("++", "--", "-=", "/="):
            return True
        if value is None:
            return False
        if operator == "+=":
            amount = literal(self._context.text(plain(value)))
            return amount is not None and amount <= MAX_LITERAL
        return operator == "=" and self.bounded(value)

    def _keeps_sign(self, operator: str, value: Node | None) -> bool:
        if operator == "++":
            return True
        return value is not None and operator in ("=", "+=", "*=", "/=") and self.not_negative(value)

    # ---- sizes

    def _below(self, index: Node, owner: Local, depth: int = 0) -> bool:
        """Whether a literal or a counter stays below the length of `owner`; `depth` counts the loops that bound each other."""
        value = literal(self._context.text(index)) if index.type == "number_literal" else None
        length = self._length(owner)
        if value is not None:
            return length.isdigit() and value < int(length)
        if index.type == "conditional_expression":
            return all(self._below(plain(part(index, name)), owner, depth) for name in ("consequence", "alternative"))
        if index.type == "binary_expression" and self._context.text(part(index, "operator")) == "%":
            divisor = literal(self._context.text(plain(part(index, "right"))))
            return length.isdigit() and divisor is not None and 0 < divisor <= int(length) and self.never_negative(part(index, "left"))
        counter = self._context.local(index)
        if counter is None or counter.loop is None or depth > MAX_STEPS:
            return False
        bound = plain(counter.loop.bound)
        if not counter.loop.inclusive and (self._is_size_of(bound, owner) or self._below_counter(bound, owner, depth)):
            return True
        size = self.size_of(bound)
        if size.isdigit() and length.isdigit():
            return int(size) + counter.loop.inclusive <= int(length)
        return bool(size) and size == length and not counter.loop.inclusive

    def _below_counter(self, bound: Node, owner: Local, depth: int) -> bool:
        local = self._context.local(bound)
        return local is not None and local.loop is not None and self._below(bound, owner, depth + 1)

    def _is_size_of(self, bound: Node, owner: Local) -> bool:
        name, arguments = self.call(bound)
        if name == "cast":
            return self._is_size_of(plain(arguments[0]), owner)
        return name == "size" and self._context.local(plain(arguments[0])) is owner

    def _length(self, owner: Local, depth: int = 0) -> str:
        """The length that `owner` never goes below; empty if unknown."""
        if owner.type is not None and owner.type.size:
            return str(owner.type.size)
        changes = [write.change for write in owner.writes]
        if owner.length is None or changes.count(Change.START) != 1 or Change.WHOLE in changes:
            return ""
        return self._size(owner.length, depth + 1)

    def _size(self, node: Node, depth: int) -> str:
        node = plain(node)
        if depth > 10:
            return ""
        if node.type == "number_literal":
            value = literal(self._context.text(node))
            return "" if value is None else str(value)
        local = self._context.local(node)
        if local is not None:
            first = local.writes[0].value if len(local.writes) == 1 and local.loop is None else None
            return self._size(first, depth + 1) if first is not None else ""
        name, arguments = self.call(node)
        if name == "cast":
            return self._size(arguments[0], depth + 1)
        return self._size_of_list(plain(arguments[0]), depth) if name == "size" else ""

    def _size_of_list(self, receiver: Node, depth: int) -> str:
        local = self._context.local(receiver)
        if local is None:
            text = self._context.text(receiver)
            return f"{text}.size()" if text.startswith("in.") and text.replace(".", "").isidentifier() else ""
        if local.of_in and depth < 10 and local.writes[0].value is not None:
            return self._size_of_list(plain(local.writes[0].value), depth + 1)
        if any(write.change is Change.GROWTH for write in local.writes):
            return ""
        return self._length(local, depth)

    def call(self, node: Node) -> tuple[str, list[Node]]:
        """What is called: (`size`, receiver), (`cast`, value), (`min` or `max`, both), or nothing of interest."""
        if node.type == "cast_expression":
            return "cast", [part(node, "value")]
        if node.type != "call_expression":
            return "", []
        function, arguments = part(node, "function"), children(part(node, "arguments"))
        if function.type == "field_expression":
            is_size = self._context.text(function.child_by_field_name("field")) == "size" and not arguments
            return ("size", [part(function, "argument")]) if is_size else ("", [])
        text = self._context.text(function).replace(" ", "")
        if len(arguments) == 1 and (text in ("int", "long", "size_t", "std::size_t") or text.startswith("static_cast<")):
            return "cast", arguments
        name = text.removeprefix("std::").split("<")[0]
        return (name, arguments) if name in ("min", "max") and len(arguments) == 2 else ("", [])


def literal(text: str) -> int | None:
    """The value of a whole number in plain decimal digits that an int holds."""
    value = int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None
    return value if value is not None and value < 2**31 else None
