"""The files of a fit, found: names in a program are relative to the folder it is run in, or to its own.

In: a `Fit`, folders to look in. Out: the same fit with whole paths, or what was not found. No file is opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dsl4bes.ir.fitting import Data, Density, Fit, GeneratedData, Sample


class NotFound(Exception):
    """A file of a fit is in none of the folders."""

    def __init__(self, file: str, folders: Sequence[Path]) -> None:
        super().__init__(file)
        self.file, self.folders = file, folders


def located(fit: Fit, folders: Sequence[Path]) -> Fit:
    """The fit with the whole path of every file. Raises `NotFound`."""
    return replace(fit, samples=tuple(_sample(sample, folders) for sample in fit.samples))


def _sample(sample: Sample, folders: Sequence[Path]) -> Sample:
    return replace(sample, data=_data(sample.data, folders), terms=tuple(replace(term, density=_density(term.density, folders)) for term in sample.terms))


def _data(data: Data, folders: Sequence[Path]) -> Data:
    return data if isinstance(data, GeneratedData) else replace(data, file=_path(data.file, folders))


def _density(density: Density, folders: Sequence[Path]) -> Density:
    settings = tuple((name, tuple((key, _path(text, folders) if key == "file" else text) for key, text in value) if name == "data" else value) for name, value in density.settings)
    return replace(density, settings=settings)


def _path(file: str, folders: Sequence[Path]) -> str:
    for folder in folders:
        if (folder / file).is_file():
            return str((folder / file).resolve())
    raise NotFound(file, folders)
