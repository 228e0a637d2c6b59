"""Blocks that stand in few programs: numbers by run, flags, weights, corrections, fragments, what the language has no words for.

In: a `Draw`. Out: `Block`s by family.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dsl4bes.dataset.programs.blocks.block import (
    FIT4C,
    HERE,
    PIPI,
    Block,
    behind,
    identified,
    inside,
    photons,
)
from dsl4bes.dataset.programs.draw import Draw
from dsl4bes.dataset.programs.part import Both, Clause, Lines, Part, Place
from dsl4bes.dataset.programs.parts import cuts
from dsl4bes.dataset.programs.parts import tracks as t


def _by_run(draw: Draw) -> Block:
    name, words = draw.pick((("shift", Both("a shift of the photon energy", "光子能量的修正")), ("beam_shift", Both("a shift of the beam energy", "束流能量的修正")), ("least", Both("an energy threshold", "能量阈值")), ("offset", Both("an offset of the energy scale", "能标的偏移"))))
    made = Lines("by_run", f"by_run(:{name}) do", name=name, what=words)
    runs = draw.some(cuts.RUNS, 1, 3)
    for first, last in runs:
        value = draw.pick(("1.2 MeV", "0.8 MeV", "40 MeV", "25 MeV", "1.5 MeV", "30 MeV", "0.5 MeV"))
        made.line(f"runs {first}..{last}, value: {value}", "runs", first=str(first), last=str(last), v=value)
    if draw.chance(0.6):
        value = draw.pick(("1 MeV", "35 MeV", "0.7 MeV", "20 MeV"))
        made.line(f"otherwise {value}", "otherwise", v=value)
    return Block(made.done(), inside("", photons(1)))


_SPECIES = {"electron": Both("electron", "电子"), "muon": Both("muon", "μ 子"), "pion": Both("pion", "π"), "kaon": Both("kaon", "K"), "proton": Both("proton", "质子")}


def _pid_flag(draw: Draw) -> Block:
    species = draw.pick(("electron", "muon", "pion", "kaon", "proton"))
    made = Lines("pid_flag", f"pid_flag(:{(name := draw.pick((f'is_{species}', f'{species}_like', f'looks_{species}')))}) do", name=name, species=_SPECIES[species])
    made.line("from good", "from", source="good")
    made.line(f"as :{species}")
    if draw.chance(0.6):
        systems = draw.pick((("dedx",), ("tof1", "tof2"), ("dedx", "tof1", "tof2")))
        made.line("systems " + ", ".join(f":{each}" for each in systems), "systems", systems=t.both([t.SYSTEMS[each] for each in systems]))
    if draw.chance(0.5):
        cut = draw.pick(("0.001", "0.01", "0.0001", "0.05"))
        made.line(f"prob_cut {cut}", "prob_cut", cut=cut)
    return Block(made.done(), inside("charged_tracks do\nngood >= 1\nend\n"))


def _sample_weight(draw: Draw) -> Block:
    name = draw.pick(("w", "weight", "scale", "lumi_weight"))
    made = Lines("sample_weight", f"sample_weight(:{name}) do", Place.OUTPUT, name=name)
    generated = draw.pick(("1000000", "500000", "200000", "10000000", "2000000"))
    made.line(f"generated {generated}", "generated", n=generated)
    if draw.chance(0.6):
        cross, lumi = draw.pick(("3660", "12.5", "2850", "0.45", "1200")), draw.pick(("2931.8", "3189", "567.9", "1047.3", "44.5"))
        made.line(f"cross_section {cross}", "cross_section", x=cross)
        made.line(f"luminosity {lumi}", "luminosity", lumi=lumi)
    else:
        expected = draw.pick(("12000", "4500", "830", "25000"))
        made.line(f"expected {expected}", "expected", n=expected)
    return Block(made.done(), behind(photons(2)))


_CORRECTED = {"pip": Both("pi+", "π+"), "pim": Both("pi-", "π-"), "kp": Both("K+", "K+"), "km": Both("K-", "K-"), "prp": Both("protons", "质子"), "prm": Both("antiprotons", "反质子")}


def _helix(draw: Draw) -> Block:
    made = Lines("helix_correction", "helix_correction do", Place.HEAD)
    if draw.chance(0.4):
        seed = str(draw.whole(2, 99))
        made.line(f"seed {seed}", "seed", seed=seed)
    for name in draw.some(tuple(_CORRECTED), 1, 3):
        for parameter in draw.some(("phi0", "kappa", "tanl"), 1, 2)[:1]:
            shift, width = f"{draw.whole(-9, 9) / 100:g}", f"{1 + draw.whole(4, 30) / 100:g}"
            made.line(f"{name} {parameter}: [{shift}, {width}]", "pull", what=_CORRECTED[name], parameter=parameter, shift=shift, width=width)
    return Block(made.done(), f'{HERE}analysis "Around" do\necms 3.097 GeV\nend\nevent_selection do\n{PIPI}{FIT4C}end\n')


def _include(draw: Draw) -> Block:
    kind = draw.whole(0, 1)
    if kind == 0:
        vr, vz = draw.pick(("1 cm", "0.5 cm", "2 cm", "8 mm")), draw.pick(("10 cm", "5 cm", "15 cm", "20 cm"))
        chosen = draw.pick(((("vr", vr),), (("vz", vz),), (("vr", vr), ("vz", vz))))
        path, words = "besiii/standard_tracks.bes", Both("the standard tracks of the collaboration", "合作组标准径迹条件")
    else:
        chosen = (("time", draw.pick(("0..14", "0..60", "0..20", "0..10"))),)
        path, words = "besiii/standard_photons.bes", Both("the standard photons of the collaboration", "合作组标准光子条件")
    clauses = tuple(Clause("value", {"KEY": key, "V": value}) for key, value in chosen)
    text = f'include "{path}", ' + ", ".join(f"{key}: {value}" for key, value in chosen) + "\n"
    return Block(Part("include", text, clauses, {"FILE": path, "WHAT": words}), inside("", 'require "two tracks", count(good) >= 2\n'))


def _parameter(draw: Draw) -> Block:
    name, values, words, use = draw.pick((
        ("most", ("1 GeV", "0.8 GeV", "1.2 GeV"), Both("the largest photon energy", "光子能量上限"), 'veto "hard photon", any(e(gam) > most)\n'), ("cut_vr", ("1 cm", "0.5 cm", "2 cm"), Both("the Vr cut", "Vr 条件"), "charged_tracks do\nvr < cut_vr\nend\n"),
        ("cut_vz", ("10 cm", "5 cm", "20 cm"), Both("the Vz cut", "Vz 条件"), "charged_tracks do\nvz < cut_vz\nend\n"), ("threshold", ("25 MeV", "40 MeV", "50 MeV"), Both("the photon threshold", "光子阈值"), "photons do\nenergy > threshold\nend\n"), ("edge", ("0.93", "0.92", "0.80"), Both("the limit on |cos theta|", "|cosθ| 上限"), "charged_tracks do\ncos < edge\nend\n"),
    ))  # fmt: skip
    value = draw.pick(values)
    default = draw.chance(0.65)
    clause = Clause("default" if default else "example", {"V": value})
    return Block(Part("parameter", f"parameter {name} = {value}\n" if default else f"parameter {name}, example: {value}\n", (clause,), {"NAME": name, "WHAT": words}, Place.HEAD), f"{HERE}event_selection do\n{use}end\n")


def _expect(draw: Draw) -> Block:
    sample = draw.pick(("jpsi.dst", "test.dst", "signal_mc.dst", "rhopi_full.dst", "inclusive.dst"))
    events = draw.pick((1000, 10000, 500, 2000, 100))
    made = Lines("expect", f'expect(sample: "{sample}") do', Place.OUTPUT, sample=sample)
    made.line(f"events {events}", "events", n=str(events))
    left = events
    for name, words in (("charged_tracks", Both("the tracks", "径迹")), ("photons", Both("the photons", "光子")), ("pid", Both("PID", "PID")))[: draw.whole(1, 3)]:
        left = int(left * draw.whole(60, 95) / 100)
        made.line(f"{name} {left}", "left", what=words, n=str(left))
    return Block(made.done(), behind(PIPI))


def _for(draw: Draw) -> Block:
    kind = draw.whole(0, 2)
    if kind == 0:
        angle = draw.pick(("170 deg", "160 deg", "150 deg", "175 deg"))
        inner, said = f'require "opening", angle(pairs.pip, pairs.pim) < {angle}\n', Both(f'require an angle between its pi+ and pi- below {angle} (cut "opening")', f"要求其 π+ 与 π- 夹角小于 {angle}（条件 opening）")
    elif kind == 1:
        energy, count = draw.pick(("40 MeV", "50 MeV", "30 MeV", "60 MeV")), draw.whole(1, 3)
        inner, said = f"photons(:far) do\nenergy > {energy}\nnfar >= {count}\nend\n", Both(f"a photon list `far` of more than {energy} with at least {count} entries", f"光子列表 far，能量大于 {energy}，至少 {count} 个")
    else:
        low, high = draw.pick((("0.3 GeV", "0.6 GeV"), ("0.48 GeV", "0.52 GeV"), ("0.6 GeV", "0.9 GeV")))
        inner, said = f'require "mass", m(pairs) in {low}..{high}\n', Both(f'require its mass to be in {low}..{high} (cut "mass")', f"要求其质量在 {low} 到 {high}（条件 mass）")
    clauses = [Clause("inner", {"SAID": said})]
    if draw.chance(0.5):
        inner += 'ntuple("each") do\ncolumn m_rec: recoil(pairs)\nend\n'
        clauses.append(Clause("tuple", {}))
    context = inside("charged_tracks do\nngood >= 2\nend\n" + identified("pip", "pim", exact=False) + 'combine(:pairs) do\ndecay "pairs -> pi+ pi-"\nkeep :all\nend\n', ecms="3.686 GeV")
    return Block(Part("for_block", f"for pairs do\n{inner}end\n", tuple(clauses), {"NAME": "pairs"}), context)


def _event_selection(draw: Draw) -> Block:
    """Two or three blocks at once, in their order."""
    parts = [t.charged_tracks(draw, exact=2, charge=0), t.photons(draw, least=draw.whole(1, 3))]
    if draw.chance(0.5):
        parts.append(t.pid(draw, dict.fromkeys(draw.pick((("pi+", "pi-"), ("K+", "K-"), ("p+", "anti-p-"))), 1)))
    clauses = tuple(Clause(f"{part.words}.{clause.name}", {**part.values, **clause.values}) for part in parts for clause in part.clauses)
    return Block(Part("event_selection", "event_selection do\n" + "".join(part.text for part in parts) + "end\n", clauses), HERE)


def _custom(draw: Draw) -> Block:
    name, describe, field, value, words = draw.pick((
        ("cosmic_veto", "reject events whose two tracks differ by more than max_difference in time of flight", "max_difference", ("5 ns", "4 ns", "6 ns", "3 ns"), Both("two tracks that differ too much in time of flight", "两条径迹飞行时间差过大")),
        ("hard_photon_veto", "reject events with a photon above the limit", "limit", ("1.2 GeV", "1 GeV", "0.9 GeV", "1.5 GeV"), Both("a photon that is too hard", "光子能量过高")),
        ("slow_pair", "keep events in which both tracks are slower than most", "most", ("0.5 GeV", "0.8 GeV", "400 MeV", "1 GeV"), Both("tracks that are both slow", "两条径迹都慢")),
        ("split_off_veto", "reject events with two photons closer than least to each other", "least", ("5 deg", "8 deg", "10 deg", "12 deg"), Both("photons that may be split-offs", "光子可能来自劈裂簇射")),
        ("late_shower_veto", "reject events with a shower later than latest", "latest", ("300 ns", "500 ns", "600 ns", "400 ns"), Both("showers that come late", "簇射时间过晚")),
    ))  # fmt: skip
    number = draw.pick(value)
    made = Lines("custom", f"{name} do", name=name, what=words, describe=describe)
    made.line(f'describe "{describe}"')
    if draw.chance(0.6):
        sources = draw.pick(("good", "gam", "good, gam"))
        made.line(f"from {sources}", "from", sources=sources)
    made.line(f"{field} {number}", "value", field=field, v=number)
    return Block(made.done(), inside("charged_tracks do\nngood == 2\nend\nphotons do\nngam >= 2\nend\n"), needs_code=True)


def _vary(draw: Draw) -> Block:
    """One variation with several numbers, or a cut that is switched off."""
    context = f'event_selection do\ncharged_tracks do\nvr < 1 cm\nvz < 10 cm\nngood == 2\nend\nphotons do\nenergy > 40 MeV\ntime 0..14\nngam >= 2\nend\nrequire "hard photon", e(gam1) > 0.5 GeV\nend\nsystematics do\n{HERE}end\n'
    title = draw.pick(("tight", "loose", "photons", "alternative", "check"))
    if draw.chance(0.3):
        cut, words = draw.pick((("hard_photon", Both("the cut \"hard photon\"", "条件 hard photon")), ("photons.time", Both("the shower time cut", "簇射时间条件")), ("charged_tracks.vz", Both("the Vz cut", "Vz 条件"))))
        return Block(Part("vary", f'vary "{title}", without: {cut}\n', (Clause("without", {"WHAT": words}),), {"TITLE": title}, Place.OUTPUT), context)
    made = Lines("vary", f'vary "{title}" do', Place.OUTPUT, title=title)
    pool = [("photons.energy", ("30 MeV", "50 MeV", "60 MeV"), Both("the photon energy", "光子能量")), ("charged_tracks.vr", ("0.5 cm", "2 cm", "1.5 cm"), Both("Vr of the tracks", "径迹 Vr")), ("charged_tracks.vz", ("5 cm", "15 cm", "8 cm"), Both("Vz of the tracks", "径迹 Vz")), ("photons.time.high", ("10", "20", "60"), Both("the upper end of the shower time", "簇射时间上限")), ("hard_photon_1", ("0.4 GeV", "0.6 GeV", "450 MeV"), Both("the number of \"hard photon\"", "hard photon 的阈值"))]
    for number, values, words in draw.some(pool, 1, 3):
        value = draw.pick(values)
        made.line(f"{number} {value}", "number", what=words, v=value)
    return Block(made.done(), context)


FURTHER: Mapping[str, Callable[[Draw], Block]] = {
    "by_run": _by_run, "pid_flag": _pid_flag, "sample_weight": _sample_weight, "helix_correction": _helix, "include": _include, "parameter": _parameter, "expect": _expect, "for": _for, "event_selection": _event_selection, "custom": _custom, "vary": _vary,
}  # fmt: skip
