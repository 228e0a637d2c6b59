"""Which tracks and showers a candidate uses.

In: a fit's symbol, or one of its products. Out: the roles that are entries of the event, with the fit that knows them: products of an earlier secondary
vertex are its own. What a D tag uses besides its products is not here (`Others`); missing particles use nothing.
"""

from __future__ import annotations

from dsl4bes.ir.primitives import FitSymbol, FromSecondary, Role


def entries_of(symbol: FitSymbol, product: str = "") -> tuple[tuple[FitSymbol, Role], ...]:
    """The roles with a track or shower of their own behind `product` (a role, or a sum of roles), or behind the whole candidate."""
    sums = {composite.name: composite.roles for composite in symbol.composites}
    wanted = sums.get(product, (product,)) if product and product != symbol.particle else tuple(role.name for role in symbol.roles)
    found: list[tuple[FitSymbol, Role]] = []
    for role in symbol.roles:
        if role.name not in wanted:
            continue
        if isinstance(role.source, FromSecondary):
            found += entries_of(role.source.fit)
        elif role.species is not None:
            found.append((symbol, role))
    return tuple(found)
