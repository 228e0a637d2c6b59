"""The result of a run as the parts of a view.

In: a `RunResult` of a program. Out: lines of the cut flow with the places of their blocks, histograms as plain numbers, remarks. Nothing is run here.
"""

from __future__ import annotations

from dsl4bes.ir.program import Block, Program, cuts_of
from dsl4bes.preview.view import FlowLine, HistogramView
from dsl4bes.run.cutflow import CutFlow
from dsl4bes.run.pictures import unit_of
from dsl4bes.run.plots import titles
from dsl4bes.run.results import Histogram, RunResult


def flow_of(program: Program, flow: CutFlow) -> tuple[FlowLine, ...]:
    """The lines of a cut flow, each with the place of the block it belongs to."""
    blocks: dict[tuple[str, str], Block] = {}
    for region, inside in (("", program.blocks), *((region.name, region.blocks) for region in program.regions)):
        for block, cut in cuts_of(inside):
            blocks.setdefault((region, cut.key), block)
            blocks.setdefault((region, cut.key.split(".")[0]), block)
    found = []
    for line in flow.lines:
        owner = blocks.get((line.region, line.key))
        found.append(FlowLine(line.name, line.key, line.region, line.events, owner.span if owner else None, line.part, line.candidates))
    return tuple(found)


def histograms_of(result: RunResult) -> tuple[HistogramView, ...]:
    """The histograms in the order of the program."""
    return tuple(_histogram(each) for each in result.histograms.values())


def _histogram(histogram: Histogram) -> HistogramView:
    title, axis, _ = titles(histogram)
    inside = histogram.inside
    flat = len(histogram.edges) == 1
    return HistogramView(
        histogram.name, title, unit_of(axis), tuple(histogram.edges[0].tolist()), tuple((inside if flat else inside.sum(axis=1)).tolist()),
        histogram.outside, axis, () if flat else tuple(histogram.edges[1].tolist()), () if flat else tuple(tuple(row) for row in inside.tolist()), histogram,
    )  # fmt: skip


def remarks_of(result: RunResult) -> tuple[str, ...]:
    """What was not applied, and expectations that do not hold."""
    wrong = [
        f"expected for {each.sample}: {each.key} {each.expected}, found {'no such line' if each.found is None else each.found}"
        for each in result.expectations.differences
    ]
    return (*wrong, *result.not_applied)
