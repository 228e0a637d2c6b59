"""What the tests of the front end share: the corpus, and short ways to parse and print.

In: texts. Out: trees, diagnostics, canonical texts. Programs that cannot lie in a folder (too large) are made here.
"""

from __future__ import annotations

from pathlib import Path

from dsl4bes.diagnostics.model import Bag
from dsl4bes.source import SourceFile
from dsl4bes.syntax import ast
from dsl4bes.syntax.parser import parse
from dsl4bes.syntax.printer import print_program
from dsl4bes.syntax.reader import read_source

ROOT = Path(__file__).resolve().parents[1]
CORPUS = Path(__file__).with_name("corpus")
GOOD = sorted((CORPUS / "good").glob("*.bes"))
BAD = sorted((CORPUS / "bad").glob("*.bes"))
EXAMPLES = sorted((ROOT / "examples").glob("*/*.bes"))

# Bad programs that are made, since they are too large to keep.
MADE = {
    "BES0105_large_file": "vr < 1 cm\n" * 200_000,
    "BES0105_many_words": "a b, c, d\n" * 60_000,
    "BES0105_long_line": "let a = " + "b + " * 10_000 + "b\n",
}


def parsed(text: str) -> ast.Program:
    """The tree of a text that must be right."""
    bag = Bag()
    program = parse(SourceFile("<test>", text), bag)
    assert not bag.has_errors, [item.message for item in bag]
    assert program is not None
    return program


def faults(text: str) -> list[str]:
    """The codes that the parser gives to a text."""
    bag = Bag()
    parse(SourceFile("<test>", text), bag)
    return [item.code.id for item in bag]


def check_file(path: Path) -> Bag:
    """What reading and parsing a file says."""
    bag = Bag()
    source = read_source(path, bag)
    if source is not None:
        parse(source, bag)
    return bag


def read_program(path: Path) -> ast.Program:
    """The tree of a file that must be right."""
    bag = Bag()
    source = read_source(path, bag)
    assert source is not None, [item.message for item in bag]
    return parsed(source.text)


def formatted(text: str) -> str:
    """The canonical text of a text that must be right."""
    return print_program(parsed(text))


def comments(program: ast.Program) -> list[str]:
    """All comments of a program, in no particular order but sorted."""
    found = list(program.at_end)
    waiting = list(program.statements)
    while waiting:
        statement = waiting.pop()
        found += (*statement.before, *statement.at_end)
        found += [item for item in (statement.after, statement.after_end) if item is not None]
        waiting += statement.body or ()
    return sorted(comment.text for comment in found)
