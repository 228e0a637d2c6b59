"""Events held in memory for a preview: the first ones of files, toy events, or batches as they are.

In: paths, a decay with a number and a seed, batches; with a table of interaction points, or energies run by run. Out: `Events`, which says what they are.
Raises `RunError` with advice for files that cannot be read; a file that fails half way gives no events at all. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dsl4bes.run.errors import RunError
from dsl4bes.run.vertex import SIMULATION, VertexTable

if TYPE_CHECKING:
    from dsl4bes.events.batch import Batch

#: As many are taken of files unless more are asked for: a preview follows the typing.
FIRST = 10_000
#: Events per batch; several keep all processes busy.
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Events:
    """Events in memory. `name` says what they are; `total` is how many there are where these come from (the first `number` are held)."""

    name: str
    batches: tuple[Batch, ...]
    total: int
    vertex: VertexTable = SIMULATION
    beam: Mapping[int, float] = field(default_factory=dict)

    @property
    def number(self) -> int:
        return sum(batch.n_events for batch in self.batches)

    @property
    def words(self) -> str:
        """`10000 events of rhopi.toy.npz`, `the first 10000 of 52000 events of data/*.dst`."""
        if self.number < self.total:
            return f"the first {self.number} of {self.total} events of {self.name}"
        return f"{self.number} event{'s' if self.number != 1 else ''} of {self.name}"


def of_batches(name: str, batches: Iterable[Batch]) -> Events:
    """Batches that are in memory already."""
    held = tuple(batches)
    return Events(name, held, sum(batch.n_events for batch in held))


def of_files(patterns: Sequence[str], limit: int = FIRST, vertex: str = "", beam: str = "") -> Events:
    """The first `limit` events of files, folders or patterns; `vertex` and `beam` are files of interaction points and of energies. Raises `RunError`."""
    from dsl4bes.events.errors import EventFileError
    from dsl4bes.events.sources import count_file, open_events, read_file
    from dsl4bes.run.beam import read_beam_file
    from dsl4bes.run.tasks import check_read_once
    from dsl4bes.run.vertex import read_vertex_file

    points, energies = read_vertex_file(vertex) if vertex else SIMULATION, read_beam_file(beam) if beam else {}
    found = open_events(list(patterns), _BATCH)
    try:
        for missing in found.unmatched:
            raise missing
        check_read_once(found.files)
        held: list[Batch] = []
        number = total = 0
        for path in found.files:
            size = count_file(path)
            total += size
            wanted = min(size, limit - number)
            if wanted > 0:
                held += read_file(path, _BATCH, None, number, (0, wanted))
                number += wanted
    except EventFileError as error:
        raise RunError(f"{error.path}: {error.reason}", error.advice) from error
    if not number:
        raise RunError(f"{', '.join(patterns)}: no event in it", "name other files, or make toy events")
    name = patterns[0] if len(patterns) == 1 else f"{len(found.files)} files"
    return Events(name, tuple(held), total, points, energies)


def of_toy(decay: str, number: int = FIRST, seed: int = 1) -> Events:
    """Toy events of a decay (GeV and cm as everywhere), at rest in the mass of its first particle. Raises `RunError`."""
    from dsl4bes.events.toy import DecayError, toy_batches

    try:
        batches = tuple(toy_batches(decay, number, seed))
    except (DecayError, ValueError) as error:
        raise RunError(str(error), 'a decay is written as "J/psi -> rho(770)0 pi0"') from error
    if not number:
        raise RunError("no toy event was asked for", "give a number of events, as in 10000")
    return Events(f"toy {decay}, seed {seed}", batches, number)
