"""A model by name: a folder, a GGUF file, or a hub id; and a GGUF file made into a folder, once.

In: the name as the settings have it. Out: what transformers can load. A GGUF file is converted into the user's cache under the SHA-256
of its content, whole or not at all (`kept`, which keeps merged models, too); a manifest says what belongs to it. Nothing is downloaded here, and no code of a model is run.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dsl4bes.diagnostics.codes.backends import MISSING_EXTRA, MODEL_UNREACHABLE
from dsl4bes.standin.toolchain import cache_folder
from dsl4bes.unknown.trouble import Trouble

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
_MANIFEST = "dsl4bes-model.json"
_CHUNK = 1 << 20
#: What of a folder makes the model: weights, configuration, tokenizer, chat template.
PARTS = (".safetensors", ".json", ".txt", ".model", ".jinja")
_BF16_FLAGS = ("avx512_bf16", "amx_bf16")
Say = Callable[[str], None]


def place(name: str, folder: Path, say: Say | None = None) -> str:
    """What to load for a name; relative paths start at `folder`. `say` hears that a conversion takes a while."""
    path = folder / Path(os.path.expanduser(name))
    if path.is_dir():
        return str(path.resolve())
    if path.is_file():
        return str(converted(path.resolve(), say))
    if name.endswith(".gguf") or not _HUB_ID.fullmatch(name):
        raise Trouble(MODEL_UNREACHABLE, f"there is no model `{name}` (looked for in {folder.resolve()})", "name a folder, a .gguf file or a hub id")
    return name


def converted(gguf: Path, say: Say | None = None) -> Path:
    """The folder that a GGUF file was converted to, now or earlier."""

    def make(folder: Path) -> None:
        if say:
            say(f"converting {gguf.name} (once; a minute or so for each GB)")
        _convert(gguf, folder)

    return kept("models", checksum_of(gguf), gguf.name, make)


def checksum_of(gguf: Path) -> str:
    """The SHA-256 of a GGUF file; a `Trouble` if it is none."""
    with gguf.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise Trouble(MODEL_UNREACHABLE, f"`{gguf}` is not a GGUF file", "name the file with the weights, or a folder")
        file.seek(0)
        return digest(file)


def number_type(flags: str | None = None) -> str:
    """In what this processor calculates a model: bfloat16 where it can, else float32, since bfloat16 by emulation is several times slower. `flags`: of another processor."""
    if flags is None:
        try:
            flags = Path("/proc/cpuinfo").read_text(errors="replace")
        except OSError:
            flags = ""
    return "bfloat16" if any(flag in flags for flag in _BF16_FLAGS) else "float32"


def kept_at(kind: str, checksum: str) -> Path:
    """Where the folder made of what has this checksum lies, or will lie."""
    return cache_folder() / kind / checksum[:24]


def kept(kind: str, checksum: str, source: str, make: Callable[[Path], None]) -> Path:
    """A folder of the cache that `make` fills once, whole or not at all."""
    target = kept_at(kind, checksum)
    target.parent.mkdir(parents=True, exist_ok=True)
    if whole(target, checksum):
        return target
    work = Path(tempfile.mkdtemp(prefix="part-", dir=target.parent))
    try:
        make(work)
        files = {path.name: path.stat().st_size for path in sorted(work.iterdir())}
        (work / _MANIFEST).write_text(json.dumps({"source": source, "sha256": checksum, "files": files}, indent=1))
        if target.exists():  # another process was first, or what lies there is broken
            if whole(target, checksum):
                return target
            shutil.rmtree(target)
        os.replace(work, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return target


def checksum_of_folder(folder: Path) -> str:
    """The SHA-256 of the files of a model or adapter; that of its source for a folder made here."""
    try:
        known = str(json.loads((folder / _MANIFEST).read_text())["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        known = ""
    if known and whole(folder, known):
        return known
    found = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if path.is_file() and path.suffix in PARTS):
        with path.open("rb") as file:
            found.update(f"{path.name} {digest(file)}\n".encode())
    return found.hexdigest()


def whole(folder: Path, checksum: str) -> bool:
    """Whether a folder holds all that was made of the file with this checksum."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_text())
        sizes = {name: (folder / name).stat().st_size for name in manifest["files"]}
        return bool(manifest["sha256"] == checksum and sizes == manifest["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def digest(file: Any) -> str:
    """Of a file as it is read: weights are gigabytes."""
    found = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        found.update(chunk)
    return found.hexdigest()


def _convert(gguf: Path, target: Path) -> None:
    """Weights in bf16, tokenizer and chat template as transformers keeps them."""
    try:
        import gguf as _  # noqa: F401  transformers reads the format through it
        import torch
        import transformers
    except ImportError as error:
        raise Trouble(MISSING_EXTRA, f"a GGUF file needs {error.name}", "python -m pip install 'dsl4bes[train]'") from None
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(str(gguf.parent), gguf_file=gguf.name)
        read = transformers.AutoModelForCausalLM.from_pretrained(str(gguf.parent), gguf_file=gguf.name, dtype=torch.bfloat16)
    except (OSError, ValueError, KeyError, RuntimeError, NotImplementedError) as error:
        reason = str(error).strip().partition("\n")[0][:300]
        raise Trouble(MODEL_UNREACHABLE, f"`{gguf}` cannot be read: {reason}", "transformers knows some architectures only") from None
    # A model that was read from GGUF counts as quantised and is not saved: its weights go into a plain one.
    config = read.config
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    plain = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    plain.load_state_dict(read.state_dict())
    plain.save_pretrained(target)
    tokenizer.save_pretrained(target)
