"""The table of a `helix_correction`: shifts and widths of pulls by kind of track and bin, from the text of a CSV file.

In: a file as the loader read it. Out: `HelixBin`s in the order of the lines; diagnostics with file and line for columns, units, numbers, bins that
overlap or leave a gap. Nothing is read from disk here, and no track is looked at.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from dsl4bes.constructs.runs import LAST_RUN
from dsl4bes.constructs.words import did_you_mean, listed
from dsl4bes.diagnostics.codes import files as codes
from dsl4bes.diagnostics.codes import names
from dsl4bes.diagnostics.model import Bag, Label
from dsl4bes.ir.program import HelixBin
from dsl4bes.ir.types import ENERGY, Species
from dsl4bes.physics.particles import find
from dsl4bes.physics.units import find_unit
from dsl4bes.source import SourceFile, Span

#: Parameters of the helix that momenta depend on, by their place in (drho, phi0, kappa, dz, tanl).
PARAMETERS = {"phi0": 1, "kappa": 2, "tanl": 4}
NEEDED = ("particle", "parameter", "shift", "width")
BINS = ("run_min", "run_max", "p_min", "p_max", "cos_min", "cos_max")
MAX_LINES = 5000  #: all of them are gone through for a track
#: Smallest and largest value of each column (GeV); the first three of the bins are also what an empty cell stands for.
LIMITS = {"shift": (-10.0, 10.0), "width": (1.0, 10.0), "run": (1.0, float(LAST_RUN)), "p": (0.0, 20.0), "cos": (-1.0, 1.0)}
#: What an empty cell stands for: no limit.
OPEN = {"run": (0.0, float(LAST_RUN)), "p": (0.0, 1e9), "cos": (-2.0, 2.0)}
SAME = 1e-9  #: two edges that differ by less are one
_HEAD = re.compile(r"([^\[\]]*?)\s*(?:\[\s*([^\[\]]*?)\s*\])?\Z")
_EXAMPLE = "the first line names the columns: `particle, parameter, shift, width` and, for bins, `p_min [GeV], p_max [GeV], cos_min, cos_max, run_min, run_max`"


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the table; `ranges` of run (the end one run later), momentum and cosine."""

    bin: HelixBin
    ranges: tuple[tuple[float, float], ...]
    particle: str
    parameter: str
    span: Span


def read_table(file: SourceFile, bag: Bag) -> tuple[HelixBin, ...]:
    """The bins of a table; those of lines with a fault are left out, and `bag` has errors then."""
    lines = list(_cells(file))
    if not lines:
        bag.add(codes.TABLE_COLUMN, f"`{file.name}` is empty", Span(0, 0, file), help=_EXAMPLE)
        return ()
    columns = _columns(lines[0], bag)
    if columns is None:
        return ()
    if len(lines) - 1 > MAX_LINES:
        bag.add(codes.TABLE_VALUE, f"the table has more than {MAX_LINES} lines", _whole(lines[MAX_LINES + 1]), help="use coarser bins")
        return ()
    found: list[_Line] = []
    for cells in lines[1:]:
        found += _line(cells, columns, bag)
    if len(lines) == 1:
        bag.add(codes.TABLE_VALUE, "the table has no line below its columns", _whole(lines[0]))
    kinds: dict[tuple[Species, int, int], list[_Line]] = {}
    for line in found:
        kinds.setdefault((line.bin.species, line.bin.charge, line.bin.parameter), []).append(line)
    for same in kinds.values():
        _tiled(same, 0, bag)
    return tuple(line.bin for line in found)


# --- text ------------------------------------------------------------------------------------------------------------------


def _cells(file: SourceFile) -> Iterator[list[Span]]:
    """The cells of every line that is neither empty nor a comment (`#`), as places without blanks around and quotes."""
    for number in range(1, len(file.line_starts) + 1):
        text, start = file.line(number).partition("#")[0], file.line_starts[number - 1]
        if not text.strip():
            continue
        cells: list[Span] = []
        for cell in text.split(","):
            bare = cell.strip()
            first = start + cell.index(bare)
            if len(bare) > 1 and bare[0] == bare[-1] == '"':
                bare, first = bare[1:-1], first + 1
            cells.append(Span(first, first + len(bare), file))
            start += len(cell) + 1
        yield cells


def _whole(cells: list[Span]) -> Span:
    return cells[0].to(cells[-1])


def _columns(head: list[Span], bag: Bag) -> list[tuple[str, float]] | None:
    """Name and factor to base units of every column; None after a diagnostic."""
    found: list[tuple[str, float]] = []
    fine = True
    for cell in head:
        match = _HEAD.match(cell.text)
        name = match.group(1) if match else cell.text
        if name not in (*NEEDED, *BINS):
            help = _EXAMPLE if ";" in cell.text or "\t" in cell.text else did_you_mean(name, (*NEEDED, *BINS), _EXAMPLE)
            bag.add(codes.TABLE_COLUMN, f"no column is called `{cell.text[:60]}`", cell, help=help)
            fine = False
            continue
        if name in (known for known, _ in found):
            bag.add(codes.TABLE_COLUMN, f"the column `{name}` is there twice", cell, help="keep one of them")
            fine = False
        factor = _factor(name, match.group(2) if match else None, cell, bag)
        fine = fine and factor is not None
        found.append((name, factor or 1.0))
    known = [name for name, _ in found]
    lacking = [name for name in NEEDED if name not in known]
    if fine and lacking:
        bag.add(codes.TABLE_COLUMN, f"the table has no column {listed(lacking)}", _whole(head), help=_EXAMPLE)
    return found if fine and not lacking else None


def _factor(name: str, unit: str | None, cell: Span, bag: Bag) -> float | None:
    """From the unit of a column to GeV; momenta alone have one."""
    if unit is None:
        return 1.0
    known = find_unit(unit)
    if name in ("p_min", "p_max") and known is not None and known.dimension == ENERGY:
        return known.factor
    help = "momenta are in GeV or MeV: `p_min [MeV]`" if name in ("p_min", "p_max") else "shifts and widths are in units of the error, cosines and runs plain numbers"
    bag.add(codes.TABLE_COLUMN, f"`{name}` cannot have the unit `{unit[:20]}`", cell, help=help)
    return None


# --- lines -----------------------------------------------------------------------------------------------------------------


def _line(cells: list[Span], columns: list[tuple[str, float]], bag: Bag) -> list[_Line]:
    """The line, once for each charge of its particle; nothing after a diagnostic."""
    if len(cells) != len(columns):
        message = f"this line has {len(cells)} values, and the table {len(columns)} columns"
        bag.add(codes.TABLE_VALUE, message, _whole(cells), help="a value that does not matter is left empty, its comma stays")
        return []
    by_name = {name: (cell, factor) for (name, factor), cell in zip(columns, cells, strict=True)}
    kinds = _particle(by_name["particle"][0], bag)
    place = by_name["parameter"][0]
    if place.text not in PARAMETERS:
        help = did_you_mean(place.text, PARAMETERS, f"it is one of {listed(PARAMETERS)}")
        bag.add(codes.TABLE_VALUE, f"no parameter of the helix that is corrected is called `{place.text[:40]}`", place, help=help)
    shift, width = (_number(by_name[name][0], name, 1.0, bag) for name in ("shift", "width"))
    ranges = [_range(word, by_name, bag) for word in OPEN]
    good = [each for each in ranges if each is not None]
    if not kinds or place.text not in PARAMETERS or shift is None or width is None or len(good) != len(ranges):
        return []
    runs, p, cos = good
    found = []
    for name, species, charge in kinds:
        made = HelixBin(species, charge, PARAMETERS[place.text], shift, width, (int(runs[0]), int(runs[1])), p, cos)
        found.append(_Line(made, ((runs[0], runs[1] + 1), p, cos), name, place.text, _whole(cells)))
    return found


def _particle(cell: Span, bag: Bag) -> list[tuple[str, Species, int]]:
    """The kinds of track that a name stands for: one charge, or both (`pi`)."""
    both = {"el": "ep", "mu": "mup", "pi": "pip", "ka": "kp", "pr": "prp"}
    particle = find(both.get(cell.text, cell.text)) if cell.text else None
    if particle is None or particle.species is None or particle.charge == 0:
        help = "a charged track: `pip`, `km`, `p+`, or `pi` for either charge"
        bag.add(names.UNKNOWN_PARTICLE, f"`{cell.text[:40]}` leaves no track that could be corrected", cell, help=help)
        return []
    each = (particle, particle.antiparticle) if cell.text in both else (particle,)
    return [(one.short, particle.species, one.charge) for one in each]


def _number(cell: Span, name: str, factor: float, bag: Bag) -> float | None:
    """A number within the limits of its column."""
    try:
        value = float(cell.text) * factor
    except ValueError:
        value = math.nan
    low, high = LIMITS[name.partition("_")[0]]
    if not math.isfinite(value):
        text = f"`{cell.text[:40]}` is no number" if cell.text else f"`{name}` is empty"
        bag.add(codes.TABLE_VALUE, text, cell, help=f"`{name}` is a number from {low:g} to {high:g}")
    elif not low <= value <= high:
        help = "the pulls of simulation are made wider, not narrower: at least 1" if name == "width" else f"`{name}` lies between {low:g} and {high:g}"
        bag.add(codes.TABLE_VALUE, f"{value:g} cannot be a `{name}`", cell, help=help)
    elif name.startswith("run") and value != int(value):
        bag.add(codes.TABLE_VALUE, f"a run number is whole, and `{cell.text}` is not", cell)
    else:
        return value
    return None


def _range(word: str, cells: dict[str, tuple[Span, float]], bag: Bag) -> tuple[float, float] | None:
    """The bin in run, momentum or cosine; an empty cell or a column that is not there is no limit."""
    ends = list(OPEN[word])
    for number, name in enumerate((f"{word}_min", f"{word}_max")):
        cell, factor = cells.get(name, (None, 1.0))
        if cell is None or not cell.text:
            continue
        value = _number(cell, name, factor, bag)
        if value is None:
            return None
        ends[number] = value
    low, high = ends
    if low < high or (word == "run" and low == high):
        return low, high
    cell = (cells.get(f"{word}_max") or cells[f"{word}_min"])[0]
    bag.add(codes.TABLE_VALUE, f"the bin in `{word}` begins at {low:g} and ends at {high:g}", cell, help="the smaller number comes first")
    return None


# --- bins ------------------------------------------------------------------------------------------------------------------

_WORDS = ("runs", "momenta", "cosines")


def _tiled(lines: list[_Line], level: int, bag: Bag) -> None:
    """Lines of one kind of track and parameter must not meet: run by run, momentum by momentum within a range of runs, cosine by cosine within a
    range of momenta. Between two ranges of momentum or cosine there is no gap; between data sets there may be runs that are not simulated."""
    of = f"`{lines[0].parameter}` of `{lines[0].particle}`"
    if level == len(_WORDS):
        for other in lines[1:]:
            related = (Label(lines[0].span, "the first one"),)
            bag.add(codes.TABLE_BINS, f"{of} has two lines for the same bin", other.span, related=related, help="keep one of them")
        return
    groups: dict[tuple[float, float], list[_Line]] = {}
    for line in lines:
        groups.setdefault(line.ranges[level], []).append(line)
    ordered = sorted(groups)
    for before, after in pairwise(ordered):
        first, second = groups[before][0], groups[after][0]
        related = (Label(first.span, "the bin before"),)
        if after[0] < before[1] - SAME:
            help = "bins are equal or apart; bins in momentum belong to one range of runs, those in the cosine to one of momenta"
            bag.add(codes.TABLE_BINS, f"two bins of {of} in {_WORDS[level]} overlap", second.span, related=related, help=help)
        elif level > 0 and after[0] > before[1] + SAME:
            message = f"{of} has no line for {_WORDS[level]} from {before[1]:g} to {after[0]:g}"
            bag.add(codes.TABLE_BINS, message, second.span, related=related, help="a track in there would not be corrected: add a line")
    for group in groups.values():
        _tiled(group, level + 1, bag)
