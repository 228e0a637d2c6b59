"""`dsl4bes docs`: the documentation that came with this version, without a network.

In: a word (a block, a field, a function, a code, a command, the name of a page), or nothing. Out: the page in a browser and its address on the standard output. A wheel brings the pages; in a checkout they are built
once, if MkDocs is installed. Nothing of MkDocs is imported otherwise.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from dsl4bes.cli.declare import Command, Parameter
from dsl4bes.cli.status import CLEAN, ERRORS


def _docs(word: str, build: str, no_browser: bool) -> int:
    from dsl4bes.docs.build import BuildError

    try:
        return _built(build) if build else _shown(word, no_browser)
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return ERRORS


def _built(place: str) -> int:
    """`--build`: the site as a folder, to be copied to a server or looked at."""
    from dsl4bes.cli.docs_pages import command_pages
    from dsl4bes.docs import build, shipped

    folder = Path(os.path.realpath(place))  # a link leads to the folder that is meant
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise build.BuildError(f"`{place}` is there already and is not an empty folder; nothing was written")
    found = shipped.installed()
    if found is None:
        build.build(folder, command_pages())
    else:
        build.copied(found, folder)
    print(f"wrote {place}: open {folder / 'index.html'}")
    return CLEAN


def _shown(word: str, no_browser: bool) -> int:
    from dsl4bes.cli.docs_pages import command_pages
    from dsl4bes.docs import shipped

    folder = shipped.site(command_pages, lambda text: print(text, file=sys.stderr))
    page = shipped.page_of(word, folder) if word else "index.html"
    if page is None:
        from dsl4bes.reference.lookup import near

        shown = word if len(word) <= 60 else f"{word[:57]}..."
        print(f"error: no page is about `{shown}`{near(word[:60])}; the search of `dsl4bes docs` looks through all texts", file=sys.stderr)
        return ERRORS
    path, _, anchor = page.partition("#")
    address = (folder / path).as_uri() + (f"#{anchor}" if anchor else "")
    print(address)
    if not no_browser:
        _open(address)
    return CLEAN


def _open(address: str) -> None:
    """Open a browser; where there is none, the address that was printed is all that can be given."""
    import webbrowser

    try:
        opened = webbrowser.open(address)
    except webbrowser.Error:
        opened = False
    if not opened:
        print("no browser was found here: open the address above in one", file=sys.stderr)


COMMAND = Command(
    "docs",
    "Open the documentation, or the page of a word.",
    (
        Parameter("word", default="", help="A block, field, function, particle, unit, code or command.", metavar="WORD"),
        Parameter("build", ("--build",), "", help="Write the site into this folder instead; it must be new or empty.", metavar="FOLDER"),
        Parameter("no_browser", ("--no-browser",), False, help="Print the address only."),
    ),
    _docs,
)
