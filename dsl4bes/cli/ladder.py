"""What commands share that put code through the ladder: the program with code on trial, and what keeps code from being tried at all, in words.

In: a program, what happened. Out: a function for the ladder; errors that end the command. Light to import: `compile` needs it only when a block lacks code.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dsl4bes.cli import files
from dsl4bes.cli.show import print_diagnostics
from dsl4bes.cli.status import ERRORS, Stop
from dsl4bes.diagnostics.model import Bag
from dsl4bes.diagnostics.render.style import safe

if TYPE_CHECKING:
    from dsl4bes.constructs.bodies import Bodies
    from dsl4bes.driver import Compilation
    from dsl4bes.source import SourceFile
    from dsl4bes.unknown.lock import Lock

INSTALL = "pip install 'dsl4bes[llm,run]'"


def compiler_of(source: SourceFile, include: Iterable[str]) -> Callable[[Bodies, str], Compilation]:
    """Compiles the program with the code that these give out."""
    from dsl4bes.driver import compile_source

    def compile_(bodies: Bodies, profile: str) -> Compilation:
        return compile_source(source, profile=profile or None, until="text" if profile else "ir", loader=files.loader(include), bodies=bodies)

    return compile_


def source_of(file: str, command: str) -> SourceFile:
    """The program of a command that works on the lock file beside it; the command ends if there is none."""
    if file == "-":
        raise refuse(f"`{command}` needs a file: the lock file lies beside it", "write the program into a file")
    bag = Bag()
    source = files.read(file, bag)
    if source is None:
        print_diagnostics(bag, stream=sys.stderr)
        raise Stop(ERRORS)
    return source


def lock_of(file: str) -> Lock:
    """The lock file of a program, empty if there is none; the command ends if it cannot be read."""
    from dsl4bes.unknown.beside import Beside
    from dsl4bes.unknown.lock import LockError

    try:
        return Beside(file).lock()
    except LockError as error:
        raise refuse(str(error), "restore it, or remove it") from None


def all_known(wanted: Iterable[str], known: Collection[str]) -> None:
    """End the command for a name that is that of no custom block."""
    for name in wanted:
        if name not in known:
            from dsl4bes.constructs.words import did_you_mean

            raise refuse(f"no custom block is called `{name}`", did_you_mean(name, known, f"there are {', '.join(known) or 'none'}"))


def note(words: str) -> None:
    """Something that is told and no error."""
    print(safe(f"note: {words}"), file=sys.stderr)


@contextmanager
def climbing() -> Iterator[None]:
    """What keeps code from being tried at all, in words: no parser, no compiler, no events, no model."""
    from dsl4bes.cli.trying import trying
    from dsl4bes.diagnostics.codes.unknown import CODE_NOT_ACCEPTED
    from dsl4bes.unknown.trouble import Trouble

    try:
        with trying(CODE_NOT_ACCEPTED):
            yield
    except ImportError as error:
        raise refuse(f"the ladder needs {error.name or 'more'}", f"install it: {INSTALL}") from error
    except Trouble as trouble:
        raise refuse(str(trouble), getattr(trouble, "help", "")) from None


def refuse(message: str, help: str) -> Stop:
    """An error that is of no place in the program, and the end of the command; it may quote a lock file or a server."""
    print(safe(f"error: {message}"), file=sys.stderr)
    if help:
        print(safe(f"  help: {help}"), file=sys.stderr)
    return Stop(ERRORS)
