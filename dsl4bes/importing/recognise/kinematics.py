"""Masses, momenta and angles of what a fit made → formulas of the language; what a tuple holds → columns.

In: a meaning, and what the products of fits are called. Out: a formula, or None. Photons of a fit are called by falling energy in the language and by their place in the loops in C++: a formula names all of
them or none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dsl4bes.importing import write
from dsl4bes.importing.meaning import Derived, Kinematic, Momentum, Place
from dsl4bes.importing.recognise.fits import Known
from dsl4bes.importing.state import FitFact
from dsl4bes.syntax import ast


@dataclass(frozen=True, slots=True)
class Products:
    """The products of a fit in the draft: its name there, the name of each by number, the numbers of photons."""

    fit: str
    names: Mapping[int, str]
    photons: frozenset[int]


def products(fact: FitFact, lists: Mapping[str, Known], name: str) -> Products:
    """What the products of a fit that was recognised are called."""
    photons = sorted(number for number, track in fact.tracks.items() if isinstance(track, Place))
    names = {number: "gam" if len(photons) == 1 else f"gam{index}" for index, number in enumerate(photons, 1)}
    names |= {number: lists[track.place.list].word for number, track in fact.tracks.items() if not isinstance(track, Place)}
    return Products(name, names, frozenset(photons))


def formula(derived: Derived, made: Mapping[str, Products]) -> ast.Expr | None:
    """The quantity as a formula; None if the language cannot say which particles are meant."""
    inner = _particles(derived.of, made)
    if inner is None:
        return None
    single = len(inner) == 1
    if derived.of.recoil:
        plain: ast.Expr = write.call("recoil", *inner)
    elif derived.kind is Kinematic.MASS and not single:
        plain = write.call("m", *inner)
    elif single and derived.kind is not Kinematic.MASS:
        plain = write.call(derived.kind.value, *inner)
    else:
        return None
    if derived.offset:
        unit = "" if derived.kind is Kinematic.COS else "energy"
        plain = write.less(plain, write.number(derived.offset, unit)) if derived.offset > 0 else write.more(plain, write.number(-derived.offset, unit))
    return write.call("abs", plain) if derived.absolute else plain


def _particles(of: Momentum, made: Mapping[str, Products]) -> list[ast.Expr] | None:
    known = made.get(of.fit)
    if known is None or (known.photons & set(of.members) and not known.photons <= set(of.members)) or not set(of.members) <= set(known.names):
        return None
    return [write.member(known.fit, known.names[number]) for number in of.members]


def unit(derived: Derived) -> str:
    """The unit of the quantity, as `write.number` knows it."""
    return "" if derived.kind is Kinematic.COS else "energy"


def words(derived: Derived) -> str:
    """A name for a cut on the quantity."""
    kind = {"m": "mass", "e": "energy", "p": "momentum", "pt": "transverse momentum", "cos": "polar angle"}[derived.kind.value]
    return f"{'recoil ' if derived.of.recoil else ''}{kind}"
