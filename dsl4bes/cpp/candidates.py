"""Which candidates a fit tries: the lists its roles take their particles from, the loops over them, identical products once.

In: a fit and the scope of its block. Out: prepared lists, one loop per role that has a list, the fields a loop fills.
Roles of one group and identical composites are named by falling measured energy (SEMANTICS rule 10); nothing is used twice (rule 4).
"""

from __future__ import annotations

from dsl4bes.cpp.builder import Builder
from dsl4bes.cpp.model import Loop
from dsl4bes.cpp.scope import Scope
from dsl4bes.cpp.steps import Assignment, Prepared, Side
from dsl4bes.cpp.symbols import RoleNames, comes_from, hypothesis
from dsl4bes.ir.primitives import (
    Combination,
    Combine,
    FitSymbol,
    FittedVertex,
    FromSecondary,
    FromTagged,
    FromVertex,
    KinematicFit,
    Role,
    SecondaryVertexFit,
)
from dsl4bes.ir.types import ListKind, ListSymbol, Species


class Sources:
    """The lists the roles of a fit take their particles from: capped (SEMANTICS rule 17), by falling energy within a group (rule 10)."""

    def __init__(self, step: Combination, build: Builder, chain: str = "") -> None:
        self._step, self._build, self.chain = step, build, chain
        self._strongest: dict[ListSymbol, str] = {}
        self._ordered: dict[tuple[ListSymbol, Species | None], str] = {}
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


def loops(
    step: Combination, scope: Scope, sources: Sources, build: Builder, outer: int
) -> tuple[tuple[Loop, ...], tuple[Assignment, ...]]:
    """One loop per role that takes its particle from a list; a later entry than the one before within a group."""
    roles = build.symbols.fit(step.symbol).roles
    made: list[Loop] = []
    assignments: list[Assignment] = []
    bound = [(role, "", position) for _, role, position in _inside(step, scope, build)]
    reserved = [(f"{scope.fit(tag)}.used", "") for tag in _tags(step)]  # lists whose entries are used; the role whose photons they are
    for role in step.symbol.roles:
        field = roles[role.name].position
        if isinstance(role.source, FromVertex):
            vertex = scope.fit(role.source.fit)
            position = f"{vertex}.{build.symbols.fit(role.source.fit).roles[role.source.role].position}"
            assignments.append(Assignment(field=field, value=position))
            bound.append((role, "", position))
        elif isinstance(role.source, FromSecondary) and role.exchanged is not None:
            assignments += _of_chain(role.source, role.exchanged, roles[role.name], sources.chain, scope, build)
        elif isinstance(role.source, FromTagged) and role.source.part:
            position = f"{scope.fit(role.source.fit)}.{build.symbols.fit(role.source.fit).roles[role.source.part].position}"
            assignments.append(Assignment(field=field, value=position))
    for role in step.symbol.roles:
        if role.radiated is not None:
            reserved.append((sources.radiated(role), role.name))
            assignments.append(Assignment(field=roles[role.name].radiated, value=reserved[-1][0]))
    for role in step.symbol.roles:
        if not isinstance(role.source, ListSymbol):
            continue
        index, variable = scope.names.index(), scope.names.new(role.name)
        same = [b for b in bound if b[1] and b[0].group == role.group and role.group >= 0]
        others = [b for b in bound if b not in same and _may_share(b[0], role)]
        variables = {b[0].name: b[2] for b in bound}
        made.append(
            Loop(
                sources.of(role, role.source),
                index,
                f"{same[-1][1]} + 1" if same else "0",
                variable,
                " || ".join(
                    (
                        *(f"{variable} == {other[2]}" for other in others),
                        *_reserved(role, variable, reserved, build),
                        *_twins(step, role, {**variables, role.name: variable}, build),
                    )
                ),
                pad="  " * (outer + len(made)),
            )
        )
        assignments.append(Assignment(field=roles[role.name].position, value=variable))
        bound.append((role, index, variable))
    return tuple(made), tuple(assignments)


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


def _reserved(role: Role, variable: str, reserved: list[tuple[str, str]], build: Builder) -> list[str]:
    """Conditions that an entry is what a tag or an electron with photons uses; of such an electron, that its photons are used before it."""
    found = [f"contains({used}, {variable})" for used, owner in reserved if not owner or role.species is Species.GAMMA]
    own = next((number for number, (_, owner) in enumerate(reserved) if owner == role.name), 0)
    if role.radiated is not None:
        found += [f"!apart({reserved[own][0]}, {used})" for used, _ in reserved[:own]]
    build.symbols.use(*(("contains", "apart") if role.radiated is not None and own else ("contains",) if found else ()))
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


def _inside(step: Combination, scope: Scope, build: Builder) -> list[tuple[FitSymbol, Role, str]]:
    """The tracks that are used although no role is one of them: those of composite particles, and of the production vertex."""
    found: list[tuple[FitSymbol, Role, str]] = []
    waiting = [role.source.fit for role in step.symbol.roles if isinstance(role.source, FromSecondary)]
    if isinstance(step, SecondaryVertexFit) and isinstance(step.production, FittedVertex):
        waiting.append(step.production.fit)
    while waiting:
        fit = waiting.pop(0)
        for role in fit.roles:
            if isinstance(role.source, FromSecondary):  # a cascade: what flew inside has tracks of its own
                waiting.append(role.source.fit)
            else:
                found.append((fit, role, f"{scope.fit(fit)}.{build.symbols.fit(fit).roles[role.name].position}"))
    return found


def nothing_twice(step: Combination, scope: Scope, build: Builder) -> list[str]:
    """Conditions that the earlier fits a fit starts from have no track in common (SEMANTICS rule 4)."""
    fixed = _inside(step, scope, build)
    for role in step.symbol.roles:
        if isinstance(role.source, FromVertex):
            home = build.symbols.fit(role.source.fit)
            position = f"{scope.fit(role.source.fit)}.{home.roles[role.source.role].position}"
            fixed.append((role.source.fit, role, position))
    tags = [f"{scope.fit(tag)}.used" for tag in _tags(step)]
    used = [f"!contains({tag}, {position})" for tag in tags for _, _, position in fixed]
    used += [f"apart({one}, {other})" for number, one in enumerate(tags) for other in tags[number + 1 :]]
    build.symbols.use(*(("contains", "apart") if used else ()))
    return used + [
        f"{one[2]} != {other[2]}"
        for number, one in enumerate(fixed)
        for other in fixed[number + 1 :]
        if one[0] is not other[0] and _may_share(one[1], other[1])
    ]


def _twins(step: Combination, role: Role, variables: dict[str, str], build: Builder) -> list[str]:
    """Conditions to skip what exchanges two identical composites, as soon as all their particles are chosen (SEMANTICS rule 10)."""
    species = {each.name: each.species for each in step.symbol.roles}
    skips: list[str] = []
    for pair in step.symbol.twins:
        taken = [name for composite in pair for name in composite.roles]
        if role.name not in taken or not all(name in variables for name in taken):
            continue
        build.symbols.use("exchanged")
        energies = [
            " + ".join(_energy(variables[name], species[name], build) for name in composite.roles)
            for composite in pair
        ]
        firsts = [variables[composite.roles[0]] for composite in pair]
        skips.append(f"exchanged({', '.join((*energies, *firsts))})")
    return skips


def _energy(variable: str, species: Species | None, build: Builder) -> str:
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
    charges = [
        r.source.charge if isinstance(r.source, ListSymbol) and r.conjugate is None else 0 for r in (one, other)
    ]
    return charges[0] * charges[1] >= 0
