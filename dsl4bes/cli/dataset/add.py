"""`dsl4bes dataset add FILE.bes.lock`: accepted code of custom blocks is given to a data set, with the consent of who gives it.

In: lock files beside their programs, a folder, an answer at the terminal (or `--yes`). Out: what would be taken, word by word; after a yes, lines of `contributed.jsonl` with licence and consent. Entries that are stale, tampered or not accepted are left out, and so is what holds a path, an address or a name. Exit status 1 if nothing could be given.
"""

from __future__ import annotations

import datetime
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dsl4bes.cli import files
from dsl4bes.cli.dataset.folder import EXTRAS, NEEDS, ended, is_ours, made
from dsl4bes.cli.declare import Command, Parameter
from dsl4bes.cli.ladder import compiler_of
from dsl4bes.cli.show import print_diagnostics, printable
from dsl4bes.cli.values import installed
from dsl4bes.diagnostics.codes.training import BAD_DATASET
from dsl4bes.diagnostics.model import Bag
from dsl4bes.unknown.trouble import Trouble

if TYPE_CHECKING:
    from dsl4bes.dataset.contributed import Consent, Contribution
    from dsl4bes.dataset.giving import Offer

_ENDING = ".lock"
_LICENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{1,39}")
STATEMENT = (
    "I may give the words, the names and types of values, and the code that are shown above, and I give them under the licence {licence} to this data set, for training and evaluating models. "
    "With them are kept: whether a hand or which model wrote the code, the licence, this statement, and the day. Nothing else of my files is taken."
)


def _work(lock: list[str], output: str, licence: str, yes: bool, include: tuple[str, ...], as_json: bool) -> int:
    def work() -> bool:
        installed((*NEEDS, "tree_sitter", "tree_sitter_cpp"), "giving code to a data set", EXTRAS, BAD_DATASET)
        if not _LICENCE.fullmatch(licence):
            raise Trouble(BAD_DATASET, f"`{licence}` is no short name of a licence", "as in --licence CC0-1.0; SPDX has the list")
        folder = Path(output)
        is_ours(folder)
        found = [offer for path in lock for offer in _offers(path, licence, include)]
        return _given(folder, found, STATEMENT.format(licence=licence), yes, as_json)

    return ended(work, as_json)


def _offers(path: str, licence: str, include: Sequence[str]) -> list[Offer]:
    """What the lock file of a program offers. Whatever is wrong with the program or the file ends the command."""
    from dsl4bes.dataset.giving import Offer, offers
    from dsl4bes.dataset.personal import own_names
    from dsl4bes.unknown.beside import Beside
    from dsl4bes.unknown.lock import LockError
    from dsl4bes.unknown.review.blocks import Reviewed

    if not path.endswith(_ENDING):
        raise Trouble(BAD_DATASET, f"`{path}` is no lock file", f"name the file that `dsl4bes accept` or `compile` wrote, as in `{path}{_ENDING}`" if path.endswith(".bes") else "its name ends with .bes.lock")
    if not Path(path).is_file():
        raise Trouble(BAD_DATASET, f"there is no file `{path}`", "`dsl4bes accept` and `dsl4bes compile` write it beside a program with custom blocks")
    program, bag = path.removesuffix(_ENDING), Bag()
    source = files.read(program, bag)
    if source is None:
        raise Trouble(BAD_DATASET, f"`{path}` has no program beside it: {bag.items[0].message}", "an entry is checked against its block, so the program must be there")
    try:
        reviewed = Reviewed(Beside(program).lock())
    except LockError as error:
        raise Trouble(BAD_DATASET, str(error), "restore it, or leave it out") from None
    compilation = compiler_of(source, include)(reviewed, "")
    if compilation.bag.has_errors:
        print_diagnostics(compilation.bag, stream=sys.stderr, total=True)
        raise Trouble(BAD_DATASET, f"`{program}` has errors, so its blocks cannot be compared with the lock file", "`dsl4bes check` says what to mend")
    return [*offers(reviewed.blocks.values(), licence, own_names()), *(Offer(name, why_not="the program has no such block") for name in reviewed.leftover)]


def _given(folder: Path, found: Sequence[Offer], statement: str, yes: bool, as_json: bool) -> bool:
    """Show, ask, write. All goes to the error stream but the result."""
    from dsl4bes.dataset.contributed import FILE, read, text_of

    try:
        lines = read(folder / FILE)
    except OSError as error:
        raise Trouble(BAD_DATASET, f"`{folder / FILE}` cannot be read: {error.strerror or error}") from None
    have = {line.found.name for line in lines if line.found is not None}
    new: dict[str, Offer] = {}
    for offer in found:
        if offer.pair is None:
            print(printable(f"left out: {offer.block}: {offer.why_not}"), file=sys.stderr)
        elif offer.pair.name in have or offer.pair.name in new:
            print(printable(f"left out: {offer.block}: it is there already ({offer.pair.name})"), file=sys.stderr)
        else:
            new[offer.pair.name] = offer
            _show(offer)
    if not new:
        raise Trouble(BAD_DATASET, "there is nothing to give", "`dsl4bes review` shows the state of each block, and what to do about it")
    if not _agreed(statement, yes):
        print("nothing was given", file=sys.stderr)
        return False
    consent = _consent(statement, yes)
    more = [_contribution(offer, consent) for offer in new.values()]
    made(folder)
    files.write(str(folder / FILE), text_of(lines, more))
    _say(more, new, folder, as_json)
    return True


def _show(offer: Offer) -> None:
    """Everything that would be kept of a block."""
    assert offer.pair is not None
    who = "a hand" if offer.author == "hand" else f"the model {offer.model or 'without a name'}"
    print(printable(f"\n--- {offer.block} ({offer.pair.name}), code written by {who}; block and what its code sees:\n{offer.pair.question}\n--- code:\n{offer.pair.answer.rstrip()}\n---"), file=sys.stderr)


def _agreed(statement: str, yes: bool) -> bool:
    print(f"\n{statement}", file=sys.stderr)
    if yes:
        return True
    if not sys.stdin.isatty():
        raise Trouble(BAD_DATASET, "nobody can be asked here, so nothing was given", "in a script, --yes says that you agree")
    print("Do you agree? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _consent(statement: str, yes: bool) -> Consent:
    from dsl4bes.dataset.contributed import Consent

    return Consent(statement=statement, given="--yes" if yes else "y at the terminal", day=datetime.datetime.now(datetime.timezone.utc).date().isoformat())


def _contribution(offer: Offer, consent: Consent) -> Contribution:
    from dsl4bes.dataset.contributed import Contribution

    assert offer.pair is not None
    return Contribution(name=offer.pair.name, author=offer.author, model=offer.model, consent=consent, pair=offer.pair)


def _say(more: Sequence[Contribution], new: dict[str, Offer], folder: Path, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"folder": str(folder), "given": [{"name": each.name, "block": new[each.name].block} for each in more]}, indent=2, ensure_ascii=False))
        return
    for each in more:
        print(printable(f"given: {new[each.name].block} as {each.name}"))
    print(f"{folder}: the next `dsl4bes dataset build` takes them; `dsl4bes dataset remove NAME -o {folder}` takes one out again")


COMMAND = Command(
    "add",
    "Give accepted code of custom blocks to a data set.",
    (
        Parameter("lock", (), None, "Lock files (FILE.bes.lock), each beside its program.", metavar="FILE.bes.lock...", many=True),
        Parameter("output", ("-o", "--output"), "dataset", "Folder of the data set."),
        Parameter("licence", ("--licence",), "CC0-1.0", "Under which the code is given (SPDX)."),
        Parameter("yes", ("--yes",), False, "Agree without being asked, for scripts."),
        files.INCLUDE,
        Parameter("as_json", ("--json",), False, "Print JSON: what was given."),
    ),
    _work,
)
