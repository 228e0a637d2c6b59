"""Physics sense of a decay string: charges add up, products are light enough, mass windows hold the particle.

In: a parsed decay with its place. Out: diagnostics. Invented names (`dipion`) have no charge or mass of their own.
"""

from __future__ import annotations

from dsl4bes.constructs.base import Comparison
from dsl4bes.constructs.fields import Cut
from dsl4bes.constructs.values import measure
from dsl4bes.diagnostics.codes import physics
from dsl4bes.diagnostics.model import Bag
from dsl4bes.source import Span
from dsl4bes.syntax import ast

WIDTHS = 10  #: how many widths above its mass a broad state may decay


def place(node, text: Span) -> Span:
    """Where a particle stands in the decay string."""
    start = text.start + 1
    if "\\" in text.text:  # an escape moves the places
        return text
    return Span(start + node.start, start + node.end, text.file)


def charges(decay, span: Span, bag: Bag) -> None:
    """Every decay in the string keeps the charge."""
    for node in decay.mother.walk():
        if not node.products or node.particle is None or node.products_charge in (None, node.particle.charge):
            continue
        bag.add(
            physics.CHARGE_NOT_CONSERVED,
            f"`{node.written}` has charge {node.particle.charge:+d}, its products together {node.products_charge:+d}",
            place(node, span),
            help="a product is missing or has the wrong sign",
        )


def masses(decay, span: Span, bag: Bag) -> None:
    """No decay in the string is kinematically closed."""
    for node in decay.mother.walk():
        if not node.products or node.particle is None or node.particle.mass is None:
            continue
        known = [product.particle.mass for product in node.products if product.particle and product.particle.mass is not None]
        limit = node.particle.mass + WIDTHS * (node.particle.width or 0.0)
        if sum(known) > limit + 1e-9:
            bag.add(
                physics.TOO_HEAVY,
                f"the products weigh {sum(known):.4g} GeV, `{node.written}` only {node.particle.mass:.4g} GeV",
                place(node, span),
                help="a product is wrong, or another particle decays",
            )


def window(cut: Comparison, field: Cut, node, bag: Bag) -> None:
    """A warning for a mass window without the particle it is for."""
    nominal = None if node.particle is None else node.particle.mass
    if nominal is None or cut.operator is not ast.Operator.IN or not isinstance(cut.right, ast.Range):
        return
    low, high = measure(field, cut.right.low, Bag()), measure(field, cut.right.high, Bag())
    if low is not None and high is not None and not low.value <= nominal <= high.value:
        message = f"the window does not hold the mass of `{node.short}`, {nominal:.4g} GeV"
        bag.add(physics.WINDOW_EXCLUDES_MASS, message, cut.right.span, help="a sideband is best a `region` of its own")
