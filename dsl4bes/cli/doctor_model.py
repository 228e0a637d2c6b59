"""The part of `doctor` about unknown blocks: can this machine confine a program, which model is configured, does it answer, can one be
served here.

In: the system, the settings of the working folder. Out: findings. Looking takes seconds at most; no library of models is imported,
and nothing is asked of a model but the list of its server.
"""

from __future__ import annotations

import os
from pathlib import Path

from dsl4bes.cli.findings import Finding
from dsl4bes.diagnostics.model import Bag
from dsl4bes.unknown.settings import KEY_VARIABLE, Settings, find_file, read_settings
from dsl4bes.unknown.trouble import Trouble

_NEEDED_BY = "unknown blocks"
_SECONDS = 3.0
_MOST_NAMES = 8


def findings() -> list[Finding]:
    """Sandbox, settings, model."""
    bag = Bag()
    settings = read_settings(None, bag)
    return [_sandbox(), _settings(settings, bag), _model(settings), _server()]


def _sandbox() -> Finding:
    from dsl4bes.unknown.sandbox.means import INSTALL, available

    found, reasons = available()
    if not found:
        return Finding("sandbox", "", _NEEDED_BY, False, (*reasons, f"to have one: {INSTALL}"))
    best = found[0]
    return Finding("sandbox", f"{best.kind.value} {best.version}", _NEEDED_BY, False, (*reasons, *best.cannot))


def _settings(settings: Settings, bag: Bag) -> Finding:
    path = find_file(Path.cwd())
    notes = []
    for item in bag:
        place = f"{item.primary.span}: " if item.primary else ""
        notes.append(f"{item.code.id} {place}{item.message}")
    found = sorted({origin.partition(":")[0] for origin in settings.origins.values()})
    words = ", ".join(str(path) if path and name == path.name else name for name in found)
    return Finding("model settings", words or (str(path) if path else "none: the defaults"), _NEEDED_BY, False, tuple(notes), bag.has_errors)


def _model(settings: Settings) -> Finding:
    """The configured model; a server is asked for its list."""
    from dsl4bes.unknown.backends.choose import open_backend

    try:
        backend = open_backend(settings, Path.cwd())
        wanted = backend.adapter or backend.model
        if settings.backend != "openai":
            return Finding("model", f"{settings.backend}: {wanted or 'no name'}", _NEEDED_BY, False)
        from dsl4bes.unknown.backends.http import HttpBackend

        names = HttpBackend(settings).models(_SECONDS)
    except Trouble as trouble:
        return Finding("model", "", _NEEDED_BY, False, tuple(filter(None, (trouble.message, trouble.help))))
    listed = ", ".join(name[:80] for name in names[:_MOST_NAMES]) + (", ..." if len(names) > _MOST_NAMES else "")
    if wanted not in names:
        what = f"the server has no model `{wanted}`" if wanted else "set `model`"
        return Finding("model", "", _NEEDED_BY, False, (f"{what}; it has {listed or 'none'}",))
    return Finding("model", f"{wanted} at {settings['url']}", _NEEDED_BY, False, _key_note())


def _server() -> Finding:
    """vLLM, which `dsl4bes serve` starts; a server elsewhere does as well."""
    from dsl4bes.unknown.serving.pythons import with_vllm

    try:
        found = with_vllm()
    except Trouble as trouble:
        return Finding("vLLM", "", "serve", False, tuple(filter(None, (trouble.message, trouble.help))))
    return Finding("vLLM", f"{found.vllm} ({'CPU' if found.cpu else 'GPU'} build) in {found.path}", "serve", False)


def _key_note() -> tuple[str, ...]:
    return (f"with the key in {KEY_VARIABLE}",) if os.environ.get(KEY_VARIABLE) else ()

