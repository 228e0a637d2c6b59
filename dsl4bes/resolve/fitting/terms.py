"""The terms of a fit: densities with their parameters, and how much of each there is.

In: shaped instances of `signal`, `background`, `component`, `convolve`. Out: `Term`s, their parameters in the pool, or diagnostics. What a shape looks like is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from dsl4bes.constructs.base import Entry, Instance, Measure
from dsl4bes.constructs.fields import Floating, Formula, Line, Number
from dsl4bes.constructs.fit_terms import Convolve, Shaped, Term
from dsl4bes.constructs.shapes.base import Shape
from dsl4bes.diagnostics.codes import fits
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.diagnostics.model import Bag, Label
from dsl4bes.ir import fitting as ir
from dsl4bes.ir.types import Dimension
from dsl4bes.resolve.fitting.formulas import Reader
from dsl4bes.resolve.fitting.parameters import Pool
from dsl4bes.source import Span
from dsl4bes.syntax import ast

AMOUNTS = {ir.Amount.YIELD: Term.yield_, ir.Amount.FRACTION: Term.fraction, ir.Amount.HEIGHT: Term.height}


@dataclass(slots=True)
class Terms:
    """Makes the terms of one fit: names are unique in it."""

    pool: Pool
    amount: ir.Amount
    curve: bool
    bag: Bag
    places: dict[str, Span] = field(default_factory=dict)

    def density(self, here: Instance) -> ir.Density | None:
        """The density of a term, under the term's name."""
        first = self.places.setdefault(here.name, here.label.span if here.label else here.head)
        if first is not (here.label.span if here.label else here.head):
            help = f"give each a name: `{here.keyword}(:name) {_shape(here).word} do`"
            self.bag.add(codes.DUPLICATE_BLOCK, f"two terms of the fit are called `{here.name}`", here.head, related=(Label(first, "the first one"),), help=help)
            return None
        shape = _shape(here)
        if self.curve and not shape.curve:
            self.bag.add(fits.SHAPE_MISMATCH, f"`{shape.word}` is a density, and no curve through points", here.head, help="a curve or surface is a `formula`, or another shape that is one")
            return None
        if shape.dimensions not in (0, len(self.pool.axes)):
            message = f"`{shape.word}` is a shape of {_observables(shape.dimensions)}, and the fit has {_observables(len(self.pool.axes))}"
            self.bag.add(fits.SHAPE_MISMATCH, message, here.head, help="a fit of two observables has a `range_y`")
            return None
        found = self._density(here, here.name, here.name)
        resolutions = [child for child in here.children if child.keyword == Convolve.keyword]
        if self.curve and resolutions:
            self.bag.add(fits.SHAPE_MISMATCH, "only a density can be convolved, and no curve through points", resolutions[0].head, help="a Breit-Wigner with a Gaussian resolution is a `voigtian`")
            return None
        for second in resolutions[1:]:
            self.bag.add(codes.DUPLICATE_BLOCK, "a term has one `convolve`", second.head, help="two Gaussian resolutions are one: their squares add")
        if resolutions and found is not None:
            resolution = self._density(resolutions[0], f"{here.name}_resolution", f"{here.name}.resolution")
            if resolution is None:
                return None
            return ir.Density(name=found.name, shape=found.shape, parameters=found.parameters, settings=found.settings, formula=found.formula, resolution=resolution)
        return found

    def _density(self, here: Instance, name: str, written: str) -> ir.Density | None:
        shape = _shape(here)
        settings = {entry.field.name: _setting(entry) for entry in here.entries if not isinstance(entry.field, (Floating, Formula))}
        if any(value is None for value in settings.values()):
            self._bad_settings(here)
            return None
        wanted = self._wanted(shape, settings, here)
        values = {entry.field.name: entry for entry in here.entries if isinstance(entry.field, Floating) and entry.field in shape.fields.values()}
        for unwanted in set(values) - set(wanted):
            entry = values[unwanted]
            help = f"this one has {', '.join(f'`{each}`' for each in wanted)}" if wanted else "this one has no parameters"
            self.bag.add(codes.UNKNOWN_FIELD, f"`{shape.word}` has no `{unwanted}` here", entry.key.span, help=help)
        made: list[tuple[str, str]] = []
        for role in wanted:
            entry_ = values.get(role)
            field_ = cast("Floating", shape.fields[role])
            if "c0" in wanted:
                field_ = replace(field_, low=None, high=None)  # coefficients have the scale of the data, which nobody knows yet
            name_ = self.pool.add(f"{name}_{role}", f"{written}.{role}", field_, None if entry_ is None else entry_.value, here.head if entry_ is None else entry_.key.span)
            made.append((role, name_))
        formula = None
        if shape.free is not None:
            for entry in here.entries:
                if entry.field is shape.free:
                    role = entry.key.name
                    made.append((role, self.pool.add(f"{name}_{role}", f"{written}.{role}", cast("Floating", shape.free), entry.value, entry.key.span)))
            formula = self._formula(here, dict(made))
            if formula is None:
                return None
        return ir.Density(name=name, shape=shape.word, parameters=tuple(made), settings=tuple(sorted(settings.items())), formula=formula)

    def _wanted(self, shape: type[Shape], settings: dict[str, Any], here: Instance) -> tuple[str, ...]:
        wanted = shape.parameters(settings)
        return ("c0", *wanted) if self.curve and "c0" in shape.fields and not here.entry(Term.height) else wanted

    def _formula(self, here: Instance, roles: dict[str, str]) -> ir.Formula | None:
        entry = next((entry for entry in here.entries if isinstance(entry.field, Formula)), None)
        if entry is None:
            return None
        known: dict[str, tuple[str, Dimension]] = {role: (name, self.pool.dims[name]) for role, name in roles.items()}
        read = Reader(known, self.bag, observables=len(self.pool.axes), checked=False).read(entry.value)
        if read is None:
            return None
        idle = [role for role in roles if roles[role] not in ir.used(read[0])]
        for role in idle:
            place = next(entry.key.span for entry in here.entries if entry.key.name == role)
            self.bag.add(fits.SHAPE_MISMATCH, f"`{role}` is a parameter, and the density does not use it", place, help="remove the line, or use it")
        return read[0]

    def _bad_settings(self, here: Instance) -> None:
        for entry in here.entries:
            if isinstance(entry.field, Line) and _setting(entry) is None:
                self.bag.add(codes.BAD_VALUE, f"`{entry.field.name}` names a file and what is in it", entry.statement.span, help=f"write `{entry.field.usage}`")

    def amount_of(self, here: Instance, terms: int, last: bool, sample: str) -> str:
        """The parameter that says how much of a term there is, in a sample of this name; empty if none does."""
        for amount, field_ in AMOUNTS.items():
            entry = here.entry(field_)
            if entry is not None and amount is not self.amount:
                self.bag.add(fits.AMOUNT_MISMATCH, f"this fit has no `{field_.name}`", entry.key.span, help=_instead(self.amount))
        entry = here.entry(AMOUNTS[self.amount]) if self.amount in AMOUNTS else None
        if self.amount is ir.Amount.NONE:
            return ""
        if self.amount is ir.Amount.FRACTION and last:
            if entry is not None:
                self.bag.add(fits.AMOUNT_MISMATCH, "the last term has what the others leave", entry.key.span, help="remove its `fraction`")
            return ""
        if self.amount is ir.Amount.HEIGHT and entry is None and _shape(here).own_height:
            return ""
        prefix = {ir.Amount.YIELD: "n", ir.Amount.FRACTION: "f", ir.Amount.HEIGHT: "h"}[self.amount]
        name = "_".join(part for part in (prefix, here.name, sample) if part)
        written = ".".join(part for part in (sample, here.name, self.amount.value) if part)
        return self.pool.add(name, written, AMOUNTS[self.amount], None if entry is None else entry.value, here.head if entry is None else entry.key.span, start=1 / terms)


def _instead(amount: ir.Amount) -> str:
    return {
        ir.Amount.YIELD: "an extended fit or a chi2 fit has yields: write `yield 1000`",
        ir.Amount.FRACTION: "a likelihood that is not extended has fractions: write `fraction 0.3`, or leave `method` away",
        ir.Amount.HEIGHT: "a curve has heights: write `height 100`",
        ir.Amount.NONE: "the fit has one term, and all entries are its own",
    }[amount]


def _shape(here: Instance) -> type[Shape]:
    shape = cast("type[Shaped]", here.construct).shape
    assert shape is not None
    return shape


def _observables(number: int) -> str:
    return f"{number} observable{'s' * (number > 1)}"


def _setting(entry: Entry) -> Any:
    """The value of a setting as plain data: a number, or the texts of a `data` line."""
    if isinstance(entry.value, Measure):
        return int(entry.value.value) if isinstance(entry.field, Number) and entry.field.whole else entry.value.value
    if isinstance(entry.field, Line):
        return _texts(entry.value, entry.field.keys)
    return entry.value


def _texts(arguments: Sequence[ast.Argument], keys: Sequence[str]) -> tuple[tuple[str, str], ...] | None:
    found = {argument.key.name if argument.key else "file": argument.value for argument in arguments}
    if set(found) != {"file", *keys} or not all(isinstance(value, ast.String) for value in found.values()):
        return None
    return tuple((name, value.value) for name, value in found.items() if isinstance(value, ast.String))
