"""Words to the language: what is drawn compiles, words differ and say every number, the same seed gives the same pairs.

In: the families of the package. Out: assertions.
"""

from __future__ import annotations

import re
from itertools import combinations

import pytest

pytest.importorskip("pydantic")
pytest.importorskip("numpy")
pytest.importorskip("datasketch")

from dsl4bes.constructs.registry import load as constructs
from dsl4bes.constructs.shapes.registry import load as shapes
from dsl4bes.dataset.leaks import near as near_test
from dsl4bes.dataset.near import pieces, without_near
from dsl4bes.dataset.programs import blocks, questions, source
from dsl4bes.dataset.programs.channels import CHANNELS
from dsl4bes.dataset.programs.draw import Draw
from dsl4bes.dataset.programs.made import faults, faults_without_code, formatted
from dsl4bes.dataset.programs.source import Programs, missing_numbers
from dsl4bes.dataset.programs.spoken import block_question, explanation, program_question
from dsl4bes.dataset.programs.wholes import FAMILIES, drawn
from dsl4bes.dataset.programs.words import phrasings, tables
from dsl4bes.dataset.record import BOSS_OPENINGS, Kind, Language
from dsl4bes.dataset.source import Means, Size
from dsl4bes.dataset.verified import Verified
from dsl4bes.heldout.word_tasks import load as word_tasks
from dsl4bes.unknown.asking.prompt import messages
from dsl4bes.unknown.asking.question import cleaned

HOLE = re.compile(r"@[A-Z]\w*@")
ASKED = sorted(name for name, table in tables().items() if "ask" in table and name not in ("program", "explain"))


def no_root():
    raise AssertionError("no ROOT is needed here")


def made(monkeypatch, draws=1, seed=1, only=None):
    if only is not None:
        monkeypatch.setattr(source.blocks, "FAMILIES", {name: family for name, family in blocks.FAMILIES.items() if name in only})
        monkeypatch.setattr(source, "FAMILIES", {name: family for name, family in FAMILIES.items() if name in only})
        monkeypatch.setattr(source.questions, "FAMILIES", {name: family for name, family in questions.FAMILIES.items() if name in only})
    heard: list[str] = []
    size = Size(seed=seed, draws=draws)
    found = Programs().make(size, Means(Verified(None), no_root, heard.append))
    assert len(heard) == Programs().steps(size)
    return found


# --- words ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ASKED)
def test_each_construct_is_asked_for_in_ways_that_differ(name):
    for language, least in ((Language.ENGLISH, 6), (Language.CHINESE, 5)):
        texts = phrasings(name, "ask", language)
        assert len(texts) >= least
        bare = [pieces(HOLE.sub("#", text)) for text in texts]
        assert all(len(a & b) < 0.6 * len(a | b) for a, b in combinations(bare, 2)), name


def test_whole_selections_are_asked_for_in_twelve_ways():
    for language in Language:
        texts = phrasings("program", "ask", language)
        assert len(texts) >= 12
        bare = [pieces(HOLE.sub("#", text)) for text in texts]
        assert all(len(a & b) < 0.6 * len(a | b) for a, b in combinations(bare, 2))


def test_languages_are_not_mixed():
    def texts(node, language):
        if isinstance(node, dict):
            for key, value in node.items():
                if key == language.value:
                    yield from value
                else:
                    yield from texts(value, language)

    assert not [text for text in texts(tables(), Language.ENGLISH) if re.search(r"[\u4e00-\u9fff]", text)]
    #: clauses of symbols alone are the same in both
    assert not [text for text in texts(tables(), Language.CHINESE) if len(HOLE.sub("", text)) > 24 and not re.search(r"[\u4e00-\u9fff]", text)]


def test_every_construct_and_shape_has_a_family():
    assert {name.partition("-")[0] for name in blocks.FAMILIES} == set(constructs())
    written = " ".join(blocks.FAMILIES[name](Draw(1, number, f"blocks/{name}")).part.text for name in blocks.FAMILIES for number in range(4))
    assert all(f" {word} do" in written for word in shapes())


# --- what is drawn -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(blocks.FAMILIES))
def test_blocks_compile_where_they_stand_and_are_in_the_formatters_form(name):
    draw = Draw(3, 1, f"blocks/{name}")
    block = blocks.FAMILIES[name](draw)
    assert not (faults_without_code if block.needs_code else faults)(formatted(block.program)), block.program
    answer = formatted(block.part.text)
    assert formatted(answer) == answer
    for language in Language:
        asked = block_question(block.part, language, 1, draw)
        assert asked.startswith(BOSS_OPENINGS[language]) and not HOLE.search(asked)
        said = asked + " 0" if name == "assign-charge" else asked  # charge > 0 is said as positive
        assert not missing_numbers(answer, said), (answer, asked)


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_programs_compile_and_their_words_have_every_number(name):
    draw = Draw(3, 2, f"programs/{name}")
    whole = drawn(name, draw)
    program = formatted(whole.text)
    assert not faults(program), program
    for language in Language:
        asked = program_question(whole, language, 2, draw)
        assert not missing_numbers(program, asked) and not HOLE.search(asked), asked
        for title in re.findall(r'(?:require|veto|ntuple|histogram|analysis)[( ]"([^"]+)"', program):
            assert title in asked
        _, text = explanation(whole, program, language, 2, draw)
        assert not missing_numbers(program, text), text


@pytest.mark.parametrize("name", sorted(questions.FAMILIES))
def test_questions_show_a_program_that_compiles(name):
    for language in Language:
        found = questions.FAMILIES[name](Draw(3, 1, f"questions/{name}"), language, 1)
        assert not faults(found.program)
        assert found.program.strip() in found.question and not HOLE.search(found.question + found.answer)


def test_an_answer_speaks_of_the_numbers_of_its_program():
    found = questions.FAMILIES["beams"](Draw(5, 3, "questions/beams"), Language.ENGLISH, 0)
    energy = float(re.search(r"ecms ([\d.]+) GeV", found.program)[1])
    assert f"{energy:.6g}" in found.answer and f"{energy * 0.011:.6g}" in found.answer
    found = questions.FAMILIES["property"](Draw(5, 1, "questions/property"), Language.ENGLISH, 0)
    assert re.search(r'analysis "(\w+)"', found.program)[1] in found.answer


def test_numbers_that_a_text_lacks_are_found():
    assert missing_numbers('x("a 7") do\n    vr < 1.5 cm\n    time 0..14\n    m fit4c.gam1\nend', "1.5 cm and 0 to 14") == []
    assert missing_numbers("vr < 1.5 cm\nngood == 2", "1.5 cm") == ["2"]
    assert missing_numbers("cos < 0.93", "0.9 or 93") == ["0.93"]


# --- pairs ---------------------------------------------------------------------------------------------------------------------

SOME = ("charged_tracks", "veto", "custom", "fit", "kk_eta", "single_tag", "hadrons", "purpose", "cut_flow", "limit")


def test_the_same_seed_gives_the_same_pairs_and_another_one_others(monkeypatch):
    first, again, other = (made(monkeypatch, draws=2, seed=seed, only=SOME) for seed in (1, 1, 2))
    assert first.pairs == again.pairs and first.refused == again.refused
    assert not first.refused
    assert {pair.name for pair in first.pairs}.isdisjoint({pair.name for pair in other.pairs if pair.kind is Kind.PROGRAM})
    assert {pair.kind for pair in first.pairs} == {Kind.BLOCK, Kind.PROGRAM, Kind.QUESTION, Kind.EXPLANATION}
    assert {pair.language for pair in first.pairs} == set(Language)
    kept, gone = without_near(first.pairs)
    assert len(gone) <= 0.1 * len(first.pairs), [(pair.question[:80], other) for pair, other in gone[:3]]
    assert kept


def test_half_of_the_programs_are_asked_for_as_the_product_does(monkeypatch):
    pairs = [pair for pair in made(monkeypatch, draws=2, only=("kk_eta", "hadrons", "dilepton")).pairs if pair.kind is Kind.PROGRAM]
    by_ask = [pair for pair in pairs if pair.system]
    assert 2 * len(by_ask) == len(pairs) == 12
    for pair in by_ask:
        system, question = messages(cleaned(pair.words), 1024)
        assert (pair.system, pair.question) == (system.content, question.content) and not pair.answer.startswith("```")
    for pair in pairs:
        assert pair.system or (pair.question.startswith(BOSS_OPENINGS[pair.language]) and pair.answer.startswith("```bes\n"))


def test_a_draw_that_does_not_compile_is_refused_and_named(monkeypatch):
    monkeypatch.setattr(source, "faults", lambda program: "no such list")
    found = made(monkeypatch, only=("charged_tracks",))
    assert not found.pairs and found.refused == {"blocks/charged_tracks:1:0": "no such list"}


def test_no_decay_of_a_held_out_task_is_drawn_and_no_words_are_near_one(monkeypatch):
    drawn_decays = {channel.plain(mother) for channel in CHANNELS for mother in channel.mothers}
    judged = {re.sub(r"\((pi0|eta'?|K_S0|J/psi) -> [^)]*\)", r"\1", decay) for task in word_tasks() for decay in task.decays}
    assert not judged & drawn_decays
    for pair in made(monkeypatch, only=SOME).pairs:
        assert not near_test(pair.telling)


@pytest.mark.slow
def test_a_data_set_of_default_size_is_large_and_all_of_it_verified():
    found = Programs().make(Size(), Means(Verified(None), no_root))
    assert len(found.pairs) > 6000 and len(found.refused) < 0.01 * len(found.pairs)
    kept, _ = without_near(found.pairs)
    assert len(kept) >= 3000
