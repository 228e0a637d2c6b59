"""What a shape is: a class with a word, parameters and settings.

In: declarations in the modules of this package. Out: `Shape`, whose fields become those of a term (`signal gaussian do`). A parameter is a `Floating` field, everything else a setting.
Nothing is fitted here, and no class of ROOT is named.
"""

from __future__ import annotations

from typing import Any, ClassVar

from dsl4bes.constructs.fields import Field, Floating, Of


class Shape:
    """Base of all shapes; never instantiated. The docstring of a subclass is reference text: formula first, then what to know."""

    word: ClassVar[str] = ""
    fields: ClassVar[dict[str, Field]] = {}
    dimensions: ClassVar[int] = 1  #: observables, 0: as many as the fit has
    curve: ClassVar[bool] = True  #: can be fitted to points or a surface
    own_height: ClassVar[bool] = False  #: in a curve its parameters say how high it is, unless a `height` is written
    resolves: ClassVar[bool] = False  #: may be the resolution of a convolution
    free: ClassVar[Field | None] = None  #: kind of a line with a parameter of the program's own

    def __init_subclass__(cls, **settings: Any) -> None:
        super().__init_subclass__(**settings)
        own = {value.name: value for name, value in vars(cls).items() if isinstance(value, Field) and name != "free"}
        cls.fields = {**cls.fields, **own}

    @classmethod
    def parameters(cls, settings: dict[str, Any]) -> tuple[str, ...]:
        """The parameters that a use of the shape has, in order, by its settings."""
        return tuple(name for name, field in cls.fields.items() if isinstance(field, Floating))


def place(doc: str, **more: Any) -> Floating:
    """A parameter that lies in the range: it starts in the middle."""
    return Floating(doc=doc, power=1, of=Of.PLACE, start=0.5, low=0.0, high=1.0, default="the middle of the range, within it", **more)


def width(doc: str, start: float = 0.05, **more: Any) -> Floating:
    """A positive parameter on the scale of the range."""
    return Floating(
        doc=doc, power=1, of=Of.WIDTH, start=start, low=0.001, high=1.0, default=f"{start:g} of the width of the range, between 0.001 and 1 of it", **more
    )


def number(doc: str, start: float, low: float, high: float, **more: Any) -> Floating:
    """A plain number."""
    return Floating(doc=doc, start=start, low=low, high=high, default=f"{start:g}, between {low:g} and {high:g}", **more)
