"""A finished run made of use: the adapter's folder with card, log and curves; merged and exported on demand.

In: a run whose last step is done. Out: `adapter/`, and `merged/`, `export/` if asked for. They are made anew from the last checkpoint, so a run that ended in the middle of this only needs the command again.
"""

from __future__ import annotations

from pathlib import Path

from dsl4bes.diagnostics.codes.training import BAD_TRAINING
from dsl4bes.training.adapter import as_bfloat16, merge
from dsl4bes.training.curves import picture
from dsl4bes.training.folder import ADAPTER, EXPORT, LOG, MERGED, RunFolder, read_log
from dsl4bes.training.recipe import RANDOM, Precision, Recipe
from dsl4bes.training.result import Result, card, result
from dsl4bes.training.start import Ready
from dsl4bes.unknown.models import place
from dsl4bes.unknown.pinned import PINNED
from dsl4bes.unknown.serving.adapters import CONFIG, WEIGHTS
from dsl4bes.unknown.trouble import Trouble

_CURVES, _CARD = "curves.png", "README.md"


def finish(ready: Ready) -> Result:
    """The folder of the adapter; curves only where matplotlib is."""
    import json
    from importlib.util import find_spec

    last = ready.run.last()
    assert last is not None and last.name.endswith(f"{ready.plan.steps:06d}")
    lines = read_log(ready.run.folder / LOG)
    found = result(lines, ready.made)

    def write(folder: Path) -> None:
        for name in (WEIGHTS, CONFIG):
            (folder / name).write_bytes((last / name).read_bytes())
        pinned = {**ready.pinned, "step": ready.plan.steps, "loss": found.as_data}
        (folder / PINNED).write_text(json.dumps(pinned, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        (folder / LOG).write_bytes((ready.run.folder / LOG).read_bytes())
        (folder / _CARD).write_text(card(found, ready.made, ready.recipe.lora, ready.examples.counts(frozenset(ready.encoded.too_long)), len(ready.encoded.too_long)), encoding="utf-8")
        if find_spec("matplotlib") is not None:
            (folder / _CURVES).write_bytes(picture(lines))

    ready.run.put(ADAPTER, write)
    return found


def export(run: RunFolder) -> tuple[Path, int]:
    """The adapter of a finished run in bfloat16: its folder and the bytes of its weights."""
    sizes: list[int] = []
    return run.put(EXPORT, lambda folder: sizes.append(as_bfloat16(run.adapter, folder))), sizes[0]


def can_be_merged(recipe: Recipe) -> None:
    """A `Trouble` if not: said before anything is trained."""
    if recipe.model.base == RANDOM:
        raise Trouble(BAD_TRAINING, "the random model of this recipe lies nowhere, so nothing can be merged into it", "take another recipe")


def merged(run: RunFolder, recipe: Recipe, folder: Path, precision: Precision) -> Path:
    """Base and adapter of a finished run in one folder that a server takes as a model; the base is read where it lies now, which may be elsewhere than when the run began."""
    where = place(recipe.model.name, folder)
    return run.put(MERGED, lambda target: merge(where, run.adapter, precision, target))
