"""The relative change of the yield by each variation, as a picture.

In: `VariationResult`s. Out: one PNG through matplotlib and mplhep: a line per variation with its statistical error, a panel for the baseline and for each
region. Nothing is computed that the results do not have.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dsl4bes.run.systematics import VariationResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME = "systematics"


def write_png(results: Sequence[VariationResult], folder: str, taken: Sequence[str] = ()) -> str:
    """The picture in `folder`, under a name that is not one of `taken`; returns its path. It appears only when it is complete."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import mplhep

    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"{NAME}.png")
    while path in taken:
        path = f"{path.removesuffix('.png')}_.png"
    regions = [effect.region for effect in results[0].effects]
    height = 1.5 + 0.45 * len(results)
    with plt.style.context([mplhep.style.ROOT, {"font.size": 14, "figure.figsize": (4 + 4 * len(regions), height)}]):
        figure, panels = plt.subplots(1, len(regions), sharey=True, squeeze=False)
        for region, axes in zip(regions, panels[0], strict=True):
            _draw(results, region, axes)
        panels[0][0].set_yticks(range(len(results)), [_label(result) for result in results], fontsize=11)
        panels[0][0].set_ylim(len(results) - 0.5, -0.5)
        temporary = f"{path}.tmp"
        figure.savefig(temporary, format="png", dpi=100, bbox_inches="tight")
        os.replace(temporary, path)
        plt.close(figure)
    return path


def _label(result: VariationResult) -> str:
    """Name and value; a dollar sign of the user's begins no formula."""
    return f"{result.name}: {result.text}".replace("$", r"\$")


def _draw(results: Sequence[VariationResult], region: str, axes: Axes) -> None:
    """One panel: the change in percent; a region in which nothing is selected nominally stays empty."""
    axes.axvline(0, color="grey", linewidth=1)
    for place, result in enumerate(results):
        effect = result[region]
        if effect.relative is not None and effect.relative_error is not None:
            axes.errorbar(
                100 * effect.relative, place, xerr=100 * effect.relative_error, fmt="o", color="black", markersize=5, capsize=3
            )
    axes.minorticks_off()
    axes.set_title(region or "baseline", fontsize=14)
    axes.set_xlabel("change of the yield (%)")
