"""`node`: the classes of the IR, frozen plain data that is cheap to make at every cold start.

In: a class with annotated fields. Out: a dataclass whose fields are set once, compared and shown like those of a full frozen dataclass. The comparison,
hash and repr are shared functions: generating them for a hundred classes takes longer than compiling a program. Nothing of the IR is known here.
"""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_: Any):
        return lambda decorator: decorator


T = TypeVar("T")


@dataclass_transform(frozen_default=True, eq_default=True)
def node(cls: type[T]) -> type[T]:
    """A class of the IR.

    >>> @node
    ... class Point:
    ...     x: int
    >>> Point(1) == Point(1), Point(1)
    (True, Point(x=1))
    """
    return _finished(dataclass(eq=False, repr=False)(cls))


@dataclass_transform(frozen_default=True, eq_default=True, kw_only_default=True)
def keyword_node(cls: type[T]) -> type[T]:
    """As `node`, with fields given by name only."""
    return _finished(dataclass(eq=False, repr=False, kw_only=True)(cls))


def _finished(cls: type[T]) -> type[T]:
    made = fields(cls)  # type: ignore[arg-type]
    cls._compared = tuple(each.name for each in made if each.compare)  # type: ignore[attr-defined]
    cls._shown = tuple(each.name for each in made if each.repr)  # type: ignore[attr-defined]
    for name, function in _SHARED.items():
        setattr(cls, name, function)
    return cls


def _set_once(self: Any, name: str, value: Any) -> None:
    values = self.__dict__
    if name in values or name not in self.__dataclass_fields__:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")
    values[name] = value


def _delete(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _equal(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    mine, theirs = self.__dict__, other.__dict__
    return all(mine[name] == theirs[name] for name in self._compared)


def _hash(self: Any) -> int:
    values = self.__dict__
    return hash(tuple(values[name] for name in self._compared))


def _text(self: Any) -> str:
    values = self.__dict__
    return f"{type(self).__qualname__}({', '.join(f'{name}={values[name]!r}' for name in self._shown)})"


_SHARED: dict[str, Any] = {
    "__setattr__": _set_once, "__delattr__": _delete, "__eq__": _equal, "__hash__": _hash, "__repr__": _text,
}  # fmt: skip
