"""A token that does not fit → a diagnostic in the user's words.

In: the tokens, the place, and the states of the parser there. Out: one BES01xx diagnostic in the bag.
The rules of `faults/` are tried in order; each looks at the token, its neighbours or the parser's state and says what was meant.
States are named by example (`EXAMPLES`), never by number, so the table follows the grammar. No word of the parser's own reaches
the user.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from dsl4bes.diagnostics.codes import syntax as codes
from dsl4bes.diagnostics.model import Bag, Code
from dsl4bes.source import SourceFile
from dsl4bes.syntax.faults import RULES_IN_ORDER
from dsl4bes.syntax.faults.place import Finding, Place
from dsl4bes.syntax.lexer import Token
from dsl4bes.syntax.tables import ACTIONS, GOTOS, RULES

# Code ← a text whose last token but the newline is where that fault is noticed; the parser's state there stands for all
# texts with the same fault.
EXAMPLES: tuple[tuple[Code, str], ...] = (
    (codes.CHAINED_COMPARISON, "require a < b < c"),
    (codes.CHAINED_COMPARISON, "require a < b in c"),
    (codes.CHAINED_COMPARISON, "require a in b < c"),
    (codes.CHAINED_COMPARISON, "require a in b in c"),
    (codes.SECOND_COMPARISON, "energy < a < b"),
    (codes.SECOND_COMPARISON, "energy < a in b"),
    (codes.SECOND_COMPARISON, "energy < a and b"),
    (codes.SECOND_COMPARISON, "energy < a or b"),
    (codes.SECOND_COMPARISON, "energy in a < b"),
    (codes.SECOND_COMPARISON, "energy in a in b"),
    (codes.SECOND_COMPARISON, "energy in a and b"),
    (codes.SECOND_COMPARISON, "energy in a or b"),
)


@cache
def state_table() -> dict[tuple[int, str], Code]:
    """(state, terminal) → code, from the examples. Two examples of one place must agree."""
    from dsl4bes.syntax.from_tree import Builder
    from dsl4bes.syntax.lexer import lex
    from dsl4bes.syntax.parser import Parser

    table: dict[tuple[int, str], Code] = {}
    for code, text in EXAMPLES:
        source = SourceFile("<example>", text)
        bag = Bag()
        tokens = lex(source, bag)
        parser = Parser(source, tokens, bag, Builder(source, tokens, bag).actions)
        at = parser.advance(0)
        if at is None:
            raise AssertionError(f"the example {text!r} has no fault")
        key = (parser.states[-1], tokens.items[at][0])
        if table.setdefault(key, code) is not code:
            raise AssertionError(f"{code.name} and {table[key].name} are noticed at the same place")
    return table


def explain(
    source: SourceFile, tokens: list[Token], at: int, states: list[int], values: list[Any], bag: Bag
) -> None:
    """Add the diagnostic for the token `at`, which does not fit."""
    known = state_table().get((states[-1], tokens[at][0]))
    place = Place(source, tokens, at, states, values, known)
    for rule in RULES_IN_ORDER:
        finding = rule(place)
        if finding is not None:
            break
    else:
        finding = _unexpected(place)
    token = place.token
    span = finding.span or place.span(token if token[0] != "NEWLINE" else (*token[:3], token[2] + 1))
    bag.add(
        finding.code,
        finding.message,
        span,
        label=finding.label,
        related=finding.related,
        help=finding.help,
        fixes=finding.fixes,
    )


def _unexpected(place: Place) -> Finding:
    message = f"{place.written(place.token)} does not fit here"
    wanted = expected(place.states)
    help = f"expected {wanted}" if wanted else ""
    return Finding(codes.UNEXPECTED_TEXT, message, help)


# --- what would have fitted

_KINDS = (
    ("a value", {"NUMBER", "STRING", "SYMBOL"}),
    ("a name", {"NAME"}),
    ("a comparison", {"COMPARATOR"}),
    ("an operator", {"PLUS"}),
    ("`,`", {"COMMA"}),
    ("`)`", {"RPAR"}),
    ("`]`", {"RSQB"}),
    ("`do`", {"DO"}),
    ("`end`", {"END"}),
    ("the end of the line", {"NEWLINE"}),
)


def expected(states: list[int]) -> str:
    """What may follow, in words: `a value, "," or the end of the line`."""
    fitting = {terminal for terminal in ACTIONS[states[-1]] if _fits(states, terminal)}
    words = [word for word, kinds in _KINDS if kinds & fitting]
    if "a value" in words and "a name" in words:
        words.remove("a name")
    if "PERCENT" in fitting:
        words[words.index("a name")] = "a unit"
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1] if words else ""]))


def _fits(states: list[int], terminal: str) -> bool:
    """Whether the parser would take this terminal, tried on a copy of its states."""
    stack = list(states)
    while True:
        action = ACTIONS[stack[-1]].get(terminal)
        if action is None:
            return False
        if action >= 0:
            return True
        left, length, _ = RULES[~action]
        if left == "start":
            return True
        if length:
            del stack[-length:]
        stack.append(GOTOS[stack[-1]][left])
