"""The files of a fit, found: names in a program are relative to the folder it is run in, or to its own.

In: a `Fit`, folders to look in. Out: the same fit with whole paths, or what was not found. No file is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from dsl4bes.ir.fitting import Data, Density, Fit, GeneratedData, Sample
from dsl4bes.source import Span


class NotFound(Exception):
    """A file of a fit is in none of the folders; `place` is the line that names it, where it is known."""

    def __init__(self, file: str, folders: Sequence[Path], place: Span | None = None) -> None:
        super().__init__(file)
        self.file, self.folders, self.place = file, folders, place


#: The whole path of a file.
Find = Callable[[str], str]


def located(fit: Fit, folders: Sequence[Path]) -> Fit:
    """The fit with the whole path of every file, as it is found in the folders. Raises `NotFound`."""
    return _with(fit, lambda file: _path(file, folders))


def placed(fit: Fit, files: Mapping[str, Path]) -> Fit:
    """The fit with the whole path of every file, as somebody knows them by name. Raises `NotFound`."""

    def find(file: str) -> str:
        if file not in files:
            raise NotFound(file, ())
        return str(files[file])

    return _with(fit, find)


def _with(fit: Fit, find: Find) -> Fit:
    return replace(fit, samples=tuple(_sample(sample, find) for sample in fit.samples))


def _sample(sample: Sample, find: Find) -> Sample:
    return replace(sample, data=_data(sample.data, find), terms=tuple(replace(term, density=_density(term.density, find)) for term in sample.terms))


def _data(data: Data, find: Find) -> Data:
    if isinstance(data, GeneratedData):
        return data
    try:
        return replace(data, file=find(data.file))
    except NotFound as missing:
        raise NotFound(missing.file, missing.folders, data.place) from None


def _density(density: Density, find: Find) -> Density:
    settings = tuple((name, tuple((key, find(text) if key == "file" else text) for key, text in value) if name == "data" else value) for name, value in density.settings)
    return replace(density, settings=settings)


def _path(file: str, folders: Sequence[Path]) -> str:
    for folder in folders:
        if (folder / file).is_file():
            return str((folder / file).resolve())
    raise NotFound(file, folders)
