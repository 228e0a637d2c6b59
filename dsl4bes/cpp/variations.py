"""Lowering of variations: further instances of the algorithm in the job options.

In: the variations of a program, and the types its properties have in C++. Out: `VariationModel`s, finished texts for the option file. The C++ code of the
package is the same for all instances; a package without variations has nothing of this.
"""

from __future__ import annotations

from collections.abc import Mapping

from dsl4bes.cpp.model import Option, VariationModel
from dsl4bes.cpp.names import comment, option_value
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.variations import Variation


def variations(
    found: tuple[Variation, ...], algorithm: str, kinds: Mapping[str, tuple[Parameter, str, type]]
) -> tuple[VariationModel, ...]:
    """One instance per variation; `kinds`: parameter's name → (parameter, member, type in C++)."""
    return tuple(
        VariationModel(
            instance=each.instance(algorithm),
            title=comment(f"{each.name}: {each.text}"),
            options=tuple(_option(override.parameter, override.value, kinds) for override in each.overrides),
            outputs="true" if each.outputs else "false",
        )
        for each in found
    )


def _option(parameter: Parameter, value: bool | float | str, kinds: Mapping[str, tuple[Parameter, str, type]]) -> Option:
    kind = kinds[parameter.name][2]
    typed = value if kind in (bool, str) else kind(value)
    unit = f" {parameter.unit}" if parameter.unit and not isinstance(value, bool) else ""
    was = parameter.value if isinstance(parameter.value, (bool, str)) else kind(parameter.value)
    return Option(parameter.property_name, option_value(typed), comment(f"instead of {option_value(was)}{unit}"))
