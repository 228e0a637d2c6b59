"""Blocks that were not written: the collaboration's standard (SEMANTICS rule 9), as text that is parsed like the user's.

In: the name of a list that nothing makes, and the program's blocks. Out: the standard block, resolved in front of the block that
needs it, with a note that shows its text. Never assumed: a block of a kind that the program has itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from dsl4bes.constructs.base import SELECTION, Block, Instance
from dsl4bes.constructs.shape import shape
from dsl4bes.constructs.species import IDENTIFIED
from dsl4bes.diagnostics.codes import physics
from dsl4bes.diagnostics.model import Bag
from dsl4bes.resolve.outline import unfolded
from dsl4bes.source import SourceFile, Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.resolve.builder import Builder
    from dsl4bes.resolve.scope import ListInfo


class Assumptions:
    """What may be assumed in this program: constructs with a standard that are not written, and the species it names."""

    def __init__(
        self, registry: Mapping[str, type[Block]], written: Iterable[str], species: Callable[[], tuple[str, ...]]
    ) -> None:
        self.registry = registry
        self.written = set(written)
        self.species = species
        self.assumed: set[str] = set()

    def list_for(self, builder: Builder, name: str, span: Span) -> ListInfo | None:
        """The list `name`, made by a standard block that is assumed now; None if no standard block makes it."""
        construct = self._maker(name)
        if construct is None or construct.keyword in self.assumed:
            return None
        if self.written & {construct.keyword, *construct.instead}:
            return None
        self.assumed.add(construct.keyword)
        self._resolve(builder, construct, name, span)
        return builder.find_list(name, span)

    def _maker(self, name: str) -> type[Block] | None:
        for construct in self.registry.values():
            if construct.standard and (
                name == construct.default_list or (not construct.default_list and name in IDENTIFIED)
            ):
                return construct
        return None

    def _resolve(self, builder: Builder, construct: type[Block], name: str, span: Span) -> None:
        from dsl4bes.syntax.parser import parse

        named = sorted({name, *self.species()})
        text = construct.standard.replace("<species>", ", ".join(f":{each}" for each in named))
        source = SourceFile(f"<standard {construct.keyword}>", text)
        inner = Bag()
        program = parse(source, inner)
        assert program is not None and not inner.has_errors, text
        builder.bag.add(
            physics.ASSUMED_BLOCK,
            f"no `{construct.keyword}` block is written: the standard one is assumed",
            span,
            label=f"`{name}` is needed here",
            help=f"write the block into `{SELECTION}` to change it",
            shows=text,
        )
        instance = _shaped(program.statements[0], self.registry, builder.bag)
        if builder.taken(instance):
            return
        stack, builder.stack = builder.stack, []
        place = builder.target, builder.scope
        if builder.frames:  # it is made once for the event, in front of what is done for each candidate
            builder.target, builder.scope = builder.frames[0]
        outer = builder.scope
        try:
            with builder.block(instance):
                construct.desugar(instance, builder)
        finally:
            builder.stack = stack
            builder.target, builder.scope = place
        for _, scope in (*builder.frames[1:], place):
            scope.learn(outer)


def _shaped(statement: ast.Statement, registry: Mapping[str, type[Block]], bag: Bag) -> Instance:
    nested = unfolded(statement)
    assert nested.body
    instance = shape(nested.body[0], SELECTION, registry, bag, assumed=True)
    assert instance is not None
    return instance
