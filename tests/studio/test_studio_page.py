"""The page of the studio in a real Chromium, and the command as a user starts and stops it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="needs the extra [studio]")
pytest.importorskip("uproot", reason="needs the extra [run]")

from studio_browser import ALT, CONTROL, Browser, find

ROOT = Path(__file__).resolve().parents[2]
DECAY, EVENTS = "J/psi -> rho(770)0 pi0", 1000
PROGRAM = """\
analysis "Small" do
    ecms            3.097 GeV
end

event_selection do
    charged_tracks do
        vr          < 1 cm
        vz          < 10 cm
        ngood       == 2
        net_charge  0
    end

    photons do
        energy      > 40 MeV
        ngam        >= 2
    end
end

histogram("e_gam") do
    fill            max(e(gam))
    bins            40, 0 GeV..1.6 GeV
end
"""


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """The command as it is typed."""
    command = [sys.executable, "-m", "dsl4bes", "studio", *arguments]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})


def refused(folder: Path, *arguments: str) -> str:
    """The words of a command that must end at once."""
    process = start(folder, *arguments)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1 and not out and "Traceback" not in err
    return err


def cut_flow(program: Path, *events: str) -> list[int]:
    """The numbers of the command `run`."""
    command = [sys.executable, "-m", "dsl4bes", "run", program.name, *events, "--json", "-o", "none"]
    done = subprocess.run(command, cwd=program.parent, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    return [line["events"] for line in json.loads(done.stdout)["cutflow"]["lines"]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    from dsl4bes.events.store import write_events
    from dsl4bes.events.toy import toy_batches

    made = tmp_path_factory.mktemp("studio")
    (made / "small.bes").write_text(PROGRAM, encoding="utf-8")
    write_events(made / "rho.toy.npz", toy_batches(DECAY, EVENTS, 1), DECAY)
    return made


@pytest.fixture(scope="module")
def browser():
    path = find()
    if path is None:
        pytest.skip("needs Chromium (`bash .ci/browser`)")
    made = Browser(path)
    yield made
    made.close()


@pytest.fixture(scope="module")
def address(folder):
    process = start(folder, "small.bes", "--json")
    line = process.stdout.readline()
    assert line, process.stderr.read()
    yield json.loads(line)["url"]
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 0 and "Traceback" not in err, err


@pytest.fixture
def tab(browser, address):
    made = browser.tab(address)
    made.wait("document.querySelector('.method')")
    made.settled()
    yield made
    made.close()
    assert not made.wrong
    assert made.requests
    own = address.partition("#")[0]
    assert all(each.startswith((own, f"blob:{own.rstrip('/')}")) for each in made.requests), made.requests


def passed(tab) -> list[int]:
    """The numbers of the table, without that of all events."""
    return [int(text.replace("\u2009", "")) for text in tab.all("tbody tr:not(.all) .passed")]


def put(tab, text: str) -> None:
    """Another text in the editor, as a paste over everything."""
    tab.run("document.querySelector('#text').focus()")
    tab.key("a", CONTROL)
    tab.send("Input.insertText", {"text": text})


def cursor_behind(tab, word: str) -> None:
    tab.run(f"(() => {{ const a = document.querySelector('#text'); const at = a.value.indexOf({json.dumps(word)}) + {len(word)}; a.focus(); a.setSelectionRange(at, at); }})()")


def value(tab) -> str:
    return tab.run("document.querySelector('#text').value")


@pytest.mark.slow
@pytest.mark.cpp
def test_from_an_error_to_a_saved_selection(tab, folder):
    """What a user does: mistakes, fixes, completion, events, another cut, saving; the numbers are those of `run`."""
    assert tab.text("#name") == "small.bes" and "token" not in tab.run("location.href")
    assert tab.all(".method .go") == ["charged_tracks", "photons", "histogram"]

    cursor_behind(tab, "        energy")
    tab.key("Backspace")
    tab.key("Backspace")
    tab.key("Escape")
    tab.wait("document.querySelector('.findings .finding.error')")
    tab.settled()
    assert tab.text(".finding .code") == "BES0202" and tab.text(".layer .squiggle.error") == "ener"
    assert tab.text(".method.current .go") == "photons"  # the last C++ without errors, of the block under the cursor
    tab.click(".finding .fix")
    tab.wait("!document.querySelector('.finding')")
    assert value(tab) == PROGRAM
    tab.key("z", CONTROL)
    assert "ener " in value(tab)  # a fix can be undone
    tab.click(".finding .fix")

    cursor_behind(tab, "> 40 MeV")
    tab.type("\niso")
    tab.wait("!document.querySelector('.popup').hidden")
    assert tab.all(".offers .label")[0] == "isolation" and "deg" in tab.text(".help")
    tab.key("Tab")
    assert "\n        isolation > 10 deg\n" in value(tab)
    assert tab.run("(() => { const a = document.querySelector('#text'); return a.value.slice(a.selectionStart, a.selectionEnd); })()") == "10"
    tab.type("20")  # the place to fill in is selected
    assert "isolation > 20 deg\n" in value(tab)
    tab.wait("!document.querySelector('.finding.error')")

    tab.click("#do-events")
    tab.click("[data-path='rho.toy.npz']")
    tab.wait("document.querySelector('.flow')")
    tab.settled()
    tab.key("s", CONTROL)
    tab.wait("document.querySelector('#dirty').hidden")
    first = passed(tab)
    assert (folder / "small.bes").read_text(encoding="utf-8") == value(tab) != PROGRAM
    assert first == cut_flow(folder / "small.bes", "rho.toy.npz") and 0 < first[-1] < EVENTS
    tab.click("#tab-pictures")
    assert tab.text(".picture strong") == "e_gam" and "GeV" in tab.run("document.querySelector('.picture svg').textContent")
    assert tab.run("document.querySelectorAll('.picture .bin').length") == 40
    entries = [int(word) for word in re.findall(r"\d+", tab.text(".picture .entries").replace("\u2009", ""))]
    assert sum(entries) == first[-1]

    tab.key("2", ALT)
    put(tab, value(tab).replace("> 40 MeV", "> 400 MeV"))
    tab.wait(f"document.querySelector('tbody tr:last-child .passed')?.innerText.replace(/\\s/g, '') !== '{first[-1]}'")
    tab.settled()
    second = passed(tab)
    assert second[-1] < first[-1] and tab.all("tr.moved .down")
    tab.key("s", CONTROL)
    tab.wait("document.querySelector('#dirty').hidden")
    assert second == cut_flow(folder / "small.bes", "rho.toy.npz")


@pytest.mark.slow
def test_another_editor_is_asked_about(tab, folder):
    """A file that was changed elsewhere is replaced only if the user says so."""
    put(tab, PROGRAM + "# mine\n")
    tab.settled()
    (folder / "small.bes").write_text("# of another editor\n", encoding="utf-8")
    tab.key("s", CONTROL)
    tab.wait("document.querySelector('[data-choice=mine]')")
    assert "somebody else" in tab.text("dialog p")
    tab.key("Escape")
    tab.wait("!document.querySelector('dialog')")
    assert (folder / "small.bes").read_text(encoding="utf-8") == "# of another editor\n"
    tab.key("s", CONTROL)
    tab.click("[data-choice=mine]")
    tab.wait("document.querySelector('#dirty').hidden")
    assert (folder / "small.bes").read_text(encoding="utf-8") == PROGRAM + "# mine\n"
    tab.wrong[:] = [each for each in tab.wrong if "409" not in each]  # the browser notes every status that is no success


@pytest.mark.slow
def test_keys_of_an_editor(tab):
    """Blocks get their `end`, Tab indents, Escape and Tab leave; Chinese and characters beyond 16 bits stay in place."""
    put(tab, "")
    tab.type("event_selection do\n")
    tab.key("Escape")
    assert value(tab) == "event_selection do\n    \nend"
    tab.type("photons do\n")
    tab.key("Escape")
    tab.type("energy > 40 MeV")
    tab.key("Escape")
    assert value(tab) == "event_selection do\n    photons do\n        energy > 40 MeV\n    end\nend"
    tab.key("a", CONTROL)
    tab.key("Tab")
    assert value(tab).startswith("    event_selection do\n        photons")
    tab.key("Tab", 8)
    assert value(tab).startswith("event_selection do\n    photons")
    put(tab, "# 中文 𝒙𝒚\nevent_selection do\n    photons do\n        enrgy > 40 MeV # 𝒛\n    end\nend\n")
    tab.wait("document.querySelector('.squiggle.error')")
    assert tab.text(".squiggle.error") == "enrgy"
    cursor_behind(tab, "enrgy")
    tab.key(".", CONTROL)
    tab.wait("!document.querySelector('.finding.error')")
    assert "        energy > 40 MeV # 𝒛\n" in value(tab)
    tab.run("document.querySelector('#text').setSelectionRange(0, 0)")
    tab.key("Escape")
    tab.key("Tab")
    assert tab.run("document.activeElement.id") != "text"
    tab.size(700, 800)
    assert tab.run("document.documentElement.scrollWidth <= 700 && document.querySelector('.right').getBoundingClientRect().top > 200")


@pytest.mark.slow
def test_an_edit_of_many_lines_is_one_change(tab):
    """The browser tells of every line that a command writes; the page is drawn for the whole."""
    put(tab, "# x\n" * 60)
    tab.settled()
    tab.run("(window.seen = new MutationObserver(() => {})).observe(document.querySelector('.gutter').children[5], { attributes: true }), document.querySelector('#text').select()")
    drawn = tab.run(
        "(() => { document.querySelector('#text').dispatchEvent(new KeyboardEvent('keydown', { key: 'Tab', bubbles: true, cancelable: true })); return window.seen.takeRecords().length; })()"
    )
    assert value(tab) == "    # x\n" * 60 and 1 <= drawn <= 4
    tab.key("z", CONTROL)
    assert value(tab) == "# x\n" * 60


@pytest.mark.slow
def test_a_page_that_is_loaded_again_works(tab):
    """Its texts are numbered anew, and the server must not take them for old ones."""
    before = value(tab)
    for _ in range(2):  # the text is looked at again and again, and is in the end that of the file
        put(tab, value(tab) + "# x\n")
        tab.settled()
        put(tab, before)
        tab.settled()
    tab.run("window.old = true")
    tab.send("Page.reload")
    tab.wait("window.old === undefined && document.querySelector('.method')", 15)
    tab.settled()
    assert tab.text("#state") == "no errors" and value(tab) == before


@pytest.mark.slow
def test_a_page_whose_server_has_gone_says_so(browser, folder):
    """It does not go on as if it were at work, and keeps the text; that of a new program, too, is not left without a question."""
    process = start(folder, "gone.bes", "--json")
    made = browser.tab(json.loads(process.stdout.readline())["url"])
    made.wait("document.querySelector('.method')")
    made.settled()
    begun = value(made)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    put(made, "# mine\n")
    made.wait("document.querySelector('#state').classList.contains('wrong')")
    made.wait("!document.body.classList.contains('busy')", 5)
    assert "still running" in made.text("#state") and value(made) == "# mine\n"
    asks = "!dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    assert made.run(asks)
    put(made, begun)
    assert not made.run(asks)
    made.send("Target.closeTarget", {"targetId": made.send("Target.getTargetInfo")["targetInfo"]["targetId"]})


@pytest.mark.slow
def test_without_the_token_the_page_says_so(browser, address):
    made = browser.tab(address.partition("#")[0])
    made.wait("document.querySelector('.fault')")
    assert "token" in made.text(".fault") and made.run("document.querySelector('#text').value") == ""
    made.close()


@pytest.mark.slow
def test_what_is_wrong_is_said_in_a_line(folder):
    """Files that are none, folders that are not there, ports that are taken."""
    (folder / "binary.bes").write_bytes(b"\0\1")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "cannot be used" in refused(folder, "--port", str(taken.getsockname()[1]))
    assert "null bytes" in refused(folder, "binary.bes")
    assert ".bes" in refused(folder, ".")
    assert "no such file" in refused(folder, "--events", "none.dst")
    (folder / "binary.bes").unlink()


@pytest.mark.slow
def test_a_new_program_and_a_closed_pipe(folder):
    """A file that is not there is begun and not made; nobody reads what the command says; SIGTERM ends it."""
    process = start(folder, "new.bes")
    assert process.stdout.readline().startswith("open http://127.0.0.1:")
    process.stdout.close()
    process.terminate()
    err = process.stderr.read()
    assert process.wait(30) == 143 and "Traceback" not in err and not (folder / "new.bes").exists()
    process.stderr.close()


@pytest.mark.slow
def test_an_interrupt_in_the_middle_of_work_is_quiet(folder):
    """Events are being made when Ctrl-C comes."""
    from urllib.request import Request, urlopen

    process = start(folder, "small.bes", "--json")
    address, _, token = json.loads(process.stdout.readline())["url"].partition("#token=")
    body = json.dumps({"page": "page0000", "source": "toy", "decay": DECAY, "number": 50_000}).encode()
    asked = Request(f"{address}api/events", body, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})

    def ask() -> None:
        with suppress(OSError):
            urlopen(asked, timeout=60).close()

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.7)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    asking.join()
    assert process.returncode == 0 and "Traceback" not in err and "ERROR" not in err
