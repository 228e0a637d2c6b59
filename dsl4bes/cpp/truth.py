"""Lowering of the truth: reading the generated particles, and the tree of all events.

In: `ReadTruth` and `FillTruth`. Out: their steps; the booking of the tree goes into the builder. Expressions of generated particles are in
`truth_values.py`.
"""

from __future__ import annotations

from dsl4bes.cpp.builder import Builder
from dsl4bes.cpp.model import ColumnItem, Field, Indexed, TupleBooking
from dsl4bes.cpp.names import Names, comment, option_name, string, type_name
from dsl4bes.cpp.outputs import columns_of, title_of
from dsl4bes.cpp.steps import FillTruthStep, FlagFill, ProcessSearch, ReadTruthStep
from dsl4bes.ir import truth as ir
from dsl4bes.ir.primitives import FillTruth, ReadTruth


def read_truth(step: ReadTruth, build: Builder) -> ReadTruthStep:
    """The particles of the event store as a list, and the processes found among them."""
    symbols = build.symbols
    symbols.uses_truth = True
    symbols.use("read_generated")
    symbols.includes.update(("McTruth/McParticle.h",))
    searches = []
    for process in step.processes:
        symbols.use("find_decay")
        target = symbols.process(process)
        build.values.append(
            Field("std::vector<int>", target.removeprefix("ctx."), f"process {comment(process.name)}: its particles, none in other events"))
        stem = build.names.new(f"decay_{process.name}")
        searches.append(
            ProcessSearch(
                target=target,
                written=stem,
                conjugate=build.names.new(f"conjugate_{process.name}") if process.conjugate else "",
                numbers=_table(process.decay, False),
                conjugate_numbers=_table(process.decay, True) if process.conjugate else "",
                through="true" if process.through else "false",
                comment=comment(process.name),
            )
        )
    return ReadTruthStep(
        mark=build.mark(step),
        data=build.counter("truth_data", "events of real data, which have no truth"),
        missing=build.counter("truth_missing", "simulated events without generated particles"),
        processes=tuple(searches),
    )


def _table(decay: ir.Written, conjugate: bool) -> str:
    """PDG number, products and size (with all below) of every particle, in the order written."""
    return ", ".join(
        f"{node.conjugate if conjugate else node.pdgid}, {len(node.products)}, {sum(1 for _ in node.walk())}" for node in decay.walk()
    )


def fill_truth(step: FillTruth, build: Builder) -> FillTruthStep:
    """One row per simulated event."""
    symbols = build.symbols
    word = build.tuple_name(step.name)
    struct = symbols.types.new(f"{type_name(word)}Tuple")
    member = symbols.members.new(f"m_{word}_tuple")
    items = Names(("tuple", "run", "event", "n_generated", "indexmc", "pdgid", "motheridx"))
    booked = [ColumnItem(string("n_generated"), "n_generated", "int", "generated particles, those of the detector simulation included")]
    flags = []
    for process in step.processes:
        item = items.new(process.name)
        booked.append(ColumnItem(string(option_name(process.name)), item, "int", f"process {comment(process.name)}"))
        flags.append(FlagFill(item=item, value=f"{symbols.process(process)}.empty() ? 0 : 1"))
    scope = build.scope()
    columns, fills = columns_of(step.columns, items, scope)
    indexed, truncated = None, ""
    if step.maximum is not None:
        symbols.use("family_of", "place_of")
        maximum = symbols.parameter(step.maximum, int)
        truncated = build.counter(f"{word}_truncated", f"{step.name}: generated particles above the maximum, left out")
        indexed = Indexed(
            count="indexmc",
            count_name=string("indexmc"),
            maximum=maximum,
            arrays=(
                ColumnItem(string("pdgid"), "pdgid", "int", "PDG numbers"),
                ColumnItem(string("motheridx"), "motheridx", "int", "places of the mothers in the array, -1 = none"),
            ),
        )
    build.tuples.append(
        TupleBooking(
            struct=struct,
            member=member,
            suffix=string(f"_{option_name(step.name)}"),
            title=string(title_of(step.name, step.columns, (), build)),
            items=(*booked, *columns),
            arrays=(),
            comment="every simulated event: decay tree and processes",
            indexed=indexed,
        )
    )
    return FillTruthStep(
        mark=build.mark(step), member=member, root=step.root, flags=tuple(flags), columns=fills, truncated=truncated,
        maximum=indexed.maximum if indexed is not None else "",
    )  # fmt: skip
