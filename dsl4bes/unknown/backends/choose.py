"""From settings to the backend that they mean.

In: `Settings`. Out: a `Backend`, or a `Trouble` that says what to set or install. Here packages are looked for before anything
that needs them is imported, so that a missing one is a sentence and never an import error.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from dsl4bes.diagnostics.codes.backends import MISSING_EXTRA, NO_MODEL
from dsl4bes.unknown.settings import FILE_NAME, Settings
from dsl4bes.unknown.trouble import Trouble

if TYPE_CHECKING:
    from dsl4bes.unknown.backends.protocol import Backend

NEEDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "openai": ("llm", ("pydantic", "httpx")),
    "recorded": ("llm", ("pydantic",)),
    "transformers": ("train", ("pydantic", "torch", "transformers")),
}


def open_backend(settings: Settings, folder: Path | None = None) -> Backend:
    """The backend of the settings. Relative paths in them start at `folder` (that of the program). Loads no model yet."""
    kind = settings.backend
    if not kind:
        raise Trouble(
            NO_MODEL,
            "no model is configured, and this needs one",
            f"write a table `[model]` with `url` and `model` into {FILE_NAME}, or set DSL4BES_MODEL_URL and DSL4BES_MODEL_MODEL",
        )
    _require(kind, *NEEDS[kind])
    if kind == "transformers" and settings["adapter"]:
        _require(kind, "train", ("peft",))
    source = _live(kind, settings, folder or Path())
    if source is not None and not settings["cassette"]:
        return source
    from dsl4bes.unknown.backends.recorded import RecordedBackend

    return RecordedBackend((folder or Path()) / settings["cassette"], settings["model"], settings["adapter"], source)


def _live(kind: str, settings: Settings, folder: Path) -> Backend | None:
    """The backend that answers by itself; None if only recorded answers are meant."""
    if kind == "openai":
        from dsl4bes.unknown.backends.http import HttpBackend

        return HttpBackend(settings)
    if kind == "transformers":
        from dsl4bes.unknown.backends.local import LocalBackend

        return LocalBackend(settings, folder)
    if settings["record"] or not settings["cassette"]:
        raise Trouble(
            NO_MODEL, "the backend `recorded` plays a file, and can ask nobody", "set `cassette`; to record, set `backend` to openai or transformers"
        )
    return None


def _require(kind: str, extra: str, packages: Sequence[str]) -> None:
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        raise Trouble(
            MISSING_EXTRA,
            f"the backend `{kind}` needs {', '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed",
            f"python -m pip install 'dsl4bes[{extra}]'",
        )
