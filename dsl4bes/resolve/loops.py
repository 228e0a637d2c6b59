"""The lists a formula runs over.

In: lists named in a formula. Out: the binders of its loop, one per list, and one more for every further use within one call.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dsl4bes.ir import expr as ir
from dsl4bes.resolve.scope import ListInfo
from dsl4bes.source import Span


@dataclass
class Loop:
    """Lists a formula runs over: their binders in order of appearance. `forced`: lists of one entry are loops too."""

    forced: bool = False
    binders: dict[str, list[ir.Binder]] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    singles: set[str] = field(default_factory=set)
    alone: dict[str, int] = field(default_factory=dict)  #: least number of entries one call takes of a list

    def binder(self, info: ListInfo, occurrence: int, span: Span) -> ir.Binder:
        """The loop variable for the n-th use of a list within one call (0: the same for all calls)."""
        found = self.binders.setdefault(info.symbol.name, [])
        self.spans.setdefault(info.symbol.name, span)
        while len(found) <= occurrence:
            number = len(found) + 1
            name = info.symbol.name if number == 1 else f"{info.symbol.name}_{number}"
            found.append(ir.Binder(name, info.symbol, found[-1] if found else None))
        return found[occurrence]

    def all(self) -> tuple[ir.Binder, ...]:
        return tuple(binder for found in self.binders.values() for binder in found)
