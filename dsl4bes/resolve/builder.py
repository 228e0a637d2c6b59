"""The builder: what constructs call to make the steps of their blocks, and what formulas ask about the program.

In: calls of the constructs' `desugar`, in the order of the program. Out: open blocks with steps, scopes, and diagnostics.
Its parts are in `blocks.py`, `lists.py` and `formulas.py`; here are identification, beams, properties, fits and values. The finished program is
put together in `from_ast.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from dsl4bes.constructs.base import Instance, SourceItem
from dsl4bes.constructs.bodies import Bodies, NoBodies
from dsl4bes.constructs.fields import Count as CountField
from dsl4bes.constructs.words import public_name
from dsl4bes.diagnostics.codes import names as codes
from dsl4bes.diagnostics.codes import physics, shape
from dsl4bes.diagnostics.model import Bag, Label
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.candidates import FitSymbol, FromVertex
from dsl4bes.ir.custom import Body, Member, View
from dsl4bes.ir.fits import Combination, Scope
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import Column, Cut, Identify, PidSpec, Products, Select
from dsl4bes.ir.program import HelixCorrection
from dsl4bes.ir.truth import Process
from dsl4bes.ir.types import NUMBER, Dimension, Kind, ListKind, ListSymbol, Origin, Species, Type, own_name
from dsl4bes.physics.decays import Decay
from dsl4bes.physics.particles import ParticleInfo
from dsl4bes.physics.units import base_word
from dsl4bes.resolve import functions, truth
from dsl4bes.resolve.assume import Assumptions
from dsl4bes.resolve.formulas import Formulas
from dsl4bes.resolve.lists import RESERVED
from dsl4bes.resolve.scope import FitInfo, ListInfo, Recovered, ValueInfo
from dsl4bes.resolve.typer import Typer
from dsl4bes.resolve.view import view
from dsl4bes.resolve.wrong import Wrong
from dsl4bes.source import SourceFile, Span
from dsl4bes.syntax import ast


class Builder(Formulas):
    """All that constructs may ask for (`constructs.builder.Builder`)."""

    bodies: Bodies = NoBodies()
    helix: HelixCorrection | None = None
    helix_place: Span | None = None

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
            typer.fail(
                codes.NO_IDENTIFICATION, "no particle identification was run before this", span, help=help
            )
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
        if self.ecms_parameter is None and not self.measured_ecms and not self.ecms_missing:
            self.ecms_missing = True
            help = 'add `analysis "Name" do` with `ecms 3.097 GeV`, or `ecms :database` for the measured energy of each run'
            self.bag.add(
                physics.ECMS_MISSING,
                "this needs the centre-of-mass energy, and no `analysis` gives it",
                span,
                help=help,
            )

    def property(self, arguments: list[ast.Expr], value: ast.Call, typer: Typer) -> ir.Expr:
        """`property("UseTof", true)`: a property of the algorithm under its own name."""
        name, default = arguments
        if (
            not isinstance(name, ast.String)
            or public_name(name.value) != name.value
            or not name.value[:1].isalpha()
        ):
            help = 'letters, digits and `_`: `property("UseTof", true)`'
            typer.fail(codes.WRONG_ARGUMENTS, "a property has a name between quotes", name.span, help=help)
        if isinstance(default, ast.Boolean):
            parameter = Parameter(name.value, default.value, doc="switch of the program", span=default.span)
        else:
            typed = self.typer().formula(default)
            number = None if typed is None else nodes.known_value(typed)
            if typed is None or number is None:
                help = "its default is a number, `true` or `false`"
                typer.fail(
                    codes.WRONG_ARGUMENTS, f"`{name.value}` has no constant default", default.span, help=help
                )
            dimension = typed.type.dimension
            parameter = Parameter(
                name.value, number, dimension, base_word(dimension), "number of the program", default.span
            )
        known = self.properties.setdefault(name.value, parameter)
        if (known.value, known.dimension) != (parameter.value, parameter.dimension):
            related = (Label(known.span, "the first one"),) if known.span else ()
            help = "give it the same default everywhere"
            typer.fail(
                codes.PROPERTY_CONFLICT,
                f"the property `{name.value}` has two defaults",
                default.span,
                related=related,
                help=help,
            )
        return nodes.parameter_ref(known)

    # --- custom blocks ----------------------------------------------------------------------------------------------------

    def view(self, items: Sequence[SourceItem] | None, own: tuple[Member, ...], head: Span) -> View | None:
        """What the code of a custom block sees, or None after a diagnostic."""
        return view(self, items, own, head)

    def body_of(self, here: Instance, seen: View, file: SourceFile | None) -> Body | None:
        """The accepted code of a custom block, or None after a diagnostic that says how to get it."""
        found = self.bodies.find(self.full_name(here.name), here, seen, file)
        if isinstance(found, Body):
            return found
        self.bag.add(found.code, found.message, here.head, help=found.help)
        return None

    # --- fits -------------------------------------------------------------------------------------------------------------

    def shared(self, name: str, value: float | bool, doc: str, *, dimension: Dimension = NUMBER) -> Parameter:
        """A number all blocks share, regions included."""
        return Parameter(name, value, dimension, base_word(dimension), doc)

    def fit_line(self, here: Instance, symbol: FitSymbol, part: str = "fit") -> Cut:
        """The cut-flow line of events without a candidate; an optional fit has none."""
        if symbol.optional:
            return Cut(self.full_name(here.name), part)
        return self.cut(here.name, part, here.head)

    def products(self, symbol: FitSymbol, span: Span) -> list[ListSymbol]:
        """The particles of a fit as lists, one for each kind, with the momenta that the fit gave them."""
        kinds: dict[tuple[Species, int], list[str]] = {}
        for role in symbol.roles:
            if role.species is not None:
                kinds.setdefault((role.species, role.charge), []).append(role.name)
        found = []
        for (species, charge), roles in kinds.items():
            word = own_name(symbol.name, species.value, *({1: ("plus",), -1: ("minus",)}.get(charge, ())))
            known = self.scope.lists.get(word)
            if known is None:
                kind = ListKind.SHOWERS if species is Species.GAMMA else ListKind.TRACKS
                known = self.make_list(word, kind, None, species=species, charge=charge, hidden=True)
                self.emit(Products(span=span, target=known.symbol, fit=symbol, roles=tuple(roles)))
                self.scope.narrow(known, len(roles), len(roles))
                self.fitted_lists[known.symbol] = symbol
            found.append(known.symbol)
        return found

    def momenta_of(self, symbol: ListSymbol) -> FitSymbol | None:
        """The fit whose particles a list holds."""
        return self.fitted_lists.get(symbol)

    def recover(self, word: str, name: str, track: ListSymbol, showers: ListInfo, binder: ir.Binder, near: ir.Expr) -> None:
        """Note which showers belong to the track of the list `word`, under the name of their sum; they become a list where a fit asks for them."""
        self.scope.recovered[name] = Recovered(word, track, showers, binder, near)

    def recovered(self, value: ast.Expr) -> tuple[str, ListSymbol, ListSymbol] | None:
        """The list of the track that a name stands for, by its word and as it is, and that of what it radiated; None if it is no such name."""
        name = value.name if isinstance(value, (ast.Name, ast.Symbol)) else ""
        known = self.scope.recovered.get(name)
        if known is None:
            return None
        if known.made is None:
            made = self.hidden_list(ListKind.SHOWERS, known.showers, f"{known.word}_radiated")
            source = known.showers.symbol
            self.emit(Select(span=value.span, target=made.symbol, source=source, binder=known.binder, condition=known.near))
            known = self.scope.recovered[name] = replace(known, made=made.symbol)
        assert known.made is not None
        return known.word, known.track, known.made

    def count_candidates(self, here: Instance, symbol: FitSymbol) -> None:
        """The cuts `n<name>` of a block that makes candidates."""
        typed = Type(Kind.NUMBER, origin=Origin.MEASURED)
        for entry in here.entries:
            if not isinstance(entry.field, CountField):
                continue
            if entry.key.name != f"n{here.name}":
                self._unknown_count(here, entry)
                continue
            left = ir.FitValue(type=typed, span=entry.key.span, fit=symbol, quantity=ir.FitQuantity.CANDIDATES)
            condition = self.field_cut(here, entry, left)
            if condition is not None:
                self.require(here.name, entry.key.name, condition, entry.statement.span)

    def make_fit(
        self, name: str, symbol: FitSymbol, span: Span | None, step: Combination, particle: ParticleInfo | None = None, decay: Decay | None = None
    ) -> None:
        """A fit or combination in scope, under its block's name; `particle`: what decays."""
        known = self.scope.lists.get(name) or self.scope.values.get(name)
        if known is not None and span is not None:
            related = (Label(known.span, "the first one"),) if known.span else ()
            self.bag.add(codes.LIST_DEFINED_TWICE, f"`{name}` names two things", span, related=related)
        self.scope.fits[name] = FitInfo(symbol, span, step, particle, decay)
        self.emit(step)

    @contextmanager
    def each(self, symbol: FitSymbol, span: Span | None) -> Iterator[None]:
        """What is made inside is made for every candidate: blocks go into a `Scope`, names end with it."""
        target, scope = self.target, self.scope
        self.frames.append((target, scope))
        self.target, self.scope = [], scope.fork()
        self.scope.inside = self.scope.inside | {symbol, *symbol.sides}
        try:
            yield
        finally:
            self.frames.pop()
            blocks, self.target, self.scope = tuple(block.closed() for block in self.target), target, scope
        self.emit(Scope(span=span, symbol=symbol, blocks=blocks))

    def correct_helices(self, correction: HelixCorrection, span: Span) -> None:
        """The correction of the program's helices; two are an error."""
        if self.helix is not None:
            help = "merge the two"
            self.bag.add(shape.DUPLICATE_BLOCK, "a program has one `helix_correction`", span, help=help)
        self.helix, self.helix_place = correction, span

    def output_name(self, here: Instance, kind: str) -> str:
        """The name of a tuple or histogram, as written; two of a kind and name are an error, in regions too."""
        key = f"{kind} {here.name}"
        if key in self.filled and self.region:
            first = self.filled[key]
            related = (Label(first, "the first one"),) if first is not None else ()
            where = here.label.span if here.label else here.head
            help = "tuples and histograms of all regions are in one file: choose another name"
            self.bag.add(
                shape.DUPLICATE_BLOCK,
                f"`{here.name}` names two blocks `{kind}`",
                where,
                related=related,
                help=help,
            )
        self.filled.setdefault(key, here.label.span if here.label else here.head)
        return here.name

    # --- truth ------------------------------------------------------------------------------------------------------------

    def claim_tuple(self, name: str, span: Span) -> bool:
        """Take the name of a tuple that a block makes by itself; False, with a diagnostic, if an `ntuple` has it."""
        key = public_name(self.full_name(f"ntuple {name}"))
        first = self.block_names.setdefault(key, span)
        if first is span:
            return True
        related = (Label(first, "the first one"),) if first is not None else ()
        message = f"`mc_truth` makes a tuple `{name}`, and an `ntuple` has that name"
        self.bag.add(shape.DUPLICATE_BLOCK, message, span, related=related, help="give the `ntuple` another name")
        return False

    def in_process(self, process: Process, span: Span) -> ir.Expr:
        """The flag of a process."""
        return truth.in_process(process, span)

    def of_truth(self, value: ast.Expr) -> ir.Expr | None:
        """A formula of generated quantities only: nothing measured is known where it is computed."""
        assumptions, self.assumptions = self.assumptions, Assumptions({}, (), lambda: ())
        bag, self.bag = self.bag, Bag()
        try:
            typed = self.typer().formula(value)
        finally:
            self.assumptions, inner, self.bag = assumptions, self.bag, bag
        measured = truth.names_measured(inner, self.planned, assumptions.registry) if typed is None else not truth.only_generated(typed)
        if not measured:
            bag.items.extend(inner.items)
            bag.errors += inner.errors
            return typed
        help = "put it into an `ntuple`, which is filled for selected events"
        message = f"`{value.span.text}` is measured, and the tree of `mc_truth` is filled before anything is selected"
        bag.add(codes.MEASURED_IN_TRUTH, message, value.span, help=help)
        return None

    def matches(self, value: ast.Expr) -> tuple[str, ir.Binder | None, tuple[Column, ...]] | None:
        """Name, loop and columns of the tuple of a `match`."""
        try:
            return truth.tuple_of(self.typer(), value)
        except Wrong:
            return None

    def make_value(self, name: ast.Word, value: ir.Expr | None, info: ListInfo | None = None) -> None:
        """A name for a value or list (`let`)."""
        known = (
            self.scope.values.get(name.name)
            or self.scope.lists.get(name.name)
            or self.scope.fits.get(name.name)
        )
        if known is not None:
            related = (Label(known.span, "the first one"),) if known.span else ()
            self.bag.add(
                codes.LIST_DEFINED_TWICE, f"`{name.name}` names two things", name.span, related=related
            )
        elif name.name in functions.FUNCTIONS or name.name in functions.EVENT or name.name in RESERVED:
            help = "functions and words of the language cannot be redefined"
            self.bag.add(codes.RESERVED_NAME, f"`{name.name}` cannot name a value", name.span, help=help)
        self.scope.values[name.name] = ValueInfo(value, name.span, info)


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
