"""The tokens of C++, read as a compiler reads them: the longest that fits.

In: code without comments. Out: `Token`s, findings about brackets, and the text that is given to the parser. tree-sitter does not know which names are
templates or types and guesses `a < b || c > (d)` to be a call of a template `a<...>`, and `T p(a, b)` to declare a function. Both are said to it here,
in the same places: a `<` that compares becomes `>`, and brackets of a constructor become braces. Nothing is decided about the code here.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from dsl4bes.unknown.policy.finding import Finding
from dsl4bes.unknown.policy.rules import Rule
from dsl4bes.unknown.policy.types import SIMPLE

MAX_BRACKETS = 40

_TOKEN = re.compile(
    r"""(?P<word>[A-Za-z_]\w*) | (?P<number>\.?\d(?:[eEpP][+-]|[\w.])*) | (?P<quoted>"(?:[^"\\\n]|\\.)*"? | '(?:[^'\\\n]|\\.)*'?)
    | (?P<sign>\.\.\.|->\*|<<=|>>=|<=>|::|\.\*|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%^&|]=|\#\#|[^\s\w]) | (?P<other>\w)""",
    re.VERBOSE | re.ASCII,
)
_PAIRS = {")": "(", "]": "[", "}": "{"}
#: After these names a `<` opens the arguments of a template.
_TEMPLATES = {"vector", "pair", "static_cast", "const_cast", "reinterpret_cast", "dynamic_cast"}
_BUILT_IN = {"bool", "int", "long", "unsigned", "float", "double", "char", "short", "signed"}


@dataclass(frozen=True, slots=True)
class Token:
    """A token; `start` counts from the beginning of the code."""

    kind: str
    text: str
    start: int
    line: int
    column: int


def tokens(code: str) -> list[Token]:
    """All tokens in order.

    >>> [token.text for token in tokens("a+++b>>1.5e-3")]
    ['a', '++', '+', 'b', '>>', '1.5e-3']
    """
    found = []
    line, begin = 1, 0
    last = 0
    for match in _TOKEN.finditer(code):
        newlines = code.count("\n", last, match.start())
        if newlines:
            line, begin = line + newlines, code.rfind("\n", last, match.start()) + 1
        last = match.start()
        found.append(Token(match.lastgroup or "", match.group(), match.start(), line, match.start() - begin + 1))
    return found


def brackets(found: list[Token]) -> list[Finding]:
    """Brackets that do not pair up, or nest too deep: whatever a parser makes of it, the body cannot leave its function."""
    stack: list[Token] = []
    findings: list[Finding] = []
    for token in found:
        if token.text in _PAIRS.values():
            stack.append(token)
            if len(stack) == MAX_BRACKETS + 1:
                findings.append(Finding(Rule.NESTING, token.line, token.column, f"brackets are more than {MAX_BRACKETS} deep"))
        elif token.text in _PAIRS:
            if not stack or stack[-1].text != _PAIRS[token.text]:
                message = f"`{token.text}` closes nothing that the body opened" if not stack else f"`{token.text}` does not close `{stack[-1].text}`"
                return [*findings, Finding(Rule.BRACKETS, token.line, token.column, message, "the body is what stands between the braces of the function")]
            stack.pop()
    if stack:
        findings.append(Finding(Rule.BRACKETS, stack[-1].line, stack[-1].column, f"`{stack[-1].text}` is not closed"))
    return findings


def for_parser(code: str, found: list[Token], structs: Collection[str]) -> str:
    """`code` with the two hints for the parser; every token keeps its place."""
    text = list(code)
    opens: set[int] = set()
    for i, token in enumerate(found):
        if token.text == "<" and (_is_template(found, i) or i - 2 in opens):
            opens.add(i)
    closes = _closing_angles(found, opens)
    for i, token in enumerate(found):
        if token.text == "<" and i not in opens:
            text[token.start] = ">"
    made: set[int] = set()  # the closing brackets of constructors
    for i, token in enumerate(found):
        if token.text == "(" and _constructs(found, i, structs, closes, made):
            end = _closing(found, i)
            if end is not None:
                text[token.start], text[found[end].start] = "{", "}"
                made.add(end)
    return "".join(text)


def _is_template(found: list[Token], i: int) -> bool:
    if i == 0 or found[i - 1].kind != "word":
        return False
    return found[i - 1].text in _TEMPLATES or (i > 1 and found[i - 2].text == "::")


def _closing_angles(found: list[Token], opens: set[int]) -> set[int]:
    """The tokens that end a template's arguments."""
    closes: set[int] = set()
    for start in opens:
        depth = 0
        for i in range(start, min(len(found), start + 60)):
            depth += {"<": 1, ">": -1, ">>": -2}.get(found[i].text, 0)
            if depth <= 0:
                closes.add(i)
                break
            if found[i].text in (";", "{"):
                break
    return closes


def _constructs(found: list[Token], i: int, structs: Collection[str], closes: set[int], made: set[int]) -> bool:
    """Whether the bracket follows `Type name`, or `, name` after such a one, and holds values."""
    if i < 2 or i + 1 >= len(found) or found[i - 1].kind != "word" or found[i + 1].text == ")":
        return False
    before = found[i - 2]
    goes_on = before.text == "," and i - 3 in made
    if not (goes_on or i - 2 in closes or before.text in SIMPLE or before.text in structs or before.text in _BUILT_IN):
        return False
    if found[i - 1].text in _BUILT_IN or found[i - 1].text == "operator":
        return False
    first, second = found[i + 1], found[i + 2] if i + 2 < len(found) else found[i + 1]
    is_type = first.text in _BUILT_IN or first.text in structs or first.text in SIMPLE or first.text == "const"
    return not (is_type and (second.kind == "word" or second.text in ("&", "*", ",", ")")))


def _closing(found: list[Token], start: int) -> int | None:
    depth = 0
    for i in range(start, len(found)):
        if found[i].text in _PAIRS.values():
            depth += 1
        elif found[i].text in _PAIRS:
            depth -= 1
            if not depth:
                return i if found[i].text == ")" else None
    return None
