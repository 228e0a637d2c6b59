"""Lines of code written by hand: the examples against the hand-written originals of the same selections.

In: the programs of `examples/`. Out: a table. Blank lines and comments do not count on either side; the numbers of the originals are those of
public BESIII algorithms (header included), as stated in the README.
"""

from __future__ import annotations

from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
#: Lines of the hand-written C++ of the same selection, without blanks and comments.
ORIGINALS = {
    "rhopi": 829, "proton_efficiency": 930, "inclusive_ks": 275, "inclusive_lambda": 286, "inclusive_kstar": 292, "inclusive_phi": 255,
    "bhabha": 1212, "dimuon": 1085, "hadrons": 1044, "two_clusters": 219,
}  # fmt: skip


def lines_of(name: str) -> int:
    """Lines of an example without blanks, comments and its statement of the expected cut flow."""
    from dsl4bes.diagnostics.model import Bag
    from dsl4bes.source import SourceFile
    from dsl4bes.syntax.parser import parse

    text = (EXAMPLES / name / f"{name}.bes").read_text(encoding="utf-8")
    program = parse(SourceFile(name, text), Bag())
    assert program is not None
    drop: set[int] = set()
    for statement in program.statements:
        if statement.head.name == "expect":
            first = text.count("\n", 0, statement.span.start)
            drop |= set(range(first, first + statement.span.text.count("\n") + 1))
    kept = [line.strip() for number, line in enumerate(text.splitlines()) if number not in drop]
    return sum(1 for line in kept if line and not line.startswith("#"))


def main() -> None:
    """Print the table of the README."""
    rows = [(name, lines_of(name), original) for name, original in ORIGINALS.items()]
    for name, ours, original in [*rows, ("all", sum(r[1] for r in rows), sum(r[2] for r in rows))]:
        print(f"{name:20} {ours:5} {original:6} {100 * (1 - ours / original):5.1f} % fewer")


if __name__ == "__main__":
    main()
