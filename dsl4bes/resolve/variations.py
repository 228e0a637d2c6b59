"""Pass `vary`: the variations of a program that is otherwise finished and checked (`systematics`).

In: the syntax tree, the blocks, the program. Out: the program with its variations, the switches of `without`, and chi2 ceilings that the variations
need (SEMANTICS rule 14). Each variation is also resolved as a person would write it, with the other numbers in the file: what is wrong with that
program is reported here, and its steps must be those of the nominal one, or the same package would not select what it selects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from dsl4bes.constructs.base import Instance
from dsl4bes.constructs.bodies import Bodies
from dsl4bes.constructs.systematics import Setting, Systematics, Variations, read
from dsl4bes.constructs.words import public_name
from dsl4bes.diagnostics.codes import physics
from dsl4bes.diagnostics.model import Bag, Label
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import FillHistogram, FillTruth, FillTuple
from dsl4bes.ir.program import Program
from dsl4bes.ir.variations import Override, Variation
from dsl4bes.resolve.ceilings import with_ceilings_of
from dsl4bes.resolve.checks import check
from dsl4bes.resolve.from_ast import Registry, Shaped, resolve, shapes
from dsl4bes.resolve.parameters import collect
from dsl4bes.resolve.switches import Target, all_blocks, public, switch_of, with_switches
from dsl4bes.resolve.varied import Given, Rewritten, Varied, judge_rewritten
from dsl4bes.resolve.vary_names import Numbers, number_named, off_named
from dsl4bes.syntax import ast

#: Instances of one job; each runs the whole selection.
MAX_VARIATIONS = 100

#: Resolves a changed tree: the program (None after errors) and what was found.
Resolve = Callable[[ast.Program], tuple[Program | None, Bag]]


def vary(tree: ast.Program, shaped: Shaped, program: Program, registry: Registry, bag: Bag, bodies: Bodies | None = None) -> Program | None:
    """The program with its variations; None after errors."""

    def again(changed: ast.Program) -> tuple[Program | None, Bag]:
        inner = Bag()
        made = resolve(changed, shapes(changed, registry, inner), registry, inner, bodies)
        if made is not None:
            check(made, inner)
        return made, inner

    return with_variations(tree, shaped.systematics, program, again, bag)


def with_variations(
    tree: ast.Program, blocks: tuple[Instance, ...], program: Program, resolve: Resolve, bag: Bag
) -> Program | None:
    """The program with the variations of its `systematics` blocks; None after errors."""
    found = _Found(tree, program, Numbers(program), resolve, bag)
    for block in blocks:
        outputs = bool(block.get(Systematics.outputs))
        for child in block.children:
            said = read(child, bag)
            if said is not None:
                found.add(said, outputs)
    _names_clash(found, bag)
    if bag.has_errors:
        return None
    result = with_ceilings_of(program, found.rewritten)
    result = with_switches(result, found.switches)
    parameters = collect(result, bag)
    now = {parameter.name: parameter for parameter in parameters}
    variations = tuple(
        replace(
            each,
            overrides=tuple(replace(override, parameter=now.get(override.parameter.name, override.parameter)) for override in each.overrides),
        )
        for each in found.variations
    )  # fmt: skip
    return None if bag.has_errors else replace(result, parameters=parameters, variations=variations)


@dataclass
class _Found:
    """The variations so far, the programs they stand for, the switches they need."""

    tree: ast.Program
    program: Program
    numbers: Numbers
    resolve: Resolve
    bag: Bag
    variations: list[Variation] = field(default_factory=list)
    rewritten: list[Program] = field(default_factory=list)
    switches: dict[Target, Parameter] = field(default_factory=dict)

    def add(self, said: Variations, outputs: bool) -> None:
        """All variations of one `vary`."""
        named = [(setting, number_named(setting, self.numbers, self.bag)) for setting in said.settings]
        off = [(word, off_named(word, self.numbers, self.bag)) for word in said.without]
        if any(number is None for _, number in named) or any(target is None for _, target in off):
            return
        for number in range(said.count):
            if len(self.variations) >= MAX_VARIATIONS:
                help = "each variation is an instance of the algorithm that runs the whole selection; split the program"
                message = f"a program has at most {MAX_VARIATIONS} variations"
                self.bag.add(physics.TOO_MANY_VARIATIONS, message, said.name.span, help=help)
                return
            given = tuple(
                Given(target, setting.target, _value(setting, number)) for setting, target in named if target is not None
            )
            gone = tuple((target, word) for word, target in off if target is not None)
            self._one(said, number, Varied(given, gone), outputs)

    def _one(self, said: Variations, number: int, varied: Varied, outputs: bool) -> None:
        made = Rewritten(self.tree, self.program, varied, self.resolve).overrides(self.bag)
        if made is None:
            return
        overrides, rewritten = made
        if rewritten is not None:
            if not judge_rewritten(self.program, rewritten, varied, self.bag):
                return
            self.rewritten.append(rewritten)
        for target, word in varied.gone:
            switch = self.switches.setdefault(target, switch_of(target, word.span))
            overrides.append(Override(switch, True, "without"))
        key = public_name(said.name.name) + (f"_{number + 1}" if said.settings else "")
        self.variations.append(Variation(said.name.name, key, _text(varied), tuple(overrides), outputs, said.name.span))


def _value(setting: Setting, number: int) -> ast.Expr:
    """The value of a number in a variation; a constant there is its number, and does not tie the two together."""
    value = setting.values[number if len(setting.values) > 1 else 0]
    if isinstance(value, ast.Range):
        return replace(value, low=_plain(value.low), high=_plain(value.high))
    return _plain(value)


def _plain(value: ast.Expr) -> ast.Expr:
    return replace(value, constant=None) if isinstance(value, ast.Number) else value


def _text(varied: Varied) -> str:
    """What a variation changes, in a few words: `30 MeV`, `photons.energy 30 MeV, without fit5c.chi2`."""
    alone = len(varied.given) == 1 and not varied.gone
    words = [given.text if alone else f"{given.word.name} {given.text}" for given in varied.given]
    return ", ".join([*words, *(f"without {word.name}" for _, word in varied.gone)])


def _names_clash(found: _Found, bag: Bag) -> None:
    """Instances, and what they write, must differ in name: from each other and from what the nominal instance writes."""
    outputs = ["events"]
    for block in all_blocks(found.program):
        outputs += [step.name for step in block.steps if isinstance(step, (FillTuple, FillHistogram, FillTruth))]
    nominal = {public(name).replace(".", "_"): name for name in outputs}
    seen: dict[str, Variation] = {}
    written: dict[str, Variation] = {}
    for each in found.variations:
        other = seen.setdefault(each.key, each)
        if other is not each:
            related = () if other.span is None else (Label(other.span, "the first one"),)
            help = "names are the same if they differ in other characters than letters and digits only"
            message = f"two variations would be called `{each.key}`"
            bag.add(physics.VARIATION_NAME_CLASH, message, each.span, related=related, help=help)
            continue
        for name in nominal:
            label = f"{each.key}_{name}"
            owner = written.setdefault(label, each)
            if label in nominal or owner is not each:
                whose = f"`{nominal[label]}`" if label in nominal else f"one of the variation `{owner.name}`"
                message = f"the variation `{each.name}` would write under the name of {whose}"
                bag.add(physics.VARIATION_NAME_CLASH, message, each.span, help="give it another name")
                break
