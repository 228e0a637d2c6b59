"""Sentences on the data: energy, beams, input files, corrections of simulated tracks.

In: a teller and a program. Out: sentences without their full stop. What the program does not say and BOSS or the compiler takes (the crossing angle) is said, too.
"""

from __future__ import annotations

from dsl4bes.ir.program import HelixBin, HelixCorrection, HelixShift, Program
from dsl4bes.ir.types import ENERGY
from dsl4bes.reports import numbers, symbols
from dsl4bes.reports.numbers import Flavour, Quantity
from dsl4bes.reports.said import Said, math
from dsl4bes.reports.teller import Teller

#: The helix parameters in their order in BOSS.
HELIX = (r"d_{\rho}", r"\phi_{0}", r"\kappa", "d_{z}", r"\tan\lambda")


def data_sentences(teller: Teller, program: Program) -> list[Said]:
    """Energy and crossing angle, files, corrections."""
    analysis = program.analysis
    if analysis.ecms is not None:
        energy = teller.say("data.ecms", ecms=math(rf"\sqrt{{s}} = {numbers.latex(numbers.of(analysis.ecms))}"))
    else:
        energy = teller.say("data.measured" if analysis.measured_ecms else "data.no_ecms")
    known = analysis.ecms is not None or analysis.measured_ecms
    crossing = teller.say("data.crossing", angle=teller.number(analysis.crossing_angle)) if known else ()
    found = [teller.further(energy, crossing)]
    if analysis.inputs:
        found.append(teller.say("data.inputs", inputs=teller.all_of([teller.name(each) for each in analysis.inputs])))
    if analysis.events > 0:
        found.append(teller.say("data.events_at_most", number=math(str(analysis.events))))
    return found if program.helix is None else [*found, *_helix(teller, program.helix)]


def _helix(teller: Teller, helix: HelixCorrection) -> list[Said]:
    found = [teller.say("data.helix", seed=teller.number(helix.seed))]
    found += [_shift(teller, each) for each in helix.shifts]
    if helix.table:
        return [*found, teller.say("data.helix_table", table=teller.name(helix.table))]
    return [*found, *(_bin(teller, each) for each in helix.bins)]


def _shift(teller: Teller, shift: HelixShift) -> Said:
    symbol = math(symbols.species(shift.species, shift.charge))
    return teller.say("data.helix_shift", parameter=math(HELIX[shift.parameter]), symbol=symbol, mean=teller.number(shift.mean), width=teller.number(shift.width))


def _bin(teller: Teller, each: HelixBin) -> Said:
    low, high = (numbers.together(*limit) for limit in numbers.written([Quantity(value, ENERGY) for value in each.p], Flavour.MOMENTUM))
    first, last = (numbers.digits(value) for value in each.cos)
    return teller.say(
        "data.helix_bin", parameter=math(HELIX[each.parameter]), symbol=math(symbols.species(each.species, each.charge)), p=math(rf"{low} \le p < {high}"),
        cos=math(rf"{first} \le \cos\theta < {last}"), runs=math(f"{each.runs[0]}, {each.runs[1]}"), mean=math(numbers.digits(each.mean)), width=math(numbers.digits(each.width)),
    )  # fmt: skip
