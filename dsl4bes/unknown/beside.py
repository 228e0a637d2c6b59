"""The lock file that lies beside a program, read when a custom block first asks for its code.

In: the path of a program. Out: a source of code for the compiler; faults of the file become the diagnostic of the block that asked. A program without such
blocks never opens the file, and nothing heavy is imported for it. Nothing is written here.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dsl4bes.constructs.base import Instance
    from dsl4bes.constructs.bodies import Missing
    from dsl4bes.ir.custom import Body, View
    from dsl4bes.source import SourceFile
    from dsl4bes.unknown.lock import Lock


class Beside:
    """The lock file of a program by its path; `-` (the standard input) and texts have none."""

    def __init__(self, program: str) -> None:
        self.program = program
        self._lock: Lock | None = None

    def find(self, name: str, here: Instance, seen: View, file: SourceFile | None) -> Body | Missing:
        from dsl4bes.constructs.bodies import Missing
        from dsl4bes.diagnostics.codes import unknown as codes
        from dsl4bes.unknown.lock import LockError

        try:
            return self.lock().find(name, here, seen, file)
        except LockError as error:
            return Missing(codes.BAD_LOCK, str(error), "restore it, or remove it and run `dsl4bes accept`")

    def lock(self) -> Lock:
        """The lock, empty if there is no file; raises `LockError`."""
        from dsl4bes.unknown.lock import ENDING, MAX_SIZE, Lock, LockError, read

        if self._lock is None:
            if self.program == "-":
                self._lock = Lock()
                return self._lock
            path = self.program + ENDING
            try:
                with open(path, encoding="utf-8", opener=_at_once) as stream:
                    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                        raise LockError(f"{path} cannot be read: it is no plain file")
                    self._lock = read(stream.read(MAX_SIZE + 1), path)
            except FileNotFoundError:
                self._lock = Lock()
            except (OSError, UnicodeDecodeError) as error:
                raise LockError(f"{path} cannot be read: {error}") from None
        return self._lock


def _at_once(path: str, flags: int) -> int:
    """Open without waiting: a pipe of this name has no writer."""
    return os.open(path, flags | os.O_NONBLOCK)
