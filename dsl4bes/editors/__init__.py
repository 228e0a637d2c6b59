"""Files for editors, and where each editor looks for its own.

In: the name of an editor. Out: which shipped files go where (`setups`). VS Code takes a package made with npm, pygments an entry point, so they have none. Nothing is written here.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
_VIM = ("syntax/bes.vim", "indent/bes.vim", "ftdetect/bes.vim", "ftplugin/bes.vim")


@dataclass(frozen=True, slots=True)
class Setup:
    """What is to be done for an editor: words, shipped files below `ROOT` → names below `folder`."""

    words: str
    files: dict[str, str]
    folder: Path | None = None


def setups() -> dict[str, Setup]:
    """The editors by name."""
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    vim = {f"vim/{name}": name for name in _VIM}
    emacs = {f"emacs/{name}": name for name in ("bes-mode.el", "bes-words.el")}
    return {
        "vscode": Setup(f'cd "{ROOT / "vscode"}"  (or a copy of it, if it cannot be written)\nnpm ci && npx vsce package --skip-license --allow-missing-repository\ncode --install-extension dsl4bes-0.1.0.vsix', {}),
        "vim": Setup("colours and indentation of *.bes", vim, Path.home() / ".vim"),
        "neovim": Setup('add to init.lua: vim.lsp.enable("dsl4bes")', {**vim, "neovim/lsp/dsl4bes.lua": "lsp/dsl4bes.lua"}, config / "nvim"),
        "emacs": Setup(f"add to init.el: (add-to-list 'load-path \"{config / 'emacs' / 'dsl4bes'}\") (require 'bes-mode)", emacs, config / "emacs" / "dsl4bes"),
        "pygments": Setup("nothing to do: the lexer `bes` is there where dsl4bes is installed (pygmentize -l bes FILE)", {}),
    }
