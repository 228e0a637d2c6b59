"""Lowering of the primitives that write: ntuples and histograms.

In: `FillTuple` and `FillHistogram`. Out: their steps; the bookings go into the builder. Absent numbers become -999, +infinity 9999
(SEMANTICS rule 3), flags 0 or 1; an array above its maximum keeps the highest energies (rule 20).
"""

from __future__ import annotations

from dsl4bes.cpp.builder import Builder
from dsl4bes.cpp.expressions import each, open_loop, text
from dsl4bes.cpp.lists import source_text
from dsl4bes.cpp.model import ColumnItem, HistogramBooking, If, Line, Statement, TupleBooking
from dsl4bes.cpp.names import Names, comment, number, option_name, string, type_name
from dsl4bes.cpp.particles import momentum, particle
from dsl4bes.cpp.scope import Scope
from dsl4bes.cpp.steps import ArrayFill, ColumnFill, FillHistogramStep, FillTupleStep
from dsl4bes.ir.expr import Each, Expr, Variable
from dsl4bes.ir.primitives import ArrayColumn, Axis, Column, FillHistogram, FillTuple
from dsl4bes.ir.types import Kind, Type


def fill_tuple(step: FillTuple, build: Builder) -> FillTupleStep:
    """One row, or one row per entry of a list."""
    word = build.tuple_name(step.name)
    struct = build.symbols.types.new(f"{type_name(word)}Tuple")
    member = build.symbols.members.new(f"m_{word}_tuple")
    items = Names(("tuple", "run", "event", "candidate"))
    scope = build.scope()
    loop, row = None, scope
    if step.per is not None:
        loop, row = open_loop(step.per, {}, scope)
    columns, fills = columns_of(step.columns, items, row)
    arrays, array_fills = _arrays(step, items, row, build, word)
    build.tuples.append(
        TupleBooking(
            struct=struct,
            member=member,
            suffix=string(f"_{option_name(step.name)}"),
            title=string(title_of(step.name, step.columns, step.arrays, build)),
            items=columns,
            arrays=arrays,
            comment=f"ntuple {comment(step.name)}",
            per_candidate=step.per is not None or step.candidate,
        )
    )
    number = f"int({loop.index})" if loop is not None else "ctx.candidate" if step.candidate else ""
    return FillTupleStep(mark=build.mark(step), member=member, columns=fills, arrays=array_fills, per=loop, candidate=number)


def title_of(name: str, columns: tuple[Column, ...], arrays: tuple[ArrayColumn, ...], build: Builder) -> str:
    """The tuple's title: its name and the units of its columns (SEMANTICS rule 22; a column has no title of its own)."""
    units = [f"{column.name} [{column.unit}]" for column in columns if column.unit]
    units += [f"{array.name} [{array.unit}]" for array in arrays if array.unit]
    return f"{build.symbols.algorithm}: {name}{'; ' + ', '.join(units) if units else ''}"


def columns_of(
    columns: tuple[Column, ...], items: Names, scope: Scope
) -> tuple[tuple[ColumnItem, ...], tuple[ColumnFill, ...]]:
    """The items of columns and how they are filled."""
    booked, fills = [], []
    branches = {"run", "event", "candidate"}
    for column in columns:
        branch = _branch(column.name, branches)
        item, flag = items.new(column.name), column.value.type.kind is Kind.FLAG
        row = scope.inner()
        row.momenta = scope.momenta  # columns are written one after the other: what one collects, the next may use
        written = text(column.value, row)
        if flag:
            written = f"({written}) ? 1 : 0"
        else:
            scope.symbols.use("stored")
            written = f"stored({written})"
        booked.append(ColumnItem(string(branch), item, "int" if flag else "double", _unit(column.unit)))
        fills.append(
            ColumnFill(
                item=item, value=written, before=tuple(row.statements), comment=source_text(column.value)
            )
        )
    return tuple(booked), tuple(fills)


def _branch(name: str, taken: set[str]) -> str:
    """A branch name that no other column of the tuple has: a second item of one name would stay without memory."""
    branch, count = option_name(name), 2
    while branch in taken:
        branch, count = f"{option_name(name)}_{count}", count + 1
    taken.add(branch)
    return branch


def _unit(unit: str) -> str:
    return comment(unit)


def _arrays(
    step: FillTuple, items: Names, scope: Scope, build: Builder, word: str
) -> tuple[tuple[ColumnItem, ...], tuple[ArrayFill, ...]]:
    booked, fills = [], []
    branches = {"run", "event", "candidate", *(option_name(column.name) for column in step.columns)}
    for column in step.arrays:
        branch = _branch(column.name, branches)
        item, count = items.new(column.name), items.new(f"n_{column.name}")
        maximum = build.symbols.parameter(column.maximum, int)
        truncated = build.counter(
            f"{word}_{branch}_truncated", f"{step.name}: entries of {column.name} above the maximum, left out"
        )
        booked.append(
            ColumnItem(
                string(branch),
                item,
                "double",
                _unit(column.unit),
                array=True,
                count=count,
                count_name=string(_branch(f"n_{branch}", branches)),
                maximum=maximum,
            )
        )
        fills.append(_array_fill(column, item, count, maximum, truncated, scope))
    return tuple(booked), tuple(fills)


def _array_fill(
    column: ArrayColumn, item: str, count: str, maximum: str, truncated: str, scope: Scope
) -> ArrayFill:
    scope.symbols.use("stored", "keep_highest")
    scope.symbols.includes.add("<algorithm>")
    row = scope.inner()
    values, energies = row.temporary("values"), row.temporary("energies")
    row.statements.append(Line(f"std::vector<double> {values}, {energies};"))
    entries = column.values
    if not isinstance(entries, Each):
        raise TypeError(f"the values of the array {column.name} are not a list")

    def body(inner: Scope) -> None:
        written = text(entries.body, inner)
        energy = " + ".join(f"{_measured(inner, binder)}.e()" for binder in entries.binders)
        inner.statements.append(Line(f"{values}.push_back({written});"))
        inner.statements.append(Line(f"{energies}.push_back({energy});"))

    each(entries, row, body)
    return ArrayFill(
        item=item,
        count=count,
        maximum=maximum,
        truncated=truncated,
        values=values,
        energies=energies,
        before=tuple(row.statements),
        comment=source_text(entries.body),
    )


def _measured(scope: Scope, binder: object) -> str:
    return momentum(particle(Variable(type=Type(Kind.PARTICLE), binder=binder), scope), scope)  # type: ignore[arg-type]


# --- histograms -----------------------------------------------------------------------------------------------------


def fill_histogram(step: FillHistogram, build: Builder) -> FillHistogramStep:
    """One entry, or one per element of a list; absent numbers are not filled."""
    word = build.tuple_name(step.name)
    member = build.symbols.members.new(f"m_{word}_histogram")
    dimension = len(step.axes)
    kind = {1: "TH1D", 2: "TH2D"}[dimension]
    build.symbols.includes.add(f"TH{dimension}.h")
    build.symbols.use("is_present")
    titles = [step.title, *(axis.title for axis in step.axes)]
    build.histograms.append(
        HistogramBooking(
            member=member,
            type=kind,
            suffix=string(f"_{option_name(step.name)}"),
            title=string(";".join(title.replace(";", ",") for title in titles)),
            axes=tuple(_axis(axis) for axis in step.axes),
            weighted=step.weight is not None,
            comment=f"histogram {comment(step.name)}",
        )
    )
    scope = build.scope()
    _entries(step, member, scope)
    return FillHistogramStep(mark=build.mark(step), member=member, body=tuple(scope.statements))


def _axis(axis: Axis) -> str:
    return f"{int(axis.bins)}, {number(axis.low)}, {number(axis.high)}"


def _entries(step: FillHistogram, member: str, scope: Scope) -> None:
    """The loop (if any axis is a list: all lists run over the same entries) and the call of Fill()."""
    lists = [value for value in step.values if isinstance(value, Each)]
    leading = lists[0] if lists else None
    for other in lists[1:]:
        if [b.list for b in other.binders] != [b.list for b in lists[0].binders]:
            raise TypeError(f"the axes of the histogram {step.name} run over different lists")

    def body(inner: Scope) -> None:
        for other in lists[1:]:
            for mine, theirs in zip(lists[0].binders, other.binders, strict=True):
                inner.variables[theirs] = inner.variables[mine]
        inner.statements.extend(_fill(step, member, inner))

    if leading is None:
        body(scope)
    else:
        each(leading, scope, body)


def _fill(step: FillHistogram, member: str, scope: Scope) -> list[Statement]:
    statements: list[Statement] = []
    names = []
    expressions: list[Expr] = [v.body if isinstance(v, Each) else v for v in step.values]
    if step.weight is not None:
        expressions.append(step.weight)
    for expression, stem in zip(
        expressions, ("x", "y", "weight") if len(step.axes) == 2 else ("x", "weight"), strict=False
    ):
        name = scope.temporary(stem)
        written = text(expression, scope)
        statements.append(Line(f"const double {name} = {written};", source_text(expression)))
        names.append(name)
    condition = " && ".join(f"is_present({name})" for name in names)
    call = If(condition, (Line(f"{member}->Fill({', '.join(names)});"),))
    return [*_drain(scope), *statements, call]


def _drain(scope: Scope) -> list[Statement]:
    pending = list(scope.statements)
    scope.statements.clear()
    return pending
