"""Code that users give: what is taken of a lock file and what never is, consent, what a build makes of it, and how it is taken out again.

In: a program with a custom block and lock files for it (`tests/unknown/review_tools.py`), the commands. Out: assertions.
"""

from __future__ import annotations

import getpass
import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("pydantic")
pytest.importorskip("datasketch")
pytest.importorskip("uproot")
pytest.importorskip("iminuit")
pytest.importorskip("tree_sitter_cpp")

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unknown"))
from review_tools import CODE, NAME, ORIGIN, PROGRAM, entry, locked, written

from dsl4bes.cli.app import run
from dsl4bes.dataset.build import file_names
from dsl4bes.dataset.contributed import FILE, read
from dsl4bes.dataset.personal import own_names, personal
from dsl4bes.dataset.record import Kind, Language
from dsl4bes.heldout.words import words
from dsl4bes.ir.custom import Author


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def add(*more, lock="x.bes.lock"):
    return run(["dataset", "add", lock, "-o", "data", *more])


def kept(folder):
    return [line.found for line in read(folder / "data" / FILE)]


def test_a_yes_gives_the_block_its_context_and_the_code_and_nothing_else(desk, capsys):
    written(desk, locked(entry()))
    assert add("--yes") == 0
    said = capsys.readouterr()
    (given,) = kept(desk)
    pair = given.pair
    assert pair.kind is Kind.METHOD and pair.language is Language.ENGLISH and pair.answer == CODE and pair.family == f"contributed/{NAME}" and pair.words == "reject events with a photon above the limit"
    assert "struct View" in pair.question and pair.question.endswith("bool accept(const View& in) {") and "C++98" in pair.system
    assert given.author == "model" and given.model == ORIGIN["model"] and given.consent.given == "--yes" and "CC0-1.0" in given.consent.statement and pair.licence.startswith("CC0-1.0")
    assert CODE.rstrip() in said.err and pair.question in said.err and given.consent.statement in said.err and ORIGIN["model"] in said.err
    line = (desk / "data" / FILE).read_text()
    for other in ("x.bes", str(desk), "require", "blocks-r8", getpass.getuser() if getpass.getuser() != "root" else "/root"):
        assert other not in line, other
    assert pair.name in said.out


@pytest.mark.parametrize("answer, count", [("y\n", 1), ("yes\n", 1), ("n\n", 0), ("\n", 0), ("", 0), ("Y es\n", 0)])
def test_it_asks_and_only_a_yes_is_one(desk, monkeypatch, capsys, answer, count):
    written(desk, locked(entry()))
    terminal = io.StringIO(answer)
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stdin", terminal)
    assert add() == (0 if count else 1)
    assert len(kept(desk)) == count and "[y/N]" in capsys.readouterr().err
    assert count or not (desk / "data").exists()


def test_without_a_terminal_nothing_is_given(desk, monkeypatch, capsys):
    written(desk, locked(entry()))
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert add() == 1 and "--yes" in capsys.readouterr().err and not (desk / "data").exists()


@pytest.mark.parametrize(
    "change, words_",
    [
        (lambda e: replace(e, code=e.code.replace("100", "99")), "not as it was written"),
        (lambda e: replace(e, block="sha256:0").sealed(), "is stale"),
        (lambda e: replace(e, context="sha256:0").sealed(), "is stale"),
        (lambda e: replace(e, code='system("rm -rf /");\nreturn true;\n').sealed(), "none that was accepted"),
        (lambda e: replace(e, ladder={"policy": "accepted"}).sealed(), "went through the ladder"),
        (lambda e: replace(e, name="other_block").sealed(), "no such block"),
    ],
    ids=["tampered", "block changed", "context changed", "refused by the policy", "no ladder", "leftover"],
)
def test_what_is_not_accepted_code_is_left_out(desk, capsys, change, words_):
    written(desk, locked(change(entry())))
    assert add("--yes") == 1
    said = capsys.readouterr().err
    assert words_ in said and "nothing to give" in said and not (desk / "data").exists()


@pytest.mark.parametrize(
    "text, words_",
    [
        (PROGRAM.replace("above the limit", "as in /home/zhang/cuts.txt"), "a place of files"), (PROGRAM.replace("above the limit", "as zhang@ihep.ac.cn said"), "an address"), (PROGRAM.replace("above the limit", "as in https://x.example/a"), "an address"),
        (PROGRAM.replace("above the limit", "见/besfs5/users/zhang的说明"), "a place of files"),
    ],
)  # fmt: skip
def test_what_names_a_person_or_a_place_is_left_out(desk, capsys, text, words_):
    written(desk, locked(entry(text)), text)
    assert add("--yes") == 1 and words_ in capsys.readouterr().err and not (desk / "data").exists()


def test_names_of_the_user_are_looked_for_as_words():
    assert personal("the cut of zhang wei", ["zhang"]) == "a name of yours or of this machine (zhang)" and personal("exchange", ["zhang", "chang"]) == ""
    assert all(len(name) >= 3 for name in own_names())


def test_a_path_of_a_model_is_not_taken(desk):
    written(desk, locked(entry(origin={**ORIGIN, "model": "/home/zhang/models/coder-7b.gguf"})))
    assert add("--yes") == 0 and kept(desk)[0].model == "coder-7b.gguf" and "zhang" not in (desk / "data" / FILE).read_text()


def test_a_model_that_is_called_by_the_name_of_the_user_is_not_taken(desk, monkeypatch, capsys):
    monkeypatch.setattr("dsl4bes.dataset.personal.own_names", lambda: ("zhang",))
    written(desk, locked(entry(origin={**ORIGIN, "model": "zhang/coder-7b"})))
    assert add("--yes") == 1 and "a name of yours" in capsys.readouterr().err and not (desk / "data").exists()


def test_an_account_that_the_system_does_not_know_has_names_too(monkeypatch):
    pwd = pytest.importorskip("pwd")

    def unknown(number):
        raise KeyError(number)

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    for name in ("HOME", "LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    assert all(len(name) >= 3 for name in own_names())


def test_a_held_out_task_is_not_taken(desk, capsys):
    name, task = next((name, text) for name, text in words() if text.isascii() and '"' not in text)
    text = PROGRAM.replace("reject events with a photon above the limit", task)
    written(desk, locked(entry(text)), text)
    assert add("--yes") == 1 and f"the test task {name}" in capsys.readouterr().err


def test_nothing_is_given_twice_and_more_comes_behind(desk, capsys):
    written(desk, locked(entry()))
    assert add("--yes") == 0 and add("--yes") == 1
    assert "there already" in capsys.readouterr().err
    written(desk, locked(entry(code="return in.n_charged < 3;\n", author=Author.HAND, origin={})))
    assert add("--yes", "--licence", "MIT", "--json") == 0
    assert json.loads(capsys.readouterr().out)["given"][0]["block"] == NAME
    first, second = kept(desk)
    assert second.author == "hand" and second.model == "" and second.pair.licence.startswith("MIT") and first.pair.answer == CODE


@pytest.mark.parametrize(
    "lock, words_",
    [("y.bes.lock", "no file"), ("x.bes", "x.bes.lock"), ("x.toml", "ends with .bes.lock"), ("lone.bes.lock", "no program beside it"), ("broken.bes.lock", "broken.bes.lock"), ("wrong.bes.lock", "has errors")],
)
def test_what_is_no_lock_file_is_said(desk, capsys, lock, words_):
    written(desk, locked(entry()))
    for name in ("lone.bes.lock", "x.toml"):
        (desk / name).write_text("version = 1\n")
    (desk / "broken.bes").write_text(PROGRAM)
    (desk / "broken.bes.lock").write_text("version = ")
    (desk / "wrong.bes").write_text(PROGRAM.replace("ngood >= 1", "ngod >= 1"))
    (desk / "wrong.bes.lock").write_text("version = 1\n")
    assert add("--yes", lock=lock) == 1 and words_ in capsys.readouterr().err and not (desk / "data").exists()


def test_a_folder_of_somebody_else_and_a_wrong_licence_are_refused(desk, capsys):
    written(desk, locked(entry()))
    (desk / "data").mkdir()
    (desk / "data" / "thesis.tex").write_text("mine")
    assert add("--yes") == 1
    said = capsys.readouterr().err
    assert "no data set" in said and "--force" not in said and [path.name for path in (desk / "data").iterdir()] == ["thesis.tex"]  # `add` has no such option
    assert run(["dataset", "build", "--kinds", "contributed", "-o", "data"]) == 1 and "--force" in capsys.readouterr().err
    assert run(["dataset", "add", "x.bes.lock", "-o", "d", "--yes", "--licence", "do what you want"]) == 1 and "SPDX" in capsys.readouterr().err


def test_a_file_of_somebody_else_is_seen_before_anything_is_built(desk, monkeypatch, capsys):
    build = ["dataset", "build", "--kinds", "contributed", "-o", "data", "-q"]
    assert run(build) == 0 and {path.name for path in (desk / "data").iterdir()} >= set(file_names())
    (desk / "data" / "README.md").write_text("mine")
    with monkeypatch.context() as patched:
        patched.setattr("dsl4bes.dataset.build.build", lambda *given: pytest.fail("it was built"))
        assert run(build) == 1 and "README.md" in capsys.readouterr().err
    assert (desk / "data" / "README.md").read_text() == "mine" and run([*build, "--force"]) == 0
    assert "Digest" in (desk / "data" / "README.md").read_text()


def test_a_build_takes_them_checks_them_and_they_are_taken_out_again(desk, capsys):
    written(desk, locked(entry()))
    assert add("--yes") == 0
    (given,) = kept(desk)
    build = ["dataset", "build", "--kinds", "contributed", "-o", "data", "--json"]
    capsys.readouterr()
    assert run(build) == 0
    counts = json.loads(capsys.readouterr().out)
    assert counts["pairs"] == 1 and counts["root"] == "" and run(["dataset", "show", "data", "--check", "-n", "0"]) == 0
    (alpaca,) = [row for side in ("train", "validation") for row in json.loads((desk / "data" / f"{side}.alpaca.json").read_text())]
    assert (alpaca["system"], alpaca["instruction"], alpaca["output"]) == (given.pair.system, given.pair.question, CODE)
    file = desk / "data" / FILE
    before = file.read_text()
    file.write_text(before.replace("in.limit", "in.other") + "no line\n")
    capsys.readouterr()
    assert run(build) == 0
    changed = json.loads(capsys.readouterr().out)
    assert changed["pairs"] == 0 and "another pair" in changed["reasons"][f"{FILE}:1"] and f"{FILE}:2" in changed["reasons"]
    file.write_text(before)
    assert run(["dataset", "remove", given.name[:5], "-o", "data"]) == 1 and given.name in capsys.readouterr().err
    assert run(["dataset", "remove", given.name[:8], "-o", "data"]) == 0 and kept(desk) == []
    assert run(["dataset", "remove", given.name, "-o", "data"]) == 1 and "nothing was given" in capsys.readouterr().err
    assert run(["dataset", "remove", "x", "-o", "nowhere"]) == 1
