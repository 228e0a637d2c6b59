"""Exclusive analyses: tracks, photons, identification, kinematic fits, vetoes, windows, output.

In: a `Draw`, a channel. Out: its topic and parts. Which steps there are is drawn; their order is that of every analysis.
"""

from __future__ import annotations

from dsl4bes.dataset.programs.channels import ENERGIES, Channel
from dsl4bes.dataset.programs.draw import Draw
from dsl4bes.dataset.programs.part import Both, Part, Particles
from dsl4bes.dataset.programs.parts import cuts, fits, outputs, tracks
from dsl4bes.dataset.programs.parts import quantities as q
from dsl4bes.dataset.programs.parts.names import LISTS, counted, product_names

PACKAGES = ("Ana", "Sel", "Study", "Work", "Reco")
_WINDOWS = {"pi0": (115, 150), "eta": (520, 575)}


def package(draw: Draw, stem: str) -> str:
    """A name for an analysis, as people make them up."""
    clean = "".join(part.capitalize() for part in stem.split("_"))
    return draw.pick((clean, f"{clean}{draw.pick(PACKAGES)}", f"{draw.pick(PACKAGES)}{clean}"))


def exclusive(draw: Draw, channel: Channel) -> tuple[Particles, list[Part]]:
    """An analysis of a decay whose products are all found."""
    mother = draw.pick(channel.mothers)
    parts = [outputs.analysis(draw, package(draw, channel.family), draw.pick(ENERGIES[mother]))]
    parts += event_cuts(draw)
    numbers = counted(channel.charged)
    if channel.charged:
        exact = draw.chance(0.7)
        parts.append(tracks.charged_tracks(draw, exact=len(channel.charged) if exact else None, least=None if exact else len(channel.charged), charge=0 if draw.chance(0.9) else None))
    if channel.photons:
        parts.append(tracks.photons(draw, least=channel.photons))
    if channel.charged:
        parts.append(tracks.pid(draw, numbers, exact=max(numbers.values()) == 1 or draw.chance(0.6)))
    source = ""
    if channel.charged and max(numbers.values()) == 1 and draw.chance(0.5):
        lists = [LISTS[each] for each in numbers]
        parts.append(fits.vertex_fit(draw, lists))
        source = ", ".join(["vertex", *(["gam"] if channel.photons else [])])
    best, fitted = _fits(draw, channel, mother, source, parts)
    parts += _cuts(draw, channel, best, fitted)
    parts += _output(draw, best, fitted, mother, bool(channel.photons))
    return Particles(channel.plain(mother)), parts


def event_cuts(draw: Draw) -> list[Part]:
    """Now and then: runs, trigger, a blind analysis."""
    found = []
    if draw.chance(0.1):
        found.append(cuts.run_range(draw))
    if draw.chance(0.06):
        found.append(cuts.trigger(draw))
    if draw.chance(0.08):
        found.append(cuts.blind(draw))
    if draw.chance(0.04):
        found.append(cuts.duplicates(draw))
    return found


def _fits(draw: Draw, channel: Channel, mother: str, source: str, parts: list[Part]) -> tuple[str, list[str]]:
    """The kinematic fits; the name of the last, and its products."""
    masses = [each for each in dict.fromkeys(channel.neutral) if each != "gam"]
    both = draw.chance(0.45)
    name = draw.pick(("fit4c", "fit4c", "kmfit", "four", "fit"))
    in_photons = product_names([*channel.charged, *("gam",) * channel.photons])
    fitted = in_photons
    if not masses or both:
        parts.append(fits.kinematic_fit(draw, name, channel.in_photons(mother), ["four_momentum"], source))
        last = name
        if not masses and channel.photons and draw.chance(0.25) and channel.charged:
            parts.append(fits.kinematic_fit(draw, "more", f"{channel.in_photons(mother)} gam", ["four_momentum"], source, most="", optional=True, settings=False))
            parts.append(cuts.better_hypothesis(draw.pick(("one more photon", "extra photon", "another photon fits better")), "more", name))
    if masses:
        last = draw.pick(("fit5c", "fitm", "constrained")) if len(channel.neutral) == len([each for each in channel.neutral if each == "gam"]) + 1 else draw.pick(("fit6c", "fitm"))
        before = [(each, *fits.mass_pair(draw, *_WINDOWS[each])) for each in masses] if draw.chance(0.3) and len(set(channel.neutral)) == len(channel.neutral) else []
        parts.append(fits.kinematic_fit(draw, last, channel.resolved(mother), ["four_momentum", *masses], source, before=before))
        fitted = product_names([*channel.charged, *(each for each in channel.neutral if each != "gam")])  # a photon beside those of a pi0 has no name of its own
    return last, fitted


def _cuts(draw: Draw, channel: Channel, best: str, fitted: list[str]) -> list[Part]:
    """Windows and vetoes after the fit."""
    found: list[Part] = []
    radiative = [each for each in fitted if each.startswith("gam")]
    if channel.neutral == ("gam",) and draw.chance(0.5):
        found.append(cuts.photon_veto(draw, draw.pick(("pi0", "pi0", "eta")), f"{best}.{radiative[0]}"))
    charged = [name for name in fitted if name.rstrip("12") in ("pip", "pim", "kp", "km", "prp", "prm")]
    if len(charged) >= 2 and draw.chance(0.3):
        pair = q.mass(charged[:2], best)
        if charged[0].startswith("pip"):
            found.append(cuts.around(draw.pick(("no K_S", "K_S veto", "no kshort")), pair, "K_S0", draw.pick(("10 MeV", "12 MeV", "15 MeV", "20 MeV")), Both("K_S", "K_S"), against=True))
        elif charged[0].startswith("kp"):
            found.append(cuts.around(draw.pick(("phi window", "phi region", "phi")), pair, "phi(1020)", draw.pick(("10 MeV", "15 MeV", "20 MeV", "12 MeV")), Both("phi(1020)", "φ(1020)"), against=draw.chance(0.4)))
        else:
            low = draw.pick(("2.1 GeV", "2.2 GeV", "2.3 GeV"))
            found.append(cuts.compared(draw.pick(("ppbar mass", "baryon pair", "M(ppbar)")), pair, "<" if draw.chance(0.5) else ">", low))
    if charged and draw.chance(0.15):
        each = draw.pick(charged)
        found.append(cuts.compared(draw.pick((f"momentum of {q.shown(each)}", f"{q.shown(each)} momentum")), q.momentum(each, best), ">", draw.pick(("100 MeV", "0.2 GeV", "150 MeV", "300 MeV"))))
    if radiative and draw.chance(0.2):
        found.append(cuts.compared(draw.pick(("photon energy", "hard photon", "E(gamma)")), q.energy(radiative[0], best), ">", draw.pick(("80 MeV", "100 MeV", "0.15 GeV", "200 MeV"))))
    return found


def _output(draw: Draw, best: str, fitted: list[str], mother: str, photons: bool) -> list[Part]:
    """Histogram, tuple, truth, variations."""
    found = []
    pairs = [fitted[:2], fitted[1:3], [fitted[0], fitted[-1]]] if len(fitted) > 2 else [fitted[:2]]
    if draw.chance(0.7):
        low, high = draw.pick((("0.3 GeV", "2 GeV"), ("0 GeV", "3 GeV"), ("1 GeV", "3 GeV"), ("0.25 GeV", "1.5 GeV"), ("900 MeV", "2500 MeV"), ("0.5 GeV", "2.8 GeV")))
        found.append(outputs.histogram(draw, q.mass(draw.pick(pairs), best), low, high))
    pool = [q.chi2(best), *(q.mass(each, best) for each in pairs), q.momentum(fitted[0], best), q.cosine(fitted[-1], best), q.recoil(fitted[:2], best)]
    if photons:
        pool.append(q.count("gam", Both("photons", "光子")))
    unique = list({each.name: each for each in pool}.values())
    if draw.chance(0.85) or not found:
        found.append(outputs.ntuple(draw, draw.pick(("tree", "fit", "ana", "kept", "out", "result")), draw.some(unique, 2, 5), array=photons and draw.chance(0.2)))
    if draw.chance(0.15):
        found.append(outputs.truth(mother, best if draw.chance(0.5) else ""))
    return found
