"""Which tracks and showers a candidate uses.

In: a fit's symbol, or one of its products. Out: the roles that are entries of the event, with the fit that knows them and the way to them: products of an
earlier secondary vertex are its own, those of an earlier candidate are reached through it (`pi0.gam1`). What a D tag uses besides its products is not here (`Others`); missing particles use nothing.
"""

from __future__ import annotations

from dsl4bes.ir.candidates import FitSymbol, FromCandidate, FromSecondary, Role


def entries_of(symbol: FitSymbol, product: str = "") -> tuple[tuple[FitSymbol, str, Role], ...]:
    """The roles with a track or shower of their own behind `product` (a role, or a sum of roles), or behind the whole candidate."""
    sums = {composite.name: composite.roles for composite in symbol.composites}
    wanted = sums.get(product, (product,)) if product and product != symbol.particle else tuple(role.name for role in symbol.roles)
    found: list[tuple[FitSymbol, str, Role]] = []
    for role in symbol.roles:
        if role.name not in wanted:
            continue
        if isinstance(role.source, FromSecondary):
            found += entries_of(role.source.fit)
        elif isinstance(role.source, FromCandidate):
            inner = role.source.fit
            found += [(symbol if fit is inner else fit, f"{role.name}.{path}" if fit is inner else path, leaf) for fit, path, leaf in entries_of(inner)]
        elif role.species is not None:
            found.append((symbol, role.name, role))
    return tuple(found)


def at(symbol: FitSymbol, path: str) -> Role | None:
    """The role at the end of a way through candidates; None if there is none."""
    name, _, rest = path.partition(".")
    role = next((each for each in symbol.roles if each.name == name), None)
    if not rest or role is None:
        return role
    return at(role.source.fit, rest) if isinstance(role.source, FromCandidate) else None
