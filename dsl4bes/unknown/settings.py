"""The settings of the model: which there are, what they may be, and where each value comes from.

In: `dsl4bes.toml` (found upward from the program), the environment, flags; a later one wins. Out: `Settings`, and diagnostics with
the place of each fault. The table `SETTINGS` is the only list of settings: names in the file, variables and flags follow from it.
An API key is no setting: it comes from the environment alone, and one that stands in a file is refused.
"""

from __future__ import annotations

import math
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dsl4bes.diagnostics.codes import backends as codes
from dsl4bes.diagnostics.model import Bag
from dsl4bes.diagnostics.suggest import nearest, phrase
from dsl4bes.source import SourceFile, Span

FILE_NAME = "dsl4bes.toml"
TABLE = "model"
PREFIX = "DSL4BES_MODEL_"
KEY_VARIABLE = "DSL4BES_MODEL_KEY"
_MOST_VALUE = 4000


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name in the file, its kind, default, range (numbers) or choices (words), and what it means."""

    name: str
    kind: type
    default: Any
    meaning: str
    least: float = -math.inf
    most: float = math.inf
    choices: tuple[str, ...] = ()

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()

    @property
    def flag(self) -> str:
        return "--model-" + self.name.replace("_", "-") if self.name != "model" else "--model"


BACKENDS = ("openai", "transformers", "recorded")

SETTINGS: tuple[Setting, ...] = (
    Setting("backend", str, "", "who answers: a server, this process, or a recording", choices=BACKENDS),
    Setting("url", str, "", "address of an OpenAI-compatible server, as in `http://localhost:8000/v1`"),
    Setting("model", str, "", "name of the model on the server; for transformers a folder, a GGUF file or a hub id"),
    Setting("adapter", str, "", "LoRA adapter: its name on the server, or its folder"),
    Setting("endpoint", str, "chat", "which interface of the server answers messages", choices=("chat", "completions")),
    Setting("temperature", float, 0.6, "of sampling; 0 takes the likeliest word", 0, 2),
    Setting("top_p", float, 0.95, "share of the probability that is sampled from", 0.01, 1),
    Setting("seed", int, 1, "of sampling, where the backend has one", 0, 2**31 - 1),
    Setting("samples", int, 8, "answers asked for each time", 1, 64),
    Setting("rounds", int, 3, "times that errors go back to the model", 0, 10),
    Setting("agreement", float, 0.25, "share of the answers that must behave alike before one is taken", 0, 1),
    Setting("larger", str, "", "a larger model on the same server, asked where `model` finds nothing"),
    Setting("typed", bool, True, "whether a server is told by a grammar which names and members exist (vLLM takes one)"),
    Setting("examples", int, 4, "worked examples in the prompt of a block; 0 for an adapter that was trained without them", 0, 20),
    Setting("max_tokens", int, 1024, "longest answer", 1, 32768),
    Setting("at_once", int, 16, "requests to a server at the same time", 1, 512),
    Setting("connect_timeout", float, 5.0, "seconds to reach the server", 0.1, 300),
    Setting("read_timeout", float, 120.0, "seconds without a byte from the server", 0.1, 3600),
    Setting("total_timeout", float, 600.0, "seconds for one request with its repetitions", 0.1, 86400),
    Setting("retries", int, 4, "repetitions after a connection that failed or a server that is busy", 0, 20),
    Setting("largest_answer", int, 8, "of the server, in MiB", 1, 1024),
    Setting("cassette", str, "", "file with recorded answers"),
    Setting("record", bool, False, "ask for what the cassette lacks, and keep it there"),
)  # fmt: skip
BY_NAME = {setting.name: setting for setting in SETTINGS}

#: Names under which people write keys, and how keys of common servers begin.
_KEY_NAMES = re.compile(r"(^|_)(api_?key|key|token|secret|password|bearer|authorization)$", re.IGNORECASE)
_KEY_VALUES = re.compile(r"\b(sk-|hf_|gsk_|ghp_|xox[abp]-|Bearer\s)\S{8,}")


@dataclass(frozen=True, slots=True)
class Settings:
    """All values by name, and for each the place it was given at ("default", "dsl4bes.toml:3", "$DSL4BES_MODEL_URL", "--model-url")."""

    values: Mapping[str, Any] = field(default_factory=lambda: {setting.name: setting.default for setting in SETTINGS})
    origins: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    @property
    def backend(self) -> str:
        """The backend that is meant: a cassette that is not recorded is played; else what is said; else a server if there is an
        address. Empty if none of these."""
        if self["cassette"] and not self["record"]:
            return "recorded"
        return str(self["backend"]) or ("openai" if self["url"] else "")


def read_settings(
    program: Path | None,
    bag: Bag,
    *,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, Any] | None = None,
) -> Settings:
    """Settings for a program (None: for the working folder). Faults go to the bag; a faulty value is left out.

    `flags` are those that were given, by the name of the setting.
    """
    from dsl4bes.unknown.settings_file import read_file

    found = _Found(bag)
    folder = program.parent if program else Path()
    path = find_file(folder.resolve())
    if path is not None:
        read_file(path, found.take, bag)
    for name, text in sorted((os.environ if environment is None else environment).items()):
        if name.startswith(PREFIX) and name != KEY_VARIABLE:
            found.take_text(name.removeprefix(PREFIX).lower(), text, f"${name}")
    for name, value in (flags or {}).items():
        if value is not None:
            found.take_text(name, str(value), BY_NAME[name].flag)
    return Settings({**Settings().values, **found.values}, found.origins)


def find_file(folder: Path) -> Path | None:
    """The nearest `dsl4bes.toml`, from `folder` upward. A folder that everyone may write (`/tmp`) ends the search, and a file in it
    counts only if it is the user's own: a stranger's could send the key to his server."""
    for place in (folder, *folder.parents):
        path = place / FILE_NAME
        try:
            for_everyone = bool(place.stat().st_mode & stat.S_IWOTH)
            if path.is_file() and not (for_everyone and path.stat().st_uid not in (os.getuid(), 0)):
                return path
        except OSError:
            return None
        if for_everyone:
            return None
    return None


def _place(name: str, text: str) -> Span:
    """A value outside any file, shown like a file of one line."""
    shown = text if len(text) <= _MOST_VALUE else text[:_MOST_VALUE]
    return Span(0, max(1, len(shown)), SourceFile(name, shown or " "))


class _Found:
    """Values taken so far, later over earlier."""

    def __init__(self, bag: Bag) -> None:
        self.values: dict[str, Any] = {}
        self.origins: dict[str, str] = {}
        self._bag = bag

    def take(self, name: str, value: Any, span: Span, origin: str) -> None:
        """One value as TOML has it."""
        if _is_key(name, value):
            hidden = Span(0, 3, SourceFile(span.file.name, "***")) if span.file.name[:1] in "$-" else span
            self._bag.add(
                codes.KEY_IN_SETTINGS,
                f"{_named(name)} looks like an API key: a settings file is read, copied and committed",
                hidden,
                help=f"remove it, put the key into the environment variable {KEY_VARIABLE}, and have the old one withdrawn",
            )
            return
        setting = BY_NAME.get(name)
        if setting is None:
            near = phrase(nearest(name, BY_NAME))
            known = near or "the settings are " + ", ".join(f"`{known}`" for known in BY_NAME)
            self._bag.add(codes.UNKNOWN_SETTING, f"there is no setting {_named(name)}", span, help=known)
            return
        fault = _fault(setting, value)
        if fault:
            self._bag.add(codes.WRONG_SETTING, f"`{name}` {fault}", span, help=f"`{name}`: {setting.meaning}")
            return
        self.values[name] = setting.kind(value)
        self.origins[name] = origin

    def take_text(self, name: str, text: str, origin: str) -> None:
        """One value from the environment or a flag: a text that is read as the setting's kind."""
        setting = BY_NAME.get(name)
        self.take(name, _parsed(setting, text) if setting else text, _place(origin, text), origin)


def _named(name: str) -> str:
    return f"`{name if len(name) < 60 else name[:57] + '...'}`"


def _is_key(name: str, value: Any) -> bool:
    return (name not in BY_NAME and bool(_KEY_NAMES.search(name))) or (isinstance(value, str) and bool(_KEY_VALUES.search(value)))


def _parsed(setting: Setting, text: str) -> Any:
    """The text as a value of the setting's kind; itself if it is none, which is a fault then."""
    text = text.strip()
    if setting.kind is bool:
        return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}.get(text.lower(), text)
    try:
        return setting.kind(text)
    except ValueError:
        return text


_KINDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def _fault(setting: Setting, value: Any) -> str:
    """What is wrong with a value; empty if nothing is."""
    kinds = (int, float) if setting.kind is float else (setting.kind,)
    if not isinstance(value, kinds) or (isinstance(value, bool) and setting.kind is not bool):
        return f"is {_KINDS[setting.kind]}, and {_shown(value)} is not"
    if setting.choices and value not in setting.choices:
        return f"is one of {', '.join(setting.choices)}, not {_shown(value)}"
    if isinstance(value, str):
        return f"is longer than {_MOST_VALUE} characters" if len(value) > _MOST_VALUE else _unprintable(value)
    assert isinstance(value, int | float)
    if not (setting.least <= value <= setting.most):
        return f"lies between {setting.least:g} and {setting.most:g}, and {_shown(value)} does not"
    return ""


def _unprintable(value: str) -> str:
    return "" if value.isprintable() else "holds a character that cannot be printed"


def _shown(value: Any) -> str:
    text = repr(value) if not isinstance(value, str) else f'"{value}"'
    return text if len(text) < 60 else text[:57] + "..."
