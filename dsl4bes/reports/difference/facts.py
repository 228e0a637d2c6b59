"""A program as a list of facts: what is asked, of what, where; in the order of the program.

In: a `Program` and the names of the other one. Out: facts; the parts of one are what can be different while it is still the same list, fit or cut. Sentences are those of the
descriptions. Nothing is compared here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Any

from dsl4bes.ir import expr as ir
from dsl4bes.ir.candidates import FitSettings
from dsl4bes.ir.custom import Custom
from dsl4bes.ir.fits import Combination, KinematicFit, Others, Scope, SecondaryVertexFit
from dsl4bes.ir.primitives import (
    Collection,
    Cut,
    Define,
    FillHistogram,
    FillTruth,
    FillTuple,
    Identify,
    Match,
    Merge,
    Primitive,
    Products,
    ReadTruth,
    Require,
    Select,
)
from dsl4bes.ir.program import Block, Program
from dsl4bes.reports import numbers, symbols
from dsl4bes.reports.describers import combinations, told
from dsl4bes.reports.difference.canonical import Canonical, Names, canonical
from dsl4bes.reports.formula import Formula
from dsl4bes.reports.notation import plain, text_of
from dsl4bes.reports.phrases import phrases
from dsl4bes.reports.teller import Teller


class Label(Enum):
    """What a part of a fact is."""

    CONDITION = "condition"
    BEFORE = "condition before the choice"
    AFTER = "condition after the choice"
    SOURCE = "source"
    SPECIES = "species"
    IDENTIFICATION = "identification"
    PARTICLES = "particles"
    CONSTRAINT = "constraint"
    CHOICE = "choice"
    SETTING = "setting"
    CEILING = "ceiling"  #: follows from the numbers that chi2 is compared with (SEMANTICS rule 14)
    OPTIONAL = "whether events without it are kept"
    CODE = "code"
    OUTPUT = "stored"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a fact says; `words` in plain text, `cut` the line of the cut flow it makes."""

    label: Label
    canonical: Canonical
    words: str
    cut: Cut | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A step with a name: the list it fills, the fit it makes, the cut it is. `place`: region and candidates it stands in."""

    place: tuple[str, ...]
    kind: str
    name: str
    parts: tuple[Part, ...]
    block: Block
    position: int = 0  #: among all facts of the program

    @property
    def key(self) -> tuple[tuple[str, ...], str, str]:
        return self.place, self.kind, self.name

    @property
    def region(self) -> str:
        """The region it stands in; empty for the baseline."""
        return self.place[0] if self.place and not self.place[0].startswith("for ") else ""

    @property
    def line(self) -> int:
        """The line of its block, 0 for nowhere."""
        return 0 if self.block.span is None else self.block.span.place.line


Made = tuple[str, str, list[Part]]

_TELLER = Teller(phrases("en"))


def facts(program: Program, names: Names) -> list[Fact]:
    """Every fact of the program."""
    found = list(_of_blocks(program.always, (), names))
    found += _of_blocks(program.blocks, (), names)
    for region in program.regions:
        found += _of_blocks(region.blocks, (region.name,), names)
    found += _of_blocks(program.outputs, (), names)
    return [replace(fact, position=number) for number, fact in enumerate(found)]


def _of_blocks(blocks: Iterable[Block], place: tuple[str, ...], names: Names) -> Iterator[Fact]:
    for block in blocks:
        for step in block.steps:
            if isinstance(step, Scope):
                yield from _of_blocks(step.blocks, (*place, f"for {names.fits.get(step.symbol.name, step.symbol.name)}"), names)
                continue
            made = fact_of(step, names)
            if made is not None:
                kind, name, parts = made
                yield Fact(place, kind, name, tuple(parts), block)


def fact_of(step: Primitive, names: Names) -> Made | None:
    """Kind, name and parts of one step; None for one that says nothing by itself."""
    if isinstance(step, Combination):
        return _combination(step, names)
    function = _FACTS.get(type(step))
    return None if function is None else function(step, names)


def _words(step: Primitive) -> str:
    """What the description says of a step, without the cuts."""
    return text_of(told(_TELLER, step)[0].said)


def atoms(condition: ir.Expr) -> tuple[ir.Expr, ...]:
    """What is asked at once, one by one; `let` names are followed."""
    if isinstance(condition, ir.ValueRef):
        return atoms(condition.define.value)
    if isinstance(condition, ir.And):
        return tuple(atom for each in condition.operands for atom in atoms(each))
    return () if isinstance(condition, ir.Constant) and condition.value is True else (condition,)


def _conditions(condition: ir.Expr, names: Names, formula: Formula, label: Label = Label.CONDITION, cut: Cut | None = None) -> list[Part]:
    """One part for each atom."""
    return [Part(label, canonical(atom, names, 1), plain(formula.write(atom)), cut) for atom in atoms(condition)]


def _structure(label: Label, value: Any, names: Names, words: str) -> Part:
    return Part(label, canonical(value, names), words)


def _select(step: Select, names: Names) -> Made:
    target = step.target
    parts = [_structure(Label.SOURCE, step.source, names, f"from {step.source.title}")]
    parts.append(Part(Label.SPECIES, Canonical(f"{target.species} {target.charge}"), "" if target.species is None else plain(symbols.species(target.species, target.charge))))
    made = _conditions(step.condition, names, Formula(about=step.binder))
    return "list", names.of(target), parts + made


def _merge(step: Merge, names: Names) -> Made:
    words = ", ".join(each.title for each in step.sources)
    return "list", names.of(step.target), [Part(Label.SOURCE, Canonical(" ".join(sorted(names.of(each) for each in step.sources))), f"from {words}")]


def _products(step: Products, names: Names) -> Made:
    return "list", names.of(step.target), [_structure(Label.SOURCE, (step.fit, step.roles), names, f"from {step.fit.name}")]


def _others(step: Others, names: Names) -> Made:
    return "list", names.of(step.target), [_structure(Label.SOURCE, (step.source, step.fit), names, f"from {step.source.title} without {step.fit.name}")]


def _identify(step: Identify, names: Names) -> Made:
    return "identification", names.of(step.source), [_structure(Label.IDENTIFICATION, step.spec, names, _words(step))]


def _require(step: Require, names: Names) -> Made:
    when = Canonical("") if step.when is None else canonical(step.when, names)
    suffix = "" if step.when is None else f" where {plain(Formula().write(step.when))}"
    parts = []
    if step.veto:
        made = canonical(step.condition, names, -1)
        parts.append(Part(Label.CONDITION, Canonical(f"veto {made.text}", made.numbers), f"not {plain(Formula().write(step.condition, 2))}", step.cut))
    else:
        parts = _conditions(step.condition, names, Formula(), cut=step.cut)
    return "cut", step.cut.name, [Part(p.label, Canonical(f"{p.canonical.text} when {when.text}", (*p.canonical.numbers, *when.numbers)), p.words + suffix, p.cut) for p in parts]


def _custom(step: Custom, names: Names) -> Made:
    own = [member for member in step.view.members if isinstance(member.value, (ir.ParameterRef, ir.Constant))]
    parts = [Part(Label.CODE, Canonical(step.body.text), "the code of the block", step.cut)]
    return "code", step.cut.name, parts + [Part(Label.SETTING, Canonical(f"{m.name} {c.text}", c.numbers), f"{m.name} = {plain(Formula().write(m.value))}") for m in own for c in [canonical(m.value, names)]]


def _match(step: Match, names: Names) -> Made:
    parts = [
        _structure(Label.SOURCE, (step.source, step.to), names, f"from {step.source.title}, nearest to {plain(Formula().write(step.to))}"),
        Part(Label.OPTIONAL, Canonical(str(step.cut is None)), "events without it are kept" if step.cut is None else "events without it are rejected"),
    ]
    return "list", names.of(step.target), parts + _conditions(step.condition, names, Formula(about=step.binder), cut=step.cut)


def _tuple(step: FillTuple, names: Names) -> Made:
    parts = [Part(Label.OUTPUT, Canonical(f"{each.name} {c.text}", c.numbers), f"{each.name} = {plain(Formula().write(each.value, 1))}") for each in step.columns for c in [canonical(each.value, names)]]
    for array in step.arrays:
        made = canonical((array.values, array.maximum), names)
        parts.append(Part(Label.OUTPUT, Canonical(f"{array.name} {made.text}", made.numbers), f"{array.name} = {plain(Formula().write(array.values, 1))}"))
    return "tuple", step.name, parts + [_structure(Label.OUTPUT, None if step.per is None else step.per.list, names, "rows")]


def _histogram(step: FillHistogram, names: Names) -> Made:
    return "histogram", step.name, [_structure(Label.OUTPUT, (step.values, step.axes, step.weight), names, _words(step))]


def _truth(step: ReadTruth | FillTruth, names: Names) -> Made:
    return "truth", type(step).__name__, [_structure(Label.OUTPUT, step, names, _words(step))]


# --- combinations ---------------------------------------------------------------------------------------------------------


def _combination(step: Combination, names: Names) -> Made:
    symbol = step.symbol
    own = Formula(own=symbol)
    roles = tuple((role.name, role.species, role.source, role.conjugate, role.momenta, role.follows, role.opposite, role.exchanged, role.radiated) for role in symbol.roles)
    shape = (type(step).__name__, roles, tuple((each.name, each.roles) for each in symbol.composites), symbol.sides, symbol.twins)
    parts = [_structure(Label.PARTICLES, shape, names, _particles(step))]
    parts += _settings(step, names)
    for before in step.before:
        parts += _conditions(before.condition, names, own, Label.BEFORE, before.cut)
    choose = text_of(combinations.choice(_TELLER, step.choose, symbol)) or "the only one"
    parts.append(_structure(Label.CHOICE, step.choose, names, choose))
    for after in step.after:
        parts += _conditions(after.condition, names, own, Label.AFTER, after.cut)
    parts.append(Part(Label.OPTIONAL, Canonical(str(symbol.optional)), "events without it are kept" if symbol.optional else "events without it are rejected"))
    return "candidates", names.fits.get(symbol.name, symbol.name), parts


def _particles(step: Combination) -> str:
    symbol = step.symbol
    sources = text_of(combinations.sources(_TELLER, symbol))
    return f"{text_of(combinations.particles(symbol))}{'; ' if sources else ''}{sources}"


#: Fields of a step that have their own parts.
_SAID = ("span", "symbol", "cut", "before", "choose", "after", "settings", "vertex", "constraints")


def _settings(step: Combination, names: Names) -> list[Part]:
    found = []
    if isinstance(step, KinematicFit):
        found += [_structure(Label.CONSTRAINT, each, names, text_of(combinations.constraint(_TELLER, each))) for each in step.constraints]
    settings = [("", step.settings)] if hasattr(step, "settings") else []
    settings += [("vertex ", step.vertex)] if isinstance(step, SecondaryVertexFit) else []
    for prefix, each in settings:
        found += _limits(prefix, each, names)
    for one in fields(step):
        value = getattr(step, one.name)
        if one.name not in _SAID:
            made = canonical(value, names)
            word = one.name.replace("_", " ")
            shown = ", ".join(str(number.value) for number in made.numbers) or _shown(value)
            found.append(Part(Label.SETTING, Canonical(f"{one.name} {made.text}", made.numbers), f"{word}: {shown}"))
    return found


def _shown(value: object) -> str:
    """A setting that is no number."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return ", ".join(_shown(each) for each in value) or "none"
    return str(getattr(value, "text", None) or ("none" if value is None else value if isinstance(value, (str, bool, int)) else type(value).__name__))


def _limits(prefix: str, settings: FitSettings, names: Names) -> list[Part]:
    found = []
    for name in ("iterations", "tolerance", "ceiling"):
        parameter = getattr(settings, name)
        label = Label.CEILING if name == "ceiling" else Label.SETTING
        made = canonical(parameter, names)
        found.append(Part(label, Canonical(f"{prefix}{name} {made.text}", made.numbers), f"{prefix}{name} = {plain(numbers.latex(numbers.of(parameter)))}"))
    return found


_FACTS: dict[type[Primitive], Callable[[Any, Names], Made]] = {
    Select: _select, Merge: _merge, Products: _products, Others: _others, Identify: _identify, Require: _require, Custom: _custom, Match: _match, FillTuple: _tuple, FillHistogram: _histogram,
    ReadTruth: _truth, FillTruth: _truth,
}  # fmt: skip
#: Steps without a fact of their own: a named value is part of what uses it, and a collection is always the same.
SILENT = (Define, Collection, Scope)
