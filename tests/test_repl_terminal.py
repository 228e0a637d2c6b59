"""`dsl4bes repl` on a real terminal: keys in, screen out, through a pseudo-terminal and through tmux."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

pexpect = pytest.importorskip("pexpect")
pytest.importorskip("prompt_toolkit")
pytest.importorskip("pybes3")

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-m", "dsl4bes", "repl"]
TOY = ':load toy "J/psi -> pi+ pi-" 200'

pytestmark = [pytest.mark.cpp, pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")]


class Terminal:
    """A session on a terminal of 100 columns; `screen` is what was written, without colours and movements."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        environment = os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1", "DSL4BES_DATA": str(folder / "data")}
        environment.pop("NO_COLOR", None)
        self.child = pexpect.spawn(COMMAND[0], [*COMMAND[1:], *arguments], cwd=folder, env=environment, dimensions=(40, 100), encoding="utf-8", timeout=60)
        self.seen = ""

    def until(self, words: str) -> str:
        """Wait for words on the screen, behind those that were waited for before."""
        ends = time.monotonic() + 30
        while words not in self.seen:
            assert time.monotonic() < ends, f"{words!r} did not come: {self.seen[-2000:]}"
            try:
                self.seen += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", self.child.read_nonblocking(4096, timeout=1))
            except pexpect.TIMEOUT:
                continue
        before, _, self.seen = self.seen.partition(words)
        return before

    def type(self, text: str, wait: str = "") -> str:
        self.child.send(text)
        return self.until(wait) if wait else ""

    def ends(self) -> bool:
        self.child.expect(pexpect.EOF)
        self.child.close()
        return self.child.exitstatus == 0


@pytest.fixture
def terminal(tmp_path):
    session = Terminal(tmp_path)
    session.until("bes>")
    yield session
    session.child.close(force=True)


def test_a_session_of_blocks_events_undo_and_save(terminal, tmp_path):
    terminal.type("photons do\r", "...>")
    terminal.type("ngam >= 2\rend\r", "m_photons_ngam")
    terminal.type(f"{TOY}\r", "photons.ngam")
    terminal.type("photons do\rngam >= 9\rend\r", "is replaced")
    assert "+//       ngam >= 9" in terminal.until("(was ")
    terminal.type(":undo\r", "the program has 1 block")
    terminal.type("\x1b[A\x1b[A", "ngam >= 9")  # the arrow recalls the whole entry
    terminal.type("\x03", "bes>")
    terminal.type(":quit\r", "the program is not saved")
    terminal.type(":save mine.bes\r", "wrote mine.bes")
    terminal.type("\x04")
    assert terminal.ends()
    assert (tmp_path / "mine.bes").read_text() == "event_selection.photons do\n    ngam >= 2\nend\n"
    assert "photons do" in (tmp_path / "data/repl_history").read_text()


def test_completion_has_documentation_and_enter_takes_it(terminal):
    assert "list of photons" in terminal.type("photo", "showers that no charged track points to")
    terminal.type("\t")
    time.sleep(0.5)
    terminal.type("\r")
    time.sleep(0.3)
    terminal.type("\r", "...>")
    terminal.type("\x03", "bes>")
    terminal.type("photons do\renergy > 3 cm\rend\r", "not kept")
    terminal.type(":edit\r", "3 cm")
    terminal.type("\x03", "bes>")
    terminal.type("\x03", "bes>")
    terminal.type(f"{TOY}000\r")
    time.sleep(1)
    terminal.type("\x03", "interrupted: the program is as it was")  # what runs is stopped, and the session goes on
    terminal.type(":quit\r")
    assert terminal.ends()


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not here")
def test_a_block_is_recalled_and_changed_in_tmux(tmp_path):
    program = tmp_path / "a.bes"
    program.write_text("event_selection.photons do\n    energy > 40 MeV\n    ngam >= 1\nend\n")
    server = ["tmux", "-f", "/dev/null", "-S", str(tmp_path / "tmux")]

    def tmux(*arguments: str) -> str:
        return subprocess.run([*server, *arguments], capture_output=True, text=True, check=True, timeout=60).stdout

    def screen(words: str) -> str:
        ends = time.monotonic() + 30
        while words not in (shown := tmux("capture-pane", "-p")):
            assert time.monotonic() < ends, shown
            time.sleep(0.1)
        return shown

    environment = os.environ | {"PYTHONPATH": str(ROOT), "DSL4BES_DATA": str(tmp_path)}
    subprocess.run([*server, "new-session", "-d", "-x", "100", "-y", "50", *COMMAND, "a.bes"], cwd=tmp_path, env=environment, check=True, timeout=60)
    try:
        screen("1 block (")
        tmux("send-keys", TOY, "Enter")
        screen("200 events of toy J/psi -> pi+ pi-, seed 1  |")  # the line below the prompt
        tmux("send-keys", ":edit 1", "Enter")
        screen("...>     energy > 40 MeV")
        tmux("send-keys", "Up", "Up", "End", "BSpace", "BSpace", "BSpace", "MeV # more", "M-Enter")
        shown = screen("is replaced")
        assert "+//       energy > 40 MeV # more" in screen("# more") and "a.bes" in shown
        tmux("send-keys", "photons do", "Enter", "iso")
        assert "isolation_from" in screen("Smallest angle to an extrapolated charged track")
        tmux("send-keys", "C-c")
        tmux("send-keys", ":quit!", "Enter")
    finally:
        subprocess.run([*server, "kill-server"], capture_output=True, check=False, timeout=60)
