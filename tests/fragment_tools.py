"""Programs cut into fragments, and what two ways to write one program must have in common.

In: the text of a program, a `random.Random`. Out: the files of an equal program that includes parts of it, some of its numbers given as
parameters; the IR and the package without what names a place. No expected value comes from the code under test but the printer's text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

from front_end import parsed

from dsl4bes.constructs.base import REGION, SELECTION
from dsl4bes.driver import Compilation, compile_source
from dsl4bes.ir.dump import program as ir_text
from dsl4bes.syntax import ast
from dsl4bes.syntax.includes import Texts
from dsl4bes.syntax.printer import print_expression, print_program, print_statement

MAIN = "main.bes"
_STRINGS_OR_COMMENT = re.compile(r'("(?:\\.|[^"\\\n])*")|//[^\n]*')


def compiled(files: dict[str, str], **settings: object) -> Compilation:
    """Compile `main.bes` of these files."""
    others = {name: text for name, text in files.items() if name != MAIN}
    return compile_source(files[MAIN], MAIN, loader=Texts(others), verify=True, **settings)  # type: ignore[arg-type]


def meaning(made: Compilation) -> str:
    """The IR as text: it has no places."""
    assert made.program is not None, [f"{item.code.id} {item.message}" for item in made.bag]
    return ir_text(made.program)


def package(made: Compilation) -> dict[str, str]:
    """The files of a package without comments and without the source map, whose lines and places they are."""
    found = {}
    for path, text in made.files.items():
        if path.endswith("sourcemap.json"):
            continue
        lines = (_STRINGS_OR_COMMENT.sub(lambda match: match[1] or "", line).rstrip() for line in text.splitlines())
        found[path] = "\n".join(line for line in lines if line)
    return found


# --- cutting --------------------------------------------------------------------------------------------------------------


class Cutter:
    """Takes runs of statements out of a program and puts them into files."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.files: dict[str, str] = {}
        self.shown: dict[str, str] = {}  # parameters made so far → a value of their kind
        self.made = 0

    def program(self, text: str) -> dict[str, str]:
        """The files of an equal program; `main.bes` is the program."""
        tree = parsed(text)
        statements = self.cut(tree.statements, "", 0)
        self.files[MAIN] = print_program(replace(tree, statements=statements))
        return self.files

    def cut(self, statements: tuple[ast.Statement, ...], place: str, depth: int) -> tuple[ast.Statement, ...]:
        """Statements of a block with some of them in files of their own."""
        inside = tuple(
            replace(each, body=self.cut(each.body, each.head.name, depth)) if _holds_blocks(each) and each.body else each
            for each in statements
        )
        if not inside or depth > 3 or self.random.random() < 0.2:
            return inside
        low = self.random.randrange(len(inside))
        high = self.random.randint(low + 1, len(inside))
        return (*inside[:low], self.fragment(inside[low:high], place, depth), *inside[high:])

    def fragment(self, statements: tuple[ast.Statement, ...], place: str, depth: int) -> ast.Statement:
        """A file with these statements, and the `include` that stands for them."""
        given: list[str] = []
        head: list[str] = []

        def number(value: ast.Number) -> ast.Expr:
            if self.random.random() > 0.4 or (value.unit is None and value.value == 0):
                return value
            name = f"q{len(self.shown)}"
            given.append(f"{name}: {print_expression(value)}")
            other = replace(value, text="7", value=7.0)
            same = self.random.random() < 0.3
            shown = print_expression(value if same else other)
            self.shown[name] = shown
            head.append(f"parameter {name}, example: {shown}" if self.random.random() < 0.3 else f"parameter {name} = {shown}")
            return ast.Name(name, value.span)

        def name(value: ast.Name) -> ast.Expr:
            """A parameter of the file around is handed on under its name."""
            if value.name in self.shown and f"{value.name}: {value.name}" not in given:
                given.append(f"{value.name}: {value.name}")
                head.append(f"parameter {value.name}, example: {self.shown[value.name]}")
            return value

        body = tuple(_with_values(each, name) for each in statements)
        body = tuple(_with_values(each, number) for each in body)
        if self.random.random() < 0.4:
            body = self.cut_again(body, place, depth)
        lines = "\n".join(print_statement(each) for each in body)
        wrapped = f"event_selection do\n{lines}\nend\n" if place in (SELECTION, REGION) else lines + "\n"
        self.made += 1
        path = f"{self.random.choice(('', 'cuts/', 'a b/'))}part{self.made}.bes"
        self.files[path] = "".join(line + "\n" for line in head) + wrapped
        include = ", ".join((f'"{path}"', *given))
        return parsed(f"include {include}\n").statements[0]

    def cut_again(self, body: tuple[ast.Statement, ...], place: str, depth: int) -> tuple[ast.Statement, ...]:
        """A fragment inside the fragment; its numbers may be parameters of the outer one."""
        low = self.random.randrange(len(body))
        return (*body[:low], self.fragment(body[low:], place, depth + 1))


def _holds_blocks(statement: ast.Statement) -> bool:
    return statement.head.name in (SELECTION, REGION)


def _with_values(statement: ast.Statement, change: Callable[..., ast.Expr]) -> ast.Statement:
    """A statement with its numbers or names (as `change` is annotated by its own name) changed."""
    if statement.head.name == "analysis":
        return statement
    arguments = tuple(replace(each, value=_changed(each.value, change)) for each in statement.arguments)
    body = None if statement.body is None else tuple(_with_values(each, change) for each in statement.body)
    return replace(statement, arguments=arguments, body=body)


def _changed(node: ast.Expr, change: Callable[..., ast.Expr]) -> ast.Expr:
    if isinstance(node, ast.Number if change.__name__ == "number" else ast.Name):
        return change(node)
    if isinstance(node, ast.Call):
        return replace(node, arguments=tuple(replace(each, value=_changed(each.value, change)) for each in node.arguments))
    parts = {
        part: _changed(getattr(node, part), change)
        for part in ("left", "right", "low", "high", "operand")
        if getattr(node, part, None) is not None
    }
    return replace(node, **parts) if parts else node
