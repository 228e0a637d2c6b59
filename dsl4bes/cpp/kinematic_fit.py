"""Lowering of the kinematic fit: particles, what is missing, constraints, settings of the fitter.

In: a `KinematicFit` primitive. Out: its `Attempt`, the method that fits one candidate. Loops over candidates, cuts and the choice are made
in `fits.py`. Which of BOSS's ways to add a missing particle is taken is decided here, and why is said there.
"""

from __future__ import annotations

from dsl4bes.cpp.builder import Builder
from dsl4bes.cpp.model import Attempt, FitTrack, Repeat, Together
from dsl4bes.cpp.names import comment
from dsl4bes.cpp.symbols import hypothesis, species_of
from dsl4bes.ir.candidates import FitSymbol, FromSecondary, FromTagged, FromVertex, Missing, Role
from dsl4bes.ir.fits import (
    Constraint,
    EqualMass,
    FourMomentum,
    KinematicFit,
    Mass,
    ThreeMomentum,
    TotalEnergy,
    Unmeasured,
)
from dsl4bes.ir.types import Species


def kinematic_attempt(step: KinematicFit, build: Builder, total: str, raw_total: str) -> Attempt:
    """The method that fits one candidate; `total`, `raw_total`: fields of the particle that is the sum of the products, if there is one."""
    symbols, names = build.symbols, build.symbols.fit(step.symbol)
    fitter = step.fitter.value
    symbols.includes.update((f"VertexFit/{fitter}.h", "VertexFit/WTrackParameter.h"))
    repeats = _repeats(step, build)
    single = [role for role in step.symbol.roles if not _whole(role)]
    order = {role.name: str(number) for number, role in enumerate(single)}
    tracks = tuple(_track(number, role, step, build, repeats) for number, role in enumerate(single))
    together = {role.name: _together(role, step, order, build) for role in step.symbol.roles if _whole(role) or role.radiated is not None}
    lists = {role: group.numbers for role, group in together.items()}
    constraints = tuple(
        _constraint(number, constraint, order, lists, build) for number, constraint in enumerate(step.constraints)
    )
    parameter = symbols.parameter
    return Attempt(
        name=names.attempt,
        struct=names.struct,
        title=f"{comment(step.symbol.name)}: fits one candidate; false if the fitter refuses it.",
        kinematic=True,
        fitter=fitter,
        iterations=parameter(step.settings.iterations, int),
        ceiling=parameter(step.settings.ceiling),
        tolerance=parameter(step.settings.tolerance),
        tracks=tracks,
        constraints=constraints,
        error="",
        repeats=tuple(repeats.values()),
        mark=build.mark(step),
        settings=_settings(step, build),
        together=tuple(together.values()),
        total=total,
        raw_total=raw_total,
    )


def _settings(step: KinematicFit, build: Builder) -> tuple[str, ...]:
    """Calls between `init()`, which takes back what they set, and the first constraint."""
    calls = []
    if step.energy_spread is not None:
        build.symbols.uses_beam = True
        calls.append("setCollideangle(ctx.beam.px() / ctx.beam.e())")  # half of the full angle
        calls.append(f"setEspread({build.symbols.parameter(step.energy_spread)})")
    if step.follow_energies:
        calls.append("setDynamicerror(true)")
    return tuple(calls)


def _track(
    number: int, role: Role, step: KinematicFit, build: Builder, repeats: dict[FitSymbol, Repeat]
) -> FitTrack:
    symbols = build.symbols
    fields = symbols.fit(step.symbol).roles[role.name]
    pointer = f"ctx.at(candidate.{fields.position})"
    photon = role.species is Species.GAMMA
    unseen = next((each for each in step.unmeasured if each.role == role.name), None)
    if isinstance(role.source, Missing):
        assert unseen is not None
        return FitTrack(
            number=number, parameter="", photon=False, field="", p4=fields.p4, raw="", raw_value="",
            added=_missing(number, unseen, "", build),
        )  # fmt: skip
    if isinstance(role.source, FromSecondary):
        home, names = f"ctx.{symbols.fit(role.source.fit).field}", symbols.fit(role.source.fit)
        particle = names.roles[role.source.fit.particle]
        parameter, raw = f"{home}.{particle.track}", f"{home}.{particle.p4}"
        if role.exchanged is not None:  # the loop has set both
            return FitTrack(
                number=number, parameter=f"candidate.{fields.track}", photon=False, field="", p4=fields.p4, raw="", raw_value="",
            )  # fmt: skip
    elif photon:
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
            parameter = build.fit_track(f"candidate.{fields.position}", hypothesis(role.species))
    return FitTrack(
        number=number,
        parameter=parameter,
        photon=photon,
        field=fields.position,
        p4=fields.p4,
        raw=fields.raw,
        raw_value=raw,
        summed=role.radiated is not None,
        added="" if unseen is None else _missing(number, unseen, parameter, build),
    )


def _whole(role: Role) -> bool:
    """Whether a role is a whole D tag: as many particles of the fit as the tag has tracks and showers."""
    return isinstance(role.source, FromTagged) and not role.source.part


def _together(role: Role, step: KinematicFit, order: dict[str, str], build: Builder) -> Together:
    """A tag, or an electron with its photons, as several particles of the fit."""
    symbols = build.symbols
    fields = symbols.fit(step.symbol).roles[role.name]
    numbers = build.names.new(f"of_{role.name}")
    symbols.use("shower_p4")
    if isinstance(role.source, FromTagged):
        symbols.use("kalman_p4")
        home = f"ctx.{symbols.fit(role.source.fit).field}"
        return Together(
            title=comment(role.name), numbers=numbers, first="", positions=f"{home}.used", hypotheses=f"{home}.hypotheses",
            parameter=build.fit_track("position", "hypothesis"), p4=fields.p4, raw=fields.raw,
        )  # fmt: skip
    return Together(
        title=comment(role.name), numbers=numbers, first=order[role.name], positions=f"candidate.{fields.radiated}", hypotheses="", parameter="",
        p4=fields.p4, raw=fields.raw,
    )  # fmt: skip


def _missing(number: int, unseen: Unmeasured, shower: str, build: Builder) -> str:
    """The call that adds a particle of which not all is measured.

    BOSS can also start a missing particle from a given momentum, in azimuth, cot(theta) and energy. Where that momentum is small these run away,
    and what is accepted does not fulfil the constraints: 10 of 3,000 toy J/psi -> pi+ pi- nu against 1 this way.
    """
    mass = build.symbols.parameter(unseen.mass)
    return f"AddMissTrack({number}, {mass}, {shower})" if unseen.direction else f"AddMissTrack({number}, {mass})"


def _repeats(step: KinematicFit, build: Builder) -> dict[FitSymbol, Repeat]:
    """The vertex fits whose tracks have another species here: they are made again with it (SEMANTICS rule 13)."""
    repeats: dict[FitSymbol, Repeat] = {}
    wanted: dict[FitSymbol, dict[str, Species | None]] = {}
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


def _constraint(number: int, constraint: Constraint, order: dict[str, str], lists: dict[str, str], build: Builder) -> str:
    """The call that adds a constraint; numbers are those of AddTrack, `lists` those of roles that are several particles."""

    def members(roles: tuple[str, ...]) -> str:
        alone = ", ".join(order[role] for role in roles if role not in lists)
        parts = [*([f"fit->AddList({alone})"] if alone else []), *(lists[role] for role in roles if role in lists)]
        result = parts[0]
        for part in parts[1:]:
            build.symbols.use("joined")
            result = f"joined({result}, {part})"
        return result

    if isinstance(constraint, (FourMomentum, ThreeMomentum, TotalEnergy)):
        build.symbols.uses_beam = True
    match constraint:
        case FourMomentum():
            return f"AddFourMomentum({number}, ctx.beam)"
        case ThreeMomentum():
            return f"AddThreeMomentum({number}, ctx.beam.vect())"
        case TotalEnergy(roles=roles):
            return f"AddTotalEnergy({number}, ctx.beam.e(), {members(roles)})"
        case Mass(roles=roles, mass=mass):
            return f"AddResonance({number}, {build.symbols.parameter(mass)}, {members(roles)})"
        case EqualMass(first=first, second=second):
            return f"AddEqualMass({number}, {members(first)}, {members(second)})"
