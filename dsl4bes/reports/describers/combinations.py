"""Sentences on candidates: combinations, D tags, BOSS's lists, vertex and kinematic fits; cuts before and after one of them is chosen.

In: a teller and a step. Out: what is put together or fitted, from where, under which constraints, what is asked of it and which one is kept; one sentence a cut.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dsl4bes.ir import expr as ir
from dsl4bes.ir.candidates import (
    CandidateCut,
    Choice,
    Choose,
    FitSettings,
    FitSymbol,
    FromCandidate,
    FromList,
    FromPart,
    FromSecondary,
    FromTagged,
    FromVertex,
    Missing,
    Role,
)  # fmt: skip
from dsl4bes.ir.fits import (
    Combination,
    Combine,
    Constraint,
    EqualMass,
    Fit,
    FittedVertex,
    Fitter,
    FourMomentum,
    KinematicFit,
    Listed,
    Mass,
    Pairs,
    SecondaryVertexFit,
    Tags,
    ThreeMomentum,
    TotalEnergy,
    VertexFit,
)  # fmt: skip
from dsl4bes.ir.primitives import Primitive
from dsl4bes.ir.types import ListSymbol
from dsl4bes.reports import numbers, symbols
from dsl4bes.reports.decays import decay
from dsl4bes.reports.formula import FIT_VALUES, Formula
from dsl4bes.reports.numbers import Flavour
from dsl4bes.reports.said import Said, joined, math
from dsl4bes.reports.teller import Teller, Told


def _with_rest(first: Callable[[Teller, Any], Said]) -> Callable[[Teller, Any], list[Told]]:
    """A describer: its own sentence, then what all combinations have."""

    def described(teller: Teller, step: Combination) -> list[Told]:
        return [Told(first(teller, step), None if step.symbol.optional else step.cut), *_rest(teller, step)]

    return described


def _rest(teller: Teller, step: Combination) -> list[Told]:
    symbol = step.symbol
    where = sources(teller, symbol)
    found = [*([Told(where)] if where else []), *(Told(each, once=True) for each in _limits(teller, step))]
    found += [_cut(teller, symbol, each, "fit.before") for each in step.before]
    kept = choice(teller, step.choose, symbol)
    found += [Told(kept)] if kept else []
    after = "fit.after_each" if step.choose.choice is Choice.ALL or symbol.several else "fit.after"
    found += [_cut(teller, symbol, each, after) for each in step.after]
    return [*found, Told(teller.say("fit.optional" if symbol.optional else "fit.rejects"))]


def _cut(teller: Teller, symbol: FitSymbol, cut: CandidateCut, phrase: str) -> Told:
    conditions = teller.conditions(cut.condition, Formula(own=symbol)) or teller.say("cut.nothing")
    return Told(teller.say(phrase, conditions=conditions), cut.cut)


def choice(teller: Teller, choose: Choose, symbol: FitSymbol) -> Said:
    if choose.choice is Choice.ALL:
        return teller.say("fit.all")
    if choose.key is None or choose.choice is Choice.ONLY:
        return ()
    said = teller.say("fit.smallest" if choose.choice is Choice.MINIMUM else "fit.largest", key=math(Formula(own=symbol).write(choose.key)))
    return teller.further(said, teller.say("fit.per_chain") if choose.per_chain else ())


# --- products and where they come from -------------------------------------------------------------------------------


def particles(symbol: FitSymbol) -> Said:
    """The products, those of an intermediate particle in brackets behind it."""
    inside = {role: composite for composite in symbol.composites for role in composite.roles}
    found: list[str] = []
    done: set[str] = set()
    for role in symbol.roles:
        composite = inside.get(role.name)
        if composite is None:
            found.append(symbols.role(role.name))
        elif composite.name not in done:
            done.add(composite.name)
            found.append(f"({symbols.role(composite.name)}" + r" \to " + r"\,".join(symbols.role(each) for each in composite.roles) + ")")
    return math(r"\,".join(found))


def sources(teller: Teller, symbol: FitSymbol) -> Said:
    """`π⁺ from the vertex fit “vertex”, γ₁ γ₂ from photon candidates`."""
    found: dict[Said, list[str]] = {}
    for role in symbol.roles:
        found.setdefault(_source(teller, role), []).append(role.name)
    parts = [teller.say("fit.sources", role=teller.symbols(names), source=source) for source, names in found.items() if source]
    return teller.further(teller.say("fit.of_these", parts=teller.all_of(parts)), teller.say("fit.conjugate") if symbol.both_chains else ()) if parts else ()


def _source(teller: Teller, role: Role) -> Said:
    source = role.source
    if isinstance(source, ListSymbol):
        said = teller.entries(source)
        return said if role.momenta is None else teller.say("join.aside", said=said, added=teller.say("fit.momenta", name=teller.name(role.momenta.name)))
    if isinstance(source, FromVertex):
        return teller.say("fit.from_vertex", name=teller.name(source.fit.name))
    if isinstance(source, FromSecondary):
        return teller.say("fit.from_secondary", name=teller.name(source.fit.name))
    if isinstance(source, (FromCandidate, FromPart)):
        return teller.say("fit.from_candidate", name=teller.name(source.fit.name))
    if isinstance(source, FromTagged):
        return teller.say("fit.from_tag", name=teller.name(source.fit.name))
    if isinstance(source, FromList):
        return () if source.among is None else teller.entries(source.among)
    return teller.say("fit.missing") if isinstance(source, Missing) else ()


# --- limits -------------------------------------------------------------------------------------------------------------


def _limits(teller: Teller, step: Combination) -> list[Said]:
    found: list[Said] = []
    if isinstance(step, Fit):
        found.append(_settings(teller, step.settings, "fit.settings"))
    if isinstance(step, SecondaryVertexFit):
        found.append(_settings(teller, step.vertex, "fit.vertex_settings"))
    if isinstance(step, (KinematicFit, Combine)) and _has_photons(step.symbol):
        found.append(teller.say("fit.photons_at_most", number=teller.number(step.max_photons)))
    if step.max_candidates is not None:
        found.append(teller.say("fit.candidates_at_most", number=teller.number(step.max_candidates)))
    return found


def _has_photons(symbol: FitSymbol) -> bool:
    return any(role.charge == 0 and isinstance(role.source, ListSymbol) for role in symbol.roles)


def _settings(teller: Teller, settings: FitSettings, phrase: str) -> Said:
    ceiling = math(rf"\chi^{{2}} > {numbers.latex(numbers.of(settings.ceiling))}")
    return teller.say(phrase, iterations=teller.number(settings.iterations), what=math(r"\chi^{2}"), tolerance=teller.number(settings.tolerance), ceiling=ceiling)


# --- one for each -------------------------------------------------------------------------------------------------------


def vertex_fit(teller: Teller, step: VertexFit) -> Said:
    said = teller.say("fit.vertex", particles=particles(step.symbol), name=teller.name(step.symbol.name))
    return teller.further(said, teller.say("fit.vertex_error", error=teller.number(step.error)))


def secondary(teller: Teller, step: SecondaryVertexFit) -> Said:
    production = teller.say("fit.fitted_vertex", name=teller.name(step.production.fit.name)) if isinstance(step.production, FittedVertex) else teller.say("fit.interaction_point")
    said = teller.say("fit.secondary", name=teller.name(step.symbol.name), particles=particles(step.symbol), production=production)
    return teller.further(said, teller.say("fit.vertex_error", error=teller.number(step.error)))


def kinematic_fit(teller: Teller, step: KinematicFit) -> Said:
    held = teller.all_of([constraint(teller, each) for each in step.constraints])
    under = teller.say("fit.kinematic_with", constraints=held) if held else ()
    parts = [teller.say("fit.kinematic", name=teller.name(step.symbol.name), particles=particles(step.symbol), constraints=under)]
    for each in step.unmeasured:
        phrase = "fit.unmeasured_direction" if each.direction else "fit.unmeasured"
        parts.append(teller.say(phrase, role=teller.symbols((each.role,)), mass=teller.number(each.mass, Flavour.MASS)))
    for role in step.symbol.roles:
        if role.radiated is not None:
            parts.append(teller.say("fit.radiated", list=teller.entries(role.radiated), role=teller.symbols((role.name,))))
    if step.energy_spread is not None:
        parts.append(teller.say("fit.energy_spread", spread=teller.number(step.energy_spread)))
    parts += [teller.say("fit.follow")] if step.follow_energies else []
    parts += [teller.say("fit.classic")] if step.fitter is Fitter.CLASSIC else []
    return teller.further(*parts)


def constraint(teller: Teller, constraint: Constraint) -> Said:
    if isinstance(constraint, FourMomentum):
        return teller.say("fit.four_momentum")
    if isinstance(constraint, ThreeMomentum):
        return teller.say("fit.three_momentum")
    if isinstance(constraint, TotalEnergy):
        return teller.say("fit.total_energy", roles=teller.symbols(constraint.roles))
    if isinstance(constraint, EqualMass):
        return teller.say("fit.equal_mass", first=math(_mass_of(constraint.first)), second=math(_mass_of(constraint.second)))
    assert isinstance(constraint, Mass)
    return teller.say("fit.mass", formula=math(f"{_mass_of(constraint.roles)} = {numbers.latex(numbers.of(constraint.mass), Flavour.MASS)}"))


def _mass_of(roles: tuple[str, ...]) -> str:
    return "M(" + r"\,".join(symbols.role(each) for each in roles) + ")"


def combine(teller: Teller, step: Combine) -> Said:
    return teller.say("fit.combine", particles=particles(step.symbol), name=teller.name(step.symbol.name))


def listed(teller: Teller, step: Listed) -> Said:
    return teller.say("fit.listed", name=teller.name(step.symbol.name), particle=math(symbols.pdg(step.pdgid)), list=step.entries.value)


def tags(teller: Teller, step: Tags) -> Said:
    said = teller.say("fit.tags", name=teller.name(step.symbol.name), modes=teller.all_of([decay(mode.text) for mode in step.modes]))
    which = teller.say("fit.tags_identified" if step.identified.value else "fit.tags_all")
    switch = teller.say("fit.tags_switch", which=which, name=teller.name(step.identified.name))
    return teller.further(said, switch, _groups(teller, step.groups))


def pairs(teller: Teller, step: Pairs) -> Said:
    first, second = (teller.name(each.name) for each in step.symbol.sides)
    return teller.further(teller.say("fit.pairs", name=teller.name(step.symbol.name), first=first, second=second), _groups(teller, step.groups))


def _groups(teller: Teller, groups: tuple[ir.FitQuantity, ...]) -> Said:
    return teller.say("fit.per_group", quantities=joined([math(FIT_VALUES[each]) for each in groups], teller.phrases.text("join.and"))) if groups else ()


DESCRIBERS: dict[type[Primitive], Callable[[Teller, Any], list[Told]]] = {
    VertexFit: _with_rest(vertex_fit), SecondaryVertexFit: _with_rest(secondary), KinematicFit: _with_rest(kinematic_fit), Combine: _with_rest(combine), Listed: _with_rest(listed), Tags: _with_rest(tags),
    Pairs: _with_rest(pairs),
}  # fmt: skip
