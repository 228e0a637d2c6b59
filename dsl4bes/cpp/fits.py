"""Lowering of the fits: loops over candidates, one method per fit that fits one candidate, the struct of its results.

In: `VertexFit` and `KinematicFit` primitives. Out: their steps; `Attempt`s and structs go into the builder.
Order of a fit (SEMANTICS 10, 12, 13, 14, 17): cap photons, loop without sharing, name identical products by energy, fit,
`before` cuts, choice, `after` cuts. What the fitters themselves do is not our business.
"""

from __future__ import annotations

from typing import Any

from dsl4bes.cpp.builder import Builder
from dsl4bes.cpp.expressions import degrees_of_freedom, negated, text
from dsl4bes.cpp.lists import source_text
from dsl4bes.cpp.model import Attempt, Field, FitTrack, Loop, Repeat, Struct
from dsl4bes.cpp.names import comment
from dsl4bes.cpp.scope import Scope
from dsl4bes.cpp.steps import (
    Assignment,
    CandidateGuard,
    FitStep,
    Guard,
    KinematicFitStep,
    Prepared,
    VertexFitStep,
)
from dsl4bes.cpp.symbols import comes_from, hypothesis, species_of
from dsl4bes.ir.primitives import (
    CandidateCut,
    Choice,
    Constraint,
    EqualMass,
    Fit,
    FitSymbol,
    FourMomentum,
    FromVertex,
    KinematicFit,
    Mass,
    Role,
    ThreeMomentum,
    TotalEnergy,
    VertexFit,
)
from dsl4bes.ir.types import ListKind, ListSymbol, Species

CANDIDATE = "candidate"


def vertex_fit(step: VertexFit, build: Builder) -> VertexFitStep:
    """Tracks to a common vertex."""
    _result_struct(step, build, tracks=True)
    build.attempts[step.symbol] = _vertex_attempt(step, build)
    hypotheses = build.names.new("hypotheses")
    common = _common(step, build, f"(ctx, {hypotheses}, candidate)")
    return VertexFitStep(
        **common,
        hypotheses=", ".join(hypothesis(role.species) for role in step.symbol.roles),
        hypotheses_name=hypotheses,
    )


def kinematic_fit(step: KinematicFit, build: Builder) -> KinematicFitStep:
    """A constrained fit."""
    _result_struct(step, build, tracks=False)
    build.attempts[step.symbol] = _kinematic_attempt(step, build)
    return KinematicFitStep(**_common(step, build, "(ctx, candidate)"))


# --- the step -------------------------------------------------------------------------------------------------------


def _common(step: Fit, build: Builder, arguments: str) -> dict[str, Any]:
    names = build.symbols.fit(step.symbol)
    build.ndf[step.symbol] = degrees_of_freedom(step)
    scope = build.scope()
    cut = "" if step.symbol.optional else build.cut(step.cut)
    vertices = dict.fromkeys(f for role in step.symbol.roles if (f := comes_from(role.source)) is not None)
    outer = 2 if vertices else 1
    sources = _Sources(step, build)
    loops, assignments = _loops(step, scope, sources, build, outer)
    inner = scope.inner()
    inner.candidate = (step.symbol, CANDIDATE)
    prechecks = tuple(
        _candidate_guard(c, inner, build, step.symbol.optional, negative=True) for c in step.before
    )
    key = _key(step, inner, build)
    after = tuple(
        _candidate_guard(c, build.scope(), build, step.symbol.optional, negative=True) for c in step.after
    )
    return {
        "mark": build.mark(step),
        "result": f"ctx.{names.field}",
        "struct": names.struct,
        "attempt_call": f"{names.attempt}{arguments}",
        "pad": "  " * (outer + len(loops)),
        "needs": " && ".join(f"{scope.fit(vertex)}.passed" for vertex in vertices),
        "prepared": tuple(sources.prepared),
        "loops": loops,
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
    }


def _loops(
    step: Fit, scope: Scope, sources: _Sources, build: Builder, outer: int
) -> tuple[tuple[Loop, ...], tuple[Assignment, ...]]:
    """One loop per role that takes its particle from a list; a later entry than the one before within a group."""
    roles = build.symbols.fit(step.symbol).roles
    loops: list[Loop] = []
    assignments: list[Assignment] = []
    bound: list[tuple[Role, str, str]] = []
    for role in step.symbol.roles:
        field = roles[role.name].position
        if isinstance(role.source, FromVertex):
            vertex = scope.fit(role.source.fit)
            position = f"{vertex}.{build.symbols.fit(role.source.fit).roles[role.source.role].position}"
            assignments.append(Assignment(field=field, value=position))
            bound.append((role, "", position))
    fixed = list(bound)
    for role in step.symbol.roles:
        if isinstance(role.source, FromVertex):
            continue
        index, variable = scope.names.index(), scope.names.new(role.name)
        same = [b for b in bound if b[1] and b[0].group == role.group and role.group >= 0]
        others = [b for b in bound if b not in same and _may_share(b[0], role)]
        variables = {b[0].name: b[2] for b in bound}
        loops.append(
            Loop(
                sources.of(role, role.source),
                index,
                f"{same[-1][1]} + 1" if same else "0",
                variable,
                " || ".join((*(f"{variable} == {other[2]}" for other in others), *_twins(step, role, {**variables, role.name: variable}, build))),
                pad="  " * (outer + len(loops)),
            )
        )
        assignments.append(Assignment(field=roles[role.name].position, value=variable))
        bound.append((role, index, variable))
    assert len(bound) == len(fixed) + len(loops)
    return tuple(loops), tuple(assignments)


def _twins(step: Fit, role: Role, variables: dict[str, str], build: Builder) -> list[str]:
    """Conditions to skip what exchanges two identical composites, as soon as all their particles are chosen (SEMANTICS rule 10)."""
    species = {each.name: each.species for each in step.symbol.roles}
    skips: list[str] = []
    for pair in step.symbol.twins:
        taken = [name for composite in pair for name in composite.roles]
        if role.name not in taken or not all(name in variables for name in taken):
            continue
        build.symbols.use("exchanged")
        energies = [" + ".join(_energy(variables[name], species[name], build) for name in composite.roles) for composite in pair]
        firsts = [variables[composite.roles[0]] for composite in pair]
        skips.append(f"exchanged({', '.join((*energies, *firsts))})")
    return skips


def _energy(variable: str, species: Species, build: Builder) -> str:
    """The measured energy of a chosen particle."""
    if species is Species.GAMMA:
        build.symbols.use("emc_energy")
        return f"emc_energy(ctx.at({variable}))"
    build.symbols.use("kalman_p4")
    return f"kalman_p4(ctx.at({variable}), {hypothesis(species)}).e()"


def _may_share(one: Role, other: Role) -> bool:
    """Whether two roles could be the same entry: both tracks or both showers, and not lists of opposite charge."""
    if (one.species is Species.GAMMA) != (other.species is Species.GAMMA):
        return False
    charges = [r.source.charge if isinstance(r.source, ListSymbol) else 0 for r in (one, other)]
    return charges[0] * charges[1] >= 0


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


def _key(step: Fit, scope: Scope, build: Builder) -> Guard | None:
    """The number that decides between candidates; the smallest wins, so a maximum is negated."""
    if step.choose.choice is Choice.ONLY or step.choose.key is None:
        return None
    build.symbols.use("better")
    inner = scope.inner()
    key = text(step.choose.key, inner)
    if step.choose.choice is Choice.MAXIMUM:
        key = f"-({key})"
    return Guard(condition=key, before=tuple(inner.statements), comment=source_text(step.choose.key))


class _Sources:
    """The lists the roles of a fit take their particles from: capped (SEMANTICS rule 17), by falling energy within a group (rule 10)."""

    def __init__(self, step: Fit, build: Builder) -> None:
        self._step, self._build = step, build
        self._strongest: dict[ListSymbol, str] = {}
        self._ordered: dict[tuple[ListSymbol, Species], str] = {}
        self.prepared: list[Prepared] = []

    def of(self, role: Role, source: ListSymbol) -> str:
        """The C++ list for a role."""
        entries = self._capped(source)
        if role.group < 0 or sum(other.group == role.group for other in self._step.symbol.roles) < 2:
            return entries
        known = self._ordered.get((source, role.species))
        if known is None:
            if role.species is Species.GAMMA:
                helper, further = "showers_by_energy", ""
            else:
                helper, further = "tracks_by_energy", f", {hypothesis(role.species)}"
            self._build.symbols.use(helper)
            call = f"{helper}(ctx.records, {entries}{further})"
            known = self._add(
                "ordered", source, call, "identical products are named by falling measured energy"
            )
            self._ordered[source, role.species] = known
        return known

    def _capped(self, source: ListSymbol) -> str:
        listed = self._build.symbols.list(source)
        if not isinstance(self._step, KinematicFit) or source.kind is not ListKind.SHOWERS:
            return listed
        if source not in self._strongest:
            self._build.symbols.use("strongest")
            name = self._step.symbol.name
            counter = self._build.counter(
                f"{name}_{source.name}_overflow",
                f"{name}: photons of {source.name} above the limit, left out",
            )
            maximum = self._build.symbols.parameter(self._step.max_photons, int)
            call = f"strongest(ctx.records, {listed}, {maximum}, {counter})"
            self._strongest[source] = self._add("strongest", source, call, "")
        return self._strongest[source]

    def _add(self, word: str, source: ListSymbol, call: str, comment: str) -> str:
        local = self._build.names.new(f"{word}_{source.name}")
        self.prepared.append(Prepared(local=local, value=call, comment=comment))
        return local


# --- results --------------------------------------------------------------------------------------------------------


def _result_struct(step: Fit, build: Builder, *, tracks: bool) -> None:
    names = build.symbols.fit(step.symbol)
    build.symbols.use("infinite", "absent_p4")
    fields = [
        Field("bool", "passed", "the fit was accepted", "false"),
        Field("double", "chi2", "+infinity: no fit", "infinite()"),
    ]
    for role in step.symbol.roles:
        role_names, title = names.roles[role.name], comment(role.name)
        fields.append(
            Field("int", role_names.position, f"{title}: position in EvtRecTrackCol, -1 = none", "-1")
        )
        fields.append(Field("HepLorentzVector", role_names.p4, f"{title} as fitted (GeV)", "absent_p4()"))
        fields.append(Field("HepLorentzVector", role_names.raw, f"{title} as measured (GeV)", "absent_p4()"))
        if tracks:
            fields.append(Field("WTrackParameter", role_names.track, f"{title} at the fitted vertex"))
    build.structs.append(
        Struct(names.struct, f"Result of the fit {comment(step.symbol.name)}.", tuple(fields))
    )


def _settings(step: Fit, build: Builder) -> dict[str, str]:
    parameter = build.symbols.parameter
    return {
        "iterations": parameter(step.settings.iterations, int),
        "ceiling": parameter(step.settings.ceiling),
        "tolerance": parameter(step.settings.tolerance),
    }


def _title(step: Fit) -> str:
    return f"{comment(step.symbol.name)}: fits one candidate; false if the fitter refuses it."


def _vertex_attempt(step: VertexFit, build: Builder) -> Attempt:
    symbols, names = build.symbols, build.symbols.fit(step.symbol)
    symbols.use("track_parameter", "kalman_p4")
    symbols.includes.update(
        ("VertexFit/VertexFit.h", "VertexFit/VertexParameter.h", "VertexFit/WTrackParameter.h")
    )
    tracks = []
    for number, role in enumerate(step.symbol.roles):
        fields = names.roles[role.name]
        pointer = f"ctx.at(candidate.{fields.position})"
        tracks.append(
            FitTrack(
                number=number,
                parameter=f"track_parameter({pointer}, hypotheses[{number}])",
                photon=False,
                field=fields.position,
                p4=fields.p4,
                raw=fields.raw,
                raw_value=f"kalman_p4({pointer}, hypotheses[{number}])",
                track=fields.track,
            )
        )
    return Attempt(
        name=names.attempt,
        struct=names.struct,
        title=_title(step),
        kinematic=False,
        fitter="VertexFit",
        **_settings(step, build),
        tracks=tuple(tracks),
        constraints=(),
        error=symbols.parameter(step.error),
        repeats=(),
        mark=build.mark(step),
        order=", ".join(str(number) for number in range(len(tracks))),
    )


def _kinematic_attempt(step: KinematicFit, build: Builder) -> Attempt:
    symbols, names = build.symbols, build.symbols.fit(step.symbol)
    fitter = step.fitter.value
    symbols.includes.update((f"VertexFit/{fitter}.h", "VertexFit/WTrackParameter.h"))
    repeats = _repeats(step, build)
    tracks = tuple(
        _kinematic_track(number, role, step, build, repeats) for number, role in enumerate(step.symbol.roles)
    )
    order = {role.name: str(number) for number, role in enumerate(step.symbol.roles)}
    constraints = tuple(
        _constraint(number, constraint, order, build) for number, constraint in enumerate(step.constraints)
    )
    return Attempt(
        name=names.attempt,
        struct=names.struct,
        title=_title(step),
        kinematic=True,
        fitter=fitter,
        **_settings(step, build),
        tracks=tracks,
        constraints=constraints,
        error="",
        repeats=tuple(repeats.values()),
        mark=build.mark(step),
    )


def _kinematic_track(
    number: int, role: Role, step: KinematicFit, build: Builder, repeats: dict[FitSymbol, Repeat]
) -> FitTrack:
    symbols = build.symbols
    fields = symbols.fit(step.symbol).roles[role.name]
    pointer = f"ctx.at(candidate.{fields.position})"
    photon = role.species is Species.GAMMA
    if photon:
        symbols.use("shower_p4")
        parameter, raw = f"{pointer}->emcShower()", f"shower_p4({pointer})"
    else:
        symbols.use("kalman_p4")
        raw = f"kalman_p4({pointer}, {hypothesis(role.species)})"
        if isinstance(role.source, FromVertex):
            vertex = role.source.fit
            home = repeats[vertex].local if vertex in repeats else f"ctx.{symbols.fit(vertex).field}"
            parameter = f"{home}.{symbols.fit(vertex).roles[role.source.role].track}"
        else:
            symbols.use("track_parameter")
            parameter = f"track_parameter({pointer}, {hypothesis(role.species)})"
    return FitTrack(
        number=number,
        parameter=parameter,
        photon=photon,
        field=fields.position,
        p4=fields.p4,
        raw=fields.raw,
        raw_value=raw,
    )


def _repeats(step: KinematicFit, build: Builder) -> dict[FitSymbol, Repeat]:
    """The vertex fits whose tracks have another species here: they are made again with it (SEMANTICS rule 13)."""
    repeats: dict[FitSymbol, Repeat] = {}
    wanted: dict[FitSymbol, dict[str, Species]] = {}
    for role in step.symbol.roles:
        if isinstance(role.source, FromVertex):
            wanted.setdefault(role.source.fit, {})[role.source.role] = role.species
    for vertex, species in wanted.items():
        if all(species_of(vertex, role) is kind for role, kind in species.items()):
            continue
        names = build.symbols.fit(vertex)
        repeats[vertex] = Repeat(
            local=build.names.new(f"again_{names.field}"),
            struct=names.struct,
            result=f"ctx.{names.field}",
            attempt=names.attempt,
            hypotheses=", ".join(hypothesis(species.get(role.name, role.species)) for role in vertex.roles),
        )
    return repeats


def _constraint(number: int, constraint: Constraint, order: dict[str, str], build: Builder) -> str:
    """The call that adds a constraint; numbers are those of AddTrack."""

    def members(roles: tuple[str, ...]) -> str:
        return ", ".join(order[role] for role in roles)

    if isinstance(constraint, (FourMomentum, ThreeMomentum, TotalEnergy)):
        build.symbols.uses_beam = True
    match constraint:
        case FourMomentum():
            return f"AddFourMomentum({number}, ctx.beam)"
        case ThreeMomentum():
            return f"AddThreeMomentum({number}, ctx.beam.vect())"
        case TotalEnergy(roles=roles):
            return f"AddTotalEnergy({number}, ctx.beam.e(), fit->AddList({members(roles)}))"
        case Mass(roles=roles, mass=mass):
            return f"AddResonance({number}, {build.symbols.parameter(mass)}, fit->AddList({members(roles)}))"
        case EqualMass(first=first, second=second):
            return f"AddEqualMass({number}, fit->AddList({members(first)}), fit->AddList({members(second)}))"


FITS: dict[type, Any] = {VertexFit: vertex_fit, KinematicFit: kinematic_fit}
__all__ = ["FITS", "FitStep", "kinematic_fit", "vertex_fit"]
