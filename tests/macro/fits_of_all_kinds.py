"""Fits that together use every statement and every function of a macro, and the data they are of.

In: a folder. Out: texts of programs by name, files. Numbers are drawn with a fixed seed; sizes are small, so that a fit takes a second.
"""

from __future__ import annotations

from pathlib import Path

_PEAK = "    signal gaussian do\n        mean  0.135 GeV, range: 0.13 GeV..0.14 GeV{mean}\n        sigma 6 MeV, range: 1 MeV..20 MeV\n    end\n"
_FLAT = "    background chebyshev do\n        order 1\n    end\n"
_RANGE = "    range 0.105 GeV..0.165 GeV\n    bins  60\n"

FITS: dict[str, str] = {
    "everything": '    data "events.root", tree: "t", branch: "m", cut: "chi2 < 50"\n' + _RANGE + _PEAK.format(mean=", constraint: 0.1 MeV") + _FLAT
    + "    errors :minos\n    intervals 68.3 %, 95 %\n    band 68.3 %, 95 %, at: 0.135 GeV\n    upper_limit 90 %\n    significance\n    branching_fraction events: 1e6, efficiency: 21.3 %, error: 0.2 %, intermediate: 39.36 %\n    toys 10\n    report :yield, :chi2_ndf, :pulls, :correlation\n",
    "bins_by_chi2": '    data "bins.root", histogram: "h"\n' + _RANGE + "    exclude 0.11 GeV..0.115 GeV\n    method :chi2\n    report :pulls\n    intervals 90 %\n"
    "    signal double_gaussian do\n        mean 0.135 GeV, range: 0.13 GeV..0.14 GeV, constraint: 20 keV\n        sigma 4 MeV, range: 1 MeV..8 MeV\n        sigma_wide 12 MeV, fixed: true\n    end\n    background exponential do\n    end\n",
    "fractions": '    data "events.csv", column: "m"\n' + _RANGE + "    method :likelihood\n    report :pulls\n    signal crystal_ball do\n        mean 0.135 GeV, range: 0.13 GeV..0.14 GeV\n        sigma 6 MeV, range: 1 MeV..20 MeV\n"
    "        alpha 2, fixed: true\n        n 3, fixed: true\n    end\n    background polynomial do\n        order 1\n    end\n",
    "windows": "    data :generated, events: 2000, seed: 5\n    range 0..4, 5..10\n    bins 50\n    binned\n    report :pulls\n    band 95 %\n    toys 10\n    signal double_crystal_ball do\n        mean 3, range: 2..4\n        sigma 0.5, range: 0.1..2\n"
    "        alpha_low 1.5, fixed: true\n        n_low 3, fixed: true\n        alpha_high 1.5, fixed: true\n        n_high 3, fixed: true\n    end\n" + _FLAT,
    "windows_by_shape": "    data :generated, events: 2000, seed: 5\n    range 0..4, 5..10\n    method :likelihood\n    report :pulls\n    toys 10\n    signal gaussian do\n        mean 3, range: 2..4\n        sigma 0.5, range: 0.2..1\n    end\n" + _FLAT,
    "two_samples": _RANGE + "    report :pulls\n    significance\n    background chebyshev do\n        order 1\n    end\n    sample(:control) do\n        data \"events.root\", tree: \"control\", branch: \"m\"\n    end\n"
    '    sample(:peak) do\n        data "events.root", tree: "t", branch: "m"\n' + _PEAK.format(mean="").replace("    signal", "        signal").replace("    end", "        end") + "    end\n",
    "smeared": "    data :generated, events: 2000, seed: 11\n    range 1 GeV..1.05 GeV\n    bins 50\n    report :pulls\n    signal breit_wigner do\n        mean 1.0195 GeV, range: 1.01 GeV..1.03 GeV\n        width 4.249 MeV, fixed: true\n"
    "        convolve gaussian do\n            mean 0 MeV, fixed: true\n            sigma 1 MeV, range: 0.1 MeV..5 MeV\n        end\n    end\n    background argus do\n        endpoint 1.06 GeV, fixed: true\n        slope -20, fixed: true\n    end\n",
    "side_bands": '    data "bins.root", histogram: "h"\n' + _RANGE + "    sidebands 0.105 GeV..0.115 GeV, 0.155 GeV..0.165 GeV, then: :fixed\n    report :chi2_ndf\n" + _PEAK.format(mean="") + _FLAT,
    "from_data": '    data "events.root", tree: "t", branch: "m"\n' + _RANGE + '    report :pulls\n    signal histogram_pdf do\n        data "bins.root", histogram: "form"\n        interpolation 1\n    end\n'
    '    background keys_pdf do\n        data "events.root", tree: "control", branch: "m"\n        smoothness 1.5\n    end\n',
    "following": "    data :generated, events: 2000, seed: 3\n    range 1..3\n    bins 40\n    report :pulls\n    component(:first) relativistic_breit_wigner do\n        mean 1.5, range: 1.4..1.6\n        width 0.1, range: 0.02..0.3\n    end\n"
    "    component(:second) voigtian do\n        mean first.mean + 0.8\n        width first.width\n        sigma 0.05, range: 0.01..0.2\n    end\n    background formula do\n        density exp(-rate * x) + 0.2\n        rate 1\n    end\n",
    "points": '    data "points.csv", x: "x", y: "y", error_low: "below", error_high: "above", error_x: "beside"\n    range 0..10\n    sidebands 0..3, 7..10\n    intervals 68.3 %, 95 %\n    band 95 %\n    report :chi2_ndf, :pulls\n    errors :minos\n'
    "    signal gaussian do\n        mean 5, range: 4..6\n        sigma 0.6, range: 0.2..2\n        height 20, range: 0..100\n    end\n    background polynomial do\n        order 1\n    end\n",
    "graph": '    data "graph.root", graph: "g"\n    range 0..10\n    report :chi2_ndf, :pulls\n    component exponential do\n        height 20\n    end\n',
    "bins_as_curve": '    data "bins.root", histogram: "h"\n    curve\n    range 0.105 GeV..0.165 GeV\n' + "    intervals 68.3 %\n    band 68.3 %, at: 0.135 GeV\n" + _PEAK.format(mean="") + _FLAT,
    "surface": '    data "bins.root", histogram: "h2"\n    range -3..3\n    range_y -2..2\n    method :extended_likelihood\n    report :chi2_ndf\n    component gaussian_2d do\n    end\n',
}  # fmt: skip


def program(name: str) -> str:
    """The text of a program with this fit alone."""
    return f'fit("{name}") do\n{FITS[name]}end\n'


def write_data(folder: Path) -> None:
    """`events.root` (trees `t` and `control`), `events.csv`, `bins.root`."""
    import numpy as np
    import uproot

    random = np.random.default_rng(17)
    mass = np.concatenate([random.normal(0.1349, 0.0055, 900), random.uniform(0.105, 0.165, 1100)])
    random.shuffle(mass)
    control = random.uniform(0.105, 0.165, 1500)
    with uproot.recreate(folder / "events.root") as file:
        file.mktree("t", {"m": "f8", "chi2": "f8"}).extend({"m": mass, "chi2": random.uniform(0, 100, len(mass))})
        file.mktree("control", {"m": "f8"}).extend({"m": control})
    (folder / "events.csv").write_text("run,m\n" + "".join(f"{run}, {value!r}\n" for run, value in enumerate(mass.tolist())), encoding="ascii")
    many = np.concatenate([random.normal(0.1349, 0.0055, 9000), random.uniform(0.105, 0.165, 11000)])
    with uproot.recreate(folder / "bins.root") as file:
        file["h"] = np.histogram(many, bins=60, range=(0.105, 0.165))
        across, up = random.multivariate_normal([0.2, -0.1], [[0.8, 0.2], [0.2, 0.3]], 5000).T
        file["h2"] = np.histogram2d(across, up, bins=(30, 20), range=((-3, 3), (-2, 2)))
        file["form"] = np.histogram(random.normal(0.1349, 0.0055, 20000), bins=120, range=(0.105, 0.165))
    x = np.arange(0.25, 10, 0.5)
    y = 5 + 0.4 * x + 20 * np.exp(-0.5 * ((x - 5) / 0.7) ** 2) + random.normal(0, 0.8, len(x))
    rows = [f"{at!r},{height!r},0.8,0.9,0.05" for at, height in zip(x.tolist(), y.tolist(), strict=True)]
    (folder / "points.csv").write_text("x,y,below,above,beside\n" + "\n".join(rows) + "\n", encoding="ascii")
