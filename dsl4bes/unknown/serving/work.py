"""What runs in the other Python: one conversion, merge or download, told in one line of JSON.

In: the words of a task. Out: `{"folder": ...}` or `{"trouble": ..., "help": ...}` on the standard output. Imported by nobody: `workshop.py` starts it in a
process of its own, in a Python that may have no other package of ours than this one.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from dsl4bes.unknown import models
from dsl4bes.unknown.trouble import Trouble


def convert(gguf: str) -> Path:
    return models.converted(Path(gguf))


def fetch(name: str, where: str) -> Path:
    import huggingface_hub

    wanted = [f"*{ending}" for ending in models.PARTS]  # weights that execute nothing, and what belongs to them
    return Path(huggingface_hub.snapshot_download(name, allow_patterns=wanted, local_files_only=where == "here"))


def merge(base: str, adapter: str, kind: str, target: str) -> Path:
    """Base and adapter in one, in float32 or the base's own type, with the base's tokenizer and chat template."""
    os.environ["HF_HUB_OFFLINE"] = "1"  # both are folders: nothing is asked for elsewhere
    import peft
    import torch
    import transformers

    whole = transformers.AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32 if kind == "float32" else "auto")
    merged = peft.PeftModel.from_pretrained(whole, adapter).merge_and_unload(safe_merge=True)
    merged.save_pretrained(target)
    transformers.AutoTokenizer.from_pretrained(base).save_pretrained(target)
    return Path(target)


TASKS: dict[str, Callable[..., Path]] = {"convert": convert, "fetch": fetch, "merge": merge}


def main(words: list[str]) -> None:
    """Run the task; the libraries print what they like on the other stream."""
    out, sys.stdout = sys.stdout, sys.stderr
    name, *rest = words
    try:
        told = {"folder": str(TASKS[name](*rest))}
    except Trouble as trouble:
        told = {"trouble": trouble.message, "help": trouble.help}
    except Exception as error:  # noqa: BLE001  whatever the libraries raise is the user's matter: a model that does not load
        reason = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
        told = {"trouble": f"the {name} step failed: {type(error).__name__}: {reason[:300]}", "help": ""}
    print(json.dumps(told), file=out)
