"""Candidates of BOSS's own lists: pi0 and eta of two photons, K_S and Lambda of two tracks.

In: a `Listed` step and the lists as columns of the batch (`boss_pi0`, `boss_eta`, `boss_vee`: what the producer put into the events). Out: an event's
candidates. Cuts and choice are those of every combination; nothing is fitted here, and nothing of what a package made of the list is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dsl4bes.ir.candidates import FromList, Role
from dsl4bes.ir.fits import BossList, Listed
from dsl4bes.ir.types import ListSymbol, Species
from dsl4bes.semantics.dispatch import Context
from dsl4bes.semantics.errors import Unsupported
from dsl4bes.semantics.fits import FitAction
from dsl4bes.semantics.state import PHOTON, Candidate, EventState, Particle, total

#: Collections of the batch.
COLLECTIONS = {BossList.PI0: "boss_pi0", BossList.ETA: "boss_eta", BossList.VEES: "boss_vee"}


class ListedAction(FitAction):
    """The entries of the list as candidates."""

    def __init__(self, step: Listed, context: Context) -> None:
        super().__init__(step, context)
        self._name = COLLECTIONS[step.entries]
        self._vees = step.entries is BossList.VEES
        self._pdgid = step.pdgid

    def __call__(self, states: Sequence[EventState]) -> list[tuple[bool, ...]]:
        """The flags of every event."""
        return [self._choose(state, list(self._candidates(state))) for state in states]

    def _candidates(self, state: EventState) -> Iterator[Candidate]:
        """Those of the decay as written, then those of its conjugate, each in the order of the list."""
        entries = self._entries(state)
        for conjugate in (False, True) if self.symbol.both_chains else (False,):
            for entry in entries:
                if self._vees and entry["id"] != (-self._pdgid if conjugate else self._pdgid):
                    continue
                made = self._candidate(state, entry, conjugate)
                if made is not None:
                    yield made

    def _entries(self, state: EventState) -> list[dict[str, Any]]:
        """The entries of an event, each pair of tracks or showers once."""
        batch = state.detector.batch
        if f"{self._name}.chi2" not in batch.columns:
            raise Unsupported(f"candidates of {self.symbol.name} in events whose list is not known")
        here = batch.rows(self._name, state.event)
        columns = {name: batch.columns[f"{self._name}.{name}"][here].tolist() for name in ("id", "parts", "chi2", "mass", "p4")}
        found: dict[object, dict[str, Any]] = {}
        for values in zip(*columns.values()):
            entry = dict(zip(columns, values))
            found.setdefault((entry["id"], frozenset(entry["parts"])), entry)
        return list(found.values())

    def _candidate(self, state: EventState, entry: dict[str, Any], conjugate: bool) -> Candidate | None:
        measured: dict[str, Particle] = {}
        for number, role in enumerate(self.symbol.roles):
            first = number == 0 if not self._vees else (role.charge > 0) is not conjugate
            position = entry["parts"][0 if first else 1]
            if position < 0 or not _in_its_list(state, role, position, conjugate):
                return None
            assert role.species is not None
            measured[role.name] = Particle(position, PHOTON if role.species is Species.GAMMA else role.species.index)
        p4 = entry["p4"]
        if self._vees:
            fitted = {name: state.p4(particle) for name, particle in measured.items()} | {self.symbol.particle: tuple(p4[:4])}
        else:
            fitted = dict(zip(measured, (tuple(p4[:4]), tuple(p4[4:]))))
            fitted[self.symbol.particle] = total(list(fitted.values()))
        return Candidate(measured, fitted, entry["chi2"], numbers={"mass": entry["mass"]}, conjugate=conjugate)


def _in_its_list(state: EventState, role: Role, position: int, conjugate: bool) -> bool:
    """Whether a product is in the list it must be in."""
    assert isinstance(role.source, FromList)
    among: ListSymbol | None = role.source.conjugate if conjugate and role.source.conjugate is not None else role.source.among
    return among is None or position in state.lists.get(among.name, ())
