"""Hypothesis strategies for the language: texts from the grammar, syntax trees, and broken programs.

In: nothing. Out: strategies. Trees hold what a text can say and nothing that a diagnostic forbids (powers of units, names that are
words of the language); their spans are empty, as in trees made by programs.
"""

from __future__ import annotations

import re

from hypothesis import strategies as st

from dsl4bes.source import SourceFile, Span
from dsl4bes.syntax import ast
from dsl4bes.syntax.tables import KEYWORDS

FILE = SourceFile("<made>", "")
NOWHERE = Span(0, 0, FILE)

_LIGHT = {"c", "c2"}  # `1 GeV / c` is a compound unit

identifiers = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,5}", fullmatch=True).filter(
    lambda name: name not in KEYWORDS and name not in _LIGHT
)
words = identifiers.map(lambda name: ast.Word(name, NOWHERE))
number_texts = st.from_regex(r"(0|[1-9][0-9]{0,3})(\.[0-9]{1,3})?([eE][+-]?[0-9])?", fullmatch=True)
texts = st.text(
    st.characters(
        exclude_categories=("Cc", "Cs"),
        exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    ),
    max_size=8,
)
units = st.none() | words | st.just(ast.Word("%", NOWHERE))


@st.composite
def numbers(draw) -> ast.Number:
    text = draw(number_texts)
    sign = draw(st.sampled_from((1.0, -1.0)))
    return ast.Number(text, sign * float(text), draw(units), NOWHERE)


symbols = identifiers.map(lambda name: ast.Symbol(name, NOWHERE))
strings = st.one_of(texts, st.sampled_from(('"', "\\", '\\"', "\\\\", "\\pi", 'a"b\\'))).map(
    lambda text: ast.String(text, NOWHERE)
)
booleans = st.booleans().map(lambda value: ast.Boolean(value, NOWHERE))
names = identifiers.map(lambda name: ast.Name(name, NOWHERE))
leaves = st.one_of(names, numbers(), symbols, strings, booleans)
operators = st.sampled_from(ast.Operator)
comparisons = st.sampled_from(sorted(ast.COMPARISONS, key=lambda operator: operator.value))


def _arguments(values: st.SearchStrategy) -> st.SearchStrategy[tuple[ast.Argument, ...]]:
    bare = st.builds(ast.Bare, comparisons, values, st.just(NOWHERE))
    one = st.builds(ast.Argument, st.none() | words, values | bare, st.just(NOWHERE))
    return st.lists(one, max_size=3).map(tuple)


def _references(values: st.SearchStrategy) -> st.SearchStrategy:
    calls = st.builds(ast.Call, words, _arguments(values), st.just(NOWHERE))
    owners = names | calls
    once = st.builds(ast.Attribute, owners, words, st.just(NOWHERE))
    return calls | once | st.builds(ast.Attribute, once, words, st.just(NOWHERE))


def _grow(values: st.SearchStrategy) -> st.SearchStrategy:
    nowhere = st.just(NOWHERE)
    return st.one_of(
        st.builds(ast.Binary, operators, values, values, nowhere),
        st.builds(ast.Binary, operators, values, values, nowhere),
        st.builds(ast.Negative, values, nowhere),
        st.builds(ast.Not, values, nowhere),
        st.builds(ast.Range, values, values, nowhere),
        st.builds(ast.ListOf, st.lists(values, max_size=3).map(tuple), nowhere),
        _references(values),
    )


expressions = st.recursive(leaves, _grow, max_leaves=12)
arguments = _arguments(expressions)
heads = st.builds(
    ast.Head, st.lists(words, min_size=1, max_size=3).map(tuple), st.none() | arguments, st.just(NOWHERE)
)
comments = texts.map(lambda text: ast.Comment("#" + text.rstrip(), NOWHERE))
comment_lines = st.lists(comments, max_size=2).map(tuple)


def _statements(bodies: st.SearchStrategy) -> st.SearchStrategy[tuple[ast.Statement, ...]]:
    return st.lists(_statement(bodies), max_size=3).map(tuple)


@st.composite
def _statement(draw, bodies) -> ast.Statement:
    body = draw(bodies)
    return ast.Statement(
        draw(heads),
        draw(arguments),
        body,
        NOWHERE,
        before=draw(comment_lines),
        after=draw(st.none() | comments),
        at_end=draw(comment_lines) if body is not None else (),
        blank=draw(st.booleans()),
        after_end=draw(st.none() | comments) if body is not None else None,
    )


bodies = st.recursive(st.none(), lambda inner: st.none() | _statements(inner), max_leaves=6)
programs = st.builds(ast.Program, _statements(bodies), st.just(FILE), comment_lines)


def grammar_texts() -> st.SearchStrategy[str]:
    """Texts that the Lark grammar makes, a blank behind each token (else two of them may join to another one)."""
    from hypothesis.extra.lark import from_lark

    from dsl4bes.syntax.build_tables import load_grammar

    grammar = load_grammar()
    simple = {
        "NAME": identifiers,
        "CALL": identifiers.map(lambda name: name + "("),
        "STRING": texts.map(lambda text: '"' + re.sub(r'[\\"]', "", text) + '"'),
        "NEWLINE": st.sampled_from(("\n", "\r\n", "\n\n  ", "# note\n", "# a\n# b\n\t")),
        "BLANK": st.sampled_from((" ", "\t")),
    }
    explicit = {
        str(terminal.name): simple.get(
            str(terminal.name), st.from_regex(re.compile(terminal.pattern.to_regexp()), fullmatch=True)
        )
        for terminal in grammar.terminals
    }
    spaced = {
        name: strategy if name == "NEWLINE" else strategy.map(lambda text: text + " ")
        for name, strategy in explicit.items()
    }
    return from_lark(grammar, start="start", explicit=spaced)


@st.composite
def mutated(draw, originals: list[str]) -> str:
    """A right program after a few insertions, removals, swaps and copies."""
    text = draw(st.sampled_from(originals))
    pieces = [
        "do",
        "end",
        "(",
        ")",
        "[",
        "]",
        "\n",
        " ",
        '"',
        "'",
        ",",
        ":",
        "=",
        "<",
        "..",
        "-",
        "#",
        "\\",
        "é",
        "\u00a0",
    ]
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        to = draw(st.integers(at, min(len(text), at + 20)))
        piece = draw(st.sampled_from(pieces) | st.text(max_size=3))
        text = draw(
            st.sampled_from((text[:at] + piece + text[at:], text[:at] + text[to:], text[:to] + text[at:]))
        )
    return text
