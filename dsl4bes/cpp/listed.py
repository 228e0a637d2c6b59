"""Lowering of BOSS's own lists of candidates: the loop over a list, the method that reads one entry.

In: `Listed` primitives. Out: their steps; the struct of a candidate and its reader go into the builder. Which of an entry's two tracks or showers is
which product is decided here; cuts and the choice are those of every combination.
"""

from __future__ import annotations

from dsl4bes.cpp import fits
from dsl4bes.cpp.builder import Builder
from dsl4bes.cpp.model import Attempt, Field, FitTrack, ListedReader, Struct
from dsl4bes.cpp.names import comment
from dsl4bes.cpp.steps import ListedStep
from dsl4bes.cpp.symbols import FitNames, hypothesis
from dsl4bes.ir.candidates import FromList, Role
from dsl4bes.ir.fits import BossList, Listed
from dsl4bes.ir.types import ListSymbol, Species

#: Class of an entry.
CLASSES = {BossList.PI0: "EvtRecPi0", BossList.ETA: "EvtRecEtaToGG", BossList.VEES: "EvtRecVeeVertex"}


def listed(step: Listed, build: Builder) -> ListedStep:
    """Entries of a list of BOSS."""
    symbols, name = build.symbols, step.symbol.name
    kind = CLASSES[step.entries]
    vees = step.entries is BossList.VEES
    symbols.includes.add(f"EvtRecEvent/{kind}.h")
    symbols.use("absent", "absent_p4", "place_in", "tracks_again" if vees else "photons_again")
    symbols.boss_lists.add(step.entries)
    names = symbols.fit(step.symbol)
    build.structs.append(_struct(step, names))
    parts = fits.common(step, build, "")
    parts["attempt_call"] = f"{names.attempt}(ctx, *it, {parts['chain'] + ', ' if parts['chain'] else ''}candidate)"
    build.attempts[step.symbol] = _reader(step, names, build, vees)
    return ListedStep(
        **parts,
        missing=build.counter(f"{name}_missing", f"{name}: events without {step.entries.value}, which a producer of BOSS makes before"),
        repeated=build.counter(f"{name}_repeated", f"{name}: entries of {step.entries.value} that are there twice, counted once"),
        again="tracks_again" if vees else "photons_again",
        type=f"{kind}Col",
        path=step.entries.value,
        entries=build.names.new("entries"),
    )


def _struct(step: Listed, names: FitNames) -> Struct:
    symbol = step.symbol
    photons = step.entries is not BossList.VEES
    particle = names.roles[symbol.particle]
    fields = [Field("bool", "passed", "there is a candidate", "false"), Field("double", "chi2", "of BOSS's fit; +infinity: no candidate", "infinite()")]
    fields.append(Field("double", "mass", "of the photons before the fit (GeV)" if photons else "as BOSS has it (GeV)", "absent()"))
    if symbol.several:
        fields.append(Field("int", "number", "number among the candidates that were kept", "-1"))
    if symbol.both_chains:
        fields.append(Field("bool", "conjugate", "of the conjugate chain", "false"))
    fields.append(Field("HepLorentzVector", particle.p4, f"{comment(symbol.particle)} as BOSS fitted it (GeV)", "absent_p4()"))
    fields.append(Field("HepLorentzVector", particle.raw, f"{comment(symbol.particle)} as measured (GeV)", "absent_p4()"))
    for role in symbol.roles:
        own, title = names.roles[role.name], comment(role.name)
        fields.append(Field("int", own.position, f"{title}: position in EvtRecTrackCol, -1 = none", "-1"))
        fields.append(Field("HepLorentzVector", own.p4, f"{title} as {'BOSS fitted it' if photons else 'measured'} (GeV)", "absent_p4()"))
        fields.append(Field("HepLorentzVector", own.raw, f"{title} as measured (GeV)", "absent_p4()"))
    return Struct(names.struct, f"A candidate {comment(symbol.name)} of {step.entries.value}.", tuple(fields))


def _reader(step: Listed, names: FitNames, build: Builder, vees: bool) -> Attempt:
    symbol = step.symbol
    build.symbols.use("infinite")
    particle = names.roles[symbol.particle]
    written = ("entry->daughter(0)", "entry->daughter(1)") if vees else ("entry->hiEnGamma()", "entry->loEnGamma()")
    fitted = ("", "") if vees else ("entry->hiPfit()", "entry->loPfit()")
    return Attempt(
        name=names.attempt, struct=names.struct, title=f"{comment(symbol.name)}: reads an entry of {step.entries.value}; false if it is no such candidate.",
        kinematic=False, fitter="", iterations="", ceiling="", tolerance="", constraints=(), error="", repeats=(), mark=build.mark(step),
        tracks=tuple(_product(number, role, names, build, fitted[number]) for number, role in enumerate(symbol.roles)),
        total=particle.p4, raw_total=particle.raw,
        listed=ListedReader(
            type=CLASSES[step.entries], vees=vees, pdgid=step.pdgid, chain=symbol.both_chains,
            places=tuple(_place(number, role, symbol.both_chains, vees, written) for number, role in enumerate(symbol.roles)),
            among=tuple(_among(role, names, build) for role in symbol.roles if isinstance(role.source, FromList) and role.source.among is not None),
        ),
    )  # fmt: skip


def _place(number: int, role: Role, chain: bool, vees: bool, written: tuple[str, str]) -> str:
    """The entry's part that is a product: photons by energy, tracks by charge."""
    if not vees:
        return f"place_in(ctx.records, {written[number]})"
    own, other = written if role.charge > 0 else written[::-1]
    return f"place_in(ctx.records, chain == 0 ? {own} : {other})" if chain else f"place_in(ctx.records, {own})"


def _among(role: Role, names: FitNames, build: Builder) -> str:
    """The condition that a product is not in the list it must be in."""
    build.symbols.use("contains")
    assert isinstance(role.source, FromList) and isinstance(role.source.among, ListSymbol)
    entries = build.symbols.list(role.source.among)
    if role.source.conjugate is not None and role.source.conjugate is not role.source.among:
        entries = f"chain == 0 ? {entries} : {build.symbols.list(role.source.conjugate)}"
    return f"!contains({entries}, candidate.{names.roles[role.name].position})"


def _product(number: int, role: Role, names: FitNames, build: Builder, fitted: str) -> FitTrack:
    own = names.roles[role.name]
    photon = role.species is Species.GAMMA
    build.symbols.use("shower_p4" if photon else "kalman_p4")
    pointer = f"ctx.at(candidate.{own.position})"
    raw = f"shower_p4({pointer})" if photon else f"kalman_p4({pointer}, {hypothesis(role.species)})"
    return FitTrack(
        number=number, parameter="", photon=photon, field=own.position, p4=own.p4, raw=own.raw, raw_value=raw, sum_value=fitted or f"candidate.{own.raw}"
    )  # fmt: skip
