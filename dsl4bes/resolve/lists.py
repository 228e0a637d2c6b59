"""Lists: making them, finding them by name, taking a block's source from them.

In: names and expressions of blocks. Out: `ListInfo`s, and the steps that fill the compiler's own lists (all tracks, both charges, `rest(...)`).
A list that nothing makes is assumed through `assume.py`, or reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from dsl4bes.constructs.base import Instance, SourceItem
from dsl4bes.constructs.species import EITHER_CHARGE
from dsl4bes.constructs.words import did_you_mean, listed, respelled
from dsl4bes.diagnostics.codes import names as codes
from dsl4bes.diagnostics.codes import physics
from dsl4bes.diagnostics.model import Label
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.fits import Others
from dsl4bes.ir.primitives import Collection, Merge, Select, Source
from dsl4bes.ir.types import ListKind, ListSymbol, Species, own_name
from dsl4bes.resolve import functions, names
from dsl4bes.resolve.blocks import Blocks
from dsl4bes.resolve.rest import OTHERS, rest
from dsl4bes.resolve.scope import ListInfo
from dsl4bes.resolve.typer import Typer
from dsl4bes.resolve.wrong import Wrong
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.resolve.builder import Builder

RESERVED = frozenset({"raw", "baseline", "all_tracks", "all_showers", "events", "x"})


class Lists(Blocks):
    """The part of the builder that knows lists."""

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
            self.bag.add(
                codes.LIST_DEFINED_TWICE, f"the list `{name}` is made twice", span, related=related, help=help
            )
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
        name = own_name(hint, str(self.hidden))
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
        at = (
            self.made.index(minus) > self.made.index(plus)
            if plus in self.made and minus in self.made
            else True
        )
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

    def of_charge(self, symbol: ListSymbol, charge: int) -> ListSymbol:
        """The tracks of one charge in a list of either charge, in its order; a list of one charge is itself."""
        info = self.info_of(symbol)
        if info is None or symbol.charge or not charge or not info.is_tracks:
            return symbol
        word = own_name(symbol.name, "plus" if charge > 0 else "minus")
        known = self.scope.lists.get(word)
        if known is None:
            known = self.make_list(word, symbol.kind, None, species=symbol.species, charge=charge, parent=info, hidden=True)
            binder = ir.Binder("x", symbol)
            sign = nodes.call("charge", (names.particle_variable(binder, None),), None)
            comparison = ir.Comparison.GT if charge > 0 else ir.Comparison.LT
            condition = nodes.compare(comparison, sign, nodes.constant(0.0, None), None)
            self.emit(Select(target=known.symbol, source=symbol, binder=binder, condition=condition))
            self.scope.narrow(known, None, self.scope.count(info).high)
        return known.symbol

    def assume_for(self, name: str, span: Span) -> ListInfo | None:
        """The list `name` of a standard block, assumed if the program has no such block; else None."""
        return self.assumptions.list_for(cast("Builder", self), name, span)

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
            self.bag.add(
                codes.USED_BEFORE_MADE,
                f"`{name}` is used before it is made",
                span,
                related=related,
                help=help,
            )
            raise Wrong
        known = [known for known, info in self.scope.lists.items() if not info.hidden]
        help = did_you_mean(
            name, known, f"in scope: {listed(known)}" if known else "no list is made before this"
        )
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
            return rest(self, value)
        return self.list_of_tag(value, typer) if isinstance(value, ast.Attribute) else None

    def list_of_tag(self, value: ast.Attribute, typer: Typer | None) -> ListInfo | None:
        """`tag.other_tracks`, `tag.other_showers`: what the D tag at hand does not use; None for what is no such list."""
        owner = value.owner
        fit = self.scope.fits.get(owner.name) if isinstance(owner, (ast.Name, ast.Symbol)) else None
        if fit is None or fit.symbol.kind not in names.TAGS or value.name.name not in OTHERS:
            return None
        typer = typer or Typer(cast("Builder", self))
        names.one_candidate(typer, fit.symbol, value.span)
        names.may_be_absent(typer, fit.symbol, value.span)
        word = own_name(fit.symbol.name, value.name.name)
        known = self.scope.lists.get(word)
        if known is None:
            source = self.collection(Source.CHARGED if value.name.name == OTHERS[0] else Source.NEUTRAL)
            known = self.make_list(word, source.symbol.kind, None, parent=source, hidden=True)
            self.emit(Others(span=value.span, target=known.symbol, source=source.symbol, fit=fit.symbol))
        return known

    def made_later(self, name: str) -> Span | None:
        """Where a name is made further down, if it is."""
        span = self.planned.get(name)
        if span is None or not self.stack or self.current.span is None:
            return None
        return span if span.position > self.current.span.position else None

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
            self.bag.add(
                physics.TRACK_NEEDED, message, value.span, help="name a list of tracks, such as `good`"
            )
            return None
        return info

    def track_list(self, value: ast.Expr) -> ListInfo | None:
        """A list of tracks that is named; None after a diagnostic."""
        return self._named_tracks(value)


def _beside(full: str, name: str) -> str:
    """`name` in the region of the list `full`."""
    head, dot, _ = full.rpartition(".")
    return f"{head}{dot}{name}"
