"""The tree of a drawn condition: what is asked of an event, by quantities, lists, fits and limits.

In: nothing. Out: frozen nodes, each with its `shape`: words that tell one kind of condition from another, numbers and names apart. They are printed elsewhere: as formula, as C++, as words. No number is drawn here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from dsl4bes.dataset.methods.quantity import Flag, Quantity


class Rel(Enum):
    """How a value is compared: with one limit, two, a centre and a width, or by its size."""

    ABOVE = "above"
    BELOW = "below"
    BETWEEN = "between"
    NEAR = "near"
    SIZE_BELOW = "size_below"
    SIZE_ABOVE = "size_above"


class How(Enum):
    ANY = "any"
    ALL = "all"


class Times(Enum):
    """How a number of entries is compared."""

    EXACTLY = "exactly"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


@dataclass(frozen=True)
class Number:
    """A number with its unit; `field`: the value of the block that holds it, empty where it stands in the words."""

    value: str
    unit: str = ""
    field: str = ""

    @property
    def text(self) -> str:
        """As the language and physicists write it."""
        return f"{self.value} {self.unit}".strip()


@dataclass(frozen=True)
class Compare:
    """`of_ecms`: the limits are shares of the centre-of-mass energy."""

    rel: Rel
    numbers: tuple[Number, ...]
    of_ecms: bool = False

    @property
    def shape(self) -> str:
        kind = "window" if self.rel in (Rel.BETWEEN, Rel.NEAR) else "limit"
        return f"{kind}-ecms" if self.of_ecms else kind


@dataclass(frozen=True)
class List:
    """A list of the program: `name` in it, `what` for the words (`photon`, `pi+`), `single`: it has one entry."""

    name: str
    what: str
    shower: bool
    single: bool = False

    @property
    def shape(self) -> str:
        return "photon" if self.shower else "track"


@dataclass(frozen=True)
class Product:
    """A particle of a fit: `fit.role`, `what` for the words."""

    fit: str
    role: str
    what: str


Particle = List | Product


@dataclass(frozen=True)
class Measured:
    """A condition on one quantity of an entry or a pair."""

    quantity: Quantity
    compare: Compare

    @property
    def shape(self) -> str:
        return self.quantity.name


@dataclass(frozen=True)
class Flagged:
    """A condition that an entry has or has not."""

    flag: Flag

    @property
    def shape(self) -> str:
        return self.flag.name


@dataclass(frozen=True)
class Entry:
    """What is asked of an entry or a pair: one condition, or two joined."""

    parts: tuple[Measured | Flagged, ...]
    both: bool = True

    @property
    def shape(self) -> str:
        return f"-{'and' if self.both else 'or'}-".join(part.shape for part in self.parts)


#: Lists that a loop goes over: one, the same twice (pairs within it), or two.
Over = tuple[List, ...]


def over_shape(over: Over) -> str:
    return f"{over[0].shape}-pair" if len(over) == 2 and over[0] == over[1] else "-".join(each.shape for each in over)


@dataclass(frozen=True)
class Quantified:
    """Some or all entries fulfil a condition."""

    how: How
    over: Over
    entry: Entry

    @property
    def shape(self) -> str:
        return f"{self.how.value}-{over_shape(self.over)}-{self.entry.shape}"


@dataclass(frozen=True)
class Counted:
    """A number of entries is compared, of all or of those that fulfil a condition."""

    over: Over
    entry: Entry | None
    times: Times
    number: Number

    @property
    def shape(self) -> str:
        return f"count-{over_shape(self.over)}" + ("" if self.entry is None else f"-{self.entry.shape}")


@dataclass(frozen=True)
class Balanced:
    """Numbers of entries of two lists: equal, or the first larger."""

    first: List
    second: List
    equal: bool

    @property
    def shape(self) -> str:
        return f"counts-{self.first.shape}-{self.second.shape}-{'equal' if self.equal else 'more'}"


@dataclass(frozen=True)
class Extreme:
    """The largest or smallest value over the entries."""

    largest: bool
    over: Over
    quantity: Quantity
    compare: Compare

    @property
    def shape(self) -> str:
        return f"{'largest' if self.largest else 'smallest'}-{over_shape(self.over)}-{self.quantity.name}-{self.compare.shape}"


@dataclass(frozen=True)
class Spread:
    """The largest minus the smallest value over the entries."""

    over: Over
    quantity: Quantity
    compare: Compare

    @property
    def shape(self) -> str:
        return f"spread-{over_shape(self.over)}-{self.quantity.name}"


@dataclass(frozen=True)
class Leading:
    """A quantity of the most energetic photon, or of the fastest track."""

    list: List
    quantity: Quantity
    compare: Compare

    @property
    def shape(self) -> str:
        return f"leading-{self.list.shape}-{self.quantity.name}-{self.compare.shape}"


@dataclass(frozen=True)
class Ranked:
    """Energy of the n-th photon, momentum of the n-th track, in falling order."""

    list: List
    rank: int
    compare: Compare

    @property
    def shape(self) -> str:
        return f"ranked-{self.list.shape}-{self.compare.shape}"


@dataclass(frozen=True)
class Summed:
    """The sum over all entries of some lists, or the mean over one."""

    lists: tuple[List, ...]
    quantity: Quantity
    compare: Compare
    mean: bool = False

    @property
    def shape(self) -> str:
        return f"{'mean' if self.mean else 'sum'}-{'-'.join(each.shape for each in self.lists)}-{self.quantity.name}-{self.compare.shape}"


@dataclass(frozen=True)
class VectorSum:
    """The momentum of the vector sum of some lists, whole or transverse to the beams."""

    lists: tuple[List, ...]
    transverse: bool
    compare: Compare

    @property
    def shape(self) -> str:
        return f"vector-{'-'.join(each.shape for each in self.lists)}-{'transverse' if self.transverse else 'whole'}"


@dataclass(frozen=True)
class Single:
    """A quantity of particles of which there is one each, or of particles of a fit, which has to have passed."""

    quantity: Quantity
    particles: tuple[Particle, ...]
    compare: Compare

    @property
    def fits(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.fit for each in self.particles if isinstance(each, Product)))

    @property
    def shape(self) -> str:
        kind = "fitted" if self.fits else "single"
        return f"{kind}-{'-'.join('photon' if photon(each) else 'track' for each in self.particles)}-{self.quantity.name}-{self.compare.shape}"


@dataclass(frozen=True)
class Chi2:
    """The chi2 of a fit against a limit, or against that of another fit."""

    fit: str
    compare: Compare | None
    other: str = ""

    @property
    def shape(self) -> str:
        return "chi2-limit" if not self.other else "chi2-two-fits" if self.compare is None else "chi2-difference"


@dataclass(frozen=True)
class Found:
    """Whether a fit found a candidate."""

    fit: str

    @property
    def shape(self) -> str:
        return "found"


class EventNumber(Enum):
    """Numbers of the event before any cut."""

    CHARGED = "n_charged"
    NEUTRAL = "n_neutral"


@dataclass(frozen=True)
class OfEvent:
    """A number of the event, less the entries of a list if one is named."""

    what: EventNumber
    less: List | None
    times: Times
    number: Number

    @property
    def shape(self) -> str:
        return f"event-{self.what.value}" + ("-less" if self.less else "")


@dataclass(frozen=True)
class Best:
    """The pair of one list whose mass is nearest to that of a particle, and what is asked of it. `of`: the pair, its softer or its harder photon."""

    list: List
    particle: str
    mass: Number
    quantity: Quantity
    compare: Compare

    @property
    def shape(self) -> str:
        return f"best-{self.quantity.name}-{self.compare.shape}"


Simple = Quantified | Counted | Balanced | Extreme | Spread | Leading | Ranked | Summed | VectorSum | Single | Chi2 | Found | OfEvent | Best


@dataclass(frozen=True)
class Joined:
    """Two conditions, of which both or one must hold."""

    both: bool
    first: Simple
    second: Simple

    @property
    def shape(self) -> str:
        return f"{'both' if self.both else 'either'}/{self.first.shape}.{self.second.shape}"


Test = Simple | Joined


@dataclass(frozen=True)
class Block:
    """A condition under the name of its block. `rejects`: events that fulfil it go, else the others."""

    name: str
    test: Test
    rejects: bool


def photon(particle: Particle) -> bool:
    return particle.shower if isinstance(particle, List) else particle.what == "photon"


def parts(test: Test) -> tuple[Simple, ...]:
    """The conditions that are joined."""
    return (test.first, test.second) if isinstance(test, Joined) else (test,)


def objects(node: object) -> Iterator[object]:
    """A node and all below it, in the order of its fields."""
    from dataclasses import fields, is_dataclass

    if isinstance(node, tuple):
        for each in node:
            yield from objects(each)
    elif is_dataclass(node) and not isinstance(node, type):
        yield node
        for field in fields(node):
            yield from objects(getattr(node, field.name))


def numbers(test: Test) -> tuple[Number, ...]:
    """All numbers, in their order."""
    return tuple(each for each in objects(test) if isinstance(each, Number))


def lists(test: Test) -> tuple[List, ...]:
    """All lists, each once."""
    return tuple(dict.fromkeys(each for each in objects(test) if isinstance(each, List)))


def quantities(test: Test) -> tuple[Quantity, ...]:
    return tuple(each for each in objects(test) if isinstance(each, Quantity))


def fits(test: Test) -> tuple[str, ...]:
    """All fits, each once."""
    found = []
    for each in objects(test):
        if isinstance(each, (Product, Found)):
            found.append(each.fit)
        elif isinstance(each, Chi2):
            found += [each.fit, each.other]
    return tuple(dict.fromkeys(name for name in found if name))


def constructs(test: Test) -> frozenset[str]:
    """The families of constructs that a test is made of, under the names that the held-out tasks have for theirs, for training without one."""
    found = {"both"} if isinstance(test, Joined) else set()
    for each in parts(test):
        found |= _constructs(each)
    return frozenset(found)


def _constructs(test: Simple) -> set[str]:
    found = {test.shape.partition("-")[0]}
    over = test.over if isinstance(test, (Quantified, Counted, Extreme, Spread)) else ()
    if len(over) == 2:
        found.add("one_list" if over[0] == over[1] else "two_lists")
    if isinstance(test, (Extreme, Spread, Leading, Ranked, Summed, VectorSum)):
        found.add("extreme")
    if isinstance(test, (Chi2, Found)) or (isinstance(test, Single) and test.fits):
        found.add("fit")
    for quantity in quantities(test):
        name = quantity.name
        found |= {word for word, hit in (("mass", "mass" in name), ("angle", name in _ANGLES), ("beam", "recoil" in name), ("frame", quantity.boosted)) if hit}
    if any(each.of_ecms for each in objects(test) if isinstance(each, Compare)):
        found.add("beam")
    return found


_ANGLES = ("opening", "cm_opening", "azimuth", "acoplanarity", "helicity")
