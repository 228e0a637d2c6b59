"""The builder: what constructs call to make the steps of their blocks, and what formulas ask about the program.

In: calls of the constructs' `desugar`, in the order of the program. Out: open blocks with steps, scopes, and diagnostics.
Blocks that were not written are assumed through `assume.py`. The finished program is put together in `from_ast.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

from dsl4bes.constructs.base import Comparison, Entry, Instance, Named, SourceItem
from dsl4bes.constructs.fields import Count as CountField
from dsl4bes.constructs.fields import Cut as CutField
from dsl4bes.constructs.species import EITHER_CHARGE
from dsl4bes.constructs.words import did_you_mean, listed, public_name, respelled
from dsl4bes.diagnostics.codes import names as codes
from dsl4bes.diagnostics.codes import physics, shape
from dsl4bes.diagnostics.model import Bag, Label
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import (
    Collection,
    Cut,
    Fit,
    FitSymbol,
    FromVertex,
    Identify,
    Merge,
    PidSpec,
    Primitive,
    Require,
    Select,
    Source,
)
from dsl4bes.ir.types import NUMBER, Dimension, Kind, ListKind, ListSymbol, Origin, Species, Type
from dsl4bes.physics.units import base_word
from dsl4bes.resolve import functions, names
from dsl4bes.resolve.assume import Assumptions
from dsl4bes.resolve.numbers import Constants, Field, Numbered, Numbers, WithUnits
from dsl4bes.resolve.scope import FitInfo, ListInfo, OpenBlock, Scope, ValueInfo
from dsl4bes.resolve.typer import Typer
from dsl4bes.resolve.wrong import Wrong
from dsl4bes.source import Span
from dsl4bes.syntax import ast

RESERVED = frozenset({"raw", "baseline", "all_tracks", "all_showers", "events", "x"})


class Builder:
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
        self.hidden = 0
        self.assumptions = assumptions
        self.planned = planned

    # --- blocks and steps ----------------------------------------------------------------------------------------------

    @contextmanager
    def block(self, here: Instance) -> Iterator[OpenBlock]:
        """Open the block of an instance; its steps are kept if it has any."""
        full = self.full_name(here.title)
        opened = OpenBlock(full, here.keyword, here.span, here.assumed)
        self.stack.append(opened)
        try:
            yield opened
        finally:
            self.stack.pop()
            if opened.steps:
                self.target.append(opened)

    def taken(self, here: Instance) -> bool:
        """Whether the block's name is taken; if so, that is reported."""
        key = public_name(self.full_name(here.title))
        if key in self.block_names:
            self._second_block(here, self.block_names[key])
            return True
        self.block_names[key] = here.label.span if here.label else here.head
        return False

    def _second_block(self, here: Instance, first: Span | None) -> None:
        """Two blocks, or two lines of the cut flow, of one name."""
        related = (Label(first, "the first one"),) if first is not None else ()
        where = here.label.span if here.label else here.head
        help = f"give it a name: `{here.keyword}(:name)`" if here.label is None and here.construct.body else "choose another name"
        if here.construct.body:
            self.bag.add(shape.DUPLICATE_BLOCK, f"`{here.name}` is the name of two blocks", where, related=related, help=help)
        else:
            self.bag.add(physics.CUT_NAME_CLASH, f"`{here.name}` names two lines of the cut flow", where, related=related, help=help)

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
        self, block: str, part: str, condition: ir.Expr, span: Span, *, veto: bool = False, when: ir.Expr | None = None
    ) -> None:
        """A cut of the event, with its line in the cut flow; what it guarantees is noted."""
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
            self.bag.add(physics.CUT_NAME_CLASH, f"`{cut.name}` names two lines of the cut flow", span, related=related, help=help)
        self.cut_names.setdefault(cut.key, span)
        return cut

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

    # --- lists ------------------------------------------------------------------------------------------------------------

    def make_list(
        self, name: str, kind: ListKind, span: Span | None, *, species: Species | None = None, charge: int = 0,
        parent: ListInfo | None = None, hidden: bool = False,
    ) -> ListInfo:  # fmt: skip
        """A new list in scope. A name that is taken or reserved is reported, and the list replaces the old one."""
        if not hidden and span is not None:
            self._check_list_name(name, span)
        full = name if hidden else self.full_name(name)
        info = ListInfo(ListSymbol(full, kind, species, charge), span, self.current, parent, hidden)
        self.scope.lists[name] = info
        self.scope.counts.pop(full, None)
        self.infos[full] = info
        if not hidden:
            self.made.append(info)
        return info

    def _check_list_name(self, name: str, span: Span) -> None:
        known = self.scope.lists.get(name)
        if known is not None:
            related = (Label(known.span, "the first one"),) if known.span else ()
            help = "give one of them another name: `as: :other_name`, or a label"
            self.bag.add(codes.LIST_DEFINED_TWICE, f"the list `{name}` is made twice", span, related=related, help=help)
        elif name in functions.FUNCTIONS or name in functions.EVENT or name in RESERVED:
            help = "functions and words of the language cannot name lists"
            self.bag.add(codes.RESERVED_NAME, f"`{name}` cannot name a list", span, help=help)
        elif name in self.scope.values or name in self.scope.fits:
            first = (self.scope.values.get(name) or self.scope.fits[name]).span
            related = (Label(first, "the first one"),) if first else ()
            self.bag.add(codes.LIST_DEFINED_TWICE, f"`{name}` names two things", span, related=related)

    def hidden_list(self, kind: ListKind, parent: ListInfo, hint: str) -> ListInfo:
        """A list of the compiler's own."""
        self.hidden += 1
        name = f"{hint}_{self.hidden}"
        return self.make_list(name, kind, None, parent=parent, species=parent.symbol.species, hidden=True)

    def collection(self, source: Source) -> ListInfo:
        """All charged tracks or all showers; read where they are first needed."""
        name = "all_tracks" if source is Source.CHARGED else "all_showers"
        known = self.scope.lists.get(name)
        if known is not None:
            return known
        kind = ListKind.TRACKS if source is Source.CHARGED else ListKind.SHOWERS
        info = self.make_list(name, kind, None, hidden=True)
        self.emit(Collection(target=info.symbol, source=source))
        return info

    def use(self, info: ListInfo) -> None:
        """A list is used: it and what it was selected from are not idle."""
        self.used.add(info.symbol.name)

    def info_of(self, symbol: ListSymbol) -> ListInfo | None:
        """What is known about a list symbol."""
        return self.infos.get(symbol.name)

    def find_list(self, name: str, span: Span | None) -> ListInfo | None:
        """A list by name; `pi`, `ka` ... are made of both charges when they are first named."""
        info = self.scope.lists.get(name)
        if info is not None and not info.hidden:
            return info
        either = EITHER_CHARGE.get(name)
        if either is None:
            return None
        plus, minus = (self.scope.lists.get(part) for part in either[:2])
        if plus is None or minus is None:
            return None
        return self._merged(name, plus, minus, either[2])

    def _merged(self, name: str, plus: ListInfo, minus: ListInfo, species: Species) -> ListInfo:
        """Both charges as one list, filled at the end of the block that makes the second of them."""
        self.use(plus)
        self.use(minus)
        at = self.made.index(minus) > self.made.index(plus) if plus in self.made and minus in self.made else True
        block = minus.block if at else plus.block
        assert block is not None
        symbol = ListSymbol(_beside(minus.symbol.name, name), ListKind.TRACKS, species, 0)
        info = ListInfo(symbol, None, block, plus.parent)
        merge = Merge(target=symbol, sources=(plus.symbol, minus.symbol))
        if merge not in block.steps:
            block.steps.append(merge)
        self.scope.lists[name] = info
        self.infos[symbol.name] = info
        low = self.scope.count(plus).low + self.scope.count(minus).low
        most, more = self.scope.count(plus).high, self.scope.count(minus).high
        self.scope.narrow(info, low, None if most is None or more is None else most + more)
        return info

    def assume_for(self, name: str, span: Span) -> ListInfo | None:
        """The list `name` of a standard block, assumed if the program has no such block; else None."""
        return self.assumptions.list_for(self, name, span)

    def need_list(self, name: str, span: Span, typer: Typer | None = None) -> ListInfo:
        """A list that must be there; raises `Wrong` after a diagnostic."""
        info = self.find_list(name, span) or self.assume_for(name, span)
        if info is not None:
            return info
        return self._no_list(name, span)

    def _no_list(self, name: str, span: Span) -> ListInfo:
        later = self.made_later(name)
        if later is not None:
            related = (Label(later, "made here"),)
            help = "blocks run as written: move it up"
            self.bag.add(codes.USED_BEFORE_MADE, f"`{name}` is used before it is made", span, related=related, help=help)
            raise Wrong
        known = [known for known, info in self.scope.lists.items() if not info.hidden]
        help = did_you_mean(name, known, f"in scope: {listed(known)}" if known else "no list is made before this")
        fixes = respelled(name, span, known) if span.text == name else ()
        self.bag.add(codes.UNKNOWN_NAME, f"no list is called `{name}` here", span, help=help, fixes=fixes)
        raise Wrong

    def list_named(self, value: ast.Expr) -> ListInfo | None:
        """A list where a block asks for one: name, symbol or `rest(...)`; None after a diagnostic."""
        try:
            info = self.list_argument(value, None)
            if info is None and isinstance(value, (ast.Name, ast.Symbol)):
                info = self.need_list(value.name, value.span)
            if info is None:
                help = "name a list: `good`, `rest(good, pip, pim)`"
                self.bag.add(codes.WRONG_KIND, "a list is needed here", value.span, help=help)
                return None
        except Wrong:
            return None
        self.use(info)
        return info

    def list_argument(self, value: ast.Expr, typer: Typer | None) -> ListInfo | None:
        """`value` as a list, if it is one: a list's name, an alias made by `let`, `rest(...)`."""
        if isinstance(value, (ast.Name, ast.Symbol)):
            if typer is not None and value.name in typer.locals:
                return None
            known = self.scope.values.get(value.name)
            if known is not None:
                return known.list
            return self.find_list(value.name, value.span) or self.assume_for(value.name, value.span)
        if isinstance(value, ast.Call) and value.function.name == "rest":
            return self._rest(value)
        return None

    def _rest(self, value: ast.Call) -> ListInfo:
        """`rest(good, pip, ...)`: the entries of the first list that are in none of the others."""
        lists: list[ListInfo] = []
        for argument in value.arguments:
            info = self.list_named(argument.value)
            if info is None:
                raise Wrong
            lists.append(info)
        if len(lists) < 2:
            help = "write `rest(good, pip, pim)`"
            self.bag.add(codes.WRONG_ARGUMENTS, "`rest` takes a list and what to leave out of it", value.span, help=help)
            raise Wrong
        source = lists[0]
        target = self.hidden_list(source.symbol.kind, source, "rest")
        binder = ir.Binder("x", source.symbol)
        member = ir.Among(
            type=Type(Kind.FLAG, origin=Origin.MEASURED), span=value.span, particle=names.particle_variable(binder, value.span),
            lists=tuple(info.symbol for info in lists[1:]),
        )  # fmt: skip
        condition = nodes.negate(member, value.span)
        self.emit(Select(span=value.span, target=target.symbol, source=source.symbol, binder=binder, condition=condition))
        return target

    def made_later(self, name: str) -> Span | None:
        """Where a name is made further down, if it is."""
        span = self.planned.get(name)
        if span is None or not self.stack or self.current.span is None:
            return None
        return span if span.start > self.current.span.start else None

    # --- counts and cuts of fields ----------------------------------------------------------------------------------------

    def typer(self, numbers: Numbers | None = None, **settings: Any) -> Typer:
        """A typer of formulas in the current scope."""
        return Typer(self, numbers or Constants(), **settings)

    def field_cut(
        self, here: Instance, entry: Entry, left: ir.Expr, *, path: str = "", name: str = ""
    ) -> ir.Expr | None:
        """The comparison a `Cut` field makes of `left`; its numbers are the parameters `block.field`."""
        field = cast(CutField, entry.field)
        cut: Comparison = entry.value
        public = self.full_name(f"{here.name}{path}.{name or entry.key.name}")
        ends = (".low", ".high") if cut.operator is ast.Operator.IN else ("",)
        numbers = _FieldNumbers(public, field.doc, ends, field)
        typer = self.typer(numbers)
        return typer.compared(left, cut.operator, cut.right, cut.span)

    def variable(self, binder: ir.Binder, span: Span | None = None) -> ir.Variable:
        """The particle a loop stands at."""
        return names.particle_variable(binder, span)

    def count_cuts(self, here: Instance, others: Mapping[str, Callable[[Entry], ir.Expr]] | None = None) -> None:
        """One cut of the event per `n<list>` of a block and per field in `others`, in the order written."""
        for entry in here.entries:
            if isinstance(entry.field, CountField):
                left = self._counted(here, entry)
            elif others and entry.field.name in others:
                left = others[entry.field.name](entry)
            else:
                continue
            condition = None if left is None else self.field_cut(here, entry, left)
            if condition is not None:
                self.require(here.name, entry.key.name, condition, entry.statement.span)

    def _counted(self, here: Instance, entry: Entry) -> ir.Expr | None:
        info = self.find_list(entry.key.name[1:], entry.key.span)
        if info is None:
            self._unknown_count(here, entry)
            return None
        self.use(info)
        return functions.list_size(info.symbol, entry.key.span)

    def _unknown_count(self, here: Instance, entry: Entry) -> None:
        known = [*here.construct.fields, *(f"n{name}" for name, info in self.scope.lists.items() if not info.hidden)]
        wanted = entry.key.name
        help = did_you_mean(wanted, known, f"`n` and a list counts it; lists here: {listed(sorted(k for k, i in self.scope.lists.items() if not i.hidden))}")
        fixes = respelled(wanted, entry.key.span, known)
        message = f"`{here.keyword}` has no field `{wanted}`, and no list is called `{wanted[1:]}`"
        self.bag.add(shape.UNKNOWN_FIELD, message, entry.key.span, help=help, fixes=fixes)

    def parameter(
        self, name: str, value: float | bool, doc: str, *, dimension: Dimension = NUMBER, span: Span | None = None, unit: str = ""
    ) -> Parameter:
        """A number with its public name (without the region's)."""
        return Parameter(self.full_name(name), value, dimension, unit or base_word(dimension), doc, span)

    def numbered(self, base: str, doc: str) -> Numbered:
        """Names for the numbers of one or more formulas: `<base>_1`, `<base>_2` as written."""
        return Numbered(self.full_name(base), doc)

    def condition(self, value: ast.Expr, numbers: Numbered, **settings: Any) -> ir.Expr | None:
        """A formula as a condition."""
        return self.typer(numbers, **settings).condition(value)

    def value(self, value: ast.Expr, name: str, doc: str) -> ir.Expr | None:
        """The value that `let` names: a number alone is the parameter `name`, numbers with units in a formula `name_1` ..."""
        full = self.full_name(name)
        alone = isinstance(value, ast.Number) or (isinstance(value, ast.Negative) and isinstance(value.operand, ast.Number))
        return self.typer(Field(full, doc) if alone else WithUnits(full, doc)).formula(value, lists=True)

    def list_value(self, value: ast.Expr) -> ListInfo | None:
        """A list that `let` gives another name: a list's name where it is no single candidate, `rest(...)`; else None."""
        try:
            if isinstance(value, ast.Call):
                return self._rest(value) if value.function.name == "rest" else None
            return self.list_argument(value, None)
        except Wrong:
            return None

    def vector(self, value: ast.Expr) -> ir.Expr | None:
        """A formula that must be a four-momentum or particle, as a four-momentum."""
        typed = self.typer().formula(value)
        if typed is None:
            return None
        if typed.type.kind not in (Kind.P4, Kind.PARTICLE):
            message = f"`{value.span.text}` is a {typed.type.kind.value}, and a four-momentum is needed"
            self.bag.add(codes.WRONG_KIND, message, value.span, help="write for example `recoil_p4(pip, pim)`")
            return None
        return nodes.p4_of(typed, value.span)

    def branch(
        self, value: ast.Expr, known: Mapping[str, ir.Expr], asked: frozenset[FitSymbol], *, lists: bool = False,
        own_fit: FitSymbol | None = None,
    ) -> ir.Expr | None:  # fmt: skip
        """A formula whose numbers stay constants: a branch of a tuple, the key of a choice."""
        typer = self.typer(locals=dict(known), own_fit=own_fit, when_absent=physics.ABSENT_BRANCH)
        typer.asked = set(asked)
        return typer.formula(value, lists=lists)

    def together(self, values: Sequence[ast.Expr]) -> tuple[ir.Expr, ...] | None:
        """Formulas of one fill, lists run over together (the axes of a histogram)."""
        return self.typer(when_absent=physics.ABSENT_BRANCH).together(values)

    def fits_asked(self, columns: Iterable[tuple[Named, ...]]) -> frozenset[FitSymbol]:
        """The fits that a tuple has a branch `passed(fit)` for."""
        typer = self.typer()
        return frozenset(names.asked_in(typer, [named.value for column in columns for named in column]))

    # --- sources ----------------------------------------------------------------------------------------------------------

    def track_source(self, here: Instance, items: Sequence[SourceItem] | None) -> ListInfo | None:
        """The list of tracks a block works on: the one named, or the only one that is not identified yet."""
        if items:
            return self._named_tracks(items[0].value)
        fitting = [
            info for info in self.scope.lists.values()
            if info.is_tracks and info.symbol.species is None and not info.hidden
        ]  # fmt: skip
        if len(fitting) > 1:
            related = tuple(Label(info.span, f"`{info.symbol.name}`") for info in fitting if info.span)
            known = listed(info.symbol.name for info in fitting)
            help = f"write `from {fitting[0].symbol.name}`"
            message = f"`{here.keyword}` can take {known}, and does not say which"
            self.bag.add(codes.TWO_SOURCES, message, here.head, related=related, help=help)
            return None
        if fitting:
            self.use(fitting[0])
            return fitting[0]
        info = self.assume_for("good", here.head)
        if info is None:
            help = "a `charged_tracks` block makes a list of tracks; it stands before"
            self.bag.add(codes.NO_SOURCE, f"`{here.keyword}` finds no list of tracks", here.head, help=help)
            return None
        self.use(info)
        return info

    def _named_tracks(self, value: ast.Expr) -> ListInfo | None:
        info = self.list_named(value)
        if info is not None and not info.is_tracks:
            message = f"`{value.span.text}` is a list of photons, and charged tracks are needed"
            self.bag.add(physics.TRACK_NEEDED, message, value.span, help="name a list of tracks, such as `good`")
            return None
        return info

    def track_list(self, value: ast.Expr) -> ListInfo | None:
        """A list of tracks that is named; None after a diagnostic."""
        return self._named_tracks(value)

    # --- identification ---------------------------------------------------------------------------------------------------

    def identify(self, info: ListInfo, spec: PidSpec, span: Span | None) -> None:
        """Run the identification for a list, unless it was run for it or a list it was selected from."""
        for known, source in self.scope.identified:
            if known == spec and info.comes_from(source):
                return
        self.emit(Identify(span=span, source=info.symbol, spec=spec))
        self.scope.identified.append((spec, info))

    def pid_spec(self, track: ir.Expr, span: Span, typer: Typer) -> PidSpec:
        """The identification that a quantity of a track speaks of; it is run for the track's list if it was not."""
        spec = self.scope.pid
        if spec is None:
            help = "a `pid` block before it says which systems and hypotheses are used"
            typer.fail(codes.NO_IDENTIFICATION, "no particle identification was run before this", span, help=help)
        symbol = _list_of(track)
        info = None if symbol is None else self.info_of(symbol)
        if info is not None:
            self.identify(info, spec, span)
        return spec

    # --- beam and properties ----------------------------------------------------------------------------------------------

    def ecms(self, span: Span) -> ir.Expr:
        """The centre-of-mass energy, which `analysis` must give."""
        self._need_ecms(span)
        return nodes.call("ecms", (), span)

    def beam(self, span: Span) -> ir.Beam:
        """The four-momentum of the beams."""
        self._need_ecms(span)
        return nodes.beam(span)

    def _need_ecms(self, span: Span) -> None:
        if self.ecms_parameter is None and not self.ecms_missing:
            self.ecms_missing = True
            help = 'add `analysis "Name" do` with `ecms 3.097 GeV`'
            self.bag.add(physics.ECMS_MISSING, "this needs the centre-of-mass energy, and no `analysis` gives it", span, help=help)

    def property(self, arguments: list[ast.Expr], value: ast.Call, typer: Typer) -> ir.Expr:
        """`property("UseTof", true)`: a property of the algorithm under its own name."""
        name, default = arguments
        if not isinstance(name, ast.String) or public_name(name.value) != name.value or not name.value[:1].isalpha():
            help = 'letters, digits and `_`: `property("UseTof", true)`'
            typer.fail(codes.WRONG_ARGUMENTS, "a property has a name between quotes", name.span, help=help)
        if isinstance(default, ast.Boolean):
            parameter = Parameter(name.value, default.value, doc="switch of the program", span=default.span)
        else:
            typed = self.typer().formula(default)
            number = None if typed is None else nodes.known_value(typed)
            if typed is None or number is None:
                help = "its default is a number, `true` or `false`"
                typer.fail(codes.WRONG_ARGUMENTS, f"`{name.value}` has no constant default", default.span, help=help)
            dimension = typed.type.dimension
            parameter = Parameter(name.value, number, dimension, base_word(dimension), "number of the program", default.span)
        known = self.properties.setdefault(name.value, parameter)
        if (known.value, known.dimension) != (parameter.value, parameter.dimension):
            related = (Label(known.span, "the first one"),) if known.span else ()
            help = "give it the same default everywhere"
            typer.fail(codes.PROPERTY_CONFLICT, f"the property `{name.value}` has two defaults", default.span, related=related, help=help)
        return nodes.parameter_ref(known)

    # --- fits -------------------------------------------------------------------------------------------------------------

    def shared(self, name: str, value: float | bool, doc: str, *, dimension: Dimension = NUMBER) -> Parameter:
        """A number all blocks share, regions included."""
        return Parameter(name, value, dimension, base_word(dimension), doc)

    def fit_line(self, here: Instance, symbol: FitSymbol) -> Cut:
        """The cut-flow line of a fit's refusals; an optional fit has none."""
        if symbol.optional:
            return Cut(self.full_name(here.name), "fit")
        return self.cut(here.name, "fit", here.head)

    def make_fit(self, name: str, symbol: FitSymbol, span: Span | None, step: Fit) -> None:
        """A fit in scope, under its block's name."""
        known = self.scope.lists.get(name) or self.scope.values.get(name)
        if known is not None and span is not None:
            related = (Label(known.span, "the first one"),) if known.span else ()
            self.bag.add(codes.LIST_DEFINED_TWICE, f"`{name}` names two things", span, related=related)
        self.scope.fits[name] = FitInfo(symbol, span, step)
        self.emit(step)

    def output_name(self, here: Instance, kind: str) -> str:
        """The name of a tuple or histogram, as written; two of a kind and name are an error, in regions too."""
        key = f"{kind} {here.name}"
        if key in self.filled and self.region:
            first = self.filled[key]
            related = (Label(first, "the first one"),) if first is not None else ()
            where = here.label.span if here.label else here.head
            help = "tuples and histograms of all regions are in one file: choose another name"
            self.bag.add(shape.DUPLICATE_BLOCK, f"`{here.name}` names two blocks `{kind}`", where, related=related, help=help)
        self.filled.setdefault(key, here.label.span if here.label else here.head)
        return here.name

    def make_value(self, name: ast.Word, value: ir.Expr | None, info: ListInfo | None = None) -> None:
        """A name for a value or list (`let`)."""
        known = self.scope.values.get(name.name) or self.scope.lists.get(name.name) or self.scope.fits.get(name.name)
        if known is not None:
            related = (Label(known.span, "the first one"),) if known.span else ()
            self.bag.add(codes.LIST_DEFINED_TWICE, f"`{name.name}` names two things", name.span, related=related)
        elif name.name in functions.FUNCTIONS or name.name in functions.EVENT or name.name in RESERVED:
            help = "functions and words of the language cannot be redefined"
            self.bag.add(codes.RESERVED_NAME, f"`{name.name}` cannot name a value", name.span, help=help)
        self.scope.values[name.name] = ValueInfo(value, name.span, info)


class _FieldNumbers(Field):
    """Numbers of a cut field: read as the field reads them (ticks, degrees), named `block.field`."""

    def __init__(self, name: str, doc: str, ends: tuple[str, ...], field: CutField) -> None:
        super().__init__(name, doc, ends)
        self.field = field

    def number(self, value: float, dimension: Dimension, span: Span) -> ir.Expr:
        field = self.field
        if field.other is not None and dimension == field.other[0]:
            value, dimension = value * field.other[1], field.dimension
        elif dimension == NUMBER:
            dimension = field.dimension if field.dimension != NUMBER else NUMBER
            value *= field.scale
        made = super().number(int(value) if field.whole and value == int(value) else value, dimension, span)
        if not field.bare or not isinstance(made, ir.ParameterRef):
            return made
        unit = field.bare if field.dimension == NUMBER else base_word(field.dimension)
        return nodes.parameter_ref(Parameter(made.parameter.name, made.parameter.value, dimension, unit, field.doc, span))


def _beside(full: str, name: str) -> str:
    """`name` in the region of the list `full`."""
    head, dot, _ = full.rpartition(".")
    return f"{head}{dot}{name}"


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


def _list_of(track: ir.Expr) -> ListSymbol | None:
    """The list a particle comes from."""
    if isinstance(track, ir.Variable):
        return track.binder.list
    if isinstance(track, ir.Pick):
        return track.list
    if isinstance(track, ir.Product):
        role = next((role for role in track.fit.roles if role.name == track.role), None)
        while role is not None and isinstance(role.source, FromVertex):
            source = role.source
            role = next((inner for inner in source.fit.roles if inner.name == source.role), None)
        return role.source if role is not None and isinstance(role.source, ListSymbol) else None
    return None

