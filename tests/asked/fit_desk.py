"""What the tests of `fit --ask` share: data on disk, programs that answers hold.

In: a folder. Out: a ROOT file with histograms, a graph and a tree, tables. Numbers are drawn with a fixed seed.
"""

from __future__ import annotations

from pathlib import Path

PEAK = 'fit("peak") do\n    data   "peak.root", histogram: "h_mass"\n    range  3..3.2\n    signal gaussian do\n        mean   3.097\n        sigma  0.01\n    end\n    background polynomial do\n        order 1\n    end\nend\n'
#: The same fit, its terms called otherwise.
RENAMED = PEAK.replace("signal gaussian", "signal(:jpsi) gaussian").replace("background polynomial", "background(:rest) polynomial").replace('"peak")', '"other")')
#: A fit that converges and is another one.
FLAT = PEAK.replace("order 1", "order 0")
QUESTION = "fit the histogram h_mass of peak.root with a Gaussian (mean near 3.097, sigma near 0.01) on a line, between 3.0 and 3.2"


def write_data(folder: Path) -> None:
    """`peak.root` with `h_mass`, `h2` and the tree `t` (`m`, `chi2`, and the array `p4`); `points.txt` without names; `decay.csv` with names."""
    import numpy as np
    import uproot

    rng = np.random.default_rng(3)
    mass = np.concatenate([rng.normal(3.097, 0.012, 2000), rng.uniform(3.0, 3.2, 3000)])
    with uproot.recreate(folder / "peak.root") as file:
        file["h_mass"] = np.histogram(mass, bins=80, range=(3.0, 3.2))
        file["h2"] = np.histogram2d(rng.normal(0, 1, 2000), rng.normal(0, 2, 2000), bins=(20, 20), range=((-5, 5), (-8, 8)))
        file.mktree("t", {"m": "float64", "chi2": "float64", "p4": ("float64", (4,))})
        file["t"].extend({"m": mass, "chi2": rng.uniform(0, 100, len(mass)), "p4": np.zeros((len(mass), 4))})
    x = np.linspace(0.5, 10, 20)
    y = 80 * np.exp(-x / 2) + 16 + rng.normal(0, 2, 20)
    (folder / "points.txt").write_text("".join(f"{a:.3f} {b:.4f} 0 0 1.5 2.5\n" for a, b in zip(x, y, strict=True)))
    (folder / "decay.csv").write_text("x,y,error\n" + "".join(f"{a:.3f},{b:.4f},2\n" for a, b in zip(x, y, strict=True)))
