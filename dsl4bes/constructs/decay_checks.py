"""Physics sense of a decay string: charges add up, products are light enough, mass windows hold the particle.

In: a parsed decay with its place. Out: diagnostics. Invented names (`dipion`) have no charge or mass of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.base import Comparison
from dsl4bes.constructs.fields import Cut
from dsl4bes.constructs.measures import measure
from dsl4bes.diagnostics.codes import physics
from dsl4bes.diagnostics.model import Bag
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.physics.decays import Decay, Node

WIDTHS = 10  #: how many widths above its mass a broad state may decay


def place(node: Node, text: Span) -> Span:
    """Where a particle stands in the decay string."""
    start = text.start + 1
    if "\\" in text.text:  # an escape moves the places
        return text
    return Span(start + node.start, start + node.end, text.file)


def charges(decay: Decay, span: Span, bag: Bag) -> bool:
    """Whether every decay in the string keeps the charge; reported where not."""
    kept = True
    for node in decay.mother.walk():
        if not node.products or node.particle is None or node.products_charge in (None, node.particle.charge):
            continue
        kept = False
        bag.add(
            physics.CHARGE_NOT_CONSERVED,
            f"`{node.written}` has charge {_signed(node.particle.charge)}, its products together {_signed(node.products_charge)}",
            place(node, span),
            help="a product is missing or has the wrong sign",
        )
    return kept


def masses(decay: Decay, span: Span, bag: Bag) -> None:
    """No decay in the string is kinematically closed."""
    for node in decay.mother.walk():
        if not node.products or node.particle is None or node.particle.mass is None:
            continue
        known = [
            product.particle.mass
            for product in node.products
            if product.particle and product.particle.mass is not None
        ]
        limit = node.particle.mass + WIDTHS * (node.particle.width or 0.0)
        if sum(known) > limit + 1e-9:
            bag.add(
                physics.TOO_HEAVY,
                f"the products weigh {sum(known):.4g} GeV, `{node.written}` only {node.particle.mass:.4g} GeV",
                place(node, span),
                help="a product is wrong, or another particle decays",
            )


def same_products(decay: Decay) -> bool:
    """Whether conjugation gives the same final particles, as far as they are known."""
    own = sorted(node.particle.pdgid for node in decay.finals if node.particle is not None)
    other = sorted(node.particle.antiparticle_id for node in decay.finals if node.particle is not None)
    return own == other


def window(cut: Comparison, field: Cut, node: Node, bag: Bag) -> None:
    """A warning for a mass window without the particle it is for."""
    nominal = None if node.particle is None else node.particle.mass
    if nominal is None or cut.operator is not ast.Operator.IN or not isinstance(cut.right, ast.Range):
        return
    low, high = measure(field, cut.right.low, Bag()), measure(field, cut.right.high, Bag())
    if low is not None and high is not None and not low.value <= nominal <= high.value:
        message = f"the window does not hold the mass of `{node.short}`, {nominal:.4g} GeV"
        bag.add(
            physics.WINDOW_EXCLUDES_MASS,
            message,
            cut.right.span,
            help="a sideband is best a `region` of its own",
        )


def _signed(charge: int | None) -> str:
    return f"{charge:+d}" if charge else "0"
