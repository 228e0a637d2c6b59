"""A compiled program → a library that can run: the package built against the stand-in, once per content.

In: the program and the texts of its package. Out: a `Selection`. What the C++ compiler says is shown at the line of the `.bes` that caused
it. Nothing is built that is in the cache already.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TypeVar

from dsl4bes.ir.program import Program
from dsl4bes.run.errors import RunError
from dsl4bes.run.runner import Selection

Built = TypeVar("Built")

_SOURCE_ENDINGS = (".cxx", ".h")


def build_selection(
    program: Program, files: Mapping[str, str], log: Callable[[str], None] | None = None
) -> Selection:
    """Build a package (cached). Raises `RunError` if there is no compiler or the package does not compile."""
    from dsl4bes.standin.build import build_package

    sources = {path: text for path, text in files.items() if path.endswith(_SOURCE_ENDINGS)}
    library = with_toolchain(files, lambda: build_package(sources, profile=program.analysis.profile, log=log))
    text = "\n".join(text for path, text in sources.items() if path.endswith(".cxx"))
    options, variations = options_of(files, "jobOptions_"), options_of(files, "systematics_")
    return Selection(program, str(library), options, text, variations, tuple(files.items()))


def with_toolchain(files: Mapping[str, str], build: Callable[[], Built]) -> Built:
    """What `build` makes of a package with these files; its faults as a `RunError`, messages of the compiler at the line of the `.bes`."""
    from dsl4bes.standin.build import BuildError, ToolchainError

    try:
        return build()
    except ToolchainError as error:
        message, _, rest = str(error).partition("\n")
        raise RunError(message, "`dsl4bes doctor` says what is missing", rest) from error
    except OSError as error:
        where = f" in {error.filename}" if error.filename else ""
        advice = "set DSL4BES_CACHE to a folder that can be written; the package is built there"
        raise RunError(f"cannot build{where}: {error.strerror or error}", advice) from error
    except BuildError as error:
        raise RunError("the package does not compile", "", _at_the_program(files, error.output)) from error


def options_of(files: Mapping[str, str], start: str) -> str:
    """Job options as the package has them: of the algorithm, or of its variations (empty if it has none)."""
    for path, text in files.items():
        if path.rsplit("/", 1)[-1].startswith(start):
            return text
    return ""


def _at_the_program(files: Mapping[str, str], output: str) -> str:
    """The compiler's text, each line of generated code with the place in the `.bes` it comes from."""
    from dsl4bes.cpp.sourcemap import explain_messages

    maps = [text for path, text in files.items() if path.endswith("/sourcemap.json")]
    if not maps:
        return output
    found = explain_messages(json.loads(maps[0]), output)
    places = "\n".join(f"{place}: {line}" for line, place in found)
    return f"{places}\n\n{output}" if places else output
