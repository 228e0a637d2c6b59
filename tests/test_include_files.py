"""Included files that cannot be included: cycles, deep and many files, strange paths, hostile files, and where files are looked for."""

from __future__ import annotations

import os
import re
import stat

import pytest
from fragment_tools import MAIN, meaning
from front_end import BAD
from hypothesis import given, settings
from hypothesis import strategies as st

import dsl4bes
from dsl4bes.diagnostics.codes import files as codes
from dsl4bes.diagnostics.render import render
from dsl4bes.driver import check_source, compile_source
from dsl4bes.resolve.include import MAX_DEPTH, MAX_FILES
from dsl4bes.source import SourceFile
from dsl4bes.syntax.includes import VARIABLE, Folders, Texts

TRACKS = "parameter vr = 1 cm\nparameter least = 2\n\nevent_selection do\n    charged_tracks do\n        vr < vr\n        ngood >= least\n    end\nend\n"
USE = 'event_selection.require "two", count(good) == 2\n'


def _readable(path) -> bool:
    try:
        return len(path.read_text(encoding="utf-8")) < 5000
    except UnicodeDecodeError:
        return False


def found(text: str, **files: str) -> list:
    """What is said about a program that includes these files (`name` for `name.bes`)."""
    texts = {f"{name}.bes": content for name, content in files.items()}
    return list(check_source(text, MAIN, loader=Texts(texts), verify=True).bag)


def names(text: str, **files: str) -> list[str]:
    return [item.code.name for item in found(text, **files) if item.severity.value != "note"]


def one(text: str, **files: str):
    (item,) = [item for item in found(text, **files) if item.severity.value == "error"]
    return item


# --- cycles, depth, files -----------------------------------------------------------------------------------------------------------


def test_cycles():
    assert one('include "main.bes"\n', main='include "main.bes"\n').code is codes.INCLUDE_CYCLE
    item = one('include "a.bes"\n', a='include "b.bes"\n', b='include "a.bes"\n')
    assert item.code is codes.INCLUDE_CYCLE and item.message == "`a.bes` includes itself through `b.bes`"
    assert str(item.primary.span) == "b.bes:1:1" and [str(label.span) for label in item.related] == ["a.bes:1:1", "main.bes:1:1"]


def test_a_cycle_through_links_is_found(tmp_path):
    (tmp_path / "a.bes").write_text('include "link/a.bes"\n')
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    source = SourceFile(str(tmp_path / "a.bes"), (tmp_path / "a.bes").read_text())
    assert [item.code for item in check_source(source, loader=Folders()).bag] == [codes.INCLUDE_CYCLE]


def test_deep_chains_are_bounded():
    files = {f"f{n}": f'include "f{n + 1}.bes"\n' for n in range(100)}
    assert one('include "f0.bes"\n', **files).code is codes.TOO_MANY_INCLUDES
    short = {f"f{n}": f'include "f{n + 1}.bes"\n' for n in range(MAX_DEPTH - 1)} | {f"f{MAX_DEPTH - 1}": TRACKS}
    assert names('include "f0.bes"\n' + USE, **short) == []


def test_doubling_chains_are_bounded():
    files = {f"f{n}": f'include "f{n + 1}.bes"\n' * 2 for n in range(14)} | {"f14": 'event_selection.require "x", count(good) > 1\n'}
    item = [item for item in found('include "f0.bes"\n', **files) if item.code is codes.TOO_MANY_INCLUDES]
    assert len(item) == 1 and str(MAX_FILES) in item[0].message


def test_large_files_together_are_bounded():
    assert "too-many-includes" in names('include "f.bes"\n' * 10, f="# " + "x" * 15_000 + "\n" + ("# y\n" * 100_000))


@pytest.mark.parametrize(
    "path",
    ["", " ", "x", "x.txt", "/etc/passwd", "/dev/zero", ".bes", "a/.bes", "x" * 2000 + ".bes", "a\tb.bes", "..", "/", "x.bes/", "\x7f.bes", "besiii"],
)
def test_paths_that_are_no_fragments(path):
    assert one(f'include "{path}"\n').code.name in ("bad-include", "unexpected-text", "strange-character", "binary-file")


def test_nul_and_line_ends_in_a_path():
    """No text of a program can hold them, but a tree made by a program can."""
    from dsl4bes.syntax.includes import fault_of

    assert fault_of("a\0b.bes") and fault_of("a\nb.bes") and not fault_of("é/共振态.bes")
    assert check_source('include "a\0b.bes"\n', loader=Folders()).bag.has_errors


def test_missing_files_name_near_ones(tmp_path):
    (tmp_path / "cuts").mkdir()
    (tmp_path / "cuts" / "tracks.bes").write_text(TRACKS)
    source = SourceFile(str(tmp_path / "main.bes"), 'include "cuts/track.bes"\n')
    (item,) = check_source(source, loader=Folders()).bag
    assert item.code is codes.FRAGMENT_NOT_FOUND and item.help == 'did you mean `include "cuts/tracks.bes"`?'
    (item,) = found('include "standard_tracks.bes"\n')
    assert item.help == 'did you mean `include "besiii/standard_tracks.bes"`?'
    (item,) = found('include "nothing_like_it.bes"\n')
    assert "-I" in item.help and VARIABLE in item.help


def test_hostile_files(tmp_path):
    (tmp_path / "folder.bes").mkdir()
    os.mkfifo(tmp_path / "pipe.bes")
    (tmp_path / "device.bes").symlink_to("/dev/zero")
    (tmp_path / "dangling.bes").symlink_to(tmp_path / "nowhere.bes")
    (tmp_path / "loop.bes").symlink_to(tmp_path / "loop.bes")
    (tmp_path / "large.bes").write_bytes(b"# x\n" * 2_600_000)
    (tmp_path / "binary.bes").write_bytes(bytes(range(256)) * 10)
    (tmp_path / "latin.bes").write_bytes(b"# \xe9\n")
    (tmp_path / "utf16.bes").write_bytes("let a = 1".encode("utf-16"))
    (tmp_path / "secret.bes").write_text(TRACKS)
    os.chmod(tmp_path / "secret.bes", 0)
    (tmp_path / "empty.bes").write_text("")
    expected = {
        "folder": "file-not-readable", "pipe": "file-not-readable", "device": "file-not-readable", "dangling": "file-not-readable",
        "loop": "file-not-readable", "large": "file-too-large", "binary": "binary-file", "latin": "not-utf8", "utf16": "not-utf8",
        "secret": "file-not-readable", "empty": "empty-program",
    }  # fmt: skip
    for name, code in expected.items():
        if name == "secret" and os.access(tmp_path / "secret.bes", os.R_OK):
            continue  # an administrator reads everything
        source = SourceFile(str(tmp_path / "main.bes"), f'{USE}include "{name}.bes"\n')
        bag = check_source(source, loader=Folders()).bag
        faults = [item for item in bag if item.severity.value != "note"]
        assert [item.code.name for item in faults] == [code], name
        shown = render(bag)
        assert "main.bes:2:" in shown, name
    assert stat.S_ISFIFO(os.stat(tmp_path / "pipe.bes").st_mode)


@settings(max_examples=150)
@given(st.text(max_size=30) | st.sampled_from(("../", "~/x.bes", "$HOME/x.bes", "x.bes\\", "http://a/b.bes", "a\u202e.bes", "a" * 300 + ".bes")))
def test_any_path_ends_in_a_diagnostic(path):
    text = "".join(c for c in path if c not in '"\r\n')
    bag = check_source(f'include "{text}"\n', "main.bes", loader=Folders()).bag
    assert bag.has_errors and render(bag) and render(bag, "sarif")


@settings(max_examples=150)
@given(st.text(max_size=60) | st.sampled_from([path.read_text(encoding="utf-8") for path in BAD if _readable(path)]), st.booleans())
def test_any_included_text_ends_in_diagnostics_with_both_places(text, inside):
    line = 'include "f.bes", x: 1\n'
    main = f"event_selection do\n    {line}end\n" if inside else line
    bag = compile_source(main, MAIN, loader=Texts({"f.bes": text}), verify=True).bag
    for item in bag:
        if item.primary is not None and item.primary.span.file.name == "f.bes":
            assert any(label.span.file.name == MAIN for label in item.related), item
    assert all(render(bag, format) for format in ("full", "concise", "json", "sarif", "github")) or not len(bag)


def test_search_order(tmp_path, monkeypatch):
    def fragment(folder, number):
        (tmp_path / folder / "besiii").mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "besiii" / "standard_tracks.bes").write_text(TRACKS.replace("1 cm", f"{number} cm"))

    text = 'include "besiii/standard_tracks.bes"\n' + USE
    (tmp_path / "own").mkdir()
    program = tmp_path / "own" / "main.bes"
    monkeypatch.setenv(VARIABLE, os.pathsep.join((str(tmp_path / "env"), str(tmp_path / "env2"))))

    def vr() -> str:
        from dsl4bes.cli.files import loader

        made = check_source(SourceFile(str(program), text), loader=loader([str(tmp_path / "flag")]))
        return re.search(r"charged_tracks.vr = (\S+)", meaning(made))[1]

    for folder, number in (("", 1), ("env2", 5), ("env", 4), ("flag", 3), ("own", 2)):
        if folder:
            fragment(folder, number)
        assert vr() == f"{number}.0"


def test_absolute_and_upward_paths(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "t.bes").write_text(TRACKS)
    for path in ("../t.bes", str(tmp_path / "t.bes"), "../a/../t.bes"):
        source = SourceFile(str(tmp_path / "a" / "main.bes"), f'include "{path}"\n{USE}')
        assert check_source(source, loader=Folders()).ok


def test_the_library_reads_no_file_unless_it_is_told_a_folder(tmp_path):
    (tmp_path / "t.bes").write_text(TRACKS)
    text = f'include "t.bes"\n{USE}'
    assert dsl4bes.check(text).has_errors
    assert dsl4bes.check(text, str(tmp_path / "main.bes")).has_errors
    assert dsl4bes.check(f'include "{tmp_path}/t.bes"\n').has_errors
    assert not dsl4bes.check(text, base=str(tmp_path)).has_errors
    assert not dsl4bes.check(text, loader=Texts({"t.bes": TRACKS})).has_errors
    files = dsl4bes.compile(text, base=str(tmp_path))
    assert files == dsl4bes.compile(text, loader=Texts({"t.bes": TRACKS}))
    assert dsl4bes.fmt(text) == text
