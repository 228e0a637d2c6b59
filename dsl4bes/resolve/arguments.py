"""Arguments of functions: particles, four-momenta, frames, names of particles; photons where a track is needed.

In: the arguments of a call as written. Out: typed nodes, or a fault. Which function is called does not matter here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.words import did_you_mean
from dsl4bes.diagnostics.codes import names as codes
from dsl4bes.diagnostics.codes import physics
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.types import Kind, ListKind, Species
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.physics.particles import ParticleInfo
    from dsl4bes.resolve.typer import Typer


def plain(value: ast.Call) -> list[ast.Expr]:
    """The arguments without a key."""
    return [argument.value for argument in value.arguments if argument.key is None]


def keyed(value: ast.Call, key: str) -> ast.Expr | None:
    """The argument of a key."""
    return next((a.value for a in value.arguments if a.key is not None and a.key.name == key), None)


# --- arguments -------------------------------------------------------------------------------------------------------


def particle(typer: Typer, value: ast.Expr) -> ir.Expr:
    """An argument that must be one measured particle."""
    typed = typer.value(value)
    if typed.type.kind is Kind.PARTICLE:
        return typed
    message = f"`{value.span.text}` is a {typed.type.kind.value}, and a particle is needed"
    help = (
        "it has no track or shower of its own"
        if typed.type.kind in (Kind.P4, Kind.GENERATED)
        else "name a list or a product of a fit"
    )
    typer.fail(codes.WRONG_KIND, message, value.span, help=help)


def p4(typer: Typer, value: ast.Expr) -> ir.Expr:
    """An argument as a four-momentum in the laboratory."""
    typed = typer.value(value)
    if typed.type.kind not in (Kind.PARTICLE, Kind.P4, Kind.GENERATED):
        help = "name particles: lists with one entry, `gam1`, `fit4c.pip`"
        message = (
            f"`{value.span.text}` is a {typed.type.kind.value}, and a particle or four-momentum is needed"
        )
        typer.fail(codes.WRONG_KIND, message, value.span, help=help)
    return nodes.p4_of(typed, value.span)


def p4_total(typer: Typer, value: ast.Call) -> ir.Expr:
    """All plain arguments added up, in the frame that `frame:` asks for."""
    total = nodes.p4_sum(tuple(p4(typer, argument) for argument in plain(value)), value.span)
    return in_frame(typer, total, value)


def in_frame(typer: Typer, vector: ir.Expr, value: ast.Call) -> ir.Expr:
    """A four-momentum as seen in the frame of the call's `frame:`."""
    wanted = keyed(value, "frame")
    if wanted is None:
        return vector
    if isinstance(wanted, ast.Symbol):
        if wanted.name == "lab":
            return vector
        if wanted.name == "cm":
            return nodes.boost(vector, typer.builder.beam(value.span), value.span)
        known = [*typer.builder.scope.names()]
        if wanted.name not in known:
            help = "frames are `:cm`, `:lab`, or a particle: `frame: fit5c.pi0`"
            typer.fail(codes.UNKNOWN_FRAME, f"no frame is called `{wanted.name}`", wanted.span, help=help)
    return nodes.boost(vector, p4(typer, wanted), value.span)


def list_kind(typed: ir.Expr) -> ListKind | None:
    """Whether a particle is a track or a shower, as far as its list says."""
    if isinstance(typed, ir.Variable):
        return typed.binder.list.kind
    if isinstance(typed, ir.Pick):
        return typed.list.kind
    if isinstance(typed, ir.Product):
        role = next((role for role in typed.fit.roles if role.name == typed.role), None)
        if role is not None:
            return ListKind.SHOWERS if role.species is Species.GAMMA else ListKind.TRACKS
    return None


_OF_TRACKS = frozenset(
    [
        "vr",
        "vz",
        "eop",
        "depth",
        "muc_layers",
        "muc_hits",
        "muc_chi2",
        "muc_dof",
        "muc_max_hits",
        "conversion_gap",
        "conversion_radius",
        "tof",
        "has_tof",
        "has_muc",
        "dedx",
        "has_dedx",
        "chi2_track",
    ]
)
_OF_SHOWERS = frozenset({"isolation"})


def check_detector(typer: Typer, name: str, typed: ir.Expr, span: Span) -> None:
    """A photon where the function speaks of a track, or the other way round."""
    kind = list_kind(typed)
    if name in _OF_TRACKS and kind is ListKind.SHOWERS:
        help = "photons have `e`, `cos`, `time`, `isolation` and the shower shapes"
        typer.fail(
            physics.TRACK_NEEDED,
            f"`{name}` is a quantity of charged tracks, and this is a photon",
            span,
            help=help,
        )
    if name in _OF_SHOWERS and kind is ListKind.TRACKS:
        message = f"`{name}` is a quantity of photons, and this is a charged track"
        typer.fail(codes.WRONG_KIND, message, span, help="it is the angle of a shower to the nearest track")


def track_first(typer: Typer, value: ast.Call) -> tuple[ir.Expr, Span, list[ast.Expr]]:
    """The track of a call and the hypotheses after it; where a block speaks of a track, that one if none is named (`chi_dedx("pi")`)."""
    first, *others = plain(value)
    if isinstance(first, ast.String) and typer.subject is not None:
        return typer.subject, value.span, [first, *others]
    return particle(typer, first), first.span, others


def particle_named(typer: Typer, value: ast.Expr) -> ParticleInfo:
    """A particle of the PDG table by any of its names."""
    from dsl4bes.physics import particles

    text = (
        value.value
        if isinstance(value, ast.String)
        else value.name
        if isinstance(value, (ast.Symbol, ast.Name))
        else None
    )
    if text is None:
        typer.fail(
            codes.WRONG_KIND, "the name of a particle is needed here", value.span, help='write `mass("pi0")`'
        )
    info = particles.find(text)
    if info is None:
        help = did_you_mean(
            text, particles.nearest(text), "names are ours (`pip`), EvtGen's (`K_S0`), the PDG's or LaTeX"
        )
        typer.fail(codes.UNKNOWN_PARTICLE, f"no particle is called `{text}`", value.span, help=help)
    return info
