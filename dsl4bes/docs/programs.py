"""Programs that the pages show without a copy: those of `examples/`, their parts, and the C++ they become.

In: the name of an example, a block of it. Out: text, as it stands in the file or as `compile` prints it. The examples lie in a checkout and in a source distribution, not in a wheel, whose site is
built before. Nothing is written.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

from dsl4bes.docs.fences import Fence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsl4bes.ir.program import Block, Program

FOLDER = Path(__file__).resolve().parents[2] / "examples"
AROUND = Path(__file__).with_name("around")
_HERE = "# HERE"


class NoSuchProgram(LookupError):
    """A page names an example, a block or a frame that there is not; the message says which."""


def example_path(name: str) -> Path:
    """The file of an example: `rhopi`, or `fits/six_tasks`. Raises `NoSuchProgram`."""
    path = FOLDER / name / f"{name.rpartition('/')[2]}.bes"
    if not path.is_file():
        raise NoSuchProgram(f"there is no example `{name}` ({path})")
    return path


@cache
def example(name: str) -> str:
    """The text of an example."""
    return example_path(name).read_text(encoding="utf-8")


def names() -> list[str]:
    """All examples, by the folder below `examples/`."""
    return sorted(path.parent.relative_to(FOLDER).as_posix() for path in FOLDER.glob("**/*.bes") if path.stem == path.parent.name)


def part(text: str, wanted: str) -> str:
    """The blocks or lines of a program that begin with `wanted`, without their indentation; several are put below each other.

    Raises `NoSuchProgram` where none begins so.
    """
    lines, found, place = text.splitlines(), [], 0
    while place < len(lines):
        line = lines[place].strip()
        numbers = _begins(line, "expect") and not _begins(wanted, "expect")  # its lines are called as blocks are
        if not numbers and not _begins(line, wanted):
            place += 1
            continue
        end = _end(lines, place)
        found += [] if numbers else [dedent("\n".join(lines[place : end + 1]))]
        place = end + 1
    if not found:
        raise NoSuchProgram(f"nothing begins with `{wanted}`")
    return ("\n\n" if any("\n" in each for each in found) else "\n").join(found) + "\n"


def _begins(line: str, wanted: str) -> bool:
    return line.startswith(wanted) and not line[len(wanted) : len(wanted) + 1].isidentifier()


def _end(lines: list[str], place: int) -> int:
    """The last line of the block that a line opens; the line itself if it opens none, or the last of a formula that goes on."""
    line = lines[place]
    if line.partition("#")[0].split()[-1:] == ["do"]:
        indent = line[: len(line) - len(line.lstrip())]
        return next(i for i in range(place + 1, len(lines)) if lines[i].rstrip() == f"{indent}end")
    while lines[place].partition("#")[0].rstrip().endswith(","):
        place += 1
    return place


def framed(code: str, frame: str) -> str:
    """A fragment within the program `around/<frame>.bes`, at the place it is made for."""
    path = AROUND / f"{frame}.bes"
    if not path.is_file():
        raise NoSuchProgram(f"there is no frame `{frame}` ({path})")
    lines = path.read_text(encoding="utf-8").splitlines()
    place = next(i for i, line in enumerate(lines) if line.strip() == _HERE)
    indent = lines[place][: lines[place].index(_HERE)]
    return "\n".join([*lines[:place], *(f"{indent}{line}".rstrip() for line in code.splitlines()), *lines[place + 1 :]]) + "\n"


def shown(fence: Fence) -> str:
    """What stands in a fence on the page: its own code, or that of the example it names."""
    name = fence.options.get("example")
    if name is None:
        return fence.code
    if fence.language == "console":
        return commands(name)
    if fence.language == "cpp":
        return method(example(name), fence.options["block"], example_path(name).name)
    return part(example(name), fence.options["block"]) if "block" in fence.options else example(name)


def commands(name: str) -> str:
    """The commands on the page that an example has in its folder, as a terminal shows them. Raises `NoSuchProgram`."""
    page = FOLDER / name / "README.md"
    lines = page.read_text(encoding="utf-8").splitlines() if page.is_file() else []
    found = [f"$ {line.strip()}\n" for line in lines if line.startswith("    dsl4bes ")]
    if not found:
        raise NoSuchProgram(f"the example `{name}` has no page with commands ({page})")
    return "".join(found)


@cache
def method(text: str, block: str, name: str) -> str:
    """The C++ of one block of a program, as its package has it. Raises `NoSuchProgram`."""
    from dsl4bes.cpp.render import render_methods
    from dsl4bes.driver import compile_source

    made = compile_source(text, name)
    if made.program is None or made.model is None or block not in {each.name for each in _blocks(made.program)}:
        raise NoSuchProgram(f"`{name}` has no block `{block}`")
    package = made.model
    methods = tuple(each for each in package.methods if package.origins[each.mark].block == block)
    return render_methods(replace(package, methods=methods)).strip("\n") + "\n"


def _blocks(program: Program) -> Iterator[Block]:
    """Every block of a program, also those within `for`."""
    from dsl4bes.ir.fits import Scope
    from dsl4bes.ir.program import blocks_of

    todo = list(blocks_of(program))
    while todo:
        block = todo.pop(0)
        yield block
        todo += [inner for step in block.steps if isinstance(step, Scope) for inner in step.blocks]
