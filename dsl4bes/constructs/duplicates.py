"""`duplicates`: events that come twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.base import SELECTION, Block, Example, Instance
from dsl4bes.constructs.fields import Flag, Number
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import Define
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder

#: Events that are remembered if nothing is said: some 500 MB.
MOST = 10_000_000


class Duplicates(Block):
    """Rejects events whose run and event number the job has met before, as when a file is given twice.

    The first one is kept; every event is remembered, whatever other cuts do with it. An event takes some 50 bytes; above `max` no further ones
    are remembered, and their number is printed at the end. With `report: true` nothing is rejected: repetitions are counted, printed at the end, and
    `first_time` says it in formulas below. A job of BOSS sees its own files only; a local run uses one process for such a program.
    """

    keyword = "duplicates"
    parents = (SELECTION,)
    body = False

    report = Flag(doc="count events that come again and keep them", usage="report: true")
    max = Number(default="10,000,000", whole=True, low=1, doc=f"number of events that are remembered, {MOST:,} if not said", usage="max: 1000000")

    examples = (
        Example(
            "Each event once.",
            "event_selection do\n    duplicates\n    photons do\n        ngam >= 2\n    end\nend\n",
            "The line of the cut flow is duplicates.",
        ),
        Example(
            "A column that says so, and no cut; up to a million events are remembered.",
            "event_selection do\n    duplicates report: true, max: 1000000\n    photons do\n        ngam >= 2\n    end\nend\n\n"
            'ntuple("gg") do\n    column e1: e(gam1), again: not first_time\nend\n',
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        written = here.get(cls.max)
        limit = int(MOST if written is None else written.value)
        span = None if written is None else written.span
        parameter = Parameter("duplicates.max", limit, doc="number of events that are remembered", span=span)
        new = nodes.call("first_time", (nodes.parameter_ref(parameter),), here.span)
        if not here.get(cls.report):
            to.require(here.name, "", new, here.span)
            return
        define = Define(span=here.span, name=to.full_name("first_time"), value=new)
        to.emit(define)
        to.make_value(ast.Word("first_time", here.head), ir.ValueRef(type=new.type, span=here.head, define=define))
