"""The centre-of-mass energy, run by run: what the data base of measured energies would give (`ecms :database`).

In: a text file, one line a run: run ecms (GeV), `#` comments. Out: energies by |run|. A program that takes its energy from the data base
does not start without a file, for simulation neither: an energy is never guessed (SEMANTICS rule 16). Events of runs that the file lacks
are rejected and counted.
"""

from __future__ import annotations

from math import isfinite

from dsl4bes.run.errors import RunError

#: Energies by |run|, GeV.
Energies = dict[int, float]

_EXAMPLE = "a line is: run ecms, in GeV (`55060 4.2263`)"
#: What the ring can reach (GeV), as for `ecms` in `analysis`.
_LOWEST, _HIGHEST = 1.0, 6.0


def read_beam_file(path: str) -> Energies:
    """The energies in a file. Raises `RunError` with the line that is wrong."""
    try:
        with open(path, encoding="utf-8-sig") as stream:
            lines = stream.read().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise RunError(f"cannot read the beam file {path}: {reason}", _EXAMPLE) from error
    found: Energies = {}
    for number, line in enumerate(lines, 1):
        words = line.split("#")[0].replace(",", " ").split()
        if not words:
            continue
        run, ecms = _energy(f"{path}:{number}", words)
        if found.setdefault(run, ecms) != ecms:
            raise RunError(f"{path}:{number}: run {run} is there twice with different energies", "keep one line a run")
    if not found:
        raise RunError(f"the beam file {path} names no run", _EXAMPLE)
    return found


def _energy(place: str, words: list[str]) -> tuple[int, float]:
    try:
        run, ecms = abs(int(words[0])), float(words[1])
    except (ValueError, IndexError) as error:
        raise RunError(f"{place}: not a run and an energy: {' '.join(words)}", _EXAMPLE) from error
    if len(words) != 2 or not isfinite(ecms) or not _LOWEST <= ecms <= _HIGHEST:
        raise RunError(f"{place}: not a run and an energy of {_LOWEST:g} to {_HIGHEST:g} GeV: {' '.join(words)}", _EXAMPLE)
    return run, ecms
