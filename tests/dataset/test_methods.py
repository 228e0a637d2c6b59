"""Pairs of drawn conditions: what is true of every draw, without a compiler; a package of draws held against events, slowly.

In: draws of several seeds for every program. Out: assertions.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pydantic")
pytest.importorskip("datasketch")
pytest.importorskip("tree_sitter_cpp", reason="the extra [llm] is not installed")

from dsl4bes.dataset.leaks import near
from dsl4bes.dataset.methods import pairs, shapes
from dsl4bes.dataset.methods.base import FOLDER, load
from dsl4bes.dataset.methods.body import body
from dsl4bes.dataset.methods.draw import draw
from dsl4bes.dataset.methods.faults import FAULTS, changed
from dsl4bes.dataset.methods.formula import known, written
from dsl4bes.dataset.methods.lowered import lowered
from dsl4bes.dataset.methods.quantity import FLAGS, QUANTITIES
from dsl4bes.dataset.methods.saying import Speaker, words
from dsl4bes.dataset.methods.tree import Best, constructs, lists, numbers, quantities
from dsl4bes.dataset.methods.trial import refused_by_policy
from dsl4bes.dataset.near import without_near
from dsl4bes.dataset.record import BOSS_OPENINGS, Kind, Language
from dsl4bes.dataset.source import Means
from dsl4bes.dataset.sources import SOURCES
from dsl4bes.dataset.verified import Verified
from dsl4bes.heldout.block_tasks import FOLDER as HELD_OUT
from dsl4bes.heldout.block_tasks import settings
from dsl4bes.root.find import Root
from dsl4bes.unknown.toml_text import loads
from dsl4bes.unknown.writing.prompt import SYSTEM

BASES = sorted(load())
SEEDS = range(60)
_HAN = re.compile(r"[\u4e00-\u9fff]")


def block_of(base, number, seed=77):
    return draw(load()[base], np.random.default_rng([seed, number]))


@pytest.fixture(scope="module")
def drawn():
    """Draws that may be tried, of every program."""
    found = [pairs.drawn_of(load()[base], number, 5) for base in BASES for number in range(6)]
    return [each for each in found if not isinstance(each, str)]


def no_root() -> Root:
    raise AssertionError("these pairs need no ROOT")


# --- draws ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("base", BASES)
def test_trees_are_formulas_and_bodies_under_the_same_limits(base):
    for number in SEEDS:
        block = block_of(base, number)
        formula, code, block_text = known(block), body(block), written(block, "x")
        assert block == block_of(base, number)
        for each in numbers(block.test):
            assert each.text in formula or isinstance(block.test, Best), (formula, each)
            assert not each.field or (f"in.{each.field}" in code and f"    {each.field} {each.text}\n" in block_text)
        for each in lists(block.test):
            assert re.search(rf"\b{each.name}\b", formula) and f"in.{each.name}" in code
        named = [each.field for each in numbers(block.test) if each.field]
        assert len(set(named)) == len({each for each in numbers(block.test) if each.field})


def test_draws_are_many_kinds():
    made = [block_of(base, number) for base in BASES for number in SEEDS]
    assert len({each.test.shape for each in made}) > 250
    families = Counter(name for each in made for name in constructs(each.test))
    assert set(families) >= {"any", "all", "count", "counts", "extreme", "one_list", "two_lists", "mass", "angle", "beam", "frame", "fit", "best", "both", "single", "event", "sum", "mean", "vector", "spread", "ranked", "leading"}
    assert 0.2 < sum(each.rejects for each in made) / len(made) < 0.5
    assert len(set(QUANTITIES) - {part.name for each in made for part in quantities(each.test)}) <= 4


def test_a_draw_compiles_and_its_body_passes_the_policy(drawn):
    refused = [found for base in BASES for number in range(6) if isinstance(found := pairs.drawn_of(load()[base], number, 5), str)]
    assert not [each for each in refused if each.startswith("policy")], refused
    assert len(drawn) >= 45
    assert all(refused_by_policy(each.task, each.code) is None for each in drawn)


def test_programs_are_none_of_the_held_out_ones():
    theirs = {path.read_text(encoding="utf-8") for path in HELD_OUT.glob("*.bes")}
    held = {decay for decays in settings()["decays"].values() for decay in decays}
    for base in load().values():
        assert base.program not in theirs
        assert len(set(base.decays) - held) >= 3, base.name


# --- nothing of the held-out tasks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(HELD_OUT.glob("*/*.toml")), ids=lambda path: path.stem)
def test_the_shape_of_a_held_out_task_is_refused_under_other_names_and_numbers(path):
    task = loads(path.read_text(encoding="utf-8"))
    program = (HELD_OUT / f"{task['base']}.bes").read_text(encoding="utf-8") + task["known"]
    showers, fits = frozenset(name or "gam" for name in shapes._SHOWERS.findall(program)), frozenset(shapes._FIT.findall(program))
    renamed = re.sub(r"\d+(?:\.\d+)?(?= (?:GeV|MeV|deg|cm|mm))", "0.77", task["known"])
    for old, new in ((r"\bgam\b", "shower"), (r"\bpip\b", "kp9"), (r"\bgood\b", "trk"), (" < ", " >= ")):
        renamed = re.sub(old, new, renamed)
    assert shapes.held_out(renamed, showers | {"shower"}, fits)


def test_the_same_in_other_words_of_the_language_has_the_same_shape():
    showers, fits = frozenset({"gam"}), frozenset()
    for text, task in {
        "max(m(km, pip)) < 1.3 GeV": "heaviest_kaon_pion", "max(angle(gam, gam)) in 100 deg..170 deg": "widest_photon_pair", "e(nth(gam, 2)) > 0.2 GeV": "third_photon_energy", "min(angle(pip, pim, frame: :cm)) < 60 deg": "back_to_back_pions",
        "n_charged > 3 and recoil(first(gam)) > 1 GeV": "leading_photon_recoil", "sum(p(trk)) < 0.5 * ecms or count(kp) == 1": "momentum_sum_fraction", "count(recoil(kp, km) in 1 GeV..2 GeV) <= 3": "heavy_recoil_pairs",
    }.items():
        assert shapes.held_out(f'require "x", {text}', showers, fits) == task, text
    assert shapes.held_out('veto "x", any(m(kp, pim) > 2 GeV)', showers, fits) == "heaviest_kaon_pion"


def test_other_shapes_are_not_refused():
    showers, fits = frozenset({"gam"}), frozenset({"f"})
    for text in ("any(p(kp) > 1 GeV)", "all(m(gam, kp) > 1 GeV)", "passed(f) and m(f.kp, f.km) < 1.1 GeV", "count(angle(gam, gam) > 1 rad) == 2", "max(p(kp)) > 1 GeV"):
        assert not shapes.held_out(f'require "x", {text}', showers, fits), text


def test_words_are_far_from_the_held_out_tasks(drawn):
    assert not [text for each in drawn for text in each.says.values() if near(text)]


# --- words ------------------------------------------------------------------------------------------------------------------


def test_both_languages_say_all_there_is():
    english, chinese = words(Language.ENGLISH), words(Language.CHINESE)
    for table in ("clauses", "compare", "times", "quantities", "flags", "items", "pairs", "needs", "notes"):
        assert set(getattr(english, table)) == set(getattr(chinese, table)), table
    assert set(english.quantities) == set(QUANTITIES) and set(english.flags) == set(FLAGS)
    assert set(english.explain) == set(chinese.explain) >= set(english.clauses) - {"both", "either"}


@pytest.mark.parametrize("base", BASES)
def test_words_name_every_limit_and_chinese_is_chinese(base):
    for number in SEEDS:
        block, rng = block_of(base, number), np.random.default_rng(number)
        for language in Language:
            says = {explains: (speaker.explanation if explains else speaker.sentence)(block) for explains in (False, True) if (speaker := Speaker(language, rng, explains=explains))}
            values = Speaker(language, rng, by_value=True).sentence(block)
            for text in (*says.values(), values):
                assert "@" not in text and '"' not in text, text
                assert bool(_HAN.search(text)) is (language is Language.CHINESE), text
            for each in numbers(block.test):
                assert (f"`{each.field}`" if each.field else each.value) in says[False] and each.value in values, (each, says, values)
                assert (f"`{each.field}`" if each.field else each.value) in says[True], (each, says[True])
            assert all(f"`{each.name}`" in says[True] for each in lists(block.test)), says[True]
            assert says[False] not in says[True]


def test_phrasings_differ():
    for language in Language:
        rng = np.random.default_rng(3)
        said = {Speaker(language, rng).sentence(block_of("charm_tracks", 1)) for _ in range(60)}
        assert len(said) >= 25


# --- pairs ------------------------------------------------------------------------------------------------------------------


def test_pairs_of_a_draw(drawn):
    """With the trial taken as passed: what a right draw becomes."""
    made = []
    for each in drawn:
        method = lowered(each.base.program, {each.region: (each.block.name, known(each.block, each.block.name))}).get(each.region, "")
        assert bool(method) or isinstance(each.block.test, Best)
        made += pairs._pairs(each, method, each.told)
        assert pairs.prompt(each, Language.ENGLISH)[-1].content == next(pair.question for pair in made if pair.kind is Kind.METHOD and pair.source == each.name)
    kinds = Counter((pair.kind, pair.language) for pair in made)
    assert all(kinds[kind, language] >= 40 for kind in (Kind.METHOD, Kind.CODE, Kind.EXPLANATION, Kind.REPAIR) for language in Language)
    for pair in made:
        if pair.kind in (Kind.CODE, Kind.EXPLANATION):
            assert pair.question.startswith(BOSS_OPENINGS[pair.language])
        else:
            assert pair.system.startswith(SYSTEM) and pair.question.endswith("bool accept(const View& in) {")
        assert (pair.kind is Kind.REPAIR) is bool(pair.before)
        assert pair.kind is not Kind.CODE or pair.answer.startswith("```cpp\n")
    _, gone = without_near(made)
    assert len(gone) < 0.1 * len(made), [(pair.telling, other) for pair, other in gone[:5]]


def test_faults_are_found_by_the_policy_or_left_to_the_ladder(drawn):
    seen = Counter()
    for number, each in enumerate(drawn):
        for fault, draft in changed(each.code, np.random.default_rng(number), runs=False):
            climb = refused_by_policy(each.task, draft)
            seen[fault.name] += climb is not None
        for _, draft in changed(each.code, np.random.default_rng(number), runs=True):
            assert draft != each.code
    assert {fault.name for fault in FAULTS if not fault.runs} - {name for name, count in seen.items() if count} <= {"chained comparison", "assignment for comparison"}


def test_a_draft_that_its_package_leaves_untried_is_no_pair_whatever_others_found_out(tmp_path: Path):
    base, words = load()["charm_tracks"], "the draft ends the job on an event without photons"
    draws = [found for number in range(30) if not isinstance(found := pairs.drawn_of(base, number, 5), str)]
    untried = sum(len(each.alone) for each in draws) - pairs._ALONE
    assert untried > 0
    known_ = {pairs._digest(each, code): wrong for each in draws for code, wrong in ((each.code, ""), *((draft, words) for draft in each.drafts))}
    (tmp_path / "verified.jsonl").write_text("".join(json.dumps({"digest": digest, "wrong": wrong}) + "\n" for digest, wrong in known_.items()), encoding="utf-8")
    verified = Verified(tmp_path / "verified.jsonl")
    made = pairs.Methods()._package(base, range(30), 5, Means(verified, no_root))
    assert verified.ran == 0
    assert len([pair for pair in made.pairs if pair.question == words]) == sum(len(each.drafts) for each in draws) - untried


def test_a_construct_can_be_left_out():
    for number in range(20):
        found = pairs.drawn_of(load()["charm_tracks"], number, 5, frozenset({"count", "mass"}))
        assert isinstance(found, str) or not constructs(found.block.test) & {"count", "mass"}


def test_the_source_is_listed():
    assert SOURCES["methods"].name == "methods" and not SOURCES["methods"].needs_root
    assert {path.stem for path in FOLDER.glob("*.bes")} == set(BASES)


# --- events -----------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("base", ("charm_tracks", "kaon_pair_pi0", "radiative_gammas"))
def test_bodies_and_constructs_agree_on_events(base, tmp_path: Path):
    verified = Verified(tmp_path / "verified.jsonl")
    made = pairs.Methods()._package(load()[base], range(20), 11, Means(verified, no_root))
    wrong = {name: why for name, why in made.refused.items() if not why.startswith(("one-sided", "the shape of", "the compiler", "words near"))}
    assert not wrong
    assert len({pair.source for pair in made.pairs}) >= 6
    again = Verified(tmp_path / "verified.jsonl")
    assert pairs.Methods()._package(load()[base], range(20), 11, Means(again, no_root)).pairs == made.pairs
    assert again.ran == 0


def test_a_machine_without_a_compiler_is_told_so(tmp_path):
    command = [sys.executable, "-m", "dsl4bes", "dataset", "build", "--kinds", "methods", "--draws", "1", "-q", "-o", str(tmp_path / "d")]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "DSL4BES_CXX": "/no/such/compiler"}, check=False)
    assert done.returncode == 1 and "BES0780" in done.stderr and "dsl4bes doctor" in done.stderr and "internal" not in done.stderr, done.stderr
