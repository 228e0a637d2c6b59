"""Numbers that a name stands for: constants, members with one value, properties and what job options make of them.

In: files of an algorithm and the text of its job options. Out: name → number, arrays, properties. A name that is given two different values, or one that is calculated from what is no constant, has
none: whoever reads it has to leave the line alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from dsl4bes.importing import nodes as cpp

_KNOWN = {"pi": math.pi, "M_PI": math.pi, "twopi": 2 * math.pi, "halfpi": math.pi / 2, "GeV": 1.0, "MeV": 1e-3, "rad": 1.0, "deg": math.pi / 180, "cm": 1.0}
_OPTION = re.compile(r"^\s*(\w+)\.(\w+)\s*=\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*;", re.MULTILINE)


@dataclass(slots=True)
class Constants:
    """Numbers by name; `properties`: name of the property by member; `said`: where a number of a property was said."""

    numbers: dict[str, float] = field(default_factory=dict)
    arrays: dict[str, tuple[float, ...]] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)

    def give(self, name: str, value: float | None) -> None:
        if value is None or (name in self.numbers and self.numbers[name] != value):
            self.doubtful.add(name)
        else:
            self.numbers[name] = value

    def number(self, value: cpp.Expr | None) -> float | None:
        """The number an expression of constants is."""
        if isinstance(value, cpp.Number):
            return value.value
        if isinstance(value, cpp.Name):
            return None if value.name in self.doubtful else self.numbers.get(value.name, _KNOWN.get(value.name))
        if isinstance(value, cpp.Unary) and value.operator in "+-":
            inner = self.number(value.operand)
            return None if inner is None else -inner if value.operator == "-" else inner
        if isinstance(value, cpp.Item) and isinstance(value.owner, cpp.Name) and value.owner.name in self.arrays:
            index = self.number(value.index)
            array = self.arrays[value.owner.name]
            return array[int(index)] if index is not None and 0 <= index < len(array) else None
        if isinstance(value, cpp.Binary):
            return _arithmetic(value.operator, self.number(value.left), self.number(value.right))
        return None


def _arithmetic(operator: str, left: float | None, right: float | None) -> float | None:
    if left is None or right is None or (operator == "/" and right == 0):
        return None
    made = {"+": left + right, "-": left - right, "*": left * right}
    return left / right if operator == "/" else made.get(operator)


def constants(files: Sequence[cpp.CppFile], options: str, algorithm: str) -> Constants:
    """What names stand for; `options` are the job options (`Algorithm.Property = number;`), the last line counts. An instance of another name than the class is taken if it is the only
    one that has properties of this algorithm."""
    found = Constants()
    for file in files:
        for each in file.declarations:
            _declared(found, each)
        for function in file.functions:
            for name, value in function.before:
                found.give(name, found.number(value))
    for file in files:
        for function in file.functions:
            _inside(found, function)
    without_comments = re.sub(r"//[^\n]*|/\*.*?\*/", "", options, flags=re.DOTALL)
    given: dict[str, dict[str, float]] = {}
    for match in _OPTION.finditer(without_comments):
        if match[2] in found.properties.values():
            given.setdefault(match[1], {})[match[2]] = float(match[3])
    chosen = given.get(algorithm) or (next(iter(given.values())) if len(given) == 1 else {})
    for member, name in found.properties.items():
        if name in chosen and member not in found.doubtful:
            found.numbers[member] = chosen[name]
            found.said[member] = "job options"
        elif not chosen and any(name in each for each in given.values()):
            found.doubtful.add(member)  # several instances: nobody knows which is meant
    return found


def _declared(found: Constants, each: cpp.Declare) -> None:
    if isinstance(each.value, cpp.Braces):
        items = [found.number(item) for item in each.value.items]
        if all(item is not None for item in items):
            found.arrays[each.name] = tuple(item for item in items if item is not None)
    elif each.value is not None:
        value = found.number(each.value)
        if value is not None:
            found.give(each.name, value)


def _inside(found: Constants, function: cpp.Function) -> None:
    """Properties with their defaults; members that are assigned elsewhere lose their value."""
    members = {name for name in found.numbers}
    local = {each.name for each in cpp.statements(function.body) if isinstance(each, cpp.Declare)}
    for statement in cpp.statements(function.body):
        for value in cpp.values(statement):
            for part in cpp.parts(value):
                _property(found, part)
        if isinstance(statement, cpp.Assign) and isinstance(statement.target, cpp.Member):
            found.doubtful.add(statement.target.name)
        if isinstance(statement, cpp.Assign) and isinstance(statement.target, cpp.Name):
            name = statement.target.name
            if name in local:
                continue
            if name in members or name in found.properties:
                found.doubtful.add(name)
            elif statement.operator == "=" and function.name == function.owner:
                found.give(name, found.number(statement.value))
            else:
                found.doubtful.add(name)
        for value in cpp.values(statement):
            for part in cpp.parts(value):
                if isinstance(part, cpp.Unary) and part.operator in ("++", "--", "&") and isinstance(part.operand, cpp.Name) and part.operand.name not in local:
                    found.doubtful.add(part.operand.name)


def _property(found: Constants, part: cpp.Expr) -> None:
    if not (isinstance(part, cpp.Call) and isinstance(part.function, cpp.Name) and part.function.name == "declareProperty" and len(part.arguments) > 1):
        return
    name, value = part.arguments[:2]
    if isinstance(name, cpp.Text) and isinstance(value, cpp.Binary) and value.operator == "=" and isinstance(value.left, cpp.Name):
        found.properties[value.left.name] = name.value
        number = found.number(value.right)
        if number is not None:
            if value.left.name in found.said and found.numbers.get(value.left.name) != number:
                found.doubtful.add(value.left.name)
            found.numbers[value.left.name] = number  # the default of a property comes after the initialisers
            found.said[value.left.name] = "property"
    elif isinstance(name, cpp.Text) and isinstance(value, cpp.Name):
        found.properties[value.name] = name.value
