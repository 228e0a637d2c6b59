"""Which combinations a fit tries: one particle per role, nothing used twice, identical particles once.

In: the roles of a fit and an event's lists and earlier fits. Out: per event the combinations, each a particle per role, in the order
of the roles (first slowest). Identical roles and composites are named by falling measured energy, ties by position (SEMANTICS rule 10).
No fit is made here.
"""

from __future__ import annotations

from collections.abc import Iterator

from dsl4bes.ir.primitives import Composite, FitSymbol, FromSecondary, FromTagged, FromVertex, Missing, Role
from dsl4bes.ir.types import ListSymbol, Species
from dsl4bes.semantics.detector import NO_P4
from dsl4bes.semantics.state import PHOTON, PION, EventState, Particle, total


def combinations(
    state: EventState, fit: FitSymbol, max_photons: int | None, taken: frozenset[int] = frozenset()
) -> Iterator[tuple[bool, dict[str, Particle]]]:
    """Every combination of an event: whether it is of the conjugate chain, and measured particles by role; none if a fit it needs is absent. The chain as
    written is tried first, then its conjugate; entries at the positions `taken` are used already."""
    chains = (False, True) if any(role.conjugate or role.follows or role.exchanged for role in fit.roles) else (False,)
    for conjugate in chains:
        virtual = virtual_tracks(state, fit, conjugate)
        if virtual is None or virtual & taken or not all(_of_chain(state, role, conjugate) for role in fit.roles):
            continue
        entries = [_entries(state, role, max_photons, conjugate) for role in fit.roles]
        if not all(entries):
            continue
        for chosen in _extend(fit.roles, entries, {}, virtual | taken):
            if all(_in_order(state, chosen, first, second) for first, second in fit.twins):
                yield conjugate, chosen


def _of_chain(state: EventState, role: Role, conjugate: bool) -> bool:
    """Whether the flown particle of a role was found in the chain that is tried, and a D tag is of it, as far as its charm is known."""
    if isinstance(role.source, FromTagged):
        tag = state.fits.get(role.source.fit)
        return tag is not None and tag.numbers["charm"] * role.source.charm * (-1 if conjugate else 1) >= 0
    if not role.follows:
        return True
    candidate = state.fits.get(role.source.fit) if isinstance(role.source, FromSecondary) else None
    return candidate is not None and candidate.conjugate is (conjugate is not role.opposite)


def radiated(role: Role, conjugate: bool) -> ListSymbol | None:
    """The list of the photons that belong to an electron."""
    return role.radiated_conjugate if conjugate and role.radiated_conjugate is not None else role.radiated


def virtual_tracks(state: EventState, fit: FitSymbol, conjugate: bool = False) -> frozenset[int] | None:
    """The tracks inside the secondary vertices a fit takes particles from, all that its D tags are made of, the photons of its electrons; None if one of these
    fits is absent or two share a track."""
    found: list[int] = []
    for tag in dict.fromkeys(role.source.fit for role in fit.roles if isinstance(role.source, FromTagged)):
        candidate = state.fits.get(tag)
        if candidate is None:
            return None
        found += candidate.used
    for role in fit.roles:
        photons = radiated(role, conjugate)
        found += [] if photons is None else state.lists.get(photons.name, [])
        if isinstance(role.source, FromSecondary):
            candidate = state.fits.get(role.source.fit)
            if candidate is None:
                return None
            found += tracks_of(state, role.source.fit)
    return frozenset(found) if len(set(found)) == len(found) else None


def tracks_of(state: EventState, fit: FitSymbol) -> list[int]:
    """Positions of all tracks and showers of a fit's candidate, those inside its composite particles included."""
    candidate = state.fits.get(fit)
    if candidate is None:
        return []
    found = [particle.position for particle in candidate.measured.values() if particle.position >= 0]
    for role in fit.roles:
        if isinstance(role.source, FromSecondary):
            found += tracks_of(state, role.source.fit)
    return found


def _in_order(state: EventState, chosen: dict[str, Particle], first: Composite, second: Composite) -> bool:
    """Whether the first of two identical composites is the one of larger measured energy."""
    energies = [sum(state.p4(chosen[role])[3] for role in composite.roles) for composite in (first, second)]
    if energies[0] != energies[1]:
        return energies[0] > energies[1]
    return chosen[first.roles[0]].position < chosen[second.roles[0]].position


def _entries(
    state: EventState, role: Role, max_photons: int | None, conjugate: bool = False
) -> list[Particle]:
    if isinstance(role.source, FromSecondary):
        flown = role.exchanged.fit if conjugate and role.exchanged is not None else role.source.fit
        found_fit, name = state.fits.get(flown), flown.particle
        return [] if found_fit is None else [Particle(-1, PION, found_fit.fitted[name])]
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
    return sorted(particles, key=lambda particle: (-state.p4(particle)[3], particle.position))


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
    used = {particle.position for particle in chosen.values() if particle.position >= 0} | taken
    begin = 0
    for earlier in roles[: len(chosen)]:
        if role.group >= 0 and earlier.group == role.group:
            begin = max(begin, candidates.index(chosen[earlier.name]) + 1)
    own = isinstance(role.source, FromTagged)  # what a tag is made of is used by nothing else
    for particle in candidates[begin:]:
        if own or particle.position not in used:
            yield from _extend(roles, entries, {**chosen, role.name: particle}, taken)
