"""The tables of `measure_blocks`: `python -m finetune.report_blocks runs/*.jsonl`.

In: files of `measure_blocks`. Out: for each the share of drafts on every rung, equal behaviour at 1, 4, 8 samples and after 0, 1, 2 rounds with 95 % intervals, tokens and seconds. Fewer samples than
were drawn are all subsets of them, averaged; a share of n tasks has Wilson's interval. Nothing is asked or run here.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from dsl4bes.benchmark.wilson import wilson

RUNGS = ("policy", "compile", "run", "repeat", "checks", "decide")


def latest(record: dict[str, Any], rounds: int) -> list[dict[str, Any]]:
    """The draft of every sample after so many rounds: the latest, but none that was refused in the place of one that passed (`writing/writer.py`)."""
    found: dict[int, dict[str, Any]] = {}
    for draft in record["drafts"]:
        if draft["round"] <= rounds and (draft["accepted"] or draft["sample"] not in found or not found[draft["sample"]]["accepted"]):
            found[draft["sample"]] = draft
    return [found[sample] for sample in sorted(found)]


def voted(drafts: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The draft that the vote of the product would take (`writing/vote.py`): behaviours that decide first, then the largest, then the first drawn."""
    members: dict[str, list[dict[str, Any]]] = {}
    for draft in drafts:
        if draft["accepted"]:
            members.setdefault(draft["answers"], []).append(draft)
    ranked = sorted(members.items(), key=lambda item: (len(set(item[0])) < 2, -len(item[1]), item[1][0]["sample"]))
    return ranked[0][1][0] if ranked else None


def share_equal(record: dict[str, Any], samples: int, rounds: int) -> float:
    """The chance that so many samples and rounds give the right behaviour: over all subsets of the samples that were drawn."""
    drafts = latest(record, rounds)
    results = [bool(found and found["equal"]) for found in map(voted, combinations(drafts, min(samples, len(drafts))))]
    return sum(results) / len(results)


def lines(path: Path) -> Iterator[str]:
    """The report of one file."""
    head, *records = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    yield f"### {path.stem}: {head['model']}, {len(records)} tasks"
    yield f"typed {head['typed']}, {head['examples']} examples, facts {head['facts']}, narrow {head['narrow']}, temperature {head['temperature']}, seed {head['seed']}, prompt {head['prompt']}\n"
    yield "| rounds | " + " | ".join(f"passes {rung}" for rung in RUNGS) + " | a draft is right |"
    yield "|" + "--|" * (len(RUNGS) + 2)
    for rounds in range(head["rounds"] + 1):
        drafts = [draft for record in records for draft in latest(record, rounds)]
        got = Counter(rung for draft in drafts for rung in RUNGS if passed(draft, rung))
        equal = sum(draft["equal"] for draft in drafts)
        yield f"| {rounds} | " + " | ".join(f"{got[rung] / len(drafts):.0%}" for rung in RUNGS) + f" | {equal / len(drafts):.0%} |"
    yield "\n| equal behaviour | " + " | ".join(f"{rounds} rounds" for rounds in range(head["rounds"] + 1)) + " |"
    yield "|--|" + "--|" * (head["rounds"] + 1)
    for samples in sorted({1, min(4, head["samples"]), head["samples"]}):
        cells = []
        for rounds in range(head["rounds"] + 1):
            right = sum(share_equal(record, samples, rounds) for record in records)
            low, high = wilson(right, len(records))
            cells.append(f"{right / len(records):.0%} ({low:.0%}–{high:.0%})")
        yield f"| {samples} samples | " + " | ".join(cells) + " |"
    tokens = sum(record["completion_tokens"] for record in records) / max(len(records), 1)
    seconds = sum(record["seconds"] for record in records) / max(len(records), 1)
    yield f"\n{tokens:.0f} tokens written and {seconds:.0f} s for a block on average. What fails most: {_failures(records, head['rounds'])}.\n"


def passed(draft: dict[str, Any], rung: str) -> bool:
    """Whether a draft got past a rung of the ladder."""
    return draft["accepted"] or RUNGS.index(rung) < RUNGS.index(draft["rung"])


def _failures(records: Sequence[dict[str, Any]], rounds: int) -> str:
    """The commonest reasons of the last drafts: the rules of the policy, the rung, or a behaviour that is another."""
    reasons: Counter[str] = Counter()
    for record in records:
        for draft in latest(record, rounds):
            if draft["accepted"]:
                reasons["accepted, other behaviour"] += not draft["equal"]
            elif draft["rung"] == "policy":
                reasons.update(draft["rules"])
            else:
                reasons[draft["rung"]] += 1
    return ", ".join(f"{reason} {count}" for reason, count in reasons.most_common(6) if count)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print("\n".join(lines(Path(name))))
