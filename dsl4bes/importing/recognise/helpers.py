"""The helpers that this compiler writes into a package, known by name: only in files that say that it wrote them.

In: a call of such a helper. Out: its meaning. In a file of anybody else a function of the same name is a function like any other: not understood.
"""

from __future__ import annotations

from collections.abc import Callable

from dsl4bes.importing import nodes as cpp
from dsl4bes.importing.meaning import Meaning, Measured, Place, Quantity, Size, Track
from dsl4bes.importing.state import State

Evaluate = Callable[[cpp.Expr | None, State], Meaning | None]

_MEASURES = {"mdc_charge": Quantity.CHARGE, "isolation": Quantity.ISOLATION, "emc_energy": Quantity.ENERGY, "emc_ticks": Quantity.TIME}
#: Of the four-momenta of a shower and of an MDC track.
_OF_P4 = {("shower_p4", "e"): Quantity.ENERGY, ("shower_p4", "cosTheta"): Quantity.COS, ("mdc_p4", "cosTheta"): Quantity.COS, ("mdc_p4", "rho"): Quantity.P, ("mdc_p4", "perp"): Quantity.PT}
_PROBABILITIES = (Quantity.PROB_E, Quantity.PROB_MU, Quantity.PROB_PI, Quantity.PROB_K, Quantity.PROB_P)
_NAMES = {"count", "at", "is_present", *_MEASURES}


def knows(value: cpp.Call, state: State) -> bool:
    """Whether the call is one of a helper of ours."""
    if not state.ours:
        return False
    name = value.function.name if isinstance(value.function, (cpp.Name, cpp.Member)) else ""
    return name in _NAMES or _of_p4(value) is not None


def _of_p4(value: cpp.Call) -> Quantity | None:
    """`shower_p4(track).e()` and the like."""
    function = value.function
    if not isinstance(function, cpp.Member) or not isinstance(function.owner, cpp.Call) or not isinstance(function.owner.function, cpp.Name):
        return None
    return _OF_P4.get((function.owner.function.name, function.name))


def _named(value: cpp.Expr, name: str) -> bool:
    return isinstance(value, cpp.Call) and value.function == cpp.Name(name)


def meaning(value: cpp.Call, state: State, evaluate: Evaluate) -> Meaning | None:
    """What a helper gives."""
    name = value.function.name if isinstance(value.function, (cpp.Name, cpp.Member)) else ""
    quantity, inner = _of_p4(value), value
    if quantity is not None and isinstance(value.function, cpp.Member) and isinstance(value.function.owner, cpp.Call):
        inner = value.function.owner
    first = inner.arguments[0] if inner.arguments else None
    if name == "count" and isinstance(first, cpp.Member):
        return Size(first.name) if first.name in state.lists else None
    found = evaluate(first, state)
    if name == "at":
        return Track(found) if isinstance(found, Place) else None
    if not isinstance(found, Track):
        return None
    quantity = quantity or _MEASURES.get(name)
    return None if quantity is None else Measured(quantity, found.place)


def member(value: cpp.Member) -> Meaning | None:
    """`ctx.n_charged` and the like."""
    source = {"n_charged": "all tracks", "n_neutral": "all showers"}.get(value.name)
    return None if source is None else Size(source)


def asks_nothing(value: cpp.Expr) -> bool:
    """Conditions that the compiler writes before every program: a valid vertex, a value that is there."""
    return value == cpp.Member(cpp.Name("ctx"), "ip_valid") or _named(value, "is_present")


def item(value: cpp.Item, state: State, evaluate: Evaluate) -> Meaning | None:
    """`mdc_approach(track, ip)[0]` and `identified(ctx, x).prob[2]`."""
    number = state.constants.number(value.index)
    owner = value.owner
    if number is None:
        return None
    if isinstance(owner, cpp.Call) and _named(owner, "mdc_approach"):
        track = evaluate(owner.arguments[0], state)
        return Measured((Quantity.VR, Quantity.VZ)[int(number)], track.place) if isinstance(track, Track) and number in (0, 1) else None
    if isinstance(owner, cpp.Member) and owner.name == "prob" and isinstance(owner.owner, cpp.Call) and _named(owner.owner, "identified"):
        place = evaluate(owner.owner.arguments[1], state)
        return Measured(_PROBABILITIES[int(number)], place) if isinstance(place, Place) and 0 <= number < 5 else None
    return None
