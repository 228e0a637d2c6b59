"""Vertex and kinematic fits → `vertex_fit` and `kinematic_fit`.

In: a fit as it was set up, and what the draft calls its lists. Out: the block; or why it is none. A track of a fit must be the only one of its list, photons must be gone through in pairs without repeats.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dsl4bes.importing import write
from dsl4bes.importing.meaning import Fitted, Place
from dsl4bes.importing.state import FitFact
from dsl4bes.syntax import ast

_SIGNS = {"pip": "pi+", "pim": "pi-", "kp": "K+", "km": "K-", "ep": "e+", "em": "e-", "mup": "mu+", "mum": "mu-", "prp": "p+", "prm": "anti-p-"}
_MOTHERS = ((3.0969, "J/psi"), (3.6861, "psi(2S)"), (3.7737, "psi(3770)"))
_PARENTS = ((0.13498, 0.001, "pi0"), (0.54786, 0.002, "eta"))


@dataclass(frozen=True, slots=True)
class Known:
    """A list of the draft: its name there, the hypothesis of its tracks (`gam`: photons), whether it has exactly one entry."""

    word: str
    species: str
    single: bool


def vertex(fact: FitFact, lists: Mapping[str, Known], name: str) -> ast.Statement | str:
    """The block of a vertex fit."""
    if fact.loops or sorted(fact.tracks) != list(range(len(fact.tracks))) or len(fact.tracks) < 2:
        return "not a fit of one combination of tracks"
    words = []
    for number in sorted(fact.tracks):
        word = _track(fact.tracks[number], lists)
        if word is None:
            return "a track of this fit is not the only one of an identified list"
        words.append(word)
    if len(set(words)) != len(words):
        return "a track stands twice in this fit"
    return write.statement("vertex_fit", label=write.symbol(name), body=[write.statement("from", *(write.name(word) for word in words))], blank=True)


def _track(track: Fitted | Place, lists: Mapping[str, Known]) -> str | None:
    if not isinstance(track, Fitted) or track.place.number != 0:
        return None
    known = lists.get(track.place.list)
    species = {"K": "k", "p": "pr"}.get(track.species, track.species)
    return known.word if known is not None and known.single and known.species == species and known.word in _SIGNS else None


def kinematic(fact: FitFact, lists: Mapping[str, Known], loops: Mapping[int, tuple[str, int]], name: str, vertices: Mapping[str, str]) -> list[ast.Statement] | str:
    """The fields of a kinematic fit, without what its chi2 must be."""
    if fact.beam is None or sorted(fact.tracks) != list(range(len(fact.tracks))):
        return "not a fit with the four-momentum of the beams"
    charged, photons = [], []
    for number in sorted(fact.tracks):
        track = fact.tracks[number]
        if isinstance(track, Place):
            photons.append((number, track))
            continue
        word = _track(track, lists)
        if word is None or (track.fit and track.fit not in vertices):
            return "a track of this fit is not the only one of an identified list"
        charged.append((word, vertices.get(track.fit, "")))
    if len({word for word, _ in charged}) != len(charged):
        return "a track stands twice in this fit"
    if len(photons) > 9 or not _combined(fact, [place for _, place in photons], loops) or (fact.loops and not fact.choose):
        return "its photons are not all combinations without repeats, the smallest chi2 of which is kept"
    parents = _parents(fact, [number for number, _ in photons])
    if isinstance(parents, str):
        return parents
    gammas = {lists[place.list].word for _, place in photons if place.list in lists}
    if len(gammas) > 1 or (photons and not gammas):
        return "its photons are of a list that was not understood"
    mother = next((each for mass, each in _MOTHERS if abs(fact.beam.energy - mass) < 0.003), "psi")
    products = [*(_SIGNS[word] for word, _ in charged), *(["gam"] * len(photons) if not parents else [f"({parents[0][0]} -> gam gam)"])]
    sources = list(dict.fromkeys([*(fit or word for word, fit in charged), *gammas]))
    asked: list[ast.Expr | ast.Argument] = [write.symbol("four_momentum"), *(write.keyed(parent, write.number(mass, "energy")) for parent, mass in parents)]
    made = [write.statement("decay", write.string(f"{mother} -> {' '.join(products)}")), write.statement("from", *(write.name(each) for each in sources)), write.statement("constrain", *asked)]
    return [*made, write.statement("choose", write.symbol("min_chi2"))] if fact.loops else made


def _combined(fact: FitFact, photons: list[Place], loops: Mapping[int, tuple[str, int]]) -> bool:
    """Whether the loops around a fit are those of its photons, each behind the one before."""
    if sorted(each.loop for each in photons) != sorted(fact.loops) or len({each.list for each in photons}) > 1:
        return False
    ordered = sorted(each.loop for each in photons)
    return all(loops[loop] == (photons[0].list, ordered[index - 1] if index else 0) for index, loop in enumerate(ordered))


def _parents(fact: FitFact, photons: list[int]) -> list[tuple[str, float]] | str:
    """The resonances that are constrained: a pi0 or an eta of the only two photons."""
    found: list[tuple[str, float]] = []
    for each in fact.resonances:
        name = next((word for mass, room, word in _PARENTS if abs(each.mass - mass) <= room), "")
        if not name or sorted(each.members) != photons or len(photons) != 2 or found:
            return "a constrained mass is not that of the two photons"
        found.append((name, each.mass))
    return found
