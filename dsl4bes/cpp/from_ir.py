"""Level 3 from level 2: a `Program` of primitives becomes the C++ model of a package.

In: a program (every name unique, every unit converted). Out: `model.Package`, from which templates print the files.
Every decision about the C++ is made here and in the modules it calls: which method, member, helper, header there is.
No text of a file is made here, and nothing of the surface language is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from dsl4bes.cpp import custom, fits, listed, lists, outputs, tags, truth
from dsl4bes.cpp.builder import Builder
from dsl4bes.cpp.dependencies import dependencies
from dsl4bes.cpp.expressions import PID_FIELDS
from dsl4bes.cpp.helpers import closure
from dsl4bes.cpp.model import (
    ColumnItem,
    Field,
    HelixModel,
    HelixShiftModel,
    Method,
    Package,
    PidField,
    PidMethodModel,
    Property,
    Seen,
    Sequence,
    Struct,
    TupleBooking,
)
from dsl4bes.cpp.names import comment, cpp_value, identifier, number, option_value, quoted_line, string
from dsl4bes.cpp.quoting import quoted
from dsl4bes.cpp.steps import ScopeStep, Step
from dsl4bes.cpp.symbols import hypothesis
from dsl4bes.cpp.variations import variations
from dsl4bes.ir import candidates as ir_candidates
from dsl4bes.ir import fits as ir_fits
from dsl4bes.ir import primitives as ir
from dsl4bes.ir.custom import Custom
from dsl4bes.ir.expr import PidQuantity
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.program import Block, HelixBin, Program, cuts_of, steps_of
from dsl4bes.ir.types import ListSymbol, Species
from dsl4bes.ir.walk import objects
from dsl4bes.source import Span

#: One lowering per primitive; `test_cpp_primitives` compares it with the templates and the evaluators.
LOWERINGS: dict[type[ir.Primitive], Callable[[Any, Builder], Step]] = {
    ir.Collection: lists.collection,
    ir.Select: lists.select,
    ir.Merge: lists.merge,
    ir.Identify: lists.identify,
    ir.Define: lists.define,
    ir.Require: lists.require,
    Custom: custom.custom,
    ir.Match: lists.match,
    ir.Products: fits.products,
    ir_fits.Combine: fits.combine,
    ir_fits.Tags: tags.tags,
    ir_fits.Others: tags.others,
    ir_fits.Listed: listed.listed,
    ir_fits.Pairs: tags.pairs,
    ir_fits.VertexFit: fits.vertex_fit,
    ir_fits.SecondaryVertexFit: fits.secondary_vertex_fit,
    ir_fits.KinematicFit: fits.kinematic_fit,
    ir.FillTuple: outputs.fill_tuple,
    ir.FillHistogram: outputs.fill_histogram,
    ir.ReadTruth: truth.read_truth,
    ir.FillTruth: truth.fill_truth,
}



def _scope(step: ir_fits.Scope, build: Builder) -> ScopeStep:
    """A loop over the candidates; the blocks inside are methods of their own."""
    names = build.symbols.fit(step.symbol)
    assert build.block is not None
    here = build.block, build.names
    local = build.scope()
    index, each, left = (local.temporary(word) for word in ("k", "each", "left"))
    mark = build.mark(step)
    build.depth += 1
    build.inner += (methods := [_method(block, build.region, build) for block in step.blocks])
    build.depth -= 1
    build.block, build.names = here
    return ScopeStep(
        mark=mark,
        kept=f"ctx.{names.kept}",
        current=names.field,
        methods=tuple(method.name for method in methods),
        rejects=bool(cuts_of(step.blocks)),
        sides=tuple((build.symbols.fit(side).field, names.roles[side.name].position) for side in step.symbol.sides),
        index=index,
        each=each,
        left=left,
    )


LOWERINGS[ir_fits.Scope] = _scope

VERSION_FOLDER = "00-00-01"
_SOURCE_LINES = 40  #: a longer block is quoted only so far


def lower(program: Program, profile: str | None = None) -> Package:
    """The C++ model of a program for a profile (`7.0.x` or `8`; by default the program's own)."""
    chosen = profile or program.analysis.profile
    if chosen not in ("7.0.x", "8"):
        raise ValueError(f"unknown profile {chosen}")
    algorithm = identifier(program.analysis.algorithm)
    build = Builder(algorithm)
    build.symbols.production.update(
        found.fit for found in objects((program.blocks, program.regions)) if isinstance(found, ir_fits.FittedVertex)
    )
    build.symbols.followed.update(_followed(program))
    build.symbols.whole.update(_whole(program))
    for parameter in program.parameters:
        build.symbols.parameter(parameter)
    build.corrects = program.helix is not None
    always, first_methods = _sequence(program.always, "", "", build)
    baseline, methods = _sequence(program.blocks, "", "", build)
    filled, output_methods = _sequence(program.outputs, "", "", build)
    regions, region_methods = _regions(program, build)
    return _package(
        program, chosen, build, baseline, filled, always, regions, (*first_methods, *methods, *output_methods, *region_methods)
    )


def _followed(program: Program) -> Iterator[ir_candidates.FitSymbol]:
    """The fits whose chain another one follows."""
    for step in steps_of((*program.blocks, *(block for region in program.regions for block in region.blocks))):
        if isinstance(step, ir_fits.Combination):
            for role in step.symbol.roles:
                if role.follows and isinstance(role.source, ir_candidates.FromSecondary):
                    yield role.source.fit
                if isinstance(role.source, (ir_candidates.FromCandidate, ir_candidates.FromPart)) and role.source.fit.both_chains:
                    yield role.source.fit


def _whole(program: Program) -> Iterator[ir_candidates.FitSymbol]:
    """The D tags of which every track and shower is a particle of a fit."""
    for step in steps_of((*program.blocks, *(block for region in program.regions for block in region.blocks))):
        if isinstance(step, ir_fits.KinematicFit):
            for role in step.symbol.roles:
                if isinstance(role.source, ir_candidates.FromTagged) and not role.source.part:
                    yield role.source.fit


# --- methods --------------------------------------------------------------------------------------------------------


def _sequence(
    blocks: tuple[Block, ...], region: str, parent: str, build: Builder
) -> tuple[Sequence, list[Method]]:
    methods = [_method(block, region, build) for block in blocks]
    flag = build.symbols.context.new(f"in_{region}") if region else ""
    mark = methods[0].mark if methods else 0
    return Sequence(comment(region), flag, parent, tuple(m.name for m in methods), mark), [*_taken(build), *methods]


def _taken(build: Builder) -> list[Method]:
    """The methods of blocks inside others that were made since."""
    made, build.inner = build.inner, []
    return made


def _regions(program: Program, build: Builder) -> tuple[tuple[Sequence, ...], list[Method]]:
    sequences: dict[str, Sequence] = {}
    methods: list[Method] = []
    for region in program.regions:
        parent = sequences[region.parent].flag if region.parent is not None else ""
        sequence, made = _sequence(region.blocks, region.name, parent, build)
        sequences[region.name] = sequence
        methods.extend(made)
    return tuple(sequences.values()), methods


def _method(block: Block, region: str, build: Builder) -> Method:
    mark = build.enter(block, region)
    word = identifier(block.name)
    name = build.symbols.methods.new(f"do_{word}" if word.startswith("m_") else word)  # m_ is for members
    steps = tuple(LOWERINGS[type(step)](step, build) for step in block.steps)
    attempts = build.new_attempts()
    return Method(name, _title(block, region), _quoted(block), steps, attempts, mark, block.assumed)


def _title(block: Block, region: str) -> str:
    where = f" ({_where(block.span)})" if block.span is not None else ""
    inside = f", region {comment(region)}" if region else ""
    if block.assumed:
        return f"{comment(block.name)}: the collaboration's standard {comment(block.construct)}{inside}, not written in the program."
    name, construct = comment(block.name), comment(block.construct)
    return f"{name}{inside}{where}" if name.startswith(construct) else f"{name}: {construct}{inside}{where}"


def _where(span: Span) -> str:
    """File and line; of an included file also those of the `include` lines."""
    place = f"{_file_name(span.file.name)}:{span.place.line}"
    return place if span.file.via is None else f"{place}, included at {_where(span.file.via.span)}"


def _file_name(path: str) -> str:
    """The program's file without its folder: the same package wherever it is compiled."""
    return comment(path.replace("\\", "/").rsplit("/", 1)[-1])


def _quoted(block: Block) -> tuple[str, ...]:
    """The block's own text with its indentation, safe for comments."""
    if block.span is None or block.assumed:
        return ()
    lines = quoted(block.span, block.steps).splitlines()
    start = block.span.place.column - 1
    shown = []
    for place, line in enumerate(lines[:_SOURCE_LINES]):
        bare = quoted_line(line)
        indent = len(bare) - len(bare.lstrip())
        indent = 0 if place == 0 else max(0, indent - start)
        shown.append(" " * indent + bare.lstrip())
    if len(lines) > _SOURCE_LINES:
        shown.append("... (shortened)")
    return tuple(shown)


def _helix(program: Program, build: Builder) -> HelixModel | None:
    """The correction of helices, where a fit uses it."""
    parameter = build.symbols.parameter
    if program.helix is None or "helix_normal" not in build.symbols.used:
        return None
    shifts = tuple(
        HelixShiftModel(hypothesis(each.species), each.charge, each.parameter, parameter(each.mean), parameter(each.width))
        for each in program.helix.shifts
    )
    bins = tuple(_bin(each) for each in program.helix.bins)
    text = f"helix_correction: simulated events with a track outside of the bins of {comment(program.helix.table)}, not corrected there"
    seed = parameter(program.helix.seed, int)
    if not bins:
        return HelixModel(seed, shifts)
    return HelixModel(seed, shifts, bins, comment(program.helix.table), build.counter("helix_outside", text), build.symbols.members.new("m_helix_counted"))


def _bin(row: HelixBin) -> str:
    """A row of the table in the package: hypothesis, charge, place, shift, width, runs, momenta, cosines."""
    numbers = (number(each) for each in (row.mean, row.width, *row.p, *row.cos))
    mean, width, *edges = numbers
    return ", ".join((hypothesis(row.species), str(row.charge), str(row.parameter), mean, width, *(str(run) for run in row.runs), *edges))


# --- the package ----------------------------------------------------------------------------------------------------


def _package(
    program: Program,
    profile: str,
    build: Builder,
    baseline: Sequence,
    filled: Sequence,
    always: Sequence,
    regions: tuple[Sequence, ...],
    methods: tuple[Method, ...],
) -> Package:
    analysis, symbols = program.analysis, build.symbols
    name = identifier(analysis.package)
    pids = _pids(build)
    ecms = crossing = ""
    measured = symbols.uses_beam and analysis.measured_ecms
    if symbols.uses_beam:
        if analysis.ecms is None and not measured:
            raise ValueError("the beam is used but the program has no ecms")
        ecms = "ecms" if analysis.ecms is None else symbols.parameter(analysis.ecms)
        crossing = symbols.parameter(analysis.crossing_angle)
    helpers = closure(symbols.used)
    record = _record(build)
    seen = None
    if symbols.seen_limit:
        repeated = build.counter("repeated", "events met before in this job")
        forgotten = build.counter("forgotten", "events not remembered, for there are too many: repetitions of them are not seen")
        seen = Seen(symbols.seen_limit, repeated, forgotten)
    if measured:
        symbols.includes.add("MeasuredEcmsSvc/IMeasuredEcmsSvc.h")
    if symbols.uses_trigger:
        symbols.includes.add("TrigEvent/TrigData.h")
    header, source = _includes(build, helpers, program.helix is not None and bool(program.helix.bins))
    context = _context(build, pids)
    return Package(
        name=name,
        algorithm=symbols.algorithm,
        profile=profile,
        folder=f"{name}/{name}-{VERSION_FOLDER}",
        source_name=_file_name(program.source_name) or "a program",
        guard=f"{name}_{symbols.algorithm}_H".upper(),
        modern=profile == "8",
        includes_header=header,
        includes_source=source,
        dependencies=dependencies((*header, *source)),
        properties=_properties(build),
        needs_vertex=symbols.uses_vertex,
        needs_vertex_error=symbols.uses_vertex_error,
        needs_beam=symbols.uses_beam,
        needs_truth=symbols.uses_truth,
        measured_ecms=measured,
        needs_trigger=symbols.uses_trigger,
        seen=seen,
        list_classes=tuple(kind for each, kind in listed.CLASSES.items() if each in symbols.boss_lists),
        needs_pi0s=bool(symbols.boss_lists & {ir_fits.BossList.PI0, ir_fits.BossList.ETA}) or bool(symbols.tag_modes),
        needs_vees=ir_fits.BossList.VEES in symbols.boss_lists or bool(symbols.tag_modes),
        tags=tags.producers(symbols.tag_modes, analysis.ecms),
        ecms=ecms,
        crossing_angle=crossing,
        masses=_masses(),
        helix=_helix(program, build),
        helpers=tuple(helper.name for helper in helpers),
        structs=tuple(build.structs),
        context=context,
        pids=pids,
        attempts=tuple(build.attempts.values()),
        methods=methods,
        baseline=baseline,
        outputs=filled,
        always=always,
        regions=regions,
        cuts=tuple(build.cuts),
        tuples=tuple(build.tuples),
        record=record,
        histograms=tuple(build.histograms),
        counters=tuple(build.counters),
        variations=variations(program.variations, symbols.algorithm, symbols.parameters),
        inputs=analysis.inputs,
        output=analysis.output or f"{analysis.algorithm}.root",
        events=analysis.events,
        edition=_edition(),
        origins=tuple(build.origins),
        customs=tuple(build.customs),
    )


def _properties(build: Builder) -> tuple[Property, ...]:
    return tuple(
        _property(parameter, member, kind) for parameter, member, kind in build.symbols.parameters.values()
    )


def _property(parameter: Parameter, member: str, kind: type) -> Property:
    value = parameter.value
    if kind in (int, float) and not isinstance(value, str):
        value = kind(value)
    unit = f" [{parameter.unit}]" if parameter.unit else ""
    doc = f"{parameter.doc or parameter.name}{unit}"
    return Property(
        name=parameter.property_name,
        member=member,
        type={bool: "bool", int: "int", float: "double", str: "std::string"}[kind],
        default=cpp_value(value),
        option=option_value(value),
        doc=string(doc),
        comment=comment(doc),
    )


_GETTERS = {
    PidQuantity.PROBABILITY: ("prob", "", "probability"),
    PidQuantity.FRACTION: ("lhf", "", "likelihood fraction"),
    PidQuantity.CHI_DEDX: ("chiDedx", "99.0", "chi of dE/dx"),
    PidQuantity.CHI_TOF1: ("chiTof1", "99.0", "chi of the inner TOF layer"),
    PidQuantity.CHI_TOF2: ("chiTof2", "99.0", "chi of the outer TOF layer"),
    PidQuantity.CHI_TOFE: ("chiTofE", "99.0", "chi of the end-cap TOF"),
    PidQuantity.CHI_TOF: ("chiTof", "99.0", "chi of the TOF"),
}
_SYSTEMS = {
    ir.PidSystem.DEDX: "useDedx", ir.PidSystem.TOF1: "useTof1", ir.PidSystem.TOF2: "useTof2", ir.PidSystem.TOFE: "useTofE",
    ir.PidSystem.TOFQ: "useTofQ", ir.PidSystem.TOFC: "useTofC", ir.PidSystem.TOFCORR: "useTofCorr", ir.PidSystem.TOF: "useTof",
    ir.PidSystem.EMC: "useEmc", ir.PidSystem.MUC: "useMuc",
}  # fmt: skip
_ONLY = {
    Species.E: "onlyElectron", Species.MU: "onlyMuon", Species.PI: "onlyPion", Species.K: "onlyKaon", Species.P: "onlyProton",
}  # fmt: skip


def _pids(build: Builder) -> tuple[PidMethodModel, ...]:
    """One method per set of settings; what several blocks ask of equal settings is calculated once per track."""
    models = []
    for spec, (method, quantities) in build.symbols.pids.items():
        if quantities:
            build.symbols.use("absent")
        build.symbols.includes.update(("ParticleID/ParticleID.h", "<map>"))
        likelihood = spec.method is ir.PidMethod.LIKELIHOOD
        fields = []
        for quantity, (getter, invalid, text) in _GETTERS.items():
            if PID_FIELDS[quantity] in quantities:
                read = "pdf" if likelihood and quantity is PidQuantity.PROBABILITY else getter
                shown = "likelihood" if read == "pdf" else text
                fields.append(
                    PidField(name=PID_FIELDS[quantity], getter=read, invalid_at=invalid, comment=shown)
                )
        models.append(
            PidMethodModel(
                name=method,
                struct=build.symbols.types.new("PidResult"),
                cache=build.symbols.context.new(f"{method}_cache"),
                title=f"{spec.method.value} of {', '.join(h.value for h in spec.hypotheses)} from "
                f"{', '.join(s.value for s in spec.systems)}",
                method="methodLikelihood" if likelihood else "methodProbability",
                systems=" | ".join(f"pid->{_SYSTEMS[system]}()" for system in spec.systems),
                hypotheses=" | ".join(f"pid->{_ONLY[species]}()" for species in spec.hypotheses),
                quantities=tuple(fields),
            )
        )
    return tuple(models)


def _context(build: Builder, pids: tuple[PidMethodModel, ...]) -> Struct:
    symbols = build.symbols
    fields = [_list_field(symbol, name) for symbol, name in symbols.lists.items()]
    for fit, names in symbols.fits.items():
        word = {ir_candidates.FitKind.COMBINATION: "candidate", ir_candidates.FitKind.DTAG: "tag", ir_candidates.FitKind.DOUBLE_TAG: "pair", ir_candidates.FitKind.LISTED: "candidate"}.get(fit.kind, "fit")
        fields.append(Field(names.struct, names.field, f"{word} {comment(fit.name)}"))
        if names.kept:
            fields.append(Field(f"std::vector<{names.struct}>", names.kept, f"candidates {comment(fit.name)}"))
    fields += build.values
    fields += [
        Field(f"std::map<int, {pid.struct}>", pid.cache, "identified tracks, by position") for pid in pids
    ]
    return Struct("Context", "What is known of the current event; the blocks fill it in turn.", tuple(fields))


def _list_field(symbol: ListSymbol, name: str) -> Field:
    species = f", {symbol.species.value}" if symbol.species is not None else ""
    charge = {1: ", charge +1", -1: ", charge -1"}.get(symbol.charge, "")
    return Field(
        "std::vector<int>", name, f"{symbol.kind.value}{species}{charge}: positions in EvtRecTrackCol"
    )


def _record(build: Builder) -> TupleBooking:
    return TupleBooking(
        struct=build.symbols.types.new("RecordTuple"),
        member=build.symbols.members.new("m_record_tuple"),
        suffix=string("_events"),
        title=string(f"{build.symbols.algorithm}: cuts passed, event by event"),
        items=(
            ColumnItem(string("vertex_valid"), "vertex_valid", "int", "the vertex data base knows the run"),
        ),
        arrays=(),
        comment="every event with the cuts it passed (record_events)",
        is_record=True,
    )


_HEADER = (
    "<string>", "<vector>",
    "CLHEP/Vector/LorentzVector.h",
    "GaudiKernel/Algorithm.h", "GaudiKernel/NTuple.h",
)  # fmt: skip
_SOURCE = (
    "<cmath>", "<limits>",
    "CLHEP/Geometry/Point3D.h", "CLHEP/Vector/ThreeVector.h",
    "EventModel/EventHeader.h", "EventModel/EventModel.h",
    "EvtRecEvent/EvtRecEvent.h", "EvtRecEvent/EvtRecTrack.h",
    "GaudiKernel/Bootstrap.h", "GaudiKernel/IDataProviderSvc.h", "GaudiKernel/INTupleSvc.h",
    "GaudiKernel/ISvcLocator.h", "GaudiKernel/MsgStream.h", "GaudiKernel/SmartDataPtr.h",
)  # fmt: skip


def _includes(build: Builder, helpers: tuple[Any, ...], bins: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Headers of the class and of the source: standard ones first, then by name; the vertex service last, its guard is shared."""
    header = [*_HEADER, *(("<set>", "<utility>") if build.symbols.seen_limit else ("<utility>",) if bins else ())]
    source = set(_SOURCE) | build.symbols.includes
    for helper in helpers:
        source.update(helper.includes)
    if build.histograms:
        source.add("GaudiKernel/ITHistSvc.h")
    source -= set(header)
    if build.symbols.uses_vertex:
        source.add("VertexFit/IVertexDbSvc.h")

    def order(path: str) -> tuple[bool, bool, str]:
        return (not path.startswith("<"), path.endswith("IVertexDbSvc.h"), path)

    return tuple(sorted(header, key=order)), tuple(sorted(source, key=order))


def _masses() -> tuple[Field, ...]:
    from dsl4bes.physics.particles import by_pdgid

    fields = []
    for pdgid, name in ((11, "electron"), (13, "muon"), (211, "pion"), (321, "kaon"), (2212, "proton")):
        particle = by_pdgid(pdgid)
        if particle is None or particle.mass is None:
            raise ValueError(f"the particle table has no mass for {name}")
        fields.append(Field("double", name, initial=number(particle.mass)))
    return tuple(fields)


def _edition() -> str:
    from dsl4bes.physics.particles import edition

    return comment(edition())
