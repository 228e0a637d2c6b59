"""Where the entries of a fit come from: the line `data`, in its kinds.

In: the values of the line, the tuples of the program. Out: one of the data of `ir.fitting`, or None after a diagnostic. No file is opened: what is in it is known when the fit runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dsl4bes.constructs.words import did_you_mean, listed
from dsl4bes.diagnostics.codes import fits
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.diagnostics.model import Bag
from dsl4bes.ir.fitting import ColumnData, Data, GeneratedData, GraphData, HistogramData, PointsData, TreeData
from dsl4bes.source import Span
from dsl4bes.syntax import ast

#: Tuples of the program: name → branch → unit, None for an array.
Tuples = Mapping[str, Mapping[str, str | None]]
_COLUMNS = ("column", "x", "y", "error", "error_low", "error_high", "error_x")
_WAYS = 'write `data "file.root", tree: "t", branch: "m"`, `histogram: "h"`, `graph: "g"`, `data "file.csv", column: "m"`, of points `x: "x", y: "y", error: "dy"`, or `data :generated, events: 1000`'


def data(arguments: Sequence[ast.Argument], tuples: Tuples, seed: int, bag: Bag, place: Span) -> Data | None:
    """The data that a line names."""
    keyed = {argument.key.name: argument.value for argument in arguments if argument.key is not None}
    plain = [argument.value for argument in arguments if argument.key is None]
    if len(plain) == 1 and isinstance(plain[0], ast.Symbol) and plain[0].name == "generated":
        return _generated(keyed, seed, bag, place)
    if len(plain) != 1 or not isinstance(plain[0], ast.String):
        bag.add(codes.BAD_VALUE, "`data` takes a file between double quotes, or `:generated`", plain[0].span if plain else place, help=_WAYS)
        return None
    file = plain[0].value
    if "ntuple" in keyed:
        return _ntuple(file, keyed, tuples, bag, place)
    ways: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
        (("tree", "branch"), ("cut",)), (("histogram",), ()), (("graph",), ()), (("column",), ()), (("x", "y", "error"), ("error_x",)), (("x", "y", "error_low", "error_high"), ("error_x",)),
    )  # fmt: skip
    for needed, optional in ways:
        if set(needed) <= set(keyed) <= {*needed, *optional}:
            texts = {key: text for key, value in keyed.items() if (text := _text(key, value, bag)) is not None}
            return _of(file, texts, place) if len(texts) == len(keyed) else None
    known = ", ".join(f"`{key}:`" for key in keyed) or "the file alone"
    bag.add(fits.FIT_WITHOUT_DATA, f"{known} does not say what the entries are", place, help=_WAYS)
    return None


def _of(file: str, texts: Mapping[str, str], place: Span) -> Data:
    if "tree" in texts:
        return TreeData(file, texts["tree"], texts["branch"], texts.get("cut", ""), place)
    if "histogram" in texts:
        return HistogramData(file, texts["histogram"], place)
    if "graph" in texts:
        return GraphData(file, texts["graph"], place)
    if "column" in texts:
        return ColumnData(file, texts["column"], place)
    low, high = texts.get("error", texts.get("error_low", "")), texts.get("error", texts.get("error_high", ""))
    return PointsData(file, texts["x"], texts["y"], low, high, texts.get("error_x", ""), place)


def _text(key: str, value: ast.Expr, bag: Bag) -> str | None:
    if isinstance(value, (ast.String, ast.Symbol, ast.Name)):
        return value.value if isinstance(value, ast.String) else value.name
    if key in _COLUMNS and isinstance(value, ast.Number) and value.unit is None and value.value == int(value.value) and 0 < value.value < 1000:
        return f"#{int(value.value)}"  # of a table without names
    bag.add(codes.BAD_VALUE, f"`{key}:` takes a name between double quotes" + (" or, in a table without names, a number" if key in _COLUMNS else ""), value.span, help=_WAYS)
    return None


def _generated(keyed: Mapping[str, ast.Expr], seed: int, bag: Bag, place: Span) -> Data | None:
    numbers = {"seed": seed}
    for key, value in keyed.items():
        if key not in ("events", "seed") or not isinstance(value, ast.Number) or value.unit or value.value != int(value.value) or not 0 < value.value < 2**31:
            bag.add(codes.BAD_VALUE, "data that are generated have `events:` and `seed:`, whole numbers", value.span, help="write `data :generated, events: 1000`")
            return None
        numbers[key] = int(value.value)
    if "events" not in numbers:
        bag.add(fits.FIT_WITHOUT_DATA, "how many entries are generated is not said", place, help="write `data :generated, events: 1000`")
        return None
    return GeneratedData(numbers["events"], numbers["seed"])


def _ntuple(file: str, keyed: Mapping[str, ast.Expr], tuples: Tuples, bag: Bag, place: Span) -> Data | None:
    texts = {key: text for key, value in keyed.items() if (text := _text(key, value, bag)) is not None}
    if set(keyed) - {"ntuple", "branch", "cut"} or not {"ntuple", "branch"} <= set(texts):
        bag.add(fits.FIT_WITHOUT_DATA, "a tuple of the program is named with a branch", place, help='write `data "out.root", ntuple: pairs, branch: "m_gg"`')
        return None
    name, branch = texts["ntuple"], texts["branch"]
    if name not in tuples:
        help = did_you_mean(name, tuples, f"its tuples: {listed(sorted(tuples))}" if tuples else "it has no `ntuple`")
        bag.add(fits.UNKNOWN_BRANCH, f"the program fills no tuple `{name}`", keyed["ntuple"].span, help=help)
        return None
    if branch not in tuples[name]:
        help = did_you_mean(branch, tuples[name], f"its branches: {listed(sorted(tuples[name]))}")
        bag.add(fits.UNKNOWN_BRANCH, f"the tuple `{name}` has no branch `{branch}`", keyed["branch"].span, help=help)
        return None
    if tuples[name][branch] is None:
        bag.add(fits.DATA_MISMATCH, f"`{branch}` is an array, and a fit takes one number a row", keyed["branch"].span, help="fill a tuple `per:` the list")
        return None
    return TreeData(file, name, branch, texts.get("cut", ""), place)
