"""Head and output of a program: analysis, histograms, tuples, truth, variations.

In: a `Draw`, quantities. Out: parts at their places. Names of branches are drawn with their quantities and said.
"""

from __future__ import annotations

from collections.abc import Sequence

from dsl4bes.dataset.programs.draw import Draw
from dsl4bes.dataset.programs.part import Both, Clause, Lines, Part, Particles, Place
from dsl4bes.dataset.programs.parts.quantities import Quantity


def analysis(draw: Draw, name: str, ecms: str | None) -> Part:
    """Name, energy, files. `ecms` None: from the data base."""
    made = Lines("analysis", f'analysis "{name}" do', Place.HEAD, name=name)
    made.line(f"ecms {ecms}" if ecms else "ecms :database", "ecms" if ecms else "database", ecms=ecms or "")
    if draw.chance(0.15):
        angle = draw.pick(("22 mrad", "0.022 rad"))
        made.line(f"crossing_angle {angle}", "crossing_angle", angle=angle)
    if draw.chance(0.3):
        path = draw.pick((f"{name.lower()}/*.dst", "data/*.dst", "/besfs/mc/*.dst", "dst/run*.dst"))
        made.line(f'input "{path}"', "input", file=path)
    if draw.chance(0.3):
        path = draw.pick((f"{name.lower()}.root", "out.root", f"{name.lower()}_ana.root", "selected.root"))
        made.line(f'output "{path}"', "output", file=path)
    if draw.chance(0.1):
        most = draw.pick(("1000", "5000", "10000", "50000", "100000"))
        made.line(f"events {most}", "events", n=most)
    if draw.chance(0.08):
        made.line('profile "8"', "profile")
    return made.done()


def histogram(draw: Draw, quantity: Quantity, low: str, high: str, per: str = "") -> Part:
    bins = draw.pick(("50", "60", "80", "100", "120", "200"))
    name = draw.pick((quantity.name, f"h_{quantity.name}"))
    made = Lines("histogram", f'histogram("{name}"{f", per: {per}" if per else ""}) do', Place.OUTPUT, name=name, what=quantity.both, bins=bins, low=low, high=high)
    made.line("", "per" if per else "plain", per=per)
    made.line(f"fill {quantity.formula}")
    made.line(f"bins {bins}, {low}..{high}")
    return made.done()


def ntuple(draw: Draw, name: str, quantities: Sequence[Quantity], per: str = "", inside: bool = False, array: bool = False) -> Part:
    """A tuple with these columns, several on a line."""
    made = Lines("ntuple", f'ntuple("{name}"{f", per: {per}" if per else ""}) do', Place.SELECTION if inside else Place.OUTPUT, name=name)
    if per:
        made.line("", "per", per=per)
    left = list(quantities)
    while left:
        size = draw.whole(1, 3)
        made.line("column " + ", ".join(f"{each.name}: {each.formula}" for each in left[:size]))
        for each in left[:size]:
            made.line("", "column", column=each.name, what=each.both)
        left = left[size:]
    if array:
        most = draw.pick(("20", "50", "100"))
        made.line(f"array :e_gam, e(gam), max: {most}", "array", n=most)
    return made.done()


def truth(mother: str, match: str) -> Part:
    made = Lines("mc_truth", "mc_truth do", Place.OUTPUT, mother=Particles(mother))
    made.line(f'topology "{mother}"', "topology", mother=Particles(mother))
    if match:
        made.line(f"match {match}", "match", match=match)
    return made.done()


def systematics(lines: Sequence[tuple[str, str, Sequence[str], Both]]) -> Part:
    """`lines`: title, number, its other values, what is varied in words."""
    made = Lines("systematics", "systematics do", Place.OUTPUT)
    for title, number, values, words in lines:
        made.line(f'vary "{title}", {number}, {", ".join(values)}', "vary", title=title, what=words, values=Both(" and ".join(values), "、".join(values)))
    return made.done()


def region(name: str, inside: str, said: Both) -> Part:
    return Part("region", f"region(:{name}, from: baseline) do\n{inside}end\n", (Clause("cut", {"SAID": said}),), {"NAME": name}, Place.OUTPUT)
