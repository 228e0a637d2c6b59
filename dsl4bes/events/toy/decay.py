"""Decay strings of toy events: `J/psi -> pi+ pi- (pi0 -> gam gam)` as a tree that can be drawn.

In: a decay in the language's own form (`physics/decays.py`). Out: `Decay` with masses, widths and flight
lengths, every leaf something that reaches the detector. Where none is written the decay of `branchings.py` is
filled in, and `Decay.assumed` says so. Nothing is drawn here, and charge conjugates are not added: a toy makes
exactly what was written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dsl4bes.events.toy.branchings import SOURCE, Branching, branching
from dsl4bes.physics import decays
from dsl4bes.physics.particles import ParticleInfo, by_pdgid

#: What the detector sees or misses whole: decays in flight of mu, pi, K, K_L and n are not simulated.
STABLE = frozenset({11, 12, 13, 14, 16, 22, 130, 211, 321, 2112, 2212})
#: Charged species with a hypothesis, in the order e, mu, pi, K, p.
TRACKED = (11, 13, 211, 321, 2212)

_MOST_PRODUCTS = 12
#: Below this width (GeV) a mass is fixed: J/psi (93 keV) is, omega (8.7 MeV) is not.
_NARROW = 5e-4
#: Decay lengths (cm at beta gamma = 1) that are followed; shorter is prompt, longer leaves the detector.
_SHORTEST, _LONGEST = 1e-4, 1e4
#: A Breit-Wigner reaches this many widths up when the room for a decay is checked.
_REACH = 15.0


class DecayError(ValueError):
    """A decay that cannot be read or cannot happen; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Decay:
    """A particle and what it decays to; no products = it reaches the detector.

    `mass` and `width` in GeV (width 0 = fixed mass), `ctau` in cm (0 = decays where it is made). `assumed` is the
    branching fraction of a decay that was filled in (0 = written, or none).
    """

    name: str
    pdgid: int
    mass: float
    width: float
    ctau: float
    charge: int
    products: tuple[Decay, ...] = ()
    assumed: float = 0.0

    def walk(self) -> Iterator[Decay]:
        """This particle, then its products and theirs, depth first."""
        yield self
        for product in self.products:
            yield from product.walk()

    def least(self) -> float:
        """The least mass (GeV) it can have: that of its products, or its own if that is fixed."""
        if not self.width or not self.products:
            return self.mass
        return sum(product.least() for product in self.products)

    def __str__(self) -> str:
        inner = " ".join(f"({p})" if p.products else p.name for p in self.products)
        return f"{self.name} -> {inner}" if inner else self.name


def parse_decay(text: str, ecms: float | None = None) -> Decay:
    """The decay tree of a string; with `ecms` (GeV) that is the mass of the first particle, which then
    needs no name.

    Raises `DecayError` for bad syntax, unknown names, unbalanced charge, too little mass, or a last product
    that is not stable.
    """
    try:
        written = decays.parse_decay(text).mother
    except decays.DecayError as error:
        help_ = f" ({error.help})" if error.help else ""
        raise DecayError(f"{text[:200]!r}: {error}{help_}") from error
    products = tuple(_product(product) for product in written.products)
    return checked(top(written.particle, written.written, products, ecms))


def checked(tree: Decay) -> Decay:
    """The tree, if each of its decays keeps the charge and has the energy; raises `DecayError`."""
    for node in tree.walk():
        if node.products:
            _check(node)
    return tree


def assumed_decays(tree: Decay) -> list[str]:
    """A line for each decay that was filled in: `eta -> gamma gamma (39.4 % of its decays, source)`."""
    found = dict.fromkeys(
        f"{node.name} -> {' '.join(p.name for p in node.products)} ({node.assumed:.1%} of its decays, {SOURCE})".replace("%", " %")
        for node in tree.walk()
        if node.assumed
    )
    return list(found)


def top(particle: ParticleInfo | None, written: str, products: tuple[Decay, ...], ecms: float | None) -> Decay:
    """The first particle: it may be invented (`vpho`) if the energy of the beams (GeV) says its mass."""
    if particle is None:
        if ecms is None:
            raise DecayError(f"{written} is not a known particle: give ecms, the energy of the beams")
        return Decay(written, 0, ecms, 0.0, 0.0, 0, products)
    tree = replace(made(particle, written), products=products)
    if ecms is None:
        return replace(tree, width=0.0)
    return replace(tree, mass=ecms, width=0.0)


def filled(particle: Decay) -> Decay:
    """The particle as it is if it reaches the detector, else with the decay assumed for it; raises `DecayError` if there is none."""
    if abs(particle.pdgid) in STABLE:
        return particle
    default = branching(particle.pdgid)
    if default is None:
        raise DecayError(f"{particle.name} is not stable: write its decay, ({particle.name} -> ...)")
    return replace(particle, products=_products_of(default), assumed=default.fraction)


def _products_of(default: Branching) -> tuple[Decay, ...]:
    return tuple(filled(_of_number(pdgid)) for pdgid in default.products)


def _product(node: decays.Node) -> Decay:
    if node.particle is None:
        raise DecayError(f"{node.written} is not a known particle")
    particle = made(node.particle, node.written)
    if node.products:
        return replace(particle, products=tuple(_product(product) for product in node.products))
    return filled(particle)


def _of_number(pdgid: int) -> Decay:
    info = by_pdgid(pdgid)
    if info is None:
        raise DecayError(f"no particle has the number {pdgid}")
    return made(info, info.evtgen_name)


def made(info: ParticleInfo, name: str) -> Decay:
    """A particle of the table without a decay; raises `DecayError` if its mass is not known."""
    # neutrinos have no mass in the table
    mass = 0.0 if info.mass is None and abs(info.pdgid) in (12, 14, 16) else info.mass
    if mass is None:
        raise DecayError(f"the mass of {name} is not known")
    width = info.width or 0.0
    wide = width > _NARROW
    length = info.ctau or 0.0
    flies = not wide and _SHORTEST < length < _LONGEST
    return Decay(name, info.pdgid, mass, width if wide else 0.0, length if flies else 0.0, info.charge)


def _check(node: Decay) -> None:
    if not 2 <= len(node.products) <= _MOST_PRODUCTS:
        raise DecayError(f"{node}: a decay has 2 to {_MOST_PRODUCTS} products")
    charge = sum(product.charge for product in node.products)
    if charge != node.charge:
        raise DecayError(f"{node}: charge {node.charge:+d} before and {charge:+d} after")
    needed = sum(product.least() for product in node.products)
    if needed >= node.mass + _REACH * node.width:
        raise DecayError(f"{node}: needs {needed:.4f} GeV and has {node.mass:.4f} GeV")
