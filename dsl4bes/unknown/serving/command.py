"""The command and the environment that serve a plan, and the same as a line for a shell.

In: a `Plan`. Out: words and variables. The key is in neither: it is added to the environment where the process starts, and the line for a shell names
the variable that holds it.
"""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from dsl4bes.unknown.serving.adapters import LARGEST_RANK, Adapter
from dsl4bes.unknown.serving.plan import Plan
from dsl4bes.unknown.serving.pythons import SAFE_PATH
from dsl4bes.unknown.settings import KEY_VARIABLE

#: vLLM reads its key from here, which no list of processes shows.
VLLM_KEY = "VLLM_API_KEY"
_CACHE_SPACE = "VLLM_CPU_KVCACHE_SPACE"
_CACHE_GIB = "3"
_RANKS = (8, 16, 32, 64, 128, 256, 320, LARGEST_RANK)  # vLLM takes only these as the largest
_MOST_IN_A_BATCH = 4


def command(plan: Plan) -> list[str]:
    """`python -m ...`: the command `vllm` looks for a package of that name and fails in the build for the CPU.

    Sampling is what a request says and nothing else (`--generation-config vllm`); grammars are read by llguidance, always, since "auto" may take
    another dialect in the next release.
    """
    words = [plan.python, "-m", "vllm.entrypoints.openai.api_server", "--model", plan.model, "--served-model-name", plan.name]
    words += ["--host", plan.address.host, "--port", str(plan.address.port), "--dtype", plan.number_type, "--max-model-len", str(plan.context)]
    words += ["--generation-config", "vllm", "--structured-outputs-config", json.dumps({"backend": "guidance"}), "--disable-uvicorn-access-log"]
    if plan.cpu:
        words.append("--enforce-eager")  # compiling takes minutes, and gives little without a GPU
    if plan.adapters:
        rank = next(rank for rank in _RANKS if rank >= max(adapter.rank for adapter in plan.adapters))
        words += ["--enable-lora", "--max-lora-rank", str(rank), "--max-loras", str(min(len(plan.adapters), _MOST_IN_A_BATCH))]
        words += ["--lora-modules", *map(_module, plan.adapters)]
    return words + list(plan.more)


def not_taken(plan: Plan, more: tuple[str, ...]) -> str:
    """The first of further arguments that is one of ours, or would show the key; empty if all can be passed on. vLLM takes `_` for `-`, and
    the beginning of a name for the name."""
    ours = [word for word in command(plan) if word.startswith("--")] + ["--api-key", "--lora-modules", "--served-model-name"]
    for word in more:
        name = word.partition("=")[0].partition(".")[0].replace("_", "-")  # `--some-config.key` sets a part of `--some-config`
        if name.startswith("--") and any(own.startswith(name) for own in ours):
            return word.partition("=")[0]
    return ""


def _module(adapter: Adapter) -> str:
    return json.dumps({"name": adapter.name, "path": str(adapter.folder)})


def variables(plan: Plan, environment: Mapping[str, str]) -> dict[str, str]:
    """What is set for the server beyond `environment`: nothing is reported to anyone, and no hub is asked for a model that is here."""
    found = {"VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1", **SAFE_PATH}
    if plan.local:
        found |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    if plan.cpu:
        found[_CACHE_SPACE] = environment.get(_CACHE_SPACE) or _CACHE_GIB
    return found


def whole_environment(plan: Plan, environment: Mapping[str, str], key_header: Mapping[str, str]) -> dict[str, str]:
    """All variables of the server: ours, those of the user without the key under our name, the key under vLLM's."""
    kept = {name: value for name, value in environment.items() if name not in (KEY_VARIABLE, VLLM_KEY)}
    found = kept | variables(plan, environment)
    if key_header:
        found[VLLM_KEY] = key_header["Authorization"].removeprefix("Bearer ")
    return found


def shown(plan: Plan, environment: Mapping[str, str], has_key: bool) -> str:
    """A line for a shell that does the same, without the key."""
    words = [f"{name}={shlex.quote(value)}" for name, value in variables(plan, environment).items()]
    if has_key:
        words.append(f'{VLLM_KEY}="${KEY_VARIABLE}"')
    return " ".join([*words, shlex.join(command(plan))])


def settings_lines(plan: Plan) -> list[str]:
    """The lines of `dsl4bes.toml` that use the server, on this machine."""
    lines = [f"url = {json.dumps(plan.address.url)}", f"model = {json.dumps(plan.name)}"]
    return lines + [f"adapter = {json.dumps(adapter.name)}" for adapter in plan.adapters[:1]]


def model_name(named: str) -> str:
    """What a model is called on the server: a hub id as it is, a folder or GGUF file by its last name.

    >>> model_name("~/models/qwen.gguf"), model_name("Qwen/Qwen2.5-Coder-7B-Instruct")
    ('qwen', 'Qwen/Qwen2.5-Coder-7B-Instruct')
    """
    path = Path(os.path.expanduser(named))
    if not path.exists() and not named.endswith(".gguf"):
        return named
    last = path.resolve().name if path.is_dir() else path.stem
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "-" for sign in last) or "model"
