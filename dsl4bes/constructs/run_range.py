"""`run_range`: the runs an analysis takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.base import Block, Entry, Example, Instance
from dsl4bes.constructs.fields import Field, Line
from dsl4bes.constructs.runs import Runs, in_runs, read_runs
from dsl4bes.diagnostics.codes import physics
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.diagnostics.model import Label
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder

_PHOTONS = "    photons do\n        ngam >= 2\n    end\n"


class RunRange(Block):
    """Events of the runs named are kept, those of bad runs rejected.

    Runs are numbers and ranges (both ends included); a simulated run counts as the run it imitates, |run|. Each list is a property, a text such as
    "9947..10878, 27255". Cuts that depend on the run ask `in_runs(...)`, numbers that depend on it are a `by_run` block.
    """

    keyword = "run_range"
    main = "runs"

    allow = Line(default="all that are not bad", repeats=True, doc="runs that are kept; all that are not bad if not said", usage="allow 9947..10878, 27255..28236")
    bad = Line(repeats=True, doc="runs that are rejected", usage="bad 10245, 10250..10260")

    examples = (
        Example(
            "The runs of one year.",
            f"event_selection do\n    run_range 9947..10878\n{_PHOTONS}end\n",
            "The list is the property run_range_allow.",
        ),
        Example(
            "Two periods without their bad runs, and a tighter cut in the second one.",
            "event_selection do\n    run_range do\n        allow 9947..10878, 27255..28236\n        bad   10245, 10250..10260\n    end\n"
            f'{_PHOTONS}    require "hard photon", e(gam1) > 100 MeV, when: in_runs(27255..28236)\nend\n',
            "The cut flow has the lines run_range.allow and run_range.bad.",
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        written = [argument.value for argument in here.main if argument.key is None]
        for argument in here.main:
            if argument.key is not None:
                help = "write `run_range 9947..10878, bad: [10245, 10250..10260]`"
                to.bag.add(codes.UNEXPECTED_ARGUMENT, f"`run_range` has no `{argument.key.name}:`", argument.key.span, help=help)
                return
        allowed = _runs(here, to, cls.allow, written)
        bad = _runs(here, to, cls.bad, [])
        if to.bag.has_errors and (allowed is None or bad is None):
            return
        if allowed is None and bad is None:
            help = "write `run_range 9947..10878`, or `bad 10245` in the block"
            to.bag.add(codes.MISSING_FIELD, "`run_range` names no run", here.head, help=help)
            return
        if allowed is not None and bad is not None and all(bad.covers(each) for each in allowed.ranges):
            related = (Label(allowed.span, "all of these"),)
            to.bag.add(physics.CUT_NEVER_PASSES, "every run that is allowed is bad", bad.span, related=related)
            return
        if allowed is not None:
            name = to.full_name(f"{here.name}.allow")
            to.require(here.name, "allow", in_runs(name, allowed, "runs that are kept", allowed.span), allowed.span)
        if bad is not None:
            name = to.full_name(f"{here.name}.bad")
            to.require(here.name, "bad", in_runs(name, bad, "runs that are rejected", bad.span), bad.span, veto=True)


def _runs(here: Instance, to: Builder, field: Field, written: list[ast.Expr]) -> Runs | None:
    """All runs of the lines of a field, in the order written."""
    entries: list[Entry] = list(here.all(field))
    values = [*written, *(argument.value for entry in entries for argument in entry.value)]
    return read_runs(values, to.bag) if values else None
