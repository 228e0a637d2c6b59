"""`histogram_pdf` and `keys_pdf`: shapes that are read from data, usually of simulation."""

from __future__ import annotations

from typing import Any

from dsl4bes.constructs.fields import Line, Number
from dsl4bes.constructs.shapes.base import Shape


class HistogramPdf(Shape):
    """The contents of a histogram, interpolated."""

    word = "histogram_pdf"
    curve = False

    data = Line(required=True, keys=("histogram",), doc="file and histogram", usage='data "mc.root", histogram: "h_bkg"')
    interpolation = Number(doc="order of the interpolation between bins", low=0, high=9, whole=True, default="0", usage="interpolation 2")

    @classmethod
    def parameters(cls, settings: dict[str, Any]) -> tuple[str, ...]:
        return ()


class KeysPdf(Shape):
    """The sum of a Gaussian for every entry of a tree, whose width follows their density (Cranmer, hep-ex/0011057)."""

    word = "keys_pdf"
    curve = False

    data = Line(required=True, keys=("tree", "branch"), doc="file, tree and branch", usage='data "mc.root", tree: "t", branch: "m"')
    smoothness = Number(doc="factor on all widths", low=0.01, high=100, default="1", usage="smoothness 1.5")

    @classmethod
    def parameters(cls, settings: dict[str, Any]) -> tuple[str, ...]:
        return ()
