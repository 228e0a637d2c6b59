"""Measures how well a model writes blocks whose right behaviour is known: `python -m finetune.measure_blocks --out runs/x.jsonl` (the model is that of `dsl4bes.toml` or the environment).

In: the tasks of `blocks.py`, a model. Out: a file with one line for each task: every draft with its rungs, whether it behaves as the known construct, tokens, seconds. A task that is in the file is not
asked again, so that a stopped run goes on. Drafts run only on the ladder, which sees the sample of the product; whether a draft is right is asked on other events, and no draft learns it.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from dsl4bes.diagnostics.model import Bag
from dsl4bes.evaluation.block_judge import Judge, rules_of
from dsl4bes.evaluation.warm import Warm
from dsl4bes.heldout.block_tasks import BlockTask, digest, load
from dsl4bes.unknown.backends.choose import open_backend
from dsl4bes.unknown.settings import read_settings
from dsl4bes.unknown.writing.program import asking_of
from dsl4bes.unknown.writing.prompt import VERSION, Parts
from dsl4bes.unknown.writing.writer import Asking, Written, write


def measured(task: BlockTask, judge: Judge, written: Written) -> dict[str, Any]:
    """The record of a task."""
    drafts = [
        {
            "round": draft.round, "sample": draft.sample, "answer": draft.answer.text, "cut_off": draft.answer.cut_off, "accepted": draft.climb.accepted,
            "rung": draft.climb.rungs[-1].name, "words": "" if draft.climb.accepted else draft.climb.rungs[-1].words[:600],
            "rules": rules_of(draft.climb),
            "answers": "".join(map(str, draft.climb.answers)), "equal": judge.equal.get(draft.climb.code, False),
        }
        for draft in written.drafts
    ]  # fmt: skip
    return {"task": task.block, "family": task.family, "tags": task.tags, "chinese": task.chinese, "drafts": drafts, "prompt_tokens": written.prompt_tokens, "completion_tokens": written.completion_tokens, "seconds": round(written.seconds, 1)}


def main() -> None:
    chosen = _arguments()
    settings = read_settings(None, bag := Bag())
    if bag.has_errors:
        raise SystemExit("\n".join(str(item) for item in bag))
    backend = Warm(open_backend(settings))
    asking = replace(asking_of(settings), early=False, parts=Parts(chosen.examples, not chosen.no_facts, not chosen.no_narrow))
    asking = replace(asking, samples=chosen.samples or asking.samples, rounds=asking.rounds if chosen.rounds is None else chosen.rounds, typed=asking.typed and not chosen.untyped, mend=not chosen.no_mend)
    out = Path(chosen.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    head = {"model": backend.adapter or backend.model, "prompt": VERSION, "tasks": digest(), **_said(asking)}
    known = done(out, head)
    for task in load():
        if task.block in known or (chosen.only and task.block not in chosen.only.split(",")):
            continue
        started = time.monotonic()
        judge = Judge(task)
        written = write(task.task, backend, asking, judge.climb, partial(_told, task.block))
        with out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(measured(task, judge, written), ensure_ascii=False) + "\n")
        right = bool(written.chosen and judge.equal.get(written.chosen.climb.code))
        print(f"{task.block}: {'right' if right else 'wrong' if written.chosen else 'none'} ({time.monotonic() - started:.0f} s)", flush=True)


def _told(block: str, words: str) -> None:
    print(f"{block}: {words}", flush=True)


def _said(asking: Asking) -> dict[str, Any]:
    return {
        "samples": asking.samples, "rounds": asking.rounds, "temperature": asking.temperature, "top_p": asking.top_p, "seed": asking.seed, "typed": asking.typed,
        "mend": asking.mend, "examples": asking.parts.examples, "facts": asking.parts.facts, "narrow": asking.parts.narrow,
    }  # fmt: skip


def done(out: Path, head: dict[str, Any]) -> set[str]:
    """The tasks that a file has already; a file of another model or of other settings is not continued."""
    if not out.exists():
        out.write_text(json.dumps(head) + "\n", encoding="utf-8")
        return set()
    first, *lines = out.read_text(encoding="utf-8").splitlines()
    if json.loads(first) != head:
        raise SystemExit(f"{out} was written with other settings: {first}")
    return {json.loads(line)["task"] for line in lines}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--out", required=True, help="file with a line for each task; a stopped run goes on")
    parser.add_argument("--samples", type=int, help="answers for each task (default: the settings')")
    parser.add_argument("--rounds", type=int, help="repair rounds (default: the settings')")
    parser.add_argument("--examples", type=int, default=Parts().examples, help="worked examples in the prompt")
    parser.add_argument("--no-facts", action="store_true", help="without the facts of the interface")
    parser.add_argument("--no-narrow", action="store_true", help="every member is explained")
    parser.add_argument("--untyped", action="store_true", help="without the grammar of names and members")
    parser.add_argument("--no-mend", action="store_true", help="slips stay as they were written")
    parser.add_argument("--only", help="tasks by name, with commas")
    return parser.parse_args()


if __name__ == "__main__":
    main()
