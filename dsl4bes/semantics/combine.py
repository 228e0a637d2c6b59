"""Which combinations a fit tries: one particle per role, nothing used twice, identical particles once.

In: the roles of a fit and an event's lists and earlier fits. Out: per event the combinations, each a particle per role, in the order
of the roles (first slowest). Identical roles and composites are named by falling measured energy, ties by position (SEMANTICS rule 10). A role may be
a candidate of an earlier block, with all its tracks and showers.
No fit is made here.
"""

from __future__ import annotations

from collections.abc import Iterator

from dsl4bes.ir.candidates import (
    Composite,
    FitKind,
    FitSymbol,
    FromCandidate,
    FromPart,
    FromSecondary,
    FromTagged,
    FromVertex,
    Missing,
    Role,
)
from dsl4bes.ir.types import ListSymbol, Species
from dsl4bes.semantics.detector import NO_P4
from dsl4bes.semantics.state import PHOTON, PION, Candidate, EventState, Particle, total


def combinations(
    state: EventState, fit: FitSymbol, max_photons: int | None, taken: frozenset[int] = frozenset(), max_candidates: int | None = None
) -> Iterator[tuple[bool, dict[str, Particle]]]:
    """Every combination of an event: whether it is of the conjugate chain, and measured particles by role; none if a fit it needs is absent. The chain as
    written is tried first, then its conjugate; entries at the positions `taken` are used already."""
    parts = {role.name for role in fit.roles if isinstance(role.source, FromPart)}
    for conjugate in (False, True) if fit.both_chains else (False,):
        virtual = virtual_tracks(state, fit, conjugate)
        if virtual is None or virtual & taken or not all(_of_chain(state, role, conjugate) for role in fit.roles):
            continue
        entries = [_entries(state, role, max_photons, conjugate, max_candidates) for role in fit.roles]
        if not all(entries):
            continue
        for chosen in _extend(fit.roles, entries, {}, virtual | taken):
            if all(_in_order(state, chosen, first, second) for first, second in fit.twins):
                yield conjugate, {name: particle._replace(candidate=None, number=-1) if name in parts else particle for name, particle in chosen.items()} if parts else chosen


def _only(role: Role) -> FitSymbol | None:
    """The earlier block whose one candidate a role is."""
    if isinstance(role.source, FromSecondary):
        return role.source.fit
    return role.source.fit if isinstance(role.source, (FromCandidate, FromPart)) and not role.source.each else None


def _unit(role: Role) -> str:
    """Which earlier candidate a role is a part of, empty if of none."""
    return role.source.unit if isinstance(role.source, FromPart) else ""


def _found_in(candidate: Candidate | None, role: Role, conjugate: bool) -> bool:
    """Whether the candidate that a role is was found in the chain that is tried (of an antiparticle: in the other one)."""
    return candidate is not None and candidate.conjugate is (conjugate is not role.opposite)


def _of_chain(state: EventState, role: Role, conjugate: bool) -> bool:
    """Whether the flown particle of a role was found in the chain that is tried, and a D tag is of it, as far as its charm is known."""
    if isinstance(role.source, FromTagged):
        tag = state.fits.get(role.source.fit)
        return tag is not None and tag.numbers["charm"] * role.source.charm * (-1 if conjugate else 1) >= 0
    only = _only(role)
    return not role.follows or only is None or _found_in(state.fits.get(only), role, conjugate)


def radiated(role: Role, conjugate: bool) -> ListSymbol | None:
    """The list of the photons that belong to an electron."""
    return role.radiated_conjugate if conjugate and role.radiated_conjugate is not None else role.radiated


def virtual_tracks(state: EventState, fit: FitSymbol, conjugate: bool = False) -> frozenset[int] | None:
    """The tracks inside the secondary vertices a fit takes particles from, all that its D tags are made of, the photons of its electrons; None if one of these
    fits is absent or two share a track."""
    found: list[int] = []
    units: set[str] = set()
    for tag in dict.fromkeys(role.source.fit for role in fit.roles if isinstance(role.source, FromTagged)):
        candidate = state.fits.get(tag)
        if candidate is None:
            return None
        found += candidate.used
    for role in fit.roles:
        photons = radiated(role, conjugate)
        found += [] if photons is None else state.lists.get(photons.name, [])
        only = _only(role)
        if only is not None and (not _unit(role) or _unit(role) not in units):
            units.add(_unit(role))
            if state.fits.get(only) is None:
                return None
            found += tracks_of(state, only)
    return frozenset(found) if len(set(found)) == len(found) else None


def tracks_of(state: EventState, fit: FitSymbol) -> list[int]:
    """Positions of all tracks and showers of a fit's candidate, those inside its composite particles included."""
    candidate = state.fits.get(fit)
    return [] if candidate is None else _used(candidate)


def _used(candidate: Candidate) -> list[int]:
    return [position for position in candidate.positions if position >= 0]


def _in_order(state: EventState, chosen: dict[str, Particle], first: Composite, second: Composite) -> bool:
    """Whether the first of two identical composites is the one of larger measured energy."""
    energies = [sum(state.p4(chosen[role])[3] for role in composite.roles) for composite in (first, second)]
    if energies[0] != energies[1]:
        return energies[0] > energies[1]
    return chosen[first.roles[0]].place < chosen[second.roles[0]].place


def _entries(
    state: EventState, role: Role, max_photons: int | None, conjugate: bool = False, max_candidates: int | None = None
) -> list[Particle]:
    only = _only(role)
    if only is not None:
        only = role.exchanged.fit if conjugate and role.exchanged is not None else only
        found_fit = state.fits.get(only)
        made = [] if found_fit is None else [_made(state, only, found_fit)]
        return [_part(role.source, role, particle) for particle in made] if isinstance(role.source, FromPart) else made
    if isinstance(role.source, (FromCandidate, FromPart)):
        each = _strongest(state, role.source.fit, max_candidates)
        if role.source.fit.both_chains:
            each = [particle for particle in each if _found_in(particle.candidate, role, conjugate)]
        each = _by_energy(state, each) if role.group >= 0 else each
        return [_part(role.source, role, particle) for particle in each] if isinstance(role.source, FromPart) else each
    if isinstance(role.source, Missing):
        return [Particle(-1, PION, NO_P4)]
    if isinstance(role.source, FromTagged):
        tag = state.fits.get(role.source.fit)
        if tag is None:
            return []
        if role.source.part:
            return [tag.measured[role.source.part]]
        return [Particle(-1, PION, total([state.p4(part) for part in tag.parts]))]
    assert role.species is not None
    species = PHOTON if role.species is Species.GAMMA else role.species.index
    if isinstance(role.source, FromVertex):
        candidate = state.fits.get(role.source.fit)
        if candidate is None:
            return []
        return [Particle(candidate.measured[role.source.role].position, species)]
    source = role.conjugate if conjugate and role.conjugate is not None else role.source
    assert isinstance(source, ListSymbol)
    found = [Particle(position, species) for position in state.lists.get(source.name, ())]
    if species == PHOTON and max_photons is not None and len(found) > max_photons:
        kept = set(_by_energy(state, found)[:max_photons])
        found = [particle for particle in found if particle in kept]
    photons = radiated(role, conjugate)
    if photons is not None:  # as measured, an electron with photons is their sum
        more = [state.p4(Particle(position, PHOTON)) for position in state.lists.get(photons.name, ())]
        found = [particle._replace(fitted=total([state.p4(particle), *more])) for particle in found]
    return _by_energy(state, found) if role.group >= 0 else found


def _by_energy(state: EventState, particles: list[Particle]) -> list[Particle]:
    return sorted(particles, key=lambda particle: (-state.p4(particle)[3], particle.place))


def _made(state: EventState, fit: FitSymbol, candidate: Candidate, number: int = -1) -> Particle:
    """What a candidate makes as a particle: as measured, the sum of its products; a secondary vertex has the particle of its fit only."""
    if fit.kind is FitKind.SECONDARY_VERTEX:
        return Particle(-1, PION, candidate.fitted[fit.particle], candidate, number)
    return Particle(-1, PION, total([state.p4(particle) for particle in candidate.measured.values()]), candidate, number)


def _part(source: FromPart, role: Role, particle: Particle) -> Particle:
    """The track or shower of a candidate that a role is, as measured."""
    candidate, *way = particle.candidate, *source.path.split(".")
    for name in way[:-1]:
        assert candidate is not None
        candidate = candidate.measured[name].candidate
    assert candidate is not None and role.species is not None
    species = PHOTON if role.species is Species.GAMMA else role.species.index
    return Particle(candidate.measured[way[-1]].position, species, None, particle.candidate, particle.number)


def _strongest(state: EventState, fit: FitSymbol, most: int | None) -> list[Particle]:
    """The candidates that a block kept, in its order; of too many those of highest energy."""
    found = [_made(state, fit, candidate, number) for number, candidate in state.kept.get(fit, ())]
    left = {particle.number for particle in _by_energy(state, found)[:most]}
    return [particle for particle in found if particle.number in left]


def too_many(state: EventState, fit: FitSymbol, most: int) -> int:
    """How many candidates of earlier blocks are above their limit, block by block."""
    sources = {role.source.fit for role in fit.roles if isinstance(role.source, (FromCandidate, FromPart)) and role.source.each}
    return sum(max(0, len(state.kept.get(source, ())) - most) for source in sources)


def overflow(state: EventState, fit: FitSymbol, max_photons: int) -> int:
    """How many photons are above the cap, list by list."""
    names = {
        role.source.name
        for role in fit.roles
        if role.species is Species.GAMMA and isinstance(role.source, ListSymbol)
    }
    return sum(max(0, len(state.lists.get(name, ())) - max_photons) for name in names)


def _extend(
    roles: tuple[Role, ...], entries: list[list[Particle]], chosen: dict[str, Particle], taken: frozenset[int]
) -> Iterator[dict[str, Particle]]:
    if len(chosen) == len(roles):
        yield chosen
        return
    role, candidates = roles[len(chosen)], entries[len(chosen)]
    mate = next((chosen[other.name] for other in roles[: len(chosen)] if _unit(role) and _unit(other) == _unit(role)), None)
    if mate is not None:  # of a candidate that is chosen already
        own = next(particle for particle in candidates if particle.number == mate.number)
        yield from _extend(roles, entries, {**chosen, role.name: own}, taken)
        return
    used = {position for particle in chosen.values() for position in _positions(particle)} | taken
    begin = 0
    for earlier in roles[: len(chosen)]:
        if role.group >= 0 and earlier.group == role.group:
            before = chosen[earlier.name]
            same = (i for i, each in enumerate(candidates) if (each.number == before.number if _unit(role) else each == before))
            begin = max(begin, next(same) + 1)
    tagged = isinstance(role.source, FromTagged)  # what a tag is made of is used by nothing else
    for particle in candidates[begin:]:
        if tagged or used.isdisjoint(_positions(particle)):
            yield from _extend(roles, entries, {**chosen, role.name: particle}, taken)


def _positions(particle: Particle) -> list[int]:
    """Tracks and showers of a particle that is chosen from several; those of an only candidate are set aside from the start."""
    if particle.candidate is not None:
        return _used(particle.candidate) if particle.number >= 0 else []
    return [particle.position] if particle.position >= 0 else []
