"""The C++ of a program block by block, with what changed since the version before; and its code without numbers and comments.

In: a compilation that reached the C++ model. Out: `MethodView`s in the order of the program; texts of the package under which its compiled code is kept.
A number of the program is a property that job options set, and comments only say where code comes from: neither needs a new build. Nothing is built here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import unified_diff
from typing import TYPE_CHECKING

from dsl4bes.preview.view import MethodView

if TYPE_CHECKING:
    from dsl4bes.cpp.model import Package
    from dsl4bes.driver import Compilation


def methods_of(compilation: Compilation, before: Iterable[MethodView] = ()) -> tuple[MethodView, ...]:
    """The method of every block, in the order of the program; `before` is what they are compared with."""
    from dsl4bes.cpp.render import render_methods
    from dsl4bes.ir.program import blocks_of

    package, program = compilation.model, compilation.program
    if package is None or program is None:
        return ()
    known = {method.name: method.text for method in before}
    constructs = {(block.span.position if block.span else ()): block.construct for block in blocks_of(program)}
    found = []
    for method in package.methods:
        origin = package.origins[method.mark]
        text = render_methods(replace(package, methods=(method,)))
        keyword = constructs.get(origin.span.position if origin.span else (), origin.block)
        found.append(MethodView(method.name, keyword, origin.span, text, method.assumed, _difference(known.get(method.name, ""), text)))
    return tuple(found)


def _difference(old: str, new: str) -> tuple[str, ...]:
    """A unified difference without the names of files; comments with line numbers do not count, as they move with every line above."""
    if _LINE_NUMBER.sub("", old) == _LINE_NUMBER.sub("", new):
        return ()
    lines = unified_diff(old.splitlines(), new.splitlines(), n=2, lineterm="")
    return tuple(line for line in lines if not line.startswith(("--- ", "+++ ")))


#: `// photons (rhopi.bes:16)`.
_LINE_NUMBER = re.compile(r"(?m)^(//.*):\d+\)$")
_WHOLE_COMMENT = re.compile(r"(?m)^[ \t]*//.*\n")
#: Behind code; one with a quote in it stays, since `//` might stand in a string.
_COMMENT_BEHIND = re.compile(r'(?m)[ \t]+//[^"\n]*$')
_PROPERTY = re.compile(r'(?m)^(\s*declareProperty\("(\w+)", \w+ = )(?:-?[0-9][-+.0-9e]*|true|false)(, ")')
_OPTION = re.compile(r"(?m)^\w+\.(\w+) = ")


def code_alone(package: Package, files: Mapping[str, str], options: str) -> dict[str, str]:
    """The sources of a package without comments, and without the first values of properties that `options` set anyway.

    Code of custom blocks stays as it is: nobody knows what is a comment in it.
    """
    sources = {path: text for path, text in files.items() if path.endswith((".h", ".cxx"))}
    if package.customs:
        return sources
    given = set(_OPTION.findall(options))

    def without_value(match: re.Match[str]) -> str:
        return f"{match[1]}0{match[3]}" if match[2] in given else match[0]

    return {path: _PROPERTY.sub(without_value, _COMMENT_BEHIND.sub("", _WHOLE_COMMENT.sub("", text))) for path, text in sources.items()}
