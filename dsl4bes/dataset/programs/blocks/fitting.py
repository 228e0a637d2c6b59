"""Blocks of fits: terms of every shape, samples, convolutions, whole fits.

In: a `Draw`. Out: `Block`s by family. Ranges and starts are those of the peaks that BESIII fits: pi0, eta, omega, phi, K_S, Lambda, D.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dsl4bes.dataset.programs.blocks.block import HERE, Block
from dsl4bes.dataset.programs.draw import Draw
from dsl4bes.dataset.programs.part import Both, Clause, Part, Place


@dataclass(frozen=True)
class Peak:
    """A peak with its range (MeV): `mean`, `sigma`, `low`, `high`; `width` natural."""

    name: str
    mean: float
    sigma: float
    low: int
    high: int
    width: float = 0.0


PEAKS = (Peak("pi0", 135, 6, 100, 170), Peak("eta", 548, 9, 480, 620), Peak("omega", 782.7, 10, 700, 870, 8.7), Peak("phi", 1019.5, 1.5, 990, 1060, 4.2), Peak("ks", 497.6, 3, 470, 530), Peak("lambda", 1115.7, 1.2, 1100, 1135), Peak("jpsi", 3096.9, 8, 3040, 3160), Peak("kst", 892, 5, 750, 1050, 47), Peak("d0", 1864.8, 5, 1830, 1900))
SHAPES = {
    "gaussian": Both("a Gaussian", "高斯函数"), "double_gaussian": Both("two Gaussians of one mean", "同一均值的双高斯"), "crystal_ball": Both("a Crystal Ball function", "Crystal Ball 函数"), "double_crystal_ball": Both("a Crystal Ball function with tails on both sides", "双侧 Crystal Ball 函数"), "breit_wigner": Both("a Breit-Wigner", "Breit-Wigner 函数"),
    "relativistic_breit_wigner": Both("a relativistic Breit-Wigner", "相对论 Breit-Wigner"), "voigtian": Both("a Voigtian (Breit-Wigner with Gaussian resolution in closed form)", "Voigt 函数"), "histogram_pdf": Both("the shape of a histogram of simulation", "模拟直方图的形状"), "keys_pdf": Both("a kernel estimate of simulated entries", "模拟样本的核密度估计"),
    "chebyshev": Both("a Chebyshev polynomial", "Chebyshev 多项式"), "polynomial": Both("a polynomial", "多项式"), "exponential": Both("an exponential", "指数函数"), "argus": Both("an ARGUS function", "ARGUS 函数"), "formula": Both("a formula", "自定义公式"), "gaussian_2d": Both("a Gaussian in two dimensions", "二维高斯"),
}  # fmt: skip


@dataclass(frozen=True)
class Term:
    """Lines of a shape, and the clauses that say them."""

    lines: tuple[str, ...]
    clauses: tuple[Clause, ...]


def _mev(value: float) -> str:
    return f"{value:g} MeV"


def _gev(value: float) -> str:
    return f"{value / 1000:.6g} GeV"


def _mass(draw: Draw, value: float) -> str:
    return _gev(value) if draw.chance(0.6) else _mev(value)


def _parameter(draw: Draw, name: str, start: str, low: str, high: str) -> tuple[str, Clause]:
    """A parameter: free with a range, fixed, or with its start alone."""
    kind = draw.whole(0, 5)
    if kind <= 2:
        return f"{name} {start}, range: {low}..{high}", Clause("range", {"NAME": name, "V": start, "LOW": low, "HIGH": high})
    if kind == 3:
        return f"{name} {start}, fixed: true", Clause("fixed", {"NAME": name, "V": start})
    return f"{name} {start}", Clause("start", {"NAME": name, "V": start})


def _term(draw: Draw, shape: str, peak: Peak) -> Term:
    """What is written of a shape."""
    found: list[tuple[str, Clause]] = []
    if shape in ("gaussian", "double_gaussian", "crystal_ball", "double_crystal_ball", "breit_wigner", "relativistic_breit_wigner", "voigtian"):
        found.append(_parameter(draw, "mean", _mass(draw, peak.mean), _gev(round(peak.mean - 3 * peak.sigma, 1)), _gev(round(peak.mean + 3 * peak.sigma, 1))))
    if shape in ("gaussian", "double_gaussian", "crystal_ball", "double_crystal_ball", "voigtian") and (shape != "gaussian" or draw.chance(0.9)):
        found.append(_parameter(draw, "sigma", _mev(peak.sigma), _mev(peak.sigma / 5), _mev(4 * peak.sigma)))
    if shape in ("breit_wigner", "relativistic_breit_wigner", "voigtian"):
        width = peak.width or 2 * peak.sigma
        found.append(_parameter(draw, "width", _mev(width), _mev(width / 4), _mev(3 * width)))
    if shape == "double_gaussian":
        found.append(_parameter(draw, "sigma_wide", _mev(3 * peak.sigma), _mev(2 * peak.sigma), _mev(8 * peak.sigma)))
        if draw.chance(0.5):
            found.append(_parameter(draw, "share", draw.pick(("0.7", "0.6", "0.8")), "0.1", "0.95"))
    if shape == "crystal_ball":
        found += [_parameter(draw, "alpha", draw.pick(("1.5", "1.2", "2")), "0.3", "5"), _parameter(draw, "n", draw.pick(("3", "5", "2")), "0.8", "20")]
    if shape == "double_crystal_ball":
        found += [_parameter(draw, "alpha_low", draw.pick(("1.5", "1.2", "2")), "0.3", "5"), _parameter(draw, "alpha_high", draw.pick(("1.5", "1.8", "2.2")), "0.3", "5")]
    if shape in ("chebyshev", "polynomial"):
        order = draw.whole(0, 3)
        found.append((f"order {order}", Clause("order", {"N": str(order)})))
        if order and draw.chance(0.35):
            found.append(_parameter(draw, "c1", draw.pick(("0", "0.1", "-0.2", "0.3")), "-1", "1"))
    if shape == "exponential":
        found.append((f"slope {(value := draw.pick(('-1', '-2', '-0.5', '-3', '-5')))}", Clause("start", {"NAME": "slope", "V": value})))
    if shape == "argus":
        found.append(_parameter(draw, "endpoint", _gev(peak.high), _gev(peak.high - 5), _gev(peak.high + 5)))
        if draw.chance(0.5):
            found.append(_parameter(draw, "slope", draw.pick(("-20", "-10", "-30")), "-100", "-1"))
    if shape == "histogram_pdf":
        name, order = draw.pick(("h_sig", "shape", "h_mc", "m_mc")), draw.whole(0, 2)
        found.append((f'data "mc.root", histogram: "{name}"', Clause("histogram", {"FILE": "mc.root", "HIST": name})))
        if order:
            found.append((f"interpolation {order}", Clause("interpolation", {"N": str(order)})))
    if shape == "keys_pdf":
        tree = draw.pick(("t", "mc", "fit"))
        found.append((f'data "mc.root", tree: "{tree}", branch: "m"', Clause("tree", {"FILE": "mc.root", "TREE": tree, "BRANCH": "m"})))
        if draw.chance(0.6):
            found.append((f"smoothness {(value := draw.pick(('1.5', '2', '0.8', '1.2')))}", Clause("smoothness", {"V": value})))
    if shape == "formula":
        threshold = _gev(peak.low - draw.whole(1, 20))
        found += [("density sqrt(x - threshold) * exp(-slope * x)", Clause("density", {"DENSITY": "sqrt(x - threshold) * exp(-slope * x)"})), (f"threshold {threshold}, fixed: true", Clause("fixed", {"NAME": "threshold", "V": threshold})), (f"slope {(value := draw.pick(('1', '2', '3', '0.5')))}", Clause("start", {"NAME": "slope", "V": value}))]
    if shape == "gaussian_2d":
        for name, start, low, high in (("mean_x", "2", "-5", "5"), ("sigma_x", "4", "1", "10"), ("mean_y", "0.5", "-2", "2"), ("sigma_y", "1", "0.2", "3")):
            if draw.chance(0.8):
                found.append(_parameter(draw, name, start, low, high))
    if not found:
        found.append(_parameter(draw, "mean", _gev(peak.mean), _gev(peak.low), _gev(peak.high)))
    return Term(tuple(line for line, _ in found), tuple(clause for _, clause in found))


def _yield(draw: Draw) -> tuple[str, Clause]:
    start = draw.pick((500, 1000, 2000, 5000, 300))
    return f"yield {start}, range: 0..{10 * start}", Clause("yield", {"V": str(start), "HIGH": str(10 * start)})


def _context(peak: Peak, other: str) -> str:
    return f'fit("peak") do\ndata "peak.root", tree: "t", branch: "m"\nrange {_gev(peak.low)}..{_gev(peak.high)}\n{HERE}{other}end\n'


_SIGNAL, _BACKGROUND = "signal gaussian do\nend\n", "background chebyshev do\norder 1\nend\n"
_PLANE = f'fit("spot") do\ndata "spot.root", histogram: "xy"\nrange -20..20\nrange_y -5..5\n{HERE}end\n'


def _of_shape(keyword: str, shape: str) -> Callable[[Draw], Block]:
    """The family of a term of one shape."""

    def drawn(draw: Draw) -> Block:
        peak = draw.pick([each for each in PEAKS if shape not in ("breit_wigner", "relativistic_breit_wigner", "voigtian") or each.width])
        term = _term(draw, shape, peak)
        label = draw.pick(("", "", "peak", "main", "line")) if keyword == "signal" else draw.pick(("", "", "flat", "combinatorial")) if keyword == "background" else draw.pick(("first", "extra", "curve", "peak"))
        lines, clauses = [*term.lines], [*term.clauses]
        if shape != "gaussian_2d" and draw.chance(0.35):
            line, clause = _yield(draw)
            lines, clauses = [line, *lines], [clause, *clauses]
        if label:
            clauses.append(Clause("label", {"LABEL": label}))
        text = f"{keyword}{f'(:{label})' if label else ''} {shape} do\n" + "".join(f"{each}\n" for each in lines) + "end\n"
        part = Part(keyword, text, tuple(clauses), {"SHAPE": SHAPES[shape], "PEAK": peak.name}, Place.OUTPUT)
        return Block(part, _PLANE if shape == "gaussian_2d" else _context(peak, _BACKGROUND if keyword == "signal" else _SIGNAL))

    return drawn


def _convolve(draw: Draw) -> Block:
    peak = draw.pick(PEAKS)
    mean = draw.pick(("0 MeV, fixed: true", "0 MeV, range: -5 MeV..5 MeV", "0 MeV, range: -2 MeV..2 MeV"))
    sigma, most = draw.pick((1, 2, 3, 5)), draw.pick((10, 15, 20))
    clauses = [Clause("mean_fixed", {}) if "fixed" in mean else Clause("range", {"NAME": "mean", "V": "0 MeV", "LOW": mean.split("range: ")[1].split("..")[0], "HIGH": mean.split("..")[1]})]
    clauses.append(Clause("range", {"NAME": "sigma", "V": f"{sigma} MeV", "LOW": "0.1 MeV", "HIGH": f"{most} MeV"}))
    text = f"convolve gaussian do\nmean {mean}\nsigma {sigma} MeV, range: 0.1 MeV..{most} MeV\nend\n"
    shape = draw.pick(("breit_wigner", "histogram_pdf"))
    inner = f"mean {_gev(peak.mean)}\n" if shape == "breit_wigner" else 'data "mc.root", histogram: "h"\n'
    context = f'fit("peak") do\ndata "peak.root", tree: "t", branch: "m"\nrange {_gev(peak.low)}..{_gev(peak.high)}\nsignal {shape} do\n{inner}{HERE}end\nend\n'
    return Block(Part("convolve", text, tuple(clauses), {"SHAPE": SHAPES[shape]}, Place.OUTPUT), context)


def _sample(draw: Draw) -> Block:
    peak = draw.pick(PEAKS)
    name, tree, branch = draw.pick(("data", "control", "first", "peak", "electrons", "muons")), draw.pick(("t", "fit", "ana", "tree")), draw.pick(("m", "mass", "m_gg", "m_rec"))
    file = draw.pick((f"{name}.root", "run1.root", "out.root"))
    term = _term(draw, "gaussian", peak)
    text = f'sample(:{name}) do\ndata "{file}", tree: "{tree}", branch: "{branch}"\nsignal(:s_{name}) gaussian do\n' + "".join(f"{line}\n" for line in term.lines) + "end\nend\n"
    other = 'sample(:reference) do\ndata "reference.root", tree: "t", branch: "m"\nend\n'
    context = f'fit("both") do\nrange {_gev(peak.low)}..{_gev(peak.high)}\nbackground chebyshev do\norder 1\nend\n{other}{HERE}end\n'
    return Block(Part("sample", text, term.clauses, {"NAME": name, "FILE": file, "TREE": tree, "BRANCH": branch, "LABEL": f"s_{name}"}, Place.OUTPUT), context)


def fit_part(draw: Draw, peak: Peak) -> Part:
    """A whole fit of a peak: data, range, a signal, a background, what is asked of the result."""
    shape = draw.pick(("gaussian", "double_gaussian", "crystal_ball") if not peak.width else ("voigtian", "breit_wigner", "gaussian"))
    name, tree, branch = draw.pick((f"{peak.name}_peak", f"fit_{peak.name}", "peak")), draw.pick(("tree", "ana", "fit", "t")), draw.pick(("m", "mass", f"m_{peak.name}"))
    file, low, high = draw.pick((f"{peak.name}.root", "selected.root", "out.root")), _mass(draw, peak.low), _mass(draw, peak.high)
    term, clauses, lines = _term(draw, shape, peak), [], [f'data "{file}", tree: "{tree}", branch: "{branch}"', f"range {low}..{high}"]
    clauses.append(Clause("signal", {"SHAPE": SHAPES[shape]}))
    clauses += [Clause(f"of_signal_{each.name}", each.values) for each in term.clauses]
    lines += [f"signal {shape} do", *term.lines, "end"]
    if draw.chance(0.85):
        order = draw.whole(1, 3)
        lines += ["background chebyshev do", f"order {order}", "end"]
        clauses.append(Clause("background", {"N": str(order)}))
    extra = [
        (f"bins {(bins := draw.pick(('50', '60', '80', '120')))}", Clause("bins", {"N": bins})), (f"method :{(how := draw.pick(('chi2', 'likelihood', 'extended_likelihood')))}", Clause(f"method_{how}", {})), ("errors :minos", Clause("minos", {})), (f"intervals {(levels := draw.pick(('68.3 %', '95 %', '68.3 %, 95 %', '90 %')))}", Clause("intervals", {"V": levels})),
        (f"upper_limit {(limit := draw.pick(('90 %', '95 %')))}", Clause("upper_limit", {"V": limit})), ("significance", Clause("significance", {})), (f"toys {(toys := draw.pick(('100', '200', '500')))}", Clause("toys", {"N": toys})), ("report :yield, :chi2_ndf, :pulls", Clause("pulls", {})),
    ]  # fmt: skip
    for line, clause in draw.some(extra, 0, 3):
        if line.startswith(("upper_limit", "significance", "toys")) and how != "extended_likelihood" and any(each.startswith("method") for each in lines):
            continue  # a limit on a yield needs a fit that has one
        lines.append(line)
        clauses.append(clause)
    return Part("fit", f'fit("{name}") do\n' + "".join(f"{line}\n" for line in lines) + "end\n", tuple(clauses), {"NAME": name, "FILE": file, "TREE": tree, "BRANCH": branch, "LOW": low, "HIGH": high}, Place.OUTPUT)


FITTING: Mapping[str, Callable[[Draw], Block]] = {
    **{f"signal-{shape}": _of_shape("signal", shape) for shape in ("gaussian", "double_gaussian", "crystal_ball", "double_crystal_ball", "breit_wigner", "relativistic_breit_wigner", "voigtian", "histogram_pdf", "keys_pdf", "gaussian_2d")},
    **{f"background-{shape}": _of_shape("background", shape) for shape in ("chebyshev", "polynomial", "exponential", "argus", "histogram_pdf")},
    **{f"component-{shape}": _of_shape("component", shape) for shape in ("gaussian", "voigtian", "formula")},
    "convolve": _convolve, "sample": _sample, "fit": lambda draw: Block(fit_part(draw, draw.pick(PEAKS)), HERE),
}  # fmt: skip
