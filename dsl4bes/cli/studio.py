"""`dsl4bes studio`: a program in the browser, with its diagnostics, its C++ and its cut flow beside it.

In: a program (it need not exist yet), events, a folder that the page may see. Out: a server on this machine and its address with a token, until Ctrl-C. Only what the page saves is written, and no file is replaced that it
has not read.
"""

from __future__ import annotations

import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from dsl4bes.cli.files import INCLUDE_HELP
from dsl4bes.cli.status import ERRORS, TERMINATED, Stop, Terminated, stop_in_order

if TYPE_CHECKING:
    from dsl4bes.preview.events import Events
    from dsl4bes.studio.app import Studio


def studio(
    file: Annotated[str, typer.Argument(metavar="[FILE.bes]", help="The program; one that does not exist is begun.")] = "",
    events: Annotated[list[str] | None, typer.Option("-e", "--events", metavar="FILE", help="Event files, folders or patterns to begin with, from anywhere (may be repeated).")] = None,
    root: Annotated[str, typer.Option("--root", metavar="FOLDER", help="The folder that the page may see (default: this one, or that of FILE).")] = "",
    host: Annotated[str, typer.Option("--host", help="Address to listen at; others than this machine's own are reached unencrypted.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port (0: a free one).")] = 0,
    browser: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    include: Annotated[list[str] | None, typer.Option("-I", "--include", metavar="FOLDER", help=INCLUDE_HELP)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON when it is ready.")] = False,
) -> None:
    """Write a selection in the browser: diagnostics, C++, cut flow and histograms as you type."""
    _check_installed()
    stop_in_order()
    from dsl4bes.studio.serve import ServeError, listen, new_token, serve

    made = _studio(file, root, host, events or [], include or [], new_token())
    try:
        listening = listen(host, port)
    except ServeError as error:
        _refuse(str(error), "name another with --host or --port")
    address = f"{listening.address}#token={made.token}"
    try:
        serve(made, listening, lambda: _print_ready(address, made, as_json, browser))
    except KeyboardInterrupt as stop:
        if isinstance(stop, Terminated):
            raise Stop(TERMINATED) from None
        if not as_json:
            print("stopped", file=sys.stderr)  # the way in which it is ended: no error; its reader may have gone


def _check_installed() -> None:
    """One line where a package is missing."""
    missing = [name for name in ("fastapi", "uvicorn", "numpy", "uproot", "awkward", "pybes3") if find_spec(name) is None]
    if missing:
        _refuse(f"`studio` needs {', '.join(missing)}", 'pip install "dsl4bes[studio]"; see `dsl4bes doctor`')


def _studio(file: str, root: str, host: str, events: list[str], include: list[str], token: str) -> Studio:
    from dsl4bes.studio.app import Studio
    from dsl4bes.studio.folder import FolderError, Missing, Root
    from dsl4bes.syntax.includes import folders_of_environment

    if root and not os.path.isdir(root):
        _refuse(f"there is no folder `{root}`", "make it, or name another")
    place = os.path.realpath(file) if file else ""
    folder = Root.at(root or ".")
    if file and not root and not folder.holds(Path(place)):
        folder = Root.at(os.path.dirname(place))
    if file and not folder.holds(Path(place)):
        _refuse(f"`{file}` is not below `{root}`", "name another --root")
    name = os.path.relpath(place, folder.path) if file else ""
    try:
        if file:
            folder.open(name)
    except Missing:
        if not os.path.isdir(os.path.dirname(place)):
            _refuse(f"there is no folder for `{file}`", "make it, or name another file")
    except FolderError as error:
        _refuse(str(error), "name a program, as in selection.bes")
    return Studio(folder, token, name, BEGINNING, _events(events), (*include, *folders_of_environment()), host, _log)


def _log(line: str) -> None:
    """What the server has to tell, on the standard error, as long as there is one."""
    from contextlib import suppress

    with suppress(OSError, ValueError):
        print(line, file=sys.stderr, flush=True)


def _events(patterns: list[str]) -> Events | None:
    from dsl4bes.preview.events import of_files
    from dsl4bes.run.errors import RunError

    try:
        return of_files(patterns) if patterns else None
    except RunError as error:
        _refuse(str(error), error.advice)


#: What a page without a program begins with.
BEGINNING = """\
analysis "Selection" do
    ecms            3.097 GeV
end

event_selection do
    charged_tracks do
        vr          < 1 cm
        vz          < 10 cm
        ngood       == 2
        net_charge  0
    end
end
"""


def _print_ready(address: str, made: Studio, as_json: bool, browser: bool) -> None:
    """The address: at once, since whoever reads it may wait for it in a pipe."""
    from dsl4bes.unknown.backends.address import is_loopback

    words = f"open {address}\nprograms and events of {made.root.path}; Ctrl-C stops it"
    try:
        print(json.dumps({"url": address, "root": str(made.root.path), "process": os.getpid()}) if as_json else words, flush=True)
    except BrokenPipeError:
        sys.stdout = None  # its reader has what it wanted and has gone; the page has not
    if not is_loopback(made.host):
        print(f"warning: {made.host} is reached by others, unencrypted; `ssh -L` to 127.0.0.1 is safer", file=sys.stderr)
    if browser:
        _open(address)


def _open(address: str) -> None:
    """The browser gets a private file that leads to the address: arguments of programs are seen by everybody on a machine."""
    import atexit
    import tempfile
    import webbrowser
    from contextlib import suppress
    from html import escape

    handle, path = tempfile.mkstemp(prefix="dsl4bes-studio-", suffix=".html")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(f'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={escape(address, quote=True)}">\n')

    def forget() -> None:
        with suppress(FileNotFoundError):
            os.unlink(path)

    atexit.register(forget)
    if not webbrowser.open(f"file://{path}"):
        print("no browser could be opened; take the address above", file=sys.stderr)


def _refuse(words: str, advice: str = "") -> NoReturn:
    print(f"error: {words}", file=sys.stderr)
    if advice:
        print(f"  help: {advice}", file=sys.stderr)
    raise Stop(ERRORS)
