"""What a construct may ask for while it makes its steps: the interface that `resolve.builder.Builder` implements.

In: calls from `desugar`. Out: lists, typed formulas, cut-flow lines, parameters; diagnostics go into `bag`. A method that returns None has reported why.
Types only: nothing here runs, and no construct imports `resolve`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from dsl4bes.constructs.base import Entry, Instance, Named, SourceItem
from dsl4bes.diagnostics.model import Bag
from dsl4bes.ir import expr as ir
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import Column, Combination, Cut, FitSymbol, PidSpec, Primitive, Source
from dsl4bes.ir.truth import Process
from dsl4bes.ir.types import NUMBER, Dimension, ListKind, ListSymbol, Species
from dsl4bes.physics.particles import ParticleInfo
from dsl4bes.source import Span
from dsl4bes.syntax import ast


class List(Protocol):
    """A list in scope."""

    @property
    def symbol(self) -> ListSymbol: ...
    @property
    def span(self) -> Span | None: ...
    @property
    def is_tracks(self) -> bool: ...


class Fit(Protocol):
    """A fit or combination in scope; `particle`: what decays."""

    @property
    def symbol(self) -> FitSymbol: ...
    @property
    def particle(self) -> ParticleInfo | None: ...


@dataclass(frozen=True, slots=True)
class Window:
    """How near a generated particle must be: in angle, and in momentum relative to its own (None: in any)."""

    angle: Parameter
    difference: Parameter | None = None


@dataclass(slots=True)
class Truth:
    """What the `mc_truth` block says to formulas: the windows of matching, the processes by name."""

    tracks: Window
    showers: Window
    processes: dict[str, Process]


class Builder(Protocol):
    """The builder of one program."""

    bag: Bag
    truth: Truth | None
    scope: Any  #: `resolve.scope.Scope`: lists, fits, values by name; guaranteed counts
    ecms_parameter: Parameter | None

    # steps and cuts
    def emit(self, step: Primitive) -> None: ...
    def require(
        self,
        block: str,
        part: str,
        condition: ir.Expr,
        span: Span,
        *,
        veto: bool = False,
        when: ir.Expr | None = None,
    ) -> None: ...
    def cut(self, block: str, part: str, span: Span) -> Cut: ...
    def full_name(self, name: str) -> str: ...

    # lists
    def make_list(
        self, name: str, kind: ListKind, span: Span | None, *, species: Species | None = None, charge: int = 0, parent: Any = None,
        hidden: bool = False,
    ) -> List: ...  # fmt: skip
    def hidden_list(self, kind: ListKind, parent: Any, hint: str) -> List: ...
    def collection(self, source: Source) -> List: ...
    def find_list(self, name: str, span: Span | None) -> List | None: ...
    def list_named(self, value: ast.Expr) -> List | None: ...
    def list_value(self, value: ast.Expr) -> List | None: ...
    def track_list(self, value: ast.Expr) -> List | None: ...
    def track_source(self, here: Instance, items: Sequence[SourceItem] | None) -> List | None: ...
    def assume_for(self, name: str, span: Span) -> List | None: ...
    def info_of(self, symbol: ListSymbol) -> List | None: ...
    def use(self, info: Any) -> None: ...
    def variable(self, binder: ir.Binder, span: Span | None = None) -> ir.Variable: ...

    # formulas and numbers
    def field_cut(
        self, here: Instance, entry: Entry, left: ir.Expr, *, path: str = "", name: str = ""
    ) -> ir.Expr | None: ...
    def count_cuts(
        self, here: Instance, others: Mapping[str, Callable[[Entry], ir.Expr]] | None = None
    ) -> None: ...
    def numbered(self, base: str, doc: str) -> Any: ...
    def condition(self, value: ast.Expr, numbers: Any, **settings: Any) -> ir.Expr | None: ...
    def value(self, value: ast.Expr, name: str, doc: str) -> ir.Expr | None: ...
    def vector(self, value: ast.Expr) -> ir.Expr | None: ...
    def branch(
        self, value: ast.Expr, known: Mapping[str, ir.Expr], asked: frozenset[FitSymbol], *, lists: bool = False,
        own_fit: FitSymbol | None = None,
    ) -> ir.Expr | None: ...  # fmt: skip
    def together(self, values: Sequence[ast.Expr]) -> tuple[ir.Expr, ...] | None: ...
    def fits_asked(self, columns: Iterable[tuple[Named, ...]]) -> frozenset[FitSymbol]: ...
    def parameter(
        self,
        name: str,
        value: float | bool,
        doc: str,
        *,
        dimension: Dimension = NUMBER,
        span: Span | None = None,
        unit: str = "",
    ) -> Parameter: ...
    def shared(
        self, name: str, value: float | bool, doc: str, *, dimension: Dimension = NUMBER
    ) -> Parameter: ...
    def beam(self, span: Span) -> ir.Beam: ...

    # identification, fits, names
    def identify(self, info: Any, spec: PidSpec, span: Span | None) -> None: ...
    def fit_line(self, here: Instance, symbol: FitSymbol, part: str = "fit") -> Cut: ...
    def make_fit(
        self, name: str, symbol: FitSymbol, span: Span | None, step: Combination, particle: ParticleInfo | None = None
    ) -> None: ...
    def products(self, symbol: FitSymbol, span: Span) -> list[ListSymbol]: ...
    def momenta_of(self, symbol: ListSymbol) -> FitSymbol | None: ...
    def count_candidates(self, here: Instance, symbol: FitSymbol) -> None: ...
    def each(self, symbol: FitSymbol, span: Span | None) -> AbstractContextManager[None]: ...
    def block(self, here: Instance, part: str = "") -> AbstractContextManager[Any]: ...
    def desugar(self, here: Instance) -> None: ...
    def make_value(self, name: ast.Word, value: ir.Expr | None, info: Any = None) -> None: ...
    def output_name(self, here: Instance, kind: str) -> str: ...

    # truth
    def claim_tuple(self, name: str, span: Span) -> bool: ...
    def in_process(self, process: Process, span: Span) -> ir.Expr: ...
    def of_truth(self, value: ast.Expr) -> ir.Expr | None: ...
    def matches(self, value: ast.Expr) -> tuple[str, ir.Binder | None, tuple[Column, ...]] | None: ...
