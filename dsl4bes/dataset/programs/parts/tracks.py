"""Lists of tracks and photons, identification.

In: a `Draw`, the numbers that the decay needs. Out: parts. Ranges of cuts are those of BESIII papers: |Vr| 1 cm, |Vz| 10 cm, |cos| 0.93, photons of 25 and 50 MeV.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dsl4bes.dataset.programs.draw import Draw
from dsl4bes.dataset.programs.part import Both, Lines, Part
from dsl4bes.dataset.programs.parts.names import LIST_WORDS, LISTS, RIVAL_WORDS, both, rivals, species

SYSTEMS = {"dedx": Both("dE/dx", "dE/dx"), "tof1": Both("TOF1", "TOF1"), "tof2": Both("TOF2", "TOF2"), "tofe": Both("end-cap TOF", "端盖 TOF"), "emc": Both("EMC", "EMC"), "muc": Both("MUC", "MUC")}


def mev(draw: Draw, value: int) -> str:
    """An energy as somebody writes it."""
    return f"{value / 1000:g} GeV" if draw.chance(0.3) else f"{value} MeV"


def length(draw: Draw, value: float) -> str:
    return f"{10 * value:g} mm" if draw.chance(0.1) else f"{value:g} cm"


def charged_tracks(draw: Draw, exact: int | None = None, least: int | None = None, charge: int | None = None, name: str = "good", loose: bool = False, source: str = "") -> Part:
    """A list of tracks. `exact` or `least`: how many; `charge`: their sum; `loose`: for decays in flight."""
    label = "" if name == "good" else f"(:{name})"
    made = Lines("charged_tracks" if name == "good" else "charged_tracks_named", f"charged_tracks{label} do", name=name)
    if source:
        made.line(f"from {source}", "from", source=source)
    vr, vz = (draw.pick((5.0, 10.0, 15.0, 20.0)), draw.pick((20.0, 25.0, 30.0, 50.0))) if loose else (draw.pick((0.5, 1.0, 1.0, 1.0, 1.5, 2.0)), draw.pick((5.0, 8.0, 10.0, 10.0, 10.0, 15.0)))
    if not loose or draw.chance(0.8):
        text = length(draw, vr)
        made.line(f"vr < {text}", "vr", vr=text)
    text = length(draw, vz)
    made.line(f"vz < {text}", "vz", vz=text)
    if draw.chance(0.7):
        cosine = draw.pick(("0.93", "0.93", "0.93", "0.92", "0.9", "0.8"))
        made.line(f"cos < {cosine}", "cos", cos=cosine)
    if not loose and draw.chance(0.2):
        text = draw.pick(("1.5 GeV", "2 GeV", "1.9 GeV", "1.2 GeV", "800 MeV"))
        made.line(f"p < {text}", "p", p=text)
    elif draw.chance(0.12):
        text = draw.pick(("50 MeV", "60 MeV", "100 MeV", "150 MeV", "0.08 GeV"))
        made.line(f"pt > {text}", "pt", pt=text)
    if exact is not None:
        made.line(f"n{name} == {exact}", "exact", n=str(exact))
    elif least is not None:
        made.line(f"n{name} >= {least}", "least", n=str(least))
    if charge is not None:
        made.line(f"net_charge {'== ' if draw.chance(0.3) else ''}{charge}" if charge >= 0 else f"net_charge == {charge}", "neutral" if charge == 0 else "charge", q=str(charge))
    return made.done()


def photons(draw: Draw, least: int | None = None, exact: int | None = None, name: str = "gam", source: str = "") -> Part:
    """A list of photons, cut in barrel and end-caps or with one energy."""
    made = Lines("photons" if name == "gam" else "photons_named", f"photons{'' if name == 'gam' else f'(:{name})'} do", name=name)
    if source:
        made.line(f"from {source}", "from", source=source)
    if draw.chance(0.55):
        barrel, edge = mev(draw, draw.pick((25, 25, 25, 30, 40))), draw.pick(("0.80", "0.80", "0.8", "0.82", "0.83"))
        endcap, low, high = mev(draw, draw.pick((50, 50, 50, 60, 70))), draw.pick(("0.86", "0.86", "0.84")), draw.pick(("0.92", "0.92", "0.93"))
        made.line(f"barrel cos < {edge}, energy > {barrel}", "barrel", e=barrel, cos=edge)
        made.line(f"endcap cos in {low}..{high}, energy > {endcap}", "endcap", e=endcap, low=low, high=high)
    else:
        energy = mev(draw, draw.pick((25, 30, 40, 50, 60, 80, 100)))
        made.line(f"energy > {energy}", "energy", e=energy)
        if draw.chance(0.3):
            cosine = draw.pick(("0.92", "0.93", "0.83", "0.80"))
            made.line(f"cos < {cosine}", "cos", cos=cosine)
    if draw.chance(0.7):
        last = draw.pick(("14", "14", "14", "20", "60"))
        made.line(f"time 0..{last}", "time", t=last)
    if draw.chance(0.75):
        angle = draw.pick(("10 deg", "10 deg", "20 deg", "15 deg", "8 deg", "5 deg"))
        made.line(f"isolation > {angle}", "isolation", angle=angle)
    if exact is not None:
        made.line(f"n{name} == {exact}", "exact", n=str(exact))
    elif least is not None:
        made.line(f"n{name} >= {least}", "least", n=str(least))
    return made.done()


def pid(draw: Draw, wanted: Mapping[str, int], exact: bool = True, source: str = "") -> Part:
    """Identification of charged particles: `wanted` says how many of each; `exact`: no more than these."""
    made = Lines("pid", "pid do", lists=both([LIST_WORDS[LISTS[particle]] for particle in wanted]))
    if source:
        made.line(f"from {source}", "from", source=source)
    if draw.chance(0.1):
        made.line("method :likelihood", "likelihood")
    if draw.chance(0.35):
        systems = draw.pick((("dedx", "tof1", "tof2"), ("dedx", "tof1", "tof2", "tofe"), ("dedx",), ("dedx", "tof1", "tof2", "tofe", "emc"), ("tof1", "tof2")))
        made.line("systems " + ", ".join(f":{each}" for each in systems), "systems", systems=both([SYSTEMS[each] for each in systems]))
    probable = draw.chance(0.25)
    if not probable or draw.chance(0.3):
        cut = draw.pick(("0.001", "0.001", "0.001", "0.0001", "0.01", "0.1"))
        made.line(f"prob_cut {'> ' if draw.chance(0.4) else ''}{cut}", "prob_cut", cut=cut)
    if probable:
        made.line("identify " + ", ".join(f":{LISTS[each]}" for each in wanted) + ", as: :most_probable", "most_probable")
    elif draw.chance(0.35):
        made.line("identify " + ", ".join(f":{LISTS[each]}" for each in wanted), "plain")
    else:
        for group in _by_species(list(wanted)):
            rival = draw.pick(rivals(group[0]))
            made.line("identify " + ", ".join(f":{LISTS[each]}" for each in group) + f', "from_{rival}"', "against", lists=both([LIST_WORDS[LISTS[each]] for each in group]), rival=RIVAL_WORDS[rival])
    for particle, number in wanted.items():
        made.line(f"n{LISTS[particle]} {'==' if exact else '>='} {number}", "exact" if exact else "least", n=str(number), list=LIST_WORDS[LISTS[particle]])
    return made.done()


def identified(draw: Draw, wanted: Sequence[str], source: str = "") -> Part:
    """Species without counts, for combinations: each against its rivals, or the most probable."""
    made = Lines("pid", "pid do", lists=both([LIST_WORDS[LISTS[each]] for each in wanted]))
    if source:
        made.line(f"from {source}", "from", source=source)
    if draw.chance(0.35):
        made.line("identify " + ", ".join(f":{LISTS[each]}" for each in wanted) + ", as: :most_probable", "most_probable")
        return made.done()
    cut = draw.pick(("0.001", "0.001", "0.0001", "0.01"))
    made.line(f"prob_cut {cut}", "prob_cut", cut=cut)
    for group in _by_species(wanted):
        rival = draw.pick(rivals(group[0]))
        made.line("identify " + ", ".join(f":{LISTS[each]}" for each in group) + f', "from_{rival}"', "against", lists=both([LIST_WORDS[LISTS[each]] for each in group]), rival=RIVAL_WORDS[rival])
    return made.done()


def either_charge(source: str) -> Part:
    """A kaon and an electron of any charge, as of a semileptonic decay."""
    made = Lines("pid", "pid do", lists=both([LIST_WORDS["ka"], LIST_WORDS["el"]]))
    made.line(f"from {source}", "from", source=source)
    for name, rival in (("ka", "pion"), ("el", "pion_and_kaon")):
        made.line(f'identify :{name}, "from_{rival}"', "against", lists=LIST_WORDS[name], rival=RIVAL_WORDS[rival])
    for name in ("ka", "el"):
        made.line(f"n{name} == 1", "exact", n="1", list=LIST_WORDS[name])
    return made.done()


def _by_species(particles: Sequence[str]) -> list[list[str]]:
    """Particles and antiparticles together."""
    groups: dict[str, list[str]] = {}
    for particle in particles:
        groups.setdefault(species(particle), []).append(particle)
    return list(groups.values())


def by_momentum(draw: Draw, fast: Sequence[str], slow: Sequence[str]) -> Part:
    """Leptons of a J/psi and the pions beside it, told apart by momentum alone."""
    limit = draw.pick(("1 GeV", "1 GeV", "0.9 GeV", "1.1 GeV", "950 MeV"))
    made = Lines("assign", "assign do", fast=both([LIST_WORDS[LISTS[each]] for each in fast]), slow=both([LIST_WORDS[LISTS[each]] for each in slow]), p=limit)
    for each in fast:
        made.line(f"identify :{LISTS[each]}, p > {limit}")
    for each in slow:
        made.line(f"identify :{LISTS[each]}, :remaining")
    for each in (*fast, *slow):
        made.line(f"n{LISTS[each]} == 1", "one", list=LIST_WORDS[LISTS[each]])
    return made.done()


def by_charge(plus: str, minus: str) -> Part:
    """Two tracks of opposite charge, whatever they are."""
    made = Lines("assign_charge", "assign do", plus=LIST_WORDS[plus], minus=LIST_WORDS[minus])
    made.line(f"identify :{plus}, charge > 0")
    made.line(f"identify :{minus}, charge < 0")
    for each in (plus, minus):
        made.line(f"n{each} == 1", "one", list=LIST_WORDS[each])
    return made.done()


def leptons(draw: Draw, electrons: bool, source: str = "") -> Part:
    """An electron or a muon pair by calorimeter and muon counter."""
    pair = ("ep", "em") if electrons else ("mup", "mum")
    made = Lines("leptons", "leptons do", plus=LIST_WORDS[pair[0]], minus=LIST_WORDS[pair[1]])
    if source:
        made.line(f"from {source}", "from", source=source)
    if electrons:
        ratio = draw.pick(("0.8", "0.8", "0.7", "0.75", "0.85"))
        cuts, name, values = f"eop > {ratio}", "eop", {"eop": ratio}
    else:
        energy = draw.pick(("0.4 GeV", "0.3 GeV", "350 MeV", "0.35 GeV"))
        cuts, name, values = f"emc_energy < {energy}", "emc", {"e": energy}
        if draw.chance(0.5):
            depth = draw.pick(("30 cm", "35 cm", "40 cm", "25 cm"))
            cuts, name, values = f"{cuts}, depth > {depth}", "emc_depth", {**values, "depth": depth}
    made.line(f"identify :{pair[0]}, {cuts}", name, **values)
    made.line(f"identify :{pair[1]}, {cuts}")
    for each in pair:
        made.line(f"n{each} == 1", "one", list=LIST_WORDS[each])
    return made.done()
