"""The interaction point, run by run: what the vertex data base of BOSS would give.

In: a text file, one line a run: run x y z sx sy sz (cm), `#` comments. Out: `VertexTable`.
Simulated events (run < 0) take the origin unless a file is given; for real data without a file the run stops (SEMANTICS
rule 25): a point that nobody measured is never used in silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from dsl4bes.run.errors import RunError


@dataclass(frozen=True, slots=True)
class Vertex:
    """One run's interaction point and its errors, in cm."""

    xyz: tuple[float, float, float]
    sigma: tuple[float, float, float]


#: What simulated events without a file take: the origin, with the errors that BOSS's SecondVertexFit begins with (cm).
SIMULATED = Vertex((0.0, 0.0, 0.0), (0.1, 0.1, 1.5))


@dataclass(frozen=True, slots=True)
class VertexTable:
    """Vertices by |run|; `given` False: none was given, simulated events take the origin."""

    runs: dict[int, Vertex]
    given: bool = True

    def covers(self, run: int) -> bool:
        """True if events of this run have a vertex."""
        return abs(run) in self.runs or (not self.given and run < 0)


SIMULATION = VertexTable({}, given=False)

_EXAMPLE = "a line is: run x y z sx sy sz, in cm (`9947 0.11 -0.14 0.21 0.005 0.005 0.05`)"


def read_vertex_file(path: str) -> VertexTable:
    """The table in a file. Raises `RunError` with the line that is wrong."""
    try:
        with open(path, encoding="utf-8-sig") as stream:
            lines = stream.read().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise RunError(f"cannot read the vertex file {path}: {reason}", _EXAMPLE) from error
    runs: dict[int, Vertex] = {}
    for number, line in enumerate(lines, 1):
        words = line.split("#")[0].replace(",", " ").split()
        if not words:
            continue
        run, vertex = _vertex(f"{path}:{number}", words)
        if run in runs and runs[run] != vertex:
            raise RunError(
                f"{path}:{number}: run {run} is there twice with different numbers", "keep one line a run"
            )
        runs[run] = vertex
    if not runs:
        raise RunError(f"the vertex file {path} names no run", _EXAMPLE)
    return VertexTable(runs)


def _vertex(place: str, words: list[str]) -> tuple[int, Vertex]:
    try:
        run = abs(int(words[0]))
        numbers = [float(word) for word in words[1:]]
    except ValueError as error:
        raise RunError(f"{place}: not numbers: {' '.join(words)}", _EXAMPLE) from error
    if len(numbers) != 6 or not all(isfinite(number) for number in numbers) or min(numbers[3:]) < 0:
        raise RunError(f"{place}: not a run and six sensible numbers: {' '.join(words)}", _EXAMPLE)
    return run, Vertex((numbers[0], numbers[1], numbers[2]), (numbers[3], numbers[4], numbers[5]))
