"""`dsl4bes sample`: the real events that anyone can have.

In: the name of a sample. Out: the path of its file, fetched once and kept; without a network, toy events of the same decay.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

#: What the toy makes when the ten real events cannot be had.
TOY_DECAY, TOY_EVENTS, TOY_SEED = "J/psi -> pi+ pi- (pi0 -> gam gam)", 1000, 1


def sample(
    name: Annotated[str, typer.Argument(help="Name of the sample.")] = "rhopi",
    list_them: Annotated[bool, typer.Option("--list", help="Say what there is.")] = False,
) -> None:
    """Get a sample of real events; prints where the file is."""
    from dsl4bes.events.sample import SAMPLES, SampleError, sample_path

    if list_them:
        for each in SAMPLES.values():
            print(f"{each.name:8} {each.file:26} {each.about}")
        return
    try:
        print(sample_path(name))
    except SampleError as error:
        print(f"error: {error}", file=sys.stderr)
        raise typer.Exit(1) from error


def sample_or_toy() -> tuple[str, str]:
    """The file of the ten real events, or of toy events with a note that says so: (path, note)."""
    from dsl4bes.events.sample import SampleError, sample_path
    from dsl4bes.run.errors import RunError

    try:
        return str(sample_path()), ""
    except SampleError as error:
        try:
            path = _toy_file()
        except OSError as fault:
            raise RunError(f"no sample: {error}; toy events in its place cannot be written", "set DSL4BES_DATA to a folder of yours") from fault
        return path, f"{error}; {TOY_EVENTS} toy events of {TOY_DECAY} take their place"


def _toy_file() -> str:
    from dsl4bes.events.sample import sample_folder
    from dsl4bes.events.store import SUFFIX, write_events
    from dsl4bes.events.toy import toy_batches

    path = sample_folder() / f"rhopi-seed{TOY_SEED}{SUFFIX}"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_events(path, toy_batches(TOY_DECAY, TOY_EVENTS, TOY_SEED), TOY_DECAY)
    return str(path)
