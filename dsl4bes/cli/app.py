"""The command line: finds the command, imports its module alone, and turns its end into an exit status.

In: the arguments. Out: 0 clean, 1 errors, 2 wrong usage, 3 internal error (130 interrupted).
Every command is a module of this folder with a function of the same name, a `COMMAND`, or a `GROUP` of commands that are modules themselves; only the one asked for is imported, so
that `check` never pays for `run`. No traceback reaches the user: what is unexpected becomes BES9001 with a report file.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from dsl4bes.cli.status import CLEAN, ERRORS, INTERRUPTED, Stop

#: Command → (module, one line of help). The order is that of `dsl4bes --help`.
COMMANDS: dict[str, tuple[str, str]] = {
    "new": ("new", "Write a template program to start from."),
    "check": ("check", "Check programs: spelling, units, physics."),
    "fmt": ("fmt", "Format programs."),
    "compile": ("compile", "Compile a program to a BOSS package."),
    "plan": ("plan", "Say what `compile` would change."),
    "run": ("run", "Run a selection on event files, here."),
    "fit": ("fit", "Run the fits of a program in ROOT; or ask for one in words."),
    "ask": ("ask", "Ask a model for a program, in words."),
    "accept": ("accept", "Put the code of custom blocks through the ladder."),
    "review": ("review", "Show the code of custom blocks and the events that decide."),
    "describe": ("describe", "Say a selection in words: English or Chinese, text or LaTeX."),
    "graph": ("graph", "Draw a selection: blocks, lists, cuts, as SVG or HTML."),
    "diff": ("diff", "Say what differs between two selections, in physics terms and on events."),
    "compare": ("compare", "Compare two results of `run`: cut flows and histograms."),
    "submit": ("submit", "Write job options and an HTCondor description, split by files."),
    "explain": ("explain", "Explain a code, a block, a field, a function or a particle."),
    "dump": ("dump", "Print one stage of the compiler."),
    "import": ("import_", "A draft of a program from a hand-written BOSS algorithm."),
    "mcp": ("mcp", "Serve the compiler to agents, by the Model Context Protocol."),
    "repl": ("repl", "Type blocks, see their C++ at once."),
    "lsp": ("lsp", "Serve editors: the language server."),
    "studio": ("studio", "Write a selection in the browser, with its cut flow beside it."),
    "editor": ("editor", "Set up an editor: colours, indentation, language server."),
    "serve": ("serve", "Serve a model for unknown blocks, with vLLM."),
    "sample": ("sample", "Get the ten real events."),
    "toy": ("toy", "Generate toy events."),
    "benchmark": ("benchmark", "Measure how well a model writes ROOT fits."),
    "dataset": ("dataset", "Training data, each pair verified: build, show, add, remove."),
    "finetune": ("finetune", "Train a LoRA adapter by a recipe."),
    "evaluate": ("evaluate", "Judge a model by running what it writes."),
    "docs": ("docs", "Open the documentation, or the page of a word."),
    "doctor": ("doctor", "Say what is installed and how to get the rest."),
}

_FULL = (errno.ENOSPC, errno.EDQUOT)
#: What a system refuses because of a path or a disk, not because of a fault in the compiler.
_USERS_MATTER = (
    errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.ENOENT, errno.EEXIST, errno.ENAMETOOLONG,
    errno.ELOOP, errno.EIO, *_FULL,
)  # fmt: skip


def run(arguments: Sequence[str]) -> int:
    """Run the command line; returns the exit status."""
    given = list(arguments)
    _survive_closed_pipe()
    try:
        plain = _plainly(given)
        if plain is not None:
            return plain
        _typer_command(given).main(args=given, prog_name="dsl4bes")
    except Stop as stop:
        return stop.status
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else (ERRORS if end.code else CLEAN)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stdout = None  # the reader has gone: nothing is left to say
        return CLEAN
    except Exception as error:  # noqa: BLE001  the one handler: whatever was not foreseen
        return unforeseen(error, given)
    return CLEAN


def unforeseen(error: Exception, arguments: Sequence[str]) -> int:
    """Say what nobody handled: what the system refused in a line, a fault of ours with a report; the exit status."""
    return (isinstance(error, OSError) and _system(error)) or _report(error, arguments)


def _plainly(arguments: Sequence[str]) -> int | None:
    """Run a command that is declared as data if its line is plainly right; None: typer has to look at it."""
    if list(arguments) == ["--version"]:
        return _print_version()
    if not arguments or arguments[0] not in COMMANDS or _completing():
        return None
    module, rest = import_module(f"dsl4bes.cli.{COMMANDS[arguments[0]][0]}"), arguments[1:]
    group = getattr(module, "GROUP", None)
    if group is not None:
        if not rest or rest[0] not in group.commands:
            return None
        module, rest = import_module(f"dsl4bes.cli.{group.commands[rest[0]][0]}"), rest[1:]
    command = getattr(module, "COMMAND", None)
    if command is None:
        return None
    from dsl4bes.cli.declare import read_plainly

    values = read_plainly(command, rest)
    if values is None:
        return None
    gc.disable()  # a compilation makes trees, no cycles, and the process ends with it
    return int(command.work(**values))


def _completing() -> bool:
    """The shell asks for completions."""
    return any(name.startswith("_DSL4BES") for name in os.environ)


def _typer_command(arguments: Sequence[str]) -> Any:
    """The typer group; with a known command in front only that one is registered."""
    import typer

    app = typer.Typer(
        name="dsl4bes",
        help="Write what to select; get a BOSS package, and run it here.",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    def options(version: bool = typer.Option(False, "--version", help="Print the version and exit.")) -> None:
        if version:
            raise typer.Exit(_print_version())

    app.callback(invoke_without_command=True)(options)
    wanted = next((word for word in arguments if not word.startswith("-")), None)
    for name, (module, help_line) in COMMANDS.items():
        if name == wanted or _completing():
            _register(app, name, module)
        elif wanted not in COMMANDS:
            app.command(name, help=help_line)(_listed_only)
    return typer.main.get_command(app)


def _register(app: Any, name: str, module: str) -> None:
    """Tell typer of a command, or of a group with all its commands."""
    import typer

    group = getattr(import_module(f"dsl4bes.cli.{module}"), "GROUP", None)
    if group is None:
        app.command(name)(_function(name, module))
        return
    below = typer.Typer(help=group.help, no_args_is_help=True, rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]})
    for word, (where, _) in group.commands.items():
        below.command(word)(_function(word, where))
    app.add_typer(below, name=name)


def _function(name: str, module: str) -> Any:
    """What typer registers for a command: its function, or the face of its declaration."""
    loaded = import_module(f"dsl4bes.cli.{module}")
    if hasattr(loaded, "COMMAND"):
        from dsl4bes.cli.declare import for_typer

        return for_typer(loaded.COMMAND)
    return getattr(loaded, name)


def _print_version() -> int:
    from dsl4bes import __version__

    print(f"dsl4bes {__version__}")
    return CLEAN


def _listed_only() -> None:
    """Stands for a command that was not asked for, in the list of `--help`."""


def _survive_closed_pipe() -> None:
    """Texts with characters that the terminal lacks are written with replacements instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _system(error: OSError) -> int:
    """Say what the system refused: a file or folder of the user, a full disk; 0 if it is a fault of ours."""
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    name = "" if error.filename is None else os.path.abspath(os.fsdecode(error.filename))
    if error.errno not in _USERS_MATTER or name.startswith(own) or not (name or error.errno in _FULL):
        return 0
    shown = f"`{os.fsdecode(error.filename)}`: " if error.filename is not None else ""
    print(f"error: {shown}{error.strerror or error}", file=sys.stderr)
    return ERRORS


def _report(error: BaseException, arguments: Sequence[str]) -> int:
    from dsl4bes.cli.internal_error import report

    return report(error, arguments)
