"""What can stand in a formula: functions, lists, fits, values, members of fits, keywords of functions.

In: a `Context`. Out: `Offer`s: names that are known at the place (`declared.py`) and the table of functions. Types are the compiler's business: everything that has a name there is offered.
"""

from __future__ import annotations

from collections.abc import Iterator

from dsl4bes.constructs.species import EITHER_CHARGE
from dsl4bes.editing.context import Context
from dsl4bes.editing.declared import Declared, What, visible
from dsl4bes.editing.lexemes import Kind
from dsl4bes.editing.offer import CompletionKind, Offer
from dsl4bes.physics.decays import Decay
from dsl4bes.reference.pages import function_names, function_parts

_KINDS = {What.LIST: CompletionKind.LIST, What.FIT: CompletionKind.FIT, What.VALUE: CompletionKind.CONSTANT, What.PARAMETER: CompletionKind.CONSTANT}
#: Numbers that the fits of a keyword have, besides their particles; those of `names.numbers`, which knows fits that are made already.
_NUMBERS = {
    "kinematic_fit": ("chi2", "ndf"),
    "vertex_fit": ("chi2", "ndf"),
    "secondary_vertex": ("chi2", "ndf", "vertex_chi2", "length", "length_sigma", "significance", "ctau"),
    "dtag": ("mbc", "delta_e", "mode", "charm", "charge", "other_tracks", "other_showers"),
    "double_tag": ("mbc",),
}
_ASSUMED = {"good": "the standard charged tracks", "gam": "the standard photons"}


def known(here: Context) -> list[Declared]:
    """The names that are known at the place."""
    return [each for each in visible(here.document.declared, here.block, here.offset) if here.line is None or not here.line.start <= each.start < here.line.end]


def names(here: Context, what: tuple[What, ...]) -> Iterator[Offer]:
    """Names of some kinds, the nearest first; behind them the lists that a program may name without making them."""
    for each in reversed(known(here)):
        if each.what in what:
            where = f" of {each.file.name}" if each.file is not None else ""
            yield Offer(each.name, _KINDS[each.what], f"{each.what.value} ({each.keyword}{where})", _of_decay(each.decay))
    if What.LIST in what:
        made = {each.name for each in known(here)}
        for name, (plus, minus, _) in EITHER_CHARGE.items():
            if plus in made and minus in made:
                yield Offer(name, CompletionKind.LIST, f"`{plus}` and `{minus}`")
        yield from (Offer(name, CompletionKind.LIST, doc) for name, doc in _ASSUMED.items() if name not in made)


def _of_decay(decay: Decay | None) -> str:
    return "" if decay is None else "Products: " + ", ".join(f"`{role}`" for role in roles(decay))


def roles(decay: Decay) -> list[str]:
    """Names of the products of a decay, and of what decays further."""
    return [node.role for node in decay.mother.walk() if node is not decay.mother and node.role]


def formula(here: Context) -> Iterator[Offer]:
    """Names, then functions."""
    yield from _own(here)
    yield from names(here, (What.LIST, What.FIT, What.VALUE, What.PARAMETER))
    yield from functions()
    yield from (Offer(word, CompletionKind.KEYWORD) for word in ("true", "false"))


def functions() -> Iterator[Offer]:
    """All functions of formulas."""
    from dsl4bes.resolve.functions import FUNCTIONS

    for name in function_names():
        usage, gives, doc = function_parts(name)
        if name in FUNCTIONS:
            empty = "" if FUNCTIONS[name].most == 0 else "${1}"
            yield Offer(f"{name}()", CompletionKind.FUNCTION, gives, f"`{usage}`\n\n{doc}", f"{name}({empty})", label=name)
        else:
            yield Offer(name, CompletionKind.FUNCTION, gives, doc)


def arguments(here: Context, function: str, key: str) -> Iterator[Offer]:
    """Inside the brackets of a function: its keywords, then formulas."""
    from dsl4bes.resolve.functions import FUNCTIONS

    surface = FUNCTIONS.get(function)
    if key == "frame":
        yield Offer(":cm", CompletionKind.VALUE, "in the centre of mass")
    if function == "mass" or (surface is not None and '"' in surface.usage and not here.before[-1].is_("(")):
        yield Offer('""', CompletionKind.PARTICLE, "name of a particle", "", '"${1:pi+}"')
    if surface is not None and here.before[-1].is_(","):
        yield from (Offer(f"{word}: ", CompletionKind.KEY, f"of `{function}`", label=f"{word}:") for word in surface.keys)
    yield from formula(here)


def _own(here: Context) -> Iterator[Offer]:
    """Products of the block's own decay, which its formulas name without the fit."""
    block = here.block
    if block is None:
        return
    own = next((each for each in here.document.declared if each.decay is not None and block.head.start <= each.start <= block.head.end), None)
    if own is not None and own.decay is not None:
        yield from (Offer(role, CompletionKind.MEMBER, f"product of `{own.name}`") for role in roles(own.decay))


def members(here: Context) -> Iterator[Offer]:
    """What a fit has: behind `fit4c.` its numbers and products, behind `fit4c.raw.` the products as measured."""
    path = []
    for place in range(len(here.before) - 2, -1, -2):
        if here.before[place].kind is not Kind.NAME:
            break
        path.append(here.before[place].text)
        if place < 1 or not here.before[place - 1].is_("."):
            break
    if not path:
        return
    owner = path[-1]
    if here.word == "vary" or (here.block is not None and here.block.word == "vary"):
        yield from _numbers_of_block(here, owner)
        return
    fit = next((each for each in reversed(known(here)) if each.name == owner and each.what is What.FIT), None)
    if fit is None:
        return
    products = [] if fit.decay is None else roles(fit.decay)
    raw = "raw" in path
    numbers = () if raw else _NUMBERS.get(fit.keyword, ())
    yield from (Offer(name, CompletionKind.MEMBER, f"number of `{fit.name}`") for name in numbers)
    yield from (Offer(role, CompletionKind.MEMBER, "as measured" if raw else f"product of `{fit.name}`") for role in products)
    if products and not raw and fit.keyword in ("kinematic_fit", "vertex_fit", "secondary_vertex"):
        yield Offer("raw", CompletionKind.MEMBER, "the particles as measured")


def _numbers_of_block(here: Context, owner: str) -> Iterator[Offer]:
    """The numbers of a block that `vary` may change: its properties."""
    program = here.document.compilation.program
    for parameter in () if program is None else program.parameters:
        if parameter.name.startswith(f"{owner}_"):
            yield Offer(parameter.name.removeprefix(f"{owner}_"), CompletionKind.FIELD, parameter.doc)
