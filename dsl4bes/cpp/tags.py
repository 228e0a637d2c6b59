"""Lowering of D tags: the loop over EvtRecDTagCol, the method that reads one entry, what a tag leaves of the event.

In: `Tags` and `Others` primitives. Out: their steps; the struct of a tag and its reader go into the builder. The entries' tracks and showers are in the
order of the mode's products; which field gets which is decided here, mode by mode.
"""

from __future__ import annotations

from dsl4bes.cpp import fits
from dsl4bes.cpp.builder import Builder
from dsl4bes.cpp.model import Attempt, Field, FitTrack, Struct, TagCase, TagPair, TagReader
from dsl4bes.cpp.names import comment, number
from dsl4bes.cpp.steps import Assignment, OthersStep, PairsStep, TagsStep
from dsl4bes.cpp.symbols import TAG_NUMBERS, FitNames, hypothesis
from dsl4bes.ir.fits import NOMINAL, Others, Pairs, TagMode, TagPart, Tags
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.types import Species


def tags(step: Tags, build: Builder) -> TagsStep:
    """Entries of the D-tag list."""
    symbols = build.symbols
    symbols.uses_beam = True
    symbols.includes.add("EvtRecEvent/EvtRecDTag.h")
    symbols.use("absent", "absent_p4", "boosted", "contains", "positions_in")
    symbols.tag_modes.update(mode.code for mode in step.modes)
    names = symbols.fit(step.symbol)
    build.structs.append(_struct(step, names, step.symbol in symbols.whole))
    build.attempts[step.symbol] = _reader(step, names, build)
    name = step.symbol.name
    missing = build.counter(f"{name}_missing", f"{name}: events without EvtRecDTagCol, which DTagAlg makes before")
    place, entries = build.names.new("place"), build.names.new("entries")
    parts = fits.common(step, build, "(ctx, *it, candidate)")
    parts["assignments"] = (Assignment(field="entry", value=place),)
    groups = tuple(quantity.value for quantity in step.groups)
    return TagsStep(**parts, missing=missing, keys=_keys(step, build), groups=groups, place=place, entries=entries)


def _keys(step: Tags | Pairs, build: Builder) -> str:
    """The local with the numbers that decided so far; empty where every candidate is kept, or only one."""
    return build.names.new("keys") if step.symbol.several and step.choose.key is not None else ""


def pairs(step: Pairs, build: Builder) -> PairsStep:
    """Two tags that can be of one event."""
    symbols, symbol = build.symbols, step.symbol
    names = symbols.fit(symbol)
    first, second = (symbols.fit(side) for side in symbol.sides)
    own = [names.roles[side.name].position for side in symbol.sides]
    symbols.use("absent", "absent_p4", "contains", "has_entry")
    p4 = names.roles[symbol.particle].p4
    fields = (
        Field("bool", "passed", "there is a pair", "false"), Field("int", "number", "number among the pairs that were kept", "-1"),
        Field("double", "mbc", "mean of both (GeV)", "absent()"), Field("double", "nominal_mass", "of the meson (GeV)", "absent()"),
        Field("std::vector<int>", "used", "tracks and showers of both: positions in EvtRecTrackCol"),
        Field("HepLorentzVector", p4, "sum of both (GeV)", "absent_p4()"), Field(first.struct, own[0], "one tag"), Field(second.struct, own[1], "the other"),
    )  # fmt: skip
    build.structs.append(Struct(names.struct, f"A pair of D tags {comment(symbol.name)}.", fields))
    build.attempts[symbol] = Attempt(
        name=names.attempt, struct=names.struct, title=f"{comment(symbol.name)}: whether two tags can be of one event, and what they are together.",
        kinematic=False, fitter="", iterations="", ceiling="", tolerance="", constraints=(), error="", repeats=(), mark=build.mark(step), tracks=(),
        pair=TagPair(
            first=own[0], second=own[1], p4=p4, first_p4=first.roles[symbol.sides[0].particle].p4, second_p4=second.roles[symbol.sides[1].particle].p4
        ),
    )  # fmt: skip
    sides = tuple(f"{field}.{quantity.value}" for quantity in step.groups for field in own)
    parts = fits.common(step, build, "(ctx, candidate)")
    parts["assignments"] = (Assignment(field=own[0], value=f"ctx.{first.kept}[i]"), Assignment(field=own[1], value=f"ctx.{second.kept}[k]"))
    return PairsStep(**parts, keys=_keys(step, build), groups=sides, first=f"ctx.{first.kept}", second=f"ctx.{second.kept}")


def others(step: Others, build: Builder) -> OthersStep:
    """The entries that the tag at hand does not use."""
    build.symbols.use("contains")
    used = f"{build.scope().fit(step.fit)}.used"
    return OthersStep(
        mark=build.mark(step), target=build.symbols.list(step.target), again=build.fills(step.target), list=build.symbols.list(step.source), used=used
    )  # fmt: skip


#: Producers of the list (DTagAlg of BOSS 7.0.4) and the first number of their modes.
_PRODUCERS = ((400, "DsReconstruction"), (200, "ChargedDReconstruction"), (0, "NeutralDReconstruction"))


def producers(modes: set[int], ecms: Parameter | None) -> tuple[tuple[str, str], ...]:
    """Who makes the tags of these modes, with the energy of a beam (empty: another one in every run): what they keep is a window around it."""
    needed = {next(name for first, name in _PRODUCERS if mode >= first) for mode in modes}
    energy = "" if ecms is None else number(float(ecms.value) / 2)
    return tuple((name, energy) for _, name in reversed(_PRODUCERS) if name in needed)


def _struct(step: Tags, names: FitNames, whole: bool) -> Struct:
    symbol = step.symbol
    fields = [Field("bool", "passed", "there is a tag", "false")]
    if symbol.several:
        fields.append(Field("int", "number", "number among the tags that were kept", "-1"))
    for name, (kind, title) in TAG_NUMBERS.items():
        fields.append(Field(kind, name, title, "absent()" if kind == "double" else "0"))
    fields.append(Field("int", "entry", "number of the entry in the list", "-1"))
    fields.append(Field("std::vector<int>", "used", "its tracks and showers: positions in EvtRecTrackCol"))
    if whole:
        fields.append(Field("std::vector<int>", "hypotheses", "of these, RecMdcKalTrack::PidType; -1 of a shower"))
    fields.append(Field("HepLorentzVector", names.roles[symbol.particle].p4, f"{comment(symbol.particle)} (GeV)", "absent_p4()"))
    title = "the same with the energy of a beam and the nominal mass (GeV)"
    fields.append(Field("HepLorentzVector", names.roles[NOMINAL].p4, title, "absent_p4()"))
    for role in symbol.roles:
        if role.species is not None:
            own = names.roles[role.name]
            fields.append(Field("int", own.position, f"{comment(role.name)}: position in EvtRecTrackCol, -1 = none", "-1"))
            fields.append(Field("HepLorentzVector", own.p4, f"{comment(role.name)} as measured (GeV)", "absent_p4()"))
    return Struct(names.struct, f"A D tag {comment(symbol.name)}.", tuple(fields))


def _reader(step: Tags, names: FitNames, build: Builder) -> Attempt:
    symbol = step.symbol
    return Attempt(
        name=names.attempt, struct=names.struct, title=f"{comment(symbol.name)}: reads an entry of the D-tag list; false if it is none of these tags.",
        kinematic=False, fitter="", iterations="", ceiling="", tolerance="", constraints=(), error="", repeats=(), mark=build.mark(step),
        tracks=tuple(_track(role.name, role.species, names, build) for role in symbol.roles if role.species is not None),
        tag=TagReader(
            identified=build.symbols.parameter(step.identified, bool), cases=tuple(_case(mode, step, names, build) for mode in step.modes),
            p4=names.roles[symbol.particle].p4, nominal=names.roles[NOMINAL].p4, hypotheses=symbol in build.symbols.whole,
        ),
    )  # fmt: skip


def _track(role: str, species: Species, names: FitNames, build: Builder) -> FitTrack:
    own = names.roles[role]
    photon = species is Species.GAMMA
    build.symbols.use("shower_p4" if photon else "kalman_p4")
    pointer = f"ctx.at(candidate.{own.position})"
    value = f"shower_p4({pointer})" if photon else f"kalman_p4({pointer}, {hypothesis(species)})"
    return FitTrack(number=0, parameter="", photon=photon, field=own.position, p4=own.p4, raw=own.raw, raw_value=value)


def _case(mode: TagMode, step: Tags, names: FitNames, build: Builder) -> TagCase:
    """Where in the tag's tracks and showers each product stands."""
    wanted = {role.name for role in step.symbol.roles}
    lists: list[tuple[str, str]] = []
    fields: list[tuple[str, str]] = []
    at = {"tracks": 0, "showers": 0}
    for group in mode.products:
        for source in ("tracks", "showers"):
            parts = [[part for part in product if (part.species is Species.GAMMA) == (source == "showers")] for product in group]
            size, first = len(parts[0]), at[source]
            at[source] += size * len(parts)
            if not size or not any(part.role in wanted for own in parts for part in own):
                continue
            flat = [part for own in parts for part in own]
            local = _ordered(group, parts, source, first, lists, build)
            for place, part in enumerate(flat):
                if part.role in wanted:
                    value = f"{local}[{place}]" if local else f"{source}[{first + place}]"
                    fields.append((names.roles[part.role].position, value))
    whole = step.symbol in build.symbols.whole
    hypotheses = ", ".join(hypothesis(part.species) for part in mode.parts() if part.species is not Species.GAMMA) if whole else ""
    return TagCase(
        charm=mode.charm, hypotheses=hypotheses, code=mode.code, text=comment(mode.text), tracks=at["tracks"], showers=at["showers"], mass=number(mode.mass), lists=tuple(lists), fields=tuple(fields)
    )  # fmt: skip


def _ordered(
    group: tuple[tuple[TagPart, ...], ...], parts: list[list[TagPart]], source: str, first: int, lists: list[tuple[str, str]], build: Builder
) -> str:
    """The local list in which identical particles stand by falling energy; empty where the order of the tag is the one wanted."""
    size, count = len(parts[0]), len(parts)
    showers = source == "showers"
    if count == 1 and not (showers and size > 1):
        return ""
    assert count == 1 or all(len(product) == size for product in group), "identical products of tracks and showers"
    part = f"std::vector<int>({source}.begin() + {first}, {source}.begin() + {first + size * count})"
    helper = "showers_in_groups" if showers else "tracks_in_groups"
    build.symbols.use(helper)
    further = "" if showers else f", {hypothesis(parts[0][0].species)}"
    local = f"ordered_{len(lists) + 1}"
    lists.append((local, f"{helper}(ctx.records, {part}, {size}{further})"))
    return local
