"""Whether an adapter belongs to a model: the names of both, and the shapes of the layers.

In: an adapter, the model as it was named, its folder if it lies here. Out: a sentence about what could not be compared, or a `Trouble` if the
two do not belong together. Only the heads of weights are read.
"""

from __future__ import annotations

import os
from pathlib import Path

from dsl4bes.diagnostics.codes.serving import OTHER_BASE
from dsl4bes.unknown.serving.adapters import Adapter
from dsl4bes.unknown.serving.tensors import Shapes, shapes_of_folder
from dsl4bes.unknown.trouble import Trouble

_EMBEDDINGS = ("lm_head", "embed_tokens", "wte")  # tied ones are not in the file under both names
_HELP = "serve the model that the adapter was trained on"


def compare(adapter: Adapter, named: str, folder: Path | None) -> str:
    """What is left open about `adapter` on the model `named` (which lies in `folder`); empty if nothing is."""
    layers = _compare_layers(adapter, named, folder)
    return _compare_names(adapter, named, folder) or layers


def _compare_layers(adapter: Adapter, named: str, folder: Path | None) -> str:
    base: Shapes = {}
    try:
        base = shapes_of_folder(folder) if folder else {}
    except (OSError, ValueError):
        pass  # the server or the merge will say more than a head can
    known = [name for name in adapter.layers if f"{name}.weight" in base]
    if not known:
        return f"the layers of the adapter `{adapter.name}` cannot be compared with those of `{named}` from here"
    for name, layer in adapter.layers.items():
        shape = base.get(f"{name}.weight")
        if shape is None:
            if name.rpartition(".")[2] in _EMBEDDINGS:
                continue
            raise Trouble(OTHER_BASE, f"the adapter `{adapter.name}` changes a layer `{name}`, which `{named}` does not have", _made_for(adapter))
        if shape not in ((layer.gives, layer.takes), (layer.takes, layer.gives)):  # an embedding is stored the other way round
            fits = f"{layer.gives} x {layer.takes}"
            what = f"the adapter `{adapter.name}` fits a layer `{name}` of {fits}, and that of `{named}` is {' x '.join(map(str, shape))}"
            raise Trouble(OTHER_BASE, what, _made_for(adapter))
    return ""


def _compare_names(adapter: Adapter, named: str, folder: Path | None) -> str:
    """Two hub ids must be the same; a folder that exists must be this one; other names are compared as far as they go."""
    base = adapter.base
    if not base:
        return f"the adapter `{adapter.name}` does not say which model it was made for"
    if _last(base) == _last(named) or (folder is not None and _last(base) == _last(str(folder))):
        return ""
    there = Path(os.path.expanduser(base))
    if there.is_absolute() and there.is_dir() and folder is not None:
        if there.resolve() == folder.resolve() or _same(there, folder):
            return ""
        raise Trouble(OTHER_BASE, f"the adapter `{adapter.name}` was made for `{base}`, which is another model than `{named}`", _HELP)
    if _is_hub_id(base) and _is_hub_id(named):
        raise Trouble(OTHER_BASE, f"the adapter `{adapter.name}` was made for `{base}`, not for `{named}`", _HELP)
    return f"the adapter `{adapter.name}` was made for `{base}`: whether `{named}` is the same model cannot be known from here"


def _same(one: Path, other: Path) -> bool:
    """Whether two folders hold the same weights, as far as names, shapes and sizes tell."""
    try:
        sizes = [{path.name: path.stat().st_size for path in folder.glob("*.safetensors")} for folder in (one, other)]
        return bool(sizes[0]) and sizes[0] == sizes[1] and shapes_of_folder(one) == shapes_of_folder(other)
    except (OSError, ValueError):
        return False


def _made_for(adapter: Adapter) -> str:
    return f"it was made for `{adapter.base}`: serve that" if adapter.base else _HELP


def _last(name: str) -> str:
    return name.rstrip("/").rpartition("/")[2].lower().removesuffix(".gguf")


def _is_hub_id(name: str) -> bool:
    return name.count("/") == 1 and not name.startswith(("/", ".", "~")) and not Path(name).exists()
