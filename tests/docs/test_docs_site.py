"""The site: every block, shape, example, command and code has its page and its word; it builds without a broken link, and asks no other machine for anything."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from docs_tools import PAGES, ROOT
from test_cli import clean, cli

from dsl4bes.cli.app import COMMANDS
from dsl4bes.cli.docs_pages import command_pages
from dsl4bes.constructs import registry
from dsl4bes.constructs.shapes import registry as shapes
from dsl4bes.diagnostics import codes
from dsl4bes.docs import assembled, build, generated, programs, shipped


@pytest.fixture(scope="module")
def commands():
    return command_pages()


@pytest.fixture(scope="module")
def sources(commands):
    return assembled.sources(commands)


def test_everything_has_its_page(sources):
    wanted = {f"reference/blocks/{name}.md" for name in registry.load()} | {f"reference/shapes/{name}.md" for name in shapes.load()}
    wanted |= {f"errors/{code}.md" for code in codes.CATALOGUE} | {f"commands/{name}.md" for name in COMMANDS}
    wanted |= {"architecture.md", "contributing.md", "changelog.md", "reference/policy.md", "reference/fragments.md"}
    assert wanted <= set(sources)
    assert not [code for code in codes.CATALOGUE if f"[{code}]({code}.md)" not in sources["errors/index.md"]]


def test_every_example_has_its_page_with_the_whole_program_and_how_to_run_it():
    for name in programs.names():
        page = next((text for path, text in PAGES.items() if path.startswith("selections/") and f"example={name}" in text), None)
        assert page is not None, name
        assert f"example={name}\n```" in page or name == "fits/six_tasks", name
        assert "## Run it" in page and "## What comes out" in page


def test_commands_of_the_examples_are_those_of_their_own_pages(sources):
    for name in programs.names():
        own = programs.FOLDER / name / "README.md"
        if own.is_file():
            lines = [line.strip() for line in own.read_text(encoding="utf-8").splitlines() if line.startswith("    dsl4bes ")]
            assert lines and all(f"$ {line}" in sources[f"selections/{name}.md"] for line in lines)


def test_every_option_of_every_command_is_on_its_page(commands):
    for name in COMMANDS:
        shown = clean(cli(name, "--help")).stdout if name in ("run", "compile", "dataset") else ""
        for option in re.findall(r"^  (?:-\w, )?(--[\w-]+)", shown, re.MULTILINE):
            assert option in commands[f"commands/{name}.md"], (name, option)


def test_words_lead_to_pages_that_are_there(commands, sources):
    words = assembled.words(commands)
    pages = {path.replace(".md", ".html") for path in sources}
    assert {page.partition("#")[0] for page in words.values()} <= pages
    assert words["photons"] == "reference/blocks/photons.html" and words["BES0201"] == words["unknown-block"] == "errors/BES0201.html"
    assert words["run"] == "commands/run.html" and words["fit"] == "reference/blocks/fit.html" and words["dsl4bes fit"] == "commands/fit.html"
    assert words["K_S0"] == words["ks"] and words["recoil"] == "reference/functions.html#recoil"
    anchors = re.findall(r'<a id="([^"]+)"', sources["reference/particles.md"])
    assert len(anchors) == len(set(anchors))


def test_pages_are_found_by_word(tmp_path):
    (tmp_path / build.WORDS).write_text(json.dumps({"photons": "p.html", "photons.energy": "p.html", "BES0201": "e.html", "count": "f.html#count"}))
    for word, page in (("photons", "p.html"), ("event_selection.photons", "p.html"), ("energy", "p.html"), ("bes0201", "e.html"), ("count()", "f.html#count"), ("photon", None), ("pid.energy", None)):
        assert shipped.page_of(word, tmp_path) == page
    (tmp_path / build.WORDS).write_text("{")
    with pytest.raises(build.BuildError, match="damaged"):
        shipped.page_of("photons", tmp_path)


def test_the_key_of_the_site_follows_its_sources(tmp_path, monkeypatch):
    before = build.digest()
    assert build.digest() == before
    other = tmp_path / "examples"
    shutil.copytree(programs.FOLDER / "pid", other / "pid")
    monkeypatch.setattr(programs, "FOLDER", other)
    assert build.digest() != before


def test_without_mkdocs_one_line_says_how(tmp_path, monkeypatch, capsys):
    from dsl4bes.cli.app import run

    monkeypatch.setenv("DSL4BES_CACHE", str(tmp_path))
    monkeypatch.setattr(shipped, "can_build", lambda: False)
    monkeypatch.setattr(build, "can_build", lambda: False)
    for arguments in (["docs"], ["docs", "photons", "--no-browser"], ["docs", "--build", str(tmp_path / "site")]):
        assert run(arguments) == 1
        said = capsys.readouterr()
        assert said.err.count("\n") == 1 and 'pip install "dsl4bes[docs]"' in said.err and not said.out
    assert not list(tmp_path.iterdir())


def test_a_package_without_examples_and_site_says_so(tmp_path, monkeypatch, capsys):
    from dsl4bes.cli.app import run

    pytest.importorskip("material")
    monkeypatch.setattr(programs, "FOLDER", tmp_path / "examples")
    assert run(["docs", "--build", str(tmp_path / "site")]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "came without its documentation" in said and not list(tmp_path.iterdir())


def test_the_lexer_is_known_without_its_entry_point():
    code = (
        "import pygments.lexers as lexers; lexers.find_plugin_lexers = lambda: iter(()); from dsl4bes.docs.build import _know_the_language; "
        "_know_the_language(); print(lexers.get_lexer_by_name('bes').name)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stdout.strip() == "DSL4BES", done.stderr


def test_old_sites_leave_the_cache(tmp_path, monkeypatch):
    import os

    for age, name in enumerate(("site-a", "site-b", "site-c", "site-d")):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    (tmp_path / "toolchain-x.json").write_text("{}")
    monkeypatch.setenv("DSL4BES_CACHE", str(tmp_path))
    monkeypatch.setattr(shipped, "can_build", lambda: True)
    monkeypatch.setattr(shipped, "digest", lambda: "new")
    told: list[str] = []

    def made(folder, commands):
        assert commands == {"commands/x.md": "x"}
        folder.mkdir()
        (folder / "index.html").write_text("x")

    monkeypatch.setattr(shipped, "build", made)
    assert shipped.site(lambda: {"commands/x.md": "x"}, told.append) == tmp_path / "site-new" and len(told) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"site-a", "site-b", "site-new", "toolchain-x.json"}
    assert shipped.site(dict, told.append) == tmp_path / "site-new" and len(told) == 1


def test_a_folder_with_something_in_it_is_not_touched(tmp_path):
    (tmp_path / "mine").write_text("x")
    done = clean(cli("docs", "--build", tmp_path), 1)
    assert "is there already" in done.stderr and [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_link_to_an_empty_folder_gets_the_site(tmp_path, monkeypatch, capsys):
    from dsl4bes.cli.app import run

    built, empty, link = tmp_path / "built", tmp_path / "empty", tmp_path / "link"
    built.mkdir()
    (built / "index.html").write_text("x")
    empty.mkdir()
    link.symlink_to(empty)
    monkeypatch.setattr(shipped, "installed", lambda: built)
    assert run(["docs", "--build", str(link)]) == 0, capsys.readouterr().err
    assert link.is_symlink() and (empty / "index.html").read_text() == "x"


def test_no_page_is_generated_into_the_repository():
    listed = subprocess.run(["git", "ls-files", "dsl4bes/docs"], capture_output=True, text=True, cwd=ROOT, check=False).stdout.split()
    assert not [name for name in listed if name.endswith((".html", ".js.map", ".woff2")) or "/errors/" in name or "/reference/" in name]


# --- the built site ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Built once by the command, as a user would; the answer for words comes from the same cache."""
    pytest.importorskip("material")
    cache = tmp_path_factory.mktemp("cache")
    done = clean(cli("docs", "--no-browser", DSL4BES_CACHE=str(cache)))
    assert "building the documentation" in done.stderr
    folder = next(cache.glob("site-*"))
    assert done.stdout.strip() == (folder / "index.html").as_uri()
    return folder


@pytest.mark.slow
def test_the_site_opens_at_the_page_of_a_word(site):
    for word, page in (("photons", "reference/blocks/photons.html"), ("BES0201", "errors/BES0201.html"), ("recoil", "reference/functions.html#recoil")):
        done = clean(cli("docs", word, "--no-browser", DSL4BES_CACHE=str(site.parent)))
        assert done.stdout.strip() == f"{site.as_uri()}/{page}" and not done.stderr
    assert "did you mean `charged_tracks`?" in clean(cli("docs", "charged_track", DSL4BES_CACHE=str(site.parent)), 1).stderr


@pytest.mark.slow
def test_the_site_asks_no_other_machine(site):
    pages = list(site.rglob("*.html"))
    assert len(pages) > 300
    for path in pages:
        text = path.read_text(encoding="utf-8")
        for tag in re.findall(r"<(?:script|link|img|iframe|source|video|object|embed)\b[^>]*>", text):
            assert not re.search(r"(?:src|href|data)=[\"']?(?:https?:)?//", tag), f"{path.name}: {tag}"
        assert "@import" not in text
    for path in site.rglob("*.css"):
        assert not re.search(r"url\([\"']?(?:https?:)?//|@import", path.read_text(encoding="utf-8")), path
    assert "bes" in (site / "index.html").read_text(encoding="utf-8") and not list(site.rglob("*.woff2"))


@pytest.mark.slow
def test_programs_are_highlighted_and_directives_are_gone(site):
    text = (site / "tutorial.html").read_text(encoding="utf-8")
    assert re.search(r'<span class="nc">event_selection</span>', text)
    for path in [*site.glob("*.html"), *site.glob("howto/*.html"), *site.glob("selections/*.html")]:
        assert not re.search(r"example=|needs=|file=\w+\.bes|error=BES", re.sub(r"<code>[^<]*</code>", "", path.read_text(encoding="utf-8"))), path


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["[x](nowhere.md)", "[x](tutorial.md#nowhere)", "```bes example=nowhere\n```"])
def test_a_fault_of_a_page_is_an_error(fault, tmp_path, monkeypatch):
    pytest.importorskip("material")
    pages = tmp_path / "pages"
    (pages / "assets").mkdir(parents=True)
    (pages / "index.md").write_text(f"# Start\n\n{fault}\n")
    (pages / "tutorial.md").write_text("# Tutorial\n")
    (tmp_path / "site.yml").write_text(re.sub(r"^nav:.*", "nav: [index.md, tutorial.md]\n", build.CONFIGURATION.read_text(), flags=re.DOTALL | re.MULTILINE))
    monkeypatch.setattr(assembled, "PAGES", pages)
    monkeypatch.setattr(build, "CONFIGURATION", tmp_path / "site.yml")
    monkeypatch.setattr(generated, "pages", dict)
    with pytest.raises(build.BuildError, match="nowhere"):
        build.build(tmp_path / "site", {})
    assert not (tmp_path / "site").exists() and not list(tmp_path.glob(".dsl4bes-site-*"))


@pytest.mark.slow
def test_search_works_from_a_disk(site):
    """In a browser without a server: the words of the search field are in the answers."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no chromium here")
    address = f"{(site / 'index.html').as_uri()}?q=isolation_from"
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000", "--dump-dom", address]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False).stdout
    found = re.findall(r'class="md-search-result__link"[^>]*href="([^"]+)"|href="([^"]+)"[^>]*class="md-search-result__link"', shown)
    assert any("photons.html" in "".join(each) for each in found), re.findall(r"md-search-result__meta[^<]*<[^<]*", shown)[:3]
    assert Path(site, "search/search_index.js").is_file()
