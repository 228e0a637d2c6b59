"""The entries of a fit, read without ROOT: trees and histograms by uproot, tables as text.

In: `ir.fitting` data, the folder of the files, the axis. Out: entries in the range, or bins. What the macro refuses is refused here: a histogram whose bins the range cuts, nothing in the range.
Raises `NotJudged` with words; nothing is changed or repaired on the way.
"""

from __future__ import annotations

import ast
import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dsl4bes.fitting.densities.base import Numbers
from dsl4bes.ir import fitting as ir

Ranges = tuple[tuple[float, float], ...]


class NotJudged(Exception):
    """The independent fit cannot do this one; the words say why."""


@dataclass(frozen=True, slots=True, eq=False)
class Bins:
    """Neighbouring bins: edges, contents, errors (roots of the sums of squared weights)."""

    low: Numbers
    high: Numbers
    content: Numbers
    error: Numbers


def entries_of(data: ir.Data, axis: ir.Axis, folder: Path) -> Numbers | Bins:
    """What lies in the whole range of the observable, windows that are left out included."""
    if isinstance(data, ir.TreeData):
        return branch_of(folder / data.file, data.tree, data.branch, data.cut, axis)
    if isinstance(data, ir.ColumnData):
        return _column(folder / data.file, data.column, axis)
    if isinstance(data, ir.HistogramData):
        return histogram_of(folder / data.file, data.histogram, axis)
    raise NotJudged("data that are generated are drawn by ROOT" if isinstance(data, ir.GeneratedData) else "points with errors are a curve")


def in_bins(entries: Numbers, axis: ir.Axis) -> Bins:
    """Entries in the equal bins of the axis."""
    edges = np.linspace(axis.low, axis.high, axis.bins + 1)
    content = np.histogram(entries, bins=edges)[0].astype(np.float64)
    return Bins(edges[:-1], edges[1:], content, np.sqrt(content))


def within(entries: Numbers, ranges: Ranges) -> Numbers:
    """The entries that lie in one of the ranges."""
    return entries[np.any([(low <= entries) & (entries <= high) for low, high in ranges], axis=0)]


def bins_within(bins: Bins, ranges: Ranges) -> Bins:
    """The bins that lie in one of the ranges; a range that cuts a bin is refused, since nobody knows which of its entries lie where."""
    reach = 1e-6 * (bins.high[-1] - bins.low[0])
    for low, high in ranges:
        for end in (low, high):
            if np.any((bins.low + reach < end) & (end < bins.high - reach)):
                raise NotJudged(f"the range from {low:g} to {high:g} cuts a bin")
    inside = np.any([(low - reach <= bins.low) & (bins.high <= high + reach) for low, high in ranges], axis=0)
    return Bins(bins.low[inside], bins.high[inside], bins.content[inside], bins.error[inside])


def branch_of(file: Path, tree: str, branch: str, cut: str, axis: ir.Axis) -> Numbers:
    """The numbers of a branch in the range, of rows that pass the cut."""
    import uproot

    condition = _condition(cut) if cut else None
    try:
        with uproot.open(file) as opened:
            names = sorted({branch, *(_names(condition) if condition else ())})
            columns = {name: np.asarray(opened[tree][name].array(library="np"), dtype=np.float64) for name in names}
    except (OSError, KeyError, ValueError) as problem:
        raise NotJudged(f"{file}: {problem}") from None
    values = columns[branch]
    if condition is not None:
        values = values[np.asarray(_evaluated(condition, columns), dtype=bool)]
    return values[(axis.low <= values) & (values <= axis.high)]


def histogram_of(file: Path, name: str, axis: ir.Axis) -> Bins:
    """The bins of a histogram in the range, whose ends are edges of bins."""
    import uproot

    try:
        with uproot.open(file) as opened:
            found: Any = opened[name]
            edges, content = (np.asarray(part, dtype=np.float64) for part in (found.axis().edges(), found.values()))
            variances = found.variances()
            error = np.sqrt(content if variances is None else np.asarray(variances, dtype=np.float64))
    except (OSError, KeyError, ValueError) as problem:
        raise NotJudged(f"{file}: {problem}") from None
    reach = 1e-6 * (axis.high - axis.low)
    inside = (axis.low - reach <= edges[:-1]) & (edges[1:] <= axis.high + reach)
    low, high = edges[:-1][inside], edges[1:][inside]
    if not len(low) or abs(low[0] - axis.low) > reach or abs(high[-1] - axis.high) > reach:
        raise NotJudged(f"the range of the fit does not begin and end at edges of bins of {name}")
    return Bins(low, high, content[inside], error[inside])


def _column(file: Path, column: str, axis: ir.Axis) -> Numbers:
    try:
        with file.open(newline="", encoding="utf-8") as opened:
            rows = csv.DictReader(opened, skipinitialspace=True)
            rows.fieldnames = [name.strip() for name in rows.fieldnames or ()]
            values = np.array([float(row[column]) for row in rows])
    except (OSError, KeyError, ValueError, TypeError) as problem:
        raise NotJudged(f"{file}: no numbers under {column} ({problem})") from None
    return values[(axis.low <= values) & (values <= axis.high)]


# --- cuts -------------------------------------------------------------------------------------------------------------------

_COMPARED = {ast.Lt: np.less, ast.LtE: np.less_equal, ast.Gt: np.greater, ast.GtE: np.greater_equal, ast.Eq: np.equal, ast.NotEq: np.not_equal}
_COMBINED = {ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.true_divide}
_FUNCTIONS = {"abs": np.abs, "fabs": np.abs, "sqrt": np.sqrt, "exp": np.exp, "log": np.log, "cos": np.cos, "sin": np.sin}


def _condition(cut: str) -> ast.expr:
    """A cut in words of ROOT as a tree; its operators are those of Python but for `&&`, `||` and `!`."""
    text = re.sub(r"!(?!=)", " not ", cut.replace("&&", " and ").replace("||", " or "))
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        raise NotJudged(f"the cut {cut} cannot be read without ROOT") from None


def _names(tree: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - set(_FUNCTIONS)


def _evaluated(tree: ast.expr, columns: dict[str, Numbers]) -> Any:
    if isinstance(tree, ast.Constant) and isinstance(tree.value, (int, float)):
        return tree.value
    if isinstance(tree, ast.Name) and tree.id in columns:
        return columns[tree.id]
    if isinstance(tree, ast.BoolOp):
        parts = [np.asarray(_evaluated(each, columns), dtype=bool) for each in tree.values]
        return np.logical_and.reduce(parts) if isinstance(tree.op, ast.And) else np.logical_or.reduce(parts)
    if isinstance(tree, ast.UnaryOp):
        inner = _evaluated(tree.operand, columns)
        return np.logical_not(inner) if isinstance(tree.op, ast.Not) else -inner
    if isinstance(tree, ast.BinOp) and type(tree.op) in _COMBINED:
        return _COMBINED[type(tree.op)](_evaluated(tree.left, columns), _evaluated(tree.right, columns))
    if isinstance(tree, ast.Compare) and len(tree.ops) == 1 and type(tree.ops[0]) in _COMPARED:
        return _COMPARED[type(tree.ops[0])](_evaluated(tree.left, columns), _evaluated(tree.comparators[0], columns))
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id in _FUNCTIONS and len(tree.args) == 1:
        return _FUNCTIONS[tree.func.id](_evaluated(tree.args[0], columns))
    raise NotJudged(f"a cut with {ast.unparse(tree)} is not read without ROOT")
