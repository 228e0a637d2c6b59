"""The extension for VS Code: its grammar against the lexer, its snippets as programs, its package."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pygments.token import Comment, Keyword, Name, Number, String

import dsl4bes
from dsl4bes.syntax.highlight import BesLexer

ROOT = Path(__file__).parents[2]
EXTENSION = ROOT / "dsl4bes/editors/vscode"
#: What both must agree about: token of the lexer, scope of the grammar (the first that fits).
PARTS = ((Comment, "comment."), (String.Symbol, "constant.other.symbol"), (String, "string."), (Name.Class, "entity.name.type."), (Number, "constant.numeric"), (Keyword.Declaration, "keyword.declaration"))


def test_snippets_as_they_stand_are_programs():
    snippets = json.loads((EXTENSION / "snippets/bes.json").read_text())
    assert len(snippets) > 80
    assert sum("${1:" in "\n".join(each["body"]) for each in snippets.values()) > 60
    for name, each in snippets.items():
        text = re.sub(r"\$\{\d+:([^}]*)\}", r"\1", "\n".join(each["body"])).replace("\\$", "$").replace("\\}", "}").replace("\\\\", "\\")
        bag = dsl4bes.check(text + "\n")
        assert not [item.message for item in bag if item.code.id.startswith(("BES01", "BES02"))], name


def test_manifest_names_files_that_are_there():
    manifest = json.loads((EXTENSION / "package.json").read_text())
    for name in (manifest["main"], *(each for each in manifest["files"] if "node_modules" not in each), *(each["path"] for key in ("grammars", "snippets") for each in manifest["contributes"][key])):
        assert (EXTENSION / name).exists(), name
    lock = json.loads((EXTENSION / "package-lock.json").read_text())
    assert not [name for name, each in lock["packages"].items() if "resolved" in each] and len(lock["packages"]) > 5  # npm asks the registry of whoever installs


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The extension with its modules, beside the checkout."""
    if shutil.which("npm") is None:
        pytest.skip("no npm here")
    folder = tmp_path_factory.mktemp("vscode") / "extension"
    shutil.copytree(EXTENSION, folder, ignore=shutil.ignore_patterns("node_modules", "*.vsix"))
    done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode and re.search("ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|network", done.stderr):
        pytest.skip("npm reaches no registry")
    assert done.returncode == 0, done.stderr
    return folder


def _part_of_lexer(kind):
    return next((name for token, name in PARTS if kind in token), "")


def _part_of_grammar(scopes):
    return next((name for name in ("comment.", "constant.other.symbol", "string.", "entity.name.type.", "constant.numeric", "keyword.declaration") if name in scopes), "")


@pytest.mark.slow
def test_grammar_and_lexer_agree_on_all_programs(copy):
    paths = sorted([*(ROOT / "examples").glob("*/*.bes"), *(ROOT / "tests/corpus/good").rglob("*.bes")])
    texts = [path.read_text(encoding="utf-8") for path in paths]
    given = {"grammar": str(EXTENSION / "syntaxes/bes.tmLanguage.json"), "modules": str(copy / "node_modules"), "texts": texts}
    done = subprocess.run(["node", str(Path(__file__).with_name("tokenise.js"))], input=json.dumps(given), capture_output=True, text=True, check=True, timeout=120)
    lexer = BesLexer(stripnl=False, ensurenl=False)
    seen = set()
    for path, text, lines in zip(paths, texts, json.loads(done.stdout), strict=True):
        starts = [0]
        for line in text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        theirs = [""] * (len(text) + 2)
        for number, tokens in enumerate(lines):
            for start, end, scopes in tokens:
                for i in range(start, end):
                    theirs[starts[number] + i] = _part_of_grammar(scopes)
        for at, kind, value in lexer.get_tokens_unprocessed(text):
            for i, letter in enumerate(value, at):
                if letter.strip():
                    assert _part_of_lexer(kind) == theirs[i], f"{path.name}: {text[i - 20 : i + 20]!r} {kind} {theirs[i]}"
                    seen.add(theirs[i])
    assert len(seen) == len(PARTS) + 1


@pytest.mark.slow
def test_extension_packages(copy):
    done = subprocess.run(["npx", "vsce", "package", "--skip-license", "--allow-missing-repository"], cwd=copy, capture_output=True, text=True, check=False, timeout=300, env={**os.environ, "CI": "1"})
    assert done.returncode == 0, done.stdout + done.stderr
    import zipfile

    names = zipfile.ZipFile(copy / "dsl4bes-0.1.0.vsix").namelist()
    assert "extension/extension.js" in names and "extension/syntaxes/bes.tmLanguage.json" in names
    assert "extension/node_modules/vscode-languageclient/node.js" in names
