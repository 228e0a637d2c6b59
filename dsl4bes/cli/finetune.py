"""`dsl4bes finetune RECIPE`: trains a LoRA adapter; stops and goes on where it was.

In: a recipe, a data set, a folder. Out: in the folder checkpoints, `train.jsonl`, and at the end `adapter/` with card and curves. The same command goes on after an interrupt or a kill, with the same result. Exit status 1 if it cannot be done, 130 if it was interrupted (and saved).
Torch is imported only when a training is prepared.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsl4bes.cli.declare import Command, Parameter
from dsl4bes.cli.show import print_diagnostics
from dsl4bes.cli.status import CLEAN, ERRORS, INTERRUPTED
from dsl4bes.cli.values import installed
from dsl4bes.diagnostics.codes.training import BAD_RECIPE, BAD_TRAINING
from dsl4bes.diagnostics.model import Bag
from dsl4bes.diagnostics.render.style import safe
from dsl4bes.unknown.trouble import Trouble

if TYPE_CHECKING:
    from dsl4bes.training.recipe import Recipe

_NEEDS = ("torch", "transformers", "peft", "safetensors", "numpy", "pydantic")


class _Stopped(Exception):
    """The user stopped it, and it is saved."""


def _work(
    recipe: list[str], data: str, base: str, output: str, changes: tuple[str, ...], estimate: bool, memory_check: bool, merge: str, export: bool, force: bool, as_json: bool, quiet: bool
) -> int:
    bag = Bag()
    status = CLEAN
    try:
        given = [*changes, *([f"data.folder={_text(data)}"] if data else []), *([f"model.place={_text(base)}"] if base else [])]
        _one(_recipe(recipe, given, bag), recipe[0], Path(output or f"finetune-{Path(recipe[0]).stem}"), estimate, memory_check, merge, export, force, as_json, quiet)
    except _Stopped:
        status = INTERRUPTED
    except Trouble as trouble:
        if trouble.message:
            bag.add(trouble.code, trouble.message, help=trouble.help)
    if bag.items:
        print_diagnostics(bag, "json" if as_json else "full", sys.stdout if as_json else sys.stderr)
    return ERRORS if bag.has_errors else status


def _text(value: str) -> str:
    from json import dumps

    return dumps(value, ensure_ascii=False)


def _recipe(words: list[str], changes: list[str], bag: Bag) -> Recipe:
    installed(("pydantic", "numpy"), "a recipe", "train", BAD_RECIPE)
    from dsl4bes.training.recipe_file import find_recipe, read_recipe

    if len(words) > 1:
        raise Trouble(BAD_RECIPE, f"one recipe is trained, and `{words[1]}` is another word", "changes are given with --set, combinations with --grid")
    found = read_recipe(find_recipe(words[0]), bag, changes)
    if found is None:
        raise Trouble(BAD_RECIPE, "")  # the bag says it
    return found


def _one(recipe: Recipe, name: str, out: Path, only_estimate: bool, memory_check: bool, merge: str, export: bool, force: bool, as_json: bool, quiet: bool) -> None:
    installed(_NEEDS, "training", "train", BAD_TRAINING)
    say = _say(quiet or as_json)
    if only_estimate:
        _estimate(recipe, say, as_json)
        return
    from dsl4bes.cli.finetune_progress import progress
    from dsl4bes.training.finish import export as exported
    from dsl4bes.training.finish import finish, merged
    from dsl4bes.training.folder import ADAPTER
    from dsl4bes.training.recipe import Precision
    from dsl4bes.training.start import prepare

    _quiet_libraries()
    ready = prepare(recipe, Path(), out, say, force, memory_check)
    say(told(ready.estimate))
    ready.run.begin(ready.made)
    with progress(quiet or as_json) as listener:
        ended = ready.trainer(listener).train()
    if not ended.finished:
        say(f"stopped after step {ended.step} of {ready.plan.steps}, and saved: the same command goes on")
        raise _Stopped
    found = finish(ready)
    result: dict[str, Any] = {"adapter": str(out / ADAPTER), **found.as_data}
    if export:
        folder, size = exported(ready.run)
        result |= {"export": str(folder), "export_bytes": size}
    if merge:
        result |= {"merged": str(merged(ready.run, Path(), Precision(merge)))}
    _print(result, as_json, quiet)


def _print(result: dict[str, Any], as_json: bool, quiet: bool) -> None:
    if as_json:
        from json import dumps

        print(dumps(result, indent=2, ensure_ascii=False))
        return
    if quiet:
        return
    watched = f", held-out {result['before']:.3f} -> {result['after']:.3f}" if result["before"] is not None and result["after"] is not None else ""
    print(safe(f"adapter: {result['adapter']} ({result['steps']:,} steps, loss {result['loss']:.3f}{watched})"))
    for name, words in (("export", "in bfloat16"), ("merged", "merged")):
        if name in result:
            print(safe(f"{words}: {result[name]}"))


def _estimate(recipe: Recipe, say: Callable[[str], None], as_json: bool) -> None:
    """Memory and time, and nothing else; a `Trouble` with both numbers if it cannot fit."""
    from dataclasses import asdict
    from json import dumps

    from dsl4bes.training.estimate import refuse
    from dsl4bes.training.start import estimate_memory

    found = estimate_memory(recipe, Path(), say, timed=True)
    if found is None:
        raise Trouble(BAD_TRAINING, f"the sizes of `{recipe.model.base}` are not known here", "name its folder with --base, or write `shape` into [model]")
    print(dumps({**asdict(found), "fits": found.fits}, indent=2) if as_json else told(found))
    refuse(found, recipe)


def told(found: Any) -> str:
    """An estimate in words."""
    from dsl4bes.training.estimate import GIB

    memory = found.memory
    parts = ", ".join(f"{name} {value / GIB:.1f}" for name, value in (("weights", memory.weights), ("adapter", memory.adapter), ("activations", memory.activations), ("logits", memory.logits), ("libraries", memory.rest)))
    lines = [
        f"{found.parameters / 1e6:,.0f} million weights in {found.precision.value}, {found.learned / 1e6:.2f} million learned",
        f"memory: about {memory.total / GIB:.1f} GiB ({parts}); {found.available / GIB:.1f} GiB are free",
    ]  # fmt: skip
    if found.seconds is not None:
        lines.append(f"{found.steps:,} steps, {found.tokens:,} tokens: about {duration(found.seconds)}")
    return "\n".join(lines)


def duration(seconds: float) -> str:
    """As people say it.

    >>> duration(50), duration(4000), duration(100_000)
    ('50 s', '1 h 07 min', '27 h 47 min')
    """
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def _quiet_libraries() -> None:
    """Their bars and advice are not ours."""
    import os

    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()


def _say(silent: bool) -> Callable[[str], None]:
    def say(words: str) -> None:
        if not silent:
            print(safe(words), file=sys.stderr, flush=True)

    return say


COMMAND = Command(
    "finetune",
    "Train a LoRA adapter by a recipe; stopped or killed, the same command goes on.",
    (
        Parameter("recipe", help="A recipe: a TOML file, or the name of a shipped one.", metavar="RECIPE", many=True),
        Parameter("data", ("--data",), "", "Folder of the data set, instead of that of the recipe."),
        Parameter("base", ("--base",), "", "Folder or GGUF file in which the base model of the recipe lies here."),
        Parameter("output", ("-o", "--output"), "", "Folder of the run (default: finetune-RECIPE); a run that was stopped goes on there."),
        Parameter("changes", ("--set",), (), "Change of the recipe, as in training.epochs=3 or rank=4; may be repeated."),
        Parameter("estimate", ("--estimate",), False, "Only say how much memory and time it takes."),
        Parameter("memory_check", ("--no-memory-check",), False, "Begin although the estimate says that memory is too small."),
        Parameter("merge", ("--merge",), "", "At the end merge base and adapter into a model: bfloat16 or float32.", choices=("bfloat16", "float32")),
        Parameter("export", ("--export",), False, "At the end write the adapter in bfloat16, too."),
        Parameter("force", ("--force",), False, "Remove the run in the folder, and begin anew."),
        Parameter("as_json", ("--json",), False, "Print JSON at the end."),
        Parameter("quiet", ("-q", "--quiet"), False, "Only errors."),
    ),
    _work,
)
