"""The flags of commands that ask a model: one per setting, as the table of settings has them.

In: the settings' table. Out: parameters for a `Command`, and what was given, by the name of the setting. Values are checked where those of the file are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from dsl4bes.cli.declare import Parameter
from dsl4bes.unknown.settings import SETTINGS, Setting

#: Settings that have a short flag of their own.
_SHORT = {"samples": "--samples", "rounds": "--rounds"}


def parameters(without: Collection[str] = ()) -> tuple[Parameter, ...]:
    """A parameter for every setting but those that the command does not read."""
    return tuple(Parameter(_name(each), _flags(each), None, each.meaning[:1].upper() + each.meaning[1:] + ".") for each in SETTINGS if each.name not in without)


def given(values: Mapping[str, Any]) -> dict[str, str]:
    """The settings among the values of a command line, without those that were not given."""
    return {each.name: values[_name(each)] for each in SETTINGS if values.get(_name(each)) is not None}


def _name(setting: Setting) -> str:
    return f"model_{setting.name}"


def _flags(setting: Setting) -> tuple[str, ...]:
    short = _SHORT.get(setting.name)
    return (setting.flag,) if short is None else (short, setting.flag)
