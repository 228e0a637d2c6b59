"""The magics `%%dsl4bes` and `%dsl4bes_load`.

In: options and the text of a cell. Out: what `shown.py` makes, displayed; the `RunResult` under the name that was given (else as the value of the cell). Errors of the program, of files and of options are shown, not raised.
A cell with `--save` is the program of that file: what it includes and its accepted code are looked for beside it.
"""

from __future__ import annotations

import os
import shlex
from argparse import ArgumentError
from pathlib import Path
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring
from IPython.display import display

from dsl4bes.notebook import INSTALL, shown


@magics_class  # type: ignore[untyped-decorator, unused-ignore]
class Dsl4besMagics(Magics):  # type: ignore[misc, unused-ignore]
    """Programs in cells."""

    @magic_arguments()  # type: ignore[untyped-decorator, unused-ignore]
    @argument("name", nargs="?", default="", help="variable for the result")
    @argument("--events", nargs="+", default=[], help="event files")
    @argument("--toy", default="", help='decay of toy events, "J/psi -> rho(770)0 pi0"')
    @argument("-n", type=int, default=1000, help="number of toy events")
    @argument("--cpp", action="store_true", help="show the C++")
    @argument("--save", default="", help="file for the program, whose accepted code (FILE.lock) is used; another program that is there stays without --force")
    @argument("--force", action="store_true", help="replace the file of --save")
    @argument("--fit", action="store_true", help="run the fits of the program in ROOT")
    @cell_magic  # type: ignore[untyped-decorator, unused-ignore]
    def dsl4bes(self, line: str, cell: str) -> Any:
        """Check a program; with events, run it."""
        try:
            wanted = parse_argstring(self.dsl4bes, line)
        except (UsageError, ArgumentError, ValueError) as error:
            return _wrong(str(error))
        wanted.events, wanted.toy = [_plain(each) for each in wanted.events], _plain(wanted.toy)
        wanted.save = _plain(wanted.save)
        if wanted.name and not wanted.name.isidentifier():
            return _wrong(f"`{wanted.name}` cannot be the name of a variable")
        if wanted.n < 1:
            return _wrong("-n is the number of toy events: at least 1")
        try:
            return self._work(wanted, cell)
        except ModuleNotFoundError as error:
            if error.name is None or error.name.startswith("dsl4bes"):
                raise
            return _wrong(f"this needs `{error.name}`, which is not installed", INSTALL)

    def _work(self, wanted: Any, cell: str) -> Any:
        from dsl4bes.cpp.render import render_methods
        from dsl4bes.driver import compile_source
        from dsl4bes.source import SourceFile
        from dsl4bes.syntax.includes import Folders, folders_of_environment
        from dsl4bes.unknown.beside import Beside

        name, base = _place(wanted)
        compilation = compile_source(SourceFile(name, cell), until="text", loader=Folders(base, folders_of_environment()), bodies=Beside(name))
        if len(compilation.bag):
            display(shown.diagnostics(compilation.bag))
        if compilation.bag.has_errors:
            return None
        if wanted.cpp and compilation.model is not None:
            display(shown.cpp(render_methods(compilation.model)))
        if wanted.save and not _saved(wanted.save, cell, wanted.force):
            return None
        result = self._run(wanted, cell) if wanted.events or wanted.toy else None
        fits = _fitted(cell, *_place(wanted)) if wanted.fit else None
        value = fits if result is None else result
        if wanted.name and value is not None:
            assert self.shell is not None  # the magics are registered with one
            self.shell.user_ns[wanted.name] = value
            return None
        return _Quiet(value) if value is not None else None

    def _run(self, wanted: Any, cell: str) -> Any:
        from dsl4bes.api import run
        from dsl4bes.events.toy import DecayError, toy_batches
        from dsl4bes.run.errors import RunError

        try:
            events = list(toy_batches(wanted.toy, wanted.n, 1)) if wanted.toy else wanted.events
            name, base = _place(wanted)
            result = run(cell, events, name, base=base)
        except (RunError, DecayError, ValueError, OSError) as error:
            return _wrong(str(error), getattr(error, "advice", ""), getattr(error, "details", ""))
        display(shown.cut_flow(result))
        if result.histograms:
            display(shown.histograms(result))
        return result

    @line_magic  # type: ignore[untyped-decorator, unused-ignore]
    def dsl4bes_load(self, line: str) -> None:
        """Put a program into the next cell: `%dsl4bes_load FILE`."""
        path = _plain(line.strip())
        try:
            with open(path, encoding="utf-8") as stream:
                text = stream.read()
        except (OSError, UnicodeDecodeError) as error:
            _wrong(f"`{path}` cannot be read: {getattr(error, 'strerror', None) or 'it is not text'}")
            return
        assert self.shell is not None  # the magics are registered with one
        self.shell.set_next_input(f"%%dsl4bes\n{text}", replace=False)


class _Quiet:
    """The value of a cell that was shown already: what it has is that of the result."""

    def __init__(self, value: Any) -> None:
        self.result = value

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # of a copy that has no result yet, too
            raise AttributeError(name)
        return getattr(self.result, name)

    def __getitem__(self, name: str) -> Any:
        return self.result[name]

    def __repr__(self) -> str:
        return "the result is in `_`; give the cell a name to keep it"


def _plain(word: str) -> str:
    """A word without the quotes that IPython leaves around it."""
    return shlex.split(word)[0] if word[:1] in "\"'" and word[-1:] == word[:1] and len(word) > 1 else word


def _place(wanted: Any) -> tuple[str, str]:
    """The name of the program of a cell, and the folder it lies in."""
    return wanted.save or "<cell>", os.path.dirname(wanted.save) or "."


def _wrong(message: str, advice: str = "", details: str = "") -> None:
    display(shown.fault(message, advice, details))


def _saved(path: str, text: str, force: bool) -> bool:
    """Write the program; False if it cannot be, which is shown. A file that holds it already is as good."""
    from dsl4bes.atomic import write_whole

    data = text.encode("utf-8")
    try:
        write_whole(path, data, new=not force)
    except FileExistsError:
        if _holds(path, data):
            return True
        _wrong(f"`{path}` exists; nothing was written", "name another file, or add --force")
        return False
    except OSError as error:
        _wrong(f"`{path}` cannot be written: {error.strerror or error}")
        return False
    return True


def _holds(path: str, data: bytes) -> bool:
    try:
        return os.path.isfile(path) and Path(path).read_bytes() == data
    except OSError:
        return False


def _fitted(cell: str, name: str, base: str) -> Any:
    from dsl4bes.api import fit
    from dsl4bes.fitting.located import NotFound
    from dsl4bes.fitting.run import FitFailure
    from dsl4bes.fitting.show import text
    from dsl4bes.unknown.trouble import Trouble

    try:
        results = fit(cell, name, base=base)
    except (NotFound, FitFailure, Trouble) as error:
        return _wrong(str(error))
    for each in results.values():
        print(text(each))
    return results
