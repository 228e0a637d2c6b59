"""What commands ask of the values of their options, and of what is installed: a `Trouble` with the command's code, or the value.

In: texts as given. Out: numbers, names, nothing. Printing is the command's matter.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from dsl4bes.diagnostics.model import Code
from dsl4bes.unknown.trouble import Trouble


def whole_number(text: str, flag: str, least: int, most: int, code: Code) -> int:
    """A whole number within its limits."""
    try:
        value = int(text)
    except ValueError:
        value = least - 1
    if not least <= value <= most:
        raise Trouble(code, f"{flag} is a whole number from {least} to {most}, not `{text}`")
    return value


def names(text: str, known: Collection[str], flag: str, code: Code) -> tuple[str, ...]:
    """The names of a list between commas, in the order of those that are known; all of them if there is no text."""
    asked = [name.strip() for name in text.split(",") if name.strip()]
    other = [name for name in asked if name not in known]
    if other or (text and not asked):
        raise Trouble(code, f"{flag} does not know `{', '.join(other) or text}`", "it knows " + ", ".join(known))
    return tuple(name for name in known if not asked or name in asked)


def installed(packages: Collection[str], what: str, extras: str, code: Code) -> None:
    """That packages are there, before any of them is imported."""
    from importlib.util import find_spec

    missing = [name for name in packages if find_spec(name) is None]
    if missing:
        raise Trouble(code, f"{what} needs {', '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed", f'python -m pip install "dsl4bes[{extras}]"')


def make_folder(folder: Path, flag: str, code: Code) -> None:
    """The folder of an output, made if it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unusable(folder, error, flag, code) from None


def unusable(folder: Path, error: OSError, flag: str, code: Code) -> Trouble:
    """What is said of a folder that the system does not give."""
    return Trouble(code, f"`{folder}` cannot be used: {error.strerror or error}", f"name another folder with {flag}")
