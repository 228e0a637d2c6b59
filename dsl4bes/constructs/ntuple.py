"""`ntuple`: one row per event, or per entry of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs import candidates
from dsl4bes.constructs.base import ANYWHERE, Block, Entry, Example, Instance, LabelKind
from dsl4bes.constructs.fields import Formulas, Line, Number, Sources
from dsl4bes.constructs.measures import measure
from dsl4bes.constructs.values import is_name
from dsl4bes.constructs.words import listed
from dsl4bes.diagnostics.codes import names, physics
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.diagnostics.model import Label
from dsl4bes.ir import expr as ir
from dsl4bes.ir.candidates import FitSymbol
from dsl4bes.ir.primitives import ArrayColumn, Column, FillTuple
from dsl4bes.ir.types import Kind
from dsl4bes.physics.units import base_word
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder

ALWAYS = ("run", "event", "candidate")
LARGEST = 10000  #: entries of one array: more than any event has tracks and showers
_MAX = Number(doc="most entries that are kept", low=1, high=LARGEST, whole=True, name="max", usage="max: 50")

#: The tuple `<instance>_events` of every package (`record_events`).
_RECORD = "events"


class Ntuple(Block):
    """A tuple with one row per event, or per entry of the list or candidate of the combination that `per:` names; run and event number are always in it.

    `column name: formula` adds branches; what cannot be computed is stored as -999, an infinite chi2 as 9999. `array :name, formula, max: 50`
    adds a branch with one entry per element of a list; above `max` the entries of highest energy are kept and the rest is counted. Units are GeV, cm, ns and rad.
    At the top level a tuple is filled after the last cut, inside `event_selection` or a region where it stands.
    """

    keyword = "ntuple"
    quiet = True
    parents = ANYWHERE
    label = LabelKind.NAME
    label_required = True

    per = Sources(doc="list or combination with one row per entry or candidate", many=False, usage="per: gam")
    column = Formulas(doc="branches and their formulas", repeats=True, usage="column m_gg: m(gam1, gam2)")
    array = Line(
        keys=("max",),
        repeats=True,
        doc="a branch with one entry per element of a list",
        usage="array :e_gam, e(gam), max: 50",
    )

    examples = (
        Example(
            "Photon number and energies of every selected event.",
            "event_selection do\n    photons do\n        energy > 40 MeV\n        ngam >= 2\n    end\nend\n\n"
            'ntuple("photons") do\n    column n_gam: count(gam), m_gg: m(gam1, gam2)\n    array  :e_gam, e(gam), max: 50\nend\n',
        ),
        Example(
            "One row per photon.",
            "event_selection do\n    photons do\n        energy > 40 MeV\n    end\nend\n\n"
            'ntuple("each_photon", per: gam) do\n    column energy: e(gam), cos: cos(gam)\nend\n',
            "Inside, `gam` is the photon of the row.",
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        per = here.entry(cls.per)
        if per is None or not candidates.per(per.value[0].value, here, to, lambda: cls._fill(here, to, None)):
            cls._fill(here, to, per)

    @classmethod
    def _fill(cls, here: Instance, to: Builder, per: Entry | None) -> None:
        """The rows: of the event or of the candidate that is gone through, or one per entry of the list `per`."""
        binder: ir.Binder | None = None
        known: dict[str, ir.Expr] = {}
        if per is not None:
            info = to.list_named(per.value[0].value)
            if info is None:
                return
            binder = ir.Binder(info.symbol.name, info.symbol)
            known[info.symbol.name] = to.variable(binder, per.key.span)
        taken: dict[str, Span] = {}
        columns: list[Column] = []
        arrays: list[ArrayColumn] = []
        asked = to.fits_asked(entry.value for entry in here.all(cls.column))
        for entry in here.entries:
            if entry.field is cls.column:
                columns += _columns(entry, to, taken, known, asked)
            elif entry.field is cls.array:
                array = _array(here, entry, to, taken, known)
                arrays += [] if array is None else [array]
        if here.name == _RECORD:
            help = "the package writes which cuts each event passed into a tuple of this name: choose another one"
            to.bag.add(names.RESERVED_NAME, f"`{here.name}` cannot name an `ntuple`", here.label.span if here.label else here.head, help=help)
        if not columns and not arrays and not here.entries:
            to.bag.add(
                codes.MISSING_FIELD, "`ntuple` has no branches", here.head, help="add `column name: formula`"
            )
        to.emit(
            FillTuple(
                span=here.span,
                name=to.output_name(here, "ntuple"),
                columns=tuple(columns),
                arrays=tuple(arrays),
                per=binder,
                candidate=binder is None and bool(to.scope.inside),
            )
        )


def _columns(
    entry: Entry, to: Builder, taken: dict[str, Span], known: dict[str, ir.Expr], asked: frozenset[FitSymbol]
) -> list[Column]:
    made: list[Column] = []
    for named in entry.value:
        _check_name(named.name.name, named.name.span, taken, to)
        value = to.branch(named.value, known, asked)
        if value is not None and _is_number(value, named.value, to):
            made.append(Column(named.name.name, value, base_word(value.type.dimension)))
    return made


def _array(
    here: Instance, entry: Entry, to: Builder, taken: dict[str, Span], known: dict[str, ir.Expr]
) -> ArrayColumn | None:
    plain = [argument.value for argument in entry.value if argument.key is None]
    maximum = next((argument.value for argument in entry.value if argument.key is not None), None)
    if len(plain) != 2 or not isinstance(plain[0], (ast.Symbol, ast.String)):
        help = "write `array :e_gam, e(gam), max: 50`"
        to.bag.add(
            codes.BAD_VALUE, "`array` takes a name and a formula of a list", entry.statement.span, help=help
        )
        return None
    name = plain[0].name if isinstance(plain[0], ast.Symbol) else plain[0].value
    _check_name(name, plain[0].span, taken, to)
    _check_name(f"n_{name}", plain[0].span, taken, to)
    if maximum is None:
        help = "add `max: 50`: the branch needs a largest number of entries"
        to.bag.add(codes.MISSING_FIELD, f"the array `{name}` has no `max:`", entry.statement.span, help=help)
        return None
    most = measure(_MAX, maximum, to.bag)
    values = to.branch(plain[1], known, frozenset(), lists=True)
    if values is None or most is None:
        return None
    if not isinstance(values, ir.Each):
        help = f"write `column {name}: ...`; an array has one entry per element of a list"
        to.bag.add(
            names.WRONG_KIND, f"`{plain[1].span.text}` is one value, not a list", plain[1].span, help=help
        )
        return None
    if not _is_number(values.body, plain[1], to):
        return None
    limit = to.parameter(
        f"{here.name}.{name}.max", int(most.value), "most entries that are kept", span=most.span
    )
    return ArrayColumn(name, values, limit, base_word(values.type.dimension))


def _check_name(name: str, span: Span, taken: dict[str, Span], to: Builder) -> None:
    if not is_name(name):
        to.bag.add(
            codes.BAD_NAME,
            f"`{name}` cannot name a branch",
            span,
            help="letters, digits and `_`, beginning with a letter",
        )
    elif name in ALWAYS:
        help = f"every tuple has {listed(ALWAYS[:2])}, and `candidate` with `per:`"
        to.bag.add(physics.RESERVED_BRANCH, f"`{name}` is a branch of every tuple", span, help=help)
    elif name in taken:
        related = (Label(taken[name], "the first one"),)
        to.bag.add(physics.DUPLICATE_BRANCH, f"two branches are called `{name}`", span, related=related)
    taken.setdefault(name, span)


def _is_number(value: ir.Expr, written: ast.Expr, to: Builder) -> bool:
    if value.type.kind in (Kind.NUMBER, Kind.FLAG):
        return True
    help = f"store a quantity of it: `e({written.span.text})`, `m({written.span.text})`"
    to.bag.add(
        names.WRONG_KIND,
        f"`{written.span.text}` is a {value.type.kind.value}, and a branch holds a number",
        written.span,
        help=help,
    )
    return False
