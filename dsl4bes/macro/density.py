"""Fits of densities: observables, data, model, minimisation and what is asked of the result, in statements of RooFit.

In: a `Fit` that is no curve. Out: the sections of its macro. Yields are numbers of entries in the whole range of the observable, windows that are left out included.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dsl4bes.ir import fitting as ir
from dsl4bes.macro.formulas import text
from dsl4bes.macro.model import (
    Argument,
    Call,
    Do,
    Enumerator,
    Flag,
    Macro,
    Make,
    Many,
    Number,
    Option,
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
from dsl4bes.macro.shapes import Here, density

DATA, MODEL, OBJECTIVE, RESULT, REPORT = "data", "model", "objective", "result", "report"
FIT_RANGES = "fit"
BIN_PRECISION = 1e-6  #: of the integral of the model over a bin, relative


class DensityFit:
    """Lowers one fit."""

    def __init__(self, fit: ir.Fit) -> None:
        self.fit = fit
        self.names = Names()
        self.axis = fit.axes[0]
        self.x = self.names.fresh(self.axis.name)
        self.support: set[str] = set()
        self.cut_out = self.axis.ranges != ((self.axis.low, self.axis.high),)
        for parameter in fit.parameters:
            self.names(parameter.name)

    def macro(self, source: str) -> Macro:
        fit = self.fit
        generated = all(isinstance(sample.data, ir.GeneratedData) for sample in fit.samples)
        sections = [self._observable()]
        sections += [self._data(), self._model()] if not generated else [self._events(), self._model(), self._drawn()]
        if fit.sidebands is not None:
            sections.append(self._sidebands(fit.sidebands))
        sections += [self._minimum(), self._asked()]
        return Macro(fit.name, source, tuple(sections), tuple(sorted(self.support)))

    # --- observable and data ---------------------------------------------------------------------------------------------

    def _observable(self) -> Section:
        axis = self.axis
        self.support.add("careful_integrals")
        made: list[Statement] = [
            Do(Call("", "careful_integrals")),
            Make(self.x, "RooRealVar", (Text(self.x), Text(axis.title), Number(axis.low), Number(axis.high), Text(axis.unit))),
            Do(Call(self.x, "setBins", (Whole(axis.bins),))),
        ]
        if self.cut_out:
            made += [Do(Call(self.x, "setRange", (Text(f"{FIT_RANGES}{number}"), Number(low), Number(high)))) for number, (low, high) in enumerate(axis.ranges)]
        return Section("The observable", tuple(made))

    def _data(self) -> Section:
        made: list[Statement] = []
        samples = self.fit.samples
        for sample in samples:
            name = self._data_name(sample)
            made += [self._read(sample, name), *self._counts(sample, name), *self._whole_bins(sample, self._ranges())]
        return Section("The data", (*made, *self._entries()))

    def _counts(self, sample: ir.Sample, name: str) -> list[Statement]:
        """A likelihood of a histogram needs numbers of entries."""
        if self.fit.method is ir.Method.CHI2 or not isinstance(sample.data, ir.HistogramData):
            return []
        self.support.add("expect_counts")
        return [Do(Call("", "expect_counts", (Ref(name),)))]

    def _whole_bins(self, sample: ir.Sample, ranges: Sequence[str]) -> list[Statement]:
        """Ranges of a fit of bins end where bins do."""
        if not ranges or not (self._is_binned(sample) or self.fit.method is ir.Method.CHI2):
            return []
        self.support.add("expect_whole_bins")
        return [Do(Call("", "expect_whole_bins", (Ref(self._data_name(sample)), Ref(self.x), Text(",".join(ranges)))))]

    def _data_name(self, sample: ir.Sample) -> str:
        return self.names(f"data {sample.name}") if sample.name else DATA

    def _read(self, sample: ir.Sample, name: str) -> Statement:
        source, x = sample.data, Ref(self.x)
        if isinstance(source, ir.HistogramData):
            self.support.add("read_histogram")
            return Take(name, "RooDataHist", Call("", "read_histogram", (Text(source.file), Text(source.histogram), x)))
        if isinstance(source, ir.TreeData):
            self.support.add("read_tree")
            call = Call("", "read_tree", (Text(source.file), Text(source.tree), Text(source.branch), Text(source.cut), x))
        else:
            assert isinstance(source, ir.ColumnData)
            self.support.add("read_column")
            call = Call("", "read_column", (Text(source.file), Text(source.column), x))
        return self._entries_taken(name, call)

    def _entries_taken(self, name: str, call: Call) -> Statement:
        """A data set that a call gives, put into bins where the fit is one of bins."""
        if self.fit.binned or self.fit.method is ir.Method.CHI2:
            self.support.add("in_bins")
            return Take(name, "RooDataHist", Call("", "in_bins", (call, Ref(self.x))))
        return Take(name, "RooDataSet", call)

    def _is_binned(self, sample: ir.Sample) -> bool:
        return self.fit.binned or isinstance(sample.data, ir.HistogramData)

    def _entries(self) -> list[Statement]:
        """The number of entries of each sample: yields start from it, and a sample without any is refused."""
        self.support.add("entries_in")
        made: list[Statement] = []
        for sample in self.fit.samples:
            call = Call("", "entries_in", (Ref(self._data_name(sample)), Ref(self.x)))
            drawn = self.fit.toys and self.fit.method is ir.Method.LIKELIHOOD
            needed = drawn or any(self.fit.parameter(term.amount).per_entry for term in sample.terms if term.amount)
            made.append(Take(self._entries_name(sample), "double", call, plain=True) if needed else Do(call))
        return made

    def _entries_name(self, sample: ir.Sample) -> str:
        return self.names(f"entries {sample.name}") if sample.name else "entries"

    def _events(self) -> Section:
        """How many entries are generated, in place of how many there are."""
        made: list[Statement] = []
        for sample in self.fit.samples:
            assert isinstance(sample.data, ir.GeneratedData)
            made.append(Make(self._entries_name(sample), "double", (Number(sample.data.events),)))
        return Section("The number of entries that are generated", tuple(made))

    def _drawn(self) -> Section:
        """Data from the model at its start values."""
        self.support.add("generate")
        made: list[Statement] = []
        for sample in self.fit.samples:
            assert isinstance(sample.data, ir.GeneratedData)
            name = self._data_name(sample)
            call = Call("", "generate", (Ref(self._model_name(sample)), Ref(self.x), Whole(sample.data.events), Whole(sample.data.seed)))
            made.append(self._entries_taken(name, call))
            made += self._whole_bins(sample, self._ranges())
        return Section("The data, drawn from the model", tuple(made))

    # --- model -----------------------------------------------------------------------------------------------------------

    def _model(self) -> Section:
        made: list[Statement] = []
        owners = {term.amount: sample for sample in self.fit.samples for term in sample.terms}
        for parameter in self.fit.parameters:
            made += self._parameter(parameter, owners)
        done: set[str] = set()
        for sample in self.fit.samples:
            for term in sample.terms:
                if term.density.name not in done:
                    done.add(term.density.name)
                    made += density(Here(self.names(f"{term.density.name} pdf"), term.density, (self.x,), self.names, self.support))
            made.append(self._sum(sample))
        return Section("The model", tuple(made))

    def _parameter(self, parameter: ir.Parameter, owners: dict[str, ir.Sample]) -> Iterable[Statement]:
        name = self.names(parameter.name)
        head = (Text(name), Text(parameter.written))
        if parameter.formula is not None:
            uses = ir.used(parameter.formula)
            expression = text(parameter.formula, {use: f"@{place}" for place, use in enumerate(uses)})
            yield Make(name, "RooFormulaVar", (*head, Text(expression), Many(tuple(Ref(self.names(use)) for use in uses))))
            return
        values = [value for value in (parameter.value, *((parameter.low, parameter.high) if not parameter.fixed else ())) if value is not None]
        start: tuple[Argument, ...] = tuple(Number(value) for value in values)
        if parameter.per_entry:
            entries = self._entries_name(owners[parameter.name])
            start = tuple(Times(value, entries) for value in values)
        yield Make(name, "RooRealVar", (*head, *start, Text(parameter.unit)))
        if parameter.fixed or len(values) == 1:  # ROOT takes a variable without limits for a constant
            yield Do(Call(name, "setConstant", (Flag(parameter.fixed),)))
        if parameter.constraint is not None:
            yield from self._constraint(parameter, *parameter.constraint)

    def _constraint(self, parameter: ir.Parameter, mean: float, sigma: float) -> Iterable[Statement]:
        """A Gaussian of the parameter in a likelihood, a square in a chi2; its mean is an object, since toys draw it anew."""
        name, own, title = self._constraint_name(parameter), self.names(parameter.name), f"constraint of {parameter.written}"
        yield Make(self._mean_name(parameter), "RooRealVar", (Text(self._mean_name(parameter)), Text(f"mean of the {title}"), Number(mean), Text(parameter.unit)))
        if self.fit.method is ir.Method.CHI2:
            yield Make(name, "RooFormulaVar", (Text(name), Text(title), Text(f"pow((@0 - @1) / {sigma!r}, 2)"), Many((Ref(own), Ref(self._mean_name(parameter))))))
        else:
            yield Make(name, "RooGaussian", (Text(name), Text(title), Ref(own), Ref(self._mean_name(parameter)), Option("RooConst", (Number(sigma),))))

    def _mean_name(self, parameter: ir.Parameter) -> str:
        return self.names(f"{self._constraint_name(parameter)} mean")

    def _constraint_name(self, parameter: ir.Parameter) -> str:
        return self.names(f"constraint {parameter.name}")

    def _model_name(self, sample: ir.Sample) -> str:
        return self.names(f"model {sample.name}") if sample.name else MODEL

    def _sum(self, sample: ir.Sample) -> Statement:
        name = self._model_name(sample)
        densities = tuple(Ref(self.names(f"{term.density.name} pdf")) for term in sample.terms)
        amounts = tuple(Ref(self.names(term.amount)) for term in sample.terms if term.amount)
        return Make(name, "RooAddPdf", (Text(name), Text(sample.name or self.fit.name), Many(densities), Many(amounts)))

    # --- minimisation ------------------------------------------------------------------------------------------------------

    def _objective(self, name: str, models: Sequence[tuple[ir.Sample, str]], ranges: Sequence[str]) -> list[Statement]:
        """The objective of each sample and, where these are several or constraints are squares, their sum."""
        made: list[Statement] = []
        parts: list[str] = []
        constrained = [parameter for parameter in self.fit.parameters if parameter.constraint is not None]
        constraints = tuple(Ref(self._constraint_name(parameter)) for parameter in constrained)
        chi2 = self.fit.method is ir.Method.CHI2
        summed = len(models) > 1 or (chi2 and bool(constraints)) or (not chi2 and bool(ranges))
        norms: list[str] = []
        for sample, model in models:
            parts.append(self.names.fresh("_".join(part for part in (name, sample.name or "part") if part)) if summed else name)
            data = self._data_name(sample)
            if chi2:
                self.support.add("counted")
                counted = self.names.fresh(f"{data}_counted")
                made.append(Take(counted, "RooDataHist", Call("", "counted", (Ref(data), Ref(self.x), Text(",".join(ranges))))))
                options: list[Argument] = [Option("Extended", (Flag(True),)), Option("IntegrateBins", (Number(BIN_PRECISION),)), Option("DataError", (Enumerator("RooAbsData", "SumW2"),))]
                made.append(Take(parts[-1], "RooAbsReal", Call(model, "createChi2", (Ref(counted), *options))))
                continue
            options = [Option("Extended", (Flag(self.fit.method is ir.Method.EXTENDED_LIKELIHOOD),))]
            if ranges:
                inside = self.names.fresh(f"{data}_inside")
                norms.append(self.names.fresh(f"{parts[-1]}_norm"))
                made += self._inside(data, inside, norms[-1], model, ",".join(ranges))
                data = inside
            if self._is_binned(sample):
                options.append(Option("IntegrateBins", (Number(BIN_PRECISION),)))
            if constraints and sample is models[0][0]:
                options.append(Option("ExternalConstraints", (Many(constraints, "RooArgSet"),)))
            made.append(Take(parts[-1], "RooAbsReal", Call(model, "createNLL", (Ref(data), *options))))
        if summed:
            terms = (*(Ref(part) for part in (*parts, *norms)), *(constraints if chi2 else ()))
            made.append(Make(name, "RooAddition", (Text(name), Text(name), Many(terms))))
        return made

    def _inside(self, data: str, inside: str, norm: str, model: str, ranges: str) -> list[Statement]:
        """Ranges are no option of the likelihood: what they mean there differs between versions of ROOT."""
        self.support.add("over_ranges")
        extended = Flag(self.fit.method is ir.Method.EXTENDED_LIKELIHOOD)
        return [
            Take(inside, "RooAbsData", Call("", "entries_inside", (Ref(data), Ref(self.x), Text(ranges)))),
            Take(norm, "RooAbsReal", Call("", "norm_of_ranges", (Text(norm), Ref(model), Ref(inside), Ref(self.x), Text(ranges), extended))),
        ]

    def _ranges(self) -> list[str]:
        return [f"{FIT_RANGES}{number}" for number in range(len(self.axis.ranges))] if self.cut_out else []

    def _sidebands(self, sidebands: ir.Sidebands) -> Section:
        """The backgrounds alone where no signal is."""
        self.support.add("minimise")
        names = [f"side{number}" for number in range(len(sidebands.ranges))]
        made: list[Statement] = [Do(Call(self.x, "setRange", (Text(name), Number(low), Number(high)))) for name, (low, high) in zip(names, sidebands.ranges, strict=True)]
        sample = self.fit.samples[0]
        made += self._whole_bins(sample, names)
        backgrounds = [term for term in sample.terms if term.role is ir.Role.BACKGROUND]
        model = self.names.fresh("background_model")
        densities = Many(tuple(Ref(self.names(f"{term.density.name} pdf")) for term in backgrounds))
        amounts, before = self._background_amounts(sample, backgrounds)
        made += before
        made.append(Make(model, "RooAddPdf", (Text(model), Text("background"), densities, Many(amounts))))
        objective, result = self.names.fresh("side_objective"), self.names.fresh("side_result")
        made += self._objective(objective, [(sample, model)], names)
        made.append(Take(result, "RooFitResult", Call("", "minimise", (Ref(objective), Flag(False)))))
        if sidebands.fixed:
            shapes = dict.fromkeys(name for term in backgrounds for name in self._behind(term.density) if self.fit.parameter(name).floats)
            made += [Do(Call(self.names(name), "setConstant", (Flag(True),))) for name in shapes]
        made.append(Do(Call("", "report_step", (Ref(REPORT), Text("sidebands"), Ref(result)))))
        self.support.add("report_result")
        return Section("The backgrounds alone, in the side bands", tuple(made))

    def _background_amounts(self, sample: ir.Sample, backgrounds: Sequence[ir.Term]) -> tuple[tuple[Ref, ...], list[Statement]]:
        """Yields of the backgrounds; of fractions only their ratios count, and one background has none."""
        if self.fit.method is ir.Method.LIKELIHOOD and len(backgrounds) == 1:
            return (), []
        amounts = [Ref(self.names(term.amount)) for term in backgrounds if term.amount]
        if len(amounts) == len(backgrounds):
            return tuple(amounts), []
        fractions = tuple(Ref(self.names(term.amount)) for term in sample.terms if term.amount)
        rest = self.names.fresh("rest")
        left = Make(rest, "RooFormulaVar", (Text(rest), Text("what the fractions leave"), Text(" - ".join(["1", *(f"@{place}" for place in range(len(fractions)))])), Many(fractions)))
        return (*amounts, Ref(rest)), [left]

    def _minimum(self) -> Section:
        self.support |= {"minimise", "report_result"}
        models = [(sample, self._model_name(sample)) for sample in self.fit.samples]
        found = Take(RESULT, "RooFitResult", Call("", "minimise", (Ref(OBJECTIVE), Flag(self.fit.minos))))
        return Section("The fit", (*self._objective(OBJECTIVE, models, self._ranges()), found, Do(Call("", "report_fit", (Ref(REPORT), Ref(RESULT))))))

    def _own(self, signal: ir.Term) -> list[str]:
        """The floating parameters that mean nothing without the signal: those of its form that no other term (it may itself stand in another sample) and no constraint knows."""
        mine = self._behind(signal.density)
        others = {name for sample in self.fit.samples for term in sample.terms if term is not signal for name in self._behind(term.density)}
        return [name for name in mine if name not in others and self.fit.parameter(name).floats and self.fit.parameter(name).constraint is None]

    def _behind(self, density: ir.Density) -> list[str]:
        """The parameters of a density and its resolution, and those that formulas of them use; each once, in order."""
        found: dict[str, None] = {}
        todo = [name for each in (density, density.resolution) if each is not None for _, name in each.parameters]
        while todo:
            name = todo.pop(0)
            formula = self.fit.parameter(name).formula
            todo += [] if formula is None or name in found else ir.used(formula)
            found[name] = None
        return list(found)

    # --- what is asked -----------------------------------------------------------------------------------------------------

    def _asked(self) -> Section:
        fit = self.fit
        made: list[Statement] = []

        def ask(function: str, *arguments: Argument) -> None:
            self.support.add(function)
            made.append(Do(Call("", function, (Ref(REPORT), *arguments))))

        floating = texts(self.names(parameter.name) for parameter in fit.parameters if parameter.floats)
        if fit.intervals:
            ask("report_intervals", Ref(OBJECTIVE), Ref(RESULT), numbers(fit.intervals))
        for signal in (term for sample in fit.samples for term in sample.terms if term.role is ir.Role.SIGNAL):
            yields = Ref(self.names(signal.amount)) if signal.amount else None
            if fit.significance and yields is not None:
                ask("report_significance", Ref(OBJECTIVE), Ref(RESULT), yields, Many(tuple(Ref(self.names(name)) for name in self._own(signal)), "RooArgList"))
            if fit.branching is not None and yields is not None:
                asked = (fit.branching.events, fit.branching.efficiency, fit.branching.error, fit.branching.intermediate)
                ask("report_branching", Ref(RESULT), yields, *(Number(number) for number in asked))
            if fit.upper_limit and yields is not None:
                ask("report_upper_limit", Ref(OBJECTIVE), Ref(RESULT), yields, Number(fit.upper_limit))
        ranges = Text(",".join(self._ranges()))
        for sample in fit.samples:
            data = Ref(self._data_name(sample))
            model = Ref(self._model_name(sample))
            if ir.Report.CHI2_NDF in fit.report or ir.Report.PULLS in fit.report:
                ask("report_goodness", Text(sample.name), Ref(self.x), data, model, Ref(RESULT), ranges)
            if fit.at:
                ask("report_at", Text(sample.name), Ref(self.x), model, Ref(RESULT), numbers(fit.band), numbers(fit.at))
            if fit.band:
                ask("report_band", Text(sample.name), Ref(self.x), model, Ref(RESULT), numbers(fit.band))
        if fit.toys:
            ask("report_toys", *self._toys(floating, ranges))
        for sample in fit.samples:
            file = "_".join(part for part in (fit.name, sample.name) if part)
            data = Ref(self._data_name(sample))
            parts = texts(term.name for term in sample.terms)
            ask("draw", Text(file), Text(self.axis.title), Ref(self.x), data, Ref(self._model_name(sample)), parts, Flag(ir.Report.PULLS in fit.report), ranges)
        return Section("What is asked of the result", tuple(made))

    def _toys(self, floating: Many, ranges: Text) -> tuple[Argument, ...]:
        """The models to draw from, how many entries where these do not say, and all that makes the objective."""
        fit = self.fit
        models = Many(tuple(Ref(self._model_name(sample)) for sample in fit.samples))
        likelihood = fit.method is ir.Method.LIKELIHOOD
        entries = Many(tuple(Ref(self._entries_name(sample)) for sample in fit.samples) if likelihood else (), "numbers")
        constrained = [parameter for parameter in fit.parameters if parameter.constraint is not None]
        constraints = Many(tuple(Ref(self._constraint_name(parameter)) for parameter in constrained))
        means = Many(tuple(Ref(self._mean_name(parameter)) for parameter in constrained))
        sigmas = numbers(parameter.constraint[1] for parameter in constrained if parameter.constraint is not None)
        binned = any(self._is_binned(sample) for sample in fit.samples)
        return (models, entries, Ref(self.x), Ref(RESULT), floating, constraints, means, sigmas, ranges, Flag(fit.method is ir.Method.CHI2), Flag(binned), Whole(fit.toys), Whole(fit.seed))
