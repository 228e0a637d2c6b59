"""The data that a question names: which files they are, what is in them, and the `data` lines that a fit of them may have.

In: a question, folders. Out: `Named`: the files by the names of the question, and a line of the language for everything in them that can be fitted. Files are the user's; they are read as data, and what they are called goes into a prompt as text only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePath
from typing import Any

from dsl4bes.diagnostics.codes.fitted import DATA_NOT_FOUND, NO_DATA_NAMED
from dsl4bes.unknown.trouble import Trouble

_FILE = re.compile(r"(?<![\w/.~-])[\w./~+-]*[\w+-]\.(?:root|csv|txt|dat)(?![\w/]|\.\w)", re.ASCII)
_GENERATED = re.compile(r"generat|toy|pseudo|simulate|produce|draw|生成|产生|模拟|伪实验", re.IGNORECASE)
#: A question that speaks of points with errors.
_POINTS = re.compile(r"TGraph|\bpoints?\b|\bgraph\b|数据点|个点|误差棒|y\s*的(?:上|下)?误差", re.IGNORECASE)
_MOST_OBJECTS, _MOST_BRANCHES = 12, 24
_NAME = re.compile(r"[^\"\\\n\r\t]+")
#: Columns of a text without names, in the order in which ROOT reads them into a graph.
_OF_GRAPHS = {3: "x: 1, y: 2, error: 3", 4: "x: 1, y: 2, error_x: 3, error: 4", 6: "x: 1, y: 2, error_low: 5, error_high: 6"}


@dataclass(frozen=True, slots=True)
class Line:
    """A `data` line of the language, without its keyword, and what it would be a fit of. `tree`: a condition on the branches may follow; `points`: a curve is fitted; `surface`: it has two observables."""

    text: str
    about: str = ""
    tree: bool = False
    points: bool = False
    surface: bool = False

    @property
    def object(self) -> str:
        """What is fitted, by its name in the file: a histogram, a graph, a branch, a column."""
        return self.text.rpartition(" ")[2].strip('"')


@dataclass(frozen=True, slots=True)
class Named:
    """`files`: name in the question → absolute path. `generated`: the question asks for data that are made."""

    files: dict[str, Path] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    generated: bool = False

    def several_named(self, question: str) -> bool:
        """Whether the question speaks of more than one data set: of two files, or of two objects of one by their names."""
        names = {line.object for line in self.lines if line.text.endswith('"')}  # a column without a name has a number, as much else in a question
        named = [name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", _FILE.sub(" ", question))]
        return len(self.files) > 1 or len(named) > 1


def named(question: str, folders: Sequence[Path]) -> Named:
    """The data of a question. Raises `Trouble` for a file that is not there, and if none is named."""
    files = {name: _found(name, folders) for name in dict.fromkeys(_FILE.findall(question))}
    generated = _GENERATED.search(question) is not None
    if not files and not generated:
        raise Trouble(NO_DATA_NAMED, "the question names no file of data", "say what is fitted, as in: fit the histogram h_mass of peak.root with a Gaussian")
    found = [line for name, path in files.items() for line in lines(name, path)]
    if _POINTS.search(_FILE.sub(" ", question)) and any(line.points for line in found):
        found = [line for line in found if line.points]  # columns of a table are none then
    return Named(files, tuple(found), generated)


def _found(name: str, folders: Sequence[Path]) -> Path:
    if ".." in PurePath(name).parts or name.startswith("~"):
        raise Trouble(DATA_NOT_FOUND, f"`{name}` is named by way of another folder", "name it as it lies in the folder of the data (`--data FOLDER`), or by its whole path")
    for folder in folders:
        if (folder / name).is_file():
            return (folder / name).resolve()
    looked = " and ".join(f"`{folder}`" for folder in dict.fromkeys(folders))
    raise Trouble(DATA_NOT_FOUND, f"the file `{name}` of the question is not in {looked}", "`--data FOLDER` says where else to look")


def lines(name: str, path: Path) -> list[Line]:
    """What can be fitted in a file, each as the line that says so. Raises `Trouble` if there is nothing."""
    found = list(islice(_of_root(name, path) if path.suffix == ".root" else _of_table(name, path), _MOST_OBJECTS + _MOST_BRANCHES))
    if not found:
        raise Trouble(DATA_NOT_FOUND, f"there is nothing in `{name}` that can be fitted", "a histogram, a graph, a tree with branches of numbers, or a table with columns")
    return found


# --- ROOT files -------------------------------------------------------------------------------------------------------


def _of_root(name: str, path: Path) -> Iterator[Line]:
    import uproot

    try:
        with uproot.open(path) as file:
            for key, kind in islice(file.classnames(recursive=True, cycle=False).items(), _MOST_OBJECTS):
                if _NAME.fullmatch(key):
                    yield from _of_object(name, key, kind, file)
    except Exception as error:  # noqa: BLE001 - a broken file fails in many ways, and each is the user's to know
        raise Trouble(DATA_NOT_FOUND, f"`{name}` cannot be read as a ROOT file: {type(error).__name__}: {error}".splitlines()[0][:300], "is it complete? `root -l FILE` shows what ROOT thinks of it") from None


def _of_object(name: str, key: str, kind: str, file: Any) -> Iterator[Line]:
    if kind.startswith(("TH1", "TH2")) or kind == "TProfile":
        yield Line(f'"{name}", histogram: "{key}"', _axes(kind, file[key]), surface=kind.startswith("TH2"))
    elif kind.startswith("TGraph"):
        yield Line(f'"{name}", graph: "{key}"', f"{kind}, points", points=True)
    elif kind in ("TTree", "TNtuple", "TNtupleD"):
        tree = file[key]
        for branch in islice(tree.keys(recursive=False), _MOST_BRANCHES):
            if _NAME.fullmatch(branch) and _one_number(tree[branch]):
                yield Line(f'"{name}", tree: "{key}", branch: "{branch}"', f"{tree.num_entries} entries", tree=True)


def _one_number(branch: Any) -> bool:
    """Whether a branch has one number an entry: no text, no array."""
    kind = getattr(branch.interpretation, "to_dtype", None)
    return kind is not None and kind.shape == () and kind.kind in "iufb"


def _axes(kind: str, histogram: Any) -> str:
    bins = " x ".join(str(len(axis)) for axis in histogram.axes)
    spans = [f"{name} {axis.low:.7g}..{axis.high:.7g}" for name, axis in zip(("range", "range_y"), histogram.axes, strict=False)]
    return f"{kind}, {bins} bins, all of it: {' and '.join(spans)}"


# --- tables -----------------------------------------------------------------------------------------------------------


def _of_table(name: str, path: Path) -> Iterator[Line]:
    with path.open(encoding="utf-8", errors="replace") as file:
        first = next((cells for line in file if (cells := _cells(line))), [])
    if _numbers(first):
        width = len(first)
        if width in _OF_GRAPHS:
            yield Line(f'"{name}", {_OF_GRAPHS[width]}', f"a table without names, {width} columns, as points of a graph", points=True)
        for number in range(1, width + 1):
            yield Line(f'"{name}", column: {number}', f"column {number} of {width}, as entries")
        return
    names = [each for each in first if _NAME.fullmatch(each)]
    points = _points_by_name(name, names)
    if points is not None:
        yield points
    for each in names:
        yield Line(f'"{name}", column: "{each}"', "a column, as entries")


def _cells(line: str) -> list[str]:
    line = line.strip()
    if not line or line.startswith("#"):
        return []
    return [cell.strip().strip('"') for cell in (line.split(",") if "," in line else line.split())]


def _numbers(cells: Sequence[str]) -> bool:
    try:
        return bool([float(cell) for cell in cells])
    except ValueError:
        return False


def _points_by_name(name: str, names: Sequence[str]) -> Line | None:
    """Points of a table with names, if they say which column is which."""
    by_role: dict[str, str] = {}
    for each in names:
        by_role.setdefault(_role(each), each)
    wanted = [role for role in ("x", "y", "error", "error_low", "error_high", "error_x") if role in by_role]
    if not {"x", "y"} <= set(wanted) or not ("error" in wanted or {"error_low", "error_high"} <= set(wanted)):
        return None
    if "error" in wanted:
        wanted = [role for role in wanted if role not in ("error_low", "error_high")]
    return Line(f'"{name}", ' + ", ".join(f'{role}: "{by_role[role]}"' for role in wanted), "points", points=True)


def _role(name: str) -> str:
    word = re.sub(r"[^a-z]", "", name.lower())
    for role, words in _ROLES.items():
        if word in words:
            return role
    return name


_ROLES = {
    "x": ("x",), "y": ("y",), "error": ("error", "err", "ey", "dy", "sigma", "yerr", "erry", "sy"), "error_low": ("eyl", "eylow", "errorlow", "errlow", "eylo", "ylow"),
    "error_high": ("eyh", "eyhigh", "errorhigh", "errhigh", "eyhi", "yhigh"), "error_x": ("ex", "dx", "xerr", "errx", "sx"),
}  # fmt: skip
