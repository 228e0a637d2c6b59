"""The code on the pages of the documentation: programs check, wrong ones are wrong as said, commands print what is shown, Python runs."""

from __future__ import annotations

import os
import re
import runpy
import shlex
import sys

import pytest
from docs_tools import PAGES, ROOT, Shell, commands, fences_of, matches, program, slow

from dsl4bes.diagnostics.model import Severity
from dsl4bes.docs import programs
from dsl4bes.docs.fences import fences, parsed_info, rewritten
from dsl4bes.driver import check_source
from dsl4bes.syntax.includes import Folders

LANGUAGES = {"bes", "console", "python", "cpp", "sh", "text", "toml", "ini"}
OPTIONS = {"example", "block", "in", "after", "error", "warning", "file", "append", "needs", "norun"}
BES = [(page, fence) for page in PAGES for fence in fences_of(page, "bes")]
CONSOLE = [page for page in PAGES if any(fence.language in ("console", "python") and "example" not in fence.options for fence in fences(PAGES[page]))]


def named(value):
    return f"{value[0]}:{value[1].line}" if isinstance(value, tuple) else None


@pytest.mark.parametrize("page", PAGES)
def test_fences_have_known_languages_and_options(page):
    for fence in fences(PAGES[page]):
        assert fence.language in LANGUAGES, f"{page}:{fence.line}"
        assert set(fence.options) <= OPTIONS, f"{page}:{fence.line}"
        if "example" in fence.options:
            assert programs.shown(fence).strip() and not fence.code.strip()
        if fence.language == "cpp":
            assert "example" in fence.options, f"{page}:{fence.line}: C++ is taken from the compiler"


@pytest.mark.parametrize("which", BES, ids=named)
def test_programs_check(which, tmp_path):
    page, fence = which
    if "block" in fence.options:
        return  # a part of a program that stands whole in `examples/`, which other tests check
    for each in fences(PAGES[page]):
        if "file" in each.options:
            (tmp_path / each.options["file"]).write_text(program(each) if each.language == "bes" else each.code, encoding="utf-8")
    base = programs.example_path(fence.options["example"]).parent if "example" in fence.options else tmp_path
    bag = check_source(program(fence), "page.bes", loader=Folders(str(base))).bag
    found = {item.code.id for item in bag if item.severity is Severity.ERROR}
    if "error" in fence.options:
        assert fence.options["error"] in found, f"{page}:{fence.line}: {found}"
    else:
        assert not found, f"{page}:{fence.line}: {[(item.code.id, item.message) for item in bag]}"
    if "warning" in fence.options:
        assert fence.options["warning"] in {item.code.id for item in bag}


def run_page(page, folder):
    """Every command and every piece of Python of a page, in order, in one folder."""
    (folder / "examples").symlink_to(ROOT / "examples")
    shell = Shell(folder)
    for fence in fences(PAGES[page]):
        if "file" in fence.options:
            (folder / fence.options["file"]).write_text(program(fence) if fence.language == "bes" else fence.code, encoding="utf-8")
        if "append" in fence.options:
            with (folder / fence.options["append"]).open("a", encoding="utf-8") as stream:
                stream.write(f"\n{fence.code}")
        if fence.language == "python" and "norun" not in fence.options:
            run_python(fence, folder)
        if fence.language == "console" and "example" not in fence.options and available(fence.options.get("needs", "")):
            for command in commands(fence):
                printed = shell.run(command.line)
                assert matches(command.shown, printed), f"{page}:{fence.line}: {command.line}\n{printed}"
        if fence.language == "console" and "example" not in fence.options:
            assert shell.status == 0, f"{page}:{fence.line}: the last command ended with {shell.status}"


def available(needs):
    """What a fence needs of the machine: the ten events, ROOT, a sandbox."""
    if needs == "sample":
        from dsl4bes.events.sample import SampleError, sample_path

        try:
            return bool(sample_path())
        except SampleError:
            return False
    if needs == "root":
        from dsl4bes.root.find import find_root
        from dsl4bes.unknown.trouble import Trouble

        try:
            return bool(find_root())
        except Trouble:
            return False
    if needs == "sandbox":
        from dsl4bes.unknown.sandbox.means import available as means

        return bool(means()[0])
    assert not needs, needs
    return True


def run_python(fence, folder):
    """A piece of Python; lines behind `# prints` are what it prints."""
    import contextlib
    import io

    path, before, out = folder / "piece.py", os.getcwd(), io.StringIO()
    path.write_text(fence.code, encoding="utf-8")
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(out):
            runpy.run_path(str(path))
    finally:
        os.chdir(before)
    shown = re.findall(r"^# prints: ?(.*)$", fence.code, re.MULTILINE)
    assert matches("".join(f"{line}\n" for line in shown), out.getvalue()), out.getvalue()


@pytest.mark.parametrize("page", [page for page in CONSOLE if not slow(page)])
def test_commands_print_what_is_shown(page, tmp_path):
    pytest.importorskip("numpy")
    run_page(page, tmp_path)


@pytest.mark.slow
@pytest.mark.cpp
@pytest.mark.parametrize("page", [page for page in CONSOLE if slow(page) and not page.startswith("zh/")])
def test_longer_commands_print_what_is_shown(page, tmp_path):
    pytest.importorskip("pybes3")
    run_page(page, tmp_path)


def test_the_tutorials_have_the_same_sections_programs_and_numbers():
    english, chinese = PAGES["tutorial.md"], PAGES["zh/tutorial.md"]
    same = [[(fence.language, fence.options, fence.code) for fence in fences(text)] for text in (english, chinese)]
    assert same[0] == same[1]
    heads = [[(line.count("#", 0, 4), re.findall(r"\d+", line)) for line in plain(text).splitlines() if line.startswith("#")] for text in (english, chinese)]
    assert heads[0] == heads[1]
    codes = [re.findall(r"`([^`\n]+)`", plain(text)) for text in (english, chinese)]
    assert sorted(codes[0]) == sorted(codes[1])
    numbers = [sorted(re.findall(r"(?<![\w.])\d+(?:\.\d+)*", re.sub(r"`[^`\n]+`", "", plain(text)))) for text in (english, chinese)]
    assert numbers[0] == numbers[1]


def plain(text):
    """A page without its code and comments."""
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", PAGES)
def test_commands_that_are_not_run_exist(page):
    """```sh fences hold what cannot be run here; their `dsl4bes` commands and options exist all the same."""
    from dsl4bes.cli.app import COMMANDS, _typer_command

    for fence in fences_of(page, "sh"):
        for line in fence.code.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] != ["dsl4bes"]:
                continue
            assert words[1] in COMMANDS, line
            command = _typer_command([words[1]]).commands[words[1]]
            command = command.commands[words[2]] if hasattr(command, "commands") else command
            known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
            given = {word.split("=")[0] for word in words[2:] if word.startswith("-") and len(word) > 1 and not word[1:2].isdigit()}
            assert given <= known | {"--"}, f"{line}: {given - known}"


def test_fences_are_read_with_their_options():
    text = 'a\n\n  ```bes error=BES0201 file="a b.bes"\n  x do\n    y\n  ```\n\n```console\n$ ls\n```'
    first, second = fences(text)
    assert first.options == {"error": "BES0201", "file": "a b.bes"} and first.code == "x do\n  y\n" and first.line == 3
    assert (second.language, second.code) == ("console", "$ ls\n")
    assert rewritten(text, lambda fence: fence.code) == text.replace(' error=BES0201 file="a b.bes"', "")
    assert parsed_info("") == ("", {})
    with pytest.raises(ValueError, match="line 2: a fence that is never closed"):
        fences("a\n```bes\nb")


def test_output_is_compared_with_gaps():
    assert matches("a\n...\nz 1 (...)\n", "a\nb\nc\nz 1 (0.3 s)  \n") and matches("...\n", "") and matches("", "")
    assert not matches("a\n...\n", "b\na\n") and not matches("a\n", "a\nb\n") and not matches("", "a\n")


def test_parts_of_programs_are_found_and_what_is_not_there_is_said():
    text = programs.example("rhopi")
    assert programs.part(text, "kinematic_fit(:fit4c)").startswith("kinematic_fit(:fit4c) do\n    decay ")
    assert programs.part(text, "photons").count("\n") == 5
    for call in (lambda: programs.part(text, "photon"), lambda: programs.example("nowhere"), lambda: programs.framed("", "nowhere"), lambda: programs.method(text, "nowhere", "x.bes")):
        with pytest.raises(programs.NoSuchProgram, match=r"nowhere|photon"):
            call()
    assert "bool RhoPi::photons" in programs.method(text, "photons", "rhopi.bes")
    assert sys.modules["dsl4bes.docs.programs"] is programs
