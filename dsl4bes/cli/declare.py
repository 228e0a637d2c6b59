"""Commands declared as data: read quickly here for a plain command line, by typer for everything else.

In: a `Command` with its parameters, or a `Group` of such commands. Out: the values of a command line that is plainly right, or a function that typer can register.
Why: typer 0.29 imports pydantic to read the simplest option, which alone costs sixteen times a bare python; `check` and `compile` must start
faster than that. What is not plainly right (help, wrong options, completion) is typer's business, so that there is one set of messages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Parameter:
    """One option or argument. `flags` empty: positional, required without a `default`; `default` False: an option without a value, (): one that may be repeated;
    `many`: one or more values; `bare`: what the option alone means, whose values are then written `--option=VALUE`."""

    name: str
    flags: tuple[str, ...] = ()
    default: str | bool | tuple[str, ...] | None = None
    help: str = ""
    metavar: str = ""
    many: bool = False
    choices: tuple[str, ...] = ()
    bare: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its parameters (at most one positional), and the function that does it and returns the exit status."""

    name: str
    help: str
    parameters: tuple[Parameter, ...]
    work: Callable[..., int]


@dataclass(frozen=True, slots=True)
class Group:
    """A command that is followed by another word: `commands` says for each its module below `dsl4bes.cli`, which has a `COMMAND`, and one line of help. Only the one that is asked for is imported."""

    name: str
    help: str
    commands: Mapping[str, tuple[str, str]]


def read_plainly(command: Command, words: Sequence[str]) -> dict[str, Any] | None:
    """The values of a command line; None if typer has to look at it (help, unknown options, missing values).

    >>> quick = Command("x", "", (Parameter("file"), Parameter("output", ("-o", "--output"), ".")), lambda **_: 0)
    >>> read_plainly(quick, ["a.bes", "-o", "b"])
    {'file': 'a.bes', 'output': 'b'}
    >>> read_plainly(Command("y", "", (Parameter("seed", ("--seed",), "1"),), lambda **_: 0), [])
    {'seed': '1'}
    >>> read_plainly(quick, ["--help"]) is None
    True
    """
    options = {flag: each for each in command.parameters for flag in each.flags}
    values: dict[str, Any] = {each.name: each.default for each in command.parameters if each.flags}
    positional: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "-" or not word.startswith("-"):
            positional.append(word)
            continue
        flag, equals, given = word.partition("=")
        option = options.get(flag)
        if option is None or (option.default is False and equals):
            return None
        if option.default is False:
            values[option.name] = True
            continue
        if option.bare and not equals:
            values[option.name] = (*values[option.name], option.bare)
            continue
        if not equals and (not rest or rest[0].startswith("-")):
            return None
        value = given if equals else rest.pop(0)
        values[option.name] = (*values[option.name], value) if option.default == () else value
    argument = next((each for each in command.parameters if not each.flags), None)
    if argument is None:
        return None if positional or _wrong_choice(command, values) else values
    if (not positional and argument.default is None) or (len(positional) > 1 and not argument.many) or _wrong_choice(command, values):
        return None
    first = positional[0] if positional else argument.default
    return {argument.name: positional if argument.many else first, **values}


def _wrong_choice(command: Command, values: dict[str, Any]) -> str:
    """What is wrong with a value that must be one of a few words; empty if nothing."""
    for each in command.parameters:
        value = values.get(each.name)
        if each.choices and value != each.default and value not in each.choices:
            return f"`{value}` is none of {', '.join(each.choices)} ({each.flags[-1]})"
    return ""


def for_typer(command: Command) -> Callable[..., None]:
    """The same command as a function that typer reads."""
    import inspect
    from typing import Annotated

    import typer

    def face(**values: Any) -> None:
        wrong = _wrong_choice(command, values)
        if wrong:
            raise typer.BadParameter(wrong)
        raise typer.Exit(command.work(**values))

    parameters = []
    for each in command.parameters:
        if each.flags:
            kind: Any = bool if each.default is False else list[str] if each.default == () else str
            alone: dict[str, Any] = {"is_flag": False, "flag_value": each.bare} if each.bare else {}
            about: Any = typer.Option(*each.flags, help=each.help, **alone)
            default: Any = each.default
        else:
            kind = list[str] if each.many else str
            about = typer.Argument(help=each.help, metavar=each.metavar or None)
            default = inspect.Parameter.empty if each.default is None else each.default
        parameters.append(
            inspect.Parameter(
                each.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, about]
            )
        )
    face.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    face.__annotations__ = {each.name: each.annotation for each in parameters}
    face.__doc__ = command.help
    face.__name__ = command.name
    return face
