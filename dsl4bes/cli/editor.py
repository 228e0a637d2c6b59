"""`dsl4bes editor`: how an editor is set up for programs, and its files put where it looks for them.

In: the name of an editor. Out: words on the standard output; with `--install` files in the user's folder. A file that is another than ours stays as it is without `--force`.
"""

from __future__ import annotations

import os
import sys

from dsl4bes.cli.declare import Command, Parameter

EDITORS = ("vscode", "vim", "neovim", "emacs", "pygments")


def _work(editor: str, install: bool, force: bool) -> int:
    from dsl4bes.editors import setups

    if editor not in EDITORS:
        print(f"error: `{editor}` is none of {', '.join(EDITORS)}", file=sys.stderr)
        return 2
    setup = setups()[editor]
    if install and setup.folder is None:
        print(f"error: for {editor} no files are installed; `dsl4bes editor {editor}` says what to do", file=sys.stderr)
        return 1
    print(setup.words)
    if not setup.files:
        return 0
    if install:
        return _install(setup.files, str(setup.folder), force)
    print(f"`dsl4bes editor {editor} --install` writes:")
    for name in setup.files.values():
        print(f"  {os.path.join(str(setup.folder), name)}")
    return 0


def _install(files: dict[str, str], folder: str, force: bool) -> int:
    """Write the files, all or none."""
    from dsl4bes.cli.files import write
    from dsl4bes.editors import ROOT

    texts = {os.path.join(folder, name): (ROOT / ours).read_text(encoding="utf-8") for ours, name in files.items()}
    others = [path for path, text in texts.items() if os.path.lexists(path) and not _same(path, text)]
    if others and not force:
        print(f"error: {', '.join(others)}: there already, and not ours; nothing was written\n  help: move it away, or add --force to replace it", file=sys.stderr)
        return 1
    for path, text in texts.items():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write(path, text)
        print(f"wrote {path}")
    return 0


def _same(path: str, text: str) -> bool:
    try:
        with open(path, encoding="utf-8") as stream:
            return stream.read() == text
    except (OSError, UnicodeDecodeError):
        return False


COMMAND = Command(
    "editor",
    "Set up an editor: colours, indentation, language server.",
    (
        Parameter("editor", help=f"One of {', '.join(EDITORS)}.", metavar="EDITOR"),
        Parameter("install", ("--install",), False, "Write the files to where the editor looks for them."),
        Parameter("force", ("--force",), False, "Replace files that are there already."),
    ),
    _work,
)
