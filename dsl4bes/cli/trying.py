"""What keeps code from being tried at all, in words: no parser, no compiler, no sample events.

In: the code of a command's errors. Out: a context in which the exceptions of those parts become a `Trouble`. What is wrong with the code that is tried is no matter of this module.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dsl4bes.diagnostics.model import Code
from dsl4bes.unknown.trouble import Trouble


@contextmanager
def trying(code: Code) -> Iterator[None]:
    """Inside, code is compiled and run on events."""
    from dsl4bes.events.errors import EventFileError
    from dsl4bes.standin.build import BuildError, ToolchainError
    from dsl4bes.unknown.policy import ParserMissing

    try:
        yield
    except ParserMissing as error:
        raise Trouble(code, str(error), "without the parser no code is accepted") from None
    except ToolchainError as error:
        message, _, ways = str(error).partition("\n")
        raise Trouble(code, message, f"`dsl4bes doctor` says what is missing\n{ways}") from None
    except BuildError as error:
        raise Trouble(code, f"the stand-in of BOSS cannot be built: {error}", "`dsl4bes doctor` says what this machine has") from None
    except EventFileError as error:
        raise Trouble(code, str(error), error.advice) from None
