"""The line `identify :list, tests...`, which `pid`, `assign`, `leptons` and `pid_flag` share.

In: the arguments of the line. Out: `Identified`: which lists, against what they are compared, the formulas, the alias.
Formulas are typed here for the track of the block (`charge > 0`, `prob_k(x) > 0.1`); the lists are made by the constructs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsl4bes.constructs.base import Entry, Instance
from dsl4bes.constructs.species import EITHER_CHARGE, IDENTIFIED, SPECIES_WORDS
from dsl4bes.constructs.words import did_you_mean, listed
from dsl4bes.diagnostics.codes import names
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.diagnostics.model import Fix
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.types import ListKind, Species
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder, List

MOST_PROBABLE = "most_probable"


@dataclass(frozen=True, slots=True)
class Target:
    """A list to be made: standard name (which gives species and charge), and the name it gets."""

    standard: str
    name: str
    species: Species
    charge: int
    span: Span


@dataclass(frozen=True, slots=True)
class Identified:
    """One `identify` line."""

    targets: tuple[Target, ...]
    beaten: tuple[Species, ...]  #: species whose probability must be smaller
    tests: tuple[ast.Expr, ...]
    words: tuple[str, ...]  #: `remaining` and other words of the block
    order: ast.Expr | None
    most_probable: bool
    entry: Entry


def read(entry: Entry, to: Builder, words: tuple[str, ...] = ()) -> Identified | None:
    """An `identify` line, or None after a diagnostic."""
    arguments: tuple[ast.Argument, ...] = entry.value
    targets: list[Target] = []
    beaten: list[Species] = []
    tests: list[ast.Expr] = []
    found: list[str] = []
    keys: dict[str, ast.Expr] = {}
    for argument in arguments:
        value = argument.value
        if argument.key is not None:
            keys[argument.key.name] = value
        elif isinstance(value, ast.Symbol) and value.name in words:
            found.append(value.name)
        elif isinstance(value, ast.String) or (
            isinstance(value, ast.Symbol) and value.name.startswith("from_")
        ):
            species = _from_words(value, to)
            if species is None:
                return None
            beaten += species
        elif isinstance(value, ast.Symbol) or (isinstance(value, ast.Name) and value.name in IDENTIFIED):
            target = _target(value, to)
            if target is None:
                return None
            targets.append(target)
        else:
            tests.append(value)
    if not targets:
        help = "write `identify :pip`, one of " + listed(IDENTIFIED)
        to.bag.add(codes.BAD_VALUE, "`identify` does not say which list it makes", entry.key.span, help=help)
        return None
    return _renamed(entry, targets, tuple(beaten), tuple(tests), tuple(found), keys, to)


def _renamed(
    entry: Entry,
    targets: list[Target],
    beaten: tuple[Species, ...],
    tests: tuple[ast.Expr, ...],
    words: tuple[str, ...],
    keys: dict[str, ast.Expr],
    to: Builder,
) -> Identified | None:
    """With `as: :name` applied."""
    alias = keys.get("as")
    most_probable = isinstance(alias, ast.Symbol) and alias.name == MOST_PROBABLE
    if alias is not None and not most_probable:
        if not isinstance(alias, (ast.Symbol, ast.Name)):
            to.bag.add(
                codes.BAD_VALUE,
                "`as:` takes a name",
                alias.span,
                help="write `as: :tight_pip`, or `as: :most_probable`",
            )
            return None
        if len(targets) > 1:
            message = "one name cannot stand for several lists"
            to.bag.add(codes.BAD_VALUE, message, alias.span, help="write one `identify` line per list")
            return None
        first = targets[0]
        targets = [Target(first.standard, alias.name, first.species, first.charge, alias.span)]
    return Identified(tuple(targets), beaten, tests, words, keys.get("order"), most_probable, entry)


def _target(value: ast.Symbol | ast.Name, to: Builder) -> Target | None:
    standard = IDENTIFIED.get(value.name)
    if standard is None:
        help = did_you_mean(value.name, IDENTIFIED, f"lists of identified tracks are {listed(IDENTIFIED)}")
        to.bag.add(
            names.UNKNOWN_PARTICLE, f"no track can be identified as `{value.name}`", value.span, help=help
        )
        return None
    species, charge = standard
    return Target(value.name, value.name, species, charge, value.span)


def _from_words(value: ast.String | ast.Symbol, to: Builder) -> list[Species] | None:
    """`from_kaon_and_pion`: the species a track must be told from."""
    text = value.value if isinstance(value, ast.String) else value.name
    parts = text.removeprefix("from_").split("_and_") if text.startswith("from_") else [""]
    species = [SPECIES_WORDS.get(part) for part in parts]
    if text in IDENTIFIED:
        fixes = (Fix(value.span, f":{text}", f"write `:{text}`"),)
        message = f"`{value.span.text}` is a string, and lists are named by symbols"
        to.bag.add(codes.UNKNOWN_OPTION, message, value.span, help=f"write `:{text}`", fixes=fixes)
        return None
    if None in species:
        wanted = listed(word for word in SPECIES_WORDS if len(word) > 2)
        help = f'write `"from_kaon"`, `"from_kaon_and_pion"`; the words are {wanted}'
        to.bag.add(codes.UNKNOWN_OPTION, f"`{text}` is no comparison of hypotheses", value.span, help=help)
        return None
    return [one for one in species if one is not None]


def conditions(
    found: Identified, target: Target, here: Instance, to: Builder, track: ir.Expr, source: str
) -> list[ir.Expr] | None:
    """The formulas of a line for a track, and its charge; None after a diagnostic."""
    made = charge_condition(track, target.charge, target.span)
    base = f"{here.name}.{'_'.join(each.name for each in found.targets)}"
    numbers = to.numbered(base, f"number of `identify :{target.name}`")
    for test in found.tests:
        known = {"x": track, target.standard: track, target.name: track, source: track}
        either = [name for name, parts in EITHER_CHARGE.items() if target.standard in parts]
        known.update(dict.fromkeys(either, track))
        typed = to.condition(test, numbers, subject=track, locals=known)
        if typed is None:
            return None
        made.append(typed)
    return made


def charge_condition(track: ir.Expr, charge: int, span: Span) -> list[ir.Expr]:
    """That a track has the sign of `charge`; nothing for either charge."""
    if charge == 0:
        return []
    operator = ir.Comparison.GT if charge > 0 else ir.Comparison.LT
    return [nodes.compare(operator, nodes.call("charge", (track,), span), nodes.constant(0.0, span), span)]


def make_target(target: Target, parent: List, to: Builder) -> List:
    """The list of a target."""
    return to.make_list(
        target.name, ListKind.TRACKS, target.span, species=target.species, charge=target.charge, parent=parent
    )
