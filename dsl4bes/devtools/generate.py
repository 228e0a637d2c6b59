"""Rewrite every committed file that is made from the registry, or check that it is up to date.

In: the registry of constructs. Out: `grammar/REFERENCE.md`, `grammar/vocabulary.json`. `python -m dsl4bes.devtools.generate` writes, `--check` compares only
(exit status 1 names the files that differ). Run from a checkout.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _reference() -> str:
    from dsl4bes.cli.reference import page

    return page()


def _vocabulary() -> str:
    """One line per entry, so that a change of one word is a change of one line."""
    import json

    from dsl4bes.cli.vocabulary import vocabulary

    parts = []
    for key, value in vocabulary().items():
        if isinstance(value, dict):
            rows = (f"    {json.dumps(name)}: {json.dumps(entry)}" for name, entry in value.items())
            parts.append(f"  {json.dumps(key)}: {{\n" + ",\n".join(rows) + "\n  }")
        else:
            parts.append(f"  {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


#: File, relative to the checkout → how its text is made.
GENERATED: dict[str, Callable[[], str]] = {
    "grammar/REFERENCE.md": _reference,
    "grammar/vocabulary.json": _vocabulary,
}


def outdated() -> list[str]:
    """Files that differ from what would be generated."""
    return [name for name, make in GENERATED.items() if _text(ROOT / name) != make()]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main(arguments: list[str]) -> int:
    """Write, or with `--check` compare; returns the exit status."""
    if not (ROOT / "pyproject.toml").is_file():
        print("this is not a checkout", file=sys.stderr)
        return 2
    different = outdated()
    if "--check" in arguments:
        for name in different:
            print(
                f"{name} is not what the registry makes: run `python -m dsl4bes.devtools.generate`",
                file=sys.stderr,
            )
        return 1 if different else 0
    for name in different:
        (ROOT / name).write_text(GENERATED[name](), encoding="utf-8")
        print(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
