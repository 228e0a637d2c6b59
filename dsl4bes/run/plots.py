"""Histograms as pictures (PNG) and as text in a terminal.

In: `Histogram`s. Out: PNG files through matplotlib and mplhep, or lines of text. Nothing is filled or fitted here.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dsl4bes.run.results import Histogram

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BLOCKS = " ▁▂▃▄▅▆▇█"


def write_pngs(histograms: dict[str, Histogram], folder: str) -> list[str]:
    """One PNG per histogram in `folder`; returns their paths. A file appears only when it is complete."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import mplhep

    os.makedirs(folder, exist_ok=True)
    paths = []
    with plt.style.context([mplhep.style.ROOT, {"font.size": 16, "figure.figsize": (8, 6)}]):
        for name, histogram in histograms.items():
            figure, axes = plt.subplots()
            _draw(histogram, axes)
            path = os.path.join(folder, f"{_file_name(name)}.png")
            temporary = f"{path}.tmp"
            figure.savefig(temporary, format="png", dpi=100, bbox_inches="tight")
            os.replace(temporary, path)
            plt.close(figure)
            paths.append(path)
    return paths


def _file_name(name: str) -> str:
    return "".join(c if c.isalnum() or c in "._-" else "_" for c in name)


def titles(histogram: Histogram) -> tuple[str, str, str]:
    """Title, x title and y title from ROOT's `title;x;y`."""
    words = [word.strip() for word in histogram.title.split(";")]
    words += [""] * (3 - len(words))
    return words[0] or histogram.name, words[1], words[2]


def _draw(histogram: Histogram, axes: Axes) -> None:
    import mplhep
    import numpy as np

    title, x, y = titles(histogram)
    if len(histogram.edges) == 2:
        mplhep.hist2dplot(histogram.inside, *histogram.edges, ax=axes)
        axes.set_ylabel(y)
    else:
        errors = np.sqrt(histogram.variances[1:-1])
        mplhep.histplot(
            histogram.inside, histogram.edges[0], yerr=errors, histtype="errorbar", color="black", ax=axes
        )
        axes.set_ylim(bottom=0)
        width = histogram.edges[0][1] - histogram.edges[0][0]
        axes.set_ylabel(y or f"Entries / {width:.4g}")
    axes.set_xlabel(x or title)
    axes.set_title(title, fontsize=16)


def as_text(histogram: Histogram, width: int = 60) -> str:
    """A histogram of one axis as a few lines for a terminal; two axes give their projections on the first."""
    import numpy as np

    contents = histogram.inside if len(histogram.edges) == 1 else histogram.inside.sum(axis=1)
    edges = histogram.edges[0]
    merge = -(-len(contents) // width)
    padded = np.concatenate([contents, np.zeros(-len(contents) % merge)])
    bars = padded.reshape(-1, merge).sum(axis=1)
    height, top = 4, float(bars.max()) if len(bars) else 0.0
    title, x, _ = titles(histogram)
    lines = [f"{title}  ({_number(histogram.contents.sum())} entries, highest bar {_number(top)})"]
    for row in range(height - 1, -1, -1):
        filled = np.clip(bars / top * height - row, 0, 1) if top > 0 else np.zeros(len(bars))
        steps = np.ceil(filled * 8).astype(int)
        lines.append("  " + "".join(_BLOCKS[step] for step in steps).rstrip())
    low, high = f"{edges[0]:.4g}", f"{edges[-1]:.4g}"
    lines.append(f"  {low}{' ' * max(1, len(bars) - len(low) - len(high))}{high}  {x}".rstrip())
    outside = histogram.contents.sum() - histogram.inside.sum()
    if outside:
        lines.append(f"  {_number(outside)} outside")
    return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    return f"{value:g}"
