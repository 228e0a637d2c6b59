"""Grammar rules → nodes: one method per rule, called as the parser reduces it, so that no tree stands in between.

In: what the children of a rule became (tokens and nodes). Out: a node of `ast.py` with its span, comments attached.
All knowledge of the grammar's shape stops here. No name, unit or field is known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dsl4bes.diagnostics.model import Bag
from dsl4bes.source import SourceFile, Span
from dsl4bes.syntax import slips
from dsl4bes.syntax.ast import (
    DEFINITIONS,
    Argument,
    Attribute,
    Bare,
    Binary,
    Boolean,
    Call,
    Comment,
    Head,
    ListOf,
    Name,
    Negative,
    Not,
    Number,
    Operator,
    Program,
    Range,
    Statement,
    String,
    Symbol,
    Word,
)
from dsl4bes.syntax.lexer import Tokens, Trivia

_OPERATORS = {operator.value: operator for operator in Operator} | {"^": Operator.POW}
_NOTHING = Trivia((), False)


class Builder:
    """Makes nodes for one file."""

    def __init__(self, source: SourceFile, tokens: Tokens, bag: Bag) -> None:
        self.source = source
        self.tokens = tokens
        self.bag = bag
        self.actions: dict[str, Callable[[list], Any]] = {name: getattr(self, name) for name in RULE_NAMES}

    # --- lists

    def first(self, children: list) -> list:
        return [children[-1]]

    def more(self, children: list) -> list:
        children[0].append(children[-1])
        return children[0]

    def bracketed(self, children: list) -> tuple[Argument, ...]:
        return _listed(children)

    values = bracketed

    # --- statements

    def start(self, children: list) -> Program:
        statements = _right(children[-1]) if children and isinstance(children[-1], list) else ()
        return Program(statements, self.source, self._before(len(self.source.text) + 1).comments)

    def line(self, children: list) -> Statement:
        head = children[0]
        arguments = children[1] if len(children) == 3 else ()
        return self._statement(head, arguments, children[-1])

    def definition(self, children: list) -> Statement:
        head, key, _, value, newline = children
        word = self._word(key)
        argument = Argument(word, value, word.span.to(value.span))
        if head.name not in DEFINITIONS or head.arguments is not None:
            slips.definition(children, self.source, self.bag)
        return self._statement(head, (argument,), newline)

    def block(self, children: list) -> Statement:
        head = children[0]
        arguments = children[1] if type(children[1][0]) is Argument else ()
        opened = children[3 if arguments else 2]
        end, newline = children[-2:]
        if opened[2] - head.span.start > slips.SURELY_FLAT:
            slips.depth(head, arguments, self.bag)
        body = _right(children[-3]) if isinstance(children[-3], list) else ()
        above = self._before(head.span.start)
        return Statement(
            head,
            arguments,
            body,
            Span(head.span.start, end[3], self.source),
            above.comments + self._inside(opened),
            self._at_line_end(opened),
            self._before(end[2]).comments,
            above.blank,
            self._at_line_end(newline),
        )

    def _statement(self, head: Head, arguments: tuple[Argument, ...], newline: tuple) -> Statement:
        span = head.span
        above = self.tokens.before.get(span.start, _NOTHING)
        if arguments:
            span = Span(span.start, arguments[-1].span.end, self.source)
        if span.end - span.start > slips.SURELY_FLAT:
            slips.depth(head, arguments, self.bag)
        before = above.comments
        if self.tokens.inside:
            before += self._inside(newline)
        after = self._at_line_end(newline) if newline[1][0] == "#" else None
        return Statement(head, arguments, None, span, before, after, (), above.blank)

    def path(self, children: list) -> list[Word]:
        word = self._word(children[-1])
        if len(children) == 1:
            return [word]
        children[0].append(word)
        return children[0]

    def head(self, children: list) -> Head:
        path = children[0]
        return Head(tuple(path), None, Span(path[0].span.start, path[-1].span.end, self.source))

    def head_with_arguments(self, children: list) -> Head:
        call, arguments, close = children[-3:]
        word = Word(call[1][:-1], Span(call[2], call[3] - 1, self.source))
        path = (*children[0], word) if len(children) == 5 else (word,)
        return Head(path, arguments, Span(path[0].span.start, close[3], self.source))

    # --- comments

    def _before(self, offset: int) -> Trivia:
        return self.tokens.before.get(offset, _NOTHING)

    def _inside(self, newline: tuple) -> tuple[Comment, ...]:
        return self.tokens.inside.get(newline[2], ())

    def _at_line_end(self, newline: tuple) -> Comment | None:
        """The comment with which a newline token begins, if it does."""
        if newline[1][0] != "#":
            return None
        text = newline[1].split("\n", 1)[0].rstrip()
        return Comment(text, Span(newline[2], newline[2] + len(text), self.source))

    # --- arguments and values

    def argument(self, children: list) -> Argument:
        value = children[0]
        return Argument(None, value, value.span)

    def keyed(self, children: list) -> Argument:
        key, value = children[0], children[2]
        return Argument(self._word(key), value, Span(key[2], value.span.end, self.source))

    keyed_equal = keyed

    def bare(self, children: list) -> Bare:
        operator, right = children
        return Bare(_OPERATORS[operator[1]], right, Span(operator[2], right.span.end, self.source))

    def binary(self, children: list) -> Binary:
        left, operator, right = children
        return Binary(
            _OPERATORS[operator[1]], left, right, Span(left.span.start, right.span.end, self.source)
        )

    def product(self, children: list) -> Binary:
        if type(children[0]) is Number and children[0].unit is not None:
            slips.compound_unit(children, self.source, self.bag)
        return self.binary(children)

    def raised(self, children: list) -> Binary:
        if type(children[0]) is Number and children[0].unit is not None:
            slips.unit_power(children, self.source, self.bag)
        return self.binary(children)

    def inverted(self, children: list) -> Not:
        word, operand = children
        return Not(operand, Span(word[2], operand.span.end, self.source))

    def negative(self, children: list) -> Number | Negative:
        minus, operand = children
        span = Span(minus[2], operand.span.end, self.source)
        if type(operand) is Number and operand.span.text[0] != "-" and self._adjacent(minus[3], operand):
            return Number(operand.text, -operand.value, operand.unit, span)
        return Negative(operand, span)

    def _adjacent(self, offset: int, operand: Number) -> bool:
        """Whether nothing but blanks (no bracket) stands between `offset` and a number."""
        return not self.source.text[offset : operand.span.start].strip()

    def positive(self, children: list) -> Any:
        return children[1]

    def closed_range(self, children: list) -> Range:
        low, _, high = children
        return Range(low, high, Span(low.span.start, high.span.end, self.source))

    def group(self, children: list) -> Any:
        return children[1]

    def list_of(self, children: list) -> ListOf:
        return ListOf(_listed(children[1:-1]), Span(children[0][2], children[-1][3], self.source))

    def call(self, children: list) -> Call:
        call, arguments, close = children
        function = Word(call[1][:-1], Span(call[2], call[3] - 1, self.source))
        return Call(function, arguments, Span(call[2], close[3], self.source))

    def attribute(self, children: list) -> Attribute:
        owner, _, name = children
        return Attribute(owner, self._word(name), Span(owner.span.start, name[3], self.source))

    def name(self, children: list) -> Name:
        _, text, start, end = children[0]
        return Name(text, Span(start, end, self.source))

    def number(self, children: list) -> Number:
        _, text, start, end = children[0]
        unit = None
        if len(children) == 2:
            unit = self._word(children[1])
            end = unit.span.end
        return Number(text, float(text), unit, Span(start, end, self.source))

    def string(self, children: list) -> String:
        _, text, start, end = children[0]
        value = text[1:-1]
        if "\\" in value:
            value = unescape(value)
        return String(value, Span(start, end, self.source))

    def symbol(self, children: list) -> Symbol:
        _, text, start, end = children[0]
        return Symbol(text[1:], Span(start, end, self.source))

    def true(self, children: list) -> Boolean:
        _, text, start, end = children[0]
        return Boolean(text == "true", Span(start, end, self.source))

    false = true

    def _word(self, token: tuple) -> Word:
        _, text, start, end = token
        return Word(text, Span(start, end, self.source))


def _listed(children: list) -> tuple:
    """Items of `first ("," item)* [","]`: the first child and the list that Lark's rule for `*` made of the others."""
    if not children:
        return ()
    if len(children) > 1 and isinstance(children[1], list):
        return (children[0], *children[1])
    return (children[0],)


def _right(statements: list[Statement]) -> tuple[Statement, ...]:
    """Without the blocks whose head was wrong: the parser gives those an empty name to find their `end`."""
    return tuple(statement for statement in statements if statement.head.path[0].name)


def unescape(text: str) -> str:
    r"""The value of a string's text: `\"` is a quote, `\\` a backslash; any other backslash is itself (LaTeX)."""
    if "\\" not in text:
        return text
    parts = text.split("\\\\")
    return "\\".join(part.replace('\\"', '"') for part in parts)


RULE_NAMES = tuple(
    name for name, value in vars(Builder).items() if callable(value) and not name.startswith("_")
)
