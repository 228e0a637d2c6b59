"""A `fit` block → `ir.fitting.Fit`.

In: a shaped instance, the tuples of the program. Out: the fit, or None after diagnostics. Which kind of fit it is (density, curve, surface) follows from data and ranges alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dsl4bes.constructs.base import SAMPLE, Chosen, Entry, Instance, Measure
from dsl4bes.constructs.fields import Number
from dsl4bes.constructs.fit import Fit as FitBlock
from dsl4bes.constructs.fit_terms import Sample as SampleBlock
from dsl4bes.constructs.fit_terms import Term as TermBlock
from dsl4bes.constructs.measures import measure
from dsl4bes.diagnostics.codes import fits as codes
from dsl4bes.diagnostics.codes import shape
from dsl4bes.diagnostics.model import Bag, Label
from dsl4bes.ir import fitting as ir
from dsl4bes.ir.types import NUMBER, Dimension
from dsl4bes.physics.units import base_word, dimension_name, find_unit
from dsl4bes.resolve.fitting.data import Tuples, data
from dsl4bes.resolve.fitting.parameters import pool
from dsl4bes.resolve.fitting.ranges import dimension_of, inside, intervals, without
from dsl4bes.resolve.fitting.terms import Terms
from dsl4bes.source import Span
from dsl4bes.syntax import ast

BINS = 100  #: of the picture and of its chi2


def fits(instances: Sequence[Instance], tuples: Tuples, bag: Bag) -> tuple[ir.Fit, ...]:
    """All fits of a program."""
    found: list[ir.Fit] = []
    places: dict[str, Span] = {}
    for here in instances:
        if here.label is None:
            continue
        if here.name in places:
            bag.add(shape.DUPLICATE_BLOCK, f"two fits are called `{here.name}`", here.label.span, related=(Label(places[here.name], "the first one"),))
            continue
        places[here.name] = here.label.span
        made = _fit(here, tuples, bag)
        found += [] if made is None else [made]
    return tuple(found)


def _fit(here: Instance, tuples: Tuples, bag: Bag) -> ir.Fit | None:
    before = bag.errors
    seed = _number(here, FitBlock.seed, 1)
    sources = _sources(here, tuples, int(seed), bag)
    axes = _axes(here, sources, bag)
    if axes is None or sources is None or bag.errors > before:
        return None
    dimensions = tuple(dimension for _, dimension in axes)
    _units_of_tuples(here, tuples, dimensions[0], bag)
    _observables(here, sources, len(axes), bag)
    as_curve = len(axes) == 1 and _as_curve(here, sources, bag)
    curve = as_curve or len(axes) > 1 or _points(sources)
    method = _method(here, sources, curve, bag)
    amount = _amount(here, method, curve)
    parameters = pool([axis for axis, _ in axes], dimensions, bag)
    terms = Terms(parameters, amount, curve, bag)
    samples = _samples(here, sources, terms, bag)
    made = parameters.finished()
    sidebands = _sidebands(here, axes[0], bag)
    _asked(here, samples, {parameter.name: parameter for parameter in made}, curve, method, bag)
    if curve:
        _asked_of_curve(here, len(axes), sources, bag)
    if bag.errors == before and not any(parameter.floats for parameter in made):
        bag.add(codes.FIT_WITHOUT_TERMS, "every parameter of the fit is fixed", here.head, help="let one float: remove a `fixed: true`")
    intervals_, band, at, branching = _levels(here, FitBlock.intervals, bag), _levels(here, FitBlock.band, bag), _places(here, axes[0], bag), _branching(here, bag)
    if bag.errors > before:
        return None
    return ir.Fit(
        name=here.name, axes=tuple(axis for axis, _ in axes), samples=samples, parameters=made, amount=amount, method=method, binned=bool(here.get(FitBlock.binned)),
        minos=_word(here, FitBlock.errors) == "minos", sidebands=sidebands, intervals=intervals_, band=band, at=at, as_curve=as_curve,
        upper_limit=_number(here, FitBlock.upper_limit, 0.0) or None, significance=bool(here.get(FitBlock.significance)), branching=branching, toys=int(_number(here, FitBlock.toys, 0)), seed=int(seed),
        report=_report(here), span=here.span,
    )  # fmt: skip


# --- data ---------------------------------------------------------------------------------------------------------------

Source = tuple[str, ir.Data, tuple[Instance, ...]]  #: name of the sample, its data, its own terms


def _sources(here: Instance, tuples: Tuples, seed: int, bag: Bag) -> list[Source] | None:
    samples = [child for child in here.children if child.keyword == SAMPLE]
    own = here.entry(FitBlock.data)
    if samples and own is not None:
        bag.add(shape.DUPLICATE_FIELD, "a fit has `data` of its own or in its samples", own.key.span, help="move it into a `sample`")
        return None
    if not samples and own is None:
        bag.add(codes.FIT_WITHOUT_DATA, "the fit does not say where its entries are", here.head, help=f"add `{FitBlock.data.usage}`")
        return None
    if own is not None:
        found = data(own.value, tuples, seed, bag, own.statement.span)
        return None if found is None else [("", found, ())]
    made: list[Source] = []
    places: dict[str, Span] = {}
    for number, sample in enumerate(samples):
        if sample.label is None or (entry := sample.entry(SampleBlock.data)) is None:
            return None  # reported
        if sample.name in places:
            bag.add(shape.DUPLICATE_BLOCK, f"two samples are called `{sample.name}`", sample.label.span, related=(Label(places[sample.name], "the first one"),))
            return None
        places[sample.name] = sample.label.span
        found = data(entry.value, tuples, seed + number, bag, entry.statement.span)
        if found is None:
            return None
        made.append((sample.name, found, sample.children))
    drawn = [sample for sample, (_, source, _) in zip(samples, made, strict=True) if isinstance(source, ir.GeneratedData)]
    if drawn and len(drawn) < len(samples):
        bag.add(codes.DATA_MISMATCH, f"the entries of `{drawn[0].name}` are generated, and those of other samples are not", drawn[0].head, help="generate all samples, or none")
        return None
    return made


def _observables(here: Instance, sources: list[Source], axes: int, bag: Bag) -> None:
    """Whether the data have as many observables as the fit."""
    if axes == 1:
        return
    for owner in (here, *(child for child in here.children if child.keyword == SAMPLE)):
        entry = owner.entry(FitBlock.data) or owner.entry(SampleBlock.data)
        source = next((data for name, data, _ in sources if name == ("" if owner is here else owner.name)), None)
        if entry is not None and source is not None and not isinstance(source, ir.HistogramData):
            message = "a fit of two observables takes a histogram of two, and these data have one observable"
            bag.add(codes.DATA_MISMATCH, message, entry.statement.span, help='write `data "file.root", histogram: "h"`, or remove `range_y`')


def _points(sources: Sequence[Source]) -> bool:
    """Whether the data are points with errors."""
    return any(isinstance(source, (ir.GraphData, ir.PointsData)) for _, source, _ in sources)


def _units_of_tuples(here: Instance, tuples: Tuples, dimension: Dimension, bag: Bag) -> None:
    """The unit of the range against that of the branch."""
    for owner in (here, *(child for child in here.children if child.keyword == SAMPLE)):
        entry = owner.entry(FitBlock.data) or owner.entry(SampleBlock.data)
        keyed = {argument.key.name: argument.value for argument in entry.value if argument.key} if entry else {}
        if "ntuple" not in keyed:
            continue
        name, branch = (value.value if isinstance(value, ast.String) else getattr(value, "name", "") for value in (keyed["ntuple"], keyed["branch"]))
        unit = tuples.get(name, {}).get(branch)
        if unit is not None and unit != base_word(dimension):
            message = f"`{branch}` is in {unit or 'no unit'}, and the range of the fit is {dimension_name(dimension)}"
            place = here.entry(FitBlock.range)
            bag.add(shape.UNIT_MISMATCH, message, place.statement.span if place else here.head, help=f"write the range in {unit}" if unit else "write the range without a unit")


# --- ranges -------------------------------------------------------------------------------------------------------------


def _axes(here: Instance, sources: list[Source] | None, bag: Bag) -> list[tuple[ir.Axis, Dimension]] | None:
    entry = here.entry(FitBlock.range)
    if entry is None or sources is None:
        return None
    bins = int(_number(here, FitBlock.bins, BINS))
    name = _observable(sources[0][1])
    title = here.entry(FitBlock.title)
    first = _axis(here, entry, name, title.value.name if title else "", bins, bag)
    if first is None:
        return None
    second = here.entry(FitBlock.range_y)
    if second is None:
        return [first]
    other = _axis(here, second, "y", "", bins, bag)
    return None if other is None else [first, other]


def _axis(here: Instance, entry: Entry, name: str, title: str, bins: int, bag: Bag) -> tuple[ir.Axis, Dimension] | None:
    dimension = dimension_of(entry.value)
    ranges = intervals(entry.field, entry.value, dimension, bag, entry.statement.span)
    if ranges is None:
        return None
    whole = ranges[0][0], ranges[-1][1]
    left = here.entry(FitBlock.exclude) if entry.field is FitBlock.range else None
    if left is not None:
        windows = intervals(left.field, left.value, dimension, bag, left.statement.span)
        if windows is None:
            return None
        for low, high in windows:
            if high <= whole[0] or low >= whole[1]:
                bag.add(codes.WINDOW_OUTSIDE, "the window that is left out lies outside the range", left.statement.span, help="it changes nothing: remove it, or mend it")
                return None
        ranges = without(ranges, windows)
        if not ranges:
            bag.add(codes.WINDOW_OUTSIDE, "nothing of the range is left", left.statement.span, help="leave out less")
            return None
        whole = ranges[0][0], ranges[-1][1]
    unit = base_word(dimension)
    axis = ir.Axis(name=name, title=title or (f"{name} ({unit})" if unit else name), unit=unit, low=whole[0], high=whole[1], ranges=ranges, bins=bins)
    return axis, dimension


def _observable(source: ir.Data) -> str:
    if isinstance(source, ir.TreeData):
        return source.branch
    return source.column if isinstance(source, ir.ColumnData) and not source.column.startswith("#") else "x"


def _sidebands(here: Instance, first: tuple[ir.Axis, Dimension], bag: Bag) -> ir.Sidebands | None:
    entry = here.entry(FitBlock.sidebands)
    if entry is None:
        return None
    axis, dimension = first
    found = intervals(entry.field, entry.value, dimension, bag, entry.statement.span)
    then = next((argument.value for argument in entry.value if argument.key is not None), None)
    word = then.name if isinstance(then, (ast.Symbol, ast.Name)) else "start" if then is None else ""
    if word not in ("start", "fixed"):
        bag.add(shape.UNKNOWN_OPTION, "`then:` takes `:start` or `:fixed`", then.span if then else entry.key.span, help="`:fixed` holds the shapes of the backgrounds at what the side bands give")
    if found is not None and not inside(found, (axis.low, axis.high)):
        bag.add(codes.WINDOW_OUTSIDE, "a side band lies outside the range of the fit", entry.statement.span, help="side bands are parts of the range")
    if not any(child.keyword == "background" for child in here.children):
        bag.add(codes.NOTHING_ASKED, "side bands need a `background`", entry.statement.span, help="name the terms that are fitted there `background`")
    return None if found is None else ir.Sidebands(ranges=found, fixed=word == "fixed")


# --- terms --------------------------------------------------------------------------------------------------------------


def _samples(here: Instance, sources: list[Source], terms: Terms, bag: Bag) -> tuple[ir.Sample, ...]:
    shared = [child for child in here.children if issubclass(child.construct, TermBlock)]
    densities: dict[int, ir.Density | None] = {}

    def made(instance: Instance) -> ir.Density | None:
        if id(instance) not in densities:
            densities[id(instance)] = terms.density(instance)
        return densities[id(instance)]

    found: list[ir.Sample] = []
    for name, source, own in sources:
        mine = [*shared, *(child for child in own if issubclass(child.construct, TermBlock))]
        if not mine:
            where = f"the sample `{name}`" if name else "the fit"
            bag.add(codes.FIT_WITHOUT_TERMS, f"{where} has no term", here.head, help="add `signal gaussian do ... end`")
            continue
        parts: list[ir.Term] = []
        alone = len(mine) == 1 and terms.amount is ir.Amount.FRACTION
        for place, instance in enumerate(mine):
            density = made(instance)
            if density is None:
                continue
            amount = "" if alone else terms.amount_of(instance, len(mine), place == len(mine) - 1, name)
            parts.append(ir.Term(name=instance.name, role=ir.Role(instance.keyword), density=density, amount=amount))
        found.append(ir.Sample(name=name, data=source, terms=tuple(parts)))
    return tuple(found)


# --- method and what is asked ---------------------------------------------------------------------------------------------


def _method(here: Instance, sources: list[Source], curve: bool, bag: Bag) -> ir.Method:
    entry = here.entry(FitBlock.method)
    points = curve and _points(sources)
    if entry is None:  # a surface has counts, often few in a bin: their chi2 would be far off
        return ir.Method.CHI2 if points else ir.Method.EXTENDED_LIKELIHOOD
    method = ir.Method(entry.value.name)
    if points and method is not ir.Method.CHI2:
        bag.add(codes.DATA_MISMATCH, "points with errors have a chi2, and no likelihood", entry.statement.span, help="remove `method`, or write `method :chi2`")
    return method


def _amount(here: Instance, method: ir.Method, curve: bool) -> ir.Amount:
    if curve:
        return ir.Amount.HEIGHT
    return ir.Amount.FRACTION if method is ir.Method.LIKELIHOOD else ir.Amount.YIELD


def _asked(here: Instance, samples: Sequence[ir.Sample], parameters: Mapping[str, ir.Parameter], curve: bool, method: ir.Method, bag: Bag) -> None:
    """What is asked of the result, against what the fit has."""
    signals = [term for sample in samples for term in sample.terms if term.role is ir.Role.SIGNAL]
    held = next((parameters[term.amount] for term in signals if term.amount in parameters and not parameters[term.amount].floats), None)
    for field in (FitBlock.upper_limit, FitBlock.significance, FitBlock.branching_fraction):
        entry = here.entry(field)
        if entry is not None and (not signals or curve or method is ir.Method.LIKELIHOOD):
            help = "it is asked of the yield of a `signal` in an extended fit or a chi2 fit"
            bag.add(codes.NOTHING_ASKED, f"this fit has no yield of a signal for `{field.name}`", entry.statement.span, help=help)
        elif entry is not None and held is not None:
            bag.add(codes.NOTHING_ASKED, f"`{held.written}` does not float, and `{field.name}` asks for it", entry.statement.span, help="let the yield float: a start value without `fixed: true`")
    toys = here.entry(FitBlock.toys)
    if toys is not None and curve:
        bag.add(codes.NOTHING_ASKED, "data sets are drawn from a density, and this fit is a curve", toys.statement.span, help="remove `toys`")


def _asked_of_curve(here: Instance, axes: int, sources: list[Source], bag: Bag) -> None:
    """What makes no sense for points or a surface."""
    points = _points(sources)
    what = "points with errors" if points else "a fit of two observables"
    for field, wrong, why in (
        (FitBlock.binned, True, "are not put into bins" if points else "has the bins of its histogram"),
        (FitBlock.bins, True, "have no bins" if points else "has the bins of its histogram"),
        (FitBlock.sidebands, axes > 1, "has no side bands"),
        (FitBlock.band, axes > 1, "has no band: that is drawn along one observable"),
    ):
        entry = here.entry(field)
        if entry is not None and wrong:
            bag.add(codes.NOTHING_ASKED, f"{what} {why}", entry.statement.span, help=f"remove `{field.name}`")


def _as_curve(here: Instance, sources: list[Source], bag: Bag) -> bool:
    entry = here.entry(FitBlock.curve)
    if entry is None or not entry.value:
        return False
    if not all(isinstance(source, ir.HistogramData) for _, source, _ in sources):
        points = _points(sources)
        help = "points with errors are one already: remove `curve`" if points else "fill a histogram first, or remove `curve`"
        bag.add(codes.DATA_MISMATCH, "`curve` is for the bins of a histogram", entry.statement.span, help=help)
    return True


def _places(here: Instance, first: tuple[ir.Axis, Dimension], bag: Bag) -> tuple[float, ...]:
    """The places of `band ..., at:`."""
    axis, dimension = first
    entry = here.entry(FitBlock.band)
    number = Number(dimension=dimension, bare=base_word(dimension), doc="a place in the range", name="at", usage=FitBlock.band.usage)
    found: list[float] = []
    for argument in entry.value if entry else ():
        if argument.key is None:
            continue
        for value in argument.value.items if isinstance(argument.value, ast.ListOf) else (argument.value,):
            read = measure(number, value, bag)
            if read is not None and not axis.low <= read.value <= axis.high:
                bag.add(codes.WINDOW_OUTSIDE, f"{read.text} lies outside the range of the fit", value.span, help="`at:` names places within the range")
            found += [] if read is None else [read.value]
    return tuple(found)


def _branching(here: Instance, bag: Bag) -> ir.Branching | None:
    entry = here.entry(FitBlock.branching_fraction)
    if entry is None:
        return None
    found = {"error": 0.0, "intermediate": 1.0}
    for argument in entry.value:
        value = argument.value
        name = argument.key.name if argument.key else ""
        share = name != "events"
        if not name or not isinstance(value, ast.Number) or (value.unit is not None and not (share and value.unit.name == "%")):
            bag.add(shape.BAD_VALUE, "a branching fraction is made of numbers", argument.span, help=f"write `{FitBlock.branching_fraction.usage}`")
            return None
        number = value.value / (100 if value.unit else 1)
        if number < 0 or (number == 0 and name != "error") or (share and number > 1):
            bag.add(shape.VALUE_OUT_OF_RANGE, f"`{name}:` cannot be {value.span.text}", value.span, help="efficiencies and branching fractions lie between 0 and 1" if share else "a number of events")
            return None
        found[name] = number
    for needed in ("events", "efficiency"):
        if needed not in found:
            bag.add(shape.MISSING_FIELD, f"`branching_fraction` needs `{needed}:`", entry.statement.span, help=f"write `{FitBlock.branching_fraction.usage}`")
            return None
    return ir.Branching(**found)


def _levels(here: Instance, field: object, bag: Bag) -> tuple[float, ...]:
    entry = next((entry for entry in here.entries if entry.field is field), None)
    found: list[float] = []
    for argument in entry.value if entry else ():
        if argument.key is not None and argument.key.name == "at":
            continue
        value = argument.value
        unit = find_unit(value.unit.name) if isinstance(value, ast.Number) and value.unit else None
        if not isinstance(value, ast.Number) or argument.key is not None or (value.unit and (unit is None or unit.dimension != NUMBER)):
            bag.add(shape.BAD_VALUE, "a confidence level is a share", argument.span, help="write for example `68.3 %, 95 %`")
            continue
        level = round(value.value / (100 if unit else 1), 12)
        if not 0.01 <= level < 1:
            help = f"write `{value.text} %`" if value.unit is None and 1 <= value.value < 100 else "levels lie between 1 % and 100 %"
            bag.add(shape.VALUE_OUT_OF_RANGE, f"a confidence level cannot be {value.span.text}", value.span, help=help)
            continue
        found.append(level)
    return tuple(found)


def _report(here: Instance) -> frozenset[ir.Report]:
    words = here.get(FitBlock.report)
    return frozenset({ir.Report.YIELD, ir.Report.CHI2_NDF}) if words is None else frozenset(ir.Report(word.name) for word in words)


def _number(here: Instance, field: object, default: float) -> float:
    value = next((entry.value for entry in here.entries if entry.field is field), None)
    return value.value if isinstance(value, Measure) else default


def _word(here: Instance, field: object) -> str:
    value = next((entry.value for entry in here.entries if entry.field is field), None)
    return value.name if isinstance(value, Chosen) else ""
