"""The parameters of a fit: start, limits, unit, constraint; or the formula that takes their place.

In: a `Floating` field and what was written, the axes. Out: `Parameter`s in an order in which each comes after what its formula uses, or diagnostics. Default starts are multiples of
the range (`constructs.fields.Of`). No formula is evaluated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dsl4bes.constructs.base import Floated
from dsl4bes.constructs.fields import Floating, Number, Of
from dsl4bes.constructs.measures import factor_of, measure
from dsl4bes.constructs.ranges import lone_unit
from dsl4bes.constructs.words import did_you_mean, listed, respelled
from dsl4bes.diagnostics.codes import fits
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.diagnostics.model import Bag
from dsl4bes.ir.fitting import Axis, Parameter, used
from dsl4bes.ir.types import NUMBER, Dimension
from dsl4bes.physics.units import base_word, find_unit
from dsl4bes.resolve.fitting.formulas import Reader
from dsl4bes.source import Span
from dsl4bes.syntax import ast

OPTIONS = ("range", "fixed", "constraint")


@dataclass(slots=True)
class Pool:
    """The parameters of one fit, in the order they were found; formulas are read when all are known."""

    axes: Sequence[Axis]
    dimensions: Sequence[Dimension]
    bag: Bag
    found: dict[str, Parameter]
    dims: dict[str, Dimension]
    pending: list[tuple[str, ast.Expr]]

    def add(self, name: str, written: str, field: Floating, value: Floated | None, place: Span, *, start: float | None = None) -> str:
        """A parameter of this field; its name. `start` stands in place of the field's own."""
        dimension = self._dimension(field, value)
        self.dims[name] = dimension
        made = self.found[name] = self._default(name, written, field, dimension, start)
        if value is None:
            return name
        options = self._options(value)
        number = Number(dimension=dimension, bare=base_word(dimension), doc=field.doc, name=field.name, usage=field.usage)
        if not isinstance(value.value.operand if isinstance(value.value, ast.Negative) else value.value, ast.Number):
            for word, _ in value.options:
                self.bag.add(codes.UNEXPECTED_ARGUMENT, f"a parameter that follows others has no `{word.name}:`", word.span, help="give it to the parameter that floats")
            self.pending.append((name, value.value))
            self.found[name] = replace(made, span=place)
            return name
        first = measure(number, value.value, self.bag)
        limits = self._limits(number, options.get("range"))
        fixed = self._fixed(options.get("fixed"))
        error = measure(number, options["constraint"], self.bag) if "constraint" in options else None
        if first is None:
            return name
        if error is not None and error.value <= 0:
            self.bag.add(codes.VALUE_OUT_OF_RANGE, f"a constraint of {error.text} is none", options["constraint"].span, help="a constraint is a standard deviation above 0; `fixed: true` holds a parameter")
            error = None
        if limits is not None and not limits[0] <= first.value <= limits[1]:
            self.bag.add(fits.START_OUTSIDE, f"`{written}` starts at {first.text}, outside its range", value.value.span, help="a start value lies within the limits")
        low, high = limits or _around(first.value, made)
        self.found[name] = replace(
            made, value=first.value, low=low, high=high, fixed=fixed or (field.fixed and limits is None), per_entry=False, constraint=None if error is None else (first.value, error.value), span=place
        )
        return name

    def _dimension(self, field: Floating, value: Floated | None) -> Dimension:
        if field.power is not None:
            return self.dimensions[field.axis] ** field.power
        number = value.value if value is not None else None
        number = number.operand if isinstance(number, ast.Negative) else number
        unit = find_unit(number.unit.name) if isinstance(number, ast.Number) and number.unit else None
        return unit.dimension if unit else NUMBER

    def _default(self, name: str, written: str, field: Floating, dimension: Dimension, start: float | None) -> Parameter:
        axis = self.axes[field.axis]
        low, scale = axis.low, axis.high - axis.low
        share = field.start if start is None else start

        def at(multiple: float | None) -> float | None:
            if multiple is None:
                return None
            return {Of.PLACE: low + multiple * scale, Of.WIDTH: multiple * scale, Of.INVERSE: multiple / scale ** abs(field.power or 1)}.get(field.of, multiple)

        value = at(share)
        assert value is not None
        return Parameter(
            name=name, written=written, doc=field.doc, unit=base_word(dimension), value=value, low=at(field.low), high=at(field.high), per_entry=field.of in (Of.ENTRIES, Of.HEIGHT), fixed=field.fixed
        )  # fmt: skip

    def _options(self, value: Floated) -> dict[str, ast.Expr]:
        found: dict[str, ast.Expr] = {}
        for word, option in value.options:
            if word.name not in OPTIONS:
                help = did_you_mean(word.name, OPTIONS, f"there are {listed(f'{option}:' for option in OPTIONS)}")
                self.bag.add(codes.UNEXPECTED_ARGUMENT, f"a parameter knows no `{word.name}:`", word.span, help=help, fixes=respelled(word.name, word.span, OPTIONS))
            found[word.name] = option
        return found

    def _limits(self, number: Number, value: ast.Expr | None) -> tuple[float, float] | None:
        if value is None:
            return None
        if not isinstance(value, ast.Range):
            self.bag.add(codes.BAD_VALUE, "`range:` takes a range, `a..b`", value.span, help=f"write `{number.name} 1, range: 0..2`")
            return None
        low, high = measure(number, value.low, self.bag), measure(number, value.high, self.bag)
        if low is None or high is None:
            return None
        both = lone_unit(value, lambda end: factor_of(number, end, self.bag))
        if both is not None:
            self.bag.add(codes.UNIT_AT_ONE_END, f"the range of `{number.name}` has its unit at one end only", value.span, help=f"write `{both}`")
            return None
        if low.value >= high.value:
            self.bag.add(codes.REVERSED_RANGE, f"the range begins at {low.text} and ends at {high.text}", value.span, help="limits rise; `fixed: true` holds a parameter at its value")
            return None
        return low.value, high.value

    def _fixed(self, value: ast.Expr | None) -> bool:
        if value is None:
            return False
        if not isinstance(value, ast.Boolean):
            self.bag.add(codes.BAD_VALUE, "`fixed:` takes `true` or `false`", value.span, help="write `fixed: true`")
            return False
        return value.value

    def finished(self) -> tuple[Parameter, ...]:
        """All parameters, their formulas read, in an order in which they can be made."""
        known = {parameter.written: (name, self.dims[name]) for name, parameter in self.found.items()}
        for name, value in self.pending:
            read = Reader(known, self.bag).read(value)
            if read is None:
                continue
            if read[1] != self.dims[name]:
                wanted = base_word(self.dims[name]) or "a plain number"
                self.bag.add(codes.UNIT_MISMATCH, f"`{self.found[name].written}` is in {wanted}, and this is in {base_word(read[1]) or 'no unit'}", value.span)
            self.found[name] = replace(self.found[name], formula=read[0], fixed=False, low=None, high=None, per_entry=False)
        return tuple(self._ordered())

    def _ordered(self) -> Iterable[Parameter]:
        waiting = dict(self.found)
        made: set[str] = set()
        while waiting:
            ready = [name for name, parameter in waiting.items() if parameter.formula is None or set(used(parameter.formula)) <= made]
            if not ready:
                first = next(iter(waiting.values()))
                self.bag.add(fits.CIRCULAR_PARAMETERS, f"`{first.written}` is, over others, a formula of itself", first.span, help="one of them must be a number")
                return
            for name in ready:
                made.add(name)
                yield waiting.pop(name)


def pool(axes: Sequence[Axis], dimensions: Sequence[Dimension], bag: Bag) -> Pool:
    """An empty pool."""
    return Pool(axes, dimensions, bag, {}, {}, [])


def _around(value: float, default: Parameter) -> tuple[float | None, float | None]:
    """The limits of a parameter that says where it starts and nothing else: the usual ones, moved so that the start lies well inside."""
    low, high = default.low, default.high
    if low is None or high is None:
        return low, high
    if default.per_entry:
        return (0.0 if value >= 0 else 10 * value), max(10 * abs(value), 100.0)
    if low < value < high:
        return low, high
    if low > 0 and value < 0:
        return -high, -low
    if low > 0:
        return min(low, value / 10), max(high, value * 10)
    reach = max(high - low, 2 * abs(value))
    return min(low, value - reach), max(high, value + reach)


