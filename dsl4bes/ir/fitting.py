"""A fit as the back ends see it: observables, data, terms, parameters, and what is asked of the result.

In: nothing. Out: `Fit` and its parts, frozen. Every number is in base units, every default filled in (but those that need the number of entries), every name unique and resolved.
Nothing here says how it was written, and no class of ROOT is named.
"""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from typing import Any

from dsl4bes.ir.node import keyword_node, node
from dsl4bes.source import Span


class Method(Enum):
    """What is minimised (chi2) or maximised."""

    EXTENDED_LIKELIHOOD = "extended_likelihood"
    LIKELIHOOD = "likelihood"
    CHI2 = "chi2"


class Role(Enum):
    SIGNAL = "signal"
    BACKGROUND = "background"
    COMPONENT = "component"


class Amount(Enum):
    """What says how much of a term there is."""

    YIELD = "yield"
    FRACTION = "fraction"
    HEIGHT = "height"
    NONE = "none"  #: the term is alone, or the last of fractions


class Report(Enum):
    YIELD = "yield"
    CHI2_NDF = "chi2_ndf"
    PULLS = "pulls"
    CORRELATION = "correlation"


# --- formulas of parameters ---------------------------------------------------------------------------------------------


@node
class Literal:
    value: float


@node
class Observable:
    """The observable number `axis` inside the formula of a density."""

    axis: int


@node
class Use:
    """The parameter `name`."""

    name: str


@node
class Apply:
    """An operator (`+ - * / ^`, `neg`) or function (`sqrt`, `exp`, ...) of operands."""

    operator: str
    operands: tuple[Formula, ...]


Formula = Literal | Observable | Use | Apply


def used(formula: Formula) -> tuple[str, ...]:
    """The parameters in a formula, each once, in order."""
    if isinstance(formula, Use):
        return (formula.name,)
    if isinstance(formula, Apply):
        return tuple(dict.fromkeys(name for operand in formula.operands for name in used(operand)))
    return ()


# --- parameters ---------------------------------------------------------------------------------------------------------


@keyword_node
class Parameter:
    """A number of the model. `per_entry`: start and limits are shares of the number of entries, in a curve of the largest value of the data. `constraint`: mean and standard deviation of a Gaussian constraint. With a `formula` it follows others
    and has no start of its own."""

    name: str  #: `signal_mean`
    written: str  #: `signal.mean`
    doc: str
    unit: str
    value: float
    low: float | None
    high: float | None
    fixed: bool = False
    per_entry: bool = False
    constraint: tuple[float, float] | None = None
    formula: Formula | None = None
    span: Span | None = field(default=None, compare=False, repr=False)

    @property
    def floats(self) -> bool:
        return not self.fixed and self.formula is None


# --- data: `place` is the line that names them ---------------------------------------------------------------------------


@node
class TreeData:
    """A branch of a tree; `cut`: condition on the branches, in words of ROOT."""

    file: str
    tree: str
    branch: str
    cut: str = ""
    place: Span | None = field(default=None, compare=False, repr=False)


@node
class HistogramData:
    file: str
    histogram: str
    place: Span | None = field(default=None, compare=False, repr=False)


@node
class GraphData:
    """Points with errors in a ROOT file."""

    file: str
    graph: str
    place: Span | None = field(default=None, compare=False, repr=False)


@node
class ColumnData:
    """A column of a CSV table: its name in the first line, or its number (`#1`) in a table without names."""

    file: str
    column: str
    place: Span | None = field(default=None, compare=False, repr=False)


@node
class PointsData:
    """Columns of a table: x, y and the errors of y (below and above), of x if `error_x`."""

    file: str
    x: str
    y: str
    low: str
    high: str
    error_x: str = ""
    place: Span | None = field(default=None, compare=False, repr=False)


@node
class GeneratedData:
    """Entries drawn from the model at its start values."""

    events: int
    seed: int


Data = TreeData | HistogramData | GraphData | ColumnData | PointsData | GeneratedData


# --- the model ----------------------------------------------------------------------------------------------------------


@keyword_node
class Density:
    """A shape with its parameters (role → name) and settings; `resolution`: what it is convolved with."""

    name: str
    shape: str
    parameters: tuple[tuple[str, str], ...]
    settings: tuple[tuple[str, Any], ...] = ()
    resolution: Density | None = None
    formula: Formula | None = None

    def setting(self, name: str, default: Any = None) -> Any:
        return dict(self.settings).get(name, default)


@keyword_node
class Term:
    """A density and how much of it there is: the parameter of its amount."""

    name: str
    role: Role
    density: Density
    amount: str = ""


@keyword_node
class Sample:
    """Data and the terms in it. `name` is empty where the fit has one data set."""

    name: str
    data: Data
    terms: tuple[Term, ...]


@keyword_node
class Axis:
    """An observable: its name and title, the whole range, the ranges that are fitted (several if windows are left out)."""

    name: str
    title: str
    unit: str
    low: float
    high: float
    ranges: tuple[tuple[float, float], ...]
    bins: int


@keyword_node
class Sidebands:
    """Ranges in which the backgrounds alone are fitted first; `fixed`: their shapes stay as found there."""

    ranges: tuple[tuple[float, float], ...]
    fixed: bool


@keyword_node
class Branching:
    """What turns a yield into a branching fraction."""

    events: float
    efficiency: float
    error: float
    intermediate: float


@keyword_node
class Fit:
    """One fit. `parameters` in the order they must be made: a formula after what it uses."""

    name: str
    axes: tuple[Axis, ...]
    samples: tuple[Sample, ...]
    parameters: tuple[Parameter, ...]
    amount: Amount
    method: Method
    binned: bool = False
    minos: bool = False
    sidebands: Sidebands | None = None
    intervals: tuple[float, ...] = ()
    band: tuple[float, ...] = ()
    at: tuple[float, ...] = ()  #: places at which the model and its intervals at the levels of the band are told
    as_curve: bool = False  #: a histogram of one observable, fitted as a curve
    upper_limit: float | None = None
    significance: bool = False
    branching: Branching | None = None
    toys: int = 0
    seed: int = 1
    report: frozenset[Report] = frozenset()
    span: Span | None = field(default=None, compare=False, repr=False)

    @property
    def curve(self) -> bool:
        """Whether points or a surface are fitted, and no density."""
        return self.as_curve or len(self.axes) > 1 or any(isinstance(sample.data, (GraphData, PointsData)) for sample in self.samples)

    def parameter(self, name: str) -> Parameter:
        return next(parameter for parameter in self.parameters if parameter.name == name)

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms of all samples, each density once."""
        found = {term.density.name: term for sample in self.samples for term in sample.terms}
        return tuple(found.values())
