"""Fits of points with errors and of histograms of two observables: functions of ROOT (`TF1`, `TF2`) fitted by chi2 or by the likelihood of counts.

In: a `Fit` that is a curve or a surface. Out: the sections of its macro. Parameters have the same numbers in all functions; one that follows others is written out where it is used.
"""

from __future__ import annotations

from collections.abc import Iterable

from dsl4bes.ir import fitting as ir
from dsl4bes.macro.model import (
    Argument,
    Call,
    Do,
    Flag,
    Macro,
    Make,
    Many,
    Number,
    Ref,
    Section,
    Statement,
    Take,
    Text,
    Times,
    Whole,
    numbers,
    texts,
)
from dsl4bes.macro.names import Names
from dsl4bes.macro.shapes.curves import curve, written_out

CURVE, REPORT = "curve", "report"


class CurveFit:
    """Lowers one fit."""

    def __init__(self, fit: ir.Fit) -> None:
        self.fit = fit
        self.names = Names()
        self.names.fresh(CURVE)
        self.surface = len(fit.axes) > 1
        self.support: set[str] = {"curve", "report_curve"}
        self.free = [parameter for parameter in fit.parameters if parameter.formula is None]
        self.written: dict[str, str] = {parameter.name: f"[{number}]" for number, parameter in enumerate(self.free)}
        for parameter in fit.parameters:
            if parameter.formula is not None:
                self.written[parameter.name] = written_out(parameter.formula, self.written)

    def macro(self, source: str) -> Macro:
        sections = [self._data(), self._parameters(), self._model()]
        if self.fit.sidebands is not None:
            sections.append(self._sidebands(self.fit.sidebands))
        sections += [self._minimum(), self._asked()]
        return Macro(self.fit.name, source, tuple(sections), tuple(sorted(self.support)))

    # --- data and parameters ---------------------------------------------------------------------------------------------

    def _data(self) -> Section:
        made: list[Statement] = []
        for sample in self.fit.samples:
            name = self._name("data", sample)
            made.append(Take(name, "Points", self._read(sample.data), plain=True))
            made.append(Take(self._name("largest", sample), "double", Call("", "largest_in", (Ref(name),)), plain=True))
        return Section("The data", tuple(made))

    def _name(self, what: str, sample: ir.Sample) -> str:
        return self.names(f"{what} {sample.name}") if sample.name else what

    def _read(self, source: ir.Data) -> Call:
        ranges = [_ranges(axis.ranges) for axis in self.fit.axes]
        if isinstance(source, ir.HistogramData) and not self.surface:
            self.support.add("read_bins")
            return Call("", "read_bins", (Text(source.file), Text(source.histogram), *ranges, Flag(self._counts)))
        if isinstance(source, ir.HistogramData):
            self.support.add("read_surface")
            return Call("", "read_surface", (Text(source.file), Text(source.histogram), *ranges, Flag(self._counts)))
        if isinstance(source, ir.GraphData):
            self.support.add("read_graph")
            return Call("", "read_graph", (Text(source.file), Text(source.graph), *ranges))
        assert isinstance(source, ir.PointsData)
        self.support.add("read_points")
        return Call("", "read_points", (Text(source.file), *(Text(column) for column in (source.x, source.y, source.low, source.high, source.error_x)), *ranges))

    @property
    def _counts(self) -> bool:
        return self.fit.method is not ir.Method.CHI2

    def _parameters(self) -> Section:
        owners: dict[str, ir.Sample] = {}
        for sample in self.fit.samples:
            for term in sample.terms:
                for name in (term.amount, *(name for _, name in term.density.parameters)):
                    owners.setdefault(name, sample)
        made: list[Statement] = [Make(CURVE, "Curve", (Text(self.fit.name),))]
        for parameter in self.free:
            made += self._parameter(parameter, owners)
        return Section("The parameters, in the order of their numbers in the functions", tuple(made))

    def _parameter(self, parameter: ir.Parameter, owners: dict[str, ir.Sample]) -> Iterable[Statement]:
        start: Argument = Number(parameter.value)
        if parameter.per_entry:
            start = Times(parameter.value, self._name("largest", owners[parameter.name]))
        head = (Text(parameter.name), Text(parameter.written), Text(parameter.unit), start)
        if parameter.fixed:
            yield Do(Call(CURVE, "fixed", head))
            return
        limits = () if parameter.low is None or parameter.high is None else (Number(parameter.low), Number(parameter.high))
        yield Do(Call(CURVE, "limited" if limits else "free", (*head, *limits)))
        if parameter.constraint is not None:
            mean, sigma = parameter.constraint
            yield Do(Call(CURVE, "constrain", (Text(parameter.name), Number(mean), Number(sigma))))

    # --- model -----------------------------------------------------------------------------------------------------------

    def _model(self) -> Section:
        made: list[Statement] = []
        for sample in self.fit.samples:
            model = self._name("model", sample)
            made.append(self._function(model, sample.terms))
            parts = [self.names(f"{term.name} {sample.name} curve") for term in sample.terms]
            drawn = len(parts) > 1 and not self.surface
            if drawn:
                made += [self._function(part, (term,)) for part, term in zip(parts, sample.terms, strict=True)]
            terms = Many(tuple(Ref(part) for part in parts) if drawn else (), "functions")
            made.append(Do(Call(CURVE, "add", (Text(sample.name), Ref(self._name("data", sample)), Ref(model), terms))))
        return Section("The model", tuple(made))

    def _function(self, name: str, terms: Iterable[ir.Term]) -> Statement:
        axes = self.fit.axes
        parts = []
        for term in terms:
            text = curve(term.density, self.written, axes[0].low, axes[0].high)
            parts.append(f"{self.written[term.amount]}*{text}" if term.amount else text)
        ends = tuple(Number(end) for axis in axes for end in (axis.low, axis.high))
        return Make(name, "TF2" if self.surface else "TF1", (Text(name), Text(" + ".join(parts)), *ends))

    # --- minimisation ------------------------------------------------------------------------------------------------------

    def _sidebands(self, sidebands: ir.Sidebands) -> Section:
        """The backgrounds alone where no signal is."""
        self.support.add("fit_sidebands")
        sample = self.fit.samples[0]
        backgrounds = [term for term in sample.terms if term.role is ir.Role.BACKGROUND]
        model = self.names.fresh("background_model")
        own = dict.fromkeys(name for term in backgrounds for name in (term.amount, *(name for _, name in term.density.parameters)) if name)
        floating = dict.fromkeys(use for name in own for use in self._uses(name) if self.fit.parameter(use).floats)
        amounts = {term.amount for term in backgrounds}
        held = [name for name in floating if name not in amounts] if sidebands.fixed else []
        return Section(
            "The backgrounds alone, in the side bands",
            (
                self._function(model, backgrounds),
                Do(Call("", "fit_sidebands", (Ref(REPORT), Ref(CURVE), Ref(self._name("data", sample)), Ref(model), _ranges(sidebands.ranges), texts(floating), texts(held)))),
            ),
        )

    def _uses(self, name: str) -> tuple[str, ...]:
        formula = self.fit.parameter(name).formula
        return (name,) if formula is None else tuple(each for use in ir.used(formula) for each in self._uses(use))

    def _minimum(self) -> Section:
        return Section("The fit", (Do(Call(CURVE, "minimise", (Flag(self.fit.minos),))), Do(Call("", "report_curve", (Ref(REPORT), Ref(CURVE))))))

    # --- what is asked -----------------------------------------------------------------------------------------------------

    def _asked(self) -> Section:
        fit = self.fit
        made: list[Statement] = []

        def ask(function: str, *arguments: Argument) -> None:
            self.support.add(function)
            made.append(Do(Call("", function, (Ref(REPORT), Ref(CURVE), *arguments))))

        if fit.intervals:
            ask("report_curve_intervals", numbers(fit.intervals))
        if ir.Report.CHI2_NDF in fit.report or ir.Report.PULLS in fit.report:
            ask("report_curve_goodness")
        if fit.as_curve:
            for number, sample in enumerate(fit.samples):
                ask("report_curve_yields", Whole(number), texts(term.name for term in sample.terms), Number(fit.axes[0].low), Number(fit.axes[0].high))
        if fit.at:
            ask("report_curve_at", numbers(fit.band), numbers(fit.at))
        if fit.band:
            ask("report_curve_band", numbers(fit.band), Number(fit.axes[0].low), Number(fit.axes[0].high))
        for number, sample in enumerate(fit.samples):
            file = "_".join(part for part in (fit.name, sample.name) if part)
            titles = tuple(Text(axis.title) for axis in fit.axes)
            if self.surface:
                ask("draw_surface", Whole(number), Text(file), *titles)
            else:
                ends = (Number(fit.axes[0].low), Number(fit.axes[0].high))
                height = sample.data.y if isinstance(sample.data, ir.PointsData) and not sample.data.y.startswith("#") else ""
                ask("draw_curve", Whole(number), Text(file), *titles, Text(height), texts(term.name for term in sample.terms), *ends, Number(fit.band[0] if fit.band else 0.0), Flag(ir.Report.PULLS in fit.report))
        return Section("What is asked of the result", tuple(made))


def _ranges(ranges: Iterable[tuple[float, float]]) -> Many:
    return numbers(end for pair in ranges for end in pair)
