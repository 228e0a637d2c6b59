"""Included files on the command line: every command finds them, `--fix` leaves them alone, formats name them."""

from __future__ import annotations

import io
import json
import os

import pytest

from dsl4bes.cli.app import run
from dsl4bes.cli.declare import Command, Parameter, read_plainly

TRACKS = "parameter vr = 1 cm\n\nevent_selection.charged_tracks do\n    vr < vr\n    ngood == 2\nend\n"
USE = 'event_selection.require "two", count(good) == 2 and any(p(good) > 1 GeV)\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A program, and a fragment in a folder of the group."""
    (tmp_path / "group").mkdir()
    (tmp_path / "group" / "tracks.bes").write_text(TRACKS)
    (tmp_path / "main.bes").write_text('include "tracks.bes", vr: 5 mm\n' + USE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DSL4BES_INCLUDE", raising=False)
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        ["check"], ["compile", "-o", "out"], ["compile", "--fragment"], ["plan", "-o", "out"], ["dump", "--stage", "ir"], ["dump", "--stage", "text"],
    ],
)  # fmt: skip
def test_every_command_finds_included_files(folder, capsys, monkeypatch, command):
    given = [command[0], "main.bes", *command[1:]]
    if command[0] == "check":
        assert run(given) == 1
    else:
        assert run(given) == 1 and "BES0520" in capsys.readouterr().err
    assert run([*given, "-I", "nowhere", "-I", "group"]) == 0
    assert run([*given, "--include=group"]) == 0
    monkeypatch.setenv("DSL4BES_INCLUDE", os.pathsep.join(("nowhere", "group")))
    assert run(given) == 0


def test_the_standard_input_includes_from_here(folder, capsys, monkeypatch):
    text = (folder / "main.bes").read_text().replace("tracks.bes", "group/tracks.bes")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert run(["check", "-"]) == 0, capsys.readouterr().out


def test_fix_leaves_fragments_alone_and_says_so(folder, capsys):
    (folder / "group" / "tracks.bes").write_text(TRACKS.replace("ngood", "ngoood"))
    (folder / "main.bes").write_text('include "group/tracks.bes", vrr: 5 mm\n' + USE)
    before = (folder / "group" / "tracks.bes").read_text()
    assert run(["check", "--fix", "main.bes"]) == 1
    shown = capsys.readouterr().out
    assert (folder / "group" / "tracks.bes").read_text() == before
    assert "vr: 5 mm" in (folder / "main.bes").read_text()
    assert "mended 1 place" in shown
    assert "left alone: group/tracks.bes is included and was not named; to mend it: dsl4bes check --fix group/tracks.bes" in shown
    assert run(["check", "--fix", "group/tracks.bes", "main.bes"]) == 0
    assert (folder / "group" / "tracks.bes").read_text() == TRACKS


def test_fix_of_an_argument_that_is_used_twice_goes_in_once(folder):
    (folder / "group" / "two.bes").write_text(
        "parameter which = :good\nevent_selection do\n    charged_tracks(:a) do\n        from which\n        na >= 1\n    end\n"
        "    charged_tracks(:b) do\n        from which\n        nb >= 1\n    end\nend\n"
    )
    (folder / "main.bes").write_text('event_selection.charged_tracks do\n    vr < 1 cm\nend\ninclude "group/two.bes", which: goodd\n')
    assert run(["check", "--fix", "main.bes"]) == 0
    assert (folder / "main.bes").read_text().endswith('include "group/two.bes", which: good\n')


def test_formats_name_the_file_of_the_fault_and_the_include(folder, capsys):
    (folder / "group" / "tracks.bes").write_text(TRACKS.replace("vr < vr", "vr < 1 GeV"))
    (folder / "main.bes").write_text('include "group/tracks.bes"\n' + USE)
    assert run(["check", "main.bes", "--format", "json"]) == 1
    found = [item for item in json.loads(capsys.readouterr().out) if item["severity"] == "error"]
    assert [item["place"]["file"] for item in found] == ["group/tracks.bes"]
    assert found[0]["related"] == [{"place": found[0]["related"][0]["place"], "label": "included here"}]
    assert found[0]["related"][0]["place"]["file"] == "main.bes" and found[0]["related"][0]["place"]["line"] == 1
    assert run(["check", "main.bes", "--format", "sarif"]) == 1
    (result,) = [each for each in json.loads(capsys.readouterr().out)["runs"][0]["results"] if each["level"] == "error"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "group/tracks.bes"
    assert result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "main.bes"
    assert run(["check", "main.bes", "--format", "github"]) == 1
    assert "file=group/tracks.bes,line=4" in (shown := capsys.readouterr().out) and "(included at main.bes:1:1)" in shown


def test_a_fragment_is_checked_and_formatted_alone(folder, capsys):
    assert run(["check", "--strict", "group/tracks.bes"]) == 0
    assert run(["fmt", "--check", "group", "main.bes"]) == 0
    (folder / "group" / "tracks.bes").write_text("parameter   vr=1 cm\n" + TRACKS.partition("\n")[2])
    assert run(["fmt", "group"]) == 0
    assert (folder / "group" / "tracks.bes").read_text() == TRACKS
    capsys.readouterr()


def test_faults_in_shipped_fragments_are_put_at_the_include_on_github(capsys, folder):
    (folder / "main.bes").write_text('include "besiii/standard_tracks.bes"\ninclude "besiii/standard_tracks.bes"\n' + USE)
    assert run(["check", "main.bes", "--format", "github"]) == 1
    shown = capsys.readouterr().out
    assert shown.startswith("::error file=main.bes,line=2,") and "(in <dsl4bes>/besiii/standard_tracks.bes:8:1)" in shown


def test_include_inside_a_block_is_told_where_it_stands(capsys, folder):
    (folder / "main.bes").write_text('event_selection.charged_tracks do\n    include "group/tracks.bes"\nend\n')
    assert run(["check", "main.bes"]) == 1
    assert "`include` stands between blocks" in capsys.readouterr().out


def test_explain_shows_a_shipped_fragment(capsys):
    assert run(["explain", "besiii/standard_tracks.bes"]) == 0
    assert "parameter vz = 10 cm" in capsys.readouterr().out
    assert run(["explain", "besiii/none.bes"]) == 1


def test_explain(capsys):
    assert run(["explain", "include", "parameter", "BES0520", "BES0526"]) == 0
    shown = capsys.readouterr().out
    assert "besiii/standard_photons.bes" in shown and "DSL4BES_INCLUDE" in shown and "parameter vr, example: 1 cm" in shown


def test_repeated_options_are_read_plainly():
    command = Command("x", "", (Parameter("file"), Parameter("include", ("-I", "--include"), ())), lambda **_: 0)
    assert read_plainly(command, ["-I", "a", "m.bes", "--include=b"]) == {"file": "m.bes", "include": ("a", "b")}
    assert read_plainly(command, ["m.bes"]) == {"file": "m.bes", "include": ()}
    assert read_plainly(command, ["m.bes", "-I"]) is None
