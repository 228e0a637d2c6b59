"""`graph`: every block, list and cut is in the picture, nothing lies on anything else, nothing of a program is markup."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from ir_samples import everything
from reports_tools import RHO, ROOT, compiled, made, programs, switched

from dsl4bes.driver import compile_source
from dsl4bes.ir.fits import Combination, Scope
from dsl4bes.ir.primitives import Select
from dsl4bes.ir.program import Program, blocks_of, cuts_of, steps_of
from dsl4bes.reports.notation import shown
from dsl4bes.reports.picture.flow import picture
from dsl4bes.reports.picture.layout import Layout, placed
from dsl4bes.reports.picture.page import page
from dsl4bes.reports.picture.svg import svg
from dsl4bes.run.cutflow import CutFlow, Line
from dsl4bes.source import SourceFile

SVG = "{http://www.w3.org/2000/svg}"


def drawn(program: Program, flow: CutFlow | None = None) -> tuple[Layout, ElementTree.Element]:
    layout = placed(picture(program, flow))
    return layout, ElementTree.fromstring(svg(layout))


def words_of(tree: ElementTree.Element) -> set[str]:
    """All texts, and the titles with the whole of those that are cut."""
    return {word.strip() for each in tree.iter() for word in (each.text, each.tail) if word}


@pytest.mark.parametrize("path", [path for path in programs() if compiled(path).program.selects], ids=lambda path: path.stem)
def test_every_block_list_and_cut_is_drawn(path):
    program = compiled(path).program
    assert program is not None
    layout, tree = drawn(program)
    words = words_of(tree)
    blocks = [block for block in _all(blocks_of(program)) if not any(isinstance(step, Scope) for step in block.steps)]
    assert [node.name for node in layout.picture.nodes] == [shown(block.name) for block in _order(program) if not any(isinstance(step, Scope) for step in block.steps)]
    assert {block.name for block in blocks} <= words
    for step in steps_of(blocks_of(program)):
        if isinstance(step, Select) and "~" not in step.target.name:
            assert any(word in (step.target.name, f"+ {step.target.name}") for word in words)
        if isinstance(step, Combination):
            assert f"+ {step.symbol.name}" in words
    regions = {region.name for region in program.regions}
    for _, cut in cuts_of((*program.blocks, *(block for region in program.regions for block in region.blocks))):
        name = cut.part or cut.block
        assert name in words or any(name == f"{region}.{word}" for region in regions for word in words)
    assert svg(layout) == svg(placed(picture(program)))
    apart(layout, tree)


def _all(blocks):
    for block in blocks:
        yield block
        for step in block.steps:
            if isinstance(step, Scope):
                yield from _all(step.blocks)


def _order(program: Program):
    yield from _all(program.always)
    yield from _all(program.blocks)
    for region in program.regions:
        yield from _all(region.blocks)
    yield from _all(program.outputs)


def apart(layout: Layout, tree: ElementTree.Element) -> None:
    """Boxes lie below each other and inside the picture, lanes left of them; two lists at one height are in two columns."""
    bottom = 0.0
    for box in layout.boxes:
        assert box.y >= bottom and box.x + box.width <= layout.width and box.y + box.height <= layout.height
        bottom = box.y + box.height
        rows = [each.y for each in box.ports]
        assert all(box.y < y < bottom for y in rows) and len(set(rows)) == len(rows)
        cuts = [each.y for each in box.cuts]
        assert all(box.y < y < bottom for y in cuts) and len(set(cuts)) == len(cuts)
    for number, lane in enumerate(layout.lanes):
        assert all(lane.x < box.x for box in layout.boxes) and lane.x > 0
        for other in layout.lanes[number + 1 :]:
            assert lane.x != other.x or lane.bottom < other.top or other.bottom < lane.top
    assert float(tree.get("height", "0")) > 0


def long_program(blocks: int = 30) -> str:
    lists = "\n".join(
        f"    photons(:a_list_with_a_rather_long_name_number_{n}) do\n        energy > {20 + n} MeV\n        na_list_with_a_rather_long_name_number_{n} >= 1\n    end" for n in range(blocks)
    )
    uses = "\n".join(f'    require "a cut with a name that no box is wide enough for, so that it has to be cut somewhere, number {n}", count(a_list_with_a_rather_long_name_number_{n}) < 20' for n in range(0, blocks, 2))
    return f"event_selection do\n{lists}\n{uses}\nend\n"


def test_thirty_blocks_with_long_labels_stay_apart():
    program = made(long_program()).program
    assert program is not None
    layout, tree = drawn(program)
    assert len(layout.boxes) == 45
    apart(layout, tree)
    words = words_of(tree)
    assert any("so that it has to be cut somewhere, number 28" in word for word in words)
    widest = max(len(each.text or "") for each in tree.iter(f"{SVG}text"))
    assert widest < 70


@pytest.mark.parametrize("hostile", [False, True])
def test_names_are_never_markup(hostile):
    program = everything(hostile)
    layout, tree = drawn(program)
    assert {each.tag for each in tree.iter()} == {SVG + name for name in ("svg", "title", "rect", "text", "path", "circle", "g")}
    html = page(layout)
    assert html.count("<script>") == 1 and html.count("</script>") == 1
    assert "http://" not in html.replace("http://www.w3.org/2000/svg", "") and "https://" not in html
    apart(layout, tree)


def test_a_hostile_program_cannot_leave_its_place():
    text = 'event_selection do\n    photons do\n        ngam >= 2\n    end\n    require "</title><script>alert(1)</script>&\\" onload=x", e(gam1) > 1 GeV\nend\n'
    program = made(text).program
    assert program is not None
    layout, tree = drawn(program)
    assert not [each for each in tree.iter() if "script" in each.tag]
    assert "<script>alert" not in page(layout)


def test_survivors_of_a_run_are_drawn_at_their_cuts():
    path = next(path for path in programs() if path.stem == "pi0_regions")
    program = compiled(path).program
    assert program is not None
    every = [("", block, cut) for block, cut in cuts_of(program.blocks)]
    every += [(region.name, block, cut) for region in program.regions for block, cut in cuts_of(region.blocks)]
    lines = tuple(Line(cut.name, cut.key, 900 - 7 * number, region=region) for number, (region, _, cut) in enumerate(every))
    layout, tree = drawn(program, CutFlow(1000, lines))
    assert layout.picture.known
    words = words_of(tree)
    assert {str(line.events) for line in lines} <= words
    assert "of 1000 events" in words
    assert not picture(program, CutFlow(1000, lines[:3])).known


def test_the_page_shows_the_text_of_a_block_and_its_method():
    program = made("event_selection do\n    photons do\n        energy > 40 MeV  # <b>\n        ngam >= 2\n    end\nend\n").program
    assert program is not None
    html = page(placed(picture(program)))
    assert "photons do\n    energy &gt; 40 MeV  # &lt;b&gt;" in html
    assert "C++ method photons()" in html


def test_methods_are_called_as_in_the_package():
    """A name that the class has already gets a number there."""
    compilation = compile_source(SourceFile("made.bes", 'event_selection do\n    photons do\n        ngam >= 2\n    end\n    require "select", e(gam1) > 1 GeV\nend\n'))
    assert compilation.program is not None
    (method,) = (node.method for node in picture(compilation.program).nodes if node.name == "select")
    assert method != "select" and any(f"bool {method}(" in text for text in compilation.files.values())


def test_cuts_are_drawn_as_they_are_asked():
    def rows(text: str) -> list[tuple[str, str]]:
        program = made(text).program
        assert program is not None
        return [(row.name, row.words) for node in picture(program).nodes for row in node.cuts]

    assert rows(switched()) == rows(RHO)
    text = RHO.replace('require "hard", e(fit.gam1) > 0.1 * ecms', 'veto "hard", e(gam1) > 1 GeV and e(gam2) > 2 GeV, when: property("UseHard", false)')
    assert dict(rows(text))["hard"] == "not (E(γ₁) > 1 GeV ∧ E(γ₂) > 2 GeV) where UseHard"


def test_the_same_program_gives_the_same_bytes_in_another_process():
    path = ROOT / "examples/many_photons/many_photons.bes"
    outputs = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "dsl4bes", "graph", str(path), "--html"]
        outputs.add(subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout)
    assert len(outputs) == 1
    assert re.match(r"<!DOCTYPE html>", outputs.pop())
