"""Where everything of a picture stands.

In: a `Picture`. Out: boxes, lanes and their sizes in pixels. Blocks are in their order already: they make one column; a list is a lane left of it, from the block that makes it to the
last that takes it, in the first column of lanes that is free there. The same picture gives the same places.
"""

from __future__ import annotations

from dataclasses import dataclass

from dsl4bes.reports.picture.flow import CutRow, Flow, Heading, Node, Picture, Port

ROW = 21
HEAD = 30
GAP = 16
LANE = 15
MARGIN = 24
INDENT = 18
PORTS = 176
CUTS = 430
COUNTS = 190
TITLE = 62


@dataclass(frozen=True, slots=True)
class PlacedPort:
    port: Port
    y: float
    lane: int


@dataclass(frozen=True, slots=True)
class PlacedCut:
    cut: CutRow
    y: float


@dataclass(frozen=True, slots=True)
class Box:
    """A block: its corner, size, rows."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    ports: tuple[PlacedPort, ...]
    cuts: tuple[PlacedCut, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """A list on its way: `number` is its place among all flows, for colours and marks."""

    number: int
    name: str
    flow: Flow
    x: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PlacedHeading:
    heading: Heading
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole picture."""

    picture: Picture
    boxes: tuple[Box, ...]
    headings: tuple[PlacedHeading, ...]
    lanes: tuple[Lane, ...]
    width: float
    height: float
    counts_x: float


def placed(picture: Picture) -> Layout:
    """Places for everything."""
    flows = _flows(picture)
    numbers = {name: number for number, name in enumerate(flows)}
    rows, headings, bottom = _rows(picture, numbers)
    spans = _spans(rows)
    columns = _columns(spans)
    left = MARGIN + LANE * (max(columns.values(), default=-1) + 1) + 14
    boxes = tuple(_box(node, left, y, ports, cuts) for node, y, ports, cuts in rows)
    lanes = tuple(Lane(numbers[name], name, flows[name], MARGIN + LANE * columns[numbers[name]] + LANE / 2, top, end) for name in flows for top, end in [spans[numbers[name]]])
    right = left + PORTS + CUTS
    width = right + (COUNTS if picture.events is not None else 0) + MARGIN
    return Layout(picture, boxes, tuple(PlacedHeading(each, left + INDENT * each.depth, y) for each, y in headings), lanes, width, bottom + MARGIN, right + 14)


def _flows(picture: Picture) -> dict[str, Flow]:
    """Everything that is made or taken, in the order it is met; what is made and never taken has no lane of length, but a mark."""
    return {port.name: port.flow for node in picture.nodes for port in sorted(node.ports, key=lambda port: not port.made)}


Row = tuple[Node, float, tuple[PlacedPort, ...], tuple[PlacedCut, ...]]


def _rows(picture: Picture, numbers: dict[str, int]) -> tuple[list[Row], list[tuple[Heading, float]], float]:
    y: float = TITLE
    rows: list[Row] = []
    headings = []
    for item in picture.items:
        if isinstance(item, Heading):
            headings.append((item, y + 15))
            y += 28
            continue
        first = y + HEAD + ROW / 2
        ports = tuple(PlacedPort(port, first + ROW * number, numbers[port.name]) for number, port in enumerate(item.ports))
        cuts = tuple(PlacedCut(cut, first + ROW * number) for number, cut in enumerate(item.cuts))
        rows.append((item, y, ports, cuts))
        y += _height(item) + GAP
    return rows, headings, y


def _spans(rows: list[Row]) -> dict[int, tuple[float, float]]:
    found: dict[int, tuple[float, float]] = {}
    for _, _, ports, _ in rows:
        for each in ports:
            top, _ = found.get(each.lane, (each.y, each.y))
            found[each.lane] = (top, each.y)
    return found


def _columns(spans: dict[int, tuple[float, float]]) -> dict[int, int]:
    """Columns counted from the boxes outwards are turned round below, so that the shortest way is the nearest."""
    ends: list[float] = []
    found: dict[int, int] = {}
    for number, (top, bottom) in sorted(spans.items(), key=lambda item: (item[1][0], item[0])):
        column = next((place for place, end in enumerate(ends) if end < top - 2), len(ends))
        ends[column : column + 1] = [bottom]
        found[number] = column
    return {number: len(ends) - 1 - column for number, column in found.items()}


def _box(node: Node, left: float, y: float, ports: tuple[PlacedPort, ...], cuts: tuple[PlacedCut, ...]) -> Box:
    return Box(node, left + INDENT * node.depth, y, PORTS + CUTS - INDENT * node.depth, _height(node), ports, cuts)


def _height(node: Node) -> float:
    return HEAD + ROW * max(len(node.ports), len(node.cuts)) + (8 if node.ports or node.cuts else 0)
