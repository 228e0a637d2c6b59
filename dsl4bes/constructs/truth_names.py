"""Names in `mc_truth`: the particle at the head of decay trees, processes, and written decays as PDG numbers.

In: values as written. Out: PDG numbers, `ir.truth.Written` trees; None after a diagnostic. No event is known here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.decay_checks import place
from dsl4bes.constructs.values import is_name
from dsl4bes.constructs.words import did_you_mean
from dsl4bes.diagnostics.codes import names
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.diagnostics.model import Bag
from dsl4bes.ir.truth import Written
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.physics.decays import Decay, Node
    from dsl4bes.source import Span

LARGEST = 2_000_000_000  #: PDG numbers fit into an `int`


def named_particle(value: ast.Expr, bag: Bag) -> int | None:
    """The PDG number of a particle by name, or the number itself for what has none (`topology 91`, the string of a continuum event)."""
    from dsl4bes.physics import particles

    if isinstance(value, ast.Number) and value.unit is None and value.value == int(value.value) and 0 < value.value < LARGEST:
        return int(value.value)
    text = value.value if isinstance(value, ast.String) else value.name if isinstance(value, (ast.Symbol, ast.Name)) else None
    if text is None:
        bag.add(codes.BAD_VALUE, "`topology` takes the name of a particle", value.span, help='write `topology "psi(2S)"`')
        return None
    info = particles.find(text)
    if info is None:
        help = did_you_mean(text, particles.nearest(text), "names are ours (`jpsi`), EvtGen's, the PDG's or LaTeX, or a PDG number")
        bag.add(names.UNKNOWN_PARTICLE, f"no particle is called `{text}`", value.span, help=help)
        return None
    return info.pdgid


def process_name(value: ast.Expr, bag: Bag) -> ast.Word | None:
    """The name of a process: a word that formulas can use."""
    text = value.value if isinstance(value, ast.String) else value.name if isinstance(value, (ast.Symbol, ast.Name)) else None
    if text is not None and is_name(text):
        return ast.Word(text, value.span)
    help = 'write `process :signal, "J/psi -> pi+ pi- pi0"`'
    bag.add(codes.BAD_NAME, f"`{value.span.text}` cannot name a process", value.span, help=help)
    return None


def written(decay: Decay, span: Span, bag: Bag) -> Written | None:
    """The decay in PDG numbers; every particle must be one that a generator knows."""
    for node in decay.mother.walk():
        if node.particle is None:
            help = "a generated particle has a PDG number; invented names are for what is reconstructed"
            bag.add(names.UNKNOWN_PARTICLE, f"no particle is called `{node.written}`", place(node, span), help=help)
            return None
    return _written(decay.mother)


def _written(node: Node) -> Written:
    assert node.particle is not None
    return Written(node.particle.pdgid, node.particle.antiparticle_id, node.role, tuple(_written(product) for product in node.products))
