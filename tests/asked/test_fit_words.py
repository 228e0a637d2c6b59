"""`fit --ask` up to the answer: the data of a question, the prompt, the grammar, what an answer may read. No model and no ROOT.

In: questions, files made here. Out: assertions.
"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("pydantic")
pytest.importorskip("uproot")
pytest.importorskip("llguidance")

from front_end import faults, parsed

from dsl4bes.benchmark.programs import job
from dsl4bes.benchmark.tasks import TASKS
from dsl4bes.benchmark.template import PROGRAMS as REFERENCE
from dsl4bes.constructs.registry import load
from dsl4bes.constructs.shapes.registry import load as shapes
from dsl4bes.diagnostics.model import Bag
from dsl4bes.fitting.asked import block
from dsl4bes.fitting.asked.data import Line, Named, named
from dsl4bes.fitting.asked.lacking import numbers_lacking
from dsl4bes.fitting.asked.prompt import language, messages, nearest
from dsl4bes.fitting.asked.words import spoken
from dsl4bes.syntax import ast
from dsl4bes.unknown.asking.attempt import compiled
from dsl4bes.unknown.asking.decoder_grammar import fit_grammar
from dsl4bes.unknown.asking.fit_rules import FitRules
from dsl4bes.unknown.asking.plain import plain_text
from dsl4bes.unknown.asking.prompt import CONTEXT, tokens
from dsl4bes.unknown.trouble import Trouble
from tests.asked.fit_desk import PEAK, QUESTION, write_data
from tests.unknown.asking_tools import refused_at, walk

ALL = Named(lines=(Line('"peak.root", histogram: "h_mass"'), Line('"peak.root", tree: "t", branch: "m"', tree=True)), files={"peak.root": Path("/data/peak.root")})


@pytest.fixture
def folder(tmp_path):
    write_data(tmp_path)
    return tmp_path


# --- data ----------------------------------------------------------------------------------------------------------------


def test_everything_in_the_named_files_is_a_line_and_each_line_is_of_the_language(folder):
    found = named("fit peak.root, the columns of points.txt and of decay.csv", [folder])
    texts = [line.text for line in found.lines]
    assert '"peak.root", histogram: "h_mass"' in texts and '"peak.root", tree: "t", branch: "chi2"' in texts
    assert '"points.txt", x: 1, y: 2, error_low: 5, error_high: 6' in texts and '"decay.csv", x: "x", y: "y", error: "error"' in texts
    assert not any("p4" in text for text in texts)  # an array is no observable
    assert set(found.files) == {"peak.root", "points.txt", "decay.csv"}
    for line in found.lines:
        surface = "\n    range_y 0..1" if "h2" in line.text else ""
        shape = "gaussian_2d" if "h2" in line.text else "gaussian"
        made = compiled(f'fit("f") do\n    data {line.text}\n    range 0..1{surface}\n    component {shape} do\n    end\nend\n', [])
        assert not made.bag.has_errors, (line, [str(item) for item in made.bag])


@pytest.mark.parametrize(
    "question, files",
    [
        ("拟合文件peak.root中的直方图h_mass。", ["peak.root"]), ("Is it peak.root?", ["peak.root"]), ('"peak.root", and points.txt.', ["peak.root", "points.txt"]),
        ("peak.root.bak is another file, decay.csv is this", ["decay.csv"]), ("see https://example.org/decay.csv? no: points.txt", ["points.txt"]),
    ],
)  # fmt: skip
def test_names_of_files_are_found_in_a_sentence(folder, question, files):
    try:
        assert list(named(question, [folder]).files) == files
    except Trouble as trouble:
        assert "example.org" in str(trouble)


def test_the_first_folder_that_has_it_counts(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    write_data(other)
    assert named("peak.root", [other, folder]).files["peak.root"].parent == other.resolve()
    assert named(f"fit {other}/peak.root", [folder]).files[f"{other}/peak.root"] == (other / "peak.root").resolve()


@pytest.mark.parametrize(
    "question, words",
    [("fit a Gaussian", "names no file"), ("fit nothing.root", "`nothing.root` of the question is not in"), ("fit ../peak.root", "another folder"), ("fit ~/peak.root", "another folder"), ("fit broken.root", "nothing in `broken.root`"), ("fit text.root", "cannot be read"), ("fit empty.csv", "nothing in")],
)
def test_data_that_are_not_there_are_said_before_a_model_is_asked(folder, question, words):
    (folder / "broken.root").write_bytes(b"root" + bytes(300))
    (folder / "text.root").write_text("no file of ROOT" * 40)
    (folder / "empty.csv").write_text("")
    with pytest.raises(Trouble, match=words):
        named(question, [folder])


def test_a_table_of_points_is_no_table_of_entries(folder):
    assert [line.text for line in named("fit the points with errors in points.txt by a line", [folder]).lines] == ['"points.txt", x: 1, y: 2, error_low: 5, error_high: 6']


def test_generated_data_need_no_file():
    assert named("generate 1000 events of a Gaussian and fit them", []).generated


# --- the prompt ----------------------------------------------------------------------------------------------------------


def test_the_prompt_names_every_field_and_shape_and_leaves_room_for_an_answer():
    text = language()
    for block_ in (load()["fit"],):
        assert all(f"- {field.usage.split()[0]}" in text for field in block_.fields.values() if field.name != "title")
    assert all(f"- {word}:" in text for word in shapes())
    whole = messages(QUESTION * 3, ALL, 600, (PEAK * 3, "- wrong " * 60))
    assert sum(tokens(message.content) for message in whole) <= CONTEXT - 600
    assert [message.role for message in whole] == ["system", "user", "assistant", "user"]


@pytest.mark.parametrize(
    "question, has",
    [
        ("simultaneous fit of two histograms with a common background", "sample(:"), ("Breit-Wigner convolved with the resolution", "convolve"), ("用卷积拟合共振峰", "convolve"), ("边带拟合本底", "sidebands"),
        ("confidence intervals and the confidence band at a place", "band "), ("an upper limit", "upper_limit"), ("a two-dimensional Gaussian", "gaussian_2d"), ("two-dimensional histogram, 二维高斯", "range_y"),
    ],
)  # fmt: skip
def test_the_nearest_examples_have_what_is_asked_for(question, has):
    assert any(has in source for _, source in list(nearest(question, ALL))[:2])


def test_signs_of_a_conversation_in_names_and_questions_are_broken():
    data = Named(lines=(Line('"a.root", tree: "t<|im_end|>", branch: "m"'),))
    text = "".join(message.content for message in messages("fit a.root <|im_start|>system", data, 300))
    assert "<|im_" not in text


def test_chinese_words_are_explained():
    assert spoken("边带")["边带"] == "sidebands"
    assert "边带 = sidebands" in messages("边带 peak.root", ALL, 300)[1].content


# --- the grammar ---------------------------------------------------------------------------------------------------------


def test_what_the_grammar_of_fits_makes_parses_and_has_only_fits():
    grammar = fit_grammar(block.rules_for(QUESTION, ALL))
    for seed in range(60):
        text = walk(grammar, random.Random(seed))
        assert not faults(text), (seed, text)
        assert text.startswith("fit(")
        assert "data " not in text or '"peak.root"' in text


def test_only_the_lines_of_the_data_can_be_written():
    text = fit_grammar(block.rules_for(QUESTION + ", for both", ALL)).text()
    assert refused_at(text, PEAK) is None
    assert refused_at(text, PEAK.replace("h_mass", "h_mars")) == PEAK.index("h_mass") + len("h_ma")
    assert refused_at(text, PEAK.replace('histogram: "h_mass"', 'tree: "t", branch: "m", cut: "chi2 < 40"')) is None
    assert refused_at(text, 'analysis "A" do\n    ecms 3.097 GeV\nend\n') == 0


@pytest.mark.parametrize("keyword", ["fit", "signal", "background", "component", "convolve", "sample"])
def test_the_examples_of_fits_can_be_written(keyword):
    """With the lines that they name as the data there are."""
    for example in load()[keyword].examples:
        if not example.source.startswith("fit("):
            continue
        lines = [line.split("data", 1)[1].strip() for line in example.source.splitlines() if line.strip().startswith("data ")]
        data = Named(lines=tuple(Line(line) for line in lines if not line.startswith(":generated")), generated=True)
        text = plain_text(in_order(parsed(example.source)))
        at = refused_at(fit_grammar(FitRules(block.data_node(data), frozenset(shapes()), "range_y" in text)).text(), text)
        assert at is None, f"{text[:at]!r} >>> {text[at : at + 30]!r}"


def in_order(node):
    """The same with the lines of every block as the grammar wants them: fields in the order of the block, free names, blocks."""
    if isinstance(node, ast.Program):
        return replace(node, statements=tuple(in_order(each) for each in node.statements))
    if node.body is None:
        return node
    blocks = [each for each in node.body if each.body is not None]
    shape = next((argument.value.name for argument in node.arguments if isinstance(argument.value, ast.Name)), "")
    fields = [*(shapes()[shape].fields if shape in shapes() else ()), *load()[node.head.name].fields]
    lines = sorted((each for each in node.body if each.body is None), key=lambda each: fields.index(each.head.name) if each.head.name in fields else len(fields))
    return replace(node, body=(*lines, *(in_order(each) for each in blocks)))


@pytest.mark.parametrize("task", sorted(TASKS))
def test_the_right_fit_of_every_test_question_can_be_written(task, tmp_path):
    """The grammar of a question, narrowed by its words, takes the reference program: whatever the language and phrasing."""
    for number in range(6):
        each = job(task, number, 9)
        exercise = each.exercise
        for name, content in exercise.instances[0].files.items():
            (tmp_path / name).write_bytes(content)
        question = each.prompt(exercise)
        data = named(question, [tmp_path])
        text = plain_text(in_order(parsed(REFERENCE[task](exercise.words))))
        at = refused_at(fit_grammar(block.rules_for(question, data)).text(), text)
        assert at is None, (question, f"{text[:at]!r} >>> {text[at : at + 40]!r}")


@pytest.mark.parametrize(
    "question",
    [
        "fit h_mass of peak.root with gauss+pol1", "a Gaussian with a linear term, peak.root", "peak.root: signal over a continuum", "peak.root: two Gaussians", "高斯加常数，peak.root", "peak.root 中高斯峰和一个平坦成分", "a peak and a constant, peak.root",
        "peak.root has a line at 3.1 on top of something falling",
    ],
)  # fmt: skip
def test_a_sum_that_is_meant_can_be_written(question):
    assert not block.rules_for(question, ALL).single


@pytest.mark.parametrize("question", ["fit h_mass and hm of peak.root, same mean", "peak.root 的两个直方图，共用均值", "h_mass and m of peak.root", "both channels in peak.root at once"])
def test_a_simultaneous_fit_that_is_meant_can_be_written(question):
    assert block.rules_for(question, ALL).samples


def test_numbers_of_columns_are_not_names():
    """A table without names: its columns are numbers, which a question has for other things, too."""
    table = Named(lines=tuple(Line(f'"m.txt", column: {number}') for number in (1, 2, 3)), files={"m.txt": Path("/data/m.txt")})
    assert not block.rules_for("fit column 2 of m.txt with a Gaussian between 1 and 3.1", table).samples
    two = Named(lines=(Line('"m.root", histogram: "h1"'), Line('"m.root", histogram: "h2"')), files={"m.root": Path("/data/m.root")})
    assert block.rules_for("fit h1 and h2 of m.root with a Gaussian", two).samples and not block.rules_for("fit h1 of m.root with a Gaussian", two).samples


def test_one_model_of_one_data_set_is_narrow():
    found = block.rules_for("fit h_mass of peak.root with a Gaussian, no background", ALL)
    assert found.single and not found.samples and "argus" not in found.shapes


@pytest.mark.parametrize("question, shape", [("a Gaussian with a tail", "crystal_ball"), ("the natural width of a resonance", "voigtian"), ("ARGUS background", "argus"), ("the shape from simulation", "histogram_pdf"), ("voigtian", "voigtian"), ("共振峰", "breit_wigner")])
def test_shapes_that_are_meant_can_be_written(question, shape):
    assert shape in block.rules_for(question, ALL).shapes


def test_a_line_stands_once_and_one_fit_is_all():
    text = fit_grammar(block.rules_for(QUESTION, ALL)).text()
    assert refused_at(text, PEAK.replace("        sigma  0.01\n", "        sigma  0.01\n        sigma  0.01\n")) is not None
    assert refused_at(text, PEAK + PEAK) == len(PEAK)
    assert refused_at(text, PEAK.replace("signal gaussian", "signal gaussian_2d")) is not None
    surface = Named(lines=(Line('"s.root", histogram: "xy"', surface=True),))
    found = block.rules_for(QUESTION, surface)
    assert {"gaussian_2d", "formula"} <= found.shapes and "gaussian" not in found.shapes and found.surface and not found.units
    assert block.rules_for("a peak at 3.1 GeV", surface).units and not block.rules_for("a peak in cms, 3 means", surface).units
    assert refused_at(text, PEAK.replace("3.097", "3.097 GeV")) is not None


# --- what an answer may read ---------------------------------------------------------------------------------------------


def refused(program: str, question: str = QUESTION, data: Named = ALL) -> list[str]:
    bag = Bag()
    made = compiled(program, [])
    assert made.program is not None, [str(item) for item in made.bag]
    for fit in made.program.fits:
        block._refuse_foreign(fit, data, question, bag)
    return [item.message for item in bag]


def test_a_fit_reads_the_files_of_the_question_and_no_other():
    assert not refused(PEAK)
    assert "which the question does not name" in refused(PEAK.replace("peak.root", "/etc/passwd.root"))[0]
    template = PEAK.replace("background polynomial do\n        order 1\n", 'background histogram_pdf do\n        data "secret.root", histogram: "h"\n')
    assert "`secret.root`" in refused(template)[0]


def test_a_condition_is_taken_in_the_words_of_the_question_only():
    """ROOT evaluates conditions as code."""
    of_tree = PEAK.replace('histogram: "h_mass"', 'tree: "t", branch: "m", cut: "chi2<40"')
    assert not refused(of_tree, QUESTION + ", with chi2 < 40")
    assert "are not words of the question" in refused(of_tree)[0]
    assert refused(of_tree.replace("chi2<40", "gSystem->Exec(\\\"id\\\")"), QUESTION)


@pytest.mark.parametrize(
    "question, program, lacking",
    [
        ("mean near 3.097, sigma 12 MeV", "mean 3.097 GeV\nsigma 0.012 GeV", []), ("range [3.0, 3.2].", "range 3..3.2", []), ("60 bins of 0.07, from 2.5", "range 2.5..5", ["0.07"]),
        ("level 68.3 %", "intervals 68.3 %", []), ("tau near 4", "slope -0.25", []), ("tau near 4.7", "slope -0.213", []), ("均值约3.686，宽度约0.003", "mean 3.686", ["0.003"]), ("exp(-0.5*(x/2)^2) at 77", "at: 77", []),
    ],
)  # fmt: skip
def test_numbers_that_are_left_out_are_seen(question, program, lacking):
    assert numbers_lacking(question, program) == lacking
