"""`dsl4bes review --json`: blocks and events as plain data.

In: blocks, what came of them. Out: JSON, in ASCII; a number that is absent or infinite is null. Nothing is computed here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dsl4bes.unknown.review.blocks import Block
    from dsl4bes.unknown.review.decide import Decided, Event
    from dsl4bes.unknown.review.values import Plain
    from dsl4bes.unknown.task import Task


def as_text(file: str, blocks: Mapping[str, Block], found: Mapping[str, Decided], reasons: Mapping[str, str], leftover: Sequence[str]) -> str:
    data = {"program": file, "blocks": [_block(block, found.get(name), reasons.get(name, "")) for name, block in blocks.items()], "leftover": list(leftover)}
    return json.dumps(data, indent=2, allow_nan=False)


def _block(block: Block, found: Decided | None, reason: str) -> dict[str, Any]:
    agreement = block.agreement
    return {
        "name": block.name, "place": block.place, "state": block.state.value, "why": block.why, "help": block.help, "describe": block.task.describe, "from": list(block.takes),
        "values": [{"name": value.name, "written": words, "meaning": value.meaning} for value, words in block.values], "reads": _reads(block.reads), "file": block.file, "code": block.code,
        "author": None if block.author is None else block.author.value, "origin": dict(block.origin), "ladder": dict(block.entry.ladder) if block.entry is not None else {},
        "agreement": None if agreement is None else {"alike": agreement.alike, "drafts": agreement.drafts, "share": agreement.share},
        "disputed": [{"run": run, "event": event} for run, event in block.disputed], "decided": None if found is None else _decided(found), "not_run": reason,
    }  # fmt: skip


def _reads(task: Task) -> list[dict[str, Any]]:
    structs = dict(task.structs)
    found = []
    for value in task.values:
        members = structs.get(value.entry, ())
        found.append({"name": value.name, "type": value.type, "meaning": value.meaning, "members": [{"name": member.name, "type": member.type, "meaning": member.meaning} for member in members]})
    return found


def _decided(found: Decided) -> dict[str, Any]:
    flow = found.flow
    return {
        "events": found.events, "reached": found.reached, "stay": found.stay, "rejected": found.rejected, "steady": not found.unsteady,
        "flow": {"before": {"line": flow.line, "events": flow.before}, "block": {"line": flow.name, "events": flow.after}, "end": {"region": flow.region, "events": flow.end}},
        "disputed": [{"run": run, "event": event} for run, event in found.disputed], "shown": [_event(event) for event in found.shown], "without_values": found.without,
    }  # fmt: skip


def _event(event: Event) -> dict[str, Any]:
    seen = event.seen
    return {
        "run": event.run, "event": event.event, "stays": event.stays, "disputed": event.disputed,
        "values": None if seen is None else {name: _plain(value) for name, value in seen.values.items()},
        "lists": None if seen is None else {name: [{member: _plain(value) for member, value in entry.items()} for entry in entries] for name, entries in seen.lists.items()},
    }  # fmt: skip


def _plain(value: Plain) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value if isinstance(value, bool) else value if isfinite(value) else None
