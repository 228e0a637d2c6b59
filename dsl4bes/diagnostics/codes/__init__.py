"""The catalogue of diagnostics: one frozen `Code` per fault, one module per hundred.

In: nothing. Out: `CATALOGUE` (id → Code) and the modules, whose constants the passes use: `shape.UNKNOWN_BLOCK`.
To add one: a line in its module, a page `explain/<id>.md`, and a bad program `tests/corpus/bad/<id>_*.bes`. Numbers are never
reused; the name of a code is the name of its constant with hyphens. No message is worded here.
"""

from __future__ import annotations

from types import ModuleType

from dsl4bes.diagnostics.codes import (
    asking,
    backends,
    files,
    fit_outcomes,
    fits,
    fitted,
    internal,
    names,
    physics,
    root,
    sandbox,
    serving,
    shape,
    syntax,
    training,
    unknown,
)
from dsl4bes.diagnostics.model import Code

MODULES: tuple[tuple[str, ModuleType], ...] = (
    ("BES01", syntax),
    ("BES02", shape),
    ("BES03", names),
    ("BES04", physics),
    ("BES05", files),
    ("BES06", fits),
    ("BES070", unknown),
    ("BES072", backends),
    ("BES073", serving),
    ("BES074", asking),
    ("BES075", sandbox),
    ("BES076", root),
    ("BES077", fitted),
    ("BES078", training),
    ("BES079", fit_outcomes),
    ("BES9", internal),
)


def _catalogue() -> dict[str, Code]:
    found: dict[str, Code] = {}
    for _, module in MODULES:
        for value in vars(module).values():
            if isinstance(value, Code):
                if value.id in found:
                    raise ValueError(f"two codes are numbered {value.id}")
                found[value.id] = value
    return dict(sorted(found.items()))


CATALOGUE: dict[str, Code] = _catalogue()


def find(text: str) -> Code | None:
    """The code with this id or name, in any case (`bes0115`, `unclosed-string`)."""
    wanted = text.lower()
    for code in CATALOGUE.values():
        if wanted in (code.id.lower(), code.name):
            return code
    return None
