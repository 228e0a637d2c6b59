"""Drawing: one style for all pictures, labels with units, files that appear only when they are complete.

In: a function that draws on axes. Out: PNG, PDF or SVG, the same bytes for the same content. Text of users is shown as it is: TeX between
dollars is drawn if matplotlib can read it, everything else letter by letter. What is drawn is the business of `plots.py` and its neighbours.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import degrees
from typing import TYPE_CHECKING, Any

from dsl4bes.run.errors import RunError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("png", "pdf", "svg")
#: A power of a unit, `GeV^2`.
_POWER = re.compile(r"\b(GeV|MeV|cm|mm|ns|rad)\^([234])\b")
#: Longest title or label that fits a picture.
LONGEST = 70


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as the bytes of an SVG, with its caption."""

    caption: str
    svg: bytes
    across: bool = False  #: as wide as it is: several panels beside each other


@contextmanager
def canvas(panels: int = 1, size: tuple[float, float] = (8, 6), across: bool = False) -> Iterator[tuple[Figure, list[Any]]]:
    """A figure with `panels` axes below each other (the first three times as high), or `across`: beside each other, in the style of the project."""
    rows, columns = (1, panels) if across else (panels, 1)
    ratios = None if across else {"height_ratios": [3, *([1] * (panels - 1))]}
    with _figure(rows, columns, size, sharex=not across, sharey=across, gridspec_kw=ratios) as drawn:
        yield drawn


@contextmanager
def grid(panels: int, columns: int = 3, size: tuple[float, float] = (8, 6)) -> Iterator[tuple[Figure, list[Any]]]:
    """A figure with `panels` axes in rows, each of this size, that share nothing."""
    columns = min(panels, columns)
    rows = -(-panels // columns)
    with _figure(rows, columns, (size[0] * columns, size[1] * rows)) as (figure, axes):
        for unused in axes[panels:]:
            unused.set_axis_off()
        yield figure, axes[:panels]


@contextmanager
def _figure(rows: int, columns: int, size: tuple[float, float], **how: Any) -> Iterator[tuple[Figure, list[Any]]]:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import mplhep

    settings = {
        "font.size": 16, "axes.labelsize": 18, "legend.fontsize": 14, "svg.hashsalt": "dsl4bes", "pdf.compression": 6,
        "figure.constrained_layout.use": True, "figure.constrained_layout.w_pad": 0.1, "figure.constrained_layout.h_pad": 0.1,
    }  # fmt: skip
    with plt.style.context([mplhep.style.ROOT, settings]):
        figure, axes = plt.subplots(rows, columns, squeeze=False, figsize=size, **how)
        try:
            yield figure, list(axes.flat)
        finally:
            plt.close(figure)


def encoded(figure: Figure, kind: str) -> bytes:
    """The picture as bytes; without dates, so that equal pictures are equal files."""
    stream = io.BytesIO()
    nothing: dict[str, dict[str, Any]] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}
    figure.savefig(stream, format=kind, dpi=100, metadata=nothing[kind])
    return stream.getvalue()


def save(figure: Figure, folder: str, name: str, kinds: tuple[str, ...]) -> list[str]:
    """Write the picture in all formats; returns the paths. Raises `RunError` where the folder cannot be written."""
    paths = [os.path.join(folder, f"{file_name(name)}.{kind}") for kind in kinds]
    for path, kind in zip(paths, kinds, strict=True):
        save_as(figure, path, kind)
    return paths


def save_as(figure: Figure, path: str, kind: str) -> None:
    """Write the picture to a file of just this name. Raises `RunError`."""
    folder = os.path.dirname(path)
    try:
        os.makedirs(folder or ".", exist_ok=True)
        temporary = f"{path}.{os.getpid()}.tmp"
        with open(temporary, "wb") as stream:
            stream.write(encoded(figure, kind))
        os.replace(temporary, path)
    except OSError as error:
        raise RunError(
            f"cannot write pictures to {folder}: {error.strerror or error}", "choose another folder"
        ) from error


def file_name(name: str) -> str:
    """A name that is a file's on every system."""
    word = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name).lstrip(".")
    return word[:120] or "_"


def shown(text: str, longest: int = LONGEST) -> str:
    """Text for a label: TeX that matplotlib reads stays, any other dollar is a dollar; too long texts are cut."""
    words = _POWER.sub(lambda found: found[1] + "²³⁴"[int(found[2]) - 2], " ".join("".join(c if c.isprintable() else " " for c in text).split()))
    if "$" in words and _is_tex(words):
        return words
    cut = words if len(words) <= longest else words[: longest - 3] + "..."
    return cut.replace("$", r"\$")


def _is_tex(text: str) -> bool:
    from matplotlib.mathtext import MathTextParser

    if text.replace(r"\$", "").count("$") % 2:
        return False
    try:
        MathTextParser("path").parse(text)
    except (ValueError, RuntimeError):
        return False
    return True


def unit_of(label: str) -> str:
    """The unit a label ends with: `mass (GeV)` and `mass [GeV]` give `GeV`; a formula such as `x / (y - z)` has none."""
    text = label.rstrip()
    for left, right in (("(", ")"), ("[", "]")):
        if text.endswith(right) and left in text:
            word = text[text.rindex(left) + 1 : -1].strip()
            if word and len(word) <= 20 and not any(c in word for c in " ,()[]="):
                return word if text[: text.rindex(left)].endswith(" ") else ""
    return ""


def entries_label(width: float, label: str, what: str = "Entries") -> str:
    """`Entries / 1 MeV`: the bin width with the unit of the x axis; `what` is counted or summed."""
    unit = unit_of(label)
    if not unit:
        return what if abs(width - 1) < 1e-9 else f"{what} / {width:.4g}"
    if unit == "rad" and abs(degrees(width) - round(degrees(width), 2)) < 1e-9:
        return f"{what} / {degrees(width):.4g}°"  # bins given in degrees
    for small, large, factor in (
        ("MeV", "GeV", 1e3),
        ("mm", "cm", 10.0),
        ("ps", "ns", 1e3),
        ("mrad", "rad", 1e3),
    ):
        if unit == large and width < 0.1:
            return f"{what} / {width * factor:.4g} {small}"
    return f"{what} / {width:.4g} {unit}"
