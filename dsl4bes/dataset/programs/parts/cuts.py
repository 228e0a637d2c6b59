"""Cuts by formulas, vetoes, and what else rejects events.

In: a `Draw`, what is cut on. Out: parts. Titles are drawn, and the words say them, since they are lines of the cut flow.
"""

from __future__ import annotations

from dsl4bes.dataset.programs.draw import Draw
from dsl4bes.dataset.programs.part import Both, Clause, Lines, Part
from dsl4bes.dataset.programs.parts.quantities import Quantity


def require(title: str, formula: str, said: Both) -> Part:
    """A cut with a name; `said`: the condition in words."""
    return Part("require", f'require "{title}", {formula}\n', values={"TITLE": title, "SAID": said})


def veto(title: str, formula: str, said: Both) -> Part:
    return Part("veto", f'veto "{title}", {formula}\n', values={"TITLE": title, "SAID": said})


def window(title: str, quantity: Quantity, low: str, high: str, against: bool = False) -> Part:
    """A quantity between two values, or outside of them."""
    said = Both(f"{quantity.en} between {low} and {high}", f"{quantity.zh}在 {low} 与 {high} 之间")
    return (veto if against else require)(title, f"{quantity.formula} in {low}..{high}", said)


def around(title: str, quantity: Quantity, particle: str, width: str, words: Both, against: bool = False) -> Part:
    """A mass near the nominal one of a particle, or far from it."""
    said = Both(f"{quantity.en} within {width} of the nominal {words.en} mass", f"{quantity.zh}与 {words.zh} 名义质量相差小于 {width}")
    return (veto if against else require)(title, f'abs({quantity.formula} - mass("{particle}")) < {width}', said)


def compared(title: str, quantity: Quantity, operator: str, value: str) -> Part:
    """A quantity above or below a value."""
    en, zh = ("above", "大于") if operator == ">" else ("below", "小于")
    return require(title, f"{quantity.formula} {operator} {value}", Both(f"{quantity.en} {en} {value}", f"{quantity.zh}{zh} {value}"))


def better_hypothesis(title: str, other: str, wanted: str) -> Part:
    """The event goes if another hypothesis fits better."""
    return veto(title, f"{other}.chi2 < {wanted}.chi2", Both(f"the chi2 of `{other}` is smaller than that of `{wanted}`", f"{other} 的 chi2 比 {wanted} 的小"))


def photon_veto(draw: Draw, kind: str, photons: str) -> Part:
    """No pi0 or eta with a photon of the candidate."""
    width = draw.pick(("15 MeV", "20 MeV", "0.015 GeV", "12 MeV", "18 MeV")) if kind == "pi0" else draw.pick(("30 MeV", "25 MeV", "0.02 GeV", "35 MeV"))
    made = Lines(f"{kind}_veto", f"{kind}_veto do", photons=photons)
    made.line(f"photon {photons}")
    made.line(f"mass_window {width}", "window", w=width)
    return made.done()


def trigger(draw: Draw) -> Part:
    channel, data_only = draw.whole(0, 15), draw.chance(0.7)
    clauses = (Clause("data_only", {}),) if data_only else (Clause("all_events", {}),)
    return Part("trigger", f"trigger channel: {channel}{', data_only: true' if data_only else ''}\n", clauses, {"CHANNEL": str(channel)})


RUNS = ((9947, 10878), (27255, 28236), (52940, 54976), (55861, 56546), (11414, 13988), (20448, 23454), (8093, 9025), (25338, 27090), (47543, 48170))


def run_range(draw: Draw) -> Part:
    first, last = draw.pick(RUNS)
    runs = f"{first}..{last}"
    made = Lines("run_range", "run_range do", first=str(first), last=str(last))
    made.line(f"allow {runs}", "allow", first=str(first), last=str(last))
    if draw.chance(0.6):
        bad = first + draw.whole(10, 700)
        if draw.chance(0.5):
            made.line(f"bad {bad}", "bad", bad=str(bad))
        else:
            end = bad + draw.whole(2, 30)
            made.line(f"bad {bad}..{end}", "bad_range", bad=str(bad), end=str(end))
    return made.done()


def blind(draw: Draw) -> Part:
    share = draw.pick(("10 %", "20 %", "5 %", "25 %", "1 %", "0.1", "0.25", "0.5"))
    made = Lines("blind", "blind do", share=share)
    made.line(f"keep {share}", "keep", share=share)
    return made.done()


def filter_() -> Part:
    return Part("filter", "filter\n")


def duplicates(draw: Draw) -> Part:
    if draw.chance(0.4):
        most = draw.pick(("1000000", "500000", "2000000", "100000"))
        return Part("duplicates", f"duplicates max: {most}\n", (Clause("most", {"N": most}),))
    return Part("duplicates", "duplicates\n", (Clause("plain", {}),))


def nearest_track(draw: Draw, name: str, others: str, target: str, words: Both, required: bool) -> Part:
    angle = draw.pick(("10 deg", "15 deg", "5 deg", "8 deg", "20 deg", "0.2 rad"))
    made = Lines("nearest_track", f"nearest_track(:{name}) do", name=name, target=words, others=others)
    made.line(f"from {others}")
    made.line(f"to {target}")
    made.line(f"angle < {angle}", "angle", angle=angle)
    made.line("required" if required else "", "required" if required else "not_required")
    return made.done()


def let(name: str, formula: str, said: Both) -> Part:
    return Part("let", f"let {name} = {formula}\n", values={"NAME": name, "SAID": said, "FORMULA": formula})
