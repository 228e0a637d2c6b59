"""Text → syntax tree: the LALR driver over the generated tables, with recovery.

In: a `SourceFile` and a `Bag`. Out: a `Program`; after errors, of the statements that were right; None if the text could not be
read at all. Errors are worded in `errors.py`, nodes made in `from_tree.py`. Nothing here raises on bad input or recurses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dsl4bes.diagnostics.codes import syntax as codes
from dsl4bes.diagnostics.model import Bag, Diagnostic
from dsl4bes.source import SourceFile, Span
from dsl4bes.syntax import ast, magnitude
from dsl4bes.syntax.from_tree import Builder
from dsl4bes.syntax.lexer import BROKEN, MAX_ERRORS, Tokens, lex, too_many
from dsl4bes.syntax.tables import ACTIONS, GOTOS, RULES

Action = Callable[[list], Any]


def parse(source: SourceFile, bag: Bag) -> ast.Program | None:
    """The syntax tree of a file; what is wrong with it goes into `bag`, in the order of the text.

    >>> from dsl4bes.diagnostics.model import Bag
    >>> from dsl4bes.source import SourceFile
    >>> parse(SourceFile("<doc>", "vr < 1 cm"), Bag()).statements[0].head.name
    'vr'
    """
    found = Bag()
    tokens = lex(source, found)
    program = None
    if not tokens.fatal:
        magnitude.too_large(source, tokens.items, found)
        builder = Builder(source, tokens, found)
        program = Parser(source, tokens, found, builder.actions).run()
    if program is not None and not program.statements and not found.has_errors:
        found.add(codes.EMPTY_PROGRAM, "this file has no statement", Span(0, 0, source), help=_EMPTY_HELP)
    bag.items.extend(sorted(found.items, key=_offset))
    return program


_EMPTY_HELP = "a program begins with a block, such as `event_selection do`"


def _offset(item: Diagnostic) -> int:
    return item.primary.span.start if item.primary else -1


# (state below, left side, next terminal) → state: a reduction with the unit rules that follow it at once. It only remembers
# what the tables say, so sharing it between runs is safe.
_JUMPS: dict[tuple[int, str, str], int] = {}


def _jump(below: int, left: str, terminal: str) -> int:
    """The state after reducing to `left`, and on through rules that only rename their one child."""
    state = GOTOS[below][left]
    while True:
        action = ACTIONS[state].get(terminal)
        if action is None or action >= 0:
            return state
        name, length, act = RULES[~action]
        if act is not None or length != 1:
            return state
        state = GOTOS[below][name]


class Parser:
    """One run over one list of tokens. `states[i + 1]` is the state after `values[i]`."""

    def __init__(self, source: SourceFile, tokens: Tokens, bag: Bag, actions: Mapping[str, Action]) -> None:
        self.source = source
        self.tokens = tokens.items
        self.bag = bag
        self.actions = [None if name is None else actions[name] for _, _, name in RULES]
        self.states = [0]
        self.values: list[Any] = []
        self.quiet_until = -1  # no errors are reported before this token
        self.closed_at = -1
        self.reported: set[int] = set()  # blocks with an error, by the offset behind their `do`
        self.errors = 0

    def run(self) -> Any:
        """The value of the start rule; None if there were too many errors."""
        at = 0
        while True:
            stopped = self.advance(at)
            if stopped is None:
                return self.values[-1]
            following = self._recover(stopped)
            if following is None:
                return None
            at = following

    def advance(self, at: int) -> int | None:
        """Shift and reduce from token `at` on; gives the index of a token that does not fit, None when all is accepted.

        (The number of tokens if they end without `$END`.)
        """
        states, values, act_of = self.states, self.values, self.actions
        table, jumps = ACTIONS, _JUMPS
        state = states[-1]
        tokens = self.tokens
        for index in range(at, len(tokens)):
            token = tokens[index]
            terminal = token[0]
            while True:
                action = table[state].get(terminal)
                if action is None:
                    return index
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
                    assert act is not None
                    values.append(act([]))
                if left == "start":
                    return None
                below = states[-1]
                key = (below, left, terminal)
                known = jumps.get(key)
                if known is None:
                    known = jumps[key] = _jump(below, left, terminal)
                state = known
                states.append(state)
        return len(tokens)

    # --- recovery

    def _recover(self, at: int) -> int | None:
        """Report the token at `at`, drop its statement, and give the token to go on from."""
        self._settle()
        tokens = self.tokens
        terminal = tokens[at][0]
        if terminal != BROKEN and at > self.quiet_until and not self._report(at):
            return None
        if terminal == "$END":
            return self._close_all(at)
        end = at
        while tokens[end][0] not in ("NEWLINE", "$END"):
            end += 1
        self.quiet_until = max(self.quiet_until, end if tokens[end][0] == "NEWLINE" else end - 1)
        if "NEWLINE" in ACTIONS[self.states[-1]] and tokens[at - 1][0] in ("DO", "END"):
            # text behind `do` or `end`: the line is done, unless the block ends on it
            closing = next((i for i in range(at, end) if tokens[i][0] == "END"), None)
            if closing is None or (tokens[at - 1][0] == "END" and closing != at):
                return end
            tokens[closing - 1 : closing] = [("NEWLINE", "\n", tokens[closing][2], tokens[closing][2])]
            return closing - 1
        return self._skip_line(at, end)

    def _settle(self) -> None:
        """Finish the statement whose line just ended: the table waits for a token that may follow it, any will do."""
        if not self.values or not _is(self.values[-1], "NEWLINE"):
            return
        tokens, self.tokens = self.tokens, [("NAME", "", 0, 0)]
        self.advance(0)
        self.tokens = tokens
        self.states.pop()
        self.values.pop()

    def _skip_line(self, at: int, end: int) -> int:
        """Drop the statement that the token at `at` broke; keep the block that its line opens or closes."""
        tokens = self.tokens
        while "statement" not in GOTOS[self.states[-1]]:
            self.states.pop()
            self.values.pop()
        begin = at
        while begin and tokens[begin - 1][0] != "NEWLINE":
            begin -= 1
        line = [token[0] for token in tokens[begin:end]]
        if tokens[end][0] == "$END":
            return end
        if "DO" in line and "END" not in line:
            place = tokens[begin + line.index("DO")]
            tokens[end - 1] = place
            if end - begin < 2:
                tokens.insert(end - 1, ("NAME", "", place[2], place[2]))
                return end - 1
            tokens[end - 2] = ("NAME", "", place[2], place[2])
            return end - 2
        if len(line) > 1 and line[-1] == "END" and "DO" not in line and self.closed_at != end:
            self.closed_at = end  # once: an `end` that closes nothing would be met again and again
            return end - 1
        return end + 1

    def _close_all(self, at: int) -> int:
        """At the end of the text: add an `end` for each open block."""
        while "statement" not in GOTOS[self.states[-1]]:
            self.states.pop()
            self.values.pop()
        offset = self.tokens[at][2]
        closing = [("END", "end", offset, offset), ("NEWLINE", "\n", offset, offset)]
        self.tokens[at:at] = closing * sum(1 for value in self.values if _is(value, "DO"))
        self.quiet_until = len(self.tokens)
        return at

    def _report(self, at: int) -> bool:
        """Word the error, at most one per block; False if there were too many."""
        block = self._block()
        if block in self.reported:
            return True
        if block >= 0:
            self.reported.add(block)
        self.errors += 1
        place = self.tokens[at]
        if self.errors > MAX_ERRORS:
            too_many(Span(place[2], place[3], self.source), self.bag)
            return False
        from dsl4bes.syntax.errors import explain  # loaded only when there is an error

        explain(self.source, self.tokens, at, self.states, self.values, self.bag)
        return True

    def _block(self) -> int:
        """The block around: the offset behind its `do`, -1 outside of all."""
        for value in reversed(self.values):
            if _is(value, "DO"):
                return value[3]
        return -1


def _is(value: Any, terminal: str) -> bool:
    return type(value) is tuple and len(value) == 4 and value[0] == terminal
