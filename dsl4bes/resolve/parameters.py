"""The table of parameters of a finished program: all that its steps refer to, each once, in the order of first use.

In: a `Program`. Out: a tuple of `Parameter`. Two different numbers under one public name are a fault of a construct, not of the user.
"""

from __future__ import annotations

from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.program import Program
from dsl4bes.ir.walk import objects


def collect(program: Program) -> tuple[Parameter, ...]:
    """Every parameter, those of `analysis` first."""
    found: dict[str, Parameter] = {}
    for node in objects((program.analysis, program.blocks, program.regions, program.outputs)):
        if isinstance(node, Parameter):
            known = found.setdefault(node.name, node)
            if (known.value, known.dimension) != (node.value, node.dimension):
                raise ValueError(f"two numbers are called {node.name}: {known.value} and {node.value}")
    return tuple(found.values())
