"""Lowering of the fits: loops over candidates, one method per fit that fits one candidate, the struct of its results.

In: `VertexFit`, `SecondaryVertexFit` and `KinematicFit` primitives. Out: their steps; `Attempt`s and structs go into the builder.
Order of a fit (SEMANTICS 10, 12, 13, 14, 17): cap photons, loop without sharing, name identical products by energy, fit,
`before` cuts, choice, `after` cuts. What the fitters themselves do is not our business.
"""

from __future__ import annotations

from typing import Any, TypedDict

from dsl4bes.cpp.builder import Builder
from dsl4bes.cpp.candidates import (
    Sources,
    earlier_fits,
    goes_through,
    loops,
    measured_p4,
    nothing_twice,
    other_chain,
    other_charm,
    way_to,
)
from dsl4bes.cpp.expressions import negated, text
from dsl4bes.cpp.kinematic_fit import kinematic_attempt
from dsl4bes.cpp.lists import source_text
from dsl4bes.cpp.model import Attempt, Field, FitTrack, Flight, Pool, Struct
from dsl4bes.cpp.names import comment
from dsl4bes.cpp.scope import Scope
from dsl4bes.cpp.steps import (
    CandidateGuard,
    CombineStep,
    FitStep,
    Guard,
    KinematicFitStep,
    ProductsStep,
    SecondaryVertexFitStep,
    VertexFitStep,
)
from dsl4bes.cpp.symbols import SECONDARY_NUMBERS, RoleNames, comes_from, hypothesis
from dsl4bes.ir.candidates import (
    CandidateCut,
    Choice,
    FitSettings,
    FitSymbol,
    FromCandidate,
    FromSecondary,
    FromVertex,
    Missing,
    Role,
)
from dsl4bes.ir.fits import (
    Combination,
    Combine,
    Fit,
    FittedVertex,
    KinematicFit,
    SecondaryVertexFit,
    VertexFit,
)
from dsl4bes.ir.freedom import degrees_of_freedom
from dsl4bes.ir.primitives import Products
from dsl4bes.ir.types import ListSymbol, Species

CANDIDATE = "candidate"


def vertex_fit(step: VertexFit, build: Builder) -> VertexFitStep:
    """Tracks to a common vertex."""
    _result_struct(step, build, tracks=True)
    build.attempts[step.symbol] = _vertex_attempt(step, build)
    hypotheses = build.names.new("hypotheses")
    shared = common(step, build, f"(ctx, {hypotheses}, candidate)")
    return VertexFitStep(
        **shared,
        hypotheses=", ".join(hypothesis(role.species) for role in step.symbol.roles),
        hypotheses_name=hypotheses,
    )


def secondary_vertex_fit(step: SecondaryVertexFit, build: Builder) -> SecondaryVertexFitStep:
    """Tracks to a vertex, and the flight of their sum to it from the production vertex."""
    _result_struct(step, build, tracks=False)
    build.attempts[step.symbol] = _secondary_attempt(step, build)
    return SecondaryVertexFitStep(**common(step, build, "(ctx, candidate)"))


def kinematic_fit(step: KinematicFit, build: Builder) -> KinematicFitStep:
    """A constrained fit."""
    _result_struct(step, build, tracks=False)
    build.attempts[step.symbol] = kinematic_attempt(step, build, **_totals(step, build))
    return KinematicFitStep(**common(step, build, "(ctx, candidate)"))


def combine(step: Combine, build: Builder) -> CombineStep:
    """Particles put together without a fit."""
    _result_struct(step, build, tracks=False)
    build.attempts[step.symbol] = _sum_attempt(step, build)
    return CombineStep(**common(step, build, "(ctx, candidate)"))


def products(step: Products, build: Builder) -> ProductsStep:
    """The particles of a fit as a list."""
    names = build.symbols.fit(step.fit)
    home = f"ctx.{names.field}"
    build.symbols.includes.add("<algorithm>")
    return ProductsStep(
        mark=build.mark(step),
        target=build.symbols.list(step.target),
        again=build.fills(step.target),
        needs=f"{home}.passed",
        positions=tuple(f"{home}.{way_to(step.fit, path, build)}" for path in step.roles),
    )


# --- the step -------------------------------------------------------------------------------------------------------


def common(step: Combination, build: Builder, arguments: str) -> dict[str, Any]:
    """What the step of every combination needs: its loops, cuts and choice."""
    names = build.symbols.fit(step.symbol)
    if isinstance(step, Fit):
        build.ndf[step.symbol] = degrees_of_freedom(step)
    scope = build.scope()
    cut = "" if step.symbol.optional else build.cut(step.cut)
    needed = earlier_fits(step)
    chain = scope.temporary("chain") if step.symbol.both_chains else ""
    once = all(not isinstance(role.source, ListSymbol) and not goes_through(role) for role in step.symbol.roles)
    outer = 1 + bool(needed) + bool(chain) + once
    sources = Sources(step, build, chain)
    tried, assignments = loops(step, scope, sources, build, outer)
    charms = other_charm(step, scope, chain)
    inner = scope.inner()
    inner.candidate = (step.symbol, CANDIDATE)
    inner.aliases = aliases = _sides(step, build)
    prechecks = tuple(
        _candidate_guard(c, inner, build, step.symbol.optional, negative=True) for c in step.before
    )
    key = _key(step, inner, build)
    later = build.scope()
    if step.symbol.several:
        later.candidate = (step.symbol, CANDIDATE)
        later.aliases = aliases
    after = tuple(_candidate_guard(c, later, build, step.symbol.optional, negative=True) for c in step.after)
    return {
        "mark": build.mark(step),
        "result": f"ctx.{names.field}",
        "struct": names.struct,
        "attempt_call": f"{names.attempt}{arguments}",
        "pad": "  " * (outer + len(tried)),
        "needs": " && ".join(
            (
                *(f"{scope.fit(fit)}.passed" for fit in needed), *nothing_twice(step, scope, build),
                *(() if chain else (f"!({skip})" for skip in charms)),
            )
        ),
        "skips": charms,
        "prepared": tuple(sources.prepared),
        "once": once,
        "chain": chain,
        "sides": tuple(sources.sides),
        "loops": tried,
        "assignments": assignments,
        "prechecks": prechecks,
        "key": key,
        "after": after,
        "optional": step.symbol.optional,
        "cut": cut,
        "best": scope.temporary("best"),
        "best_key": scope.temporary("best_key"),
        "found": scope.temporary("found"),
        "fitted": scope.temporary("fitted"),
        "followed": step.symbol in build.symbols.followed,
        "follows": tuple(dict.fromkeys(
            other_chain(role, f"{scope.fit(only)}.conjugate", chain)
            for role in step.symbol.roles
            if role.follows and (only := comes_from(role.source)) is not None
        )),
        "kept": f"ctx.{names.kept}" if step.symbol.several else "",
        "per_chain": step.choose.per_chain,
    }


def _sides(step: Combination, build: Builder) -> dict[FitSymbol, str]:
    """The two tags of a pair, where one is looked at."""
    roles = build.symbols.fit(step.symbol).roles
    return {side: f"{CANDIDATE}.{roles[side.name].position}" for side in step.symbol.sides}


def _candidate_guard(
    candidate: CandidateCut, scope: Scope, build: Builder, optional: bool, *, negative: bool
) -> CandidateGuard:
    inner = scope.inner()
    condition = negated(candidate.condition, inner) if negative else text(candidate.condition, inner)
    return CandidateGuard(
        guard=Guard(
            condition=condition, before=tuple(inner.statements), comment=source_text(candidate.condition)
        ),
        left=scope.temporary("left"),
        cut="" if optional else build.cut(candidate.cut),
    )


def _key(step: Combination, scope: Scope, build: Builder) -> Guard | None:
    """The number that decides between candidates; the smallest wins, so a maximum is negated."""
    if step.choose.choice in (Choice.ONLY, Choice.ALL) or step.choose.key is None:
        return None
    build.symbols.use("better")
    inner = scope.inner()
    key = text(step.choose.key, inner)
    if step.choose.choice is Choice.MAXIMUM:
        key = f"-({key})"
    return Guard(condition=key, before=tuple(inner.statements), comment="the smallest wins")


# --- results --------------------------------------------------------------------------------------------------------


def _result_struct(step: Combination, build: Builder, *, tracks: bool) -> None:
    names = build.symbols.fit(step.symbol)
    build.symbols.use("infinite", "absent_p4")
    fields = [Field("bool", "passed", "there is a candidate" if isinstance(step, Combine) else "the fit was accepted", "false")]
    if not isinstance(step, Combine):
        fields.append(Field("double", "chi2", "+infinity: no fit", "infinite()"))
    if step.symbol.several:
        fields.append(Field("int", "number", "number among the candidates that were kept", "-1"))
    if step.symbol in build.symbols.followed:
        fields.append(Field("bool", "conjugate", "of the conjugate chain", "false"))
    if step.symbol in build.symbols.production:
        fields.append(Field("VertexParameter", "place", "the fitted vertex"))
    if isinstance(step, SecondaryVertexFit):
        build.symbols.use("absent")
        for name, title in SECONDARY_NUMBERS.items():
            fields.append(Field("double", name, title, "infinite()" if name == "vertex_chi2" else "absent()"))
        particle, title = names.roles[step.symbol.particle], comment(step.symbol.particle)
        fields.append(Field("HepLorentzVector", particle.p4, f"{title} after the second fit (GeV)", "absent_p4()"))
        fields.append(Field("WTrackParameter", particle.track, f"{title} as a track, after the second fit"))
    elif step.symbol.particle:
        particle, title = names.roles[step.symbol.particle], comment(step.symbol.particle)
        fields.append(Field("HepLorentzVector", particle.p4, f"{title}, the sum of its products (GeV)", "absent_p4()"))
        fields.append(Field("HepLorentzVector", particle.raw, f"{title} as measured (GeV)", "absent_p4()"))
    for role in step.symbol.roles:
        role_names, title = names.roles[role.name], comment(role.name)
        if role.exchanged is not None:
            fields.append(Field("WTrackParameter", role_names.track, f"{title} as a track, as it flew"))
        if role_names.radiated:
            fields.append(Field("std::vector<int>", role_names.radiated, f"photons of {title}: positions in EvtRecTrackCol"))
        if role.species is not None:
            fields.append(
                Field("int", role_names.position, f"{title}: position in EvtRecTrackCol, -1 = none", "-1")
            )
        if isinstance(role.source, FromCandidate):
            made = build.symbols.fit(role.source.fit).struct
            fields.append(Field(made, role_names.position, f"{title}: the candidate that it is"))
        fields.append(Field("HepLorentzVector", role_names.p4, f"{title} as fitted (GeV)", "absent_p4()"))
        if isinstance(role.source, Missing):
            continue
        fields.append(Field("HepLorentzVector", role_names.raw, f"{title} as measured (GeV)", "absent_p4()"))
        if tracks:
            fields.append(Field("WTrackParameter", role_names.track, f"{title} at the fitted vertex"))
    build.structs.append(
        Struct(names.struct, f"{'A candidate' if isinstance(step, Combine) else 'Result of the fit'} {comment(step.symbol.name)}.", tuple(fields))
    )


class _Settings(TypedDict):
    iterations: str
    ceiling: str
    tolerance: str


def _settings(settings: FitSettings, build: Builder) -> _Settings:
    parameter = build.symbols.parameter
    return {
        "iterations": parameter(settings.iterations, int),
        "ceiling": parameter(settings.ceiling),
        "tolerance": parameter(settings.tolerance),
    }


def _title(step: Combination) -> str:
    return f"{comment(step.symbol.name)}: fits one candidate; false if the fitter refuses it."


def _sum_attempt(step: Combine, build: Builder) -> Attempt:
    """The method that adds up the products of a combination."""
    names = build.symbols.fit(step.symbol)
    pools = _pools(step, build)
    return Attempt(
        name=names.attempt,
        struct=names.struct,
        title=f"{comment(step.symbol.name)}: adds up the products of one candidate.",
        kinematic=False,
        combination=True,
        fitter="",
        iterations="",
        ceiling="",
        tolerance="",
        tracks=tuple(_product(number, role, step, build, pools) for number, role in enumerate(step.symbol.roles)),
        constraints=(),
        error="",
        repeats=(),
        mark=build.mark(step),
        pools=tuple(pools.values()),
        **_totals(step, build),
    )


class _Totals(TypedDict):
    total: str
    raw_total: str


def _totals(step: Combination, build: Builder) -> _Totals:
    """Fields of the particle that decays, where it is the sum of its products."""
    symbol = step.symbol
    if not symbol.particle:
        return {"total": "", "raw_total": ""}
    particle = build.symbols.fit(symbol).roles[symbol.particle]
    return {"total": particle.p4, "raw_total": particle.raw}


def _pools(step: Combine, build: Builder) -> dict[FitSymbol, Pool]:
    """The fits whose four-momenta the products take."""
    found: dict[FitSymbol, Pool] = {}
    for role in step.symbol.roles:
        fit = role.momenta
        if fit is None or fit in found:
            continue
        names = build.symbols.fit(fit)
        tracked = [names.roles[each.name] for each in fit.roles if each.species is not None]
        build.symbols.use("momentum_of")
        found[fit] = Pool(
            local=build.names.new(f"of_{names.field}"),
            positions=", ".join(f"ctx.{names.field}.{each.position}" for each in tracked),
            momenta=", ".join(f"ctx.{names.field}.{each.p4}" for each in tracked),
            size=len(tracked),
        )
    return found


def _product(number: int, role: Role, step: Combine, build: Builder, pools: dict[FitSymbol, Pool]) -> FitTrack:
    """One product: its four-momentum as measured, and the one that enters the sum."""
    symbols = build.symbols
    fields = symbols.fit(step.symbol).roles[role.name]
    pointer = f"ctx.at(candidate.{fields.position})"
    if isinstance(role.source, FromSecondary):
        names = symbols.fit(role.source.fit)
        raw = value = f"ctx.{names.field}.{names.roles[role.source.fit.particle].p4}"
    elif isinstance(role.source, FromCandidate):
        made = f"candidate.{fields.position}"
        raw, value = f"{made}.{measured_p4(role.source.fit, build)}", f"{made}.{symbols.fit(role.source.fit).roles[role.source.fit.particle].p4}"
    else:
        if role.species is Species.GAMMA:
            symbols.use("shower_p4")
            raw = f"shower_p4({pointer})"
        else:
            symbols.use("kalman_p4")
            raw = f"kalman_p4({pointer}, {hypothesis(role.species)})"
        value = f"candidate.{fields.raw}"
        if isinstance(role.source, FromVertex):
            names = symbols.fit(role.source.fit)
            value = f"ctx.{names.field}.{names.roles[role.source.role].p4}"
        elif role.momenta is not None:
            pool = pools[role.momenta]
            value = f"momentum_of(candidate.{fields.position}, {pool.local}_positions, {pool.local}_momenta, {pool.size})"
    return FitTrack(
        number=number, parameter="", photon=False, field=fields.position, p4=fields.p4, raw=fields.raw, raw_value=raw, sum_value=value
    )  # fmt: skip


def _vertex_attempt(step: VertexFit, build: Builder) -> Attempt:
    symbols, names = build.symbols, build.symbols.fit(step.symbol)
    tracks = _vertex_tracks(step, build, [f"hypotheses[{number}]" for number in range(len(step.symbol.roles))])
    return Attempt(
        name=names.attempt,
        struct=names.struct,
        title=_title(step),
        kinematic=False,
        fitter="VertexFit",
        **_settings(step.settings, build),
        tracks=tracks,
        constraints=(),
        error=symbols.parameter(step.error),
        repeats=(),
        mark=build.mark(step),
        order=", ".join(str(number) for number in range(len(tracks))),
        place="place" if step.symbol in symbols.production else "",
    )


def _vertex_tracks(
    step: VertexFit | SecondaryVertexFit, build: Builder, hypotheses: list[str]
) -> tuple[FitTrack, ...]:
    """The tracks of a vertex, each under its hypothesis."""
    symbols, names = build.symbols, build.symbols.fit(step.symbol)
    symbols.use("kalman_p4")
    symbols.includes.update(
        ("VertexFit/VertexFit.h", "VertexFit/VertexParameter.h", "VertexFit/WTrackParameter.h")
    )
    tracks = []
    for number, (role, hypothesis_text) in enumerate(zip(step.symbol.roles, hypotheses, strict=True)):
        fields = names.roles[role.name]
        pointer = f"ctx.at(candidate.{fields.position})"
        if isinstance(role.source, FromSecondary):
            tracks.append(_flown(number, role.source.fit, fields, build))
            continue
        tracks.append(
            FitTrack(
                number=number,
                parameter=build.fit_track(f"candidate.{fields.position}", hypothesis_text),
                photon=False,
                field=fields.position,
                p4=fields.p4,
                raw=fields.raw,
                raw_value=f"kalman_p4({pointer}, {hypothesis_text})",
                track=fields.track,
            )
        )
    return tuple(tracks)


def _flown(number: int, fit: FitSymbol, fields: RoleNames, build: Builder) -> FitTrack:
    """The particle of a secondary vertex, as it is after its flight."""
    home, names = f"ctx.{build.symbols.fit(fit).field}", build.symbols.fit(fit)
    particle = names.roles[fit.particle]
    return FitTrack(
        number=number,
        parameter=f"{home}.{particle.track}",
        photon=False,
        field=fields.position,
        p4=fields.p4,
        raw=fields.raw,
        raw_value=f"{home}.{particle.p4}",
        track=fields.track,
    )


def _secondary_attempt(step: SecondaryVertexFit, build: Builder) -> Attempt:
    symbols, names = build.symbols, build.symbols.fit(step.symbol)
    symbols.includes.add("VertexFit/SecondVertexFit.h")
    if isinstance(step.production, FittedVertex):
        production = f"ctx.{symbols.fit(step.production.fit).field}.place"
    else:
        production = ""
        symbols.uses_vertex = symbols.uses_vertex_error = True
    tracks = _vertex_tracks(step, build, [hypothesis(role.species) for role in step.symbol.roles])
    particle = names.roles[step.symbol.particle]
    return Attempt(
        name=names.attempt,
        struct=names.struct,
        title=_title(step),
        kinematic=False,
        fitter="VertexFit",
        **_settings(step.vertex, build),
        tracks=tracks,
        constraints=(),
        error=symbols.parameter(step.error),
        repeats=(),
        mark=build.mark(step),
        order=", ".join(str(number) for number in range(len(tracks))),
        flight=Flight(**_settings(step.settings, build), production=production, p4=particle.p4, track=particle.track),
    )


FITS: dict[type, Any] = {
    Combine: combine, VertexFit: vertex_fit, SecondaryVertexFit: secondary_vertex_fit, KinematicFit: kinematic_fit,
}  # fmt: skip
__all__ = ["FITS", "FitStep", "kinematic_fit", "secondary_vertex_fit", "vertex_fit"]
