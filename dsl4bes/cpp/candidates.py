"""Which candidates a fit tries: the lists its roles take their particles from, the loops over them, identical products once.

In: a fit and the scope of its block. Out: prepared lists, one loop per role that has a list, the fields a loop fills.
Roles of one group and identical composites are named by falling measured energy (SEMANTICS rule 10); nothing is used twice (rule 4).
"""

from __future__ import annotations

from dsl4bes.cpp.builder import Builder
from dsl4bes.cpp.model import Loop
from dsl4bes.cpp.scope import Scope
from dsl4bes.cpp.steps import Assignment, Prepared
from dsl4bes.cpp.symbols import hypothesis
from dsl4bes.ir.primitives import Fit, FromVertex, KinematicFit, Role
from dsl4bes.ir.types import ListKind, ListSymbol, Species


class Sources:
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


def loops(
    step: Fit, scope: Scope, sources: Sources, build: Builder, outer: int
) -> tuple[tuple[Loop, ...], tuple[Assignment, ...]]:
    """One loop per role that takes its particle from a list; a later entry than the one before within a group."""
    roles = build.symbols.fit(step.symbol).roles
    made: list[Loop] = []
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
        made.append(
            Loop(
                sources.of(role, role.source),
                index,
                f"{same[-1][1]} + 1" if same else "0",
                variable,
                " || ".join(
                    (
                        *(f"{variable} == {other[2]}" for other in others),
                        *_twins(step, role, {**variables, role.name: variable}, build),
                    )
                ),
                pad="  " * (outer + len(made)),
            )
        )
        assignments.append(Assignment(field=roles[role.name].position, value=variable))
        bound.append((role, index, variable))
    assert len(bound) == len(fixed) + len(made)
    return tuple(made), tuple(assignments)


def _twins(step: Fit, role: Role, variables: dict[str, str], build: Builder) -> list[str]:
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
