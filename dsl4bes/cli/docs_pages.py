"""The pages of the command line, made from what the commands say of themselves.

In: the table of commands. Out: path → Markdown, a page for each command and an index. Every command's module is imported here, so only `docs` does it, and only to build.
"""

from __future__ import annotations

from typing import Any


def command_pages() -> dict[str, str]:
    """All pages of the command line: path below the site's sources → Markdown."""
    import warnings

    from dsl4bes.cli.app import COMMANDS

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of typer, about how options with a bare meaning are declared to it
        pages = {f"commands/{name}.md": _page(name) for name in COMMANDS}
    rows = [f"| [`dsl4bes {name}`]({name}.md) | {line.replace('|', chr(92) + '|')} |" for name, (_, line) in COMMANDS.items()]
    pages["commands/index.md"] = _INDEX + "\n".join(rows) + "\n"
    return pages


_INDEX = """\
# Command line

`dsl4bes COMMAND --help` says the same in the terminal. The exit status is 0 where all is well, 1 for errors in what was given, 2 for a wrong command line, 3 for a fault of the compiler (code
BES9001, with a file to send), 130 after Ctrl-C.

| command | does |
|---|---|
"""


def _page(name: str) -> str:
    """One command, or a group with all its commands."""
    from dsl4bes.cli.app import _typer_command

    command = _typer_command([name]).commands[name]
    inner = getattr(command, "commands", None)
    lines = ["---\nhide: [toc]\n---\n", f"# dsl4bes {name}\n", _about(command)]
    if inner is None:
        lines += _signature(f"dsl4bes {name}", command)
    else:
        for word, each in inner.items():
            lines += [f"## dsl4bes {name} {word}\n", _about(each), *_signature(f"dsl4bes {name} {word}", each)]
    return "\n".join([*lines, "[All commands](index.md)", ""])


def _about(command: Any) -> str:
    return " ".join((command.help or "").split()) + "\n"


def _signature(path: str, command: Any) -> list[str]:
    """How it is called, and a table of what it takes."""
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option" and each.name != "help"]
    shown = " ".join(_usage(each) for each in arguments)
    lines = ["```text", f"{path} [OPTIONS] {shown}".rstrip(), "```", "", "| | default | meaning |", "|---|---|---|"]
    for each in [*arguments, *options]:
        names = _usage(each) if each in arguments else ", ".join([*each.opts, *each.secondary_opts])
        metavar = "" if each in arguments or getattr(each, "is_flag", False) else f" {each.metavar or _kind(each)}"
        lines.append("| " + " | ".join(_cell(text) for text in (f"`{names}{metavar}`", _default(each), each.help or "")) + " |")
    return [*lines, "| `-h, --help` | | This text in the terminal. |", ""]


def _usage(argument: Any) -> str:
    word = argument.metavar or str(argument.name).upper()
    word += "..." if argument.nargs == -1 and not word.endswith("...") else ""
    return word if argument.required or word.startswith("[") else f"[{word}]"


def _kind(option: Any) -> str:
    """What stands for a value; the types of typer are private and differ between its versions."""
    return "N" if isinstance(option.default, (int, float)) else "VALUE"


def _default(parameter: Any) -> str:
    value = parameter.default
    if value is None or value in (False, "", ()) or callable(value) or type(value).__name__ == "Sentinel":
        return "needed" if parameter.required else ""
    return "on" if value is True else f"`{value}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
