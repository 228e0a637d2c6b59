"""Conditions drawn at random for a program: the tree, the name of the block, the limits and what they are called.

In: a program, a random number generator. Out: `Block`. Kinds of conditions are drawn first, then what they are about, then limits where both answers are common. Nothing is verified here: many a draw has all events on one side, and is refused later.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from dsl4bes.dataset.methods.base import PAIRS, Base, mass_of
from dsl4bes.dataset.methods.quantity import FLAGS, QUANTITIES, On, Quantity
from dsl4bes.dataset.methods.tree import (
    Balanced,
    Best,
    Block,
    Chi2,
    Compare,
    Counted,
    Entry,
    EventNumber,
    Extreme,
    Flagged,
    Found,
    How,
    Joined,
    Leading,
    List,
    Measured,
    Number,
    OfEvent,
    Over,
    Particle,
    Quantified,
    Ranked,
    Rel,
    Simple,
    Single,
    Spread,
    Summed,
    Test,
    Times,
    VectorSum,
    lists,
    photon,
    quantities,
)  # fmt: skip

Rng = np.random.Generator
T = TypeVar("T")

#: Words that blocks are called by: what they are about comes before, what they do behind.
_ENDINGS = ("cut", "limit", "window", "rule", "check", "filter", "condition", "demand", "criterion", "choice", "clean", "test", "step", "guard", "selection")
_PLAIN = ("final_cut", "clean_sample", "extra_rule", "signal_side", "background_filter", "last_step", "topology_rule", "reduce_background", "quality_check", "my_selection", "tighten", "second_pass", "event_shape_rule", "keep_signal", "my_cut", "loose_check")
#: What the fields of a block are called, by what a limit is.
_FIELDS = {
    "above": ("least", "minimum", "lowest", "threshold", "lower", "cut", "floor_value", "at_least"), "below": ("most", "maximum", "highest", "limit", "upper", "ceiling", "allowed", "at_most"),
    "number": ("number", "times", "wanted", "count_limit", "how_many", "entries"), "low": ("low", "lower", "from_value", "minimum", "lower_edge"), "high": ("high", "upper", "to_value", "maximum", "upper_edge"),
    "centre": ("centre", "nominal", "target", "middle", "expected"), "window": ("window", "width", "margin", "tolerance", "half_width", "distance"),
}  # fmt: skip
#: Masses (GeV) of known particles, which windows are put around.
_MASSES = (0.1349768, 0.4976, 0.547862, 0.77526, 0.78266, 0.89555, 0.95778, 1.019461, 1.115683, 1.2755, 1.3816, 1.5174, 1.6724, 1.86484, 3.0969)
_RATIOS = {"recoil": (0.5, 0.93), "pair_recoil": (0.2, 0.75), "triple_recoil": (0.02, 0.4)}
#: Formulas in which a list stands twice, each time for the same entry: no pairs of one list.
_TWICE = ("helicity", "rest_momentum", "momentum_difference", "asymmetry")
_SYMMETRIC = ("opening", "pair_momentum", "pair_transverse", "pair_polar", "pair_recoil", "azimuth", "asymmetry", "pair_energy", "mass", "momentum_difference")


def draw(base: Base, rng: Rng) -> Block:
    """A block for a program."""
    desk = _Desk(base, rng)
    test = _test(desk)
    rejects = not isinstance(test, Best) and desk.chance(0.4)  # a combination rejects events without a candidate, so its opposite is none
    return Block(_name(desk, test), test, rejects)


@dataclass
class _Desk:
    """What a draw needs: the program, the generator, names of fields that are taken. `named`: limits are fields of the block."""

    base: Base
    rng: Rng
    taken: set[str] = field(default_factory=set)
    named: bool = True

    def __post_init__(self) -> None:
        self.named = self.chance(0.8)

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def one(self, of: Sequence[T]) -> T:
        return of[int(self.rng.integers(len(of)))]

    def some(self, of: Sequence[T], number: int) -> tuple[T, ...]:
        return tuple(of[int(at)] for at in self.rng.permutation(len(of))[:number])

    def number(self, kind: str, value: str, unit: str = "") -> Number:
        """A number as a field with a name that is free, or as it stands."""
        if not self.named:
            return Number(value, unit)
        free = [name for name in _FIELDS[kind] if name not in self.taken]
        name = self.one(free[:4] or free)
        self.taken.add(name)
        return Number(value, unit, name)


# --- tests ---------------------------------------------------------------------------------------------------------------


def _test(desk: _Desk) -> Test:
    if not desk.chance(0.24):
        return _simple(desk)
    first, second = _simple(desk, joined=True), _simple(desk, joined=True)
    both = desk.chance(0.65)
    if desk.base.fits and both and desk.chance(0.15):
        first = Found(desk.one(sorted(desk.base.fits)))
    return Joined(both, first, second)


def _simple(desk: _Desk, joined: bool = False) -> Simple:
    base = desk.base
    kinds: list[tuple[float, Callable[[_Desk], Simple]]] = [
        (22, _quantified), (15, _counted), (11, _extreme), (3, _spread), (7, _leading), (4, _ranked), (8, _summed), (3, _vector), (4, _of_event), (2, _balanced),
    ]  # fmt: skip
    if len(base.singles) >= 2:
        kinds.append((16, _single))
    if any(len(products) > 0 for products in base.fits.values()):
        kinds.append((9, _fitted))
    if base.fits:
        kinds.append((2, _chi2))
    if not joined:
        kinds.append((6, _best))
    weights = np.array([weight for weight, _ in kinds])
    return kinds[int(desk.rng.choice(len(kinds), p=weights / weights.sum()))][1](desk)


def _quantified(desk: _Desk) -> Quantified:
    over = _over(desk)
    return Quantified(desk.one((How.ANY, How.ANY, How.ALL)), over, _entry(desk, over))


def _counted(desk: _Desk) -> Counted:
    over = _over(desk)
    entry = None if len(over) == 1 and desk.chance(0.15) else _entry(desk, over)
    times = desk.one(tuple(Times))
    most = 3 if len(over) == 1 else 4
    value = int(desk.rng.integers(0 if times is Times.AT_MOST else 1, most))
    number = desk.number("number", str(value)) if desk.chance(0.3) else Number(str(value))
    return Counted(over, entry, times, number)


def _balanced(desk: _Desk) -> Simple:
    if len(desk.base.open) < 2:
        return _of_event(desk)
    first, second = desk.some(desk.base.open, 2)
    return Balanced(first, second, desk.chance(0.5))


def _extreme(desk: _Desk) -> Extreme:
    over = _over(desk)
    quantity = _quantity(desk, over, extreme=True)
    compare = _one_sided(desk, quantity, over) if quantity.signed else _compare(desk, quantity, over)
    return Extreme(desk.chance(0.6), over, quantity, compare)


def _spread(desk: _Desk) -> Spread:
    over = (desk.one(desk.base.open),)
    quantity = _quantity(desk, over, extreme=True)
    return Spread(over, quantity, _one_sided(desk, quantity, over))


def _leading(desk: _Desk) -> Leading:
    of = desk.one(desk.base.open)
    usable = [each for each in _quantities((of,)) if each.name not in (("energy", "total_energy") if of.shower else ("momentum", "total_energy"))]
    quantity = desk.one(usable)
    return Leading(of, quantity, _compare(desk, quantity, (of,)))


def _ranked(desk: _Desk) -> Ranked:
    of = desk.one(desk.base.open)
    quantity = QUANTITIES["energy" if of.shower else "momentum"]
    return Ranked(of, desk.one((2, 2, 3)), _compare(desk, quantity, (of,)))


def _summed(desk: _Desk) -> Summed:
    base = desk.base
    showers = [each for each in base.open if each.shower]
    tracks = [each for each in base.open if not each.shower]
    if tracks and showers and desk.chance(0.25):
        chosen: tuple[List, ...] = (desk.one(tracks), desk.one(showers))
        quantity = QUANTITIES[desk.one(("total_energy", "momentum", "transverse"))]
    else:
        chosen = (desk.one(base.open),)
        names = ("energy", "transverse", "crystals", "lateral", "along") if chosen[0].shower else ("momentum", "total_energy", "transverse", "along")
        quantity = QUANTITIES[desk.one(names)]
    mean = len(chosen) == 1 and desk.chance(0.3)
    compare = _compare(desk, quantity, chosen)
    if not mean:
        compare = _times(compare, 2.2 * len(chosen))
    if quantity.unit == "GeV" and not quantity.signed and not mean and desk.chance(0.3):
        compare = _share(desk)
    return Summed(chosen, quantity, compare, mean)


def _vector(desk: _Desk) -> VectorSum:
    base = desk.base
    showers, tracks = [each for each in base.open if each.shower], [each for each in base.open if not each.shower]
    chosen = (desk.one(tracks), desk.one(showers)) if tracks and showers and desk.chance(0.5) else (desk.one(tracks or showers),)
    quantity = QUANTITIES["transverse"]
    compare = _compare(desk, quantity, chosen[:1])
    return VectorSum(chosen, desk.chance(0.5), compare)


def _single(desk: _Desk) -> Single:
    singles = desk.base.singles
    arity = int(desk.rng.choice([1, 2, 3] if len(singles) > 2 else [1, 2], p=[0.3, 0.45, 0.25] if len(singles) > 2 else [0.4, 0.6]))
    chosen = desk.some(singles, arity)
    quantity = desk.one(_quantities(chosen, loop=False))
    return Single(quantity, chosen, _compare(desk, quantity, chosen))


def _fitted(desk: _Desk) -> Simple:
    fit = desk.one(sorted(name for name, products in desk.base.fits.items() if products))
    products = desk.base.fits[fit]
    arity = min(int(desk.rng.choice([1, 2, 3], p=[0.3, 0.55, 0.15])), len(products))
    chosen: tuple[Particle, ...] = desk.some(products, arity)
    if len(products) == 1 and desk.chance(0.5):
        return Chi2(fit, _below(desk, desk.one(("5", "10", "20", "30"))))
    usable = [each for each in QUANTITIES.values() if each.on is On.ANY and each.arity == arity]
    quantity = desk.one(usable)
    return Single(quantity, chosen, _compare(desk, quantity, chosen))


def _chi2(desk: _Desk) -> Chi2:
    names = sorted(desk.base.fits)
    if len(names) > 1 and desk.chance(0.4):
        first, second = desk.some(names, 2)
        return Chi2(first, None, second)
    return Chi2(desk.one(names), _below(desk, desk.one(("20", "30", "40", "50", "60", "80", "100", "150"))))


def _below(desk: _Desk, value: str) -> Compare:
    return Compare(Rel.BELOW, (desk.number("below", value),))


def _of_event(desk: _Desk) -> OfEvent:
    showers = {each.shower for each in desk.base.open}  # the number of tracks is fixed where their list is
    what = desk.one([each for each in EventNumber if (each is EventNumber.NEUTRAL) in showers])
    fitting = [each for each in desk.base.open if each.shower is (what is EventNumber.NEUTRAL)]
    less = desk.one(fitting) if fitting and desk.chance(0.5) else None
    times = desk.one((Times.AT_LEAST, Times.AT_MOST))
    value = int(desk.rng.integers(1, 4)) if less else int(desk.rng.integers(2, 7))
    number = desk.number("number", str(value)) if desk.chance(0.5) else Number(str(value))
    return OfEvent(what, less, times, number)


def _best(desk: _Desk) -> Best:
    of = desk.one([each for each in desk.base.lists if each.shower])
    particle = desk.base.pair if desk.chance(0.7) else desk.one(sorted(PAIRS))
    mass = desk.number("centre", PAIRS[particle], "GeV") if desk.named else Number(PAIRS[particle], "GeV")
    quantity = QUANTITIES[desk.one(_SYMMETRIC)]
    if quantity.name == "mass":
        return Best(of, particle, mass, quantity, Compare(Rel.NEAR, (mass, desk.number("window", str(desk.one((10, 15, 20, 25, 30, 40))), "MeV"))))
    return Best(of, particle, mass, quantity, _compare(desk, quantity, (of, of)))


# --- lists and quantities --------------------------------------------------------------------------------------------------


def _over(desk: _Desk) -> Over:
    """One list, or pairs: of one list, or of two whose entries are never the same."""
    base = desk.base
    if not desk.chance(0.4):
        return (desk.one(base.open if base.singles and desk.chance(0.9) else base.lists),)
    pairs: list[Over] = [(each, each) for each in base.open if each.what != "track" or base.name == "four_pions"]
    for number, first in enumerate(base.lists):
        for second in base.lists[number + 1 :]:
            if not (first.single and second.single) and _apart(first, second):
                pairs += [(first, second)] if desk.chance(0.5) else [(second, first)]
    return desk.one(pairs)


def _apart(first: List, second: List) -> bool:
    """Whether no entry can be in both: a photon and a track, or two species."""
    return first.shower is not second.shower or not ("track" in (first.what, second.what) or first.shower)


def _quantities(particles: Sequence[Particle], loop: bool = True) -> list[Quantity]:
    """Those that a loop over these, or these particles alone, can have."""
    arity = len(particles)
    found = [each for each in QUANTITIES.values() if each.arity == arity and _of(each, particles)]
    return [each for each in found if not (each.name in ("total_energy", "cm_energy") and arity == 1 and photon(particles[0]))] if loop else found


def _of(quantity: Quantity, particles: Sequence[Particle]) -> bool:
    if quantity.on is On.ANY:
        return not (quantity.name == "asymmetry" and not all(map(photon, particles)))
    return all(isinstance(each, List) and each.shower is (quantity.on is On.SHOWER) for each in particles)


def _quantity(desk: _Desk, over: Over, extreme: bool = False) -> Quantity:
    """A quantity of entries: their own one half of the time, energies and momenta and masses more often than others."""
    usable = [each for each in _quantities(over) if not (extreme and each.needs)]
    same = len(over) == 2 and over[0] == over[1]
    usable = [each for each in usable if not (same and each.name in _TWICE)]
    common = [each for each in usable if each.name in ("energy", "momentum", "mass", "opening", "polar", "pair_recoil", "transverse", "isolation", "e_over_p", "cm_opening", "pair_momentum", "time")]
    return desk.one(common if common and desk.chance(0.45) else usable)


def _entry(desk: _Desk, over: Over) -> Entry:
    first = _quantity(desk, over)
    own = Measured(first, _compare(desk, first, over))
    if not desk.chance(0.3) or (len(over) == 2 and over[0] == over[1]):  # a formula has the pairs of a list once
        return Entry((own,))
    if len(over) == 1 and desk.chance(0.4):
        fitting = [each for each in FLAGS.values() if (each.on is On.SHOWER) is over[0].shower and not (over[0].what != "track" and each.name in ("positive", "negative")) and each.name[5:] not in first.needs]
        return Entry((Flagged(desk.one(fitting)), own))
    second = _quantity(desk, over)
    if second == first:
        return Entry((own,))
    return Entry((own, Measured(second, _compare(desk, second, over))), desk.chance(0.75))


# --- limits ------------------------------------------------------------------------------------------------------------------


def _compare(desk: _Desk, quantity: Quantity, of: Sequence[Particle]) -> Compare:
    low, high = _range(desk.base, quantity, of)
    if quantity.whole:
        rel = desk.one((Rel.ABOVE, Rel.BELOW))
        return Compare(rel, (desk.number(rel.value, str(int(desk.rng.integers(int(low), int(high) + 1)))),))
    if quantity.signed and desk.chance(0.8):
        rel = desk.one((Rel.SIZE_BELOW, Rel.SIZE_BELOW, Rel.SIZE_ABOVE))
        return Compare(rel, (_limit(desk, "below" if rel is Rel.SIZE_BELOW else "above", quantity, desk.rng.uniform(low, high)),))
    kind = desk.rng.random()
    if kind < 0.2 and not quantity.signed:
        middle = desk.rng.uniform(low, high)
        width = desk.rng.uniform(0.15, 0.35) * (high - low)
        return Compare(Rel.BETWEEN, (_limit(desk, "low", quantity, max(0.4 * low, middle - width)), _limit(desk, "high", quantity, middle + width)))
    if kind < 0.4 and (quantity.centre or quantity.unit == "deg"):
        return _near(desk, quantity, low, high)
    rel = desk.one((Rel.ABOVE, Rel.BELOW))
    return Compare(rel, (_limit(desk, rel.value, quantity, desk.rng.uniform(low, high)),))


def _one_sided(desk: _Desk, quantity: Quantity, of: Sequence[Particle]) -> Compare:
    low, high = _range(desk.base, quantity, of)
    rel = desk.one((Rel.ABOVE, Rel.BELOW))
    return Compare(rel, (_limit(desk, rel.value, quantity, desk.rng.uniform(low, high)),))


def _near(desk: _Desk, quantity: Quantity, low: float, high: float) -> Compare:
    masses = [mass for mass in _MASSES if low < mass < high]
    if quantity.centre and masses:
        mass = desk.one(masses)
        return Compare(Rel.NEAR, (desk.number("centre", f"{mass:g}", "GeV"), desk.number("window", str(desk.one((20, 30, 50, 60, 80, 100, 150))), "MeV")))
    centre = desk.rng.uniform(low, high)
    return Compare(Rel.NEAR, (_limit(desk, "centre", quantity, centre), _limit(desk, "window", quantity, desk.rng.uniform(0.1, 0.3) * (high - low))))


def _range(base: Base, quantity: Quantity, of: Sequence[Particle]) -> tuple[float, float]:
    """Where limits lie: masses above those of the particles, recoil masses below the energy of the collisions."""
    if quantity.name in _RATIOS:
        low, high = (share * base.ecms for share in _RATIOS[quantity.name])
        return low, high
    if quantity.name == "recoil_squared":
        return (0.3 * base.ecms) ** 2, (0.9 * base.ecms) ** 2
    if quantity.name == "pair_recoil_squared":
        return (0.2 * base.ecms) ** 2, (0.7 * base.ecms) ** 2
    if quantity.name in ("mass", "triple_mass"):
        least = sum(mass_of(each.what) for each in of)
        return max(least + 0.06, 0.1), least + (0.9 if all(map(photon, of)) else 1.2) * (base.ecms / 3.1)
    if quantity.name in ("total_energy", "cm_energy"):
        least = mass_of(of[0].what)
        return least + 0.1, least + 0.9
    if quantity.name == "pair_energy":
        least = sum(mass_of(each.what) for each in of)
        return least + 0.2, least + 1.3
    return quantity.low, quantity.high


def _limit(desk: _Desk, kind: str, quantity: Quantity, value: float) -> Number:
    """A number of two or three digits, in the unit that a physicist would take."""
    unit = quantity.unit
    if unit == "deg":
        return desk.number(kind, f"{max(2, round(value)):d}", unit)
    if unit == "ns" and value > 50:
        return desk.number(kind, f"{round(value, -1):.0f}", unit)
    if unit == "GeV" and value < 1 and desk.chance(0.35):
        return desk.number(kind, f"{max(10, 10 * round(100 * value)):d}", "MeV")
    return desk.number(kind, f"{float(f'{value:.2g}'):g}" if value >= 0.1 else f"{value:.2f}", unit)


def _times(compare: Compare, factor: float) -> Compare:
    """The comparison with larger limits, for sums."""
    return replace(compare, numbers=tuple(replace(each, value=f"{float(f'{float(each.value) * factor:.2g}'):g}") for each in compare.numbers))


def _share(desk: _Desk) -> Compare:
    rel = desk.one((Rel.ABOVE, Rel.BELOW))
    return Compare(rel, (desk.number(rel.value, f"{desk.rng.uniform(0.15, 0.85):.2f}"),), of_ecms=True)


# --- names -------------------------------------------------------------------------------------------------------------------


_SHORT = {"photon": "photon", "hard photon": "hard_photon", "track": "track", "K+": "kaon", "K-": "kaon", "pi+": "pion", "pi-": "pion", "p": "proton", "pbar": "antiproton", "e+": "positron", "e-": "electron", "mu+": "muon", "mu-": "muon"}


def _name(desk: _Desk, test: Test) -> str:
    """What the block is called: mostly by what it is about."""
    if desk.chance(0.2):
        return desk.one(_PLAIN)
    what = [_SHORT[each.what] for each in lists(test) if each.what in _SHORT]
    about = [each.name for each in quantities(test)]
    pieces = dict.fromkeys([*what[:1], *about[:1]]) or dict.fromkeys(("fit",))
    return "_".join([*pieces, desk.one(_ENDINGS)])
