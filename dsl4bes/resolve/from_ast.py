"""Pass `resolve`: syntax tree → IR. Shape of every block, then names, types and units, then the blocks' steps.

In: an `ast.Program`, the registry, a bag. Out: a `Program` of primitives, or None where errors were found. Blocks that are assumed stand
in front of the block that needs them. Nothing is rendered, and no construct is known by name but the containers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dsl4bes.constructs.analysis import Analysis, settings
from dsl4bes.constructs.base import FIT, SELECTION, Block, Instance
from dsl4bes.constructs.bodies import Bodies, NoBodies
from dsl4bes.constructs.expect import Expect
from dsl4bes.constructs.helix_correction import HelixCorrectionBlock
from dsl4bes.constructs.let import Let, is_constant
from dsl4bes.constructs.mc_truth import McTruth
from dsl4bes.constructs.region import Region as RegionBlock
from dsl4bes.constructs.shape import shape
from dsl4bes.constructs.species import IDENTIFIED
from dsl4bes.constructs.systematics import Systematics
from dsl4bes.constructs.words import did_you_mean
from dsl4bes.diagnostics.codes import physics
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.diagnostics.model import Bag, Label
from dsl4bes.ir import program as ir
from dsl4bes.ir.fits import Fit
from dsl4bes.ir.primitives import FillTuple
from dsl4bes.ir.walk import objects
from dsl4bes.resolve.assume import Assumptions
from dsl4bes.resolve.builder import Builder
from dsl4bes.resolve.ceilings import with_ceilings
from dsl4bes.resolve.echoes import leave_out
from dsl4bes.resolve.outline import outline
from dsl4bes.resolve.parameters import collect
from dsl4bes.resolve.scope import OpenBlock, Scope, Seen
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.ir.fitting import Fit as Fitting

Registry = Mapping[str, type[Block]]


@dataclass(frozen=True, slots=True)
class Shaped:
    """The blocks of a program, sorted by what they are, each kind in the order written."""

    selection: tuple[Instance, ...]
    outputs: tuple[Instance, ...]
    regions: tuple[Instance, ...]
    expectations: tuple[Instance, ...]
    analysis: Instance | None
    constants: tuple[Instance, ...] = ()  #: `let` of a number outside of all blocks: made before everything else
    truths: tuple[Instance, ...] = ()
    systematics: tuple[Instance, ...] = ()
    fits: tuple[Instance, ...] = ()

    def everything(self) -> list[Instance]:
        written = (*self.constants, *self.truths, *self.selection, *self.outputs, *self.regions)
        return [*written, *(child for each in written for child in each.within()), *self.expectations]


def shapes(program: ast.Program, registry: Registry, bag: Bag) -> Shaped:
    """Every block checked against its construct (pass `shape`)."""
    kinds: dict[str, list[Instance]] = {
        "selection": [],
        "outputs": [],
        "regions": [],
        "expectations": [],
        "analysis": [],
        "constants": [],
        "truths": [],
        "systematics": [],
        "fits": [],
    }
    for placed in outline(program, bag):
        if bag.full:
            break
        instance = shape(placed.statement, placed.place, registry, bag)
        if instance is None:
            continue
        if placed.place == SELECTION or instance.construct.selects:
            kinds["selection"].append(instance)
        elif instance.construct is RegionBlock:
            kinds["regions"].append(instance)
        elif instance.construct is Expect:
            kinds["expectations"].append(instance)
        elif instance.construct is Analysis:
            kinds["analysis"].append(instance)
        elif instance.construct is Let and is_constant(instance):
            kinds["constants"].append(instance)
        elif instance.construct is McTruth:
            kinds["truths"].append(instance)
        elif instance.construct is Systematics:
            kinds["systematics"].append(instance)
        elif instance.keyword == FIT:
            kinds["fits"].append(instance)
        else:
            kinds["outputs"].append(instance)
    _one_analysis(kinds["analysis"], bag)
    return Shaped(
        tuple(kinds["selection"]), tuple(kinds["outputs"]), tuple(kinds["regions"]), tuple(kinds["expectations"]),
        kinds["analysis"][0] if kinds["analysis"] else None, tuple(kinds["constants"]), tuple(kinds["truths"]),
        tuple(kinds["systematics"]), tuple(kinds["fits"]),
    )  # fmt: skip


def _one_analysis(found: list[Instance], bag: Bag) -> None:
    for second in found[1:]:
        related = (Label(found[0].head, "the first one"),)
        bag.add(
            codes.DUPLICATE_BLOCK,
            "a program has one `analysis`",
            second.head,
            related=related,
            help="merge the two",
        )


def resolve(
    program: ast.Program, shaped: Shaped, registry: Registry, bag: Bag, bodies: Bodies | None = None, seen: list[Seen] | None = None
) -> ir.Program | None:
    """The program of primitives, or None after errors. Where `seen` is given, what is known at each block is added to it."""
    analysis = settings(shaped.analysis, program.file.name, bag)
    instances = shaped.everything()
    planned = _planned(instances)
    result = _resolved(program, shaped, registry, bag, analysis, planned, bodies or NoBodies(), seen)
    leave_out(instances, planned, bag)
    return result


def _resolved(
    program: ast.Program, shaped: Shaped, registry: Registry, bag: Bag, analysis: ir.Analysis, planned: dict[str, Span], bodies: Bodies,
    seen: list[Seen] | None,
) -> ir.Program | None:
    instances = shaped.everything()
    written = (instance.keyword for instance in instances)
    builder = Builder(bag, Assumptions(registry, written, lambda: _species(program)), planned)
    builder.bodies, builder.seen = bodies, seen
    builder.ecms_parameter, builder.measured_ecms = analysis.ecms, analysis.measured_ecms
    for instance in shaped.constants:
        builder.desugar(instance)
    always = _always(shaped.truths, builder)
    for instance in shaped.selection:
        builder.desugar(instance)
    main = builder.target
    outputs: list[OpenBlock] = []
    regions = _regions(shaped.regions, builder, builder.scope, bag)
    for instance in shaped.outputs:
        if instance.construct is HelixCorrectionBlock:
            HelixCorrectionBlock.desugar(instance, builder)
            continue
        _output(instance, builder, outputs)
    outputs += _matches(shaped.truths, builder)
    if builder.ecms_parameter is None and bag.has_errors:
        return None
    fits = _fits(shaped.fits, outputs, [*main, *(block for region in regions for block in region.blocks)], bag)
    result = ir.Program(
        analysis=analysis,
        blocks=tuple(block.closed() for block in main),
        outputs=tuple(block.closed() for block in outputs),
        regions=regions,
        parameters=(),
        source_name=program.file.name,
        always=tuple(block.closed() for block in always),
        helix=builder.helix,
        fits=fits,
    )
    result = with_ceilings(result)
    result = replace(
        result, parameters=collect(result, bag), expectations=_expectations(shaped.expectations, result, bag)
    )
    if not program.file.fragment:  # the lists of a fragment are for the programs that include it
        _unused(builder, bag)
        _helices(builder, result, bag)
    return None if bag.has_errors else result


def _output(instance: Instance, builder: Builder, outputs: list[OpenBlock]) -> None:
    """A block at the top level: filled after the last cut; blocks it makes assume go to the selection."""
    main = builder.target
    before = len(main)
    builder.desugar(instance)
    if len(main) > before and main[-1].construct == instance.keyword and main[-1].span is instance.span:
        outputs.append(main.pop())


def _always(instances: tuple[Instance, ...], builder: Builder) -> list[OpenBlock]:
    """What is done for every event before the selection: the truth, whose names are then known everywhere."""
    main, builder.target = builder.target, []
    for instance in instances:
        builder.desugar(instance)
    made, builder.target = builder.target, main
    return made


def _matches(instances: tuple[Instance, ...], builder: Builder) -> list[OpenBlock]:
    """The tuples of matched lists and fits, after all others."""
    found: list[OpenBlock] = []
    for instance in instances[:1]:  # a second block has been refused
        before = len(builder.target)
        ending = McTruth.ending(instance)
        if not builder.taken(ending):
            with builder.block(ending):
                McTruth.closing(ending, builder)
        made = [block for block in builder.target[before:] if block.span is instance.span]
        builder.target[before:] = [block for block in builder.target[before:] if block.span is not instance.span]
        found += made
    return found


def _fits(instances: tuple[Instance, ...], outputs: Sequence[OpenBlock], others: Sequence[OpenBlock | ir.Block], bag: Bag) -> tuple[Fitting, ...]:
    """The fits, which may name the tuples of the program."""
    if not instances:
        return ()
    from dsl4bes.resolve.fitting.fits import fits

    tuples = {
        step.name: {**{column.name: column.unit for column in step.columns}, **{array.name: None for array in step.arrays}}
        for step in objects(tuple(tuple(block.steps) for block in (*outputs, *others)))
        if isinstance(step, FillTuple)
    }
    return fits(instances, tuples, bag)


def _helices(builder: Builder, result: ir.Program, bag: Bag) -> None:
    """A correction of helices that nothing sees is an error."""
    if builder.helix is not None and not any(isinstance(step, Fit) for step in objects((result.blocks, result.regions))):
        message = "the corrected helices enter fits, and this program has none"
        bag.add(physics.WITHOUT_EFFECT, message, builder.helix_place, help="remove `helix_correction`, or fit the tracks")


# --- regions -----------------------------------------------------------------------------------------------------------


def _regions(
    instances: tuple[Instance, ...], builder: Builder, baseline: Scope, bag: Bag
) -> tuple[ir.Region, ...]:
    """The regions, each in a scope of its own that goes on from its parent's."""
    main = builder.target
    scopes: dict[str, Scope] = {"baseline": baseline}
    seen: dict[str, Span] = {}
    found: list[ir.Region] = []
    for instance in instances:
        if instance.label is None:
            continue
        name = instance.label.name
        if name in scopes:
            related = (Label(seen[name], "the first one"),) if name in seen else ()
            bag.add(
                codes.DUPLICATE_BLOCK,
                f"two regions are called `{name}`",
                instance.label.span,
                related=related,
            )
            continue
        parent = _parent(instance, scopes, bag)
        if parent is None:
            continue
        builder.target, builder.region = [], name
        builder.scope = scopes[parent].fork()
        for child in instance.children:
            builder.desugar(child)
        scopes[name], seen[name] = builder.scope, instance.label.span
        blocks = tuple(block.closed() for block in builder.target)
        found.append(ir.Region(name, None if parent == "baseline" else parent, blocks, instance.span))
    builder.target, builder.region, builder.scope = main, "", baseline
    return tuple(found)


def _parent(instance: Instance, scopes: dict[str, Scope], bag: Bag) -> str | None:
    items = instance.get(RegionBlock.from_)
    if items is None:
        return "baseline"
    value = items[0].value
    name = value.name if isinstance(value, ast.Name) else value.span.text
    if name in scopes:
        return name
    help = did_you_mean(
        name,
        scopes,
        "`baseline` is what `event_selection` selects; a region stands above those that go on from it",
    )
    bag.add(physics.UNKNOWN_REGION, f"no region `{name}` stands above", value.span, help=help)
    return None


# --- what formulas may ask about the whole program ---------------------------------------------------------------------


def _planned(instances: list[Instance]) -> dict[str, Span]:
    """Names that blocks make, with their places: for `used before it is made`."""
    found: dict[str, Span] = {}
    for instance in instances:
        if instance.label is not None:
            found.setdefault(instance.label.name, instance.label.span)
        elif instance.construct.default_list:
            found.setdefault(instance.construct.default_list, instance.head)
        for argument in instance.main:
            if instance.keyword == "let" and argument.key is not None:
                found.setdefault(argument.key.name, argument.key.span)
        for entry in instance.entries:
            if entry.field.name == "identify":
                for argument in entry.value:
                    if isinstance(argument.value, ast.Symbol) and argument.value.name in IDENTIFIED:
                        found.setdefault(argument.value.name, argument.value.span)
    return found


def _species(program: ast.Program) -> tuple[str, ...]:
    """Identified lists the program names, for an assumed `pid`: names, symbols, products of decays."""
    found: set[str] = set()
    todo: list[Any] = list(program.statements)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Statement):
            todo += [argument.value for argument in (*(node.head.arguments or ()), *node.arguments)]
            todo += node.body or ()
        elif isinstance(node, (ast.Name, ast.Symbol)):
            found.add(node.name)
        elif isinstance(node, ast.String):
            found |= _products(node.value)
        elif isinstance(node, ast.Call):
            todo += [argument.value for argument in node.arguments]
        elif isinstance(node, ast.ListOf):
            todo += node.items
        else:
            todo += ast.children(node)
    return tuple(sorted(name for name in found if name in IDENTIFIED and IDENTIFIED[name][1] != 0))


def _products(text: str) -> set[str]:
    if "->" not in text:
        return set()
    from dsl4bes.physics.decays import DecayError, conjugated, parse_decay

    try:
        decay = parse_decay(text)
        both = (decay, conjugated(decay))
        return {node.short for tree in both for node in tree.finals}
    except DecayError:
        return set()  # reported where the decay is read


# --- expectations and idle lists -----------------------------------------------------------------------------------------


def _expectations(
    instances: tuple[Instance, ...], program: ir.Program, bag: Bag
) -> tuple[ir.Expectation, ...]:
    if not instances:
        return ()
    known = cut_flow_keys(program)
    found: list[ir.Expectation] = []
    for instance in instances:
        sample = instance.get(Expect.sample)
        numbers: list[tuple[str, int, Span | None]] = []
        for entry in instance.entries:
            if entry.field is Expect.sample:
                continue
            key = known.get(entry.key.name) or known.get(entry.key.name.replace(".", "_"))
            if key is None:
                help = did_you_mean(
                    entry.key.name, known, "its lines are " + ", ".join(f"`{name}`" for name in sorted(known))
                )
                bag.add(
                    physics.UNKNOWN_EXPECTATION,
                    f"the cut flow has no line `{entry.key.name}`",
                    entry.key.span,
                    help=help,
                )
                continue
            numbers.append((key, int(entry.value.value), entry.key.span))
        if sample is not None:
            found.append(ir.Expectation(sample.name, tuple(numbers), instance.span))
    return tuple(found)


def cut_flow_keys(program: ir.Program) -> dict[str, str]:
    """What `expect` may name → the key of the cut flow: `events`, blocks, lines of blocks."""
    found = {"events": "events"}
    groups = [program.blocks, *(region.blocks for region in program.regions)]
    for blocks in groups:
        for _, cut in ir.cuts_of(blocks):
            block = type(cut)(cut.block).key
            found[block] = block
            found[cut.key] = cut.key
            found[cut.key.replace(".", "_")] = cut.key
    return found


def _unused(builder: Builder, bag: Bag) -> None:
    """Lists that nothing counts, cuts on, fits or fills."""
    parents = {info.parent.symbol.name for info in builder.made if info.parent is not None}
    for info in builder.made:
        name = info.symbol.name
        if (
            name in builder.used
            or name in parents
            or info.span is None
            or info.span.file.fragment
            or (info.block is not None and info.block.assumed)
        ):
            continue
        help = f"count it (`n{name} >= 1`), use it, or remove the block"
        bag.add(physics.UNUSED_LIST, f"the list `{name}` is never used", info.span, help=help)
