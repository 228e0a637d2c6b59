"""The C++ that a block or one of its fields makes, for the reference: that of its own examples.

In: a construct. Out: the methods of the first example that has any, or the lines of them in which the property of a field stands. Everything is compiled
anew from what the registry says; nothing is written by hand.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dsl4bes.constructs.base import Block
    from dsl4bes.constructs.fields import Field
    from dsl4bes.cpp.model import Method, Package
    from dsl4bes.ir.program import Program

_MOST_LINES = 60  #: of a method that are shown
_AROUND = 1  #: lines before and after that of a field


def code_of(block: type[Block]) -> str:
    """The methods of the first example, shortened; empty for a block that makes none (`analysis`, `let` of a number)."""
    for number in range(len(block.examples)):
        text = _methods(block.keyword, number)
        if text:
            lines = text.splitlines()
            return "\n".join(lines if len(lines) <= _MOST_LINES else [*lines[:_MOST_LINES], "// ..."])
    return ""


def code_of_field(block: type[Block], field: Field) -> str:
    """The lines of an example's methods that the field makes: those with its property, and their neighbours."""
    named = re.compile(rf"\b{re.escape(field.name)}\b")
    for number in sorted(range(len(block.examples)), key=lambda number: named.search(block.examples[number].source) is None):
        lines = _methods(block.keyword, number).splitlines()
        wanted = re.compile(rf"\bm_\w*_{re.escape(field.name)}(?:_low|_high|_[0-9]+)?\b")
        places = [i for i, line in enumerate(lines) if wanted.search(line) and not line.lstrip().startswith("//")]
        shown = sorted({i for place in places for i in range(place - _AROUND, place + _AROUND + 1) if 0 <= i < len(lines)})
        if shown:
            return "\n".join(lines[i] for i in shown)
    return ""


@lru_cache(maxsize=256)
def _methods(keyword: str, number: int) -> str:
    """The methods of the blocks of this kind in an example, as the package has them."""
    from dsl4bes.constructs import registry
    from dsl4bes.constructs.fit import Fit
    from dsl4bes.constructs.fit_terms import Sample, Shaped
    from dsl4bes.cpp.render import render_methods
    from dsl4bes.driver import compile_source

    made = compile_source(registry.load()[keyword].examples[number].source, "example.bes")
    if made.macros and issubclass(registry.load()[keyword], (Fit, Sample, Shaped)):
        return _body(next(iter(made.macros.values())))
    if made.program is None or made.model is None:
        return ""
    wanted = {name for name, construct in _blocks(made.program) if construct == keyword}
    package: Package = made.model
    methods: tuple[Method, ...] = tuple(method for method in package.methods if package.origins[method.mark].block in wanted)
    return render_methods(replace(package, methods=methods)).strip("\n") if methods else ""


def _body(macro: str) -> str:
    """The function of a macro that makes the fit, without those it calls."""
    lines = macro.splitlines()
    start = max(place for place, line in enumerate(lines) if line.startswith("int ") and "() " in line)
    return "\n".join(lines[start:])


def _blocks(program: Program) -> list[tuple[str, str]]:
    """Name and keyword of every block that is written in a program."""
    from dsl4bes.ir.fits import Scope
    from dsl4bes.ir.program import blocks_of

    todo = list(blocks_of(program))
    found = []
    while todo:
        block = todo.pop(0)
        if not block.assumed:
            found.append((block.name, block.construct))
        todo += [inner for step in block.steps if isinstance(step, Scope) for inner in step.blocks]
    return found
