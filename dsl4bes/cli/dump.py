"""`dsl4bes dump --stage`: one level of the compiler as stable text.

In: a program and the stage: `tree` (the rules of the grammar), `ast`, `ir`, `cpp` (the C++ model), `text` (the files). Out: text on the standard output.
Only the passes up to that stage run, so that an earlier stage can be seen in spite of later errors.
"""

from __future__ import annotations

import sys
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Annotated, Any

import typer

from dsl4bes.cli.compile import front
from dsl4bes.cli.files import INCLUDE_HELP
from dsl4bes.source import SourceFile, Span

STAGES = ("tree", "ast", "ir", "cpp", "text")


def dump(
    file: Annotated[str, typer.Argument(help="The program; `-` is the standard input.")],
    stage: Annotated[str, typer.Option("--stage", help="tree, ast, ir, cpp or text.")] = "ir",
    spans: Annotated[bool, typer.Option("--spans", help="With the place of every node.")] = False,
    profile: Annotated[str, typer.Option(help="BOSS profile, 7.0.x or 8.")] = "",
    include: Annotated[list[str] | None, typer.Option("-I", "--include", metavar="FOLDER", help=INCLUDE_HELP)] = None,
) -> None:
    """Print one stage of the compiler."""
    if stage not in STAGES:
        raise typer.BadParameter(f"`{stage}` is not a stage; there are {', '.join(STAGES)}")
    compilation = front(file, profile, quiet=True, until="ast" if stage == "tree" else stage, include=include or ())
    if stage == "tree":
        sys.stdout.write(_tree(compilation.source))
    elif stage == "text":
        for name, text in sorted(compilation.everything.items()):
            sys.stdout.write(f"==> {name} <==\n{text}\n")
    else:
        levels = {"ast": compilation.ast, "ir": compilation.program, "cpp": compilation.model or compilation.program}
        sys.stdout.write(text_of(levels[stage], spans) + "\n")


def _tree(source: SourceFile) -> str:
    """The tree of grammar rules: the level before the syntax tree."""
    from dsl4bes.diagnostics.model import Bag
    from dsl4bes.syntax.tree import tree_text

    return tree_text(source, Bag())


def text_of(value: Any, spans: bool = False) -> str:
    """A nested dataclass as indented text, the same for the same value; objects met again are named, not repeated."""
    return "\n".join(_Printer(spans).lines(value, ""))


class _Printer:
    """Writes dataclasses field by field. Objects that are compared by identity get a number when first met."""

    def __init__(self, spans: bool) -> None:
        self.spans = spans
        self.numbers: dict[int, int] = {}

    def lines(self, value: Any, indent: str, label: str = "") -> list[str]:
        head = f"{indent}{label}"
        if isinstance(value, (list, tuple)) and value:
            return [
                f"{head}[",
                *(line for item in value for line in self.lines(item, indent + "  ")),
                f"{indent}]",
            ]
        if isinstance(value, dict) and value:
            inner = [
                line for key, item in value.items() for line in self.lines(item, indent + "  ", f"{key}: ")
            ]
            return [f"{head}{{", *inner, f"{indent}}}"]
        if is_dataclass(value) and not isinstance(value, (type, Span, SourceFile)):
            return self._dataclass(value, indent, head)
        return [head + self._leaf(value)]

    def _dataclass(self, value: Any, indent: str, head: str) -> list[str]:
        name = type(value).__name__
        if type(value).__eq__ is object.__eq__:  # compared by identity: shown once, then by number
            known = self.numbers.get(id(value))
            if known is not None:
                return [f"{head}{name} #{known}"]
            self.numbers[id(value)] = len(self.numbers) + 1
            name += f" #{len(self.numbers)}"
        inner = []
        for field in fields(value):
            item = getattr(value, field.name)
            if isinstance(item, (Span, SourceFile)) and not self.spans:
                continue
            if item in (None, (), "") and field.name != "value":
                continue
            inner += self.lines(item, indent + "  ", f"{field.name}: ")
        return [head + name, *inner]

    def _leaf(self, value: Any) -> str:
        if isinstance(value, Enum):
            return value.name
        if isinstance(value, Span):
            return str(value)
        if isinstance(value, SourceFile):
            return value.name
        return repr(value)
