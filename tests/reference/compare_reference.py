#!/usr/bin/env python
"""compare_reference.py FILE: does the stand-in agree with what BOSS 7.0.4 computed?

In: a file of the reference schema (JSON lines, gzip or plain).  Out: a table, per kind of fit and quantity how
many, how many agree within the limit, and the worst case; the last line is the summary; exit status 0 only if
every limit holds in 98 % of the cases.  Nothing is left out of the comparison and no case is treated specially.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import driver

SHARE = 0.98  # of the cases must agree
CHI2_RELATIVE, CHI2_ABSOLUTE = 0.01, 0.02
MOMENTUM = 2.0e-4  # GeV
POSITION = 1.0e-3  # cm
LENGTH = 1.0e-3  # relative
COVARIANCE = 0.01  # of sqrt(C_ii C_jj)
PROBABILITY = 0.002
HELIX = 0.01  # of the error of the parameter
SMALLEST_LENGTH = 1.0e-9  # cm: a length below has no relative accuracy

COVARIANCES = ("vertex_cov", "Ew1", "Ew2", "C3", "virtual_Ew", "Ew_pi", "cov_ip")
LENGTHS = ("decay_length", "decay_length_error", "ctau", "ctau_error")
MOMENTA = ("p1", "p2", "p3", "p4")


@dataclass(slots=True)
class Tally:
    """Agreement of one quantity of one kind: counts, and the largest difference in units of the limit."""

    n: int = 0
    good: int = 0
    worst: float = 0.0
    where: str = ""

    def add(self, excess: float, where: str) -> None:
        """Counts one case; `excess` is its difference divided by the limit."""
        self.n += 1
        self.good += excess <= 1.0
        if not excess <= self.worst:
            self.worst, self.where = excess, where

    @property
    def holds(self) -> bool:
        """Whether enough cases agree."""
        return self.good >= SHARE * self.n


@dataclass(slots=True)
class Report:
    """All tallies, by kind and quantity in order of appearance."""

    rows: dict[tuple[str, str], Tally] = field(default_factory=dict)

    def add(self, kind: str, quantity: str, excess: float, where: str) -> None:
        """Counts one case of a quantity."""
        self.rows.setdefault((kind, quantity), Tally()).add(excess, where)


def read(path: Path) -> list[driver.Event]:
    """The events of a reference file; raises OSError or ValueError when it cannot be read."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def _worst(ours: Sequence[float | None] | None, theirs: Sequence[float], limits: Sequence[float]) -> float:
    """Largest difference over its limit; infinite when a number is missing."""
    if ours is None or len(ours) != len(theirs):
        return math.inf
    ratios = (math.inf if a is None else abs(a - b) / c for a, b, c in zip(ours, theirs, limits, strict=True))
    return max(ratios)


def _triangle_limits(theirs: Sequence[float]) -> list[float]:
    """1 % of sqrt(C_ii C_jj) per element of a lower triangle; rows without error must be zero to rounding."""
    n = int((math.sqrt(8 * len(theirs) + 1) - 1) / 2)
    diagonal = [abs(theirs[i * (i + 1) // 2 + i]) for i in range(n)]
    return [
        COVARIANCE * math.sqrt(diagonal[i] * diagonal[j]) or 1.0e-12 for i in range(n) for j in range(i + 1)
    ]


def _quantities(ours: dict[str, Any], theirs: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """Per quantity of an accepted fit, or of a track, the largest difference over its limit."""
    if "chi2" in theirs:
        limit = max(CHI2_ABSOLUTE, CHI2_RELATIVE * abs(theirs["chi2"]))
        yield "chi2", _worst([ours["chi2"]], [theirs["chi2"]], [limit])
    momenta = [name for name in MOMENTA if name in theirs]
    if momenta:
        yield "momenta", max(_worst(ours.get(name), theirs[name], [MOMENTUM] * 4) for name in momenta)
    if "vertex" in theirs:
        yield "vertex", _worst(ours.get("vertex"), theirs["vertex"], [POSITION] * 3)
    for name in LENGTHS:
        if name in theirs:
            limit = max(LENGTH * abs(theirs[name]), SMALLEST_LENGTH)
            yield name, _worst([ours.get(name)], [theirs[name]], [limit])
    for name in ("virtual_w", "w_pi"):
        if name in theirs:
            yield name, _worst(ours.get(name), theirs[name], [MOMENTUM] * 4 + [POSITION] * 3)
    if "helix_ip" in theirs:
        limits = [HELIX * math.sqrt(theirs["cov_ip"][i * (i + 1) // 2 + i]) for i in range(5)]
        yield "helix_ip", _worst(ours.get("helix_ip"), theirs["helix_ip"], limits)
    for name in COVARIANCES:
        if name in theirs:
            yield name, _worst(ours.get(name), theirs[name], _triangle_limits(theirs[name]))


def _compare_fit(report: Report, event: int, ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    kind = theirs["kind"]
    where = f"event {event} hypotheses {theirs['hypotheses']} tracks {theirs['tracks']}"
    report.add(kind, "ok", 0.0 if ours["ok"] == theirs["ok"] else math.inf, where)
    if ours["ok"] and theirs["ok"]:
        for quantity, excess in _quantities(ours, theirs):
            report.add(kind, quantity, excess, where)


def _compare_pid(report: Report, where: str, ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    for kind in ("pid_tof_probability", "pid_tof_likelihood"):
        mine, reference = ours.get(kind), theirs.get(kind)
        if reference is None:
            continue
        agree = mine is not None and mine["valid"] == reference["valid"]
        report.add(kind, "valid", 0.0 if agree else math.inf, where)
        if mine is None or not (mine["valid"] and reference["valid"]):
            continue
        for quantity in ("value", "chi_tof1", "chi_tof2"):
            if quantity in reference:
                limits = [PROBABILITY] * len(reference[quantity])
                report.add(kind, quantity, _worst(mine.get(quantity), reference[quantity], limits), where)


def compare(events: Sequence[driver.Event], results: driver.Results) -> Report:
    """All comparisons of these events; PID only for tracks that bring their TOF hits."""
    report = Report()
    for number, event in enumerate(events):
        label = event.get("event", number)
        for index, track in enumerate(event["charged"]):
            where = f"event {label} track {track['index']}"
            for quantity, excess in _quantities(results.tracks[number][index], track):
                report.add("track", quantity, excess, where)
            if "tof" in track:
                _compare_pid(report, where, results.tracks[number][index], track)
        for index, fit in enumerate(event["fits"]):
            _compare_fit(report, label, results.fits[number][index], fit)
    return report


def show(report: Report) -> list[str]:
    """The table, one line per kind and quantity, then the summary."""
    lines = [f"{'kind':28s} {'quantity':20s} {'n':>5s} {'agree':>8s}  worst difference / limit"]
    for (kind, quantity), tally in report.rows.items():
        share = f"{100 * tally.good / tally.n:.2f}%"
        mark = "" if tally.holds else "  <-- below 98 %"
        worst = f"{tally.worst:.2e}  {tally.where}" if tally.worst > 0 else "0"
        lines.append(f"{kind:28s} {quantity:20s} {tally.n:5d} {share:>8s}  {worst}{mark}")
    held = sum(tally.holds for tally in report.rows.values())
    total, good = (sum(getattr(t, name) for t in report.rows.values()) for name in ("n", "good"))
    verdict = "AGREES" if held == len(report.rows) else "DIFFERS"
    lines.append(f"{verdict}: {held} of {len(report.rows)} limits hold, {good} of {total} comparisons agree")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; the exit status is 0 if every limit holds, 1 if not, 2 if it could not be run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--time", type=int, default=0, metavar="N", help="repeat every kalman_4c fit N times and time it")
    options = parser.parse_args(arguments)
    try:
        events = read(options.file)
        results = driver.run(events, options.time)
    except (OSError, ValueError, KeyError, driver.DriverError) as error:
        print(f"compare_reference: {options.file}: {error}", file=sys.stderr)
        return 2
    report = compare(events, results)
    lines = show(report)
    if results.nanoseconds is not None:
        lines.insert(-1, f"{results.nanoseconds:.0f} ns per kalman_4c fit (four particles)")
    print("\n".join(lines))
    return 0 if all(tally.holds for tally in report.rows.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
