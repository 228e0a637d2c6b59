"""The catalogue of diagnostics: each code has a page whose examples hold, and a bad program that yields it; both ways."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from front_end import BAD, CORPUS, MADE, ROOT, faults

from dsl4bes.diagnostics.codes import CATALOGUE, MODULES, find, internal
from dsl4bes.diagnostics.model import Bag, Code
from dsl4bes.diagnostics.pages import FOLDER, page
from dsl4bes.driver import check_source
from dsl4bes.source import SourceFile
from dsl4bes.syntax.reader import decode, read_source

# Codes that no program can cause: they belong to the system or to the compiler itself, and other tests cause them.
WITHOUT_PROGRAM = {code for code in CATALOGUE if code.startswith(("BES05", "BES07", "BES9"))} - {"BES0701"}
# Codes whose example would be too large for a page.
WITHOUT_EXAMPLE = WITHOUT_PROGRAM | {"BES0105", "BES0147"}

FENCE = re.compile(r"^```(bes(?: escaped)?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def codes_of_file(path):
    bag = Bag()
    source = read_source(path, bag)
    found = [item.code.id for item in bag]
    if source is not None:
        found += [item.code.id for item in check_source(source).bag]
    return found


def codes_of_text(kind, text):
    """The codes of a page's example; an escaped one is bytes."""
    bag = Bag()
    if kind == "bes":
        source = SourceFile("<page>", text)
    else:
        shown = text.encode("ascii").decode("unicode_escape")
        as_bytes = shown.encode("latin-1") if "\\x" in text else shown.encode("utf-8")
        source = decode("<page>", as_bytes, bag)
    found = [item.code.id for item in bag]
    if source is not None:
        found += [item.code.id for item in check_source(source).bag]
    return found


@pytest.mark.parametrize("code", CATALOGUE.values(), ids=lambda code: code.id)
def test_code_is_well_named(code):
    prefix, module = next((prefix, module) for prefix, module in MODULES if code.id.startswith(prefix))
    constant = code.name.replace("-", "_").upper()
    assert getattr(module, constant) is code, f"{code.id} is not {module.__name__}.{constant}"
    assert re.fullmatch(r"BES\d{4}", code.id)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code.name)
    assert code.summary and not code.summary.endswith(".") and not code.summary[0].isupper()
    assert prefix in code.id


def test_names_are_unique():
    names = [code.name for code in CATALOGUE.values()]
    assert len(names) == len(set(names))


def test_there_are_at_least_forty():
    assert len(CATALOGUE) >= 40


@pytest.mark.parametrize("code", CATALOGUE.values(), ids=lambda code: code.id)
def test_code_has_a_page(code):
    text = page(code)
    assert text.startswith(f"# {code.id} {code.name}\n"), f"no page {FOLDER.name}/{code.id}.md with its title"
    assert len(text.split()) > 20
    if code.id not in WITHOUT_EXAMPLE:
        assert "## Example" in text and "## Use instead" in text


@pytest.mark.parametrize("code", sorted(set(CATALOGUE) - WITHOUT_EXAMPLE))
def test_examples_of_the_page_hold(code):
    text = page(CATALOGUE[code])
    before, _, instead = text.partition("## Use instead")
    shown = FENCE.findall(before)
    assert shown and all(code in codes_of_text(*example) for example in shown)
    better = FENCE.findall(instead)
    assert better and not any(code in codes_of_text(*example) for example in better)


def test_pages_have_codes():
    assert {path.stem for path in FOLDER.glob("*.md")} <= set(CATALOGUE)


@pytest.mark.parametrize("code", sorted(set(CATALOGUE) - WITHOUT_PROGRAM))
def test_code_has_a_bad_program(code):
    assert any(path.name.startswith(code + "_") for path in BAD) or any(
        name.startswith(code) for name in MADE
    )


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_program_yields_its_code(path):
    code = path.name.split("_")[0]
    assert code in CATALOGUE, f"{path.name} is named after a code that does not exist"
    assert code in codes_of_file(path)


@pytest.mark.parametrize("name", MADE)
def test_made_program_yields_its_code(name):
    assert faults(MADE[name]) == [name.split("_")[0]]


def test_codes_are_found_by_number_and_name():
    assert find("bes0115") is find("unclosed-string") is CATALOGUE["BES0115"]
    assert find("nothing") is None


def test_codes_are_used():
    """A code that no module uses is a promise nobody keeps. (BES9001 is written without imports, in the last handler.)"""
    written: set[str] = set()
    for path in (ROOT / "dsl4bes").rglob("*.py"):
        if "diagnostics/codes" not in path.as_posix():
            written.update(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    unused = []
    for _, module in MODULES:
        for name, value in vars(module).items():
            if (
                isinstance(value, Code)
                and value is not internal.INTERNAL_ERROR
                and name not in written
            ):
                unused.append(f"{value.id} {name}")
    assert not unused


def test_corpus_has_no_stray_files():
    assert {path.suffix for path in (*CORPUS.glob("good/*"), *CORPUS.glob("bad/*"))} <= {
        ".bes",
        ".txt",
        ".py",
    }


def test_front_end_starts_without_the_heavy_modules():
    code = (
        "import sys; from dsl4bes.syntax.parser import parse; from dsl4bes.source import SourceFile;"
        "from dsl4bes.diagnostics.model import Bag; parse(SourceFile('x', 'vr < 1 cm'), Bag());"
        "heavy = {'lark', 'numpy', 'pydantic', 'rich', 'typer', 'unicodedata', 'json'} & set(sys.modules);"
        "print(sorted(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n", done.stderr
