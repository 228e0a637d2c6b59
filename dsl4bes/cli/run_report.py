"""What `dsl4bes run` shows: cut flow, rows of the tuples, histograms, faults.

In: a `RunResult`. Out: text or plain data for JSON. Nothing is computed that the result does not have.
"""

from __future__ import annotations

import math
import os
import sys
from typing import Any

from dsl4bes.run.efficiency import as_text as cutflow_text
from dsl4bes.run.expectations import Difference
from dsl4bes.run.plots import as_text as histogram_text
from dsl4bes.run.results import Jagged, RunResult, Table
from dsl4bes.run.saved import as_json as saved_json
from dsl4bes.run.systematics import as_text as systematics_text
from dsl4bes.run.truth import as_text as truth_text

#: More columns than this do not fit a terminal line.
MAX_COLUMNS = 12
_HIDDEN = ("run", "event")


def as_text(result: RunResult, pictures: list[str], rows: int, quiet: bool) -> str:
    """The report for a terminal."""
    parts = [cutflow_text(result.cutflow), systematics_text(result.variations)]
    if result.failures:
        parts.append(f"incomplete: the events are those of {result.files_in_words} (see the errors)\n")
    if not quiet:
        parts += [truth_text(result.truth)] if result.truth is not None else []
        parts += [_table(table, result.rows.get(name, 0), rows) for name, table in result.tables.items()]
        parts += [histogram_text(histogram) for histogram in result.histograms.values()]
        parts.append("\n".join(_closing(result, pictures)) + "\n")
    return "\n".join(part for part in parts if part)


def _table(table: Table, total: int, rows: int) -> str:
    names = [name for name in table.columns if not name.startswith("n_") or name[2:] not in table.columns]
    shown = min(rows, table.rows)
    lines = [f"{table.name}: {total} rows"]
    if total > shown:
        lines[0] += f", the first {shown}" if shown else ""
    cells = [names, *([_cell(table, name, i) for name in names] for i in range(shown))]
    if len(names) > MAX_COLUMNS:
        cells = [[*row[:MAX_COLUMNS], "..."] for row in cells]
    if not shown:
        return lines[0] + "\n  columns: " + ", ".join(names) + "\n"
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    lines += [
        "  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in cells
    ]
    return "\n".join(lines) + "\n"


def _cell(table: Table, name: str, row: int) -> str:
    values = table.columns[name]
    if not isinstance(values, Jagged):
        return _number(values[row])
    start = int(values.counts[:row].sum())
    numbers = [_number(value) for value in values.flat[start : start + int(values.counts[row])]]
    return "[" + " ".join(numbers[:4] + ["..."] * (len(numbers) > 4)) + "]"


def _number(value: Any) -> str:
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e9 else f"{number:.4g}"


def _closing(result: RunResult, pictures: list[str]) -> list[str]:
    rate = result.events / result.seconds if result.seconds > 0 else math.inf
    plural = "es" if result.processes > 1 else ""
    lines = [
        f"{result.events} events of {result.files_in_words} in {result.seconds:.2f} s ({rate:,.0f} events/s, {result.processes} process{plural})"
    ]
    if result.kept:
        lines.append(f"{result.kept} piece{'s' if result.kept != 1 else ''} taken from a run before")
    if result.output:
        lines.append(f"wrote {result.output}")
    lines += [f"wrote {path}" for path in pictures]
    for sample in result.expectations.compared:
        if not any(difference.sample == sample for difference in result.expectations.differences):
            lines.append(f"as expected for {sample}")
    if result.expectations.skipped:
        names = ", ".join(dict.fromkeys(result.expectations.skipped))
        lines.append(f"not compared with what is expected for {names}: other files were run")
    if result.cross_check is not None:
        lines.append(result.cross_check.summary)
        lines += _varied_checks(result)
    if result.not_applied:
        lines += ["not as in BOSS:", *(f"  - {line}" for line in result.not_applied)]
    return lines


def _varied_checks(result: RunResult) -> list[str]:
    """The judge on the variations: one line for those in which it agrees, one for each of the others."""
    checks = [(varied, varied.cross_check) for varied in result.variations if varied.cross_check is not None]
    agree = [check for _, check in checks if not check.count and not check.skipped]
    lines = [f"{varied.key}: {check.summary}" for varied, check in checks if check not in agree]
    tolerated = sum(check.tolerated for check in agree)
    within = f", {tolerated} within the fit's tolerance" if tolerated else ""
    plural = "s" if len(agree) != 1 else ""
    return lines + ([f"cross-check: it agrees in {len(agree)} variation{plural}, too{within}"] if agree else [])


def print_faults(result: RunResult) -> None:
    """Failures and differences, on the error output."""
    for failure in result.failures:
        advice = f"\n  help: {failure.advice}" if failure.advice else ""
        print(f"error: {failure.path}: {failure.reason}{advice}", file=sys.stderr)
    for difference in result.expectations.differences:
        print(f"error: {_difference(difference)}", file=sys.stderr)
    if result.cross_check is not None:
        for line in result.cross_check.differences:
            print(f"error: cross-check: {line}", file=sys.stderr)
    for varied in result.variations:
        for line in varied.cross_check.differences if varied.cross_check is not None else ():
            print(f"error: cross-check of {varied.key}: {line}", file=sys.stderr)


def _difference(difference: Difference) -> str:
    where = f"{difference.span}: " if difference.span is not None else ""
    if difference.found is None:
        return f"{where}the cut flow of {difference.sample} has no line `{difference.key}`"
    return f"{where}`{difference.key}` of {difference.sample} is {difference.found}, expected {difference.expected}"


def as_json(result: RunResult, pictures: list[str]) -> dict[str, Any]:
    """Everything but the rows, as plain data."""
    return {
        **saved_json(result),
        "tuples": {
            name: {"rows": rows, "columns": list(result.tables[name].columns)}
            for name, rows in result.rows.items()
        },
        "failures": [failure.as_json() for failure in result.failures],
        "expectations": {
            "compared": list(result.expectations.compared),
            "skipped": list(result.expectations.skipped),
            "differences": [
                {"sample": each.sample, "key": each.key, "expected": each.expected, "found": each.found}
                for each in result.expectations.differences
            ],
        },
        "cross_check": None if result.cross_check is None else result.cross_check.as_json(),
        "systematics": [varied.as_json() for varied in result.variations],
        "not_applied": list(result.not_applied),
        "truth": None if result.truth is None else result.truth.as_json(),
        "output": os.path.abspath(result.output) if result.output else "",
        "plots": pictures,
        "seconds": result.seconds,
        "processes": result.processes,
        "kept": result.kept,
        "ok": result.ok,
    }
