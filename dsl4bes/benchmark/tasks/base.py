"""What a task is: it draws a layout, and for a layout instances.

In: a seed. Out: an `Exercise`: words for the prompt, two `Instance`s of one layout and different truth, each with data files and the checks of a right program. The same seed gives the same exercise to the last byte.
An instance that cannot tell right from wrong (its decoys would pass, or a reference fit is far from the truth) is drawn anew. No program is run here.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from dsl4bes.benchmark.checks import Check, Group, Value
from dsl4bes.benchmark.reference.fit import Fit

Rng = np.random.Generator
_MOST_DRAWS = 400
FAR = 5.0  #: standard deviations from the truth that a reference fit may lie off

FILES = ("data.root", "run7.root", "events.root", "sample_a.root", "hists.root", "measured.root")
HISTOGRAMS = ("h_data", "hist", "h_mass", "spectrum", "h1", "hObs", "h_sel")


@dataclass(frozen=True)
class Layout:
    """What both instances share: `words` stand in the prompt, `numbers` make the data (ranges, binning, scales)."""

    words: Mapping[str, str]
    numbers: Mapping[str, Any]


@dataclass(frozen=True)
class Instance:
    """Data files by name, the checks of a right program, the truth."""

    files: Mapping[str, bytes]
    groups: tuple[Group, ...]
    truth: Mapping[str, float]


class Task(Protocol):
    """A task of the benchmark: `number` and `title` are those of the study."""

    name: str
    number: int
    title: str

    def layout(self, rng: Rng) -> Layout: ...

    def instance(self, layout: Layout, rng: Rng) -> Instance | None:
        """One set of data; None if it would not tell right from wrong."""
        ...


@dataclass(frozen=True)
class Exercise:
    """What a seed gives. The instances take reference fits, so they are drawn when somebody asks for them: who only wants the words of the prompt need not wait."""

    task: str
    seed: int
    drawn_by: Task = field(repr=False, compare=False)

    @cached_property
    def words(self) -> Mapping[str, str]:
        return self._started()[1].words

    @cached_property
    def instances(self) -> tuple[Instance, Instance]:
        """Raises `RuntimeError` if no two of the draws tell right from wrong."""
        rng, layout = self._started()
        found: list[Instance] = []
        for _ in range(_MOST_DRAWS):
            instance = self.drawn_by.instance(layout, rng)
            if instance is not None:
                found.append(instance)
            if len(found) == 2:
                return found[0], found[1]
        raise RuntimeError(f"task {self.task}, seed {self.seed}: {_MOST_DRAWS} draws gave {len(found)} instances that tell right from wrong")

    def _started(self) -> tuple[Rng, Layout]:
        """The random numbers as they are after the layout, and the layout."""
        rng = np.random.default_rng([self.drawn_by.number, self.seed])
        layout = self.drawn_by.layout(rng)
        return rng, layout


def draw(task: Task, seed: int) -> Exercise:
    """The exercise of a seed."""
    return Exercise(task.name, seed, task)


def pick(rng: Rng, choices: Iterable[Any]) -> Any:
    """One of several, each as likely."""
    options = list(choices)
    return options[int(rng.integers(len(options)))]


def far(fits: Iterable[Fit], truth: Mapping[str, float]) -> bool:
    """Whether a fit is too far from the truth to be a reference."""
    return any(fit.off({name: truth[name] for name in fit.names}) > FAR for fit in fits)


def passes(results: Mapping[str, tuple[float, float]], ways: Iterable[tuple[Check, ...]]) -> bool:
    """Whether wrong results (value, error by name) would be taken for right by one of the ways; values that are not among the results are taken to be right."""
    return any(all(check.holds(*results[check.name]) for check in way if isinstance(check, Value) and check.name in results) for way in ways)


def root_file(histograms: Mapping[str, tuple[Any, ...]]) -> bytes:
    """A ROOT file with histograms: counts and edges of each axis."""
    import uproot

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.root"
        with uproot.recreate(path) as file:
            for name, (counts, *edges) in histograms.items():
                file[name] = (np.asarray(counts, dtype=float), *edges)
        return path.read_bytes()


def number(value: float) -> str:
    """A number as it stands in a prompt.

    >>> number(3.0), number(0.25), number(1/3)
    ('3', '0.25', '0.3333')
    """
    return f"{value:.4g}"
