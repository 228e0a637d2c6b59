"""Good photons: energy, barrel and end-caps, time, angle to tracks → fields of `photons`.

In: what a shower passes before it comes into a list. Out: fields, doubts. The two regions are recognised in whatever way they are written: as the cases in which a shower passes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from dsl4bes.importing import write
from dsl4bes.importing.logic import All, Any, Compared, Formula, both, cases, lines_of
from dsl4bes.importing.meaning import Fixed, Measured, Quantity
from dsl4bes.importing.nodes import Lines
from dsl4bes.importing.recognise.claim import Claim, Doubt, Found, cut
from dsl4bes.syntax import ast

_NOWHERE = Lines(0, 0)


def fields(passes: Sequence[Formula]) -> Found:
    """The fields of `photons` that ask for the same."""
    found = Found()
    by_module = [each for each in passes if Quantity.MODULE in _quantities(each)]
    regions_said = [both(*by_module)] if by_module else []
    passes = [each for each in passes if each not in by_module]
    single = [each for each in passes if isinstance(each, Compared)]
    for each in [*passes, *regions_said]:
        if isinstance(each, (Any, All)) or each in regions_said:
            regions = _regions(each)
            if regions is None:
                found.doubts += [Doubt(line, "these are not barrel and end-caps") for line in set(lines_of(each))]
            else:
                found.claims += regions
    _plain(found, single, Quantity.ENERGY, "energy", "energy")
    _plain(found, single, Quantity.COS, "cos", "")
    _time(found, [each for each in single if _of(each, Quantity.TIME)])
    _isolation(found, [each for each in single if _of(each, Quantity.ISOLATION)])
    known = (Quantity.ENERGY, Quantity.COS, Quantity.TIME, Quantity.ISOLATION)
    found.doubts += [Doubt(line, "no field of `photons` asks for this") for each in single if not any(_of(each, one) for one in known) for line in lines_of(each)]
    return found


def _of(formula: Formula, quantity: Quantity) -> bool:
    asked = cut(formula)
    return asked is not None and asked[0].quantity is quantity and asked[0].factor == 1


def _plain(found: Found, single: Sequence[Formula], quantity: Quantity, field: str, unit: str) -> None:
    mine = [each for each in single if _of(each, quantity)]
    for number, each in enumerate(mine):
        asked = cut(each)
        assert asked is not None
        measured, operator, value = asked
        wrong = quantity is Quantity.COS and (not measured.absolute or operator[0] != "<")
        if number or wrong or operator not in ("<", "<=", ">", ">=") or value < 0:
            found.doubts += [Doubt(line, f"`{field}` is asked twice, or without its absolute value") for line in lines_of(each)]
        else:
            found.claims.append(Claim(write.statement(field, write.bare(operator, write.number(value, unit))), quantity.value, lines_of(each)))


def _range(each: Sequence[Formula]) -> tuple[float, float] | None:
    """The closed range that two comparisons are."""
    low = [asked[2] for one in each if (asked := cut(one)) is not None and asked[1] == ">="]
    high = [asked[2] for one in each if (asked := cut(one)) is not None and asked[1] == "<="]
    return (low[0], high[0]) if len(each) == 2 and len(low) == 1 and len(high) == 1 and low[0] <= high[0] else None


def _time(found: Found, mine: Sequence[Formula]) -> None:
    where = tuple(dict.fromkeys(line for each in mine for line in lines_of(each)))
    window = _range(mine)
    absolute = any((asked := cut(each)) is not None and asked[0].absolute for each in mine)
    if window is not None and not absolute:
        found.claims.append(Claim(write.statement("time", write.between(write.number(window[0]), write.number(window[1]))), "time in ticks of 50 ns", where))
    elif mine:
        found.doubts += [Doubt(line, "this is no closed window of the time") for line in where]


def _isolation(found: Found, mine: Sequence[Formula]) -> None:
    low = []
    for each in mine:
        asked = cut(each)
        assert asked is not None
        if asked[1] in (">", ">="):
            low.append((asked, each))
        else:
            why = "a shower in an event in which no track reaches the calorimeter is dropped; the language takes it as isolated" if asked[2] >= math.pi else "an upper limit of the angle"
            found.doubts += [Doubt(line, why) for line in lines_of(each)]
    if len(low) == 1 and low[0][0][2] >= 0:
        (_, operator, value), each = low[0]
        found.claims.append(Claim(write.statement("isolation", write.bare(operator, write.number(value, "angle"))), Quantity.ISOLATION.value, lines_of(each)))
    elif low:
        found.doubts += [Doubt(line, "the angle is asked twice") for _, each in low for line in lines_of(each)]


# --- barrel and end-caps


def _regions(formula: Formula) -> list[Claim] | None:
    """`barrel` and `endcap`, if the cases of the formula are these two."""
    made: dict[str, ast.Statement] = {}
    for case in _weakest(cases(formula)):
        region = _region(case)
        if region is None:
            if not _impossible(case):
                return None
        elif made.get(region[0], region[1]) != region[1]:
            return None
        else:
            made[region[0]] = region[1]
    where = tuple(dict.fromkeys(lines_of(formula)))
    return [Claim(made[name], f"energy in the {word}", where) for name, word in (("barrel", "barrel"), ("endcap", "end-caps"))] if set(made) == {"barrel", "endcap"} else None


def _bounds(case: Sequence[Formula], quantity: Quantity) -> tuple[tuple[float, str], tuple[float, str]] | None:
    """The tightest limits of a quantity in a case; None if something else is asked of it."""
    low, high = (-math.inf, ">"), (math.inf, "<")
    for each in case:
        if not (isinstance(each, Compared) and isinstance(each.left, Measured) and each.left.quantity is quantity):
            continue
        if not isinstance(each.right, Fixed) or each.left.factor != 1 or (quantity is Quantity.COS) != each.left.absolute or each.operator not in ("<", "<=", ">", ">="):
            return None
        if each.operator[0] == ">":
            low = max(low, (each.right.value, each.operator))
        else:
            high = min(high, (each.right.value, each.operator))
    return low, high


def _quantities(formula: Formula) -> set[Quantity]:
    """What a formula is about."""
    if isinstance(formula, Compared):
        return {each.quantity for each in (formula.left, formula.right) if isinstance(each, Measured)}
    return {found for part in formula.parts for found in _quantities(part)} if isinstance(formula, (All, Any)) else set()


def _weakest(found: Sequence[tuple[Formula, ...]]) -> list[tuple[Formula, ...]]:
    """Cases without those that ask for more than another one."""
    possible = [case for case in found if not _impossible(case)]
    plain = [{replace(each, lines=_NOWHERE) if isinstance(each, Compared) else each for each in case} for case in possible]
    return [case for number, case in enumerate(possible) if not any(other < plain[number] or (other == plain[number] and index < number) for index, other in enumerate(plain))]


def _modules(case: Sequence[Formula]) -> frozenset[int] | None:
    """The parts of the calorimeter that a case leaves: barrel 1, end-caps 0 and 2; None if it asks for something else."""
    left = {0, 1, 2}
    for each in case:
        if isinstance(each, Compared) and isinstance(each.left, Measured) and each.left.quantity is Quantity.MODULE:
            if not isinstance(each.right, Fixed) or each.operator not in ("==", "!=") or each.left.absolute or each.left.factor != 1:
                return None
            left = left & {int(each.right.value)} if each.operator == "==" else left - {int(each.right.value)}
    return frozenset(left)


def _impossible(case: Sequence[Formula]) -> bool:
    """Whether nothing can be like this: limits the wrong way round, or no part of the calorimeter is left."""
    return _modules(case) == frozenset() or any((limits := _bounds(case, quantity)) is not None and limits[0][0] >= limits[1][0] for quantity in (Quantity.COS, Quantity.ENERGY))


def _fits(modules: frozenset[int], low: float, high: float) -> bool:
    """Whether the polar angle alone says the same as the part of the calorimeter: crystals of the barrel end at 0.83, those of the end-caps begin at 0.85 and end at 0.93 (BESIII detector paper)."""
    if modules == {1}:
        return not math.isfinite(low) and high <= 0.83
    return modules == {0, 2} and low >= 0.85


def _region(case: Sequence[Formula]) -> tuple[str, ast.Statement] | None:
    if any(not (isinstance(each, Compared) and isinstance(each.left, Measured) and each.left.quantity in (Quantity.COS, Quantity.ENERGY, Quantity.MODULE)) for each in case):
        return None
    cos, energy = _bounds(case, Quantity.COS), _bounds(case, Quantity.ENERGY)
    if cos is None or energy is None or math.isfinite(energy[1][0]) or not math.isfinite(energy[0][0]) or not math.isfinite(cos[1][0]) or cos[0][0] >= cos[1][0]:
        return None
    asked = write.compared(write.name("energy"), energy[0][1], write.number(energy[0][0], "energy"))
    modules = _modules(case)
    if modules is None or (len(modules) < 3 and not _fits(modules, cos[0][0], cos[1][0])):
        return None
    if not math.isfinite(cos[0][0]):
        return "barrel", write.statement("barrel", write.compared(write.name("cos"), cos[1][1], write.number(cos[1][0])), asked)
    inside = write.compared(write.name("cos"), "in", write.between(write.number(cos[0][0]), write.number(cos[1][0])))
    return "endcap", write.statement("endcap", inside, asked)
