"""`dsl4bes import` as it is typed: the draft, the table, JSON, files that are there or are not."""

from __future__ import annotations

import json
import sys
import time
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


def test_chinese_comments_in_gbk_are_read(tmp_path, capsys):
    text = STYLE.read_text(encoding="utf-8").replace("  int total = 0;", "  // 好的带电径迹：总电荷\n  int total = 0;  // 誠\n  if (mystery()) return false;  // 筛选").replace("\n", "\r\n")
    for encoding in ("gbk", "utf-8", "utf-8-sig"):
        path = tmp_path / f"{encoding}.cxx"
        path.write_bytes(text.encode(encoding))
        assert run(["import", str(path)]) == 0
        said = capsys.readouterr().out
        assert "vr < 1 cm" in said and "// 筛选" in said and "\r" not in said


def test_a_large_file_and_unbalanced_braces_end_in_a_moment(tmp_path, capsys):
    text = STYLE.read_text(encoding="utf-8")
    path = tmp_path / "x.cxx"
    for content in (text + "}}}\n" * 2000, "{" * 5000 + text, text + "template <class T> T twice(T x) { return x + x; }\n" * 5000, text.replace("  int total = 0;", "  int total = 0;\n" + "  if (nothing) { x = 1; }\n" * 3000)):
        path.write_text(content, encoding="utf-8")
        begun = time.process_time()
        assert run(["import", str(path)]) in (0, 1)
        assert time.process_time() - begun < 5
        assert "Traceback" not in capsys.readouterr().err


def test_functions_that_call_each_other_and_macros_are_no_fault_of_ours(tmp_path, capsys):
    text = STYLE.read_text(encoding="utf-8")
    path = tmp_path / "x.cxx"
    path.write_text(text.replace("  m_good.clear();", "  if (!selectTracks(recEvent, tracks)) return false;\n  m_good.clear();"), encoding="utf-8")
    assert run(["import", str(path)]) == 0
    assert "NOT UNDERSTOOD" in capsys.readouterr().out
    path.write_text(text.replace("fabs(a[0]) < m_rcut", "NEAR(a[0])").replace('#include "KKAlg.h"', "#define NEAR(x) (fabs(x) < 3)"), encoding="utf-8")
    assert run(["import", str(path)]) == 0
    said = capsys.readouterr().out
    assert "vr <" not in "\n".join(line for line in said.splitlines() if not line.lstrip().startswith("#")) and "ngood" not in said


def test_folders_and_a_missing_parser(tmp_path, capsys, monkeypatch):
    assert run(["import", str(tmp_path)]) == 1
    assert run(["import", str(STYLE), "-o", str(tmp_path / "no" / "x.bes")]) == 1
    from dsl4bes.importing import reader

    reader._parser.cache_clear()
    monkeypatch.setitem(sys.modules, "tree_sitter", None)
    capsys.readouterr()
    assert run(["import", str(STYLE)]) == 1
    assert 'pip install "dsl4bes[llm]"' in capsys.readouterr().err
