"""The folder of a data set, and how its commands end.

In: the folder as given, the work of a command. Out: the folder, if it is new, empty or that of a data set; an exit status after a `Trouble` was said. No file of anybody is changed here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from dsl4bes.cli.show import print_diagnostics
from dsl4bes.cli.status import CLEAN, ERRORS
from dsl4bes.cli.values import unusable
from dsl4bes.diagnostics.codes.training import BAD_DATASET
from dsl4bes.diagnostics.model import Bag
from dsl4bes.unknown.trouble import Trouble

VERIFIED = ".verified.jsonl"  #: what was verified; a folder that has it is one of ours
ANSWERS = ".teacher.jsonl"  #: what a teacher answered
NEEDS = ("numpy", "scipy", "iminuit", "uproot", "pydantic", "datasketch")
EXTRAS = "fits,llm,data"


def ended(work: Callable[[], bool], as_json: bool) -> int:
    """The exit status of a command: `work` says whether all is well, or raises what is printed."""
    bag = Bag()
    well = False
    try:
        well = work()
    except Trouble as trouble:
        bag.add(trouble.code, trouble.message, help=trouble.help)
    if bag.items:
        print_diagnostics(bag, "json" if as_json else "full", sys.stdout if as_json else sys.stderr)
    return CLEAN if well else ERRORS


def is_ours(folder: Path, ways: str = "name a new or empty folder with -o") -> None:
    """A `Trouble` if the folder holds files that are no data set. `ways`: what the command leaves to do about it."""
    if folder.exists() and not (folder.is_dir() and ((folder / VERIFIED).exists() or not any(folder.iterdir()))):
        raise Trouble(BAD_DATASET, f"`{folder}` holds files, and no data set" if folder.is_dir() else f"`{folder}` is no folder", ways)


def made(folder: Path) -> None:
    """Make the folder and mark it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / VERIFIED).touch()
    except OSError as error:
        raise unusable(folder, error, "-o", BAD_DATASET) from None


def there(folder: Path) -> None:
    """A `Trouble` if this is no folder of a data set."""
    if not (folder.is_dir() and ((folder / VERIFIED).exists() or any(folder.glob("*.pairs.jsonl")))):
        raise Trouble(BAD_DATASET, f"there is no data set in `{folder}`", "`dsl4bes dataset build -o FOLDER` makes one")
