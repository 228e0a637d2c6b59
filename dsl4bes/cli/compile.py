"""`dsl4bes compile`: a program becomes a BOSS package on disk.

In: a program. Out: the package's folder; files that did not change keep their time stamps. With `--fragment` only the methods of the
blocks in the file go to the standard output. What stands in the way of a file that was edited by hand is not overwritten without `--force`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NoReturn

from dsl4bes.cli import files
from dsl4bes.cli.declare import Command, Parameter
from dsl4bes.cli.show import print_diagnostics
from dsl4bes.cli.status import CLEAN, ERRORS, USAGE, Stop
from dsl4bes.diagnostics.model import Bag

if TYPE_CHECKING:
    from dsl4bes.cli.package import Written
    from dsl4bes.driver import Compilation
    from dsl4bes.source import SourceFile

PROFILES = ("7.0.x", "8")


def _work(
    file: str,
    output: str,
    profile: str,
    force: bool,
    fragment: bool,
    template_dir: str,
    json: bool,
    quiet: bool,
    include: tuple[str, ...],
    frozen: bool,
    offline: bool,
    update: tuple[str, ...],
    events: tuple[str, ...],
) -> int:
    from dsl4bes.cli.write_blocks import frozen as no_model

    asks = not no_model(frozen, offline)
    if update and not asks:
        _usage("`--update` asks a model, and `--frozen`, `--offline` or CI=true says that none is asked")
    if update and file == "-":
        _usage("`--update` needs a file: the lock file lies beside it")
    compilation = front(file, profile, template_dir, quiet, include=include, asks=asks, held=not asks, update=update, events=events, selection=fragment)
    if fragment:
        from dsl4bes.cpp.render import render_methods

        sys.stdout.write(render_methods(compilation.model, template_dir or None))
        return CLEAN
    from dsl4bes.cli.package import package_folder, write_package

    written = write_package(compilation.everything, output, force)
    for path in written.refused:
        print(
            f"error: `{path}` was edited by hand; it is left as it is (--force overwrites it)",
            file=sys.stderr,
        )
    package = os.path.join(output, package_folder(compilation.everything))
    if json:
        _print_json(package, written)
    elif not quiet:
        print(f"{package}: {len(written.changed)} files written, {len(written.same)} unchanged")
    return ERRORS if written.refused else CLEAN


def _print_json(package: str, written: Written) -> None:
    from json import dumps

    lists = {"written": written.changed, "unchanged": written.same, "refused": written.refused}
    print(dumps({"package": package, **{key: sorted(paths) for key, paths in lists.items()}}, indent=2))


def front(
    file: str,
    profile: str = "",
    template_dir: str = "",
    quiet: bool = False,
    until: str = "text",
    include: Iterable[str] = (),
    asks: bool = False,
    held: bool = False,
    update: Sequence[str] = (),
    events: Sequence[str] = (),
    selection: bool = False,
) -> Compilation:
    """Compile a file, print its diagnostics on the error output, exit with status 1 after an error (`selection`: also if it holds fits alone). `asks`: a model may write code that is missing; `held`: the user said that none may; `update`: blocks to be written anew; `events`: files to try its code on."""
    from dsl4bes.cli.write_blocks import NOT_ASKED, lacks_code_only, write_missing

    if profile and profile not in PROFILES:
        _usage(f"`{profile}` is not a profile; there are {', '.join(PROFILES)}")
    if template_dir and not os.path.isdir(template_dir):
        _usage(f"`{template_dir}` is not a folder")
    bag = Bag()
    source = files.read(file, bag)
    if source is None:
        print_diagnostics(bag, stream=sys.stderr)
        raise Stop(ERRORS)
    compilation = _compiled(file, source, profile, template_dir, until, include)
    if asks and file != "-" and (update or lacks_code_only(compilation)) and write_missing(source, include, update, quiet, events):
        compilation = _compiled(file, source, profile, template_dir, until, include)
    shown = [item for item in compilation.bag if not quiet or item.severity.value == "error"]
    print_diagnostics(shown, stream=sys.stderr, total=True)
    if compilation.bag.has_errors:
        if held and lacks_code_only(compilation):
            print(f"  help: {NOT_ASKED}", file=sys.stderr)
        raise Stop(ERRORS)
    if selection and compilation.program is not None and not compilation.program.selects:
        print(f"error: `{file}` has fits and no selection\n  help: `dsl4bes fit {file}` runs its fits", file=sys.stderr)
        raise Stop(ERRORS)
    return compilation


def _compiled(file: str, source: SourceFile, profile: str, template_dir: str, until: str, include: Iterable[str]) -> Compilation:
    from dsl4bes.driver import compile_source

    try:
        return compile_source(
            source,
            profile=profile or None,
            template_dir=template_dir or None,
            until=until,
            loader=files.loader(include),
            bodies=files.bodies(file),
        )
    except RuntimeError as error:
        if template_dir and type(error).__name__ == "TemplateFailure":  # the user's template, not ours
            print(f"error: a template of {template_dir} cannot be rendered: {error}", file=sys.stderr)
            raise Stop(ERRORS) from error
        raise


def _usage(message: str) -> NoReturn:
    print(f"Error: {message}", file=sys.stderr)
    raise Stop(USAGE)


COMMAND = Command(
    "compile",
    "Compile a program to a BOSS package.",
    (
        Parameter("file", help="The program; `-` is the standard input."),
        Parameter("output", ("-o", "--output"), ".", "Folder that gets the package's folder."),
        Parameter(
            "profile",
            ("--profile",),
            "",
            "BOSS profile, 7.0.x or 8 (default: the program's).",
            choices=PROFILES,
        ),
        Parameter("force", ("--force",), False, "Overwrite files that were edited by hand."),
        Parameter("fragment", ("--fragment",), False, "Print the methods of the blocks only."),
        Parameter(
            "template_dir", ("--template-dir",), "", "Folder with templates of your own, looked at first."
        ),
        Parameter("json", ("--json",), False, "Print JSON: the package and its files."),
        Parameter("quiet", ("-q", "--quiet"), False, "Only errors."),
        files.INCLUDE,
        Parameter("frozen", ("--frozen",), False, "Ask no model: code of custom blocks is that of the lock file (default where CI=true)."),
        Parameter("offline", ("--offline",), False, "The same, on a machine without network."),
        Parameter("update", ("--update",), (), "Have blocks written anew by the model: all, or --update=BLOCK.", bare="*"),
        Parameter("events", ("--events",), (), "Events to try a model's code on (may be repeated; the first 20,000; default: toy events and the sample).", metavar="FILE"),
    ),
    _work,
)
