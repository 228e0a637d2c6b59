"""Rewrite every committed file that is made from the registry, or check that it is up to date.

In: the registry of constructs, the examples. Out: `grammar/REFERENCE.md`, `grammar/vocabulary.json`, the examples that `ask` shows to a model, words and grammars for editors. `python -m dsl4bes.devtools.generate` writes, `--check` compares only
(exit status 1 names the files that differ). Run from a checkout.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from dsl4bes.devtools import editor_files

ROOT = Path(__file__).resolve().parents[2]


def _reference() -> str:
    from dsl4bes.reference.pages import page

    return page()


def _vocabulary() -> str:
    """One line per entry, so that a change of one word is a change of one line."""
    import json

    from dsl4bes.reference.vocabulary import vocabulary

    parts = []
    for key, value in vocabulary().items():
        if isinstance(value, dict):
            rows = (f"    {json.dumps(name)}: {json.dumps(entry)}" for name, entry in value.items())
            parts.append(f"  {json.dumps(key)}: {{\n" + ",\n".join(rows) + "\n  }")
        else:
            parts.append(f"  {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _programs() -> str:
    """The examples in the form that a decoder can write, with the first words of their pages; without what only a run can know."""
    import json

    from dsl4bes.diagnostics.model import Bag
    from dsl4bes.syntax.parser import parse
    from dsl4bes.syntax.reader import read_source
    from dsl4bes.unknown.asking.decoder_grammar import UNKNOWABLE
    from dsl4bes.unknown.asking.plain import plain_text

    rows = []
    for path in sorted((ROOT / "examples").glob("*/*.bes")):
        bag = Bag()
        source = read_source(str(path), bag)
        tree = None if source is None else parse(source, bag)
        if tree is None or bag.has_errors:
            raise ValueError(f"{path} is no program")
        title, _, rest = path.with_name("README.md").read_text(encoding="utf-8").partition("\n\n")
        words = f"{title.lstrip('# ')}. {rest.partition(chr(10) * 2)[0]}"
        row = {"name": path.stem, "words": " ".join(words.split())[:300], "source": plain_text(tree, UNKNOWABLE)}
        rows.append(json.dumps(row, ensure_ascii=False))
    return "[\n" + ",\n".join(rows) + "\n]\n"


#: File, relative to the checkout → how its text is made.
GENERATED: dict[str, Callable[[], str]] = {
    "grammar/REFERENCE.md": _reference,
    "grammar/vocabulary.json": _vocabulary,
    "dsl4bes/unknown/asking/programs.json": _programs,
    **editor_files.FILES,
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
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(GENERATED[name](), encoding="utf-8")
        print(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
