"""The table of what compiles, whole classes against slots: `python -m finetune.report_classes runs/*.jsonl`.

In: files of `measure_classes` and of `measure_blocks`. Out: for each the share of answers that compile, and of tasks for which at least one of the answers does, with Wilson's 95 % intervals over tasks.
Of slots only first drafts count, and one that the policy refuses does not compile. Nothing is asked or run here.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from dsl4bes.benchmark.wilson import wilson
from dsl4bes.unknown.ladder import PROFILES
from finetune.measure_classes import WRITTEN
from finetune.report_blocks import latest, passed
from finetune.whole_class import missing_header

Record = dict[str, Any]


def lines(paths: Sequence[Path]) -> Iterator[str]:
    """The report of these files."""
    yield f"| file | model | written | tasks | answers | {' | '.join(PROFILES.values())} | both | tasks with one that compiles |"
    yield "|" + "--|" * (7 + len(PROFILES))
    found = {path.stem: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] for path in paths}
    for name, (head, *records) in found.items():
        yield _row(name, head, records)
    for name, (head, *records) in found.items():
        if head.get("written") == WRITTEN:
            yield from _details(name, records)


def _row(name: str, head: Record, records: Sequence[Record]) -> str:
    if head.get("written") == WRITTEN:
        drafts = [record["drafts"] for record in records]
        single = [_share(drafts, partial(_compiles_as, profile)) for profile in PROFILES]
        kind, right = "class", _compiles
    else:
        drafts = [latest(record, 0) for record in records]
        single, kind, right = ["" for _ in PROFILES], "slot", _slot_compiles
    some = sum(any(map(right, each)) for each in drafts)
    cells = [name, head["model"], kind, str(len(records)), str(sum(map(len, drafts))), *single, _share(drafts, right), _with_interval(some, len(records))]
    return f"| {' | '.join(cells)} |"


def _compiles(draft: Record) -> bool:
    return not draft["fault"]


def _compiles_as(profile: str, draft: Record) -> bool:
    return not draft["words"][profile]


def _slot_compiles(draft: Record) -> bool:
    return passed(draft, "compile")


def _share(drafts: Sequence[Sequence[Record]], right: Callable[[Record], bool]) -> str:
    """The share of answers: every task counts the same, and the interval is that of so many tasks, since answers to one task are alike."""
    return _with_interval(sum(sum(map(right, each)) / len(each) for each in drafts if each), len(drafts))


def _with_interval(successes: float, tries: int) -> str:
    low, high = wilson(successes, tries)
    return f"{successes / max(tries, 1):.0%} ({low:.0%}–{high:.0%})"


def _details(name: str, records: Sequence[Record]) -> Iterator[str]:
    """What fails, and at what price."""
    drafts = [draft for record in records for draft in record["drafts"]]
    faults = Counter("cut off" if draft["cut_off"] else draft["fault"] for draft in drafts if draft["fault"])
    headers = Counter(header for draft in drafts if (header := missing_header(next(iter(draft["words"].values())))))
    tokens, seconds = (sum(record[key] for record in records) / max(len(records), 1) for key in ("completion_tokens", "seconds"))
    yield f"\n{name}: {tokens:.0f} tokens written and {seconds:.0f} s for a task on average. What fails: {_counted(faults) or 'nothing'}."
    if headers:
        yield f"Headers that are not there: {_counted(headers)}; those that BOSS has and the stand-in has not are no fault of the model."


def _counted(found: Counter[str]) -> str:
    return ", ".join(f"{what} {count}" for what, count in found.most_common(8))


if __name__ == "__main__":
    print("\n".join(lines([Path(name) for name in sys.argv[1:]])))
