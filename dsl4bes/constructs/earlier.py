"""Products that an earlier block makes: candidates of a `combine` or `secondary_vertex` taken into another decay.

In: a fit in scope and a product of a decay. Out: whether the fit makes that particle, whether each of its candidates is tried or one is meant, what is
said where it cannot be taken. The roles themselves are made in `roles.py`; which candidates there are is not known here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.diagnostics.codes import physics
from dsl4bes.ir.candidates import FitKind, FitSymbol, FromCandidate, FromPart, FromSecondary, Role
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder, Fit
    from dsl4bes.physics.decays import Decay, Node

#: Candidates of an earlier block that are tried where each is (SEMANTICS rule 17, as for photons).
MAX_CANDIDATES = 50


def offered(fit: Fit, decay: Decay, others: tuple[str, ...]) -> bool:
    """Whether a product of `decay`, or of the charge-conjugate decay (among `others`), is what a block makes."""
    made = any(makes(fit, node) for node in decay.finals) or (fit.particle is not None and fit.particle.short in others)
    return bool(fit.symbol.particle) and made


def makes(known: Fit, node: Node) -> bool:
    """Whether a block makes this particle, or its antiparticle if both chains were tried; a name of the program's own is the block's name."""
    if known.particle is None or node.particle is None:
        return known.particle is node.particle and known.symbol.particle == node.short
    return known.particle == node.particle or (known.symbol.both_chains and known.particle.antiparticle == node.particle)


def charge_of(known: Fit, node: Node) -> int:
    """Charge of the particle; of one that no table has the sum of its products'."""
    return sum(role.charge for role in known.symbol.roles) if node.charge is None else node.charge


def gone_through(symbol: FitSymbol, to: Builder) -> bool:
    """Whether each of several candidates is meant, and not the one of a `for` around."""
    return symbol.several and symbol not in to.scope.inside


def each_of(role: Role) -> bool:
    """Whether a role tries each candidate of an earlier block."""
    return isinstance(role.source, (FromCandidate, FromPart)) and role.source.each


def refuse(fit: Fit, decay: Decay, value: ast.Expr, to: Builder, candidates: bool) -> None:
    """A fit in `from` that nothing can be taken from; `candidates`: its particle could be, if the decay had it."""
    symbol = fit.symbol
    if not symbol.particle or symbol.kind in (FitKind.DTAG, FitKind.DOUBLE_TAG):
        message = f"`{symbol.name}` is a {symbol.kind.value} fit"
        help = "name the lists its particles come from; the fitted values of a kinematic fit cannot be fitted again"
    elif symbol.kind is FitKind.LISTED and not candidates:
        message = f"`{symbol.name}` is a candidate of BOSS's list, and a fit starts from particles as measured or from a `secondary_vertex`"
        help = "write its decay into this one and name the lists of its products, or for what flies a `secondary_vertex`"
    elif candidates:
        what = symbol.particle if fit.particle is None else fit.particle.short
        message = f"`{symbol.name}` makes a `{what}`, and no product of this decay is one"
        help = f"write `{what}` in the decay without its own decay, as a product"
    else:
        message = f"`{symbol.name}` is a combination, and a fit starts from particles as measured"
        help = "write its decay into this one, `(pi0 -> gam gam)`, and name the lists its particles come from"
    to.bag.add(physics.SOURCE_NOT_USABLE, message, value.span, help=help)


def source_of(symbol: FitSymbol, candidates: bool, to: Builder) -> FromSecondary | FromCandidate:
    """What a product comes from; `candidates`: each of several may be taken, and what a combination makes."""
    each = candidates and gone_through(symbol, to)
    return FromSecondary(symbol) if symbol.kind is FitKind.SECONDARY_VERTEX and not each else FromCandidate(symbol, each)
