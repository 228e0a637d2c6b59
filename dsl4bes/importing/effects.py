"""What statements change: variables, lists, what ParticleID and the fitters were told.

In: a declaration, an assignment or a call, and the state. Out: the state after it. A variable that is given what is not understood means nothing from there on.
"""

from __future__ import annotations

from dataclasses import replace

from dsl4bes.importing import nodes as cpp
from dsl4bes.importing.evaluate import constructed, evaluate, name_of
from dsl4bes.importing.logic import Formula
from dsl4bes.importing.meaning import (
    Beam,
    Fitted,
    Fitter,
    Fixed,
    Helix,
    Meaning,
    Measured,
    Momentum,
    Place,
    Quantity,
    Thing,
    Track,
    Vertex,
)
from dsl4bes.importing.momenta import CONST
from dsl4bes.importing.state import FitFact, PidUse, Pushed, Resonance, State

_SYSTEMS = {"useDedx": "dedx", "useTof1": "tof1", "useTof2": "tof2", "useTof": "tof", "useTofE": "tofe", "useTofQ": "tofq", "useEmc": "emc", "useMuc": "muc"}
_HYPOTHESES = {"onlyElectron": "e", "onlyMuon": "mu", "onlyPion": "pi", "onlyKaon": "K", "onlyProton": "p"}
#: What may be told to a fitter without changing what is fitted; the language sets its own iterations and ceiling.
_SETTINGS = {"init", "setIterNumber", "setChisqCut", "setBeamPosition", "setVBeamPosition", "Swim", "BuildVirtualParticle", "chisq", "Fit", "pfit", "wtrk", "setDynamicerror", "setEspread"}
_NO_PLACES = ("HepLorentzVector", "WTrackParameter", "RecEmcShower", "RecMdcKalTrack", "RecMdcTrack", "Hep3Vector")
_HARMLESS = _SETTINGS - {"setDynamicerror", "setEspread", "BuildVirtualParticle", "setBeamPosition", "setVBeamPosition"}


def declare(statement: cpp.Declare, state: State) -> None:
    """`type name = value`."""
    value = statement.value
    if isinstance(value, cpp.Call) and value.function == cpp.Name(statement.type):
        made = constructed(statement.type, [evaluate(each, state) for each in value.arguments])
    else:
        made = None if value is None else evaluate(value, state)
    give(statement.name, made, state)
    state.types[statement.name] = statement.type


def give(name: str, made: Meaning | None, state: State) -> None:
    """A variable means something from here on."""
    if isinstance(made, Fitter) and not made.name:
        made = replace(made, name=name)
    state.values[name] = made
    state.lists.pop(name, None)
    state.sums.pop(name, None)
    state.counted.pop(name, None)


def assign(statement: cpp.Assign, state: State, passes: tuple[Formula, ...]) -> None:
    """`name = value`, `name += value` and the like."""
    name = name_of(statement.target)
    if not name:
        return
    value = evaluate(statement.value, state)
    if statement.operator == "=":
        give(name, value, state)
    elif statement.operator == "+=" and isinstance(value, Measured) and value == Measured(Quantity.CHARGE, value.place) and state.values.get(name) == Fixed(0) and name not in state.sums:
        state.sums[name] = (value.place, passes)
    elif (statement.operator in ("*=", "/=") and isinstance(state.values.get(name), Measured)) or (statement.operator in ("+=", "-=") and isinstance(state.values.get(name), Momentum)):
        give(name, evaluate(cpp.Binary(statement.operator[0], statement.target, statement.value), state), state)
    else:
        give(name, None, state)


def count_up(name: str, state: State, passes: tuple[Formula, ...]) -> None:
    """`name++`: how often, a loop may say."""
    if state.loops and state.values.get(name) == Fixed(0) and name not in state.counted:
        state.counted[name] = passes
    else:
        give(name, None, state)


def call(value: cpp.Call, state: State, passes: tuple[Formula, ...], lines: cpp.Lines) -> None:
    """A call that stands by itself."""
    if not isinstance(value.function, cpp.Member):
        return
    method, owner_name = value.function.name, name_of(value.function.owner)
    owner = evaluate(value.function.owner, state)
    if method == "push_back" and owner_name:
        place = evaluate(value.arguments[0], state) if value.arguments else None
        if isinstance(place, Place) and len(state.loops) == 1 and place.loop == state.loops[0][0]:
            state.pushed.append(Pushed(owner_name, place, passes, lines))
        elif value.arguments and state.types.get(name_of(value.arguments[0]), "").rpartition("::")[2] in _NO_PLACES:
            give(owner_name, None, state)  # a list of four-momenta beside the list of tracks
        else:
            state.hole(lines, "what comes into this list is not the entry that the loop is at")
            give(owner_name, None, state)
    elif method in ("clear", "erase", "insert", "pop_back", "resize", "assign", "swap") and owner_name in state.lists:
        give(owner_name, None, state)
    elif isinstance(owner, Momentum) and owner_name and method not in CONST:
        give(owner_name, None, state)  # `boost` and `set...` change it
    elif method == "pivot" and isinstance(owner, Helix):
        at = evaluate(value.arguments[0], state) if value.arguments else None
        give(owner_name, replace(owner, moved=True) if at == Vertex() else None, state)
    elif method in ("setX", "setY", "setZ") and owner_name:
        _set_axis(owner_name, "XYZ".index(method[-1]), evaluate(value.arguments[0], state) if value.arguments else None, state)
    elif owner == Thing("pid"):
        tell_pid(method, value.arguments, state)
    elif isinstance(owner, Fitter):
        tell_fitter(owner, method, value.arguments, state, lines)


def _set_axis(name: str, axis: int, given: Meaning | None, state: State) -> None:
    """`xorigin.setX(dbv[0])`, three times: the interaction point."""
    if given == Vertex(axis):
        state.values[name] = Vertex() if axis == 2 and state.values.get(name) == Thing("xy of the vertex") else Thing("x of the vertex") if axis == 0 else (
            Thing("xy of the vertex") if axis == 1 and state.values.get(name) == Thing("x of the vertex") else None
        )
    else:
        state.values[name] = None


def tell_pid(method: str, arguments: tuple[cpp.Expr, ...], state: State) -> None:
    """What ParticleID is told."""
    words = {part.name for each in arguments for part in cpp.parts(each) if isinstance(part, (cpp.Name, cpp.Member))}
    if method == "init":
        state.pid = PidUse()
    elif method == "setRecTrack":
        track = evaluate(arguments[0], state) if arguments else None
        state.pid = replace(state.pid, place=track.place if isinstance(track, Track) else None)
    elif method == "usePidSys":
        state.pid = replace(state.pid, systems=tuple(_SYSTEMS[word] for word in _SYSTEMS if word in words))
    elif method == "identify":
        state.pid = replace(state.pid, hypotheses=tuple(_HYPOTHESES[word] for word in _HYPOTHESES if word in words))
    elif method == "setMethod":
        state.pid = replace(state.pid, likelihood="methodProbability" not in words)


def tell_fitter(owner: Fitter, method: str, arguments: tuple[cpp.Expr, ...], state: State, lines: cpp.Lines) -> None:
    """What a fitter is told; what is not known makes the fit unclear."""
    if method == "init":
        for other in [name for name, setup in state.setups.items() if setup.kind == owner.kind]:
            del state.setups[other]  # a fitter is one object, whatever the variables are called
        state.setups[owner.name] = FitFact("", owner.kind, lines=lines)
        return
    setup = state.setups.get(owner.name)
    if setup is None:
        return
    given = [evaluate(each, state) for each in arguments]
    number = int(given[0].value) if given and isinstance(given[0], Fixed) else -1
    if method == "AddTrack" and number >= 0:
        track = given[-1]
        if isinstance(track, Fitted) and len(given) == 2:
            setup.tracks[number] = track
        elif isinstance(track, Track) and track.record == "shower" and len(given) == 3 and given[1] == Fixed(0):
            setup.tracks[number] = track.place
        else:
            setup.clear = False
    elif method == "AddFourMomentum" and len(given) == 2 and isinstance(given[1], Beam) and setup.beam is None:
        setup.beam = given[1]
    elif method == "AddResonance" and len(given) > 3 and all(isinstance(each, Fixed) for each in given):
        numbers = [each.value for each in given if isinstance(each, Fixed)]
        setup.resonances = (*setup.resonances, Resonance(numbers[1], tuple(int(each) for each in numbers[2:])))
    elif method == "AddVertex" and owner.kind == "vertex":
        setup.clear = setup.clear and len(arguments) >= 3 and [each for each in given[2:]] == [Fixed(float(index)) for index in range(len(given) - 2)]
    elif method not in _HARMLESS:
        setup.clear = False
