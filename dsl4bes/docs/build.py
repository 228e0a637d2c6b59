"""The site: sources assembled in a scratch folder, HTML made of them by MkDocs.

In: `site.yml`, the assembled sources. Out: a folder of HTML that opens from a disk, search included, with the index of words beside it. A broken link or anchor is an error; nothing is fetched, and the
folder that is asked for is there whole or not at all.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dsl4bes.assets import templates_root
from dsl4bes.docs import assembled, programs

CONFIGURATION = Path(__file__).with_name("site.yml")
WORDS = "words.json"  #: word → page, at the top of the site
INSTALL = 'pip install "dsl4bes[docs]"'


class BuildError(RuntimeError):
    """The site cannot be built; the message says what is wrong, in lines."""


def can_build() -> bool:
    """Whether MkDocs and its theme are installed."""
    return find_spec("mkdocs") is not None and find_spec("material") is not None


def build(folder: Path, commands: Mapping[str, str]) -> None:
    """Build the site into `folder`, which is made. `commands`: the pages of the command line.

    Raises `BuildError` for broken links, for programs that a page names and that are not there, and where MkDocs is not installed.
    """
    if not can_build():
        raise BuildError(f"the documentation is built by mkdocs-material, which is not installed: {INSTALL}")
    if not programs.FOLDER.is_dir():
        raise BuildError(f"this installation came without its documentation, and the programs that the pages show are in a checkout only ({programs.FOLDER}): install the package again")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".dsl4bes-site-", dir=folder.parent) as scratch:
        sources, site = Path(scratch, "pages"), Path(scratch, "site")
        sources.mkdir()
        try:
            assembled.write(sources, commands)
        except (programs.NoSuchProgram, ValueError) as error:
            raise BuildError(str(error)) from error
        _made(sources, site)
        (site / WORDS).write_text(json.dumps(assembled.words(commands), ensure_ascii=False, indent=0), encoding="utf-8")
        _leave_out(site)
        os.chmod(site, 0o755)
        os.rename(site, folder)


def digest() -> str:
    """What the site is made of, as one key: the package's Python and data, the templates of the C++ it shows, the examples."""
    package = Path(__file__).resolve().parents[1]
    chosen = [*package.rglob("*.py"), *package.rglob("*.md"), *package.rglob("*.bes"), *(package / "docs").rglob("*"), *programs.FOLDER.rglob("*.bes"), *programs.FOLDER.rglob("README.md"), *templates_root().rglob("*.j2")]
    root = package.parent
    chosen += [root / name for name in ("ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")]
    total = sha256()
    for path in sorted({path for path in chosen if path.is_file() and "__pycache__" not in path.parts}):
        total.update(path.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:20]


def configuration(sources: Path, site: Path) -> dict[str, Any]:
    """The settings of MkDocs: `site.yml` with the folders, and the generated pages put where its navigation names their folder."""
    import yaml

    values: dict[str, Any] = yaml.safe_load(CONFIGURATION.read_text(encoding="utf-8"))
    values |= {"docs_dir": str(sources), "site_dir": str(site), "strict": True}
    values["nav"] = _navigation(values["nav"], sources)
    return values


def _navigation(entries: list[Any], sources: Path) -> list[Any]:
    """The navigation with each `folder/` as the list of its pages, its index first."""
    made: list[Any] = []
    for entry in entries:
        if isinstance(entry, str) and entry.endswith("/"):
            found = sorted((sources / entry).glob("*.md"), key=lambda path: (path.stem != "index", path.stem))
            made += [f"{entry}{path.name}" for path in found]
        elif isinstance(entry, dict):
            made.append({title: _navigation(inner, sources) if isinstance(inner, list) else inner for title, inner in entry.items()})
        else:
            made.append(entry)
    return made


def _made(sources: Path, site: Path) -> None:
    """Run MkDocs; its warnings are errors."""
    os.environ.setdefault("DISABLE_MKDOCS_2_WARNING", "true")
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "true")
    import yaml
    from mkdocs.commands.build import build as run
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    _know_the_language()
    heard = _Heard()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(heard)
    logger.propagate, before = False, logger.propagate
    settings = sources.parent / "mkdocs.yml"
    settings.write_text(yaml.safe_dump(configuration(sources, site), allow_unicode=True, sort_keys=False), encoding="utf-8")
    try:
        loaded = load_config(config_file=str(settings))
        loaded.plugins.on_startup(command="build", dirty=False)
        try:
            run(loaded)
        finally:
            loaded.plugins.on_shutdown()
    except (MkDocsException, SystemExit) as error:
        raise BuildError("\n".join([*heard.said, str(error)]).strip()) from error
    finally:
        logger.removeHandler(heard)
        logger.propagate = before


def _know_the_language() -> None:
    """Tell Pygments of the lexer: its entry point is there only where the package is installed, and a wheel is built before that."""
    from pygments.lexers import LEXERS

    from dsl4bes.syntax.highlight import BesLexer

    LEXERS.setdefault("BesLexer", (BesLexer.__module__, BesLexer.name, tuple(BesLexer.aliases), tuple(BesLexer.filenames), tuple(BesLexer.mimetypes)))


class _Heard(logging.Handler):
    """Keeps what MkDocs warns of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def _leave_out(site: Path) -> None:
    """Files that only a web server or a developer of the theme would use."""
    for pattern in ("**/*.map", "sitemap.xml*"):
        for path in site.glob(pattern):
            path.unlink()
    unused = site / "assets/javascripts/lunr/wordcut.js"
    unused.unlink(missing_ok=True)
    for path in (site / "assets/javascripts/lunr/min").glob("lunr.*.min.js"):
        if path.name not in ("lunr.stemmer.support.min.js", "lunr.multi.min.js", "lunr.zh.min.js"):
            path.unlink()


def copied(site: Path, folder: Path) -> None:
    """A built site copied into `folder`, which is made."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".dsl4bes-site-", dir=folder.parent) as scratch:
        shutil.copytree(site, Path(scratch, "site"))
        os.rename(Path(scratch, "site"), folder)
