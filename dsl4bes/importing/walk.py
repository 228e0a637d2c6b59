"""Through an algorithm in the order of its statements: which lists it makes, what an event must pass, what was not understood.

In: `execute` with the functions it calls, and the constants. Out: facts, in order. Lists are made in loops over tracks, showers or other lists; what an entry passes before `push_back` is what the list asks
for. A branch whose parts do more than reject is not understood as a whole, unless its condition is known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dsl4bes.importing import nodes as cpp
from dsl4bes.importing.acts import acts, always_leaves, fills, is_macro, leaves, prints, text_acts
from dsl4bes.importing.effects import assign, call, count_up, declare, give
from dsl4bes.importing.evaluate import condition, evaluate, name_of
from dsl4bes.importing.logic import (
    NO,
    YES,
    Compared,
    Formula,
    Unclear,
    both,
    either,
    opposite,
    together,
    unclear,
)
from dsl4bes.importing.loops import after, lists, over
from dsl4bes.importing.meaning import (
    ALL_TRACKS,
    Angle,
    Chi2,
    Counter,
    Derived,
    Fitter,
    Fixed,
    Meaning,
    Measured,
    Momentum,
    NetCharge,
    Passed,
    Place,
    Quantity,
    Size,
    Thing,
)
from dsl4bes.importing.momenta import CONST
from dsl4bes.importing.recognise import helpers
from dsl4bes.importing.state import Column, FitFact, Require, State, TupleFact

#: Functions that call each other deeper than this are not followed.
MAX_CALLS = 8
#: chi2 that no candidate of interest has: to begin the search for the smallest with less is a cut.
_NO_CHI2 = 1000.0
_PURE = ("fabs", "abs", "cos", "sin", "tan", "acos", "asin", "atan", "atan2", "sqrt", "pow", "exp", "log", "fmod", "min", "max", "int", "double", "float", "isnan", "bool", "declareProperty")
#: Classes of BOSS and CLHEP: a constructor leaves what it is given as it is, any other function may change it.
_TYPES = ("Hep", "Point3D", "WTrackParameter", "VFHelix", "VertexParameter", "SmartDataPtr", "Rec", "EvtRec", "MsgStream", "StatusCode", "ParticleID", "NTuplePtr", "SmartRefVector", "DstMdc", "DstEmc")
_TAKES = ("push_back", "fill", "angle", "deltaPhi", "prob", "chisq", "wtrk", "pfit", "dot", "cross", "begin", "at", "pivot", "boost", "service")


class Walk:
    """One walk: the state, and the functions that may be called."""

    def __init__(self, state: State, functions: Mapping[str, cpp.Function]) -> None:
        self.state = state
        self.functions = functions
        self.loops: dict[int, tuple[str, int]] = {}  #: loops over lists: which list, behind which loop
        self._calls: list[str] = []
        self._follows: list[bool] = []  #: whether more is done behind the branches and calls around
        self._outer: list[Formula] = []  #: what the loops around ask before the loop that is gone through
        self._silent = 0  #: inside a branch whose parts are one requirement together

    def event(self, entry: cpp.Function) -> None:
        """The whole of an event; what a function that says whether the event is kept returns, is a requirement."""
        if entry.name != "execute":
            self._calls.append(entry.name)
        self.sequence(entry.body, ())

    def sequence(self, body: Sequence[cpp.Stmt], passes: tuple[Formula, ...]) -> Formula:
        """What must hold to come to the end of these statements."""
        survives: Formula = YES
        for number, statement in enumerate(body):
            survives = both(survives, self.statement(statement, (*passes, *together(survives)), body[number + 1 :]))
            if survives == NO:
                return NO
        return survives

    def statement(self, statement: cpp.Stmt, passes: tuple[Formula, ...], rest: Sequence[cpp.Stmt]) -> Formula:
        """One statement."""
        self._fits(statement)
        self._changed_by(statement)
        if isinstance(statement, (cpp.Declare, cpp.Assign)) and self._called_inside(statement.value):
            self.state.hole(statement.lines, "what these functions do is not looked at where their result is kept")
        if isinstance(statement, cpp.Declare):
            declare(statement, self.state)
        elif isinstance(statement, cpp.Assign):
            assign(statement, self.state, passes)
        elif isinstance(statement, cpp.Do):
            return self._do(statement, passes)
        elif isinstance(statement, cpp.Leave):
            return self._leave(statement, rest)
        elif isinstance(statement, cpp.If):
            return self._inside(statement, passes) if self.state.loops or self._silent else self._branch(statement, rest)
        elif isinstance(statement, cpp.Loop):
            self._loop(statement, passes)
        else:
            self._forget_words(statement.text)
            if text_acts(statement.text):
                self.state.hole(statement.lines, "this is not read")
        return YES

    # --- statements by themselves

    def _do(self, statement: cpp.Do, passes: tuple[Formula, ...]) -> Formula:
        value = statement.value
        if is_macro(value) and not (isinstance(value, cpp.Call) and isinstance(value.function, cpp.Name) and value.function.name in self.functions):
            self.state.hole(statement.lines, "a macro, which may reject")
        if isinstance(value, cpp.Unary) and value.operator in ("++", "--") and name_of(value.operand):
            count_up(name_of(value.operand), self.state, passes)
        elif isinstance(value, (cpp.Opaque, cpp.Binary)) and not prints(value):
            for part in cpp.parts(value):
                self._forget_words(part.text if isinstance(part, cpp.Opaque) else name_of(part))
        elif isinstance(value, cpp.Call):
            if isinstance(value.function, cpp.Name) and value.function.name in self.functions and not self.state.loops:
                if leaves(self.functions[value.function.name].body[:-1]):
                    self.state.hole(statement.lines, "what this function returns is not looked at")
                    self._forget(self.functions[value.function.name].body)
                    return YES
                self._call(value)
            elif fills(value) and not self._written(value, statement.lines):
                self.state.hole(statement.lines, "an output")
            call(value, self.state, passes, statement.lines)
        return YES

    def _written(self, value: cpp.Call, lines: cpp.Lines) -> bool:
        """A tuple that is written once in an event, with what its variables are."""
        name = name_of(value.function.owner) if isinstance(value.function, cpp.Member) and value.function.name == "write" else ""
        if self.state.loops or self._silent or name not in self.state.tuples:
            return False
        columns = tuple(Column(column, self.state.values.get(variable)) for column, variable in self.state.tuples[name])
        self.state.facts.append(TupleFact(self.state.booked.get(name, name), columns, lines))
        return True

    def _called_inside(self, value: cpp.Expr | None) -> bool:
        """Whether an expression calls a function of the algorithm that makes lists, fits or fills."""
        called = [part.function.name for part in cpp.parts(value) if isinstance(part, cpp.Call) and isinstance(part.function, cpp.Name)]
        return any(name in self.functions and acts(self.functions[name].body) for name in called)

    def _changed_by(self, statement: cpp.Stmt) -> None:
        """A function that is not followed may change what it is given by its name."""
        for value in cpp.values(statement):
            for part in cpp.parts(value):
                owner = name_of(part.function.owner) if isinstance(part, cpp.Call) and isinstance(part.function, cpp.Member) else ""
                if owner and isinstance(part, cpp.Call) and isinstance(part.function, cpp.Member) and isinstance(self.state.values.get(owner), Momentum) and part.function.name not in CONST:
                    give(owner, None, self.state)
                if not isinstance(part, cpp.Call) or self._leaves_alone(part):
                    continue
                for each in part.arguments:
                    inside = each.function.owner if isinstance(each, cpp.Call) and isinstance(each.function, cpp.Member) and each.function.name in ("begin", "end") else each
                    name = name_of(inside)
                    if name in self.state.lists or name and isinstance(self.state.values.get(name), (Measured, Fixed, Size, NetCharge, Momentum, Derived, Chi2)):
                        give(name, None, self.state)

    def _leaves_alone(self, part: cpp.Call) -> bool:
        """Functions that take numbers by value, helpers of ours, and functions that are followed."""
        name = part.function.name if isinstance(part.function, (cpp.Name, cpp.Member)) else ""
        short = name.rpartition("::")[2]
        if isinstance(part.function, cpp.Member):
            return name in _TAKES or name.startswith("set") or isinstance(evaluate(part.function.owner, self.state), (Fitter, Thing))
        return short in _PURE or short.startswith(_TYPES) or (self.state.ours and (name not in self.functions or helpers.knows(part, self.state))) or (name in self.functions and not self.state.loops)

    def _forget_words(self, text: str) -> None:
        """Text that is not read may change every variable that it names."""
        for name in re.findall(r"[A-Za-z_]\w*", text):
            if name in self.state.values or name in self.state.lists:
                give(name, None, self.state)

    def _leave(self, statement: cpp.Leave, rest: Sequence[cpp.Stmt]) -> Formula:
        if self.state.loops:
            if statement.way is cpp.Way.CONTINUE:
                return NO
            return Unclear(statement.lines, "this ends the loop or the event from inside a loop")
        if not self._calls or statement.value is None or statement.value == cpp.Number(0.0):
            return NO
        last = statement is self.functions[self._calls[-1]].body[-1]
        if statement.value == cpp.Number(1.0):
            return YES if last else Unclear(statement.lines, "this ends the function early")
        asked = condition(statement.value, self.state, statement.lines)
        return self._require(asked, statement.lines) if last else Unclear(statement.lines, "this ends the function with something that is calculated")

    def _call(self, value: cpp.Call) -> Formula:
        """A function of the algorithm, statement by statement."""
        name = value.function.name if isinstance(value.function, cpp.Name) else ""
        function = self.functions[name]
        if name in self._calls or len(self._calls) >= MAX_CALLS:
            self.state.hole(function.lines, "functions call each other")
            return Unclear(function.lines, "functions call each other")
        kept = dict(self.state.values)
        for parameter, argument in zip(function.parameters, value.arguments):
            if parameter != name_of(argument):
                self.state.values[parameter] = evaluate(argument, self.state)
        self._calls.append(name)
        self._follows.append(True)
        survives = self.sequence(function.body, ())
        self._follows.pop()
        self._calls.pop()
        local = {each.name for each in cpp.statements(function.body) if isinstance(each, cpp.Declare)} | set(function.parameters)
        for each in local:
            self.state.values.pop(each, None)
            if each in kept:
                self.state.values[each] = kept[each]
        return survives

    # --- branches

    def _branch(self, statement: cpp.If, rest: Sequence[cpp.Stmt]) -> Formula:
        """A branch of the event: what it asks is noted as requirements."""
        called = self._called(statement.condition)
        if called is not None and always_leaves(statement.then) and not statement.otherwise:
            self._call(called)
            return YES
        asked = condition(statement.condition, self.state, statement.lines)
        if asked == YES or asked == NO:
            return self._within(statement.then if asked == YES else statement.otherwise, rest)
        if not acts(statement.then) and not acts(statement.otherwise):
            self._silent += 1
            survives = self._both_ways(statement, asked, ())
            self._silent -= 1
            return self._require(survives, statement.lines)
        if not statement.otherwise and not unclear(asked) and not acts(rest) and not any(self._follows):
            self._require(asked, statement.lines)
            return self._within(statement.then, rest)
        if not statement.otherwise and always_leaves(statement.then) and not unclear(asked):
            self.state.hole(statement.lines, "an output for events that are rejected")
            return self._require(opposite(asked), statement.lines)
        self.state.hole(statement.lines, "a branch that does more than reject")
        self._forget((*statement.then, *statement.otherwise))
        return YES

    def _within(self, body: Sequence[cpp.Stmt], rest: Sequence[cpp.Stmt]) -> Formula:
        """The statements of a branch that is taken."""
        self._follows.append(acts(rest))
        survives = self.sequence(body, ())
        self._follows.pop()
        return survives

    def _called(self, value: cpp.Expr) -> cpp.Call | None:
        """`!function(...)` of this algorithm."""
        inner = value.operand if isinstance(value, cpp.Unary) and value.operator == "!" else None
        return inner if isinstance(inner, cpp.Call) and isinstance(inner.function, cpp.Name) and inner.function.name in self.functions else None

    def _require(self, survives: Formula, lines: cpp.Lines) -> Formula:
        for part in together(survives):
            if unclear(part):
                self.state.hole(lines, unclear(part)[0].why)
            else:
                self.state.facts.append(Require(part, lines))
        return NO if survives == NO else YES

    def _inside(self, statement: cpp.If, passes: tuple[Formula, ...]) -> Formula:
        """A branch inside a loop."""
        if self._smallest(statement, passes):
            return YES
        asked = condition(statement.condition, self.state, statement.lines)
        if asked == YES or asked == NO:
            return self.sequence(statement.then if asked == YES else statement.otherwise, passes)
        return self._both_ways(statement, asked, passes)

    def _both_ways(self, statement: cpp.If, asked: Formula, passes: tuple[Formula, ...]) -> Formula:
        before = dict(self.state.values)
        then = self.sequence(statement.then, (*passes, asked))
        after_then = self.state.values
        self.state.values = dict(before)
        otherwise = self.sequence(statement.otherwise, (*passes, opposite(asked)))
        for name in {*after_then, *self.state.values}:
            if then == NO:
                continue
            if otherwise == NO:
                self.state.values[name] = after_then.get(name)
            elif (isinstance(found := after_then.get(name), Chi2) or (isinstance(found, Place) and found.best)) and isinstance(self.state.values.get(name), Fixed):
                self.state.values[name] = after_then[name]  # the least so far; what it began with is as if there were none
            elif after_then.get(name) != self.state.values.get(name):
                self.state.values[name] = None
        if then == YES and otherwise == YES:
            return YES
        return either(both(asked, then), both(opposite(asked), otherwise))

    def _smallest(self, statement: cpp.If, passes: tuple[Formula, ...]) -> bool:
        """`if (value < least) least = value;`: the least of an angle or a chi2."""
        asked = statement.condition
        if not (isinstance(asked, cpp.Binary) and asked.operator in ("<", "<=") and isinstance(asked.right, cpp.Name) and not statement.otherwise):
            return False
        name, value, start = asked.right.name, evaluate(asked.left, self.state), self.state.values.get(asked.right.name)
        assigned = [each for each in statement.then if isinstance(each, cpp.Assign) and each.target == asked.right]
        if not isinstance(value, (Angle, Chi2)) or len(assigned) != 1 or evaluate(assigned[0].value, self.state) != value or not isinstance(start, Fixed):
            return False
        where = {name_of(each.target): evaluate(each.value, self.state) for each in statement.then if isinstance(each, cpp.Assign) and each.operator == "=" and name_of(each.target) != name}
        self._forget(statement.then)
        give(name, self._least(value, start, passes), self.state)
        best = self.state.values.get(name)
        plain = all(isinstance(each, cpp.Assign) for each in statement.then) and len(where) == len(statement.then) - 1
        for other, place in where.items():
            if plain and isinstance(best, Chi2) and isinstance(place, Place) and place.loop:
                give(other, replace(place, best=best.fit), self.state)
        return True

    def _least(self, value: Angle | Chi2, start: Fixed, passes: tuple[Formula, ...]) -> Meaning | None:
        if isinstance(value, Chi2):
            fit = self.state.fits[value.fit]
            fit.choose = True
            fit.clear = start.value >= _NO_CHI2 and not value.best and all(isinstance(each, Compared) and each.left == Passed(value.fit) for each in (*self._outer, *passes))
            return replace(value, best=True) if fit.clear else None
        sure = not passes and self.state.reached and value.track.list == ALL_TRACKS and start.value > 3.2
        return Measured(Quantity.ISOLATION, value.shower) if sure else None

    # --- loops

    def _loop(self, statement: cpp.Loop, passes: tuple[Formula, ...]) -> None:
        found = over(statement, self.state)
        does = acts(statement.body) or leaves(statement.body)
        if found is None:
            if does:
                self.state.hole(statement.lines, "a loop over what is not known here")
            self._forget(statement.body)
            return
        state = self.state
        name, counter = found
        outermost = not state.loops
        before, state.reached = dict(state.values), False
        state.values[name] = counter
        self.loops[counter.loop] = (counter.list, counter.after if isinstance(counter, Counter) else 0)
        state.loops.append((counter.loop, counter.list, counter.after if isinstance(counter, Counter) else 0))
        kept, self._outer = self._outer, [*self._outer, *passes]
        survives = self.sequence(statement.body, ())
        self._outer = kept
        state.loops.pop()
        for each in unclear(survives):
            if does:
                state.hole(each.lines, each.why)
        after(before, state)
        if outermost:
            lists(statement, state, self.loops)

    # --- what else

    def _fits(self, statement: cpp.Stmt) -> None:
        """A fit that is called in a statement is made before what it says is looked at."""
        for value in cpp.values(statement) if not isinstance(statement, cpp.Loop) else ():
            for part in cpp.parts(value):
                if isinstance(part, cpp.Call) and isinstance(part.function, cpp.Member) and part.function.name == "Fit":
                    self._fit(evaluate(part.function.owner, self.state), statement.lines)

    def _fit(self, owner: Meaning | None, lines: cpp.Lines) -> None:
        setup = self.state.setups.get(owner.name) if isinstance(owner, Fitter) else None
        if setup is None or not setup.clear or setup.name or self._again(setup):
            return
        setup.name = f"{setup.kind}{sum(each.kind == setup.kind for each in self.state.fits.values()) + 1}"
        setup.lines = cpp.Lines(setup.lines.first, lines.last)
        setup.loops = tuple(number for number, _, _ in self.state.loops)
        self.state.fits[setup.name] = setup
        self.state.facts.append(setup)

    def _again(self, setup: FitFact) -> bool:
        """Whether this is the best candidate of an earlier fit, fitted once more."""
        for fact in self.state.fits.values() if not self.state.loops else ():
            best = {number: replace(track, best=fact.name) if isinstance(track, Place) else track for number, track in fact.tracks.items()}
            asked = any(isinstance(each, Require) and isinstance(each.formula, Compared) and each.formula.left == Chi2(fact.name, True) and each.formula.operator[0] == "<" for each in self.state.facts)
            if fact.choose and fact.clear and asked and (setup.kind, setup.beam, setup.resonances, setup.tracks) == (fact.kind, fact.beam, fact.resonances, best):
                setup.name, setup.again = fact.name, True
                return True
        return False

    def _forget(self, body: Sequence[cpp.Stmt]) -> None:
        """Variables that these statements change mean nothing from here on."""
        for each in cpp.statements(tuple(body)):
            name = name_of(each.target) if isinstance(each, cpp.Assign) else each.name if isinstance(each, cpp.Declare) else ""
            value = each.value if isinstance(each, cpp.Do) else None
            if isinstance(value, cpp.Unary):
                name = name_of(value.operand)
            elif isinstance(value, cpp.Call) and isinstance(value.function, cpp.Member) and value.function.name in ("push_back", "clear", "pivot", "insert", "erase", "init", "pop_back"):
                name = name_of(value.function.owner)
                self.state.setups.pop(name, None)
            if name:
                self.state.lists.pop(name, None)
                give(name, None, self.state)
