"""A laid-out picture as SVG: dark on white, one file, nothing loaded.

In: a `Layout`. Out: the text of an SVG. Whatever a program says is escaped; a label that is longer than its place is cut and stands in full in the title that the pointer shows.
"""

from __future__ import annotations

import unicodedata
from html import escape

from dsl4bes.reports.notation import shown
from dsl4bes.reports.picture.flow import Flow
from dsl4bes.reports.picture.layout import COUNTS, CUTS, HEAD, INDENT, PORTS, Box, Lane, Layout, PlacedCut

#: Colours of the flows, each legible on white and unlike its neighbours.
COLOURS = ("#0b62c4", "#b3450b", "#1a7f37", "#8a3ffc", "#b01657", "#00758a", "#7a5c00", "#4b4fc9", "#a3342a", "#35702f")
_VALUE = "#6b7280"
_FONT = "font-family=\"'DejaVu Sans', 'Noto Sans', 'Noto Sans CJK SC', Arial, sans-serif\""
_DASH = {Flow.SHOWERS: ' stroke-dasharray="7 3"', Flow.CANDIDATES: "", Flow.VALUE: ' stroke-dasharray="2 3"'}
_WIDTH = {Flow.CANDIDATES: 3.2, Flow.VALUE: 1.6}


def colour(lane: Lane) -> str:
    return _VALUE if lane.flow is Flow.VALUE else COLOURS[lane.number % len(COLOURS)]


def svg(layout: Layout) -> str:
    """The picture."""
    width, height = round(layout.width), round(layout.height)
    lanes = {lane.number: lane for lane in layout.lanes}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" {_FONT} font-size="12.5" fill="#1b1f24">',
        f"<title>{escape(layout.picture.title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *_top(layout),
        *(_lane(lane) for lane in layout.lanes),
        *(line for box in layout.boxes for line in _connectors(box, lanes)),
        *(f'<text x="{_n(each.x)}" y="{_n(each.y)}" font-weight="600" fill="#57606a">{_cut_text(each.heading.title, 560)}</text>' for each in layout.headings),
        *(line for number, box in enumerate(layout.boxes) for line in _box(number, box, lanes, layout)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _top(layout: Layout) -> list[str]:
    x = layout.counts_x - PORTS - CUTS - 14
    found = [f'<text x="{_n(x)}" y="30" font-size="18" font-weight="600">{_cut_text(layout.picture.title, 400, 18)}</text>']
    at = x
    for flow in Flow:
        found.append(f'<path d="M{_n(at)} 46h26" stroke="#57606a" stroke-width="{_WIDTH.get(flow, 2.2)}"{_DASH.get(flow, "")}/><text x="{_n(at + 32)}" y="50" fill="#57606a" font-size="11.5">{flow.value}</text>')
        at += 110
    if layout.picture.events is not None:
        found.append(f'<text x="{_n(layout.counts_x)}" y="50" fill="#57606a" font-size="11.5">of {layout.picture.events} events</text>')
    return found


def _lane(lane: Lane) -> str:
    style = f'stroke="{colour(lane)}" stroke-width="{_WIDTH.get(lane.flow, 2.2)}"{_DASH.get(lane.flow, "")}'
    return f'<path class="f f{lane.number}" d="M{_n(lane.x)} {_n(lane.top)}V{_n(max(lane.bottom, lane.top + 0.5))}" {style} fill="none"><title>{_safe(lane.name)}</title></path>'


def _connectors(box: Box, lanes: dict[int, Lane]) -> list[str]:
    """From a lane to its row in the box: a dot where the list is made, an arrow where it is taken."""
    found = []
    for each in box.ports:
        lane = lanes[each.lane]
        style = f'stroke="{colour(lane)}" stroke-width="{_WIDTH.get(lane.flow, 2.2) * 0.75:.2f}"{_DASH.get(lane.flow, "")}'
        found.append(f'<path class="f f{lane.number}" d="M{_n(lane.x)} {_n(each.y)}H{_n(box.x)}" {style} fill="none"/>')
        found.append(f'<circle class="f f{lane.number}" cx="{_n(lane.x)}" cy="{_n(each.y)}" r="3.4" fill="{colour(lane) if each.port.made else "#ffffff"}" stroke="{colour(lane)}" stroke-width="1.6"/>')
    return found


def _box(number: int, box: Box, lanes: dict[int, Lane], layout: Layout) -> list[str]:
    node = box.node
    dash = ' stroke-dasharray="5 3"' if node.assumed else ""
    hover = shown_block(node.text) or f"{node.construct}: the standard of the collaboration"
    lines = [
        f'<g class="b" data-b="{number}"><title>{_safe(hover, lines=True)}\n\nC++: {_safe(node.method)}()</title>',
        f'<rect x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}" rx="5" fill="#f8fafc" stroke="#8c959f"{dash}/>',
        f'<text x="{_n(box.x + 12)}" y="{_n(box.y + 20)}" font-weight="600" font-size="13.5">{_cut_text(node.name, box.width - 190, 13.5, middle=True)}</text>',
        f'<text x="{_n(box.x + box.width - 12)}" y="{_n(box.y + 20)}" text-anchor="end" fill="#57606a" font-size="11.5">{_cut_text(_about(node.construct, node.name, node.line, node.assumed), 170, 11.5)}</text>',
    ]
    if box.ports or box.cuts:
        lines.append(f'<path d="M{_n(box.x)} {_n(box.y + HEAD)}h{_n(box.width)}" stroke="#d0d7de"/>')
    for each in box.ports:
        lane = lanes[each.lane]
        lines.append(
            f'<text class="f f{lane.number}" x="{_n(box.x + 12)}" y="{_n(each.y + 4.5)}" fill="{colour(lane)}" font-weight="{600 if each.port.made else 400}">{_cut_text(("+ " if each.port.made else "") + each.port.name, PORTS - 20 - INDENT * node.depth, middle=True)}</text>'
        )
    lines += [line for each in box.cuts for line in _cut(box, each, layout)]
    return [*lines, "</g>"]


def _about(construct: str, name: str, line: int, assumed: bool) -> str:
    if assumed:
        return f"{construct} (assumed)"
    word = "" if name.startswith(construct) else construct
    return ", ".join(each for each in (word, f"line {line}" if line else "") if each)


def _cut(box: Box, each: PlacedCut, layout: Layout) -> list[str]:
    """A cut: its name, what it asks, and the events that are left."""
    x = box.x + PORTS - INDENT * box.node.depth
    name_width = 132
    cut = each.cut
    found = [
        f'<g class="c"><title>{_safe(cut.name)}: {_safe(cut.words)}</title>',
        f'<text x="{_n(x)}" y="{_n(each.y + 4.5)}" fill="#57606a">{_cut_text(cut.name, name_width, middle=True)}</text>',
        f'<text x="{_n(x + name_width + 8)}" y="{_n(each.y + 4.5)}">{_cut_text(cut.words, box.x + box.width - x - name_width - 20)}</text></g>',
    ]
    if cut.left is not None and layout.picture.events is not None:
        share = cut.left / layout.picture.events if layout.picture.events else 0.0
        bar = COUNTS - 96
        found.append(f'<rect x="{_n(layout.counts_x)}" y="{_n(each.y - 6)}" width="{bar}" height="12" fill="#eef1f4"/><rect x="{_n(layout.counts_x)}" y="{_n(each.y - 6)}" width="{_n(bar * min(share, 1.0))}" height="12" fill="#2f6f9f"/>')
        found.append(f'<text x="{_n(layout.counts_x + bar + 8)}" y="{_n(each.y + 4.5)}">{cut.left}</text>')
    return found


# --- text ------------------------------------------------------------------------------------------------------------------


def shown_block(text: str) -> str:
    """The text of a block, at most thirty lines of it."""
    lines = text.splitlines()
    return "\n".join(lines[:30] + ([f"... {len(lines) - 30} more lines"] if len(lines) > 30 else []))


def _safe(text: str, lines: bool = False) -> str:
    return escape("\n".join(shown(line.replace("\t", "    ")) for line in text.split("\n")) if lines else shown(text))


def _cut_text(text: str, width: float, size: float = 12.5, middle: bool = False) -> str:
    """A label of at most `width` pixels, with what is left out as dots and in the title; `middle`: of a name, whose end tells it from others."""
    text = shown(text)
    if _measure(text, size) <= width:
        return escape(text)
    tail = _fitting(text[::-1], 0.4 * width, size)[::-1] if middle else ""
    head = _fitting(text, width - _measure(f"…{tail}", size), size)
    return f"{escape(head.rstrip())}…{escape(tail)}<title>{escape(text)}</title>"


def _fitting(text: str, width: float, size: float) -> str:
    """As much of the beginning as is not wider than `width`."""
    kept = ""
    for sign in text:
        if _measure(kept + sign, size) > width:
            break
        kept += sign
    return kept


def _measure(text: str, size: float) -> float:
    """Width of a text in pixels, rather too wide than too narrow (DejaVu Sans, a wide font)."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.3 if sign in " .,:;|'!il" else 0.86 if sign in "mwMW@%∑" else 0.0 if unicodedata.combining(sign) else 0.645 for sign in text) * size


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
