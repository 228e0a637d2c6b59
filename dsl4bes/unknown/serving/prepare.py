"""From what the user asks for to a plan: the model in place, adapters read and compared, a single one merged.

In: a `Wish`. Out: a `Plan`, or a `Trouble`. In a dry run nothing is converted, merged or fetched, and the plan is the one that a real run would have.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from dsl4bes.diagnostics.codes.serving import BAD_ADAPTER
from dsl4bes.unknown import models
from dsl4bes.unknown.pinned import check_pinned, read_pinned, template_of_folder
from dsl4bes.unknown.serving.adapters import Adapter, adapters_of
from dsl4bes.unknown.serving.belongs import compare
from dsl4bes.unknown.serving.command import model_name
from dsl4bes.unknown.serving.plan import Address, Plan, number_type
from dsl4bes.unknown.serving.pythons import Python
from dsl4bes.unknown.serving.workshop import Workshop
from dsl4bes.unknown.trouble import Trouble

CONTEXT = 4096
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """`context` 0: 4,096 tokens, or what the model has if that is less; `merge`: a single adapter, before it is served."""

    model: str
    address: Address
    adapters: Path | None = None
    merge: bool = True
    context: int = 0
    dry: bool = False


def prepare(wish: Wish, python: Python, say: Say) -> Plan:
    """`say` hears of what takes long, and of what could not be checked."""
    workshop = Workshop(python, say, wish.dry)
    adapters = adapters_of(wish.adapters) if wish.adapters else ()
    merge = wish.merge and len(adapters) == 1
    if not merge:
        _check_served_beside(adapters)
    base = _placed(wish.model, workshop)
    folder = base.folder
    if merge and folder is None:
        folder = workshop.fetched(base.place)
    for adapter in adapters:
        note = compare(adapter, wish.model, folder)
        if note:
            say(f"note: {note}")
        _check_pinned(adapter, wish.model, base, folder)
    plan = Plan(
        python=python.path, cpu=python.cpu, model=base.place, local=base.folder is not None, name=model_name(wish.model), number_type=number_type(python.cpu),
        context=wish.context or _context(folder), address=wish.address, adapters=adapters,
    )  # fmt: skip
    if merge:
        assert folder is not None
        checksum = base.checksum or models.checksum_of_folder(folder)
        merged = workshop.merged(folder, checksum, adapters[0], plan.number_type)
        return replace(plan, model=str(merged), local=True, name=adapters[0].name, adapters=())
    twice = [name for name, count in Counter(plan.names).items() if count > 1]
    if twice:
        raise Trouble(BAD_ADAPTER, f"the adapter `{twice[0]}` has the name of the model", "rename its folder")
    return plan


@dataclass(frozen=True, slots=True)
class _Base:
    """What vLLM is to load; its folder if it lies here (in a dry run: or will lie), and its checksum if that is known already."""

    place: str
    folder: Path | None
    checksum: str = ""


def _placed(model: str, workshop: Workshop) -> _Base:
    path = Path(os.path.expanduser(model))
    if path.is_file():
        checksum = models.checksum_of(path)  # once: weights are gigabytes
        folder = workshop.converted(path.resolve(), checksum)
        return _Base(str(folder), folder, checksum)
    place = models.place(model, Path())
    return _Base(place, Path(place) if path.is_dir() else None)


def _check_pinned(adapter: Adapter, named: str, base: _Base, folder: Path | None) -> None:
    """That an adapter of ours is put onto the weights, and asked with the prompts, it was trained with; as far as the model lies here."""
    if folder is None or not folder.is_dir() or read_pinned(adapter.folder) is None:
        return
    checksum = base.checksum or (models.checksum_of_folder(folder) if base.folder is not None else "")
    check_pinned(adapter.folder, template_of_folder(folder), checksum, named)


def _check_served_beside(adapters: tuple[Adapter, ...]) -> None:
    """Adapters that only a merge can serve, although there is none."""
    for adapter in adapters:
        if adapter.merge_only:
            help_ = "serve it alone and merged: name its own folder with --adapters, without --no-merge"
            raise Trouble(BAD_ADAPTER, f"vLLM cannot serve the adapter `{adapter.name}` beside its base: it has {', '.join(adapter.merge_only)}", help_)


def _context(folder: Path | None) -> int:
    """Tokens of prompt and answer together: what is plenty for a block, if the model has as many."""
    try:
        room = json.loads((folder / "config.json").read_text())["max_position_embeddings"] if folder else CONTEXT
        return min(CONTEXT, int(room)) if int(room) > 0 else CONTEXT
    except (OSError, ValueError, KeyError, TypeError):
        return CONTEXT
