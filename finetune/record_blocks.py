"""Records what a real model answers for a few blocks, for the tests of unknown blocks: `python -m finetune.record_blocks URL MODEL CASSETTE`.

In: the address of a server that keeps to grammars (vLLM), the name of its model, the file to write. Out: the cassette, and a line for each block. Run it again when prompt or grammar have changed a lot;
the tests play the answers by block and round, so that they go on being checked meanwhile.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from dsl4bes.evaluation.block_judge import Judge
from dsl4bes.evaluation.warm import Warm
from dsl4bes.heldout.block_tasks import load
from dsl4bes.unknown.backends.choose import open_backend
from dsl4bes.unknown.settings import Settings
from dsl4bes.unknown.writing.program import asking_of
from dsl4bes.unknown.writing.writer import write

#: Blocks by name: one loop, pairs, Chinese words, an order.
BLOCKS = ("weak_endcap_photon_veto", "widest_photon_pair", "momentum_sum_fraction", "third_photon_energy")
#: The settings of the recording, which the tests use too.
SETTINGS = {"samples": 4, "rounds": 1, "max_tokens": 300, "temperature": 0.6}


def settings(**more: object) -> Settings:
    """Those of the recording; a slow server is waited for."""
    return Settings({**Settings().values, **SETTINGS, "read_timeout": 3600.0, "total_timeout": 7200.0, **more}, {})


def main(url: str, model: str, cassette: str) -> None:
    wanted = settings(backend="openai", url=url, model=model, cassette=str(Path(cassette).absolute()), record=True)
    backend = Warm(open_backend(wanted))
    for task in load():
        if task.block in BLOCKS:
            judge = Judge(task)
            written = write(task.task, backend, replace(asking_of(wanted), early=False), judge.climb)
            right = bool(written.chosen and judge.equal.get(written.chosen.climb.code))
            print(f"{task.block}: {'right' if right else 'wrong' if written.chosen else 'none'}, {len(written.drafts)} drafts, {written.seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:4])
