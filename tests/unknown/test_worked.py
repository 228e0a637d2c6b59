"""Worked examples: each body passes the policy and answers as the known construct beside it, on toy events and the ten real ones.

In: the shipped files. Out: assertions. All examples of a program are regions of one package, so three packages are built.
"""

from __future__ import annotations

import functools
from collections import Counter
from pathlib import Path

import pytest

from dsl4bes.events.batch import Batch
from dsl4bes.events.sample import SAMPLES
from dsl4bes.events.toy import ToyOptions, toy_events
from dsl4bes.heldout.answers import answers, on_trial
from dsl4bes.standin.toolchain import ToolchainError, toolchain
from dsl4bes.unknown.writing.worked_examples import (
    FOLDER,
    WorkedError,
    bases,
    complete,
    narrowed,
    read,
    worked_examples,
)

pytest.importorskip("tree_sitter_cpp", reason="the extra [llm] is not installed")

EXAMPLES = worked_examples()
BASES = bases(FOLDER)
SEED = 20260711
#: What is in the events of a program: final states with and without what its examples look for, in runs of two years.
DECAYS = {
    "open": ("J/psi -> K+ K- pi+ pi-", "J/psi -> pi+ pi- (pi0 -> gam gam) (pi0 -> gam gam)", "J/psi -> (phi -> K+ K-) (eta -> gam gam)", "J/psi -> e+ e- gam"),
    "fitted": ("J/psi -> pi+ pi- (pi0 -> gam gam)", "J/psi -> pi+ pi- (eta -> gam gam)", "J/psi -> pi+ pi- gam gam", "J/psi -> K+ K- (pi0 -> gam gam)"),
    "leptons": ("psi(2S) -> (J/psi -> mu+ mu-) pi+ pi-", "psi(2S) -> mu+ mu- pi+ pi-", "psi(2S) -> (J/psi -> mu+ mu- gam) pi+ pi-"),
}
REAL = Path(__file__).resolve().parents[3] / "shared/data"
BLOCK = 'quiet do\n    describe "words"\n    from gam\nend\n'


def events(base: str) -> list[Batch]:
    made = [
        toy_events(decay, 150, SEED + number, options=ToyOptions(run=-10000 if number % 2 else -34000, extra_photons=0.5))
        for number, decay in enumerate(DECAYS[base])
    ]
    path = REAL / SAMPLES["rhopi"].file
    if path.is_file():
        from dsl4bes.events.sources import read_file

        made += read_file(path, 5000)
    return made


@functools.cache
def found(base: str) -> dict[str, tuple[int, ...]]:
    """Answers of construct and code of every example of a program."""
    try:
        toolchain()
    except ToolchainError as error:
        pytest.skip(str(error).partition("\n")[0])
    here = [each for each in EXAMPLES if each.written.base == base]
    regions = {f"known_{each.name}": each.written.known for each in here} | {f"code_{each.name}": each.written.block for each in here}
    return answers(BASES[base], regions, {f"code_{each.name}": each.body for each in here}, events(base))


@pytest.mark.cpp
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_body_answers_as_the_known_construct_does(example):
    """A body that the policy refuses makes no package, so it fails here, too."""
    together = found(example.written.base)
    known, code = together[f"known_{example.name}"], together[f"code_{example.name}"]
    wrong = [number for number, (right, given) in enumerate(zip(known, code, strict=True)) if right != given]
    assert not wrong, f"{len(wrong)} of {len(known)} events"
    assert min(sum(known), len(known) - sum(known)) >= 0.03 * len(known), f"{sum(known)} of {len(known)} stay"


def test_there_are_enough_and_of_many_shapes():
    assert 25 <= len(EXAMPLES) <= 40
    tags = Counter(tag for each in EXAMPLES for tag in each.tags)
    for tag in ("any", "all", "count", "sum", "extreme", "best", "pairs", "one-list", "two-lists", "fit", "beam", "boost", "has", "or", "and", "veto", "event"):
        assert tags[tag], tag


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_it_is_written_plainly(example):
    """What is imitated: few lines, sizes as `std::size_t`, every field used, nothing seen that is not taken."""
    lines = example.body.strip().splitlines()
    assert 1 <= len(lines) <= 16 and max(map(len, lines)) <= 110
    assert "std::size_t i" in example.body or "for (" not in example.body
    assert "//" not in example.body and "size_t" not in example.body.replace("std::size_t", "")
    assert all(f"in.{field.name}" in example.body for field in example.fields)
    assert example.words and example.takes
    shown = example.declaration
    assert "struct View {" in shown and all(field.name in shown for field in example.fields)


def test_the_declaration_has_what_the_body_uses_and_no_more():
    example = next(each for each in EXAMPLES if each.name == "electron_veto")
    task = narrowed(example.task, example.body)
    assert [value.name for value in task.values] == ["most", "good"]
    assert [(name, [value.name for value in members]) for name, members in task.structs] == [("TrackView", ["has_emc", "eop"])]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("base = [", "quiet"),
        (f"tags = ['all']\nbase = 'open'\nblock = '''{BLOCK}'''\nknown = 'x'\n", "`body`"),
        (f"tags = []\nbase = 'open'\nblock = '''{BLOCK}'''\nknown = 'x'\nbody = 'return true;'\n", "`tags`"),
        (f"tags = ['all']\nbase = 'none'\nblock = '''{BLOCK}'''\nknown = 'x'\nbody = 'return true;'\n", "`none`"),
        (f"tags = ['all']\nbase = 'open'\nblock = '''{BLOCK.replace('quiet', 'other')}'''\nknown = 'x'\nbody = 'return true;'\n", "another name"),
        (f"tags = ['all']\nbase = 'open'\nblock = '''{BLOCK.replace('gam', 'gamma')}'''\nknown = 'x'\nbody = 'return true;'\n", "gamma"),
    ],
)
def test_a_file_that_is_no_example_is_said(text, words):
    with pytest.raises(WorkedError) as error:
        complete([read(text, "quiet")], BASES)
    assert words in str(error.value)


@pytest.mark.cpp
@pytest.mark.slow
@pytest.mark.parametrize("base", BASES)
def test_bodies_get_to_the_end_of_the_ladder(base):
    """In the sandbox, as C++98 and C++17, with the checks of the library."""
    here = [each for each in EXAMPLES if each.written.base == base]
    climbs = on_trial(BASES[base], {each.name: each.written.block for each in here}, {each.name: each.body for each in here}, events(base))
    assert len(climbs) == len(here)
    for name, each in climbs.items():
        assert each.accepted and not each.warnings, (name, each.rungs[-1], each.warnings)
