"""Decay trees and processes of a run: how often each was generated and how often it was selected.

In: the tuple `truth` of a batch and the event record, as the package wrote them. Out: `TruthCount`, added up chunk by chunk. Trees are written in the
words of `process`, products by falling mass, photons of final-state radiation left out. Nothing is matched or searched here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dsl4bes.ir.primitives import FillTruth
from dsl4bes.ir.program import Program
from dsl4bes.ir.truth import RADIATION
from dsl4bes.run.cutflow import slots_of
from dsl4bes.run.efficiency import INTERVAL, efficiency, in_words
from dsl4bes.run.results import Jagged, Records, Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Trees in the report of a run; all are in the tuple.
SHOWN = 20


@dataclass(slots=True)
class TruthCount:
    """Numbers of events: simulated ones, those of real data, simulated ones without particles; generated and selected per decay tree and process."""

    simulated: int = 0
    data: int = 0
    empty: int = 0
    selected: int = 0
    trees: Counter[str] = field(default_factory=Counter)
    trees_selected: Counter[str] = field(default_factory=Counter)
    processes: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, other: TruthCount) -> None:
        """Take up what another chunk gave."""
        self.simulated += other.simulated
        self.data += other.data
        self.empty += other.empty
        self.selected += other.selected
        self.trees.update(other.trees)
        self.trees_selected.update(other.trees_selected)
        for name, (generated, selected) in other.processes.items():
            before = self.processes.get(name, (0, 0))
            self.processes[name] = (before[0] + generated, before[1] + selected)

    def rows(self) -> list[tuple[str, int, int]]:
        """Trees by falling number of generated events: text, generated, selected."""
        order = sorted(self.trees.items(), key=lambda item: (-item[1], item[0]))
        return [(tree, generated, self.trees_selected[tree]) for tree, generated in order]

    def remarks(self) -> tuple[str, ...]:
        """What had no truth, for the report."""
        lines = []
        if self.data:
            lines.append(f"{self.data} events are real data: they have no truth, and all that is asked of it is absent")
        if self.empty:
            lines.append(f"{self.empty} simulated events have no generated particles in the file")
        return tuple(lines)

    def as_json(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "simulated": self.simulated,
            "data": self.data,
            "without_particles": self.empty,
            "selected": self.selected,
            "trees": [{"tree": tree} | _json(generated, selected) for tree, generated, selected in self.rows()],
            "processes": {name: _json(generated, selected) for name, (generated, selected) in self.processes.items()},
        }


def _json(generated: int, selected: int) -> dict[str, Any]:
    return {"generated": generated, "selected": selected, "efficiency": efficiency(selected, generated).as_json()}


class TruthCounter:
    """Counts for one program; None where it has no `mc_truth`."""

    def __init__(self, program: Program) -> None:
        steps = [step for block in program.always for step in block.steps if isinstance(step, FillTruth)]
        self.step = steps[0] if steps else None
        self.cuts = [number for number, slot in enumerate(slots_of(program)) if not slot.region]

    def count(self, records: Records | None, tables: dict[str, Table]) -> TruthCount | None:
        """What one batch has; its rows are the simulated events in their order."""
        import numpy as np

        if self.step is None or records is None:
            return None
        simulated = np.asarray(records.run) < 0
        table = tables.get(self.step.name)
        rows = 0 if table is None else table.rows
        if table is not None and rows != int(np.count_nonzero(simulated)):
            raise RuntimeError(f"{np.count_nonzero(simulated)} simulated events, {rows} rows of their truth")
        selected: NDArray[np.bool_] = np.all(np.asarray(records.passed)[simulated][:, self.cuts], axis=1)
        found = TruthCount(rows, int(np.count_nonzero(~simulated)), selected=int(np.count_nonzero(selected)))
        if table is None or not rows:
            return found
        found.empty = int(np.count_nonzero(np.asarray(table["n_generated"]) == 0))
        for process in self.step.processes:
            flag = np.asarray(table[process.name]) != 0
            found.processes[process.name] = (int(np.count_nonzero(flag)), int(np.count_nonzero(flag & selected)))
        if self.step.root:
            _count_trees(found, table, selected)
        return found


def _count_trees(found: TruthCount, table: Table, selected: NDArray[np.bool_]) -> None:
    import numpy as np

    ids, mothers = table.columns["pdgid"], table.columns["motheridx"]
    assert isinstance(ids, Jagged) and isinstance(mothers, Jagged)
    edges = np.concatenate([[0], np.cumsum(ids.counts)])
    pairs = np.stack([np.asarray(ids.flat, np.int64), np.asarray(mothers.flat, np.int64)], axis=1)
    for row, kept in enumerate(selected.tolist()):
        text = _text(pairs[edges[row] : edges[row + 1]].tobytes())
        found.trees[text] += 1
        if kept:
            found.trees_selected[text] += 1


@lru_cache(maxsize=100_000)
def _text(pairs: bytes) -> str:
    """One decay tree, from its numbers and mothers as they lie in memory."""
    import numpy as np

    numbers = np.frombuffer(pairs, np.int64).reshape(-1, 2)
    return tree_text([int(pdgid) for pdgid in numbers[:, 0]], [int(mother) for mother in numbers[:, 1]])


def tree_text(pdgids: list[int], mothers: list[int]) -> str:
    """The arrays of TopoAna as a decay string that `process` reads.

    >>> tree_text([443, 113, 111, 211, -211, 22, 22], [-1, 0, 0, 1, 1, 2, 2])
    'J/psi -> (rho0 -> pi+ pi-) (pi0 -> gamma gamma)'
    """
    if not pdgids:
        return "(no such particle)"
    below: dict[int, list[int]] = {}
    for place, mother in enumerate(mothers):
        if place and 0 <= mother < place and pdgids[place] != RADIATION:
            below.setdefault(mother, []).append(place)
    texts: dict[int, str] = {}
    for place in range(len(pdgids) - 1, -1, -1):  # a mother stands before what came of it
        name = _name(pdgids[place])
        parts = sorted(below.get(place, ()), key=lambda each: (_order(pdgids[each]), texts[each]))
        inner = " ".join(texts[each] for each in parts)
        texts[place] = name if not parts else f"{name} -> {inner}" if place == 0 else f"({name} -> {inner})"
    return texts[0]


def _name(pdgid: int) -> str:
    from dsl4bes.physics.particles import by_pdgid

    info = by_pdgid(pdgid)
    return str(pdgid) if info is None else info.evtgen_name


def _order(pdgid: int) -> tuple[float, int]:
    """Heavy particles first, of a pair the particle before its antiparticle."""
    from dsl4bes.physics.particles import by_pdgid

    info = by_pdgid(pdgid)
    return (-(info.mass or 0.0) if info is not None else 0.0, -pdgid)


def as_text(count: TruthCount) -> str:
    """Processes and the most frequent decay trees, for a terminal."""
    rows = [(name, *numbers) for name, numbers in count.processes.items()]
    trees = count.rows()
    parts = []
    if rows:
        parts.append(_table("process", rows))
    if trees:
        more = f"  and {len(trees) - SHOWN} more\n" if len(trees) > SHOWN else ""
        parts.append(_table(f"decay tree of {count.simulated} simulated events", trees[:SHOWN]) + more)
    return "\n".join(parts) + (f"errors: {INTERVAL}\n" if parts else "")


def _table(title: str, rows: list[tuple[str, int, int]]) -> str:
    cells = [(title, "generated", "selected", "efficiency (%)")]
    cells += [(name, str(made), str(kept), in_words(efficiency(kept, made))) for name, made, kept in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(4)]
    return "".join(
        f"{row[0].ljust(widths[0])}  {'  '.join(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))}\n" for row in cells
    )
