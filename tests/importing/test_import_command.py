"""`dsl4bes import` as it is typed: the draft, the table, JSON, files that are there or are not."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

pytest.importorskip("tree_sitter_cpp")

from dsl4bes.cli.app import run

STYLE = Path(__file__).parent / "nested_style.cxx"


def test_the_draft_is_written_once(tmp_path, capsys):
    target = tmp_path / "draft.bes"
    assert run(["import", str(STYLE), "-o", str(target)]) == 0
    said = capsys.readouterr().out
    assert "vr < 1 cm" in said and "13 statements recognised, 0 places not understood" in said
    assert run(["check", str(target)]) == 0
    target.write_text("mine", encoding="utf-8")
    assert run(["import", str(STYLE), "-o", str(target)]) == 1
    assert target.read_text(encoding="utf-8") == "mine" and "--force" in capsys.readouterr().err
    assert run(["import", str(STYLE), "-o", str(target), "--force"]) == 0
    assert "charged_tracks" in target.read_text(encoding="utf-8") and [each.name for each in tmp_path.iterdir()] == ["draft.bes"]


def test_json_says_what_came_from_where(tmp_path, capsys):
    options = tmp_path / "job.txt"
    options.write_text("KKAlg.RCut = 0.7;\n", encoding="utf-8")
    assert run(["import", str(STYLE), "--json", "--options", str(options)]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["valid"] and data["not_understood"] == []
    cut = next(each for each in data["recognised"] if each["statement"].startswith("vr"))
    first, last = cut["lines"][0]
    assert cut["statement"] == "vr < 0.7 cm" and "m_rcut" in "\n".join(STYLE.read_text(encoding="utf-8").splitlines()[first - 1 : last])


def test_the_header_beside_it_is_read(tmp_path, capsys):
    (tmp_path / "a.cxx").write_text(STYLE.read_text(encoding="utf-8").replace("m_barrel(0.8)", "m_other(0)"), encoding="utf-8")
    assert run(["import", str(tmp_path / "a.cxx")]) == 0
    assert "barrel" not in "\n".join(line for line in capsys.readouterr().out.splitlines() if not line.lstrip().startswith("#"))
    (tmp_path / "a.h").write_text("class KKAlg : public Algorithm {\n  double m_barrel = 0.75;\n};\n", encoding="utf-8")
    assert run(["import", str(tmp_path / "a.cxx")]) == 0
    assert "barrel cos < 0.75" in capsys.readouterr().out


@pytest.mark.parametrize(("content", "words"), [(None, "No such file"), (b"", "no function `execute`"), (b"\x7fELF\0\0", "is not text"), (b"int x;" * 800_000, "MiB")])
def test_what_is_no_algorithm_is_said_in_a_line(tmp_path, capsys, content, words):
    path = tmp_path / "x.cxx"
    if content is not None:
        path.write_bytes(content)
    assert run(["import", str(path)]) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ") and words in error and error.count("\n") == 1


def test_folders_and_a_missing_parser(tmp_path, capsys, monkeypatch):
    assert run(["import", str(tmp_path)]) == 1
    assert run(["import", str(STYLE), "-o", str(tmp_path / "no" / "x.bes")]) == 1
    from dsl4bes.importing import reader

    reader._parser.cache_clear()
    monkeypatch.setitem(sys.modules, "tree_sitter", None)
    capsys.readouterr()
    assert run(["import", str(STYLE)]) == 1
    assert 'pip install "dsl4bes[llm]"' in capsys.readouterr().err
