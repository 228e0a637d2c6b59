"""What commands share that put code through the ladder: the program with code on trial, and what keeps code from being tried at all, in words.

In: a program, what happened. Out: a function for the ladder; errors that end the command. Light to import: `compile` needs it only when a block lacks code.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dsl4bes.cli import files
from dsl4bes.cli.status import ERRORS, Stop
from dsl4bes.diagnostics.render.style import safe

if TYPE_CHECKING:
    from dsl4bes.constructs.bodies import Bodies
    from dsl4bes.driver import Compilation
    from dsl4bes.source import SourceFile

INSTALL = "pip install 'dsl4bes[llm,run]'"


def compiler_of(source: SourceFile, include: Iterable[str]) -> Callable[[Bodies, str], Compilation]:
    """Compiles the program with the code that these give out."""
    from dsl4bes.driver import compile_source

    def compile_(bodies: Bodies, profile: str) -> Compilation:
        return compile_source(source, profile=profile or None, until="text" if profile else "ir", loader=files.loader(include), bodies=bodies)

    return compile_


@contextmanager
def climbing() -> Iterator[None]:
    """What keeps code from being tried at all, in words: no parser, no compiler, no events, no model."""
    from dsl4bes.events.errors import EventFileError
    from dsl4bes.standin.build import BuildError, ToolchainError
    from dsl4bes.unknown.policy import ParserMissing
    from dsl4bes.unknown.trouble import Trouble

    try:
        yield
    except ParserMissing as error:
        raise refuse(str(error), "without the parser no code is accepted") from None
    except ToolchainError as error:
        message, _, ways = str(error).partition("\n")
        raise refuse(message, f"`dsl4bes doctor` says what is missing\n{ways}") from None
    except BuildError as error:
        raise refuse(f"the stand-in of BOSS cannot be built: {error}", "`dsl4bes doctor` says what this machine has") from None
    except ImportError as error:
        raise refuse(f"the ladder needs {error.name or 'more'}", f"install it: {INSTALL}") from error
    except EventFileError as error:
        raise refuse(str(error), error.advice) from None
    except Trouble as trouble:
        raise refuse(str(trouble), getattr(trouble, "help", "")) from None


def refuse(message: str, help: str) -> Stop:
    """An error that is of no place in the program, and the end of the command; it may quote a lock file or a server."""
    print(safe(f"error: {message}"), file=sys.stderr)
    if help:
        print(safe(f"  help: {help}"), file=sys.stderr)
    return Stop(ERRORS)
