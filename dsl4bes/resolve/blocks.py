"""Blocks that are being filled, and the lines of the cut flow.

In: instances, steps, conditions. Out: open blocks in the order they run, cuts with unique names, and what cuts guarantee of counts and
optional fits. No list is made and no formula typed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dsl4bes.constructs.base import Instance, LabelKind
from dsl4bes.constructs.builder import Truth
from dsl4bes.constructs.words import public_name
from dsl4bes.diagnostics.codes import physics, shape
from dsl4bes.diagnostics.model import Bag, Label
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.candidates import FitSymbol
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import Cut, Primitive, Require
from dsl4bes.ir.types import ListSymbol, Origin
from dsl4bes.resolve.assume import Assumptions
from dsl4bes.resolve.scope import ListInfo, OpenBlock, Scope, Seen
from dsl4bes.source import Span


class Blocks:
    """State of one resolution: scopes, open blocks, names that are taken."""

    def __init__(self, bag: Bag, assumptions: Assumptions, planned: dict[str, Span]) -> None:
        self.bag = bag
        self.scope = Scope()
        self.baseline: list[OpenBlock] = []
        self.target: list[OpenBlock] = self.baseline
        self.region = ""
        self.stack: list[OpenBlock] = []
        self.used: set[str] = set()
        self.made: list[ListInfo] = []
        self.infos: dict[str, ListInfo] = {}
        self.filled: dict[str, Span | None] = {}
        self.block_names: dict[str, Span | None] = {}
        self.cut_names: dict[str, Span | None] = {}
        self.properties: dict[str, Parameter] = {}
        self.ecms_parameter: Parameter | None = None
        self.ecms_missing = False
        self.measured_ecms = False
        self.hidden = 0
        self.fitted_lists: dict[ListSymbol, FitSymbol] = {}
        self.frames: list[tuple[list[OpenBlock], Scope]] = []  #: blocks and names around the candidates that are gone through
        self.truth: Truth | None = None
        self.assumptions = assumptions
        self.planned = planned
        self.seen: list[Seen] | None = None  #: where given, what is known at each block is added

    # --- blocks and steps ----------------------------------------------------------------------------------------------

    @contextmanager
    def block(self, here: Instance, part: str = "") -> Iterator[OpenBlock]:
        """Open the block of an instance, or a part of it that is a method of its own; its steps are kept if it has any."""
        full = self.full_name(f"{here.title} {part}" if part else here.title)
        if here.construct.container:
            first, number = full, 2
            while public_name(full) in self.block_names:
                full, number = f"{first} {number}", number + 1
            self.block_names[public_name(full)] = here.head
        opened = OpenBlock(full, here.keyword, here.span, here.assumed)
        self.stack.append(opened)
        try:
            yield opened
        finally:
            self.stack.pop()
            if opened.steps:
                self.target.append(opened)

    def desugar(self, here: Instance) -> None:
        """The block's steps, if its name is free."""
        if self.bag.full or self.taken(here):
            return
        before = self.scope.fork() if self.seen is not None else None
        with self.block(here):
            here.construct.desugar(here, self)  # type: ignore[arg-type]  # `Builder` completes this class
        if self.seen is not None and before is not None:
            self.seen.append(Seen(here, before, self.scope.fork()))

    def taken(self, here: Instance) -> bool:
        """Whether the block's name is taken; if so, that is reported."""
        key = public_name(self.full_name(here.title))
        if here.construct.container:  # going through the candidates twice is no clash
            return False
        if key in self.block_names:
            self._second_block(here, self.block_names[key])
            return True
        self.block_names[key] = here.label.span if here.label else here.head
        return False

    def _second_block(self, here: Instance, first: Span | None) -> None:
        """Two blocks, or two lines of the cut flow, of one name."""
        related = (Label(first, "the first one"),) if first is not None else ()
        where = here.label.span if here.label else here.head
        help = (
            f"give it a name: `{here.keyword}(:name)`"
            if here.label is None and here.construct.body and here.construct.label is not LabelKind.NONE
            else "choose another name"
            if here.label is not None
            else "merge the two"
        )
        if here.construct.body:
            self.bag.add(
                shape.DUPLICATE_BLOCK,
                f"`{here.name}` is the name of two blocks",
                where,
                related=related,
                help=help,
            )
        else:
            self.bag.add(
                physics.CUT_NAME_CLASH,
                f"`{here.name}` names two lines of the cut flow",
                where,
                related=related,
                help=help,
            )

    def full_name(self, name: str) -> str:
        """The name of a block, cut or number in the current region."""
        return f"{self.region}.{name}" if self.region else name

    @property
    def current(self) -> OpenBlock:
        return self.stack[-1]

    def emit(self, step: Primitive) -> None:
        """Add a step to the block that is open."""
        self.current.steps.append(step)

    def require(
        self,
        block: str,
        part: str,
        condition: ir.Expr,
        span: Span,
        *,
        veto: bool = False,
        when: ir.Expr | None = None,
    ) -> None:
        """A cut of the event, with its line in the cut flow; what it guarantees is noted."""
        if not veto and condition.type.origin is Origin.GENERATED:
            help = "on data no event has a truth: store it in an `ntuple` and select there"
            self.bag.add(physics.CUT_ON_TRUTH, f"the cut `{block}` asks for the truth of the generator", span, help=help)
        cut = self.cut(block, part, span)
        self.emit(Require(span=span, cut=cut, condition=condition, veto=veto, when=when))
        if not veto and when is None:
            self._guaranteed(condition)

    def cut(self, block: str, part: str, span: Span) -> Cut:
        """A line of the cut flow; two of a name are an error."""
        cut = Cut(self.full_name(block), part)
        if cut.key in self.cut_names:
            first = self.cut_names[cut.key]
            related = (Label(first, "the first one"),) if first is not None else ()
            help = "names are the same if they differ in other characters than letters and digits only"
            self.bag.add(
                physics.CUT_NAME_CLASH,
                f"`{cut.name}` names two lines of the cut flow",
                span,
                related=related,
                help=help,
            )
        self.cut_names.setdefault(cut.key, span)
        return cut

    def info_of(self, symbol: ListSymbol) -> ListInfo | None:
        """What is known about a list symbol."""
        return self.infos.get(symbol.name)

    def _guaranteed(self, condition: ir.Expr) -> None:
        """Counts and passed fits that a cut makes sure of."""
        for part in condition.operands if isinstance(condition, ir.And) else (condition,):
            if isinstance(part, ir.FitValue) and part.quantity is ir.FitQuantity.PASSED:
                self.scope.passed.add(part.fit)
            if not isinstance(part, ir.Compare) or not isinstance(part.left, ir.ListSize):
                continue
            number = nodes.known_value(part.right)
            info = self.info_of(part.left.list)
            if number is not None and info is not None:
                low, high = _limits(part.operator, number)
                self.scope.narrow(info, low, high)


def _limits(operator: ir.Comparison, number: float) -> tuple[int | None, int | None]:
    """What a comparison of a count says about its limits."""
    from math import ceil, floor

    if operator is ir.Comparison.GE:
        return ceil(number), None
    if operator is ir.Comparison.GT:
        return floor(number) + 1, None
    if operator is ir.Comparison.LE:
        return None, floor(number)
    if operator is ir.Comparison.LT:
        return None, ceil(number) - 1
    if operator is ir.Comparison.EQ:
        return ceil(number), floor(number)
    return None, None
