"""The variations of a program as further instances in the job of a session.

In: a `Selection`, `Settings`, the names of what it writes. Out: the job options of the instances, whose a tuple or histogram is, and a `VariedChunk` per variation
and batch. Without variations, or with `systematics` off, all of this is empty. The job itself is in `session.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from dsl4bes.ir.variations import Variation
from dsl4bes.run.cutflow import CutCounter, slots_of
from dsl4bes.run.judge import Judge
from dsl4bes.run.systematics import Tally, VariedChunk, decisive_cuts

if TYPE_CHECKING:
    from dsl4bes.events.batch import Batch
    from dsl4bes.run.results import Chunk
    from dsl4bes.run.runner import Selection, Settings


class Variations:
    """The variations of one session; `labels`: name of a tuple or histogram in the job → (key of the variation, own name)."""

    def __init__(self, selection: Selection, settings: Settings, outputs: Iterable[str]) -> None:
        program = selection.program
        run = settings.systematics and bool(selection.variations)
        self._found: tuple[Variation, ...] = program.variations if run else ()
        self._slots = slots_of(program)
        self._last = decisive_cuts(program)
        self._text = selection.variations if run else ""
        self._algorithm = selection.algorithm
        self._all_outputs = settings.cross_check  # to be compared, even if nobody wants to keep them
        self._judges = {each.key: Judge(program, settings, each.values) for each in self._found} if settings.cross_check else {}
        names = ("events", *outputs)
        self.labels = {f"{each.instance(self._algorithm)}_{name}": (each.key, name) for each in self._found for name in names}

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(each.key for each in self._found)

    @property
    def options(self) -> str:
        """The instances as the package has them, each with its event record."""
        instances = [each.instance(self._algorithm) for each in self._found]
        lines = [self._text, *(f"{name}.record_events = true;" for name in instances)]
        if self._all_outputs:
            lines += [f"{name}.write_outputs = true;" for name in instances]
        return "\n".join(lines) + "\n" if instances else ""

    def chunks(self, batch: Batch, nominal: Chunk, parts: Mapping[str, Chunk]) -> dict[str, VariedChunk]:
        """What each variation gave for a batch beside the nominal instance."""
        made: dict[str, VariedChunk] = {}
        for each in self._found:
            part, tally = parts[each.key], Tally(CutCounter(self._slots))
            if nominal.records is None or part.records is None:
                raise RuntimeError(f"no event record of {each.instance(self._algorithm)}")
            tally.add(nominal.records.passed, part.records.passed, self._last)
            chunk = VariedChunk(tally)
            if each.key in self._judges:
                chunk.cross_check = self._judges[each.key].check(batch, part)
            if each.outputs:
                chunk.tables, chunk.histograms = part.tables, part.histograms
            made[each.key] = chunk
        return made
