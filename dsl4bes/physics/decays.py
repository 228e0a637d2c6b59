"""Decay strings: `"J/psi -> pi+ pi- (pi0 -> gam gam)"`, in our words or EvtGen's, nested, with counts (`6 gam`).

In: the text between the quotes. Out: a frozen tree; every product has a short name, and a role when several are of a kind
(`gam1`, `gam2`; `pi0_1`, `pi0_2`), and knows where in the text it stands. A text that is no decay raises `DecayError` with the
place and a hint. Names that no table knows are kept (`dipion -> pi+ pi-`): what they may mean is decided by the caller.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from dsl4bes.physics.particles import ParticleInfo, by_pdgid, find, nearest

MAX_PRODUCTS = 50  #: more final particles than any event of BESIII has
_INVENTED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_PIECES = re.compile(r"->|→|=>|[^\s]+?(?=->|→|=>|\s|\Z)")


class DecayError(ValueError):
    """A text that is not a decay: `start`, `end` are offsets into it, `help` says what to write."""

    def __init__(self, message: str, start: int, end: int, help: str = "") -> None:
        super().__init__(message)
        self.start, self.end, self.help = start, end, help


@dataclass(frozen=True, slots=True)
class Node:
    """One particle of a decay: `written` as in the text at `start`..`end`, `particle` None for an invented name.

    `short` is its name in the language (`gam`), `role` the numbered one (`gam1`); `products` are empty for a final particle.
    """

    written: str
    particle: ParticleInfo | None
    short: str
    role: str
    products: tuple[Node, ...] = ()
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    @property
    def charge(self) -> int | None:
        """Charge: the particle's, or the sum of the products' for an invented name; None if not known."""
        if self.particle is not None:
            return self.particle.charge
        return self.products_charge if self.products else None

    @property
    def products_charge(self) -> int | None:
        """Sum of the charges of the products; None if one is not known."""
        charges = [product.charge for product in self.products]
        known = [charge for charge in charges if charge is not None]
        return sum(known) if len(known) == len(charges) else None

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in the order written."""
        yield self
        for product in self.products:
            yield from product.walk()

    @property
    def finals(self) -> tuple[Node, ...]:
        """The particles that do not decay further, in the order written."""
        if not self.products:
            return (self,)
        return tuple(final for product in self.products for final in product.finals)


@dataclass(frozen=True, slots=True)
class Decay:
    """A decay as written; `mother.products` is never empty."""

    text: str
    mother: Node

    @property
    def finals(self) -> tuple[Node, ...]:
        return self.mother.finals

    @property
    def composites(self) -> tuple[Node, ...]:
        """Products that decay further, the mother not included, in the order written."""
        return tuple(node for node in self.mother.walk() if node.products and node is not self.mother)

    def nodes_called(self, short: str) -> tuple[Node, ...]:
        """All products with this short name (the list behind a plain `gam` in formulas of the block)."""
        return tuple(node for node in self.mother.walk() if node.short == short and node is not self.mother)

    @property
    def self_conjugate(self) -> bool:
        """True if charge conjugation gives the same decay, so that it must be counted once (SEMANTICS rule 11)."""
        return _signature(self.mother, False) == _signature(self.mother, True)


def parse_decay(text: str) -> Decay:
    """Read a decay string; raises `DecayError`.

    >>> [node.role for node in parse_decay("J/psi -> pi+ pi- (pi0 -> gam gam)").finals]
    ['pip', 'pim', 'gam1', 'gam2']
    """
    pieces = _split(text)
    if not pieces:
        raise DecayError("the decay is empty", 0, len(text), 'write it as `"J/psi -> pi+ pi- pi0"`')
    mother, rest = _parse_chain(text, pieces, 0, depth=0)
    if rest < len(pieces):
        word, start, end = pieces[rest]
        raise DecayError(
            f"`{word}` closes nothing",
            start,
            end,
            "remove it, or open the bracket before the decaying product",
        )
    if len(mother.finals) > MAX_PRODUCTS:
        raise DecayError(f"more than {MAX_PRODUCTS} final particles", mother.start, len(text))
    return Decay(text, _with_roles(mother))


def role_name(short: str, number: int) -> str:
    """Name of the n-th of several products of a kind (from 1): `gam1`, but `pi0_1` where the name ends in a digit."""
    return f"{short}_{number}" if short[-1].isdigit() else f"{short}{number}"


def conjugate_roles(decay: Decay) -> tuple[int, ...]:
    """PDG numbers of the final particles of the charge-conjugate decay, in the order of `finals` (0: not known)."""
    return tuple(node.particle.antiparticle_id if node.particle else 0 for node in decay.finals)


def conjugated(decay: Decay) -> Decay:
    """The charge-conjugate decay: the same tree with every particle replaced by its antiparticle, names and roles as theirs.

    >>> [node.role for node in conjugated(parse_decay("Lambda0 -> p+ pi-")).finals]
    ['prm', 'pip']
    """

    def other(node: Node) -> Node:
        products = tuple(other(product) for product in node.products)
        anti = None if node.particle is None else by_pdgid(node.particle.antiparticle_id)
        if anti is None:
            return replace(node, products=products)
        return replace(node, particle=anti, written=anti.evtgen_name, short=anti.short, role=anti.short, products=products)

    return Decay(decay.text, _with_roles(other(decay.mother)))


def put_in(decay: Decay, inside: Mapping[int, Node]) -> Decay:
    """The decay in which final particles, by their place, decay as these do; names and roles are given anew.

    >>> [node.role for node in put_in(parse_decay("eta -> pi0 gam gam"), {0: parse_decay("pi0 -> gam gam").mother}).finals]
    ['gam1', 'gam2', 'gam3', 'gam4']
    """
    number = -1

    def whole(node: Node) -> Node:
        nonlocal number
        if node.products:
            return replace(node, products=tuple(whole(product) for product in node.products))
        number += 1
        return node if number not in inside else replace(node, products=_at(node, inside[number].products))

    return Decay(decay.text, _with_roles(whole(decay.mother)))


def _at(place: Node, products: tuple[Node, ...]) -> tuple[Node, ...]:
    """The products of a decay that stands nowhere in the text: where what decays does."""
    return tuple(replace(node, start=place.start, end=place.end, products=_at(place, node.products)) for node in products)


# --- reading -----------------------------------------------------------------------------------------------------

_Piece = tuple[str, int, int]


def _split(text: str) -> list[_Piece]:
    """Words, arrows and grouping brackets with their places; brackets that belong to a name (`K(S)0`) stay in it."""
    pieces: list[_Piece] = []
    for match in _PIECES.finditer(text):
        word, start, end = match.group(), match.start(), match.end()
        if word in ("->", "→", "=>"):
            pieces.append((word, start, end))
            continue
        while word.startswith("("):
            pieces.append(("(", start, start + 1))
            word, start = word[1:], start + 1
        closing: list[_Piece] = []
        while word.endswith(")") and word.count(")") > word.count("("):
            closing.insert(0, (")", end - 1, end))
            word, end = word[:-1], end - 1
        if word:
            pieces.append((word.rstrip(","), start, end))
        pieces.extend(closing)
    return pieces


def _parse_chain(text: str, pieces: list[_Piece], at: int, depth: int) -> tuple[Node, int]:
    """`name -> product product ...` up to a closing bracket or the end."""
    if depth > 20:
        raise DecayError("too many decays inside each other", pieces[at][1], pieces[at][2])
    name, start, end = pieces[at]
    if name in ("(", ")", "->", "→", "=>"):
        raise DecayError(
            f"`{name}` where a particle should stand", start, end, 'write it as `"J/psi -> pi+ pi- pi0"`'
        )
    mother = _node(name, start, end, mother=True)
    if at + 1 >= len(pieces) or pieces[at + 1][0] not in ("->", "→", "=>"):
        place = pieces[at + 1] if at + 1 < len(pieces) else pieces[at]
        raise DecayError(f"`->` is missing after `{name}`", place[1], place[2], f'write `"{name} -> ..."`')
    arrow, arrow_start, arrow_end = pieces[at + 1]
    if arrow != "->":
        raise DecayError(f"`{arrow}` is not the arrow of a decay", arrow_start, arrow_end, "write `->`")
    products, at = _parse_products(text, pieces, at + 2, depth)
    if not products:
        raise DecayError(
            f"`{name}` has no products", start, arrow_end, "name at least one particle after `->`"
        )
    return replace(mother, products=tuple(products)), at


def _parse_products(text: str, pieces: list[_Piece], at: int, depth: int) -> tuple[list[Node], int]:
    products: list[Node] = []
    while at < len(pieces) and pieces[at][0] != ")":
        word, start, end = pieces[at]
        if word in ("->", "→", "=>"):
            help = "put a product that decays further into brackets: `(pi0 -> gam gam)`"
            raise DecayError("a second `->` in one decay", start, end, help)
        if word == "(":
            if at + 1 >= len(pieces):
                raise DecayError("the bracket is not closed", start, end, "add `)`")
            node, at = _parse_chain(text, pieces, at + 1, depth + 1)
            if at >= len(pieces):
                raise DecayError("the bracket is not closed", start, end, "add `)`")
            products.append(node)
            at += 1
        elif word.isdigit():
            repeated, at = _repeated(text, pieces, at, depth)
            products.extend(repeated)
        else:
            products.append(_node(word, start, end, mother=False))
            at += 1
    return products, at


def _repeated(text: str, pieces: list[_Piece], at: int, depth: int) -> tuple[list[Node], int]:
    """`6 gam`, `3 (pi0 -> gam gam)`."""
    word, start, end = pieces[at]
    if not 1 <= len(word) <= 2 or not 1 <= int(word) <= MAX_PRODUCTS:
        raise DecayError(
            f"`{word}` is not a sensible number of particles", start, end, "write a number from 1 to 50"
        )
    following, next_at = _parse_products(text, pieces[: _end_of_one(pieces, at + 1)], at + 1, depth)
    if len(following) != 1:
        raise DecayError(f"`{word}` of what?", start, end, "a number stands before one particle: `6 gam`")
    return following * int(word), next_at


def _end_of_one(pieces: list[_Piece], at: int) -> int:
    """Index behind the single product that begins at `at`."""
    depth = 0
    while at < len(pieces):
        depth += {"(": 1, ")": -1}.get(pieces[at][0], 0)
        at += 1
        if depth <= 0:
            break
    return at


def _node(word: str, start: int, end: int, *, mother: bool) -> Node:
    particle = find(word)
    if particle is not None:
        return Node(word, particle, particle.short, particle.short, (), start, end)
    if _INVENTED.match(word):
        return Node(word, None, word, word, (), start, end)
    near = nearest(word)
    help = (
        f"did you mean {' or '.join(f'`{name}`' for name in near)}?"
        if near
        else ("particles are named as in the language (`pip`), in EvtGen (`pi+`) or by the PDG")
    )
    if mother and (own := re.sub(r"[^A-Za-z0-9_]", "", word)) and _INVENTED.match(own):
        help += f"{'' if near else '.'} A name of your own, without brackets, may stand for what the beams make: `{own}`"
    raise DecayError(f"no particle is called `{word}`", start, end, help)


def _with_roles(mother: Node) -> Node:
    """Number the products of a kind through the whole tree, the mother left out."""
    totals = Counter(node.short for product in mother.products for node in product.walk())
    seen: Counter[str] = Counter()

    def numbered(node: Node) -> Node:
        role = node.short
        if totals[node.short] > 1:
            seen[node.short] += 1
            role = role_name(node.short, seen[node.short])
        return replace(node, role=role, products=tuple(numbered(product) for product in node.products))

    return replace(mother, products=tuple(numbered(product) for product in mother.products))


def _signature(node: Node, conjugate: bool) -> tuple[object, ...]:
    if node.particle is None:
        name: object = node.short
    else:
        name = node.particle.antiparticle_id if conjugate else node.particle.pdgid
    return (name, tuple(sorted((_signature(product, conjugate) for product in node.products), key=repr)))
