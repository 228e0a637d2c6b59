"""The compiler as the builds of this folder call it, and the places of the cache in which they keep what it made.

In: a command, or what a result depends on. Out: nothing, or `BuildError` with the compiler's own words; the key of a result; a folder that appears as a whole, or a lock.
What is compiled, and with which flags, is the business of `build.py`, `precompiled.py` and `quick.py`.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from dsl4bes.standin.messages import parse_messages
from dsl4bes.standin.toolchain import Toolchain

HERE = Path(__file__).parent


class BuildError(RuntimeError):
    """A compilation failed: `output` is the compiler's text, `messages` the same as data."""

    def __init__(self, what: str, output: str) -> None:
        self.output = output
        self.messages = parse_messages(output)
        first = next((str(m) for m in self.messages if m.severity == "error"), output.strip()[:500])
        super().__init__(f"{what} does not compile: {first}")


def run_compiler(what: str, command: list[str], folder: Path, text: str = "") -> None:
    """Run a command of the compiler in a folder, `text` on its standard input. Raises `BuildError` about `what`."""
    done = subprocess.run(command, cwd=folder, input=text, capture_output=True, text=True, check=False, env=environment())
    if done.returncode != 0:
        raise BuildError(what, done.stderr or f"{command[0]} ended with status {done.returncode}")


def environment() -> dict[str, str]:
    """Plain English messages, whatever the user's language: they are parsed."""
    return {**os.environ, "LC_ALL": "C"}


def key_of(tools: Toolchain, base: str, flags: tuple[str, ...], content: bytes) -> str:
    """What a result is kept under: compiler, CLHEP, what it is built on, flags and content; two checkouts of the same content share it."""
    plain = [flag for flag in flags if not flag.startswith(f"-I{HERE}")]
    digest = sha256("\0".join([tools.compiler, tools.version, tools.clhep_version, base, *plain]).encode())
    digest.update(content)
    return digest.hexdigest()[:24]


def content_of(texts: Mapping[str, str]) -> bytes:
    """The files of a package as the bytes of its key."""
    return "".join(f"\0{path}\0{text}" for path, text in texts.items()).encode("utf-8", "surrogateescape")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time builds what all share (the library, the prelude); the others wait and find it built."""
    import fcntl

    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def appear(target: Path, make: Callable[[Path], None]) -> None:
    """A folder of the cache, filled by `make` under another name; what another process put there sooner stays. Raises what `make` raises, and then leaves nothing."""
    with tempfile.TemporaryDirectory(prefix=f"tmp-{os.getpid()}-", dir=target.parent) as made:
        work = Path(made) / target.name
        work.mkdir()
        make(work)
        try:
            os.replace(work, target)
        except OSError:
            if not target.is_dir():
                raise
