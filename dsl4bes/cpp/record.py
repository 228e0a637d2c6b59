"""`record`: frozen plain data with a light import, for the many small classes of the C++ model.

In: a class with annotated fields. Out: a dataclass without generated comparison and repr whose fields are set once. A full frozen,
slotted dataclass takes three times as long to make, and the fifty of the model are made at every cold `compile`.
"""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_: Any):
        return lambda decorator: decorator


T = TypeVar("T")


def _set_once(self: Any, name: str, value: Any) -> None:
    fields = self.__dict__
    if name in fields or name not in self.__dataclass_fields__:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")
    fields[name] = value


@dataclass_transform(frozen_default=True, eq_default=False, kw_only_default=True)
def keyword_record(cls: type[T]) -> type[T]:
    """As `record`, with fields given by name only: a class with more fields may be derived from one with defaults."""
    return _frozen(dataclass(eq=False, repr=False, kw_only=True)(cls))


@dataclass_transform(frozen_default=True, eq_default=False)
def record(cls: type[T]) -> type[T]:
    """A class of plain data; a field that is set already cannot be set again.

    >>> @record
    ... class Point:
    ...     x: int
    >>> Point(1).x
    1
    """
    return _frozen(dataclass(eq=False, repr=False)(cls))


def _frozen(cls: type[T]) -> type[T]:
    cls.__setattr__ = _set_once  # type: ignore[method-assign]
    return cls
