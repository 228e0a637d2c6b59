"""Expressions of an algorithm → meanings and conditions.

In: an expression and what is known where it stands. Out: a meaning, or None for what is not understood; a condition as a formula. Only a call that reads is looked at here, what changes something is
the business of `effects.py`. Nothing is guessed from the name of a variable.
"""

from __future__ import annotations

from dataclasses import replace

from dsl4bes.importing import nodes as cpp
from dsl4bes.importing.logic import (
    NO,
    YES,
    Always,
    Compared,
    Formula,
    Unclear,
    both,
    either,
    mirrored,
    opposite,
)
from dsl4bes.importing.meaning import (
    ALL_SHOWERS,
    ALL_TRACKS,
    Angle,
    Beam,
    Chi2,
    Counter,
    Derived,
    Fitted,
    Fitter,
    Fixed,
    Helix,
    Meaning,
    Measured,
    Momentum,
    Passed,
    Place,
    Position,
    Quantity,
    Size,
    Thing,
    Track,
    Vertex,
)
from dsl4bes.importing.momenta import difference, kinematic, sums
from dsl4bes.importing.recognise import helpers
from dsl4bes.importing.state import State

_PROBABILITIES = {
    "probElectron": Quantity.PROB_E, "probMuon": Quantity.PROB_MU, "probPion": Quantity.PROB_PI, "probKaon": Quantity.PROB_K, "probProton": Quantity.PROB_P,
}  # fmt: skip
_BY_NUMBER = tuple(_PROBABILITIES.values())
_RECORDS = {"mdcTrack": "mdc", "mdcKalTrack": "kal", "emcShower": "shower", "extTrack": "ext"}
#: What an entry must have is part of what a block of the language asks for.
_VALID = {"isMdcTrackValid", "isMdcKalTrackValid", "isEmcShowerValid", "isExtTrackValid", "IsPidInfoValid", "isVertexValid"}
_OF_TRACK = {"charge": Quantity.CHARGE, "p": Quantity.P, "pxy": Quantity.PT, "theta": Quantity.THETA}
_OF_SHOWER = {"energy": Quantity.ENERGY, "theta": Quantity.THETA, "time": Quantity.TIME, "module": Quantity.MODULE}
_HELICES = {"getZHelix": "pi", "getZHelixE": "e", "getZHelixMu": "mu", "getZHelixK": "K", "getZHelixP": "p"}
_ERRORS = {name.replace("Helix", "Error"): species for name, species in _HELICES.items()}
#: GeV; algorithms write three digits or more.
_MASSES = {"e": 0.000511, "mu": 0.10566, "pi": 0.13957, "K": 0.49368, "p": 0.93827}
FITTERS = {"VertexFit::instance": "vertex", "KalmanKinematicFit::instance": "kinematic"}
_COMPARES = ("<", "<=", ">", ">=", "==", "!=")
_CONSTRUCTED = ("HepPoint3D", "Hep3Vector", "WTrackParameter", "VFHelix", "HepLorentzVector", "Point3D<double>")


def name_of(value: cpp.Expr) -> str:
    """The variable an expression is, a member of the event's `ctx` included; empty if it is none."""
    if isinstance(value, cpp.Name):
        return value.name
    if isinstance(value, cpp.Member) and value.owner == cpp.Name("ctx"):
        return value.name
    return ""


def evaluate(value: cpp.Expr | None, state: State) -> Meaning | None:
    """What an expression means."""
    if isinstance(value, cpp.Number):
        return Fixed(value.value)
    name = "" if value is None else name_of(value)
    if name:
        if name in state.values:
            return state.values[name]
        number = state.constants.number(cpp.Name(name))
        if number is None and state.ours and isinstance(value, cpp.Member):
            return helpers.member(value)
        return None if number is None else Fixed(number)
    if isinstance(value, cpp.Unary):
        return _unary(value, state)
    if isinstance(value, cpp.Binary):
        return _binary(value, state)
    if isinstance(value, cpp.Item):
        return _item(value, state)
    if isinstance(value, cpp.Call):
        return helpers.meaning(value, state, evaluate) if helpers.knows(value, state) else _call(value, state)
    return None


def _unary(value: cpp.Unary, state: State) -> Meaning | None:
    inner = evaluate(value.operand, state)
    if value.operator == "*":
        return inner
    if value.operator == "-" and isinstance(inner, Fixed):
        return Fixed(-inner.value)
    return inner if value.operator == "+" else None


def _binary(value: cpp.Binary, state: State) -> Meaning | None:
    left, right, operator = evaluate(value.left, state), evaluate(value.right, state), value.operator
    if isinstance(left, Fixed) and isinstance(right, Fixed):
        number = state.constants.number(cpp.Binary(operator, cpp.Number(left.value), cpp.Number(right.value)))
        return None if number is None else Fixed(number)
    if left == Thing("begin") and operator == "+" and isinstance(right, Place):
        return Track(right)
    if operator == "+" and left == Size(ALL_TRACKS) and right == Size(ALL_SHOWERS):
        return Thing("total")
    if isinstance(left, Measured) and isinstance(right, Fixed) and right.value > 0 and operator in ("*", "/"):
        return replace(left, factor=left.factor * right.value if operator == "*" else left.factor / right.value)
    if isinstance(left, Fixed) and isinstance(right, Measured) and left.value > 0 and operator == "*":
        return replace(right, factor=right.factor * left.value)
    if isinstance(left, (Momentum, Beam)) and isinstance(right, Momentum):
        return sums(left, operator, right, state)
    if isinstance(left, Derived) and isinstance(right, Fixed):
        return difference(left, operator, right.value)
    if isinstance(left, Size) and isinstance(right, Fixed) and operator == "-" and right.value >= 0:
        return Size(left.list, left.less + int(right.value))
    return None


def _item(value: cpp.Item, state: State) -> Meaning | None:
    owner, index = evaluate(value.owner, state), evaluate(value.index, state)
    if isinstance(owner, Helix) and owner.moved and isinstance(index, Fixed):
        quantity = {0: Quantity.VR, 3: Quantity.VZ}.get(int(index.value))
        return None if quantity is None else Measured(quantity, owner.place)
    if isinstance(owner, Vertex) and isinstance(index, Fixed):
        return Vertex(int(index.value))
    if owner == Thing("tracks") and isinstance(index, Place):
        return Track(index)
    name = name_of(value.owner)
    if name in state.lists:
        if isinstance(index, Counter):
            return Place(name, index.loop) if index.list == name else None  # the index of one list in another: nobody knows what is meant
        return Place(name, number=int(index.value)) if isinstance(index, Fixed) else None
    number = state.constants.number(value)
    if number is None:
        return helpers.item(value, state, evaluate) if state.ours else None
    return Fixed(number)


def _call(value: cpp.Call, state: State) -> Meaning | None:
    function, arguments = value.function, value.arguments
    if isinstance(function, cpp.Name):
        return _function(function.name.rpartition("::")[2] if function.name not in FITTERS else function.name, function.name, arguments, state)
    if not isinstance(function, cpp.Member):
        return None
    method = function.name
    if method in ("totalCharged", "totalNeutral") and not arguments:
        return Size(ALL_TRACKS if method == "totalCharged" else ALL_SHOWERS)
    if method == "totalTracks":
        return Thing("total")
    owner = evaluate(function.owner, state)
    name = name_of(function.owner)
    if method == "size" and name in state.lists:
        return Size(name)
    if owner == Thing("tracks") and method in ("begin", "at"):
        place = evaluate(arguments[0], state) if arguments else None
        return Thing("begin") if method == "begin" else Track(place) if isinstance(place, Place) else None
    if method == "PrimaryVertex":
        return Vertex()
    return _method(owner, method, arguments, state)


def _function(short: str, full: str, arguments: tuple[cpp.Expr, ...], state: State) -> Meaning | None:
    if full in FITTERS:
        return Fitter(FITTERS[full], "")
    if full == "ParticleID::instance":
        return Thing("pid")
    given = [evaluate(each, state) for each in arguments]
    first = given[0] if given else None
    if short in ("fabs", "abs") and len(given) == 1:
        return replace(first, absolute=True) if isinstance(first, (Measured, Derived)) else Fixed(abs(first.value)) if isinstance(first, Fixed) else None
    if short == "cos" and isinstance(first, Measured) and first.quantity is Quantity.THETA and first.factor == 1 and not first.absolute:
        return replace(first, quantity=Quantity.COS)
    if short in ("int", "double", "float") and len(given) == 1:
        return first
    return constructed(short, given) if short in _CONSTRUCTED or short.startswith("SmartDataPtr") else None


def constructed(kind: str, given: list[Meaning | None]) -> Meaning | None:
    """What `kind(arguments)` makes."""
    kind = kind.rpartition("::")[2] if "<" not in kind else kind
    if kind.startswith("SmartDataPtr"):
        return Thing("tracks") if "EvtRecTrackCol" in kind else Thing("event")
    if kind in ("HepPoint3D", "Hep3Vector") and len(given) == 3:
        if given == [Vertex(0), Vertex(1), Vertex(2)]:
            return Vertex()
        places = {each.place for each in given if isinstance(each, Position)}
        return Position(places.pop()) if all(isinstance(each, Position) for each in given) and len(places) == 1 else None
    if kind == "VFHelix" and len(given) >= 2 and isinstance(given[1], Helix) and not given[1].species:
        return Helix(given[1].place)
    if kind == "WTrackParameter" and len(given) == 3 and isinstance(given[0], Fixed) and isinstance(given[1], Helix) and isinstance(given[2], Helix):
        species = next((name for name, mass in _MASSES.items() if abs(given[0].value - mass) < 0.002 * mass), "")
        return Fitted(given[1].place, species) if species == given[1].species == given[2].species and given[1].place == given[2].place else None
    if kind == "HepLorentzVector" and len(given) == 4 and all(isinstance(each, Fixed) for each in given):
        px, py, pz, energy = (each.value for each in given if isinstance(each, Fixed))
        return Beam(px, energy) if py == pz == 0 and energy > 0 else None
    return None


def _method(owner: Meaning | None, method: str, arguments: tuple[cpp.Expr, ...], state: State) -> Meaning | None:
    if isinstance(owner, Track):
        return _of_entry(owner, method)
    if isinstance(owner, Helix) and method == "a":
        return owner
    if isinstance(owner, Vertex) and method in ("x", "y", "z"):
        return Vertex("xyz".index(method))
    if isinstance(owner, Position):
        other = evaluate(arguments[0], state) if len(arguments) == 1 else None
        if method == "angle" and isinstance(other, Position) and owner.extrapolated != other.extrapolated:
            return Angle(other.place, owner.place) if owner.extrapolated else Angle(owner.place, other.place)
        quantity = {"theta": Quantity.THETA, "cosTheta": Quantity.COS}.get(method)
        return None if quantity is None or arguments or owner.extrapolated else Measured(quantity, owner.place)
    if owner == Thing("pid") and state.pid.place is not None:
        quantity = _PROBABILITIES.get(method)
        if method == "prob" and len(arguments) == 1:
            number = state.constants.number(arguments[0])
            quantity = None if number is None or not 0 <= number < 5 else _BY_NUMBER[int(number)]
        return None if quantity is None else Measured(quantity, state.pid.place)
    if isinstance(owner, Momentum):
        return None if arguments else kinematic(owner, method)
    if isinstance(owner, Fitter):
        return _of_fitter(owner, method, arguments, state)
    return None


def _of_entry(owner: Track, method: str) -> Meaning | None:
    if not owner.record:
        return Track(owner.place, _RECORDS[method]) if method in _RECORDS else owner.place if method == "trackId" else None
    if owner.record == "shower":
        if method in ("x", "y", "z", "position"):
            return Position(owner.place)
        return Measured(_OF_SHOWER[method], owner.place) if method in _OF_SHOWER else None
    if owner.record == "ext":
        return Position(owner.place, True) if method == "emcPosition" else None
    if owner.record == "mdc":
        return Helix(owner.place) if method == "helix" else Measured(_OF_TRACK[method], owner.place) if method in _OF_TRACK else None
    species = _HELICES.get(method, _ERRORS.get(method, ""))
    if species:
        return Helix(owner.place, species=species)
    return Measured(Quantity.CHARGE, owner.place) if method == "charge" else None


def _of_fitter(owner: Fitter, method: str, arguments: tuple[cpp.Expr, ...], state: State) -> Meaning | None:
    setup = state.setups.get(owner.name)
    if setup is None:
        return None
    known = state.fits.get(setup.name)
    last = known is not None and bool(known.loops) and not setup.again and not state.loops  # behind the loop a fitter holds its last candidate
    if method == "chisq":
        return Chi2(setup.name, setup.again) if known is not None and not last else None
    if method == "pfit" and known is not None and setup.kind == "kinematic" and len(arguments) == 1 and not state.loops and (setup.again or not known.loops):
        which = state.constants.number(arguments[0])
        return Momentum(setup.name, (int(which),)) if which is not None and int(which) in known.tracks else None
    if method == "wtrk" and setup.name in state.fits and len(arguments) == 1:
        number = state.constants.number(arguments[0])
        track = None if number is None else setup.tracks.get(int(number))
        return replace(track, fit=setup.name) if isinstance(track, Fitted) else None
    return Passed(setup.name) if method == "Fit" and setup.name in state.fits else None


# --- conditions


def condition(value: cpp.Expr, state: State, lines: cpp.Lines) -> Formula:
    """What must hold, as a formula."""
    if isinstance(value, cpp.Unary) and value.operator == "!":
        return opposite(condition(value.operand, state, lines))
    if isinstance(value, cpp.Binary) and value.operator in ("&&", "||"):
        left, right = condition(value.left, state, lines), condition(value.right, state, lines)
        return both(left, right) if value.operator == "&&" else either(left, right)
    if isinstance(value, cpp.Binary) and value.operator in _COMPARES:
        return _compared(value, state, lines)
    if _is_valid(value) or (state.ours and helpers.asks_nothing(value)):
        return YES
    meaning = evaluate(value, state)
    if isinstance(meaning, Fixed):
        return Always(meaning.value != 0)
    if isinstance(meaning, Passed):
        return Compared(meaning, "!=", Fixed(0), lines)
    if isinstance(meaning, Thing) and meaning.role in ("event", "tracks", "pid"):
        return YES  # whether the event has it at all
    return Unclear(lines, "a condition on what is not known here")


def _is_valid(value: cpp.Expr) -> bool:
    return isinstance(value, cpp.Call) and isinstance(value.function, cpp.Member) and value.function.name in _VALID


def _compared(value: cpp.Binary, state: State, lines: cpp.Lines) -> Formula:
    if _is_volume(value.left):
        state.reached = True
        return opposite(YES) if value.operator == "==" else YES
    left, right, operator = evaluate(value.left, state), evaluate(value.right, state), value.operator
    factors = _factors(value.left, state)
    if right == Fixed(1) and operator in ("==", "!=") and len(factors) > 1:  # a product of counts is 1 if all of them are
        ones = both(*(Compared(each, "==", Fixed(1), lines) for each in factors))
        return ones if operator == "==" else opposite(ones)
    if isinstance(left, Fixed) and isinstance(right, Fixed):
        holds = {
            "<": left.value < right.value, "<=": left.value <= right.value, ">": left.value > right.value,
            ">=": left.value >= right.value, "==": left.value == right.value, "!=": left.value != right.value,
        }[operator]  # fmt: skip
        return YES if holds else NO
    if isinstance(left, Fixed):
        left, right, operator = right, left, mirrored(operator)
    if isinstance(left, (Track, Thing)) and right == Fixed(0) and operator in ("==", "!="):
        return YES if operator == "!=" else NO  # whether a pointer points to something
    if left is None or right is None:
        return Unclear(lines, "one side of the comparison is not known here")
    if isinstance(left, Measured) and left.factor != 1 and isinstance(right, Fixed):
        left, right = replace(left, factor=1.0), Fixed(right.value / left.factor)
    return Compared(left, operator, right, lines)


def _factors(value: cpp.Expr, state: State) -> list[Size]:
    """The counts that a product is made of; none if something else is in it."""
    if isinstance(value, cpp.Binary) and value.operator == "*":
        left, right = _factors(value.left, state), _factors(value.right, state)
        return [*left, *right] if left and right else []
    meaning = evaluate(value, state)
    return [meaning] if isinstance(meaning, Size) and not meaning.less else []


def _is_volume(value: cpp.Expr) -> bool:
    return isinstance(value, cpp.Call) and isinstance(value.function, cpp.Member) and value.function.name == "emcVolumeNumber"
