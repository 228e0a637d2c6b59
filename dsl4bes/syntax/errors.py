"""A token that does not fit → a diagnostic in the user's words.

In: the tokens, the place, and the states of the parser there. Out: one BES01xx diagnostic in the bag.
The rules below are tried in order; each looks at the token, its neighbours or the parser's state and says what was meant.
States are named by example (`EXAMPLES`), never by number, so the table follows the grammar. No word of the parser's own reaches
the user.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from dsl4bes.diagnostics.codes import syntax as codes
from dsl4bes.diagnostics.model import Bag, Code, Fix, Label
from dsl4bes.source import SourceFile, Span
from dsl4bes.syntax.layout import forgotten_do, forgotten_end
from dsl4bes.syntax.lexer import OPENING, Token
from dsl4bes.syntax.tables import ACTIONS, GOTOS, KEYWORDS, RULES

WORDS = frozenset(KEYWORDS.values())
OPERATORS = frozenset(
    {"PLUS", "MINUS", "STAR", "SLASH", "POWER", "AND", "OR", "NOT", "IN", "COMPARATOR", "PERCENT"}
)
ENDS_VALUE = frozenset({"NAME", "NUMBER", "STRING", "SYMBOL", "TRUE", "FALSE", "RPAR", "RSQB", "PERCENT"})
BEGINS_VALUE = frozenset(
    {"NAME", "CALL", "NUMBER", "STRING", "SYMBOL", "TRUE", "FALSE", "NOT", "LSQB", "LPAR"}
)
WANTS_VALUE = OPERATORS - {"PERCENT"} | OPENING | {"COMMA", "COLON", "EQUAL", "DOTS"}

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


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: the arguments of `Bag.add`. Without a span, the place is the token itself."""

    code: Code
    message: str
    help: str = ""
    span: Span | None = None
    label: str = ""
    related: tuple[Label, ...] = ()
    fixes: tuple[Fix, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Place:
    """Where the parser stopped, as the rules see it."""

    source: SourceFile
    tokens: list[Token]
    at: int
    states: list[int]
    values: list[Any]

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    @property
    def kind(self) -> str:
        return self.tokens[self.at][0]

    @property
    def previous(self) -> Token:
        """The token before; at the start of the file, a newline."""
        return self.back(1)

    def back(self, steps: int) -> Token:
        index = self.at - steps
        return self.tokens[index] if index >= 0 else ("NEWLINE", "\n", 0, 0)

    @property
    def following(self) -> Token:
        return self.tokens[min(self.at + 1, len(self.tokens) - 1)]

    @property
    def glued(self) -> bool:
        """Whether the token follows the one before without a blank."""
        return self.previous[3] == self.token[2]

    @property
    def open_bracket(self) -> Token | None:
        """The innermost bracket of this statement that is still open."""
        for value in reversed(self.values):
            if type(value) is tuple and len(value) == 4 and isinstance(value[0], str):
                if value[0] in OPENING:
                    return value
                if value[0] == "NEWLINE":
                    return None
        return None

    def span(self, first: Token, last: Token | None = None) -> Span:
        length = len(self.source.text)
        end = (last or first)[3]
        return Span(min(first[2], length), min(end, length), self.source)

    def written(self, token: Token) -> str:
        """A token as the user calls it."""
        kind, text = token[0], token[1]
        if kind == "NEWLINE":
            return "the end of the line"
        if kind == "$END":
            return "the end of the file"
        return f"`{text if len(text) <= 30 else text[:27] + '...'}`"


def explain(
    source: SourceFile, tokens: list[Token], at: int, states: list[int], values: list[Any], bag: Bag
) -> None:
    """Add the diagnostic for the token `at`, which does not fit."""
    place = Place(source, tokens, at, states, values)
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


# --- signs of other languages


def _foreign_operator(place: Place) -> Finding | None:
    signs = ("EQUAL", "COMPARATOR")
    if place.kind not in signs:
        return None
    first, last = place.previous, place.token
    if first[0] not in signs or not place.glued:
        first, last = place.token, place.following
    if last[0] not in signs or first[3] != last[2]:
        return None
    pair = first[1] + last[1]
    meant = {"=<": "<=", "=>": ">=", "<>": "!=", "===": "==", "!==": "!="}.get(pair)
    if meant is None:
        return None
    span = place.span(first, last)
    return Finding(
        codes.FOREIGN_OPERATOR,
        f"`{pair}` is not an operator",
        f"write `{meant}`",
        span,
        fixes=(Fix(span, meant, f"write `{meant}`"),),
    )


def _decay(place: Place) -> Finding | None:
    if place.token[1][:1] != ">" or place.previous[0] != "MINUS" or not place.glued:
        return None
    begin = place.at - 1
    while begin and place.tokens[begin - 1][0] not in ("NEWLINE", "COMMA", "LPAR"):
        begin -= 1
    if place.tokens[begin - 1][0] == "NEWLINE" or not begin:
        begin += 1  # the field's name stays outside of the quotes
    end = place.at
    while place.tokens[end + 1][0] not in ("NEWLINE", "COMMA", "$END", "DO", "BROKEN"):
        end += 1
    span = place.span(place.tokens[min(begin, place.at - 1)], place.tokens[end])
    fixes = () if '"' in span.text else (Fix(span, f'"{span.text}"', "put the decay in quotes"),)
    help = 'a decay is a string: `decay "J/psi -> pi+ pi-"`'
    return Finding(codes.DECAY_WITHOUT_QUOTES, "this decay is not in quotes", help, span, fixes=fixes)


def _bare_particle(place: Place) -> Finding | None:
    sign, name = place.previous, place.back(2)
    if sign[0] not in ("PLUS", "MINUS") or name[0] != "NAME" or name[3] != sign[2]:
        return None
    if place.glued and place.kind in BEGINS_VALUE:
        return None
    span = place.span(name, sign)
    help = f'write the short name (`:pip`, `:km`) or a string: `"{span.text}"`'
    fix = Fix(span, f'"{span.text}"', "put the particle in quotes")
    return Finding(
        codes.BARE_PARTICLE, f"`{span.text}` reads as a formula that breaks off", help, span, fixes=(fix,)
    )


# --- lines and blocks


def _missing_end(place: Place) -> Finding | None:
    if place.kind != "$END":
        return None
    opened = forgotten_end(place.source, place.tokens[: place.at])
    if opened is None:
        return None
    head, reached = opened
    related = (
        () if reached is None else (Label(place.span(reached), "the line where it should have ended before"),)
    )
    name = (
        f"the block {place.written(head)}" if head[1] else "this block"
    )  # a head that was wrong has no name
    message = f"{name} is never closed"
    return Finding(codes.MISSING_END, message, "every `do` has its `end`", place.span(head), related=related)


def _extra_end(place: Place) -> Finding | None:
    if place.kind != "END" or place.previous[0] != "NEWLINE":
        return None
    head = forgotten_do(place.source, place.tokens[: place.at])
    if head is None:
        fix = Fix(place.span(place.token), "", "remove it")
        return Finding(
            codes.EXTRA_END,
            "this `end` closes nothing",
            "remove it, or find the `do` it belongs to",
            fixes=(fix,),
        )
    first, last = head
    at = Span(last[3], last[3], place.source)
    return Finding(
        codes.MISSING_DO,
        f"the block {place.written(first)} has no `do`",
        "a line that opens a block ends with `do`",
        place.span(first, last),
        related=(Label(place.span(place.token), "so this `end` closes nothing"),),
        fixes=(Fix(at, " do", "add `do`"),),
    )


def _after_do(place: Place) -> Finding | None:
    if place.previous[0] == "DO":
        if place.kind == "END":
            return _end_not_alone(place)
        help = "the statements of a block begin on the next line"
        return Finding(codes.TEXT_AFTER_DO, "nothing but a comment may follow `do` on its line", help)
    if place.previous[0] == "END" or (place.kind == "END" and place.previous[0] != "NEWLINE"):
        return _end_not_alone(place)
    return None


def _end_not_alone(place: Place) -> Finding:
    return Finding(
        codes.END_NOT_ALONE,
        "`end` stands alone on its line",
        "move it, or what stands beside it, to another line",
    )


def _line_start(place: Place) -> Finding | None:
    if place.previous[0] != "NEWLINE":
        return None
    written = place.written(place.token)
    if place.kind in ("RPAR", "RSQB"):
        return _unopened(place)
    if place.kind in OPERATORS - {"NOT", "IN"} or place.kind in ("COMMA", "DOT", "DOTS", "EQUAL"):
        help = "a statement ends with its line; put a formula in brackets to write it on several lines"
        return Finding(codes.LINE_CONTINUED, f"a line cannot begin with {written}", help)
    if place.kind in WORDS:
        return Finding(
            codes.RESERVED_WORD,
            f"{written} is a word of the language, not a field",
            "a line begins with a name",
        )
    help = "a line begins with the name of a block or a field; a formula stands behind `let` or `require`"
    return Finding(codes.LINE_WITHOUT_FIELD, f"a line cannot begin with {written}", help)


def _formula_as_line(place: Place) -> Finding | None:
    """`a * b` as a statement: the first word of a line is a field."""
    if place.back(2)[0] != "NEWLINE" or place.previous[0] != "NAME":
        return None
    if place.kind in ("STAR", "SLASH", "POWER", "AND", "OR"):
        help = "the first word of a line is a field; a formula stands behind `let` or `require`"
        return Finding(codes.LINE_WITHOUT_FIELD, "a formula cannot stand alone on a line", help)
    if place.kind == "COLON":
        return _colon_after_field(place)
    return None


def _colon_after_field(place: Place) -> Finding:
    span = place.span(place.token)
    symbol = place.following[2] == place.token[3] and place.following[0] == "NAME"
    text = " :" if symbol else ""
    if not symbol and place.following[2] == place.token[3] and place.following[0] not in ("NEWLINE", "$END"):
        text = " "
    name = place.previous[1]
    help = (
        f"write `{name} :{place.following[1]}`"
        if symbol
        else f"write `{name}` and its values without a colon"
    )
    if place.following[0] in ("NEWLINE", "DO"):
        help = f"a block is written `{name} do ... end`"
    message = "the first word of a line takes no colon"
    return Finding(codes.COLON_AFTER_FIELD, message, help, fixes=(Fix(span, text, help),))


def _continued(place: Place) -> Finding | None:
    if place.kind != "NEWLINE":
        return None
    last = place.previous
    if last[0] != "COMMA" and last[0] not in OPERATORS - {"COMPARATOR", "IN"}:
        return None
    help = "a statement ends with its line; inside brackets it may go on: `name(a,` ... `b)`"
    if last[0] == "COMMA":
        help = "a statement ends with its line: write its values on one line, or remove the comma"
    message = f"the line ends with {place.written(last)}, but a statement does not go on after its line"
    return Finding(codes.LINE_CONTINUED, message, help, place.span(last))


# --- brackets


def _unopened(place: Place) -> Finding:
    message = f"{place.written(place.token)} closes a bracket that nothing opened"
    return Finding(codes.UNOPENED_BRACKET, message, "remove it, or open the bracket where the formula begins")


def _bracket(place: Place) -> Finding | None:
    if place.kind not in ("RPAR", "RSQB"):
        return None
    opened = place.open_bracket
    if opened is None:
        return _unopened(place)
    wanted = "]" if opened[0] == "LSQB" else ")"
    if wanted != place.token[1] and place.previous[0] in ENDS_VALUE:
        span = place.span(place.token)
        return Finding(
            codes.UNOPENED_BRACKET,
            f"{place.written(place.token)} closes a bracket that was opened as `{opened[1][-1]}`",
            f"write `{wanted}`",
            related=(Label(place.span(opened), "opened here"),),
            fixes=(Fix(span, wanted, f"write `{wanted}`"),),
        )
    return None


def _detached(place: Place) -> Finding | None:
    if place.kind != "LPAR" or place.previous[0] != "NAME":
        return None
    gap = Span(place.previous[3], place.token[2], place.source)
    name = place.previous[1]
    message = f"a blank stands between `{name}` and its bracket"
    fix = Fix(gap, "", f"write `{name}(`")
    help = f"a call is written `{name}(...)`"
    return Finding(
        codes.DETACHED_BRACKET, message, help, place.span(place.previous, place.token), fixes=(fix,)
    )


def _index(place: Place) -> Finding | None:
    if place.kind != "LSQB" or place.previous[0] not in ("NAME", "RPAR", "RSQB"):
        return None
    help = "candidates have names: `gam1` is the first of `gam`; `for name do ... end` runs over all"
    return Finding(codes.INDEX_BRACKETS, "the language has no index in square brackets", help)


# --- values


def _single_equals(place: Place) -> Finding | None:
    if place.kind != "EQUAL":
        return None
    if place.previous[0] in WORDS:
        return _reserved_key(place)
    fix = Fix(place.span(place.token), "==", "write `==`")
    help = "write `==` to compare; `let name = formula` gives a formula a name"
    return Finding(codes.SINGLE_EQUALS, "a single `=` does not compare", help, fixes=(fix,))


def _reserved_key(place: Place) -> Finding:
    written = place.written(place.previous)
    help = "use another name"
    return Finding(
        codes.RESERVED_WORD,
        f"{written} is a word of the language, not a name",
        help,
        place.span(place.previous),
    )


def _reserved(place: Place) -> Finding | None:
    if place.kind == "COLON" and place.previous[0] in WORDS:
        return _reserved_key(place)
    if place.kind in WORDS and place.previous[0] == "DOT":
        return Finding(
            codes.RESERVED_WORD,
            f"{place.written(place.token)} is a word of the language, not a name",
            "use another name",
        )
    return None


def _known_state(place: Place) -> Finding | None:
    code = state_table().get((place.states[-1], place.kind))
    if code is codes.CHAINED_COMPARISON:
        help = "write a range: `m(a, b) in 0.11..0.15`, or two comparisons with `and`"
        return Finding(code, "a comparison cannot be compared again", help)
    if code is codes.SECOND_COMPARISON:
        help = "a field takes one: use a range `low..high`, a second line, or `require` with a formula"
        return Finding(code, "this field already has its comparison", help)
    return None


def _number(place: Place) -> Finding | None:
    token, last = place.token, place.previous
    if place.kind == "DOT" and last[0] == "NUMBER":
        span = place.span(last, token)
        fix = Fix(span, last[1] + ".0", "add a zero")
        return Finding(
            codes.INCOMPLETE_NUMBER,
            f"`{span.text}` has no digit behind its point",
            f"write `{fix.text}`",
            span,
            fixes=(fix,),
        )
    if last[0] == "DOTS" and place.glued:
        return _three_points(place)
    point, digits = (token, place.following) if place.kind == "DOT" else (last, token)
    before = place.tokens[place.tokens.index(point) - 1]
    named = before[0] == "NAME" and before[3] == point[2]
    if point[0] == "DOT" and digits[0] == "NUMBER" and point[3] == digits[2] and not named:
        span = place.span(point, digits)
        fix = Fix(place.span(point), "0.", "add a zero")
        return Finding(
            codes.INCOMPLETE_NUMBER,
            f"`{span.text}` has no digit before its point",
            f"write `0{span.text}`",
            span,
            fixes=(fix,),
        )
    return None


def _three_points(place: Place) -> Finding | None:
    if place.kind != "DOT":
        return None
    fix = Fix(place.span(place.token), "", "write `..`")
    span = place.span(place.previous, place.token)
    return Finding(codes.OPEN_RANGE, "a range is written with two points", "write `..`", span, fixes=(fix,))


def _range(place: Place) -> Finding | None:
    if place.kind == "DOTS" and place.previous[0] in ENDS_VALUE and place.back(2)[0] != "NEWLINE":
        return Finding(codes.OPEN_RANGE, "a range has two ends, no more", "write `low..high`")
    if place.kind == "DOTS":
        return Finding(
            codes.OPEN_RANGE, "this range has no lower end", "write `low..high`, or a comparison: `<= high`"
        )
    if place.previous[0] == "DOTS":
        help = "write `low..high`, or a comparison: `>= low`"
        return Finding(codes.OPEN_RANGE, "this range has no upper end", help, place.span(place.previous))
    return None


def _method(place: Place) -> Finding | None:
    if place.kind != "CALL" or place.previous[0] != "DOT":
        return None
    name = place.token[1]
    help = f"functions stand in front of what they take: `{name}...)`"
    return Finding(codes.METHOD_CALL, "a function is not called with a point", help)


def _percent(place: Place) -> Finding | None:
    if place.kind != "PERCENT" and not (place.previous[0] == "PERCENT" and place.kind in BEGINS_VALUE):
        return None
    return Finding(
        codes.PERCENT_OPERATOR,
        "`%` is the unit of a number, not an operator",
        "write `mod(a, b)` for the remainder",
    )


def _missing_value(place: Place) -> Finding | None:
    if place.previous[0] not in WANTS_VALUE or place.kind in BEGINS_VALUE:
        return None
    last = place.written(place.previous)
    message = f"a value is missing between {last} and {place.written(place.token)}"
    span = None if place.kind != "NEWLINE" else place.span(place.previous)
    help = "write it, or remove the sign"
    if place.kind in ("COMPARATOR", "IN") and place.previous[0] in ("AND", "OR", "NOT"):
        help = "every comparison names what it compares: `a > 1 and a < 2`; or write a range: `a in 1..2`"
    return Finding(codes.MISSING_VALUE, message, help, span)


def _comma(place: Place) -> Finding | None:
    if place.kind != "COMMA":
        return None
    opened = place.open_bracket
    if opened is not None and opened[0] == "LPAR":
        help = "a list is written `[a, b]`, a call with its name glued to the bracket"
        return Finding(codes.UNEXPECTED_TEXT, "brackets hold one formula, not several", help)
    if place.back(2)[0] == "NEWLINE":
        help = f"write `{place.previous[1]} value, value`"
        return Finding(codes.UNEXPECTED_TEXT, "the first value of a field follows without a comma", help)
    return None


def _missing_comma(place: Place) -> Finding | None:
    if place.previous[0] not in ENDS_VALUE or place.kind not in BEGINS_VALUE:
        return None
    last, token = place.written(place.previous), place.written(place.token)
    if place.kind == "NOT":
        help = "write `not (a in b)`"
        return Finding(codes.UNEXPECTED_TEXT, "`not` stands in front of what it denies", help)
    help = "values are separated by commas; every statement has its own line"
    if place.back(2)[1] == "let":
        help = f"write `let {place.previous[1]} = ...`"
        return Finding(codes.UNEXPECTED_TEXT, f"{token} does not fit behind a name that `let` makes", help)
    gap = Span(place.previous[3], place.previous[3], place.source)
    fix = Fix(gap, ",", "add a comma")
    return Finding(codes.MISSING_COMMA, f"a comma is missing between {last} and {token}", help, fixes=(fix,))


def _unexpected(place: Place) -> Finding:
    message = f"{place.written(place.token)} does not fit here"
    wanted = expected(place.states)
    help = f"expected {wanted}" if wanted else ""
    return Finding(codes.UNEXPECTED_TEXT, message, help)


Rule = Callable[[Place], "Finding | None"]

RULES_IN_ORDER: tuple[Rule, ...] = (
    _foreign_operator,
    _decay,
    _bare_particle,
    _missing_end,
    _extra_end,
    _after_do,
    _line_start,
    _reserved,
    _formula_as_line,
    _continued,
    _number,
    _single_equals,
    _known_state,
    _bracket,
    _detached,
    _index,
    _method,
    _percent,
    _range,
    _missing_value,
    _comma,
    _missing_comma,
)


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
