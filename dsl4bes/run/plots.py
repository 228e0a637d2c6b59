"""Histograms as pictures (PNG, PDF, SVG) and as text in a terminal.

In: `Histogram`s. Out: files through matplotlib and mplhep, or lines of text. Nothing is filled or fitted here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsl4bes.run.pictures import LONGEST, canvas, entries_label, save, shown
from dsl4bes.run.results import Histogram

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BLOCKS = " ▁▂▃▄▅▆▇█"


def write_pictures(
    histograms: dict[str, Histogram], folder: str, kinds: tuple[str, ...] = ("png",)
) -> list[str]:
    """A picture per histogram and format in `folder`; returns their paths. A file appears only when it is complete."""
    paths: list[str] = []
    for name, histogram in histograms.items():
        with canvas() as (figure, (axes,)):
            draw(histogram, axes)
            paths += save(figure, folder, name, kinds)
    return paths


def titles(histogram: Histogram) -> tuple[str, str, str]:
    """Title, x title and y title from ROOT's `title;x;y`."""
    words = [word.strip() for word in histogram.title.split(";")]
    words += [""] * (3 - len(words))
    return words[0] or histogram.name, words[1], words[2]


def draw(histogram: Histogram, axes: Axes) -> None:
    """One histogram: points with errors where something was filled; two axes give colours with a scale."""
    title, x, y = titles(histogram)
    if len(histogram.edges) == 2:
        import mplhep

        drawn = mplhep.hist2dplot(histogram.inside, *histogram.edges, ax=axes, cbar=True)
        drawn.pcolormesh.set_edgecolor("face")  # else fine white lines between the cells of an SVG or PDF
        axes.set_ylabel(shown(y))
        axes.figure.axes[-1].set_ylabel(_what(histogram))
    else:
        points(histogram, axes)
        axes.set_ylim(bottom=0, top=1.15 * axes.get_ylim()[1])
        width = float(histogram.edges[0][1] - histogram.edges[0][0])
        axes.set_ylabel(shown(y or entries_label(width, x, _what(histogram))))
    axes.set_xlabel(shown(x or title))
    axes.set_title(titled(title, f"   ({_total(histogram)}{_outside(histogram)})"), fontsize=15)


def points(histogram: Histogram, axes: Axes, scale: float = 1.0, **style: Any) -> None:
    """Contents with their errors where something was filled, horizontal bars over the bin; `scale` multiplies both."""
    import numpy as np

    edges = histogram.edges[0]
    errors = np.sqrt(histogram.variances[1:-1])
    filled = (histogram.inside != 0) | (errors > 0)
    centres, halves = (edges[1:] + edges[:-1]) / 2, (edges[1:] - edges[:-1]) / 2
    look: dict[str, Any] = {"fmt": "o", "color": "black", "markersize": 5, "elinewidth": 1.2, **style}
    axes.errorbar(
        centres[filled], scale * histogram.inside[filled], scale * errors[filled], halves[filled], **look
    )
    axes.set_xlim(edges[0], edges[-1])


def titled(title: str, rest: str) -> str:
    """A title, cut if it is long, and what stands behind it, which is never cut off."""
    return shown(title, max(12, LONGEST - len(rest))) + rest


def _what(histogram: Histogram) -> str:
    return "Sum of weights" if histogram.weighted else "Entries"


def _total(histogram: Histogram) -> str:
    total = _number(histogram.contents.sum())
    return f"sum of weights {total}" if histogram.weighted else f"{total} entries"


def _outside(histogram: Histogram) -> str:
    return f", {_number(histogram.outside)} outside" if histogram.outside else ""


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
    lines = [f"{title}  ({_total(histogram)}, highest bar {_number(top)})"]
    for row in range(height - 1, -1, -1):
        filled = np.clip(bars / top * height - row, 0, 1) if top > 0 else np.zeros(len(bars))
        steps = np.ceil(filled * 8).astype(int)
        lines.append("  " + "".join(_BLOCKS[step] for step in steps).rstrip())
    low, high = f"{edges[0]:.4g}", f"{edges[-1]:.4g}"
    lines.append(f"  {low}{' ' * max(1, len(bars) - len(low) - len(high))}{high}  {x}".rstrip())
    if histogram.outside:
        lines.append(f"  {_number(histogram.outside)} outside")
    return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    return f"{value:g}"
