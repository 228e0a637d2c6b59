"""Which candidates a fit tries: the lists its roles take their particles from, the loops over them, identical products once.

In: a fit and the scope of its block. Out: prepared lists, one loop per role that has a list, the fields a loop fills.
Roles of one group and identical composites are named by falling measured energy (SEMANTICS rule 10); nothing is used twice (rule 4).
"""

from __future__ import annotations

from dataclasses import dataclass

from dsl4bes.cpp.builder import Builder
from dsl4bes.cpp.model import Loop
from dsl4bes.cpp.scope import Scope
from dsl4bes.cpp.steps import Assignment, Prepared, Side
from dsl4bes.cpp.symbols import RoleNames, comes_from, hypothesis
from dsl4bes.ir.candidates import (
    FitKind,
    FitSymbol,
    FromCandidate,
    FromPart,
    FromSecondary,
    FromTagged,
    FromVertex,
    Role,
)
from dsl4bes.ir.fits import Combination, Combine, FittedVertex, KinematicFit, SecondaryVertexFit
from dsl4bes.ir.types import ListKind, ListSymbol, Species


@dataclass(frozen=True)
class _Bound:
    """A track or shower that is chosen already: its role in its own fit, the role and loop of this one it belongs to (no index: no loop), and
    where its position is."""

    role: Role
    unit: Role
    index: str
    position: str


class Sources:
    """The lists the roles of a fit take their particles from: capped (SEMANTICS rule 17), by falling energy within a group (rule 10)."""

    def __init__(self, step: Combination, build: Builder, chain: str = "") -> None:
        self._step, self._build, self.chain = step, build, chain
        self._strongest: dict[ListSymbol | FitSymbol, str] = {}
        self._ordered: dict[tuple[ListSymbol | FitSymbol, Species | None], str] = {}
        self._sides: dict[tuple[str, str], str] = {}
        self.prepared: list[Prepared] = []
        self.sides: list[Side] = []

    def of(self, role: Role, source: ListSymbol) -> str:
        """The C++ list for a role; with a conjugate chain, one that follows the chain that is tried."""
        written = self._of(role, source)
        if role.conjugate is None or not self.chain:
            return written
        pair = (written, self._of(role, role.conjugate))
        if pair not in self._sides:
            self._sides[pair] = self._build.names.new(f"{source.name}_side")
            self.sides.append(Side(local=self._sides[pair], written=pair[0], conjugate=pair[1]))
        return self._sides[pair]

    def candidates(self, role: Role, fit: FitSymbol) -> str:
        """The numbers of the candidates of an earlier block: in its order, of too many the strongest; by falling energy within a group."""
        names, symbols = self._build.symbols.fit(fit), self._build.symbols
        kept, p4 = f"ctx.{names.kept}", f"&{names.struct}::{measured_p4(fit, self._build)}"
        if fit not in self._strongest:
            assert self._step.max_candidates is not None
            name = self._step.symbol.name
            counter = self._build.counter(f"{name}_{fit.name}_overflow", f"{name}: candidates of {fit.name} above the limit, left out")
            maximum = symbols.parameter(self._step.max_candidates, int)
            symbols.use("strongest_candidates")
            self._strongest[fit] = self._add("some", fit, f"strongest_candidates({kept}, {p4}, {maximum}, {counter})", "numbers of candidates")
        if role.group < 0:
            return self._strongest[fit]
        if (fit, None) not in self._ordered:
            symbols.use("candidates_by_energy")
            call = f"candidates_by_energy({kept}, {p4}, {self._strongest[fit]})"
            self._ordered[fit, None] = self._add("ordered", fit, call, "identical products are named by falling measured energy")
        return self._ordered[fit, None]

    def radiated(self, role: Role) -> str:
        """The C++ list of the photons that belong to an electron, of the chain that is tried."""
        assert role.radiated is not None
        listed = self._build.symbols.list
        pair = (listed(role.radiated), listed(role.radiated_conjugate or role.radiated))
        if role.radiated_conjugate is None or not self.chain:
            return pair[0]
        if pair not in self._sides:
            self._sides[pair] = self._build.names.new(f"{role.radiated.name}_side")
            self.sides.append(Side(local=self._sides[pair], written=pair[0], conjugate=pair[1]))
        return self._sides[pair]

    def _of(self, role: Role, source: ListSymbol) -> str:
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
        if not isinstance(self._step, (KinematicFit, Combine)) or source.kind is not ListKind.SHOWERS:
            return listed
        if source not in self._strongest:
            self._build.symbols.use("strongest")
            name = self._step.symbol.name
            counter = self._build.counter(
                f"{name}_{source.name}_overflow",
                f"{name}: photons of {source.title} above the limit, left out",
            )
            maximum = self._build.symbols.parameter(self._step.max_photons, int)
            call = f"strongest(ctx.records, {listed}, {maximum}, {counter})"
            self._strongest[source] = self._add("strongest", source, call, "")
        return self._strongest[source]

    def _add(self, word: str, source: ListSymbol | FitSymbol, call: str, comment: str) -> str:
        local = self._build.names.new(f"{word}_{source.name}")
        self.prepared.append(Prepared(local=local, value=call, comment=comment))
        return local


def loops(
    step: Combination, scope: Scope, sources: Sources, build: Builder, outer: int
) -> tuple[tuple[Loop, ...], tuple[Assignment, ...]]:
    """One loop per role that has several entries or candidates to come from; a later one than the one before within a group."""
    roles = build.symbols.fit(step.symbol).roles
    made: list[Loop] = []
    assignments: list[Assignment] = []
    bound = _fixed(step, scope, build)
    for role in step.symbol.roles:
        field = roles[role.name].position
        if isinstance(role.source, FromVertex):
            assignments.append(Assignment(field=field, value=_at_vertex(role.source, scope, build)))
        elif isinstance(role.source, FromCandidate) and not role.source.each:
            assignments.append(Assignment(field=field, value=scope.fit(role.source.fit)))
        elif isinstance(role.source, FromPart) and not role.source.each:
            assignments.append(Assignment(field=field, value=_at_part(role.source, scope.fit(role.source.fit), build)))
    variables = {each.unit.name: each.position for each in bound if each.unit is each.role}
    variables |= {
        role.name: _at_part(role.source, scope.fit(role.source.fit), build)
        for role in step.symbol.roles
        if isinstance(role.source, FromPart) and not role.source.each
    }
    units: set[str] = set()
    reserved = [(f"{scope.fit(tag)}.used", "") for tag in _tags(step)]  # lists whose entries are used; the role whose photons they are
    for role in step.symbol.roles:
        if isinstance(role.source, FromSecondary) and role.exchanged is not None:
            assignments += _of_chain(role.source, role.exchanged, roles[role.name], sources.chain, scope, build)
        elif isinstance(role.source, FromTagged) and role.source.part:
            position = f"{scope.fit(role.source.fit)}.{build.symbols.fit(role.source.fit).roles[role.source.part].position}"
            assignments.append(Assignment(field=roles[role.name].position, value=position))
    for role in step.symbol.roles:
        if role.radiated is not None:
            reserved.append((sources.radiated(role), role.name))
            assignments.append(Assignment(field=roles[role.name].radiated, value=reserved[-1][0]))
    for role in step.symbol.roles:
        if not isinstance(role.source, ListSymbol) and not goes_through(role):
            continue
        if isinstance(role.source, FromPart) and role.source.unit in units:
            continue  # with the first role of its candidate
        unit = role.source.unit if isinstance(role.source, FromPart) else role.name
        units.add(unit)
        index, variable = scope.names.index(), scope.names.new(unit)
        same = [each for each in bound if each.index and each.unit.group == role.group and role.group >= 0]
        home = "" if isinstance(role.source, ListSymbol) else f"ctx.{build.symbols.fit(_fit_of(role)).kept}[{variable}]"
        taken = {role.name: home or variable}
        if isinstance(role.source, FromPart):
            mates = ((each.name, each.source) for each in step.symbol.roles)
            taken = {name: _at_part(source, home, build) for name, source in mates if isinstance(source, FromPart) and source.unit == unit}
        variables |= taken if isinstance(role.source, FromPart) else {role.name: variable}
        own = _parts(role, variable, index, build)
        skips = [
            f"{mine.position} == {other.position}"
            for mine in own
            for other in bound
            if _may_share(other.role, mine.role) and not (other in same and isinstance(role.source, ListSymbol))
        ]
        if not isinstance(role.source, ListSymbol) and _fit_of(role).both_chains:
            skips.insert(0, other_chain(role, f"{home}.conjugate", sources.chain))
        made.append(
            Loop(
                sources.of(role, role.source) if isinstance(role.source, ListSymbol) else sources.candidates(role, _fit_of(role)),
                index,
                f"{same[-1].index} + 1" if same else "0",
                variable,
                " || ".join((*skips, *_reserved(role, own, reserved, build), *_twins(step, tuple(taken), variables, build))),
                pad="  " * (outer + len(made)),
            )
        )
        assignments += [Assignment(field=roles[name].position, value=value) for name, value in taken.items()]
        bound += own
    return tuple(made), tuple(assignments)


def goes_through(role: Role) -> bool:
    """Whether each candidate of an earlier block is tried for a role."""
    return isinstance(role.source, (FromCandidate, FromPart)) and role.source.each


def other_chain(role: Role, conjugate: str, chain: str) -> str:
    """The condition that a candidate was not found in the chain that is tried (an antiparticle: in the other one)."""
    if not chain:
        return f"!{conjugate}" if role.opposite else conjugate
    return f"{conjugate} {'==' if role.opposite else '!='} ({chain} == 1)"


def measured_p4(fit: FitSymbol, build: Builder) -> str:
    """The field with the four-momentum of what a fit makes, from its products as measured; of a secondary vertex that of its fit."""
    names = build.symbols.fit(fit).roles[fit.particle]
    return names.p4 if fit.kind is FitKind.SECONDARY_VERTEX else names.raw


def _fit_of(role: Role) -> FitSymbol:
    assert isinstance(role.source, (FromCandidate, FromPart))
    return role.source.fit


def _at_part(source: FromPart, home: str, build: Builder) -> str:
    """Where the position of a part of the candidate at `home` is."""
    return f"{home}.{way_to(source.fit, source.path, build)}"


def _of_chain(
    written: FromSecondary, conjugate: FromSecondary, fields: RoleNames, chain: str, scope: Scope, build: Builder
) -> tuple[Assignment, Assignment]:
    """The particle that flew, of the chain that is tried: its four-momentum and its parameters as a track."""
    homes = [(scope.fit(each.fit), build.symbols.fit(each.fit).roles[each.fit.particle]) for each in (written, conjugate)]
    raw, track = ([f"{home}.{getattr(names, word)}" for home, names in homes] for word in ("p4", "track"))
    return (
        Assignment(field=fields.raw, value=f"{chain} == 0 ? {raw[0]} : {raw[1]}"), Assignment(field=fields.track, value=f"{chain} == 0 ? {track[0]} : {track[1]}"),
    )  # fmt: skip


def _tags(step: Combination) -> tuple[FitSymbol, ...]:
    """The D tags whose tracks and showers are particles of a fit."""
    return tuple(dict.fromkeys(role.source.fit for role in step.symbol.roles if isinstance(role.source, FromTagged)))


def _reserved(role: Role, own: list[_Bound], reserved: list[tuple[str, str]], build: Builder) -> list[str]:
    """Conditions that what is chosen (`own`) is what a tag or an electron with photons uses; of such an electron, that its photons are used before it."""
    found = [
        f"contains({used}, {mine.position})" for used, owner in reserved for mine in own if not owner or mine.role.species is Species.GAMMA
    ]
    number_of = next((number for number, (_, owner) in enumerate(reserved) if owner == role.name), 0)
    if role.radiated is not None:
        found += [f"!apart({reserved[number_of][0]}, {used})" for used, _ in reserved[:number_of]]
    build.symbols.use(*(("contains", "apart") if role.radiated is not None and number_of else ("contains",) if found else ()))
    return found


def other_charm(step: Combination, scope: Scope, chain: str) -> tuple[str, ...]:
    """Conditions that a D tag is not of the chain that is tried, as far as BOSS knows its charm."""
    found = []
    for tag in _tags(step):
        charm = next(role.source.charm for role in step.symbol.roles if isinstance(role.source, FromTagged) and role.source.fit is tag)
        if charm:
            sign = f"({chain} == 0 ? {charm} : {-charm})" if chain else str(charm)
            found.append(f"{scope.fit(tag)}.charm * {sign} < 0")
    return tuple(found)


def earlier_fits(step: Combination) -> tuple[FitSymbol, ...]:
    """The fits without which a fit has no candidates, in the order of its roles; the production vertex last."""
    found = [fit for role in step.symbol.roles if (fit := comes_from(role.source) or role.momenta) is not None]
    if isinstance(step, SecondaryVertexFit) and isinstance(step.production, FittedVertex):
        found.append(step.production.fit)
    return tuple(dict.fromkeys(found))


def _at_vertex(source: FromVertex, scope: Scope, build: Builder) -> str:
    return f"{scope.fit(source.fit)}.{build.symbols.fit(source.fit).roles[source.role].position}"


def _leaves(fit: FitSymbol, home: str, build: Builder) -> list[tuple[Role, str]]:
    """The tracks and showers of a candidate that is at `home`, whatever depth they are at, and where their positions are."""
    names = build.symbols.fit(fit).roles
    found: list[tuple[Role, str]] = []
    for role in fit.roles:
        position = f"{home}.{names[role.name].position}"
        if isinstance(role.source, FromSecondary):
            found += _leaves(role.source.fit, f"ctx.{build.symbols.fit(role.source.fit).field}", build)
        elif isinstance(role.source, FromCandidate):
            found += _leaves(role.source.fit, position, build)
        elif role.species is not None:
            found.append((role, position))
    return found


def way_to(fit: FitSymbol, path: str, build: Builder) -> str:
    """The field of a role, through the candidates it is in."""
    name, _, rest = path.partition(".")
    field = build.symbols.fit(fit).roles[name].position
    if not rest:
        return field
    source = next(role.source for role in fit.roles if role.name == name)
    assert isinstance(source, FromCandidate)
    return f"{field}.{way_to(source.fit, rest, build)}"


def _parts(role: Role, variable: str, index: str, build: Builder) -> list[_Bound]:
    """What is chosen with the entry or candidate `variable` of a role's loop."""
    if isinstance(role.source, ListSymbol):
        return [_Bound(role, role, index, variable)]
    fit = _fit_of(role)
    home = f"ctx.{build.symbols.fit(fit).kept}[{variable}]"
    return [_Bound(leaf, role, index, position) for leaf, position in _leaves(fit, home, build)]


def _fixed(step: Combination, scope: Scope, build: Builder) -> list[_Bound]:
    """What is chosen before any loop: the tracks and showers of one earlier candidate each, those of the production vertex, tracks of a vertex fit."""
    found: list[_Bound] = []
    units: set[str] = set()
    for role in step.symbol.roles:
        if isinstance(role.source, FromPart) and role.source.unit in units:
            continue
        if isinstance(role.source, FromPart):
            units.add(role.source.unit)
        if isinstance(role.source, (FromSecondary, FromCandidate, FromPart)) and not goes_through(role):
            found += [_Bound(leaf, role, "", position) for leaf, position in _leaves(role.source.fit, scope.fit(role.source.fit), build)]
    if isinstance(step, SecondaryVertexFit) and isinstance(step.production, FittedVertex):
        fit = step.production.fit
        production = Role(fit.name, None, 0, FromSecondary(fit))
        found += [_Bound(leaf, production, "", position) for leaf, position in _leaves(fit, scope.fit(fit), build)]
    for role in step.symbol.roles:
        if isinstance(role.source, FromVertex):
            found.append(_Bound(role, role, "", _at_vertex(role.source, scope, build)))
    return found


def nothing_twice(step: Combination, scope: Scope, build: Builder) -> list[str]:
    """Conditions that the earlier fits a fit starts from have no track in common (SEMANTICS rule 4)."""
    fixed = _fixed(step, scope, build)

    def home(each: _Bound) -> object:
        source = each.unit.source
        return source.fit if isinstance(source, FromVertex) else source.unit if isinstance(source, FromPart) else each.unit.name

    tags = [f"{scope.fit(tag)}.used" for tag in _tags(step)]
    used = [f"!contains({tag}, {each.position})" for tag in tags for each in fixed]
    used += [f"apart({one}, {other})" for number, one in enumerate(tags) for other in tags[number + 1 :]]
    build.symbols.use(*(("contains", "apart") if used else ()))
    return used + [
        f"{one.position} != {other.position}"
        for number, one in enumerate(fixed)
        for other in fixed[number + 1 :]
        if home(one) != home(other) and _may_share(one.role, other.role)
    ]


def _twins(step: Combination, chosen: tuple[str, ...], variables: dict[str, str], build: Builder) -> list[str]:
    """Conditions to skip what exchanges two identical composites, as soon as all their particles are chosen (SEMANTICS rule 10)."""
    by_name = {each.name: each for each in step.symbol.roles}
    skips: list[str] = []
    for pair in step.symbol.twins:
        taken = [name for composite in pair for name in composite.roles]
        if not set(chosen) & set(taken) or not all(name in variables for name in taken):
            continue
        build.symbols.use("exchanged")
        energies = [
            " + ".join(_energy(variables[name], by_name[name], build) for name in composite.roles)
            for composite in pair
        ]
        firsts = [variables[composite.roles[0]] for composite in pair]
        skips.append(f"exchanged({', '.join((*energies, *firsts))})")
    return skips


def _energy(variable: str, role: Role, build: Builder) -> str:
    """The measured energy of a chosen particle."""
    if isinstance(role.source, FromCandidate):
        return f"ctx.{build.symbols.fit(role.source.fit).kept}[{variable}].{measured_p4(role.source.fit, build)}.e()"
    if role.species is Species.GAMMA:
        build.symbols.use("emc_energy")
        return f"emc_energy(ctx.at({variable}))"
    build.symbols.use("kalman_p4")
    return f"kalman_p4(ctx.at({variable}), {hypothesis(role.species)}).e()"


def _may_share(one: Role, other: Role) -> bool:
    """Whether two roles could be the same entry: both tracks or both showers, and not lists of opposite charge."""
    if (one.species is Species.GAMMA) != (other.species is Species.GAMMA):
        return False
    charges = [
        r.source.charge if isinstance(r.source, ListSymbol) and r.conjugate is None else 0 for r in (one, other)
    ]
    return charges[0] * charges[1] >= 0
