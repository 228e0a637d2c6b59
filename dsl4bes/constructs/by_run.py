"""`by_run`: a number that depends on the run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dsl4bes.constructs.base import ANYWHERE, Block, Entry, Example, Instance, LabelKind
from dsl4bes.constructs.fields import Formula, Line
from dsl4bes.constructs.runs import Runs, in_runs, overlap, read_runs
from dsl4bes.diagnostics.codes import names, physics
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.diagnostics.model import Label
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.primitives import Define
from dsl4bes.ir.types import Kind
from dsl4bes.physics.units import dimension_name
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder

#: Lines of one block: they are nested conditions in C++.
MAX_LINES = 100


class ByRun(Block):
    """A number that depends on the run: `beam_shift` is 1.2 MeV in these runs, 0.8 MeV in those, otherwise 1 MeV.

    The name can be used in formulas and in cuts of fields below. Without `otherwise` the number is absent in all other runs: a cut with it then
    rejects. Two lines must not speak of the same run; a simulated run counts as the run it imitates. Every number and every list of runs is a
    property: `beam_shift_value_1`, `beam_shift_runs_1`, ... in the order written.
    """

    keyword = "by_run"
    quiet = True
    parents = ANYWHERE
    label = LabelKind.NAME
    label_required = True

    runs = Line(
        required=True, repeats=True, keys=("value",), doc="runs, and the number in them", usage="runs 9947..10878, value: 1.2 MeV",
    )  # fmt: skip
    otherwise = Formula(default="absent", doc="the number in all other runs; absent there if not said", usage="otherwise 1 MeV")

    examples = (
        Example(
            "A shift of the photon energies that differs between two periods.",
            "event_selection do\n    by_run(:shift) do\n        runs      9947..10878, value: 1.2 MeV\n        runs      27255..28236, value: 0.8 MeV\n"
            "        otherwise 1 MeV\n    end\n    photons do\n        ngam >= 2\n    end\n"
            '    require "hard photon", e(gam1) - shift > 100 MeV\nend\n',
            "A number of these runs is changed with the property shift_value_1.",
        ),
        Example(
            "A limit of a field that depends on the run.",
            "event_selection do\n    by_run(:least) do\n        runs 9947..10878, 11001, value: 40 MeV\n        runs 27255..28236, value: 25 MeV\n    end\n"
            "    photons do\n        energy > least\n        ngam >= 2\n    end\nend\n",
            "Runs that are not named have no number, and no photon passes.",
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        assert here.label is not None
        value = _value(here, to, list(here.all(cls.runs)), here.get(cls.otherwise))
        word = ast.Word(here.label.name, here.label.span)
        if value is None:
            to.make_value(word, None)
            return
        define = Define(span=here.span, name=to.full_name(word.name), value=value)
        to.emit(define)
        to.make_value(word, ir.ValueRef(type=value.type, span=word.span, define=define))


def _value(here: Instance, to: Builder, lines: list[Entry], otherwise: ast.Expr | None) -> ir.Expr | None:
    """The number as a chain of conditions, the first line outermost."""
    if len(lines) > MAX_LINES:
        help = "put runs with the same number on one line"
        to.bag.add(codes.BAD_VALUE, f"`by_run` has at most {MAX_LINES} lines `runs`", lines[MAX_LINES].key.span, help=help)
        return None
    found: list[tuple[Runs, ir.Expr]] = []
    for number, entry in enumerate(lines, 1):
        line = _line(here, to, entry, number)
        if line is not None:
            found.append(line)
    last = None if otherwise is None else _number(here, to, otherwise, "otherwise")
    if len(found) < len(lines) or (otherwise is not None and last is None):
        return None
    clash = overlap([runs for runs, _ in found])
    if clash is not None:
        message = f"two lines of `{here.name}` speak of the same runs"
        to.bag.add(physics.RUNS_OVERLAP, message, clash[0].span, related=(clash[1],), help="a run has one number: part the ranges")
        return None
    numbers = [value for _, value in found] + ([last] if last is not None else [])
    if not _alike(here, to, numbers):
        return None
    dimension = numbers[0].type.dimension
    chain: ir.Expr = nodes.constant(float("nan"), here.span, dimension) if last is None else last
    for number in range(len(found), 0, -1):
        runs, value = found[number - 1]
        asked = in_runs(to.full_name(f"{here.name}.runs_{number}"), runs, f"runs of number {number} of {here.name}", runs.span)
        typed = replace(nodes.type_from((value, chain), Kind.NUMBER, dimension), maybe=last is None)
        chain = ir.IfElse(type=typed, span=here.span, condition=asked, then=value, otherwise=chain)
    return chain


def _line(here: Instance, to: Builder, entry: Entry, number: int) -> tuple[Runs, ir.Expr] | None:
    """`runs 9947..10878, value: 1.2 MeV`."""
    values = [argument.value for argument in entry.value if argument.key is not None]
    runs = read_runs([argument.value for argument in entry.value if argument.key is None], to.bag)
    if len(values) != 1:
        help = "write `runs 9947..10878, value: 1.2 MeV`"
        to.bag.add(codes.BAD_VALUE, "`runs` takes runs and one `value:`", entry.statement.span, help=help)
        return None
    value = _number(here, to, values[0], f"value_{number}")
    return None if runs is None or value is None else (runs, value)


def _number(here: Instance, to: Builder, value: ast.Expr, part: str) -> ir.Expr | None:
    typed = to.value(value, f"{here.name}.{part}", f"number of {here.name}")
    if typed is None:
        return None
    if typed.type.kind is not Kind.NUMBER or isinstance(typed, ir.Each):
        message = f"`{value.span.text}` is no number, and `by_run` gives numbers"
        to.bag.add(names.WRONG_KIND, message, value.span, help="conditions on the run are written with `in_runs(...)`")
        return None
    return typed


def _alike(here: Instance, to: Builder, numbers: list[ir.Expr]) -> bool:
    """Whether all numbers have one dimension."""
    first = numbers[0]
    for other in numbers[1:]:
        if other.type.dimension != first.type.dimension and first.span is not None and other.span is not None:
            kinds = dimension_name(first.type.dimension), dimension_name(other.type.dimension)
            message = f"the numbers of `{here.name}` are of different kinds"
            related = (Label(first.span, kinds[0]),)
            to.bag.add(names.DIMENSION_MISMATCH, message, other.span, label=kinds[1], related=related, help="give all of them the same unit")
            return False
    return True
