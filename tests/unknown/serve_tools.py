"""`dsl4bes serve` in a process of its own, and what is left of it afterwards.

In: a folder to stand in, arguments, the Python that serves. Out: what it tells when it is ready, its end, the processes of its session.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from dsl4bes.unknown.serving.process import ends_with_us

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 180  # a machine that is busy


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port


class Serve:
    """The command on a free port. The environment is that of the tests without settings, and with a cache in `folder`."""

    def __init__(self, folder: Path, *arguments: object, python: Path, environment: dict[str, str] | None = None, port: int = 0) -> None:
        self.port = port or free_port()
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("DSL4BES", "VLLM"))}
        clean |= {"PYTHONPATH": str(ROOT), "DSL4BES_CACHE": str(folder / "cache"), **(environment or {})}
        command = [sys.executable, "-m", "dsl4bes", "serve", "--port", str(self.port), "--python", str(python), *map(str, arguments)]
        # not even a test that is killed leaves a server
        self.process = subprocess.Popen(
            command, cwd=folder, env=clean, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=ends_with_us(),  # noqa: PLW1509
        )  # fmt: skip

    def __enter__(self) -> Serve:
        return self

    def __exit__(self, *_: object) -> None:
        """A test that failed leaves no server."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.communicate(timeout=SECONDS)

    def ready(self) -> dict[str, Any]:
        """What is told in JSON when it is ready."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.communicate()
        told: dict[str, Any] = json.loads(line)
        return told

    def end(self, number: int = signal.SIGINT) -> tuple[int, str, str]:
        """Exit status and both outputs after a signal (0: none)."""
        if number:
            self.process.send_signal(number)
        out, said = self.process.communicate(timeout=SECONDS)
        assert "Traceback" not in said, said
        return self.process.returncode, out, said


def session(number: int) -> list[int]:
    """The processes that run in a session."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == number and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found
