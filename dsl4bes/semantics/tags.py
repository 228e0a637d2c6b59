"""D tags: which entries of the producer's list are candidates, what they are, which are kept; what a tag leaves of the event.

In: `Tags` and `Others` steps, the columns `dtag` and `dtag_part` of a batch (what a producer put into the events: mode, charm, charge, type, four-momentum,
positions of tracks and showers in the order of the mode's products). Out: candidates with their numbers, calculated here with the beams of the program.
The list itself is an input; nothing that the package made of it is read. Raises `Unsupported` for a batch without the list.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from math import hypot, nan, sqrt
from typing import TYPE_CHECKING, Any

from dsl4bes.ir.fits import NOMINAL, Others, Pairs, TagMode, TagPart, Tags
from dsl4bes.ir.types import Species
from dsl4bes.semantics import functions
from dsl4bes.semantics.detector import NO_P4, P4, Detector
from dsl4bes.semantics.dispatch import Context
from dsl4bes.semantics.errors import Unsupported
from dsl4bes.semantics.fits import FitAction
from dsl4bes.semantics.state import PHOTON, PION, Candidate, EventState, Particle, total

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: `EvtRecDTag::Tight`: tracks identified, K_S and pi0 in their narrow windows.
TIGHT = 1


class GroupedAction(FitAction, ABC):
    """With groups the best of each is kept, in the order in which the groups are met."""

    def __init__(self, step: Tags | Pairs, context: Context) -> None:
        super().__init__(step, context)
        self._groups = step.groups

    def __call__(self, states: Sequence[EventState]) -> list[tuple[bool, ...]]:
        """The flags of every event."""
        return [self._choose(state, self._candidates(state)) for state in states]

    @abstractmethod
    def _candidates(self, state: EventState) -> list[Candidate]:
        """All candidates of an event, before cuts and choice."""

    def _chosen(self, state: EventState, candidates: list[Candidate]) -> list[Candidate]:
        if not self._groups:
            return super()._chosen(state, candidates)
        groups: dict[tuple[float, ...], list[Candidate]] = {}
        for candidate in candidates:
            parts = candidate.sides or (candidate,)
            groups.setdefault(tuple(part.numbers[each.value] for each in self._groups for part in parts), []).append(candidate)
        return [best for group in groups.values() if (best := self._best(state, group)) is not None]


class TagAction(GroupedAction):
    """The entries of the list as candidates; cuts and choice are those of every combination."""

    def __init__(self, step: Tags, context: Context) -> None:
        super().__init__(step, context)
        self._modes = {mode.code: mode for mode in step.modes}
        self._identified = bool(context.options.value(step.identified))

    def _candidates(self, state: EventState) -> list[Candidate]:
        found = []
        for row in _rows(state.detector, state.event):
            mode = self._modes.get(row["mode"])
            if mode is None or (self._identified and row["type"] != TIGHT) or mode.charm not in (0, row["charm"]):
                continue
            parts = _assigned(mode, row["tracks"], row["showers"], state)
            if parts is not None:
                found.append(self._candidate(state, mode, row, parts))
        return found

    def _candidate(self, state: EventState, mode: TagMode, row: dict[str, Any], parts: dict[str, Particle]) -> Candidate:
        here = self.context.of_run(state)
        symbol, beam, half = self.symbol, here.beam, here.ecms / 2
        cm = functions.boosted(row["p4"], beam)
        p2 = cm[0] ** 2 + cm[1] ** 2 + cm[2] ** 2
        numbers = {
            "mbc": sqrt(half**2 - p2) if half**2 > p2 else nan, "delta_e": cm[3] - half,
            "nominal_mass": mode.mass, "mode": float(mode.code), "charm": float(row["charm"]), "charge": float(row["charge"]),
        }  # fmt: skip
        measured = {role.name: parts[role.name] for role in symbol.roles if role.species is not None}
        fitted = {name: state.p4(particle) for name, particle in measured.items()}
        fitted[symbol.particle], fitted[NOMINAL] = row["p4"], _nominal(cm, half, mode.mass, beam)
        measured[NOMINAL] = Particle(-1, PION, fitted[NOMINAL])
        return Candidate(measured, fitted, nan, numbers=numbers, used=(*row["tracks"], *row["showers"]), entry=row["entry"], parts=tuple(parts.values()))


class PairAction(GroupedAction):
    """Pairs of kept tags of two blocks that can be the two mesons of an event."""

    def _candidates(self, state: EventState) -> list[Candidate]:
        first, second = ([candidate for _, candidate in state.kept.get(side, ())] for side in self.symbol.sides)
        known = [{candidate.entry for candidate in side} for side in (first, second)]
        found = []
        for one in first:
            for other in second:
                swapped = other.entry in known[0] and one.entry in known[1]
                if (swapped and one.entry > other.entry) or not _both(one, other):
                    continue
                numbers = {"mbc": (one.numbers["mbc"] + other.numbers["mbc"]) / 2, "nominal_mass": one.numbers["nominal_mass"]}
                p4 = total([candidate.fitted[side.particle] for side, candidate in zip(self.symbol.sides, (one, other))])
                found.append(Candidate({}, {self.symbol.particle: p4}, nan, numbers=numbers, used=(*one.used, *other.used), sides=(one, other)))
        return found

    def _stand_at(self, state: EventState, candidate: Candidate) -> None:
        super()._stand_at(state, candidate)
        state.fits.update(zip(self.symbol.sides, candidate.sides))

    def _choose(self, state: EventState, candidates: list[Candidate]) -> tuple[bool, ...]:
        flags = super()._choose(state, candidates)
        for side in self.symbol.sides:  # outside of the pair's scope there are several again
            state.fits[side] = None
        return flags


def _both(one: Candidate, other: Candidate) -> bool:
    """Whether two tags can be of one event: nothing used twice, one meson and its antiparticle as far as charge and charm say."""
    a, b = one.numbers, other.numbers
    apart = not set(one.used) & set(other.used)
    return apart and a["nominal_mass"] == b["nominal_mass"] and a["charge"] == -b["charge"] and a["charm"] * b["charm"] <= 0


def _nominal(cm: P4, half: float, mass: float, beam: P4) -> P4:
    """Energy of a beam, momentum of the nominal mass, along the measured direction in the centre of mass; in the laboratory."""
    p = hypot(*cm[:3])
    if half**2 < mass**2 or not p > 0:
        return NO_P4
    scale = sqrt(half**2 - mass**2) / p
    return functions.boosted((cm[0] * scale, cm[1] * scale, cm[2] * scale, half), (-beam[0], -beam[1], -beam[2], beam[3]))


def _rows(detector: Detector, event: int) -> list[dict[str, Any]]:
    """The entries of an event's list."""
    batch = detector.batch
    if "dtag.mode" not in batch.columns:
        raise Unsupported("D tags of events whose D-tag list is not known")
    found = []
    here = batch.rows("dtag", event)
    parts = batch.columns["dtag_part.position"][batch.rows("dtag_part", event)]
    numbers: dict[str, NDArray[Any]] = {
        name: batch.columns[f"dtag.{name}"][here] for name in ("mode", "charm", "charge", "type", "n_tracks", "n_showers")
    }
    at = 0
    for i, p4 in enumerate(batch.columns["dtag.p4"][here].tolist()):
        row: dict[str, Any] = {name: int(values[i]) for name, values in numbers.items()}
        middle = at + row["n_tracks"]
        row["tracks"], row["showers"] = parts[at:middle].tolist(), parts[middle : middle + row["n_showers"]].tolist()
        row["p4"], row["entry"] = tuple(p4), i
        at = middle + row["n_showers"]
        found.append(row)
    return found


def _assigned(mode: TagMode, tracks: list[int], showers: list[int], state: EventState) -> dict[str, Particle] | None:
    """Every part of the mode and its track or shower; None if the entry has not as many as the mode."""
    wanted = [part.species is Species.GAMMA for part in mode.parts()]
    if (wanted.count(False), wanted.count(True)) != (len(tracks), len(showers)):
        return None
    left = {False: list(tracks), True: list(showers)}
    found: dict[str, Particle] = {}
    for group in mode.products:
        products = []
        for product in group:
            entries = [Particle(left[part.species is Species.GAMMA].pop(0), _species(part)) for part in product]
            charged = [entry for entry in entries if entry.species != PHOTON]
            products.append(charged + _falling(state, [[entry] for entry in entries if entry.species == PHOTON]))
        names = [part.role for product in group for part in product]
        found.update(zip(names, _falling(state, products) if len(products) > 1 else products[0], strict=True))
    return found


def _species(part: TagPart) -> int:
    return PHOTON if part.species is Species.GAMMA else part.species.index


def _falling(state: EventState, products: list[list[Particle]]) -> list[Particle]:
    """Identical products one after the other, by falling measured energy, ties by position (SEMANTICS rule 10)."""
    ordered = sorted(products, key=lambda product: (-sum(state.p4(each)[3] for each in product), product[0].position))
    return [each for product in ordered for each in product]


def others(step: Others) -> Callable[[EventState], tuple[bool, ...]]:
    """The entries that the tag at hand does not use."""
    source, target, fit = step.source.name, step.target.name, step.fit

    def left(state: EventState) -> tuple[bool, ...]:
        candidate = state.fits.get(fit)
        used = () if candidate is None else candidate.used
        state.lists[target] = [position for position in state.lists.get(source, ()) if position not in used]
        return ()

    return left
