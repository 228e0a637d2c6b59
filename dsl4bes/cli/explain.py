"""`dsl4bes explain`: a code, a block, a field, a function, a particle, a unit or a shipped fragment, from the tables the compiler itself uses.

In: a word. Out: text on the standard output; an unknown word gives near ones and exit status 1.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from dsl4bes.reference.lookup import entries, explanation, near


def explain(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORD...", help="BES0201, charged_tracks, photons.energy, recoil, K_S0, MeV, ..."
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print what is known as data.")] = False,
) -> None:
    """Explain a code, a block, a field, a function, a particle or a unit."""
    if as_json:
        known = {word: data for word in words if (data := entries(word))}
        import json

        print(json.dumps(known, indent=2, ensure_ascii=False))
        raise typer.Exit(1 if len(known) < len(set(words)) else 0)
    failed = False
    for i, word in enumerate(words):
        found = explanation(word)
        if found is None:
            shown = word if len(word) <= 60 else f"{word[:57]}..."
            print(f"nothing here is called `{shown}`{near(word[:60])}", file=sys.stderr)
            failed = True
            continue
        print("\n" * bool(i) + found.rstrip())
    raise typer.Exit(1 if failed else 0)
