"""Text → syntax tree: the LALR driver over the generated tables.

In: a `SourceFile` and a `Bag`. Out: a `Program`; after an error, the statements that were right; None if nothing is left.
Errors are worded in `errors.py`, nodes are made in `from_tree.py`. Nothing here raises on bad input or recurses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dsl4bes.diagnostics.model import Bag
from dsl4bes.source import SourceFile
from dsl4bes.syntax import ast
from dsl4bes.syntax.from_tree import Builder
from dsl4bes.syntax.lexer import Token, lex
from dsl4bes.syntax.tables import ACTIONS, GOTOS, RULES

Action = Callable[[list], Any]


def parse(source: SourceFile, bag: Bag) -> ast.Program | None:
    """The syntax tree of a file; what is wrong with it goes into `bag`.

    >>> from dsl4bes.diagnostics.model import Bag
    >>> from dsl4bes.source import SourceFile
    >>> parse(SourceFile("<doc>", "vr < 1 cm"), Bag()).statements[0].head.name
    'vr'
    """
    tokens = lex(source, bag)
    builder = Builder(source, tokens, bag)
    return run(tokens.items, builder.actions)


# (state below, left side, next terminal) → state: a reduction with the unit rules that follow it at once.
_JUMPS: dict[tuple[int, str, str], int] = {}


def _jump(below: int, left: str, terminal: str) -> int:
    """The state after reducing to `left`, and on through rules that only rename their one child."""
    state = GOTOS[below][left]
    while True:
        action = ACTIONS[state].get(terminal)
        if action is None or action >= 0:
            break
        name, length, act = RULES[~action]
        if act is not None or length != 1 or name == "start":
            break
        state = GOTOS[below][name]
    return state


def run(tokens: list[Token], actions: Mapping[str, Action]) -> Any:
    states = [0]
    values: list[Any] = []
    act_of = [None if name is None else actions[name] for _, _, name in RULES]
    table = ACTIONS
    jumps = _JUMPS
    state = 0
    for token in tokens:
        terminal = token[0]
        while True:
            action = table[state].get(terminal)
            if action is None:
                raise SyntaxError(f"{token} in {table[state]}")
            if action >= 0:
                state = action
                states.append(state)
                values.append(token)
                break
            left, length, _ = RULES[~action]
            act = act_of[~action]
            if length:
                if act is not None:
                    children = values[-length:]
                    del values[-length:]
                    values.append(act(children))
                del states[-length:]
            else:
                values.append(act([]))
            below = states[-1]
            key = (below, left, terminal)
            state = jumps.get(key)
            if state is None:
                if left == "start":
                    return values[-1]
                state = jumps[key] = _jump(below, left, terminal)
            states.append(state)
