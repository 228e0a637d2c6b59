"""Identified tracks: probabilities of ParticleID and the charge → `identify` of a `pid` block.

In: a list whose tracks passed comparisons of probabilities, and what ParticleID was told. Out: the word of the list, the field, the cut on the probability; or why it is none.
"""

from __future__ import annotations

from dataclasses import dataclass

from dsl4bes.importing import write
from dsl4bes.importing.logic import Compared, lines_of
from dsl4bes.importing.meaning import Fixed, Measured, Quantity
from dsl4bes.importing.nodes import Lines
from dsl4bes.importing.state import ListFact
from dsl4bes.syntax import ast

_SPECIES = {Quantity.PROB_E: ("e", "electron"), Quantity.PROB_MU: ("mu", "muon"), Quantity.PROB_PI: ("pi", "pion"), Quantity.PROB_K: ("k", "kaon"), Quantity.PROB_P: ("pr", "proton")}
_BOTH = {"e": "el", "mu": "mu", "pi": "pi", "k": "ka", "pr": "pr"}
_SYSTEMS = ("dedx", "tof1", "tof2", "tof", "tofe", "tofq", "emc", "muc")


@dataclass(frozen=True, slots=True)
class Identified:
    """A list by species and charge: its word, its field, the cut on the probability (None: none)."""

    word: str
    species: str
    field: ast.Statement
    prob_cut: tuple[str, float] | None
    lines: tuple[Lines, ...]


def identified(fact: ListFact) -> Identified | str:
    """What a list is, or why it is not sure."""
    species: set[Quantity] = set()
    against: list[Quantity] = []
    limits: list[tuple[str, float]] = []
    sign = ""
    for each in fact.passes:
        if not isinstance(each, Compared) or not isinstance(each.left, Measured) or each.left.factor != 1 or each.left.absolute:
            return "a condition of these tracks is no comparison of probabilities"
        left, right, operator = each.left, each.right, each.operator
        if left.quantity is Quantity.CHARGE and right == Fixed(0) and operator != "==":
            sign = "p" if operator in (">", ">=") else "m" if operator in ("<", "<=") else sign
        elif left.quantity is Quantity.CHARGE and right in (Fixed(1), Fixed(-1)) and operator == "==":
            sign = "p" if right == Fixed(1) else "m"
        elif left.quantity in _SPECIES and isinstance(right, Fixed) and operator in (">", ">="):
            species.add(left.quantity)
            limits.append((operator, right.value))
        elif left.quantity in _SPECIES and isinstance(right, Measured) and right.quantity in _SPECIES and right.factor == 1 and operator != "==" and operator != "!=":
            larger, smaller = (left, right) if operator[0] == ">" else (right, left)
            species.add(larger.quantity)
            against.append(smaller.quantity)
        else:
            return "a condition of these tracks is no comparison of probabilities"
    if len(species) != 1 or len(limits) > 1:
        return "it is not said which hypothesis these tracks have"
    short, _ = _SPECIES[species.pop()]
    word = short + sign if sign else _BOTH[short]
    others = [write.string("from_" + "_and_".join(_SPECIES[each][1] for each in against))] if against else []
    where = tuple(dict.fromkeys((*(line for each in fact.passes for line in lines_of(each)), fact.lines)))
    return Identified(word, short, write.statement("identify", write.symbol(word), *others), limits[0] if limits else None, where)


def settings(fact: ListFact) -> list[ast.Statement] | str:
    """What ParticleID was told, as fields; or why the language has no words for it."""
    use = fact.pid
    if use is None or not use.systems or any(each not in _SYSTEMS for each in use.systems):
        return "it is not known which subsystems ParticleID used"
    told = [write.statement("method", write.symbol("likelihood"))] if use.likelihood else []
    return [*told, write.statement("systems", *(write.symbol(each) for each in use.systems))]
