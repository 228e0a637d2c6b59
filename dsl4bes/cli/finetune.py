"""`dsl4bes finetune RECIPE`: trains a LoRA adapter; stops and goes on where it was.

In: a recipe, a data set, a folder. Out: in the folder checkpoints, `train.jsonl`, and at the end `adapter/` with card and curves. The same command goes on after an interrupt or a kill, with the same result. Exit status 1 if it cannot be done, 130 if it was interrupted (and saved).
Torch is imported only when a training is prepared.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsl4bes.cli.declare import Command, Parameter
from dsl4bes.cli.finetune_progress import duration
from dsl4bes.cli.show import print_diagnostics
from dsl4bes.cli.status import CLEAN, ERRORS, INTERRUPTED
from dsl4bes.cli.values import installed
from dsl4bes.diagnostics.codes.training import BAD_RECIPE, BAD_TRAINING, OTHER_TEMPLATE
from dsl4bes.diagnostics.model import Bag
from dsl4bes.diagnostics.render.style import safe
from dsl4bes.unknown.trouble import Trouble

if TYPE_CHECKING:
    from dsl4bes.training.estimate import Estimate
    from dsl4bes.training.recipe import Recipe
    from dsl4bes.training.result import Result

_NEEDS = ("torch", "transformers", "peft", "safetensors", "numpy", "pydantic")


class _Stopped(Exception):
    """The user stopped it, and it is saved."""


class _Faulty(Exception):
    """The recipe has faults, which the bag says."""


@dataclass(frozen=True)
class _Wish:
    """What is wanted of a run, besides the recipe itself."""

    recipe: str
    out: Path
    unchecked: bool
    merge: str
    export: bool
    force: bool
    as_json: bool
    quiet: bool

    @property
    def silent(self) -> bool:
        return self.quiet or self.as_json

    def say(self, words: str) -> None:
        if not self.silent:
            print(safe(words), file=sys.stderr, flush=True)


def _work(
    recipe: list[str], data: str, base: str, output: str, changes: tuple[str, ...], grid: tuple[str, ...], estimate: bool, unchecked: bool, merge: str, export: bool, llamafactory: bool, parity: str, force: bool, as_json: bool, quiet: bool
) -> int:  # fmt: skip
    bag = Bag()
    status = CLEAN
    given = [*changes, *([f"data.folder={_text(data)}"] if data else []), *([f"model.place={_text(base)}"] if base else [])]
    name, *axes = recipe
    wish = _Wish(name, Path(output or f"finetune-{_called(name)}"), unchecked, merge, export, force, as_json, quiet)
    try:
        if axes and not grid:
            raise Trouble(BAD_RECIPE, f"one recipe is trained, and `{axes[0]}` is another word", "changes are given with --set, combinations with --grid")
        if grid:
            _grid(wish, given, (*grid, *axes), estimate, bag)
            return CLEAN
        read = _recipe(name, given, bag)
        if llamafactory:
            _print_yaml(read, name)
        elif estimate:
            _print_estimates([("", read)], wish)
        elif parity:
            _parity(read, parity, wish)
        else:
            _print(*_train(read, wish), wish)
    except _Faulty:
        pass  # the bag says it
    except _Stopped:
        status = INTERRUPTED
    except Trouble as trouble:
        bag.add(trouble.code, trouble.message, help=trouble.help)
    if bag.items:
        print_diagnostics(bag, "json" if as_json else "full", sys.stdout if as_json else sys.stderr)
    return ERRORS if bag.has_errors else status


def _called(recipe: str) -> str:
    """The name of a recipe that was named, or of its file."""
    return Path(recipe).stem if recipe.endswith(".toml") else recipe


def _text(value: str) -> str:
    from json import dumps

    return dumps(value, ensure_ascii=False)


def _recipe(name: str, changes: list[str], bag: Bag) -> Recipe:
    installed(("pydantic", "numpy"), "a recipe", "train", BAD_RECIPE)
    from dsl4bes.training.recipe_file import find_recipe, read_recipe

    found = read_recipe(find_recipe(name), bag, changes)
    if found is None:
        raise _Faulty
    return found


def _train(recipe: Recipe, wish: _Wish) -> tuple[Result, dict[str, Any]]:
    """A run to its end; its numbers, and the places of what was made; `_Stopped` if it was stopped and saved."""
    installed(_NEEDS, "training", "train", BAD_TRAINING)
    from dsl4bes.cli.finetune_progress import progress
    from dsl4bes.training.finish import can_be_merged, export, finish, merged
    from dsl4bes.training.folder import ADAPTER
    from dsl4bes.training.recipe import Precision
    from dsl4bes.training.start import prepare

    if wish.merge:
        can_be_merged(recipe)
    _quiet_libraries()
    ready = prepare(recipe, Path(), wish.out, wish.say, wish.force, wish.unchecked)
    wish.say(told(ready.estimate))
    with progress(wish.silent) as listener:
        ended = ready.trainer(listener).train()
    if not ended.finished:
        wish.say(f"stopped after step {ended.step} of {ready.plan.steps}, and saved: the same command goes on")
        raise _Stopped
    found = finish(ready)
    places: dict[str, Any] = {"adapter": str(wish.out / ADAPTER)}
    if wish.export:
        folder, size = export(ready.run)
        places |= {"export": str(folder), "export_bytes": size}
    if wish.merge:
        places |= {"merged": str(merged(ready.run, recipe, Path(), Precision(wish.merge)))}
    return found, places


def _grid(wish: _Wish, given: list[str], axes: tuple[str, ...], only_estimate: bool, bag: Bag) -> None:
    """All combinations, each in a folder of its own; those that are finished are not trained again. The table is written after each."""
    installed(("pydantic", "numpy"), "a recipe", "train", BAD_RECIPE)
    from json import dumps

    from dsl4bes.training.folder import write_whole
    from dsl4bes.training.grid import SUMMARY, TABLE, cells, claim, summary, table

    found = cells(axes)
    recipes = [_recipe(wish.recipe, [*given, *cell.changes], bag) for cell in found]  # all of them first: a fault in the last is not found after days
    if only_estimate:
        _print_estimates([(cell.name, recipe) for cell, recipe in zip(found, recipes, strict=True)], wish)
        return
    claim(wish.out, wish.force)
    done: list[tuple[Any, Result | None]] = [(cell, None) for cell in found]
    for at, (cell, recipe) in enumerate(zip(found, recipes, strict=True)):
        wish.say(f"{cell.name} ({at + 1} of {len(found)})")
        result, _ = _train(recipe, replace(wish, out=wish.out / cell.name))
        done[at] = (cell, result)
        write_whole(wish.out / SUMMARY, dumps(summary(done), indent=1, ensure_ascii=False) + "\n")
        write_whole(wish.out / TABLE, table(done))
    if not wish.quiet:
        print(dumps(summary(done), indent=2, ensure_ascii=False) if wish.as_json else table(done), end="\n" if wish.as_json else "")


def _print_yaml(recipe: Recipe, name: str) -> None:
    from dsl4bes.training.llamafactory import yaml

    text = yaml(recipe, _called(name))
    if text is None:
        raise Trouble(BAD_RECIPE, "LLaMA-Factory has no random model", "take another recipe")
    print(text, end="")


def _parity(recipe: Recipe, url: str, wish: _Wish) -> None:
    """Greedy tokens here and at a server; a `Trouble` if they part where they must not."""
    installed((*_NEEDS, "httpx"), "a comparison with a server", "train", BAD_TRAINING)
    from dataclasses import asdict
    from json import dumps

    from dsl4bes.training.model import chosen_precision, read_base
    from dsl4bes.training.parity import NEAR, Server, parity
    from dsl4bes.unknown.models import place

    _quiet_libraries()
    name = recipe.model.name
    model, tokenizer = read_base(name, place(name, Path(), wish.say), chosen_precision(recipe.model.precision, on_gpu=False))
    found = parity(model, tokenizer, Server.at(url))
    if wish.as_json:
        print(dumps({"holds": found.holds, **asdict(found)}, indent=2, ensure_ascii=False))
    elif not wish.quiet:
        for each in found.prompts:
            print(safe(f"{each.same:3d} of {each.length}  {each.prompt}" + (f"  ({each.here!r} here, {each.there!r} there, {each.gap:.3f} apart)" if each.same < each.length else "")))
        print("the chat template is the same" if found.template_same else "the server makes other tokens of a chat")
    if not found.holds:
        wrong = sum(not each.holds for each in found.prompts)
        raise Trouble(OTHER_TEMPLATE, f"the server answers otherwise: {wrong} of {len(found.prompts)} prompts part by more than {NEAR} in log-probability" + ("" if found.template_same else ", and its chat template is another one"), "serve the same folder, in the same number type")


def _print(result: Result, places: dict[str, Any], wish: _Wish) -> None:
    if wish.as_json:
        from json import dumps

        print(dumps({**places, **result.as_data}, indent=2, ensure_ascii=False))
        return
    if wish.quiet:
        return
    watched = f", held-out {result.before:.3f} -> {result.after:.3f}" if result.before is not None and result.after is not None else ""
    print(safe(f"adapter: {places['adapter']} ({result.steps:,} steps, loss {result.loss:.3f}{watched})"))
    for name, words in (("export", "in bfloat16"), ("merged", "merged")):
        if name in places:
            print(safe(f"{words}: {places[name]}"))


def _print_estimates(recipes: list[tuple[str, Recipe]], wish: _Wish) -> None:
    """Memory and time of each, and nothing else; behind them a `Trouble` with both numbers if one cannot fit. A recipe without a name is the only one."""
    installed(_NEEDS, "an estimate", "train", BAD_TRAINING)
    from dataclasses import asdict
    from json import dumps

    from dsl4bes.training.estimate import refuse
    from dsl4bes.training.start import estimate_memory

    estimates: list[tuple[str, Recipe, Estimate]] = []
    for name, recipe in recipes:
        found = estimate_memory(recipe, Path(), wish.say, timed=True)
        if found is None:
            raise Trouble(BAD_TRAINING, f"the sizes of `{recipe.model.base}` are not known here", "name its folder with --base, or write `shape` into [model]")
        estimates.append((name, recipe, found))
    if wish.as_json:
        data = [{**({"run": name} if name else {}), **asdict(found), "fits": found.fits} for name, _, found in estimates]
        print(dumps(data if recipes[0][0] else data[0], indent=2))
    else:
        print("\n".join((f"{name}:\n" if name else "") + told(found) for name, _, found in estimates))
    for _, recipe, found in estimates:
        refuse(found, recipe)


def told(found: Estimate) -> str:
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


def _quiet_libraries() -> None:
    """Their bars and advice are not ours."""
    import os

    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()


COMMAND = Command(
    "finetune",
    "Train a LoRA adapter by a recipe; stopped or killed, the same command goes on.",
    (
        Parameter("recipe", help="A recipe: a TOML file, or the name of a shipped one.", metavar="RECIPE", many=True),
        Parameter("data", ("--data",), "", "Folder of the data set, instead of that of the recipe."),
        Parameter("base", ("--base",), "", "Folder or GGUF file in which the base model of the recipe lies here."),
        Parameter("output", ("-o", "--output"), "", "Folder of the run (default: finetune-RECIPE); a run that was stopped goes on there."),
        Parameter("changes", ("--set",), (), "Change of the recipe, as in training.epochs=3 or rank=4; may be repeated."),
        Parameter("grid", ("--grid",), (), "Train all combinations, as in --grid rank=4,8,16 epochs=2,5, each in a folder below that of the run; a table says what came of them."),
        Parameter("estimate", ("--estimate",), False, "Only say how much memory and time it takes."),
        Parameter("unchecked", ("--no-memory-check",), False, "Begin although the estimate says that memory is too small."),
        Parameter("merge", ("--merge",), "", "At the end merge base and adapter into a model: bfloat16 or float32.", choices=("bfloat16", "float32")),
        Parameter("export", ("--export",), False, "At the end write the adapter in bfloat16, too."),
        Parameter("llamafactory", ("--llamafactory",), False, "Only print the recipe as a YAML file of LLaMA-Factory."),
        Parameter("parity", ("--parity",), "", "Train nothing: compare greedy answers of the model (--base, merged) with those of the server at this address."),
        Parameter("force", ("--force",), False, "Remove the run in the folder, and begin anew."),
        Parameter("as_json", ("--json",), False, "Print JSON at the end."),
        Parameter("quiet", ("-q", "--quiet"), False, "Only errors."),
    ),
    _work,
)
