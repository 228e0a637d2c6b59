"""Where the built documentation lies, and the page of a word in it.

In: nothing, or a word. Out: a folder of HTML, a page. In a wheel it is `_assets/site`; in a checkout it is built once for its content into the user's cache. Nothing is opened here.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from dsl4bes.docs.build import INSTALL, WORDS, BuildError, build, can_build, digest

_INSTALLED = Path(__file__).resolve().parents[1] / "_assets" / "site"
_KEPT = 2  #: sites of other versions that stay in the cache


def installed() -> Path | None:
    """The site that came with the package; None in a checkout, and in a wheel that was built without it."""
    return _INSTALLED if (_INSTALLED / "index.html").is_file() else None


def site(commands: Callable[[], Mapping[str, str]], tell: Callable[[str], None]) -> Path:
    """The folder of the site; built first where it is not there yet, which `tell` is told.

    Raises `BuildError` where that cannot be done, `OSError` where the cache cannot be written.
    """
    found = installed()
    if found is not None:
        return found
    folder = cache() / f"site-{digest()}"
    if (folder / "index.html").is_file():
        return folder
    if not can_build():
        raise BuildError(f"the documentation of a checkout is built by mkdocs-material, which is not installed: {INSTALL}")
    tell("building the documentation, once for this version (some ten seconds)")
    try:
        build(folder, commands())
    except OSError:
        if not (folder / "index.html").is_file():  # another process was faster
            raise
    _make_room(folder)
    return folder


def _make_room(folder: Path) -> None:
    """Only the newest few sites are kept: each change of a checkout makes another one."""
    others = [each for each in folder.parent.glob("site-*") if each != folder]
    for each in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)[_KEPT:]:
        shutil.rmtree(each, ignore_errors=True)


def cache() -> Path:
    """`DSL4BES_CACHE`, else the user's cache folder."""
    chosen = os.environ.get("DSL4BES_CACHE")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base, "dsl4bes")


def page_of(word: str, folder: Path) -> str | None:
    """The page of a word, below `folder`; None if the site has none.

    Raises `BuildError` if the site has no index of words.
    """
    try:
        known: dict[str, str] = json.loads((folder / WORDS).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BuildError(f"the documentation in `{folder}` is damaged ({error}); install the package again") from error
    plain = word.removeprefix("event_selection.").removesuffix("()")
    lower = {each.lower(): page for each, page in reversed(known.items())}
    for each in (word, plain):
        with suppress(KeyError):
            return known.get(each) or lower[each.lower()]
    block, _, name = plain.rpartition(".")
    if block:
        return None
    fields = sorted(page for each, page in known.items() if each.endswith(f".{name}"))
    return fields[0] if fields else None
