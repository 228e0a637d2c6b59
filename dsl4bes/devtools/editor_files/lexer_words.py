"""`dsl4bes/syntax/words.py`: the words that the lexer for colours knows, as a module that costs nothing to import.

In: the words of the registry. Out: the text of the module. Blocks and fields are not in it: they are known by where they stand.
"""

from __future__ import annotations

from dsl4bes.devtools.editor_files.words import words

_HEAD = '''"""Words that are coloured wherever they stand. Generated from the registry by `python -m dsl4bes.devtools.generate`; do not edit.

`STATEMENTS` stand in one line without `do`, `FUNCTIONS` are those of formulas, `LISTS` the identified particles, `UNITS` follow a number.
"""

from __future__ import annotations

# fmt: off
'''


def module() -> str:
    """The module's text."""
    known = words()
    tables = {"STATEMENTS": known.statements, "FUNCTIONS": known.functions, "LISTS": known.lists, "UNITS": known.units}
    return _HEAD + "".join(f"{name} = (\n{_rows(texts)})\n" for name, texts in tables.items())


def _rows(texts: list[str]) -> str:
    rows = [texts[i : i + 12] for i in range(0, len(texts), 12)]
    return "".join("    " + " ".join(f'"{text}",' for text in row) + "\n" for row in rows)
