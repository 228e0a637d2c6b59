"""Where the grammar, the templates and the shipped fragments live: the only file that knows.

In: the name of an asset below `grammar/` or `templates/`. Out: its path or its text.
In a wheel they are in `dsl4bes/_assets`; in a checkout at its root, beside `pyproject.toml`. Nothing else is searched. The fragments
that programs may include are always in `dsl4bes/fragments`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


class AssetError(RuntimeError):
    """The installation is incomplete; the message names the places that were looked at."""


@cache
def assets_root() -> Path:
    """The folder that holds `grammar/` and `templates/`.

    Raises `AssetError` if neither the wheel's nor the checkout's folder is there.
    """
    installed = _PACKAGE / "_assets"
    if installed.is_dir():
        return installed
    checkout = _PACKAGE.parent
    if (checkout / "pyproject.toml").is_file():
        return checkout
    raise AssetError(
        f"the grammar and the templates of dsl4bes are in neither {installed} nor {checkout} "
        "(a checkout has a pyproject.toml there); install the package again"
    )


def grammar_path(name: str = "dsl4bes.lark") -> Path:
    """Path of a grammar file, for tools that read the grammar itself."""
    return _existing(assets_root() / "grammar" / name)


def templates_root() -> Path:
    """The folder of the templates, for a template loader."""
    return _existing(assets_root() / "templates")


def recipes_root() -> Path:
    """The folder of the recipes for training: `finetune/recipes` in a checkout, `recipes` in a wheel."""
    root = assets_root()
    return _existing(root / "recipes" if root.name == "_assets" else root / "finetune" / "recipes")


def fragments_root() -> Path:
    """The folder of the fragments that are shipped: `include "besiii/standard_tracks.bes"` is a path below it."""
    return _existing(_PACKAGE / "fragments")


def page_root() -> Path:
    """The folder of the page that `dsl4bes studio` serves."""
    return _existing(_PACKAGE / "studio" / "page")


def _existing(path: Path) -> Path:
    if not path.exists():
        raise AssetError(f"{path} is missing; install the package again")
    return path
