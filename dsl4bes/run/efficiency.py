"""Efficiencies of a cut flow with their errors, as data, text, JSON and LaTeX.

In: a `CutFlow`. Out: a `Step` per line, with the efficiency relative to the line before and to all events. The first line of a region is relative
to what the region goes on from: another region, or the baseline. The errors are the
Clopper-Pearson interval of 68.27 % (C. J. Clopper, E. S. Pearson, Biometrika 26 (1934) 404): exact for counts, never outside 0..1, not zero
where all or no events pass, a little too wide for few events. Events are counted, not weighted. Nothing is printed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dsl4bes.run.cutflow import CutFlow, Line

#: Probability content of the interval: one standard deviation of a Gaussian on both sides.
LEVEL = 0.6826894921370859
INTERVAL = "Clopper-Pearson, 68.27 %"


@dataclass(frozen=True, slots=True)
class Efficiency:
    """`passed` of `total` events; `low` and `high` are the ends of the interval. Without events it is anything from 0 to 1, and `value` is NaN."""

    passed: int
    total: int
    value: float
    low: float
    high: float

    @property
    def up(self) -> float:
        """Upper error."""
        return self.high - self.value

    @property
    def down(self) -> float:
        """Lower error, positive."""
        return self.value - self.low

    def as_json(self) -> dict[str, Any]:
        """Plain data for JSON; NaN becomes None."""
        value = self.value if self.total else None
        return {
            "passed": self.passed,
            "total": self.total,
            "value": value,
            "low": self.low,
            "high": self.high,
        }


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the cut flow: `relative` to the line before (a sub-line: to the sub-line before; the first of a region: to what that goes on from),
    `overall` to all events."""

    line: Line
    relative: Efficiency
    overall: Efficiency

    def as_json(self) -> dict[str, Any]:
        """Plain data for JSON."""
        region = {"region": self.line.region} if self.line.region else {}
        return {
            "key": self.line.key,
            "relative": self.relative.as_json(),
            "overall": self.overall.as_json(),
        } | region


def efficiency(passed: int, total: int) -> Efficiency:
    """`passed` of `total` with the Clopper-Pearson interval of 68.27 %. Raises `ValueError` unless 0 <= passed <= total."""
    if not 0 <= passed <= total:
        raise ValueError(f"{passed} of {total} events is no efficiency")
    if total == 0:
        return Efficiency(0, 0, float("nan"), 0.0, 1.0)
    from scipy.special import betaincinv

    tail = (1 - LEVEL) / 2
    low = float(betaincinv(passed, total - passed + 1, tail)) if passed else 0.0
    high = float(betaincinv(passed + 1, total - passed, 1 - tail)) if passed < total else 1.0
    return Efficiency(passed, total, passed / total, low, high)


def steps(flow: CutFlow) -> tuple[Step, ...]:
    """Every line of a cut flow with its efficiencies, in the order of the lines."""
    found: list[Step] = []
    region, before, inside = "", flow.events, flow.events
    for line in flow.lines:
        if line.region != region:
            region, before = line.region, flow.left(flow.parent(line.region))
        found.append(
            Step(
                line,
                efficiency(line.events, inside if line.part else before),
                efficiency(line.events, flow.events),
            )
        )
        if line.part:
            inside = line.events
        else:
            inside, before = before, line.events
    return tuple(found)


def region_title(flow: CutFlow, region: str) -> str:
    """What stands above the lines of a region: its name, and what the first of them is relative to."""
    parent = flow.parent(region)
    return f"region {region}, from {parent or 'baseline'} ({flow.left(parent)} events)"


def line_title(line: Line) -> str:
    """The name of a line, with the number of candidates where it is a cut on them."""
    return line.name if line.candidates is None else f"{line.name} ({line.candidates} candidates)"


HEADER = ("cut", "events", "of the line before (%)", "of all (%)")


def as_rows(flow: CutFlow) -> list[tuple[str, str, str, str]]:
    """Cells of a table for people: name (sub-lines indented), events, both efficiencies in per cent with errors."""
    rows = [("events", str(flow.events), "", "")]
    region = ""
    for step in steps(flow):
        if step.line.region != region:
            region = step.line.region
            rows.append((region_title(flow, region), "", "", ""))
        name = "  " * step.line.part + line_title(step.line)
        overall = "" if step.line.part else in_words(step.overall)
        rows.append((name, str(step.line.events), in_words(step.relative), overall))
    return rows


def as_text(flow: CutFlow) -> str:
    """A table for a terminal or a log, without colour; its last line says what the errors are."""
    rows = [HEADER, *as_rows(flow)]
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    lines = []
    for row in rows:
        cells = [
            row[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
        ]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "-" * max(len(line) for line in lines))
    return "\n".join([*lines, f"errors: {INTERVAL}"]) + "\n"


def as_json(flow: CutFlow) -> dict[str, Any]:
    """Plain data for JSON, with the name of the interval."""
    return {"interval": INTERVAL, "steps": [step.as_json() for step in steps(flow)]}


_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "\n": " ",
    }
)  # fmt: skip


def escaped(text: str) -> str:
    """Text as LaTeX shows it: no character of it is a command."""
    return text.translate(_LATEX)


def as_latex(flow: CutFlow) -> str:
    """A `tabular` for an analysis note: needs no package, names are escaped."""
    lines = [r"\begin{tabular}{lrrr}", r"\hline", r"Cut & Events & Relative (\%) & Total (\%) \\", r"\hline"]
    lines.append(rf"events & {flow.events} &  &  \\")
    region = ""
    for step in steps(flow):
        if step.line.region != region:
            region = step.line.region
            lines += [r"\hline", rf"\multicolumn{{4}}{{l}}{{{escaped(region_title(flow, region))}}} \\"]
        name = (r"\quad " if step.line.part else "") + escaped(line_title(step.line))
        overall = "" if step.line.part else _latex(step.overall)
        lines.append(rf"{name} & {step.line.events} & {_latex(step.relative)} & {overall} \\")
    lines += [r"\hline", r"\end{tabular}", f"% errors: {INTERVAL}".replace(" %", r" per cent")]
    return "\n".join(lines) + "\n"


def _digits(found: Efficiency) -> int:
    """Digits behind the point in per cent: the smaller error keeps two of its own."""
    smallest = min(error for error in (found.up, found.down) if error > 0)
    digits = 1
    while digits < 6 and 100 * smallest < 10 ** (1 - digits):
        digits += 1
    return digits


def in_percent(found: Efficiency) -> tuple[str, str, str]:
    """Value, upper and lower error in per cent as text, with as many digits as the smaller error is worth."""
    digits = _digits(found)
    value, up, down = (f"{100 * number:.{digits}f}" for number in (found.value, found.up, found.down))
    return value, up, down


def in_words(found: Efficiency) -> str:
    """`66.0 +5.0 -5.4`: value and errors in per cent; `-` without events."""
    if not found.total:
        return "-"
    value, up, down = in_percent(found)
    return f"{value} +{up} -{down}"


def _latex(found: Efficiency) -> str:
    if not found.total:
        return "--"
    value, up, down = in_percent(found)
    return rf"${value}^{{+{up}}}_{{-{down}}}$"
