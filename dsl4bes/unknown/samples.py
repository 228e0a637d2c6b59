"""Events on which code is tried: toy events of what the program looks for, broken ones, and real ones where they are.

In: a program of primitives, files that the user names. Out: batches, always the same for the same program; no two toy events have the same run and number, so that these name one. What the code does with them is not looked at here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from dsl4bes.ir.candidates import Role
from dsl4bes.ir.fits import Combination
from dsl4bes.ir.program import Program, steps_of
from dsl4bes.ir.types import Species

if TYPE_CHECKING:
    from dsl4bes.events.batch import Batch

SEED = 20260101
EVENTS = 300  #: of each kind of toy event
BROKEN = 100  #: events of random structure
MOST = 20_000  #: events of the user's files: the trial has minutes, and a file of a day has millions
#: Decays for a program that fits nothing: two and four tracks of every kind, photons alone.
_USUAL = (
    "J/psi -> pi+ pi- (pi0 -> gam gam)", "J/psi -> K+ K- pi+ pi-", "J/psi -> gam (eta -> gam gam)", "J/psi -> mu+ mu-", "J/psi -> e+ e- gam", "J/psi -> p+ anti-p- pi+ pi-",
)  # fmt: skip
_NAMES = {
    Species.E: ("e-", "e+"), Species.MU: ("mu-", "mu+"), Species.PI: ("pi-", "pi+"), Species.K: ("K-", "K+"), Species.P: ("anti-p-", "p+"),
}  # fmt: skip


def sample(program: Program, files: Sequence[str] = (), say: Callable[[str], None] = lambda words: None, most: int = MOST) -> list[Batch]:
    """The events for a program; with `files` the first `most` of these alone, and `say` hears that there are more. Raises `EventFileError` for a file that cannot be read."""
    from dsl4bes.events.batch import Batch
    from dsl4bes.events.sample import SAMPLES, sample_folder
    from dsl4bes.events.sources import open_events, read_file
    from dsl4bes.events.toy import random_batch, toy_events
    from dsl4bes.events.toy.options import ToyOptions

    if files:
        found = open_events(list(files))
        for failed in found.unmatched:
            raise failed
        return _first(chain.from_iterable(read_file(path, 5000) for path in found.files), most, say)
    ecms = None if program.analysis.ecms is None else float(program.analysis.ecms.value)
    batches = []
    for number, decay in enumerate((*_looked_for(program), *_USUAL)):
        try:
            batches.append(toy_events(decay, EVENTS, SEED + number, ecms if decay.startswith("vpho") else None, options=ToyOptions(extra_photons=0.5, first_event_number=number * EVENTS)))
        except ValueError:  # too heavy for these beams, or no particles a toy can make: the other kinds are left
            continue
    batches.append(random_batch(SEED, BROKEN))
    real = sample_folder() / SAMPLES["rhopi"].file
    if real.is_file():  # never fetched for this
        batches.append(Batch.concatenate(list(read_file(real, 5000))))
    return batches


def _first(batches: Iterable[Batch], most: int, say: Callable[[str], None]) -> list[Batch]:
    """Batches of no more events; what comes behind them is not read."""
    found: list[Batch] = []
    room = most
    for batch in batches:
        if len(batch) > room or (room == 0 and len(batch)):
            say(f"the code is tried on the first {most:,} events of the files")
            return [*found, batch.slice(0, room)] if room else found
        found.append(batch)
        room -= len(batch)
    return found


def _looked_for(program: Program) -> list[str]:
    """What the fits of a program are for, in phase space: one decay for each that takes its particles from lists."""
    if program.analysis.ecms is None:
        return []
    blocks = (*program.blocks, *(block for region in program.regions for block in region.blocks))
    found = []
    for step in steps_of(blocks):
        if isinstance(step, Combination):
            names = [_name(role) for role in step.symbol.roles]
            if len(names) > 1 and all(names):
                found.append(f"vpho -> {' '.join(names)}")
    return list(dict.fromkeys(found))[:3]


def _name(role: Role) -> str:
    if role.species is Species.GAMMA:
        return "gam"
    return _NAMES[role.species][role.charge > 0] if role.species in _NAMES and role.charge else ""
