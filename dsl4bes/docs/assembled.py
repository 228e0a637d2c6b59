"""All sources of the site: hand-written pages with their programs in place, generated pages, the index of words.

In: `pages/`, generated Markdown. Out: path → text, written into a folder that is made for it. A fence that names a program that is not there is an error, and nothing is left of its options.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from dsl4bes.docs import generated
from dsl4bes.docs.fences import rewritten, without_comments
from dsl4bes.docs.programs import shown

PAGES = Path(__file__).with_name("pages")


def written() -> dict[str, str]:
    """The hand-written pages as they stand: path → Markdown with its directives."""
    return {path.relative_to(PAGES).as_posix(): path.read_text(encoding="utf-8") for path in sorted(PAGES.rglob("*.md"))}


def sources(commands: Mapping[str, str]) -> dict[str, str]:
    """Every page, ready for MkDocs. `commands`: the pages of the command line, which is above this part."""
    pages = {path: rewritten(without_comments(text), shown) for path, text in written().items()}
    made = generated.pages() | dict(commands)
    for page in commands:
        block = page.replace("commands/", "reference/blocks/")
        if block in made and not page.endswith("index.md"):
            name = Path(page).stem
            made[block] += f"\nThe command of this name: [`dsl4bes {name}`](../../{page})\n"
    return pages | {path: rewritten(text, lambda fence: fence.code) for path, text in made.items()}


def words(commands: Mapping[str, str]) -> dict[str, str]:
    """Word → page of the site (HTML, with an anchor). A word of several meanings has the page of the block, code or shape, else that of the command, the written page, the function, the particle, the unit."""
    named = {Path(path).stem: path for path in written() if not path.startswith("zh/") and Path(path).stem != "index"}
    called = {Path(path).stem: path for path in commands if Path(path).stem != "index"}
    found = generated.words() | named | called | generated.main_words() | {f"dsl4bes {name}": page for name, page in called.items()}
    return {word: page.replace(".md", ".html", 1) for word, page in sorted(found.items())}


def write(folder: Path, commands: Mapping[str, str]) -> None:
    """Write all sources into `folder`."""
    for path, text in sources(commands).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    shutil.copytree(PAGES / "assets", folder / "assets", dirs_exist_ok=True)
