"""The state of one lowering: names, cuts, tuples, histograms, fits, origins collected while the blocks are walked.

In: nothing. Out: `Builder`, filled by the lowering modules and read by `from_ir`. One program, one builder; no module state.
"""

from __future__ import annotations

from dsl4bes.cpp.model import (
    Attempt,
    Counter,
    CustomCode,
    CutLine,
    Field,
    HistogramBooking,
    Method,
    Origin,
    Struct,
    TupleBooking,
)
from dsl4bes.cpp.names import Names, string
from dsl4bes.cpp.scope import Scope
from dsl4bes.cpp.symbols import CONTEXT_FIELDS, Symbols
from dsl4bes.ir.candidates import FitSymbol
from dsl4bes.ir.primitives import Cut, Define, Primitive
from dsl4bes.ir.program import Block
from dsl4bes.ir.types import Kind, ListSymbol

_LOCALS = ("candidate", "key", "fit")


class Builder:
    """What the lowering of a program has made so far."""

    def __init__(self, algorithm: str) -> None:
        self.symbols = Symbols(algorithm)
        self.ndf: dict[FitSymbol, int] = {}
        self.cuts: list[CutLine] = []
        self.region = ""
        self.block: Block | None = None
        self.names = Names()
        self.origins: list[Origin] = []
        self.tuples: list[TupleBooking] = []
        self.histograms: list[HistogramBooking] = []
        self.counters: list[Counter] = []
        self.attempts: dict[FitSymbol, Attempt] = {}
        self.structs: list[Struct] = []
        self.values: list[Field] = []
        self.customs: list[CustomCode] = []
        self._cut_constants: dict[tuple[str, Cut], str] = {}
        self._tuple_names = Names()
        self._filled: set[ListSymbol] = set()
        self._placed: set[FitSymbol] = set()
        self.inner: list[Method] = []  #: methods of blocks inside others
        self.corrects = False  #: the helices of simulated tracks are corrected before fits
        self.depth = 0  #: combinations around, whose candidates are gone through

    # --- tracks ----------------------------------------------------------------------------------------------------

    def fit_track(self, position: str, hypothesis: str) -> str:
        """The parameters with which a track enters a fit under a hypothesis."""
        if self.corrects:
            self.symbols.use("kalman_helix", "kalman_error", "species_mass", "helix_normal")
            self.symbols.includes.add("VertexFit/WTrackParameter.h")
            return f"corrected_track(ctx, {position}, {hypothesis})"
        self.symbols.use("track_parameter")
        return f"track_parameter(ctx.at({position}), {hypothesis})"

    # --- positions -------------------------------------------------------------------------------------------------

    def enter(self, block: Block, region: str) -> int:
        """Begin a block's method; returns its origin."""
        self.block, self.region = block, region
        self.names = Names((*_LOCALS, *CONTEXT_FIELDS, *self.symbols.used_words()))
        return self._origin(Origin(block.name, block.span))

    def code_mark(self, step: Primitive, label: str) -> int:
        """The origin of code that the compiler did not write: `hand` or `model`."""
        assert self.block is not None
        return self._origin(Origin(self.block.name, step.span or self.block.span, label))

    def mark(self, step: Primitive) -> int:
        """The origin of a step: its own span, else its block's."""
        assert self.block is not None
        return self._origin(Origin(self.block.name, step.span or self.block.span))

    def _origin(self, origin: Origin) -> int:
        self.origins.append(origin)
        return len(self.origins) - 1

    def scope(self) -> Scope:
        """A fresh scope for expressions of the current method; loop variables of two steps may have the same name."""
        return Scope(self.symbols, self.names, self.names.inner(), self.ndf)

    # --- things of the class -----------------------------------------------------------------------------------------

    def cut(self, cut: Cut) -> str:
        """The enumerator of an atomic cut; its line of the cut flow is made at the first call."""
        key = (self.region, cut)
        constant = self._cut_constants.get(key)
        if constant is None:
            constant = self._cut_constants[key] = self.symbols.constants.new(f"CUT_{cut.name}")
            self.cuts.append(CutLine(constant, string(cut.name), cut.key, scoped=self.depth > 0))
        return constant

    def fills(self, target: ListSymbol) -> bool:
        """Note that a step fills a list; whether an earlier one does so too."""
        again = target in self._filled
        self._filled.add(target)
        return again

    def define(self, step: Define) -> str:
        """The context's field of a named value."""
        known = step.name in self.symbols.values
        target = self.symbols.value(step)
        if not known:
            name = target.removeprefix("ctx.")
            kind = step.value.type.kind
            if kind is Kind.P4:
                self.symbols.use("absent_p4")
                self.values.append(Field("HepLorentzVector", name, initial="absent_p4()"))
            elif kind is Kind.VECTOR:
                self.values.append(Field("Hep3Vector", name))
            elif kind is Kind.FLAG:
                self.values.append(Field("bool", name, initial="false"))
            else:
                self.symbols.use("absent")
                self.values.append(Field("double", name, initial="absent()"))
        return target

    def new_attempts(self) -> tuple[Attempt, ...]:
        """The methods that fit one candidate and stand nowhere yet: each stands once, before the block whose fit it is."""
        found = tuple(attempt for symbol, attempt in self.attempts.items() if symbol not in self._placed)
        self._placed.update(self.attempts)
        return found

    def counter(self, name: str, text: str) -> str:
        """A member that counts something, printed by finalize()."""
        member = self.symbols.members.new(f"m_{name}")
        self.counters.append(Counter(member, string(text)))
        return member

    def tuple_name(self, name: str) -> str:
        """A type-like word for a tuple, unique among them."""
        return self._tuple_names.new(name)
