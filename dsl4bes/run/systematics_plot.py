"""The relative change of the yield by each variation, as a picture.

In: `VariationResult`s. Out: files, or SVG for a report: a line per variation with its statistical error, a panel for the baseline and for each
region. Nothing is computed that the results do not have.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dsl4bes.run.pictures import Picture, canvas, encoded, save, shown
from dsl4bes.run.systematics import VariationResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME = "systematics"


def write_pictures(
    results: Sequence[VariationResult], folder: str, kinds: tuple[str, ...] = ("png",), taken: Sequence[str] = ()
) -> list[str]:
    """The picture in `folder` in each format, under a name that is not one of the paths `taken`; returns the paths."""
    name = NAME
    while any(os.path.join(folder, f"{name}.{kind}") in taken for kind in kinds):
        name += "_"
    with _drawn(results) as figure:
        return save(figure, folder, name, kinds)


def svg_picture(results: Sequence[VariationResult]) -> Picture:
    """The same picture for the report."""
    with _drawn(results) as figure:
        return Picture("Change of the yield by each variation, with its statistical error", encoded(figure, "svg"), across=True)


@contextmanager
def _drawn(results: Sequence[VariationResult]) -> Iterator[Figure]:
    regions = [effect.region for effect in results[0].effects]
    size = (4.5 + 3.5 * len(regions), 1.5 + 0.45 * len(results))
    with canvas(len(regions), size, across=True) as (figure, panels):
        for region, axes in zip(regions, panels, strict=True):
            _draw(results, region, axes)
        panels[0].set_yticks(range(len(results)), [_label(result) for result in results], fontsize=11)
        panels[0].set_ylim(len(results) - 0.5, -0.5)
        yield figure


def _label(result: VariationResult) -> str:
    """Name and value."""
    return f"{shown(result.name, 40)}: {shown(result.text, 30)}"


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
    axes.margins(x=0.12)
    axes.tick_params(axis="x", labelsize=12)
    axes.set_title(shown(region or "baseline", 30), fontsize=14)
    axes.set_xlabel("change of the yield (%)", fontsize=14)
