"""`dsl4bes repl`: type or paste a block, see its diagnostics and its C++ at once.

In: lines of the standard input. Out: diagnostics and the methods that the new lines gave, coloured by our own lexer on a terminal. Blocks add
up to a program, so that later ones may use the lists of earlier ones; a block with errors is not kept. `:help` lists the commands.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from dsl4bes.cli import files
from dsl4bes.cli.show import print_diagnostics, wants_colour
from dsl4bes.source import SourceFile

_HELP = """\
Type or paste a block; it is compiled when its last `end` is there. A line by itself (`let x = ...`) is compiled at once.
  :show          the program so far        :cpp           all of its C++
  :undo          forget the last block     :clear         forget everything
  :save FILE     write the program         :load FILE     read one
  :explain WORD  what a word means         :quit          leave (or Ctrl-D)
"""
_BLOCK_START = re.compile(r"\bdo[ \t]*$")
_CODE = re.compile(r'"(?:\\.|[^"\\])*"|#.*')


def repl() -> None:
    """Type blocks, see their C++ at once."""
    session = Session()
    if sys.stdin.isatty():
        import readline  # noqa: F401  (gives `input` its line editing)

        print("dsl4bes: type or paste a block; :help for help, :quit to leave")
    for text in _entries():
        if text.startswith(":"):
            if not session.command(text[1:].strip()):
                return
        elif text.strip():
            session.add(text)


def _entries() -> Iterator[str]:
    """Complete entries: a command, a line, or a block up to the `end` that closes it."""
    lines: list[str] = []
    depth = 0
    while True:
        try:
            line = input(("... " if lines else "bes> ") if sys.stdin.isatty() else "")
        except EOFError:
            if lines:
                yield "\n".join(lines) + "\n"
            return
        except KeyboardInterrupt:
            print()
            lines, depth = [], 0
            continue
        if not lines and line.lstrip().startswith(":"):
            yield line.strip()
            continue
        lines.append(line)
        code = _CODE.sub("", line).strip()
        depth += bool(_BLOCK_START.search(code)) - (code == "end")
        if depth <= 0:
            yield "\n".join(lines) + "\n"
            lines, depth = [], 0


@dataclass(slots=True)
class Session:
    """The program typed so far, as the entries that were accepted."""

    entries: list[str] = field(default_factory=list)
    methods: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        return "".join(self.entries)

    def add(self, entry: str) -> None:
        """Compile the program with a new entry; keep it unless it has errors."""
        from dsl4bes.diagnostics.places import outermost
        from dsl4bes.driver import compile_source

        start = len(self.text)
        source = SourceFile("<repl>", self.text + entry)
        compilation = compile_source(source, until="text", loader=files.loader(()))
        new = [
            item
            for item in compilation.bag
            if item.primary is None or outermost(item.primary.span).end > start or item.severity.value == "error"
        ]
        print_diagnostics(new, stream=sys.stdout)
        if compilation.bag.has_errors:
            return
        self.entries.append(entry)
        from dsl4bes.cpp.render import render_methods

        methods = split_methods(render_methods(compilation.model)) if compilation.model is not None else []
        for method in methods:
            if method not in self.methods:
                print(highlighted(method, "cpp"))
        self.methods = set(methods)

    def command(self, line: str) -> bool:
        """Obey a command; False to leave."""
        word, _, argument = line.partition(" ")
        argument = argument.strip()
        if word in ("quit", "q", "exit"):
            return False
        actions = {
            "show": lambda: print(highlighted(self.text, "bes"), end=""),
            "cpp": lambda: print(highlighted("\n".join(sorted(self.methods)), "cpp"), end=""),
            "undo": self._undo,
            "clear": self._clear,
            "save": lambda: self._save(argument),
            "load": lambda: self._load(argument),
            "explain": lambda: self._explain(argument),
        }
        actions.get(word, lambda: print(_HELP, end=""))()
        return True

    def _undo(self) -> None:
        if self.entries:
            self.entries.pop()
            self.methods = set()

    def _clear(self) -> None:
        self.entries, self.methods = [], set()

    def _save(self, path: str) -> None:
        from dsl4bes.cli.files import write

        if not path:
            print("name a file: `:save selection.bes`")
            return
        try:
            write(path, self.text)
        except OSError as error:
            print(f"{path} cannot be written: {error.strerror or error}")
        else:
            print(f"wrote {path}")

    def _load(self, path: str) -> None:
        from dsl4bes.cli.files import read
        from dsl4bes.diagnostics.model import Bag

        bag = Bag()
        source = read(path, bag)
        print_diagnostics(bag, stream=sys.stdout)
        if source is not None:
            self._clear()
            self.add(source.text if source.text.endswith("\n") else source.text + "\n")

    def _explain(self, word: str) -> None:
        from dsl4bes.reference.lookup import explanation

        print(explanation(word) or f"nothing here is called `{word}`")


def split_methods(fragment: str) -> list[str]:
    """The methods of a fragment, each with the comment above it."""
    methods: list[list[str]] = [[]]
    for line in fragment.splitlines():
        methods[-1].append(line)
        if line == "}":
            methods.append([])
    return ["\n".join(lines).strip("\n") + "\n" for lines in methods if any(line.strip() for line in lines)]


def highlighted(text: str, language: str) -> str:
    """The text in colour if the standard output is a terminal."""
    if not text or not wants_colour(sys.stdout):
        return text
    from pygments import highlight
    from pygments.formatters import TerminalFormatter
    from pygments.lexers import CppLexer

    from dsl4bes.syntax.highlight import BesLexer

    return highlight(text, BesLexer() if language == "bes" else CppLexer(), TerminalFormatter())
