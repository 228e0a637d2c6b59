"""Programs in which Lambda0 of either chain are particles of kinematic fits, and the events of them.

In: nothing. Out: texts by name, toy events. Kinematic fits are optional and their numbers are columns, so that nothing hides anything.
"""

from __future__ import annotations

from functools import lru_cache

from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import ToyOptions, random_batch, toy_events

_HEAD = """analysis "Hyperons" do
    ecms 3.0969 GeV
end
event_selection do
    charged_tracks(:loose) do
        vr < 20 cm
        vz < 50 cm
        nloose >= 2
    end
    photons do
        energy > 25 MeV
    end
    assign do
        from     loose
        identify :prp, charge > 0
        identify :prm, charge < 0
        identify :pip, charge > 0
        identify :pim, charge < 0
        identify :kp, charge > 0
        identify :km, charge < 0
    end
"""


def vertex(name: str, decay: str = "Lambda0 -> p+ pi-", lines: str = "choose :nearest_mass") -> str:
    body = "\n        ".join(lines.split("; "))
    return f'    secondary_vertex(:{name}) do\n        decay "{decay}"\n        {body}\n    end\n'


def fit(name: str, decay: str, source: str, lines: str = "constrain :four_momentum; choose :min_chi2") -> str:
    body = "\n        ".join(lines.split("; "))
    return f'    kinematic_fit(:{name}) do\n        decay "{decay}"\n        from {source}\n        {body}\n        optional\n    end\n'


def program(*blocks: str, columns: str) -> str:
    return f"{_HEAD}{''.join(blocks)}end\nntuple(\"t\") do\n    column {columns}\nend\n"


ANTI = "anti-Lambda0 -> anti-p- pi+"
APART = 'require "apart", index(prm) != index(lam.prp) and index(pip) != index(lam.pim); choose :nearest_mass'
FALSE = "conjugate false; choose :nearest_mass"

PROGRAMS = {
    # one Lambda of either chain beside a proton and a kaon, with the conjugate and without
    "either": program(
        vertex("lam"), fit("f", "J/psi -> anti-p- K+ Lambda0", "lam, prm, prp, kp, km"),
        columns="chi2: f.chi2, q: charge(lam.prp), k: index(f.kp), qk: charge(f.kp), p: index(f.prm), m: m(lam), ml: m(f.lambda), e: e(f.raw.lambda)",
    ),
    "written": program(
        vertex("lam", lines=FALSE), fit("f", "J/psi -> anti-p- K+ Lambda0", "lam, prm, kp", "conjugate false; constrain :four_momentum; choose :min_chi2"),
        columns="chi2: f.chi2, q: charge(lam.prp), k: index(f.kp), qk: charge(f.kp), p: index(f.prm)",
    ),
    "anti": program(
        vertex("lam", ANTI), fit("f", "J/psi -> p+ K- anti-Lambda0", "lam, prm, prp, kp, km"),
        columns="chi2: f.chi2, q: charge(lam.prm), k: index(f.km), p: index(f.prp)",
    ),
    # the block's decay and that of the fit are written in opposite chains
    "opposite": program(
        vertex("lam"), fit("f", "J/psi -> p+ K- anti-Lambda0", "lam, prm, prp, kp, km"),
        columns="chi2: f.chi2, q: charge(lam.prp), k: index(f.km), qk: charge(f.km), p: index(f.prp)",
    ),
    "missing": program(
        vertex("lam"), fit("f", "J/psi -> anti-p- K+ Lambda0", "lam, prm, prp", "missing kp; constrain :four_momentum; choose :min_chi2"),
        fit("g", "J/psi -> anti-p- K+ Lambda0", "prm, prp, kp, km", "missing lambda; constrain :four_momentum; choose :min_chi2"),
        columns="chi2: f.chi2, g: g.chi2, q: charge(lam.prp), p: p(f.kp)",
    ),
    "all": program(
        vertex("lam", lines="keep :all; mass 1.0 GeV..1.3 GeV"),
        '    for lam do\n' + fit("f", "J/psi -> anti-p- K+ Lambda0", "lam, prm, prp, kp, km") + '        ntuple("rows") do\n            column chi2: f.chi2, q: charge(lam.prp), qk: charge(f.kp), k: index(f.kp)\n        end\n    end\n',
        columns="n: count(lam)",
    ),
    # both Lambdas
    "pair": program(
        vertex("lam", lines=FALSE), vertex("alam", ANTI, FALSE), fit("f", "J/psi -> Lambda0 anti-Lambda0", "lam, alam"),
        fit("g", "J/psi -> anti-Lambda0 Lambda0", "lam, alam", "conjugate false; constrain :four_momentum; choose :min_chi2"),
        fit("h", "J/psi -> Lambda0 anti-Lambda0", "lambda: lam, lambdabar: alam", "constrain :three_momentum; choose :min_chi2"),
        columns="f: f.chi2, g: g.chi2, h: h.chi2, p: p(f.lambda), a: p(f.lambdabar), m: m(f.lambda)",
    ),
    "sigma": program(
        vertex("lam"), vertex("other", ANTI, APART), fit("f", "J/psi -> Lambda0 (anti-Sigma0 -> anti-Lambda0 gam)", "lam, other, gam", "constrain :four_momentum, sigma0bar; choose :min_chi2"),
        columns="f: f.chi2, q: charge(lam.prp), o: charge(other.prm), g: index(f.gam), m: m(f.sigma0bar)",
    ),
    "sigma_written": program(
        vertex("lam", lines=FALSE), vertex("alam", ANTI, FALSE),
        fit("f", "J/psi -> Lambda0 (anti-Sigma0 -> anti-Lambda0 gam)", "lam, alam, gam", "conjugate false; constrain :four_momentum, sigma0bar; choose :min_chi2"),
        fit("both", "J/psi -> Lambda0 (anti-Sigma0 -> anti-Lambda0 gam)", "lam, alam, gam", "constrain :four_momentum, sigma0bar; choose :min_chi2"),
        fit("named", "J/psi -> Lambda0 (anti-Sigma0 -> anti-Lambda0 gam)", "lambda: lam, lambdabar: alam, gam", "constrain :four_momentum, sigma0bar; choose :min_chi2"),
        columns="f: f.chi2, both: both.chi2, named: named.chi2, g: index(f.gam), b: index(both.gam), m: m(both.sigma0bar), p: p(both.lambda), e: e(both.raw.lambdabar)",
    ),
    "alone": program(
        vertex("lam"), fit("f", "J/psi -> Lambda0 X", "lam", "missing X: 1.1157 GeV; constrain :four_momentum"),
        columns="f: f.chi2, q: charge(lam.prp), p: p(f.X)",
    ),
    # two that flew and nothing else: both are of one chain
    "two": program(
        vertex("lam"), vertex("other", ANTI, APART), fit("f", "J/psi -> Lambda0 (anti-Sigma0 -> anti-Lambda0 X)", "lam, other", "missing X: 0 GeV; constrain :four_momentum, sigma0bar"),
        columns="f: f.chi2, q: charge(lam.prp), o: charge(other.prm), p: p(f.X)",
    ),
    "xi": program(
        vertex("lam"), vertex("xi", "Xi- -> Lambda0 pi-", "from lam, pip, pim; choose :nearest_mass"),
        fit("f", "J/psi -> anti-Lambda0 K+ Xi-", "xi, kp, km", "missing lambdabar; constrain :four_momentum; choose :min_chi2"),
        columns="f: f.chi2, q: charge(xi.pim), k: charge(f.kp), p: p(f.xim)",
    ),
}  # fmt: skip


@lru_cache(maxsize=4)
def events(name: str = "", seed: int = 91) -> tuple[Batch, ...]:
    options = ToyOptions(extra_photons=0.5)
    if name in ("pair", "sigma", "sigma_written", "alone", "two"):
        return (
            toy_events("J/psi -> Lambda0 anti-Lambda0", 60, seed),
            toy_events("J/psi -> Lambda0 (anti-Sigma0 -> anti-Lambda0 gam)", 60, seed + 1, options=options),
            toy_events("J/psi -> anti-Lambda0 (Sigma0 -> Lambda0 gam)", 60, seed + 2, options=options),
            random_batch(seed, 40),
        )
    if name == "xi":
        return (toy_events("J/psi -> anti-Lambda0 K+ Xi-", 120, seed), toy_events("J/psi -> Lambda0 K- anti-Xi+", 120, seed + 1), random_batch(seed, 40))
    return (
        toy_events("J/psi -> anti-p- K+ Lambda0", 60, seed), toy_events("J/psi -> p+ K- anti-Lambda0", 60, seed + 1, options=options),
        toy_events("J/psi -> p+ K- anti-Lambda0", 30, seed + 2, options=ToyOptions(stress=True)), random_batch(seed, 40),
    )  # fmt: skip
