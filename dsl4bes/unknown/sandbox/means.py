"""What this machine offers to confine a command, found out by trying.

In: the system. Out: `Means`, best first, each tried with a real command; or the reasons why none works.
Tried once for a process. What a means cannot do here is said in words, never left out.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from itertools import product
from pathlib import Path
from typing import IO

from dsl4bes.diagnostics.codes.sandbox import NO_CONFINEMENT
from dsl4bes.unknown.sandbox import bubblewrap, namespaces
from dsl4bes.unknown.sandbox.limits import Limits, rlimits
from dsl4bes.unknown.sandbox.syscalls import seccomp_program
from dsl4bes.unknown.sandbox.view import View, view
from dsl4bes.unknown.trouble import Trouble

TRY_SECONDS = 5
#: User numbers that no distribution hands out; each process takes another one.
_FIRST_USER, _USERS = 60001, 5000

INSTALL = "apt install bubblewrap (Debian, Ubuntu), dnf install bubblewrap (EL)"


class Kind(Enum):
    BUBBLEWRAP = "bubblewrap"
    NAMESPACES = "own namespaces"


@dataclass(frozen=True, slots=True)
class Means:
    """A way to confine that works here. `drops`: root starts it without a user namespace, and the command runs as another user;
    `proc`: a /proc of its own can be mounted; `cannot`: what it does not do on this machine."""

    kind: Kind
    version: str
    drops: bool
    proc: bool
    cannot: tuple[str, ...]

    @property
    def user(self) -> int | None:
        """The user that the command runs as, outside; None: the one who starts it."""
        return _FIRST_USER + os.getpid() % _USERS if self.drops else None

    def command_line(
        self, command: Sequence[str], seen: View, limits: Limits, environment: Mapping[str, str], seccomp_file: int | None
    ) -> list[str]:
        """What to start; `seccomp_file` is an open file with the filter, for bubblewrap."""
        become = self.user
        held = rlimits(limits, os.getuid() if become is None else become)
        if self.kind is Kind.BUBBLEWRAP:
            bwrap = shutil.which("bwrap") or "bwrap"
            return bubblewrap.arguments(bwrap, command, seen, held, become=become, seccomp=seccomp_file, proc=self.proc)
        code = seccomp_program(os.uname().machine)
        return namespaces.arguments(
            command, seen, held, environment=environment, become=become, seccomp=code, proc=self.proc
        )


@functools.lru_cache(maxsize=1)
def available() -> tuple[tuple[Means, ...], tuple[str, ...]]:
    """All ways that work here, best first, and why the others do not."""
    found: list[Means] = []
    reasons: list[str] = []
    if os.uname().sysname != "Linux":
        return (), (f"confinement needs Linux, and this is {os.uname().sysname}",)
    for kind in Kind:
        missing = _missing(kind)
        if missing:
            reasons.append(f"{kind.value}: {missing}")
            continue
        refused = ""
        # Root gives its command to another user: of its own processes no limit holds, and its files are all files.
        for drops, proc in product((True, False) if os.getuid() == 0 else (False,), (True, False)):
            refused = _refused(Means(kind, "", drops, proc, ()))
            if not refused:
                found.append(Means(kind, _version(kind), drops, proc, _cannot(drops, proc)))
                break
        if refused:
            reasons.append(f"{kind.value}: {refused}")
    return tuple(found), tuple(reasons)


def confinement() -> Means:
    """The best way that works here; a `Trouble` with all reasons if there is none."""
    found, reasons = available()
    if found:
        return found[0]
    raise Trouble(
        NO_CONFINEMENT,
        "code that a model wrote is not run: this machine cannot confine it (" + "; ".join(reasons) + ")",
        f"install bubblewrap: {INSTALL}; in a container, let it make user namespaces",
    )


def _missing(kind: Kind) -> str:
    if kind is Kind.NAMESPACES:
        return "" if seccomp_program(os.uname().machine) else f"the launcher does not know {os.uname().machine}"
    if shutil.which("bwrap") is None:
        return "`bwrap` is not installed"
    tools = ["/usr/bin/prlimit"] + (["/usr/bin/setpriv"] if os.getuid() == 0 else [])
    absent = [tool for tool in tools if not os.path.exists(tool)]
    return f"{', '.join(absent)} (util-linux) is missing" if absent else ""


def _refused(means: Means) -> str:
    """Run `true` by it; empty if that works, else what the system said."""
    with tempfile.TemporaryDirectory(prefix="dsl4bes-probe-") as folder, filter_file() as file:
        handle = file.fileno() if file else None
        line = means.command_line(["/bin/sh", "-c", "true"], view(Path(folder).resolve(), ()), Limits(), {}, handle)
        try:
            if (user := means.user) is not None:
                os.chown(folder, user, user)
            done = subprocess.run(
                line, stdin=subprocess.DEVNULL, capture_output=True, timeout=TRY_SECONDS, check=False, cwd="/",
                env={"LC_ALL": "C"}, pass_fds=() if handle is None else (handle,),
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
    if done.returncode == 0:
        return ""
    said = done.stderr.decode(errors="replace").strip()[:300]
    return said or f"the trial ended with status {done.returncode}"


@contextmanager
def filter_file() -> Iterator[IO[bytes] | None]:
    """An open file with the filter of system calls, for as long as the command is started; None on an unknown processor."""
    code = seccomp_program(os.uname().machine)
    if code is None:
        yield None
        return
    with tempfile.TemporaryFile() as file:
        file.write(code)
        file.seek(0)
        yield file


def _version(kind: Kind) -> str:
    if kind is Kind.NAMESPACES:
        return f"Linux {os.uname().release}"
    done = subprocess.run(["bwrap", "--version"], capture_output=True, text=True, timeout=TRY_SECONDS, check=False)
    return done.stdout.strip().removeprefix("bubblewrap ")


def _cannot(drops: bool, proc: bool) -> tuple[str, ...]:
    found = [
        "memory of all processes together, the size of the scratch folder and the number of files are watched, not held "
        + "by the kernel: a command may pass them for some milliseconds before it is stopped"
    ]
    if os.getuid() == 0 and not drops:
        found.append(
            "root without the right to mount (a container): the command stays the same user for the kernel, which does not hold "
            + "the number of its processes; they are counted, and killed when they are too many, which can burden the machine until then"
        )
    if not proc:
        found.append("no /proc of its own can be mounted here (a container without the right): commands see none")
    if seccomp_program(os.uname().machine) is None:
        found.append(f"no filter of system calls for {os.uname().machine}: memory in shared segments is not counted")
    return tuple(found)
