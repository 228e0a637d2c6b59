"""`dsl4bes dataset show`: what is in a data set; with `--check`, whether it still is what was built.

In: a folder. Out: counts by kind, language and family, lengths, some pairs drawn with a seed; or every fault with file and line. Exit status 1 if there are faults, or if there is no data set. Nothing is changed.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from dsl4bes.cli.dataset.folder import EXTRAS, NEEDS, ended, there
from dsl4bes.cli.declare import Command, Parameter
from dsl4bes.cli.show import printable
from dsl4bes.cli.values import installed, whole_number
from dsl4bes.diagnostics.codes.training import BAD_DATASET

if TYPE_CHECKING:
    from dsl4bes.dataset.record import Pair
    from dsl4bes.dataset.shown import Fault, Shown

_MOST_SHOWN, _MOST_FAULTS = 1000, 50


def _work(folder: str, number: str, seed: str, check: bool, as_json: bool) -> int:
    def work() -> bool:
        installed(NEEDS, "a data set", EXTRAS, BAD_DATASET)
        count = whole_number(number, "-n", 0, _MOST_SHOWN, BAD_DATASET)
        drawn = whole_number(seed, "--seed", 0, 10**6, BAD_DATASET)
        place = Path(folder)
        there(place)
        from dsl4bes.dataset.shown import faults, shown

        read = shown(place)
        wrong = faults(place, read) if check else read.faults
        some = _drawn(read.pairs, count, drawn)
        if as_json:
            print(json.dumps({"folder": folder, **_counts(read), "faults": [str(each) for each in wrong], "shown": [pair.model_dump(mode="json") for pair in some]}, indent=2, ensure_ascii=False))
        else:
            _print(read, some, wrong, check)
        return not wrong

    return ended(work, as_json)


def _drawn(pairs: list[Pair], count: int, seed: int) -> list[Pair]:
    import numpy as np

    chosen = np.random.default_rng([seed, len(pairs)]).choice(len(pairs), min(count, len(pairs)), replace=False) if pairs else ()
    return [pairs[int(at)] for at in chosen]


def _counts(read: Shown) -> dict[str, Any]:
    pairs = read.pairs
    return {
        "pairs": len(pairs),
        "sides": {side.value: len(own) for side, own in read.sides().items()},
        "kinds": _counted(pair.kind.value for pair in pairs),
        "languages": _counted(pair.language.value for pair in pairs),
        "families": _counted(pair.family for pair in pairs),
        "licences": _counted(pair.licence for pair in pairs),
        "lengths": {"question": _lengths([len(pair.question) for pair in pairs]), "answer": _lengths([len(pair.answer) for pair in pairs])},
    }


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def _lengths(lengths: list[int]) -> dict[str, float]:
    return {"least": min(lengths), "median": median(lengths), "most": max(lengths)} if lengths else {}


def _print(read: Shown, some: list[Pair], wrong: list[Fault], check: bool) -> None:
    from dsl4bes.dataset.shown import as_text

    counts = _counts(read)
    print(f"{counts['pairs']:,} pairs: " + ", ".join(f"{count:,} {side}" for side, count in counts["sides"].items()))
    for title, table in (("kind", "kinds"), ("language", "languages"), ("licence of the answer", "licences"), ("family", "families")):
        print(f"\n{title}")
        for name, count in counts[table].items():
            print(printable(f"  {name:<44} {count:>7,}"))
    print(f"\n{'length in characters':<22}{'least':>8}{'median':>9}{'most':>8}")
    for name, lengths in counts["lengths"].items():
        if lengths:
            print(f"  {name:<20}{lengths['least']:>8}{lengths['median']:>9.0f}{lengths['most']:>8}")
    for pair in some:
        print(printable(f"\n--- {pair.name}\n{as_text(pair)}"))
    for fault in wrong[:_MOST_FAULTS]:
        print(printable(str(fault)), file=sys.stderr)
    if len(wrong) > _MOST_FAULTS:
        print(f"and {len(wrong) - _MOST_FAULTS:,} more (--json has all)", file=sys.stderr)
    if check:
        print(f"\nchecked: {len(wrong):,} faults" if wrong else "\nchecked: schema, openings, families, duplicates, test tasks, files and card are right")


COMMAND = Command(
    "show",
    "Count the pairs of a data set, show some, check all.",
    (
        Parameter("folder", (), "dataset", "Folder of the data set.", metavar="FOLDER"),
        Parameter("number", ("-n", "--number"), "3", "Pairs to show, drawn at random."),
        Parameter("seed", ("--seed",), "1", "Of that draw."),
        Parameter("check", ("--check",), False, "Validate every pair again, and the files and the card against them."),
        Parameter("as_json", ("--json",), False, "Print JSON: counts, faults, the pairs that are shown."),
    ),
    _work,
)
