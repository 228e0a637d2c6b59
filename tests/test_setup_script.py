"""`.ci/setup` on machines that lack something, with stand-ins for the commands it calls: what stops it, and what does not."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SETUP = Path(__file__).parents[1] / ".ci/setup"


@pytest.fixture
def machine(tmp_path):
    """A checkout that is installed, and a machine on which all commands succeed; without `bwrap`."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(SETUP, tmp_path / ".ci/setup")
    commands = tmp_path / "bin"
    commands.mkdir()
    for name in ("bash", "dirname", "touch", "env"):
        (commands / name).symlink_to(str(shutil.which(name)))
    for name in ("g++", "python3", "apt-get"):
        command(tmp_path, name, "exit 0")
    command(tmp_path, "id", "echo 0")
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").symlink_to(commands / "python3")
    (tmp_path / ".venv/.dsl4bes-installed").touch()
    return tmp_path


def command(machine, name, body):
    path = machine / "bin" / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def done(machine):
    return subprocess.run(["bash", machine / ".ci/setup"], check=False, env={"PATH": str(machine / "bin")}, capture_output=True, text=True)


def test_bubblewrap_is_tried_and_never_needed(machine):
    """Root without a network or without rights on the package system: only what cannot be done without stops the script."""
    command(machine, "apt-get", f'echo "$@" >> {machine}/asked; exit 100')
    found = done(machine)
    assert found.returncode == 0 and "bubblewrap cannot be installed" in found.stderr
    command(machine, "apt-get", f'echo "$@" >> {machine}/asked')
    found = done(machine)
    assert (found.returncode, found.stderr) == (0, "")
    assert "bubblewrap" in (machine / "asked").read_text().splitlines()[-1]


def test_what_is_needed_stops_it(machine):
    command(machine, "g++", "exit 1")
    command(machine, "apt-get", "exit 100")
    assert done(machine).returncode == 100
    command(machine, "id", "echo 1000")
    found = done(machine)
    assert found.returncode == 1 and "missing: libclhep-dev\n" in found.stderr
