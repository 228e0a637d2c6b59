"""Conversions and merges, each in a process of its own, in a Python that has what they need.

In: a GGUF file, a hub id, or a base model with an adapter. Out: the folder that is served, or a `Trouble`. What is made lies in the user's cache under
the checksums of what it was made of, whole or not at all. The libraries of models are never imported into this process: `work.py` runs in the other.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dsl4bes.diagnostics.codes.serving import MERGE_FAILED
from dsl4bes.standin.toolchain import cache_folder
from dsl4bes.unknown import models
from dsl4bes.unknown.serving.adapters import CONFIG, WEIGHTS, Adapter
from dsl4bes.unknown.serving.pythons import SAFE_PATH, Python, with_packages
from dsl4bes.unknown.trouble import Trouble

_ROOT = Path(__file__).resolve().parents[3]
#: Our modules come last, so that the other Python finds its own packages first.
_START = "import sys; sys.path.append(sys.argv.pop(1)); from dsl4bes.unknown.serving.work import main; main(sys.argv[1:])"
_LAST_LINES = 5
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Workshop:
    """`python`: that of vLLM. `dry`: nothing is made, only its place is told."""

    python: Python
    say: Say
    dry: bool = False

    def converted(self, gguf: Path, checksum: str) -> Path:
        """The folder of a GGUF file with this checksum."""
        target = models.kept_at("models", checksum)
        if self.dry or models.whole(target, checksum):
            return target
        maker = with_packages(("torch", "transformers", "gguf"), "a GGUF file", self.python)
        self.say(f"converting {gguf.name} (once; a minute or so for each GB)")
        return Path(_run(maker, "convert", str(gguf)))

    def fetched(self, name: str) -> Path:
        """The folder of a hub id: what the hub's own cache has, else (not in a dry run) what the hub sends."""
        getter = with_packages(("huggingface_hub",), f"`{name}`, to be compared and merged with an adapter,", self.python)
        return Path(_run(getter, "fetch", name, "here" if self.dry else "anywhere"))

    def merged(self, base: Path, base_checksum: str, adapter: Adapter, number_type: str) -> Path:
        """The folder of a base model with an adapter merged into it. What is served in float32 is merged and kept in it: rounding
        the sum to bfloat16 would change answers."""
        kind = "float32" if number_type == "float32" else "auto"
        checksum = _checksum(base_checksum, adapter, kind)
        target = models.kept_at("merged", checksum)
        if self.dry or models.whole(target, checksum):
            return target
        maker = with_packages(("torch", "transformers", "peft"), "merging an adapter", self.python)
        self.say(f"merging the adapter {adapter.name} into its base (once; --no-merge serves it as it is)")
        return models.kept("merged", checksum, adapter.name, lambda folder: _merge(maker, base, adapter, kind, folder))


def _merge(maker: Python, base: Path, adapter: Adapter, kind: str, folder: Path) -> None:
    _run(maker, "merge", str(base), str(adapter.folder), kind, str(folder))


def _checksum(base: str, adapter: Adapter, kind: str) -> str:
    parts = [base, kind]
    for name in (CONFIG, WEIGHTS):
        with (adapter.folder / name).open("rb") as file:
            parts.append(models.digest(file))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _run(maker: Python, *task: str) -> str:
    """One task in the other Python: what it tells in its last line; what it said last, if it tells nothing."""
    environment = {**os.environ, **SAFE_PATH, "DSL4BES_CACHE": str(cache_folder()), "TRANSFORMERS_VERBOSITY": "error"}
    command = [maker.path, "-c", _START, str(_ROOT), *task]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, errors="replace", env=environment) as process:
        try:
            out, said = process.communicate()
        except BaseException:  # an interrupt: the work ends with us
            process.kill()
            raise
    try:
        told = json.loads(out.strip().rpartition("\n")[2])
        if "folder" in told:
            return str(told["folder"])
        message, help_ = str(told["trouble"]), str(told["help"])
    except (ValueError, KeyError, TypeError):
        last = deque((line for line in said.splitlines() if line.strip()), _LAST_LINES)
        message = f"the {task[0]} step ended with status {process.returncode}" + "".join(f"\n    {line[:300]}" for line in last)
        help_ = "killed: there was too little memory for the weights" if process.returncode == -9 else ""
    raise Trouble(MERGE_FAILED, message, help_)
