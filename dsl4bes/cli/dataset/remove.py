"""`dsl4bes dataset remove NAME`: something that was given to a data set is taken out again.

In: the name of a pair, as `add` said it, or its beginning. Out: `contributed.jsonl` without it; the files of trainers are those of the next build. Exit status 1 if there is no such pair, or more than one.
"""

from __future__ import annotations

import json
from pathlib import Path

from dsl4bes.cli import files
from dsl4bes.cli.dataset.folder import EXTRAS, NEEDS, ended, there
from dsl4bes.cli.declare import Command, Parameter
from dsl4bes.cli.values import installed
from dsl4bes.diagnostics.codes.training import BAD_DATASET
from dsl4bes.unknown.trouble import Trouble

_SHORTEST = 6  #: letters of a beginning


def _work(name: str, output: str, as_json: bool) -> int:
    def work() -> bool:
        installed(NEEDS, "a data set", EXTRAS, BAD_DATASET)
        folder = Path(output)
        there(folder)
        gone = _removed(folder, name)
        print(json.dumps({"folder": output, "removed": gone}) if as_json else f"{folder}: {gone} is taken out; files that were built before hold it until the next `dsl4bes dataset build`")
        return True

    return ended(work, as_json)


def _removed(folder: Path, name: str) -> str:
    from dsl4bes.dataset.contributed import FILE, read, text_of

    try:
        lines = read(folder / FILE)
    except OSError as error:
        raise Trouble(BAD_DATASET, f"`{folder / FILE}` cannot be read: {error.strerror or error}") from None
    names = [line.found.name for line in lines if line.found is not None]
    meant = sorted({each for each in names if each == name or (len(name) >= _SHORTEST and each.startswith(name))})
    if len(meant) != 1:
        known = ", ".join(names[:10]) if names else "nothing was given to it"
        raise Trouble(BAD_DATASET, f"`{name}` begins {len(meant)} names" if meant else f"nothing that was given is called `{name}`", f"there are {known}" if names else known)
    files.write(str(folder / FILE), text_of([line for line in lines if line.found is None or line.found.name != meant[0]]))
    return meant[0]


COMMAND = Command(
    "remove",
    "Take given code out of a data set again.",
    (
        Parameter("name", (), None, "Name of the pair, as `dataset add` said it, or its beginning.", metavar="NAME"),
        Parameter("output", ("-o", "--output"), "dataset", "Folder of the data set."),
        Parameter("as_json", ("--json",), False, "Print JSON: what was taken out."),
    ),
    _work,
)
