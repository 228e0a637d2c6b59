"""Distributions of what the code of a block reads: events that stay and events that are rejected, a panel for each number.

In: blocks and what came of them, with the values of all events. Out: one picture. Of a list every entry counts; of a four-momentum energy and momentum are drawn; the block's own numbers of the same
dimension are lines, since a cut that does what it says changes there. Numbers that are absent or infinite are counted in the label.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import hypot, isfinite
from typing import TYPE_CHECKING, Any

from dsl4bes.run.errors import RunError
from dsl4bes.run.pictures import FORMATS, grid, save_as, shown, unit_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from dsl4bes.unknown.review.blocks import Block
    from dsl4bes.unknown.review.decide import Decided
    from dsl4bes.unknown.review.values import Plain, Seen

_BINS = 40
_MOST_PANELS = 30


@dataclass(slots=True)
class Panel:
    """The values of one number: `kept` and `rejected`; `lines`: the block's own values of the same unit, by name."""

    name: str
    label: str
    kept: list[float]
    rejected: list[float]
    lines: dict[str, float]


def kind_of(path: str) -> str:
    """The format that the name of a file asks for. Raises `RunError`."""
    ending = path.rpartition(".")[2].lower()
    if "." not in path or ending not in FORMATS:
        raise RunError(f"{path}: no format of pictures by its ending", f"there are {', '.join(FORMATS)}")
    return ending


def draw(blocks: Mapping[str, Block], found: Mapping[str, Decided], path: str) -> int:
    """One picture of all blocks; returns how many panels there was no room for, -1 if there is nothing to draw. Raises `RunError`."""
    panels = [panel for name, each in found.items() for panel in panels_of(blocks[name], each)]
    if not panels:
        return -1
    drawn = panels[:_MOST_PANELS]
    with grid(len(drawn)) as (figure, axes):
        for panel, place in zip(drawn, axes, strict=True):
            _panel(panel, place)
        save_as(figure, path, kind_of(path))
    return len(panels) - len(drawn)


def panels_of(block: Block, found: Decided) -> list[Panel]:
    """What there is to draw of a block, in the order of its view: own values are lines, not panels."""
    own = {value.name for value in block.task.fields}
    meanings = _meanings(block)
    panels: dict[str, Panel] = {}
    for event in found.all_seen:
        for name, value in () if event.seen is None else _numbers(event.seen):
            if name not in own:
                panel = panels.setdefault(name, Panel(f"{block.name}: {name}", meanings.get(name, name), [], [], {}))
                (panel.kept if event.stays else panel.rejected).append(value)
    seen = next((event.seen for event in found.all_seen if event.seen is not None), None)
    for name in own if seen is not None else ():
        for panel in panels.values():
            limit = seen.values.get(name) if seen is not None else None
            if isinstance(limit, float) and unit_of(panel.label) == unit_of(meanings.get(name, "")):
                panel.lines[name] = limit
    return list(panels.values())


def _numbers(seen: Seen) -> Iterator[tuple[str, float]]:
    """Every number of an event with the name of its panel."""
    for name, value in seen.values.items():
        yield from _of(name, value)
    for name, entries in seen.lists.items():
        yield f"number of {name}", float(len(entries))
        for entry in entries:
            for member, value in entry.items():
                yield from _of(f"{name}.{member}", value)


def _of(name: str, value: Plain) -> Iterator[tuple[str, float]]:
    if isinstance(value, tuple):
        yield f"{name}: energy", value[3]
        yield f"{name}: momentum", hypot(*value[:3])
    else:
        yield name, float(value)


def _meanings(block: Block) -> dict[str, str]:
    """Label by panel: name and meaning, which ends with the unit."""
    structs = dict(block.task.structs)
    found = {}
    for value in block.task.values:
        members = structs.get(value.entry)
        for name, meaning in [(value.name, value.meaning)] if members is None else [(f"{value.name}.{member.name}", member.meaning) for member in members]:
            found[name] = f"{name}: {meaning}"
            found |= {f"{name}: {what}": f"{what} of {name} (GeV)" for what in ("energy", "momentum")}
    return found


def _panel(panel: Panel, axes: Axes) -> None:
    import numpy as np

    sides = [np.array([value for value in values if isfinite(value)]) for values in (panel.kept, panel.rejected)]
    absent = len(panel.kept) + len(panel.rejected) - sum(len(side) for side in sides)
    edges = _edges(np.concatenate(sides), [value for value in panel.lines.values() if isfinite(value)])
    for side, words, look in zip(sides, ("stay", "rejected"), ({"histtype": "fill", "alpha": 0.35, "color": "tab:blue"}, {"histtype": "step", "color": "tab:red", "linewidth": 2}), strict=True):
        _side(axes, side, edges, f"{words}: {len(side)}", look)
    for name, value in panel.lines.items():
        if isfinite(value) and edges[0] <= value <= edges[-1]:
            axes.axvline(value, color="black", linestyle="--", linewidth=1.2, label=f"{shown(name, 20)} = {value:g}")
    axes.set_xlim(edges[0], edges[-1])
    axes.set_xlabel(shown(panel.label, 60))
    axes.set_ylabel("Entries")
    axes.set_yscale("symlog", linthresh=1.0)  # a few rejected entries beside thousands are what is looked for
    axes.set_title(shown(panel.name, 50) + (f"   ({absent} absent)" if absent else ""), fontsize=15)
    axes.legend(loc="best")


def _side(axes: Axes, values: Any, edges: Any, label: str, look: dict[str, Any]) -> None:
    import mplhep
    import numpy as np

    counts, _ = np.histogram(values, edges)
    mplhep.histplot(counts, edges, ax=axes, yerr=False, label=label, **look)


def _edges(values: Any, lines: Sequence[float]) -> Any:
    """Bins of equal width over all finite values; of whole numbers, one for each if they are few."""
    import numpy as np

    every = np.concatenate([values, np.array([line for line in lines if len(values) and values.min() <= line <= values.max()])])
    if not len(every):
        return np.linspace(0.0, 1.0, 2)
    low, high = float(every.min()), float(every.max())
    if (values == np.round(values)).all() and high - low < _BINS:
        return np.arange(low - 0.5, high + 1.0)
    room = 0.02 * (high - low) or 0.5
    return np.linspace(low - room, high + room, _BINS + 1)
