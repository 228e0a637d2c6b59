"""`dsl4bes editor`, the files of Vim in a real Vim, those of Emacs by their brackets."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from dsl4bes import editors
from dsl4bes.cli.app import run
from dsl4bes.cli.editor import EDITORS

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path


@pytest.mark.parametrize("name", ["vim", "neovim", "emacs"])
def test_files_are_installed_and_a_users_file_stays(home, capsys, name):
    assert run(["editor", name]) == 0 and not list(home.iterdir())
    assert run(["editor", name, "--install"]) == 0 and run(["editor", name, "--install"]) == 0
    setup = editors.setups()[name]
    mine = setup.folder / next(iter(setup.files.values()))
    mine.write_text("mine")
    assert run(["editor", name, "--install"]) == 1 and mine.read_text() == "mine"
    assert "nothing was written" in capsys.readouterr().err
    assert run(["editor", name, "--install", "--force"]) == 0 and mine.read_text() != "mine"


def test_unknown_editors_are_said(capsys):
    assert set(EDITORS) == set(editors.setups())
    assert run(["editor", "ed"]) == 2 and "vim" in capsys.readouterr().err
    assert run(["editor", "vscode", "--install"]) == 1


@pytest.mark.skipif(shutil.which("vim") is None, reason="no vim here")
def test_vim_colours_and_indents(home):
    assert run(["editor", "vim", "--install"]) == 0
    program = ROOT / "examples/rhopi/rhopi.bes"
    asked = {"charged_tracks": "besBlock", "ngood": "besField", "22 ": "besNumber", "mrad": "besUnit", "J/psi": "besParticle", ":pip": "besSymbol", "# pi0": "besComment", "helicity": "besBuiltin"}
    script = home / "ask.vim"
    lines = ["filetype plugin indent on", "syntax on", f"edit {program}", "let out = [&filetype]"]
    for word in asked:
        lines += ["call cursor(1, 1)", f"call search('{word}', 'cW')", "call add(out, synIDattr(synID(line('.'), col('.'), 1), 'name'))"]
    lines += ["normal gg=G", "call extend(out, getline(1, '$'))", f"call writefile(out, '{home}/out')", "qa!"]
    script.write_text("\n".join(lines) + "\n")
    subprocess.run(["vim", "-N", "-u", "NONE", "-es", "-S", str(script)], stdin=subprocess.DEVNULL, timeout=30, check=False)
    found = (home / "out").read_text().split("\n")
    assert found[0] == "bes" and found[1 : 1 + len(asked)] == list(asked.values())
    assert "\n".join(found[1 + len(asked) :]) == program.read_text()  # formatted already: indentation keeps it


def test_emacs_files_have_balanced_brackets():
    for path in sorted((editors.ROOT / "emacs").glob("*.el")):
        depth, text, i = 0, path.read_text(), 0
        while i < len(text):
            letter = text[i]
            if letter == ";":
                i = text.index("\n", i)
            elif letter == "?":
                i += 2 if text[i + 1] == "\\" else 1
            elif letter == '"':
                i += 1
                while text[i] != '"':
                    i += 2 if text[i] == "\\" else 1
            depth += (letter == "(") - (letter == ")")
            assert depth >= 0, path.name
            i += 1
        assert depth == 0, path.name
