"""`dsl4bes repl` without a terminal: how entries change a program, and what its commands do to files."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from test_cli import clean, cli

from dsl4bes.cli.repl import interrupts
from dsl4bes.cli.repl.commands import COMMANDS
from dsl4bes.cli.repl.interrupts import held
from dsl4bes.cli.repl.loading import events_of
from dsl4bes.cli.repl.loop import Loop
from dsl4bes.cli.repl.offers import offers
from dsl4bes.cli.repl.program import pieces, with_entry, without
from dsl4bes.cli.repl.reader import depth
from dsl4bes.cli.repl.session import Session
from dsl4bes.driver import check_source
from dsl4bes.preview.session import NOT_COUNTED
from dsl4bes.run.errors import RunError
from dsl4bes.source import SourceFile

RHOPI = (Path(__file__).resolve().parents[1] / "examples/rhopi/rhopi.bes").read_text()
PHOTONS = "photons do\n    energy > 50 MeV\n    ngam >= 2\nend\n"


def names(text):
    return [piece.name for piece in pieces(text)]


def test_an_entry_takes_the_place_of_the_block_of_its_name():
    changed = with_entry(RHOPI, PHOTONS)
    assert changed.replaced == ("photons",) and names(changed.text) == names(RHOPI)
    assert "    photons do\n        energy > 50 MeV\n        ngam >= 2\n    end\n" in changed.text and "> 40 MeV" not in changed.text
    again = with_entry(changed.text, 'histogram("m_gg") do\n    fill fit4c.chi2\n    bins 10, 0..100\nend')
    assert again.replaced == ('histogram "m_gg"',) and check_source(again.text).ok


def test_what_is_new_goes_to_the_end_and_into_the_selection():
    text = with_entry(with_entry("", PHOTONS).text, 'require "few", count(gam) < 9').text
    assert text == "event_selection." + PHOTONS + 'event_selection.require "few", count(gam) < 9\n' and check_source(text).ok
    grouped = with_entry(text, "event_selection do\n    # good ones\n    photons do\n        ngam >= 3\n    end\n    let shower_count = count(gam)\nend\nlet limit = 3\n")
    assert grouped.replaced == ("event_selection.photons",)
    assert grouped.text.startswith("# good ones\nevent_selection.photons do\n    ngam >= 3\nend\n")
    assert grouped.text.endswith("event_selection do\n    let shower_count = count(gam)\nend\nlet limit = 3\n") and check_source(grouped.text).ok


@pytest.mark.parametrize("at", range(len(pieces(RHOPI))))
def test_a_block_that_is_recalled_and_typed_again_changes_nothing(at):
    piece = pieces(RHOPI)[at]
    assert with_entry(RHOPI, piece.without_frame(RHOPI), at).text == RHOPI
    assert names(without(RHOPI, at)) == [name for number, name in enumerate(names(RHOPI)) if number != at]


def test_comments_above_stay_unless_others_are_typed():
    text = "# mine\nevent_selection.photons do\n    ngam >= 2\nend\n"
    assert with_entry(text, "photons do\n    ngam >= 3\nend").text == "# mine\nevent_selection.photons do\n    ngam >= 3\nend\n"
    assert with_entry(text, "# yours\nphotons do\n    ngam >= 3\nend").text == "# yours\nevent_selection.photons do\n    ngam >= 3\nend\n"


@pytest.mark.parametrize(("text", "missing"), [("photons do", 1), ('require "do", x > 1', 0), ("a do\n  b do\n  end", 1), ("# do", 0), ("let x = m(a,\n b)", 0), ("let x = m(a,", 1)])
def test_an_entry_ends_when_nothing_is_missing(text, missing):
    assert depth(text) == missing


def test_undo_and_redo_go_through_every_text():
    session = Session()
    texts = [""]
    for entry in (PHOTONS, "photons do\n    ngam >= 3\nend", "let limit = 3"):
        assert session.add(entry).kept
        texts.append(session.text)
    assert not session.add("photons do\n    energgy > 3\nend").kept and session.text == texts[-1] and "energgy" in session.refused
    for text in reversed(texts[:-1]):
        assert session.undo() is not None and session.text == text
    assert session.undo() is None
    for text in texts[1:]:
        assert session.redo() is not None and session.text == text
    assert session.redo() is None


def test_a_program_with_errors_can_be_opened_and_mended():
    session = Session()
    session.open(SourceFile("wrong.bes", PHOTONS.replace("photons", "event_selection.photons").replace("ngam", "ngamm")))
    assert session.view is not None and not session.view.ok
    assert not session.add("charged_tracks do\n    vvr < 1 cm\nend").kept, "another error is one too many"
    assert session.add(PHOTONS).kept and session.view.ok and session.unsaved
    session.undo()
    session.undo()
    assert (session.text, session.path, session.unsaved) == ("", "", False)


def test_offers_are_those_of_the_place():
    session = Session()
    session.add("photons(:soft) do\n    ngam >= 0\nend".replace("ngam", "nsoft"))

    def offered(text):
        return [offer.text for offer in offers(session, text, len(text))]

    assert offered("phot")[0].startswith("photons") and offered(":op") == ["open"]
    assert offered("photons do\n    ener") == ["energy"] and "MeV" in offered("photons do\n    energy > 40 M")
    assert offered('require "x", e(so') == ["soft"]
    assert all(offer.documentation for offer in offers(session, "kinem", 5))


def test_events_flow_and_files_through_a_pipe(tmp_path):
    pytest.importorskip("pybes3")
    (tmp_path / "mine.bes").write_text("mine\n")
    lines = [
        *PHOTONS.splitlines(), ':load toy "J/psi -> pi+ pi-" 200', ":load mine.bes", ":load no.dst", ":flow", ":save mine.bes", ":save new.bes", ":package pkg",
        "photons do", "    ngamm >= 2", "end", ":undo", ":edit 1", ":hist", ":wrong", ":explain photons.energy", ":fit",
    ]  # fmt: skip
    done = clean(cli("repl", stdin="\n".join(lines) + "\n", cwd=tmp_path))
    said = done.stdout
    assert "m_photons_energy" in said and "200 events of toy J/psi -> pi+ pi-, seed 1" in said
    assert "`:open mine.bes` reads it" in said and "no.dst: no such file" in said
    assert "mine.bes exists and is left as it is" in said and (tmp_path / "mine.bes").read_text() == "mine\n"
    assert (tmp_path / "new.bes").read_text() == "event_selection." + PHOTONS and list((tmp_path / "pkg").rglob("*.cxx"))
    assert "`photons` has no field `ngamm`" in said or "ngamm" in said and "not kept" in said
    assert "there is no block yet" in said and "no command `:wrong`" in said and "Energy of the shower" in said.replace("energy", "Energy")


def test_what_the_system_refuses_leaves_no_file_and_is_no_internal_error(tmp_path, monkeypatch, capsys):
    done = clean(cli("repl", stdin=f"{PHOTONS}:save! .\n:open -\n:show\n", cwd=tmp_path))
    assert ". cannot be written" in done.stdout and "name a file" in done.stdout and done.stdout.endswith(f"event_selection.{PHOTONS}")
    assert list(tmp_path.iterdir()) == []
    loop = Loop()
    monkeypatch.setattr(Session, "add", _refused)
    assert loop._guarded(PHOTONS) is False
    assert capsys.readouterr().err == "error: `/nowhere/file`: Permission denied\n"


def _refused(session, entry):
    raise PermissionError(13, "Permission denied", "/nowhere/file")


def test_names_that_a_terminal_would_obey_are_shown_as_what_they_are(tmp_path, capsys):
    Loop()._guarded(f":open {tmp_path}/a\x1b[2J.bes")
    Loop()._guarded(":a\x1b[2J")
    Loop()._guarded(":fit a\x1b[2J")
    assert "\x1b" not in capsys.readouterr().out


def test_comments_go_with_the_next_block():
    done = clean(cli("repl", stdin=f"# one\n\n# two\n:help\n{PHOTONS}# three\n:show\n"))
    assert done.stdout.endswith(f"# one\n\n# two\nevent_selection.{PHOTONS}") and "warning" not in done.stdout


def test_every_command_says_what_it_does():
    assert all(command.help and command.word == word for word, command in COMMANDS.items())
    done = clean(cli("repl", stdin=":help\n" + "".join(f":{word}\n" for word in COMMANDS if word != "quit")))
    assert all(f":{word}" in done.stdout for word in COMMANDS)


def test_a_file_to_begin_with_may_be_missing(tmp_path):
    (tmp_path / "binary.bes").write_bytes(b"\0\1")
    for name in ("none.bes", "binary.bes", "."):
        done = clean(cli("repl", name, stdin=":show\n", cwd=tmp_path))
        assert "error[" in done.stdout


def test_without_a_compiler_there_is_no_cut_flow_and_the_reason(tmp_path):
    pytest.importorskip("pybes3")
    done = clean(cli("repl", "--load", 'toy "J/psi -> pi+ pi-" 20', stdin=PHOTONS, cwd=tmp_path, DSL4BES_CXX="no-such-compiler"))
    assert "m_photons_energy" in done.stdout and "no cut flow: There is no C++ compiler" in done.stdout and "apt install g++" in done.stdout


def test_what_is_not_installed_is_one_line_that_says_how_to_get_it(monkeypatch, capsys):
    from dsl4bes.cli.repl import loading

    monkeypatch.setattr(loading, "find_spec", lambda name: None if name == "pybes3" else object())
    Loop()._guarded(':load toy "J/psi -> pi+ pi-"')
    assert capsys.readouterr().out == 'error: events need pybes3\n  help: pip install "dsl4bes[run]"; see `dsl4bes doctor`\n'


@pytest.mark.cpp
@pytest.mark.parametrize("output", ["../rhopi.root", "plots/rhopi.root"])
def test_the_rows_for_fits_stay_in_their_folder(tmp_path, output):
    pytest.importorskip("pybes3")
    from dsl4bes.cli.repl.fits import below, rows_for

    fit = f'fit("peak") do\n    data "{output}", ntuple: rhopi, branch: "m_gg"\n    range 0.105 GeV..0.165 GeV\n    signal gaussian do\n        mean 0.135 GeV\n        sigma 6 MeV\n    end\nend\n'
    session = Session()
    view = session.open(SourceFile("rhopi.bes", RHOPI.replace('"rhopi.root"', f'"{output}"') + fit)).view
    program = view.compilation.program
    session.take(events_of('toy "J/psi -> rho(770)0 pi0" 50'))
    view = session.count()
    if view.flow is None:
        pytest.skip(view.words)
    (tmp_path / "made").mkdir()
    folder = below(tmp_path / "made", program.analysis.output)
    assert rows_for(view, program.fits, folder) and (folder / output).is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


@pytest.mark.slow
def test_fits_take_the_rows_of_the_loaded_events(tmp_path):
    pytest.importorskip("pybes3")
    from tests.fitting.judging import the_root

    the_root()
    (tmp_path / "rhopi.bes").write_text(RHOPI)
    fit = 'fit("peak") do\n    data "rhopi.root", ntuple: rhopi, branch: "m_gg"\n    range 0.105 GeV..0.165 GeV\n    signal gaussian do\n        mean 0.135 GeV\n        sigma 6 MeV\n    end\nend\n'
    done = clean(cli("repl", "rhopi.bes", stdin=f'{fit}:fit\n:load toy "J/psi -> rho(770)0 pi0" 2000\n:fit peak\n:fit other\n:flow\n', cwd=tmp_path))
    assert "`rhopi.root` of the fit `peak` is not in" in done.stderr and "has no fit `other`" in done.stderr
    assert "data: the tuples and histograms of 2000 events of toy" in done.stdout and "signal.mean" in done.stdout
    assert (tmp_path / "rhopi_fits").is_dir() and not (tmp_path / "rhopi.root").exists()
    mean = float(done.stdout.split("signal.mean")[1].split()[0])
    assert 0.134 < mean < 0.136


def test_an_interrupt_waits_for_the_end_of_what_must_not_be_broken_off():
    done = []
    with pytest.raises(KeyboardInterrupt), held():
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)
        done.append(True)
    assert done == [True]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_libraries_are_imported_whole_though_somebody_interrupts(tmp_path, monkeypatch):
    (tmp_path / "first_of_two.py").write_text("import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(0.01)\nwhole = True\n")
    (tmp_path / "second_of_two.py").write_text("whole = True\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(interrupts, "_MODULES", ("first_of_two", "second_of_two"))
    with pytest.raises(KeyboardInterrupt):
        interrupts.import_libraries()
    assert sys.modules.pop("first_of_two").whole and sys.modules.pop("second_of_two").whole


def test_other_events_leave_no_numbers_of_those_before(monkeypatch):
    session = Session()
    session.add("event_selection.photons do\n    ngam >= 2\nend\n")
    assert session.view is not None
    session.view = replace(session.view, events=5, events_name="5 events of x", words="", cut_flow=())
    monkeypatch.setattr(session.preview, "count", _interrupted)
    session.take(None)
    with pytest.raises(KeyboardInterrupt):
        session.count()
    assert session.view.cut_flow is None and session.view.words == NOT_COUNTED and not session.view.events_name


def _interrupted(view):
    raise KeyboardInterrupt


@pytest.mark.parametrize("words", ['toy "J/psi -> pi+ pi-" 10 vertex=points.txt', "sample seed=2", "some.dst seed=2"])
def test_what_says_nothing_about_the_events_is_refused(tmp_path, monkeypatch, words):
    pytest.importorskip("pybes3")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RunError, match="says nothing about these events"):
        events_of(words)


def test_the_sample_says_that_it_is_fetched(tmp_path, monkeypatch):
    pytest.importorskip("pybes3")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DSL4BES_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    said: list[str] = []
    events = events_of("sample", said.append)
    assert "fetched once" in said[0]
    assert events.number in (10, 1000)
