"""Decays that a program writes, as formulas.

In: a decay string. Out: a formula with the PDG's letters; a text that is no decay stays a name of the program.
"""

from __future__ import annotations

from dsl4bes.physics.decays import DecayError, Node, parse_decay
from dsl4bes.reports import symbols
from dsl4bes.reports.said import Name, Said, math


def decay(text: str) -> Said:
    """`D0 -> K- pi+` as a formula."""
    try:
        parsed = parse_decay(text)
    except DecayError:
        return (Name(text),)
    return math(_node(parsed.mother))


def _node(node: Node) -> str:
    products = [f"({_node(each)})" if each.products else _letter(each) for each in node.products]
    return _letter(node) + r" \to " + r"\,".join(products) if products else _letter(node)


def _letter(node: Node) -> str:
    return symbols.pdg(node.particle.pdgid) if node.particle is not None else symbols.name(node.written)
