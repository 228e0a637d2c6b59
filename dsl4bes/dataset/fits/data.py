"""Data that families put beside their programs, other than plain histograms.

In: arrays. Out: the bytes of a ROOT file.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np


def tree_file(name: str, branches: Mapping[str, Any]) -> bytes:
    """A ROOT file with a tree: each branch with its array."""
    import uproot

    arrays = {branch: np.asarray(values) for branch, values in branches.items()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.root"
        with uproot.recreate(path) as file:
            file.mktree(name, {branch: array.dtype for branch, array in arrays.items()}).extend(arrays)
        return path.read_bytes()


def weighted_file(name: str, values: Any, weights: Any, bins: int, low: float, high: float) -> bytes:
    """A ROOT file with a histogram of weighted entries, the sums of their squared weights in it."""
    import uproot
    from uproot.writing.identify import to_TAxis, to_TH1x

    sums, edges = np.histogram(values, bins=bins, range=(low, high), weights=weights)
    squares = np.histogram(values, bins=bins, range=(low, high), weights=np.square(weights))[0]
    centres = (edges[1:] + edges[:-1]) / 2
    histogram = to_TH1x(
        fName=name,
        fTitle="",
        data=np.pad(sums, 1),
        fEntries=float(len(values)),
        fTsumw=float(sums.sum()),
        fTsumw2=float(squares.sum()),
        fTsumwx=float((sums * centres).sum()),
        fTsumwx2=float((sums * centres**2).sum()),
        fSumw2=np.pad(squares, 1),
        fXaxis=to_TAxis(fName="xaxis", fTitle="", fNbins=bins, fXmin=low, fXmax=high),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.root"
        with uproot.recreate(path) as file:
            file[name] = histogram
        return path.read_bytes()
