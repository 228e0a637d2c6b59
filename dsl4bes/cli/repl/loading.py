"""`:load`: events for the session, from files, made as toys, or the sample.

In: the words behind `:load`. Out: `Events`; what is wrong with the words is a `RunError` with the way to write them. Nothing is printed.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec

from dsl4bes.cli.repl.interrupts import import_libraries
from dsl4bes.preview.events import FIRST, Events, of_files, of_toy
from dsl4bes.run.errors import RunError

#: An event takes about 8 kB.
MOST = 200_000
_NEEDED = ("numpy", "uproot", "awkward", "pybes3", "platformdirs", "scipy")
USAGE = '`:load data/*.dst`, `:load data/*.dst 50000 vertex=points.txt`, `:load toy "J/psi -> rho(770)0 pi0" 10000`, `:load sample`'


def events_of(argument: str, say: Callable[[str], None] = lambda line: None) -> Events:
    """The events that are asked for; `say` hears of what takes long. Raises `RunError`."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise RunError(f"events need {', '.join(missing)}", 'pip install "dsl4bes[run]"; see `dsl4bes doctor`')
    try:
        words = shlex.split(argument)
    except ValueError as error:
        raise RunError(f"a quote is not closed: {argument}", USAGE) from error
    plain, named = [word for word in words if not _is_named(word)], dict(word.split("=", 1) for word in words if _is_named(word))
    if not plain:
        raise RunError("which events?", USAGE)
    number = FIRST
    if len(plain) > 1 and plain[-1].isdecimal() and not os.path.exists(plain[-1]):
        number = _number(plain.pop(), "the number of events", 1)
    sample, toy = (plain[0] == word and not os.path.exists(word) for word in ("sample", "toy"))
    sample = sample and len(plain) == 1
    _means_something(named, () if sample else ("seed",) if toy else ("vertex", "beam"))
    import_libraries()
    if sample:
        return _sample(number, say)
    if toy:
        return of_toy(_decay(plain), number, _number(named.get("seed", "1"), "seed", 0))
    _no_program(plain)
    return of_files([os.path.expanduser(path) for path in plain], number, named.get("vertex", ""), named.get("beam", ""))


def _sample(number: int, say: Callable[[str], None]) -> Events:
    from dsl4bes.cli.sample import sample_or_toy
    from dsl4bes.events.sample import SAMPLES, sample_folder

    if not (sample_folder() / SAMPLES["rhopi"].file).exists():
        say("(the sample is fetched once, which may take some seconds ...)")
    path, note = sample_or_toy()
    events = of_files([path], number)
    return replace(events, name=f"{events.name} ({note})") if note else events


def _is_named(word: str) -> bool:
    return word.startswith(("vertex=", "beam=", "seed="))


def _means_something(named: Mapping[str, str], known: Sequence[str]) -> None:
    """A `RunError` for what these events do not have, rather than to leave it out in silence."""
    for word in named:
        if word not in known:
            raise RunError(f"`{word}=` says nothing about these events", "files have `vertex=` and `beam=`, toy events have `seed=`, the sample has none")


def _decay(plain: Sequence[str]) -> str:
    if len(plain) != 2:
        raise RunError("toy events need one decay, in quotes", USAGE)
    return plain[1]


def _number(text: str, what: str, least: int) -> int:
    if not text.isdecimal() or not least <= int(text[:12]) <= MOST:
        raise RunError(f"{what} is a whole number from {least} to {MOST} (the events stay in memory; `dsl4bes run` takes any number), not `{text[:40]}`", USAGE)
    return int(text)


def _no_program(paths: Sequence[str]) -> None:
    for path in paths:
        if path.endswith(".bes"):
            raise RunError(f"`{path}` is a program, and `:load` takes events", f"`:open {path}` reads it")
