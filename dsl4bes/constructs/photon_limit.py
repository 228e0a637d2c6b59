"""How many photons of a list a combination tries: a number that leaves the combinations few, or the one that the program says.

In: the products of a combination. Out: the parameter `max_photons`. Twenty photons (SEMANTICS rule 17) are 39,000 sets of six, but 580,000 assignments to
three pi0 and 13 million to four: such an event would take minutes of fits. Which photons are left out, and that they are counted, is not decided here.
"""

from __future__ import annotations

from collections import Counter
from math import factorial, perm, prod
from typing import TYPE_CHECKING

from dsl4bes.constructs.base import Instance, Measure
from dsl4bes.ir.candidates import FitSymbol
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.types import ListSymbol, Species

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder

MAX_PHOTONS = 20  #: photons of a list that take part in combinations, if the combinations stay few
FITS = 40_000  #: fits in an event: about a second
SUMS = 600_000  #: sums of four-momenta in an event: about half a second
_DOC = "photons of a list that are combined, the most energetic ones"
#: What the reference says of the field.
FIELD_DOC = f"{_DOC}; {MAX_PHOTONS}, or as many as leave {FITS:,} combinations to fit or {SUMS:,} to add up"


def combinations(symbol: FitSymbol, photons: int) -> int:
    """Ways to choose the photons of a combination from a list of so many: identical ones once, two identical composites not exchanged."""
    roles = [role for role in symbol.roles if role.species is Species.GAMMA and isinstance(role.source, ListSymbol)]
    names = {role.name for role in roles}
    same = Counter(role.group for role in roles if role.group >= 0)
    number = perm(photons, len(roles)) // prod(factorial(size) for size in same.values())
    # Pairs of neighbours: (first, second), (second, third), ...
    size: dict[str, int] = {}
    for first, second in symbol.twins:
        if names.issuperset(first.roles + second.roles):
            size[second.name] = size.get(first.name, 1) + 1
            number //= size[second.name]
    return number


def photon_limit(here: Instance, symbol: FitSymbol, written: Measure | None, kind: str, own: str, most: int, to: Builder) -> Parameter:
    """The number `own` of this block if the program says one or twenty photons have more than `most` combinations, else that of all blocks of a kind."""
    if written is not None:
        return to.parameter(own, int(written.value), _DOC, span=written.span)
    photons = MAX_PHOTONS
    while photons > 1 and combinations(symbol, photons) > most:
        photons -= 1
    if photons == MAX_PHOTONS:
        return to.shared(f"{kind}.max_photons", MAX_PHOTONS, _DOC)
    return to.parameter(own, photons, f"{_DOC}: {MAX_PHOTONS} would have {combinations(symbol, MAX_PHOTONS):,} combinations")
