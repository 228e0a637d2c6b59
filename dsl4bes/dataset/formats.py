"""The files that trainers read: chat JSONL, alpaca, sharegpt, and LLaMA-Factory's `dataset_info.json`.

In: the pairs of each side of the split. Out: names of files → text, the same for the same pairs. Nothing is written here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dsl4bes.dataset.record import Pair
from dsl4bes.dataset.split import Side


def files(sides: Mapping[Side, Sequence[Pair]]) -> dict[str, str]:
    """All files by name: for each side the pairs with all that is known of them, and in three formats."""
    found: dict[str, str] = {}
    info: dict[str, Any] = {}
    for side, pairs in sides.items():
        name = side.value
        found[f"{name}.pairs.jsonl"] = _lines(pair.model_dump(mode="json") for pair in pairs)
        found[f"{name}.jsonl"] = _lines({"messages": turns(pair)} for pair in pairs)
        found[f"{name}.alpaca.json"] = _whole([{"instruction": pair.question, "input": "", "output": pair.answer, "system": pair.system, "history": [list(turn) for turn in pair.before]} for pair in pairs])
        found[f"{name}.sharegpt.json"] = _whole([{"conversations": _conversation(pair), "system": pair.system} for pair in pairs])
        info[f"dsl4bes_{name}"] = {"file_name": f"{name}.alpaca.json", "columns": {"prompt": "instruction", "query": "input", "response": "output", "system": "system", "history": "history"}}
        info[f"dsl4bes_{name}_sharegpt"] = {"file_name": f"{name}.sharegpt.json", "formatting": "sharegpt", "columns": {"messages": "conversations", "system": "system"}}
    found["dataset_info.json"] = _whole(info)
    return found


def turns(pair: Pair) -> list[dict[str, str]]:
    """The conversation of a pair, as chat templates take it."""
    said = [{"role": "system", "content": pair.system}] if pair.system else []
    for asked, answered in (*pair.before, (pair.question, pair.answer)):
        said += [{"role": "user", "content": asked}, {"role": "assistant", "content": answered}]
    return said


def _conversation(pair: Pair) -> list[dict[str, str]]:
    names = {"user": "human", "assistant": "gpt"}
    return [{"from": names[turn["role"]], "value": turn["content"]} for turn in turns(pair) if turn["role"] in names]


def _lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _whole(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
