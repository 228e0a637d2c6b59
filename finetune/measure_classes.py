"""Measures how often a model writes a whole algorithm class that compiles: `python -m finetune.measure_classes --out runs/x.jsonl` (the model is that of `dsl4bes.toml` or the environment).

In: the tasks of `blocks.py`, a model. Out: a file with one line for each task: every answer, what the compiler says of it as C++98 and C++17, tokens, seconds. A task that is in the file is not asked
again. There are no rounds, examples or facts: it is what the slots of `measure_blocks` are held against, and it says nothing of behaviour.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from dsl4bes.diagnostics.model import Bag
from dsl4bes.evaluation.warm import Warm
from dsl4bes.heldout.block_tasks import BlockTask, digest, load
from dsl4bes.standin.toolchain import toolchain
from dsl4bes.unknown.backends.choose import open_backend
from dsl4bes.unknown.backends.protocol import Answer, Answers, Backend, Request, complete_all
from dsl4bes.unknown.ladder import PROFILES
from dsl4bes.unknown.sandbox.means import confinement
from dsl4bes.unknown.settings import read_settings
from dsl4bes.unknown.writing.program import asking_of
from finetune.measure_blocks import done
from finetune.whole_class import VERSION, NoClass, compiled, fault, files_of, name_of, question

MAX_TOKENS = 3000  #: a class of BOSS with header and source has 1,000 to 2,500
WRITTEN = "class"  #: what a file is about, in its first line


def judged(task: BlockTask, sample: int, answer: Answer) -> dict[str, Any]:
    """The record of an answer. `fault` is empty if it compiles in both languages; `words`: by profile, what the compiler says."""
    try:
        words = compiled(files_of(answer.text, name_of(task)))
        reason = fault(words)
    except NoClass as error:
        words, reason = dict.fromkeys(PROFILES, str(error)), str(error)
    return {"sample": sample, "answer": answer.text, "cut_off": answer.cut_off, "fault": reason, "words": words}


def measured(task: BlockTask, answers: Answers, seconds: float) -> dict[str, Any]:
    """The record of a task."""
    drafts = [judged(task, sample, answer) for sample, answer in enumerate(answers.answers)]
    same = {"task": task.block, "family": task.family, "tags": task.tags, "chinese": task.chinese}
    return {**same, "drafts": drafts, "prompt_tokens": answers.prompt_tokens or 0, "completion_tokens": answers.completion_tokens or 0, "seconds": round(seconds, 1)}


def asked(task: BlockTask, backend: Backend, how: dict[str, Any]) -> dict[str, Any]:
    """Ask for one class and compile what comes. Raises `Trouble` of the backend."""
    started = time.monotonic()
    (answers,) = complete_all(backend, [Request(messages=question(task), **how)])
    return measured(task, answers, time.monotonic() - started)


def main() -> None:
    chosen = _arguments()
    settings = read_settings(None, bag := Bag())
    if bag.has_errors:
        raise SystemExit("\n".join(str(item) for item in bag))
    backend, asking = Warm(open_backend(settings)), asking_of(settings)
    how = {"samples": chosen.samples or asking.samples, "temperature": asking.temperature, "top_p": asking.top_p, "seed": asking.seed, "max_tokens": chosen.max_tokens}
    confinement(), toolchain()  # what is missing is said before a model is asked
    out = Path(chosen.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    known = done(out, {"model": backend.adapter or backend.model, "written": WRITTEN, "prompt": VERSION, "tasks": digest(), **how})
    for task in load():
        if task.block in known or (chosen.only and task.block not in chosen.only.split(",")):
            continue
        record = asked(task, backend, how)
        with out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
        print(f"{task.block}: {sum(not draft['fault'] for draft in record['drafts'])} of {len(record['drafts'])} compile ({record['seconds']:.0f} s)", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--out", required=True, help="file with a line for each task; a stopped run goes on")
    parser.add_argument("--samples", type=int, help="answers for each task (default: the settings')")
    parser.add_argument("--max-tokens", type=int, default=MAX_TOKENS, help="longest answer (%(default)s); prompt and answer must fit into the model's context")
    parser.add_argument("--only", help="tasks by name, with commas")
    return parser.parse_args()


if __name__ == "__main__":
    main()
