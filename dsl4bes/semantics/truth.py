"""The truth as the judge sees it: generated particles of an event, decay trees, written decays, matches.

In: the `mc` columns of a batch, nodes and steps of `ir.truth`. Out: closures and step actions. A generated particle is its place in the event's
list, None if absent. Written from the text of the block and of the nodes; the C++ has its own. Real data (run >= 0) has no truth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import nan
from typing import TYPE_CHECKING

from dsl4bes.ir.primitives import FillTruth, ReadTruth
from dsl4bes.ir.truth import (
    RADIATION,
    GeneratedP4,
    GeneratedRole,
    InProcess,
    MotherOf,
    OneDecay,
    Process,
    TruthOf,
    Written,
)
from dsl4bes.semantics import functions
from dsl4bes.semantics.detector import NO_P4, P4
from dsl4bes.semantics.dispatch import Closure, Context, compile_node
from dsl4bes.semantics.state import PHOTON, EventState, Particle

if TYPE_CHECKING:
    from dsl4bes.events.batch import Batch
    from dsl4bes.semantics.output import TupleRows

_GENERATOR, _PRIMARY = 1, 4  # bits of the status word of a DST
#: Charge of the particles that leave a track, by PDG number.
_TRACKS = {sign * pdgid: float(sign * charge) for pdgid, charge in ((11, -1), (13, -1), (211, 1), (321, 1), (2212, 1)) for sign in (1, -1)}
_PHOTONS = (22, RADIATION)


@dataclass
class EventTruth:
    """The generated particles of one event; `mother` is a place in the lists, None = none."""

    pdgid: list[int]
    mother: list[int | None]
    generator: list[bool]
    primary: list[bool]
    p4: list[P4]

    def ancestors(self, place: int) -> list[int]:
        """The mother, its mother and so on."""
        found: list[int] = []
        above = self.mother[place]
        while above is not None and above not in found:
            found.append(above)
            above = self.mother[above]
        return found

    def common(self, places: Sequence[int]) -> int | None:
        """The nearest particle above all of these."""
        others = [set(self.ancestors(place)) for place in places[1:]]
        return next((above for above in self.ancestors(places[0]) if all(above in each for each in others)), None)

    def family(self, pdgid: int) -> list[int]:
        """The head of a decay tree and what came of it, in order."""
        made = [i for i in range(len(self.pdgid)) if self.generator[i]]
        heads = sorted((self.primary[i], i) for i in made if self.pdgid[i] == pdgid)
        if not heads:
            return []
        head = heads[0][1]
        return [i for i in made if i == head or (not self.primary[i] and head in self.ancestors(i))]

    @cached_property
    def products(self) -> dict[int, list[int]]:
        """What the generator made of each particle, radiation left out, by falling energy."""
        found: dict[int, list[int]] = {}
        for i, above in enumerate(self.mother):
            if above is not None and self.generator[i] and self.pdgid[i] != RADIATION:
                found.setdefault(above, []).append(i)
        return {above: sorted(below, key=lambda i: (-self.p4[i][3], i)) for above, below in found.items()}


def read(batch: Batch, event: int) -> EventTruth:
    """The particles of an event; the mother is named by its track index, which is nearly always its place as well."""
    first, last = (int(edge) for edge in batch.offsets["mc"][event : event + 2])
    index = batch["mc.index"][first:last].tolist()
    known = {number: place for place, number in reversed(list(enumerate(index)))}
    mothers: list[int | None] = []
    for place, wanted in enumerate(batch["mc.mother"][first:last].tolist()):
        at = None if wanted < 0 else wanted if wanted < len(index) and index[wanted] == wanted else known.get(wanted)
        mothers.append(None if at == place else at)
    flags = batch["mc.flags"][first:last].tolist()
    return EventTruth(
        batch["mc.pdgid"][first:last].tolist(), mothers, [bool(word & _GENERATOR) for word in flags], [bool(word & _PRIMARY) for word in flags],
        list(map(tuple, batch["mc.p4"][first:last].tolist())),
    )  # fmt: skip


def of(state: EventState) -> EventTruth:
    """The truth of the event, empty on data."""
    if state.truth is None:
        real = state.detector.batch["event.run"][state.event] >= 0
        state.truth = EventTruth([], [], [], [], []) if real else read(state.detector.batch, state.event)
    return state.truth


# --- written decays -----------------------------------------------------------------------------------------------------


def expanded(truth: EventTruth, place: int, wanted: set[int]) -> list[int]:
    """The products of a particle, where those that are not wanted and decay stand for their own."""
    found: set[int] = set()
    todo, seen = [place], {place}
    while todo:
        for below in truth.products.get(todo.pop(), []):
            if truth.pdgid[below] in wanted or not truth.products.get(below):
                found.add(below)
            elif below not in seen:
                seen.add(below)
                todo.append(below)
    return sorted(found, key=lambda i: (-truth.p4[i][3], i))


def decays_as(truth: EventTruth, place: int, written: Written, conjugate: bool, through: bool = False) -> list[int] | None:
    """The particles of a written decay in its order, if this particle decays so."""
    if truth.pdgid[place] != (written.conjugate if conjugate else written.pdgid):
        return None
    if not written.products:
        return [place]
    wanted = {each.conjugate if conjugate else each.pdgid for each in written.products}
    below = expanded(truth, place, wanted) if through else truth.products.get(place, [])
    if len(below) != len(written.products):
        return None
    parts = [[decays_as(truth, product, each, conjugate, through) for product in below] for each in written.products]
    possible = [{k for k, part in enumerate(row) if part is not None} for row in parts]
    chosen: list[int] = []
    for row in range(len(possible)):
        for k in sorted(possible[row] - set(chosen)):
            if _all_placed(possible[row + 1 :], {*chosen, k}):
                chosen.append(k)
                break
        else:
            return None
    return [place, *(found for row, k in enumerate(chosen) for found in parts[row][k] or ())]


def _all_placed(possible: list[set[int]], taken: set[int]) -> bool:
    """Whether each of these can get a place of its own among those not taken (augmenting paths)."""
    owner: dict[int, int] = {}

    def place(row: int, tried: set[int]) -> bool:
        for k in possible[row] - taken - tried:
            tried.add(k)
            if k not in owner or place(owner[k], tried):
                owner[k] = row
                return True
        return False

    return all(place(row, set()) for row in range(len(possible)))


def found(truth: EventTruth, process: Process) -> list[int]:
    """The particles of a process, none if the event is of another one."""
    for conjugate in (False, True)[: 1 + process.conjugate]:
        for place in range(len(truth.pdgid)):
            chain = decays_as(truth, place, process.decay, conjugate, process.through)
            if chain is not None:
                return chain
    return []


# --- steps --------------------------------------------------------------------------------------------------------------


Action = Callable[[EventState], tuple[bool, ...]]


def read_truth(step: ReadTruth, context: Context) -> Action:
    def action(state: EventState) -> tuple[bool, ...]:
        truth = of(state)
        for process in step.processes:
            state.processes[process] = found(truth, process)
        return ()

    return action


def fill_truth(step: FillTruth, context: Context, rows: TupleRows) -> Action:
    """A row for every simulated event."""
    from dsl4bes.semantics.output import stored  # it imports the expressions, which import this module

    most = None if step.maximum is None else int(context.options.value(step.maximum))
    columns = [(column.name, compile_node(column.value, context)) for column in step.columns]
    fixed = ["run", "event", "n_generated", *(process.name for process in step.processes), *(name for name, _ in columns)]
    for name in [*fixed, *(["indexmc"] if most is not None else [])]:
        rows.columns.setdefault(name, [])
    for name in ("pdgid", "motheridx") if most is not None else ():
        rows.arrays.setdefault(name, [])
        rows.truncated.setdefault(name, 0)

    def action(state: EventState) -> tuple[bool, ...]:
        batch = state.detector.batch
        run = int(batch["event.run"][state.event])
        if run >= 0:
            return ()
        truth = of(state)
        rows.events.append(state.event)
        values = [float(run), float(batch["event.number"][state.event]), float(len(truth.pdgid))]
        values += [float(bool(state.processes[process])) for process in step.processes]
        values += [stored(value(state)) for _, value in columns]
        for name, value in zip(fixed, values, strict=True):
            rows.columns[name].append(value)
        if most is not None:
            _fill_arrays(rows, truth, step.root, most)
        return ()

    return action


def _fill_arrays(rows: TupleRows, truth: EventTruth, root: int, most: int) -> None:
    family = truth.family(root)
    kept = family[:most]
    place = {particle: k for k, particle in enumerate(family)}
    mothers = [next((place[above] for above in truth.ancestors(particle) if above in place), -1) for particle in kept]
    rows.columns["indexmc"].append(float(len(kept)))
    rows.arrays["pdgid"].append([float(truth.pdgid[particle]) for particle in kept])
    rows.arrays["motheridx"].append([float(k if k < len(kept) else -1) for k in mothers])
    for name in ("pdgid", "motheridx"):
        rows.truncated[name] += len(family) - len(kept)


# --- expressions --------------------------------------------------------------------------------------------------------


def match(state: EventState, particle: Particle, angle: float, difference: float | None) -> int | None:
    """The generated particle of a track or shower: the nearest in direction of those that it can be."""
    if particle.position < 0:
        return None
    truth, measured = of(state), state.p4(Particle(particle.position, particle.species))
    charge = None if particle.species == PHOTON else state.detector.charge[state.first + particle.position]
    near: list[tuple[float, int]] = []
    for i, pdgid in enumerate(truth.pdgid):
        fits = pdgid in _PHOTONS if charge is None else _TRACKS.get(pdgid) == charge
        size = functions.rho(truth.p4[i])
        if not (fits and truth.generator[i] and size > 0):
            continue
        if difference is not None and not abs(functions.rho(measured) - size) < difference * size:
            continue
        apart = functions.angle(measured, truth.p4[i])
        if apart < angle:
            near.append((apart, i))
    return min(near)[1] if near else None


@compile_node.register
def _(node: TruthOf, context: Context) -> Closure:
    argument, angle = compile_node(node.particle, context), float(context.options.value(node.angle))
    difference = None if node.difference is None else float(context.options.value(node.difference))
    return lambda state: match(state, argument(state), angle, difference)


@compile_node.register
def _(node: MotherOf, context: Context) -> Closure:
    argument = compile_node(node.particle, context)

    def mother(state: EventState) -> int | None:
        place = argument(state)
        return None if place is None else of(state).mother[place]

    return mother


@compile_node.register
def _(node: GeneratedRole, context: Context) -> Closure:
    process = node.process
    at = [written.role for written in process.decay.walk()].index(node.role)

    def role(state: EventState) -> int | None:
        particles = state.processes.get(process, [])
        return particles[at] if particles else None

    return role


@compile_node.register
def _(node: InProcess, context: Context) -> Closure:
    process = node.process
    return lambda state: bool(state.processes.get(process))


@compile_node.register
def _(node: GeneratedP4, context: Context) -> Closure:
    argument = compile_node(node.particle, context)

    def p4(state: EventState) -> P4:
        place = argument(state)
        return NO_P4 if place is None else of(state).p4[place]

    return p4


def pdgid(state: EventState, place: int | None) -> float:
    """PDG number of a generated particle."""
    return nan if place is None else float(of(state).pdgid[place])


@compile_node.register
def _(node: OneDecay, context: Context) -> Closure:
    terms = [compile_node(term, context) for term in node.terms]

    def one_decay(state: EventState) -> bool:
        places = [term(state) for term in terms]
        if None in places or len(set(places)) < len(places):
            return False
        truth = of(state)
        if any(wanted and abs(truth.pdgid[place]) != wanted for place, wanted in zip(places, node.species, strict=True)):
            return False
        if len(places) > 1 and truth.common(places) is None:
            return False
        for group in node.groups:
            members = [places[member] for member in group.members]
            head = truth.common(members)
            if group.direct and any(truth.mother[member] != head for member in members):
                return False
            if head is None or (group.pdgid and abs(truth.pdgid[head]) != group.pdgid):
                return False
            outside = [place for i, place in enumerate(places) if i not in group.members]
            if any(head in truth.ancestors(place) for place in outside):
                return False
        return True

    return one_decay
