"""Two programs compared by what they mean.

In: two `Program`s. Out: a `Difference`. A fact of one is compared with that of the same name in the other; conditions on events are looked for wherever they stand. Nothing is run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.program import Program
from dsl4bes.reports import numbers
from dsl4bes.reports.difference.canonical import Names, Number, canonical
from dsl4bes.reports.difference.changes import Change, Difference, Kind, NumberPair
from dsl4bes.reports.difference.facts import Fact, Label, Part, facts
from dsl4bes.reports.difference.fits import fit_changes
from dsl4bes.reports.difference.names import names_of
from dsl4bes.reports.difference.order import order_changes
from dsl4bes.reports.notation import plain
from dsl4bes.reports.numbers import Quantity
from dsl4bes.reports.switches import without_switches

Pair = tuple[Fact, Part]


def compare(first: Program, second: Program) -> Difference:
    """What is different in the second program."""
    first, second = without_switches(first), without_switches(second)
    names, renamed = names_of(first, second)
    ours, theirs = facts(first, Names()), facts(second, names)
    found = [*_analysis(first, second), *renamed, *_regions(first, second)]
    both = {region.name for region in first.regions} & {region.name for region in second.regions}
    ours, theirs = ([fact for fact in each if not fact.region or fact.region in both] for each in (ours, theirs))
    matched: list[tuple[Pair, Pair]] = []
    found += _cuts(ours, theirs, matched)
    found += _things(ours, theirs, matched)
    found += order_changes(matched)
    found += _variations(first, second)
    found += fit_changes(first.fits, second.fits)
    return Difference(tuple(_once(found)))


# --- cuts on events ---------------------------------------------------------------------------------------------------


def _cuts(ours: Sequence[Fact], theirs: Sequence[Fact], matched: list[tuple[Pair, Pair]]) -> list[Change]:
    """Conditions on events, wherever they stand: the same one first, then one with other numbers, best in the cut of the same name."""
    left = [(fact, part) for fact in ours if fact.kind == "cut" for part in fact.parts]
    right = [(fact, part) for fact in theirs if fact.kind == "cut" for part in fact.parts]
    pairs = _paired(left, right, lambda a, b: a[0].place == b[0].place)
    matched += pairs
    found = [change for a, b in pairs for change in (*_numbers(a, b), *_cut_names(a, b), *_explicit(a[0], b[0]))]
    found += [_alone(Kind.REMOVED, fact, part) for fact, part in left if not any(a[0] is fact and a[1] is part for a, _ in pairs)]
    found += [_alone(Kind.ADDED, fact, part) for fact, part in right if not any(b[0] is fact and b[1] is part for _, b in pairs)]
    return found


def _paired(left: Sequence[Pair], right: Sequence[Pair], may: Any) -> list[tuple[Pair, Pair]]:
    """Pairs of equal skeletons, in the order of the first; those with equal numbers and names before others."""
    free = list(right)
    pairs: dict[int, tuple[Pair, Pair]] = {}

    def distance(a: Pair, b: Pair) -> int:
        return 2 * (a[1].canonical.values != b[1].canonical.values) + (_cut_name(a) != _cut_name(b))

    for allowed in range(4):
        for place, a in enumerate(left):
            if place in pairs:
                continue
            partner = next((b for b in free if may(a, b) and a[1].label is b[1].label and a[1].canonical.text == b[1].canonical.text and distance(a, b) == allowed), None)
            if partner is not None:
                pairs[place] = (a, partner)
                free = [b for b in free if b is not partner]
    return [pairs[place] for place in sorted(pairs)]


def _cut_name(pair: Pair) -> str:
    return pair[1].cut.name if pair[1].cut is not None else pair[0].name


def _cut_names(a: Pair, b: Pair) -> list[Change]:
    before, after = _cut_name(a), _cut_name(b)
    return [] if before == after else [Change(Kind.RENAMED, f"cut {before}", "name", before, after, lines=_lines(a[0], b[0]), region=a[0].region)]


# --- lists, fits, outputs -------------------------------------------------------------------------------------------------


def _things(ours: Sequence[Fact], theirs: Sequence[Fact], matched: list[tuple[Pair, Pair]]) -> list[Change]:
    """Everything with a name of its own."""
    found: list[Change] = []
    left, right = _by_key(ours), _by_key(theirs)
    for key, fact in left.items():
        other = right.get(key)
        if other is None:
            found.append(_whole(Kind.REMOVED, fact))
            continue
        found += [*_parts(fact, other, matched), *_explicit(fact, other)]
    return found + [_whole(Kind.ADDED, fact) for key, fact in right.items() if key not in left]


def _by_key(all_facts: Iterable[Fact]) -> dict[tuple[Any, ...], Fact]:
    found: dict[tuple[Any, ...], Fact] = {}
    counts: dict[tuple[Any, ...], int] = {}
    for fact in all_facts:
        if fact.kind != "cut":
            counts[fact.key] = counts.get(fact.key, 0) + 1
            key = (*fact.key, counts[fact.key])
            found[key] = fact
    return found


#: Of these a fact has one at most: what is gone and what came is one change.
_SINGLE = (Label.SOURCE, Label.SPECIES, Label.IDENTIFICATION, Label.PARTICLES, Label.CHOICE, Label.OPTIONAL, Label.CODE)


def _parts(first: Fact, second: Fact, matched: list[tuple[Pair, Pair]]) -> list[Change]:
    pairs = _paired([(first, part) for part in first.parts], [(second, part) for part in second.parts], lambda a, b: True)
    matched += [pair for pair in pairs if pair[0][1].label in (Label.BEFORE, Label.AFTER)]
    gone = [part for part in first.parts if not any(a[1] is part for a, _ in pairs)]
    came = [part for part in second.parts if not any(b[1] is part for _, b in pairs)]
    found = [change for a, b in pairs for change in _numbers(a, b)]
    for part in list(gone):
        partner = next((each for each in came if _replaces(part, each)), None)
        if partner is not None:
            gone.remove(part)
            came.remove(partner)
            moved = part.label is not partner.label
            kind, label = (Kind.ORDER, f"{part.label.value} → {partner.label.value}") if moved else (Kind.CHANGED, part.label.value)
            found.append(Change(kind, _what(first, part), label, part.words, partner.words, lines=_lines(first, second), region=first.region))
    return found + [_alone(Kind.REMOVED, first, part) for part in gone] + [_alone(Kind.ADDED, second, part) for part in came]


def _replaces(part: Part, other: Part) -> bool:
    if part.label is other.label:
        word = part.canonical.text.split(" ")[0]
        return part.label in _SINGLE or (part.label in (Label.SETTING, Label.OUTPUT) and word == other.canonical.text.split(" ")[0])
    moved = {part.label, other.label} == {Label.BEFORE, Label.AFTER}
    return moved and part.canonical == other.canonical


def _explicit(first: Fact, second: Fact) -> list[Change]:
    """A standard that is now written, or a written block that is left to the standard."""
    if first.block.assumed == second.block.assumed:
        return []
    before, after = ("assumed", "written") if first.block.assumed else ("written", "assumed")
    return [Change(Kind.EXPLICIT, f"block {first.block.name}", "standard of the collaboration", before, after, lines=_lines(first, second), region=first.region)]


# --- numbers ----------------------------------------------------------------------------------------------------------------


def _numbers(a: Pair, b: Pair) -> list[Change]:
    """One change for each number that is another one."""
    (first, part), (second, other) = a, b
    found = []
    for before, after in zip(part.canonical.numbers, other.canonical.numbers, strict=True):
        if before.value == after.value:
            continue
        pair = NumberPair(before.name or after.name, before.value, after.value, before.dimension, before.unit)
        kind = Kind.FOLLOWS if part.label is Label.CEILING else _direction(before, after)
        found.append(Change(kind, _what(first, part), part.label.value, part.words, other.words, pair, _lines(first, second), first.region))
    return found


def _direction(before: Number, after: Number) -> Kind:
    if not before.effect or isinstance(before.value, (bool, str)) or isinstance(after.value, (bool, str)):
        return Kind.CHANGED
    return Kind.LOOSENED if (after.value > before.value) == (before.effect > 0) else Kind.TIGHTENED


def shown(value: float | bool | str, pair: NumberPair) -> str:
    """A number of a change with its unit."""
    if isinstance(value, (bool, str)):
        return str(value).lower() if isinstance(value, bool) else value
    return plain(numbers.latex(Quantity(float(value), pair.dimension, pair.unit)))


# --- the whole program ------------------------------------------------------------------------------------------------------


def _analysis(first: Program, second: Program) -> list[Change]:
    found: list[Change] = []
    one, two = first.analysis, second.analysis
    for name in ("ecms", "crossing_angle"):
        found += _setting(name, getattr(one, name), getattr(two, name))
    if one.measured_ecms != two.measured_ecms:
        found.append(Change(Kind.CHANGED, "beams", "ecms", "from the data base" if one.measured_ecms else "fixed", "from the data base" if two.measured_ecms else "fixed"))
    if canonical(first.helix, Names()) != canonical(second.helix, Names()):
        found.append(Change(Kind.CHANGED, "helix correction", "setting", "none" if first.helix is None else "as it was", "none" if second.helix is None else "another one"))
    names = ("package",) if one.package != two.package else ("algorithm",)
    for name in (*names, "profile", "inputs", "output", "events"):
        before, after = getattr(one, name), getattr(two, name)
        if before != after:
            found.append(Change(Kind.FILES, "analysis", name, _listed(before), _listed(after)))
    return found


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _setting(name: str, before: Parameter | None, after: Parameter | None) -> list[Change]:
    if before is None or after is None:
        if before is after:
            return []
        kind, value = (Kind.ADDED, after) if before is None else (Kind.REMOVED, before)
        assert value is not None
        words = plain(numbers.latex(numbers.of(value)))
        return [Change(kind, "beams", name, *(("", words) if before is None else (words, "")))]
    if before.value == after.value:
        return []
    pair = NumberPair(name, before.value, after.value, before.dimension, before.unit)
    return [Change(Kind.CHANGED, "beams", name, f"{name} = {shown(before.value, pair)}", f"{name} = {shown(after.value, pair)}", pair)]


def _regions(first: Program, second: Program) -> list[Change]:
    left, right = ({region.name: region.parent or "baseline" for region in program.regions} for program in (first, second))
    found = [Change(Kind.REMOVED, f"region {name}", "region", f"from {parent}") for name, parent in left.items() if name not in right]
    found += [Change(Kind.ADDED, f"region {name}", "region", "", f"from {parent}") for name, parent in right.items() if name not in left]
    return found + [
        Change(Kind.CHANGED, f"region {name}", "where it goes on from", f"from {parent}", f"from {right[name]}") for name, parent in left.items() if name in right and right[name] != parent
    ]


def _variations(first: Program, second: Program) -> list[Change]:
    left, right = ({each.key: (each.name, each.text, dict(each.values)) for each in program.variations} for program in (first, second))
    found = []
    for key in dict.fromkeys((*left, *right)):
        before, after = left.get(key), right.get(key)
        if before == after:
            continue
        if before is None or after is None:
            found.append(Change(Kind.ADDED if before is None else Kind.REMOVED, f"variation {key}", "variation", "" if before is None else before[1], "" if after is None else after[1]))
        elif before[2] != after[2]:
            found.append(Change(Kind.CHANGED, f"variation {key}", "variation", before[1], after[1]))
    return found


# --- words ------------------------------------------------------------------------------------------------------------------


def _what(fact: Fact, part: Part) -> str:
    return f"cut {part.cut.name}" if part.cut is not None else f"{fact.kind} {fact.name}"


def _lines(first: Fact, second: Fact) -> tuple[int, int]:
    return first.line, second.line


def _alone(kind: Kind, fact: Fact, part: Part) -> Change:
    gone = kind is Kind.REMOVED
    return Change(kind, _what(fact, part), part.label.value, part.words if gone else "", "" if gone else part.words, lines=(fact.line, 0) if gone else (0, fact.line), region=fact.region)


def _whole(kind: Kind, fact: Fact) -> Change:
    words = "; ".join(part.words for part in fact.parts if part.words and part.label not in (Label.SETTING, Label.CEILING))
    gone = kind is Kind.REMOVED
    return Change(kind, f"{fact.kind} {fact.name}", "whole", words if gone else "", "" if gone else words, lines=(fact.line, 0) if gone else (0, fact.line), region=fact.region)


def _once(found: Iterable[Change]) -> list[Change]:
    """A number that stands in several places is one change; a note is said once."""
    seen: set[tuple[Any, ...]] = set()
    kept = []
    for change in found:
        number = change.number
        key = (number.name, number.before, number.after) if number is not None and number.name else (replace(change, lines=(0, 0)),)
        if key not in seen:
            kept.append(change)
        seen.add(key)
    return kept
