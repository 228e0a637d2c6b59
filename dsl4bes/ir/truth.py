"""The truth of simulated events: decays as written, and the expressions that speak of generated particles.

In: nothing. Out: frozen nodes. A generated particle (`Kind.GENERATED`) is one of the particles that the generator made; it is absent where
there is none: on real data, without a match, in an event of another process. Everything of it has the origin GENERATED.
Nothing is searched or compared here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dsl4bes.ir.expr import Expr
from dsl4bes.ir.node import keyword_node, node
from dsl4bes.ir.parameters import Parameter

#: PDG number that the generator of the collaboration gives to photons of final-state radiation (PHOTOS); no process counts them.
RADIATION = -22


@node
class Written:
    """A particle of a written decay: its PDG number, that of its antiparticle, its role. Without products it may decay in any way."""

    pdgid: int
    conjugate: int
    role: str
    products: tuple[Written, ...] = ()

    def walk(self) -> Iterator[Written]:
        """This particle and all below it, in the order written."""
        yield self
        for product in self.products:
            yield from product.walk()


@dataclass(frozen=True, eq=False)
class Process:
    """A decay that an event may contain, under a name; compared by identity. An event is of the process if a particle decays in the
    generator exactly as written: each decay in the text has these products and no others but final-state radiation, in any order. With
    `through`, a generated product that is not among the written ones of its decay, and decays, stands for its own products. With
    `conjugate` the charge-conjugate chain as a whole counts too, after the chain as written (SEMANTICS rule 11). Of several such particles
    the first counts; identical products are named by falling generated energy, ties by place (rule 10)."""

    name: str
    decay: Written
    conjugate: bool
    through: bool = False

    @property
    def roles(self) -> dict[str, int]:
        """Role → place in `decay.walk()`."""
        return {node.role: place for place, node in enumerate(self.decay.walk())}


@keyword_node
class TruthOf(Expr):
    """The generated particle that a measured one comes from. Candidates: e, mu, pi, K, p of the track's charge for a track, photons for a shower,
    all from the generator. Of those whose direction differs by less than `angle`, and whose momentum by less than `difference` of itself (None:
    by anything), the nearest in direction, ties by place. Measured: the Kalman track of the particle's hypothesis, the shower from the origin."""

    particle: Expr
    angle: Parameter
    difference: Parameter | None = None


@keyword_node
class MotherOf(Expr):
    """The generated particle that a generated one was made by."""

    particle: Expr


@keyword_node
class GeneratedRole(Expr):
    """A particle of a process by its role; absent in events of other processes."""

    process: Process
    role: str


@keyword_node
class InProcess(Expr):
    """Flag: the event is of the process; false on data."""

    process: Process


@keyword_node
class GeneratedP4(Expr):
    """The four-momentum of a generated particle where it was made, in the laboratory."""

    particle: Expr


@node
class Group:
    """Particles (by their numbers in `OneDecay.terms`) that one generated particle decayed into, directly or not: of this PDG number or its
    antiparticle's, 0 = any. It must not be an ancestor of a term outside of the group. `direct`: it is the mother of each of them."""

    pdgid: int
    members: tuple[int, ...]
    direct: bool = False


@keyword_node
class OneDecay(Expr):
    """Flag: every term is there and is of its species (absolute PDG number, 0 = any), no two are the same generated particle, all come from one
    particle, and so do the members of each group."""

    terms: tuple[Expr, ...]
    species: tuple[int, ...]
    groups: tuple[Group, ...]
