"""Makes `tables.py`, the parser's tables, from the grammar: `python -m dsl4bes.syntax.build_tables [--check]`.

In: `grammar/dsl4bes.lark`. Out: Python literals: terminals, rules and LALR actions, numbered the same way every time.
Lark is imported here and in tests only; a user's run loads the literals, which costs a tenth of importing Lark.
"""

from __future__ import annotations

import logging
import re
import sys
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from dsl4bes.assets import grammar_path

if TYPE_CHECKING:
    from lark import Lark
    from lark.grammar import Rule

TABLES = Path(__file__).with_name("tables.py")
_PREFIX = re.compile(r"^[a-z]+__(?=[a-z])")

_HEADER = '''"""The parser's tables. Generated from grammar/ by `python -m dsl4bes.syntax.build_tables`; do not edit.

`KEYWORDS` and `PUNCTUATION`: text -> terminal; `PATTERNS`: terminal -> regular expression, in the order to try.
`RULES`: left side, length, action (None: the one child itself). `ACTIONS[state][terminal]`: a state to shift to, or ~rule to
reduce. `GOTOS[state][left side]`: the state after a reduction.
"""

# fmt: off
'''


class GrammarError(RuntimeError):
    """The grammar is not LALR(1), or uses something the tables cannot hold."""


def load_grammar() -> Lark:
    """The grammar as a Lark object (basic lexer, no post-lexer); a conflict is an error."""
    from lark import Lark, logger

    messages: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: messages.append(record.getMessage())  # type: ignore[method-assign]
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        grammar = Lark.open(
            str(grammar_path()), parser="lalr", lexer="basic", debug=True, maybe_placeholders=False
        )
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    conflicts = [message for message in messages if "conflict" in message.lower()]
    if conflicts:
        raise GrammarError("\n".join(conflicts))
    return grammar


def tables_text() -> str:
    """The text of `tables.py` for the grammar as it is."""
    grammar = load_grammar()
    keywords, punctuation, patterns = _terminals(grammar)
    rules, actions, gotos = _automaton(grammar)
    parts = [_HEADER]
    parts += ["KEYWORDS = " + _literal(keywords), "PUNCTUATION = " + _literal(punctuation)]
    parts += ["PATTERNS = " + _literal(patterns), "RULES = " + _lines(rules)]
    parts += ["ACTIONS: tuple[dict[str, int], ...] = " + _lines(actions)]
    parts += ["GOTOS: tuple[dict[str, int], ...] = " + _lines(gotos)]
    return parts[0] + "\n".join(parts[1:]) + "\n"


def _terminals(grammar: Lark) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Keywords, punctuation and patterns. A keyword is a fixed text that a name could also be."""
    from lark.lexer import PatternStr

    keywords: dict[str, str] = {}
    punctuation: dict[str, str] = {}
    patterns: dict[str, str] = {}
    for terminal in sorted(grammar.terminals, key=lambda t: (-t.priority, t.name)):
        if terminal.name in grammar.ignore_tokens:
            continue
        if isinstance(terminal.pattern, PatternStr):
            text = terminal.pattern.value
            (keywords if text.isalpha() else punctuation)[text] = str(terminal.name)
        else:
            patterns[str(terminal.name)] = terminal.pattern.to_regexp()
    return keywords, punctuation, patterns


def _automaton(
    grammar: Lark,
) -> tuple[list[tuple[str, int, str | None]], list[dict[str, int]], list[dict[str, int]]]:
    """Rules, actions and gotos, states numbered breadth first from the start, so the order never depends on Lark's."""
    from lark.parsers.lalr_analysis import Shift

    table = grammar.parser.parser._parse_table
    rules = list(grammar.rules)
    terminals = {str(terminal.name) for terminal in grammar.terminals} | {"$END"}
    number_of = {rule: index for index, rule in enumerate(rules)}
    start = table.start_states["start"]
    numbers = {start: 0}
    queue = deque([start])
    actions: list[dict[str, int]] = []
    gotos: list[dict[str, int]] = []
    while queue:
        row = table.states[queue.popleft()]
        action: dict[str, int] = {}
        goto: dict[str, int] = {}
        for name in sorted(row, key=str):
            kind, target = row[name]
            if kind is not Shift:
                action[str(name)] = ~number_of[target]
                continue
            if target not in numbers:
                numbers[target] = len(numbers)
                queue.append(target)
            (action if str(name) in terminals else goto)[_plain(name)] = numbers[target]
        actions.append(action)
        gotos.append(goto)
    return [_rule(rule) for rule in rules], actions, gotos


def _rule(rule: Rule) -> tuple[str, int, str | None]:
    origin = _plain(rule.origin.name)
    length = len(rule.expansion)
    if origin.startswith("__"):  # what Lark makes of `x*`: the first item of a list, or one more
        more = rule.expansion[0].name == rule.origin.name
        return origin, length, "more" if more else "first"
    if rule.alias is None and rule.options.expand1 and length == 1:
        return origin, length, None
    return origin, length, _plain(rule.alias or origin)


def _plain(name: str) -> str:
    """A name without the prefix that Lark gives to what an imported file names itself."""
    return _PREFIX.sub("", str(name))


def _literal(mapping: dict[str, str]) -> str:
    return "{\n" + "".join(f"    {key!r}: {value!r},\n" for key, value in mapping.items()) + "}"


def _lines(rows: list) -> str:
    return "(\n" + "".join(f"    {row!r},\n" for row in rows) + ")"


def main(arguments: list[str]) -> int:
    """Write the tables; with `--check` only say whether they are up to date (exit 1 if not)."""
    text = tables_text()
    current = TABLES.read_text(encoding="utf-8") if TABLES.exists() else ""
    if "--check" in arguments:
        return 0 if text == current else 1
    if text != current:
        TABLES.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
