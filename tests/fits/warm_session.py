"""A ROOT that stays: macros of the compiler run one after the other, each in a process forked from one that has everything loaded.

In: macros, folders with data. Out: for each folder a `MacroRun`, as `root.run` gives it. Four to five times as fast as a ROOT for each: what it costs to start, to read headers and to compile templates is paid once.
Unconfined, so never for a program that a model wrote.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from dsl4bes.fitting.asked.macros.program import Program
from dsl4bes.root.find import Root
from dsl4bes.root.run import LIMITS, MacroRun, _read
from dsl4bes.unknown.sandbox.outcome import Limit, outcome

DRIVER = Path(__file__).with_suffix(".C")
SECONDS = 120  #: of processor time for a macro on all its sets of data


class WarmSession:
    """One process of ROOT and its forks; `folder` is where it works."""

    def __init__(self, root: Root, folder: Path) -> None:
        self.folder, self._number, self._warmed = folder, 0, set()
        (folder / ".rootrc").write_text("Root.Stacktrace: no\n", encoding="ascii")
        self._log = (folder / "log").open("wb")
        ours = {name: value for name, value in os.environ.items() if not name.startswith("DSL4BES_")}
        self._process = subprocess.Popen(
            [str(root.program), "-l", "-b", "-q", str(DRIVER)], stdin=subprocess.PIPE, stdout=self._log, stderr=subprocess.PIPE, text=True, cwd=folder, env={**ours, "ROOT_HIST": "0", **root.variables},
            start_new_session=True,
        )  # fmt: skip

    def run(self, program: Program, sets: Sequence[dict[str, bytes]]) -> list[MacroRun]:
        """The macro on each of the sets of data (files by name)."""
        self._number += 1
        place = self.folder / str(self._number)
        macro, folders = self._laid_out(place, program, sets)
        started = time.monotonic()
        status = self._asked("ran", "run", str(SECONDS), program.name, str(macro), *map(str, folders))
        return [_run_of(folder, status, time.monotonic() - started) for folder in folders]

    def warm(self, name: str, program: Program, data: dict[str, bytes]) -> None:
        """Load what programs of this kind need; once for a name."""
        if name not in self._warmed:
            macro, (folder,) = self._laid_out(self.folder / f"warm_{name}", program, [data])
            assert self._asked("warm", "warm", f"warm_{name}", str(macro), str(folder)) == 1, f"the first {name} did not run: {self.folder / 'log'}"
            self._warmed.add(name)

    def close(self) -> None:
        """The end of its input ends it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._log.close()

    def _laid_out(self, place: Path, program: Program, sets: Sequence[dict[str, bytes]]) -> tuple[Path, list[Path]]:
        place.mkdir()
        macro = place / program.file
        macro.write_text(program.code, encoding="utf-8")
        folders = [place / str(at) for at in range(len(sets))]
        for folder, files in zip(folders, sets, strict=True):
            folder.mkdir()
            for name, content in files.items():
                (folder / name).write_bytes(content)
        return macro, folders

    def _asked(self, answer: str, *words: str) -> int:
        assert self._process.stdin is not None and self._process.stderr is not None
        self._process.stdin.write("\t".join(words) + "\n")
        self._process.stdin.flush()
        for line in self._process.stderr:  # warnings of ROOT come here, too
            if line.startswith(f"@{answer} "):
                return int(line.split()[1])
        raise RuntimeError(f"ROOT ended: {self.folder / 'log'}")


def _run_of(folder: Path, wait_status: int, seconds: float) -> MacroRun:
    """What a fork left in a folder; one without a status did not come to its end."""
    stdout, stderr = ((folder / name).read_bytes() if (folder / name).is_file() else b"" for name in ("stdout", "stderr"))
    file = folder / "status"
    ended = os.waitstatus_to_exitcode(wait_status)
    status = int(file.read_text()) if file.is_file() else (128 - ended if ended < 0 else 1)
    stopped = Limit.CPU if ended < 0 and not file.is_file() and -ended in (9, 24) else None
    return _read(outcome("root.exe", status, LIMITS, stopped, 0, wall_seconds=seconds, cpu_seconds=0.0, peak_memory=0, stdout=stdout, stderr=stderr))
