"""The table of parameters of a finished program: all that its steps refer to, each once, in the order of first use.

In: a `Program` and the bag. Out: a tuple of `Parameter`. Two numbers that would be one property are an error with both places.
"""

from __future__ import annotations

from dsl4bes.diagnostics.codes import names as codes
from dsl4bes.diagnostics.model import Bag, Label
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.program import Program
from dsl4bes.ir.reserved import PROPERTIES
from dsl4bes.ir.walk import objects


def collect(program: Program, bag: Bag) -> tuple[Parameter, ...]:
    """Every parameter, those of `analysis` first."""
    found: dict[str, Parameter] = {}
    for node in objects((program.analysis, program.helix, program.always, program.blocks, program.regions, program.outputs)):
        if not isinstance(node, Parameter):
            continue
        known = found.setdefault(node.property_name, node)
        if (known.name, known.value, known.dimension) != (node.name, node.value, node.dimension):
            _clash(known, node, bag)
    for name, parameter in found.items():
        if name.lower() in PROPERTIES:
            help = "BOSS or the package has a property of this name; take another"
            bag.add(codes.PROPERTY_CONFLICT, f"no number can be called `{parameter.name}`", parameter.span, help=help)
    return tuple(found.values())


def _clash(first: Parameter, second: Parameter, bag: Bag) -> None:
    here, there = (second, first) if second.span is not None else (first, second)
    if here.span is None:
        raise ValueError(f"two numbers are called {first.name}: {first.value} and {second.value}")
    related = () if there.span is None else (Label(there.span, f"`{there.name}`"),)
    names = f"`{first.name}`" if first.name == second.name else f"`{first.name}` and `{second.name}`"
    message = f"two numbers would be one property, {names}"
    bag.add(codes.PROPERTY_CONFLICT, message, here.span, related=related, help="give one of them another name")
