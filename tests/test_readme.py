"""What the README says is true: its program compiles, its commands exist, its file map has every folder."""

from __future__ import annotations

import re
from pathlib import Path

import dsl4bes

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    """The fenced texts of a language (empty: without one)."""
    found, inside, lines = [], None, []
    for line in README.splitlines():
        if not line.startswith("```"):
            lines.append(line)
        elif inside is None:
            inside, lines = line[3:], []
        else:
            found += ["\n".join(lines) + "\n"] if inside == language else []
            inside = None
    return found


def test_program_is_clean_and_formatted():
    (program,) = blocks("ruby")
    bag = dsl4bes.check(program)
    assert [item.code.id for item in bag if item.severity.value != "note"] == []
    assert dsl4bes.fmt(program) == program
    assert len(program.splitlines()) <= 30


def test_every_command_is_named():
    from dsl4bes.cli.app import COMMANDS

    for name in COMMANDS:
        assert re.search(rf"dsl4bes {name}\b|`{name}`", README), name


def test_file_map_has_every_folder_and_only_those():
    listed = set(re.findall(r"`(dsl4bes/[a-z0-9]+/)`", README))
    found = {f"dsl4bes/{path.name}/" for path in (ROOT / "dsl4bes").iterdir() if path.is_dir() and path.name[0] not in "_."}
    assert listed == found


def test_the_two_commands_are_those_of_the_continuous_integration():
    commands = blocks("")[0].strip().splitlines()
    assert len(commands) == 2
    setup, tests = commands
    run = (ROOT / ".ci/run").read_text(encoding="utf-8").strip().splitlines()
    assert setup.startswith("bash .ci/setup && ") and "bash .ci/setup" in run
    assert run[-1] == tests


def test_the_tables_of_commands_are_short():
    part = README.split("## Commands\n")[1].split("\n### ")[0]
    rows = [line for line in part.splitlines() if line.startswith("|")]
    assert len(rows) > 30 and max(map(len, rows)) <= 110
