"""Text → tokens, with comments and blank lines kept aside.

In: a `SourceFile`. Out: `Tokens`: tuples (terminal, text, start, end) as the grammar names them, ended by `$END`.
Newlines inside brackets are dropped here. What begins no token is repaired or its line marked `BROKEN`, with a diagnostic
(`characters.py` words it); nothing is raised, and the text is never edited (a newline is appended to a copy).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from dsl4bes.diagnostics.codes import syntax as codes
from dsl4bes.diagnostics.model import Bag, Code, Fix, Label
from dsl4bes.source import SourceFile, Span
from dsl4bes.syntax.ast import Comment
from dsl4bes.syntax.tables import KEYWORDS, PATTERNS, PUNCTUATION

if TYPE_CHECKING:
    from dsl4bes.syntax.characters import Repair

Token = tuple[str, str, int, int]

OPENING = frozenset({"CALL", "LPAR", "LSQB"})
CLOSING = frozenset({"RPAR", "RSQB"})
BROKEN = "BROKEN"  # stands for text that was already reported; the parser skips its line

MAX_CHARACTERS = 1_000_000  # about 30,000 lines; the longest selections are some hundred
MAX_TOKENS = 300_000  # as many as that text has, about
MAX_LINE = 20_000
MAX_LINES = 100_000
MAX_ERRORS = 40  # reports after which a text is no program of this language
MAX_REPAIRS = 400  # characters to replace, of which each kind is one report
MAX_PLACES = 20_000  # of one sign that one run of --fix replaces
MAX_BRACKETS = 60  # deeper ones would make the passes behind the parser run out of stack
MAX_BRACKET_LINES = 300  # an open bracket after so many lines was forgotten
MAX_BLOCKS = 40
MAX_RESTARTS = 20  # how often unclosed brackets make the lexer go back

# What a line inside brackets may end with and still go on; after anything else the bracket was forgotten.
_GOES_ON = OPENING | {
    "COMMA",
    "PLUS",
    "MINUS",
    "STAR",
    "SLASH",
    "POWER",
    "COMPARATOR",
    "COLON",
    "EQUAL",
    "DOTS",
}
_GOES_ON |= {"AND", "OR", "NOT", "IN"}
# Signs that do harm even in comments and strings, looked for in the whole text.
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
LONE_RETURN = re.compile(r"\r(?!\n)")
DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LAST_DO = re.compile(r"(?<![A-Za-z0-9_])do[ \t]*(?:#[^\n]*)?(?=\r?\n)")


@dataclass(frozen=True, slots=True)
class Trivia:
    """Comment lines before a token, and whether an empty line stands straight before it."""

    comments: tuple[Comment, ...]
    blank: bool


@dataclass(slots=True)
class Tokens:
    """`items`; `before`: trivia by the offset of the token they precede; `inside`: comments within brackets, by the offset
    of the newline that ends their statement; `fatal`: the text was not read to its end."""

    items: list[Token]
    before: dict[int, Trivia] = field(default_factory=dict)
    inside: dict[int, tuple[Comment, ...]] = field(default_factory=dict)
    fatal: bool = False


@cache
def scanner() -> re.Pattern[str]:
    """One regular expression for all terminals; the last alternative takes any character that begins none."""
    names = sorted(PATTERNS, key=lambda name: name != "CALL")
    groups = [f"(?P<{name}>{PATTERNS[name]})" for name in names]
    marks = sorted(PUNCTUATION, key=lambda mark: (-len(mark), mark))
    groups.append("(?P<PUNCTUATION>" + "|".join(re.escape(mark) for mark in marks) + ")")
    return re.compile(r"[ \t]*(?:" + "|".join(groups) + "|(?P<STRANGE>.))")


def lex(source: SourceFile, bag: Bag) -> Tokens:
    """All tokens of a file; what is wrong with its characters goes into `bag`."""
    if not _readable(source, bag):
        return Tokens([], fatal=True)
    return _Lexer(source, bag).run()


def _readable(source: SourceFile, bag: Bag) -> bool:
    """Whether the text is one at all; signs that do harm even in comments are reported here."""
    text = source.text
    if len(text) > MAX_CHARACTERS:
        message = f"this file has {len(text):,} characters; a program has at most {MAX_CHARACTERS:,}"
        help = "is it a data file? split a program with `include`"
        bag.add(codes.FILE_TOO_LARGE, message, Span(0, 0, source), help=help)
        return False
    longest = max(text.splitlines(), key=len, default="")
    if len(longest) > MAX_LINE:
        at = text.index(longest)
        message = f"this line has {len(longest):,} characters; a program has at most {MAX_LINE:,} in a line"
        bag.add(codes.FILE_TOO_LARGE, message, Span(at, at, source), help="is it a data file?")
        return False
    lines = text.count("\n") + text.count("\r")  # at most twice too many
    if lines > 2 * MAX_LINES:
        message = f"this file has about {lines:,} lines; a program has at most {MAX_LINES:,}"
        bag.add(codes.FILE_TOO_LARGE, message, Span(0, 0, source), help="is it a data file?")
        return False
    control = CONTROL.search(text)
    if control is not None:
        message = f"the text has a control character (U+{ord(control[0]):04X}), as binary files do"
        bag.add(
            codes.BINARY_FILE,
            message,
            Span(control.start(), control.end(), source),
            help="give a `.bes` file",
        )
        return False
    message = "an invisible sign here changes the direction of the text"
    _report_everywhere(source, bag, DIRECTION, "", codes.HIDDEN_DIRECTION, message, "remove it")
    message = "a line ends with a carriage return alone"
    _report_everywhere(source, bag, LONE_RETURN, "\n", codes.CARRIAGE_RETURN, message, "write line feeds")
    return True


def too_many(place: Span, bag: Bag) -> None:
    """Say that the text is not read on."""
    bag.add(codes.TOO_MANY_ERRORS, "the rest was not read", place, help="is it a program of this language?")


def _report_everywhere(
    source: SourceFile, bag: Bag, sign: re.Pattern[str], text: str, code: Code, message: str, help: str
) -> None:
    """One diagnostic for a sign that stands somewhere, in comments and strings too; its fix replaces all by `text`."""
    matches = islice(sign.finditer(source.text), MAX_PLACES)
    places = [Span(match.start(), match.end(), source) for match in matches]
    if places:
        _report_all(bag, code, message, help, places, tuple(Fix(place, text) for place in places))


def _report_all(
    bag: Bag, code: Code, message: str, help: str, places: list[Span], fixes: tuple[Fix, ...]
) -> None:
    """One diagnostic for all places of one fault."""
    count = len(places) - 1
    more = f" (and at {count} more place{'s' if count > 1 else ''})" if count else ""
    related = tuple(Label(place, "here too") for place in places[1:4])
    bag.add(code, message + more, places[0], help=help, related=related, fixes=fixes)


class _Lexer:
    """State of one run over one file."""

    def __init__(self, source: SourceFile, bag: Bag) -> None:
        self.source = source
        self.bag = bag
        text = DIRECTION.sub(" ", source.text) + "\n"
        self.text = LONE_RETURN.sub("\n", text) if "\r" in text else text
        self.tokens = Tokens([])
        self.open: list[int] = []  # where the brackets that are open now begin
        self.dropped: list[tuple[int, int]] = []  # newlines inside them: index of the next token, start
        self.hoisted: list[Comment] = []
        self.blocks = 0
        self.restarts = 0
        self.repaired = 0
        self.repairs: dict[tuple[str, str], list[tuple[Span, Repair]]] = {}

    def run(self) -> Tokens:
        at: int | None = 1 if self.text[0] == "\ufeff" else 0
        while at is not None:
            at = self._scan(at)
        end = len(self.text)
        self.tokens.items.append(("$END", "", end, end))
        for found in self.repairs.values():
            places = [place for place, _ in found]
            fixes = tuple(Fix(place, each.fix, each.help) for place, each in found if each.fix is not None)
            first = found[0][1]
            _report_all(self.bag, first.code, first.message, first.help, places, fixes)
        return self.tokens

    def _scan(self, at: int) -> int | None:
        """Read tokens from `at` on; gives the place to go on from after something unusual, None at the end."""
        append = self.tokens.items.append
        open_ = self.open
        for match in scanner().finditer(self.text, at):
            kind: str = match.lastgroup  # type: ignore[assignment]  # every alternative is a group
            start, end = match.span(kind)
            text = match[kind]
            if kind == "NAME":
                kind = KEYWORDS.get(text, kind)
                if kind == "DO" or kind == "END":
                    if open_:
                        return self._unclosed(start)
                    if not self._nest(kind, start):
                        return None
                append((kind, text, start, end))
            elif kind == "PUNCTUATION":
                kind = PUNCTUATION[text]
                append((kind, text, start, end))
                if kind in OPENING:
                    open_.append(start)
                elif kind in CLOSING and open_:
                    open_.pop()
            elif kind == "NEWLINE":
                self._newline(text, start, end)
                if len(self.dropped) > MAX_BRACKET_LINES:
                    return self._unclosed(start)
                if len(self.tokens.items) > MAX_TOKENS:
                    self._too_large(start)
                    return None
            elif kind == "STRANGE":
                return self._strange(start)
            else:
                append((kind, text, start, end))
                if kind == "CALL":
                    open_.append(start)
            if len(open_) > MAX_BRACKETS:
                self._too_deep("brackets are", MAX_BRACKETS, open_[-1])
                return None
        return self._unclosed(len(self.text)) if open_ else None

    # --- newlines and comments

    def _newline(self, text: str, start: int, end: int) -> None:
        first = not self.tokens.items
        if self.open:
            self.dropped.append((len(self.tokens.items), start))
            if "#" in text:
                self.hoisted += self._trivia(text, start, True).comments
            return
        if self.dropped:
            self.dropped.clear()
        if not first and self.tokens.items[-1][0] == "NEWLINE":
            return self._join_newlines(text, start, end)
        if first or "\n" in text[text.index("\n") + 1 :]:
            self.tokens.before[end] = self._trivia(text, start, first)
        if self.hoisted:
            self.tokens.inside[start] = tuple(self.hoisted)
            self.hoisted.clear()
        self.tokens.items.append(("NEWLINE", text, start, end))

    def _join_newlines(self, text: str, start: int, end: int) -> None:
        """A newline straight behind a newline: something was dropped between them."""
        _, first, begin, old_end = self.tokens.items.pop()
        above = self.tokens.before.pop(old_end, Trivia((), False))
        here = self._trivia(text, start, True)
        self.tokens.before[end] = Trivia(above.comments + here.comments, above.blank or here.blank)
        self.tokens.items.append(("NEWLINE", first, begin, end))

    def _trivia(self, text: str, start: int, own_line: bool) -> Trivia:
        """Comments and blank lines of a newline token; `own_line`: its first comment is not at the end of a statement."""
        comments: list[Comment] = []
        blank = False
        lines = text.split("\n")
        for number, line in enumerate(lines[:-1]):
            begin = line.find("#")
            if begin >= 0 and (number or own_line):
                content = line[begin:].rstrip()
                at = start + begin
                comments.append(Comment(content, Span(at, at + len(content), self.source), blank))
                blank = False
            elif number and begin < 0:
                blank = True
            start += len(line) + 1
        return Trivia(tuple(comments), blank)

    # --- what is unusual

    def _nest(self, kind: str, start: int) -> bool:
        self.blocks = max(0, self.blocks + (1 if kind == "DO" else -1))
        if self.blocks <= MAX_BLOCKS:
            return True
        self._too_deep("blocks are", MAX_BLOCKS, start)
        return False

    def _too_deep(self, what: str, limit: int, at: int) -> None:
        message = f"{what} nested more than {limit} deep"
        help = "give parts of it a name with `let`, or another block"
        self.bag.add(codes.NESTING_TOO_DEEP, message, Span(at, at + 1, self.source), help=help)
        self.tokens.fatal = True

    def _too_large(self, at: int) -> None:
        message = f"this file has more than {MAX_TOKENS:,} words and signs"
        help = "is it a data file? split a program with `include`"
        self.bag.add(codes.FILE_TOO_LARGE, message, Span(at, at, self.source), help=help)
        self.tokens.fatal = True

    def _strange(self, start: int) -> int | None:
        """Report a character that begins no token, and go on after it or after its line."""
        from dsl4bes.syntax.characters import repair  # loaded only when there is something strange

        found = repair(self.text, start)
        place = Span(start, min(found.end, len(self.source.text)), self.source)
        self.repaired += 1
        if self.repaired > MAX_REPAIRS or len(self.repairs) > MAX_ERRORS:
            too_many(place, self.bag)
            self.tokens.fatal = True
            return None
        self.repairs.setdefault((found.code.id, found.message), []).append((place, found))
        if found.breaks:
            return self._break_line(start)
        if found.kind is not None:
            self._append_repaired(found, start)
        return None if self.tokens.fatal else found.end

    def _append_repaired(self, found: Repair, start: int) -> None:
        items = self.tokens.items
        kind, text = found.kind, found.text
        if kind == "LPAR" and items and items[-1][0] == "NAME" and items[-1][3] == start:
            _, name, begin, _ = items.pop()
            kind, text, start = "CALL", name + "(", begin
        if kind in OPENING:
            self.open.append(start)
        elif kind in CLOSING and self.open:
            self.open.pop()
        elif kind in ("DO", "END"):
            self._nest(kind, start)
        assert kind is not None
        items.append((kind, text, start, found.end))

    def _break_line(self, at: int) -> int:
        """Replace the statement at `at` by a BROKEN token, but keep the `do` that opens its block."""
        items = self.tokens.items
        while items and items[-1][0] != "NEWLINE":
            items.pop()
        self.open.clear()
        self.hoisted.clear()
        begin = items[-1][3] if items else 0
        items.append((BROKEN, "", begin, at))
        end = self.text.find("\n", at)
        opened = _LAST_DO.search(self.text, at, end + 1)
        if opened is not None:
            return opened.start()
        return end - 1 if end > at and self.text[end - 1] == "\r" else end

    def _unclosed(self, at: int) -> int | None:
        """A bracket is open where a block begins or ends, or at the end of the file: report it, go back to its line."""
        begin = self.open[-1]
        bracket = self.text.find("(", begin, begin + 200) if self.text[begin] != "[" else begin
        bracket = max(begin, bracket)
        message = "this bracket is never closed"
        place = Span(bracket, bracket + 1, self.source)
        closing = "]" if self.text[begin] == "[" else ")"
        self.bag.add(
            codes.UNCLOSED_BRACKET,
            message,
            place,
            help=f"close it with `{closing}` where its list or formula ends",
        )
        self.restarts += 1
        if self.restarts > MAX_RESTARTS:
            self.tokens.fatal = True
            return None
        items = self.tokens.items
        ends = [(index, start) for index, start in self.dropped if items[index - 1][2] >= self.open[0]]
        forgotten = [pair for pair in ends if items[pair[0] - 1][0] not in _GOES_ON]
        if not forgotten and ends and self.text.startswith("end", at):
            forgotten = ends[-1:]
        self.dropped.clear()
        if not forgotten:
            return self._break_line(min(at, len(self.text) - 1))
        index, start = forgotten[0]
        del items[index:]
        return self._break_line(start)
